/*
 * The live stream of the service (Server-Sent Events): snapshots, journal events, heartbeats. The
 * browser reconnects a broken stream by itself with Last-Event-ID; one that the service refused is
 * opened anew here every 3 s.
 */
import { LOST_AFTER_MS, OLD_AFTER_MS, hearTime, silentMs, tick } from "./clock";
import { faultWords } from "../text/names";
import { t } from "../text/text";
import { ask } from "./session";
import { makeStore, type Store } from "./store";

/**
 * loading: nothing heard yet. unreached: nothing heard yet, and the service does not answer or
 * refuses. old: silent 15 s. lost: silent 60 s. offline: the connection broke.
 */
export type Link = "loading" | "unreached" | "live" | "old" | "lost" | "offline";

const REOPEN_MS = 3_000;
const TICK_MS = 250;

/** What every snapshot of the service has. */
interface Timed {
    hall: { time: string };
}

export interface StreamUser<T extends Timed> {
    url: string;
    /** What to ask for once a stream was refused: a stream's own refusal has no words. */
    probe: string;
    onSnapshot(snapshot: T): void;
    onEvent?(text: string): void;
    /** The service refused the stream: perhaps the log-in ended. */
    onRefused?(): void;
}

export interface LiveStream {
    link: Store<Link>;
    /** Why nothing comes, in words; "" while something does. */
    fault: Store<string>;
    close(): void;
}

export function linkOf(hasData: boolean, isBroken: boolean, silent: number): Link {
    if (!hasData) return isBroken ? "unreached" : "loading";
    if (silent >= LOST_AFTER_MS) return "lost";
    if (isBroken) return "offline";
    return silent >= OLD_AFTER_MS ? "old" : "live";
}

/** In words why the service gives nothing. It may answer a question and yet have no stream to give. */
async function faultOf(probe: string): Promise<string> {
    const answer = await ask(probe);
    if (!answer) return "";
    if (answer.ok) return t("fault.tooManyStreams");
    const { error } = (await answer.json().catch(() => ({}))) as { error?: string };
    return faultWords(error ?? "") || t("refused.error", { number: answer.status });
}

export function openStream<T extends Timed>(user: StreamUser<T>): LiveStream {
    const link = makeStore<Link>("loading");
    const fault = makeStore("");
    let hasData = false;
    let isBroken = false;
    let reopenAt = 0;
    let source: EventSource | null = null;

    const judge = () => link.set(linkOf(hasData, isBroken, silentMs()));
    const hear = (time?: string) => {
        isBroken = false;
        fault.set("");
        if (time) hearTime(time);
        judge();
    };
    const open = () => {
        source = new EventSource(user.url);
        source.addEventListener("snapshot", (message) => {
            hasData = true;
            const snapshot = JSON.parse(message.data) as T;
            hear(snapshot.hall.time);
            user.onSnapshot(snapshot);
        });
        source.addEventListener("event", (message) => {
            hear();
            user.onEvent?.(message.data);
        });
        source.addEventListener("heartbeat", (message) =>
            hear((JSON.parse(message.data) as { time: string }).time),
        );
        source.onerror = () => {
            isBroken = true;
            judge();
            if (source?.readyState === EventSource.CLOSED) {
                reopenAt = performance.now() + REOPEN_MS;
                user.onRefused?.();
                if (!hasData) void faultOf(user.probe).then((words) => isBroken && fault.set(words));
            }
        };
    };
    const timer = setInterval(() => {
        if (!isBroken) tick(); // the page says that it shows what stood then
        judge();
        if (source?.readyState === EventSource.CLOSED && performance.now() >= reopenAt) open();
    }, TICK_MS);
    open();
    return {
        link,
        fault,
        close() {
            clearInterval(timer);
            source?.close();
        },
    };
}
