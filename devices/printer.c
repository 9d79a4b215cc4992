#include "devices/printer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "devices/schedule.h"
#include "devices/status.h"
#include "protocol/registers.h"

enum {
    PULSE_US = 500000, /* between two rounds of the four questions */
    WATCH_US = 100000, /* the same while a job is awaited */
    AGAIN_US = 50000,  /* after a question without a readable answer */
    PROBE_US = 100000, /* the first pause of an offline printer, doubled up to */
    PROBE_MOST_US = 5000000,
    FRESH_US = 250000,  /* a job is begun on a status no older than this */
    PAPER_US = 3000000, /* printing and cutting, where only time can tell */
    PRINT_MOST_US =
        20000000, /* a printer with nothing amiss that has not printed by then never will */
    TELL_AGAIN_US = 5000000
};

/* What keeps a printer from printing. */
enum { STATUS_STOPS = STATUS_PAPER_OUT | STATUS_JAM | STATUS_COVER | STATUS_OTHER };

static bool printer_is_ready(const struct printer *printer, int64_t now_us);
static bool printer_may_begin(const struct printer *printer);
static void round_end(struct printer *printer, int64_t now_us);
static void life_begin(struct printer *printer, int64_t now_us);
static void status_tell(struct printer *printer, int64_t now_us);
static void job_begin(struct printer *printer, int64_t now_us);
static void job_refuse(struct printer *printer, int64_t now_us);
static void job_check(struct printer *printer, int64_t now_us);
static void job_stop(struct printer *printer, int64_t now_us);
static void job_end(struct printer *printer, enum report_kind how, int64_t now_us);
static void job_close(struct printer *printer, const struct print_job *job, enum report_kind how,
                      int64_t now_us);
static void job_tell_end(struct printer *printer, int64_t now_us);
static void report(struct printer *printer, struct device_report *said, int64_t now_us);
static void log_line(const struct printer *printer, int level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void printer_init(struct printer *printer, const struct device_config *config, uint32_t serial) {
    *printer = (struct printer){ .config = config, .is_away = true, .serial = serial, .about = 1 };
}

void printer_rise(struct printer *printer, int64_t now_us) {
    printer->ask_us = now_us;
    printer->pause_us = 0;
    printer->misses = 0;
    printer->about = 1;
}

void printer_want(struct printer *printer, const struct print_job *job) {
    memcpy(&printer->wanted, job, sizeof printer->wanted);
}

enum printer_deed printer_next(struct printer *printer, int64_t now_us, int64_t *until_us) {
    *until_us = printer->ask_us;
    switch (printer->phase) {
    case PRINTER_TRYING:
        return DEED_LISTEN;
    case PRINTER_SENDING:
        *until_us = printer->due_us;
        return now_us >= printer->due_us ? DEED_SEND : DEED_WAIT;
    case PRINTER_AWAITED:
        return now_us >= printer->ask_us ? DEED_ASK : DEED_LISTEN;
    case PRINTER_IDLE:
        break;
    }
    bool begins = printer_may_begin(printer);
    if (begins && !printer_is_ready(printer, now_us) && !printer->is_away && printer->about == 1 &&
        printer->misses == 0) {
        return DEED_ASK;
    }
    if (now_us >= printer->ask_us) {
        return DEED_ASK;
    }
    bool can_print = printer_is_ready(printer, now_us) && (printer->status & STATUS_STOPS) == 0;
    if (can_print && !printer->is_tried) {
        printer->phase = PRINTER_TRYING;
        return DEED_TRY;
    }
    if (can_print && begins) {
        job_begin(printer, now_us);
        return DEED_SEND;
    }
    if (begins && printer_is_ready(printer, now_us)) {
        job_refuse(printer, now_us);
    }
    return DEED_WAIT;
}

void printer_take_answer(struct printer *printer, uint8_t answer, int64_t now_us) {
    assert(printer->about >= 1 && printer->about <= ESCPOS_QUESTIONS);
    printer->misses = 0;
    printer->pause_us = 0;
    printer->answers[printer->about - 1] = answer;
    printer->about++;
    printer->ask_us = now_us;
    if (printer->about > ESCPOS_QUESTIONS) {
        printer->about = 1;
        round_end(printer, now_us);
    }
}

/* What can't be read may come from anybody: a printer has no address in its answers, so noise is no life. */
void printer_miss(struct printer *printer, int64_t now_us) {
    char what[WHAT_SIZE];
    printer->about = 1;
    printer->misses++;
    printer->ask_us = now_us + AGAIN_US;
    if (printer->misses == OFFLINE_MISSES && !printer->is_lost) {
        snprintf(what, sizeof what, "no answer %u of %u", printer->misses, OFFLINE_MISSES);
        printer_lose(printer, what, now_us);
    }
    if (printer->misses >= OFFLINE_MISSES) {
        int64_t pause_us = printer->pause_us == 0 ? PROBE_US : 2 * printer->pause_us;
        printer->pause_us = pause_us > PROBE_MOST_US ? PROBE_MOST_US : pause_us;
        printer->ask_us = now_us + printer->pause_us;
    }
}

void printer_take_turn(struct printer *printer, int64_t now_us) {
    if (printer->phase == PRINTER_AWAITED && printer->answers_in_turn) {
        printer->papers++;
        job_end(printer, REPORT_PRINTED, now_us);
    }
}

void printer_end_try(struct printer *printer, bool is_answered, int64_t now_us) {
    printer->phase = PRINTER_IDLE;
    printer->is_tried = true;
    printer->answers_in_turn = is_answered;
    printer->ask_us = now_us;
    if (!is_answered) {
        log_line(printer, LOG_NOTICE, "does not say when it has printed: %d s are waited instead",
                 PAPER_US / 1000000);
    }
}

void printer_note_sent(struct printer *printer, size_t length, int64_t until_us) {
    printer->sent += length;
    printer->due_us = until_us;
    if (printer->sent == printer->length) {
        printer->phase = PRINTER_AWAITED;
        printer->ask_us = until_us;
        printer->sent_us = printer->clear_us = until_us;
    }
}

/* A job that was not begun stays wanted, for the next life if the hall still asks for it then. */
void printer_lose(struct printer *printer, const char *what, int64_t now_us) {
    struct device_report said = { .kind = REPORT_OFFLINE };
    if (printer->phase == PRINTER_SENDING || printer->phase == PRINTER_AWAITED) {
        job_end(printer, REPORT_UNSURE, now_us);
    }
    printer->phase = PRINTER_IDLE;
    printer->is_away = printer->is_lost = true;
    printer->has_seen = false;
    printer->fresh_us = 0;
    snprintf(said.what, sizeof said.what, "%s", what);
    report(printer, &said, now_us);
    log_line(printer, LOG_WARNING, "%s, offline", what);
}

const char *printer_what(const struct printer *printer) {
    return printer->is_away ? printer->lost : printer->fault;
}

/* There, and its status is known and new. */
static bool printer_is_ready(const struct printer *printer, int64_t now_us) {
    return !printer->is_away && printer->about == 1 && printer->fresh_us != 0 &&
           now_us - printer->fresh_us < FRESH_US;
}

/* Is the job that is asked for to be begun, and in this life? */
static bool printer_may_begin(const struct printer *printer) {
    const struct print_job *wanted = &printer->wanted;
    bool is_same = wanted->serial == printer->serial && wanted->boots == printer->boots;
    return wanted->job != 0 && wanted->job != printer->over && (!wanted->is_bound || is_same);
}

/* A byte of noise can look like an answer, so one round alone changes nothing. */
static void round_end(struct printer *printer, int64_t now_us) {
    uint16_t seen = escpos_status(printer->answers);
    bool agrees = printer->has_seen && seen == printer->seen;
    printer->has_seen = true;
    printer->seen = seen;
    if (!agrees) {
        return;
    }
    printer->status = seen;
    printer->fresh_us = now_us;
    printer->ask_us = now_us + (printer->phase == PRINTER_AWAITED ? WATCH_US : PULSE_US);
    if (printer->is_away) {
        life_begin(printer, now_us);
    }
    status_tell(printer, now_us);
    job_check(printer, now_us);
}

static void life_begin(struct printer *printer, int64_t now_us) {
    struct device_report said = { .kind = REPORT_ONLINE, .rebooted = printer->had_life };
    printer->boots = printer->boots == UINT16_MAX ? 1 : (uint16_t)(printer->boots + 1);
    printer->done = 0;
    printer->had_life = true;
    printer->is_away = printer->is_lost = false;
    printer->is_tried = false;
    report(printer, &said, now_us);
    log_line(printer, LOG_NOTICE, "online");
}

static void status_tell(struct printer *printer, int64_t now_us) {
    if (printer->status == printer->told_status) {
        return;
    }
    bool is_well = printer->status == 0;
    struct device_report said = { .kind = is_well ? REPORT_RECOVERED : REPORT_FAULTED,
                                  .is_out = (printer->status & STATUS_STOPS) != 0 };
    printer->told_status = printer->status;
    status_text(printer->status, said.what, sizeof said.what);
    report(printer, &said, now_us);
    log_line(printer, LOG_WARNING, "%s", is_well ? "recovered" : said.what);
}

static void job_begin(struct printer *printer, int64_t now_us) {
    printer->phase = PRINTER_SENDING;
    printer->job = printer->wanted.job;
    printer->is_slip = printer->wanted.is_slip;
    printer->is_unsure = false;
    printer->length = escpos_write_job(&printer->wanted, printer->bytes);
    if (printer->answers_in_turn) {
        escpos_write_turn(printer->bytes + printer->length);
        printer->length += ESCPOS_QUESTION_SIZE;
    }
    printer->sent = 0;
    printer->due_us = now_us;
}

/* It has no paper, or can't print: not one byte was sent, so no paper comes. */
static void job_refuse(struct printer *printer, int64_t now_us) {
    status_text(printer->status, printer->why, sizeof printer->why);
    job_close(printer, &printer->wanted, REPORT_NOT_PRINTED, now_us);
}

/* After each round: what its status says of the job under way, and whether the hall still asks for one that is over. */
static void job_check(struct printer *printer, int64_t now_us) {
    bool is_asked = printer->over != 0 && printer->wanted.job == printer->over;
    if (printer->phase != PRINTER_AWAITED) {
        if (is_asked && now_us - printer->told_us > TELL_AGAIN_US) {
            job_tell_end(printer, now_us);
        }
        return;
    }
    if ((printer->status & STATUS_STOPS) != 0) {
        job_stop(printer, now_us);
        return;
    }
    if (printer->clear_us == 0) {
        printer->clear_us = now_us;
    }
    if (!printer->answers_in_turn && now_us - printer->clear_us > PAPER_US) {
        printer->papers++;
        job_end(printer, REPORT_PRINTED, now_us);
    } else if (now_us - printer->clear_us > PRINT_MOST_US) {
        job_end(printer, REPORT_UNSURE, now_us);
        life_begin(printer, now_us);
    }
}

/*
 * Out of paper in the middle of a job. Where its end will be told it may yet come; else nobody will ever know. A ticket
 * behind a slip is not begun.
 */
static void job_stop(struct printer *printer, int64_t now_us) {
    printer->clear_us = 0;
    if (!printer->answers_in_turn) {
        job_end(printer, REPORT_UNSURE, now_us);
        life_begin(printer, now_us);
    } else if (!printer->is_unsure && !printer->is_slip) {
        struct device_report said = { .kind = REPORT_UNSURE, .job = printer->job };
        printer->is_unsure = true;
        report(printer, &said, now_us);
        log_line(printer, LOG_WARNING, "job %u: unsure whether it was printed", printer->job);
    }
    if (printer->phase == PRINTER_AWAITED && printer->wanted.job != printer->job &&
        printer_may_begin(printer)) {
        job_refuse(printer, now_us);
    }
}

static void job_end(struct printer *printer, enum report_kind how, int64_t now_us) {
    const struct print_job job = { .job = printer->job, .is_slip = printer->is_slip };
    printer->phase = PRINTER_IDLE;
    printer->ask_us = now_us;
    if (how == REPORT_UNSURE && !printer->is_slip) {
        log_line(printer, LOG_WARNING, "job %u: unsure whether it was printed", printer->job);
    }
    job_close(printer, &job, how, now_us);
}

static void job_close(struct printer *printer, const struct print_job *job, enum report_kind how,
                      int64_t now_us) {
    printer->over = job->job;
    printer->over_is_slip = job->is_slip;
    printer->end = how;
    if (how != REPORT_UNSURE) {
        printer->done = job->job;
    }
    job_tell_end(printer, now_us);
}

/* Said again while the hall still asks for the job: what it was told may have been lost on the way. */
static void job_tell_end(struct printer *printer, int64_t now_us) {
    struct device_report said = { .kind = printer->end, .job = printer->over };
    printer->told_us = now_us;
    if (printer->over_is_slip) {
        said.kind = REPORT_SLIP_OVER;
    } else if (printer->end == REPORT_UNSURE) {
        said.rebooted = true;
    } else if (printer->end == REPORT_NOT_PRINTED) {
        memcpy(said.what, printer->why, sizeof said.what);
    }
    report(printer, &said, now_us);
}

static void report(struct printer *printer, struct device_report *said, int64_t now_us) {
    snprintf(said->bus, sizeof said->bus, "%s", printer->bus_id);
    snprintf(said->device, sizeof said->device, "%s", printer->config->id);
    said->role = said->part = ROLE_PRINTER;
    said->mono_us = now_us;
    said->epoch = printer->boots;
    said->serial = printer->serial;
    said->boots = printer->boots;
    said->done_job = printer->done;
    if (said->kind == REPORT_OFFLINE) {
        memcpy(printer->lost, said->what, WHAT_SIZE);
    } else if (said->kind == REPORT_FAULTED || said->kind == REPORT_RECOVERED) {
        memcpy(printer->fault, said->what, WHAT_SIZE);
    }
    printer->callbacks->report(printer->callbacks->context, said);
}

static void log_line(const struct printer *printer, int level, const char *format, ...) {
    char what[WHAT_SIZE];
    char text[2 * WHAT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "bus %s: %s: %s", printer->bus_id, printer->config->id, what);
    printer->callbacks->log(printer->callbacks->context, level, text);
}
