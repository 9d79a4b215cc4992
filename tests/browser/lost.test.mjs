/* The service ends and comes back: what stood then stands still, and nothing is left to be read once it holds no longer. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { LANGUAGES, shoot, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const LOST = /连接中断|Connection lost/;
let hall, browser, manager;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    manager = hall.addUser("manager", "manager");
    await hall.signStaffIn(1, 107);
    for (let count = 0; count < 3; count++) await hall.takeTicket(SOCIAL);
    hall.press("terminal-1", KEY.next);
    await until("a call", 5_000, () => hall.window(1).state === "calling");
});
after(async () => {
    // The browser itself says that nobody answered: that was the test.
    if (browser) browser.faults = browser.faults.filter((one) => !/ERR_/.test(one));
    await browser?.close();
    await hall?.stop();
});

const TIMES = ".head .clock, .since, .alert-words, .lane-estimate";
const timesOf = (page) => page.locator(TIMES).allInnerTexts();
const status = (page) => page.locator("[role=status]").textContent();

test("clock, ages and waits stand from the moment the connection is lost, and its words go with it", async () => {
    const pages = [];
    for (const language of LANGUAGES) {
        await browser.signIn(manager);
        const page = await browser.open("/", { language });
        await page.waitForSelector(".longest .since");
        pages.push(page);
    }
    const display = await browser.open("/display");
    await display.waitForSelector(".rows");
    await hall.restart(async () => {
        for (const page of pages) {
            await page.locator(".banner", { hasText: LOST }).waitFor();
            await until("spoken", 10_000, async () => LOST.test(await status(page)));
            const stood = await timesOf(page);
            assert.ok(stood.length > 5);
            await page.waitForTimeout(2_500);
            assert.deepEqual(await timesOf(page), stood);
        }
        await shoot(pages[0], "lost-zh", false);
        await shoot(pages[1], "lost-en", false);
        await until("spoken", 10_000, async () => /画面/.test(await status(display)));
    });
    for (const page of pages) {
        await page.locator("input[name=user]").waitFor(); // log-ins end with the program
        assert.doesNotMatch(await page.locator("body").textContent(), LOST);
    }
    await display.locator(".band.idle, .band-call").first().waitFor();
    await until("taken back", 10_000, async () => !/画面/.test(await display.locator("body").textContent()));
});

test("who signs out leaves no words behind", async () => {
    await browser.signIn(manager);
    const page = await browser.open("/");
    await page.locator(".cards > li").first().locator("button").click();
    await page.locator(".drawer").getByRole("button", { name: "暂停：休息" }).click();
    await until("spoken", 10_000, async () => /休息/.test(await status(page)));
    await page.keyboard.press("Escape"); // the drawer lies over the head
    await page.locator(".head").getByRole("button", { name: "退出" }).click();
    await page.waitForSelector("input[name=password]");
    assert.equal(await status(page), "");
});
