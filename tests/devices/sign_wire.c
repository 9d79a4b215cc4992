#include "tests/devices/sign_wire.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    CARDS = 4,
    FRAME_SIZE = 512,
    LINE_SIZE = 3 * FRAME_SIZE + 8,
    LINES_MAX = 300,
    AWAIT_MS = 5000,
    LATE_MAX = 4
};

struct script {
    enum sign_act act;
    char command[5];
    unsigned count, value;
};

struct late {
    int64_t due_ms; /* 0: free */
    size_t length;
    uint8_t bytes[64];
};

struct sign_wire {
    enum sign_kind kind;
    pthread_t thread;
    pthread_mutex_t mutex;
    bool is_stopping;
    int master;
    char folder[64], path[80];
    size_t length;
    uint8_t heard[FRAME_SIZE];
    struct script scripts[CARDS];
    struct late late[LATE_MAX];
    unsigned line_count;
    char lines[LINES_MAX][LINE_SIZE];
};

static void plug(struct sign_wire *wire);
static void *run(void *context);
static void hear(struct sign_wire *wire);
static void obey(struct sign_wire *wire);
static enum sign_act draw(struct script *script, const uint8_t *plain);
static size_t unpack(const struct sign_wire *wire, uint8_t *plain);
static size_t reply_to(const uint8_t *plain, unsigned error, bool is_well, uint8_t *out);
static void answer(struct sign_wire *wire, const uint8_t *bytes, size_t length);
static void answer_late(struct sign_wire *wire, const uint8_t *bytes, size_t length, unsigned ms);
static void send_late(struct sign_wire *wire);
static void note(struct sign_wire *wire, const char *way, const uint8_t *bytes, size_t length);
static bool is_repeat(const struct sign_wire *wire, unsigned at);
static int64_t now_ms(void);

struct sign_wire *sign_wire_open(enum sign_kind kind) {
    struct sign_wire *wire = calloc(1, sizeof *wire);
    wire->kind = kind;
    pthread_mutex_init(&wire->mutex, NULL);
    snprintf(wire->folder, sizeof wire->folder, "/tmp/hallq-sign-XXXXXX");
    char *made = mkdtemp(wire->folder);
    assert(made != NULL);
    snprintf(wire->path, sizeof wire->path, "%s/line", wire->folder);
    plug(wire);
    pthread_create(&wire->thread, NULL, run, wire);
    return wire;
}

void sign_wire_close(struct sign_wire *wire) {
    pthread_mutex_lock(&wire->mutex);
    wire->is_stopping = true;
    pthread_mutex_unlock(&wire->mutex);
    pthread_join(wire->thread, NULL);
    sign_wire_unplug(wire);
    rmdir(wire->folder);
    free(wire);
}

const char *sign_wire_path(const struct sign_wire *wire) {
    return wire->path;
}

void sign_wire_script(struct sign_wire *wire, uint8_t address, enum sign_act act,
                      const char *command, unsigned count) {
    assert(address < CARDS);
    pthread_mutex_lock(&wire->mutex);
    struct script *script = &wire->scripts[address];
    script->act = act;
    script->count = count;
    snprintf(script->command, sizeof script->command, "%s", command);
    pthread_mutex_unlock(&wire->mutex);
}

void sign_wire_value(struct sign_wire *wire, uint8_t address, unsigned value) {
    pthread_mutex_lock(&wire->mutex);
    wire->scripts[address].value = value;
    pthread_mutex_unlock(&wire->mutex);
}

void sign_wire_unplug(struct sign_wire *wire) {
    pthread_mutex_lock(&wire->mutex);
    if (wire->master >= 0) {
        close(wire->master);
        unlink(wire->path);
    }
    wire->master = -1;
    wire->length = 0;
    pthread_mutex_unlock(&wire->mutex);
}

void sign_wire_replug(struct sign_wire *wire) {
    pthread_mutex_lock(&wire->mutex);
    plug(wire);
    pthread_mutex_unlock(&wire->mutex);
}

unsigned sign_wire_count(struct sign_wire *wire, const char *bytes) {
    unsigned count = 0;
    pthread_mutex_lock(&wire->mutex);
    for (unsigned i = 0; i < wire->line_count; i++) {
        bool is_ours = wire->lines[i][0] == '>';
        count += is_ours && strstr(wire->lines[i], bytes) != NULL ? 1 : 0;
    }
    pthread_mutex_unlock(&wire->mutex);
    return count;
}

bool sign_wire_await(struct sign_wire *wire, const char *bytes, unsigned count) {
    int64_t end_ms = now_ms() + AWAIT_MS;
    while (sign_wire_count(wire, bytes) < count && now_ms() < end_ms) {
        usleep(2000);
    }
    return sign_wire_count(wire, bytes) >= count;
}

void sign_wire_transcript(struct sign_wire *wire, bool once, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    pthread_mutex_lock(&wire->mutex);
    for (unsigned i = 0; i < wire->line_count; i++) {
        bool is_said = false;
        for (unsigned k = 0; k < i && once; k++) {
            is_said = is_said || strcmp(wire->lines[k], wire->lines[i]) == 0;
        }
        if (!is_said && !is_repeat(wire, i)) {
            used += (size_t)snprintf(out + used, size - used, "%s\n", wire->lines[i]);
            assert(used < size);
        }
    }
    pthread_mutex_unlock(&wire->mutex);
}

static void plug(struct sign_wire *wire) {
    char name[64];
    struct termios raw;
    wire->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(wire->master);
    unlockpt(wire->master);
    ptsname_r(wire->master, name, sizeof name);
    tcgetattr(wire->master, &raw);
    cfmakeraw(&raw);
    tcsetattr(wire->master, TCSANOW, &raw);
    int linked = symlink(name, wire->path);
    assert(linked == 0);
}

static void *run(void *context) {
    struct sign_wire *wire = context;
    for (;;) {
        pthread_mutex_lock(&wire->mutex);
        bool is_stopping = wire->is_stopping;
        struct pollfd poll_fd = { .fd = wire->master, .events = POLLIN };
        pthread_mutex_unlock(&wire->mutex);
        if (is_stopping) {
            return NULL;
        }
        int ready = poll(&poll_fd, 1, 2);
        pthread_mutex_lock(&wire->mutex);
        if (ready > 0 && (poll_fd.revents & POLLIN) != 0 && poll_fd.fd == wire->master) {
            hear(wire);
        }
        send_late(wire);
        pthread_mutex_unlock(&wire->mutex);
        if (ready > 0 && (poll_fd.revents & POLLHUP) != 0) {
            usleep(1000);
        }
    }
}

static void hear(struct sign_wire *wire) {
    uint8_t bytes[FRAME_SIZE];
    ssize_t got = read(wire->master, bytes, sizeof bytes);
    for (ssize_t i = 0; i < got; i++) {
        assert(wire->length < FRAME_SIZE);
        wire->heard[wire->length++] = bytes[i];
        if (bytes[i] == wire->kind) {
            note(wire, ">>", wire->heard, wire->length);
            obey(wire);
            wire->length = 0;
        }
    }
}

static void obey(struct sign_wire *wire) {
    uint8_t plain[FRAME_SIZE], reply[64];
    if (wire->kind == SIGN_ALPHA) {
        return;
    }
    size_t length = unpack(wire, plain);
    assert(length > 19 && plain[0] < CARDS && plain[1] == 0);
    struct script *script = &wire->scripts[plain[0]];
    enum sign_act act = draw(script, plain);
    if (act == SIGN_SILENT) {
        return;
    }
    if (act == SIGN_ECHO) {
        answer(wire, wire->heard, wire->length);
    }
    size_t size = reply_to(plain, script->value, act != SIGN_REFUSE, reply);
    if (act == SIGN_LATE) {
        answer_late(wire, reply, size, script->value);
        return;
    }
    answer(wire, reply, size);
}

static enum sign_act draw(struct script *script, const uint8_t *plain) {
    char command[5];
    snprintf(command, sizeof command, "%02X%02X", plain[14], plain[15]);
    bool is_meant = script->command[0] == '\0' || strcmp(script->command, command) == 0;
    if (script->count == 0 || !is_meant) {
        return SIGN_WELL;
    }
    script->count--;
    return script->act;
}

static size_t unpack(const struct sign_wire *wire, uint8_t *plain) {
    size_t length = 0;
    for (size_t i = 8; i + 1 < wire->length; i++) {
        uint8_t byte = wire->heard[i];
        if (byte == 0xA6 || byte == 0x5B) {
            i++;
            byte = (uint8_t)(byte + 1 - wire->heard[i]);
        }
        plain[length++] = byte;
    }
    return length;
}

/* None of the bytes is one that is escaped; the checksum may hold some. */
static size_t reply_to(const uint8_t *plain, unsigned error, bool is_well, uint8_t *out) {
    uint8_t body[] = { plain[2], plain[3], plain[0], plain[1], 0,    0, 0, 0, 0, 0,
                       0xFE,     2,        5,        0,        0xA0, 0, 0, 0, 0 };
    unsigned crc = 0;
    body[15] = is_well ? 0 : 1;
    body[16] = (uint8_t)(is_well ? 0 : error);
    for (size_t bit = 0; bit < 8 * sizeof body; bit++) {
        unsigned in = body[bit / 8] >> bit % 8 & 1u;
        crc = ((crc ^ in) & 1u) != 0 ? crc >> 1 ^ 0xA001u : crc >> 1;
    }
    memset(out, 0xA5, 8);
    memcpy(out + 8, body, sizeof body);
    size_t length = 8 + sizeof body;
    for (unsigned i = 0; i < 2; i++) {
        uint8_t byte = (uint8_t)(i == 0 ? crc & 0xFF : crc >> 8);
        bool is_low = byte == 0xA5 || byte == 0x5A;
        if (is_low || byte == 0xA6 || byte == 0x5B) {
            out[length++] = (uint8_t)(is_low ? byte + 1 : byte);
            byte = is_low ? 2 : 1;
        }
        out[length++] = byte;
    }
    out[length++] = 0x5A;
    return length;
}

static void answer(struct sign_wire *wire, const uint8_t *bytes, size_t length) {
    note(wire, "<<", bytes, length);
    ssize_t written = write(wire->master, bytes, length);
    (void)written;
}

static void answer_late(struct sign_wire *wire, const uint8_t *bytes, size_t length, unsigned ms) {
    struct late *late = wire->late;
    while (late < wire->late + LATE_MAX - 1 && late->due_ms != 0) {
        late++;
    }
    late->due_ms = now_ms() + ms;
    late->length = length;
    memcpy(late->bytes, bytes, length);
}

static void send_late(struct sign_wire *wire) {
    for (unsigned i = 0; i < LATE_MAX; i++) {
        if (wire->late[i].due_ms != 0 && wire->late[i].due_ms <= now_ms()) {
            wire->late[i].due_ms = 0;
            answer(wire, wire->late[i].bytes, wire->late[i].length);
        }
    }
}

static void note(struct sign_wire *wire, const char *way, const uint8_t *bytes, size_t length) {
    if (wire->line_count == LINES_MAX) {
        return;
    }
    char *line = wire->lines[wire->line_count++];
    int used = snprintf(line, LINE_SIZE, "%s", way);
    for (size_t i = 0; i < length; i++) {
        used += snprintf(line + used, LINE_SIZE - (size_t)used, " %02X", bytes[i]);
    }
}

/* A ping or its reply as in the exchange before of its kind. */
static bool is_repeat(const struct sign_wire *wire, unsigned at) {
    static const char PING[] = "05 00 A2 00";
    bool is_reply = wire->lines[at][0] == '<';
    unsigned ask = is_reply && at > 0 ? at - 1 : at;
    if (strstr(wire->lines[ask], PING) == NULL || ask + 1 >= wire->line_count) {
        return false;
    }
    for (unsigned i = ask; i-- > 0;) {
        if (strcmp(wire->lines[i], wire->lines[ask]) == 0) {
            return strcmp(wire->lines[i + 1], wire->lines[ask + 1]) == 0;
        }
    }
    return false;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
