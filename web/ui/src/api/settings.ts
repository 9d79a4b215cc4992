/* What this browser remembers: language and theme. Nothing else is kept, nothing of a person. */
import { makeStore } from "./store";

export type Language = "zh" | "en";
export type Theme = "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");

export const language = makeStore<Language>(recall("hallq.language") === "en" ? "en" : "zh");
export const theme = makeStore<Theme>(startTheme());

export function applySettings(): void {
    showLanguage();
    showTheme();
    language.watch(() => {
        remember("hallq.language", language.get());
        showLanguage();
    });
    theme.watch(showTheme);
    dark.addEventListener?.(
        "change",
        () => recall("hallq.theme") || theme.set(dark.matches ? "dark" : "light"),
    );
}

export function chooseTheme(next: Theme): void {
    remember("hallq.theme", next);
    theme.set(next);
}

function startTheme(): Theme {
    const kept = recall("hallq.theme");
    if (kept === "dark" || kept === "light") return kept;
    return dark.matches ? "dark" : "light";
}

function showLanguage(): void {
    document.documentElement.lang = language.get() === "zh" ? "zh-CN" : "en";
}

function showTheme(): void {
    document.documentElement.dataset.theme = theme.get();
}

/** Storage may be forbidden in a kiosk; the page then starts from the defaults each time. */
function recall(key: string): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null;
    }
}

function remember(key: string, value: string): void {
    try {
        localStorage.setItem(key, value);
    } catch {
        return;
    }
}
