/*
 * What has been changed live and differs from the file: what, until when, by whom, and the one press
 * that takes it back.
 */
import { clockText, isToday } from "../api/clock";
import type { ChangeNow, Hall } from "../api/hall";
import { mayAdminister, mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { ActionButton } from "../parts/action_button";
import { Drawer } from "../parts/drawer";
import { msOf } from "../parts/since";
import { serviceName } from "../text/names";
import { t, type Key } from "../text/text";
import { serviceOf } from "./model";
import { closeView, show } from "./view";

const KINDS: Record<string, Key> = {
    hall_closed: "change.hallClosed",
    hall_opened: "change.hallOpened",
    hall_extended: "change.hallExtended",
    service_stopped: "change.serviceStopped",
    service_extended: "change.serviceExtended",
    window_assigned: "change.windowAssigned",
    window_opened: "change.windowOpened",
    window_closed: "change.windowClosed",
    window_paused: "change.windowPaused",
    window_extended: "change.windowExtended",
    staff_added: "change.staffAdded",
    staff_removed: "change.staffRemoved",
    day: "change.day",
};

const ADMINS_COMMANDS = new Set(["staff.set", "staff.remove", "calendar.set"]);

export function ChangesButton({ hall }: { hall: Hall }) {
    const count = hall.changes.length;
    if (count === 0) return null;
    return (
        <button type="button" class="button" onClick={show({ kind: "changes" })}>
            {t("changes.count", { count })}
        </button>
    );
}

export function ChangesDrawer({ hall }: { hall: Hall }) {
    return (
        <Drawer title={t("changes.title")} close={closeView}>
            {hall.changes.length === 0 && <p class="muted">{t("changes.none")}</p>}
            <ul class="services">
                {hall.changes.map((change) => (
                    <Change key={idOf(change)} change={change} hall={hall} />
                ))}
            </ul>
        </Drawer>
    );
}

function Change({ change, hall }: { change: ChangeNow; hall: Hall }) {
    const who = useStore(session);
    const mayRevert = ADMINS_COMMANDS.has(change.revert.name) ? mayAdminister(who) : mayManage(who);
    const words = changeWords(change, hall);
    return (
        <li>
            <span>
                {words}
                <br />
                <span class="muted">{detailWords(change)}</span>
            </span>
            {mayRevert && (
                <ActionButton
                    id={`revert-${idOf(change)}`}
                    command={{ name: change.revert.name, values: change.revert.command }}
                    done={t("changes.reverted", { what: words })}
                    label={t("changes.revertWhat", { what: words })}
                >
                    {t("changes.revert")}
                </ActionButton>
            )}
        </li>
    );
}

const idOf = ({ kind, service, window, staff, date }: ChangeNow): string =>
    [kind, service, window, staff, date].filter((part) => part !== undefined).join("-");

function changeWords(change: ChangeNow, hall: Hall): string {
    const key = KINDS[change.kind];
    if (!key) return change.kind;
    const service = serviceOf(hall, change.service);
    const window = hall.windows.find((one) => one.id === change.window);
    return t(key, {
        service: service ? serviceName(service) : (change.service ?? ""),
        window: window?.label || String(change.window ?? ""),
        staff: change.staff ?? "",
        date: change.date ?? "",
    });
}

function detailWords(change: ChangeNow): string {
    const parts: string[] = [];
    const untilMs = msOf(change.until);
    const sinceMs = msOf(change.since);
    if (untilMs !== null) {
        const day = isToday(untilMs) ? "" : `${change.until?.slice(0, 10) ?? ""} `;
        parts.push(t("changes.until", { time: day + clockText(untilMs) }));
    } else if (change.kind !== "day") {
        parts.push(t("changes.today"));
    }
    if (sinceMs !== null) {
        const who = change.by?.id ?? t("unknown");
        parts.push(t("changes.by", { who, time: clockText(sinceMs) }));
    }
    return parts.join(" · ");
}
