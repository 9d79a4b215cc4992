/*
 * The keys: one big for the next, six beside it, and under them the line of the answer with undo,
 * call, help.
 */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../api/store";
import type { WindowNow } from "../api/hall";
import { Glyph } from "../parts/glyph";
import { speak } from "../parts/status";
import { t } from "../text/text";
import { lastAnswer, pending } from "./answer";
import { MORE_KEYS, NEXT, UNDO, mainKeys, type TerminalKey } from "./keys";

export interface KeypadPart {
    window: WindowNow;
    /** A pause is asked for its reason first. */
    asksPause: boolean;
    /** Whole seconds in which undo works; 0 hides its count. */
    undoSeconds: number;
    go: (key: TerminalKey) => void;
}

export function Keypad({ window, asksPause, undoSeconds, go }: KeypadPart) {
    return (
        <section aria-label={t("terminal.keys")}>
            <div class="keys">
                <KeyButton pad={NEXT} window={window} go={go} kind="big" />
                {mainKeys(window, asksPause).map((key) => (
                    <KeyButton key={key.id} pad={key} window={window} go={go} />
                ))}
            </div>
            <div class="under-keys">
                <AnswerLine />
                <div class="more-keys">
                    {undoSeconds > 0 && (
                        <button
                            type="button"
                            class="button key-more"
                            aria-keyshortcuts="Control+Z"
                            onClick={() => go(UNDO)}
                        >
                            {undoSeconds < 10
                                ? t("undoSeconds", { count: undoSeconds })
                                : t("undo")}
                        </button>
                    )}
                    {MORE_KEYS.map((key) => (
                        <KeyButton key={key.id} pad={key} window={window} go={go} kind="more" />
                    ))}
                </div>
            </div>
        </section>
    );
}

interface KeyButtonPart {
    pad: TerminalKey;
    window: WindowNow;
    go: (key: TerminalKey) => void;
    kind?: "big" | "more" | "";
}

function KeyButton({ pad, window, go, kind = "" }: KeyButtonPart) {
    const isBusy = useStore(pending).has(pad.id);
    const button = useRef<HTMLButtonElement>(null);
    const canWork = pad.can(window);
    useEffect(() => {
        if (kind === "big") button.current?.focus();
    }, []);
    return (
        <button
            type="button"
            ref={button}
            class={`button key key-${kind || "one"} ${canWork ? "" : "cannot"}`}
            aria-keyshortcuts={pad.shortcut}
            aria-busy={isBusy}
            onClick={() => go(pad)}
        >
            <span class="key-word">{isBusy ? "…" : t(pad.word)}</span>
            <span class="key-shortcut" aria-hidden="true">
                {pad.shortcut.replace("Shift+", "⇧")}
            </span>
        </button>
    );
}

function AnswerLine() {
    const answer = useStore(lastAnswer);
    useEffect(() => speak(answer?.words ?? ""), [answer]);
    return (
        <p class={`answer ${answer?.isRefusal ? "refused" : ""}`}>
            {answer?.isRefusal && <Glyph name="warn" />}
            <span>{answer?.words ?? t("answer.none")}</span>
        </p>
    );
}
