/*
 * Which layout a screen can carry. Letters must be high enough for the farthest seat (called number
 * 16 mm a metre of distance, last calls 10.5, other hanzi 9): with k = distance / height of the
 * picture, that is 2.2 k, 1.5 k and 1 k hundredths of the height as font sizes.
 */
export type Fit = "near" | "middle" | "far";

export interface Screen {
    fit: Fit;
    /** Rows of last calls. */
    rows: number;
    /** Lines of the table of waits; 0 no room for one. */
    lines: number;
    /** The screen is too small for that distance: from here on it can't be read, in metres. */
    tooFarFrom: number | null;
}

const METRES_AN_INCH = 0.0254;
const K_NEAR = 6;
const K_MIDDLE = 9;
const K_FAR = 14;
export const DEFAULT_FAR_M = 4;
export const DEFAULT_INCH = 55;

/** Height in metres of a picture of 16:9 with this diagonal; upright it is 16 high. */
export function heightOf(inch: number, isUpright: boolean): number {
    return (inch * METRES_AN_INCH * (isUpright ? 16 : 9)) / Math.hypot(16, 9);
}

export function screenFor(farM: number, inch: number, isUpright: boolean): Screen {
    const height = heightOf(inch, isUpright);
    const k = farM / height;
    const tooFarFrom = k > K_FAR ? Math.floor(K_FAR * height * 10) / 10 : null;
    if (k <= K_NEAR) return { fit: "near", rows: 3, lines: isUpright ? 3 : 4, tooFarFrom };
    if (k <= K_MIDDLE) return { fit: "middle", rows: 3, lines: 0, tooFarFrom };
    return { fit: "far", rows: 2, lines: 0, tooFarFrom };
}

/** A positive number of the address's query, else the default. */
export function queryNumber(query: URLSearchParams, name: string, otherwise: number): number {
    const value = Number(query.get(name));
    return Number.isFinite(value) && value > 0 ? value : otherwise;
}
