/* A hall of a hundred windows: cards of two lines, all within two screens; and the Now page while people work. */
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible, assertNoSidewaysScroll, shoot, startBrowser } from "./browser.mjs";
import { startHall, until } from "./hall.mjs";

const WINDOWS = 100;
const SIX_WINDOWS = 6;

test("a hundred windows fit two screens", async () => {
    const hall = await startHall({ windows: WINDOWS });
    const browser = await startBrowser(hall.url);
    try {
        await browser.signIn(hall.addUser("manager", "manager"));
        for (const size of [
            [1280, 720],
            [360, 640],
        ]) {
            const page = await browser.open("/", { size });
            await page.waitForSelector(".cards.dense");
            assert.equal(await page.locator(".cards > li").count(), WINDOWS);
            const height = await page
                .locator(".cards")
                .evaluate((list) => list.getBoundingClientRect().height);
            if (size[0] === 1280) assert.ok(height <= 2 * 720, `${height} px`);
            await assertNoSidewaysScroll(page, `${size}`);
            await assertAccessible(page, `a hundred windows ${size}`);
            await shoot(page, `now-hundred-${size[0]}`);
        }
    } finally {
        await browser.close();
        await hall.stop();
    }
});

test("while people come and staff work, figures and cards go on agreeing with hallq status", async () => {
    const hall = await startHall({ people: "400", speed: 30 });
    const browser = await startBrowser(hall.url);
    try {
        await browser.signIn(hall.addUser("manager", "manager"));
        const page = await browser.open("/", { size: [1280, 720] });
        await until("people served", 60_000, () => hall.status().hall.served >= SIX_WINDOWS);
        await shoot(page, "now-living-light");
        const dark = await browser.open("/", { size: [1280, 720], theme: "dark", language: "en" });
        await dark.waitForSelector(".strip li");
        await assertAccessible(dark, "a living hall");
        await shoot(dark, "now-living-dark");
        // The hall moves between two looks: one moment at which both say the same is enough, and must come soon.
        await until("the page agrees", 10_000, async () => {
            const served = await page.locator(".figure-value b").nth(3).innerText();
            const waiting = await page.locator(".figure-value b").nth(1).innerText();
            const now = hall.status().hall;
            return served === String(now.served) && waiting === String(now.waiting);
        });
        const display = await browser.open("/display");
        await display.waitForSelector(".rows li");
        await shoot(display, "display-living", false);
    } finally {
        await browser.close();
        await hall.stop();
    }
});
