/* What stands now, as /api/v1/hall and the stream's `snapshot` say it (protocol/snapshot.h). Times are RFC 3339. */
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
    longest_wait_s: number | null;
    estimate_s: [number, number] | null;
    open: boolean;
    closed_why?: string | null;
    stopped?: boolean;
    wait_minutes?: number | null;
    windows_open?: number;
    issued?: number;
    served?: number;
}

export type WindowState = "closed" | "open" | "calling" | "serving" | "paused";

export interface Passed {
    ticket: string;
    reason: string;
}

export interface Why {
    turn: string;
    class: string;
    tier: string;
    passed: Passed[];
    passed_count: number;
}

export interface WindowNow {
    id: number;
    label: string;
    zone?: string;
    state: WindowState;
    ticket: string | null;
    service?: string | null;
    class?: string | null;
    ticket_issued?: string | null;
    assumed?: boolean;
    calls?: number;
    called?: string | null;
    why?: Why | null;
    held?: string | null;
    staff: string | null;
    since: string | null;
    own: string[];
    helps: string[];
    pause_reason?: string | null;
    pending?: string | null;
    help_wanted?: boolean;
    waiting?: number;
    next?: string | null;
    next_since?: string | null;
    rating_ends?: string | null;
    served?: number;
    served_s?: number;
}

export interface WaitingNow {
    ticket: string;
    service: string;
    class: string;
    state: string;
    issued: string;
    window?: number | null;
}

export interface DeviceNow {
    id: string;
    bus: string;
    role: string;
    window?: number | null;
    online: boolean;
    faulted?: boolean;
    since: string | null;
    last_answer?: string | null;
    failures: number;
}

export interface AlertNow {
    id: number;
    kind: string;
    subject?: string;
    since: string;
    acknowledged_by: string | null;
    text: string;
}

export interface CalledNow {
    ticket: string;
    window: number;
    called: string;
    calls?: number;
}

export interface Hall {
    time: string;
    hall: {
        id: string;
        name: string;
        open: boolean;
        day: string;
        seq: number;
        era: string;
        opens?: string | null;
        closes?: string | null;
        notice?: string;
        saved?: boolean;
        clock_trusted?: boolean;
    };
    totals?: {
        issued: number;
        served: number;
        no_shows: number;
        ratings?: number;
        satisfied?: number;
        invited?: number;
        cases_open?: number;
    };
    services: ServiceNow[];
    windows: WindowNow[];
    waiting?: WaitingNow[];
    called?: CalledNow[];
    devices?: DeviceNow[];
    alerts?: AlertNow[];
    uplink?: { connected: boolean; behind: number; configured?: boolean };
    pause_reasons?: Record<string, Label>;
}

/** One journal event: the CloudEvent's own bytes, read. */
export interface JournalEvent {
    id: string;
    type: string;
    time: string;
    data: Record<string, unknown> & { ticket?: string; window?: number; why?: Why; waited_s?: number };
}
