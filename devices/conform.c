#include "devices/conform.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "devices/conform_private.h"

enum {
    KNOWN_STATUS = STATUS_PAPER_LOW | STATUS_PAPER_OUT | STATUS_JAM | STATUS_COVER |
                   STATUS_KEY_STUCK | STATUS_OTHER,
    BAD_SPANS_MOST = 3,   /* then the rest is not asked: each costs seconds */
    LATE_ONE_IN = 50,     /* a pause of the computer or its adapter is not the device's */
    BEYOND_ADDRESS = 245, /* right behind the registers that every device has */
    NOWHERE = 900
};

static enum rtu_outcome conform_ask(struct conform *conform, const struct rtu_request *request,
                                    struct rtu_result *result);
static bool check_answers(struct conform *conform);
static void check_identity(struct conform *conform);
static void check_state(struct conform *conform);
static void check_spans(struct conform *conform);
static bool span_fits(struct conform *conform, struct span span, char *what);
static void check_unknown(struct conform *conform);
static void check_able(struct conform *conform, const char *name, uint16_t address);
static void check_foreign_address(struct conform *conform);
static bool is_at(struct conform *conform, uint8_t slave);
static void check_time(struct conform *conform);
static void check_life(struct conform *conform);

enum hall_error conform_run(struct bench *bench, uint8_t slave,
                            const struct conform_callbacks *callbacks,
                            struct conform_report *report) {
    struct conform conform = {
        .bench = bench, .slave = slave, .profile = profile_reference(), .callbacks = callbacks
    };
    bench_forget(bench);
    if (check_answers(&conform)) {
        check_identity(&conform);
        check_state(&conform);
        check_spans(&conform);
        check_unknown(&conform);
        check_able(&conform, "identify", HOLD_IDENTIFY);
        check_able(&conform, "beep", HOLD_BEEP);
        check_foreign_address(&conform);
        conform_images(&conform);
        conform_wake(&conform, true);
        conform_keys(&conform);
        conform_job(&conform);
        conform_wake(&conform, false);
        check_time(&conform);
        check_life(&conform);
    }
    *report = conform.report;
    return conform.is_gone ? HALL_GONE : HALL_OK;
}

enum rtu_outcome conform_read(struct conform *conform, uint8_t function, struct span span,
                              struct rtu_result *result) {
    struct rtu_request request = {
        .slave = conform->slave, .function = function, .address = span.address, .count = span.count
    };
    return conform_ask(conform, &request, result);
}

enum rtu_outcome conform_write(struct conform *conform, uint16_t address, uint16_t count,
                               const uint16_t *values, struct rtu_result *result) {
    struct rtu_request request = { .slave = conform->slave,
                                   .function = WRITE_HOLDING,
                                   .address = address,
                                   .count = count,
                                   .values = values };
    return conform_ask(conform, &request, result);
}

void conform_note(struct conform *conform, const char *name, enum conform_verdict verdict,
                  const char *expected, const char *format, ...) {
    struct conform_check check = { .name = name, .verdict = verdict, .expected = expected };
    va_list arguments;
    if (conform->is_gone) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(check.found, sizeof check.found, format, arguments);
    va_end(arguments);
    conform->report.well += verdict == CONFORM_WELL;
    conform->report.faults += verdict == CONFORM_FAULT;
    conform->report.untested += verdict == CONFORM_UNTESTED;
    conform->callbacks->checked(conform->callbacks->context, &check);
}

const char *conform_outcome(const struct rtu_result *result, char *out) {
    switch (result->outcome) {
    case RTU_ANSWER:
        return "answered";
    case RTU_EXCEPTION:
        snprintf(out, WHAT_SIZE, "exception %u", result->exception);
        return out;
    case RTU_NO_ANSWER:
        return "no answer";
    case RTU_MANGLED:
        return "an unreadable answer";
    case RTU_GONE:
    case RTU_STOPPED:
        break;
    }
    return "the line was lost";
}

enum role conform_role(const struct conform *conform) {
    uint16_t kind = conform->before[INPUT_KIND];
    return kind >= ROLE_DISPENSER && kind <= ROLE_UNIT ? (enum role)kind : ROLE_NONE;
}

static enum rtu_outcome conform_ask(struct conform *conform, const struct rtu_request *request,
                                    struct rtu_result *result) {
    if (conform->is_gone) {
        result->outcome = RTU_GONE;
        return RTU_GONE;
    }
    enum rtu_outcome outcome = bench_ask(conform->bench, request, result);
    bool is_answered = outcome == RTU_ANSWER || outcome == RTU_EXCEPTION;
    bool is_late = result->waited_us > (int64_t)conform->profile->answer_ms * 1000;
    conform->answered += is_answered;
    conform->late += is_answered && is_late;
    conform->is_gone = outcome == RTU_GONE;
    return outcome;
}

static bool check_answers(struct conform *conform) {
    static const char EXPECTED[] = "a reading of input registers 0..25 is answered";
    struct rtu_result result;
    char what[WHAT_SIZE];
    bool is_well =
        conform_read(conform, READ_INPUT, (struct span){ 0, INPUT_COUNT }, &result) == RTU_ANSWER;
    conform_note(conform, "answers", is_well ? CONFORM_WELL : CONFORM_FAULT, EXPECTED, "%s",
                 conform_outcome(&result, what));
    if (is_well) {
        memcpy(conform->before, result.values, sizeof conform->before);
    }
    return is_well;
}

static void check_identity(struct conform *conform) {
    const uint16_t *said = conform->before;
    enum role role = conform_role(conform);
    uint32_t serial = (uint32_t)said[INPUT_SERIAL] << 16 | said[INPUT_SERIAL + 1];
    bool is_numbered = serial != 0 && serial != UINT32_MAX;
    conform_note(conform, "kind", role == ROLE_NONE ? CONFORM_FAULT : CONFORM_WELL,
                 "1 dispenser, 2 terminal, 3 keypad, 4 board or 5 unit", "%u%s%s", said[INPUT_KIND],
                 role == ROLE_NONE ? "" : " ", role_word(role));
    conform_note(conform, "map", said[INPUT_MAP] == 1 ? CONFORM_WELL : CONFORM_FAULT, "1", "%u",
                 said[INPUT_MAP]);
    conform_note(conform, "serial number", is_numbered ? CONFORM_WELL : CONFORM_FAULT,
                 "a number of its own, neither 0 nor all ones", "%u", serial);
}

static void check_state(struct conform *conform) {
    uint16_t status = conform->before[INPUT_STATUS];
    uint16_t result = conform->before[INPUT_RESULT];
    bool is_known = (status & ~(unsigned)KNOWN_STATUS) == 0;
    conform_note(conform, "status", is_known ? CONFORM_WELL : CONFORM_FAULT,
                 "bits 0 to 4 and 15 alone", "0x%04x", status);
    conform_note(conform, "result", result <= RESULT_NOT_UNDERSTOOD ? CONFORM_WELL : CONFORM_FAULT,
                 "0 to 3", "%u", result);
}

/* The lengths of pulses and rings, and every register by itself, each against one reading of all. */
static void check_spans(struct conform *conform) {
    char first[WHAT_SIZE] = "";
    unsigned asked = 0;
    unsigned bad = 0;
    for (unsigned i = 0; i < INPUT_COUNT * INPUT_COUNT && bad < BAD_SPANS_MOST; i++) {
        unsigned low = i / INPUT_COUNT;
        unsigned high = i % INPUT_COUNT;
        bool is_wanted = low == high || low == 0 || low == INPUT_BOOTS || high == INPUT_COUNT - 1;
        struct span span = { (uint16_t)low, (uint16_t)(high + 1 - low) };
        char what[WHAT_SIZE];
        if (high < low || !is_wanted) {
            continue;
        }
        asked++;
        bool is_bad = !span_fits(conform, span, what);
        if (is_bad && bad == 0) {
            snprintf(first, sizeof first, "%u..%u: %.90s", low, high, what);
        }
        bad += is_bad;
    }
    if (bad == 0) {
        snprintf(first, sizeof first, "%u spans asked, all of them do", asked);
    }
    conform_note(conform, "spans", bad == 0 ? CONFORM_WELL : CONFORM_FAULT,
                 "any span within 0..25 says what a reading of 0..25 says", "%s%s", first,
                 bad > 1 ? ", and others" : "");
}

/* A key may be pressed between the two readings: then they are made once more. */
static bool span_fits(struct conform *conform, struct span span, char *what) {
    struct rtu_result part;
    struct rtu_result all;
    struct span whole = { 0, INPUT_COUNT };
    for (unsigned i = 0; i < 2; i++) {
        char text[WHAT_SIZE];
        if (conform_read(conform, READ_INPUT, span, &part) != RTU_ANSWER) {
            snprintf(what, WHAT_SIZE, "%s", conform_outcome(&part, text));
            return false;
        }
        const uint16_t *wanted = conform->before + span.address;
        unsigned at = 0;
        while (at < span.count && part.values[at] == wanted[at]) {
            at++;
        }
        if (at == span.count) {
            return true;
        }
        snprintf(what, WHAT_SIZE, "register %u says %u, not %u", span.address + at, part.values[at],
                 wanted[at]);
        if (conform_read(conform, READ_INPUT, whole, &all) == RTU_ANSWER) {
            memcpy(conform->before, all.values, sizeof conform->before);
        }
    }
    return false;
}

static void check_unknown(struct conform *conform) {
    static const struct {
        uint8_t function;
        struct span span;
        const char *text;
    } ROWS[] = { { READ_INPUT, { INPUT_COUNT, 1 }, "reading input 26" },
                 { READ_INPUT, { INPUT_COUNT - 6, 8 }, "reading input 20..27" },
                 { READ_INPUT, { UINT16_MAX, 1 }, "reading input 65535" },
                 { READ_HOLDING, { HOLD_IDENTIFY - 1, 1 }, "reading holding 239" },
                 { READ_HOLDING, { NOWHERE, 4 }, "reading holding 900..903" },
                 { WRITE_HOLDING, { BEYOND_ADDRESS, 1 }, "writing 245" },
                 { WRITE_HOLDING, { NOWHERE, 2 }, "writing 900..901" } };
    static const uint16_t NOTHING[2] = { 0 };
    for (unsigned i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct rtu_result result;
        char what[WHAT_SIZE];
        if (ROWS[i].function == WRITE_HOLDING) {
            conform_write(conform, ROWS[i].span.address, ROWS[i].span.count, NOTHING, &result);
        } else {
            conform_read(conform, ROWS[i].function, ROWS[i].span, &result);
        }
        if (result.outcome != RTU_EXCEPTION || result.exception != EXCEPTION_ADDRESS) {
            conform_note(conform, "unknown registers", CONFORM_FAULT, "exception 2", "%s: %s",
                         ROWS[i].text, conform_outcome(&result, what));
            return;
        }
    }
    conform_note(conform, "unknown registers", CONFORM_WELL, "exception 2",
                 "exception 2 in each of %u cases", (unsigned)(sizeof ROWS / sizeof *ROWS));
}

/* What a device can't, it says. */
static void check_able(struct conform *conform, const char *name, uint16_t address) {
    static const uint16_t ONE = 1;
    static const uint16_t NONE = 0;
    struct rtu_result result;
    char what[WHAT_SIZE];
    enum rtu_outcome outcome = conform_write(conform, address, 1, &ONE, &result);
    if (outcome == RTU_ANSWER) {
        outcome = conform_write(conform, address, 1, &NONE, &result);
    }
    bool is_unable = outcome == RTU_EXCEPTION && result.exception == EXCEPTION_ADDRESS;
    bool is_well = outcome == RTU_ANSWER || is_unable;
    conform_note(conform, name, is_well ? CONFORM_WELL : CONFORM_FAULT,
                 "taken, or exception 2 where it is not able", "%s",
                 is_well && !is_unable ? "taken" : conform_outcome(&result, what));
}

/* Told by another's serial number, two devices of one address would be made into one that nobody finds. */
static void check_foreign_address(struct conform *conform) {
    static const char EXPECTED[] = "an address for another serial number is not taken";
    const uint16_t *said = conform->before;
    uint8_t other = (uint8_t)(conform->slave == 247 ? 246 : conform->slave + 1);
    uint16_t values[3] = { (uint16_t)~said[INPUT_SERIAL], (uint16_t)~said[INPUT_SERIAL + 1],
                           other };
    struct rtu_result result;
    char what[WHAT_SIZE];
    unsigned silent = bench_counts(conform->bench)->silent;
    if (conform_write(conform, HOLD_ADDRESS, 3, values, &result) == RTU_EXCEPTION) {
        conform_note(conform, "address", CONFORM_WELL, EXPECTED, "%s",
                     conform_outcome(&result, what));
        return;
    }
    if (is_at(conform, conform->slave)) {
        conform_note(conform, "address", CONFORM_WELL, EXPECTED, "it stays at %u", conform->slave);
        return;
    }
    bool has_moved = is_at(conform, other);
    conform_note(conform, "address", CONFORM_FAULT, EXPECTED,
                 has_moved ? "it went to %u" : "it is not at %u any more",
                 has_moved ? other : conform->slave);
    if (has_moved) {
        uint16_t back[3] = { said[INPUT_SERIAL], said[INPUT_SERIAL + 1], conform->slave };
        struct rtu_request request = { other, WRITE_HOLDING, HOLD_ADDRESS, 3, back };
        (void)conform_ask(conform, &request, &result);
        conform->excused = bench_counts(conform->bench)->silent - silent;
    }
}

static bool is_at(struct conform *conform, uint8_t slave) {
    struct rtu_request request = { slave, READ_INPUT, 0, INPUT_COUNT, NULL };
    struct rtu_result result;
    return conform_ask(conform, &request, &result) == RTU_ANSWER &&
           memcmp(result.values + INPUT_SERIAL, conform->before + INPUT_SERIAL,
                  2 * sizeof *result.values) == 0;
}

static void check_time(struct conform *conform) {
    const struct bench_counts *counts = bench_counts(conform->bench);
    unsigned silent = counts->silent - conform->excused;
    conform_note(conform, "answers in time",
                 conform->late * LATE_ONE_IN > conform->answered ? CONFORM_FAULT : CONFORM_WELL,
                 "at most 60 ms after the question", "%u of %u later, the latest after %.1f ms",
                 conform->late, conform->answered, (double)counts->slowest_us / 1000);
    conform_note(conform, "answers always",
                 silent + counts->mangled > 0 ? CONFORM_FAULT : CONFORM_WELL,
                 "every question, asked t3.5 after the answer before it",
                 "%u of %u unanswered, %u unreadable", silent, counts->asked, counts->mangled);
}

static void check_life(struct conform *conform) {
    static const char EXPECTED[] = "no restart, and no key counted that nobody pressed";
    const uint16_t *before = conform->before;
    struct rtu_result result;
    char what[WHAT_SIZE];
    if (conform_read(conform, READ_INPUT, (struct span){ 0, INPUT_COUNT }, &result) != RTU_ANSWER) {
        conform_note(conform, "life", CONFORM_FAULT, EXPECTED, "%s",
                     conform_outcome(&result, what));
        return;
    }
    uint16_t counted = (uint16_t)(result.values[INPUT_KEY_EVENTS] - before[INPUT_KEY_EVENTS]);
    bool is_same = result.values[INPUT_BOOTS] == before[INPUT_BOOTS];
    conform_note(conform, "life",
                 is_same && counted == conform->pressed ? CONFORM_WELL : CONFORM_FAULT, EXPECTED,
                 "power-ups %u, then %u; %u key events, %u asked for", before[INPUT_BOOTS],
                 result.values[INPUT_BOOTS], counted, conform->pressed);
}
