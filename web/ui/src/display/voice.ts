/*
 * Speaks a call twice, and once in English where the hall wants that, with the browser's own voices:
 * remote ones stop after some seconds and need the net. Without one the chime and the band must do.
 * One call at a time; what is no longer so when its turn comes is not said.
 */
import type { CalledNow } from "../api/hall";
import { textIn } from "../text/text";

const RATE = 0.9;
const QUEUE_MAX = 8; // calls; more at once are seen, not heard
const OLD_MS = 20_000; // a call that had to wait so long for its turn would be heard as a new one
const STUCK_MS = 40_000; // an utterance that has not ended by then never will: the engine is stuck
const PAUSE_MS = 1_000; // what is spoken straight after a cancel is lost on Linux

interface Queued {
    call: CalledNow;
    label: string;
    inEnglish: boolean;
    at: number;
}

let queue: Queued[] = [];
let utterances = 0; // of the call that is being said, still to end
let round = 0; // tells an utterance of before a cancel from those of now
let quietUntil = 0;
let stuckAt = 0;

/** The list of voices is empty when it is first asked for, so it is asked for before the first call. */
export function warmVoices(): void {
    speech()?.getVoices();
}

export function queueCall(call: CalledNow, label: string, inEnglish: boolean): void {
    queue.push({ call, label, inEnglish, at: performance.now() });
    queue = queue.slice(-QUEUE_MAX);
}

/** Says the next call of those that still stand. To be called often. */
export function speakNext(stands: (call: CalledNow) => boolean): void {
    const now = performance.now();
    queue = queue.filter((one) => now - one.at < OLD_MS && stands(one.call));
    if (utterances > 0 && now >= stuckAt) stop();
    if (utterances > 0 || now < quietUntil) return;
    const next = queue.shift();
    if (next) say(next);
}

/** Nothing more is said of what stood before: the page no longer hears the service. */
export function silence(): void {
    queue = [];
    if (utterances > 0) stop();
}

function stop(): void {
    speech()?.cancel();
    utterances = 0;
    round++;
    quietUntil = performance.now() + PAUSE_MS;
}

function say({ call, label, inEnglish }: Queued): void {
    stuckAt = performance.now() + STUCK_MS;
    utter(/^zh([-_]CN)?$/i, inChinese(call, label));
    if (inEnglish) utter(/^en\b/i, inEnglishOnce(call, label));
}

function utter(language: RegExp, words: string): void {
    const voice = speech()
        ?.getVoices()
        .find((one) => one.localService && language.test(one.lang));
    if (!voice) return;
    const spoken = new SpeechSynthesisUtterance(words);
    const mine = round;
    const ended = () => {
        if (mine === round && utterances > 0) utterances--;
    };
    spoken.voice = voice;
    spoken.lang = voice.lang;
    spoken.rate = RATE;
    spoken.onend = ended;
    spoken.onerror = ended;
    utterances++;
    speech()?.speak(spoken);
}

function speech(): SpeechSynthesis | undefined {
    return window.speechSynthesis as SpeechSynthesis | undefined;
}

/** The green channel is not announced; a recall is. */
function inChinese(call: CalledNow, label: string): string {
    const again = call.calls > 1 ? textIn("zh", "voice.again") : "";
    const values = { ticket: spelled("zh", call.ticket), window: numbered(label) };
    const once = textIn("zh", "voice.call", values);
    return again + once + once;
}

function inEnglishOnce(call: CalledNow, label: string): string {
    const again = call.calls > 1 ? textIn("en", "voice.again") : "";
    const window = /^\d\d?$/.test(label) ? label : spelled("en", label);
    return again + textIn("en", "voice.call", { ticket: spelled("en", call.ticket), window });
}

/** "A043" letter by letter and digit by digit. */
function spelled(which: "zh" | "en", ticket: string): string {
    const digits = textIn(which, "voice.digits").split(" ");
    return [...ticket].map((letter) => digits[Number(letter)] ?? letter).join(" ");
}

/** Up to 99 as a number, "12" as ten-two; a label that is no such number as it is written. */
function numbered(label: string): string {
    if (!/^[1-9]\d?$/.test(label)) return spelled("zh", label);
    const digits = textIn("zh", "voice.digits").split(" ");
    const value = Number(label);
    if (value < 10) return digits[value] ?? label;
    const tens = value < 20 ? "" : digits[Math.floor(value / 10)];
    return `${tens}${textIn("zh", "voice.ten")}${value % 10 ? digits[value % 10] : ""}`;
}
