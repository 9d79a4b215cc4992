#include "devices/ff68_driver.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "devices/echo.h"
#include "devices/ff68_device.h"
#include "devices/garbage.h"

enum {
    READ_SIZE = 256,
    STEP_US = 1000000,
    SILENCE_US = 50000, /* a frame's bytes come closer together, through adapters and servers too */
    ROOM_US = 20000,    /* between what is said unasked, so that a terminal finds room to speak */
    OWN_US = 150000,    /* what was sent and comes back so soon is nobody's press; ... */
    OWN_LAGS = 4,       /* ... through a serial server, which packs both ways, so many lags later */
    SENT_KEPT = 16      /* more than is sent in that time */
};

struct ff68_sent {
    struct ff68_frame frame;
    int64_t us; /* when; 0: none */
};

struct ff68 {
    struct link *link;
    bool is_new; /* the line was opened and nothing was done on it yet */
    struct ff68_reader reader;
    bool is_looked_through; /* the reader, since the last byte */
    struct echo echo;
    bool is_given_back; /* what was sent last, by the wire */
    struct garbage garbage;
    bool is_stranger_told[UINT8_MAX + 1]; /* of an address without such a device */
    unsigned last;                        /* the device that was spoken to last */
    int64_t byte_us;                      /* when the last byte came */
    int64_t room_us;                      /* until when a terminal has room to speak */
    struct ff68_sent sent[SENT_KEPT];     /* the last ones since the line was opened */
    unsigned sent_next;                   /* the place of the next */
    uint64_t busy_us;
    struct ff68_device devices[BUS_DEVICES_MAX];
};

static void ff68_init(void *state, struct link *link);
static bool ff68_rise(void *state);
static void ff68_fall(void *state, bool is_end, int64_t now_us);
static void ff68_take_image(void *state, unsigned device, const struct image *image,
                            int64_t now_us);
static enum hall_error ff68_step(void *state);
static void ff68_begin(struct ff68 *ff68, int64_t now_us);
static enum hall_error ff68_listen(struct ff68 *ff68);
static void ff68_hear_bytes(struct ff68 *ff68, const uint8_t *bytes, size_t count, int64_t now_us);
static void ff68_look_through(struct ff68 *ff68, int64_t now_us);
static void ff68_hear(struct ff68 *ff68, const struct ff68_frame *frame, int64_t now_us);
static const struct ff68_sent *ff68_last_sent(const struct ff68 *ff68);
static const struct ff68_sent *ff68_find_sent(const struct ff68 *ff68,
                                              const struct ff68_frame *frame);
static bool ff68_is_own(struct ff68 *ff68, const struct ff68_sent *sent, int64_t now_us);
static void ff68_say_garbage(struct ff68 *ff68, bool has_changed);
static struct ff68_device *ff68_speaker(struct ff68 *ff68, const struct ff68_frame *frame);
static void ff68_tell_stranger(struct ff68 *ff68, const struct ff68_frame *frame);
static enum ff68_say ff68_choose(struct ff68 *ff68, int64_t now_us, unsigned *device);
static void ff68_judge_echo(struct ff68 *ff68);
static enum hall_error ff68_speak(struct ff68 *ff68, unsigned device, enum ff68_say say,
                                  int64_t now_us);
static int64_t ff68_free_us(const struct ff68 *ff68, enum ff68_say say);
static int64_t ff68_wake_us(const struct ff68 *ff68, int64_t now_us);
static void ff68_count(struct ff68 *ff68, const struct ff68_device *device);

const struct driver FF68_DRIVER = { .size = sizeof(struct ff68),
                                    .init = ff68_init,
                                    .rise = ff68_rise,
                                    .fall = ff68_fall,
                                    .show = ff68_take_image,
                                    .step = ff68_step };

static void ff68_init(void *state, struct link *link) {
    struct ff68 *ff68 = state;
    ff68->link = link;
    for (unsigned i = 0; i < link->config->device_count; i++) {
        ff68_device_init(&ff68->devices[i], &link->config->devices[i]);
        ff68->devices[i].bus_id = link->config->id;
        ff68->devices[i].callbacks = link->callbacks;
    }
}

static bool ff68_rise(void *state) {
    struct ff68 *ff68 = state;
    ff68->is_new = true;
    ff68->reader.count = 0;
    /* A line that was opened has no warnings left. */
    ff68->echo = (struct echo){ .is_told = false };
    garbage_init(&ff68->garbage, ff68->reader.stray);
    ff68->byte_us = ff68->room_us = 0;
    memset(ff68->sent, 0, sizeof ff68->sent);
    return true;
}

static void ff68_fall(void *state, bool is_end, int64_t now_us) {
    struct ff68 *ff68 = state;
    for (unsigned i = 0; !is_end && i < ff68->link->config->device_count; i++) {
        ff68_device_fall(&ff68->devices[i], now_us);
        ff68_count(ff68, &ff68->devices[i]);
    }
}

static void ff68_take_image(void *state, unsigned device, const struct image *image,
                            int64_t now_us) {
    struct ff68 *ff68 = state;
    ff68_device_show(&ff68->devices[device], image, now_us);
}

static enum hall_error ff68_step(void *state) {
    struct ff68 *ff68 = state;
    int64_t now_us = line_now_us();
    unsigned device;
    if (ff68->is_new) {
        ff68_begin(ff68, now_us);
    }
    enum ff68_say say = ff68_choose(ff68, now_us, &device);
    if (say != FF68_SAY_NOTHING && now_us >= ff68_free_us(ff68, say)) {
        return ff68_speak(ff68, device, say, now_us);
    }
    int64_t wake_us = ff68_wake_us(ff68, now_us);
    if (say != FF68_SAY_NOTHING && ff68_free_us(ff68, say) < wake_us) {
        wake_us = ff68_free_us(ff68, say);
    }
    return link_listen(ff68->link, wake_us) ? ff68_listen(ff68) : HALL_BUSY;
}

/* The line itself was told as up by now. */
static void ff68_begin(struct ff68 *ff68, int64_t now_us) {
    ff68->is_new = false;
    for (unsigned i = 0; i < ff68->link->config->device_count; i++) {
        ff68_device_rise(&ff68->devices[i], now_us);
        ff68_count(ff68, &ff68->devices[i]);
    }
}

/* Takes what has come, without waiting. */
static enum hall_error ff68_listen(struct ff68 *ff68) {
    uint8_t bytes[READ_SIZE];
    size_t got = 0;
    enum hall_error error = line_read(ff68->link->line, line_now_us(), bytes, sizeof bytes, &got);
    int64_t now_us = line_now_us();
    if (error == HALL_OK) {
        ff68_hear_bytes(ff68, bytes, got, now_us);
    } else if (error == HALL_TIMEOUT) {
        ff68_look_through(ff68, now_us);
        ff68_say_garbage(ff68, garbage_pass(&ff68->garbage, now_us));
    }
    return error == HALL_TIMEOUT ? HALL_OK : error;
}

static void ff68_hear_bytes(struct ff68 *ff68, const uint8_t *bytes, size_t count, int64_t now_us) {
    struct ff68_frame frame;
    ff68->byte_us = now_us;
    ff68->is_looked_through = false;
    ff68->busy_us += (uint64_t)line_wire_us(ff68->link->line, count);
    for (size_t i = 0; i < count; i++) {
        ff68_take(&ff68->reader, bytes[i]);
        while (ff68_next(&ff68->reader, &frame)) {
            ff68_hear(ff68, &frame, now_us);
        }
    }
    if (!ff68->echo.is_told) {
        ff68_say_garbage(ff68, garbage_note(&ff68->garbage, false, ff68->reader.stray, now_us));
    }
    ff68_count(ff68, NULL);
}

/* After a silence a beginning that found no end hides nothing any more. */
static void ff68_look_through(struct ff68 *ff68, int64_t now_us) {
    struct ff68_frame frame;
    if (ff68->is_looked_through || now_us - ff68->byte_us < SILENCE_US) {
        return;
    }
    ff68->is_looked_through = true;
    while (ff68_next_in_silence(&ff68->reader, &frame)) {
        ff68_hear(ff68, &frame, now_us);
    }
    ff68_count(ff68, NULL);
}

static void ff68_hear(struct ff68 *ff68, const struct ff68_frame *frame, int64_t now_us) {
    ff68_say_garbage(ff68, garbage_note(&ff68->garbage, true, ff68->reader.stray, now_us));
    const struct ff68_sent *sent = ff68_find_sent(ff68, frame);
    if (sent != NULL && ff68_is_own(ff68, sent, now_us)) {
        return;
    }
    struct ff68_device *device = ff68_speaker(ff68, frame);
    if (device == NULL) {
        ff68_tell_stranger(ff68, frame);
        return;
    }
    if (ff68_device_hear(device, frame, now_us) && sent != NULL) {
        struct bus_stats *stats = link_lock(ff68->link);
        link_count_answer(&stats->devices[device - ff68->devices], now_us - sent->us);
        link_unlock(ff68->link);
    }
    ff68_count(ff68, device);
}

static const struct ff68_sent *ff68_last_sent(const struct ff68 *ff68) {
    return &ff68->sent[(ff68->sent_next + SENT_KEPT - 1) % SENT_KEPT];
}

/* The last of the frames sent that is the same; NULL: none is. */
static const struct ff68_sent *ff68_find_sent(const struct ff68 *ff68,
                                              const struct ff68_frame *frame) {
    const struct ff68_sent *found = NULL;
    for (unsigned i = 0; i < SENT_KEPT; i++) {
        const struct ff68_sent *sent = &ff68->sent[i];
        bool is_same = sent->us != 0 && ff68_equal(frame, &sent->frame);
        found = is_same && (found == NULL || sent->us > found->us) ? sent : found;
    }
    return found;
}

/*
 * What was sent and comes back: by the wire itself, when it does so before a device could have sent it; by a terminal
 * that confirms so what it is told to show; an answer is confirmed by nobody. Through a serial server the two can't be
 * told apart, so what comes back confirms nothing; and other frames may have gone out before it does.
 */
static bool ff68_is_own(struct ff68 *ff68, const struct ff68_sent *sent, int64_t now_us) {
    const struct line *line = ff68->link->line;
    bool is_near = line->lag_us == 0;
    bool is_last = sent == ff68_last_sent(ff68);
    int64_t age_us = now_us - sent->us;
    if (age_us > OWN_US + (int64_t)OWN_LAGS * line->lag_us || (is_near && !is_last)) {
        return false;
    }
    int64_t wire_us = line_wire_us(line, (size_t)FF68_AROUND + sent->frame.length);
    bool is_wire = age_us < wire_us + wire_us * 3 / 4;
    ff68->is_given_back = ff68->is_given_back || is_wire;
    uint8_t function = sent->frame.function;
    bool may_be_confirmed = function == FF68_DIGITS || function == FF68_BEEP;
    return is_wire || !may_be_confirmed || !is_near;
}

static void ff68_say_garbage(struct ff68 *ff68, bool has_changed) {
    if (has_changed && ff68->garbage.is_told) {
        link_warn(ff68->link,
                  "bytes come, but no frame among them: noise, or another rate or parity "
                  "than the devices' (mostly 9600 8N1)?");
    } else if (has_changed) {
        link_clear(ff68->link);
    }
}

static struct ff68_device *ff68_speaker(struct ff68 *ff68, const struct ff68_frame *frame) {
    enum role role = frame->function == FF68_RATING ? ROLE_KEYPAD : ROLE_TERMINAL;
    for (unsigned i = 0; i < ff68->link->config->device_count; i++) {
        const struct device_config *config = ff68->devices[i].config;
        if (config->address == frame->address && config->role == role) {
            return &ff68->devices[i];
        }
    }
    return NULL;
}

static void ff68_tell_stranger(struct ff68 *ff68, const struct ff68_frame *frame) {
    char text[2 * WHAT_SIZE];
    if (ff68->is_stranger_told[frame->address]) {
        return;
    }
    ff68->is_stranger_told[frame->address] = true;
    snprintf(text, sizeof text, "bus %s: address %u sends %s, but no %s stands there in the config",
             ff68->link->config->id, frame->address,
             frame->function == FF68_RATING ? "a rating" : "a key",
             frame->function == FF68_RATING ? "keypad" : "terminal");
    ff68->link->callbacks->log(ff68->link->callbacks->context, LOG_WARNING, text);
}

/* The most urgent; of equals the next after the one that was spoken to last. */
static enum ff68_say ff68_choose(struct ff68 *ff68, int64_t now_us, unsigned *device) {
    enum ff68_say most = FF68_SAY_NOTHING;
    unsigned count = ff68->link->config->device_count;
    for (unsigned i = 1; i <= count; i++) {
        unsigned place = (ff68->last + i) % count;
        enum ff68_say say = ff68_device_wants(&ff68->devices[place], now_us);
        if (say < most) {
            most = say;
            *device = place;
        }
    }
    return most;
}

/* The line is spoken to again: what was sent before came back by now, or does not. */
static void ff68_judge_echo(struct ff68 *ff68) {
    if (ff68_last_sent(ff68)->us != 0) {
        echo_note(&ff68->echo, ff68->link, ff68->is_given_back);
    }
    ff68->is_given_back = false;
}

static enum hall_error ff68_speak(struct ff68 *ff68, unsigned device, enum ff68_say say,
                                  int64_t now_us) {
    uint8_t bytes[FF68_FRAME_MAX];
    struct line *line = ff68->link->line;
    struct ff68_sent *sent = &ff68->sent[ff68->sent_next];
    ff68_judge_echo(ff68);
    ff68->sent_next = (ff68->sent_next + 1) % SENT_KEPT;
    ff68->last = device;
    ff68_device_say(&ff68->devices[device], say, now_us, &sent->frame);
    size_t length = ff68_write(&sent->frame, bytes);
    sent->us = now_us;
    ff68->busy_us += (uint64_t)line_wire_us(line, length);
    enum hall_error error = line_write(line, bytes, length);
    ff68->room_us = line->quiet_us + ROOM_US;
    ff68_count(ff68, &ff68->devices[device]);
    return error;
}

/* When the line may be spoken to: nobody else speaks, and what can wait leaves room for those who speak unasked. */
static int64_t ff68_free_us(const struct ff68 *ff68, enum ff68_say say) {
    const struct line *line = ff68->link->line;
    int64_t free_us = line->quiet_us + line->silence_us;
    if (ff68->reader.count > 0 && ff68->byte_us + SILENCE_US > free_us) {
        free_us = ff68->byte_us + SILENCE_US;
    }
    return say != FF68_SAY_ANSWER && ff68->room_us > free_us ? ff68->room_us : free_us;
}

static int64_t ff68_wake_us(const struct ff68 *ff68, int64_t now_us) {
    int64_t wake_us = now_us + STEP_US;
    bool is_open = ff68->reader.count > 0 && !ff68->is_looked_through;
    if (is_open && ff68->byte_us + SILENCE_US < wake_us) {
        wake_us = ff68->byte_us + SILENCE_US;
    }
    for (unsigned i = 0; i < ff68->link->config->device_count; i++) {
        int64_t due_us = ff68_device_due_us(&ff68->devices[i]);
        wake_us = due_us > now_us && due_us < wake_us ? due_us : wake_us;
    }
    return wake_us;
}

/* The line's counters, and a device's (NULL: none moved). */
static void ff68_count(struct ff68 *ff68, const struct ff68_device *device) {
    struct bus_stats *stats = link_lock(ff68->link);
    stats->busy_us = ff68->busy_us;
    stats->stray_bytes = ff68->link->line->stray_bytes + ff68->reader.stray;
    stats->crc_errors = ff68->reader.bad;
    if (device != NULL) {
        struct device_stats *own = &stats->devices[device - ff68->devices];
        own->is_online = !device->is_away;
        own->requests = device->requests;
        own->answers = device->answers;
        own->timeouts = device->timeouts;
        own->misfits = device->repeats;
        own->images = device->images;
        own->last_answer_us = device->heard_us;
        memcpy(own->what, device->what, sizeof own->what);
    }
    link_unlock(ff68->link);
}
