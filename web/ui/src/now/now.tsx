/* The Now page: what needs doing, the longest wait, lanes, windows, what happened. */
import "./now.css";
import { useEffect, useState } from "preact/hooks";
import type { Hall } from "../api/hall";
import { hall as hallStore, openHall } from "../api/live";
import { makeStore, useStore } from "../api/store";
import type { Link } from "../api/stream";
import { ConnectionBanner, linkWords } from "../parts/connection";
import { Glyph } from "../parts/glyph";
import { Head } from "../parts/head";
import { Loading } from "../parts/loading";
import { NoticeBar } from "../parts/notice_bar";
import { startPage } from "../parts/page";
import { useTitle } from "../parts/title";
import { t } from "../text/text";
import { Alerts } from "./alerts";
import { ChangesDrawer } from "./changes";
import { Figures } from "./figures";
import { HallDrawer, HallHours } from "./hall_hours";
import { Lines } from "./lines";
import { Lanes } from "./lanes";
import { AlertsDrawer, RatingsDrawer, ServedDrawer } from "./list_drawers";
import { MoveDrawer } from "./move_drawer";
import { Strip } from "./strip";
import { TicketDrawer } from "./ticket_drawer";
import { view, type View } from "./view";
import { WaitingDrawer } from "./waiting_drawer";
import { WindowDrawer } from "./window_drawer";
import { Windows } from "./windows";

const notYet = makeStore<Link>("loading");
const noFault = makeStore("");

function Now() {
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
    useTitle([t("nav.now"), hall?.hall.name].filter(Boolean).join(" · "));
    return (
        <>
            <Head
                title={hall?.hall.name ?? "HallQ"}
                state={linkWords(state, hall)}
                current="now"
                isOld={state !== "live"}
            />
            <main id="content" class={`now ${state === "live" ? "" : "stale"}`}>
                <h1 class="readers">
                    {t("nav.now")} {hall?.hall.name}
                </h1>
                <ConnectionBanner link={state} hall={hall} />
                {hall ? (
                    <Floor hall={hall} />
                ) : (
                    <Loading isUnreached={state === "unreached"} fault={why} />
                )}
            </main>
            <NoticeBar />
        </>
    );
}

function Floor({ hall }: { hall: Hall }) {
    return (
        <>
            <Alerts hall={hall} />
            <Lines hall={hall} />
            <Figures hall={hall} />
            <HallHours hall={hall} />
            <Lanes hall={hall} />
            <Windows hall={hall} />
            <Uplink hall={hall} />
            {hall.hall.seq !== null && <Strip hall={hall} />}
            <Opened hall={hall} view={useStore(view)} />
        </>
    );
}

function Uplink({ hall }: { hall: Hall }) {
    const uplink = hall.uplink;
    if (uplink.connected || !uplink.configured || uplink.behind === null) return null;
    return (
        <p class="uplink muted">
            <Glyph name="old" /> {t("link.uplink", { count: uplink.behind })}
        </p>
    );
}

/** The key makes another window's drawer a new one, so that its heading takes the focus. */
function Opened({ hall, view }: { hall: Hall; view: View }) {
    if (!view) return null;
    switch (view.kind) {
        case "window":
            return <WindowDrawer key={view.id} id={view.id} hall={hall} />;
        case "waiting":
            return <WaitingDrawer key={view.service} id={view.service} hall={hall} />;
        case "ticket":
            return <TicketDrawer key={view.id} id={view.id} hall={hall} />;
        case "hall":
            return <HallDrawer hall={hall} />;
        case "move":
            return <MoveDrawer key={view.service} id={view.service} hall={hall} />;
        case "served":
            return <ServedDrawer hall={hall} />;
        case "ratings":
            return <RatingsDrawer hall={hall} />;
        case "alerts":
            return <AlertsDrawer hall={hall} />;
        case "changes":
            return <ChangesDrawer hall={hall} />;
    }
}

startPage(Now, true);
