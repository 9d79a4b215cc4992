/*
 * An alert in the page's language. What a device or the disk says beside it comes as English words of
 * closed lists and as figures; the rest of such texts is for the English page only.
 */
import type { AlertNow, Hall } from "../api/hall";
import { clock } from "../api/clock";
import { events } from "../api/live";
import { language } from "../api/settings";
import { serviceName } from "../text/names";
import { t, type Key } from "../text/text";
import { inLine, serviceOf, waitMinutes, windowOfAlert } from "./model";

export interface AlertWords {
    what: string;
    more: string;
}

const KINDS: Record<string, Key> = {
    wait_over: "alert.waitOver",
    wait_forecast: "alert.waitForecast",
    serve_over: "alert.servingOver",
    window_idle: "alert.windowIdle",
    service_unserved: "alert.serviceUnserved",
    waiting_after_closing: "alert.afterClosing",
    device_offline: "alert.deviceOffline",
    device_faulted: "alert.deviceFaulted",
    no_rating_channel: "alert.noRating",
    paper_low: "alert.paperLow",
    quota_near: "alert.quotaNear",
    uplink_lost: "alert.uplinkLost",
    disk_low: "alert.diskLow",
    clock_untrusted: "alert.clockUntrusted",
    help: "alert.help",
    bad_rating: "alert.badRating",
    bad_run: "alert.badRun",
    window_not_open: "alert.windowNotOpen",
    window_uncovered: "alert.windowUncovered",
    cases_full: "alert.casesFull",
    holidays_missing: "alert.holidaysMissing",
    case_due: "alert.caseDue",
    case_late: "alert.caseLate",
    bus_down: "alert.busDown",
    not_saved: "alert.notSaved",
};
const WHATS: Record<string, Key> = {
    "paper low": "what.paperLow",
    "paper out": "what.paperOut",
    "jam or cutter": "what.jam",
    "cover open": "what.cover",
    "key stuck": "what.keyStuck",
    "other fault": "what.other",
    "nearly full": "what.nearlyFull",
    full: "what.full",
};

/** On the window's own card the window need not be named again. */
export function alertShort(alert: AlertNow, hall: Hall): string {
    const key = KINDS[alert.kind];
    return key ? t(key, { subject: "" }).replace(/^[：: ]+/, "") : alertWords(alert, hall).what;
}

export function alertWords(alert: AlertNow, hall: Hall): AlertWords {
    const key = KINDS[alert.kind];
    const service = serviceOf(hall, alert.subject);
    const subject = service ? `${service.prefix} ${serviceName(service)}` : subjectOf(alert, hall);
    return {
        what: key ? t(key, { subject }) : t("alert.unknown", { kind: alert.kind, subject }),
        more: more(alert, hall),
    };
}

/**
 * A case is named by its ticket and window. An event of an alert has neither: it is told by the event
 * that opened the case, while that is in the list.
 */
function caseWords(alert: AlertNow): string {
    const opened = events.get().find((event) => `C-${event.id}` === alert.subject);
    const ticket = alert.ticket ?? opened?.data.ticket;
    const window = alert.window ?? opened?.data.window;
    if (!window) return ticket ?? alert.subject;
    return ticket
        ? t("alert.caseAt", { ticket, window })
        : t("window.name", { number: window });
}

function subjectOf(alert: AlertNow, hall: Hall): string {
    if (alert.subject.startsWith("C-")) return caseWords(alert);
    const window = windowOfAlert(hall, alert);
    const device = hall.devices.find((found) => found.id === alert.subject);
    if (device)
        return window === null ? device.id : t("alert.deviceAt", { device: device.id, window });
    return window === null ? alert.subject : t("window.name", { number: window });
}

/** "paper low, cover open", "nearly full" or "12 MiB free" in the page's language. */
function textWords(text: string): string {
    const free = /^(\d+) MiB free$/.exec(text);
    if (free) return t("alert.free", { count: free[1] ?? "" });
    const pressed = /^pressed (\d\d:\d\d)$/.exec(text);
    if (pressed) return t("alert.pressed", { time: pressed[1] ?? "" });
    const keys = text.split(", ").map((word) => WHATS[word]);
    const words = keys.map((key) => (key ? t(key) : "")).filter(Boolean);
    return words.length === keys.length ? words.join(t("alert.comma")) : language.get() === "en" ? text : "";
}

/**
 * What stands behind it; of a wait: who waits longest, how long, and how many windows serve them.
 */
function more(alert: AlertNow, hall: Hall): string {
    const service = serviceOf(hall, alert.subject);
    if (!service) return textWords(alert.text ?? "");
    const longest = inLine(hall)
        .filter((ticket) => ticket.service === service.id)
        .sort((a, b) => (a.since < b.since ? -1 : 1))[0];
    const parts = [t("alert.windowsServe", { count: service.windows_open })];
    if (longest) {
        const count = Math.floor(waitMinutes(longest, clock.get()));
        parts.unshift(t("alert.longest", { ticket: longest.ticket, count }));
    }
    return parts.join(" · ");
}
