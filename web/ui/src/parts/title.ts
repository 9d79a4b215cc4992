/* The name of the browser's tab, in the page's language. */
import { useEffect } from "preact/hooks";

export function useTitle(words: string): void {
    useEffect(() => {
        document.title = words ? `${words} · HallQ` : "HallQ";
    }, [words]);
}
