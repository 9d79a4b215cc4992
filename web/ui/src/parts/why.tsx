/* Why this ticket was called before others, in words. */
import type { Why } from "../api/hall";
import { className, passedName, tierName } from "../text/names";
import { t } from "../text/text";

export function whyLine(ticket: string, why: Why): string {
    const first = why.passed[0];
    if (first)
        return t("why.before", { ticket: first.ticket, reason: passedName(first.reason, why) });
    return why.tier === "own" ? t("why.first", { ticket }) : tierName(why.tier);
}

export function WhyList({ ticket, why }: { ticket: string; why: Why }) {
    const unnamed = why.passed_count - why.passed.length;
    return (
        <div class="why">
            <p>
                {className(why.class)} · {tierName(why.tier)}
            </p>
            {why.passed_count === 0 && <p>{t("why.first", { ticket })}</p>}
            {why.passed_count > 0 && (
                <>
                    <p>{t("why.passed", { count: why.passed_count })}</p>
                    <ul>
                        {why.passed.map((passed) => (
                            <li key={passed.ticket}>
                                <strong class="ticket-no">{passed.ticket}</strong>{" "}
                                {passedName(passed.reason, why)}
                            </li>
                        ))}
                        {unnamed > 0 && <li>{t("why.more", { count: unnamed })}</li>}
                    </ul>
                </>
            )}
        </div>
    );
}
