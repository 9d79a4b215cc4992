/*
 * The words of the pages in the language that is switched on. A key that one table lacks fails the
 * type check.
 */
import { language } from "../api/settings";
import { en } from "./en";
import { zh, type Texts } from "./zh";

export type Key = keyof Texts;
export type Values = Record<string, string | number>;

const TABLES: { zh: Texts; en: Texts } = { zh, en };

export function t(key: Key, values?: Values): string {
    return fill(TABLES[language.get()][key], values);
}

/** The text in a given language, for public pages that show both. */
export function textIn(which: "zh" | "en", key: Key, values?: Values): string {
    return fill(TABLES[which][key], values);
}

/**
 * Of two texts that came from the service, the one of the page's language; the other where it has
 * none.
 */
export function pick(inChinese: string, inEnglish: string): string {
    return language.get() === "zh" ? inChinese || inEnglish : inEnglish || inChinese;
}

/** "{count}" is the value; "{count:person|people}" the first word where it is one, else the second. */
function fill(text: string, values: Values = {}): string {
    const found = /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g;
    return text.replace(found, (whole, name: string, one?: string, many?: string) => {
        const value = values[name];
        if (one !== undefined && many !== undefined) return Number(value) === 1 ? one : many;
        return String(value ?? whole);
    });
}
