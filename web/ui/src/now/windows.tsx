/* The windows in the hall's own order. They never re-sort; arrow keys walk them, Enter opens. */
import type { Hall } from "../api/hall";
import { t } from "../text/text";
import { isWorking } from "./model";
import { WindowCard } from "./window_card";

const FULL_CARDS_MAX = 24;

export function Windows({ hall }: { hall: Hall }) {
    const working = hall.windows.filter(isWorking).length;
    const isDense = hall.windows.length > FULL_CARDS_MAX;
    return (
        <section aria-labelledby="windows-title">
            <h2 id="windows-title">
                {t("windows.title")}{" "}
                <span class="small muted hint">
                    {t("windows.counts", { count: hall.windows.length, open: working })}
                </span>
            </h2>
            <ul class={`cards ${isDense ? "dense" : ""}`} onKeyDown={walk}>
                {hall.windows.map((window) => (
                    <WindowCard key={window.id} window={window} hall={hall} isDense={isDense} />
                ))}
            </ul>
        </section>
    );
}

/** Left and right go one card on, up and down one row, by where the cards stand on the screen. */
function walk(pressed: KeyboardEvent): void {
    const list = pressed.currentTarget as HTMLElement;
    const cards = [...list.querySelectorAll<HTMLElement>(".card-button")];
    const at = cards.findIndex((card) => card === document.activeElement);
    const steps: Record<string, number> = {
        ArrowLeft: -1,
        ArrowRight: 1,
        ArrowUp: -columns(cards),
        ArrowDown: columns(cards),
    };
    const step = steps[pressed.key];
    const next = at >= 0 && step !== undefined ? cards[at + step] : undefined;
    if (!next) return;
    pressed.preventDefault();
    next.focus();
}

function columns(cards: HTMLElement[]): number {
    const top = cards[0]?.getBoundingClientRect().top;
    return cards.filter((card) => card.getBoundingClientRect().top === top).length;
}
