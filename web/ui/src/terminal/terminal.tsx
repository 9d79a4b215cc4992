/*
 * The call terminal in a browser: what I hold, one big key, the answer in place. /terminal/ID; /terminal
 * lets choose the window.
 */
import "./terminal.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock } from "../api/clock";
import type { Hall, WindowNow } from "../api/hall";
import { hall as hallStore, openHall } from "../api/live";
import { makeStore, useStore } from "../api/store";
import type { Link } from "../api/stream";
import { ConnectionBanner, linkWords } from "../parts/connection";
import { Head } from "../parts/head";
import { Loading } from "../parts/loading";
import { startPage } from "../parts/page";
import { useTitle } from "../parts/title";
import { msOf } from "../parts/since";
import { lettersOf, pauseReasons } from "../text/names";
import { t } from "../text/text";
import { lastAnswer, press } from "./answer";
import { Choose } from "./choose";
import { Holding, Waiting } from "./hold";
import { Keypad } from "./keypad";
import { keyOf, undoLeft, windowOf, type TerminalKey } from "./keys";
import { Question } from "./question";
import { StaffBar } from "./staff_bar";

const notYet = makeStore<Link>("loading");
const noFault = makeStore("");
const place = location.pathname.split("/")[2] ?? "";
const id = Number(place);

function Terminal() {
    const [link, setLink] = useState(notYet);
    const [fault, setFault] = useState(noFault);
    useEffect(() => {
        const stream = openHall();
        setLink(stream.link);
        setFault(stream.fault);
        return () => stream.close();
    }, []);
    const state = useStore(link);
    const why = useStore(fault);
    const hall = useStore(hallStore);
    const window = hall && windowOf(hall, id);
    const name = place ? t("window.name", { number: window?.label || id }) : "";
    useTitle([name, t("nav.terminal")].filter(Boolean).join(" · "));
    return (
        <>
            <Head
                title={name || t("nav.terminal")}
                state={linkWords(state, hall)}
                current={place ? undefined : "terminal"}
                isTight={place !== ""}
                isOld={state !== "live"}
            />
            <main id="content" class={`terminal ${state === "live" ? "" : "stale"}`}>
                <h1 class="readers">
                    {t("nav.terminal")} {name || t("terminal.choose")}
                </h1>
                <ConnectionBanner link={state} hall={hall} />
                {!hall && <Loading isUnreached={state === "unreached"} fault={why} />}
                {hall && place && !window && (
                    <p class="panel no-window">
                        {t("terminal.noWindow", { number: id || t("unknown") })}
                    </p>
                )}
                {hall && !window && <Choose hall={hall} />}
                {hall && window && <Desk window={window} hall={hall} />}
            </main>
        </>
    );
}

function Desk({ window, hall }: { window: WindowNow; hall: Hall }) {
    const [asking, ask] = useState<TerminalKey | null>(null);
    const noShowMs = useNoShowTime(window);
    const left = undoLeft(window, msOf(window.since), noShowMs, useStore(clock));
    const asksPause = pauseReasons(hall).length > 0;
    const go = (key: TerminalKey) => {
        const isAsked = key.asks && (key.asks !== "pause" || asksPause);
        if (isAsked) ask(key);
        else void press(key, { window: window.id });
    };
    useKeyboard(window, asking !== null, go);
    return (
        <>
            <div class="desk-head">
                <p>{t("terminal.serves", { letters: lettersOf(window, hall) })}</p>
                <StaffBar window={window} wantsPin={hall.hall.pin_wanted} />
            </div>
            <div class="desk">
                <Holding window={window} hall={hall} />
                <Waiting window={window} />
            </div>
            <Keypad
                window={window}
                asksPause={asksPause}
                undoSeconds={Math.ceil(left / 1000)}
                go={go}
            />
            <details class="shortcut-map">
                <summary>{t("terminal.shortcuts")}</summary>
                <p class="muted">{t("terminal.shortcutList")}</p>
            </details>
            {asking?.asks && (
                <Question
                    ask={asking.asks}
                    window={window}
                    hall={hall}
                    close={() => ask(null)}
                    answer={(values) => {
                        ask(null);
                        void press(asking, { window: window.id, ...values });
                    }}
                />
            )}
        </>
    );
}

function useKeyboard(window: WindowNow, isAsking: boolean, go: (key: TerminalKey) => void): void {
    useEffect(() => {
        const listen = (pressed: KeyboardEvent) => {
            if (isAsking) return;
            if (pressed.key === "F1" && !pressed.shiftKey) {
                pressed.preventDefault();
                document
                    .querySelector<HTMLDetailsElement>(".shortcut-map")
                    ?.toggleAttribute("open");
                return;
            }
            const key = keyOf(pressed, window);
            if (!key) return;
            pressed.preventDefault();
            go(key);
        };
        addEventListener("keydown", listen);
        return () => removeEventListener("keydown", listen);
    });
}

/** When this page's own no-show was taken: the undo of one is not in the snapshot. */
function useNoShowTime(window: WindowNow): number {
    const answer = useStore(lastAnswer);
    const at = useRef(0);
    const seen = useRef(answer);
    if (answer !== seen.current) {
        seen.current = answer;
        if (answer?.key === "no_show" && !answer.isRefusal) at.current = clock.get();
    }
    return window.state === "open" ? at.current : 0;
}

startPage(Terminal, true);
