/* What can be asked at the socket, a row each, and how it is answered. */
#include "controller/control_private.h"

#include <stdlib.h>
#include <string.h>

#include "controller/user.h"
#include "protocol/json.h"

/* One request while it is read. */
struct request {
    struct control *control;
    struct client *client;
    struct json_doc *doc;
    const struct json *top;
};

struct request_row {
    const char *word;
    void (*run)(struct request *request);
    const char *const *keys; /* NULL-ended, beside "do" all that may stand there */
};

static void do_status(struct request *request);
static void do_lines(struct request *request);
static void say_written(struct client *client, int length);
static void do_watch(struct request *request);
static void do_send(struct request *request);
static void do_reload(struct request *request);
static void do_backup(struct request *request);
static void do_users(struct request *request);
static void do_user_put(struct request *request);
static void do_user_remove(struct request *request);
static void do_time(struct request *request);
static void write_mistakes(struct client *client, char *mistakes);
static void write_user(void *to, const struct store_user *user);
static bool take_event(void *to, uint64_t seq, const char *bytes, size_t length);
static bool is_read_well(struct request *request);
static void say_error(struct client *client, enum hall_error error);
static void begin_answer(struct client *client, struct json_writer *writer);
static void end_answer(struct client *client, struct json_writer *writer);

static const char *const DO[] = { "do", NULL };
static const char *const DO_WATCH[] = { "do", "after", NULL };
static const char *const DO_SEND[] = { "do", "name", "command", NULL };
static const char *const DO_BACKUP[] = { "do", "file", NULL };
static const char *const DO_USER_PUT[] = { "do", "name", "role", "staff", "hash", "token", NULL };
static const char *const DO_USER_REMOVE[] = { "do", "name", "token", NULL };
static const char *const DO_TIME[] = { "do", "time", "by", NULL };

static const struct request_row REQUESTS[] = {
    { "status", do_status, DO },
    { "lines", do_lines, DO },
    { "watch", do_watch, DO_WATCH },
    { "send", do_send, DO_SEND },
    { "reload", do_reload, DO },
    { "backup", do_backup, DO_BACKUP },
    { "users", do_users, DO },
    { "user_put", do_user_put, DO_USER_PUT },
    { "user_remove", do_user_remove, DO_USER_REMOVE },
    { "time", do_time, DO_TIME },
};

void control_request(struct control *control, struct client *client, const char *line,
                     size_t length) {
    struct request request = { .control = control,
                               .client = client,
                               .doc = json_open("request", line, length) };
    request.top = json_top(request.doc);
    const char *word = json_text(json_get(request.top, "do"));
    const struct request_row *row = NULL;
    for (size_t i = 0; word != NULL && i < sizeof(REQUESTS) / sizeof(REQUESTS[0]); i++) {
        row = strcmp(REQUESTS[i].word, word) == 0 ? &REQUESTS[i] : row;
    }
    if (row != NULL) {
        json_only(request.doc, request.top, row->keys);
    }
    if (!is_read_well(&request)) {
        /* Answered with the first mistake. */
    } else if (row == NULL) {
        control_refuse(
            client, REASON_UNKNOWN_COMMAND,
            "expected \"do\": status, lines, watch, send, reload, backup, users, user_put, "
            "user_remove or time");
    } else {
        row->run(&request);
    }
    json_close(request.doc);
}

bool control_fill(struct control *control, struct client *client) {
    enum { AT_ONCE = 256 };
    uint64_t before = client->after;
    if (client->out_at < client->out_length) {
        return false;
    }
    uint64_t last =
        control->owner.events(control->owner.context, before, AT_ONCE, take_event, client);
    return client->after > before && client->after < last;
}

void control_say_answer(struct client *client, const struct answer *answer) {
    char *out = client->out + client->out_length;
    int length = answer_write(answer, out, CONTROL_ANSWER_MAX - client->out_length - 1);
    if (length < 0) {
        control_refuse(client, REASON_TOO_LARGE, NULL);
        return;
    }
    out[length] = '\n';
    client->out_length += (size_t)length + 1;
}

void control_say_ok(struct client *client) {
    struct json_writer writer;
    begin_answer(client, &writer);
    json_write_bool(&writer, "ok", true);
    end_answer(client, &writer);
}

void control_refuse(struct client *client, enum reason reason, const char *message) {
    struct json_writer writer;
    begin_answer(client, &writer);
    json_write_bool(&writer, "ok", false);
    json_write_text(&writer, "reason", reason_word(reason));
    json_write_text(&writer, "message",
                    message == NULL || message[0] == '\0' ? reason_en(reason) : message);
    end_answer(client, &writer);
}

enum reason control_reason(enum hall_error error) {
    switch (error) {
    case HALL_OK:
        return REASON_NONE;
    case HALL_INVALID:
        return REASON_BAD_ARGUMENT;
    case HALL_MISSING:
        return REASON_NO_SUCH;
    case HALL_BUSY:
        return REASON_NOT_NOW;
    case HALL_FULL:
    case HALL_IO:
    case HALL_TIMEOUT:
    case HALL_GONE:
    case HALL_BROKEN:
        return REASON_NOT_SAVED;
    }
    return REASON_NOT_SAVED;
}

static void do_status(struct request *request) {
    struct client *client = request->client;
    const struct control_owner *owner = &request->control->owner;
    char *out = client->out + client->out_length;
    say_written(client, snapshot_write(owner->snapshot(owner->context), VIEW_ALL, out,
                                       CONTROL_ANSWER_MAX - client->out_length - 1));
}

static void do_lines(struct request *request) {
    struct client *client = request->client;
    const struct control_owner *owner = &request->control->owner;
    char *out = client->out + client->out_length;
    say_written(client,
                owner->lines(owner->context, out, CONTROL_ANSWER_MAX - client->out_length - 1));
}

/* What stands at the end of the client's answer; HALL_FULL there was no room. */
static void say_written(struct client *client, int length) {
    if (length < 0) {
        control_refuse(client, REASON_TOO_LARGE, NULL);
        return;
    }
    client->out[client->out_length + (size_t)length] = '\n';
    client->out_length += (size_t)length + 1;
}

/* Without `after` the watch begins with what comes next. */
static void do_watch(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    int64_t after = -1;
    (void)json_read_int(request->doc, request->top, "after", 0, INT64_C(1) << 53, &after);
    if (!is_read_well(request)) {
        return;
    }
    request->client->after =
        after >= 0 ? (uint64_t)after
                   : owner->events(owner->context, UINT64_MAX, 0, take_event, request->client);
    request->client->is_watching = true;
}

static void do_send(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    struct client *client = request->client;
    const char *name = json_text(json_get(request->top, "name"));
    const struct json *node = json_get(request->top, "command");
    if (name == NULL || !json_is_object(node)) {
        control_refuse(client, REASON_MALFORMED, "expected \"name\" and \"command\": { ... }");
        return;
    }
    char *bytes = malloc(COMMAND_JSON_MAX);
    struct command *command = calloc(1, sizeof(*command));
    char fault[WHAT_SIZE] = "";
    int length = bytes == NULL ? HALL_FULL : json_print(node, bytes, COMMAND_JSON_MAX);
    struct answer answer = { .reason = REASON_TOO_LARGE };
    if (length >= 0 && command != NULL) {
        answer.reason = command_read(name, bytes, (size_t)length, command, fault);
        memcpy(answer.id, command->id, sizeof(answer.id));
        memcpy(answer.message, fault, sizeof(answer.message));
    }
    if (answer.reason == REASON_NONE) {
        command->by.kind = BY_CLI;
        client->ticket = ++request->control->last_ticket;
        owner->submit(owner->context, command, client->ticket);
    } else {
        control_say_answer(client, &answer);
    }
    free(command);
    free(bytes);
}

static void do_reload(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    char *text = NULL;
    size_t size = 0;
    FILE *mistakes = open_memstream(&text, &size);
    if (mistakes == NULL) {
        control_refuse(request->client, REASON_CAPACITY, NULL);
        return;
    }
    bool is_taken = owner->reload(owner->context, mistakes);
    (void)fclose(mistakes);
    if (is_taken) {
        control_say_ok(request->client);
    } else {
        write_mistakes(request->client, text);
    }
    free(text);
}

static void write_mistakes(struct client *client, char *mistakes) {
    struct json_writer writer;
    char *rest = NULL;
    begin_answer(client, &writer);
    json_write_bool(&writer, "ok", false);
    json_write_text(&writer, "reason", reason_word(REASON_CONFIG_BAD));
    json_write_text(&writer, "message", reason_en(REASON_CONFIG_BAD));
    json_begin_array(&writer, "mistakes");
    for (char *line = strtok_r(mistakes, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_write_text(&writer, NULL, line);
    }
    json_end_array(&writer);
    end_answer(client, &writer);
}

static void do_backup(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    const char *file = json_text(json_get(request->top, "file"));
    if (file == NULL || file[0] != '/') {
        control_refuse(request->client, REASON_BAD_ARGUMENT, "expected \"file\": an absolute path");
        return;
    }
    request->client->ticket = ++request->control->last_ticket;
    owner->backup(owner->context, file, request->client->ticket);
}

static void do_users(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    struct json_writer writer;
    begin_answer(request->client, &writer);
    json_write_bool(&writer, "ok", true);
    json_begin_array(&writer, "users");
    enum hall_error error = owner->users(owner->context, write_user, &writer);
    json_end_array(&writer);
    if (error == HALL_OK) {
        end_answer(request->client, &writer);
    } else {
        say_error(request->client, error);
    }
}

static void write_user(void *to, const struct store_user *user) {
    struct json_writer *writer = to;
    json_begin_object(writer, NULL);
    json_write_text(writer, "name", user->name);
    json_write_text(writer, "role", user->role);
    json_write_text(writer, "staff", user->staff);
    json_write_bool(writer, "token", user->is_token);
    json_end_object(writer);
}

static void do_user_put(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    struct store_user user = { 0 };
    char fault[WHAT_SIZE];
    struct json_doc *doc = request->doc;
    (void)json_read_text(doc, request->top, "name", user.name, sizeof(user.name));
    (void)json_read_text(doc, request->top, "role", user.role, sizeof(user.role));
    (void)json_read_text(doc, request->top, "staff", user.staff, sizeof(user.staff));
    (void)json_read_text(doc, request->top, "hash", user.hash, sizeof(user.hash));
    (void)json_read_bool(doc, request->top, "token", &user.is_token);
    if (!is_read_well(request)) {
        return;
    }
    if (!user_check(&user, fault)) {
        control_refuse(request->client, REASON_BAD_ARGUMENT, fault);
        return;
    }
    say_error(request->client, owner->user_put(owner->context, &user));
}

static void do_user_remove(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    char name[COMMAND_ID_SIZE] = "";
    bool is_token = false;
    (void)json_read_text(request->doc, request->top, "name", name, sizeof(name));
    (void)json_read_bool(request->doc, request->top, "token", &is_token);
    if (!is_read_well(request)) {
        return;
    }
    enum hall_error error = owner->user_remove(owner->context, name, is_token);
    if (error == HALL_BUSY) {
        control_refuse(request->client, REASON_NOT_NOW, USER_LAST_ADMIN);
    } else {
        say_error(request->client, error);
    }
}

/* What somebody says is a command like any other: decided, written down, then answered. */
static void do_time(struct request *request) {
    const struct control_owner *owner = &request->control->owner;
    struct client *client = request->client;
    struct command command = { .type = COMMAND_HALL_TIME,
                               .has = COMMAND_HAS(ARG_AT),
                               .by = { .kind = BY_CLI } };
    const char *text = json_text(json_get(request->top, "time"));
    if (json_get(request->top, "by") != NULL) {
        (void)json_read_text(request->doc, request->top, "by", command.by.id,
                             sizeof(command.by.id));
    }
    if (!is_read_well(request)) {
        return;
    }
    if (text == NULL || time_parse(text, &command.at_ms) != HALL_OK) {
        control_refuse(client, REASON_BAD_ARGUMENT,
                       "expected \"time\" like 2026-11-23T09:31:02+08:00");
        return;
    }
    client->ticket = ++request->control->last_ticket;
    owner->submit(owner->context, &command, client->ticket);
}

/* Takes the row if it fits, so that the journal is the watch's queue and no other is needed. */
static bool take_event(void *to, uint64_t seq, const char *bytes, size_t length) {
    struct client *client = to;
    if (length + 1 > CONTROL_ANSWER_MAX - client->out_length) {
        return false;
    }
    memcpy(client->out + client->out_length, bytes, length);
    client->out[client->out_length + length] = '\n';
    client->out_length += length + 1;
    client->after = seq;
    return true;
}

/* False: the first mistake has been answered. */
static bool is_read_well(struct request *request) {
    if (json_mistake_count(request->doc) == 0) {
        return true;
    }
    const struct json_mistake *mistake = json_mistake_at(request->doc, 0);
    char text[sizeof(mistake->path) + sizeof(mistake->what) + 2];
    (void)snprintf(text, sizeof(text), "%s%s%s", mistake->path,
                   mistake->path[0] == '\0' ? "" : ": ", mistake->what);
    control_refuse(request->client, REASON_MALFORMED, text);
    return false;
}

static void say_error(struct client *client, enum hall_error error) {
    if (error == HALL_OK) {
        control_say_ok(client);
    } else {
        control_refuse(client, control_reason(error), NULL);
    }
}

static void begin_answer(struct client *client, struct json_writer *writer) {
    json_writer_init(writer, client->out + client->out_length,
                     CONTROL_ANSWER_MAX - client->out_length - 1);
    json_begin_object(writer, NULL);
}

/* An answer that does not fit is dropped whole and said so; the refusal itself always fits an empty buffer. */
static void end_answer(struct client *client, struct json_writer *writer) {
    json_end_object(writer);
    int length = json_writer_end(writer);
    if (length < 0) {
        static const char TOO_LARGE[] = "{\"ok\":false,\"reason\":\"too_large\"}\n";
        size_t room = CONTROL_ANSWER_MAX - client->out_length;
        length = sizeof(TOO_LARGE) - 1 <= room ? (int)sizeof(TOO_LARGE) - 1 : 0;
        memcpy(client->out + client->out_length, TOO_LARGE, (size_t)length);
        client->out_length += (size_t)length;
        return;
    }
    client->out[client->out_length + (size_t)length] = '\n';
    client->out_length += (size_t)length + 1;
}
