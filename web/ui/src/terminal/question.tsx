/*
 * What a key must know before it acts: which service, which reason, which number. Digits pick: a
 * number that begins another one is taken after a moment, or by Enter. Esc closes.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Hall, WindowNow } from "../api/hall";
import { pauseName, pauseReasons, serviceName } from "../text/names";
import { t } from "../text/text";
import type { Ask } from "./keys";

const DIGIT_MS = 1_000;

interface Choice {
    /** As on the keys of the hardware terminal: one digit or two. */
    digits: string;
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
        const shown = dialog.current;
        shown?.showModal();
        return () => shown?.close(); // gives the focus back to the key that asked
    }, []);
    const pick = usePicking(choices, (choice) => answer(choice.values));
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
                    <li key={choice.digits}>
                        <button
                            type="button"
                            class="button choice"
                            onClick={() => answer(choice.values)}
                        >
                            <span class="muted">{choice.digits}</span> {choice.words}
                        </button>
                    </li>
                ))}
            </ul>
        </dialog>
    );
}

/** Gathers typed digits until they can mean only one choice. */
function usePicking(choices: Choice[], take: (choice: Choice) => void) {
    const typed = useRef("");
    const timer = useRef(0);
    const settle = () => {
        const found = choices.find((choice) => choice.digits === typed.current);
        typed.current = "";
        if (found) take(found);
        return Boolean(found);
    };
    useLayoutEffect(() => () => clearTimeout(timer.current), []);
    return (pressed: KeyboardEvent) => {
        if (pressed.repeat || pressed.target instanceof HTMLInputElement) return;
        if (pressed.key === "Enter" && typed.current && settle()) pressed.preventDefault();
        if (!/^\d$/.test(pressed.key)) return;
        pressed.preventDefault();
        clearTimeout(timer.current);
        const digits = typed.current + pressed.key;
        const begins = (start: string) => choices.some((one) => one.digits.startsWith(start));
        typed.current = begins(digits) ? digits : pressed.key;
        const open = choices.filter((one) => one.digits.startsWith(typed.current));
        if (open.length <= 1) settle();
        else timer.current = window.setTimeout(settle, DIGIT_MS);
    };
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
                digits: String(service.index),
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
