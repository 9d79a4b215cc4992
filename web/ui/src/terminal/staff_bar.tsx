/*
 * Signing in and out at the window: with one's own number where the account has one, else by typing
 * it.
 */
import { useRef } from "preact/hooks";
import type { WindowNow } from "../api/hall";
import { session } from "../api/session";
import { useStore } from "../api/store";
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

export function StaffBar({ window }: { window: WindowNow }) {
    const who = useStore(session);
    const own = typeof who === "object" ? who.staff : null;
    const typed = useRef<HTMLInputElement>(null);
    const signIn = (submitted: Event) => {
        submitted.preventDefault();
        const staff = own || typed.current?.value.trim();
        if (staff) void press(SIGN_IN, { window: window.id, staff });
    };
    const mayOut = window.staff && (!own || own === window.staff);
    return (
        <form class="staff-bar" onSubmit={signIn}>
            {window.staff && <span>{t("window.staff", { staff: window.staff })}</span>}
            {mayOut && (
                <button
                    type="button"
                    class="button"
                    onClick={() => void press(SIGN_OUT, { staff: window.staff })}
                >
                    {t("staff.out")}
                </button>
            )}
            {(!window.staff || (own && own !== window.staff)) && (
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
                    <button class="button first">
                        {own ? t("staff.in", { staff: own }) : t("staff.inTyped")}
                    </button>
                </>
            )}
        </form>
    );
}
