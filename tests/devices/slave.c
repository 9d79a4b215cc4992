#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tests/devices/slave_private.h"

static int64_t now_us(void);
static void *slaves_run(void *context);
static void slaves_plug(struct line_slaves *slaves);
static void slaves_hear(struct line_slaves *slaves);
static size_t request_length(const uint8_t *bytes, size_t length);
static void slaves_obey(struct line_slaves *slaves, const uint8_t *request, size_t length);
static size_t slave_answer(struct slave *slave, const uint8_t *request, uint8_t *answer);
static size_t slave_spoil(struct line_slaves *slaves, enum fault fault, unsigned value,
                          uint8_t *answer, size_t size);
static void slave_written(struct slave *slave, unsigned from, unsigned count);
static void slave_print(struct slave *slave);
static enum fault slave_draw(struct slave *slave, uint8_t function);
static enum fault storm_draw(struct storm *storm);
static void slaves_send(struct line_slaves *slaves, uint8_t *frame, size_t length);
static void slaves_send_late(struct line_slaves *slaves);
static void slaves_send_echo(struct line_slaves *slaves, const uint8_t *request, size_t length);
static void slaves_note(struct line_slaves *slaves, const char *way, const uint8_t *bytes,
                        size_t length);
static bool slaves_repeat(const struct line_slaves *slaves);
static void frame_close(uint8_t *frame, size_t *length);
static void slaves_sleep(int64_t us);

struct line_slaves *slaves_open(void) {
    struct line_slaves *slaves = calloc(1, sizeof *slaves);
    slaves->lines = calloc(LINES_MAX, sizeof *slaves->lines);
    pthread_mutex_init(&slaves->mutex, NULL);
    snprintf(slaves->folder, sizeof slaves->folder, "/tmp/hallq-slaves-XXXXXX");
    char *made = mkdtemp(slaves->folder);
    assert(made != NULL);
    snprintf(slaves->path, sizeof slaves->path, "%s/line", slaves->folder);
    slaves->shortest_us = INT64_MAX;
    slaves_plug(slaves);
    pthread_create(&slaves->thread, NULL, slaves_run, slaves);
    return slaves;
}

void slaves_close(struct line_slaves *slaves) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->is_stopping = true;
    pthread_mutex_unlock(&slaves->mutex);
    pthread_join(slaves->thread, NULL);
    slaves_unplug(slaves);
    unlink(slaves->path);
    rmdir(slaves->folder);
    free(slaves->lines);
    free(slaves);
}

const char *slaves_path(const struct line_slaves *slaves) {
    return slaves->path;
}

void slaves_unplug(struct line_slaves *slaves) {
    pthread_mutex_lock(&slaves->mutex);
    if (slaves->master >= 0) {
        close(slaves->master);
        unlink(slaves->path);
    }
    slaves->master = -1;
    slaves->heard_length = 0;
    pthread_mutex_unlock(&slaves->mutex);
}

void slaves_replug(struct line_slaves *slaves) {
    pthread_mutex_lock(&slaves->mutex);
    slaves_plug(slaves);
    pthread_mutex_unlock(&slaves->mutex);
}

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *slaves_run(void *context) {
    struct line_slaves *slaves = context;
    for (;;) {
        pthread_mutex_lock(&slaves->mutex);
        bool is_stopping = slaves->is_stopping;
        struct pollfd poll_fd = { .fd = slaves->master, .events = POLLIN };
        pthread_mutex_unlock(&slaves->mutex);
        if (is_stopping) {
            return NULL;
        }
        int ready = poll(&poll_fd, 1, 2);
        pthread_mutex_lock(&slaves->mutex);
        if (ready > 0 && (poll_fd.revents & POLLIN) != 0 && poll_fd.fd == slaves->master) {
            slaves_hear(slaves);
        }
        slaves_send_late(slaves);
        pthread_mutex_unlock(&slaves->mutex);
        if (ready > 0 && (poll_fd.revents & POLLHUP) != 0) {
            slaves_sleep(1000);
        }
    }
}

static void slaves_plug(struct line_slaves *slaves) {
    slaves->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(slaves->master);
    unlockpt(slaves->master);
    char name[64];
    ptsname_r(slaves->master, name, sizeof name);
    struct termios raw;
    tcgetattr(slaves->master, &raw);
    cfmakeraw(&raw);
    tcsetattr(slaves->master, TCSANOW, &raw);
    int linked = symlink(name, slaves->path);
    assert(linked == 0);
}

static void slaves_hear(struct line_slaves *slaves) {
    ssize_t got = read(slaves->master, slaves->heard + slaves->heard_length,
                       sizeof slaves->heard - slaves->heard_length);
    if (got <= 0) {
        return;
    }
    if (slaves->heard_length == 0 && slaves->ended_us > 0) {
        int64_t silence_us = now_us() - slaves->ended_us;
        slaves->shortest_us = silence_us < slaves->shortest_us ? silence_us : slaves->shortest_us;
    }
    slaves->heard_length += (size_t)got;
    size_t length = request_length(slaves->heard, slaves->heard_length);
    if (length > 0 && length <= slaves->heard_length) {
        uint8_t request[FRAME_SIZE];
        memcpy(request, slaves->heard, length);
        slaves->heard_length = 0;
        slaves_obey(slaves, request, length);
    }
}

/* 0: not known yet. */
static size_t request_length(const uint8_t *bytes, size_t length) {
    if (length < 8) {
        return 0;
    }
    return bytes[1] == 15 || bytes[1] == 16 ? 9U + bytes[6] : 8U;
}

static void slaves_obey(struct line_slaves *slaves, const uint8_t *request, size_t length) {
    struct slave *slave = &slaves->slaves[request[0]];
    uint8_t copy[FRAME_SIZE];
    memcpy(copy, request, length);
    size_t close_length = length - 2;
    frame_close(copy, &close_length);
    if (memcmp(copy, request, length) != 0 || !slave->is_there) {
        return;
    }
    slaves_note(slaves, ">>", request, length);
    slaves_send_echo(slaves, request, length);
    slave->requests++;
    enum fault fault = slave_draw(slave, request[1]);
    if (slaves->storm.seed != 0) {
        fault = storm_draw(&slaves->storm);
        slave->fault_value = slaves->storm.late_ms;
    }
    if (fault == FAULT_DEAF) {
        return;
    }
    uint8_t answer[2 * FRAME_SIZE];
    size_t size = slave_answer(slave, request, answer);
    if (fault == FAULT_FOREIGN_FIRST || fault == FAULT_NOISE_FIRST) {
        uint8_t foreign[] = { (uint8_t)(request[0] + 1), 4, 2, 0x12, 0x34, 0, 0 };
        size_t foreign_size = 5;
        frame_close(foreign, &foreign_size);
        slaves_send(slaves, foreign, fault == FAULT_NOISE_FIRST ? 3 : foreign_size);
    }
    size = slave_spoil(slaves, fault, slave->fault_value, answer, size);
    if (size == 0) {
        return;
    }
    if (slaves->baud > 0) {
        slaves_sleep((int64_t)(length + size) * 10000000 / slaves->baud);
    }
    slaves_send(slaves, answer, size);
}

/* What is left of the answer to be sent now. */
static size_t slave_spoil(struct line_slaves *slaves, enum fault fault, unsigned value,
                          uint8_t *answer, size_t size) {
    switch (fault) {
    case FAULT_NONE:
    case FAULT_FOREIGN_FIRST:
    case FAULT_NOISE_FIRST:
        break;
    case FAULT_DEAF:
    case FAULT_SILENT:
        return 0;
    case FAULT_MANGLED:
        answer[3] ^= 0x04;
        break;
    case FAULT_WRONG_SLAVE:
        answer[0]++;
        size -= 2;
        frame_close(answer, &size);
        break;
    case FAULT_WRONG_LENGTH:
        answer[2] = (uint8_t)(answer[2] - 2);
        size -= 4;
        frame_close(answer, &size);
        break;
    case FAULT_TRUNCATED:
        return size / 2;
    case FAULT_LATE:
        assert(slaves->late_count < LATE_MAX);
        struct late_answer *late = &slaves->late[slaves->late_count++];
        late->due_us = now_us() + (int64_t)value * 1000;
        late->length = size;
        memcpy(late->frame, answer, size);
        return 0;
    case FAULT_REFUSE:
        answer[1] |= 0x80;
        answer[2] = (uint8_t)value;
        size = 3;
        frame_close(answer, &size);
        break;
    }
    return size;
}

static size_t slave_answer(struct slave *slave, const uint8_t *request, uint8_t *answer) {
    if (slave->is_plain) {
        size_t plain = plain_answer(slave, request, answer);
        frame_close(answer, &plain);
        return plain;
    }
    unsigned from = (unsigned)(request[2] << 8 | request[3]);
    unsigned count = (unsigned)(request[4] << 8 | request[5]);
    size_t length = 2;
    memcpy(answer, request, 6);
    bool is_write = request[1] == 16;
    bool is_input = request[1] == 4;
    if (from + count > (is_input ? (unsigned)INPUTS : (unsigned)HOLDINGS)) {
        answer[1] |= 0x80;
        answer[2] = 2;
        length = 3;
    } else if (is_write) {
        for (unsigned i = 0; i < count; i++) {
            slave->holding[from + i] = (uint16_t)(request[7 + 2 * i] << 8 | request[8 + 2 * i]);
        }
        slave_written(slave, from, count);
        length = 6;
    } else {
        const uint16_t *values = is_input ? slave->input : slave->holding;
        answer[length++] = (uint8_t)(2 * count);
        for (unsigned i = 0; i < count; i++) {
            answer[length++] = (uint8_t)(values[from + i] >> 8);
            answer[length++] = (uint8_t)(values[from + i] & 0xFF);
        }
    }
    frame_close(answer, &length);
    return length;
}

static void slave_written(struct slave *slave, unsigned from, unsigned count) {
    unsigned end = from + count;
    switch (slave->input[0]) {
    case 1:
        if (from <= 512 && end > 512) {
            slave_print(slave);
        }
        break;
    case 2:
        slave->input[8] = slave->holding[261];
        break;
    case 3:
        slave->input[8] = slave->holding[257];
        break;
    case 4:
        slave->input[8] = slave->holding[256];
        break;
    case 5:
        slave->input[8] = slave->holding[384];
        break;
    default:
        break;
    }
}

static void slave_print(struct slave *slave) {
    uint16_t job = slave->holding[512];
    if (job == slave->last_job) {
        return;
    }
    slave->last_job = job;
    slave->jobs[slave->job_count++ % JOBS_MAX] = job;
    if (!slave->is_held) {
        slave->input[8] = job;
        slave->input[9] = 0;
    }
}

static enum fault slave_draw(struct slave *slave, uint8_t function) {
    bool is_meant = slave->fault_function == 0 || slave->fault_function == function;
    if (slave->fault_count == 0 || !is_meant) {
        return FAULT_NONE;
    }
    if (slave->fault_skip > 0) {
        slave->fault_skip--;
        return FAULT_NONE;
    }
    slave->fault_count--;
    return slave->fault;
}

/* Half of what is lost is lost on its way there, half on its way back. */
static enum fault storm_draw(struct storm *storm) {
    storm->seed = storm->seed * 1103515245U + 12345U;
    unsigned draw = (storm->seed >> 16) % 100;
    if (draw < storm->lost) {
        return draw % 2 == 0 ? FAULT_DEAF : FAULT_SILENT;
    }
    draw -= storm->lost;
    if (draw < storm->mangled) {
        return FAULT_MANGLED;
    }
    return draw - storm->mangled < storm->late ? FAULT_LATE : FAULT_NONE;
}

static void slaves_send(struct line_slaves *slaves, uint8_t *frame, size_t length) {
    slaves_note(slaves, "<<", frame, length);
    /* Before the write: if this thread were stopped behind it, the master's silence would look too short. */
    slaves->ended_us = now_us();
    ssize_t written = write(slaves->master, frame, length);
    (void)written;
}

static void slaves_send_late(struct line_slaves *slaves) {
    for (unsigned i = 0; i < slaves->late_count;) {
        if (slaves->late[i].due_us > now_us()) {
            i++;
            continue;
        }
        struct late_answer late = slaves->late[i];
        slaves->late[i] = slaves->late[--slaves->late_count];
        slaves_send(slaves, late.frame, late.length);
    }
}

/* Between two pieces the reader has the time to take the first for all there is. */
static void slaves_send_echo(struct line_slaves *slaves, const uint8_t *request, size_t length) {
    for (size_t at = 0; at < length && slaves->echo > 0; at += slaves->echo) {
        size_t left = length - at;
        ssize_t written =
            write(slaves->master, request + at, left < slaves->echo ? left : slaves->echo);
        (void)written;
        slaves_sleep(slaves->echo < length ? 500 : 0);
    }
}

static void slaves_note(struct line_slaves *slaves, const char *way, const uint8_t *bytes,
                        size_t length) {
    if (slaves->line_count == LINES_MAX) {
        return;
    }
    char *line = slaves->lines[slaves->line_count++];
    int used = snprintf(line, LINE_SIZE, "%s", way);
    for (size_t i = 0; i < length; i++) {
        used += snprintf(line + used, LINE_SIZE - (size_t)used, " %02X", bytes[i]);
    }
    slaves->line_count -= slaves_repeat(slaves) ? 2 : 0;
}

/* Is the newest exchange a reading of input registers that gave the same as the last one of its kind? */
static bool slaves_repeat(const struct line_slaves *slaves) {
    unsigned n = slaves->line_count;
    if (n < 4 || strncmp(slaves->lines[n - 1], "<<", 2) != 0 ||
        strncmp(slaves->lines[n - 2] + 5, " 04", 3) != 0) {
        return false;
    }
    for (unsigned i = n - 2; i-- > 0;) {
        if (strcmp(slaves->lines[i], slaves->lines[n - 2]) == 0) {
            return strcmp(slaves->lines[i + 1], slaves->lines[n - 1]) == 0;
        }
    }
    return false;
}

/* CRC bit by bit, as Modbus over Serial Line V1.02, 6.2.2 describes it. */
static void frame_close(uint8_t *frame, size_t *length) {
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < *length; i++) {
        crc ^= frame[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
    }
    frame[(*length)++] = (uint8_t)(crc & 0xFF);
    frame[(*length)++] = (uint8_t)(crc >> 8);
}

static void slaves_sleep(int64_t us) {
    struct timespec pause = { us / 1000000, us % 1000000 * 1000 };
    nanosleep(&pause, NULL);
}
