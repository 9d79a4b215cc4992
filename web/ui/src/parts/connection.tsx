/*
 * How fresh the page is, in words: nothing while all is well, a mark from 15 s, a banner when it is
 * bad.
 */
import { useEffect, useState } from "preact/hooks";
import { clock, clockText, silentMs } from "../api/clock";
import type { Hall } from "../api/hall";
import type { Link } from "../api/stream";
import { t } from "../text/text";
import { Glyph } from "./glyph";
import { spanText } from "./since";
import { useSpoken } from "./status";

const BACK_MS = 6_000;

/** The words that stand beside the clock. */
export function linkWords(link: Link, hall: Hall | null): string {
    if (!hall) return "";
    if (link === "old" || link === "lost") {
        return t("link.old", { time: clockText(clock.get()), ago: spanText(silentMs()) });
    }
    return hall.hall.open ? t("hall.open") : t("hall.closed");
}

export function ConnectionBanner({ link, hall }: { link: Link; hall: Hall | null }) {
    const isBack = useBack(link);
    const words = bannerWords(link, hall, isBack);
    useSpoken(words.join(" "));
    return (
        <div class="banner-place">
            {words.map((line) => (
                <p class={`banner ${link === "live" && isBack ? "quiet" : ""}`} key={line}>
                    <Glyph name={link === "live" ? "warn" : "old"} />
                    {line}
                </p>
            ))}
        </div>
    );
}

function bannerWords(link: Link, hall: Hall | null, isBack: boolean): string[] {
    const words: string[] = [];
    const isAway = link === "offline" || link === "lost";
    if (hall && isAway) words.push(t("link.offline", { time: clockText(clock.get()) }));
    if (link === "live" && isBack) words.push(t("link.back"));
    if (hall && !hall.hall.saved) words.push(t("link.notSaved"));
    if (hall && !hall.hall.clock_trusted) words.push(t("link.clock"));
    return words;
}

/** True for a moment after the service is heard again. */
function useBack(link: Link): boolean {
    const [isBack, setBack] = useState(false);
    const [wasAway, setAway] = useState(false);
    useEffect(() => {
        if (link === "offline" || link === "lost") setAway(true);
        if (link !== "live" || !wasAway) return;
        setAway(false);
        setBack(true);
        setTimeout(() => setBack(false), BACK_MS);
    }, [link]);
    return isBack;
}
