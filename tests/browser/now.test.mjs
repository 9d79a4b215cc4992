/* The Now page, as a manager uses it. */
import assert from "node:assert/strict";
import test, { after, afterEach, before } from "node:test";
import {
    assertAccessible,
    assertNoSidewaysScroll,
    isInView,
    LANGUAGES,
    shoot,
    SIZES,
    startBrowser,
    THEMES,
} from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const TAX = 2;
const STAFF = [
    [1, 107],
    [2, 108],
    [3, 109],
    [4, 110],
];
let hall, browser;
let opened = [];

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    for (const [window, staff] of STAFF) await hall.signStaffIn(window, staff);
    for (const key of [SOCIAL, TAX, SOCIAL, TAX, TAX, SOCIAL]) await hall.takeTicket(key);
    hall.press("terminal-1", KEY.next);
    hall.press("terminal-4", KEY.pause, 1);
    await until("window 1 calling", 5_000, () => hall.window(1).state === "calling");
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

/** A page that stands open is painted each second: eight of them slow the next one down. */
afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
});

const openNow = async (options) => {
    const page = await browser.open("/", options);
    opened.push(page);
    await page.waitForSelector(".figures");
    return page;
};
const card = (page, id) => page.locator(".cards > li").nth(id - 1);

test("the figures are those of hallq status", async () => {
    const page = await openNow();
    const now = hall.status();
    const figures = await page.locator(".figure-value b").allInnerTexts();
    const ready = now.windows.filter((window) => window.state === "open").length;
    assert.equal(figures[1], String(now.hall.waiting));
    assert.equal(figures[2], String(ready));
    assert.equal(figures[3], String(now.hall.served));
    assert.equal(figures[5], String(now.hall.cases_open));
    for (const [at, service] of now.services.entries()) {
        const lane = page.locator(".lane").nth(at);
        assert.equal(await lane.locator(".lane-count b").innerText(), String(service.waiting));
        assert.equal(await lane.locator(".tick").count(), service.waiting);
    }
    const longest = now.queue
        .filter((one) => one.state === "waiting")
        .sort((a, b) => (a.since < b.since ? -1 : 1))[0];
    assert.match(await page.locator(".longest").innerText(), new RegExp(longest.ticket));
    for (const window of now.windows) {
        assert.match(
            await card(page, window.id).innerText(),
            new RegExp(window.ticket ?? (window.state === "closed" ? "已关闭" : "无号")),
        );
    }
});

test("the longest wait is seen at once, in both languages, on every screen", async () => {
    for (const size of SIZES) {
        for (const language of LANGUAGES) {
            const page = await openNow({ size, language });
            assert.ok(await isInView(page, ".longest .figure-value b"), `${size} ${language}`);
            await assertNoSidewaysScroll(page, `${size} ${language}`);
            await page.context().close();
        }
    }
});

test("a window is added to a service in two clicks and taken back in one", async () => {
    const page = await openNow();
    await page
        .locator(".lane")
        .nth(TAX - 1)
        .getByRole("button", { name: "加窗口" })
        .click();
    const first = page.locator(".moves button").first();
    assert.match(await first.innerText(), /1 号窗口|2 号窗口/);
    const id = Number((await first.innerText()).match(/(\d+) 号窗口/)[1]);
    await first.click();
    await until("the window serves tax", 5_000, () => hall.window(id).own.includes("tax"));
    await page.getByRole("button", { name: /撤销 \d+ 秒/ }).click();
    await until("the window as before", 5_000, () => !hall.window(id).own.includes("tax"));
    assert.deepEqual(hall.window(id).own, ["social"]);
});

test("a window is paused in two clicks, and its services change in the drawer", async () => {
    const page = await openNow();
    await card(page, 3).locator("button").click();
    await page.getByRole("button", { name: "暂停：内部工作" }).waitFor();
    await page.getByRole("button", { name: "暂停：休息" }).click();
    await until("window 3 paused", 5_000, () => hall.window(3).state === "paused");
    await page.waitForFunction(() =>
        /暂停 · 休息/.test(document.querySelectorAll(".cards > li")[2].innerText),
    );
    await page.getByRole("button", { name: "恢复" }).click();
    await until("window 3 open", 5_000, () => hall.window(3).state === "open");
    const row = page.locator(".services li").nth(SOCIAL - 1);
    await row.getByRole("button", { name: "帮办" }).click();
    await until("window 3 helps social", 5_000, () => hall.window(3).helps.includes("social"));
    await page.waitForFunction(
        () =>
            document.querySelector('.services li .button[aria-pressed="true"]')?.innerText ===
            "帮办",
    );
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".drawer").count(), 0);
    const focused = await page.evaluate(
        () => document.activeElement?.closest(".cards > li")?.innerText ?? "",
    );
    assert.match(focused, /^(窗口\s*)?3/, "the focus is back on the card");
});

test("every call says why", async () => {
    const page = await openNow();
    await card(page, 1).locator("button").click();
    await page.waitForSelector(".drawer .why");
    assert.match(await page.locator(".drawer .why").first().innerText(), /A001 来得最早/);
    await page.keyboard.press("Escape");
    const line = page.locator(".strip li", { hasText: "叫号" }).first();
    await line.locator("summary").click();
    assert.match(await line.innerText(), /A001[\s\S]*来得最早/);
    assert.match(await line.locator("pre").innerText(), /"hallq\.ticket\.called"/);
});

test("a call for help comes to the top and goes when it is acknowledged, in one click", async () => {
    const page = await openNow();
    hall.press("terminal-3", KEY.help);
    const row = page.locator(".alert-row", { hasText: "3 号窗口 求助" });
    await row.waitFor();
    await row.getByRole("button", { name: "知道了" }).click();
    // Under the pointer the row stays where it is, without anything to press.
    await row.getByText("已恢复").waitFor();
    assert.equal(await row.getByRole("button").count(), 0);
    await page.mouse.move(5, 5);
    await row.waitFor({ state: "detached" });
    assert.ok(!hall.status().alerts.some((alert) => alert.kind === "help"));
    await page.locator(".strip li", { hasText: "知道了" }).first().waitFor();
});

test("an alert that still stands says who has seen it", async () => {
    const page = await openNow();
    const row = page.locator(".alert-row", { hasText: "后台未连接" });
    await row.getByRole("button", { name: "知道了" }).click();
    await row.getByText("manager 已知道").waitFor();
    const found = hall.status().alerts.find((alert) => alert.kind === "uplink_lost");
    assert.equal(found.acknowledged_by, "manager");
});

test("a ticket is voided only after a question that starts on cancel", async () => {
    const page = await openNow();
    const ticket = hall.status().queue.findLast((one) => one.service === "tax").ticket;
    await page.locator(".figure").nth(1).locator("button").click();
    await page.getByRole("button", { name: `作废 ${ticket}` }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.innerText), "取消");
    await page.keyboard.press("Enter");
    assert.ok(hall.status().queue.some((one) => one.ticket === ticket));
    await page.getByRole("button", { name: `作废 ${ticket}` }).click();
    await page
        .locator("dialog")
        .getByRole("button", { name: `作废 ${ticket}` })
        .click();
    await until(
        "the ticket void",
        5_000,
        () => !hall.status().queue.some((one) => one.ticket === ticket),
    );
});

test("the keyboard walks the windows", async () => {
    const page = await openNow();
    await card(page, 1).locator("button").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    assert.match(await page.locator("#drawer-title").innerText(), /3 号窗口/);
});

test("a viewer sees all and may change nothing", async () => {
    const cookies = browser.cookies;
    await browser.signIn(hall.addUser("visitor", "viewer"));
    const page = await openNow();
    assert.equal(await page.getByRole("button", { name: "加窗口" }).count(), 0);
    await card(page, 1).locator("button").click();
    assert.equal(await page.getByRole("button", { name: /^暂停/ }).count(), 0);
    browser.cookies = cookies;
});

test("it can be used by everyone, in every language, theme and width", async () => {
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            for (const size of SIZES) {
                const page = await openNow({ language, theme, size });
                await page.waitForSelector(".strip li");
                const what = `now-${language}-${theme}-${size[0]}`;
                await assertAccessible(page, what);
                await shoot(page, what);
                await card(page, 1).locator("button").click();
                await page.waitForSelector(".drawer");
                await assertAccessible(page, `${what} drawer`);
                await shoot(page, `${what}-window`, false);
                await page.keyboard.press("Escape");
                await page.locator(".lane .button").first().click();
                await page.waitForSelector(".moves");
                await assertAccessible(page, `${what} move`);
                await shoot(page, `${what}-move`, false);
                await page.context().close();
            }
        }
    }
});
