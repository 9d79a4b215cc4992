/*
 * The head of a page behind a log-in. Its clock stands still as soon as the service is no longer
 * heard.
 */
import { clock, clockText } from "../api/clock";
import { chooseTheme, language, theme } from "../api/settings";
import { mayServe, session, signOut } from "../api/session";
import { useStore } from "../api/store";
import { t, type Key } from "../text/text";
import { Glyph } from "./glyph";

const ROLES: Record<string, Key> = {
    viewer: "role.viewer",
    staff: "role.staff",
    guide: "role.guide",
    manager: "role.manager",
    admin: "role.admin",
};

export interface HeadPart {
    title: string;
    /** Words between the hall's name and the clock: open, or since when not heard. */
    state: string;
    current?: "now" | "terminal" | undefined;
    /** Room is short: no tabs on a phone. */
    isTight?: boolean;
    /** Nothing was heard for a while; the words then say since when. */
    isOld?: boolean;
}

export function Head({ title, state, current, isTight, isOld }: HeadPart) {
    return (
        <header class={`head ${isTight ? "tight" : ""} ${isOld ? "stale" : ""}`}>
            <a class="skip" href="#content">
                {t("nav.skip")}
            </a>
            <div class="head-row">
                <span class="head-hall">{title}</span>
                <span class="head-clock">
                    {state && <span class="head-state">{state} · </span>}
                    <HallClock />
                </span>
                <Tabs current={current} />
                <HeadEnd />
            </div>
        </header>
    );
}

function Tabs({ current }: Pick<HeadPart, "current">) {
    const serves = mayServe(useStore(session));
    return (
        <nav class="tabs" aria-label={t("nav.label")}>
            <a href="/" aria-current={current === "now" ? "page" : undefined}>
                {t("nav.now")}
            </a>
            {serves && (
                <a href="/terminal" aria-current={current === "terminal" ? "page" : undefined}>
                    {t("nav.terminal")}
                </a>
            )}
            <a href="/display">{t("nav.display")}</a>
        </nav>
    );
}

function HallClock() {
    const now = useStore(clock);
    return <time class="clock">{now ? clockText(now, true) : t("unknown")}</time>;
}

export function HeadEnd() {
    const who = useStore(session);
    const isDark = useStore(theme) === "dark";
    return (
        <div class="head-end">
            <button
                type="button"
                class="button plain"
                lang={language.get() === "zh" ? "en" : "zh-CN"}
                title={t("head.languageHint")}
                onClick={() => language.set(language.get() === "zh" ? "en" : "zh")}
            >
                {t("head.language")}
            </button>
            <button
                type="button"
                class="button plain"
                aria-label={isDark ? t("head.light") : t("head.dark")}
                title={isDark ? t("head.light") : t("head.dark")}
                onClick={() => chooseTheme(isDark ? "light" : "dark")}
            >
                <Glyph name="theme" />
            </button>
            {typeof who === "object" && (
                <>
                    <span class="head-user small muted" title={who.user}>
                        {t(ROLES[who.role] ?? "role.viewer")}
                    </span>
                    <button type="button" class="button plain" onClick={() => void signOut()}>
                        {t("head.signOut")}
                    </button>
                </>
            )}
        </div>
    );
}
