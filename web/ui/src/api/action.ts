/*
 * What a person does to the hall from a page: one command, its "…" while it runs, then a line that
 * says what was done (with its way back for ten seconds) or why nothing was. The hall's picture
 * changes only when the stream says so.
 */
import { send } from "./command";
import { makeStore } from "./store";

export interface Command {
    name: string;
    values: Record<string, unknown>;
}

export interface Notice {
    words: string;
    isRefusal: boolean;
    undo: Command | null;
    /** performance.now() after which it is gone. */
    until: number;
}

export const UNDO_MS = 10_000;
const REFUSAL_MS = 12_000;

export const notice = makeStore<Notice | null>(null);
/** Keys of the actions that wait for their answer. */
export const busy = makeStore<ReadonlySet<string>>(new Set());

export interface Action {
    /** Which button it is; a second press while the first waits does nothing. */
    id: string;
    command: Command;
    done: string;
    undo?: Command | null;
}

export async function act(action: Action): Promise<boolean> {
    if (busy.get().has(action.id)) return false;
    busy.set(new Set([...busy.get(), action.id]));
    const answer = await send(action.command.name, action.command.values);
    const rest = new Set(busy.get());
    rest.delete(action.id);
    busy.set(rest);
    if (answer.ok) say(action.done, false, action.undo ?? null);
    else say(answer.words, true, null);
    return answer.ok;
}

export function say(words: string, isRefusal: boolean, undo: Command | null): void {
    const until = performance.now() + (isRefusal ? REFUSAL_MS : UNDO_MS);
    notice.set({ words, isRefusal, undo, until });
}
