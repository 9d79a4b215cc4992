/* The browser terminal of a hall without reasons to pause: its keys stand still, and what they say is so. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { LANGUAGES, shoot, SIZES, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
let hall, browser;

before(async () => {
    hall = await startHall({
        edit: (demo) => demo.replace(/"pause_reasons": .*\n/, "").replace('"start_after_s": 6', '"start_after_s": 600'),
    });
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("manager", "manager"));
    await hall.signStaffIn(1, 107);
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

test("the keys stand where they stood when a ticket is called, and a recall adds nothing to its wait", async () => {
    const pages = [];
    for (const language of LANGUAGES)
        pages.push(await browser.open("/terminal/1", { language, size: SIZES[2] }));
    const places = () =>
        Promise.all(
            pages.map(async (page) => {
                await page.waitForSelector(".keys");
                return (await page.locator(".keys").boundingBox()).y;
            }),
        );
    const idle = await places();
    await shoot(pages[0], "desk-idle-zh", false);
    await hall.takeTicket(SOCIAL);
    hall.press("terminal-1", KEY.next);
    for (const page of pages) await page.locator(".holding-ticket", { hasText: "A001" }).waitFor();
    assert.deepEqual(await places(), idle);
    const { waited_s: waited } = hall.window(1);
    await new Promise((done) => setTimeout(done, 2_000));
    hall.press("terminal-1", KEY.recall);
    await until("recalled", 5_000, () => hall.window(1).calls === 2);
    assert.equal(hall.window(1).waited_s, waited);
    await shoot(pages[0], "desk-called-zh", false);
    await shoot(pages[1], "desk-called-en", false);
    for (const page of pages) await page.context().close();
});

test("a pause that needs no reason has no dots, and one is not said to be more", async () => {
    await hall.takeTicket(SOCIAL);
    const page = await browser.open("/terminal/1", { language: "en" });
    await page.locator(".keys").getByText("Pause", { exact: true }).waitFor();
    await page.locator(".waiting-count", { hasText: /^1 person$/ }).waitFor();
    const now = await browser.open("/", { language: "en" });
    await now.locator(".figure", { hasText: /1\s*person/ }).first().waitFor();
    const [user, out] = [".head-user", ".head-end > :last-child"].map((part) => now.locator(part));
    const [left, right] = [await user.boundingBox(), await out.boundingBox()];
    assert.ok(right.x - (left.x + left.width) >= 8, "a gap before the way out");
    await out.hover();
    await shoot(now, "desk-now-en", false);
});
