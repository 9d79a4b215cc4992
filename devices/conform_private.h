/* What the files of the conformity check share. Every check of a lost line is silent: the line is named once. */
#ifndef DEVICES_CONFORM_PRIVATE_H
#define DEVICES_CONFORM_PRIVATE_H

#include "devices/conform.h"
#include "devices/profile_map.h"
#include "protocol/registers.h"

enum { CONFORM_SESSION = 1 };

struct conform {
    struct bench *bench;
    uint8_t slave;
    const struct profile *profile;
    const struct conform_callbacks *callbacks;
    struct conform_report report;
    bool is_gone;
    unsigned answered;
    unsigned excused;             /* unanswered because the device had gone to another address */
    unsigned late;                /* answers after answer_ms */
    uint16_t before[INPUT_COUNT]; /* the device as it came */
    uint16_t pressed;             /* key events that were asked for */
};

/* Both ask again once, and note the late, and a line that is lost. */
enum rtu_outcome conform_read(struct conform *conform, uint8_t function, struct span span,
                              struct rtu_result *result);
enum rtu_outcome conform_write(struct conform *conform, uint16_t address, uint16_t count,
                               const uint16_t *values, struct rtu_result *result);
/* Says one check's end. */
void conform_note(struct conform *conform, const char *name, enum conform_verdict verdict,
                  const char *expected, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* "no answer", "exception 2"; static or in `out` (WHAT_SIZE). */
const char *conform_outcome(const struct rtu_result *result, char *out);
enum role conform_role(const struct conform *conform);

/* Its images are written, and read back. */
void conform_images(struct conform *conform);
/* Awake, so that its keys are heard; asleep at the end. */
void conform_wake(struct conform *conform, bool is_awake);
void conform_keys(struct conform *conform);
void conform_job(struct conform *conform);

#endif
