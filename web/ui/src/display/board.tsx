/*
 * The band with the calls, the rows of last calls, the table of waits. Chinese with English where
 * it makes people move.
 */
import type { CalledNow, PublicHall } from "../api/hall";
import { estimateSpan } from "../text/estimate";
import { textIn } from "../text/text";
import type { BandLine } from "./calls";

const FEWEST = 5; // letters and digits of a ticket and its window; more are set smaller
const MOST = 8;

export function labelOf(hall: PublicHall, id: number): string {
    return hall.windows.find((window) => window.id === id)?.label || String(id);
}

/** The class of a line by how much stands in it. */
function lengthClass(ticket: string, label: string): string {
    return `letters-${Math.min(MOST, Math.max(FEWEST, ticket.length + label.length))}`;
}

export interface Said {
    zh: string;
    en: string;
}

interface BandPart {
    lines: BandLine[];
    hall: PublicHall;
    /** What stands in the band while nobody is called. */
    idle: Said;
}

export function BandView({ lines, hall, idle }: BandPart) {
    if (lines.length === 0) {
        return (
            <section class="band idle">
                <p>
                    {idle.zh} {idle.en && <span lang="en">{idle.en}</span>}
                </p>
            </section>
        );
    }
    return (
        <section class={`band lines-${lines.length}`}>
            {lines.map((line) => (
                <BandCall key={line.key} line={line} hall={hall} />
            ))}
        </section>
    );
}

function BandCall({ line, hall }: { line: BandLine; hall: PublicHall }) {
    const { ticket, window, calls } = line.call;
    const label = labelOf(hall, window);
    const classes = [
        "band-call",
        lengthClass(ticket, label),
        line.isNew && hall.display.flash_s > 0 && "flash",
        calls > 1 && "again",
    ];
    return (
        <p class={classes.filter(Boolean).join(" ")}>
            <span class="band-ticket">{ticket}</span>
            <span class="band-where">
                <span class="band-go">
                    {calls > 1 && `${textIn("zh", "display.again")} `}
                    <span class="band-to">{textIn("zh", "display.goTo")} </span>
                    <span lang="en">{textIn("en", "display.goTo")}</span>
                </span>
                <span class="band-window">
                    {label}
                    <span class="band-unit"> {textIn("zh", "display.window")}</span>
                </span>
            </span>
        </p>
    );
}

export function RowsView({ calls, hall }: { calls: CalledNow[]; hall: PublicHall }) {
    return (
        <ol
            class="rows"
            aria-label={`${textIn("zh", "display.lastCalls")} ${textIn("en", "display.lastCalls")}`}
        >
            {calls.map((call) => (
                <li
                    key={`${call.ticket} ${call.window}`}
                    class={lengthClass(call.ticket, labelOf(hall, call.window))}
                >
                    <span>{call.ticket}</span>
                    <span>
                        {labelOf(hall, call.window)}{" "}
                        <span class="row-unit">{textIn("zh", "display.window")}</span>
                    </span>
                </li>
            ))}
        </ol>
    );
}

export function WaitsView({ services }: { services: PublicHall["services"] }) {
    return (
        <table class="waits">
            <caption class="readers">
                {textIn("zh", "display.waits")} {textIn("en", "display.waits")}
            </caption>
            <tbody>
                {services.map((service) => (
                    <tr key={service.id}>
                        <th scope="row">{service.name.zh || service.name.en || service.id}</th>
                        <td>{textIn("zh", "display.people", { count: service.waiting })}</td>
                        <td class="wait">{waitText(service)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function stopWords(reason: string): string {
    return reason === "unserved" ? textIn("zh", "display.unserved") : reason;
}

function waitText(service: PublicHall["services"][number]): string {
    if (service.stopped && service.stop_reason)
        return textIn("zh", "display.stoppedWhy", { reason: stopWords(service.stop_reason) });
    if (!service.open) return textIn("zh", "display.stopped");
    // Nobody may wait, and yet no window take the next one for long: the estimate alone knows.
    const span = estimateSpan(service.estimate_s);
    if (!span) return textIn("zh", "unknown");
    if (span.high === 0) return textIn("zh", "display.noWait");
    return span.low === span.high
        ? textIn("zh", "lanes.about", { count: span.high })
        : textIn("zh", "display.range", { low: span.low, high: span.high });
}
