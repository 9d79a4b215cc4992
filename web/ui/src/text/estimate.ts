/*
 * An estimated wait in minutes. In steps of five above twenty: a finer figure would promise what
 * nobody knows.
 */
export interface Span {
    low: number;
    high: number;
}

const FINE_MAX = 20;
const STEP = 5;

export function estimateSpan(estimate: [number, number] | null): Span | null {
    if (!estimate) return null;
    const low = round(estimate[0]);
    return { low, high: Math.max(low, round(estimate[1])) };
}

function round(seconds: number): number {
    const minutes = Math.round(seconds / 60);
    return minutes > FINE_MAX ? Math.round(minutes / STEP) * STEP : minutes;
}
