/* The log-in in front of the pages: refuses in place, opens with the right password, ends with one press. */
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
import { startHall } from "./hall.mjs";

let hall, browser, manager;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    manager = hall.addUser("manager", "manager");
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

test("a wrong password is refused in place, the right one opens the page", async () => {
    const page = await browser.open("/");
    await page.fill("input[name=user]", manager.name);
    await page.fill("input[name=password]", "not the password");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
        document.querySelector(".sign-in-fault")?.textContent.includes("帐号或密码不对"),
    );
    await page.fill("input[name=password]", manager.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".figures");
    await page.getByRole("button", { name: "退出" }).click();
    await page.waitForSelector("input[name=password]");
    assert.equal(await page.locator(".figures").count(), 0);
});

test("it looks right and can be used by everyone", async () => {
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            const page = await browser.open("/", { language, theme, size: SIZES[0] });
            await page.waitForSelector("input[name=user]");
            await assertAccessible(page, `log-in ${language} ${theme}`);
            await assertNoSidewaysScroll(page, `log-in ${language}`);
            await shoot(page, `sign-in-${language}-${theme}`);
            await page.context().close();
        }
    }
});
