/*
 * A journal event in one short line: what happened, to whom, where. A type without a row, of a
 * service newer than this page, shows its own name.
 */
import type { AlertNow, Hall, JournalEvent } from "../api/hall";
import { t, type Key } from "../text/text";
import { alertWords } from "./alert_words";

const TYPES: Record<string, Key> = {
    "hall.started": "event.hallStarted",
    "hall.stopped": "event.hallStopped",
    "hall.day_began": "event.dayBegan",
    "hall.opened": "event.hallOpened",
    "hall.closed": "event.hallClosed",
    "hall.extended": "event.hallExtended",
    "hall.notice_set": "event.noticeSet",
    "hall.clock_set": "event.clockSet",
    "calendar.set": "event.calendarSet",
    "config.loaded": "event.configLoaded",
    "service.stopped": "event.serviceStopped",
    "service.resumed": "event.serviceResumed",
    "ticket.issued": "event.issued",
    "ticket.printed": "event.printed",
    "ticket.unsure": "event.unsure",
    "ticket.restored": "event.restored",
    "ticket.checked_in": "event.checkedIn",
    "ticket.near": "event.near",
    "ticket.called": "event.called",
    "ticket.recalled": "event.recalled",
    "ticket.announced": "event.announced",
    "ticket.serving": "event.serving",
    "ticket.done": "event.done",
    "ticket.no_show": "event.noShow",
    "ticket.requeued": "event.requeued",
    "ticket.transferred": "event.transferred",
    "ticket.held": "event.held",
    "ticket.unheld": "event.unheld",
    "ticket.undone": "event.undone",
    "ticket.reclassed": "event.reclassed",
    "ticket.cancelled": "event.cancelled",
    "ticket.expired": "event.expired",
    "visit.linked": "event.visitLinked",
    "window.opened": "event.windowOpened",
    "window.closed": "event.windowClosed",
    "window.paused": "event.windowPaused",
    "window.resumed": "event.windowResumed",
    "window.assigned": "event.windowAssigned",
    "staff.signed_in": "event.signedIn",
    "staff.signed_out": "event.signedOut",
    "staff.set": "event.staffSet",
    "staff.removed": "event.staffRemoved",
    "rating.invited": "event.invited",
    "rating.given": "event.rated",
    "rating.reasons_given": "event.reasonsGiven",
    "rating.missed": "event.ratingMissed",
    "rating.not_asked": "event.notAsked",
    "rating.ignored": "event.ratingIgnored",
    "note.erased": "event.noteErased",
    "case.opened": "event.caseOpened",
    "case.contacted": "event.caseContacted",
    "case.verified": "event.caseVerified",
    "case.rectified": "event.caseRectified",
    "case.appealed": "event.caseAppealed",
    "case.late": "event.caseLate",
    "case.closed": "event.caseClosed",
    "appointment.booked": "event.booked",
    "appointment.cancelled": "event.bookingCancelled",
    "appointment.missed": "event.bookingMissed",
    "precheck.approved": "event.prechecked",
    "device.online": "event.deviceOnline",
    "device.offline": "event.deviceOffline",
    "device.faulted": "event.deviceFaulted",
    "device.recovered": "event.deviceRecovered",
    "device.keys_lost": "event.keysLost",
    "report.weekly": "event.weekly",
    "alert.raised": "event.alertRaised",
    "alert.acknowledged": "event.alertSeen",
    "alert.cleared": "event.alertCleared",
    "command.refused": "event.refused",
};

/** A case opened, by what opened it. */
const CASES: Record<string, Key> = {
    bad_rating: "event.caseBadRating",
    unsolved: "event.caseUnsolved",
};

export function eventName(event: JournalEvent): string {
    const type = event.type.replace(/^hallq\./, "");
    const caseKey = CASES[String(event.data["kind"])];
    if (type === "case.opened" && caseKey) return t(caseKey);
    if (type === "rating.given" && event.data["channel"] === "default") {
        return t("event.defaultGrade");
    }
    if (type === "ticket.announced" && event.data["reason"] === "given_up") {
        return t("event.notAnnounced");
    }
    const key = TYPES[type];
    return key ? t(key) : type;
}

/**
 * "A043 → 2" for a call; otherwise whichever of ticket, window, service, device, staff the event
 * names.
 */
export function eventSubject(event: JournalEvent, hall: Hall): string {
    const { ticket, window, service, device, staff, subject } = event.data as Record<
        string,
        string | number | undefined
    >;
    if (event.type.startsWith("hallq.alert.")) return alertWords(alertOf(event), hall).what;
    const at = window === undefined ? "" : t("window.name", { number: window });
    if (ticket && window !== undefined) return `${ticket} → ${window}`;
    if (ticket) return String(ticket);
    if (device) return String(device);
    if (staff) return `${staff} ${at}`.trim();
    if (at) return at;
    const letter = hall.services.find((found) => found.id === service)?.prefix;
    return String(letter ?? service ?? subject ?? "");
}

function alertOf(event: JournalEvent): AlertNow {
    const { kind, subject } = event.data as Record<string, string | undefined>;
    return {
        id: 0,
        kind: kind ?? "",
        subject: subject ?? "",
        since: event.time,
        acknowledged_by: null,
        saved: true,
        text: null,
        window: null,
        ticket: null,
    };
}
