/* "3 条新的": lets a list that holds still under the pointer or the focus go on. */
import { t } from "../text/text";
import type { Still } from "./still";

export function FreshButton<T>({ still }: { still: Still<T> }) {
    if (still.fresh === 0) return null;
    return (
        <button type="button" class="button strip-new" onClick={still.release}>
            {t("strip.fresh", { count: still.fresh })}
        </button>
    );
}
