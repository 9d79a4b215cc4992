/* The tool's end of the local socket. Every wait has a deadline, for hallqd may be stopped in a debugger. */
#include "controller/tools/tool.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "controller/control.h"
#include "protocol/utf8.h"

static int say_refusal(const struct json *top);
static bool find_socket(const struct tool *tool, char *out, size_t size);
static bool send_line(int fd, const char *line, int64_t deadline_ms);
static bool read_line(int fd, struct tool_answer *answer, int64_t deadline_ms);
static bool wait_for(int fd, short events, int64_t deadline_ms);
static int64_t mono_ms(void);

struct config *tool_config(const struct tool *tool) {
    struct config *config = NULL;
    return config_load(tool->config_file, &config, stderr) == HALL_OK ? config : NULL;
}

int tool_connect(const struct tool *tool, int *code) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    *code = TOOL_USAGE;
    if (!find_socket(tool, address.sun_path, sizeof(address.sun_path))) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        return fd;
    }
    bool is_absent = errno == ENOENT || errno == ECONNREFUSED;
    *code = is_absent ? TOOL_ABSENT : TOOL_REFUSED;
    if (!is_absent) {
        fprintf(stderr, "hallq: %s: %s\n", address.sun_path, strerrordesc_np(errno));
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return -1;
}

int tool_say_absent(const struct tool *tool) {
    char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)] = "";
    (void)find_socket(tool, path, sizeof(path));
    fprintf(stderr, "hallq: no hallqd listens at %s\n", path);
    return TOOL_ABSENT;
}

int tool_ask(int fd, const char *line, int wait_s, struct tool_answer *answer) {
    int64_t deadline_ms = mono_ms() + (int64_t)wait_s * 1000;
    *answer = (struct tool_answer){ .text = malloc(CONTROL_ANSWER_MAX + 1) };
    /* One that is turned away finds the other end closed, and why in what was sent before. */
    (void)send_line(fd, line, deadline_ms);
    if (answer->text == NULL || !read_line(fd, answer, deadline_ms)) {
        fprintf(stderr, "hallq: hallqd gave no answer within %d s\n", wait_s);
        return TOOL_ABSENT;
    }
    answer->doc = json_open("answer", answer->text, answer->length);
    answer->top = json_top(answer->doc);
    if (!json_is_object(answer->top)) {
        fprintf(stderr, "hallq: hallqd's answer is no JSON object\n");
        return TOOL_REFUSED;
    }
    return TOOL_DONE;
}

int tool_ask_well(int fd, const char *line, int wait_s, struct tool_answer *answer) {
    int code = tool_ask(fd, line, wait_s, answer);
    bool is_ok = false;
    if (code != TOOL_DONE) {
        return code;
    }
    (void)json_read_bool(answer->doc, answer->top, "ok", &is_ok);
    if (is_ok) {
        return TOOL_DONE;
    }
    return say_refusal(answer->top);
}

int tool_say_refusal(const char *line, size_t length) {
    struct json_doc *doc = json_open("answer", line, length);
    int code = say_refusal(json_top(doc));
    json_close(doc);
    return code;
}

static int say_refusal(const struct json *top) {
    const char *reason = json_text(json_get(top, "reason"));
    const char *message = json_text(json_get(top, "message"));
    fprintf(stderr, "hallq: refused: %s: %s\n", reason == NULL ? "?" : reason,
            message == NULL ? "" : message);
    return TOOL_REFUSED;
}

void tool_answer_deinit(struct tool_answer *answer) {
    if (answer->doc != NULL) {
        json_close(answer->doc);
    }
    free(answer->text);
    *answer = (struct tool_answer){ 0 };
}

static bool find_socket(const struct tool *tool, char *out, size_t size) {
    char found[CONFIG_PATH_SIZE];
    const char *path = tool->socket;
    if (path == NULL) {
        if (!config_find_socket(tool->config_file, found, stderr)) {
            return false;
        }
        path = found;
    }
    if (strlen(path) >= size) {
        fprintf(stderr, "hallq: %s: longer than a socket's path may be\n", path);
        return false;
    }
    utf8_copy(out, size, path);
    return true;
}

static bool send_line(int fd, const char *line, int64_t deadline_ms) {
    size_t length = strlen(line);
    for (size_t at = 0; at < length;) {
        if (!wait_for(fd, POLLOUT, deadline_ms)) {
            return false;
        }
        ssize_t sent = send(fd, line + at, length - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        at += sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static bool read_line(int fd, struct tool_answer *answer, int64_t deadline_ms) {
    while (answer->length < CONTROL_ANSWER_MAX && wait_for(fd, POLLIN, deadline_ms)) {
        char *at = answer->text + answer->length;
        ssize_t got = recv(fd, at, CONTROL_ANSWER_MAX - answer->length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        answer->length += got > 0 ? (size_t)got : 0;
        char *end = got > 0 ? memchr(at, '\n', (size_t)got) : NULL;
        if (end != NULL) {
            *end = '\0';
            answer->length = (size_t)(end - answer->text);
            return true;
        }
    }
    return false;
}

static bool wait_for(int fd, short events, int64_t deadline_ms) {
    for (;;) {
        int64_t left = deadline_ms - mono_ms();
        struct pollfd one = { .fd = fd, .events = events };
        int count = poll(&one, 1, left > 0 ? (int)left : 0);
        if (count > 0) {
            return true;
        }
        if (count == 0 || errno != EINTR) {
            return false;
        }
    }
}

static int64_t mono_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
