/* The colours of the look, computed: every pair that carries words has 4.5 : 1, every sign and edge 3 : 1. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../web/ui/src/style/tokens.css", import.meta.url), "utf8");
const display = readFileSync(
    new URL("../../web/ui/src/display/display.css", import.meta.url),
    "utf8",
);
const GROUNDS = ["page", "surface", "sunk"];
const WORDS = ["ink", "muted", "act", "warn", "alert", "bad", "off", "serving", "done"];
const FILLS = [
    ["on-act", "act"],
    ["on-warn", "warn-fill"],
    ["on-alert", "alert"],
    ["on-bad", "bad"],
    ["on-off", "off"],
    ["surface", "ink"],
    ["act", "act-soft"],
    ["warn", "warn-soft"],
    ["alert", "alert-soft"],
    ["bad", "bad-soft"],
    ["ink", "warn-soft"],
    ["ink", "alert-soft"],
    ["muted", "warn-soft"],
];

function tokens(text, theme) {
    const dark = text.indexOf(':root[data-theme="dark"]');
    const part = (from, to) =>
        Object.fromEntries(
            [...text.slice(from, to).matchAll(/--([a-z-]+): (#[0-9A-F]{6});/g)].map((found) => [
                found[1],
                found[2],
            ]),
        );
    const light = part(0, dark);
    return theme === "light" ? light : { ...light, ...part(dark, text.length) };
}

function luminance(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => {
        const value = parseInt(colour.slice(at, at + 2), 16) / 255;
        return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}

for (const theme of ["light", "dark"]) {
    test(`words on grounds and fills, ${theme}`, () => {
        const found = tokens(css, theme);
        const pairs = [
            ...FILLS,
            ...WORDS.flatMap((word) => GROUNDS.map((ground) => [word, ground])),
        ];
        for (const [word, ground] of pairs) {
            const value = contrast(found[word], found[ground]);
            assert.ok(value >= 4.5, `${word} on ${ground}: ${value.toFixed(2)}`);
        }
        for (const ground of GROUNDS)
            assert.ok(contrast(found.edge, found[ground]) >= 3, `edge on ${ground}`);
    });
    test(`the waiting display from afar, ${theme}`, () => {
        const found = tokens(display, theme);
        assert.ok(contrast(found.letters, found.ground) >= 16, "letters");
        assert.ok(contrast(found["on-band"], found.band) >= 10, "band");
    });
}
