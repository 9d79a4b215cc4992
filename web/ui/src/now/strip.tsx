/*
 * The live strip: what happened, newest first. It holds still while pointer or focus is inside, and
 * says what is new.
 */
import { useEffect, useState } from "preact/hooks";
import { clockText } from "../api/clock";
import type { Hall, JournalEvent } from "../api/hall";
import { events } from "../api/live";
import { useStore } from "../api/store";
import { msOf } from "../parts/since";
import { WhyList } from "../parts/why";
import { t } from "../text/text";
import { eventName, eventSubject } from "./event_words";

const SHOWN = 24;

export function Strip({ hall }: { hall: Hall }) {
    const live = useStore(events);
    const [held, hold] = useState<JournalEvent[] | null>(null);
    const list = held ?? live;
    const fresh = held ? live.findIndex((event) => event === held[0]) : 0;
    useEffect(() => {
        if (held && held.length === 0) hold(null);
    }, [live]);
    return (
        <section
            aria-labelledby="strip-title"
            onMouseEnter={() => hold(held ?? events.get())}
            onMouseLeave={(left) =>
                left.currentTarget.contains(document.activeElement) || hold(null)
            }
            onFocusIn={() => hold(held ?? events.get())}
            onFocusOut={(left) =>
                left.currentTarget.contains(left.relatedTarget as Node | null) || hold(null)
            }
        >
            <h2 id="strip-title">
                {t("strip.title")}{" "}
                {fresh > 0 && (
                    <button
                        type="button"
                        class="button strip-new"
                        onClick={() => hold(events.get())}
                    >
                        {t("strip.fresh", { count: fresh })}
                    </button>
                )}
            </h2>
            {list.length === 0 && <p class="muted">{t("strip.none")}</p>}
            <div
                role="log"
                aria-live="off"
                aria-labelledby="strip-title"
                hidden={list.length === 0}
            >
                <ol class="strip panel">
                    {list.slice(0, SHOWN).map((event) => (
                        <li key={event.id} data-seq={event.id}>
                            <Line event={event} hall={hall} />
                        </li>
                    ))}
                </ol>
            </div>
        </section>
    );
}

function Line({ event, hall }: { event: JournalEvent; hall: Hall }) {
    const [isOpen, setOpen] = useState(false);
    const why = event.data.why;
    return (
        <details onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
            <summary>
                <span class="muted">{clockText(msOf(event.time) ?? 0, true)}</span>{" "}
                {eventName(event)} <b class="ticket-no">{eventSubject(event, hall)}</b>
                {why && <span class="small muted strip-why">{t("strip.why")}</span>}
            </summary>
            {isOpen && why && event.data.ticket && <WhyList ticket={event.data.ticket} why={why} />}
            {isOpen && (
                <pre class="json" tabIndex={0} aria-label={t("strip.json")}>
                    {JSON.stringify(event, null, 2)}
                </pre>
            )}
        </details>
    );
}
