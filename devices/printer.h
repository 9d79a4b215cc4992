/*
 * An ESC/POS printer as its bus knows it: is it there, can it print, and what became of its job. Pure but for the reports:
 * time and answers come in, what to do on the line comes out. Owned by the bus's thread (printer_driver.c).
 *
 * A printer keeps no job number and no count of its power-ups, so none can be asked for: each *life* is a serial and
 * boots of its own. A life begins with the program, whenever the printer answers again after it was offline, and after a
 * job whose end could not be learned. A job is printed in the life that the hall asked it for or never, and a job under
 * way when a life ends is unsure: paper may have come. `serial` is drawn by chance at the program's start (never 0),
 * since a clock without a battery may say the same again; boots counts from 1.
 *
 * What says that a job was printed: GS r, which is answered in its turn, after the cut. A printer that does not answer it
 * (seen when each life begins, as what another may have left in it is ended and cut off) is believed to have printed what it got PAPER_US ago if it then says
 * that all is well. A printer that ran out of paper in a job holds the rest of it: the job is unsure until it goes on.
 */
#ifndef DEVICES_PRINTER_H
#define DEVICES_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "protocol/escpos.h"

enum printer_phase {
    PRINTER_IDLE,
    PRINTER_TRYING, /* it is put in order, and whether it answers GS r is seen */
    PRINTER_SENDING,
    PRINTER_AWAITED /* all was sent, and is not yet known to be printed */
};

enum printer_deed { DEED_WAIT, DEED_ASK, DEED_TRY, DEED_LISTEN, DEED_SEND };

struct printer {
    const struct device_config *config; /* borrowed from the bus, as the next two */
    const char *bus_id;
    const struct bus_callbacks *callbacks;

    bool is_away;     /* reported offline, or not yet online */
    bool is_lost;     /* its going offline was reported */
    bool had_life;    /* it was online since the program's start */
    unsigned misses;  /* unanswered questions in a row */
    int64_t ask_us;   /* the next question */
    int64_t pause_us; /* between questions while it is away; 0 they go at their pace */
    uint32_t serial;
    uint16_t boots, done;
    char lost[WHAT_SIZE], fault[WHAT_SIZE]; /* what it was last reported with */

    unsigned about; /* the next question of a round, 1..4 */
    uint8_t answers[ESCPOS_QUESTIONS];
    bool has_seen;
    uint16_t seen;                /* of the last round */
    uint16_t status, told_status; /* seen twice running, so believed; reported */
    int64_t fresh_us;             /* the last round that agreed with `status`; 0 none */

    bool is_tried, answers_in_turn;
    enum printer_phase phase;
    struct print_job wanted; /* job 0 none */
    uint16_t job;            /* under way in SENDING and AWAITED */
    bool is_slip, is_unsure; /* is_unsure: reported so, and may still come */
    uint8_t bytes[ESCPOS_JOB_SIZE + ESCPOS_QUESTION_SIZE];
    size_t length, sent;
    int64_t due_us;   /* SENDING: the next piece; TRYING: the end */
    int64_t sent_us;  /* AWAITED: since when all was out */
    int64_t clear_us; /* AWAITED: since when nothing keeps it from printing; 0 something does */
    uint64_t papers;

    uint16_t
        over; /* the last job that ended, as the hall is told until it asks for it no more; 0 none */
    bool over_is_slip;
    enum report_kind end;
    char why[WHAT_SIZE]; /* of NOT_PRINTED */
    int64_t told_us;
};

void printer_init(struct printer *printer, const struct device_config *config, uint32_t serial);
/* The line was opened: it is asked at once. */
void printer_rise(struct printer *printer, int64_t now_us);
void printer_want(struct printer *printer, const struct print_job *job);
/* What to do now. DEED_WAIT: until `*until_us`, or until bytes come while a job is awaited (DEED_LISTEN). */
enum printer_deed printer_next(struct printer *printer, int64_t now_us, int64_t *until_us);

/* Of DEED_ASK: question `printer->about` was answered, or not readably. */
void printer_take_answer(struct printer *printer, uint8_t answer, int64_t now_us);
void printer_miss(struct printer *printer, int64_t now_us);
/* GS r was answered. */
void printer_take_turn(struct printer *printer, int64_t now_us);
/* Of DEED_TRY: GS r was asked; the end is at due_us. */
void printer_end_try(struct printer *printer, bool is_answered, int64_t now_us);
/* Of DEED_SEND: so many more bytes went out; the wire has them by `until_us`. */
void printer_note_sent(struct printer *printer, size_t length, int64_t until_us);
/* It is offline. */
void printer_lose(struct printer *printer, const char *what, int64_t now_us);
/* What an operator is to know of it now, "" when all is well. */
const char *printer_what(const struct printer *printer);

#endif
