/*
 * What readers of the screen are told: one polite message in five seconds, the newest wins. A page has
 * one such place; whatever wants to be heard says it here.
 */
import { useEffect } from "preact/hooks";
import { session } from "../api/session";
import { makeStore, useStore } from "../api/store";

const BETWEEN_MS = 5_000;

interface Message {
    words: string;
    /** The same words again are a message of their own. */
    count: number;
}

const spoken = makeStore<Message>({ words: "", count: 0 });
let waiting = "";
let timer = 0;
let freeAt = 0;

export function speak(words: string): void {
    if (!words) return;
    waiting = words;
    clearTimeout(timer);
    timer = window.setTimeout(tell, Math.max(0, freeAt - performance.now()));
}

function tell(): void {
    freeAt = performance.now() + BETWEEN_MS;
    spoken.set({ words: waiting, count: spoken.get().count + 1 });
}

/** Nobody is to find words that hold no longer: whoever reads the page would believe them. */
function unsay(words: string): void {
    if (waiting === words) unsayAll();
}

function unsayAll(): void {
    clearTimeout(timer);
    waiting = "";
    if (spoken.get().words) spoken.set({ words: "", count: spoken.get().count });
}

/** Whoever signs in next is not told what the last one was. */
session.watch(() => {
    if (session.get() === "none") unsayAll();
});

/** Speaks words whenever they change, and takes them back when they are no longer shown. */
export function useSpoken(words: string): void {
    useEffect(() => {
        speak(words);
        return () => unsay(words);
    }, [words]);
}

export function Status() {
    const { words, count } = useStore(spoken);
    return (
        <p class="readers" role="status">
            <span key={count}>{words}</span>
        </p>
    );
}
