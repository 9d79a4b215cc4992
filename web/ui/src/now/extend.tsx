/*
 * 今天延时: until a time today, for the hall, a service or a window. It acts at once; its undo sets
 * what stood before, or an end that comes before anything could depend on it.
 */
import { useRef, useState } from "preact/hooks";
import { act, UNDO_MS, type Command } from "../api/action";
import { clock, clockText, timeToday } from "../api/clock";
import { msOf } from "../parts/since";
import { t } from "../text/text";

const SUGGESTED_MS = 30 * 60_000;
const UNDONE_MS = UNDO_MS + 5_000; // the undo's end must still lie ahead when it is pressed

interface ExtendPart {
    /** What is extended: {} the hall, or {service} or {window}. */
    what: Record<string, unknown>;
    name: string;
    /** Until when it is extended already. */
    extended: string | null;
    /** When the hall closes, if it is open. */
    closes: string | null;
}

export function Extend({ what, name, extended, closes }: ExtendPart) {
    const input = useRef<HTMLInputElement>(null);
    const [isWrong, setWrong] = useState(false);
    const from = msOf(extended) ?? msOf(closes) ?? clock.get();
    const submit = (submitted: Event) => {
        submitted.preventDefault();
        const until = timeToday(input.current?.value ?? "");
        setWrong(until === null);
        if (until === null) return;
        const command = (time: string): Command => ({
            name: "hall.extend",
            values: { ...what, until: time },
        });
        const before = extended ?? new Date(clock.get() + UNDONE_MS).toISOString();
        void act({
            id: `extend-${JSON.stringify(what)}`,
            command: command(new Date(until).toISOString()),
            undo: command(before),
            done: t("extend.done", { name, time: clockText(until) }),
        });
    };
    return (
        <form class="extend" onSubmit={submit}>
            <h3>{t("extend.title")}</h3>
            {extended && <p>{t("extend.stands", { time: clockText(msOf(extended) ?? 0) })}</p>}
            <label class="extend-field">
                <span>{t("extend.until")}</span>
                <input
                    ref={input}
                    inputMode="numeric"
                    autocomplete="off"
                    maxLength={5}
                    required
                    defaultValue={clockText(from + SUGGESTED_MS)}
                    aria-invalid={isWrong}
                />
            </label>
            <button class="button">{t("extend.go")}</button>
            {isWrong && <p role="alert">{t("extend.wrong")}</p>}
        </form>
    );
}
