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
#include "controller/zone.h"

static enum hall_error open_parts(struct loop *loop, char *fault);
static enum hall_error begin_journal(struct loop *loop, char *fault);
static enum hall_error load_rules(struct loop *loop, char *fault);
static enum hall_error make_first_admin(struct loop *loop, char *fault);
static sigset_t our_signals(void);
static enum hall_error open_epoll(struct loop *loop);
static void watch(struct loop *loop, int fd);
static void take_signal(struct loop *loop);
static void tidy(struct loop *loop);
static void log_bus(void *context, int level, const char *text);

enum hall_error loop_open(struct config *config, struct loop **out, char *fault) {
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop == NULL) {
        config_free(config);
        return HALL_FULL;
    }
    loop->config = config;
    loop->wires_config = config;
    loop->epoll_fd = -1;
    loop->signal_fd = -1;
    loop->is_saved = true;
    enum hall_error error = open_parts(loop, fault);
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
        int count = epoll_wait(loop->epoll_fd, events, 8, timeout_ms);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == loop->signal_fd) {
                take_signal(loop);
            }
        }
        web_run(loop->web);
        control_run(loop->control);
        round_run(loop);
        if (loop_mono_ms() - loop->tidied_ms >= TIDY_MS) {
            tidy(loop);
        }
    }
    sd_notify(0, "STOPPING=1");
}

void loop_close(struct loop *loop) {
    if (loop->wires != NULL) {
        wires_close(loop->wires);
        loop->wires = NULL;
    }
    if (loop->ledger != NULL && loop->control != NULL) {
        struct input input = { .kind = INPUT_STOPPED, .now_ms = loop_now_ms(loop) };
        if (round_now(loop, &input) == HALL_OK && loop->uplink != NULL) {
            uplink_advance(loop->uplink, hall_seq(ledger_hall(loop->ledger)));
        }
    }
    /* Whoever still waits for an answer has the connection closed; what was committed stands in the journal. */
    doors_close(loop);
    struct inbox_item item;
    while (loop->inbox != NULL && loop->ledger != NULL && inbox_take(loop->inbox, &item)) {
        if (item.kind == INBOX_ACKNOWLEDGED) {
            store_set_cursor(ledger_store(loop->ledger), item.seq);
        } else if (item.kind == INBOX_COMMAND) {
            free(item.command.command);
        }
    }
    if (loop->worker != NULL) {
        worker_close(loop->worker);
    }
    if (loop->ledger != NULL) {
        store_tidy(ledger_store(loop->ledger));
        ledger_close(loop->ledger);
    }
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
    if (loop->wires_config != loop->config) {
        config_free(loop->wires_config);
    }
    config_free(loop->config);
    free(loop->snapshot);
    free(loop->replay_items);
    free(loop);
}

int64_t loop_mono_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t loop_now_ms(struct loop *loop) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    return clock_now(&loop->clock, loop_mono_ms(),
                     (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000);
}

/* One line a happening on stderr, with the level in the form that journald reads. */
void loop_log(int level, const char *format, ...) {
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

bool loop_reload(struct loop *loop, FILE *mistakes) {
    struct config *fresh;
    char what[WHAT_SIZE] = "";
    if (config_load(loop->config->file, &fresh, mistakes) != HALL_OK) {
        return false;
    }
    if (!config_may_replace(loop->config, fresh, what) ||
        hall_check_rules(ledger_hall(loop->ledger), &fresh->rules, what) != REASON_NONE) {
        fprintf(mistakes, "%s: %s\n", loop->config->file, what);
        config_free(fresh);
        return false;
    }
    struct config *old = loop->config;
    loop->config = fresh;
    if (load_rules(loop, what) != HALL_OK) {
        loop->config = old;
        fprintf(mistakes, "%s: not saved: %s\n", old->file, what);
        config_free(fresh);
        return false;
    }
    /* Buses are opened anew: their devices are online again within a few pulses, and every image is driven again. */
    wires_close(loop->wires);
    loop->wires = wires_open(fresh, loop->inbox, log_bus);
    if (loop->uplink == NULL) {
        config_free(old);
        loop->wires_config = fresh;
    } else {
        /* The uplink borrows the config it was opened with, whose mqtt part a reload never changes. */
        if (loop->wires_config != old) {
            config_free(old);
        }
    }
    round_show(loop);
    loop_log(LOG_NOTICE, "config: %s taken", fresh->file);
    return loop->wires != NULL;
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
    if (loop->replay_items == NULL || loop->snapshot == NULL || loop->inbox == NULL) {
        snprintf(fault, WHAT_SIZE, "no memory");
        return HALL_FULL;
    }
    loop->snapshot->waiting_capacity = loop->config->limits.tickets_per_day;
    loop->snapshot->waiting =
        calloc(loop->snapshot->waiting_capacity, sizeof *loop->snapshot->waiting);
    loop->worker = worker_open(loop->inbox);
    enum hall_error error = ledger_open(loop->config, &loop->ledger, fault);
    if (error == HALL_OK) {
        error = begin_journal(loop, fault);
    }
    if (error == HALL_OK) {
        round_show(loop);
        error = open_epoll(loop);
    }
    if (error == HALL_OK) {
        error = doors_open(loop, fault);
    }
    if (error != HALL_OK) {
        return error;
    }
    int fds[2];
    unsigned count = web_fds(loop->web, fds);
    for (unsigned i = 0; i < count; i++) {
        watch(loop, fds[i]);
    }
    watch(loop, control_fd(loop->control));
    error = make_first_admin(loop, fault);
    /* Last: from here on keys are pressed. */
    loop->wires = wires_open(loop->config, loop->inbox, log_bus);
    round_show(loop);
    return loop->wires == NULL ? HALL_FULL : error;
}

/* hall.started, the rules if they differ from the journal's, and the day if it is a new one. */
static enum hall_error begin_journal(struct loop *loop, char *fault) {
    const struct hall *hall = ledger_hall(loop->ledger);
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    loop->clock.step_ms = (int64_t)loop->config->step_s * 1000;
    clock_init(&loop->clock, loop_mono_ms(), (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000,
               hall_last_ms(hall));
    char next[WHAT_SIZE] = "";
    store_next_numbers(ledger_store(loop->ledger), next);
    struct input input = { .kind = INPUT_STARTED,
                           .now_ms = loop_now_ms(loop),
                           .started = { .next = next[0] != 0 ? next : NULL } };
    enum hall_error error = round_now(loop, &input);
    if (error == HALL_OK) {
        error = load_rules(loop, fault);
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

/* Gives the config's rules to the hall when they are not the ones in force. */
static enum hall_error load_rules(struct loop *loop, char *fault) {
    struct hall const *hall = ledger_hall(loop->ledger);
    char hash[HASH_SIZE];
    config_rules_hash(loop->config, hash);
    if (hall_rules(hall) != NULL &&
        memcmp(hall_rules(hall), &loop->config->rules, sizeof loop->config->rules) == 0) {
        return HALL_OK;
    }
    if (hall_rules(hall) != NULL &&
        hall_check_rules(hall, &loop->config->rules, fault) != REASON_NONE) {
        return HALL_INVALID;
    }
    struct input input = { .kind = INPUT_CONFIG,
                           .now_ms = loop_now_ms(loop),
                           .config = { .rules = &loop->config->rules, .hash = hash } };
    return round_now(loop, &input);
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

static enum hall_error open_epoll(struct loop *loop) {
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    sigset_t signals = our_signals();
    loop->signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->epoll_fd < 0 || loop->signal_fd < 0) {
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

static void take_signal(struct loop *loop) {
    struct signalfd_siginfo info;
    while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo != SIGHUP) {
            loop->is_ending = true;
            continue;
        }
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
}

/* Each second: the cursor, the watchdog, the devices' health on the page. */
static void tidy(struct loop *loop) {
    loop->tidied_ms = loop_mono_ms();
    store_tidy(ledger_store(loop->ledger));
    if (loop->uplink != NULL) {
        uplink_read_stats(loop->uplink, &loop->uplink_stats);
    }
    round_show(loop);
    doors_changed(loop, hall_seq(ledger_hall(loop->ledger)));
    sd_notify(0, "WATCHDOG=1");
}

static void log_bus(void *context, int level, const char *text) {
    (void)context;
    loop_log(level, "%s", text);
}
