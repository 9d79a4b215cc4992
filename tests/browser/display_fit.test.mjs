/* The waiting-area screen with the longest tickets and window numbers: nothing runs together, nothing is cut off. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { shoot, startBrowser } from "./browser.mjs";
import { KEY, startHall, until } from "./hall.mjs";

const SCREENS = [
    [1024, 768],
    [1280, 1024],
    [1280, 1000],
    [1920, 1080],
    [1080, 1920],
    [1000, 1024],
];
const DISTANCES = { near: "?far=4&inch=55", middle: "?far=6&inch=55", far: "?far=9&inch=55" };
const UNSOLVED = 4;
const ROWS = 3;
let hall, browser;

/** Tickets "AB001", windows labelled with three digits, all windows serving them; a call stands as long as it takes. */
function longest(demo) {
    return demo
        .replace(/"start_after_s": \d+/, '"start_after_s": 600')
        .replace('"prefix": "Z"', '"prefix": "AB"')
        .replace(/"id": (\d), "zone": "main", "own": \[[^\]]*\]/g, (_, id) => {
            return `"id": ${id}, "label": "12${id}", "zone": "main", "own": ["unsolved"]`;
        });
}

before(async () => {
    hall = await startHall({ edit: longest });
    browser = await startBrowser(hall.url);
    await hall.signStaffIn(1, 107);
    await hall.signStaffIn(3, 109);
    hall.tool("", "send", "service.stop", '{"service":"tax","reason":"系统升级"}');
    for (let row = 0; row < ROWS; row++) {
        await call(3);
        await serve(3);
    }
});
after(async () => {
    await browser?.close();
    await hall?.stop();
});

async function call(window) {
    await hall.takeTicket(UNSOLVED);
    hall.press(`terminal-${window}`, KEY.next);
    await until("a call", 5_000, () => hall.window(window).state === "calling");
}

async function serve(window) {
    hall.press(`terminal-${window}`, KEY.done);
    await until("an open window", 5_000, () => hall.window(window).state === "open");
    await new Promise((done) => setTimeout(done, 1_200)); // sooner, a NEXT is taken for a slip (mistake_s)
}

/** What is wrong with the boxes of the texts: over each other, too close beside each other, or not to be seen. */
function faultsOf() {
    // A line's box is higher than the ink in it, by about a seventh of the size above and below.
    const inkOf = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const { left, right, width, top, bottom } = range.getBoundingClientRect();
        const spare = parseFloat(getComputedStyle(node).fontSize) / 7;
        return { left, right, width, top: top + spare, bottom: bottom - spare };
    };
    const texts = (selector) =>
        [...document.querySelectorAll(selector)].map((node) => ({
            name: node.innerText.replace(/\s+/g, " "),
            size: parseFloat(getComputedStyle(node).fontSize),
            node,
            box: inkOf(node),
        }));
    const faults = [];
    const parts = texts(
        ".band-ticket, .band-go, .band-window, .rows li > span, .waits th, .waits td, .board-head h1, .board-head time",
    ).filter(({ box }) => box.width > 0);
    const foot = document.querySelector(".board-foot").getBoundingClientRect();
    const floor = foot.height > 0 ? foot.top : innerHeight;
    const seen = ({ box }) =>
        box.left >= 0 && box.right <= innerWidth && box.top >= -2 && box.bottom <= floor + 2;
    for (const part of parts) if (!seen(part)) faults.push(`cut off: ${part.name}`);
    for (const part of parts)
        if (part.node.scrollWidth > part.node.clientWidth + 2 && part.node.matches("th, td, h1"))
            faults.push(`shortened: ${part.name}`);
    for (const [at, one] of parts.entries()) {
        for (const other of parts.slice(at + 1)) {
            const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const down =
                Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            const inLine = down > 0.05 * Math.min(one.size, other.size);
            if (inLine && across > -0.3 * Math.min(one.size, other.size))
                faults.push(`together: ${one.name} | ${other.name}`);
        }
    }
    const button = document.querySelector(".board-setup").getBoundingClientRect();
    for (const row of document.querySelectorAll(".rows li")) {
        const { bottom } = row.getBoundingClientRect();
        const hasLine = parseFloat(getComputedStyle(row).borderBottomWidth) > 0;
        if (hasLine && bottom > button.top && bottom - 1 < button.bottom && button.height > 0)
            faults.push(`a line under the sound's button: ${row.innerText}`);
    }
    for (const { name, box } of parts) {
        const isOver =
            Math.min(box.right, button.right) > Math.max(box.left, button.left) &&
            Math.min(box.bottom, button.bottom) > Math.max(box.top, button.top);
        if (isOver) faults.push(`under the sound's button: ${name}`);
    }
    return faults;
}

/** Once the call has come down into its place, which takes a busy machine a while. */
async function faultsAtRest(page) {
    let faults = ["not looked yet"];
    for (let tries = 0; tries < 10 && faults.length > 0; tries++) {
        await page.waitForTimeout(300);
        faults = await page.evaluate(faultsOf);
    }
    return faults;
}

async function assertFits(calls) {
    for (const [fit, query] of Object.entries(DISTANCES)) {
        const page = await browser.open(`/display${query}`);
        for (const [width, height] of SCREENS) {
            await page.setViewportSize({ width, height });
            await page.waitForFunction(
                (count) => document.querySelectorAll(".band-call").length === count,
                calls,
            );
            const what = `display-long-${calls}-${fit}-${width}x${height}`;
            const faults = await faultsAtRest(page);
            if (fit === "middle" || faults.length > 0) await shoot(page, what, false);
            assert.deepEqual(faults, [], what);
        }
        await page.context().close();
    }
}

/** Each hour the picture moves by two pixels against burn-in. */
test("however the picture is shifted, it covers the whole screen", async () => {
    const page = await browser.open("/display?far=8&inch=55");
    await page.waitForSelector(".band");
    const gaps = await page.evaluate(() => {
        const board = document.querySelector(".board");
        return ["shift-0", "shift-1", "shift-2", "shift-3"].filter((shift) => {
            board.className = board.className.replace(/shift-\d/, shift);
            const { left, top, right, bottom } = board.getBoundingClientRect();
            return left > 0 || top > 0 || right < innerWidth || bottom < innerHeight;
        });
    });
    assert.deepEqual(gaps, []);
    await page.context().close();
});

test("rows and waits fit on every screen while nobody is called", () => assertFits(0));

test("one call fits on every screen, first called and called again", async () => {
    await call(1);
    await assertFits(1);
    hall.press("terminal-1", KEY.recall);
    await until("a second call", 5_000, () => hall.status().called[0].calls > 1);
    await assertFits(1);
});

test("two calls fit on every screen", async () => {
    await call(3);
    hall.press("terminal-1", KEY.recall);
    await assertFits(2);
});
