#include "tests/devices/paper.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { JOB_MAX = 8192, SAID_MAX = 65536, LOOK_MS = 2 };

struct paper {
    pthread_t thread;
    pthread_mutex_t mutex;
    bool is_stopping, is_off, is_held;
    int master;
    char folder[64], path[80];
    uint8_t answers[4], told[4];
    unsigned babble, cuts;
    uint32_t chance;
    size_t heard, job_length;
    uint8_t job[JOB_MAX]; /* bytes that are no question, in their order */
    uint8_t command[3];   /* 10 04 n under way */
    size_t command_length;
    size_t said_length;
    char said[SAID_MAX];
};

static void *paper_run(void *context);
static void paper_plug(struct paper *paper);
static void paper_hear(struct paper *paper, uint8_t byte);
static void paper_keep(struct paper *paper, uint8_t byte);
static void paper_print(struct paper *paper);
static void paper_say(struct paper *paper, uint8_t byte);
static void paper_note(struct paper *paper, const char *way, const uint8_t *bytes, size_t length);

struct paper *paper_open(void) {
    struct paper *paper = calloc(1, sizeof *paper);
    pthread_mutex_init(&paper->mutex, NULL);
    memset(paper->answers, 0x12, sizeof paper->answers);
    paper->chance = 7;
    snprintf(paper->folder, sizeof paper->folder, "/tmp/hallq-paper-XXXXXX");
    char *made = mkdtemp(paper->folder);
    assert(made != NULL);
    snprintf(paper->path, sizeof paper->path, "%s/line", paper->folder);
    paper_plug(paper);
    pthread_create(&paper->thread, NULL, paper_run, paper);
    return paper;
}

void paper_close(struct paper *paper) {
    pthread_mutex_lock(&paper->mutex);
    paper->is_stopping = true;
    pthread_mutex_unlock(&paper->mutex);
    pthread_join(paper->thread, NULL);
    paper_unplug(paper);
    rmdir(paper->folder);
    free(paper);
}

const char *paper_path(const struct paper *paper) {
    return paper->path;
}

void paper_answer(struct paper *paper, uint8_t printer, uint8_t offline, uint8_t error,
                  uint8_t roll) {
    pthread_mutex_lock(&paper->mutex);
    paper->answers[0] = printer;
    paper->answers[1] = offline;
    paper->answers[2] = error;
    paper->answers[3] = roll;
    pthread_mutex_unlock(&paper->mutex);
}

void paper_hold(struct paper *paper, bool is_held) {
    pthread_mutex_lock(&paper->mutex);
    paper->is_held = is_held;
    paper_print(paper);
    pthread_mutex_unlock(&paper->mutex);
}

void paper_set_power(struct paper *paper, bool is_on) {
    pthread_mutex_lock(&paper->mutex);
    paper->is_off = !is_on;
    paper->job_length = paper->command_length = 0;
    pthread_mutex_unlock(&paper->mutex);
}

void paper_babble(struct paper *paper, unsigned bytes) {
    pthread_mutex_lock(&paper->mutex);
    paper->babble = bytes;
    pthread_mutex_unlock(&paper->mutex);
}

void paper_unplug(struct paper *paper) {
    pthread_mutex_lock(&paper->mutex);
    if (paper->master >= 0) {
        close(paper->master);
        unlink(paper->path);
    }
    paper->master = -1;
    pthread_mutex_unlock(&paper->mutex);
}

void paper_replug(struct paper *paper) {
    pthread_mutex_lock(&paper->mutex);
    paper_plug(paper);
    pthread_mutex_unlock(&paper->mutex);
}

unsigned paper_cuts(struct paper *paper) {
    pthread_mutex_lock(&paper->mutex);
    unsigned cuts = paper->cuts;
    pthread_mutex_unlock(&paper->mutex);
    return cuts;
}

size_t paper_heard(struct paper *paper) {
    pthread_mutex_lock(&paper->mutex);
    size_t heard = paper->heard;
    pthread_mutex_unlock(&paper->mutex);
    return heard;
}

void paper_transcript(struct paper *paper, char *out, size_t size) {
    pthread_mutex_lock(&paper->mutex);
    snprintf(out, size, "%.*s", (int)paper->said_length, paper->said);
    pthread_mutex_unlock(&paper->mutex);
}

static void *paper_run(void *context) {
    struct paper *paper = context;
    for (;;) {
        pthread_mutex_lock(&paper->mutex);
        bool is_stopping = paper->is_stopping;
        struct pollfd poll_fd = { .fd = paper->master, .events = POLLIN };
        pthread_mutex_unlock(&paper->mutex);
        if (is_stopping) {
            return NULL;
        }
        int ready = poll(&poll_fd, 1, LOOK_MS);
        pthread_mutex_lock(&paper->mutex);
        uint8_t bytes[256];
        ssize_t got = 0;
        if (ready > 0 && (poll_fd.revents & POLLIN) != 0 && poll_fd.fd == paper->master) {
            got = read(paper->master, bytes, sizeof bytes);
        }
        for (ssize_t i = 0; i < got; i++) {
            paper_hear(paper, bytes[i]);
        }
        pthread_mutex_unlock(&paper->mutex);
        if (ready > 0 && (poll_fd.revents & POLLHUP) != 0) {
            usleep(1000);
        }
    }
}

static void paper_plug(struct paper *paper) {
    paper->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(paper->master);
    unlockpt(paper->master);
    char name[64];
    ptsname_r(paper->master, name, sizeof name);
    struct termios raw;
    tcgetattr(paper->master, &raw);
    cfmakeraw(&raw);
    tcsetattr(paper->master, TCSANOW, &raw);
    int linked = symlink(name, paper->path);
    assert(linked == 0);
}

/* 10 04 n is obeyed at once, wherever it stands; a 10 that is followed by something else was no question. */
static void paper_hear(struct paper *paper, uint8_t byte) {
    static const uint8_t beginning[] = { 0x10, 0x04 };
    if (paper->is_off) {
        return;
    }
    paper->command[paper->command_length++] = byte;
    if (paper->command_length < 3 && byte == beginning[paper->command_length - 1]) {
        return;
    }
    size_t length = paper->command_length;
    paper->command_length = 0;
    if (length == 3 && byte >= 1 && byte <= 4) {
        uint8_t answer = paper->answers[byte - 1];
        if (answer != paper->told[byte - 1]) {
            paper_note(paper, ">>", paper->command, 3);
            paper_note(paper, "<<", &answer, 1);
            paper->told[byte - 1] = answer;
        }
        paper_say(paper, answer);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        paper_keep(paper, paper->command[i]);
    }
}

static void paper_keep(struct paper *paper, uint8_t byte) {
    assert(paper->job_length < JOB_MAX);
    paper->job[paper->job_length++] = byte;
    paper->heard++;
    paper_print(paper);
}

/* What ends with GS r 1 is printed whole, and then it is answered. */
static void paper_print(struct paper *paper) {
    size_t length = paper->job_length;
    if (paper->is_held || length < 3 || memcmp(paper->job + length - 3, "\x1Dr\x01", 3) != 0) {
        return;
    }
    paper_note(paper, ">>", paper->job, length);
    for (size_t i = 0; i + 2 < length; i++) {
        paper->cuts += memcmp(paper->job + i, "\x1DV\x01", 3) == 0;
    }
    paper->job_length = 0;
    paper_note(paper, "<<", (const uint8_t[]){ 0 }, 1);
    paper_say(paper, 0);
}

static void paper_say(struct paper *paper, uint8_t byte) {
    uint8_t bytes[64];
    size_t length = 0;
    for (; length < paper->babble && length + 1 < sizeof bytes; length++) {
        paper->chance = paper->chance * 1103515245U + 12345U;
        bytes[length] = (uint8_t)(paper->chance >> 16);
    }
    bytes[length++] = byte;
    ssize_t written = write(paper->master, bytes, length);
    (void)written; /* nobody reads while the bus is away */
}

static void paper_note(struct paper *paper, const char *way, const uint8_t *bytes, size_t length) {
    size_t at = paper->said_length;
    assert(at + 3 * length + 8 < SAID_MAX);
    at += (size_t)sprintf(paper->said + at, "%s", way);
    for (size_t i = 0; i < length; i++) {
        at += (size_t)sprintf(paper->said + at, " %02X", bytes[i]);
    }
    at += (size_t)sprintf(paper->said + at, "\n");
    paper->said_length = at;
}
