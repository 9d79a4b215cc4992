/*
 * What the pages say of waiting where nobody waits: the estimate alone knows whether somebody would come at once. Of the
 * tax only a window that helps after ten minutes is open; of the company and the unsolved there is no estimate. The hall
 * is open over midnight, to the change of its day.
 */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { LANGUAGES, shoot, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SOCIAL = 1;
const TAX = 2;
let hall, browser;

const edit = (demo) =>
    demo
        .replaceAll('"help_after_minutes": 1 ', '"help_after_minutes": 10 ')
        .replace('"start_after_s"', '"calendar": { "week": { "mon-sun": ["00:00-24:00"] } },\n  "start_after_s"')
        .replace('"start_after_s"', '"estimate": { "least": 1 },\n  "start_after_s"');

before(async () => {
    hall = await startHall({ edit });
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(2, 108);
    await hall.signStaffIn(3, 109);
    await serve(SOCIAL, 1);
    await serve(TAX, 3);
    hall.tool("", "send", "window.close", '{"window":3}');
    await until("window 3 closed", 5_000, () => hall.window(3).state === "closed");
    await until("an estimate", 10_000, () => service("tax").estimate_s?.[1] >= 540);
    await browser.signIn(hall.addUser("manager", "manager"));
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

const service = (id) => hall.status().services.find((one) => one.id === id);

async function serve(key, window) {
    await hall.takeTicket(key);
    hall.press(`terminal-${window}`, KEY.next);
    await until("a call", 5_000, () => hall.window(window).state === "calling");
    hall.press(`terminal-${window}`, KEY.start);
    await until("serving", 5_000, () => hall.window(window).state === "serving");
    hall.press(`terminal-${window}`, KEY.done);
    await until("done", 5_000, () => hall.window(window).state === "open");
}

test("no wait is said only where the estimate says so", async () => {
    for (const one of hall.status().services) assert.equal(one.waiting, 0, one.id);
    assert.deepEqual(service("social").estimate_s?.map((s) => Math.round(s / 60)), [0, 0]);
    assert.equal(service("company").estimate_s, null);
    const display = await browser.open("/display");
    await display.waitForSelector(".waits");
    const waits = await display.locator(".waits tr td:last-child").allInnerTexts();
    assert.deepEqual(waits, ["随到随办", "约 10 分", "—", "—"]);
    await shoot(display, "waits-display", false);
    const now = await browser.open("/");
    await now.waitForSelector(".lane-estimate");
    const lanes = await now.locator(".lane-estimate span:last-child").allInnerTexts();
    assert.deepEqual(lanes, ["不用等", "约 10 分", "—", "—"]);
});

test("an end after midnight is said to be tomorrow's", async () => {
    const words = { zh: "大厅营业中，到明天 04:00", en: "The hall is open until tomorrow 04:00" };
    for (const language of LANGUAGES) {
        const page = await browser.open("/", { language });
        await page.locator(".hall-hours").getByText(words[language], { exact: true }).waitFor();
        await shoot(page, `waits-${language}`, false);
        await page.context().close();
    }
});
