/*
 * Who waits, longest first: of one service, or of the hall; and under a heading of their own those
 * whose tickets are not in the line now. A manager may void a ticket here, after a question, and
 * stop or extend the service.
 */
import { clock } from "../api/clock";
import type { Hall, QueuedNow } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { Drawer } from "../parts/drawer";
import { Glyph } from "../parts/glyph";
import { Since } from "../parts/since";
import { useStill } from "../parts/still";
import { FreshButton } from "../parts/fresh_button";
import { className, serviceName, ticketStateName } from "../text/names";
import { t } from "../text/text";
import { nearness, serviceOf, waitMinutes } from "./model";
import { ServiceSwitches } from "./service_switches";
import { Void } from "./ticket_drawer";
import { closeView, show } from "./view";

const LISTED = 200;

export function WaitingDrawer({ id, hall }: { id: string | null; hall: Hall }) {
    const manages = mayManage(useStore(session));
    const service = serviceOf(hall, id);
    const tickets = hall.queue
        .filter((ticket) => !service || ticket.service === service.id)
        .sort((a, b) => (a.since < b.since ? -1 : 1));
    const waiting = tickets.filter((ticket) => ticket.state === "waiting");
    const others = tickets.filter((ticket) => ticket.state !== "waiting");
    return (
        <Drawer
            title={service ? t("waiting.of", { service: serviceName(service) }) : t("waiting.all")}
            close={closeView}
        >
            {waiting.length === 0 && <p class="muted">{t("waiting.none")}</p>}
            <List tickets={waiting} hall={hall} />
            {others.length > 0 && (
                <section class="waiting-others">
                    <h3>{t("waiting.others")}</h3>
                    <List tickets={others} hall={hall} />
                </section>
            )}
            {service && manages && <ServiceSwitches service={service} />}
        </Drawer>
    );
}

function List({ tickets, hall }: { tickets: QueuedNow[]; hall: Hall }) {
    const still = useStill(tickets, (one) => one.ticket);
    return (
        <>
            <FreshButton still={still} />
            <ul class="waiting" ref={still.box as preact.RefObject<HTMLUListElement>}>
                {still.list.slice(0, LISTED).map((ticket) => (
                    <Row
                        key={ticket.ticket}
                        ticket={ticket}
                        hall={hall}
                        isGone={still.isGone(ticket)}
                    />
                ))}
            </ul>
            {still.list.length > LISTED && (
                <p class="muted">{t("waiting.more", { count: still.list.length - LISTED })}</p>
            )}
        </>
    );
}

function Row({ ticket, hall, isGone }: { ticket: QueuedNow; hall: Hall; isGone: boolean }) {
    const manages = mayManage(useStore(session));
    const service = serviceOf(hall, ticket.service);
    const limit = ticket.state === "waiting" ? service?.wait_minutes : null;
    const near = nearness(waitMinutes(ticket, useStore(clock)), limit);
    const facts = [
        service && serviceName(service),
        ticket.class !== "normal" && className(ticket.class),
    ];
    if (ticket.state !== "waiting") facts.push(ticketStateName(ticket.state));
    if (ticket.window) facts.push(t("waiting.bound", { window: ticket.window }));
    return (
        <li class={`waiting-row ${isGone ? "gone" : near}`}>
            <button
                type="button"
                class="button plain ticket-no"
                aria-label={t("card.open", { ticket: ticket.ticket })}
                onClick={show({ kind: "ticket", id: ticket.ticket })}
            >
                {ticket.ticket}
            </button>
            <span class="waiting-time">
                {isGone ? (
                    t("card.left")
                ) : (
                    <>
                        {near !== "well" && <Glyph name={near === "over" ? "alert" : "warn"} />}{" "}
                        <Since from={ticket.since} />
                        {near === "over" && ` ${t("figures.over")}`}
                        {near === "near" && ` ${t("figures.near")}`}
                    </>
                )}
            </span>
            <span class="small muted waiting-facts">{facts.filter(Boolean).join(" · ")}</span>
            {manages && !isGone && (
                <span class="waiting-act">
                    <Void ticket={ticket.ticket} isShort />
                </span>
            )}
        </li>
    );
}
