/* Who is signed in at this browser. The cookie is the service's; the page never sees it. */
import { makeStore } from "./store";

export type Role = "viewer" | "staff" | "guide" | "manager" | "admin";
export interface Session {
    user: string;
    role: Role;
    staff?: string | null;
}
/** "unknown" until the service has been asked. */
export type SessionState = Session | "none" | "unknown";
export type SignInFault = "wrong" | "slow" | "unreachable";

const DEADLINE_MS = 8_000;

export const session = makeStore<SessionState>("unknown");
/** The service gave no answer when it was last asked who is signed in. */
export const isUnreached = makeStore(false);

export function mayManage(state: SessionState): boolean {
    return typeof state === "object" && (state.role === "manager" || state.role === "admin");
}

export function mayAdminister(state: SessionState): boolean {
    return typeof state === "object" && state.role === "admin";
}

/** Who has keys to press at a window: the head then leads to the terminals. */
export function mayServe(state: SessionState): boolean {
    return mayManage(state) || (typeof state === "object" && state.role === "staff");
}

/** Fetches with a deadline; null when no answer came. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response | null> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), DEADLINE_MS);
    try {
        return await fetch(path, { credentials: "same-origin", ...init, signal: stop.signal });
    } catch {
        return null;
    } finally {
        clearTimeout(timer);
    }
}

export async function loadSession(): Promise<void> {
    const answer = await ask("/api/v1/session");
    isUnreached.set(!answer || answer.status >= 500);
    if (answer?.ok) session.set((await answer.json()) as Session);
    else if (answer?.status === 401) session.set("none");
}

export async function signIn(user: string, password: string): Promise<SignInFault | null> {
    const answer = await ask("/api/v1/session", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user, password }),
    });
    if (!answer) return "unreachable";
    if (answer.ok) {
        await loadSession();
        return null;
    }
    if (answer.status === 429) return "slow";
    return answer.status < 500 ? "wrong" : "unreachable";
}

export async function signOut(): Promise<void> {
    const answer = await ask("/api/v1/session", { method: "DELETE" });
    if (answer?.ok || answer?.status === 401) session.set("none");
}
