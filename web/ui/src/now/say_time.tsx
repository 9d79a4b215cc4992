/*
 * While the clock is not trusted: somebody reads the time off their watch and says it, as
 * `hallq time` does. Suggested is this browser's own time, in the hall's zone.
 */
import { useRef, useState } from "preact/hooks";
import { act } from "../api/action";
import { fieldText, fieldTime } from "../api/clock";
import { t } from "../text/text";

export function SayTime() {
    const input = useRef<HTMLInputElement>(null);
    const [isWrong, setWrong] = useState(false);
    const submit = (submitted: Event) => {
        submitted.preventDefault();
        const at = fieldTime(input.current?.value ?? "");
        setWrong(at === null);
        if (at === null) return;
        void act({
            id: "hall-time",
            command: { name: "hall.time", values: { at: new Date(at).toISOString() } },
            done: t("time.done"),
        });
    };
    return (
        <form class="extend" onSubmit={submit}>
            <h3>{t("time.title")}</h3>
            <p>{t("time.why")}</p>
            <label class="extend-field">
                <span>{t("time.now")}</span>
                <input
                    ref={input}
                    type="datetime-local"
                    required
                    defaultValue={fieldText(Date.now())}
                    aria-invalid={isWrong}
                />
            </label>
            <button class="button first">{t("time.go")}</button>
            {isWrong && <p role="alert">{t("time.wrong")}</p>}
        </form>
    );
}
