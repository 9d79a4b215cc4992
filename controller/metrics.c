#include "controller/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "controller/loop_private.h"
#include "controller/metrics_private.h"

static void put_hall(struct metrics_text *text, struct loop *loop);
static long resident_bytes(void);

int metrics_write(struct loop *loop, char *out, size_t size) {
    struct metrics_text text = { .out = out, .size = size };
    put_hall(&text, loop);
    metrics_put_lines(&text, loop);
    return text.used < size ? (int)text.used : HALL_FULL;
}

void metrics_put(struct metrics_text *text, const char *format, ...) {
    va_list arguments;
    size_t left = text->used < text->size ? text->size - text->used : 0;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): begun in the line above; the analyzer loses it */
    int length = vsnprintf(left > 0 ? text->out + text->used : NULL, left, format, arguments);
    va_end(arguments);
    text->used += length > 0 ? (size_t)length : 0;
}

static void put_hall(struct metrics_text *text, struct loop *loop) {
    const struct snapshot *now = loop->snapshot;
    const struct announce_counts *announced = wires_announcements(loop->wires);
    const struct {
        const char *name, *kind, *help;
        double value;
    } rows[] = {
        { "hallq_seq", "counter", "Events in the journal", (double)now->seq },
        { "hallq_commits_total", "counter", "Batches made durable", (double)loop->commits },
        { "hallq_commit_failures_total", "counter", "Batches the disk refused",
          (double)loop->commit_failures },
        { "hallq_presses_total", "counter", "Key presses seen", (double)loop->presses },
        { "hallq_announcements_spoken_total", "counter", "Announcements said to their end",
          (double)announced->spoken },
        { "hallq_announcements_given_up_total", "counter",
          "Announcements that a voice could not say", (double)announced->given_up },
        { "hallq_announcements_dropped_total", "counter", "Repeated calls too old to be said",
          (double)announced->dropped },
        { "hallq_inbox_dropped_total", "counter", "Inputs dropped because too many waited",
          (double)(inbox_dropped(loop->inbox) + loop->retries.dropped) },
        { "hallq_waiting", "gauge", "People waiting", (double)snapshot_waiting(now) },
        { "hallq_tickets_issued", "gauge", "Tickets issued today", (double)now->issued },
        { "hallq_visits_done", "gauge", "Visits done today", (double)now->served },
        { "hallq_alerts", "gauge", "Alerts standing", (double)now->alert_count },
        { "hallq_saved", "gauge", "1 while the journal can be written", now->is_saved ? 1 : 0 },
        { "hallq_uplink_connected", "gauge", "1 while the broker is connected",
          now->uplink_connected ? 1 : 0 },
        { "hallq_uplink_behind", "gauge", "Events the broker has not acknowledged",
          (double)now->uplink_behind },
        { "hallq_uplink_ack_p50_seconds", "gauge", "Publish to PUBACK, median",
          (double)loop->uplink_stats.ack_p50_us / 1e6 },
        { "hallq_uplink_ack_p99_seconds", "gauge", "Publish to PUBACK, 99 of 100",
          (double)loop->uplink_stats.ack_p99_us / 1e6 },
        { "hallq_streams", "gauge", "Open page streams", (double)web_streams(loop->web) },
        { "hallq_resident_bytes", "gauge", "Resident memory", (double)resident_bytes() },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        metrics_put(text, "# HELP %s %s\n# TYPE %s %s\n%s %.10g\n", rows[i].name, rows[i].help,
                    rows[i].name, rows[i].kind, rows[i].name, rows[i].value);
    }
}

/* The second number of the file, in pages. */
static long resident_bytes(void) {
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return 0;
    }
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    char *second = line;
    if (read != NULL) {
        (void)strtol(line, &second, 10);
    }
    return strtol(second, NULL, 10) * sysconf(_SC_PAGESIZE);
}
