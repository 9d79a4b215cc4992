/*
 * Signing in and out at the window: with one's own number where the account has one, else by typing
 * it, and the PIN where the hall wants one. Whatever signs another person out is asked first.
 */
import { useRef, useState } from "preact/hooks";
import type { WindowNow } from "../api/hall";
import { session } from "../api/session";
import { useStore } from "../api/store";
import { Confirm } from "../parts/confirm";
import { t } from "../text/text";
import { press } from "./answer";
import type { TerminalKey } from "./keys";

const SIGN_IN: TerminalKey = {
    id: "sign_in",
    word: "signIn.go",
    shortcut: "",
    command: "staff.sign_in",
    can: () => true,
};
const SIGN_OUT: TerminalKey = {
    ...SIGN_IN,
    id: "sign_out",
    word: "head.signOut",
    command: "staff.sign_out",
};

interface Asked {
    question: string;
    verb: string;
    go: () => void;
}

export function StaffBar({ window, wantsPin }: { window: WindowNow; wantsPin: boolean }) {
    const who = useStore(session);
    const own = typeof who === "object" ? (who.staff ?? null) : null;
    const typed = useRef<HTMLInputElement>(null);
    const pin = useRef<HTMLInputElement>(null);
    const [asked, ask] = useState<Asked | null>(null);
    const sitting = window.staff;
    const signIn = (staff: string, secret?: number) =>
        void press(SIGN_IN, { window: window.id, staff, pin: secret });
    const submit = (submitted: Event) => {
        submitted.preventDefault();
        const staff = own || typed.current?.value.trim();
        if (!staff) return;
        const secret = takePin(pin.current);
        const go = () => signIn(staff, secret);
        if (sitting && sitting !== staff) ask(takeOver(window, staff, go));
        else go();
    };
    const signOut = () => {
        const go = () => void press(SIGN_OUT, { staff: sitting });
        if (sitting === own) go();
        else ask(signOther(window, go));
    };
    return (
        <form class="staff-bar" onSubmit={submit}>
            {sitting && <span>{t("window.staff", { staff: sitting })}</span>}
            {sitting && window.pending === "close" && (!wantsPin || own === sitting) && (
                <Stay sitting={sitting} stay={() => signIn(sitting)} />
            )}
            {sitting && window.pending !== "close" && (!own || own === sitting) && (
                <button type="button" class="button" onClick={signOut}>
                    {t("staff.out")}
                </button>
            )}
            {(!sitting || (own && own !== sitting)) && (
                <In own={own} typed={typed} pin={wantsPin ? pin : null} />
            )}
            {asked && (
                <Confirm
                    question={asked.question}
                    verb={asked.verb}
                    no={() => ask(null)}
                    yes={() => {
                        ask(null);
                        asked.go();
                    }}
                />
            )}
        </form>
    );
}

/** What was typed, and no trace of it on the page. */
function takePin(input: HTMLInputElement | null): number | undefined {
    if (!input) return undefined;
    const pin = Number(input.value);
    input.value = "";
    return pin;
}

interface InPart {
    own: string | null;
    typed: preact.RefObject<HTMLInputElement>;
    /** null: none is asked for. */
    pin: preact.RefObject<HTMLInputElement> | null;
}

function In({ own, typed, pin }: InPart) {
    return (
        <>
            {!own && (
                <label class="staff-field">
                    <span>{t("window.factStaff")}</span>
                    <input
                        ref={typed}
                        name="staff"
                        inputMode="numeric"
                        autocomplete="off"
                        maxLength={8}
                        required
                    />
                </label>
            )}
            {!own && pin && (
                <label class="staff-field">
                    <span>{t("staff.pin")}</span>
                    <input
                        ref={pin}
                        name="pin"
                        type="password"
                        inputMode="numeric"
                        autocomplete="off"
                        pattern="[1-9][0-9]{3,4}"
                        title={t("staff.pinForm")}
                        maxLength={5}
                        required
                    />
                </label>
            )}
            <button class="button first">
                {own ? t("staff.in", { staff: own }) : t("staff.inTyped")}
            </button>
        </>
    );
}

/** Signing in again is what takes a sign-out after this ticket back. */
function Stay({ sitting, stay }: { sitting: string; stay: () => void }) {
    return (
        <>
            <span class="small">{t("staff.leaving")}</span>
            <button type="button" class="button" onClick={stay}>
                {t("staff.stay", { staff: sitting })}
            </button>
        </>
    );
}

function takeOver(window: WindowNow, staff: string, go: () => void): Asked {
    const values = { window: window.label || window.id, staff, other: window.staff ?? "" };
    return { question: t("staff.takeQuestion", values), verb: t("staff.takeVerb", values), go };
}

function signOther(window: WindowNow, go: () => void): Asked {
    const values = { window: window.label || window.id, staff: window.staff ?? "" };
    return { question: t("staff.outQuestion", values), verb: t("staff.outVerb", values), go };
}
