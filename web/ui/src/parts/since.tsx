/*
 * Times that tick: how long something lasts, from the hall's own clock, so that all stand still
 * together.
 */
import { clock } from "../api/clock";
import { useStore } from "../api/store";
import { t } from "../text/text";

/** "34:12", from an hour on "1:04:09"; "—" for an unknown start. */
export function lastsText(fromMs: number | null, nowMs: number): string {
    if (fromMs === null || !nowMs) return t("unknown");
    const total = Math.max(0, Math.floor((nowMs - fromMs) / 1000));
    const two = (value: number) => String(value).padStart(2, "0");
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor(total / 60) % 60;
    return hours
        ? `${hours}:${two(minutes)}:${two(total % 60)}`
        : `${two(minutes)}:${two(total % 60)}`;
}

/** A length in words: "34 分", "8 秒". */
export function spanText(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return t("unit.seconds", { count: seconds });
    const minutes = Math.round(seconds / 60);
    return minutes < 120
        ? t("unit.minutes", { count: minutes })
        : t("unit.hours", { count: Math.round(minutes / 60) });
}

export function msOf(time: string | null | undefined): number | null {
    const ms = time ? Date.parse(time) : NaN;
    return Number.isNaN(ms) ? null : ms;
}

/** The ticking digits are for eyes; readers hear whole minutes. */
export function Since({ from }: { from: string | null | undefined }) {
    const now = useStore(clock);
    const start = msOf(from);
    return (
        <time class="since">
            <span aria-hidden="true">{lastsText(start, now)}</span>
            <span class="readers">{start === null ? t("unknown") : spanText(now - start)}</span>
        </time>
    );
}
