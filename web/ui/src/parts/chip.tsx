/* The state of a window: glyph, word, and colour only where an eye is needed. */
import type { Hall, WindowNow } from "../api/hall";
import { pauseName, stateName } from "../text/names";
import { t } from "../text/text";
import { Glyph, type GlyphName } from "./glyph";

const GLYPHS: Record<WindowNow["state"], GlyphName> = {
    closed: "closed",
    open: "ready",
    calling: "calling",
    serving: "serving",
    paused: "paused",
};

export function StateChip({ window, hall }: { window: WindowNow; hall: Hall }) {
    const reason = window.state === "paused" ? pauseName(hall, window.pause_reason) : "";
    const isMissed = window.state === "paused" && window.waiting > 0;
    return (
        <span class={`chip ${window.state} ${isMissed ? "missed" : ""}`}>
            <Glyph name={GLYPHS[window.state]} />
            {stateName(window.state)}
            {reason && ` · ${reason}`}
        </span>
    );
}

export function OfflineChip() {
    return (
        <span class="chip offline">
            <Glyph name="off" />
            {t("window.offline")}
        </span>
    );
}
