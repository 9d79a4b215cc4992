/*
 * What differs from the file, as a list with one press back; and the time, said by a person while no clock is trusted.
 */
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
import { startHall, until } from "./hall.mjs";

let hall, browser;

before(async () => {
    hall = await startHall({ isClockLost: true });
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("boss", "admin"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

const change = (name, body) => hall.tool("", "send", name, JSON.stringify({ by: "wang", ...body }));
const kinds = () => hall.status().changes.map((one) => one.kind);

async function openNow(options) {
    const page = await browser.open("/", options);
    await page.waitForSelector(".figures");
    return page;
}

test("each live change stands in the list and is taken back by one press", async () => {
    const page = await openNow();
    assert.equal(await page.getByText("项临时改动").count(), 0);
    change("service.stop", { service: "tax" });
    change("window.assign", { window: 2, own: ["tax"] });
    change("staff.remove", { staff: "0110" });
    await page.getByRole("button", { name: "3 项临时改动" }).click();
    const rows = page.locator(".drawer li");
    await rows.nth(2).waitFor();
    const words = (await rows.allInnerTexts()).join("\n");
    for (const found of ["税务 停办", "2 号窗口改了业务", "工号 0110 临时移除", "到今天结束", "wang"])
        assert.ok(words.includes(found), `${found} in ${words}`);
    for (const [what, kind] of [
        ["2 号窗口改了业务", "window_assigned"],
        ["税务 停办", "service_stopped"],
        ["工号 0110 临时移除", "staff_removed"],
    ]) {
        await page.getByRole("button", { name: `恢复：${what}` }).click();
        await until(`no ${kind}`, 5_000, () => !kinds().includes(kind));
        await page.locator(".drawer li", { hasText: what }).waitFor({ state: "detached" });
    }
    await page.locator(".drawer", { hasText: "没有临时改动" }).waitFor();
    await page.context().close();
});

test("the list reads well for everyone", async () => {
    change("service.stop", { service: "tax" });
    change("hall.extend", { window: 3, until: new Date(Date.now() + 3_600_000).toISOString() });
    for (const language of LANGUAGES) {
        for (const [theme, size] of [
            [THEMES[0], [1280, 720]],
            [THEMES[1], [360, 640]],
        ]) {
            const page = await openNow({ language, theme, size });
            const what = `changes-${language}-${theme}-${size[0]}`;
            await page.locator(".hall-hours button").nth(1).click();
            await page.waitForSelector(".drawer li");
            await assertAccessible(page, what);
            await assertNoSidewaysScroll(page, what);
            await shoot(page, what, false);
            await page.keyboard.press("Escape");
            await page.locator(".hall-hours button").first().click();
            await page.waitForSelector("input[type=datetime-local]");
            await assertAccessible(page, `${what} time`);
            await shoot(page, `${what}-time`, false);
            await page.context().close();
        }
    }
});

test("while the clock is not trusted an admin says what time it is", async () => {
    const page = await openNow();
    await page.locator(".banner", { hasText: "时间未确认" }).waitFor();
    await page.locator(".hall-hours button").first().click();
    const field = page.locator("input[type=datetime-local]");
    const time = hall.status().hall.time;
    assert.equal((await field.inputValue()).slice(0, 13), time.slice(0, 13), "in the hall's own zone");
    await page.getByRole("button", { name: "确认", exact: true }).click();
    await until("trusted", 5_000, () => hall.status().hall.clock_trusted);
    await page.locator(".banner", { hasText: "时间未确认" }).waitFor({ state: "detached" });
    await field.waitFor({ state: "detached" });
    assert.equal(hall.status().hall.time.slice(0, 13), time.slice(0, 13));
    await page.context().close();
});
