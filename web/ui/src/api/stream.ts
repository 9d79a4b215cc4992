/*
 * The live stream of the service (Server-Sent Events): snapshots, journal events, heartbeats. The
 * browser reconnects a broken stream by itself with Last-Event-ID; one that the service refused is
 * opened anew here every 3 s.
 */
import { LOST_AFTER_MS, OLD_AFTER_MS, hearTime, silentMs, tick } from "./clock";
import { makeStore, type Store } from "./store";

/**
 * loading: nothing heard yet. old: silent 15 s. lost: silent 60 s. offline: the connection broke.
 */
export type Link = "loading" | "live" | "old" | "lost" | "offline";

const REOPEN_MS = 3_000;
const TICK_MS = 250;

/** What every snapshot of the service has. */
interface Timed {
    hall: { time: string };
}

export interface StreamUser<T extends Timed> {
    url: string;
    onSnapshot(snapshot: T): void;
    onEvent?(text: string): void;
    /** The service refused the stream: perhaps the log-in ended. */
    onRefused?(): void;
}

export interface LiveStream {
    link: Store<Link>;
    close(): void;
}

export function linkOf(hasData: boolean, isBroken: boolean, silent: number): Link {
    if (!hasData) return "loading";
    if (silent >= LOST_AFTER_MS) return "lost";
    if (isBroken) return "offline";
    return silent >= OLD_AFTER_MS ? "old" : "live";
}

export function openStream<T extends Timed>(user: StreamUser<T>): LiveStream {
    const link = makeStore<Link>("loading");
    let hasData = false;
    let isBroken = false;
    let reopenAt = 0;
    let source: EventSource | null = null;

    const judge = () => link.set(linkOf(hasData, isBroken, silentMs()));
    const hear = (time?: string) => {
        isBroken = false;
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
            }
        };
    };
    const timer = setInterval(() => {
        tick();
        judge();
        if (source?.readyState === EventSource.CLOSED && performance.now() >= reopenAt) open();
    }, TICK_MS);
    open();
    return {
        link,
        close() {
            clearInterval(timer);
            source?.close();
        },
    };
}
