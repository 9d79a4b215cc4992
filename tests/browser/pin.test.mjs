/* A hall that wants PINs: a browser terminal asks for that of whose log-in it is not, and keeps none. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import {
    assertAccessible,
    assertNoSidewaysScroll,
    LANGUAGES,
    shoot,
    SIZES,
    startBrowser,
    THEMES,
} from "./browser.mjs";
import { startHall, until } from "./hall.mjs";

let hall, browser;

before(async () => {
    hall = await startHall({ edit: (demo) => demo.replace('"windows": [', '"pin": true,\n  "windows": [') });
    hall.tool("", "send", "staff.set", JSON.stringify({ staff: "0107", pin: 52718 }));
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

test("it looks right and can be used by everyone", async () => {
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            const page = await browser.open("/terminal/1", { language, theme, size: SIZES[0] });
            await page.waitForSelector("input[name=pin]");
            await assertAccessible(page, `terminal with PIN ${language} ${theme}`);
            await assertNoSidewaysScroll(page, `terminal with PIN ${language}`);
            await shoot(page, `terminal-pin-${language}-${theme}`);
            await page.context().close();
        }
    }
});

test("a manager signs somebody in by that person's PIN alone", async () => {
    const page = await browser.open("/terminal/1");
    const pin = page.locator("input[name=pin]");
    const go = page.getByRole("button", { name: "在此登录" });
    await page.locator("input[name=staff]").fill("0107");
    await go.click();
    assert.equal(await pin.evaluate((field) => field.validity.valueMissing), true, "the browser asks for one");
    await pin.fill("52719");
    await go.click();
    await page.locator(".answer", { hasText: "没有这个工号或密码不对" }).waitFor();
    assert.equal(await pin.inputValue(), "");
    assert.equal(hall.window(1).state, "closed");
    await pin.fill("52718");
    await go.click();
    await until("window 1 open", 5_000, () => hall.window(1).staff === "0107");
    await page.context().close();
});

test("who logged in with a number of their own is asked for no PIN", async () => {
    await browser.signIn(hall.addUser("clerk", "staff", "--staff", "0108"));
    const page = await browser.open("/terminal/2");
    const go = page.getByRole("button", { name: "以工号 0108 在此登录" });
    await go.waitFor();
    assert.equal(await page.locator("input[name=pin]").count(), 0);
    await go.click();
    await until("window 2 open", 5_000, () => hall.window(2).staff === "0108");
    await page.context().close();
});
