/*
 * Writes the bundler's output as C (web/files.h): each file gzipped, with its type and an ETag from
 * its content, so a browser asks again and gets 304 until the program changes. A page `now.html` is
 * found at "/", `x.html` at "/x".
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
};
const BYTES_A_LINE = 20;

export function writeEmbedded(dist, target) {
    const files = readdirSync(dist)
        .sort()
        .map((name) => embed(dist, name));
    const rows = files.map(
        (file, at) =>
            `    {"${file.path}", "${file.type}", "\\"${file.etag}\\"", bytes_${at}, ` +
            `sizeof bytes_${at}},`,
    );
    const text = [
        "/* Made by web/ui/build.mjs from web/ui; not to be edited. */",
        '#include "web/files.h"',
        "",
        ...files.map(
            (file, at) => `static const unsigned char bytes_${at}[] = {\n${hex(file.gzip)}};`,
        ),
        "",
        "const struct web_file WEB_FILES[] = {",
        ...rows,
        "};",
        "const size_t WEB_FILE_COUNT = sizeof WEB_FILES / sizeof WEB_FILES[0];",
        "",
    ].join("\n");
    writeFileSync(target, text);
}

function embed(dist, name) {
    const type = TYPES[extname(name)];
    if (!type) throw new Error(`embed.mjs: no type for ${name}`);
    const bytes = readFileSync(join(dist, name));
    return {
        path: name === "now.html" ? "/" : `/${name.replace(/\.html$/, "")}`,
        type,
        etag: createHash("sha256").update(bytes).digest("hex").slice(0, 16),
        gzip: gzipSync(bytes, { level: 9 }),
    };
}

function hex(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
        const line = Array.from(
            bytes.subarray(at, at + BYTES_A_LINE),
            (byte) => `0x${byte.toString(16).padStart(2, "0")}`,
        );
        text += `    ${line.join(", ")},\n`;
    }
    return text;
}
