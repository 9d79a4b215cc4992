/* What the page and the metrics are told of the devices: who there is, and how their lines stand. */
#include <stdio.h>
#include <string.h>

#include "controller/wires_private.h"

static void keep_known(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms);
static void fill_bus(struct wires *wires, unsigned bus, struct snapshot *snapshot,
                     int64_t mono_to_hall_ms);
static void fill_card(struct wires *wires, struct device_now *now, int64_t mono_to_hall_ms);
static void fill_device(const struct device_stats *stats, int64_t mono_to_hall_ms,
                        struct device_now *now);
static void say_unpaired(struct wires *wires, unsigned place, struct device_now *now);
static struct device_now *now_at(struct wires *wires, unsigned place, struct snapshot *snapshot);
static void order_devices(struct wires *wires, struct snapshot *snapshot);
static void exchange_devices(struct wires *wires, struct snapshot *snapshot, uint16_t at,
                             uint16_t target);

void wires_health(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms) {
    keep_known(wires, snapshot, mono_to_hall_ms);
    snapshot->bus_count = 0;
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        fill_bus(wires, i, snapshot, mono_to_hall_ms);
    }
    order_devices(wires, snapshot);
}

static void keep_known(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms) {
    uint16_t kept = 0;
    memset(wires->now_of, 0xff, sizeof wires->now_of);
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        unsigned place = wires_find(wires, snapshot->devices[i].id);
        bool is_card = wires_has_card(wires) && strcmp(snapshot->devices[i].id, ANNOUNCE_CARD) == 0;
        if (place == NOWHERE && !is_card) {
            continue;
        }
        if (kept != i) {
            snapshot->devices[kept] = snapshot->devices[i];
        }
        if (is_card) {
            fill_card(wires, &snapshot->devices[kept], mono_to_hall_ms);
        } else {
            wires->now_of[place] = kept;
        }
        kept++;
    }
    snapshot->device_count = kept;
}

static void fill_bus(struct wires *wires, unsigned bus, struct snapshot *snapshot,
                     int64_t mono_to_hall_ms) {
    const struct bus_place *place = &wires->config->buses[bus];
    wires_stats(wires, bus, &wires->stats);
    if (snapshot->bus_count < BUSES_NOW_MAX) {
        struct bus_now *now = &snapshot->buses[snapshot->bus_count++];
        memcpy(now->id, place->bus.id, sizeof now->id);
        now->is_up = wires->stats.is_up;
        now->is_ill = wires->stats.is_ill;
        memcpy(now->what, wires->stats.what, sizeof now->what);
    }
    for (unsigned i = 0; i < place->bus.device_count; i++) {
        const struct device_stats *stats = &wires->stats.devices[i];
        struct device_now *now = now_at(wires, bus * BUS_DEVICES_MAX + i, snapshot);
        if (now == NULL) {
            continue;
        }
        fill_device(stats, mono_to_hall_ms, now);
        now->window = place->devices[i].window;
        say_unpaired(wires, bus * BUS_DEVICES_MAX + i, now);
    }
}

static void fill_card(struct wires *wires, struct device_now *now, int64_t mono_to_hall_ms) {
    speaker_read_stats(wires->card.speaker, &wires->stats);
    fill_device(&wires->stats.devices[0], mono_to_hall_ms, now);
}

static void fill_device(const struct device_stats *stats, int64_t mono_to_hall_ms,
                        struct device_now *now) {
    now->failures = (uint32_t)(stats->timeouts + stats->crc_errors);
    now->firmware = stats->firmware;
    memcpy(now->what, stats->what, sizeof now->what);
    now->last_answer_ms =
        stats->last_answer_us == 0 ? 0 : stats->last_answer_us / 1000 + mono_to_hall_ms;
}

/* The dispenser's own line has nothing to say against it when it is its printer that is away. */
static void say_unpaired(struct wires *wires, unsigned place, struct device_now *now) {
    const char *printer = wires_place_at(wires, place)->printer;
    const struct side *side = &wires_shown_at(wires, place)->side;
    unsigned other = printer[0] == 0 ? (unsigned)NOWHERE : wires_find(wires, printer);
    if (other != NOWHERE && side->is_up && side->told == PAIR_TOLD_AWAY) {
        const struct side *away = &wires_shown_at(wires, other)->side;
        snprintf(now->what, sizeof now->what, "%s: %.90s", printer,
                 away->is_up ? away->fault : away->lost);
    }
}

/* One that has never answered is not known to the hall, but stands on the page: offline since it is not known when. */
static struct device_now *now_at(struct wires *wires, unsigned place, struct snapshot *snapshot) {
    if (wires->now_of[place] != NOWHERE) {
        return &snapshot->devices[wires->now_of[place]];
    }
    if (snapshot->device_count == DEVICES_MAX) {
        return NULL;
    }
    const struct device_config *config = wires_config_at(wires, place);
    struct device_now *now = &snapshot->devices[snapshot->device_count++];
    *now = (struct device_now){ .role = config->role };
    memcpy(now->id, config->id, NAME_SIZE);
    memcpy(now->bus, wires->config->buses[place / BUS_DEVICES_MAX].bus.id, NAME_SIZE);
    wires->now_of[place] = (uint16_t)(snapshot->device_count - 1);
    return now;
}

/* As the config has them; the hall knows them in the order in which they first came. What is in no bus goes last. */
static void order_devices(struct wires *wires, struct snapshot *snapshot) {
    uint16_t target = 0;
    for (unsigned place = 0; place < ALL_DEVICES; place++) {
        if (wires->now_of[place] != NOWHERE) {
            exchange_devices(wires, snapshot, wires->now_of[place], target);
            wires->now_of[place] = target++;
        }
    }
}

/* The one at `target` then stands at `at`. */
static void exchange_devices(struct wires *wires, struct snapshot *snapshot, uint16_t at,
                             uint16_t target) {
    struct device_now moved = snapshot->devices[target];
    unsigned place = wires_find(wires, moved.id);
    snapshot->devices[target] = snapshot->devices[at];
    snapshot->devices[at] = moved;
    if (place != NOWHERE) {
        wires->now_of[place] = at;
    }
}
