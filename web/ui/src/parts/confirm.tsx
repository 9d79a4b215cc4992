/*
 * A question before what can't be undone: it says the effect, its button is the verb, and the focus
 * starts on 取消.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../text/text";

interface ConfirmPart {
    question: string;
    verb: string;
    yes: () => void;
    no: () => void;
}

export function Confirm({ question, verb, yes, no }: ConfirmPart) {
    const dialog = useRef<HTMLDialogElement>(null);
    const cancel = useRef<HTMLButtonElement>(null);
    useLayoutEffect(() => {
        const shown = dialog.current;
        shown?.showModal();
        cancel.current?.focus();
        return () => shown?.close(); // gives the focus back to what asked
    }, []);
    return (
        <dialog class="confirm" ref={dialog} aria-labelledby="confirm-question" onCancel={no}>
            <p id="confirm-question">{question}</p>
            <div class="confirm-acts">
                <button type="button" class="button" ref={cancel} onClick={no}>
                    {t("cancel")}
                </button>
                <button type="button" class="button first" onClick={yes}>
                    {verb}
                </button>
            </div>
        </dialog>
    );
}
