/*
 * The strip is whole whatever goes wrong on the way: a question that is not answered, a journal restored from a backup
 * under an open page, another one signing in. And a service that refuses is not "loading".
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { LANGUAGES, shoot, startBrowser } from "./browser.mjs";
import { startHall } from "./hall.mjs";

const SOCIAL = 1;
let hall, browser, manager;

before(async () => {
    hall = await startHall();
    browser = await startBrowser(hall.url);
    manager = hall.addUser("manager", "manager");
    await browser.signIn(manager);
});
after(async () => {
    browser.faults = browser.faults.filter((fault) => !/ERR_|status of (400|503)/.test(fault));
    await browser?.close();
    await hall?.stop();
});

const shown = (page) =>
    page
        .locator(".strip li")
        .evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
const isWhole = async (page, last) => {
    await page.waitForFunction(
        (seq) => Number(document.querySelector(".strip li")?.dataset.seq) >= seq,
        last,
    );
    const seqs = await shown(page);
    for (let at = 1; at < seqs.length; at++)
        assert.equal(seqs[at], seqs[at - 1] - 1, `no hole after ${seqs[at]}`);
};

test("what came while a question was open, or failed, is there in the end", async () => {
    const page = await browser.open("/login");
    await page.waitForSelector(".strip li");
    await page.context().close();
    const late = await browser.open("/display");
    let failures = 2;
    await late.route("**/api/v1/events*", async (route) => {
        if (failures-- > 0) return route.abort();
        const answer = await route.fetch();
        await new Promise((done) => setTimeout(done, 1_000)); // events come meanwhile
        return route.fulfill({ response: answer });
    });
    await late.goto(`${hall.url}/`);
    await late.waitForSelector(".figures");
    for (let count = 0; count < 3; count++) await hall.takeTicket(SOCIAL);
    await isWhole(late, hall.status().hall.seq);
    assert.ok(failures < 0);
    await late.context().close();
});

test("a restored journal shows its own events, not those of before", async () => {
    const file = join(hall.dir, "backup.db");
    hall.tool("", "backup", file);
    for (let count = 0; count < 4; count++) await hall.takeTicket(SOCIAL);
    const page = await browser.open("/");
    await page.waitForSelector(".strip li");
    const before = hall.status().hall;
    await isWhole(page, before.seq);
    await hall.restart(() => hall.tool("", "restore", file));
    await page.locator("input[name=user]").fill(manager.name); // log-ins end with the program
    await page.locator("input[name=password]").fill(manager.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".strip li");
    const now = hall.status().hall;
    assert.notEqual(now.era, before.era);
    await hall.takeTicket(SOCIAL);
    await isWhole(page, hall.status().hall.seq);
    browser.cookies = await page.context().cookies();
    await page.context().close();
});

test("under a page whose log-in goes on, a new era empties the strip and fills it again", async () => {
    const page = await browser.open("/display");
    let isOther = false;
    await page.route("**/api/v1/stream*", async (route) => {
        const { hall: facts, ...rest } = await fetchHall(page);
        const seq = isOther ? 5 : facts.seq;
        const era = isOther ? "0000beef" : facts.era;
        const body = `retry: 200\n\nevent: snapshot\ndata: ${JSON.stringify({ hall: { ...facts, seq, era }, ...rest })}\n\n`;
        isOther = true;
        await route.fulfill({ contentType: "text/event-stream", body });
    });
    await page.route("**/api/v1/events*", async (route) => {
        const after = Number(new URL(route.request().url()).searchParams.get("after"));
        if (!isOther || after >= 100) return route.continue();
        if (after > 5) return route.fulfill({ json: { events: [], next: after } });
        const events = [4, 5]
            .filter((seq) => seq > after)
            .map((seq) => ({
                id: String(seq),
                era: "0000beef",
                type: "hallq.hall.started",
                time: "2026-11-23T09:31:02.123+08:00",
                data: {},
            }));
        return route.fulfill({ json: { events, next: 5 } });
    });
    await page.goto(`${hall.url}/`);
    await page.waitForFunction(() => {
        const lines = [...document.querySelectorAll(".strip li")];
        return lines.length === 2 && lines[0].dataset.seq === "5";
    });
    await page.unrouteAll({ behavior: "ignoreErrors" }); // the page goes on asking meanwhile
    await page.context().close();
});

const fetchHall = async (page) => (await page.request.get(`${hall.url}/api/v1/hall`)).json();

test("a service that refuses or does not answer is said to, in words, not to be loading", async () => {
    for (const language of LANGUAGES) {
        const page = await browser.open("/display", { language });
        const refuse = { status: 503, json: { error: "too_many_streams", message: "English." } };
        await page.route("**/api/v1/stream*", (route) => route.fulfill(refuse));
        await page.goto(`${hall.url}/`);
        const words = language === "zh" ? /同时打开的页面太多/ : /too many pages are open/;
        await page.locator(".unreached", { hasText: words }).waitFor();
        await shoot(page, `unreached-${language}`, false);
        await page.route("**/api/v1/hall", (route) =>
            route.fulfill({ status: 400, json: { error: "wrong_host", message: "English." } }),
        );
        const host = language === "zh" ? /网址不在服务的名单里/ : /not on the service's list/;
        await page.locator(".unreached", { hasText: host }).waitFor();
        await page.unrouteAll();
        await page.waitForSelector(".figures");
        await page.context().close();
    }
    const page = await browser.open("/display");
    await page.route("**/api/v1/session", (route) => route.abort());
    await page.goto(`${hall.url}/`);
    await page.locator(".unreached", { hasText: "服务没有回答" }).waitFor();
    await page.unrouteAll();
    await page.waitForSelector(".figures");
    await page.context().close();
});

test("the tab is named in the page's language", async () => {
    for (const [language, names] of [
        ["zh", [/^实时 · .+ · HallQ$/, /^1 号窗口 · 终端 · HallQ$/]],
        ["en", [/^Now · .+ · HallQ$/, /^Window 1 · Terminal · HallQ$/]],
    ]) {
        for (const [at, path] of ["/", "/terminal/1"].entries()) {
            const page = await browser.open(path, { language });
            await page.waitForSelector("main h1");
            await page.waitForFunction((title) => document.title.match(title), names[at].source);
            await page.context().close();
        }
    }
});

test("a refusal of what was typed is in the page's language", async () => {
    const page = await browser.open("/terminal/1");
    await page.waitForSelector(".keys");
    await page.route("**/api/v1/commands/*", (route) =>
        route.fulfill({ status: 400, json: { error: "malformed", message: "staff: expected" } }),
    );
    await page.locator("input[name=staff]").fill("abc");
    await page.keyboard.press("Enter");
    await page.locator(".answer", { hasText: "填的内容不对" }).waitFor();
    await page.context().close();
});
