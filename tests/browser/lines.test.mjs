/* A line whose wiring is wrong stands on the Now page in words, and no more once it is well. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import {
    assertAccessible,
    assertNoSidewaysScroll,
    LANGUAGES,
    shoot,
    startBrowser,
    THEMES,
} from "./browser.mjs";
import { startHall } from "./hall.mjs";

let hall, browser;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

test("a line that gives back what is sent is named, and is gone with its fault", async () => {
    const words = { zh: "线路 floor 有毛病", en: "Something is wrong with line floor" };
    hall.sim.stdin.write("echo floor on\n");
    for (const language of LANGUAGES) {
        for (const [theme, size] of [
            [THEMES[0], [1280, 720]],
            [THEMES[1], [360, 640]],
        ]) {
            const what = `lines-${language}-${theme}`;
            const page = await browser.open("/", { language, theme, size });
            const row = page.locator(".lines .alert-row");
            await row.waitFor({ timeout: 15_000 });
            const text = await row.innerText();
            assert.ok(text.includes(words[language]) && text.includes("echo"), text);
            await assertNoSidewaysScroll(page, what);
            await assertAccessible(page, what);
            await shoot(page, what, false);
            await page.context().close();
        }
    }
    const page = await browser.open("/");
    await page.locator(".lines .alert-row").waitFor({ timeout: 15_000 });
    hall.sim.stdin.write("echo floor off\n");
    await page.locator(".lines").waitFor({ state: "detached", timeout: 30_000 });
});
