#include "devices/bus.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "devices/device.h"
#include "devices/line.h"
#include "devices/rtu.h"

enum { RETRY_FIRST_US = 200000, RETRY_MOST_US = 2000000, LATENCY_STEP_US = 100 };

struct mailbox {
    bool is_full;
    struct image image;
};

struct bus {
    struct bus_config config;
    struct bus_callbacks callbacks;
    pthread_t thread;
    int stop_fd, wake_fd;
    atomic_bool has_mail;

    pthread_mutex_t mutex; /* guards what follows, up to the blank line */
    struct mailbox mailboxes[BUS_DEVICES_MAX];
    struct bus_stats stats;

    struct line line; /* the thread's own, as all below */
    struct rtu *rtu;
    bool is_down_told;
    bool is_echo_told;
    int64_t retry_us, raise_us; /* pause between tries to open the line; the next try */
    struct schedule schedule;
    struct device devices[BUS_DEVICES_MAX];
};

static void bus_init(struct bus *bus, const struct bus_config *config,
                     const struct bus_callbacks *callbacks);
static bool bus_start(struct bus *bus);
static void bus_free(struct bus *bus);
static void *bus_run(void *context);
static void bus_raise(struct bus *bus);
static void bus_fall(struct bus *bus);
static void bus_tell(struct bus *bus, enum report_kind kind, const char *what);
static bool bus_step(struct bus *bus);
static bool bus_exchange(struct bus *bus, struct device *device, enum ask ask,
                         const struct rtu_request *request);
static void bus_take_mail(struct bus *bus);
static void bus_count(struct bus *bus, const struct device *device,
                      const struct rtu_result *result);
static void bus_count_device(struct device_stats *stats, const struct device *device,
                             const struct rtu_result *result);
static void bus_hear_echo(struct bus *bus, const struct rtu_result *result);
static bool bus_wait(struct bus *bus, int64_t until_us);
static const char *protocol_word(enum bus_protocol protocol);

struct bus *bus_open(const struct bus_config *config, const struct bus_callbacks *callbacks) {
    assert(config->device_count <= BUS_DEVICES_MAX);
    struct bus *bus = calloc(1, sizeof *bus);
    if (bus == NULL) {
        return NULL;
    }
    bus_init(bus, config, callbacks);
    if (bus->stop_fd < 0 || bus->wake_fd < 0 || !bus_start(bus)) {
        bus_free(bus);
        return NULL;
    }
    return bus;
}

void bus_close(struct bus *bus) {
    if (bus == NULL) {
        return;
    }
    uint64_t one = 1;
    ssize_t written = write(bus->stop_fd, &one, sizeof one);
    assert(written == sizeof one);
    pthread_join(bus->thread, NULL);
    bus_free(bus);
}

void bus_show(struct bus *bus, unsigned device, const struct image *image) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->mutex);
    struct mailbox *mailbox = &bus->mailboxes[device];
    enum image_rank rank = image->rank;
    /* A call that was not taken out yet is still a call when the newest image only counts people. */
    if (mailbox->is_full && mailbox->image.rank < rank) {
        rank = mailbox->image.rank;
    }
    mailbox->image = *image;
    mailbox->image.rank = rank;
    mailbox->is_full = true;
    pthread_mutex_unlock(&bus->mutex);
    atomic_store(&bus->has_mail, true);
    uint64_t one = 1;
    ssize_t written = write(bus->wake_fd, &one, sizeof one);
    (void)written; /* A full counter wakes as well. */
}

void bus_read_stats(struct bus *bus, struct bus_stats *stats) {
    pthread_mutex_lock(&bus->mutex);
    *stats = bus->stats;
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_init(struct bus *bus, const struct bus_config *config,
                     const struct bus_callbacks *callbacks) {
    bus->config = *config;
    bus->callbacks = *callbacks;
    bus->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bus->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&bus->mutex, NULL);
    bus->retry_us = RETRY_FIRST_US;
    bus->schedule.count = config->device_count;
    bus->stats.device_count = config->device_count;
    bus->stats.since_us = (uint64_t)line_now_us();
    line_init(&bus->line, &config->line, bus->stop_fd);
    for (unsigned i = 0; i < config->device_count; i++) {
        struct device *device = &bus->devices[i];
        device_init(device, &bus->config.devices[i], &bus->schedule.items[i]);
        device->bus_id = bus->config.id;
        device->callbacks = &bus->callbacks;
    }
}

/* The thread takes no signals: they belong to the program's loop, and SIGPIPE to nobody. */
static bool bus_start(struct bus *bus) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&bus->thread, NULL, bus_run, bus);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

static void bus_free(struct bus *bus) {
    if (bus->stop_fd >= 0) {
        close(bus->stop_fd);
    }
    if (bus->wake_fd >= 0) {
        close(bus->wake_fd);
    }
    pthread_mutex_destroy(&bus->mutex);
    free(bus);
}

static void *bus_run(void *context) {
    struct bus *bus = context;
    /* The kernel lets timers of ordinary threads lag by 50 us, as much as half a character. */
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    bool goes_on = true;
    while (goes_on) {
        bus_take_mail(bus);
        if (bus->rtu != NULL) {
            goes_on = bus_step(bus);
        } else if (line_now_us() >= bus->raise_us) {
            bus_raise(bus);
        } else {
            goes_on = bus_wait(bus, bus->raise_us);
        }
    }
    rtu_close(bus->rtu);
    line_close(&bus->line);
    return NULL;
}

/* Tries to open the line. */
static void bus_raise(struct bus *bus) {
    if (bus->config.protocol != PROTOCOL_MODBUS_RTU) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "protocol %s is not built yet",
                 protocol_word(bus->config.protocol));
        line_lose(&bus->line, what);
    } else if (line_open(&bus->line) == HALL_OK) {
        bus->rtu = rtu_open(&bus->line);
        if (bus->rtu == NULL) {
            line_lose(&bus->line, "no memory");
            line_close(&bus->line);
        }
    }
    if (bus->rtu == NULL) {
        if (!bus->is_down_told) {
            bus_tell(bus, REPORT_BUS_DOWN, bus->line.what);
        }
        bus->is_down_told = true;
        bus->raise_us = line_now_us() + bus->retry_us;
        bus->retry_us = 2 * bus->retry_us > RETRY_MOST_US ? RETRY_MOST_US : 2 * bus->retry_us;
        return;
    }
    bus->is_down_told = false;
    bus->retry_us = RETRY_FIRST_US;
    schedule_reset(&bus->schedule, line_now_us());
    bus_tell(bus, REPORT_BUS_UP, bus->line.warning);
}

/* The line went away, and all its devices with it. */
static void bus_fall(struct bus *bus) {
    int64_t now_us = line_now_us();
    rtu_close(bus->rtu);
    bus->rtu = NULL;
    line_close(&bus->line);
    bus_tell(bus, REPORT_BUS_DOWN, bus->line.what);
    bus->is_down_told = true;
    bus->raise_us = now_us + bus->retry_us;
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        if (!bus->devices[i].is_away) {
            device_lose(&bus->devices[i], "the line is lost", now_us);
        }
    }
    pthread_mutex_lock(&bus->mutex);
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        bus->stats.devices[i].is_online = false;
        memcpy(bus->stats.devices[i].what, device_what(&bus->devices[i]), WHAT_SIZE);
    }
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_tell(struct bus *bus, enum report_kind kind, const char *what) {
    struct device_report report = { .kind = kind, .mono_us = line_now_us() };
    char text[3 * WHAT_SIZE];
    snprintf(report.bus, sizeof report.bus, "%s", bus->config.id);
    snprintf(report.what, sizeof report.what, "%.*s", WHAT_SIZE - 1, what);
    pthread_mutex_lock(&bus->mutex);
    bus->stats.is_up = kind == REPORT_BUS_UP;
    memcpy(bus->stats.what, report.what, sizeof bus->stats.what);
    pthread_mutex_unlock(&bus->mutex);
    snprintf(text, sizeof text, "bus %s: %s%s%s", bus->config.id,
             kind == REPORT_BUS_UP ? "up" : "down", what[0] == '\0' ? "" : ": ", what);
    bus->callbacks.log(bus->callbacks.context, kind == REPORT_BUS_UP ? LOG_NOTICE : LOG_ERR, text);
    bus->callbacks.report(bus->callbacks.context, &report);
}

/* One exchange, or a wait until something falls due. False when the bus is to stop. */
static bool bus_step(struct bus *bus) {
    int64_t now_us = line_now_us();
    struct choice choice = schedule_next(&bus->schedule, now_us);
    if (choice.ask == ASK_NOTHING) {
        return bus_wait(bus, choice.wake_us);
    }
    struct device *device = &bus->devices[choice.device];
    struct rtu_request request;
    return !device_ask(device, choice.ask, now_us, &request) ||
           bus_exchange(bus, device, choice.ask, &request);
}

static bool bus_exchange(struct bus *bus, struct device *device, enum ask ask,
                         const struct rtu_request *request) {
    struct rtu_result result;
    int64_t drain_us = (int64_t)device->config->profile->answer_ms * 1000;
    int64_t answer_us = schedule_answer_us(device->item, drain_us);
    int64_t began_us = line_now_us();
    rtu_ask(bus->rtu, request, answer_us, drain_us, &result);
    if (result.outcome == RTU_STOPPED) {
        return false;
    }
    if (result.outcome == RTU_GONE) {
        bus_fall(bus);
        return true;
    }
    device_hear(device, ask, request, &result);
    if (ask == ASK_PROBE) {
        schedule_spend(&bus->schedule, line_now_us() - began_us);
    } else if (ask == ASK_PULSE && result.outcome == RTU_ANSWER) {
        unsigned place = (unsigned)(device - bus->devices);
        schedule_learn(&bus->schedule, place, result.done_us - began_us);
    }
    bus_hear_echo(bus, &result);
    bus_count(bus, device, &result);
    return true;
}

static void bus_take_mail(struct bus *bus) {
    if (!atomic_exchange(&bus->has_mail, false)) {
        return;
    }
    uint64_t ignored;
    ssize_t got = read(bus->wake_fd, &ignored, sizeof ignored);
    (void)got;
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        struct image image;
        pthread_mutex_lock(&bus->mutex);
        bool is_full = bus->mailboxes[i].is_full;
        if (is_full) {
            image = bus->mailboxes[i].image;
            bus->mailboxes[i].is_full = false;
        }
        pthread_mutex_unlock(&bus->mutex);
        if (is_full) {
            device_show(&bus->devices[i], &image, line_now_us());
        }
    }
}

static void bus_count(struct bus *bus, const struct device *device,
                      const struct rtu_result *result) {
    pthread_mutex_lock(&bus->mutex);
    bus->stats.busy_us += (uint64_t)result->busy_us;
    bus->stats.stray_bytes = bus->line.stray_bytes;
    bus_count_device(&bus->stats.devices[device - bus->devices], device, result);
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_count_device(struct device_stats *stats, const struct device *device,
                             const struct rtu_result *result) {
    stats->requests++;
    stats->misfits += result->misfits;
    stats->is_online = !device->is_away;
    stats->is_faulted =
        device->is_alien || device->is_refusing || device->is_unshown || device->status != 0;
    memcpy(stats->what, device_what(device), sizeof stats->what);
    stats->firmware = device->firmware;
    stats->boots = device->boots;
    stats->serial = device->serial;
    stats->images = device->images;
    switch (result->outcome) {
    case RTU_ANSWER:
    case RTU_EXCEPTION:
        stats->answers++;
        stats->last_answer_us = result->done_us;
        break;
    case RTU_NO_ANSWER:
        stats->timeouts++;
        return;
    case RTU_MANGLED:
        stats->crc_errors++;
        return;
    case RTU_GONE:
    case RTU_STOPPED:
        return;
    }
    int64_t took_us = result->done_us - result->sent_us;
    unsigned bucket = 0;
    while (bucket + 1 < LATENCY_BUCKETS && took_us >= (int64_t)LATENCY_STEP_US << bucket) {
        bucket++;
    }
    stats->latency[bucket]++;
}

static void bus_hear_echo(struct bus *bus, const struct rtu_result *result) {
    if (!result->has_echo || bus->is_echo_told) {
        return;
    }
    static const char what[] = "echo: the line gives back what is sent; switch the adapter's "
                               "receiver off while it sends";
    bus->is_echo_told = true;
    pthread_mutex_lock(&bus->mutex);
    snprintf(bus->stats.what, sizeof bus->stats.what, "%s", what);
    pthread_mutex_unlock(&bus->mutex);
    bus->callbacks.log(bus->callbacks.context, LOG_WARNING, what);
}

/* Waits for `until_us` or mail. False when the bus is to stop. */
static bool bus_wait(struct bus *bus, int64_t until_us) {
    struct pollfd polls[2] = { { .fd = bus->stop_fd, .events = POLLIN },
                               { .fd = bus->wake_fd, .events = POLLIN } };
    int64_t left_us = until_us - line_now_us();
    struct timespec left = { 0, 0 };
    if (left_us > 0) {
        left = (struct timespec){ left_us / 1000000, left_us % 1000000 * 1000 };
    }
    ppoll(polls, 2, &left, NULL);
    return polls[0].revents == 0;
}

static const char *protocol_word(enum bus_protocol protocol) {
    static const char *const words[] = { "none",  "modbus-rtu", "modbus-tcp", "ff68",  "onbon",
                                         "alpha", "syn6288",    "xfs5152",    "escpos" };
    return words[protocol];
}
