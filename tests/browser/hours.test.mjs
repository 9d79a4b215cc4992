/*
 * What a manager changes for today from the Now page: a service stopped, the hall closed, a day extended, a ticket
 * looked at and voided; lists that hold still under the hand; one message at a time for readers.
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
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
let hall, browser;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(3, 109);
    await hall.takeTicket(SOCIAL);
    await hall.takeTicket(SOCIAL);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

const openNow = async (options) => {
    const page = await browser.open("/", options);
    await page.waitForSelector(".figures");
    return page;
};
const undo = (page) => page.getByRole("button", { name: /^撤销 \d+ 秒/ }).click();
const service = (id) => hall.status().services.find((one) => one.id === id);
/** By the keyboard, which opens the list and no single ticket. */
const openService = async (page, at) => {
    await page.locator(".lane-axis").nth(at).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".extend");
};

test("a service is stopped in two presses and goes on again, each with its undo", async () => {
    const page = await openNow();
    await openService(page, 1);
    // Ten characters are what the service takes of a reason.
    await page.getByLabel("原因").fill("网络故障正在抢修中请稍候");
    await page.getByRole("button", { name: "停办 B 税务" }).click();
    await until("stopped", 5_000, () => service("tax").stopped);
    assert.equal(service("tax").stop_reason, "网络故障正在抢修中请");
    await page.getByText("原因：网络故障正在抢修中请", { exact: true }).waitFor();
    await page.locator(".lane", { hasText: "已停办" }).waitFor();
    await undo(page);
    await until("going on", 5_000, () => !service("tax").stopped);
    assert.equal(await page.getByLabel("原因").inputValue(), "");
    hall.tool("", "send", "service.stop", `{"service":"tax","reason":"培训","until":"${inHours(1)}"}`);
    await page.getByRole("button", { name: "恢复办理 B 税务" }).click();
    await until("going on", 5_000, () => !service("tax").stopped);
    await undo(page);
    await until("stopped again", 5_000, () => service("tax").stopped);
    assert.ok(service("tax").stopped_until, "until the same time as before");
    assert.equal(service("tax").stop_reason, "培训");
    await page.getByRole("button", { name: "恢复办理 B 税务" }).click();
    await until("going on", 5_000, () => !service("tax").stopped);
    await page.context().close();
});

const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
const localTime = (iso) => iso?.slice(11, 16);

/** Sets the field to a time that lies two hours ahead in the hall, and says which. */
async function extend(page) {
    const now = hall.status().hall.time;
    const time = `${Number(now.slice(11, 13)) + 2}:30`;
    await page.locator(".extend input").fill(time);
    await page.locator(".extend").getByRole("button", { name: "设定" }).click();
    return time;
}

test("today is extended for a service, a window and the hall, and taken back", async () => {
    const page = await openNow();
    const parts = [
        [() => openService(page, 0), () => service("social").extended],
        [
            () => page.locator(".cards > li").nth(2).locator("button").click(),
            () => hall.window(3).extended,
        ],
        [
            () => page.getByRole("button", { name: "延时、关闭…" }).click(),
            () => hall.status().hall.extended,
        ],
    ];
    for (const [open, extended] of parts) {
        await open();
        await page.waitForSelector(".extend");
        const time = await extend(page);
        await until("extended", 5_000, () => localTime(extended()) === time);
        await page.locator(".extend", { hasText: `已延时至 ${time}` }).waitFor();
        await undo(page);
        await until("as before", 5_000, () => localTime(extended()) !== time);
        await page.keyboard.press("Escape");
    }
    await page.context().close();
});

test("the hall is closed after a question that says how many wait, and opened at once", async () => {
    const page = await openNow();
    await page.getByRole("button", { name: "延时、关闭…" }).click();
    await page.getByLabel("原因").fill("消防演练");
    await page.getByRole("button", { name: "关闭大厅…" }).click();
    const dialog = page.locator("dialog");
    await dialog.getByText(`已在等的 ${hall.status().hall.waiting} 人`).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.innerText), "取消");
    await dialog.getByRole("button", { name: "关闭大厅" }).click();
    await until("closed", 5_000, () => !hall.status().hall.open);
    assert.equal(hall.status().hall.closed_reason, "消防演练");
    await page.getByText("原因：消防演练", { exact: true }).waitFor();
    await page.getByRole("button", { name: "开放大厅" }).click();
    await until("open", 5_000, () => hall.status().hall.open);
    await page.context().close();
});

test("a press on a tick opens that ticket's card, which says its place and voids it", async () => {
    const ticket = await hall.takeTicket(SOCIAL);
    const page = await openNow();
    const tick = page.locator(`[data-ticket="${ticket}"]`);
    await tick.waitFor();
    const box = await tick.boundingBox();
    await page.mouse.click(box.x + 3, box.y + box.height / 2);
    const drawer = page.locator(".drawer");
    await drawer.locator("#drawer-title", { hasText: ticket }).waitFor();
    await drawer.getByText("前面还有 2 人").waitFor();
    await drawer.getByText("普通").waitFor();
    await drawer.getByRole("button", { name: `作废 ${ticket}` }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.innerText), "取消");
    await page.locator("dialog").getByRole("button", { name: `作废 ${ticket}` }).click();
    await until("void", 5_000, () => !hall.status().queue.some((one) => one.ticket === ticket));
    await drawer.getByText("已经不在队里了").waitFor();
    await page.context().close();
});

test("who is not in the line stands under a heading of their own", async () => {
    hall.press("terminal-1", KEY.next);
    await until("a call", 5_000, () => hall.window(1).state === "calling");
    const { ticket } = hall.window(1);
    await new Promise((done) => setTimeout(done, 5_200)); // sooner, a no-show is refused (after_s)
    hall.press("terminal-1", KEY.noShow);
    await until("gone", 5_000, () => hall.window(1).ticket === null);
    const page = await openNow();
    await openService(page, 0);
    await page.locator(".waiting-others", { hasText: ticket }).waitFor();
    const inLine = await page.locator(".waiting").first().innerText();
    assert.ok(!inLine.includes(ticket));
    await page.context().close();
});

test("a list under the pointer holds still, says what is new, and goes on", async () => {
    const page = await openNow();
    const first = page.locator(".alerts .alert-row").first();
    await first.waitFor();
    const words = await first.locator(".alert-words").innerText();
    await first.hover();
    hall.press("terminal-3", KEY.help);
    await page.locator(".alerts").getByRole("button", { name: "1 条新的" }).waitFor();
    const now = await first.locator(".alert-words").innerText();
    assert.equal(now.split(" ")[0], words.split(" ")[0], "nothing has moved under the pointer");
    await page.mouse.move(5, 5);
    await page.locator(".alert-row", { hasText: "3 号窗口 求助" }).waitFor();
    await page.context().close();
});

test("readers hear one message in five seconds, the newest", async () => {
    const page = await openNow();
    assert.equal(await page.locator('[role="status"]').count(), 1);
    await page.evaluate(() => {
        window.heard = [];
        const place = document.querySelector('[role="status"]');
        new MutationObserver(() =>
            window.heard.push([performance.now(), place.textContent]),
        ).observe(place, { childList: true, subtree: true, characterData: true });
    });
    await page.locator(".cards > li").nth(2).locator("button").click();
    for (const name of ["暂停：休息", "恢复", "暂停：内部工作"]) {
        await page.locator(".drawer").getByRole("button", { name, exact: true }).click();
        await page.locator(".notice", { hasText: name === "恢复" ? "恢复" : name.slice(3) }).waitFor();
    }
    await page.waitForFunction(() => window.heard.at(-1)?.[1].includes("内部工作"));
    const times = (await page.evaluate(() => window.heard)).map(([time]) => time);
    for (let at = 1; at < times.length; at++)
        assert.ok(times[at] - times[at - 1] > 4_900 || times[at] - times[at - 1] < 50);
    await page.locator(".drawer").getByRole("button", { name: "恢复", exact: true }).click();
    await page.context().close();
});

test("until when the hall is open is said; one without a calendar is open", async () => {
    const page = await openNow();
    const says = (words) => page.locator(".hall-hours .muted").getByText(words, { exact: true }).waitFor();
    await says("大厅营业中");
    const date = hall.status().hall.time.slice(0, 10);
    const hours = { date, spans: ["08:00-20:00"], by: "wang" };
    hall.tool("", "send", "calendar.set", JSON.stringify(hours));
    await says("大厅营业中，20:00 结束");
    await page.context().close();
});

test("the new drawers look right and can be used by everyone", async () => {
    for (const language of LANGUAGES) {
        for (const [theme, size] of [
            [THEMES[0], [1280, 720]],
            [THEMES[1], [360, 640]],
        ]) {
            const page = await openNow({ language, theme, size });
            const what = `hours-${language}-${theme}-${size[0]}`;
            await page.locator(".hall-hours button").first().click();
            await page.waitForSelector(".extend");
            await assertAccessible(page, what);
            await shoot(page, what, false);
            await page.keyboard.press("Escape");
            await openService(page, 0);
            await assertAccessible(page, `${what} service`);
            await shoot(page, `${what}-service`, false);
            await page.locator(".waiting .ticket-no").first().click();
            await page.waitForSelector(".facts");
            await assertAccessible(page, `${what} ticket`);
            await shoot(page, `${what}-ticket`, false);
            await assertNoSidewaysScroll(page, what);
            await page.context().close();
        }
    }
});
