#include "controller/wires.h"

#include <stdlib.h>
#include <string.h>

#include "controller/image.h"

enum { ALL_DEVICES = BUSES_MAX * BUS_DEVICES_MAX };

struct shown {
    struct image image;
    bool is_sent;
    struct key_answer answer;
    uint16_t identify_s, identify_count;
};

struct wires {
    const struct config *config;
    struct inbox *inbox;
    struct bus *buses[BUSES_MAX];
    struct shown *shown;    /* ALL_DEVICES places: bus * BUS_DEVICES_MAX + device */
    struct bus_stats stats; /* scratch: read one bus at a time */
};

static void report(void *context, const struct device_report *report);
static void show(struct wires *wires, unsigned bus, unsigned device, const struct image *image);
static enum image_rank rank_of(const struct image *old, const struct image *new);
static struct device_now *find_now(struct snapshot *snapshot, const struct bus_config *bus,
                                   unsigned device);

struct wires *wires_open(const struct config *config, struct inbox *inbox,
                         void (*log)(void *context, int level, const char *text)) {
    struct wires *wires = calloc(1, sizeof *wires);
    if (wires == NULL) {
        return NULL;
    }
    wires->config = config;
    wires->inbox = inbox;
    wires->shown = calloc(ALL_DEVICES, sizeof *wires->shown);
    struct bus_callbacks callbacks = { .report = report, .log = log, .context = wires };
    for (unsigned i = 0; wires->shown != NULL && i < config->bus_count; i++) {
        wires->buses[i] = bus_open(&config->buses[i].bus, &callbacks);
        if (wires->buses[i] == NULL) {
            wires_close(wires);
            return NULL;
        }
    }
    return wires;
}

void wires_close(struct wires *wires) {
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        if (wires->buses[i] != NULL) {
            bus_close(wires->buses[i]);
        }
    }
    free(wires->shown);
    free(wires);
}

const struct device_place *wires_place(const struct wires *wires, const char *device_id,
                                       unsigned *bus, unsigned *device) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_place *place = &wires->config->buses[i];
        for (unsigned k = 0; k < place->bus.device_count; k++) {
            if (strcmp(place->bus.devices[k].id, device_id) != 0) {
                continue;
            }
            if (bus != NULL && device != NULL) {
                *bus = i;
                *device = k;
            }
            return &place->devices[k];
        }
    }
    return NULL;
}

void wires_answer(struct wires *wires, const struct device_report *press, unsigned answer) {
    unsigned bus;
    unsigned device;
    if (wires_place(wires, press->device, &bus, &device) != NULL) {
        wires->shown[bus * BUS_DEVICES_MAX + device].answer = (struct key_answer){
            .epoch = press->epoch, .count = press->count, .answer = (uint16_t)answer
        };
    }
}

bool wires_identify(struct wires *wires, const char *device_id, uint16_t seconds) {
    unsigned bus;
    unsigned device;
    if (wires_place(wires, device_id, &bus, &device) == NULL) {
        return false;
    }
    struct shown *shown = &wires->shown[bus * BUS_DEVICES_MAX + device];
    shown->identify_s = seconds;
    shown->identify_count++;
    return true;
}

void wires_show(struct wires *wires, const struct snapshot *snapshot, const struct config *config) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_place *place = &wires->config->buses[i];
        for (unsigned k = 0; k < place->bus.device_count; k++) {
            struct image image;
            image_of_device(snapshot, config, &place->bus.devices[k], &place->devices[k], &image);
            show(wires, i, k, &image);
        }
    }
}

void wires_health(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_place *place = &wires->config->buses[i];
        bus_read_stats(wires->buses[i], &wires->stats);
        for (unsigned k = 0; k < place->bus.device_count; k++) {
            const struct device_stats *stats = &wires->stats.devices[k];
            struct device_now *now = find_now(snapshot, &place->bus, k);
            if (now == NULL) {
                continue;
            }
            now->failures = (uint32_t)(stats->timeouts + stats->crc_errors);
            now->firmware = stats->firmware;
            now->last_answer_ms =
                stats->last_answer_us == 0 ? 0 : stats->last_answer_us / 1000 + mono_to_hall_ms;
            now->window = place->devices[k].window;
        }
    }
}

unsigned wires_count(const struct wires *wires) {
    return wires->config->bus_count;
}

const struct bus_config *wires_stats(struct wires *wires, unsigned bus, struct bus_stats *stats) {
    bus_read_stats(wires->buses[bus], stats);
    return &wires->config->buses[bus].bus;
}

/* On a bus's thread. A full inbox counts what it drops; the device still has its count, and says so at the next press. */
static void report(void *context, const struct device_report *said) {
    struct wires *wires = context;
    struct inbox_item item = { .kind = INBOX_REPORT, .report = *said };
    inbox_put(wires->inbox, &item);
}

static void show(struct wires *wires, unsigned bus, unsigned device, const struct image *image) {
    struct shown *shown = &wires->shown[bus * BUS_DEVICES_MAX + device];
    struct image wanted = *image;
    wanted.terminal.answer = shown->answer;
    wanted.identify_s = shown->identify_s;
    wanted.identify_count = shown->identify_count;
    wanted.rank = shown->image.rank;
    if (shown->is_sent && memcmp(&wanted, &shown->image, sizeof wanted) == 0) {
        return;
    }
    wanted.rank = shown->is_sent ? rank_of(&shown->image, &wanted) : RANK_CALL;
    bus_show(wires->buses[bus], device, &wanted);
    shown->image = wanted;
    shown->is_sent = true;
}

/* RANK_WAITING when nothing but the people waiting differs. */
static enum image_rank rank_of(const struct image *old, const struct image *new) {
    struct image same = *old;
    same.rank = new->rank;
    same.terminal.waiting = new->terminal.waiting;
    memcpy(same.dispenser.waiting, new->dispenser.waiting, sizeof same.dispenser.waiting);
    return memcmp(&same, new, sizeof same) == 0 ? RANK_WAITING : RANK_CALL;
}

/* One that has never answered is not known to the hall, but stands on the page: offline since it is not known when. */
static struct device_now *find_now(struct snapshot *snapshot, const struct bus_config *bus,
                                   unsigned device) {
    const struct device_config *config = &bus->devices[device];
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        if (strcmp(snapshot->devices[i].id, config->id) == 0) {
            return &snapshot->devices[i];
        }
    }
    if (snapshot->device_count == DEVICES_MAX) {
        return NULL;
    }
    struct device_now *now = &snapshot->devices[snapshot->device_count++];
    *now = (struct device_now){ .role = config->role };
    memcpy(now->id, config->id, NAME_SIZE);
    memcpy(now->bus, bus->id, NAME_SIZE);
    return now;
}
