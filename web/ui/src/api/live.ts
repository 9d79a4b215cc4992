/*
 * The hall as the signed-in pages see it: the newest snapshot and the latest journal events,
 * without a hole.
 */
import type { Hall, JournalEvent } from "./hall";
import { ask, loadSession, session } from "./session";
import { makeStore } from "./store";
import { openStream, type LiveStream } from "./stream";

const EVENTS_KEPT = 200;
const EVENTS_AT_START = 60;
const EVENTS_A_QUESTION = 500; // the service's own bound

export const hall = makeStore<Hall | null>(null);
/** Newest first, at most EVENTS_KEPT. */
export const events = makeStore<JournalEvent[]>([]);

let newest = 0; // seq of events[0]
let isFilling = false;

/** Who signs in next may see less: nothing of the last one stays. */
session.watch(() => {
    if (session.get() !== "none") return;
    hall.set(null);
    events.set([]);
    newest = 0;
});

export function openHall(): LiveStream {
    return openStream<Hall>({
        url: "/api/v1/stream",
        onSnapshot(snapshot) {
            const isFirst = hall.get() === null;
            hall.set(snapshot);
            if (isFirst) void fill(Math.max(0, snapshot.hall.seq - EVENTS_AT_START));
        },
        onEvent(bytes) {
            take(JSON.parse(bytes) as JournalEvent);
        },
        onRefused: () => void loadSession(),
    });
}

/**
 * An event that is not the next one shows a hole: what lies between is asked for, and the event
 * comes with it.
 */
function take(event: JournalEvent): void {
    const seq = Number(event.id);
    if (seq <= newest || isFilling) return;
    if (newest > 0 && seq === newest + 1) add([event]);
    else void fill(newest || seq - 1);
}

async function fill(after: number): Promise<void> {
    if (isFilling) return;
    isFilling = true;
    try {
        let from = after;
        for (;;) {
            const answer = await ask(`/api/v1/events?after=${from}&limit=${EVENTS_A_QUESTION}`);
            if (!answer?.ok) return;
            const page = (await answer.json()) as { events: JournalEvent[] };
            add(page.events);
            if (page.events.length < EVENTS_A_QUESTION) return;
            from = newest;
        }
    } finally {
        isFilling = false;
    }
}

function add(found: JournalEvent[]): void {
    const fresh = found.filter((event) => Number(event.id) > newest);
    const last = fresh[fresh.length - 1];
    if (!last) return;
    newest = Number(last.id);
    events.set([...fresh.reverse(), ...events.get()].slice(0, EVENTS_KEPT));
}
