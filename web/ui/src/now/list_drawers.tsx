/* The lists behind the figures: served by service and window, ratings in counts, all alerts. */
import type { Hall } from "../api/hall";
import { Drawer } from "../parts/drawer";
import { FreshButton } from "../parts/fresh_button";
import { spanText } from "../parts/since";
import { useStill } from "../parts/still";
import { serviceName } from "../text/names";
import { t } from "../text/text";
import { AlertRow } from "./alerts";
import { severityOf, sortedAlerts } from "./model";
import { closeView } from "./view";

export function ServedDrawer({ hall }: { hall: Hall }) {
    return (
        <Drawer title={t("served.title")} close={closeView}>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t("served.service")}</th>
                        <th scope="col">{t("served.issued")}</th>
                        <th scope="col">{t("served.served")}</th>
                    </tr>
                </thead>
                <tbody>
                    {hall.services.map((service) => (
                        <tr key={service.id}>
                            <th scope="row">
                                {service.prefix} {serviceName(service)}
                            </th>
                            <td>{service.issued}</td>
                            <td>{service.served}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t("served.window")}</th>
                        <th scope="col">{t("served.served")}</th>
                        <th scope="col">{t("served.mean")}</th>
                    </tr>
                </thead>
                <tbody>
                    {hall.windows.map((window) => (
                        <tr key={window.id}>
                            <th scope="row">{window.label || window.id}</th>
                            <td>{window.served}</td>
                            <td>
                                {window.served
                                    ? spanText((window.served_s / window.served) * 1000)
                                    : t("unknown")}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </Drawer>
    );
}

export function RatingsDrawer({ hall }: { hall: Hall }) {
    const totals = hall.hall;
    const bad = sortedAlerts(hall.alerts).filter((alert) => severityOf(alert) === "bad");
    return (
        <Drawer title={t("ratings.title")} close={closeView}>
            <dl class="facts">
                <div>
                    <dt>{t("ratings.invited")}</dt>
                    <dd>{totals.invited ?? t("unknown")}</dd>
                </div>
                <div>
                    <dt>{t("ratings.given")}</dt>
                    <dd>{totals.ratings ?? t("unknown")}</dd>
                </div>
                <div>
                    <dt>{t("ratings.satisfied")}</dt>
                    <dd>{totals.satisfied ?? t("unknown")}</dd>
                </div>
                <div>
                    <dt>{t("figures.cases")}</dt>
                    <dd>{totals.cases_open ?? t("unknown")}</dd>
                </div>
            </dl>
            {totals.ratings === 0 && <p class="muted">{t("ratings.none")}</p>}
            <ul class="drawer-alerts">
                {bad.map((alert) => (
                    <AlertRow key={alert.id} alert={alert} hall={hall} />
                ))}
            </ul>
        </Drawer>
    );
}

export function AlertsDrawer({ hall }: { hall: Hall }) {
    const still = useStill(sortedAlerts(hall.alerts), (alert) => alert.id);
    const alerts = still.list;
    return (
        <Drawer title={t("alerts.title")} close={closeView}>
            <FreshButton still={still} />
            {alerts.length === 0 && <p class="muted">{t("alerts.none")}</p>}
            <ul
                class="panel drawer-alerts"
                ref={still.box as preact.RefObject<HTMLUListElement>}
            >
                {alerts.map((alert) => (
                    <AlertRow
                        key={alert.id}
                        alert={alert}
                        hall={hall}
                        isGone={still.isGone(alert)}
                    />
                ))}
            </ul>
        </Drawer>
    );
}
