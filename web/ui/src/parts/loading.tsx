/* While nothing is there yet: grey blocks after 300 ms, words after that, honest ones after 3 s. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../text/text";

const BLOCKS_AFTER_MS = 300;
const SLOW_AFTER_MS = 3_000;

export function Loading() {
    const [stage, setStage] = useState(0);
    useEffect(() => {
        const timers = [
            setTimeout(() => setStage(1), BLOCKS_AFTER_MS),
            setTimeout(() => setStage(2), SLOW_AFTER_MS),
        ];
        return () => timers.forEach(clearTimeout);
    }, []);
    if (stage === 0) return null;
    return (
        <div class="loading">
            <p role="status">{stage === 1 ? t("hall.loading") : t("hall.loadingSlow")}</p>
            <div class="loading-block" />
            <div class="loading-block tall" />
        </div>
    );
}
