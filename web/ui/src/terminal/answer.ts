/* What the last key was answered, in the line under the keys. */
import { makeStore } from "../api/store";
import { send } from "../api/command";
import { t } from "../text/text";
import type { TerminalKey } from "./keys";

export interface LastAnswer {
    key: string;
    words: string;
    isRefusal: boolean;
}

/** The key that waits for its answer, "" none: a second press meanwhile is not sent. */
export const pending = makeStore("");
export const lastAnswer = makeStore<LastAnswer | null>(null);

export async function press(key: TerminalKey, values: Record<string, unknown>): Promise<boolean> {
    if (pending.get()) return false;
    pending.set(key.id);
    const answer = await send(key.command, values);
    pending.set("");
    const what = t(key.word).replace("…", "");
    if (answer.ok) {
        const words = answer.ticket ? t("answer.doneTicket", { what, ticket: answer.ticket }) : t("answer.done", { what });
        lastAnswer.set({ key: key.id, words, isRefusal: false });
    } else {
        lastAnswer.set({ key: key.id, words: t("answer.refused", { what, words: answer.words }), isRefusal: true });
    }
    return answer.ok;
}
