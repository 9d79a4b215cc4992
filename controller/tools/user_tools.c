/*
 * user: page users and API tokens. While hallqd runs only it writes its store, so each change goes through the socket;
 * else the store is opened here. Either way a password is hashed in this process and leaves it only as a hash.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "controller/password.h"
#include "controller/store/store.h"
#include "controller/tools/tool.h"
#include "controller/user.h"
#include "protocol/utf8.h"

enum { WAIT_S = 30 };

/* Where users are kept: the running hallqd, or the store itself. */
struct keeper {
    int fd; /* -1: the store */
    struct store *store;
};

struct action {
    const char *word;
    int (*run)(const struct tool *tool, struct keeper *keeper);
    bool has_name;
};

static int add_user(const struct tool *tool, struct keeper *keeper);
static int change_password(const struct tool *tool, struct keeper *keeper);
static int remove_user(const struct tool *tool, struct keeper *keeper);
static int add_token(const struct tool *tool, struct keeper *keeper);
static int list_users(const struct tool *tool, struct keeper *keeper);
static int open_keeper(const struct tool *tool, struct keeper *keeper);
static void close_keeper(struct keeper *keeper);
static int put(struct keeper *keeper, const struct store_user *user);
static int take_out(struct keeper *keeper, const char *name, bool is_token);
static int ask(struct keeper *keeper, struct json_writer *writer, char *request);
static int fill(const struct tool *tool, struct store_user *user);
static int find(struct keeper *keeper, const char *name, bool is_token, struct store_user *user);
static int walk(struct keeper *keeper, void (*take)(void *to, const struct store_user *user),
                void *to);
static void walk_answer(const struct tool_answer *answer,
                        void (*take)(void *to, const struct store_user *user), void *to);
static void take_wanted(void *to, const struct store_user *user);
static void take_row(void *to, const struct store_user *user);
static void take_json(void *to, const struct store_user *user);
static int say_error(enum hall_error error, const char *what);
static int hash_password(struct store_user *user);
static bool read_password(char *out, size_t size);
static bool read_hidden(const char *prompt, char *out, size_t size);
static bool read_plain(char *out, size_t size);

static const struct action ACTIONS[] = {
    { "add", add_user, true },       { "passwd", change_password, true },
    { "remove", remove_user, true }, { "token", add_token, true },
    { "list", list_users, false },
};

int tool_user(const struct tool *tool) {
    const struct action *action = NULL;
    for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++) {
        if (strcmp(ACTIONS[i].word, tool->words[0]) == 0) {
            action = &ACTIONS[i];
        }
    }
    if (action == NULL || tool->count != (action->has_name ? 2 : 1)) {
        fprintf(stderr, "usage: hallq user add|passwd|remove|token NAME, or user list\n");
        return TOOL_USAGE;
    }
    struct keeper keeper = { .fd = -1 };
    int code = open_keeper(tool, &keeper);
    if (code == TOOL_DONE) {
        code = action->run(tool, &keeper);
        close_keeper(&keeper);
    }
    return code;
}

static int add_user(const struct tool *tool, struct keeper *keeper) {
    struct store_user user = { 0 };
    int code = fill(tool, &user);
    if (code != TOOL_DONE) {
        return code;
    }
    if (find(keeper, user.name, false, &user) == TOOL_DONE) {
        fprintf(stderr, "hallq: %s: there already; user passwd changes the password\n", user.name);
        return TOOL_REFUSED;
    }
    code = hash_password(&user);
    return code == TOOL_DONE ? put(keeper, &user) : code;
}

static int change_password(const struct tool *tool, struct keeper *keeper) {
    struct store_user user = { 0 };
    if (find(keeper, tool->words[1], false, &user) != TOOL_DONE) {
        fprintf(stderr, "hallq: %s: no such user\n", tool->words[1]);
        return TOOL_REFUSED;
    }
    int code = hash_password(&user);
    return code == TOOL_DONE ? put(keeper, &user) : code;
}

static int remove_user(const struct tool *tool, struct keeper *keeper) {
    return take_out(keeper, tool->words[1], tool->token);
}

static int add_token(const struct tool *tool, struct keeper *keeper) {
    struct store_user user = { .is_token = true };
    char token[SECRET_SIZE];
    int code = fill(tool, &user);
    if (code != TOOL_DONE) {
        return code;
    }
    if (find(keeper, user.name, true, &user) == TOOL_DONE) {
        fprintf(stderr, "hallq: %s: a token has that name; user remove %s --token ends it\n",
                user.name, user.name);
        return TOOL_REFUSED;
    }
    password_draw_token(token);
    password_digest(token, strlen(token), user.hash);
    code = put(keeper, &user);
    if (code == TOOL_DONE) {
        printf("%s\n", token);
    }
    password_wipe(token, sizeof(token));
    return code;
}

static int list_users(const struct tool *tool, struct keeper *keeper) {
    struct table table;
    if (tool->json) {
        return walk(keeper, take_json, stdout);
    }
    table_init(&table, "NAME\tKIND\tROLE\tSTAFF");
    int code = walk(keeper, take_row, &table);
    if (code == TOOL_DONE) {
        table_print(&table, stdout);
    }
    table_deinit(&table);
    return code;
}

static int open_keeper(const struct tool *tool, struct keeper *keeper) {
    int code = TOOL_DONE;
    char fault[WHAT_SIZE] = "";
    keeper->fd = tool_connect(tool, &code);
    if (keeper->fd >= 0) {
        return TOOL_DONE;
    }
    struct config *config = code == TOOL_ABSENT ? tool_config(tool) : NULL;
    if (config == NULL) {
        return code == TOOL_ABSENT ? TOOL_USAGE : code;
    }
    code = TOOL_STORE;
    if (access(config->store_path, F_OK) != 0) {
        fprintf(stderr, "hallq: %s: %s; hallqd makes it at its first start\n", config->store_path,
                strerrordesc_np(errno));
    } else {
        enum hall_error error = store_open(config->store_path, &keeper->store, fault);
        code = error == HALL_OK ? TOOL_DONE : error == HALL_BUSY ? TOOL_RUNNING : TOOL_STORE;
        if (error != HALL_OK) {
            fprintf(stderr, "hallq: %s: %s\n", config->store_path, fault);
        }
    }
    config_free(config);
    return code;
}

static void close_keeper(struct keeper *keeper) {
    if (keeper->fd >= 0) {
        (void)close(keeper->fd);
    }
    if (keeper->store != NULL) {
        store_close(keeper->store);
    }
}

static int put(struct keeper *keeper, const struct store_user *user) {
    char fault[WHAT_SIZE];
    if (!user_check(user, fault)) {
        fprintf(stderr, "hallq: %s: %s\n", user->name, fault);
        return TOOL_USAGE;
    }
    if (keeper->fd < 0) {
        return say_error(store_user_put(keeper->store, user), user->name);
    }
    char request[1024];
    struct json_writer writer;
    json_writer_init(&writer, request, sizeof(request) - 1);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "do", "user_put");
    json_write_text(&writer, "name", user->name);
    json_write_text(&writer, "role", user->role);
    json_write_text(&writer, "staff", user->staff);
    json_write_text(&writer, "hash", user->hash);
    json_write_bool(&writer, "token", user->is_token);
    return ask(keeper, &writer, request);
}

static int take_out(struct keeper *keeper, const char *name, bool is_token) {
    char request[1024];
    struct json_writer writer;
    if (keeper->fd < 0) {
        return say_error(store_user_remove(keeper->store, name, is_token), name);
    }
    json_writer_init(&writer, request, sizeof(request) - 1);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "do", "user_remove");
    json_write_text(&writer, "name", name);
    json_write_bool(&writer, "token", is_token);
    return ask(keeper, &writer, request);
}

static int ask(struct keeper *keeper, struct json_writer *writer, char *request) {
    struct tool_answer answer = { 0 };
    json_end_object(writer);
    int length = json_writer_end(writer);
    if (length < 0) {
        fprintf(stderr, "hallq: the name is too long\n");
        return TOOL_USAGE;
    }
    memcpy(request + length, "\n", 2);
    int code = tool_ask_well(keeper->fd, request, WAIT_S, &answer);
    tool_answer_deinit(&answer);
    return code;
}

/* Name, role and staff out of the command line, checked but for the hash that is still to come. */
static int fill(const struct tool *tool, struct store_user *user) {
    struct store_user trial;
    char fault[WHAT_SIZE] = "expected a shorter name";
    int length = snprintf(user->name, sizeof(user->name), "%s", tool->words[1]);
    bool fits = length >= 0 && (size_t)length < sizeof(user->name);
    if (tool->role == NULL) {
        fprintf(stderr, "hallq: --role is missing: viewer, staff, guide, manager or admin\n");
        return TOOL_USAGE;
    }
    (void)snprintf(user->role, sizeof(user->role), "%s", tool->role);
    (void)snprintf(user->staff, sizeof(user->staff), "%s", tool->staff == NULL ? "" : tool->staff);
    trial = *user;
    trial.is_token = false;
    utf8_copy(trial.hash, sizeof(trial.hash), "$argon2id$");
    if (!fits || !user_check(&trial, fault)) {
        fprintf(stderr, "hallq: %s: %s\n", tool->words[1], fault);
        return TOOL_USAGE;
    }
    return TOOL_DONE;
}

struct wanted {
    const char *name;
    bool is_token, is_found;
    struct store_user user;
};

static int find(struct keeper *keeper, const char *name, bool is_token, struct store_user *user) {
    struct wanted wanted = { .name = name, .is_token = is_token };
    int code = walk(keeper, take_wanted, &wanted);
    if (code == TOOL_DONE && wanted.is_found) {
        *user = wanted.user;
        return TOOL_DONE;
    }
    return TOOL_REFUSED;
}

static int walk(struct keeper *keeper, void (*take)(void *to, const struct store_user *user),
                void *to) {
    struct tool_answer answer = { 0 };
    if (keeper->fd < 0) {
        return say_error(store_users(keeper->store, take, to), "users");
    }
    int code = tool_ask_well(keeper->fd, "{\"do\":\"users\"}\n", WAIT_S, &answer);
    if (code == TOOL_DONE) {
        walk_answer(&answer, take, to);
    }
    tool_answer_deinit(&answer);
    return code;
}

static void walk_answer(const struct tool_answer *answer,
                        void (*take)(void *to, const struct store_user *user), void *to) {
    const struct json *node = json_first(json_get(answer->top, "users"));
    for (; node != NULL; node = json_next(node)) {
        struct store_user user = { 0 };
        (void)json_read_text(answer->doc, node, "name", user.name, sizeof(user.name));
        (void)json_read_text(answer->doc, node, "role", user.role, sizeof(user.role));
        (void)json_read_text(answer->doc, node, "staff", user.staff, sizeof(user.staff));
        (void)json_read_bool(answer->doc, node, "token", &user.is_token);
        take(to, &user);
    }
}

static void take_wanted(void *to, const struct store_user *user) {
    struct wanted *wanted = to;
    if (user->is_token == wanted->is_token && strcmp(user->name, wanted->name) == 0) {
        wanted->is_found = true;
        wanted->user = *user;
    }
}

static void take_row(void *to, const struct store_user *user) {
    struct table *table = to;
    table_row(table);
    table_cell(table, 0, "%s", user->name);
    table_cell(table, 1, "%s", user->is_token ? "token" : "user");
    table_cell(table, 2, "%s", user->role);
    table_cell(table, 3, "%s", user->staff);
}

static void take_json(void *to, const struct store_user *user) {
    char line[512];
    struct json_writer writer;
    json_writer_init(&writer, line, sizeof(line));
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "name", user->name);
    json_write_text(&writer, "role", user->role);
    json_write_text(&writer, "staff", user->staff);
    json_write_bool(&writer, "token", user->is_token);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        fprintf(to, "%s\n", line);
    }
}

static int say_error(enum hall_error error, const char *what) {
    if (error == HALL_OK) {
        return TOOL_DONE;
    }
    bool is_refused = error == HALL_MISSING || error == HALL_BUSY;
    fprintf(stderr, "hallq: %s: %s\n", what,
            error == HALL_MISSING ? "no such user"
            : is_refused          ? USER_LAST_ADMIN
                                  : "the store can't be written");
    return is_refused ? TOOL_REFUSED : TOOL_STORE;
}

static int hash_password(struct store_user *user) {
    char password[PASSWORD_MOST + 2];
    int code = TOOL_DONE;
    if (!read_password(password, sizeof(password))) {
        code = TOOL_USAGE;
    } else if (strlen(password) < PASSWORD_LEAST || strlen(password) > PASSWORD_MOST) {
        fprintf(stderr, "hallq: expected a password of %d to %d bytes\n", PASSWORD_LEAST,
                PASSWORD_MOST);
        code = TOOL_USAGE;
    } else if (!password_hash(password, user->hash)) {
        fprintf(stderr, "hallq: no memory to hash the password\n");
        code = TOOL_REFUSED;
    }
    password_wipe(password, sizeof(password));
    return code;
}

static bool read_password(char *out, size_t size) {
    char again[PASSWORD_MOST + 2];
    if (!isatty(STDIN_FILENO)) {
        return read_plain(out, size);
    }
    bool is_same = read_hidden("Password: ", out, size) &&
                   read_hidden("Again: ", again, sizeof(again)) && strcmp(out, again) == 0;
    if (!is_same) {
        fprintf(stderr, "hallq: the two are not the same\n");
    }
    password_wipe(again, sizeof(again));
    return is_same;
}

static bool read_hidden(const char *prompt, char *out, size_t size) {
    struct termios shown;
    sigset_t held;
    sigset_t before;
    /* Ctrl-C waits until the terminal echoes again, or it would stay silent. */
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    if (tcgetattr(STDIN_FILENO, &shown) != 0) {
        return false;
    }
    struct termios hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    (void)pthread_sigmask(SIG_BLOCK, &held, &before);
    bool is_hidden = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    /* Only now: what is typed at once after the prompt is neither echoed nor thrown away. */
    fputs(prompt, stderr);
    bool is_read = is_hidden && read_plain(out, size);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_read;
}

/* Byte by byte with read: a buffered reader would keep a copy of the secret. */
static bool read_plain(char *out, size_t size) {
    size_t length = 0;
    char byte = 0;
    while (length < size - 1 && read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
        out[length++] = byte;
    }
    out[length] = '\0';
    if (length == 0) {
        fprintf(stderr, "hallq: no password on stdin\n");
    }
    return length > 0;
}
