/* The table of texts: the same keys and the same values to fill in both languages, and no key that nobody uses. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../../web/ui/src", import.meta.url));

function table(name) {
    const text = readFileSync(join(SOURCES, "text", `${name}.ts`), "utf8");
    return new Map(
        [...text.matchAll(/^ {4}"?([\w.]+)"?:\s+"(.*)",$/gm)].map((found) => [found[1], found[2]]),
    );
}

function* files(folder) {
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) yield* files(path);
        else if (/\.tsx?$/.test(name) && !/text\/(zh|en)\.ts$/.test(path)) yield path;
    }
}

const zh = table("zh");
const en = table("en");
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("both languages have every text with the same values", () => {
    assert.ok(zh.size > 200);
    assert.deepEqual([...en.keys()].sort(), [...zh.keys()].sort());
    // A language may leave out a value, never ask for one that the other does not get.
    for (const [key, text] of en) {
        const known = placeholders(zh.get(key));
        for (const value of placeholders(text))
            assert.ok(known.includes(value), `${key}: ${value}`);
    }
});

test("every text is used", () => {
    const used = [...files(SOURCES)].map((path) => readFileSync(path, "utf8")).join("\n");
    const unused = [...zh.keys()].filter((key) => !used.includes(`"${key}"`));
    assert.deepEqual(unused, []);
});

test("words stand in the table only", () => {
    for (const path of files(SOURCES)) {
        const code = readFileSync(path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
        assert.doesNotMatch(code.replace(/\/\[[^\]]*\][^/]*\//g, ""), /[\u4e00-\u9fff]/, path);
    }
});

test("no markup from texts, no any", () => {
    for (const path of files(SOURCES)) {
        const code = readFileSync(path, "utf8");
        assert.doesNotMatch(code, /dangerouslySetInnerHTML|innerHTML|\bas any\b|: any\b/, path);
    }
});

test("the pages' own files name nothing: the table does", () => {
    const pages = fileURLToPath(new URL("../../web/ui/pages", import.meta.url));
    for (const name of readdirSync(pages).filter((one) => one.endsWith(".html"))) {
        const html = readFileSync(join(pages, name), "utf8");
        assert.match(html, /<title>HallQ<\/title>/, name);
    }
});

/** The keys of a table `NAME: Record<string, Key> = {...}`. */
function rowsOf(file, name) {
    const code = readFileSync(join(SOURCES, file), "utf8");
    const rows = code.match(new RegExp(`const ${name}[^{]*\\{([^}]*)\\}`))[1];
    return [...rows.matchAll(/^\s*"?([\w. ]+)"?:/gm)].map((found) => found[1]);
}
const inC = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const found = (code, pattern) => [...code.matchAll(pattern)].map((one) => one[1]);

test("every type of event has its words", () => {
    const types = found(inC("protocol/event.c"), /"([a-z]+\.[a-z_]+)"/g);
    assert.ok(types.length > 50);
    const rows = rowsOf("now/event_words.ts", "TYPES");
    assert.deepEqual(
        types.filter((type) => !rows.includes(type)),
        [],
    );
});

test("every kind of alert, and what a device says beside it, has its words", () => {
    const kinds = [
        ...found(inC("controller/hall/alert_kinds.c"), /\{ "(\w+)",\s+count_/g),
        ...found(inC("controller/outside.c"), /take_condition\(loop, "(\w+)"/g),
        ...found(inC("controller/hall/device.c"), /condition\.kind = "(\w+)"/g),
        ...found(inC("controller/hall/keys.c"), /alert_add_raised\(draft, "(\w+)"/g),
        ...found(inC("controller/hall/rating.c"), /sizeof alert->alert_kind, "(\w+)"/g),
    ];
    assert.ok(kinds.length >= 18, kinds.join(" "));
    const rows = rowsOf("now/alert_words.ts", "KINDS");
    assert.deepEqual(
        kinds.filter((kind) => !rows.includes(kind)),
        [],
    );
    const said = found(inC("devices/status.c"), /\{ STATUS_\w+, "([a-z ]+)" \}/g);
    assert.equal(said.length, 6);
    const words = rowsOf("now/alert_words.ts", "WHATS");
    assert.deepEqual(
        said.filter((word) => !words.includes(word)),
        [],
    );
});
