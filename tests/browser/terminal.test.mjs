/* The browser terminal, as a clerk uses it: keys, shortcuts, refusals in place. */
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

const SOCIAL = 1;
const TAX = 2;
const MISTAKE_MS = 1_200; // a second NEXT sooner than this is refused as "just called" (mistake_s of the demo)
let hall, browser, page;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("clerk", "staff", "--staff", "0108"));
    page = await browser.open("/terminal/2", { size: [1024, 680] });
    await page.waitForSelector(".keys");
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const answer = (words) => page.locator(".answer", { hasText: words }).waitFor();
/** In the hall and on the page: the next key is pressed by who has seen it. */
const state = async (wanted) => {
    const fault = await until("", 5_000, () => hall.window(2).state === wanted).catch((one) => one);
    if (fault) throw new Error(`not ${wanted}; the page says: ${await page.locator("main").innerText()}`);
    await page.locator(`.holding.${wanted}`).waitFor();
};
const serveAndEnd = async () => {
    await page.keyboard.press("F8");
    await state("serving");
    await page.keyboard.press("F8");
    await state("open");
};

test("the clerk signs in with the own number in one press", async () => {
    await page.getByRole("button", { name: "以工号 0108 在此登录" }).click();
    await state("open");
    assert.equal(hall.window(2).staff, "0108");
    await page.locator(".holding", { hasText: "空闲" }).waitFor();
});

test("with nobody waiting the answer stands under the keys", async () => {
    await page.keyboard.press("F2");
    await answer(/没有可叫的号/);
    assert.equal(hall.window(2).state, "open");
});

test("F2 calls, F8 starts and ends", async () => {
    const ticket = await hall.takeTicket(SOCIAL);
    await page.locator(".waiting-me", { hasText: ticket }).waitFor();
    await page.keyboard.press("F2");
    await page.locator(".holding-ticket", { hasText: ticket }).waitFor();
    assert.equal(hall.window(2).ticket, ticket);
    await serveAndEnd();
    assert.equal(hall.window(2).served, 1);
    await page.locator(".waiting-me", { hasText: "今日已办 1" }).waitFor();
});

test("a second press too soon is refused with the reason", async () => {
    await hall.takeTicket(SOCIAL);
    await hall.takeTicket(SOCIAL);
    await page.keyboard.press("F2");
    await state("calling");
    const called = hall.window(2).ticket;
    await page.keyboard.press("F2");
    await answer(/刚刚叫过/);
    assert.equal(hall.window(2).ticket, called);
});

test("recall counts, undo gives the ticket back its place", async () => {
    await page.keyboard.press("F3");
    await page.locator(".holding-calls", { hasText: "第 2 次" }).waitFor();
    await serveAndEnd();
    await page.keyboard.press("F2");
    await state("calling");
    const called = hall.window(2).ticket;
    await page.getByRole("button", { name: /^撤销/ }).click();
    await state("open");
    assert.ok(hall.status().queue.some((one) => one.ticket === called && one.state === "waiting"));
});

test("transfer asks for the service and takes a digit", async () => {
    await pause(MISTAKE_MS);
    await page.keyboard.press("F2");
    await state("calling");
    const { ticket } = hall.window(2);
    await page.keyboard.press("F6");
    await page.waitForSelector(".choices");
    await page.keyboard.press(String(TAX));
    await until("the ticket waits for tax", 5_000, () =>
        hall.status().queue.some((one) => one.ticket === ticket && one.service === "tax"),
    );
    await state("open");
});

test("a number is called, with the short form of typing", async () => {
    const ticket = await hall.takeTicket(SOCIAL);
    await pause(MISTAKE_MS);
    await page.keyboard.press("Shift+F2");
    await page.locator("dialog input").fill("17");
    await page.keyboard.press("Enter");
    await page.locator("dialog", { hasText: "没有叫号" }).waitFor();
    await page.locator("dialog input").fill(`a${Number(ticket.slice(1))}`);
    await page.keyboard.press("Enter");
    await state("calling");
    assert.equal(hall.window(2).ticket, ticket);
});

test("hold and take back", async () => {
    const { ticket } = hall.window(2);
    await page.keyboard.press("F7");
    await until("the ticket held", 5_000, () => hall.window(2).held === ticket);
    await state("open");
    await page.getByRole("button", { name: "取回" }).waitFor();
    await pause(MISTAKE_MS);
    await page.keyboard.press("F7");
    await until("the ticket back", 5_000, () => hall.window(2).ticket === ticket);
    await state("calling");
    await serveAndEnd();
});

test("pause asks why, resume does not; Enter and Space call only on the key", async () => {
    await page.keyboard.press("F9");
    assert.match(await page.locator(".choices").innerText(), /1\s+休息\s+2\s+内部工作/);
    await page.keyboard.press("1");
    await state("paused");
    await page.locator(".holding .chip", { hasText: "暂停 · 休息" }).waitFor();
    await page.keyboard.press("F9");
    await state("open");
    await hall.takeTicket(SOCIAL);
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    await pause(300);
    assert.equal(hall.window(2).state, "open");
});

test("help raises an alert; signing out closes the window", async () => {
    await page.keyboard.press("Shift+F1");
    await until("the alert", 5_000, () =>
        hall.status().alerts.some((alert) => alert.kind === "help" && alert.subject === "2"),
    );
    await page.getByRole("button", { name: "退出窗口" }).click();
    await state("closed");
});

test("a clerk sees no rating anywhere and may not touch another window", async () => {
    const now = await browser.open("/");
    await now.waitForSelector(".figures");
    assert.equal(await now.getByText("满意度").count(), 0);
    assert.equal(await now.locator(".strip").count(), 0);
    const other = await browser.open("/terminal/3", { size: [1024, 680] });
    await other.waitForSelector(".keys");
    await other.keyboard.press("F2");
    await other.locator(".answer.refused").waitFor();
    assert.equal(hall.window(3).state, "closed");
});

test("the head leads to the list of windows, the list to a window's keys", async () => {
    const one = await browser.open("/");
    await one.getByRole("link", { name: "终端", exact: true }).click();
    await one.waitForURL("**/terminal");
    const desks = one.locator(".desk-link");
    await desks.first().waitFor();
    assert.equal(await desks.count(), hall.status().windows.length);
    assert.match(await desks.nth(2).innerText(), /3 号窗口\s+已关闭\s+未登录/);
    await hall.signStaffIn(3, 109);
    await one.locator(".desk-link", { hasText: /3 号窗口\s*空闲\s*工号 0109/ }).click();
    await one.waitForSelector(".keys");
    assert.match(one.url(), /\/terminal\/3$/);
    await one.context().close();
});

test("the list of windows can be used by everyone; a pause is named in English too", async () => {
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            for (const size of SIZES) {
                const one = await browser.open("/terminal", { language, theme, size });
                await one.waitForSelector(".desk-link");
                const what = `terminals-${language}-${theme}-${size[0]}`;
                await assertAccessible(one, what);
                await assertNoSidewaysScroll(one, what);
                await shoot(one, what);
                await one.context().close();
            }
        }
    }
    const english = await browser.open("/terminal/3", { language: "en", size: [1024, 680] });
    await english.waitForSelector(".keys");
    await english.keyboard.press("F9");
    await english.waitForSelector(".choices");
    assert.match(await english.locator(".choices").innerText(), /1\s+Break\s+2\s+Back office/);
    await english.context().close();
});

test("it can be used by everyone, in every language, theme and width", async () => {
    await page.getByRole("button", { name: "以工号 0108 在此登录" }).click();
    await state("open");
    await page.keyboard.press("F2");
    await state("calling");
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            for (const size of [...SIZES, [1024, 680]]) {
                const one = await browser.open("/terminal/2", { language, theme, size });
                await one.waitForSelector(".holding-ticket");
                const what = `terminal-${language}-${theme}-${size[0]}`;
                await assertAccessible(one, what);
                await assertNoSidewaysScroll(one, what);
                await shoot(one, what);
                await one.keyboard.press("F6");
                await one.waitForSelector("dialog");
                await assertAccessible(one, `${what} transfer`);
                if (size[0] === 360) await shoot(one, `${what}-transfer`, false);
                await one.context().close();
            }
        }
    }
});
