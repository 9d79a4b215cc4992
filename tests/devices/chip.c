#include "tests/devices/chip.h"

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
    FRAME_SIZE = 256,
    SCRIPT_SIZE = 16384,
    STEP_SIZE = 1024,
    GAP_US = 8000 /* a silence in mid-frame that ends it: SYN6288 datasheet 4.3.3 */
};

struct test_chip {
    char folder[32], path[48];
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    bool is_stopping, is_dead, has_echo, has_xor, is_speaking;
    int master;
    int fault;
    unsigned fault_count; /* 0: for ever */
    const char *answer;   /* to the question after so many others; NULL the true one */
    unsigned questions;
    unsigned speak_ms;
    int64_t done_us, heard_us;
    bool is_own; /* what is spoken came by a frame */
    char text[CHIP_HEARD_SIZE];
    uint8_t frame[FRAME_SIZE];
    size_t length;
    struct chip_told told;
    char script[SCRIPT_SIZE], step[STEP_SIZE], last_step[STEP_SIZE];
};

static int64_t now_us(void);
static void *chip_run(void *context);
static void chip_plug(struct test_chip *chip);
static void chip_hear(struct test_chip *chip);
static void chip_take(struct test_chip *chip, uint8_t byte);
static void chip_obey(struct test_chip *chip);
static void chip_say_status(struct test_chip *chip);
static void chip_text(struct test_chip *chip, const uint8_t *text, size_t length);
static int chip_draw(struct test_chip *chip);
static void chip_end_text(struct test_chip *chip);
static void chip_say(struct test_chip *chip, const char *bytes, size_t length);
static void chip_note(struct test_chip *chip, const char *way, const uint8_t *bytes, size_t length);
static void chip_end_step(struct test_chip *chip);

struct test_chip *chip_open(bool has_xor, unsigned speak_ms) {
    struct test_chip *chip = calloc(1, sizeof *chip);
    assert(chip != NULL);
    pthread_mutex_init(&chip->mutex, NULL);
    snprintf(chip->folder, sizeof chip->folder, "/tmp/hallq-chip-XXXXXX");
    char *made = mkdtemp(chip->folder);
    assert(made != NULL);
    snprintf(chip->path, sizeof chip->path, "%s/line", chip->folder);
    chip->has_xor = has_xor;
    chip->speak_ms = speak_ms;
    chip->told.shortest_gap_us = INT64_MAX;
    chip_plug(chip);
    pthread_create(&chip->thread, NULL, chip_run, chip);
    return chip;
}

void chip_close(struct test_chip *chip) {
    pthread_mutex_lock(&chip->mutex);
    chip->is_stopping = true;
    pthread_mutex_unlock(&chip->mutex);
    pthread_join(chip->thread, NULL);
    chip_unplug(chip);
    rmdir(chip->folder);
    pthread_mutex_destroy(&chip->mutex);
    free(chip);
}

const char *chip_path(const struct test_chip *chip) {
    return chip->path;
}

void chip_read(struct test_chip *chip, struct chip_told *told) {
    pthread_mutex_lock(&chip->mutex);
    *told = chip->told;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_fault(struct test_chip *chip, int fault, unsigned count) {
    pthread_mutex_lock(&chip->mutex);
    chip->fault = fault;
    chip->fault_count = count;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_answer_question(struct test_chip *chip, unsigned others, const char *bytes) {
    pthread_mutex_lock(&chip->mutex);
    chip->questions = others;
    chip->answer = bytes;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_set_dead(struct test_chip *chip, bool is_dead) {
    pthread_mutex_lock(&chip->mutex);
    chip->is_dead = is_dead;
    chip->is_speaking = false;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_speak_alone(struct test_chip *chip, unsigned ms) {
    pthread_mutex_lock(&chip->mutex);
    chip->is_speaking = true;
    chip->is_own = false;
    chip->done_us = now_us() + (int64_t)ms * 1000;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_reboot(struct test_chip *chip) {
    pthread_mutex_lock(&chip->mutex);
    chip->is_speaking = false;
    chip_say(chip, "\x4A", 1);
    pthread_mutex_unlock(&chip->mutex);
}

void chip_noise(struct test_chip *chip, const char *bytes, size_t length) {
    pthread_mutex_lock(&chip->mutex);
    chip_say(chip, bytes, length);
    pthread_mutex_unlock(&chip->mutex);
}

void chip_set_echo(struct test_chip *chip, bool has_echo) {
    pthread_mutex_lock(&chip->mutex);
    chip->has_echo = has_echo;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_unplug(struct test_chip *chip) {
    pthread_mutex_lock(&chip->mutex);
    if (chip->master >= 0) {
        close(chip->master);
        unlink(chip->path);
    }
    chip->master = -1;
    chip->is_speaking = false;
    pthread_mutex_unlock(&chip->mutex);
}

void chip_replug(struct test_chip *chip) {
    pthread_mutex_lock(&chip->mutex);
    chip_plug(chip);
    pthread_mutex_unlock(&chip->mutex);
}

void chip_transcript(struct test_chip *chip, char *out, size_t size) {
    pthread_mutex_lock(&chip->mutex);
    chip_end_step(chip);
    snprintf(out, size, "%s", chip->script);
    pthread_mutex_unlock(&chip->mutex);
}

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *chip_run(void *context) {
    struct test_chip *chip = context;
    for (;;) {
        pthread_mutex_lock(&chip->mutex);
        bool is_stopping = chip->is_stopping;
        struct pollfd poll_fd = { .fd = chip->master, .events = POLLIN };
        if (chip->is_speaking && now_us() >= chip->done_us) {
            chip_end_text(chip);
        }
        pthread_mutex_unlock(&chip->mutex);
        if (is_stopping) {
            return NULL;
        }
        int ready = poll(&poll_fd, 1, 2);
        pthread_mutex_lock(&chip->mutex);
        if (ready > 0 && (poll_fd.revents & POLLIN) != 0 && poll_fd.fd == chip->master) {
            chip_hear(chip);
        }
        pthread_mutex_unlock(&chip->mutex);
        if (ready > 0 && (poll_fd.revents & POLLHUP) != 0) {
            usleep(1000);
        }
    }
}

static void chip_plug(struct test_chip *chip) {
    chip->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    grantpt(chip->master);
    unlockpt(chip->master);
    char name[64];
    ptsname_r(chip->master, name, sizeof name);
    struct termios raw;
    tcgetattr(chip->master, &raw);
    cfmakeraw(&raw);
    tcsetattr(chip->master, TCSANOW, &raw);
    int linked = symlink(name, chip->path);
    assert(linked == 0);
}

static void chip_hear(struct test_chip *chip) {
    uint8_t bytes[FRAME_SIZE];
    ssize_t got = read(chip->master, bytes, sizeof bytes);
    int64_t heard_us = now_us(); /* the driver counts from the answer, which comes later */
    if (got <= 0 || chip->is_dead) {
        return;
    }
    if (chip->has_echo) {
        ssize_t sent = write(chip->master, bytes, (size_t)got);
        assert(sent == got);
    }
    int64_t gap_us = heard_us - chip->heard_us;
    if (gap_us > GAP_US) {
        chip->length = 0;
    }
    if (chip->heard_us != 0 && chip->length == 0 && gap_us < chip->told.shortest_gap_us) {
        chip->told.shortest_gap_us = gap_us;
    }
    for (ssize_t i = 0; i < got; i++) {
        chip_take(chip, bytes[i]);
    }
    chip->heard_us = heard_us;
}

/* A frame is whole when its length says so; what does not begin with FD is no frame. */
static void chip_take(struct test_chip *chip, uint8_t byte) {
    if (chip->length == 0 && byte != 0xFD) {
        chip->told.bad_frames++;
        return;
    }
    chip->frame[chip->length++] = byte;
    size_t whole =
        chip->length < 3 ? FRAME_SIZE : 3u + (size_t)chip->frame[1] * 256 + chip->frame[2];
    if (chip->length == FRAME_SIZE || chip->length >= whole) {
        chip_obey(chip);
        chip->length = 0;
    }
}

static void chip_obey(struct test_chip *chip) {
    const uint8_t *frame = chip->frame;
    size_t check = chip->has_xor ? 1 : 0;
    uint8_t sum = 0;
    for (size_t i = 0; i + 1 < chip->length; i++) {
        sum ^= frame[i];
    }
    bool is_question = frame[3] == 0x21 && chip->length == 4 + check;
    if (!is_question) {
        chip_end_step(chip);
    }
    chip_note(chip, ">>", frame, chip->length);
    chip->told.frames++;
    bool is_text = frame[3] == 1 && frame[4] <= 1 && chip->length > 5 + check &&
                   chip->length <= 5 + 200 + check;
    if ((chip->has_xor && sum != frame[chip->length - 1]) || (!is_question && !is_text)) {
        chip->told.bad_frames++;
        chip_say(chip, "\x45", 1);
    } else if (is_question) {
        chip_say_status(chip);
        chip_end_step(chip);
    } else {
        chip_text(chip, frame + 5, chip->length - 5 - check);
    }
}

static void chip_say_status(struct test_chip *chip) {
    const char *bytes = chip->is_speaking ? "\x41\x4E" : "\x41\x4F";
    if (chip->answer != NULL && chip->questions-- == 0) {
        bytes = chip->answer;
        chip->answer = NULL;
    }
    chip_say(chip, bytes, strlen(bytes));
}

static void chip_text(struct test_chip *chip, const uint8_t *text, size_t length) {
    static const char *const answers[] = { "\x41", "", "", "\x45", "\x4E", "\x4A" };
    int fault = chip_draw(chip);
    chip_say(chip, answers[fault], strlen(answers[fault]));
    if (fault != 0 && fault != TEXT_SILENT) {
        return;
    }
    chip->told.cuts += chip->is_speaking ? 1 : 0;
    chip->is_speaking = chip->is_own = true;
    chip->done_us = now_us() + (int64_t)chip->speak_ms * 1000;
    memcpy(chip->text, text, length);
    chip->text[length] = '\0';
}

static int chip_draw(struct test_chip *chip) {
    int fault = chip->fault;
    if (chip->fault_count > 0) {
        chip->fault_count--;
        chip->fault = chip->fault_count == 0 ? 0 : fault;
    }
    return fault;
}

static void chip_end_text(struct test_chip *chip) {
    chip->is_speaking = false;
    if (chip->is_own && chip->told.heard_count < CHIP_HEARD_MAX) {
        memcpy(chip->told.heard[chip->told.heard_count++], chip->text, sizeof chip->text);
    }
    chip_say(chip, "\x4F", 1);
}

static void chip_say(struct test_chip *chip, const char *bytes, size_t length) {
    if (length == 0 || chip->master < 0) {
        return;
    }
    ssize_t sent = write(chip->master, bytes, length);
    (void)sent;
    chip_note(chip, "<<", (const uint8_t *)bytes, length);
}

static void chip_note(struct test_chip *chip, const char *way, const uint8_t *bytes,
                      size_t length) {
    size_t used = strlen(chip->step);
    used += (size_t)snprintf(chip->step + used, sizeof chip->step - used, "%s", way);
    for (size_t i = 0; i < length && used + 5 < sizeof chip->step; i++) {
        used += (size_t)snprintf(chip->step + used, sizeof chip->step - used, " %02X", bytes[i]);
    }
    snprintf(chip->step + used, sizeof chip->step - used, "\n");
}

static void chip_end_step(struct test_chip *chip) {
    size_t used = strlen(chip->script);
    if (strcmp(chip->step, chip->last_step) != 0 && used + sizeof chip->step < SCRIPT_SIZE) {
        memcpy(chip->script + used, chip->step, strlen(chip->step) + 1);
    }
    memcpy(chip->last_step, chip->step, sizeof chip->step);
    chip->step[0] = '\0';
}
