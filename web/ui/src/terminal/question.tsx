/*
 * What a key must know before it acts: which service, which reason, which number. Digits pick, Esc
 * closes.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Hall, WindowNow } from "../api/hall";
import { pauseName, pauseReasons, serviceName } from "../text/names";
import { t } from "../text/text";
import type { Ask } from "./keys";

interface Choice {
    digit: string;
    words: string;
    values: Record<string, unknown>;
}

export interface QuestionPart {
    ask: Ask;
    window: WindowNow;
    hall: Hall;
    answer: (values: Record<string, unknown>) => void;
    close: () => void;
}

export function Question({ ask, window, hall, answer, close }: QuestionPart) {
    const dialog = useRef<HTMLDialogElement>(null);
    const choices = choicesOf(ask, window, hall);
    useLayoutEffect(() => {
        dialog.current?.showModal();
    }, []);
    const pick = (pressed: KeyboardEvent) => {
        const found = choices.find((choice) => choice.digit === pressed.key);
        if (!found || pressed.repeat || pressed.target instanceof HTMLInputElement) return;
        pressed.preventDefault();
        answer(found.values);
    };
    return (
        <dialog
            class="question"
            ref={dialog}
            onCancel={close}
            onKeyDown={pick}
            aria-labelledby="question-title"
        >
            <div class="question-head">
                <h2 id="question-title">{titleOf(ask)}</h2>
                <button type="button" class="button" onClick={close}>
                    {t("cancel")}
                </button>
            </div>
            {ask === "call" ? <TicketForm answer={answer} /> : null}
            <ul class="choices">
                {choices.map((choice) => (
                    <li key={choice.digit}>
                        <button
                            type="button"
                            class="button choice"
                            onClick={() => answer(choice.values)}
                        >
                            <span class="muted">{choice.digit}</span> {choice.words}
                        </button>
                    </li>
                ))}
            </ul>
        </dialog>
    );
}

function titleOf(ask: Ask): string {
    if (ask === "transfer") return t("ask.transfer");
    return ask === "pause" ? t("ask.pause") : t("ask.call");
}

function choicesOf(ask: Ask, window: WindowNow, hall: Hall): Choice[] {
    if (ask === "transfer") {
        return hall.services
            .filter((service) => service.id !== window.ticket_service)
            .map((service) => ({
                digit: String(service.index),
                words: `${service.prefix} ${serviceName(service)}`,
                values: { service: service.id },
            }));
    }
    if (ask !== "pause") return [];
    return pauseReasons(hall).map((reason) => ({
        digits: reason,
        words: pauseName(hall, reason),
        values: { reason },
    }));
}

const TICKET_FORM = /^[A-Z]{1,2}\d{3}$/;

/** A number as on paper; "a31" is taken as A031. */
function TicketForm({ answer }: { answer: QuestionPart["answer"] }) {
    const [isWrong, setWrong] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const go = (submitted: Event) => {
        submitted.preventDefault();
        const typed = (input.current?.value ?? "").trim().toUpperCase();
        const ticket = typed.replace(
            /^([A-Z]{1,2})(\d{1,3})$/,
            (_, letters: string, digits: string) => letters + digits.padStart(3, "0"),
        );
        if (TICKET_FORM.test(ticket)) answer({ ticket });
        else setWrong(true);
    };
    return (
        <form onSubmit={go}>
            <label class="field">
                <span>{t("ask.ticket")}</span>
                <input
                    ref={input}
                    autocomplete="off"
                    autocapitalize="characters"
                    maxLength={5}
                    aria-invalid={isWrong}
                />
            </label>
            {isWrong && <p role="alert">{t("ask.ticketWrong")}</p>}
            <button class="button first">{t("ask.callGo")}</button>
        </form>
    );
}
