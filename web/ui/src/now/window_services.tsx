/* Which services a window serves: own, helps or not, each one press, each with its way back. */
import type { Command } from "../api/action";
import type { Hall, ServiceNow, WindowNow } from "../api/hall";
import { ActionButton } from "../parts/action_button";
import { serviceName } from "../text/names";
import { t, type Key } from "../text/text";

type Share = "own" | "helps" | "none";
const SHARES: { share: Share; word: Key }[] = [
    { share: "own", word: "services.own" },
    { share: "helps", word: "services.helps" },
    { share: "none", word: "services.none" },
];

/** Every service is said as "*": a command names at most 24. */
export function assignCommand(
    window: WindowNow,
    own: string[],
    helps: string[],
    hall: Hall,
): Command {
    const said = (list: string[]) => (list.length === hall.services.length ? ["*"] : list);
    return {
        name: "window.assign",
        values: { window: window.id, own: said(own), helps: said(helps) },
    };
}

export function WindowServices({ window, hall }: { window: WindowNow; hall: Hall }) {
    return (
        <section>
            <h3>{t("services.title")}</h3>
            <ul class="services">
                {hall.services.map((service) => (
                    <ServiceRow key={service.id} service={service} window={window} hall={hall} />
                ))}
            </ul>
        </section>
    );
}

function ServiceRow({
    service,
    window,
    hall,
}: {
    service: ServiceNow;
    window: WindowNow;
    hall: Hall;
}) {
    const own = window.own;
    const helps = window.helps;
    const now: Share = own.includes(service.id)
        ? "own"
        : helps.includes(service.id)
          ? "helps"
          : "none";
    const name = `${service.prefix} ${serviceName(service)}`;
    return (
        <li>
            <span id={`service-${service.id}`}>{name}</span>
            <span class="segments" role="group" aria-labelledby={`service-${service.id}`}>
                {SHARES.map(({ share, word }) => (
                    <ActionButton
                        key={share}
                        id={`assign-${window.id}-${service.id}-${share}`}
                        pressed={share === now}
                        command={assignCommand(
                            window,
                            withOrWithout(own, service.id, share === "own"),
                            withOrWithout(helps, service.id, share === "helps"),
                            hall,
                        )}
                        undo={assignCommand(window, window.own, window.helps, hall)}
                        done={t("services.done", {
                            window: window.label || window.id,
                            service: name,
                            share: t(word),
                        })}
                    >
                        {t(word)}
                    </ActionButton>
                ))}
            </span>
        </li>
    );
}

function withOrWithout(list: string[], id: string, isIn: boolean): string[] {
    const others = list.filter((other) => other !== id);
    return isIn ? [...others, id] : others;
}
