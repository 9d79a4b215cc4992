/*
 * What the Now page computes from a snapshot. Pure; each function answers one question of a
 * manager.
 */
import type { AlertNow, Hall, ServiceNow, QueuedNow, WindowNow } from "../api/hall";
import { msOf } from "../parts/since";

const MINUTE_MS = 60_000;
const AXIS_LEAST_MIN = 5;
const NEAR_SHARE = 0.8; // of the limit: from here on a wait is shown as near it

export type Severity = "alert" | "bad" | "warn" | "off";
const ORDER: Severity[] = ["alert", "bad", "off", "warn"];

const SEVERITIES: Record<string, Severity> = {
    bad_rating: "bad",
    bad_run: "bad",
    case_due: "bad",
    case_late: "alert",
    cases_full: "bad",
    window_uncovered: "warn",
    window_not_open: "warn",
    window_idle: "warn",
    no_rating_channel: "warn",
    device_offline: "off",
    device_faulted: "off",
    paper_low: "warn",
    quota_near: "warn",
    wait_forecast: "warn",
    holidays_missing: "warn",
    clock_untrusted: "warn",
};

export function severityOf(alert: AlertNow): Severity {
    return SEVERITIES[alert.kind] ?? "alert";
}

/** Worst first, then oldest; what somebody has acknowledged comes last. */
export function sortedAlerts(alerts: AlertNow[]): AlertNow[] {
    const rank = (alert: AlertNow) =>
        (alert.acknowledged_by ? 10 : 0) + ORDER.indexOf(severityOf(alert));
    return [...alerts].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
}

export function serviceOf(hall: Hall, id: string | null | undefined): ServiceNow | null {
    return hall.services.find((service) => service.id === id) ?? null;
}

/** Who stands in the line now (not: being printed, held, gone but allowed back). */
export function inLine(hall: Hall): QueuedNow[] {
    return hall.queue.filter((ticket) => ticket.state === "waiting");
}

export function longestWaiting(hall: Hall): QueuedNow | null {
    let found: QueuedNow | null = null;
    for (const ticket of inLine(hall)) if (!found || ticket.since < found.since) found = ticket;
    return found;
}

export function waitMinutes(ticket: QueuedNow, nowMs: number): number {
    return Math.max(0, (nowMs - (msOf(ticket.since) ?? nowMs)) / MINUTE_MS);
}

/**
 * Who of the same service is called before this one, and those of them who came later than it: a
 * class with an earlier turn.
 */
export function placeOf(
    hall: Hall,
    ticket: QueuedNow,
): { before: QueuedNow[]; passing: QueuedNow[] } {
    const before = inLine(hall).filter(
        (one) =>
            one.service === ticket.service &&
            one.ticket !== ticket.ticket &&
            (one.turn < ticket.turn || (one.turn === ticket.turn && one.since < ticket.since)),
    );
    return { before, passing: before.filter((one) => one.since > ticket.since) };
}

export type Nearness = "well" | "near" | "over";

export function nearness(minutes: number, limit: number | null | undefined): Nearness {
    if (!limit) return "well";
    if (minutes > limit) return "over";
    return minutes > limit * NEAR_SHARE ? "near" : "well";
}

/**
 * One axis for all lanes, so that they can be compared: the longest limit at three quarters, or all
 * that wait.
 */
export function axisMinutes(hall: Hall, nowMs: number): number {
    const limits = hall.services.map((service) => ((service.wait_minutes ?? 0) * 4) / 3);
    const waits = inLine(hall).map((ticket) => waitMinutes(ticket, nowMs) * 1.08);
    return Math.ceil(Math.max(AXIS_LEAST_MIN, ...limits, ...waits) / 5) * 5;
}

export function isWorking(window: WindowNow): boolean {
    return window.state === "open" || window.state === "calling" || window.state === "serving";
}

export interface MoveOption {
    window: WindowNow;
    /** People who wait for the gaining service, a window: now and with this one more. */
    before: number;
    after: number;
    /** Services the window already serves and that have people waiting: they will share it. */
    sharing: ServiceNow[];
    harm: number;
}

const PAUSED_HARM = 500;
const CLOSED_HARM = 1000;

/**
 * Windows that could take on a service, least harm first: idle ones, then those whose own people
 * are fewest.
 */
export function moveOptions(hall: Hall, gaining: ServiceNow): MoveOption[] {
    const count = workingWindows(hall, gaining.id);
    const before = perWindow(gaining.waiting, count);
    const after = perWindow(gaining.waiting, count + 1);
    return hall.windows
        .filter((window) => !window.own.includes(gaining.id))
        .map((window) => ({
            window,
            before,
            after,
            sharing: sharing(hall, window),
            harm: harmOf(hall, window),
        }))
        .sort((a, b) => a.harm - b.harm || a.window.id - b.window.id);
}

function sharing(hall: Hall, window: WindowNow): ServiceNow[] {
    return hall.services.filter(
        (service) => window.own.includes(service.id) && service.waiting > 0,
    );
}

function harmOf(hall: Hall, window: WindowNow): number {
    const people = sharing(hall, window).reduce(
        (sum, service) => sum + perWindow(service.waiting, workingWindows(hall, service.id)),
        window.state === "open" ? 0 : 1,
    );
    if (window.state === "closed") return people + CLOSED_HARM;
    return window.state === "paused" ? people + PAUSED_HARM : people;
}

function workingWindows(hall: Hall, service: string): number {
    return hall.windows.filter((window) => isWorking(window) && window.own.includes(service))
        .length;
}

function perWindow(people: number, windows: number): number {
    return people / Math.max(windows, 1);
}

/** What is not well at a window, worst first: its alerts, and its dead terminal. */
export function troubles(hall: Hall, window: WindowNow): AlertNow[] {
    return sortedAlerts(hall.alerts.filter((alert) => windowOfAlert(hall, alert) === window.id));
}

export function windowOfAlert(hall: Hall, alert: AlertNow): number | null {
    const device = hall.devices.find((found) => found.id === alert.subject);
    if (device) return device.window ?? null;
    const found = /^(?:window-)?(\d+)$/.exec(alert.subject);
    return found ? Number(found[1]) : null;
}
