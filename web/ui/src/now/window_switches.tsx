/* Open, pause with a reason, resume, close: what can be done to a window in the state it is in. */
import type { Command } from "../api/action";
import type { Hall, WindowNow } from "../api/hall";
import { ActionButton } from "../parts/action_button";
import { pauseName } from "../text/names";
import { t } from "../text/text";

/** Wire values of pauses; a hall without a list in its snapshot is offered the first two. */
export function pauseReasons(hall: Hall): string[] {
    const known = Object.keys(hall.pause_reasons ?? {});
    return known.length ? known : ["1", "2"];
}

export function WindowSwitches({ window, hall }: { window: WindowNow; hall: Hall }) {
    const isPaused = window.state === "paused";
    const isClosed = window.state === "closed";
    return (
        <section>
            <h3>{t("switch.title")}</h3>
            <div class="switches">
                {isClosed && (
                    <Switch
                        window={window}
                        name="window.open"
                        back="window.close"
                        word="switch.open"
                    />
                )}
                {isPaused && (
                    <Switch
                        window={window}
                        name="window.resume"
                        back="window.pause"
                        word="switch.resume"
                    />
                )}
                {!isClosed &&
                    !isPaused &&
                    pauseReasons(hall).map((reason) => (
                        <ActionButton
                            key={reason}
                            id={`pause-${window.id}-${reason}`}
                            command={{
                                name: "window.pause",
                                values: { window: window.id, reason },
                            }}
                            undo={{ name: "window.resume", values: { window: window.id } }}
                            done={doneWords(
                                window,
                                `${t("state.paused")} ${pauseName(hall, reason)}`,
                            )}
                        >
                            {t("switch.pause", { reason: pauseName(hall, reason) })}
                        </ActionButton>
                    ))}
                {!isClosed && (
                    <Switch
                        window={window}
                        name="window.close"
                        back="window.open"
                        word="switch.close"
                    />
                )}
            </div>
            {window.pending && <p class="small muted">{t("switch.pending")}</p>}
        </section>
    );
}

interface SwitchPart {
    window: WindowNow;
    name: string;
    back: string;
    word: "switch.open" | "switch.resume" | "switch.close";
}

function Switch({ window, name, back, word }: SwitchPart) {
    const undo: Command = { name: back, values: { window: window.id } };
    if (back === "window.pause") undo.values["reason"] = window.pause_reason || "1";
    return (
        <ActionButton
            id={`${name}-${window.id}`}
            command={{ name, values: { window: window.id } }}
            undo={undo}
            done={doneWords(window, t(word))}
        >
            {t(word)}
        </ActionButton>
    );
}

function doneWords(window: WindowNow, what: string): string {
    return t("switch.done", { window: window.label || window.id, what });
}
