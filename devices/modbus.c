#include "devices/modbus.h"

#include <string.h>

#include "devices/device.h"
#include "devices/rtu.h"
#include "devices/tcp.h"
#include "devices/wiring.h"

enum {
    /* A server that was heard and then lets nothing through for so long is taken for half dead: opened anew. */
    STALE_US = 5000000
};

struct modbus {
    struct link *link;
    struct rtu *rtu; /* one of these two, while the line is open */
    struct tcp *tcp;
    uint64_t heard_bytes; /* of the line, when it was last looked at, */
    int64_t heard_us;     /* and when it was more than before; 0 never since it was opened */
    struct wiring wiring;
    struct schedule schedule;
    struct device devices[BUS_DEVICES_MAX];
};

static void modbus_init(void *state, struct link *link);
static bool modbus_rise(void *state);
static void modbus_fall(void *state, bool is_end, int64_t now_us);
static void modbus_show(void *state, unsigned device, const struct image *image, int64_t now_us);
static enum hall_error modbus_step(void *state);
static enum hall_error modbus_exchange(struct modbus *modbus, struct device *device, enum ask ask,
                                       const struct rtu_request *request);
static void modbus_ask(struct modbus *modbus, const struct rtu_request *request, int64_t answer_us,
                       int64_t drain_us, struct rtu_result *result);
static bool modbus_is_stale(struct modbus *modbus, int64_t now_us);
static void modbus_lose_all(struct modbus *modbus, int64_t now_us);
static void modbus_diagnose(struct modbus *modbus, unsigned device,
                            const struct rtu_result *result);
static enum sample sample_of(const struct rtu_result *result);
static void modbus_count(struct modbus *modbus, const struct device *device,
                         const struct rtu_result *result);
static void stats_fill(struct device_stats *stats, const struct device *device,
                       const struct rtu_result *result);

const struct driver MODBUS_DRIVER = { .size = sizeof(struct modbus),
                                      .init = modbus_init,
                                      .rise = modbus_rise,
                                      .fall = modbus_fall,
                                      .show = modbus_show,
                                      .step = modbus_step };

static void modbus_init(void *state, struct link *link) {
    struct modbus *modbus = state;
    modbus->link = link;
    modbus->schedule.count = link->config->device_count;
    wiring_init(&modbus->wiring, link);
    for (unsigned i = 0; i < link->config->device_count; i++) {
        struct device *device = &modbus->devices[i];
        device_init(device, &link->config->devices[i], &modbus->schedule.items[i]);
        device->bus_id = link->config->id;
        device->callbacks = link->callbacks;
    }
}

static bool modbus_rise(void *state) {
    struct modbus *modbus = state;
    struct line *line = modbus->link->line;
    bool is_tcp = modbus->link->config->protocol == PROTOCOL_MODBUS_TCP;
    modbus->tcp = is_tcp ? tcp_open(line) : NULL;
    modbus->rtu = is_tcp ? NULL : rtu_open(line);
    modbus->heard_bytes = line->heard_bytes;
    modbus->heard_us = 0;
    wiring_rise(&modbus->wiring);
    schedule_reset(&modbus->schedule, line_now_us());
    return modbus->tcp != NULL || modbus->rtu != NULL;
}

static void modbus_fall(void *state, bool is_end, int64_t now_us) {
    struct modbus *modbus = state;
    rtu_close(modbus->rtu);
    tcp_close(modbus->tcp);
    modbus->rtu = NULL;
    modbus->tcp = NULL;
    if (!is_end) {
        modbus_lose_all(modbus, now_us);
    }
}

static void modbus_show(void *state, unsigned device, const struct image *image, int64_t now_us) {
    struct modbus *modbus = state;
    device_show(&modbus->devices[device], image, now_us);
}

static enum hall_error modbus_step(void *state) {
    struct modbus *modbus = state;
    int64_t ready_us = line_ready_us(modbus->link->line);
    int64_t now_us = line_now_us();
    /* Chosen only when the wire is free: an image that comes during the silence need not wait for a whole exchange. */
    if (modbus->tcp == NULL && now_us < ready_us) {
        return link_wait_exactly(modbus->link, ready_us) ? HALL_OK : HALL_BUSY;
    }
    struct choice choice = schedule_next(&modbus->schedule, now_us);
    if (choice.ask == ASK_NOTHING) {
        return link_wait(modbus->link, choice.wake_us) ? HALL_OK : HALL_BUSY;
    }
    struct device *device = &modbus->devices[choice.device];
    struct rtu_request request;
    if (!device_ask(device, choice.ask, now_us, &request)) {
        return HALL_OK;
    }
    return modbus_exchange(modbus, device, choice.ask, &request);
}

static enum hall_error modbus_exchange(struct modbus *modbus, struct device *device, enum ask ask,
                                       const struct rtu_request *request) {
    struct rtu_result result;
    int64_t drain_us = (int64_t)device->config->profile->answer_ms * 1000;
    int64_t answer_us = schedule_answer_us(device->item, drain_us);
    int64_t began_us = line_now_us();
    modbus_ask(modbus, request, answer_us, drain_us, &result);
    if (result.outcome == RTU_STOPPED) {
        return HALL_BUSY;
    }
    if (result.outcome == RTU_GONE) {
        return HALL_GONE;
    }
    unsigned place = (unsigned)(device - modbus->devices);
    device_hear(device, ask, request, &result);
    if (ask == ASK_PROBE) {
        schedule_spend(&modbus->schedule, line_now_us() - began_us);
    } else if (ask == ASK_PULSE && result.outcome == RTU_ANSWER) {
        int64_t silence_us = modbus->tcp == NULL ? modbus->link->line->silence_us : 0;
        schedule_learn(&modbus->schedule, place, result.done_us - began_us + silence_us);
    }
    modbus_diagnose(modbus, place, &result);
    modbus_count(modbus, device, &result);
    return modbus_is_stale(modbus, result.done_us) ? HALL_GONE : HALL_OK;
}

/* The one place where the two ways differ. */
static void modbus_ask(struct modbus *modbus, const struct rtu_request *request, int64_t answer_us,
                       int64_t drain_us, struct rtu_result *result) {
    if (modbus->tcp != NULL) {
        tcp_ask(modbus->tcp, request, answer_us, result);
    } else {
        rtu_ask(modbus->rtu, request, answer_us, drain_us, result);
    }
}

/*
 * A connection whose other end takes requests and gives nothing any more looks like a line of dead devices. It is opened
 * anew once; if that helps nothing, the devices are dead, and it is left alone.
 */
static bool modbus_is_stale(struct modbus *modbus, int64_t now_us) {
    struct line *line = modbus->link->line;
    if (line->heard_bytes != modbus->heard_bytes) {
        modbus->heard_bytes = line->heard_bytes;
        modbus->heard_us = now_us;
    }
    if (!line_is_network(&line->settings) || modbus->heard_us == 0 ||
        now_us - modbus->heard_us < STALE_US) {
        return false;
    }
    line_lose(line, "nothing comes through this connection any more: it is opened anew");
    return true;
}

static void modbus_lose_all(struct modbus *modbus, int64_t now_us) {
    unsigned count = modbus->link->config->device_count;
    for (unsigned i = 0; i < count; i++) {
        if (!modbus->devices[i].is_away) {
            device_lose(&modbus->devices[i], "the line is lost", now_us);
        }
    }
    struct bus_stats *stats = link_lock(modbus->link);
    for (unsigned i = 0; i < count; i++) {
        stats->devices[i].is_online = false;
        memcpy(stats->devices[i].what, modbus->devices[i].lost, WHAT_SIZE);
    }
    link_unlock(modbus->link);
}

static void modbus_diagnose(struct modbus *modbus, unsigned device,
                            const struct rtu_result *result) {
    struct diagnosis_note note = { .device = device,
                                   .sample = sample_of(result),
                                   .has_echo = result->has_echo,
                                   .noise = result->has_frame ? 0 : result->strays,
                                   .has_second = result->has_second,
                                   .sent_us = result->sent_us,
                                   .at_us = result->done_us };
    wiring_note(&modbus->wiring, &note);
}

static enum sample sample_of(const struct rtu_result *result) {
    if (result->outcome == RTU_ANSWER || result->outcome == RTU_EXCEPTION) {
        return SAMPLE_GOOD;
    }
    if (result->heard == 0) {
        return SAMPLE_SILENT;
    }
    return result->misfits > 0 && result->outcome != RTU_MANGLED ? SAMPLE_FOREIGN : SAMPLE_GARBLED;
}

static void modbus_count(struct modbus *modbus, const struct device *device,
                         const struct rtu_result *result) {
    struct bus_stats *stats = link_lock(modbus->link);
    stats->busy_us += (uint64_t)result->busy_us;
    stats->stray_bytes = modbus->link->line->stray_bytes;
    stats_fill(&stats->devices[device - modbus->devices], device, result);
    link_unlock(modbus->link);
}

static void stats_fill(struct device_stats *stats, const struct device *device,
                       const struct rtu_result *result) {
    stats->requests++;
    stats->misfits += result->misfits;
    stats->is_faulted =
        device->is_alien || device->is_refusing || device->is_unshown || device->status != 0;
    memcpy(stats->what, device_what(device), sizeof stats->what);
    stats->firmware = device->firmware;
    stats->serial = device->serial;
    stats->images = device->images;
    switch (result->outcome) {
    case RTU_ANSWER:
    case RTU_EXCEPTION:
        link_count_answer(stats, result->done_us - result->sent_us);
        break;
    case RTU_NO_ANSWER:
        stats->timeouts++;
        break;
    case RTU_MANGLED:
        stats->crc_errors++;
        break;
    case RTU_GONE:
    case RTU_STOPPED:
        break;
    }
    stats->is_online = !device->is_away;
}
