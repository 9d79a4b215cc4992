#include "devices/bus.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "devices/driver.h"
#include "devices/usage.h"

enum {
    STOOD_US = 3000000, /* a line that was open for so long is no line that falls at once */
    MINUTE_US = 60000000,
    RETRY_FIRST_US = 200000,
    RETRY_MOST_US = 2000000,
    LATENCY_STEP_US = 100,
    LATE_MOST_US = 150
};

struct mailbox {
    bool is_full;
    struct image image;
};

struct bus {
    struct bus_config config;
    struct bus_callbacks callbacks;
    pthread_t thread;
    int stop_fd, wake_fd; /* wake_fd can be read while a mailbox may be full */

    pthread_mutex_t mutex; /* guards what follows, up to the blank line */
    struct mailbox mailboxes[BUS_DEVICES_MAX];
    struct bus_stats stats;
    struct usage usage;
    uint64_t used_us; /* of stats.busy_us, in `usage` already */

    struct line line;            /* the thread's own, as all below */
    const struct driver *driver; /* NULL: no protocol is given, the bus stays down */
    void *state;
    struct link link;
    bool is_up;
    bool is_down_told;
    bool is_doubted; /* it fell at once when it was last opened: up is told once it proves itself */
    bool is_proven;
    int64_t rose_us;
    uint64_t heard_bytes;       /* by then */
    int64_t retry_us, raise_us; /* pause between tries to open the line; the next try */
    int64_t
        late_us; /* how much later than asked the system wakes this thread: its running median */
};

static void bus_init(struct bus *bus, const struct bus_config *config,
                     const struct bus_callbacks *callbacks);
static void init_lock(pthread_mutex_t *lock);
static bool bus_start(struct bus *bus);
static void bus_free(struct bus *bus);
static void *bus_run(void *context);
static void bus_raise(struct bus *bus);
static void bus_rise(struct bus *bus);
static void bus_prove(struct bus *bus);
static void bus_fall(struct bus *bus);
static void bus_say_down(struct bus *bus);
static void bus_miss(struct bus *bus);
static void bus_use(struct bus *bus);
static void bus_tell(struct bus *bus, enum report_kind kind, const char *what);
static bool bus_step(struct bus *bus);
static void bus_take_mail(struct bus *bus);
static bool bus_sleep(struct bus *bus, int64_t until_us, bool hears_line);

struct bus *bus_open(const struct bus_config *config, const struct bus_callbacks *callbacks) {
    assert(config->device_count <= BUS_DEVICES_MAX);
    struct bus *bus = calloc(1, sizeof *bus);
    if (bus == NULL) {
        return NULL;
    }
    bus_init(bus, config, callbacks);
    bool is_whole = bus->driver == NULL || bus->state != NULL;
    if (bus->stop_fd < 0 || bus->wake_fd < 0 || !is_whole || !bus_start(bus)) {
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
    uint64_t one = 1;
    ssize_t written = write(bus->wake_fd, &one, sizeof one);
    (void)written; /* A full counter wakes as well. */
}

void bus_read_stats(struct bus *bus, struct bus_stats *stats) {
    pthread_mutex_lock(&bus->mutex);
    int64_t now_us = line_now_us();
    uint64_t lived_us = (uint64_t)now_us - bus->stats.since_us;
    bus->stats.busy_minute_us = usage_minute(&bus->usage, now_us);
    bus->stats.minute_us = lived_us < MINUTE_US ? lived_us : MINUTE_US;
    *stats = bus->stats;
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_init(struct bus *bus, const struct bus_config *config,
                     const struct bus_callbacks *callbacks) {
    bus->config = *config;
    bus->callbacks = *callbacks;
    bus->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bus->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    init_lock(&bus->mutex);
    bus->retry_us = RETRY_FIRST_US;
    bus->stats.device_count = config->device_count;
    bus->stats.since_us = (uint64_t)line_now_us();
    line_init(&bus->line, &config->line, bus->stop_fd);
    bus->link = (struct link){
        .config = &bus->config, .callbacks = &bus->callbacks, .line = &bus->line, .bus = bus
    };
    bus->driver = driver_of(config->protocol);
    if (bus->driver == NULL) {
        return;
    }
    bus->state = calloc(1, bus->driver->size);
    if (bus->state != NULL) {
        bus->driver->init(bus->state, &bus->link);
    }
}

/* Who holds the lock is lifted to the bus's priority, else a busy machine would hold up a line by milliseconds. */
static void init_lock(pthread_mutex_t *lock) {
    pthread_mutexattr_t attributes;
    bool has_attributes = pthread_mutexattr_init(&attributes) == 0;
    if (has_attributes) {
        (void)pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    }
    pthread_mutex_init(lock, has_attributes ? &attributes : NULL);
    if (has_attributes) {
        pthread_mutexattr_destroy(&attributes);
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
    free(bus->state);
    free(bus);
}

static void *bus_run(void *context) {
    struct bus *bus = context;
    /* The kernel lets timers of ordinary threads lag by 50 us, as much as half a character. */
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    /* It runs for a fiftieth of the time, and a line that waits for its turn behind other programs stands still. */
    const struct sched_param priority = { .sched_priority = 1 };
    (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    bool goes_on = true;
    while (goes_on) {
        bus_take_mail(bus);
        if (bus->is_up) {
            goes_on = bus_step(bus);
        } else if (line_now_us() >= bus->raise_us) {
            bus_raise(bus);
        } else {
            goes_on = bus_sleep(bus, bus->raise_us, false);
        }
    }
    if (bus->is_up) {
        bus->driver->fall(bus->state, true, line_now_us());
    }
    line_close(&bus->line);
    return NULL;
}

/* Tries to open the line. */
static void bus_raise(struct bus *bus) {
    if (bus->driver == NULL) {
        line_lose(&bus->line, "no protocol");
    } else if (line_open(&bus->line) == HALL_OK) {
        bus->is_up = bus->driver->rise(bus->state);
        if (!bus->is_up) {
            line_lose(&bus->line, "no memory");
            line_close(&bus->line);
        }
    }
    if (!bus->is_up) {
        bus_say_down(bus);
        bus_miss(bus);
        return;
    }
    bus->is_proven = false;
    bus->rose_us = line_now_us();
    bus->heard_bytes = bus->line.heard_bytes;
    if (!bus->is_doubted) {
        bus_rise(bus);
    }
}

/* Told once, however often it is tried; the newest reason is shown all the same. */
static void bus_say_down(struct bus *bus) {
    if (!bus->is_down_told) {
        bus->is_down_told = true;
        bus_tell(bus, REPORT_BUS_DOWN, bus->line.what);
        return;
    }
    pthread_mutex_lock(&bus->mutex);
    memcpy(bus->stats.what, bus->line.what, sizeof bus->stats.what);
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_miss(struct bus *bus) {
    bus->raise_us = line_now_us() + bus->retry_us;
    bus->retry_us = 2 * bus->retry_us > RETRY_MOST_US ? RETRY_MOST_US : 2 * bus->retry_us;
}

static void bus_rise(struct bus *bus) {
    bus->is_down_told = bus->is_doubted = false;
    bus_tell(bus, REPORT_BUS_UP, bus->line.warning);
}

/* Something came and was no reason to give the line up, or it has stood for a while. */
static void bus_prove(struct bus *bus) {
    if (bus->is_proven ||
        (bus->line.heard_bytes == bus->heard_bytes && line_now_us() - bus->rose_us < STOOD_US)) {
        return;
    }
    bus->is_proven = true;
    bus->retry_us = RETRY_FIRST_US;
    if (bus->is_doubted) {
        bus_rise(bus);
    }
}

/*
 * The line went away, and all its devices with it. One that falls as soon as it is opened (a serial server that has its
 * one client already) is told once, not at each try.
 */
static void bus_fall(struct bus *bus) {
    bus->is_up = false;
    bus->is_doubted = !bus->is_proven;
    line_close(&bus->line);
    if (bus->line.heard_bytes == bus->heard_bytes && bus->is_doubted &&
        line_is_network(&bus->config.line)) {
        line_lose(&bus->line, "the other side closes the connection at once: is another client "
                              "connected, or is it no serial server?");
    }
    bus_say_down(bus);
    bus_miss(bus);
    bus->driver->fall(bus->state, false, line_now_us());
}

static void bus_tell(struct bus *bus, enum report_kind kind, const char *what) {
    struct device_report report = { .kind = kind, .mono_us = line_now_us() };
    char text[3 * WHAT_SIZE];
    snprintf(report.bus, sizeof report.bus, "%s", bus->config.id);
    snprintf(report.what, sizeof report.what, "%.*s", WHAT_SIZE - 1, what);
    pthread_mutex_lock(&bus->mutex);
    bus->stats.is_up = kind == REPORT_BUS_UP;
    bus->stats.is_ill = false;
    memcpy(bus->stats.what, report.what, sizeof bus->stats.what);
    pthread_mutex_unlock(&bus->mutex);
    snprintf(text, sizeof text, "bus %s: %s%s%s", bus->config.id,
             kind == REPORT_BUS_UP ? "up" : "down", what[0] == '\0' ? "" : ": ", what);
    bus->callbacks.log(bus->callbacks.context, kind == REPORT_BUS_UP ? LOG_NOTICE : LOG_ERR, text);
    bus->callbacks.report(bus->callbacks.context, &report);
}

/* False when the bus is to stop. */
static bool bus_step(struct bus *bus) {
    enum hall_error error = bus->driver->step(bus->state);
    bus_use(bus);
    if (error == HALL_GONE) {
        bus_fall(bus);
        return true;
    }
    bus_prove(bus);
    return error != HALL_BUSY;
}

/* Drivers count the wire time that they use; here it is put into its second. */
static void bus_use(struct bus *bus) {
    pthread_mutex_lock(&bus->mutex);
    usage_add(&bus->usage, line_now_us(), bus->stats.busy_us - bus->used_us);
    bus->used_us = bus->stats.busy_us;
    pthread_mutex_unlock(&bus->mutex);
}

static void bus_take_mail(struct bus *bus) {
    uint64_t shown;
    if (read(bus->wake_fd, &shown, sizeof shown) != sizeof shown) {
        return;
    }
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        struct image image;
        pthread_mutex_lock(&bus->mutex);
        bool is_full = bus->mailboxes[i].is_full;
        if (is_full) {
            image = bus->mailboxes[i].image;
            bus->mailboxes[i].is_full = false;
        }
        pthread_mutex_unlock(&bus->mutex);
        if (is_full && bus->driver != NULL) {
            bus->driver->show(bus->state, i, &image, line_now_us());
        }
    }
}

static bool bus_sleep(struct bus *bus, int64_t until_us, bool hears_line) {
    struct pollfd polls[3] = { { .fd = bus->stop_fd, .events = POLLIN },
                               { .fd = bus->wake_fd, .events = POLLIN },
                               { .fd = bus->line.fd, .events = POLLIN } };
    int64_t left_us = until_us - line_now_us();
    struct timespec left = { 0, 0 };
    if (left_us > 0) {
        left = (struct timespec){ left_us / 1000000, left_us % 1000000 * 1000 };
    }
    ppoll(polls, hears_line ? 3 : 2, &left, NULL);
    return polls[0].revents == 0;
}

bool link_wait(struct link *link, int64_t until_us) {
    return bus_sleep(link->bus, until_us, false);
}

/*
 * The system wakes a sleeper late, on a virtual machine by a tenth of a millisecond, at every request. So it is asked to
 * wake us so much sooner, and the little that is left is waited out awake. By the median, so that half of all requests
 * wait for nothing: the few that come very late draw the mean up, and would have all the others wait awake for it.
 */
bool link_wait_exactly(struct link *link, int64_t until_us) {
    struct bus *bus = link->bus;
    int64_t asked_us = until_us - bus->late_us;
    if (line_now_us() < asked_us) {
        bool goes_on = bus_sleep(bus, asked_us, false);
        int64_t late_us = line_now_us() - asked_us;
        if (!goes_on || late_us < 0) {
            return goes_on;
        }
        bus->late_us += late_us > bus->late_us && bus->late_us < LATE_MOST_US ? 1 : 0;
        bus->late_us -= late_us < bus->late_us ? 1 : 0;
    }
    while (line_now_us() < until_us) {
    }
    return true;
}

bool link_listen(struct link *link, int64_t until_us) {
    return bus_sleep(link->bus, until_us, true);
}

struct bus_stats *link_lock(struct link *link) {
    pthread_mutex_lock(&link->bus->mutex);
    return &link->bus->stats;
}

void link_unlock(struct link *link) {
    pthread_mutex_unlock(&link->bus->mutex);
}

void link_warn(struct link *link, const char *what) {
    char text[2 * WHAT_SIZE];
    struct bus_stats *stats = link_lock(link);
    stats->is_ill = true;
    snprintf(stats->what, sizeof stats->what, "%s", what);
    link_unlock(link);
    snprintf(text, sizeof text, "bus %s: %s", link->config->id, what);
    link->callbacks->log(link->callbacks->context, LOG_WARNING, text);
}

void link_clear(struct link *link) {
    char text[2 * WHAT_SIZE];
    struct bus_stats *stats = link_lock(link);
    stats->is_ill = false;
    snprintf(stats->what, sizeof stats->what, "%.*s", WHAT_SIZE - 1, link->line->warning);
    link_unlock(link);
    snprintf(text, sizeof text, "bus %s: well again", link->config->id);
    link->callbacks->log(link->callbacks->context, LOG_NOTICE, text);
}

void link_count_answer(struct device_stats *stats, int64_t took_us) {
    unsigned bucket = 0;
    while (bucket + 1 < LATENCY_BUCKETS && took_us >= (int64_t)LATENCY_STEP_US << bucket) {
        bucket++;
    }
    stats->answers++;
    stats->latency[bucket]++;
    stats->latency_us += (uint64_t)took_us;
    int64_t now_us = line_now_us();
    uint64_t pause_us = (uint64_t)(now_us - stats->last_answer_us);
    if (stats->is_online && stats->last_answer_us != 0 && pause_us > stats->longest_pause_us) {
        stats->longest_pause_us = pause_us;
    }
    stats->last_answer_us = now_us;
}
