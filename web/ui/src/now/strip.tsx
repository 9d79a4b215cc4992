/*
 * The live strip: what happened, newest first. It holds still while pointer or focus is inside, and
 * says what is new.
 */
import { useState } from "preact/hooks";
import { clockText } from "../api/clock";
import type { Hall, JournalEvent } from "../api/hall";
import { events } from "../api/live";
import { useStore } from "../api/store";
import { FreshButton } from "../parts/fresh_button";
import { msOf } from "../parts/since";
import { useStill } from "../parts/still";
import { WhyList } from "../parts/why";
import { t } from "../text/text";
import { eventName, eventSubject } from "./event_words";

const SHOWN = 24;

export function Strip({ hall }: { hall: Hall }) {
    const still = useStill(useStore(events), (event) => `${event.era} ${event.id}`);
    const { list } = still;
    return (
        <section aria-labelledby="strip-title">
            <h2 id="strip-title">
                {t("strip.title")} <FreshButton still={still} />
            </h2>
            {list.length === 0 && <p class="muted">{t("strip.none")}</p>}
            <div
                role="log"
                aria-live="off"
                aria-labelledby="strip-title"
                hidden={list.length === 0}
            >
                <ol class="strip panel" ref={still.box as preact.RefObject<HTMLOListElement>}>
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
