#include "controller/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "controller/loop_private.h"
#include "controller/password.h"
#include "controller/wall.h"
#include "controller/zone.h"

static enum hall_error open_all(struct loop *loop, char *fault);
static enum hall_error as_outside(enum hall_error error);
static enum hall_error as_stores(enum hall_error error);
static enum hall_error open_parts(struct loop *loop, char *fault);
static enum hall_error open_store(struct loop *loop, char *fault);
static enum hall_error open_doors(struct loop *loop, char *fault);
static enum hall_error begin_journal(struct loop *loop, char *fault);
static enum hall_error make_first_admin(struct loop *loop, char *fault);
static sigset_t our_signals(void);
static enum hall_error open_epoll(struct loop *loop, char *fault);
static void watch(struct loop *loop, int fd);
static void take_signals(struct loop *loop);
static void reload_by_signal(struct loop *loop);
static void tidy(struct loop *loop);
static void close_worker(struct worker **worker);
static void drain(struct loop *loop);
static void free_parts(struct loop *loop);
static void log_bus(void *context, int level, const char *text);

enum hall_error loop_open(struct config *config, struct loop **out, char *fault) {
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        config_free(config);
        return HALL_IO;
    }
    loop->config = config;
    loop->epoll_fd = -1;
    loop->signal_fd = -1;
    enum hall_error error = open_all(loop, fault);
    if (error != HALL_OK) {
        loop_close(loop);
        return error;
    }
    *out = loop;
    return HALL_OK;
}

void loop_run(struct loop *loop) {
    sd_notify(0, "READY=1");
    while (!loop->is_ending) {
        struct epoll_event events[8];
        int timeout_ms = round_timeout_ms(loop);
        int web_ms = web_timeout_ms(loop->web);
        if (web_ms >= 0 && web_ms < timeout_ms) {
            timeout_ms = web_ms;
        }
        (void)epoll_wait(loop->epoll_fd, events, 8, timeout_ms);
        take_signals(loop);
        web_run(loop->web);
        control_run(loop->control);
        round_run(loop);
        if (loop_mono_ms() - loop->tidied_ms >= TIDY_MS) {
            tidy(loop);
        }
    }
    sd_notify(0, "STOPPING=1");
}

/*
 * Inputs end first, then the record says so, then the back office has a second to take it; the worker ends before the
 * doors, because what it did is told through them. The store is last: the cursor goes into it.
 */
void loop_close(struct loop *loop) {
    if (loop->wires != NULL) {
        wires_close(loop->wires);
        loop->wires = NULL;
    }
    bool has_begun = loop->ledger != NULL && loop->control != NULL;
    if (has_begun) {
        struct input input = { .kind = INPUT_STOPPED, .now_ms = loop_now_ms(loop) };
        if (round_now(loop, &input) == HALL_OK && loop->uplink != NULL) {
            uplink_advance(loop->uplink, hall_seq(ledger_hall(loop->ledger)));
        }
    }
    atomic_store(&loop->is_cancelled, true);
    close_worker(&loop->copier);
    close_worker(&loop->worker);
    if (loop->inbox != NULL) {
        drain(loop);
    }
    /* Whoever still waits for an answer has the connection closed; what was committed stands in the journal. */
    uint64_t cursor = doors_close(loop);
    if (cursor != 0) {
        store_set_cursor(ledger_store(loop->ledger), cursor);
    }
    if (loop->ledger != NULL) {
        ledger_close(loop->ledger);
    }
    free_parts(loop);
}

static void close_worker(struct worker **worker) {
    if (*worker != NULL) {
        worker_close(*worker);
        *worker = NULL;
    }
}

int64_t loop_mono_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t loop_now_ms(struct loop *loop) {
    return clock_now(&loop->clock, loop_mono_ms(), wall_ms());
}

/* One line a happening on stderr, with the level in the form that journald reads. */
void loop_log(int level, const char *format, ...) {
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it */
    if (level == LOG_DEBUG && getenv("HALLQ_DEBUG") == NULL) {
        return;
    }
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (getenv("JOURNAL_STREAM") != NULL) { /* NOLINT(concurrency-mt-unsafe): nobody sets it */
        fprintf(stderr, "<%d>%s\n", level, text);
        return;
    }
    struct timespec now;
    struct tm local;
    char when[32];
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    strftime(when, sizeof when, "%H:%M:%S", &local);
    static const char *const words[] = { "emergency", "alert",  "critical", "error",
                                         "warning",   "notice", "info",     "debug" };
    fprintf(stderr, "%s.%03ld %s %s\n", when, now.tv_nsec / 1000000, words[level & 7], text);
}

/*
 * Only the store's lock means that another hallqd runs, and only the store's faults are HALL_BROKEN: whoever would start
 * hallqd again decides by that.
 */
static enum hall_error open_all(struct loop *loop, char *fault) {
    loop_log_warnings(loop->config);
    enum hall_error error = as_outside(open_parts(loop, fault));
    if (error == HALL_OK) {
        error = as_stores(open_store(loop, fault));
    }
    if (error == HALL_OK) {
        show_run(loop);
        error = as_outside(open_doors(loop, fault));
    }
    if (error == HALL_OK) {
        error = as_stores(make_first_admin(loop, fault));
    }
    if (error != HALL_OK) {
        return error;
    }
    /* Last: from here on keys are pressed. */
    loop->wires = wires_open(loop->config, loop->inbox, log_bus);
    if (loop->wires == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory");
        return HALL_IO;
    }
    show_run(loop);
    return HALL_OK;
}

static enum hall_error as_outside(enum hall_error error) {
    return error == HALL_OK || error == HALL_INVALID ? error : HALL_IO;
}

static enum hall_error as_stores(enum hall_error error) {
    return error == HALL_OK || error == HALL_INVALID || error == HALL_BUSY ? error : HALL_BROKEN;
}

static enum hall_error open_parts(struct loop *loop, char *fault) {
    zone_set(loop->config->timezone);
    password_init();
    /* Before any thread starts, so that each inherits it and only the loop takes signals. */
    sigset_t signals = our_signals();
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    loop->replay_items = malloc(REPLAY_BYTES);
    loop->snapshot = calloc(1, sizeof *loop->snapshot);
    loop->inbox = inbox_open(INBOX_CAPACITY);
    loop->forecast = forecast_open(&loop->config->limits);
    if (loop->replay_items == NULL || loop->snapshot == NULL || loop->inbox == NULL ||
        loop->forecast == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory");
        return HALL_FULL;
    }
    loop->snapshot->waiting_capacity = loop->config->limits.tickets_per_day;
    loop->snapshot->waiting =
        calloc(loop->snapshot->waiting_capacity, sizeof *loop->snapshot->waiting);
    memcpy(loop->checkpoint.path, loop->config->store_path, CONFIG_PATH_SIZE);
    loop->worker = worker_open(loop->inbox);
    loop->copier = worker_open(loop->inbox);
    if (loop->snapshot->waiting == NULL || loop->worker == NULL || loop->copier == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory or thread");
        return HALL_FULL;
    }
    return open_epoll(loop, fault);
}

static enum hall_error open_store(struct loop *loop, char *fault) {
    enum hall_error error = ledger_open(loop->config, &loop->ledger, fault);
    if (error == HALL_OK) {
        error = key_open(loop->config->key_file, &loop->key, fault);
    }
    if (error == HALL_OK) {
        key_hash_codes(&loop->key, loop->code_hashes);
        outside_begin(loop);
        error = begin_journal(loop, fault);
    }
    return error;
}

static enum hall_error open_doors(struct loop *loop, char *fault) {
    enum hall_error error = doors_open(loop, fault);
    if (error != HALL_OK) {
        return error;
    }
    int fds[2];
    unsigned count = web_fds(loop->web, fds);
    for (unsigned i = 0; i < count; i++) {
        watch(loop, fds[i]);
    }
    watch(loop, control_fd(loop->control));
    return HALL_OK;
}

/*
 * hall.started, the rules if they differ from the journal's, and a new store's first day. A day that is over ends before
 * them: the numbers that a restore was told to go on from count for today, and its tickets are no reason to refuse rules.
 */
static enum hall_error begin_journal(struct loop *loop, char *fault) {
    const struct hall *hall = ledger_hall(loop->ledger);
    outside_begin_clock(loop);
    char next[WHAT_SIZE] = "";
    store_next_numbers(ledger_store(loop->ledger), next);
    struct input input = { .kind = INPUT_STARTED,
                           .now_ms = loop_now_ms(loop),
                           .started = { .next = next[0] != 0 ? next : NULL } };
    enum hall_error error = round_end_day(loop);
    if (error == HALL_OK) {
        error = round_now(loop, &input);
    }
    if (error == HALL_OK) {
        error = loop_load_rules(loop, fault);
    }
    if (error == HALL_OK) {
        round_run(loop);
        loop_log(LOG_NOTICE, "hall %s: day %u, event %llu, era %08x", loop->config->hall_id,
                 hall_day(hall), (unsigned long long)hall_seq(hall),
                 store_era(ledger_store(loop->ledger)));
    } else if (fault[0] == 0) {
        snprintf(fault, WHAT_SIZE, "%.80s: can't be written", loop->config->store_path);
    }
    return error;
}

/* A new store has no user: one admin is made, and the password said once. */
static enum hall_error make_first_admin(struct loop *loop, char *fault) {
    struct store *store = ledger_store(loop->ledger);
    if (store_user_count(store) > 0) {
        return HALL_OK;
    }
    struct store_user user = { .name = "admin", .role = "admin" };
    char password[SECRET_SIZE];
    password_draw(password);
    if (!password_hash(password, user.hash) || store_user_put(store, &user) != HALL_OK) {
        snprintf(fault, WHAT_SIZE, "the first user can't be saved");
        return HALL_IO;
    }
    loop_log(LOG_NOTICE, "first start: log in at http%s://%s/ as admin, password %s",
             loop->config->http.tls ? "s" : "", loop->config->http.listen, password);
    return HALL_OK;
}

static sigset_t our_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    return signals;
}

static enum hall_error open_epoll(struct loop *loop, char *fault) {
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    sigset_t signals = our_signals();
    loop->signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->epoll_fd < 0 || loop->signal_fd < 0) {
        snprintf(fault, WHAT_SIZE, "no descriptor");
        return HALL_IO;
    }
    watch(loop, loop->signal_fd);
    watch(loop, inbox_fd(loop->inbox));
    return HALL_OK;
}

static void watch(struct loop *loop, int fd) {
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void take_signals(struct loop *loop) {
    struct signalfd_siginfo info;
    while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            reload_by_signal(loop);
        } else {
            loop_log(LOG_NOTICE, "stopping by signal %d", (int)info.ssi_signo);
            loop->is_ending = true;
        }
    }
}

static void reload_by_signal(struct loop *loop) {
    char *text = NULL;
    size_t size = 0;
    FILE *mistakes = open_memstream(&text, &size);
    bool is_taken = mistakes != NULL && loop_reload(loop, mistakes);
    if (mistakes != NULL) {
        fclose(mistakes);
    }
    if (!is_taken) {
        loop_log(LOG_ERR, "config: not taken, nothing changed:\n%s", text != NULL ? text : "");
    }
    free(text);
}

/* Each second: the cursor, the watchdog, the devices' health on the page. */
static void tidy(struct loop *loop) {
    loop->tidied_ms = loop_mono_ms();
    if (loop->disk.is_saved) {
        enum hall_error error = ledger_tidy(loop->ledger);
        if (error != HALL_OK) {
            outside_failed(loop, error);
        }
    }
    pins_forget_old(&loop->pins, loop->tidied_ms);
    outside_checkpoint(loop);
    forecast_read(loop->forecast, ledger_hall(loop->ledger), loop->worker,
                  loop->config->store_path);
    show_run(loop);
    doors_changed(loop);
    sd_notify(0, "WATCHDOG=1");
}

/* What the worker had done is told to whoever gave it; commands that came too late are not decided. */
static void drain(struct loop *loop) {
    struct inbox_item item;
    while (inbox_take(loop->inbox, &item)) {
        switch (item.kind) {
        case INBOX_REPORT:
            break;
        case INBOX_COMMAND:
            free(item.command.command);
            break;
        case INBOX_WORK_DONE:
            item.work.done(item.work.job);
            break;
        }
    }
}

static void free_parts(struct loop *loop) {
    if (loop->inbox != NULL) {
        inbox_close(loop->inbox);
    }
    if (loop->epoll_fd >= 0) {
        close(loop->epoll_fd);
    }
    if (loop->signal_fd >= 0) {
        close(loop->signal_fd);
    }
    if (loop->snapshot != NULL) {
        free(loop->snapshot->waiting);
    }
    if (loop->forecast != NULL) {
        forecast_close(loop->forecast);
    }
    config_free(loop->config);
    free(loop->snapshot);
    free(loop->replay_items);
    free(loop);
}

static void log_bus(void *context, int level, const char *text) {
    (void)context;
    loop_log(level, "%s", text);
}
