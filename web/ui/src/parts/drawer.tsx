/*
 * A panel beside the page (a sheet on phones): one at a time, takes the focus, gives it back, Esc
 * closes. Not modal: the hall stays in view and the answer to an action stays readable.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../text/text";
import { Glyph } from "./glyph";

export interface DrawerPart {
    title: string;
    aside?: ComponentChildren;
    close: () => void;
    children: ComponentChildren;
}

export function Drawer({ title, aside, close, children }: DrawerPart) {
    const heading = useRef<HTMLHeadingElement>(null);
    useLayoutEffect(() => {
        const opener = document.activeElement;
        heading.current?.focus();
        const key = (pressed: KeyboardEvent) => {
            const isDialogs = document.querySelector("dialog[open]") !== null;
            if (pressed.key === "Escape" && !isDialogs) close();
        };
        addEventListener("keydown", key);
        return () => {
            removeEventListener("keydown", key);
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
        };
    }, []);
    return (
        <aside class="drawer" role="dialog" aria-labelledby="drawer-title">
            <div class="drawer-head">
                <h2 id="drawer-title" tabIndex={-1} ref={heading}>
                    {title}
                </h2>
                {aside}
                <button
                    type="button"
                    class="button plain drawer-close"
                    aria-label={t("close")}
                    onClick={close}
                >
                    <Glyph name="close" />
                </button>
            </div>
            <div class="drawer-body">{children}</div>
        </aside>
    );
}
