/* A button that sends one command and shows "…" on itself until the answer is there. */
import type { ComponentChildren } from "preact";
import { act, busy, type Action } from "../api/action";
import { useStore } from "../api/store";

interface ActionButtonPart extends Action {
    kind?: string;
    label?: string;
    pressed?: boolean;
    after?: () => void;
    children: ComponentChildren;
}

export function ActionButton({
    kind = "",
    label,
    pressed,
    after,
    children,
    ...action
}: ActionButtonPart) {
    const isBusy = useStore(busy).has(action.id);
    const press = async () => {
        if (await act(action)) after?.();
    };
    return (
        <button
            type="button"
            class={`button ${kind}`}
            aria-label={label}
            aria-pressed={pressed}
            aria-busy={isBusy}
            onClick={() => void press()}
        >
            {isBusy ? "…" : children}
        </button>
    );
}
