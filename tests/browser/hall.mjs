/*
 * A real hall for a test: hallqd on a private copy of etc/demo.jsonc with the simulated devices, on free ports. The
 * simulated people stay at home (unless asked for): the test itself presses the keys, so each run is the same.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BIN = process.env.HALLQ_BIN ?? join(ROOT, "build/release/bin");
const PASSWORD = "a good long password";
const START_MS = 15_000;
const END_MS = 10_000;

/** Keys of a terminal, their codes on the wire (protocol/key.h). */
export const KEY = {
    next: 1,
    recall: 2,
    noShow: 3,
    pause: 4,
    done: 7,
    signIn: 9,
    start: 12,
    help: 13,
};

export async function startHall(options = {}) {
    const hall = new Hall(options);
    try {
        await hall.start();
    } catch (fault) {
        fault.message += hall.logs();
        await hall.stop();
        throw fault;
    }
    return hall;
}

/** A zone where it is between ten and eleven now: whenever a test runs, the hall's day has hours before and behind it. */
function zoneOfMorning() {
    const ahead = ((10 - new Date().getUTCHours() + 36) % 24) - 12;
    return `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`; // these zones count to the west
}

class Hall {
    constructor(options) {
        this.options = options;
        this.dir = mkdtempSync(join(tmpdir(), "hallq-browser-"));
        this.config = join(this.dir, "hallq.jsonc");
        this.programs = [];
    }

    async start() {
        const [port, broker] = await Promise.all([freePort(), freePort()]);
        this.url = `http://127.0.0.1:${port}`;
        writeFileSync(this.config, this.configText(port, broker));
        const people = this.options.people ?? "off";
        this.sim = this.run(
            "hallq-sim",
            "--people",
            people,
            "--speed",
            String(this.options.speed ?? 1),
            "--control",
        );
        this.hallqd = this.run("hallqd");
        await until(
            `hallqd on ${this.url}`,
            START_MS,
            async () => (await fetch(`${this.url}/readyz`)).ok,
        );
        await until("all devices heard", START_MS, () =>
            this.status().devices.every((device) => device.online),
        );
    }

    configText(port, broker) {
        const demo = readFileSync(join(ROOT, "etc/demo.jsonc"), "utf8")
            .replaceAll("/tmp/hallq-demo/", `${this.dir}/`)
            .replaceAll(":18080", `:${port}`)
            .replace("Asia/Shanghai", zoneOfMorning())
            .replaceAll("18830", String(broker));
        const extra = [];
        for (let id = 7; id <= (this.options.windows ?? 6); id++)
            extra.push(`{ "id": ${id}, "own": ["tax"] }`);
        if (this.options.edit) return this.options.edit(demo);
        if (extra.length === 0) return demo;
        return demo
            .replace('"windows": 16', '"windows": 128')
            .replace('{ "id": 6, "zone"', `${extra.join(",\n    ")},\n    { "id": 6, "zone"`);
    }

    run(name, ...words) {
        const child = spawn(join(BIN, name), ["-c", this.config, ...words], {
            stdio: ["pipe", "pipe", "pipe"],
            env: name === "hallqd" ? { ...process.env, ...this.clock() } : process.env,
        });
        child.stdout.pipe(createWriteStream(join(this.dir, `${name}.out`)));
        child.stderr.pipe(createWriteStream(join(this.dir, `${name}.err`)));
        child.stdin.on("error", () => {}); // the program has ended; the test will see it by what is missing
        this.programs.unshift(child);
        return child;
    }

    /** With `isClockLost` hallqd's clock is as good as ever, but nobody vouches for it. */
    clock() {
        if (!this.options.isClockLost) return {};
        const wall = join(this.dir, "wall");
        writeFileSync(wall, "0 lost\n");
        return { HALLQ_WALL: wall, LD_PRELOAD: join(BIN, "wall.so") };
    }

    /** Presses a key of a simulated device. */
    press(device, code, argument = 0) {
        this.sim.stdin.write(`press ${device} ${code} ${argument}\n`);
    }

    /** Takes a ticket at the dispenser, key 1.. of the config; returns its number once it is printed and waits. */
    async takeTicket(key) {
        const before = this.status().queue.map((ticket) => ticket.ticket);
        this.press("dispenser-1", 256 + key);
        const fresh = () =>
            this.status().queue.find(
                (ticket) => ticket.state === "waiting" && !before.includes(ticket.ticket),
            );
        await until("a printed ticket", 5_000, () => Boolean(fresh()));
        return fresh().ticket;
    }

    async signStaffIn(window, number) {
        this.press(`terminal-${window}`, KEY.signIn, number);
        await until(`window ${window} open`, 5_000, () => this.window(window).state === "open");
    }

    window(id) {
        return this.status().windows.find((window) => window.id === id);
    }

    tool(input, ...words) {
        const done = spawnSync(join(BIN, "hallq"), [...words, "-c", this.config], {
            input,
            encoding: "utf8",
            timeout: 10_000,
        });
        if (done.status !== 0)
            throw new Error(`hallq ${words.join(" ")}: ${done.status} ${done.stderr}`);
        return done.stdout;
    }

    status() {
        return JSON.parse(this.tool("", "status", "--json"));
    }

    addUser(name, role, ...words) {
        this.tool(`${PASSWORD}\n`, "user", "add", name, "--role", role, ...words);
        return { name, password: PASSWORD };
    }

    /** The ends of what the programs complained of. */
    logs() {
        const ends = ["hallqd", "hallq-sim"].map((name) =>
            readFileSync(join(this.dir, `${name}.err`), "utf8").slice(-1000),
        );
        return `\n${ends.join("\n")}`;
    }

    /** Ends the service, does what is to be done meanwhile, and starts it again at the same address. */
    async restart(meanwhile) {
        this.programs = this.programs.filter((child) => child !== this.hallqd);
        await end(this.hallqd);
        await meanwhile();
        this.hallqd = this.run("hallqd");
        await until(
            `hallqd on ${this.url}`,
            START_MS,
            async () => (await fetch(`${this.url}/readyz`)).ok,
        );
    }

    freeze() {
        this.hallqd.kill("SIGSTOP");
    }

    goOn() {
        this.hallqd.kill("SIGCONT");
    }

    async stop() {
        for (const child of this.programs.splice(0).reverse()) await end(child);
        rmSync(this.dir, { recursive: true, force: true });
    }
}

async function end(child) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await gone;
    clearTimeout(timer);
}

async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    server.close();
    await once(server, "close");
    return port;
}

/** Waits until the question is answered with yes; a throw counts as not yet. Fails with what was waited for. */
export async function until(what, limitMs, isSo) {
    const end = Date.now() + limitMs;
    let last = "";
    for (;;) {
        try {
            if (await isSo()) return;
        } catch (fault) {
            last = `: ${fault.message}`;
        }
        if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}${last}`);
        await new Promise((done) => setTimeout(done, 50));
    }
}
