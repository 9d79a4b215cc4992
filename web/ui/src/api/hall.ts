/*
 * What stands now, as /api/v1/hall and the stream's `snapshot` say it (protocol/snapshot.h). Times
 * are RFC 3339.
 */
export interface Label {
    zh: string;
    en: string;
}

export interface ServiceNow {
    id: string;
    index: number;
    prefix: string;
    name: Label;
    waiting: number;
    estimate_s: [number, number] | null;
    open: boolean;
    longest_wait_s: number | null;
    longest_ticket: string | null;
    closed_why: string | null;
    /** Its papers are looked over before a ticket is given. */
    precheck: boolean;
    stopped: boolean;
    /** As whoever stopped it wrote it; "unserved": the rule did, as no window serves it. */
    stop_reason: string | null;
    stopped_until: string | null;
    extended: string | null;
    wait_minutes: number | null;
    windows_open: number;
    /** For the half hour that runs; null: the records have no weeks to go by. */
    windows_advised: number | null;
    issued: number;
    served: number;
}

export type WindowState = "closed" | "open" | "calling" | "serving" | "paused";

export interface Passed {
    ticket: string;
    reason: string;
}

export interface Why {
    class: string;
    tier: string;
    passed: Passed[];
    passed_count: number;
}

export interface WindowNow {
    id: number;
    label: string;
    zone: string | null;
    state: WindowState;
    ticket: string | null;
    ticket_service: string | null;
    class: string | null;
    /** Nobody pressed START; the time after the call did. */
    assumed: boolean;
    calls: number;
    called: string | null;
    waited_s: number | null;
    why: Why | null;
    held: string | null;
    staff: string | null;
    since: string | null;
    own: string[];
    helps: string[];
    extended: string | null;
    pause_reason: string | null;
    /** What takes effect after the ticket at hand. */
    pending: "close" | "pause" | null;
    help: boolean;
    waiting: number;
    next: string | null;
    next_since: string | null;
    rating_ends: string | null;
    served: number;
    served_s: number;
}

/** A ticket of the line, or one that may come back to it. */
export interface QueuedNow {
    ticket: string;
    service: string;
    class: string;
    state: string;
    since: string;
    /** What orders the line: the earliest turn is called first. */
    turn: number;
    window: number | null;
}

export interface BusNow {
    id: string;
    up: boolean;
    /** Up, and something is wrong with its wiring or settings: `what`. */
    ill: boolean;
    what: string | null;
}

export interface DeviceNow {
    id: string;
    bus: string;
    role: string;
    window: number | null;
    online: boolean;
    faulted: boolean;
    since: string | null;
    last_answer: string | null;
    failures: number;
}

export interface AlertNow {
    id: number;
    kind: string;
    subject: string;
    since: string;
    acknowledged_by: string | null;
    text: string | null;
    /** false: it can't be written yet, so nobody can acknowledge it, and its id is a negative one. */
    saved: boolean;
    /** Of a case that is open: whom it is about. */
    window: number | null;
    ticket: string | null;
}

/** What differs from the file; `revert` is the command that takes it back, sent as it stands. */
export interface ChangeNow {
    kind: string;
    service?: string;
    window?: number;
    staff?: string;
    date?: string;
    /** null: the day's end. */
    until: string | null;
    since: string | null;
    by: { kind: string; id: string } | null;
    revert: { name: string; command: Record<string, unknown> };
}

/** Newest first. */
export interface CalledNow {
    ticket: string;
    window: number;
    since: string;
    calls: number;
}

interface HallFacts {
    id: string;
    name: string;
    open: boolean;
    time: string;
    notice: string | null;
    closed_why: string | null;
    /** Of whoever closed it before its time. */
    closed_reason: string | null;
    opens: string | null;
    closes: string | null;
}

/** What the config says of the waiting-area screen. */
export interface DisplayNow {
    flash_s: number;
    english: boolean;
}

export interface Hall {
    hall: HallFacts & {
        /** Today's end by command. */
        extended: string | null;
        /** null to who may not count events: from their number a grade could be told. */
        seq: number | null;
        /** Of the journal: another one after a restore. */
        era: string;
        saved: boolean;
        clock_trusted: boolean;
        /** Whoever is signed in by another's log-in is asked for their PIN. */
        pin_wanted: boolean;
        waiting: number;
        issued: number;
        served: number;
        no_shows: number;
        /** These four are not for staff. */
        ratings?: number;
        satisfied?: number;
        invited?: number;
        cases_open?: number;
    };
    services: ServiceNow[];
    windows: WindowNow[];
    called: CalledNow[];
    queue: QueuedNow[];
    buses: BusNow[];
    devices: DeviceNow[];
    alerts: AlertNow[];
    changes: ChangeNow[];
    uplink: { connected: boolean; configured: boolean; behind: number | null };
    /** Names of the wire values of pauses, where the service tells them. */
    pause_reasons?: Record<string, Label>;
}

/** /api/v1/display: what everybody may see. */
export interface PublicHall {
    hall: HallFacts;
    services: Pick<
        ServiceNow,
        | "id"
        | "prefix"
        | "name"
        | "waiting"
        | "estimate_s"
        | "open"
        | "stopped"
        | "stop_reason"
    >[];
    windows: Pick<WindowNow, "id" | "label" | "zone" | "state" | "ticket">[];
    called: CalledNow[];
    display: DisplayNow;
}

/** One journal event: the CloudEvent's own bytes, read. */
export interface JournalEvent {
    id: string;
    era: string;
    type: string;
    time: string;
    data: Record<string, unknown> & {
        ticket?: string;
        window?: number;
        why?: Why;
        waited_s?: number;
    };
}
