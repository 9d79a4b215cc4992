/*
 * Who waits, longest first: of one service, or of the hall. A manager may void a ticket here, after
 * a question.
 */
import { useState } from "preact/hooks";
import { act } from "../api/action";
import { clock } from "../api/clock";
import type { Hall, QueuedNow } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { Confirm } from "../parts/confirm";
import { Drawer } from "../parts/drawer";
import { Glyph } from "../parts/glyph";
import { Since } from "../parts/since";
import { className, serviceName, ticketStateName } from "../text/names";
import { t } from "../text/text";
import { nearness, serviceOf, waitMinutes } from "./model";
import { closeView } from "./view";

const LISTED = 200;

export function WaitingDrawer({ id, hall }: { id: string | null; hall: Hall }) {
    const [voiding, setVoiding] = useState<QueuedNow | null>(null);
    const service = serviceOf(hall, id);
    const tickets = hall.queue
        .filter((ticket) => !service || ticket.service === service.id)
        .sort((a, b) => (a.since < b.since ? -1 : 1));
    return (
        <Drawer
            title={service ? t("waiting.of", { service: serviceName(service) }) : t("waiting.all")}
            close={closeView}
        >
            {tickets.length === 0 && <p class="muted">{t("waiting.none")}</p>}
            <ul class="waiting">
                {tickets.slice(0, LISTED).map((ticket) => (
                    <Row
                        key={ticket.ticket}
                        ticket={ticket}
                        hall={hall}
                        ask={() => setVoiding(ticket)}
                    />
                ))}
            </ul>
            {tickets.length > LISTED && (
                <p class="muted">{t("waiting.more", { count: tickets.length - LISTED })}</p>
            )}
            {voiding && (
                <Confirm
                    question={t("void.question", { ticket: voiding.ticket })}
                    verb={t("void.verb", { ticket: voiding.ticket })}
                    no={() => setVoiding(null)}
                    yes={() => {
                        setVoiding(null);
                        void act({
                            id: `void-${voiding.ticket}`,
                            command: { name: "ticket.cancel", values: { ticket: voiding.ticket } },
                            done: t("void.done", { ticket: voiding.ticket }),
                        });
                    }}
                />
            )}
        </Drawer>
    );
}

function Row({ ticket, hall, ask }: { ticket: QueuedNow; hall: Hall; ask: () => void }) {
    const manages = mayManage(useStore(session));
    const service = serviceOf(hall, ticket.service);
    const near = nearness(waitMinutes(ticket, useStore(clock)), service?.wait_minutes);
    const facts = [
        service && serviceName(service),
        ticket.class !== "normal" && className(ticket.class),
    ];
    if (ticket.state !== "waiting") facts.push(ticketStateName(ticket.state));
    if (ticket.window) facts.push(t("waiting.bound", { window: ticket.window }));
    return (
        <li class={`waiting-row ${near}`}>
            <b class="ticket-no">{ticket.ticket}</b>
            <span class="waiting-time">
                {near !== "well" && <Glyph name={near === "over" ? "alert" : "warn"} />}{" "}
                <Since from={ticket.since} />
                {near === "over" && ` ${t("figures.over")}`}
                {near === "near" && ` ${t("figures.near")}`}
            </span>
            <span class="small muted waiting-facts">{facts.filter(Boolean).join(" · ")}</span>
            {manages && (
                <button
                    type="button"
                    class="button plain"
                    aria-label={t("void.verb", { ticket: ticket.ticket })}
                    onClick={ask}
                >
                    {t("void.short")}
                </button>
            )}
        </li>
    );
}
