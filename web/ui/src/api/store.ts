/*
 * A value that components watch. Small on purpose: one writer a store, no derived stores, no
 * history.
 */
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
    get(): T;
    set(value: T): void;
    /** Calls `changed` after each change until the returned function is called. */
    watch(changed: () => void): () => void;
}

export function makeStore<T>(initial: T): Store<T> {
    let value = initial;
    const watchers = new Set<() => void>();
    return {
        get: () => value,
        set(next) {
            if (Object.is(next, value)) return;
            value = next;
            for (const changed of [...watchers]) changed();
        },
        watch(changed) {
            watchers.add(changed);
            return () => watchers.delete(changed);
        },
    };
}

export function useStore<T>(store: Store<T>): T {
    const [, redraw] = useState(0);
    useEffect(() => store.watch(() => redraw((count) => count + 1)), [store]);
    return store.get();
}
