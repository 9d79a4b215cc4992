/*
 * The hall's time as this page may show it. It follows the service's clock by the times in
 * snapshots and heartbeats, runs on between them, and stands still when none has come for 15 s or
 * the connection broke (stream.ts): a page that hears nothing must look frozen.
 */
import { makeStore } from "./store";

/* Half a second under what people are promised, so that the mark stands in time. */
export const OLD_AFTER_MS = 14_500;
export const LOST_AFTER_MS = 59_500;

/**
 * Hall time in ms since 1970, moved once a second while the service is heard; 0 before the first
 * word.
 */
export const clock = makeStore(0);

/** A clock that the hall set back is followed; less is the jitter of the way here. */
const STEP_BACK_MS = 5_000;

let hallAtHearing = 0;
let heardAt = -Infinity;
let offsetMin = 0;

/** Takes an RFC 3339 time of the service, "2026-11-23T09:31:02.123+08:00". */
export function hearTime(time: string): void {
    const ms = Date.parse(time);
    if (Number.isNaN(ms)) return;
    const zone = /([+-])(\d\d):(\d\d)$/.exec(time);
    offsetMin = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
    hallAtHearing = ms;
    heardAt = performance.now();
    tick();
}

export function silentMs(): number {
    return performance.now() - heardAt;
}

export function tick(): void {
    if (hallAtHearing === 0) return;
    const silent = silentMs();
    if (silent >= OLD_AFTER_MS) return;
    const second = Math.floor((hallAtHearing + silent) / 1000) * 1000;
    if (second > clock.get() || clock.get() - second > STEP_BACK_MS) clock.set(second);
}

/**
 * The next time, in the hall's zone, that is "18:30" (ms since 1970): today, or after midnight for an
 * hour that has passed. null for what is no time of day.
 */
export function timeToday(time: string): number | null {
    const found = /^([01]?\d|2[0-3])[:\uFF1A]([0-5]\d)$/.exec(time.trim());
    const now = clock.get();
    if (!found || !now) return null;
    const dayMs = 86_400_000;
    const local = now + offsetMin * 60_000;
    const minutes = Number(found[1]) * 60 + Number(found[2]);
    const then = local - (local % dayMs) + minutes * 60_000 - offsetMin * 60_000;
    return then > now ? then : then + dayMs;
}

/** On the hall's own date, which is not the hall's day: that ends when it changes, at four say. */
export function isToday(ms: number): boolean {
    const dateOf = (time: number) => new Date(time + offsetMin * 60_000).toISOString().slice(0, 10);
    return dateOf(ms) === dateOf(clock.get());
}

/** "09:31:24" or "09:31" in the hall's own zone, whatever the browser's zone is. */
export function clockText(ms: number, withSeconds = false): string {
    const iso = new Date(ms + offsetMin * 60_000).toISOString();
    return iso.slice(11, withSeconds ? 19 : 16);
}

/** "2026-11-23T09:31" in the hall's own zone, as a field for date and time has it. */
export function fieldText(ms: number): string {
    return new Date(ms + offsetMin * 60_000).toISOString().slice(0, 16);
}

/** The time that such a field says; null: it says none. */
export function fieldTime(text: string): number | null {
    const ms = Date.parse(`${text}Z`);
    return Number.isNaN(ms) ? null : ms - offsetMin * 60_000;
}
