/*
 * The keys of a browser terminal: what each says, which command it sends, which key of the keyboard
 * it is, and in which states of the window it can work. One that can't is dashed and still explains
 * when pressed: the service refuses it.
 */
import type { Hall, WindowNow } from "../api/hall";
import type { Key } from "../text/text";

export type Ask = "transfer" | "pause" | "call" | "staff";
export interface TerminalKey {
    id: string;
    word: Key;
    /** As in KeyboardEvent.key, with "Shift+" or "Control+" before it. */
    shortcut: string;
    /** The command; or, with `asks`, the command once the question is answered. */
    command: string;
    asks?: Ask;
    can: (window: WindowNow) => boolean;
}

const inStates =
    (...states: WindowNow["state"][]) =>
    (window: WindowNow) =>
        states.includes(window.state);
const notClosed = (window: WindowNow) => window.state !== "closed";

export const NEXT: TerminalKey = {
    id: "next",
    word: "key.next",
    shortcut: "F2",
    command: "window.next",
    can: notClosed,
};
const RECALL: TerminalKey = {
    id: "recall",
    word: "key.recall",
    shortcut: "F3",
    command: "window.recall",
    can: (window) => window.state === "calling" || (window.state === "serving" && window.assumed),
};
const NO_SHOW: TerminalKey = {
    ...RECALL,
    id: "no_show",
    word: "key.noShow",
    shortcut: "F4",
    command: "window.no_show",
};
const TRANSFER: TerminalKey = {
    id: "transfer",
    word: "key.transfer",
    shortcut: "F6",
    command: "window.transfer",
    asks: "transfer",
    can: inStates("calling", "serving"),
};
const HOLD: TerminalKey = {
    id: "hold",
    word: "key.hold",
    shortcut: "F7",
    command: "window.hold",
    can: inStates("calling", "serving"),
};
const UNHOLD: TerminalKey = {
    id: "unhold",
    word: "key.unhold",
    shortcut: "F7",
    command: "window.unhold",
    can: inStates("open", "paused"),
};
const START: TerminalKey = {
    id: "start",
    word: "key.start",
    shortcut: "F8",
    command: "window.start",
    can: notClosed,
};
const DONE: TerminalKey = {
    id: "done",
    word: "key.done",
    shortcut: "F8",
    command: "window.done",
    can: inStates("calling", "serving"),
};
const PAUSE: TerminalKey = {
    id: "pause",
    word: "key.pause",
    shortcut: "F9",
    command: "window.pause",
    asks: "pause",
    can: notClosed,
};
/** In a hall without reasons it acts at once, and so has no dots. */
const PAUSE_NOW: TerminalKey = { ...PAUSE, word: "key.pauseNow" };
const RESUME: TerminalKey = {
    id: "resume",
    word: "key.resume",
    shortcut: "F9",
    command: "window.resume",
    can: notClosed,
};
/** The pause that waits for the ticket at hand is taken back by the same key. */
const UNPAUSE: TerminalKey = { ...RESUME, id: "unpause", word: "key.unpause" };
const INVITE: TerminalKey = {
    id: "invite",
    word: "key.invite",
    shortcut: "F10",
    command: "rating.invite",
    can: inStates("serving"),
};
const CALL: TerminalKey = {
    id: "call",
    word: "key.call",
    shortcut: "Shift+F2",
    command: "window.call",
    asks: "call",
    can: inStates("open", "serving", "paused"),
};
const HELP: TerminalKey = {
    id: "help",
    word: "key.help",
    shortcut: "Shift+F1",
    command: "window.help",
    can: () => true,
};
export const UNDO: TerminalKey = {
    id: "undo",
    word: "undo",
    shortcut: "Control+z",
    command: "window.undo",
    can: notClosed,
};

/** The six keys beside the big one; hold, start and pause are two-faced. */
export function mainKeys(window: WindowNow, asksPause = true): TerminalKey[] {
    const pause = asksPause ? PAUSE : PAUSE_NOW;
    const isHolding =
        Boolean(window.held) && (window.state === "open" || window.state === "paused");
    return [
        RECALL,
        NO_SHOW,
        window.state === "calling" ? START : DONE,
        TRANSFER,
        isHolding ? UNHOLD : HOLD,
        window.state === "paused" ? RESUME : window.pending === "pause" ? UNPAUSE : pause,
    ];
}

export const MORE_KEYS: TerminalKey[] = [INVITE, CALL, HELP];

export function allKeys(window: WindowNow): TerminalKey[] {
    return [NEXT, ...mainKeys(window), ...MORE_KEYS, UNDO];
}

/**
 * Which key of the page a press of the keyboard means; none while a key is held down or a dialog is
 * open. With Alt or Meta a press is the browser's or the system's.
 */
export function keyOf(pressed: KeyboardEvent, window: WindowNow): TerminalKey | null {
    if (pressed.repeat || pressed.altKey || pressed.metaKey) return null;
    if (document.querySelector("dialog[open]")) return null;
    const inText = pressed.target instanceof HTMLInputElement;
    if (pressed.code === "NumpadEnter") return inText ? null : NEXT;
    const held = (pressed.ctrlKey ? "Control+" : "") + (pressed.shiftKey ? "Shift+" : "");
    const name = held + pressed.key;
    const found = allKeys(window).find((key) => key.shortcut === name) ?? null;
    return inText && found === UNDO ? null : found;
}

export const UNDO_MS = 10_000;

/**
 * Milliseconds in which an undo would still be taken; 0 none. A call, or a start that nobody
 * pressed, is undone within ten seconds of when the window came into that state, however often it
 * was called.
 */
export function undoLeft(
    window: WindowNow,
    sinceMs: number | null,
    noShowMs: number,
    nowMs: number,
): number {
    const isCall = window.state === "calling" || (window.state === "serving" && window.assumed);
    const from = isCall ? sinceMs : window.state === "open" ? noShowMs : null;
    return from ? Math.max(0, from + UNDO_MS - nowMs) : 0;
}

export function windowOf(hall: Hall, id: number): WindowNow | null {
    return hall.windows.find((window) => window.id === id) ?? null;
}
