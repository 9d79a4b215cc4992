#include "devices/diagnosis.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "devices/line.h"

enum { SECOND_US = 1000000, MINUTE_US = 60000000, HEARD_LEAST_US = 1000 };

static void note_strays(struct diagnosis *diagnosis, const struct diagnosis_note *note);
static void note_sample(struct diagnosis *diagnosis, const struct diagnosis_note *note);
static void note_answer(struct diagnosis *diagnosis, const struct diagnosis_note *note);
static enum finding judge(struct diagnosis *diagnosis, int64_t now_us);
static bool find_twins(struct diagnosis *diagnosis);
static bool is_twin(const struct diagnosis *diagnosis, unsigned device);
static bool is_well(const struct diagnosis_device *device);
static bool find_noise(struct diagnosis *diagnosis, int64_t now_us);
static int64_t noise_heard_us(const struct diagnosis *diagnosis, int64_t oldest);
static bool is_unread(struct diagnosis *diagnosis);
static bool is_silent(const struct diagnosis *diagnosis, int64_t now_us);
static unsigned ones(uint16_t bits);
static void write_twins(const struct diagnosis *diagnosis, const struct bus_config *config,
                        char *out);
static void write_garbled(const struct bus_config *config, char *out);
static void write_silence(const struct diagnosis *diagnosis, const struct bus_config *config,
                          char *out);

void diagnosis_init(struct diagnosis *diagnosis, unsigned device_count) {
    assert(device_count <= BUS_DEVICES_MAX);
    *diagnosis = (struct diagnosis){ .device_count = device_count };
}

bool diagnosis_note(struct diagnosis *diagnosis, const struct diagnosis_note *note) {
    assert(note->device < diagnosis->device_count);
    enum finding before = diagnosis->found;
    unsigned device = diagnosis->device;
    bool was_sure = diagnosis->is_sure;
    uint32_t told = diagnosis->a_minute;
    note_strays(diagnosis, note);
    note_sample(diagnosis, note);
    diagnosis->found = judge(diagnosis, note->at_us);
    uint32_t now = diagnosis->a_minute;
    bool is_worse = diagnosis->found == FINDING_NOISE && now > 2 * told;
    if (diagnosis->found == FINDING_NOISE && before == FINDING_NOISE && !is_worse) {
        diagnosis->a_minute = told;
    }
    return diagnosis->found != before || diagnosis->device != device ||
           diagnosis->is_sure != was_sure || is_worse;
}

void diagnosis_write(const struct diagnosis *diagnosis, const struct bus_config *config,
                     char *out) {
    out[0] = '\0';
    switch (diagnosis->found) {
    case FINDING_NONE:
        break;
    case FINDING_ECHO:
        snprintf(out, FINDING_SIZE,
                 "echo: the line gives back what is sent; switch the adapter's receiver off while "
                 "it sends");
        break;
    case FINDING_TWINS:
        write_twins(diagnosis, config, out);
        break;
    case FINDING_NOISE:
        snprintf(out, FINDING_SIZE,
                 "noise: about %u bytes a minute, judged by what comes when nothing was asked",
                 (unsigned)diagnosis->a_minute);
        break;
    case FINDING_GARBLED:
        write_garbled(config, out);
        break;
    case FINDING_SILENCE:
        write_silence(diagnosis, config, out);
        break;
    }
}

/* What came unasked belongs to the exchange before: its second answer, the rest of a garbled one, or noise. */
static void note_strays(struct diagnosis *diagnosis, const struct diagnosis_note *note) {
    bool was_garbled = diagnosis->has_last && diagnosis->last_sample == SAMPLE_GARBLED;
    if (note->has_second && diagnosis->has_last && diagnosis->last_sample == SAMPLE_GOOD) {
        diagnosis->devices[diagnosis->last].second |= 1;
    }
    if (was_garbled) {
        return;
    }
    int64_t second = note->at_us / SECOND_US;
    struct diagnosis_noise *noise = &diagnosis->noise[second % NOISE_S];
    if (noise->second != second) {
        *noise = (struct diagnosis_noise){ .second = second };
    }
    noise->bytes += (uint32_t)note->noise;
    if (diagnosis->has_last && note->sent_us > diagnosis->last_us) {
        noise->heard_us += note->sent_us - diagnosis->last_us;
    }
}

static void note_sample(struct diagnosis *diagnosis, const struct diagnosis_note *note) {
    struct diagnosis_device *device = &diagnosis->devices[note->device];
    bool is_garbled = note->sample == SAMPLE_GARBLED;
    device->silent = note->sample == SAMPLE_SILENT ? device->silent + 1 : 0;
    if (device->silent >= SAMPLES_LEAST) {
        *device = (struct diagnosis_device){ .silent = SAMPLES_LEAST }; /* it is off */
    }
    if (note->sample == SAMPLE_GOOD || is_garbled) {
        device->odd = (uint16_t)(device->odd << 1 | (is_garbled ? 1 : 0));
        device->second = (uint16_t)(device->second << 1);
        device->samples += device->samples < SAMPLES ? 1 : 0;
    }
    diagnosis->echoes = (uint16_t)(diagnosis->echoes << 1 | (note->has_echo ? 1 : 0));
    note_answer(diagnosis, note);
    diagnosis->last = note->device;
    diagnosis->last_sample = note->sample;
    diagnosis->last_us = note->at_us;
    diagnosis->has_last = true;
}

static void note_answer(struct diagnosis *diagnosis, const struct diagnosis_note *note) {
    switch (note->sample) {
    case SAMPLE_GOOD:
    case SAMPLE_FOREIGN:
        /* What was wrong with the whole line says nothing of any device on it. */
        if (diagnosis->found == FINDING_GARBLED || diagnosis->found == FINDING_SILENCE) {
            memset(diagnosis->devices, 0, sizeof diagnosis->devices);
        }
        diagnosis->was_good = diagnosis->was_good || note->sample == SAMPLE_GOOD;
        diagnosis->garbled = diagnosis->silent_run = 0;
        diagnosis->is_mute = false;
        break;
    case SAMPLE_GARBLED:
        diagnosis->garbled++;
        diagnosis->silent_run = 0;
        break;
    case SAMPLE_SILENT:
        if (diagnosis->silent_run++ == 0) {
            diagnosis->silent_us = note->at_us;
        }
        break;
    }
}

/* The one that tells most comes first. */
static enum finding judge(struct diagnosis *diagnosis, int64_t now_us) {
    if (find_twins(diagnosis)) {
        return FINDING_TWINS;
    }
    diagnosis->device = 0;
    diagnosis->is_sure = false;
    if (find_noise(diagnosis, now_us)) {
        return FINDING_NOISE;
    }
    diagnosis->a_minute = 0;
    if (is_silent(diagnosis, now_us)) {
        diagnosis->is_mute = true;
        diagnosis->garbled = 0;
    }
    if (is_unread(diagnosis)) {
        return FINDING_GARBLED;
    }
    if (diagnosis->is_mute) {
        diagnosis->is_sure = !diagnosis->was_good;
        return FINDING_SILENCE;
    }
    unsigned echoes = diagnosis->found == FINDING_ECHO ? 1 : ECHOES_LEAST;
    uint16_t newest = (1U << ECHOES_LEAST) - 1;
    return ones(diagnosis->echoes & newest) >= echoes ? FINDING_ECHO : FINDING_NONE;
}

static bool find_twins(struct diagnosis *diagnosis) {
    for (unsigned i = 0; i < diagnosis->device_count; i++) {
        if (is_twin(diagnosis, i)) {
            bool stood = diagnosis->found == FINDING_TWINS && diagnosis->device == i;
            diagnosis->is_sure = ones(diagnosis->devices[i].second) >= SECONDS_LEAST ||
                                 (stood && diagnosis->is_sure);
            diagnosis->device = i;
            return true;
        }
    }
    return false;
}

/* Unreadable while somebody else is well, and nobody else is as bad: then it is not the line. */
static bool is_twin(const struct diagnosis *diagnosis, unsigned device) {
    const struct diagnosis_device *one = &diagnosis->devices[device];
    bool stands = diagnosis->found == FINDING_TWINS && diagnosis->device == device;
    bool is_odd = one->samples >= SAMPLES_LEAST && ones(one->odd) >= ODD_LEAST;
    unsigned well = 0, ill = 0;
    for (unsigned i = 0; i < diagnosis->device_count; i++) {
        const struct diagnosis_device *other = &diagnosis->devices[i];
        if (i != device && other->samples >= SAMPLES_LEAST / 2) {
            well += is_well(other) ? 1 : 0;
            ill += is_well(other) ? 0 : 1;
        }
    }
    bool is_sure = ones(one->second) >= SECONDS_LEAST || (stands && diagnosis->is_sure);
    return is_sure ? !is_well(one) : (is_odd || (stands && !is_well(one))) && well > 0 && ill == 0;
}

static bool is_well(const struct diagnosis_device *device) {
    return ones(device->odd | device->second) <= ODD_OTHERS;
}

/*
 * On a busy line strays are heard for a small part of the time alone, so that is what the rate is taken by: the seconds
 * since the oldest with noise, at least NOISE_SECONDS.
 */
static bool find_noise(struct diagnosis *diagnosis, int64_t now_us) {
    int64_t second = now_us / SECOND_US;
    int64_t oldest = second - NOISE_SECONDS + 1;
    uint32_t bytes = 0;
    unsigned seconds = 0;
    for (unsigned i = 0; i < NOISE_S; i++) {
        const struct diagnosis_noise *noise = &diagnosis->noise[i];
        if (noise->bytes > 0 && noise->second > second - NOISE_S) {
            oldest = noise->second < oldest ? noise->second : oldest;
            bytes += noise->bytes;
            seconds++;
        }
    }
    int64_t heard_us = noise_heard_us(diagnosis, oldest);
    bool stands = diagnosis->found == FINDING_NOISE;
    diagnosis->a_minute = (uint32_t)(bytes * (uint64_t)MINUTE_US / (uint64_t)heard_us);
    return stands ? bytes > NOISE_OVER_BYTES : bytes >= NOISE_BYTES && seconds >= NOISE_SECONDS;
}

/* The time in which strays were heard, in the seconds from `oldest` on; never nothing. */
static int64_t noise_heard_us(const struct diagnosis *diagnosis, int64_t oldest) {
    int64_t heard_us = 0;
    for (unsigned i = 0; i < NOISE_S; i++) {
        heard_us += diagnosis->noise[i].second >= oldest ? diagnosis->noise[i].heard_us : 0;
    }
    return heard_us < HEARD_LEAST_US ? HEARD_LEAST_US : heard_us;
}

static bool is_unread(struct diagnosis *diagnosis) {
    bool is_unread = diagnosis->garbled >= GARBLED_LEAST;
    diagnosis->is_mute = diagnosis->is_mute && !is_unread;
    return is_unread;
}

static bool is_silent(const struct diagnosis *diagnosis, int64_t now_us) {
    unsigned least = 2 * diagnosis->device_count;
    least = least < SILENT_LEAST ? SILENT_LEAST : least;
    return diagnosis->silent_run >= least &&
           now_us - diagnosis->silent_us >= (int64_t)SILENT_LEAST_S * SECOND_US;
}

static unsigned ones(uint16_t bits) {
    unsigned count = 0;
    for (; bits != 0; bits &= (uint16_t)(bits - 1)) {
        count++;
    }
    return count;
}

static void write_twins(const struct diagnosis *diagnosis, const struct bus_config *config,
                        char *out) {
    const struct device_config *device = &config->devices[diagnosis->device];
    if (diagnosis->is_sure) {
        snprintf(out, FINDING_SIZE, "two devices answer at address %u (%s)", device->address,
                 device->id);
    } else {
        snprintf(out, FINDING_SIZE,
                 "answers of address %u (%s) collide: two devices with this address, or a bad "
                 "joint there",
                 device->address, device->id);
    }
}

static void write_garbled(const struct bus_config *config, char *out) {
    const struct line_settings *line = &config->line;
    if (line_is_network(&config->line)) {
        snprintf(out, FINDING_SIZE,
                 "answers come but can't be read: has the serial server the devices' rate and "
                 "parity?");
    } else {
        snprintf(out, FINDING_SIZE,
                 "answers come but can't be read: are %u baud and %u%c%u the devices' rate and "
                 "parity?",
                 (unsigned)line->baud, line->data_bits, line->parity, line->stop_bits);
    }
}

static void write_silence(const struct diagnosis *diagnosis, const struct bus_config *config,
                          char *out) {
    if (!diagnosis->is_sure) {
        snprintf(
            out, FINDING_SIZE,
            "nothing answers any more: is the line's plug out, the devices' power off, or was a "
            "rate or a wire changed?");
    } else if (config->protocol == PROTOCOL_MODBUS_TCP) {
        snprintf(out, FINDING_SIZE,
                 "nothing answers behind this server: are the devices on, the addresses right?");
    } else if (line_is_network(&config->line)) {
        snprintf(out, FINDING_SIZE,
                 "nothing answers: wires A and B swapped, line not connected, or a wrong rate in "
                 "the serial server?");
    } else {
        snprintf(out, FINDING_SIZE,
                 "nothing answers: wires A and B swapped, line not connected, or not the devices' "
                 "rate (%u baud)?",
                 (unsigned)config->line.baud);
    }
}
