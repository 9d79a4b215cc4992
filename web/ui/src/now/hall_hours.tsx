/*
 * Whether the hall is open and until when, in one line; behind it, for a manager, closing and opening
 * the hall and extending today. Only ending the day early is asked first.
 */
import { useState } from "preact/hooks";
import { act } from "../api/action";
import { clockText, isToday } from "../api/clock";
import type { Hall } from "../api/hall";
import { mayAdminister, mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { ActionButton } from "../parts/action_button";
import { Confirm } from "../parts/confirm";
import { Drawer } from "../parts/drawer";
import { msOf } from "../parts/since";
import { t } from "../text/text";
import { ChangesButton } from "./changes";
import { Extend } from "./extend";
import { ReasonField, reasonValue } from "./reason_field";
import { SayTime } from "./say_time";
import { closeView, show } from "./view";

export function HallHours({ hall }: { hall: Hall }) {
    const manages = mayManage(useStore(session));
    return (
        <p class="hall-hours">
            <span class="muted">{hoursWords(hall)}</span>
            {manages && (
                <button type="button" class="button" onClick={show({ kind: "hall" })}>
                    {t("hours.change")}
                </button>
            )}
            <ChangesButton hall={hall} />
        </p>
    );
}

function hoursWords(hall: Hall): string {
    const { open, closes, opens } = hall.hall;
    const closesMs = msOf(closes);
    const opensMs = msOf(opens);
    if (open && closesMs !== null) {
        const key = isToday(closesMs) ? "hours.openUntil" : "hours.openUntilTomorrow";
        return t(key, { time: clockText(closesMs) });
    }
    if (open) return t("hours.isOpen");
    return opensMs === null ? t("hall.closed") : t("hours.opens", { time: clockText(opensMs) });
}

export function HallDrawer({ hall }: { hall: Hall }) {
    const administers = mayAdminister(useStore(session));
    return (
        <Drawer title={t("hours.title")} close={closeView}>
            {administers && !hall.hall.clock_trusted && <SayTime />}
            <section>
                <p>{hoursWords(hall)}</p>
                {hall.hall.closed_reason && (
                    <p>{t("reason.stands", { reason: hall.hall.closed_reason })}</p>
                )}
                {hall.hall.open ? (
                    <CloseHall hall={hall} />
                ) : (
                    <ActionButton
                        id="hall-open"
                        kind="first"
                        command={{ name: "hall.open", values: {} }}
                        undo={{
                            name: "hall.close",
                            values: reasonValue(hall.hall.closed_reason),
                        }}
                        done={t("hours.opened")}
                    >
                        {t("hours.open")}
                    </ActionButton>
                )}
            </section>
            <Extend
                what={{}}
                name={t("hours.hall")}
                extended={hall.hall.extended}
                closes={hall.hall.closes}
            />
        </Drawer>
    );
}

/** Whoever comes meanwhile is sent away, so an undo would come too late for them. */
function CloseHall({ hall }: { hall: Hall }) {
    const [isAsking, ask] = useState(false);
    const [reason, setReason] = useState("");
    return (
        <>
            <ReasonField reason={reason} set={setReason} />
            <button type="button" class="button" onClick={() => ask(true)}>
                {t("hours.closeAsk")}
            </button>
            {isAsking && (
                <Confirm
                    question={t("hours.closeQuestion", { count: hall.hall.waiting })}
                    verb={t("hours.close")}
                    no={() => ask(false)}
                    yes={() => {
                        ask(false);
                        void act({
                            id: "hall-close",
                            command: { name: "hall.close", values: reasonValue(reason) },
                            done: t("hours.closed"),
                        });
                    }}
                />
            )}
        </>
    );
}
