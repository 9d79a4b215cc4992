/*
 * Which calls stand in the band. A new call takes a line at once if one of the two is free or has stood 4 s; it stays at
 * least 8 s if nobody waits for its place, and as long as its window still calls. An old call never comes as a new one.
 */
import type { CalledNow, PublicHall } from "../api/hall";
import { msOf } from "../parts/since";

const LINES = 2;
const QUEUE_MAX = 8; // more at once: the oldest of them are seen in the rows only
const STANDS_MS = 8_000;
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
}

export const EMPTY_BAND: Band = { lines: [], queue: [], seen: [] };

/** Each ticket once, by its newest call, without those that stand in the band. */
export function lastCalls(called: CalledNow[], shown: string[]): CalledNow[] {
    return called.filter(
        (call, at) => !shown.includes(call.ticket) && called.findIndex((other) => other.ticket === call.ticket) === at,
    );
}

function keyOfCall(call: CalledNow): string {
    return `${call.ticket} ${call.window} ${call.since}`;
}

/** The band after a snapshot or some time; hallMs is the hall's time, nowMs the page's own. */
export function advance(band: Band, hall: PublicHall, hallMs: number, nowMs: number): Band {
    const calling = (call: CalledNow) =>
        hall.windows.some((window) => window.id === call.window && window.state === "calling" && window.ticket === call.ticket);
    const fresh = hall.called
        .filter((call) => !band.seen.includes(keyOfCall(call)))
        .map((call) => ({ call, key: keyOfCall(call), shownAt: 0, isNew: ageOf(call, hallMs) < STANDS_MS }))
        .filter((line) => line.isNew || calling(line.call))
        .reverse();
    const again = (line: BandLine) => fresh.some((other) => other.call.ticket === line.call.ticket);
    const queue = [...band.queue.filter((line) => !again(line)), ...fresh].slice(-QUEUE_MAX);
    const lines = band.lines.filter(
        (line) => !again(line) && (calling(line.call) || nowMs - line.shownAt < STANDS_MS),
    );
    const seen = hall.called.map(keyOfCall);
    return fill({ lines, queue, seen }, nowMs);
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
