/* What stands now: completes the core's snapshot with what only the loop knows, and gives the devices their images. */
#include <string.h>

#include "controller/loop_private.h"
#include "controller/zone.h"

static void name_parts(struct snapshot *snapshot, const struct config *config);
static void add_tokens(struct loop *loop, struct snapshot *snapshot);
static void name_window(struct window_now *window, const struct config *config);

/*
 * While the journal can't be read back the live day means nothing: boards and pages keep what stood last, and say that
 * nothing is saved.
 */
void show_run(struct loop *loop) {
    struct snapshot *snapshot = loop->snapshot;
    const struct config *config = loop->config;
    int64_t now_ms = loop_now_ms(loop);
    loop->shows_change = false;
    if (!ledger_is_broken(loop->ledger)) {
        hall_snapshot(ledger_hall(loop->ledger), now_ms, snapshot);
        forecast_show(loop->forecast, ledger_hall(loop->ledger), now_ms, snapshot);
        name_parts(snapshot, config);
        add_tokens(loop, snapshot);
    }
    snapshot->now_ms = now_ms;
    snapshot->era = store_era(ledger_store(loop->ledger));
    snapshot->utc_offset_min = zone_offset_min(now_ms);
    snapshot->is_saved = loop->disk.is_saved;
    outside_show_unsaved(loop, now_ms);
    if (loop->wires != NULL) {
        wires_health(loop->wires, snapshot, now_ms - loop_mono_ms());
    }
    snapshot->uplink_configured = config->mqtt.is_used;
    snapshot->uplink_connected = loop->uplink_stats.is_connected;
    uint64_t cursor = store_cursor(ledger_store(loop->ledger));
    snapshot->uplink_behind =
        config->mqtt.is_used && snapshot->seq > cursor ? snapshot->seq - cursor : 0;
    if (loop->wires != NULL) {
        wires_show(loop->wires, snapshot, config);
    }
}

static void name_parts(struct snapshot *snapshot, const struct config *config) {
    memcpy(snapshot->hall_id, config->hall_id, NAME_SIZE);
    memcpy(snapshot->hall_name, config->hall_name, WHAT_SIZE);
    memcpy(snapshot->pause_reasons, config->pause_reasons, sizeof snapshot->pause_reasons);
    snapshot->flash_s = config->boards.flash_s;
    snapshot->speaks_english = config->speaks_english;
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        snapshot->services[i].name = config->services[snapshot->services[i].index];
    }
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        name_window(&snapshot->windows[i], config);
    }
}

static void name_window(struct window_now *window, const struct config *config) {
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        if (config->rules.windows[i].id == window->id) {
            memcpy(window->label, config->windows[i].label, NAME_SIZE);
            memcpy(window->zone, config->windows[i].zone, NAME_SIZE);
            return;
        }
    }
}

/* Tickets on their way to paper are of today. */
static void add_tokens(struct loop *loop, struct snapshot *snapshot) {
    uint32_t era = store_era(ledger_store(loop->ledger));
    for (unsigned i = 0; i < snapshot->printing_count; i++) {
        key_make_token(&loop->key, era, snapshot->day, snapshot->printing[i].ticket,
                       snapshot->printing[i].token);
    }
}
