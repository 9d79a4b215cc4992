/* One window: what it holds and why, its services, open, pause, close; and the calls it made. */
import { events } from "../api/live";
import { clockText } from "../api/clock";
import type { Hall, WindowNow } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { StateChip } from "../parts/chip";
import { Drawer } from "../parts/drawer";
import { Since, msOf, spanText } from "../parts/since";
import { WhyList } from "../parts/why";
import { className, serviceName } from "../text/names";
import { t } from "../text/text";
import { AlertRow } from "./alerts";
import { Extend } from "./extend";
import { serviceOf, troubles } from "./model";
import { closeView } from "./view";
import { WindowServices } from "./window_services";
import { WindowSwitches } from "./window_switches";

const CALLS_SHOWN = 8;

export function WindowDrawer({ id, hall }: { id: number; hall: Hall }) {
    const manages = mayManage(useStore(session));
    const window = hall.windows.find((found) => found.id === id);
    if (!window) return null;
    const alerts = troubles(hall, window);
    return (
        <Drawer
            title={t("window.name", { number: window.label || window.id })}
            aside={<StateChip window={window} hall={hall} />}
            close={closeView}
        >
            {alerts.length > 0 && (
                <ul class="panel drawer-alerts">
                    {alerts.map((alert) => (
                        <AlertRow key={alert.id} alert={alert} hall={hall} />
                    ))}
                </ul>
            )}
            <Facts window={window} hall={hall} />
            {window.ticket && window.why && (
                <section>
                    <h3>{t("why.title", { ticket: window.ticket })}</h3>
                    <WhyList ticket={window.ticket} why={window.why} />
                </section>
            )}
            {manages && <WindowSwitches window={window} hall={hall} />}
            {manages && <WindowServices window={window} hall={hall} />}
            {manages && (
                <Extend
                    what={{ window: window.id }}
                    name={t("window.name", { number: window.label || window.id })}
                    extended={window.extended}
                    closes={hall.hall.closes}
                />
            )}
            <Calls window={window} />
            <p>
                <a href={`/terminal/${window.id}`}>{t("window.openTerminal")}</a>
            </p>
        </Drawer>
    );
}

function Facts({ window, hall }: { window: WindowNow; hall: Hall }) {
    const service = serviceOf(hall, window.ticket_service);
    const served = window.served;
    const mean = served ? spanText((window.served_s / served) * 1000) : t("unknown");
    return (
        <dl class="facts">
            <Fact name={t("window.factTicket")}>
                <b class="ticket-no">{window.ticket ?? t("window.noTicket")}</b>
                {service && ` ${serviceName(service)}`}
                {window.class && ` · ${className(window.class)}`}
            </Fact>
            <Fact name={t("window.factSince")}>
                <Since from={window.since} />
            </Fact>
            <Fact name={t("window.factStaff")}>{window.staff ?? t("window.nobody")}</Fact>
            <Fact name={t("window.factWaiting")}>
                {window.waiting} {t("unit.person", { count: window.waiting })}
                {window.next && ` · ${t("window.next", { ticket: window.next })}`}
            </Fact>
            <Fact name={t("window.factServed")}>
                {window.served} · {t("window.mean", { span: mean })}
            </Fact>
            {window.held && <Fact name={t("window.factHeld")}>{window.held}</Fact>}
        </dl>
    );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
    return (
        <div>
            <dt>{name}</dt>
            <dd>{children}</dd>
        </div>
    );
}

function Calls({ window }: { window: WindowNow }) {
    const calls = useStore(events)
        .filter((event) => event.type === "hallq.ticket.called" && event.data.window === window.id)
        .slice(0, CALLS_SHOWN);
    if (calls.length === 0) return null;
    return (
        <section>
            <h3>{t("window.calls")}</h3>
            <ul class="calls">
                {calls.map((event) => (
                    <li key={event.id}>
                        <details>
                            <summary>
                                <span class="muted">{clockText(msOf(event.time) ?? 0)}</span>{" "}
                                <b class="ticket-no">{event.data.ticket}</b>{" "}
                                {t("window.waited", {
                                    span: spanText((event.data.waited_s ?? 0) * 1000),
                                })}
                            </summary>
                            {event.data.why && (
                                <WhyList ticket={event.data.ticket ?? ""} why={event.data.why} />
                            )}
                        </details>
                    </li>
                ))}
            </ul>
        </section>
    );
}
