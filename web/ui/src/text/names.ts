/*
 * Words of the closed lists that the service sends, as keys of the table of texts. An unknown word
 * is shown as it is.
 */
import type { Hall, Label, ServiceNow, Why, WindowNow } from "../api/hall";
import { language } from "../api/settings";
import { pick, t, type Key } from "./text";

const STATES: Record<string, Key> = {
    closed: "state.closed",
    open: "state.open",
    calling: "state.calling",
    serving: "state.serving",
    paused: "state.paused",
};
const CLASSES: Record<string, Key> = {
    normal: "class.normal",
    appointment: "class.appointment",
    green: "class.green",
    credit: "class.credit",
};
const TICKETS: Record<string, Key> = {
    printing: "ticket.printing",
    unsure: "ticket.unsure",
    waiting: "ticket.waiting",
    held: "ticket.held",
    no_show: "ticket.noShow",
};
const PASSED: Record<string, Key> = {
    class: "passed.class",
    place: "passed.place",
    bound: "passed.bound",
    number: "passed.number",
    help_later: "passed.helpLater",
    slot: "passed.slot",
};
const TIERS: Record<string, Key> = {
    own: "tier.own",
    help: "tier.help",
    bound: "tier.bound",
    number: "tier.number",
    idle: "tier.idle",
};

/** What the service refuses a request with, beside the reasons of the hall, which come in both languages. */
const FAULTS: Record<string, Key> = {
    too_many_streams: "fault.tooManyStreams",
    no_memory: "fault.tooManyStreams",
    busy: "fault.busy",
    no_answer: "fault.noAnswer",
    unread: "fault.unread",
    too_large: "fault.tooLarge",
    malformed: "fault.malformed",
    bad_argument: "fault.malformed",
    unknown_command: "fault.unknownCommand",
    not_found: "fault.notFound",
    wrong_host: "fault.wrongHost",
    wrong_origin: "fault.wrongHost",
    log_in: "fault.logIn",
    bad_token: "fault.logIn",
    not_allowed: "refused.notAllowed",
    too_many: "refused.tooMany",
};

/** "" for a code without a row. */
export function faultWords(code: string): string {
    const key = FAULTS[code];
    return key ? t(key) : "";
}

export const stateName = (word: string) => named(STATES, word);
export const className = (word: string) => named(CLASSES, word);
export const ticketStateName = (word: string) => named(TICKETS, word);
export const tierName = (word: string) => named(TIERS, word);

/**
 * Why somebody who came earlier was passed over; "bound" speaks of the one called or of the one
 * passed.
 */
export function passedName(word: string, why: Why): string {
    if (word === "bound" && why.tier === "bound") return t("passed.boundHere");
    return named(PASSED, word).replace("{class}", className(why.class));
}

function named(table: Record<string, Key>, word: string): string {
    const key = table[word];
    return key ? t(key) : word;
}

export function labelText(label: Label | undefined, other: string): string {
    return (label && pick(label.zh, label.en)) || other;
}

export function serviceName(service: ServiceNow): string {
    return labelText(service.name, service.id);
}

/** The name in the language that the page is not in; "" where it says the same. */
export function otherServiceName(service: ServiceNow): string {
    const other = language.get() === "zh" ? service.name.en : service.name.zh;
    return other === serviceName(service) ? "" : other;
}

/** The wire values of the hall's reasons to pause; none where it has no list. */
export function pauseReasons(hall: Hall): string[] {
    return Object.keys(hall.pause_reasons ?? {});
}

/** The reason of a pause: the config's word for the wire value, else the value's number. */
export function pauseName(hall: Hall, reason: string | null | undefined): string {
    if (!reason) return "";
    const label = hall.pause_reasons?.[reason];
    return label ? labelText(label, reason) : t("pause.reason", { number: reason });
}

/**
 * "A +B": the letters of what a window serves, helped services after a plus; all of them in a word.
 */
export function lettersOf(window: WindowNow, hall: Hall): string {
    const letters = (list: string[]) =>
        list
            .map((id) => hall.services.find((service) => service.id === id)?.prefix ?? id)
            .join(" ");
    if (window.own.length === hall.services.length) return t("window.allServices");
    const own = letters(window.own) || t("unknown");
    if (!window.helps.length) return own;
    return `${own} +${letters(window.helps)}`;
}
