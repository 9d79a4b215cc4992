/* Why a service is stopped or the hall closed, in the manager's words: boards and paper say it. */
import { t } from "../text/text";

const MOST_BYTES = 32; // of UTF-8, as the command takes it: ten characters of Chinese

interface ReasonFieldPart {
    reason: string;
    set: (reason: string) => void;
}

export function ReasonField({ reason, set }: ReasonFieldPart) {
    return (
        <label class="reason-field">
            <span>{t("reason.label")}</span>
            <input
                autocomplete="off"
                value={reason}
                onInput={(typed) => {
                    typed.currentTarget.value = cut(typed.currentTarget.value);
                    set(typed.currentTarget.value);
                }}
            />
        </label>
    );
}

/** As much of it as is taken, at a whole character. */
function cut(text: string): string {
    const letters = [...text];
    while (new TextEncoder().encode(letters.join("")).length > MOST_BYTES) letters.pop();
    return letters.join("");
}

/** The command's argument: none where nothing was written. */
export function reasonValue(reason: string | null): { reason?: string } {
    const words = reason?.trim();
    return words ? { reason: words } : {};
}

/** What a person wrote; a rule's word in its own. */
export function reasonWords(reason: string): string {
    return reason === "unserved" ? t("display.unserved") : reason;
}
