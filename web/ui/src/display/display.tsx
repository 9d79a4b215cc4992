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
import { useTitle } from "../parts/title";
import { msOf } from "../parts/since";
import { useSpoken } from "../parts/status";
import { textIn } from "../text/text";
import { BandView, labelOf, RowsView, WaitsView, type Said } from "./board";
import { advance, EMPTY_BAND, lastCalls, stillCalls } from "./calls";
import { chime, isSounding, startSound } from "./chime";
import { piecesOf } from "./notice";
import { DEFAULT_FAR_M, DEFAULT_INCH, queryNumber, screenFor } from "./fit";
import { queueCall, silence, speakNext } from "./voice";

const STEP_MS = 500;
const PAGE_MS = 10_000; // a page of the table of waits, where the services do not fit on one
/** Places the picture stands at, one after the other each hour, so that nothing burns in. */
const SHIFTS = 4;

const hallStore = makeStore<PublicHall | null>(null);
const band = makeStore(EMPTY_BAND);
const notYet = makeStore<Link>("loading");
/** Replaced by the stream's own as soon as there is one. */
let heard = notYet;
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
    if (heard.get() !== "live") {
        silence();
        return;
    }
    if (!isSounding.get()) return;
    if (fresh.length > 0) chime();
    for (const { call } of fresh)
        queueCall(call, labelOf(hall, call.window), hall.display.english);
    speakNext((call) => stillCalls(call, hall));
}

function useDisplay(): Link {
    const [link, setLink] = useState(notYet);
    useEffect(() => {
        const stream = openStream<PublicHall>({
            url: "/api/v1/display/stream",
            probe: "/api/v1/display",
            onSnapshot(snapshot) {
                hallStore.set(snapshot);
                step();
            },
        });
        heard = stream.link;
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
    useTitle([hall?.hall.name, textIn("zh", "nav.display")].filter(Boolean).join(" · "));
    const isUpright = innerHeight > innerWidth;
    const screen = screenFor(
        queryNumber(query, "far", DEFAULT_FAR_M),
        queryNumber(query, "inch", DEFAULT_INCH),
        isUpright,
    );
    const isFooted = isUpright || screen.fit === "near";
    const shift = Math.floor(now / 3_600_000) % SHIFTS;
    return (
        <main id="content" class={`board ${screen.fit} shift-${shift}`}>
            <header class="board-head">
                <h1>{hall?.hall.name ?? "HallQ"}</h1>
                <time>{now ? clockText(now) : ""}</time>
            </header>
            {hall && link === "live" ? (
                <BandView lines={lines} hall={hall} idle={idleWords(hall, now, isFooted)} />
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
                {isFooted && <Setup tooFarFrom={screen.tooFarFrom} />}
            </footer>
            {!isFooted && <Setup tooFarFrom={screen.tooFarFrom} />}
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
    useSpoken(textIn("zh", key));
    return (
        <section class="band idle">
            <p>
                {textIn("zh", key)} <span lang="en">{textIn("en", key)}</span>
            </p>
        </section>
    );
}

function closedWords(which: "zh" | "en", hall: PublicHall): string {
    const opens = msOf(hall.hall.opens);
    return opens === null
        ? textIn(which, "display.closed")
        : textIn(which, "display.opens", { time: clockText(opens) });
}

function pieceOf(notice: string, now: number): string {
    const pieces = piecesOf(notice);
    return pieces[Math.floor(now / PAGE_MS) % pieces.length] ?? "";
}

/** Whether the hall is open must be read on every screen; the notice too where there is no foot. */
function idleWords(hall: PublicHall, now: number, isFooted: boolean): Said {
    if (!hall.hall.open) return { zh: closedWords("zh", hall), en: closedWords("en", hall) };
    if (!isFooted && hall.hall.notice) return { zh: pieceOf(hall.hall.notice, now), en: "" };
    return { zh: textIn("zh", "display.idle"), en: textIn("en", "display.idle") };
}

function footWords(hall: PublicHall, now: number): string {
    if (!hall.hall.open) {
        const reason = hall.hall.closed_reason;
        const words = closedWords("zh", hall);
        return reason ? textIn("zh", "display.closedWhy", { words, reason }) : words;
    }
    return pieceOf(hall.hall.notice || textIn("zh", "display.notice"), now);
}

/**
 * What whoever puts the screen up must see and press once. The layouts for far seats have no foot to
 * hold it: there it stands in the gap between the tickets and their windows.
 */
function Setup({ tooFarFrom }: { tooFarFrom: number | null }) {
    const isHeard = useStore(isSounding);
    const [isSeen, see] = useState(false);
    const isTooSmall = tooFarFrom !== null && !isSeen;
    if (isHeard && !isTooSmall) return null;
    return (
        <div class="board-setup">
            {isTooSmall && (
                <p>
                    {textIn("zh", "display.tooSmall", { metres: tooFarFrom })}
                    <button type="button" class="button" onClick={() => see(true)}>
                        {textIn("zh", "display.seen")}
                    </button>
                </p>
            )}
            {!isHeard && (
                <button type="button" class="button" onClick={startSound}>
                    {textIn("zh", "display.sound")}
                </button>
            )}
        </div>
    );
}

startPage(Display, false);
theme.set(query.get("theme") === "dark" ? "dark" : "light");
