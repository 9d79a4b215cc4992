/*
 * The hall as the signed-in pages see it: the newest snapshot and the latest journal events,
 * without a hole. The list is filled from the journal until it has come to the newest event that
 * was heard of; a question without answer is asked again.
 */
import type { Hall, JournalEvent } from "./hall";
import { ask, loadSession, session } from "./session";
import { makeStore } from "./store";
import { openStream, type LiveStream } from "./stream";

const EVENTS_KEPT = 200;
const EVENTS_AT_START = 60;
const EVENTS_A_QUESTION = 500; // the service's own bound
const ASK_AGAIN_MS = 2_000;

interface EventPage {
    events: JournalEvent[];
    /** The last row that was looked at; some rows are not for everybody. */
    next: number;
}

export const hall = makeStore<Hall | null>(null);
/** Newest first, at most EVENTS_KEPT. */
export const events = makeStore<JournalEvent[]>([]);

let era = ""; // of the events in the list; a restored journal begins another one
let newest = -1; // seq up to which the list is whole; -1 before the first snapshot
let highest = 0; // seq of the newest event heard of
let generation = 0; // answers to questions of an older one are dropped
let isFilling = false;

/** Who signs in next may see less: nothing of the last one stays. */
session.watch(() => {
    if (session.get() !== "none") return;
    hall.set(null);
    begin("", -1);
});

export function openHall(): LiveStream {
    return openStream<Hall>({
        url: "/api/v1/stream",
        probe: "/api/v1/hall",
        onSnapshot(snapshot) {
            const { seq } = snapshot.hall;
            if (seq !== null && (newest < 0 || snapshot.hall.era !== era)) {
                begin(snapshot.hall.era, Math.max(0, seq - EVENTS_AT_START));
                hear(seq);
            }
            hall.set(snapshot);
        },
        onEvent(bytes) {
            take(JSON.parse(bytes) as JournalEvent);
        },
        onRefused: () => void loadSession(),
    });
}

/** An empty list that is whole up to `after`. */
function begin(nextEra: string, after: number): void {
    era = nextEra;
    newest = after;
    highest = Math.max(after, 0);
    generation++;
    isFilling = false;
    events.set([]);
}

/** An event that is not the next one shows a hole; it comes with what is asked for. */
function take(event: JournalEvent): void {
    const seq = Number(event.id);
    if (newest < 0) return; // the first snapshot asks for all of them
    if (event.era !== era) begin(event.era, Math.max(0, seq - EVENTS_AT_START));
    if (seq === newest + 1 && !isFilling) {
        add([event]);
        newest = seq;
    }
    hear(seq);
}

function hear(seq: number): void {
    highest = Math.max(highest, seq);
    if (newest < highest && !isFilling) void fill();
}

async function fill(): Promise<void> {
    const mine = generation;
    isFilling = true;
    while (newest < highest) {
        const from = newest;
        const page = await read(from);
        if (mine !== generation) return;
        if (page && page.next > from) {
            add(page.events);
            newest = page.next;
            continue;
        }
        await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
        if (mine !== generation) return;
    }
    isFilling = false;
}

async function read(after: number): Promise<EventPage | null> {
    const answer = await ask(`/api/v1/events?after=${after}&limit=${EVENTS_A_QUESTION}`);
    if (!answer?.ok) return null;
    try {
        return (await answer.json()) as EventPage;
    } catch {
        return null; // the connection broke within the answer
    }
}

function add(found: JournalEvent[]): void {
    if (found.length === 0) return;
    events.set([...[...found].reverse(), ...events.get()].slice(0, EVENTS_KEPT));
}
