/* Stop a service and let it go on, each at once with its way back; extend it today. */
import { useState } from "preact/hooks";
import type { Command } from "../api/action";
import { clockText } from "../api/clock";
import type { ServiceNow } from "../api/hall";
import { hall as hallStore } from "../api/live";
import { useStore } from "../api/store";
import { ActionButton } from "../parts/action_button";
import { msOf } from "../parts/since";
import { serviceName } from "../text/names";
import { t } from "../text/text";
import { Extend } from "./extend";
import { ReasonField, reasonValue, reasonWords } from "./reason_field";

export function ServiceSwitches({ service }: { service: ServiceNow }) {
    const hall = useStore(hallStore);
    const name = `${service.prefix} ${serviceName(service)}`;
    const [reason, setReason] = useState("");
    const stopFor = (why: string | null): Command => ({
        name: "service.stop",
        values: { service: service.id, ...reasonValue(why) },
    });
    const resume: Command = { name: "service.resume", values: { service: service.id } };
    const stop = stopFor(service.stop_reason);
    const again: Command = service.stopped_until
        ? { ...stop, values: { ...stop.values, until: service.stopped_until } }
        : stop;
    const until = msOf(service.stopped_until);
    return (
        <>
            <section>
                <h3>{t("service.title")}</h3>
                <p class="small muted">
                    {service.stopped
                        ? until === null
                            ? t("service.isStopped")
                            : t("service.isStoppedUntil", { time: clockText(until) })
                        : t("service.stopHint")}
                </p>
                {service.stop_reason && (
                    <p>{t("reason.stands", { reason: reasonWords(service.stop_reason) })}</p>
                )}
                {!service.stopped && <ReasonField reason={reason} set={setReason} />}
                <ActionButton
                    id={`stop-${service.id}`}
                    command={service.stopped ? resume : stopFor(reason)}
                    undo={service.stopped ? again : resume}
                    after={() => setReason("")}
                    done={t(service.stopped ? "service.resumed" : "service.stopped", { name })}
                >
                    {t(service.stopped ? "service.resume" : "service.stop", { name })}
                </ActionButton>
            </section>
            <Extend
                what={{ service: service.id }}
                name={name}
                extended={service.extended}
                closes={hall?.hall.closes ?? null}
            />
        </>
    );
}
