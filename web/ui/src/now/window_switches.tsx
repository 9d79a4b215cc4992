/*
 * Open, pause with a reason, resume, close: what can be done to a window in the state it is in. What
 * waits for the ticket at hand is taken back here too.
 */
import { useState } from "preact/hooks";
import { act, type Action, type Command } from "../api/action";
import type { Hall, WindowNow } from "../api/hall";
import { ActionButton } from "../parts/action_button";
import { Confirm } from "../parts/confirm";
import { pauseName, pauseReasons } from "../text/names";
import { t, type Key } from "../text/text";

export function WindowSwitches({ window, hall }: { window: WindowNow; hall: Hall }) {
    const isPaused = window.state === "paused";
    const isClosed = window.state === "closed";
    return (
        <section>
            <h3>{t("switch.title")}</h3>
            {window.pending && (
                <p class="small">
                    {t(window.pending === "pause" ? "switch.pendingPause" : "switch.pendingClose")}
                </p>
            )}
            <div class="switches">
                {isClosed && <Plain window={window} name="window.open" word="switch.open" />}
                {isPaused && <Plain window={window} name="window.resume" word="switch.resume" />}
                {window.pending === "pause" && (
                    <Plain window={window} name="window.resume" word="switch.unpause" />
                )}
                {window.pending === "close" && (
                    <Plain window={window} name="window.open" word="switch.unclose" />
                )}
                {!isClosed && !isPaused && window.pending !== "pause" && (
                    <Pauses window={window} hall={hall} />
                )}
                {!isClosed && window.pending !== "close" && <Close window={window} />}
            </div>
        </section>
    );
}

/** One press for each reason of the hall; a hall without a list pauses without one. */
function Pauses({ window, hall }: { window: WindowNow; hall: Hall }) {
    const reasons = pauseReasons(hall);
    if (reasons.length === 0) {
        return (
            <ActionButton {...pauseAction(window, hall, "")}>{t("switch.pauseNow")}</ActionButton>
        );
    }
    return (
        <>
            {reasons.map((reason) => (
                <ActionButton key={reason} {...pauseAction(window, hall, reason)}>
                    {t("switch.pause", { reason: pauseName(hall, reason) })}
                </ActionButton>
            ))}
        </>
    );
}

function pauseAction(window: WindowNow, hall: Hall, reason: string): Action {
    return {
        id: `pause-${window.id}-${reason}`,
        command: pauseCommand(window, reason),
        undo: { name: "window.resume", values: { window: window.id } },
        done: doneWords(window, `${t("state.paused")} ${pauseName(hall, reason)}`.trim()),
    };
}

function pauseCommand(window: WindowNow, reason: string | null): Command {
    const values = reason ? { window: window.id, reason } : { window: window.id };
    return { name: "window.pause", values };
}

interface PlainPart {
    window: WindowNow;
    name: "window.open" | "window.resume";
    word: Key;
}

function Plain({ window, name, word }: PlainPart) {
    const undo: Command =
        name === "window.open"
            ? { name: "window.close", values: { window: window.id } }
            : pauseCommand(window, window.pause_reason);
    return (
        <ActionButton
            id={`${name}-${window.id}`}
            command={{ name, values: { window: window.id } }}
            undo={window.pending ? null : undo}
            done={doneWords(window, t(word))}
        >
            {t(word)}
        </ActionButton>
    );
}

/**
 * With a ticket at hand the window closes after it, which can be taken back. Else whoever sits
 * there is signed out at once, and only they can sign in again: that is asked first.
 */
function Close({ window }: { window: WindowNow }) {
    const [isAsking, ask] = useState(false);
    const close: Action = {
        id: `window.close-${window.id}`,
        command: { name: "window.close", values: { window: window.id } },
        done: doneWords(window, t("switch.close")),
    };
    const number = window.label || window.id;
    if (window.ticket || !window.staff) {
        const undo: Command = { name: "window.open", values: { window: window.id } };
        return (
            <ActionButton {...close} undo={undo}>
                {t("switch.close")}
            </ActionButton>
        );
    }
    return (
        <>
            <button type="button" class="button" onClick={() => ask(true)}>
                {t("switch.closeAsk")}
            </button>
            {isAsking && (
                <Confirm
                    question={t("switch.closeQuestion", { window: number, staff: window.staff })}
                    verb={t("switch.closeVerb", { window: number })}
                    no={() => ask(false)}
                    yes={() => {
                        ask(false);
                        void act(close);
                    }}
                />
            )}
        </>
    );
}

function doneWords(window: WindowNow, what: string): string {
    return t("switch.done", { window: window.label || window.id, what });
}
