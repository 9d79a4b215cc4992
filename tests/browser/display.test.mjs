/* The waiting-area screen: shows a call within two seconds, drops it, never shows an old one as new. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { assertAccessible, shoot, startBrowser, THEMES } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const TAX = 2;
const SCREENS = { near: "?far=4&inch=55", middle: "?far=6&inch=55", far: "?far=9&inch=55" };
let hall, browser, page;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(3, 109);
    page = await browser.open("/display");
    await page.waitForSelector(".band");
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

const call = async (window) => {
    hall.press(`terminal-${window}`, KEY.next);
    await until("a call", 5_000, () => hall.window(window).state === "calling");
    return hall.window(window).ticket;
};

test("a call stands in the band within two seconds, its window beside it, in both languages", async () => {
    await hall.takeTicket(SOCIAL);
    const began = Date.now();
    const ticket = await call(1);
    const line = page.locator(".band-call", { hasText: ticket });
    await line.waitFor({ timeout: 2_000 });
    assert.ok(Date.now() - began < 2_000, "two seconds from the press");
    const words = await line.innerText();
    assert.match(words, /1\s*号窗口/);
    assert.match(words, /请到/);
    assert.match(words, /Please go to/);
    assert.equal(await page.locator(".band-call.flash").count(), 1);
});

test("a page that comes later shows the call that still stands, without the flash", async () => {
    await until(
        "the call older than its flash",
        12_000,
        () => Date.now() - Date.parse(hall.window(1).called ?? 0) > 8_500,
    );
    const late = await browser.open("/display");
    if (hall.window(1).state === "calling") {
        await late.locator(".band-call").waitFor();
        assert.equal(await late.locator(".band-call.flash").count(), 0);
    }
    await late.context().close();
});

test("a served call drops into the rows; the next takes the band", async () => {
    const first = hall.status().called[0].ticket;
    hall.press("terminal-1", KEY.done);
    await until("window 1 open", 5_000, () => hall.window(1).state === "open");
    await page.locator(".rows li", { hasText: first }).waitFor();
    assert.equal(await page.locator(".band-call").count(), 0);
    await hall.takeTicket(TAX);
    const second = await call(3);
    await page.locator(".band-call", { hasText: second }).waitFor();
    hall.press("terminal-3", KEY.recall);
    await page.locator(".band-call", { hasText: "再次呼叫" }).waitFor();
});

test("two calls stand as two lines", async () => {
    await hall.takeTicket(SOCIAL);
    const other = await call(1);
    await page.locator(".band-call", { hasText: other }).waitFor();
    assert.equal(await page.locator(".band-call").count(), 2);
    await shoot(page, "display-two-calls", false);
});

test("who is called next at a window takes the place of who was called there before", async () => {
    const before = hall.window(1).ticket;
    await hall.takeTicket(SOCIAL);
    hall.press("terminal-1", KEY.done);
    await until("window 1 open", 5_000, () => hall.window(1).state === "open");
    const next = await call(1);
    await page.locator(".band-call", { hasText: next }).waitFor();
    assert.equal(await page.locator(".band-call", { hasText: before }).count(), 0);
});

test("the waits are those of hallq status", async () => {
    await hall.takeTicket(SOCIAL);
    await page.waitForFunction(() =>
        document.querySelector(".waits tr")?.innerText.includes("1 人"),
    );
    const rows = await page.locator(".waits tr").allInnerTexts();
    for (const [at, service] of hall.status().services.entries()) {
        assert.match(rows[at], new RegExp(`${service.name.zh}[\\s\\S]*${service.waiting} 人`));
    }
});

test("beside a stopped service stands why", async () => {
    const row = page.locator(".waits tr", { hasText: hall.status().services[1].name.zh });
    hall.tool("", "send", "service.stop", '{"service":"tax","reason":"系统升级"}');
    await row.getByText("停办：系统升级", { exact: true }).waitFor({ timeout: 5_000 });
    await shoot(page, "display-stopped", false);
    hall.tool("", "send", "service.resume", '{"service":"tax"}');
    await row.getByText("停办").waitFor({ state: "detached", timeout: 5_000 });
});

test("letters are as high as the farthest seat needs", async () => {
    const vh = 720 / 100;
    for (const [fit, query, k] of [
        ["near", SCREENS.near, 5.84],
        ["middle", SCREENS.middle, 8.76],
        ["far", SCREENS.far, 13.1],
    ]) {
        const one = await browser.open(`/display${query}`);
        await one.waitForSelector(`.board.${fit} .rows`);
        const size = (selector) =>
            one
                .locator(selector)
                .first()
                .evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
        assert.ok((await size(".rows li")) >= 1.5 * k * vh, `${fit}: last calls`);
        if (await one.locator(".band-ticket").count())
            assert.ok((await size(".band-call")) >= 2.2 * k * 0.65 * vh, `${fit}: called number`);
        if (fit === "near") assert.ok((await size(".waits td")) >= k * vh, "hanzi of the table");
        const cut = await one.evaluate(
            () => document.querySelector("#page").scrollWidth - innerWidth,
        );
        assert.ok(cut <= 2, `${fit}: ${cut} px cut off`);
        await one.context().close();
    }
});

/** A browser that lets nothing sound before a press, and counts the notes that were begun. */
const QUIET = () => {
    let isPressed = false;
    window.notes = 0;
    addEventListener("pointerdown", () => (isPressed = true), true);
    Object.defineProperty(AudioContext.prototype, "state", {
        get: () => (isPressed ? "running" : "suspended"),
    });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
        window.notes++;
        start.apply(this, when);
    };
    window.spoken = [];
    speechSynthesis.getVoices = () => [{ lang: "zh-CN", localService: true }];
    speechSynthesis.speak = (one) => window.spoken.push(one.text);
    Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", { set: () => {} });
};

test("sound begins with one press, its button goes, a call has two notes and is spoken", async () => {
    const one = await browser.open("/display", { script: QUIET });
    const button = one.getByRole("button", { name: "开启声音" });
    await button.click();
    await button.waitFor({ state: "detached" });
    await one.waitForSelector(".rows");
    assert.equal(await one.evaluate(() => window.notes), 0);
    hall.press("terminal-1", KEY.recall);
    await one.waitForFunction(() => window.notes === 2);
    const digits = "零一二三四五六七八九";
    const ticket = [...hall.window(1).ticket]
        .map((letter) => digits[Number(letter)] ?? letter)
        .join(" ");
    const once = `请 ${ticket} 号，到 一 号窗口。`;
    assert.deepEqual(await one.evaluate(() => window.spoken), [`再次呼叫，${once}${once}`]);
    await one.context().close();
});

test("it can be used by everyone, in both themes, near, middle, far and upright", async () => {
    const pages = [];
    for (const theme of THEMES) {
        for (const [fit, query] of Object.entries(SCREENS))
            pages.push([`${fit}-${theme}`, await browser.open(`/display${query}&theme=${theme}`)]);
        const upright = await browser.open(`/display?theme=${theme}`, { size: [720, 1280] });
        pages.push([`upright-${theme}`, upright]);
    }
    await page.waitForTimeout(3_500); // the three inversions of a new call
    for (const [what, one] of pages) {
        await one.waitForSelector(".rows");
        await assertAccessible(one, `display ${what}`);
        await shoot(one, `display-${what}`, false);
        await one.context().close();
    }
});
