/*
 * The one line that answers an action: what was done with 撤销 for ten seconds, or what was not done
 * and why.
 */
import { useEffect, useState } from "preact/hooks";
import { act, notice } from "../api/action";
import { useStore } from "../api/store";
import { t } from "../text/text";
import { Glyph } from "./glyph";
import { speak } from "./status";

export function NoticeBar() {
    const shown = useStore(notice);
    const [left, setLeft] = useState(0);
    useEffect(() => {
        if (!shown) return;
        const count = () => {
            const seconds = Math.ceil((shown.until - performance.now()) / 1000);
            setLeft(seconds);
            if (seconds <= 0 && notice.get() === shown) notice.set(null);
        };
        count();
        const timer = setInterval(count, 250);
        return () => clearInterval(timer);
    }, [shown]);
    useEffect(() => speak(shown?.words ?? ""), [shown]);
    const undo = shown?.undo;
    return (
        <div class="notice-place">
            {shown && (
                <div class={`notice ${shown.isRefusal ? "refused" : ""}`}>
                    {shown.isRefusal && <Glyph name="warn" />}
                    <span>{shown.words}</span>
                    {undo && (
                        <button
                            type="button"
                            class="button"
                            onClick={() =>
                                void act({ id: "undo", command: undo, done: t("undone") })
                            }
                        >
                            {t("undoSeconds", { count: Math.max(left, 1) })}
                        </button>
                    )}
                    <button
                        type="button"
                        class="button plain"
                        aria-label={t("close")}
                        onClick={() => notice.set(null)}
                    >
                        <Glyph name="close" />
                    </button>
                </div>
            )}
        </div>
    );
}
