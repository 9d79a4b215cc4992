#include "devices/voice.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "devices/line.h"

static const struct voice_line *line_of_image(const struct voice *voice, uint16_t number);
static bool is_over(const struct voice *voice, uint16_t number);
static void end_line(struct voice *voice, const char *what);
static void tell(struct voice *voice, enum report_kind kind, uint16_t count, const char *what);
static void log_line(const struct voice *voice, int level, const char *what, const char *end);

void voice_init(struct voice *voice, const char *bus_id, const char *id,
                const struct bus_callbacks *callbacks) {
    *voice = (struct voice){ .bus_id = bus_id, .id = id, .callbacks = callbacks };
}

void voice_show(struct voice *voice, const struct voice_image *image) {
    voice->image = *image;
    /* A number that the hall asks for no more may come again for another line. */
    for (unsigned i = 0; i < VOICE_LINES; i++) {
        if (line_of_image(voice, voice->over[i]) == NULL) {
            voice->over[i] = 0;
        } else {
            tell(voice, REPORT_SPOKEN, voice->over[i], voice->was_given_up[i] ? "given up" : "");
        }
    }
}

void voice_identify(struct voice *voice, uint16_t count) {
    voice->has_identify |= count != voice->identify_count;
    voice->identify_count = count;
}

const struct voice_line *voice_next(struct voice *voice) {
    if (voice->is_begun) {
        return &voice->line;
    }
    if (voice->has_identify) {
        voice->has_identify = false;
        voice->line = (struct voice_line){ .times = 1 };
        snprintf(voice->line.text, sizeof voice->line.text, "%s", voice->id);
        voice->said = 0;
        voice->is_begun = true;
        return &voice->line;
    }
    for (unsigned i = 0; i < VOICE_LINES; i++) {
        const struct voice_line *line = &voice->image.lines[i];
        if (line->number == 0 || is_over(voice, line->number)) {
            continue;
        }
        /* One that was broken off is not said again from its first time. */
        voice->said = line->number == voice->line.number ? voice->said : 0;
        voice->line = *line;
        voice->is_begun = true;
        return &voice->line;
    }
    return NULL;
}

void voice_said(struct voice *voice) {
    voice->said++;
    if (voice->fault[0] != '\0') {
        voice->fault[0] = '\0';
        log_line(voice, LOG_NOTICE, "speaks again", "");
    }
    if (!voice->is_well_told) {
        voice->is_well_told = true;
        tell(voice, REPORT_RECOVERED, 0, "");
    }
    if (voice->said >= voice->line.times) {
        voice->lines++;
        end_line(voice, "");
    }
}

void voice_give_up(struct voice *voice, const char *what) {
    log_line(voice, LOG_WARNING, "not said: ", what);
    voice_fault(voice, what);
    end_line(voice, what);
}

void voice_break_off(struct voice *voice) {
    /* Its own name stands in no image: it is asked for again here. */
    voice->has_identify |= voice->is_begun && voice->line.number == 0;
    voice->is_begun = false;
}

void voice_come_online(struct voice *voice) {
    if (voice->is_online) {
        return;
    }
    voice->is_online = true;
    voice->is_lost = false;
    voice->epoch++;
    voice->lost[0] = '\0';
    tell(voice, REPORT_ONLINE, 0, "");
    log_line(voice, LOG_NOTICE, "online", "");
}

void voice_lose(struct voice *voice, const char *what) {
    voice_break_off(voice);
    voice->is_online = false;
    snprintf(voice->lost, sizeof voice->lost, "%s", what);
    if (!voice->is_lost) {
        voice->is_lost = true;
        tell(voice, REPORT_OFFLINE, 0, what);
        log_line(voice, LOG_WARNING, what, ", offline");
    }
}

void voice_fault(struct voice *voice, const char *what) {
    if (voice->fault[0] == '\0') {
        snprintf(voice->fault, sizeof voice->fault, "%s", what);
        voice->is_well_told = false;
        tell(voice, REPORT_FAULTED, 0, voice->fault);
    }
}

const char *voice_what(const struct voice *voice) {
    return voice->is_online ? voice->fault : voice->lost;
}

static const struct voice_line *line_of_image(const struct voice *voice, uint16_t number) {
    for (unsigned i = 0; i < VOICE_LINES && number != 0; i++) {
        if (voice->image.lines[i].number == number) {
            return &voice->image.lines[i];
        }
    }
    return NULL;
}

static bool is_over(const struct voice *voice, uint16_t number) {
    for (unsigned i = 0; i < VOICE_LINES; i++) {
        if (voice->over[i] == number) {
            return true;
        }
    }
    return false;
}

/* Its number is kept only while the image has it; there is always a free place then. */
static void end_line(struct voice *voice, const char *what) {
    uint16_t number = voice->line.number;
    for (unsigned i = 0; i < VOICE_LINES && line_of_image(voice, number) != NULL; i++) {
        if (voice->over[i] == 0) {
            voice->over[i] = number;
            voice->was_given_up[i] = what[0] != '\0';
            break;
        }
    }
    voice->is_begun = false;
    voice->line = (struct voice_line){ 0 };
    voice->said = 0;
    tell(voice, number == 0 ? REPORT_ABLE : REPORT_SPOKEN, number, what);
}

static void tell(struct voice *voice, enum report_kind kind, uint16_t count, const char *what) {
    struct device_report report = { .kind = kind,
                                    .role = ROLE_VOICE,
                                    .part = ROLE_VOICE,
                                    .mono_us = line_now_us(),
                                    .epoch = voice->epoch,
                                    .count = count };
    snprintf(report.bus, sizeof report.bus, "%s", voice->bus_id);
    snprintf(report.device, sizeof report.device, "%s", voice->id);
    snprintf(report.what, sizeof report.what, "%s", what);
    voice->callbacks->report(voice->callbacks->context, &report);
}

static void log_line(const struct voice *voice, int level, const char *what, const char *end) {
    char text[3 * WHAT_SIZE];
    snprintf(text, sizeof text, "bus %s: %s: %s%s", voice->bus_id, voice->id, what, end);
    voice->callbacks->log(voice->callbacks->context, level, text);
}
