/*
 * Two notes, high then low, 0.6 s: the ear loses the high ones first. Browsers want one press
 * before the first sound.
 */
import { makeStore } from "../api/store";
import { warmVoices } from "./voice";

const NOTES = [
    { hertz: 880, from: 0, lasts: 0.3 },
    { hertz: 660, from: 0.28, lasts: 0.32 },
];
const LOUDNESS = 0.4;
const LEAST_PAUSE_MS = 1_000;

/** Whether a call would be heard. */
export const isSounding = makeStore(false);

let audio: AudioContext | null = null;
let lastAt = -Infinity;

/**
 * At the start it works only where the browser allows sound unasked (a kiosk); after a press
 * everywhere.
 */
export function startSound(): void {
    warmVoices();
    try {
        const context = (audio ??= new AudioContext());
        context.onstatechange = () => isSounding.set(context.state === "running");
        void context.resume();
        isSounding.set(context.state === "running");
    } catch {
        isSounding.set(false); // no sound device: the band alone must do
    }
}

export function chime(): void {
    const now = performance.now();
    if (!audio || audio.state !== "running" || now - lastAt < LEAST_PAUSE_MS) return;
    lastAt = now;
    for (const note of NOTES) play(audio, note.hertz, audio.currentTime + note.from, note.lasts);
}

function play(context: AudioContext, hertz: number, from: number, lasts: number): void {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + lasts);
    tone.connect(loudness).connect(context.destination);
    tone.start(from);
    tone.stop(from + lasts);
}
