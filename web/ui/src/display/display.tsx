/*
 * The waiting-area screen: the called ticket and its window, the last calls, the waits.
 * /display?far=4&inch=55 Sizes follow the farthest seat (m) and the screen's diagonal; ?theme=dark
 * for dim halls. Public: no log-in, no person.
 */
import "./display.css";
import { useEffect, useState } from "preact/hooks";
import { clock, clockText } from "../api/clock";
import type { PublicHall } from "../api/hall";
import { theme } from "../api/settings";
import { makeStore, useStore } from "../api/store";
import { openStream, type Link } from "../api/stream";
import { startPage } from "../parts/page";
import { msOf } from "../parts/since";
import { textIn } from "../text/text";
import { BandView, labelOf, RowsView, WaitsView } from "./board";
import { advance, EMPTY_BAND, lastCalls } from "./calls";
import { chime, isSounding, startSound } from "./chime";
import { piecesOf } from "./notice";
import { DEFAULT_FAR_M, DEFAULT_INCH, queryNumber, screenFor } from "./fit";
import { speakCall } from "./voice";

const STEP_MS = 500;
const PAGE_MS = 10_000; // a page of the table of waits, where the services do not fit on one
/** Places the picture stands at, one after the other each hour, so that nothing burns in. */
const SHIFTS = 4;

const hallStore = makeStore<PublicHall | null>(null);
const band = makeStore(EMPTY_BAND);
const notYet = makeStore<Link>("loading");
const query = new URLSearchParams(location.search);

function step(): void {
    const hall = hallStore.get();
    if (!hall) return;
    const before = band.get();
    const after = advance(before, hall, clock.get(), performance.now());
    const fresh = after.lines.filter(
        (line) => line.isNew && !before.lines.some((old) => old.key === line.key),
    );
    band.set(after);
    if (fresh.length === 0 || !isSounding.get()) return;
    chime();
    for (const { call } of fresh) speakCall(call, labelOf(hall, call.window));
}

function useDisplay(): Link {
    const [link, setLink] = useState(notYet);
    useEffect(() => {
        const stream = openStream<PublicHall>({
            url: "/api/v1/display/stream",
            onSnapshot(snapshot) {
                hallStore.set(snapshot);
                step();
            },
        });
        setLink(stream.link);
        startSound();
        const timer = setInterval(step, STEP_MS);
        return () => {
            clearInterval(timer);
            stream.close();
        };
    }, []);
    return useStore(link);
}

function Display() {
    const link = useDisplay();
    const hall = useStore(hallStore);
    const lines = useStore(band).lines;
    const now = useStore(clock);
    const isUpright = innerHeight > innerWidth;
    const screen = screenFor(
        queryNumber(query, "far", DEFAULT_FAR_M),
        queryNumber(query, "inch", DEFAULT_INCH),
        isUpright,
    );
    const shift = Math.floor(now / 3_600_000) % SHIFTS;
    return (
        <main id="content" class={`board ${screen.fit} shift-${shift}`}>
            <header class="board-head">
                <h1>{hall?.hall.name ?? "HallQ"}</h1>
                <time>{now ? clockText(now) : ""}</time>
            </header>
            {hall && link === "live" ? (
                <BandView lines={lines} hall={hall} />
            ) : (
                <Silent isLoading={link === "loading"} />
            )}
            {hall && (
                <Below
                    hall={hall}
                    shown={link === "live" ? lines.map((line) => line.call.ticket) : []}
                    screen={screen}
                    now={now}
                />
            )}
            <footer class="board-foot">
                <p>{hall ? footWords(hall, now) : ""}</p>
                <SoundButton tooFarFrom={screen.tooFarFrom} />
            </footer>
        </main>
    );
}

interface BelowPart {
    hall: PublicHall;
    shown: string[];
    screen: ReturnType<typeof screenFor>;
    now: number;
}

function Below({ hall, shown, screen, now }: BelowPart) {
    const calls = lastCalls(hall.called, shown).slice(0, screen.rows);
    const pages = Math.max(1, Math.ceil(hall.services.length / Math.max(screen.lines, 1)));
    const first = (Math.floor(now / PAGE_MS) % pages) * screen.lines;
    return (
        <div class="board-below">
            <RowsView calls={calls} hall={hall} />
            {screen.lines > 0 && (
                <WaitsView services={hall.services.slice(first, first + screen.lines)} />
            )}
        </div>
    );
}

/** Where the band would be: nothing that was called before is left standing as if it were new. */
function Silent({ isLoading }: { isLoading: boolean }) {
    const key = isLoading ? "hall.loading" : "display.silent";
    return (
        <section class="band idle" role="status">
            <p>
                {textIn("zh", key)} <span lang="en">{textIn("en", key)}</span>
            </p>
        </section>
    );
}

function footWords(hall: PublicHall, now: number): string {
    const opens = msOf(hall.hall.opens);
    if (!hall.hall.open && opens !== null)
        return textIn("zh", "display.opens", { time: clockText(opens) });
    if (!hall.hall.open) return textIn("zh", "display.closed");
    const pieces = piecesOf(hall.hall.notice || textIn("zh", "display.notice"));
    return pieces[Math.floor(now / PAGE_MS) % pieces.length] ?? "";
}

function SoundButton({ tooFarFrom }: { tooFarFrom: number | null }) {
    if (useStore(isSounding)) return null;
    return (
        <span class="board-setup">
            {tooFarFrom !== null && textIn("zh", "display.tooSmall", { metres: tooFarFrom })}
            <button type="button" class="button" onClick={startSound}>
                {textIn("zh", "display.sound")}
            </button>
        </span>
    );
}

startPage(Display, false);
theme.set(query.get("theme") === "dark" ? "dark" : "light");
