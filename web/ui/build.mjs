/*
 * Builds the pages: type-checks with tsc, bundles with esbuild, writes OUTDIR/dist and
 * OUTDIR/web_files.c.
 *   node web/ui/build.mjs OUTDIR
 * OUTDIR holds node_modules (`npm ci` run there on copies of package.json, package-lock.json and
 * .npmrc), so that the source tree stays untouched. Ends with status 1 and the tools' own words
 * when something is wrong.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeEmbedded } from "./embed.mjs";

const PAGES = ["now", "terminal", "display"];
const PAGE_LIMIT = 120 * 1024; // bytes of a page with all it loads, gzipped
const BROWSERS = ["chrome67", "firefox68", "safari13"]; // what a tablet of 2015 can still run

const here = dirname(fileURLToPath(import.meta.url));

function main() {
    const out = process.argv[2] && resolve(process.argv[2]);
    if (!out) fail("usage: node build.mjs OUTDIR");
    const modules = join(out, "node_modules");
    if (!existsSync(join(modules, "esbuild"))) fail(`${modules} is missing: run npm ci in ${out}`);
    checkTypes(out, modules);
    const dist = join(out, "dist");
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    bundle(dist, modules);
    copyStatic(dist);
    checkSizes(dist);
    writeEmbedded(dist, join(out, "web_files.c"));
}

/**
 * tsc finds the packages in OUTDIR by a config written there; mistakes are still named by their
 * place in src/.
 */
function checkTypes(out, modules) {
    const config = {
        extends: join(here, "tsconfig.json"),
        compilerOptions: {
            baseUrl: out,
            paths: {
                preact: [join(modules, "preact")],
                "preact/*": [join(modules, "preact", "*")],
            },
        },
        include: [join(here, "src")],
    };
    const file = join(out, "tsconfig.json");
    writeFileSync(file, JSON.stringify(config, null, 2));
    run(process.execPath, [join(modules, "typescript", "bin", "tsc"), "-p", file]);
}

function bundle(dist, modules) {
    const esbuild = createRequire(join(modules, "x.js"))("esbuild");
    try {
        esbuild.buildSync({
            entryPoints: PAGES.map((page) => join(here, "src", page, `${page}.tsx`)),
            entryNames: "[name]",
            outdir: dist,
            bundle: true,
            minify: true,
            format: "iife",
            target: BROWSERS,
            charset: "utf8",
            jsx: "automatic",
            jsxImportSource: "preact",
            nodePaths: [modules],
            legalComments: "none",
            logLevel: "warning",
        });
    } catch {
        process.exit(1); // esbuild has said what is wrong
    }
}

function copyStatic(dist) {
    for (const page of PAGES)
        cpSync(join(here, "pages", `${page}.html`), join(dist, `${page}.html`));
    cpSync(join(here, "pages", "icon.svg"), join(dist, "icon.svg"));
}

function checkSizes(dist) {
    const icon = gzipSync(readFileSync(join(dist, "icon.svg"))).length;
    for (const page of PAGES) {
        let bytes = icon;
        for (const ending of ["html", "css", "js"])
            bytes += gzipSync(readFileSync(join(dist, `${page}.${ending}`))).length;
        if (bytes >= PAGE_LIMIT)
            fail(`page ${page}: ${bytes} bytes gzipped, the limit is ${PAGE_LIMIT}`);
        console.log(`page ${page}: ${(bytes / 1024).toFixed(1)} KB gzipped`);
    }
}

function run(program, args) {
    try {
        execFileSync(program, args, { stdio: "inherit" });
    } catch {
        process.exit(1);
    }
}

function fail(text) {
    console.error(`build.mjs: ${text}`);
    process.exit(1);
}

main();
