/*
 * What the hall learns of the world once a second: the disk, the back office, commands that were refused at the door.
 * Conditions are levels, told again each second, so one that could not be written is written later.
 *
 * A full disk: the reserve file is released, and from then on only the day change and what printers did are written,
 * because tickets on paper must be true; everything else is answered "not saved" at once. When the disk has room again
 * the alert about it is the first thing written, and once that is durable the hall goes on. Until then pages show the
 * alerts that could not be written, from memory; the hall raises them itself once it may, and a HELP is raised for it.
 */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "controller/day.h"
#include "controller/loop_private.h"
#include "controller/wall.h"
#include "controller/zone.h"

enum {
    AGAIN_MS = 1000,
    ROOM_BYTES = 4 * 1024 * 1024, /* more free than when it filled up: the hall goes on */
    RESERVE_BYTES = 16 * 1024 * 1024,
    UPLINK_WELL_MS = 5000,        /* connected for so long, it is lost no more */
    LOW_BYTES = 64 * 1024 * 1024, /* the alert; cleared when half as much again is free */
};

static void trust_clock(struct loop *loop);
static void take_disk(struct loop *loop, int64_t now_ms);
static void take_helps(struct loop *loop, int64_t now_ms);
static void write_free(const struct disk *disk, char *text);
static void take_uplink(struct loop *loop, int64_t now_ms);
static void take_forecasts(struct loop *loop, int64_t now_ms);
static void take_condition(struct loop *loop, const char *kind, const char *text, bool is_raised,
                           int64_t now_ms);
static void take_refusals(struct loop *loop, int64_t now_ms);
static void run_checkpoint(void *job);
static void end_checkpoint(void *job);

void outside_begin(struct loop *loop) {
    struct store *store = ledger_store(loop->ledger);
    struct disk *disk = &loop->disk;
    disk->is_full =
        !store_has_reserve(store) && store_free_bytes(store) < (uint64_t)RESERVE_BYTES + ROOM_BYTES;
    disk->is_saved = !disk->is_full;
    disk->full_bytes = disk->is_full ? RESERVE_BYTES : 0;
    if (disk->is_full) {
        loop_log(LOG_CRIT, "store: the disk is full; keys answer \"not saved\"");
    }
}

void outside_begin_clock(struct loop *loop) {
    loop->clock.step_ms = (int64_t)loop->config->step_s * 1000;
    clock_init(&loop->clock, loop_mono_ms(), wall_ms(), hall_last_ms(ledger_hall(loop->ledger)));
    loop->is_wall_kept = wall_is_kept();
    trust_clock(loop);
}

void outside_take_clock(struct loop *loop) {
    const struct hall *hall = ledger_hall(loop->ledger);
    struct input input = { .kind = INPUT_CLOCK, .now_ms = loop_now_ms(loop) };
    if (!clock_jumps(&loop->clock, wall_ms(), hall_last_ms(hall), &input.clock.to_ms) ||
        hall_day(hall) == 0 || !outside_may_write(loop, true)) {
        return;
    }
    struct day_times times;
    day_times_from(hall, input.clock.to_ms, loop->config->day_change_min, &times);
    input.clock.times = &times;
    if (ledger_take(loop->ledger, &input, NULL, NULL) != REASON_NOT_SAVED) {
        clock_set(&loop->clock, input.clock.to_ms);
        loop_log(LOG_NOTICE,
                 "clock: the wall clock was set, hall time goes on %lld s from where it was",
                 (long long)(input.clock.to_ms - input.now_ms) / 1000);
    }
}

void outside_said_time(struct loop *loop, int64_t time_ms) {
    int64_t before_ms = loop_now_ms(loop);
    bool was_trusted = loop->clock.is_trusted;
    clock_say(&loop->clock, wall_ms(), time_ms);
    loop_log(LOG_NOTICE, "clock: somebody has said what time it is, %+lld s from where it was%s",
             (long long)(time_ms - before_ms) / 1000, was_trusted ? ", though it was trusted" : "");
}

/* Untrusted: tickets are issued despite the calendar, the day does not change, the page says so. */
static void trust_clock(struct loop *loop) {
    bool was_trusted = loop->clock.is_trusted;
    clock_trust(&loop->clock, wall_is_synchronised(), loop->is_wall_kept);
    if (was_trusted != loop->clock.is_trusted) {
        loop_log(was_trusted ? LOG_WARNING : LOG_INFO, "clock: %s",
                 was_trusted ? "not trusted any more" : "trusted");
    }
}

void outside_take(struct loop *loop, int64_t now_ms) {
    struct store *store = ledger_store(loop->ledger);
    if (loop->uplink != NULL) {
        bool was_connected = loop->uplink_stats.is_connected;
        uplink_read_stats(loop->uplink, &loop->uplink_stats);
        store_set_cursor(store, loop->uplink_stats.acknowledged_seq);
        if (was_connected != loop->uplink_stats.is_connected) {
            loop->shows_change = true;
            loop->uplink_since_ms = loop_mono_ms();
        }
    }
    if (ledger_is_broken(loop->ledger) && ledger_mend(loop->ledger) != HALL_OK) {
        return;
    }
    trust_clock(loop);
    take_disk(loop, now_ms);
    if (outside_may_write(loop, false)) {
        take_helps(loop, now_ms);
        take_condition(loop, "clock_untrusted", "", !loop->clock.is_trusted, now_ms);
        take_forecasts(loop, now_ms);
    }
    if (outside_may_write(loop, false) && loop->uplink != NULL) {
        take_uplink(loop, now_ms);
        take_refusals(loop, now_ms);
    }
}

bool outside_may_write(const struct loop *loop, bool is_confirmation) {
    const struct disk *disk = &loop->disk;
    if (disk->is_saved) {
        return true;
    }
    if (ledger_is_broken(loop->ledger)) {
        return false;
    }
    return loop_mono_ms() >= disk->again_ms && (is_confirmation || !disk->is_full);
}

void outside_failed(struct loop *loop, enum hall_error error) {
    struct disk *disk = &loop->disk;
    struct store *store = ledger_store(loop->ledger);
    bool is_first = disk->is_saved;
    bool is_news = error == HALL_FULL && !disk->is_full;
    disk->is_saved = false;
    disk->again_ms = loop_mono_ms() + AGAIN_MS;
    loop->shows_change = true;
    if (is_news) {
        disk->is_full = true;
        store_release_reserve(store);
        /* Who filled the disk may have gone already: then it has room again, and what it has is no measure of full. */
        uint64_t free_bytes = store_free_bytes(store);
        disk->full_bytes = free_bytes < RESERVE_BYTES ? free_bytes : RESERVE_BYTES;
        disk->again_ms = loop_mono_ms();
    }
    if (is_first || is_news) {
        loop_log(LOG_CRIT, "store: not written, %s; keys answer \"not saved\"",
                 error == HALL_FULL ? "the disk is full" : "the disk fails");
    }
}

/* What came out of the reserve is no sign that tickets may be issued again. */
void outside_saved(struct loop *loop) {
    if (loop->disk.is_saved || loop->disk.is_full) {
        return;
    }
    loop->disk.is_saved = true;
    loop->shows_change = true;
    loop_log(LOG_NOTICE, "store: written again");
}

void outside_checkpoint(struct loop *loop) {
    struct checkpoint *job = &loop->checkpoint;
    uint64_t seq = store_last_seq(ledger_store(loop->ledger));
    int64_t mono_ms = loop_mono_ms();
    if (job->is_running) {
        return;
    }
    if (job->error != job->told) {
        job->told = job->error;
        loop_log(job->error == HALL_OK ? LOG_NOTICE : LOG_WARNING, "store: checkpoint %s",
                 job->error == HALL_OK ? "made again" : job->fault);
    }
    if (!loop->disk.is_saved || seq == job->seq || mono_ms - job->started_ms < CHECKPOINT_MS) {
        return;
    }
    job->started_ms = mono_ms;
    if (worker_do(loop->worker, run_checkpoint, end_checkpoint, job)) {
        job->is_running = true;
        job->seq = seq;
    }
}

static void take_disk(struct loop *loop, int64_t now_ms) {
    struct disk *disk = &loop->disk;
    uint64_t free_bytes = store_free_bytes(ledger_store(loop->ledger));
    disk->free_bytes = free_bytes;
    if (disk->is_full && free_bytes >= disk->full_bytes + ROOM_BYTES) {
        disk->is_full = false;
    }
    disk->is_low = free_bytes < (uint64_t)LOW_BYTES * (disk->is_low ? 3 : 2) / 2;
    if (!outside_may_write(loop, false)) {
        return;
    }
    char text[WHAT_SIZE];
    write_free(disk, text);
    take_condition(loop, "disk_low", text, disk->is_low, now_ms);
    /* While not saved this is also what shows whether the disk takes anything again. */
    take_condition(loop, "not_saved", "", !disk->is_saved, now_ms);
}

/* `text` holds WHAT_SIZE bytes. */
static void write_free(const struct disk *disk, char *text) {
    snprintf(text, WHAT_SIZE, "%llu MiB free", (unsigned long long)(disk->free_bytes >> 20U));
}

/* One that has only begun to connect is not lost yet. */
static void take_uplink(struct loop *loop, int64_t now_ms) {
    const struct uplink_stats *stats = &loop->uplink_stats;
    bool is_lost = !stats->is_connected && stats->what[0] != 0;
    bool is_well = stats->is_connected && loop_mono_ms() - loop->uplink_since_ms >= UPLINK_WELL_MS;
    if (is_lost || is_well) {
        take_condition(loop, "uplink_lost", stats->what, !stats->is_connected, now_ms);
    }
}

static void take_condition(struct loop *loop, const char *kind, const char *text, bool is_raised,
                           int64_t now_ms) {
    struct input input = {
        .kind = INPUT_CONDITION,
        .now_ms = now_ms,
        .condition = { .kind = kind, .subject = "hall", .text = text, .is_raised = is_raised }
    };
    ledger_take(loop->ledger, &input, NULL, NULL);
}

/* Told only when it changes; the core itself clears the alert of a service that left the rules. */
static void take_forecasts(struct loop *loop, int64_t now_ms) {
    const struct hall *hall = ledger_hall(loop->ledger);
    const struct rules *rules = hall_rules(hall);
    if (rules == NULL) {
        return;
    }
    const struct estimates *estimates =
        forecast_estimates(loop->forecast, hall, now_ms, FORECAST_SHOWN_MS);
    for (unsigned i = 1; i < SERVICES_MAX && ledger_has_room(loop->ledger); i++) {
        enum forecast_change change =
            rules->services[i].id[0] == 0 ? FORECAST_STAYS : estimate_alert(hall, i, estimates);
        if (change != FORECAST_STAYS) {
            struct input input = { .kind = INPUT_CONDITION,
                                   .now_ms = now_ms,
                                   .condition = { .kind = "wait_forecast",
                                                  .subject = rules->services[i].id,
                                                  .text = "",
                                                  .is_raised = change == FORECAST_RAISE } };
            ledger_take(loop->ledger, &input, NULL, NULL);
        }
    }
}

/* One command.refused a second at most, with the count since. */
static void take_refusals(struct loop *loop, int64_t now_ms) {
    const struct uplink_stats *stats = &loop->uplink_stats;
    if (stats->refused == loop->refused_told) {
        return;
    }
    struct input input = { .kind = INPUT_REFUSED,
                           .now_ms = now_ms,
                           .refused = { .name = stats->refused_name,
                                        .reason = stats->refused_reason,
                                        .count =
                                            (uint32_t)(stats->refused - loop->refused_told) } };
    if (ledger_take(loop->ledger, &input, NULL, NULL) != REASON_NOT_SAVED) {
        loop->refused_told = stats->refused;
    }
}

/* On the worker's thread. */
static void run_checkpoint(void *job) {
    struct checkpoint *checkpoint = job;
    checkpoint->error = store_checkpoint(checkpoint->path, checkpoint->fault);
}

static void end_checkpoint(void *job) {
    struct checkpoint *checkpoint = job;
    checkpoint->is_running = false;
}

/* --- alerts that are not saved -------------------------------------------------------------------------------- */

static void write_pressed(const struct unsaved_help *help, char *text) {
    char time[TIME_SIZE];
    time_format(help->pressed_ms, zone_offset_min(help->pressed_ms), time);
    snprintf(text, WHAT_SIZE, "pressed %.5s", strchr(time, 'T') + 1);
}

void outside_keep_help(struct loop *loop, uint16_t window) {
    const struct rules *rules = &loop->config->rules;
    for (unsigned i = 0; i < rules->window_count; i++) {
        if (rules->windows[i].id == window) {
            unsaved_keep_help(&loop->unsaved, window, loop_now_ms(loop));
            return;
        }
    }
}

/* Known as written only once the batch is: unsaved_settle. */
static void take_helps(struct loop *loop, int64_t now_ms) {
    for (unsigned i = 0; i < loop->unsaved.help_count && ledger_has_room(loop->ledger); i++) {
        struct unsaved_help *help = &loop->unsaved.helps[i];
        char subject[NAME_SIZE];
        char text[WHAT_SIZE];
        snprintf(subject, sizeof subject, "%u", help->window);
        write_pressed(help, text);
        struct input input = {
            .kind = INPUT_CONDITION,
            .now_ms = now_ms,
            .condition = { .kind = "help", .subject = subject, .text = text, .is_raised = true }
        };
        help->is_offered = ledger_take(loop->ledger, &input, NULL, NULL) != REASON_NOT_SAVED;
    }
}

static void tell(struct loop *loop, const char *kind, const char *subject, const char *text,
                 int64_t since_ms) {
    struct alert_now alert = { .since_ms = since_ms };
    snprintf(alert.kind, sizeof alert.kind, "%s", kind);
    snprintf(alert.subject, sizeof alert.subject, "%s", subject);
    snprintf(alert.text, sizeof alert.text, "%s", text);
    unsaved_tell(&loop->unsaved, loop->snapshot, &alert);
}

static void tell_helps(struct loop *loop) {
    struct snapshot *snapshot = loop->snapshot;
    for (unsigned i = 0; i < loop->unsaved.help_count; i++) {
        const struct unsaved_help *help = &loop->unsaved.helps[i];
        char subject[NAME_SIZE];
        char text[WHAT_SIZE];
        snprintf(subject, sizeof subject, "%u", help->window);
        write_pressed(help, text);
        tell(loop, "help", subject, text, help->pressed_ms);
        for (unsigned k = 0; k < snapshot->window_count; k++) {
            struct window_now *window = &snapshot->windows[k];
            window->help_wanted = window->help_wanted || window->id == help->window;
        }
    }
}

/* What the devices have said and could not be written: the newest last. */
static void tell_report(struct loop *loop, const struct device_report *report, int64_t now_ms) {
    switch (report->kind) {
    case REPORT_OFFLINE:
        tell(loop, "device_offline", report->device, "", now_ms);
        return;
    case REPORT_ONLINE:
    case REPORT_REMOVED:
        unsaved_withdraw(&loop->unsaved, "device_offline", report->device);
        return;
    case REPORT_FAULTED:
        tell(loop, "device_faulted", report->device, report->what, now_ms);
        return;
    case REPORT_RECOVERED:
        unsaved_withdraw(&loop->unsaved, "device_faulted", report->device);
        return;
    case REPORT_BUS_DOWN:
        tell(loop, "bus_down", report->bus, report->what, now_ms);
        return;
    case REPORT_BUS_UP:
        unsaved_withdraw(&loop->unsaved, "bus_down", report->bus);
        return;
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
    case REPORT_SLIP_OVER:
    case REPORT_KEYS_LOST:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
        return;
    }
}

/* What the hall would raise by now, and what it would learn of its devices. */
static void tell_due(struct loop *loop, int64_t now_ms) {
    const struct hall *hall = ledger_hall(loop->ledger);
    struct alert_now due[UNSAVED_MAX];
    unsigned count = hall_alerts_due(hall, now_ms, due, UNSAVED_MAX);
    for (unsigned i = 0; i < count; i++) {
        unsaved_tell(&loop->unsaved, loop->snapshot, &due[i]);
    }
    for (unsigned i = 0; hall_needs_devices(hall, now_ms) && i < loop->retries.count; i++) {
        tell_report(loop, &loop->retries.reports[i], now_ms);
    }
}

/* While the journal can't be read back nobody knows what else should stand: what was shown stays. */
void outside_show_unsaved(struct loop *loop, int64_t now_ms) {
    const struct disk *disk = &loop->disk;
    bool is_broken = ledger_is_broken(loop->ledger);
    unsaved_begin(&loop->unsaved, loop->snapshot);
    tell_helps(loop);
    if (!disk->is_saved) {
        char text[WHAT_SIZE];
        write_free(disk, text);
        tell(loop, "not_saved", "hall", "", now_ms);
        if (disk->is_low) {
            tell(loop, "disk_low", "hall", text, now_ms);
        }
    }
    if (!disk->is_saved && !is_broken) {
        tell_due(loop, now_ms);
    }
    unsaved_end(&loop->unsaved, is_broken, loop->snapshot);
}
