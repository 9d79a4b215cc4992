/** Lines that work badly, each with what hallqd says of it: one that is down is an alert already. */
import type { Hall } from "../api/hall";
import { Glyph } from "../parts/glyph";
import { t } from "../text/text";

export function Lines({ hall }: { hall: Hall }) {
    const ill = hall.buses.filter((bus) => bus.ill && bus.what !== null);
    if (ill.length === 0) return null;
    return (
        <ul class="panel lines" aria-label={t("lines.title")}>
            {ill.map((bus) => (
                <li class="alert-row warn" key={bus.id}>
                    <span class="alert-glyph">
                        <Glyph name="warn" />
                    </span>
                    <p class="alert-words">
                        {t("lines.ill", { line: bus.id })}{" "}
                        <span class="small muted" lang="en">
                            {bus.what}
                        </span>
                    </p>
                </li>
            ))}
        </ul>
    );
}
