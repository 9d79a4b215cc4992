/*
 * Speaks a call twice in one utterance, where the browser has a Chinese voice of its own: remote
 * voices stop after some seconds and need the net. Without one the chime and the band must do.
 */
import type { CalledNow } from "../api/hall";
import { textIn } from "../text/text";

const RATE = 0.9;
const QUEUE_MAX = 8; // calls; more at once are seen, not heard

let queued = 0;

export function speakCall(call: CalledNow, label: string): void {
    const speech = window.speechSynthesis as SpeechSynthesis | undefined;
    const voice = speech
        ?.getVoices()
        .find((one) => one.localService && /^zh([-_]CN)?$/i.test(one.lang));
    if (!speech || !voice || queued >= QUEUE_MAX) return;
    const spoken = new SpeechSynthesisUtterance(sentence(call, label));
    spoken.voice = voice;
    spoken.lang = voice.lang;
    spoken.rate = RATE;
    queued++;
    const ended = () => queued--;
    spoken.onend = ended;
    spoken.onerror = ended;
    speech.speak(spoken);
}

/** The green channel is not announced; a recall is. */
function sentence(call: CalledNow, label: string): string {
    const again = call.calls > 1 ? textIn("zh", "voice.again") : "";
    const values = { ticket: spelled(call.ticket), window: numbered(label) };
    const once = textIn("zh", "voice.call", values);
    return again + once + once;
}

/** "A043" letter by letter and digit by digit. */
function spelled(ticket: string): string {
    const digits = textIn("zh", "voice.digits");
    return [...ticket].map((letter) => digits[Number(letter)] ?? letter).join(" ");
}

/** Up to 99 as a number, "12" as ten-two; a label that is no such number as it is written. */
function numbered(label: string): string {
    if (!/^[1-9]\d?$/.test(label)) return spelled(label);
    const digits = textIn("zh", "voice.digits");
    const value = Number(label);
    if (value < 10) return digits[value] ?? label;
    const tens = value < 20 ? "" : digits[Math.floor(value / 10)];
    return `${tens}${textIn("zh", "voice.ten")}${value % 10 ? digits[value % 10] : ""}`;
}
