/* Chromium as a test needs it: one browser a file, pages in a language, a theme and a size; screenshots; axe. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const OUT = process.env.HALLQ_BROWSER_OUT ?? "out/browser";
const require = createRequire(join(OUT, "packages.cjs"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

export const SIZES = [
    [360, 640],
    [768, 1024],
    [1280, 720],
];
export const LANGUAGES = ["zh", "en"];
export const THEMES = ["light", "dark"];

export async function startBrowser(url) {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium-headless-shell", args: FLAGS });
    return new Browser(browser, url);
}

class Browser {
    constructor(browser, url) {
        this.browser = browser;
        this.url = url;
        this.faults = [];
        this.cookies = [];
        mkdirSync(OUT, { recursive: true });
    }

    /** A page of its own context; its console's errors fail the test that closes the browser. */
    async open(path, { size = [1280, 720], language = "zh", theme = "light", script = null } = {}) {
        const context = await this.browser.newContext({
            viewport: { width: size[0], height: size[1] },
            colorScheme: theme,
            bypassCSP: false,
        });
        await context.addCookies(this.cookies);
        await context.addInitScript(
            (chosen) => localStorage.setItem("hallq.language", chosen),
            language,
        );
        if (script) await context.addInitScript(script);
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        page.on("pageerror", (fault) => this.faults.push(fault.message));
        page.on("console", (message) => {
            // The question who is signed in, before anybody is; and what a role may not do.
            const isExpected = /status of 40[13]/.test(message.text());
            if (message.type() === "error" && !isExpected) this.faults.push(message.text());
        });
        await page.goto(this.url + path);
        return page;
    }

    /** Signs in by the page and keeps the cookie for the pages that are opened afterwards. */
    async signIn(user) {
        this.cookies = [];
        const page = await this.open("/");
        await page.fill("input[name=user]", user.name);
        await page.fill("input[name=password]", user.password);
        await page.click("form button");
        await page.waitForSelector(".head");
        this.cookies = await page.context().cookies();
        await page.context().close();
    }

    async close() {
        await this.browser.close();
        assert.deepEqual(this.faults, [], "errors in the console");
    }
}

export async function shoot(page, name, isWhole = true) {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: isWhole });
}

/** No violation of WCAG 2.2 AA, target sizes (off in axe's releases) included. */
export async function assertAccessible(page, what) {
    // The pages' policy refuses script elements; evaluate() does not need one.
    await page.evaluate(AXE);
    const found = await page.evaluate(async (tags) => {
        const run = {
            runOnly: { type: "tag", values: tags },
            rules: { "target-size": { enabled: true } },
        };
        const { violations } = await window.axe.run(document, run);
        return violations.map(
            (one) =>
                `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`,
        );
    }, TAGS);
    assert.deepEqual(found, [], `axe: ${what}`);
}

/** Nothing is wider than the screen. */
export async function assertNoSidewaysScroll(page, what) {
    const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(tooWide <= 0, `${what}: ${tooWide} px too wide`);
}

/** Within the first screen, and not under something that stands above it. */
export async function isInView(page, selector) {
    return page
        .locator(selector)
        .first()
        .evaluate((element) => {
            const box = element.getBoundingClientRect();
            const inside =
                box.top >= 0 &&
                box.left >= 0 &&
                box.bottom <= innerHeight &&
                box.right <= innerWidth;
            const top = document.elementFromPoint(
                box.left + box.width / 2,
                box.top + box.height / 2,
            );
            return (
                inside &&
                box.height > 0 &&
                top !== null &&
                (element.contains(top) || top.contains(element))
            );
        });
}
