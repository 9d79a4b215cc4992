/*
 * 加窗口: the windows that could take a service on, least harm first, each with what it would change.
 * One press does it.
 */
import type { Hall, ServiceNow } from "../api/hall";
import { ActionButton } from "../parts/action_button";
import { StateChip } from "../parts/chip";
import { Drawer } from "../parts/drawer";
import { useStill } from "../parts/still";
import { lettersOf, serviceName } from "../text/names";
import { t } from "../text/text";
import { moveOptions, serviceOf, type MoveOption } from "./model";
import { closeView } from "./view";
import { assignCommand } from "./window_services";

export function MoveDrawer({ id, hall }: { id: string; hall: Hall }) {
    const service = serviceOf(hall, id);
    return service && <Options service={service} hall={hall} />;
}

function Options({ service, hall }: { service: ServiceNow; hall: Hall }) {
    const still = useStill(moveOptions(hall, service), (option) => option.window.id);
    const options = still.list.filter((option) => !still.isGone(option));
    return (
        <Drawer
            title={t("move.title", { service: `${service.prefix} ${serviceName(service)}` })}
            close={closeView}
        >
            <p class="muted">{t("move.hint")}</p>
            {options.length === 0 && <p>{t("move.none")}</p>}
            <ol class="moves" ref={still.box as preact.RefObject<HTMLOListElement>}>
                {options.map((option) => (
                    <li key={option.window.id}>
                        <MoveButton option={option} service={service} hall={hall} />
                    </li>
                ))}
            </ol>
        </Drawer>
    );
}

function MoveButton({
    option,
    service,
    hall,
}: {
    option: MoveOption;
    service: ServiceNow;
    hall: Hall;
}) {
    const { window } = option;
    const number = window.label || window.id;
    return (
        <ActionButton
            id={`move-${service.id}-${window.id}`}
            kind="move"
            command={assignCommand(
                window,
                [...window.own, service.id],
                window.helps.filter((other) => other !== service.id),
                hall,
            )}
            undo={assignCommand(window, window.own, window.helps, hall)}
            done={t("move.done", { window: number, service: serviceName(service) })}
            after={closeView}
        >
            <span class="move-window">
                <b>{t("window.name", { number })}</b>
                <StateChip window={window} hall={hall} />
            </span>
            <span class="small">{effectWords(option, service, hall)}</span>
        </ActionButton>
    );
}

function figure(people: number): string {
    return people.toFixed(people < 10 ? 1 : 0).replace(/\.0$/, "");
}

function effectWords(option: MoveOption, service: ServiceNow, hall: Hall): string {
    const gain = t("move.gain", {
        letter: service.prefix,
        before: figure(option.before),
        after: figure(option.after),
    });
    const serves = t("move.serves", { letters: lettersOf(option.window, hall) });
    const people = option.sharing.map((other) =>
        t("move.shares", { letter: other.prefix, count: other.waiting }),
    );
    if (option.window.state === "closed") people.push(t("move.closed"));
    return [gain, serves, ...people].join(" · ");
}
