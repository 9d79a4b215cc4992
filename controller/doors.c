#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "controller/loop_private.h"
#include "controller/metrics.h"
#include "controller/uplink.h"
#include "controller/wall.h"

static enum hall_error open_web(struct loop *loop, char *fault);
static enum hall_error open_control(struct loop *loop, char *fault);
static enum hall_error open_uplink(struct loop *loop, char *fault);
static const struct snapshot *give_snapshot(void *context);
static uint64_t give_events(void *context, uint64_t after, unsigned limit,
                            bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                            void *to);
static void submit(struct loop *loop, const struct command *command, const struct inbox_item *item);
static void submit_web(void *context, const struct command *command, uint64_t ticket);
static void submit_control(void *context, const struct command *command, uint64_t ticket);
static void submit_uplink(void *context, const struct command *command, bool is_expired,
                          uint64_t reply);
static bool give_user(void *context, const char *name, struct web_user *user);
static bool give_token(void *context, const char *hash, struct web_user *user);
static void copy_user(const struct store_user *from, struct web_user *to);
static int give_metrics(void *context, char *out, size_t size);
static int give_devices(void *context, char *out, size_t size);
static bool is_ready(void *context);
static void defer(void *context, void (*work)(void *job), void (*done)(void *job), void *job);
static void log_text(void *context, int level, const char *text);
static bool reload(void *context, FILE *mistakes);
static void backup(void *context, const char *file, uint64_t ticket);
static enum hall_error put_user(void *context, const struct store_user *user);
static enum hall_error remove_user(void *context, const char *name, bool is_token);
static enum hall_error list_users(void *context,
                                  void (*take)(void *to, const struct store_user *user), void *to);
static int64_t wall_time(void *context);
static void replay_events(struct loop *loop, const struct command *command, struct answer *answer);

enum hall_error doors_open(struct loop *loop, char *fault) {
    enum hall_error error = open_control(loop, fault);
    if (error == HALL_OK) {
        error = open_web(loop, fault);
    }
    if (error == HALL_OK && loop->config->mqtt.is_used) {
        error = open_uplink(loop, fault);
    }
    return error;
}

uint64_t doors_close(struct loop *loop) {
    uint64_t cursor = 0;
    if (loop->uplink != NULL) {
        cursor = uplink_close(loop->uplink);
    }
    if (loop->web != NULL) {
        web_close(loop->web);
    }
    control_close(loop->control);
    return cursor;
}

bool doors_take(struct loop *loop, const struct command *command, struct answer *answer) {
    if (command->type == COMMAND_EVENTS_REPLAY) {
        replay_events(loop, command, answer);
        return true;
    }
    if (command->type == COMMAND_DEVICE_IDENTIFY) {
        enum { IDENTIFY_S = 10 };
        answer->reason = wires_identify(loop->wires, command->device, IDENTIFY_S);
        loop->shows_change = true;
        return true;
    }
    if (command->type == COMMAND_DEVICE_TEST) {
        answer->reason = REASON_NOT_ABLE;
        return true;
    }
    return false;
}

void doors_answer(struct loop *loop, enum origin origin, uint64_t ticket,
                  const struct answer *answer) {
    switch (origin) {
    case ORIGIN_WEB:
        web_answer(loop->web, ticket, answer);
        return;
    case ORIGIN_CONTROL:
        control_answer(loop->control, ticket, answer);
        return;
    case ORIGIN_UPLINK:
        uplink_answer(loop->uplink, ticket, answer);
        return;
    }
}

/* While the service starts, the doors are still closed. */
void doors_changed(struct loop *loop) {
    if (loop->web != NULL) {
        web_changed(loop->web);
    }
    if (loop->control != NULL) {
        control_changed(loop->control);
    }
    if (loop->uplink == NULL || ledger_is_broken(loop->ledger)) {
        return;
    }
    uplink_advance(loop->uplink, hall_seq(ledger_hall(loop->ledger)));
    int64_t mono_ms = loop_mono_ms();
    if (mono_ms - loop->uplink_shown_ms >= UPLINK_SHOW_MS) {
        loop->uplink_shown_ms = mono_ms;
        uplink_show(loop->uplink, loop->snapshot);
    }
}

static enum hall_error open_web(struct loop *loop, char *fault) {
    const struct http_config *http = &loop->config->http;
    struct web_settings settings = { .host_count = http->host_count, .tls = http->tls };
    memcpy(settings.listen, http->listen, sizeof settings.listen);
    memcpy(settings.public_listen, http->public_listen, sizeof settings.public_listen);
    memcpy(settings.public_url, http->public_url, sizeof settings.public_url);
    memcpy(settings.hosts, http->hosts, sizeof settings.hosts);
    memcpy(settings.cert_file, http->files.cert_file, sizeof settings.cert_file);
    memcpy(settings.key_file, http->files.key_file, sizeof settings.key_file);
    struct web_owner owner = { .context = loop,
                               .snapshot = give_snapshot,
                               .events = give_events,
                               .submit = submit_web,
                               .user = give_user,
                               .token = give_token,
                               .metrics = give_metrics,
                               .devices = give_devices,
                               .is_ready = is_ready,
                               .defer = defer,
                               .log = log_text };
    return web_open(&settings, &owner, &loop->web, fault);
}

static enum hall_error open_control(struct loop *loop, char *fault) {
    struct control_owner owner = { .context = loop,
                                   .snapshot = give_snapshot,
                                   .lines = give_devices,
                                   .events = give_events,
                                   .submit = submit_control,
                                   .reload = reload,
                                   .backup = backup,
                                   .user_put = put_user,
                                   .user_remove = remove_user,
                                   .users = list_users,
                                   .log = log_text };
    return control_open(loop->config->socket, &owner, &loop->control, fault);
}

static enum hall_error open_uplink(struct loop *loop, char *fault) {
    struct store *store = ledger_store(loop->ledger);
    struct uplink_callbacks callbacks = {
        .context = loop, .command = submit_uplink, .now_ms = wall_time, .log = log_text
    };
    struct uplink_range range = { .era = store_era(store),
                                  .first = store_first_seq(store),
                                  .cursor = store_cursor(store),
                                  .last = store_last_seq(store) };
    loop->uplink = uplink_open(loop->config, &range, &callbacks);
    if (loop->uplink == NULL) {
        snprintf(fault, WHAT_SIZE, "uplink: no thread or memory");
        return HALL_FULL;
    }
    return HALL_OK;
}

static const struct snapshot *give_snapshot(void *context) {
    struct loop *loop = context;
    return loop->snapshot;
}

struct event_taker {
    bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length);
    void *to;
    unsigned left;
};

static bool take_limited(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct event_taker *taker = context;
    return taker->left-- > 0 && taker->take(taker->to, seq, bytes, length);
}

static uint64_t give_events(void *context, uint64_t after, unsigned limit,
                            bool (*take)(void *to, uint64_t seq, const char *bytes, size_t length),
                            void *to) {
    struct loop *loop = context;
    struct store *store = ledger_store(loop->ledger);
    struct event_taker taker = { .take = take, .to = to, .left = limit };
    uint64_t last = store_last_seq(store);
    enum hall_error error = HALL_OK;
    if (after < last && limit > 0) {
        error = store_read(store, after + 1, last, take_limited, &taker);
    }
    if (loop->disk.is_unread != (error != HALL_OK)) {
        loop->disk.is_unread = error != HALL_OK;
        loop_log(loop->disk.is_unread ? LOG_ERR : LOG_NOTICE, "journal: %s",
                 loop->disk.is_unread ? "its rows can't be read" : "its rows can be read again");
    }
    return error == HALL_OK ? last : WEB_EVENTS_UNREAD;
}

/* Any thread: the command goes through the inbox like everything else; `item` says whose it is. */
static void submit(struct loop *loop, const struct command *command,
                   const struct inbox_item *item) {
    struct command *kept = malloc(sizeof *kept);
    struct inbox_item filled = *item;
    if (kept != NULL) {
        *kept = *command;
        filled.kind = INBOX_COMMAND;
        filled.command.command = kept;
        if (inbox_put(loop->inbox, &filled)) {
            return; /* NOLINT(clang-analyzer-unix.Malloc): the inbox has it now */
        }
        free(kept);
    }
    struct answer answer = { .reason = REASON_TOO_MANY };
    memcpy(answer.id, command->id, sizeof answer.id);
    doors_answer(loop, item->command.origin, item->command.ticket, &answer);
}

static void submit_web(void *context, const struct command *command, uint64_t ticket) {
    struct inbox_item item = { .command = { .origin = ORIGIN_WEB, .ticket = ticket } };
    submit(context, command, &item);
}

static void submit_control(void *context, const struct command *command, uint64_t ticket) {
    struct inbox_item item = { .command = { .origin = ORIGIN_CONTROL, .ticket = ticket } };
    submit(context, command, &item);
}

static void submit_uplink(void *context, const struct command *command, bool is_expired,
                          uint64_t reply) {
    struct inbox_item item = {
        .command = { .origin = ORIGIN_UPLINK, .ticket = reply, .is_expired = is_expired }
    };
    submit(context, command, &item);
}

static bool give_user(void *context, const char *name, struct web_user *user) {
    struct loop *loop = context;
    struct store_user found;
    if (store_user_get(ledger_store(loop->ledger), name, false, &found) != HALL_OK) {
        return false;
    }
    copy_user(&found, user);
    return true;
}

static bool give_token(void *context, const char *hash, struct web_user *user) {
    struct loop *loop = context;
    struct store_user found;
    if (store_token_find(ledger_store(loop->ledger), hash, &found) != HALL_OK) {
        return false;
    }
    copy_user(&found, user);
    return true;
}

static void copy_user(const struct store_user *from, struct web_user *to) {
    memcpy(to->name, from->name, sizeof to->name);
    memcpy(to->role, from->role, sizeof to->role);
    memcpy(to->staff, from->staff, sizeof to->staff);
    memcpy(to->hash, from->hash, sizeof to->hash);
}

static int give_metrics(void *context, char *out, size_t size) {
    return metrics_write(context, out, size);
}

static int give_devices(void *context, char *out, size_t size) {
    return metrics_write_devices(context, out, size);
}

static bool is_ready(void *context) {
    const struct loop *loop = context;
    return loop->disk.is_saved && hall_day(ledger_hall(loop->ledger)) != 0;
}

static void defer(void *context, void (*work)(void *job), void (*done)(void *job), void *job) {
    struct loop *loop = context;
    if (loop->worker == NULL || !worker_do(loop->worker, work, done, job)) {
        /* Full: the server keeps few log-ins at once, so this is its own bound failing; done without work refuses.
         * None: the program ends. */
        done(job);
    }
}

static void log_text(void *context, int level, const char *text) {
    (void)context;
    loop_log(level, "%s", text);
}

static bool reload(void *context, FILE *mistakes) {
    bool is_taken = loop_reload(context, mistakes);
    if (!is_taken) {
        loop_log(LOG_WARNING, "config: not taken, nothing changed; whoever asked is told why");
    }
    return is_taken;
}

/* A copy of years of history takes its time: a worker of its own makes it, by a connection of its own. */
struct backup {
    struct loop *loop;
    char path[CONFIG_PATH_SIZE], file[CONFIG_PATH_SIZE];
    uint64_t ticket;
    enum hall_error error;
    char fault[WHAT_SIZE];
};

static void run_backup(void *job) {
    struct backup *backup = job;
    struct store *reader = NULL;
    backup->error = store_open_reader(backup->path, &reader, backup->fault);
    if (backup->error == HALL_OK) {
        backup->error =
            store_backup(reader, backup->file, &backup->loop->is_cancelled, backup->fault);
        store_close(reader);
    }
}

static void end_backup(void *job) {
    struct backup *backup = job;
    control_done(backup->loop->control, backup->ticket, backup->error, backup->fault);
    free(backup);
}

static void backup(void *context, const char *file, uint64_t ticket) {
    struct loop *loop = context;
    struct backup *job = strlen(file) < CONFIG_PATH_SIZE ? calloc(1, sizeof *job) : NULL;
    if (job == NULL) {
        control_done(loop->control, ticket, HALL_INVALID, "the file's name is too long");
        return;
    }
    *job = (struct backup){ .loop = loop,
                            .ticket = ticket,
                            .error = HALL_BUSY, /* where it is never begun */
                            .fault = "too much is being done" };
    memcpy(job->path, loop->config->store_path, sizeof job->path);
    snprintf(job->file, sizeof job->file, "%s", file);
    if (!worker_do(loop->copier, run_backup, end_backup, job)) {
        end_backup(job);
    }
}

static enum hall_error put_user(void *context, const struct store_user *user) {
    struct loop *loop = context;
    return store_user_put(ledger_store(loop->ledger), user);
}

static enum hall_error remove_user(void *context, const char *name, bool is_token) {
    struct loop *loop = context;
    return store_user_remove(ledger_store(loop->ledger), name, is_token);
}

static enum hall_error list_users(void *context,
                                  void (*take)(void *to, const struct store_user *user), void *to) {
    struct loop *loop = context;
    return store_users(ledger_store(loop->ledger), take, to);
}

static int64_t wall_time(void *context) {
    (void)context;
    /* The uplink compares with other machines' clocks, so the wall clock it is. */
    return wall_ms();
}

struct replay {
    char *out;
    size_t used;
    unsigned count;
    bool is_full;
};

static bool take_replayed(void *context, uint64_t seq, const char *bytes, size_t length) {
    (void)seq;
    struct replay *replay = context;
    if (replay->count == REPLAY_ITEMS || replay->used + length + 3 > REPLAY_BYTES) {
        replay->is_full = true;
        return false;
    }
    replay->out[replay->used++] = replay->count > 0 ? ',' : '[';
    memcpy(replay->out + replay->used, bytes, length);
    replay->used += length;
    replay->count++;
    return true;
}

static void replay_events(struct loop *loop, const struct command *command, struct answer *answer) {
    struct replay replay = { .out = loop->replay_items };
    if (command->from == 0 || command->from > command->to) {
        answer->reason = REASON_BAD_ARGUMENT;
        return;
    }
    /* A part that was read before the fault would pass for all there is. */
    if (store_read(ledger_store(loop->ledger), command->from, command->to, take_replayed,
                   &replay) != HALL_OK) {
        answer->reason = REASON_NOT_NOW;
        return;
    }
    if (replay.count == 0) {
        replay.out[replay.used++] = '[';
    }
    replay.out[replay.used++] = ']';
    answer->items = replay.out;
    answer->items_length = replay.used;
    answer->has_more = replay.is_full;
}
