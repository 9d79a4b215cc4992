/* The log-in, shown in place of any page that needs one. */
import { useRef, useState } from "preact/hooks";
import { signIn, type SignInFault } from "../api/session";
import { t, type Key } from "../text/text";
import { HeadEnd } from "./head";
import { useTitle } from "./title";

const FAULTS: Record<SignInFault, Key> = {
    wrong: "signIn.wrong",
    slow: "signIn.slow",
    unreachable: "signIn.unreachable",
};

export function SignIn() {
    const [fault, setFault] = useState<SignInFault | null>(null);
    const [isBusy, setBusy] = useState(false);
    const user = useRef<HTMLInputElement>(null);
    const password = useRef<HTMLInputElement>(null);
    useTitle(t("signIn.title"));

    const go = async (submitted: Event) => {
        submitted.preventDefault();
        if (isBusy) return;
        setBusy(true);
        setFault(null);
        const found = await signIn(user.current?.value ?? "", password.current?.value ?? "");
        setBusy(false);
        setFault(found);
        if (found === "wrong") password.current?.select();
    };
    return (
        <div class="sign-in">
            <header class="sign-in-head">
                <HeadEnd />
            </header>
            <main id="content" class="panel sign-in-panel">
                <h1>HallQ {t("signIn.title")}</h1>
                <form onSubmit={go}>
                    <label class="field">
                        <span>{t("signIn.user")}</span>
                        <input ref={user} name="user" autocomplete="username" autofocus required />
                    </label>
                    <label class="field">
                        <span>{t("signIn.password")}</span>
                        <input
                            ref={password}
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                        />
                    </label>
                    <p class="sign-in-fault" role="alert">
                        {fault && t(FAULTS[fault])}
                    </p>
                    <button class="button first" aria-busy={isBusy}>
                        {isBusy ? "…" : t("signIn.go")}
                    </button>
                </form>
            </main>
        </div>
    );
}
