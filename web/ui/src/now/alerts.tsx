/*
 * What needs doing, worst and oldest first: at most three rows, the rest behind one line; each with
 * its next act.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlertNow, Hall } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { ActionButton } from "../parts/action_button";
import { Glyph, type GlyphName } from "../parts/glyph";
import { FreshButton } from "../parts/fresh_button";
import { Since } from "../parts/since";
import { useStill } from "../parts/still";
import { t } from "../text/text";
import { alertWords } from "./alert_words";
import { serviceOf, severityOf, sortedAlerts, windowOfAlert, type Severity } from "./model";
import { show } from "./view";

const SHOWN = 3;
const SHOWN_ON_PHONE = 1;
const GLYPHS: Record<Severity, GlyphName> = {
    alert: "alert",
    bad: "bad",
    warn: "warn",
    off: "off",
};

export function Alerts({ hall }: { hall: Hall }) {
    const still = useStill(sortedAlerts(hall.alerts), (alert) => alert.id);
    const alerts = still.list;
    const isNarrow = matchMedia("(max-width: 599px)").matches;
    const shown = alerts.slice(0, isNarrow ? SHOWN_ON_PHONE : SHOWN);
    const rest = alerts.slice(shown.length);
    return (
        <section class="alerts" aria-label={t("alerts.title")}>
            <NewAlert alerts={hall.alerts} hall={hall} />
            <FreshButton still={still} />
            {alerts.length === 0 && <p class="alerts-none muted">{t("alerts.none")}</p>}
            {alerts.length > 0 && (
                <ul class="panel" ref={still.box as preact.RefObject<HTMLUListElement>}>
                    {shown.map((alert) => (
                        <AlertRow
                            key={alert.id}
                            alert={alert}
                            hall={hall}
                            isGone={still.isGone(alert)}
                        />
                    ))}
                    {rest.length > 0 && (
                        <li>
                            <button
                                type="button"
                                class="alerts-more"
                                onClick={show({ kind: "alerts" })}
                            >
                                {t("alerts.more", { count: rest.length })}
                                <MoreCounts alerts={rest} />
                                <Glyph name="more" />
                            </button>
                        </li>
                    )}
                </ul>
            )}
        </section>
    );
}

function MoreCounts({ alerts }: { alerts: AlertNow[] }) {
    const kinds: Severity[] = ["alert", "bad", "off", "warn"];
    const words = {
        alert: t("alerts.alert"),
        bad: t("alerts.bad"),
        warn: t("alerts.warn"),
        off: t("alerts.off"),
    };
    return (
        <>
            {kinds.map((kind) => {
                const count = alerts.filter((alert) => severityOf(alert) === kind).length;
                return (
                    count > 0 && (
                        <span class={`alerts-count ${kind}`} key={kind}>
                            <Glyph name={GLYPHS[kind]} /> {words[kind]} {count}
                        </span>
                    )
                );
            })}
        </>
    );
}

export interface AlertRowPart {
    alert: AlertNow;
    hall: Hall;
    /** It is over, and still stands there because the list holds still. */
    isGone?: boolean;
}

export function AlertRow({ alert, hall, isGone = false }: AlertRowPart) {
    const severity = severityOf(alert);
    const words = alertWords(alert, hall);
    return (
        <li class={`alert-row ${isGone ? "seen gone" : alert.acknowledged_by ? "seen" : severity}`}>
            <span class="alert-glyph">
                <Glyph name={GLYPHS[severity]} />
            </span>
            <p class="alert-words">
                {words.what} <span class="small muted">{words.more}</span>{" "}
                <span class="small muted">
                    {isGone ? (
                        t("event.alertCleared")
                    ) : (
                        <>
                            {t("alerts.since")} <Since from={alert.since} />
                        </>
                    )}
                </span>
                {!alert.saved && <span class="small muted"> · {t("alerts.unsaved")}</span>}
                {alert.acknowledged_by && (
                    <span class="small muted">
                        {" "}
                        · {t("alerts.seenBy", { name: alert.acknowledged_by })}
                    </span>
                )}
            </p>
            {!isGone && <AlertActs alert={alert} hall={hall} />}
        </li>
    );
}

function AlertActs({ alert, hall }: { alert: AlertNow; hall: Hall }) {
    const manages = mayManage(useStore(session));
    const service = serviceOf(hall, alert.subject);
    const window = alert.window ?? windowOfAlert(hall, alert);
    return (
        <div class="alert-acts">
            {manages && service && (
                <button
                    type="button"
                    class="button first"
                    onClick={show({ kind: "move", service: service.id })}
                >
                    {t("move.open")}
                </button>
            )}
            {window !== null && (
                <button type="button" class="button" onClick={show({ kind: "window", id: window })}>
                    {t("alerts.window")}
                </button>
            )}
            {manages && alert.saved && !alert.acknowledged_by && (
                <ActionButton
                    id={`seen-${alert.id}`}
                    command={{ name: "alert.acknowledge", values: { alert: alert.id } }}
                    done={t("alerts.seen")}
                >
                    {t("alerts.acknowledge")}
                </ActionButton>
            )}
        </div>
    );
}

/**
 * Speaks an alert that was not there before, once; those that stood when the page was opened are
 * not spoken.
 */
function NewAlert({ alerts, hall }: { alerts: AlertNow[]; hall: Hall }) {
    const known = useRef(new Set(alerts.map((alert) => alert.id)));
    const [spoken, speak] = useState("");
    useEffect(() => {
        const fresh = alerts.filter((alert) => !known.current.has(alert.id));
        known.current = new Set(alerts.map((alert) => alert.id));
        const last = fresh[fresh.length - 1];
        if (last) speak(alertWords(last, hall).what);
    }, [alerts]);
    return (
        <p class="readers" role="alert">
            {spoken}
        </p>
    );
}
