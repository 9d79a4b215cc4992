/* What is open beside the page. One thing at a time. */
import { makeStore } from "../api/store";

export type View =
    | { kind: "window"; id: number }
    | { kind: "waiting"; service: string | null }
    | { kind: "ticket"; id: string }
    | { kind: "hall" }
    | { kind: "move"; service: string }
    | { kind: "served" }
    | { kind: "ratings" }
    | { kind: "alerts" }
    | { kind: "changes" }
    | null;

export const view = makeStore<View>(null);

export const show = (next: View) => () => view.set(next);
export const closeView = () => view.set(null);
