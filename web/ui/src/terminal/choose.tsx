/* Which window this terminal is for: each with its state and who is signed in there. */
import type { Hall, WindowNow } from "../api/hall";
import { StateChip } from "../parts/chip";
import { lettersOf } from "../text/names";
import { t } from "../text/text";

export function Choose({ hall }: { hall: Hall }) {
    return (
        <section aria-labelledby="choose-title">
            <h2 id="choose-title">{t("terminal.choose")}</h2>
            <ul class="desks">
                {hall.windows.map((window) => (
                    <li key={window.id}>
                        <DeskLink window={window} hall={hall} />
                    </li>
                ))}
            </ul>
        </section>
    );
}

function DeskLink({ window, hall }: { window: WindowNow; hall: Hall }) {
    return (
        <a class="panel desk-link" href={`/terminal/${window.id}`}>
            <span class="desk-top">
                <b>{t("window.name", { number: window.label || window.id })}</b>
                <StateChip window={window} hall={hall} />
            </span>
            <span class="muted">
                {window.staff ? t("window.staff", { staff: window.staff }) : t("window.nobody")}
                {" · "}
                {t("terminal.serves", { letters: lettersOf(window, hall) })}
            </span>
        </a>
    );
}
