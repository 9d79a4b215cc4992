/*
 * A window as a card: number, state, ticket, since when, who, which services. Abnormal ones get a
 * bar and say why.
 */
import type { AlertNow, Hall, WindowNow } from "../api/hall";
import { OfflineChip, StateChip } from "../parts/chip";
import { Glyph } from "../parts/glyph";
import { Since } from "../parts/since";
import { lettersOf, stateName } from "../text/names";
import { t } from "../text/text";
import { alertShort } from "./alert_words";
import { severityOf, troubles } from "./model";
import { show } from "./view";

export interface WindowCardPart {
    window: WindowNow;
    hall: Hall;
    isDense: boolean;
}

export function isTerminalOff(hall: Hall, window: WindowNow): boolean {
    return hall.devices.some(
        (device) =>
            device.window === window.id &&
            !device.online &&
            (device.role === "terminal" || device.role === "unit"),
    );
}

export function WindowCard({ window, hall, isDense }: WindowCardPart) {
    const isOff = isTerminalOff(hall, window);
    const trouble = troubles(hall, window).filter((alert) => !alert.kind.startsWith("device_"))[0];
    const isMissed = window.state === "paused" && window.waiting > 0;
    const bar = trouble ? severityOf(trouble) : isOff ? "off" : isMissed ? "warn" : "";
    return (
        <li class={`card ${window.state} ${bar && `bar-${bar}`}`}>
            <button
                type="button"
                class="card-button"
                onClick={show({ kind: "window", id: window.id })}
            >
                <span class="card-top">
                    <span class="card-number">
                        <span class="readers">{t("window.readersNumber")} </span>
                        {window.label || window.id}
                    </span>
                    {isOff ? <OfflineChip /> : <StateChip window={window} hall={hall} />}
                </span>
                {isDense ? (
                    <Dense window={window} trouble={trouble} hall={hall} />
                ) : (
                    <Full window={window} trouble={trouble} hall={hall} isOff={isOff} />
                )}
            </button>
        </li>
    );
}

interface BodyPart {
    window: WindowNow;
    hall: Hall;
    trouble: AlertNow | undefined;
}

function Full({ window, hall, trouble, isOff }: BodyPart & { isOff: boolean }) {
    const isClosed = window.state === "closed";
    return (
        <>
            <span class={`card-ticket ${window.ticket ? "" : "none"}`}>{ticketWords(window)}</span>
            <span class="card-line">
                {trouble ? (
                    <Trouble alert={trouble} hall={hall} />
                ) : isClosed ? (
                    t("window.nobody")
                ) : (
                    <Lasts window={window} isOff={isOff} />
                )}
            </span>
            <span class="card-line">
                {isClosed
                    ? t("window.servesWhenOpen", { letters: lettersOf(window, hall) })
                    : `${staffWords(window)} · ${lettersOf(window, hall)}`}
            </span>
        </>
    );
}

function Dense({ window, hall, trouble }: BodyPart) {
    if (trouble) {
        return (
            <span class="card-line">
                <Trouble alert={trouble} hall={hall} />
            </span>
        );
    }
    return (
        <span class="card-line card-dense">
            <b>{ticketWords(window)}</b>{" "}
            {window.state !== "closed" && <Since from={window.since} />}
        </span>
    );
}

function staffWords(window: WindowNow): string {
    return window.staff ? t("window.staff", { staff: window.staff }) : t("window.nobody");
}

function ticketWords(window: WindowNow): string {
    if (window.ticket) return window.ticket;
    return window.state === "closed" ? t("unknown") : t("window.noTicket");
}

function Lasts({ window, isOff }: { window: WindowNow; isOff: boolean }) {
    return (
        <>
            {isOff && `${stateName(window.state)} `}
            <Since from={window.since} />
            {window.assumed && ` · ${t("window.assumed")}`}
        </>
    );
}

function Trouble({ alert, hall }: { alert: AlertNow; hall: Hall }) {
    const severity = severityOf(alert);
    return (
        <span class={`card-trouble ${severity}`}>
            <Glyph name={severity === "off" ? "off" : severity} /> {alertShort(alert, hall)}
        </span>
    );
}
