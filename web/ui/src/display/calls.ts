/*
 * Which calls stand in the band. A new call takes a line at once if one of the two is free or has
 * stood 4 s; it stays as long as the hall's config says (flash_s) if nobody waits for its place, and
 * as long as its window still calls. An old call never comes as a new one.
 */
import type { CalledNow, PublicHall } from "../api/hall";
import { msOf } from "../parts/since";

const LINES = 2;
const QUEUE_MAX = 8; // more at once: the oldest of them are seen in the rows only
const NEW_MS = 8_000; // seen later than this after the call, it neither flashes nor sounds
const STANDS_IN_RUSH_MS = 4_000;

export interface BandLine {
    call: CalledNow;
    key: string;
    shownAt: number;
    /** Called while the page was watching: it flashes and sounds. */
    isNew: boolean;
}

export interface Band {
    lines: BandLine[];
    queue: BandLine[];
    seen: string[];
    /** False before the first snapshot: what stands in it was not called before our eyes. */
    isWatching: boolean;
}

export const EMPTY_BAND: Band = { lines: [], queue: [], seen: [], isWatching: false };

/** Each ticket once, by its newest call, without those that stand in the band. */
export function lastCalls(called: CalledNow[], shown: string[]): CalledNow[] {
    return called.filter(
        (call, at) =>
            !shown.includes(call.ticket) &&
            called.findIndex((other) => other.ticket === call.ticket) === at,
    );
}

function keyOfCall(call: CalledNow): string {
    return `${call.ticket} ${call.window} ${call.since}`;
}

/** The band after a snapshot or some time; hallMs is the hall's time, nowMs the page's own. */
export function advance(band: Band, hall: PublicHall, hallMs: number, nowMs: number): Band {
    const isWatching = band.isWatching;
    const standsMs = hall.display.flash_s * 1000;
    const fresh = hall.called
        .filter((call) => !band.seen.includes(keyOfCall(call)))
        .map((call) => ({
            call,
            key: keyOfCall(call),
            shownAt: 0,
            isNew: isWatching && ageOf(call, hallMs) < NEW_MS,
        }))
        .filter((line) => line.isNew || isCalling(line.call, hall))
        .reverse();
    const stands = (line: BandLine) => !isOvertaken(line.call, hall);
    const queue = [...band.queue, ...fresh].filter(stands).slice(-QUEUE_MAX);
    const lines = band.lines
        .filter(stands)
        .filter((line) => isCalling(line.call, hall) || nowMs - line.shownAt < standsMs);
    return fill({ lines, queue, seen: hall.called.map(keyOfCall), isWatching: true }, nowMs);
}

/**
 * What may still be said aloud of a call: its window calls it, and nothing has come after it. Called
 * again, a ticket may be taken for served already, because nobody pressed that it came.
 */
export function stillCalls(call: CalledNow, hall: PublicHall): boolean {
    const window = hall.windows.find((one) => one.id === call.window);
    const isAgain = call.calls > 1 && window?.state === "serving";
    const stands = window?.ticket === call.ticket && (isAgain || window.state === "calling");
    return stands && !isOvertaken(call, hall);
}

function isCalling(call: CalledNow, hall: PublicHall): boolean {
    return hall.windows.some(
        (window) =>
            window.id === call.window &&
            window.state === "calling" &&
            window.ticket === call.ticket,
    );
}

/**
 * Called again, or its window has called somebody else since: nobody must be sent by the older
 * call.
 */
function isOvertaken(call: CalledNow, hall: PublicHall): boolean {
    return hall.called.some(
        (other) =>
            other.since > call.since &&
            (other.ticket === call.ticket || other.window === call.window),
    );
}

function fill(band: Band, nowMs: number): Band {
    let { lines, queue } = band;
    while (queue.length > 0) {
        const oldest = lines[lines.length - 1];
        if (lines.length >= LINES && oldest && nowMs - oldest.shownAt < STANDS_IN_RUSH_MS) break;
        const [next, ...rest] = queue;
        if (!next) break;
        lines = [{ ...next, shownAt: nowMs }, ...lines].slice(0, LINES);
        queue = rest;
    }
    return { ...band, lines, queue };
}

function ageOf(call: CalledNow, hallMs: number): number {
    return hallMs - (msOf(call.since) ?? 0);
}
