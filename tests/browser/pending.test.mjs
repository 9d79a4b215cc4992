/*
 * What waits for the ticket at hand can be taken back where it was asked for, what signs another person out is asked
 * first, and a hall without reasons to pause pauses without one.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { assertAccessible, LANGUAGES, shoot, startBrowser, THEMES } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const PHONE = [360, 640];
const DESK = [1024, 680];
let hall, browser;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(2, 108);
    await hall.takeTicket(SOCIAL);
    await hall.takeTicket(SOCIAL);
    await serve(1);
    await serve(2);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

async function serve(window) {
    hall.press(`terminal-${window}`, KEY.next);
    await until("a call", 5_000, () => hall.window(window).state === "calling");
    hall.press(`terminal-${window}`, KEY.start);
    await until("serving", 5_000, () => hall.window(window).state === "serving");
}
const openWindow = async (id, options) => {
    const page = await browser.open("/", options);
    await page
        .locator(".cards > li")
        .nth(id - 1)
        .locator("button")
        .click();
    await page.waitForSelector(".switches");
    return page;
};
const pending = (id, wanted) =>
    until(`window ${id} pending ${wanted}`, 5_000, () => hall.window(id).pending === wanted);

test("a pause after this ticket is taken back from the drawer, with and without the undo", async () => {
    const page = await openWindow(1);
    const drawer = page.locator(".drawer");
    await drawer.getByRole("button", { name: "暂停：休息" }).click();
    await pending(1, "pause");
    await drawer.getByText("办完手上的号后暂停").waitFor();
    await drawer.getByRole("button", { name: "不暂停了" }).click();
    await pending(1, null);
    await drawer.getByRole("button", { name: "暂停：休息" }).click();
    await pending(1, "pause");
    await page.getByRole("button", { name: /^撤销 \d+ 秒/ }).click();
    await pending(1, null);
    await page.context().close();
});

test("a closing after this ticket is taken back, and the window stays", async () => {
    const page = await openWindow(1);
    const drawer = page.locator(".drawer");
    await drawer.getByRole("button", { name: "关闭窗口" }).click();
    await pending(1, "close");
    await page.getByRole("button", { name: /^撤销 \d+ 秒/ }).click();
    await pending(1, null);
    await page.getByText("已撤销", { exact: true }).first().waitFor();
    await drawer.getByRole("button", { name: "关闭窗口" }).click();
    await pending(1, "close");
    await drawer.getByRole("button", { name: "不关闭了" }).click();
    await pending(1, null);
    hall.press("terminal-1", KEY.done);
    await until("the window open", 5_000, () => hall.window(1).state === "open");
    assert.equal(hall.window(1).staff, "0107");
    await page.context().close();
});

test("closing an idle window asks, because it signs somebody out, and offers no undo that lies", async () => {
    const page = await openWindow(1);
    await page.locator(".drawer").getByRole("button", { name: "关闭窗口" }).click();
    const dialog = page.locator("dialog");
    await dialog.getByText("工号 0107").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.innerText), "取消");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await page.locator(".drawer").count(), 1, "Esc closes the question alone");
    assert.match(await page.evaluate(() => document.activeElement?.innerText), /关闭窗口/);
    assert.equal(hall.window(1).state, "open");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "关闭 1 号窗口" }).click();
    await until("the window closed", 5_000, () => hall.window(1).state === "closed");
    await page.locator(".notice").waitFor();
    assert.equal(await page.getByRole("button", { name: /^撤销/ }).count(), 0);
    await page.context().close();
});

test("at the terminal F9 takes a pending pause back", async () => {
    const page = await browser.open("/terminal/2", { size: DESK });
    await page.waitForSelector(".keys");
    await page.keyboard.press("F9");
    await page.waitForSelector(".choices");
    await page.keyboard.press("1");
    await pending(2, "pause");
    await page.getByRole("button", { name: "不暂停了" }).waitFor();
    await page.keyboard.press("F9");
    await pending(2, null);
    assert.equal(await page.locator("dialog").count(), 0, "nothing is asked");
    await page.context().close();
});

test("another person is signed out only after a question, and may still stay", async () => {
    const page = await browser.open("/terminal/2", { size: DESK });
    await page.getByRole("button", { name: "退出窗口" }).click();
    const dialog = page.locator("dialog");
    await dialog.getByText("工号 0108").waitFor();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    assert.equal(hall.window(2).pending, null);
    await page.getByRole("button", { name: "退出窗口" }).click();
    await dialog.getByRole("button", { name: "让 0108 退出" }).click();
    await pending(2, "close");
    await page.getByRole("button", { name: "0108 不退出了" }).click();
    await pending(2, null);
    assert.equal(hall.window(2).staff, "0108");
    await page.context().close();
});

test("the number pad's Enter calls from wherever the focus is, but with Alt and in a dialog", async () => {
    const page = await browser.open("/terminal/2", { size: DESK });
    await page.waitForSelector(".keys");
    await page.keyboard.press("F8");
    await until("window 2 open", 5_000, () => hall.window(2).state === "open");
    await page.locator(".holding.open").waitFor();
    await hall.takeTicket(SOCIAL);
    await page.getByRole("button", { name: "重呼" }).focus();
    await page.keyboard.press("Alt+NumpadEnter");
    await page.keyboard.press("Shift+F2");
    await page.waitForSelector("dialog input");
    await page.keyboard.press("NumpadEnter");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(hall.window(2).state, "open");
    await page.getByRole("button", { name: "重呼" }).focus();
    await page.keyboard.press("NumpadEnter");
    await until("a call", 5_000, () => hall.window(2).state === "calling");
    await page.context().close();
});

test("undo is offered as long as the hall takes it, whatever was recalled", async () => {
    const page = await browser.open("/terminal/2", { size: DESK });
    await page.locator(".holding.calling").waitFor();
    await page.keyboard.press("F3");
    await page.locator(".holding-calls", { hasText: "第 2 次" }).waitFor();
    const undo = page.getByRole("button", { name: /^撤销/ });
    await undo.waitFor();
    await undo.click();
    await until("the call undone", 5_000, () => hall.window(2).state === "open");
    await page.context().close();
});

test("a hall without reasons pauses in one press, from both pages", async () => {
    const plain = await startHall({
        edit: (demo) =>
            demo
                .replace(/ {2}"pause_reasons": .*\n/, "")
                .replace(/("services": \[)/, `$1\n${manyServices()}`)
                .replace('"services": 16', '"services": 24'),
    });
    const other = await startBrowser(plain.url);
    try {
        await plain.signStaffIn(1, 107);
        await other.signIn(plain.addUser("manager", "manager"));
        const desk = await other.open("/terminal/1", { size: DESK });
        await desk.waitForSelector(".keys");
        await desk.keyboard.press("F9");
        await until("paused", 5_000, () => plain.window(1).state === "paused");
        await desk.getByRole("button", { name: "恢复" }).waitFor();
        const page = await other.open("/");
        await page.locator(".cards > li").first().locator("button").click();
        await page.getByRole("button", { name: "恢复" }).click();
        await until("open", 5_000, () => plain.window(1).state === "open");
        await page.getByRole("button", { name: "暂停窗口" }).click();
        await until("paused", 5_000, () => plain.window(1).state === "paused");
        await page.getByRole("button", { name: "恢复" }).click();
        await until("open", 5_000, () => plain.window(1).state === "open");
        await page.getByRole("button", { name: /^撤销/ }).click();
        await until("paused again", 5_000, () => plain.window(1).state === "paused");
        await desk.locator(".holding.paused").waitFor();
        await desk.keyboard.press("F9");
        await until("open", 5_000, () => plain.window(1).state === "open");
        await chooseTwoDigits(plain, desk);
    } finally {
        await other.close();
        await plain.stop();
    }
});

const manyServices = () =>
    [12, 13, 14]
        .map((index) => `{ "id": "more-${index}", "index": ${index}, "prefix": "M${"ABC"[index - 12]}" },`)
        .join("\n");

/** With services 1 and 12 to 14, "1" alone must wait for what may follow. */
async function chooseTwoDigits(plain, desk) {
    const ticket = await plain.takeTicket(SOCIAL);
    await desk.keyboard.press("F2");
    await desk.locator(".holding-ticket", { hasText: ticket }).waitFor();
    await desk.keyboard.press("F6");
    await desk.waitForSelector(".choices");
    await desk.keyboard.press("1");
    await desk.keyboard.press("3");
    await until("transferred", 5_000, () =>
        plain.status().queue.some((one) => one.ticket === ticket && one.service === "more-13"),
    );
}

test("the questions look right and can be used by everyone", async () => {
    await hall.signStaffIn(3, 109);
    for (const language of LANGUAGES) {
        for (const theme of THEMES) {
            for (const size of [PHONE, [1280, 720]]) {
                const page = await openWindow(3, { language, theme, size });
                const what = `close-${language}-${theme}-${size[0]}`;
                await page.locator(".switches").getByText(/…$/).click();
                await page.waitForSelector("dialog");
                await assertAccessible(page, what);
                await shoot(page, what, false);
                await page.context().close();
            }
        }
    }
});
