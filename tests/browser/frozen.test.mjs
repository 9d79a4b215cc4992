/* The service stands still: pages say so in time, and when it goes on nothing is missing. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { shoot, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const SLACK_MS = 1_500; // the pages look once a second
let hall, browser;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.takeTicket(SOCIAL);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

test("old within 15 s, a banner within 60 s, then back without a hole", async () => {
    const now = await browser.open("/");
    const display = await browser.open("/display");
    await now.waitForSelector(".strip li");
    hall.press("terminal-1", KEY.next); // only now: a call stands for some seconds
    await display.waitForSelector(".band-call");
    hall.freeze();
    const began = Date.now();
    const within = async (limitMs, what, wait) => {
        await wait;
        const took = Date.now() - began;
        console.log(`${what}: ${(took / 1000).toFixed(1)} s`);
        assert.ok(took <= limitMs + SLACK_MS, `${what}: ${took} ms`);
    };
    await Promise.all([
        within(
            15_000,
            "marked old",
            now.locator(".head-state", { hasText: "截至" }).waitFor({ timeout: 20_000 }),
        ),
        within(
            15_000,
            "display cleared",
            display
                .locator(".band.idle", { hasText: "画面可能不是最新" })
                .waitFor({ timeout: 20_000 }),
        ),
    ]);
    assert.equal(await display.locator(".band-call").count(), 0);
    await shoot(display, "display-silent", false);
    const clock = await now.locator(".head .clock").innerText();
    await now.waitForTimeout(2_500);
    assert.equal(await now.locator(".head .clock").innerText(), clock, "the clock stands");
    await within(60_000, "banner", now.locator(".banner").waitFor({ timeout: 65_000 }));
    await shoot(now, "now-lost", false);
    const wentOn = Date.now();
    hall.goOn();
    await now.locator(".head-state", { hasText: "营业中" }).waitFor({ timeout: 15_000 });
    await until("the service answers", 10_000, () => hall.status().hall.open);
    // What is pressed before the dispenser is heard again belongs to the time of the silence and is not believed.
    await until("all devices heard again", 10_000, () =>
        hall.status().devices.every((device) => Date.parse(device.last_answer) > wentOn),
    );
    for (let count = 0; count < 3; count++) await hall.takeTicket(SOCIAL);
    const last = hall.status().hall.seq;
    await now.waitForFunction(
        (seq) => Number(document.querySelector(".strip li")?.dataset.seq) >= seq,
        last,
        { timeout: 10_000 },
    );
    const shown = await now
        .locator(".strip li")
        .evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
    for (let at = 1; at < shown.length; at++)
        assert.equal(shown[at], shown[at - 1] - 1, `no hole after ${shown[at]}`);
});
