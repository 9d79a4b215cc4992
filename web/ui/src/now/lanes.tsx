/*
 * A lane a service: an axis of minutes on which each waiting person is one tick at their own wait,
 * the limit a dashed line. All lanes have one axis. The lane opens the list of those who wait.
 */
import { clock } from "../api/clock";
import type { Hall, ServiceNow, QueuedNow } from "../api/hall";
import { mayManage, session } from "../api/session";
import { useStore } from "../api/store";
import { Glyph } from "../parts/glyph";
import { estimateSpan } from "../text/estimate";
import { otherServiceName, serviceName } from "../text/names";
import { t } from "../text/text";
import { axisMinutes, inLine, nearness, waitMinutes } from "./model";
import { show, view } from "./view";

const BINS = 72; // places on the axis; people in one place stand on each other
const ROWS = 3;
const TICK_HEIGHT = 11;
const LANE_HEIGHT = 36;
const NEAR_PX = 12; // a tick is 6 px wide: a press beside it means it too

export function Lanes({ hall }: { hall: Hall }) {
    const axis = axisMinutes(hall, useStore(clock));
    return (
        <section aria-labelledby="lanes-title">
            <h2 id="lanes-title">
                {t("lanes.title")}{" "}
                <span class="small muted hint">{t("lanes.hint", { count: axis })}</span>
            </h2>
            <ul class="lanes panel">
                {hall.services.map((service) => (
                    <Lane key={service.id} service={service} hall={hall} axis={axis} />
                ))}
            </ul>
        </section>
    );
}

function Lane({ service, hall, axis }: { service: ServiceNow; hall: Hall; axis: number }) {
    const manages = mayManage(useStore(session));
    const other = otherServiceName(service);
    return (
        <li class="lane">
            <div class="lane-name">
                <span class="lane-service">
                    <span class="lane-letter">{service.prefix}</span> {serviceName(service)}
                </span>
                {other && (
                    <span
                        class="small muted lane-other"
                        lang={/[a-z]/i.test(other) ? "en" : "zh-CN"}
                    >
                        {other}
                    </span>
                )}
            </div>
            <button
                type="button"
                class="lane-axis"
                aria-label={laneWords(service)}
                onClick={(clicked) => {
                    const ticket = ticketAt(clicked);
                    if (ticket) view.set({ kind: "ticket", id: ticket });
                    else view.set({ kind: "waiting", service: service.id });
                }}
            >
                <Ticks service={service} hall={hall} axis={axis} />
            </button>
            <p class="lane-count">
                <b>{service.waiting}</b>{" "}
                <span class="small muted">{t("unit.person", { count: service.waiting })}</span>
            </p>
            <LaneEstimate service={service} />
            <p class="lane-windows">
                <span class="small muted">{t("lanes.windows")}</span>{" "}
                <span>{service.windows_open}</span>
                {(service.windows_advised ?? 0) > service.windows_open && (
                    <Mark words={t("lanes.advised", { count: service.windows_advised ?? 0 })} />
                )}
                {service.stopped && <Mark words={t("lanes.stopped")} />}
                {!service.windows_open && service.waiting > 0 && (
                    <Mark words={t("lanes.unserved")} />
                )}
            </p>
            {manages && (
                <button
                    type="button"
                    class="button lane-add"
                    aria-label={`${t("move.open")}: ${serviceName(service)}`}
                    onClick={show({ kind: "move", service: service.id })}
                >
                    {t("move.open")}
                </button>
            )}
        </li>
    );
}

/** The tick that was pressed, or one so near that it was meant; none for the keyboard. */
function ticketAt(clicked: MouseEvent): string | null {
    let nearest: string | null = null;
    let least = NEAR_PX;
    if (clicked.detail === 0) return null;
    const lane = clicked.currentTarget as HTMLElement;
    for (const tick of lane.querySelectorAll<SVGElement>("[data-ticket]")) {
        const box = tick.getBoundingClientRect();
        const away = Math.hypot(
            clicked.clientX - (box.left + box.right) / 2,
            Math.max(0, box.top - clicked.clientY, clicked.clientY - box.bottom),
        );
        if (away >= least) continue;
        least = away;
        nearest = tick.dataset.ticket ?? null;
    }
    return nearest;
}

function Mark({ words }: { words: string }) {
    return (
        <span class="chip missed">
            <Glyph name="warn" />
            {words}
        </span>
    );
}

function LaneEstimate({ service }: { service: ServiceNow }) {
    return (
        <p class="lane-estimate">
            <span class="small muted">{t("lanes.now")}</span> <span>{estimateText(service)}</span>
        </p>
    );
}

function estimateText(service: ServiceNow): string {
    const span = estimateSpan(service.estimate_s);
    if (!span) return t("unknown");
    if (span.high === 0) return t("lanes.noWait");
    return span.low === span.high
        ? t("lanes.about", { count: span.high })
        : t("lanes.range", { ...span });
}

function laneWords(service: ServiceNow): string {
    const longest = service.waiting ? Math.floor((service.longest_wait_s ?? 0) / 60) : 0;
    const values = { service: serviceName(service), count: service.waiting, longest };
    return service.wait_minutes
        ? t("lanes.spokenLimit", { ...values, limit: service.wait_minutes })
        : t("lanes.spoken", values);
}

function Ticks({ service, hall, axis }: { service: ServiceNow; hall: Hall; axis: number }) {
    const now = useStore(clock);
    const taken = new Map<number, number>();
    const mine = inLine(hall).filter((ticket) => ticket.service === service.id);
    const limit = service.wait_minutes;
    return (
        <svg class="ticks" width="100%" height={LANE_HEIGHT} aria-hidden="true" focusable="false">
            {mine.map((ticket) => {
                const minutes = waitMinutes(ticket, now);
                const bin = Math.min(BINS - 1, Math.floor((minutes / axis) * BINS));
                const row = taken.get(bin) ?? 0;
                taken.set(bin, row + 1);
                if (row >= ROWS) return null;
                return (
                    <Tick
                        key={ticket.ticket}
                        ticket={ticket}
                        bin={bin}
                        row={row}
                        near={nearness(minutes, limit)}
                    />
                );
            })}
            {limit ? (
                <line
                    class="limit"
                    x1={`${(limit / axis) * 100}%`}
                    x2={`${(limit / axis) * 100}%`}
                    y1="2"
                    y2={LANE_HEIGHT}
                />
            ) : null}
            <line class="floor" x1="0" x2="100%" y1={LANE_HEIGHT - 0.5} y2={LANE_HEIGHT - 0.5} />
        </svg>
    );
}

interface TickPart {
    ticket: QueuedNow;
    bin: number;
    row: number;
    near: "well" | "near" | "over";
}

/**
 * Normal: filled. Green channel, credit: hollow. Appointment: a diamond. Near the limit taller,
 * over it tallest.
 */
function Tick({ ticket, bin, row, near }: TickPart) {
    const height = near === "over" ? 24 : near === "near" ? 18 : TICK_HEIGHT;
    const kind =
        ticket.class === "normal" ? "" : ticket.class === "appointment" ? "booked" : "hollow";
    const left = `${(bin / BINS) * 100}%`;
    const bottom = LANE_HEIGHT - 2 - row * (TICK_HEIGHT + 1);
    if (kind === "booked") {
        return (
            <svg x={left} y={bottom - 10} width="10" height="10" viewBox="0 0 10 10">
                <path
                    class={`tick ${near}`}
                    data-ticket={ticket.ticket}
                    d="M5 0 9 5 5 10 1 5z"
                />
            </svg>
        );
    }
    return (
        <rect
            class={`tick ${near} ${kind}`}
            data-ticket={ticket.ticket}
            x={left}
            y={bottom - height}
            width="6"
            height={height}
            rx="1"
        />
    );
}
