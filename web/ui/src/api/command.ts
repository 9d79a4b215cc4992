/*
 * Commands to the hall. What they did shows in the stream; the answer only says whether, and if
 * not, why.
 */
import { faultWords } from "../text/names";
import { t, pick } from "../text/text";
import { ask, session } from "./session";

export interface Answer {
    ok: boolean;
    /** The closed list of protocol/reason.h, or "unreachable". */
    reason: string;
    /** In the language of the page; "" when ok. */
    words: string;
    ticket: string | null;
}
interface AnswerJson {
    ok?: boolean;
    reason?: string;
    /** The code of a request that never came to the hall. */
    error?: string;
    message?: string;
    message_zh?: string;
    ticket?: string;
}

const TRIES = 2;

/** Never rejects. A retry after a lost answer carries the same id, so nothing is done twice. */
export async function send(name: string, values: Record<string, unknown>): Promise<Answer> {
    const body = JSON.stringify({ id: makeId(), ...values });
    for (let count = 0; count < TRIES; count++) {
        const answer = await ask(`/api/v1/commands/${name}`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body,
        });
        if (answer) return await read(answer);
    }
    return { ok: false, reason: "unreachable", words: t("refused.unreachable"), ticket: null };
}

async function read(answer: Response): Promise<Answer> {
    if (answer.status === 401) session.set("none");
    let json: AnswerJson = {};
    try {
        json = (await answer.json()) as AnswerJson;
    } catch {
        json = {}; // a proxy's page; the status below is all there is to tell
    }
    if (answer.ok && json.ok)
        return { ok: true, reason: "", words: "", ticket: json.ticket ?? null };
    const reason = json.reason ?? (answer.status === 403 ? "not_allowed" : "error");
    return { ok: false, reason, words: wordsOf(answer.status, json), ticket: null };
}

function wordsOf(status: number, json: AnswerJson): string {
    if (status === 403) return t("refused.notAllowed");
    if (status === 429) return t("refused.tooMany");
    if (json.error) return faultWords(json.error) || t("refused.error", { number: status });
    const words = pick(json.message_zh ?? "", json.message ?? "");
    return words || t("refused.error", { number: status });
}

function makeId(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
