/*
 * The signs that stand beside words. Drawn, not typed: fonts differ, and a missing sign must never
 * show as a box.
 */
const SHAPES = {
    alert: "M8 1 15.5 14.5H.5zM7.2 5.5v5h1.6v-5zm0 6v1.6h1.6v-1.6z",
    warn: "M8 1 15.5 14.5H.5zM8 4.6 3.6 12.7h8.8z",
    bad: "M8 .8 15.2 8 8 15.2.8 8z",
    off: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2.2c1 0 2 .3 2.7.9l-6.6 6.6A4.8 4.8 0 0 1 8 3.2zm0 9.6c-1 0-2-.3-2.7-.9l6.6-6.6A4.8 4.8 0 0 1 8 12.8z",
    old: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3zM7.2 4.5v4.2h3.6V7.2H8.8V4.5z",
    calling:
        "M1.5 5.5v5h3L9 14V2L4.5 5.5zm9.3-.6a4 4 0 0 1 0 6.2zm1.6-2.7a7 7 0 0 1 0 11.6l-.9-1.3a5.4 5.4 0 0 0 0-9z",
    serving: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
    ready: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 2.2a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6z",
    paused: "M3.5 2h3.2v12H3.5zm5.8 0h3.2v12H9.3z",
    closed: "M2 7h3v2H2zm4.5 0h3v2h-3zM11 7h3v2h-3z",
    more: "M5.5 2 11.5 8l-6 6-1.4-1.4L8.7 8 4.1 3.4z",
    close: "M3.4 2 8 6.6 12.6 2 14 3.4 9.4 8l4.6 4.6-1.4 1.4L8 9.4 3.4 14 2 12.6 6.6 8 2 3.4z",
    theme: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.8v10.4A5.2 5.2 0 0 1 8 2.8z",
    person: "M6 3h4v10H6z",
    appointment: "M8 2 13 8l-5 6-5-6z",
    green: "M5 2h6v12H5zm1.6 1.6v8.8h2.8V3.6z",
} as const;

export type GlyphName = keyof typeof SHAPES;

export function Glyph({ name }: { name: GlyphName }) {
    return (
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={SHAPES[name]} fill-rule="evenodd" />
        </svg>
    );
}
