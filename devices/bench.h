/*
 * One device after another on a line of one's own: what a tool on the bench or in the cabinet does. Blocking; for
 * tools, not for hallqd. Keeps the rules of a shared line: t3.5 before each request, and after a time-out a second of
 * listening, so that an answer that comes late is never believed of a later question.
 */
#ifndef DEVICES_BENCH_H
#define DEVICES_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/rtu.h"
#include "protocol/image.h"
#include "protocol/words.h"

struct bench;
struct profile;
struct sequence;

/* Whom to show something: by the registers that its profile gives this role. */
struct bench_target {
    uint8_t slave;
    enum role role;
    const struct profile *profile;
};

/* Since the bench was opened or bench_forget was called. */
struct bench_counts {
    unsigned asked;     /* requests, those asked again counted once more */
    unsigned silent;    /* not answered in time */
    unsigned mangled;   /* answered unreadably */
    int64_t slowest_us; /* the longest wait for an answer, its wire time taken off */
};

/*
 * Opens the line; an answer may come `answer_us` after the wire was done. HALL_IO with `what` (WHAT_SIZE) when the line
 * can't be had: it then names who holds it.
 */
enum hall_error bench_open(const struct line_settings *settings, int64_t answer_us,
                           struct bench **bench, char *what);
void bench_close(struct bench *bench);
/* Asks once. After RTU_NO_ANSWER and RTU_MANGLED a second has been listened away. */
enum rtu_outcome bench_ask_once(struct bench *bench, const struct rtu_request *request,
                                struct rtu_result *result);
/* The same, and once more when the first brought nothing. */
enum rtu_outcome bench_ask(struct bench *bench, const struct rtu_request *request,
                           struct rtu_result *result);
/* Every step in its order; ends with the first that is not acknowledged. */
enum rtu_outcome bench_write(struct bench *bench, uint8_t slave, const struct sequence *sequence,
                             struct rtu_result *result);
/*
 * Writes what the image says of one part: ROLE_TERMINAL, ROLE_KEYPAD, ROLE_BOARD or ROLE_DISPENSER (its keys; not its
 * job). The target has that part: it is of that role, or a unit. A terminal's answer goes out as it stands.
 */
enum rtu_outcome bench_show(struct bench *bench, const struct bench_target *target, enum role part,
                            const struct image *image, struct rtu_result *result);
/* Text, QR, then the job's number, which makes it print. */
enum rtu_outcome bench_print(struct bench *bench, const struct bench_target *target,
                             const struct print_job *job, struct rtu_result *result);
/* What a board's register `done` says while it shows this. */
uint16_t bench_revision(const struct board_image *image);
const struct bench_counts *bench_counts(const struct bench *bench);
void bench_forget(struct bench *bench);
/* Why the line was lost; "" it was not. */
const char *bench_what(const struct bench *bench);

#endif
