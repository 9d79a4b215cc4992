/*
 * What is wrong with a line, told from what became of the exchanges on it: an echo, two devices at one address, noise,
 * answers that nobody can read, silence. One mangled answer says nothing: each finding needs several of them and stands
 * until the line is well again. Pure: the bus's thread notes exchanges and asks; plain data, times in microseconds.
 */
#ifndef DEVICES_DIAGNOSIS_H
#define DEVICES_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bus.h"

enum {
    SAMPLES = 16,       /* the last exchanges with each device, and of the line for echoes */
    SAMPLES_LEAST = 8,  /* fewer say nothing of a device */
    ECHOES_LEAST = 3,   /* running */
    ODD_LEAST = 6,      /* of the samples were unreadable or answered twice: two devices, */
    SECONDS_LEAST = 3,  /* ... or so many whole second answers ... */
    ODD_OTHERS = 1,     /* ... while another device is well: it has no more; then it is over, too */
    GARBLED_LEAST = 8,  /* since the last good answer of any device */
    SILENT_LEAST = 8,   /* unanswered running, or twice the devices, */
    SILENT_LEAST_S = 2, /* for at least so long */
    NOISE_S = 6,        /* looked back on */
    NOISE_SECONDS = 3,  /* of them with noise */
    NOISE_BYTES = 10,   /* in all of them: noise */
    NOISE_OVER_BYTES = 2, /* no more than so many: it is over */
    FINDING_SIZE = WHAT_SIZE
};

enum sample {
    SAMPLE_GOOD,
    SAMPLE_SILENT,  /* not a byte */
    SAMPLE_FOREIGN, /* only whole frames that fit nothing that was asked */
    SAMPLE_GARBLED  /* bytes that make no frame */
};

/* One exchange, and what came between the one before and this. */
struct diagnosis_note {
    unsigned device; /* place on the bus */
    enum sample sample;
    bool has_echo;
    size_t noise;    /* bytes without a whole frame among them */
    bool has_second; /* a whole answer of the device before */
    int64_t sent_us; /* the question; from the exchange before until then strays are heard */
    int64_t at_us;   /* the exchange was over */
};

enum finding {
    FINDING_NONE,
    FINDING_ECHO,
    FINDING_TWINS, /* device; is_sure: whole second answers were seen */
    FINDING_NOISE, /* a_minute: of time in which it can be heard */
    FINDING_GARBLED,
    FINDING_SILENCE, /* is_sure: nothing was ever heard */
};

struct diagnosis_device {
    uint16_t odd, second; /* bit 0: the newest sample */
    unsigned samples;
    unsigned silent; /* unanswered running */
};

/* One second: what came in the time in which strays are heard. */
struct diagnosis_noise {
    int64_t second, heard_us;
    uint32_t bytes;
};

struct diagnosis {
    unsigned device_count;
    struct diagnosis_device devices[BUS_DEVICES_MAX];
    uint16_t echoes;
    bool was_good;       /* ever, since the start */
    unsigned garbled;    /* since the last good answer */
    unsigned silent_run; /* unanswered since anything was heard */
    int64_t silent_us;   /* since when */
    bool is_mute;        /* nobody has answered for long, and nobody has since */
    unsigned last;       /* the device that was asked before, and what became of it */
    bool has_last;
    enum sample last_sample;
    int64_t last_us;
    struct diagnosis_noise noise[NOISE_S];
    enum finding found; /* stands */
    unsigned device;
    bool is_sure;
    uint32_t a_minute;
};

void diagnosis_init(struct diagnosis *diagnosis, unsigned device_count);
/* True when another finding stands now than before. */
bool diagnosis_note(struct diagnosis *diagnosis, const struct diagnosis_note *note);
/* The finding in words, "" when the line is well. `out` holds FINDING_SIZE bytes. */
void diagnosis_write(const struct diagnosis *diagnosis, const struct bus_config *config, char *out);

#endif
