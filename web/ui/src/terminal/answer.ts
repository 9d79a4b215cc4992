/* What the last key was answered, in the line under the keys. */
import { makeStore } from "../api/store";
import { send, type Answer } from "../api/command";
import { t } from "../text/text";
import type { TerminalKey } from "./keys";

export interface LastAnswer {
    key: string;
    words: string;
    isRefusal: boolean;
}

/** Keys that wait for their answer: the same key again is not sent meanwhile. */
export const pending = makeStore<ReadonlySet<string>>(new Set());
export const lastAnswer = makeStore<LastAnswer | null>(null);

let sending: Promise<unknown> = Promise.resolve();

/** Keys reach the hall in the order they were pressed, each after the answer to the one before. */
export async function press(key: TerminalKey, values: Record<string, unknown>): Promise<boolean> {
    if (pending.get().has(key.id)) return false;
    pending.set(new Set([...pending.get(), key.id]));
    const sent = sending.then(() => send(key.command, values));
    sending = sent;
    const answer = await sent;
    pending.set(new Set([...pending.get()].filter((id) => id !== key.id)));
    tell(key, answer);
    return answer.ok;
}

function tell(key: TerminalKey, answer: Answer): void {
    const what = t(key.word).replace("…", "");
    if (answer.ok) {
        const words = answer.ticket
            ? t("answer.doneTicket", { what, ticket: answer.ticket })
            : t("answer.done", { what });
        lastAnswer.set({ key: key.id, words, isRefusal: false });
    } else {
        lastAnswer.set({
            key: key.id,
            words: t("answer.refused", { what, words: answer.words }),
            isRefusal: true,
        });
    }
}
