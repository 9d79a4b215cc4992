/*
 * The hall in six figures. Each is a button that opens the list it was counted from. Unknown is
 * "—", never 0.
 */
import type { ComponentChildren } from "preact";
import { clock } from "../api/clock";
import type { Hall } from "../api/hall";
import { useStore } from "../api/store";
import { Glyph } from "../parts/glyph";
import { Since } from "../parts/since";
import { serviceName } from "../text/names";
import { t } from "../text/text";
import { inLine, isWorking, longestWaiting, nearness, serviceOf, waitMinutes } from "./model";
import { show, type View } from "./view";

const SHARE_LEAST = 10; // ratings; below it a share says nothing

interface FigurePart {
    label: string;
    opens: View;
    kind?: string;
    children: ComponentChildren;
}

function Figure({ label, opens, kind = "", children }: FigurePart) {
    return (
        <li class={`figure ${kind}`}>
            <button type="button" onClick={show(opens)}>
                <span class="figure-label">{label}</span>
                <span class="figure-value">{children}</span>
            </button>
        </li>
    );
}

export function Figures({ hall }: { hall: Hall }) {
    const working = hall.windows.filter(isWorking).length;
    const free = hall.windows.filter((window) => window.state === "open").length;
    return (
        <section aria-label={t("figures.title")}>
            <ul class="figures panel">
                <LongestWait hall={hall} />
                <Figure label={t("figures.waiting")} opens={{ kind: "waiting", service: null }}>
                    <b>{hall.hall.waiting}</b>{" "}
                    <span class="unit">{t("unit.person", { count: hall.hall.waiting })}</span>
                </Figure>
                <Figure label={t("figures.free")} opens={{ kind: "served" }}>
                    <b>{free}</b>{" "}
                    <span class="unit">{t("figures.ofOpen", { count: working })}</span>
                </Figure>
                <Figure label={t("figures.served")} opens={{ kind: "served" }}>
                    <b>{hall.hall.served}</b>
                    <span class="unit"> {t("figures.issued", { count: hall.hall.issued })}</span>
                </Figure>
                <Satisfied hall={hall} />
                <Cases hall={hall} />
            </ul>
        </section>
    );
}

function LongestWait({ hall }: { hall: Hall }) {
    const now = useStore(clock);
    const longest = longestWaiting(hall);
    const service = serviceOf(hall, longest?.service);
    const state = longest ? nearness(waitMinutes(longest, now), service?.wait_minutes) : "well";
    return (
        <Figure
            label={t("figures.longest")}
            opens={{ kind: "waiting", service: null }}
            kind={`longest ${state}`}
        >
            {longest ? (
                <>
                    {state !== "well" && <Glyph name={state === "over" ? "alert" : "warn"} />}
                    <b>
                        <Since from={longest.since} />
                    </b>
                    <span class="unit">
                        {state === "over" && `${t("figures.over")} · `}
                        {state === "near" && `${t("figures.near")} · `}
                        {longest.ticket} {service && serviceName(service)}
                    </span>
                </>
            ) : (
                <span class="unit">
                    {inLine(hall).length === 0 ? t("figures.noneWaits") : t("unknown")}
                </span>
            )}
        </Figure>
    );
}

function Satisfied({ hall }: { hall: Hall }) {
    const totals = hall.hall;
    if (totals.ratings === undefined || totals.satisfied === undefined) return null;
    const isFew = totals.ratings < SHARE_LEAST;
    const share = ((100 * totals.satisfied) / Math.max(totals.ratings, 1)).toFixed(1);
    const active = totals.invited ? Math.round((100 * totals.ratings) / totals.invited) : null;
    return (
        <Figure label={t("figures.satisfied")} opens={{ kind: "ratings" }}>
            <b>{isFew ? totals.satisfied : `${share}%`}</b>
            <span class="unit">
                {isFew
                    ? t("figures.ratings", { count: totals.ratings })
                    : `${totals.satisfied}/${totals.ratings}`}
                {active !== null && !isFew && ` · ${t("figures.active", { share: active })}`}
            </span>
        </Figure>
    );
}

function Cases({ hall }: { hall: Hall }) {
    const open = hall.hall.cases_open;
    if (open === undefined) return null;
    return (
        <Figure label={t("figures.cases")} opens={{ kind: "ratings" }}>
            {open > 0 && <Glyph name="bad" />} <b>{open}</b>
        </Figure>
    );
}
