/* What opens a case is said by its kind, and its alert names window and ticket also when it was raised long ago. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { LANGUAGES, shoot, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const UNSOLVED = 4;
const BAD = 2;
const FIRST_SESSION = 1;
const EVENTS_AT_START = 60; // a page's own, when it is loaded
let hall, browser, live, ticket;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await browser.signIn(hall.addUser("manager", "manager"));
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(5, 111);
    live = await browser.open("/");
    await live.waitForSelector(".strip li");
    ticket = await serve(SOCIAL, 1);
    await until("an invitation", 5_000, () => hall.window(1).rating_ends !== null);
    hall.press("keypad-1", BAD, FIRST_SESSION);
    await until("a case", 5_000, () => hall.status().hall.cases_open === 1);
    await serve(UNSOLVED, 5);
    await until("two cases", 5_000, () => hall.status().hall.cases_open === 2);
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

async function serve(key, window) {
    const taken = await hall.takeTicket(key);
    hall.press(`terminal-${window}`, KEY.next);
    await until("a call", 5_000, () => hall.window(window).state === "calling");
    hall.press(`terminal-${window}`, KEY.start);
    await until("serving", 5_000, () => hall.window(window).state === "serving");
    await new Promise((done) => setTimeout(done, 1_200)); // sooner, a DONE is taken for a slip (mistake_s)
    hall.press(`terminal-${window}`, KEY.done);
    await until("done", 5_000, () => hall.window(window).state === "open");
    return taken;
}

test("a case is called by what opened it, and few ratings are counts, not a share", async () => {
    const words = { zh: [/差评整改件/, /办不成事反映件/], en: [/Bad-rating case/, /Could-not-get-it-done case/] };
    for (const language of LANGUAGES) {
        const page = await browser.open("/", { language });
        await page.waitForSelector(".strip li");
        for (const [at, name] of [ticket, "Z001"].entries()) {
            const line = page.locator(".strip li", { hasText: words[language][at] });
            await line.waitFor();
            assert.match(await line.innerText(), new RegExp(name));
            assert.equal(await line.count(), 1);
        }
        const satisfied = page.locator(".figure", { hasText: /满意度|Satisfied/ });
        assert.match(await satisfied.innerText(), { zh: /0\s*条满意，共 1 条/, en: /0\s*of 1 rating/ }[language]);
        await shoot(page, `cases-${language}`);
        await page.context().close();
    }
});

test("the alert of a bad rating names window and ticket, live and after its case has left the list", async () => {
    const alertIn = (page) => page.locator(".alert-row", { hasText: `1 号窗口 ${ticket} 差评` });
    await alertIn(live).waitFor();
    for (let count = 0; count <= EVENTS_AT_START; count++)
        hall.tool("", "send", "hall.notice", `{"text":"${count}"}`);
    const page = await browser.open("/");
    await alertIn(page).waitFor();
    await alertIn(page).getByRole("button", { name: "看窗口" }).click();
    await page.locator(".drawer", { hasText: "1 号窗口" }).waitFor();
    const lines = hall.tool("", "status").split("\n").filter((line) => line.includes("bad_rating"));
    assert.match(lines[0], new RegExp(`C-\\d+ window 1 ${ticket}`));
});
