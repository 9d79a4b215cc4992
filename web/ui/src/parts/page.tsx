/* Starts a page: settings, the root element, and the log-in in front of pages that need one. */
import { render, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { applySettings, language } from "../api/settings";
import { isUnreached, loadSession, session } from "../api/session";
import { useStore } from "../api/store";
import { Loading } from "./loading";
import { SignIn } from "./sign_in";
import { Status } from "./status";

const ASK_AGAIN_MS = 3_000;

export function startPage(Page: ComponentType, needsSession: boolean): void {
    applySettings();
    const root = document.getElementById("page");
    if (!root) throw new Error("the page has no root element");
    render(
        <>
            {needsSession ? <Gate Page={Page} /> : <Translated Page={Page} />}
            <Status />
        </>,
        root,
    );
}

/** The key makes every text anew when the language changes. */
function Translated({ Page }: { Page: ComponentType }) {
    return <Page key={useStore(language)} />;
}

function Gate({ Page }: { Page: ComponentType }) {
    const who = useStore(session);
    const isAlone = useStore(isUnreached);
    useEffect(() => {
        void loadSession();
        const timer = setInterval(() => {
            if (session.get() === "unknown") void loadSession();
        }, ASK_AGAIN_MS);
        return () => clearInterval(timer);
    }, []);
    if (who === "unknown") {
        return (
            <main id="content" class="gate">
                <Loading isUnreached={isAlone} />
            </main>
        );
    }
    return who === "none" ? <Translated Page={SignIn} /> : <Translated Page={Page} />;
}
