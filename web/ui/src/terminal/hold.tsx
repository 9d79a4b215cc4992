/*
 * What the window holds: the ticket as large as the page allows, since when, which service, why
 * this one.
 */
import { clock } from "../api/clock";
import type { Hall, WindowNow } from "../api/hall";
import { useStore } from "../api/store";
import { StateChip } from "../parts/chip";
import { Since, msOf, spanText } from "../parts/since";
import { whyLine } from "../parts/why";
import { className, serviceName } from "../text/names";
import { t } from "../text/text";

export function Holding({ window, hall }: { window: WindowNow; hall: Hall }) {
    return (
        <section class={`panel holding ${window.state}`} aria-label={t("terminal.holding")}>
            <p class="holding-top">
                <StateChip window={window} hall={hall} />
                {window.state !== "closed" && <Since from={window.since} />}
                {window.ticket && (
                    <span class="muted holding-calls">
                        {t("terminal.calls", { count: window.calls })}
                    </span>
                )}
            </p>
            {window.ticket ? (
                <Ticket window={window} hall={hall} ticket={window.ticket} />
            ) : (
                <Nothing window={window} />
            )}
        </section>
    );
}

function Ticket({ window, hall, ticket }: { window: WindowNow; hall: Hall; ticket: string }) {
    const service = hall.services.find((found) => found.id === window.ticket_service);
    const facts = [service && serviceName(service), window.class && className(window.class)];
    if (window.waited_s !== null)
        facts.push(t("terminal.waited", { span: spanText(window.waited_s * 1000) }));
    return (
        <>
            <p class="holding-ticket">{ticket}</p>
            <p class="holding-facts">{facts.filter(Boolean).join(" · ")}</p>
            {window.assumed && <p class="muted">{t("terminal.assumed")}</p>}
            {window.why && <p class="muted">{whyLine(ticket, window.why)}</p>}
        </>
    );
}

function Nothing({ window }: { window: WindowNow }) {
    const isWaited = window.waiting > 0;
    return (
        <>
            <p class="holding-ticket none">{t("window.noTicket")}</p>
            <p class="holding-facts muted">
                {window.state === "closed" && t("terminal.signInFirst")}
                {window.state === "open" &&
                    (isWaited ? t("terminal.pressNext") : t("waiting.none"))}
                {window.state === "paused" && t("terminal.pausedHint")}
            </p>
            {window.held && <p class="muted">{t("terminal.held", { ticket: window.held })}</p>}
        </>
    );
}

/** Who waits for this window, and how its day goes. */
export function Waiting({ window }: { window: WindowNow }) {
    const now = useStore(clock);
    const nextMs = msOf(window.next_since);
    const endsMs = msOf(window.rating_ends);
    const served = window.served;
    return (
        <section class="panel waiting-me" aria-label={t("terminal.canCall")}>
            <p class="muted small">{t("terminal.canCall")}</p>
            <p class="waiting-count">
                {window.waiting}{" "}
                <span class="muted">{t("unit.person", { count: window.waiting })}</span>
            </p>
            {window.next && (
                <p>
                    {t("window.next", { ticket: window.next })}
                    {nextMs !== null &&
                        ` · ${t("terminal.waited", { span: spanText(now - nextMs) })}`}
                </p>
            )}
            <p class="muted">
                {t("terminal.servedToday", { count: served })}
                {served > 0 &&
                    ` · ${t("window.mean", { span: spanText((window.served_s / served) * 1000) })}`}
            </p>
            {endsMs !== null && endsMs > now && (
                <p>{t("terminal.rating", { count: Math.ceil((endsMs - now) / 1000) })}</p>
            )}
            {window.pending && (
                <p class="muted">
                    {t(
                        window.pending === "pause"
                            ? "switch.pendingPause"
                            : "switch.pendingClose",
                    )}
                </p>
            )}
        </section>
    );
}
