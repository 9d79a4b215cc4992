/*
 * A list that holds still while the pointer or the focus is inside, so that nothing moves away under
 * a hand. What came meanwhile is counted; what went is still shown, as it was last.
 */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const LOOK_MS = 500; // when the pointer is no longer inside the list goes on, at the latest

export interface Still<T> {
    list: T[];
    /** How many of the live list are not shown yet. */
    fresh: number;
    isGone: (one: T) => boolean;
    release: () => void;
    box: RefObject<HTMLElement>;
}

const canHover = matchMedia("(hover: hover)");

export function useStill<T>(live: T[], keyOf: (one: T) => string | number): Still<T> {
    const box = useRef<HTMLElement>(null);
    const keys = useRef<T[]>(live);
    const [, redraw] = useState(0);
    const isInside = () =>
        box.current?.matches(canHover.matches ? ":hover, :focus-within" : ":focus-within") ?? false;
    const isHeld = isInside();
    if (!isHeld) keys.current = live;
    useEffect(() => {
        if (!isHeld) return;
        const timer = setInterval(() => isInside() || redraw((count) => count + 1), LOOK_MS);
        return () => clearInterval(timer);
    }, [isHeld]);
    const now = new Map(live.map((one) => [keyOf(one), one]));
    const known = new Set(keys.current.map(keyOf));
    return {
        list: keys.current.map((one) => now.get(keyOf(one)) ?? one),
        fresh: live.filter((one) => !known.has(keyOf(one))).length,
        isGone: (one) => !now.has(keyOf(one)),
        release() {
            keys.current = live;
            redraw((count) => count + 1);
        },
        box,
    };
}
