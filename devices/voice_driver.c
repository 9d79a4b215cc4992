#include "devices/voice_driver.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "devices/voice.h"
#include "devices/wiring.h"
#include "protocol/speech.h"

enum {
    ANSWER_US = 300000, /* after the frame's last character; not confirmed by a published source */
    GAP_US = (SPEECH_GAP_MS + 2) * 1000,
    PULSE_US = 2000000,  /* between questions to a silent chip */
    AGAIN_US = 250000,   /* between questions to one that should be silent by now */
    ASK_SOON_US = 50000, /* after a question that had no answer */
    LATE_US = 1000000,   /* beyond the usual time of a text before it is asked for */
    STUCK_US = 10000000, /* beyond three times the usual time: it is not believed to end */
    TRIES_MOST = 3,      /* frames for one saying */
    UNANSWERED_MOST = 8,
    SILENCES_LEAST = 2
};

/* 4-devices.md: probes of the dead. */
static const int64_t PROBES_US[] = { 100000,  200000,  500000,   1000000,
                                     2000000, 5000000, 10000000, 30000000 };
enum { PROBE_COUNT = sizeof PROBES_US / sizeof PROBES_US[0] };

enum stage {
    STAGE_ASKING, /* what the chip does is not known yet */
    STAGE_SILENT,
    STAGE_UNSURE, /* the text was sent, but not answered */
    STAGE_SAYING, /* the text was taken */
    STAGE_FOREIGN /* it speaks, but not our line */
};

struct chip {
    struct link *link;
    enum speech_chip kind;
    struct voice voice;
    struct speech_reader reader;
    enum stage stage;
    bool has_restarted; /* said so since the text was sent */
    bool was_cut;       /* the last text, which was too long */
    struct wiring wiring;
    uint64_t noise_before; /* the reader's, when the last frame was sent */
    bool has_replied;      /* since then, be it with what was not asked */
    unsigned
        silences; /* times running that it said it is silent: one flipped bit is believed by nobody */
    unsigned tries, unanswered;
    int64_t ask_us;     /* the next question is due */
    int64_t give_up_us; /* of STAGE_SAYING */
    int64_t sent_us, busy_us;
};

static void chip_init(void *state, struct link *link);
static bool chip_rise(void *state);
static void chip_fall(void *state, bool is_end, int64_t now_us);
static void chip_show(void *state, unsigned device, const struct image *image, int64_t now_us);
static enum hall_error chip_step(void *state);
static enum hall_error chip_ask(struct chip *chip);
static void chip_take_status(struct chip *chip, enum speech_reply reply);
static void chip_take_busy(struct chip *chip, int64_t now_us);
static void chip_take_idle(struct chip *chip, int64_t now_us);
static void chip_take_nothing(struct chip *chip, enum speech_reply reply);
static enum hall_error chip_say(struct chip *chip, const struct voice_line *line);
static void chip_note_cut(struct chip *chip, bool is_cut);
static void chip_retry(struct chip *chip, const char *what);
static enum hall_error chip_listen(struct chip *chip);
static enum hall_error chip_send(struct chip *chip, const struct speech_frame *frame);
static enum hall_error chip_await(struct chip *chip, unsigned wanted, enum speech_reply *reply);
static unsigned bit(enum speech_reply reply);
static void chip_count(struct chip *chip, enum speech_reply reply);
static enum sample chip_sample(const struct chip *chip, enum speech_reply reply);
static void chip_fill(const struct chip *chip, struct device_stats *stats);

const struct driver VOICE_DRIVER = { .size = sizeof(struct chip),
                                     .init = chip_init,
                                     .rise = chip_rise,
                                     .fall = chip_fall,
                                     .show = chip_show,
                                     .step = chip_step };

static void chip_init(void *state, struct link *link) {
    struct chip *chip = state;
    const struct bus_config *config = link->config;
    chip->link = link;
    chip->kind = config->protocol == PROTOCOL_XFS5152 ? CHIP_XFS5152 : CHIP_SYN6288;
    wiring_init(&chip->wiring, link);
    voice_init(&chip->voice, config->id, config->devices[0].id, link->callbacks);
}

static bool chip_rise(void *state) {
    struct chip *chip = state;
    uint64_t noise = chip->reader.noise;
    chip->reader = (struct speech_reader){ .noise = noise };
    wiring_rise(&chip->wiring);
    chip->stage = STAGE_ASKING;
    chip->tries = chip->unanswered = chip->silences = 0;
    chip->ask_us = line_now_us();
    return true;
}

static void chip_fall(void *state, bool is_end, int64_t now_us) {
    struct chip *chip = state;
    (void)now_us;
    if (is_end) {
        return;
    }
    voice_lose(&chip->voice, "the line is lost");
    struct bus_stats *stats = link_lock(chip->link);
    chip_fill(chip, &stats->devices[0]);
    link_unlock(chip->link);
}

static void chip_show(void *state, unsigned device, const struct image *image, int64_t now_us) {
    struct chip *chip = state;
    (void)now_us;
    if (device == 0) {
        voice_show(&chip->voice, &image->voice);
        voice_identify(&chip->voice, image->identify_count);
    }
}

static enum hall_error chip_step(void *state) {
    struct chip *chip = state;
    if (chip->link->config->device_count == 0) {
        return link_wait(chip->link, line_now_us() + PULSE_US) ? HALL_OK : HALL_BUSY;
    }
    if (line_now_us() >= chip->ask_us) {
        return chip_ask(chip);
    }
    const struct voice_line *line = chip->stage == STAGE_SILENT ? voice_next(&chip->voice) : NULL;
    return line != NULL ? chip_say(chip, line) : chip_listen(chip);
}

static enum hall_error chip_ask(struct chip *chip) {
    struct speech_frame frame;
    enum speech_reply reply = REPLY_NONE;
    speech_frame_question(chip->kind, &frame);
    enum hall_error error = chip_send(chip, &frame);
    if (error == HALL_OK) {
        error =
            chip_await(chip, bit(REPLY_BUSY) | bit(REPLY_IDLE) | bit(REPLY_NOT_UNDERSTOOD), &reply);
    }
    if (error == HALL_OK) {
        chip_take_status(chip, reply);
    }
    return error;
}

static void chip_take_status(struct chip *chip, enum speech_reply reply) {
    int64_t now_us = line_now_us();
    if (reply == REPLY_BUSY || reply == REPLY_IDLE) {
        chip->unanswered = 0;
        voice_come_online(&chip->voice);
    }
    if (reply == REPLY_BUSY) {
        chip_take_busy(chip, now_us);
    } else if (reply == REPLY_IDLE) {
        chip_take_idle(chip, now_us);
    } else {
        chip_take_nothing(chip, reply);
    }
    chip_count(chip, reply);
}

static void chip_take_busy(struct chip *chip, int64_t now_us) {
    chip->has_restarted = false;
    chip->silences = 0;
    chip->ask_us = now_us + AGAIN_US;
    if (chip->stage == STAGE_UNSURE) {
        chip->stage = STAGE_SAYING;
    } else if (chip->stage != STAGE_SAYING) {
        chip->stage = STAGE_FOREIGN;
    } else if (now_us >= chip->give_up_us) {
        voice_give_up(&chip->voice, "the chip speaks without an end");
        chip->stage = STAGE_FOREIGN;
    }
}

static void chip_take_idle(struct chip *chip, int64_t now_us) {
    enum stage before = chip->stage;
    chip->silences++;
    if (before != STAGE_SILENT && chip->silences < SILENCES_LEAST) {
        chip->ask_us = now_us;
        return;
    }
    chip->stage = STAGE_SILENT;
    chip->ask_us = now_us + PULSE_US;
    if (before == STAGE_SAYING && !chip->has_restarted) {
        chip->tries = 0;
        voice_said(&chip->voice);
    } else if (before == STAGE_SAYING || before == STAGE_UNSURE) {
        chip_retry(chip, chip->has_restarted ? "the chip restarts at each text"
                                             : "no answer to the text");
    }
}

static void chip_take_nothing(struct chip *chip, enum speech_reply reply) {
    bool is_alien = reply == REPLY_NOT_UNDERSTOOD;
    unsigned over = 0;
    chip->unanswered++;
    if (chip->unanswered >= UNANSWERED_MOST) {
        over = chip->unanswered - UNANSWERED_MOST;
        chip->stage = STAGE_ASKING;
        chip->tries = chip->silences = 0;
        voice_lose(&chip->voice,
                   is_alien ? "the question is not understood (45): another chip's protocol?"
                            : "no answer 8 of 8");
    }
    int64_t probe_us = PROBES_US[over < PROBE_COUNT ? over : PROBE_COUNT - 1];
    chip->ask_us = line_now_us() + (chip->unanswered < UNANSWERED_MOST ? ASK_SOON_US : probe_us);
}

static enum hall_error chip_say(struct chip *chip, const struct voice_line *line) {
    char spelled[SPEECH_SPELLED_SIZE];
    struct speech_frame frame;
    enum speech_reply reply = REPLY_NONE;
    speech_spell(line->text, spelled, sizeof spelled);
    speech_frame_say(chip->kind, chip->voice.image.volume, spelled, &frame);
    chip->silences = 0; /* those before it say nothing of this text; nor does a restart */
    enum hall_error error = chip_send(chip, &frame);
    chip->has_restarted = false;
    if (error == HALL_OK) {
        error = chip_await(
            chip, bit(REPLY_TAKEN) | bit(REPLY_NOT_UNDERSTOOD) | bit(REPLY_BUSY) | bit(REPLY_READY),
            &reply);
    }
    if (error != HALL_OK) {
        return error;
    }
    int64_t now_us = line_now_us();
    int64_t usual_us = (int64_t)speech_usual_ms(spelled) * 1000;
    chip->ask_us = now_us;
    chip->give_up_us = now_us + 3 * usual_us + STUCK_US;
    chip_count(chip, reply);
    if (reply == REPLY_TAKEN) {
        chip->stage = STAGE_SAYING;
        chip->ask_us = now_us + usual_us + LATE_US;
    } else if (reply == REPLY_BUSY) {
        chip->stage = STAGE_FOREIGN;
        chip->ask_us = now_us + AGAIN_US;
    } else if (reply == REPLY_NOT_UNDERSTOOD) {
        chip->ask_us = now_us + PULSE_US;
        chip_retry(chip, "the chip does not understand the text (45)");
    } else {
        /* Silent or restarted: the question tells what became of it. */
        chip->stage = STAGE_UNSURE;
    }
    chip_note_cut(chip, frame.is_cut);
    return HALL_OK;
}

/* The line is well, and the voice: only its text is not, and that is in the log until one fits again. */
static void chip_note_cut(struct chip *chip, bool is_cut) {
    const struct bus_callbacks *callbacks = chip->link->callbacks;
    char text[2 * WHAT_SIZE];
    if (is_cut && !chip->was_cut) {
        snprintf(
            text, sizeof text,
            "bus %s: %s: a text is longer than the chip takes (200 bytes): its end is not said",
            chip->voice.bus_id, chip->voice.id);
        callbacks->log(callbacks->context, LOG_WARNING, text);
    }
    chip->was_cut = is_cut;
}

/* The saying came to nothing; it is begun anew, or given up. */
static void chip_retry(struct chip *chip, const char *what) {
    chip->tries++;
    if (chip->tries >= TRIES_MOST) {
        chip->tries = 0;
        voice_give_up(&chip->voice, what);
    } else {
        voice_break_off(&chip->voice);
    }
}

/* Nothing is to be sent now: what the chip says of itself makes the next question due. */
static enum hall_error chip_listen(struct chip *chip) {
    if (!link_listen(chip->link, chip->ask_us)) {
        return HALL_BUSY;
    }
    for (;;) {
        uint8_t byte;
        size_t got = 0;
        enum hall_error error = line_read(chip->link->line, line_now_us(), &byte, 1, &got);
        if (error != HALL_OK) {
            return error == HALL_TIMEOUT ? HALL_OK : error;
        }
        enum speech_reply reply = speech_reader_take(&chip->reader, byte);
        chip->has_restarted |= reply == REPLY_READY;
        bool is_end = reply == REPLY_IDLE && chip->stage != STAGE_SILENT;
        chip->silences = is_end ? 1 : chip->silences;
        if (reply == REPLY_READY || is_end) {
            chip->ask_us = line_now_us();
        }
    }
}

/* Waits out the gap between frames; replies that are still there belong to no question any more. */
static enum hall_error chip_send(struct chip *chip, const struct speech_frame *frame) {
    struct line *line = chip->link->line;
    int64_t begin_us = line->quiet_us + GAP_US;
    struct timespec until = { begin_us / 1000000, begin_us % 1000000 * 1000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    enum hall_error error = HALL_OK;
    while (error == HALL_OK) {
        uint8_t byte;
        size_t got = 0;
        error = line_read(line, line_now_us(), &byte, 1, &got);
        if (error == HALL_OK) {
            chip->has_restarted |= speech_reader_take(&chip->reader, byte) == REPLY_READY;
        }
    }
    if (error != HALL_TIMEOUT) {
        return error;
    }
    speech_reader_note_sent(&chip->reader, frame);
    chip->noise_before = chip->reader.noise;
    chip->has_replied = false;
    error = line_write(line, frame->bytes, frame->length);
    chip->sent_us = line->quiet_us;
    chip->busy_us += line_wire_us(line, frame->length);
    return error;
}

/* The first reply of those wanted (their bits); REPLY_NONE: none came in time. */
static enum hall_error chip_await(struct chip *chip, unsigned wanted, enum speech_reply *reply) {
    struct line *line = chip->link->line;
    int64_t deadline_us = chip->sent_us + ANSWER_US;
    for (;;) {
        uint8_t byte;
        size_t got = 0;
        enum hall_error error = line_read(line, deadline_us, &byte, 1, &got);
        if (error != HALL_OK) {
            return error == HALL_TIMEOUT ? HALL_OK : error;
        }
        enum speech_reply came = speech_reader_take(&chip->reader, byte);
        chip->has_restarted |= came == REPLY_READY;
        chip->has_replied |= came != REPLY_NONE;
        if (came != REPLY_NONE && (wanted & bit(came)) != 0) {
            *reply = came;
            chip->busy_us += line_wire_us(line, 1);
            return HALL_OK;
        }
    }
}

/* The replies differ in their low four bits. */
static unsigned bit(enum speech_reply reply) {
    return 1u << ((unsigned)reply & 15);
}

/* After each exchange. */
static void chip_count(struct chip *chip, enum speech_reply reply) {
    struct diagnosis_note note = { .sample = chip_sample(chip, reply),
                                   .has_echo = chip->reader.has_echo,
                                   .at_us = line_now_us() };
    wiring_note(&chip->wiring, &note);
    struct bus_stats *stats = link_lock(chip->link);
    struct device_stats *device = &stats->devices[0];
    stats->busy_us = (uint64_t)chip->busy_us;
    stats->stray_bytes = chip->reader.noise;
    device->requests++;
    if (reply == REPLY_NONE) {
        device->timeouts++;
    } else {
        link_count_answer(device, line_now_us() - chip->sent_us);
    }
    device->crc_errors += reply == REPLY_NOT_UNDERSTOOD ? 1 : 0;
    chip_fill(chip, device);
    link_unlock(chip->link);
}

static enum sample chip_sample(const struct chip *chip, enum speech_reply reply) {
    if (reply != REPLY_NONE) {
        return SAMPLE_GOOD;
    }
    if (chip->has_replied) {
        return SAMPLE_FOREIGN;
    }
    return chip->reader.noise == chip->noise_before ? SAMPLE_SILENT : SAMPLE_GARBLED;
}

static void chip_fill(const struct chip *chip, struct device_stats *stats) {
    stats->is_online = chip->voice.is_online;
    stats->is_faulted = chip->voice.fault[0] != '\0';
    stats->images = chip->voice.lines;
    memcpy(stats->what, voice_what(&chip->voice), sizeof stats->what);
}
