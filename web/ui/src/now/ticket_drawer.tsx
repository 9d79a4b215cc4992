/*
 * One ticket of the line: what it waits for, its class, its place and why it is that one; a manager
 * may void it, after a question.
 */
import { useState } from "preact/hooks";
import { act } from "../api/action";
import type { Hall, QueuedNow } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { Confirm } from "../parts/confirm";
import { Drawer } from "../parts/drawer";
import { Since } from "../parts/since";
import { WhyList } from "../parts/why";
import { className, serviceName, ticketStateName } from "../text/names";
import { t } from "../text/text";
import { placeOf, serviceOf } from "./model";
import { closeView, show } from "./view";

export function TicketDrawer({ id, hall }: { id: string; hall: Hall }) {
    const ticket = hall.queue.find((one) => one.ticket === id);
    return (
        <Drawer title={id} close={closeView}>
            {ticket ? <Waiting ticket={ticket} hall={hall} /> : <Gone id={id} hall={hall} />}
        </Drawer>
    );
}

function Waiting({ ticket, hall }: { ticket: QueuedNow; hall: Hall }) {
    const service = serviceOf(hall, ticket.service);
    return (
        <>
            <dl class="facts">
                <div>
                    <dt>{t("served.service")}</dt>
                    <dd>{service ? serviceName(service) : ticket.service}</dd>
                </div>
                <div>
                    <dt>{t("card.class")}</dt>
                    <dd>{className(ticket.class)}</dd>
                </div>
                <div>
                    <dt>{t("card.state")}</dt>
                    <dd>{ticketStateName(ticket.state)}</dd>
                </div>
                <div>
                    <dt>{t("card.waited")}</dt>
                    <dd>
                        <Since from={ticket.since} />
                    </dd>
                </div>
                {ticket.window && (
                    <div>
                        <dt>{t("served.window")}</dt>
                        <dd>{t("waiting.bound", { window: ticket.window })}</dd>
                    </div>
                )}
            </dl>
            {ticket.state === "waiting" && <Place ticket={ticket} hall={hall} />}
            {mayManage(useStore(session)) && <Void ticket={ticket.ticket} />}
        </>
    );
}

function Place({ ticket, hall }: { ticket: QueuedNow; hall: Hall }) {
    const { before, passing } = placeOf(hall, ticket);
    return (
        <section>
            <h3>{t("card.place")}</h3>
            <p>{before.length ? t("card.before", { count: before.length }) : t("card.first")}</p>
            {passing.length > 0 && (
                <>
                    <p>{t("card.passing", { count: passing.length })}</p>
                    <ul>
                        {passing.map((one) => (
                            <li key={one.ticket}>
                                <b class="ticket-no">{one.ticket}</b> {className(one.class)}
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

/** It has left the line while its card was open. */
function Gone({ id, hall }: { id: string; hall: Hall }) {
    const window = hall.windows.find((one) => one.ticket === id);
    if (!window) return <p class="muted">{t("card.gone")}</p>;
    const number = window.label || window.id;
    return (
        <>
            <p>{t("card.atWindow", { window: number })}</p>
            {window.why && <WhyList ticket={id} why={window.why} />}
            <button type="button" class="button" onClick={show({ kind: "window", id: window.id })}>
                {t("alerts.window")}
            </button>
        </>
    );
}

export function Void({ ticket, isShort = false }: { ticket: string; isShort?: boolean }) {
    const [isAsking, ask] = useState(false);
    return (
        <>
            <button
                type="button"
                class={`button ${isShort ? "plain" : ""}`}
                aria-label={t("void.verb", { ticket })}
                onClick={() => ask(true)}
            >
                {isShort ? t("void.short") : t("void.ask", { ticket })}
            </button>
            {isAsking && (
                <Confirm
                    question={t("void.question", { ticket })}
                    verb={t("void.verb", { ticket })}
                    no={() => ask(false)}
                    yes={() => {
                        ask(false);
                        void act({
                            id: `void-${ticket}`,
                            command: { name: "ticket.cancel", values: { ticket } },
                            done: t("void.done", { ticket }),
                        });
                    }}
                />
            )}
        </>
    );
}
