/*
 * While nothing is there yet: grey blocks after 300 ms, words after that, honest ones after 3 s. A
 * service that does not answer, or refuses, is not loading: that is said with what it answered.
 */
import { useEffect, useState } from "preact/hooks";
import { t } from "../text/text";
import { Glyph } from "./glyph";
import { useSpoken } from "./status";

const BLOCKS_AFTER_MS = 300;
const SLOW_AFTER_MS = 3_000;

interface LoadingPart {
    isUnreached: boolean;
    /** Why, in words, where the service said so. */
    fault?: string;
}

export function Loading({ isUnreached, fault = "" }: LoadingPart) {
    const [stage, setStage] = useState(0);
    useEffect(() => {
        const timers = [
            setTimeout(() => setStage(1), BLOCKS_AFTER_MS),
            setTimeout(() => setStage(2), SLOW_AFTER_MS),
        ];
        return () => timers.forEach(clearTimeout);
    }, []);
    const words = isUnreached
        ? `${fault || t("hall.unreached")} ${t("hall.tryingAgain")}`
        : t(stage < 2 ? "hall.loading" : "hall.loadingSlow");
    useSpoken(isUnreached || stage > 0 ? words : "");
    if (isUnreached) {
        return (
            <p class="panel unreached">
                <Glyph name="old" /> {words}
            </p>
        );
    }
    if (stage === 0) return null;
    return (
        <div class="loading">
            <p>{words}</p>
            <div class="loading-block" />
            <div class="loading-block tall" />
        </div>
    );
}
