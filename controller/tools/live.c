/* watch, send, reload, time: what needs a running hallqd. */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "controller/control.h"
#include "controller/tools/tool.h"

enum { WAIT_S = 30 };

static int connect_or_say(const struct tool *tool, int *code);
static bool read_seq(const char *text, uint64_t *seq);
static int copy_lines(int fd);
static bool is_refusal(const char *bytes, size_t length);
static char *take_json(const char *word);
static int write_send(const struct tool *tool, char *out, size_t size);
static void write_command(struct json_writer *writer, const struct json *command);
static void write_by(struct json_writer *writer);
static void print_mistakes(const struct json *mistakes);

int tool_watch(const struct tool *tool) {
    char request[64] = "{\"do\":\"watch\"}\n";
    int code = TOOL_DONE;
    if (tool->after != NULL) {
        uint64_t after = 0;
        if (!read_seq(tool->after, &after)) {
            fprintf(stderr, "hallq: --after %s: expected the seq of an event, 0 for all\n",
                    tool->after);
            return TOOL_USAGE;
        }
        (void)snprintf(request, sizeof(request), "{\"do\":\"watch\",\"after\":%" PRIu64 "}\n",
                       after);
    }
    int fd = connect_or_say(tool, &code);
    if (fd < 0) {
        return code;
    }
    /* One that is turned away finds the other end closed, and why in what was sent before. */
    (void)!send(fd, request, strlen(request), MSG_NOSIGNAL);
    code = copy_lines(fd);
    (void)close(fd);
    return code;
}

/* As large as JSON carries without loss; beyond it hallqd would refuse. */
static bool read_seq(const char *text, uint64_t *seq) {
    enum { DIGITS_MAX = 16, DECIMAL = 10 };
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX || text[digits] != '\0') {
        return false;
    }
    *seq = strtoull(text, NULL, DECIMAL);
    return *seq <= UINT64_C(1) << 53;
}

int tool_send(const struct tool *tool) {
    struct tool_answer answer = { 0 };
    int code = TOOL_USAGE;
    char *request = malloc(CONTROL_LINE_MAX);
    if (request == NULL || write_send(tool, request, CONTROL_LINE_MAX) < 0) {
        free(request);
        return TOOL_USAGE;
    }
    int fd = connect_or_say(tool, &code);
    if (fd >= 0) {
        code = tool_ask(fd, request, WAIT_S, &answer);
        (void)close(fd);
    }
    if (fd >= 0 && code == TOOL_DONE) {
        bool is_ok = false;
        (void)json_read_bool(answer.doc, answer.top, "ok", &is_ok);
        printf("%s\n", answer.text);
        code = is_ok ? TOOL_DONE : TOOL_REFUSED;
    }
    tool_answer_deinit(&answer);
    free(request);
    return code;
}

int tool_reload(const struct tool *tool) {
    struct tool_answer answer = { 0 };
    int code = TOOL_DONE;
    int fd = connect_or_say(tool, &code);
    if (fd < 0) {
        return code;
    }
    code = tool_ask_well(fd, "{\"do\":\"reload\"}\n", WAIT_S, &answer);
    if (code == TOOL_REFUSED) {
        print_mistakes(json_get(answer.top, "mistakes"));
        code = TOOL_USAGE;
    }
    tool_answer_deinit(&answer);
    (void)close(fd);
    return code;
}

int tool_time(const struct tool *tool) {
    struct tool_answer answer = { 0 };
    char request[256];
    struct json_writer writer;
    int64_t time_ms;
    int code = TOOL_DONE;
    if (time_parse(tool->words[0], &time_ms) != HALL_OK) {
        fprintf(stderr, "hallq: %s: expected a time like 2026-11-23T09:31:02+08:00\n",
                tool->words[0]);
        return TOOL_USAGE;
    }
    json_writer_init(&writer, request, sizeof(request) - 1); /* the line end comes behind */
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "do", "time");
    json_write_text(&writer, "time", tool->words[0]);
    write_by(&writer);
    json_end_object(&writer);
    int length = json_writer_end(&writer);
    int fd = length < 0 ? -1 : connect_or_say(tool, &code);
    if (fd < 0) {
        return length < 0 ? TOOL_USAGE : code;
    }
    memcpy(request + length, "\n", 2);
    code = tool_ask_well(fd, request, WAIT_S, &answer);
    tool_answer_deinit(&answer);
    (void)close(fd);
    return code;
}

static int connect_or_say(const struct tool *tool, int *code) {
    int fd = tool_connect(tool, code);
    if (fd < 0 && *code == TOOL_ABSENT) {
        (void)tool_say_absent(tool);
    }
    return fd;
}

/* Ends when hallqd does, or by the user's Ctrl-C. A refusal comes instead of the first event, in one piece. */
static int copy_lines(int fd) {
    char bytes[16384];
    for (bool is_first = true;; is_first = false) {
        ssize_t got = recv(fd, bytes, sizeof(bytes), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            fprintf(stderr, "hallq: hallqd has ended the watch\n");
            return TOOL_ABSENT;
        }
        if (is_first && is_refusal(bytes, (size_t)got)) {
            return tool_say_refusal(bytes, (size_t)got);
        }
        if (fwrite(bytes, 1, (size_t)got, stdout) != (size_t)got || fflush(stdout) != 0) {
            return TOOL_DONE; /* the reader of our output has enough */
        }
    }
}

static bool is_refusal(const char *bytes, size_t length) {
    static const char BEGIN[] = "{\"ok\":false";
    return length >= sizeof(BEGIN) - 1 && memcmp(bytes, BEGIN, sizeof(BEGIN) - 1) == 0;
}

/* NULL: no memory. "-" is standard input, so that a PIN stands in no list of processes and in no shell's history. */
static char *take_json(const char *word) {
    enum { LENGTH_MAX = 64 * 1024 }; /* of a command */
    if (strcmp(word, "-") != 0) {
        return strdup(word);
    }
    char *text = malloc(LENGTH_MAX + 2);
    if (text != NULL) {
        text[fread(text, 1, LENGTH_MAX + 1, stdin)] = '\0';
    }
    return text;
}

/* The command is checked for being an object here; what is in it is hallqd's to judge. */
static int write_send(const struct tool *tool, char *out, size_t size) {
    char *text = take_json(tool->words[1]);
    struct json_doc *doc =
        json_open("JSON", text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    int length = HALL_INVALID;
    if (json_mistake_count(doc) > 0) {
        const struct json_mistake *mistake = json_mistake_at(doc, 0);
        fprintf(stderr, "hallq: JSON:%u: %s\n", mistake->line, mistake->what);
    } else if (!json_is_object(json_top(doc))) {
        fprintf(stderr, "hallq: JSON: expected an object like '{\"window\":3}'\n");
    } else {
        struct json_writer writer;
        json_writer_init(&writer, out, size - 1); /* the line end comes behind */
        json_begin_object(&writer, NULL);
        json_write_text(&writer, "do", "send");
        json_write_text(&writer, "name", tool->words[0]);
        write_command(&writer, json_top(doc));
        json_end_object(&writer);
        length = json_writer_end(&writer);
        if (length < 0) {
            fprintf(stderr, "hallq: JSON: larger than 64 KiB\n");
        }
    }
    json_close(doc);
    free(text);
    if (length >= 0) {
        memcpy(out + length, "\n", 2);
    }
    return length;
}

/* A command that does not say who gives it is given by whoever is logged in. */
static void write_command(struct json_writer *writer, const struct json *command) {
    json_begin_object(writer, "command");
    for (const struct json *node = json_first(command); node != NULL; node = json_next(node)) {
        char *copy = malloc(CONTROL_LINE_MAX);
        int length = copy == NULL ? HALL_FULL : json_print(node, copy, CONTROL_LINE_MAX);
        json_write_raw(writer, json_key(node), copy, length < 0 ? 0 : (size_t)length);
        writer->is_full = writer->is_full || length < 0;
        free(copy);
    }
    if (json_get(command, "by") == NULL) {
        write_by(writer);
    }
    json_end_object(writer);
}

/* Whoever is logged in. */
static void write_by(struct json_writer *writer) {
    const char *sudo = getenv("SUDO_USER");         // NOLINT(concurrency-mt-unsafe): one thread
    const struct passwd *user = getpwuid(getuid()); // NOLINT(concurrency-mt-unsafe): one thread
    if (sudo != NULL && sudo[0] != '\0') {
        json_write_text(writer, "by", sudo);
    } else if (user != NULL) {
        json_write_text(writer, "by", user->pw_name);
    }
}

static void print_mistakes(const struct json *mistakes) {
    for (const struct json *node = json_first(mistakes); node != NULL; node = json_next(node)) {
        fprintf(stderr, "%s\n", json_text(node) == NULL ? "" : json_text(node));
    }
}
