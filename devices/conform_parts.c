/* What a device shows: images written and read back, `done` as the map says it, a job printed once. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "devices/conform_private.h"
#include "devices/line.h"
#include "devices/parts.h"

enum { PRINT_MOST_US = 30000000, AGAIN_US = 2000000, LOOK_NS = 100000000 };

static void check_part(struct conform *conform, enum role part, const struct sequence *sequence);
static bool step_is_kept(struct conform *conform, const struct sequence *sequence, unsigned step,
                         char *what);
static void part_sequence(struct conform *conform, enum role part, struct sequence *out);
static void check_done(struct conform *conform, const char *name, uint16_t wanted,
                       const char *expected);
static void check_job_end(struct conform *conform, uint16_t job);
static bool check_once(struct conform *conform, struct print_job *job);
static void count_papers(struct conform *conform);
static bool await_done(struct conform *conform, uint16_t job, int64_t most_us,
                       struct rtu_result *result);
static bool read_inputs(struct conform *conform, struct rtu_result *result);

void conform_images(struct conform *conform) {
    static const enum role PARTS[] = { ROLE_DISPENSER, ROLE_TERMINAL, ROLE_KEYPAD, ROLE_BOARD };
    enum role role = conform_role(conform);
    for (unsigned i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        bool has_part = role == PARTS[i] || (role == ROLE_UNIT && PARTS[i] != ROLE_DISPENSER);
        struct sequence sequence;
        if (has_part) {
            part_sequence(conform, PARTS[i], &sequence);
            check_part(conform, PARTS[i], &sequence);
        }
    }
}

void conform_wake(struct conform *conform, bool is_awake) {
    enum role role = conform_role(conform);
    struct bench_target target = { conform->slave, role, conform->profile };
    struct rtu_result result;
    struct image image = { .role = role };
    image.terminal.lamp = is_awake ? LAMP_READY : LAMP_CLOSED;
    image.keypad.state = is_awake ? KEYPAD_INVITE : KEYPAD_IDLE;
    image.keypad.session = is_awake ? CONFORM_SESSION : 0;
    image.dispenser.enabled = is_awake ? UINT32_MAX : 0;
    if (read_inputs(conform, &result)) {
        image.terminal.answer.count = result.values[INPUT_KEY_EVENTS];
    }
    for (enum role part = ROLE_DISPENSER; part <= ROLE_BOARD && !conform->is_gone; part++) {
        if (role == part || (role == ROLE_UNIT && part != ROLE_DISPENSER)) {
            conform->is_gone =
                bench_show(conform->bench, &target, part, &image, &result) == RTU_GONE;
        }
    }
}

void conform_job(struct conform *conform) {
    struct rtu_result result;
    struct print_job job = { .text = "HallQ\n\x1d"
                                     "A001\n",
                             .qr = "https://example.com/t/1" };
    struct bench_target target = { conform->slave, ROLE_DISPENSER, conform->profile };
    char what[WHAT_SIZE];
    if (conform_role(conform) != ROLE_DISPENSER || !read_inputs(conform, &result)) {
        return;
    }
    if ((result.values[INPUT_STATUS] & (STATUS_PAPER_OUT | STATUS_JAM | STATUS_COVER)) != 0) {
        conform_note(conform, "job", CONFORM_UNTESTED, "paper, and the cover closed",
                     "status 0x%04x", result.values[INPUT_STATUS]);
        return;
    }
    job.job =
        (uint16_t)(result.values[INPUT_DONE] == UINT16_MAX ? 1 : result.values[INPUT_DONE] + 1);
    if (bench_print(conform->bench, &target, &job, &result) != RTU_ANSWER) {
        conform_note(conform, "job", CONFORM_FAULT, "text, QR and number are taken", "%s",
                     conform_outcome(&result, what));
        return;
    }
    check_job_end(conform, job.job);
    if (check_once(conform, &job)) {
        count_papers(conform);
    }
}

static void check_part(struct conform *conform, enum role part, const struct sequence *sequence) {
    static const char EXPECTED[] = "what is written is read back";
    char what[WHAT_SIZE] = "";
    char name[NAME_SIZE];
    bool is_kept = true;
    struct rtu_result result;
    snprintf(name, sizeof name, "%s image", role_word(part));
    uint16_t shown = read_inputs(conform, &result) ? result.values[INPUT_DONE] : 0;
    for (unsigned i = 0; i < sequence->step_count && is_kept; i++) {
        is_kept = step_is_kept(conform, sequence, i, what);
        /* The text alone must show nothing: half of one would be on the board. */
        if (is_kept && part == ROLE_BOARD && i == 0) {
            check_done(conform, "text alone", shown,
                       "the board's revision stays until it is written");
        }
    }
    conform_note(conform, name, is_kept ? CONFORM_WELL : CONFORM_FAULT, EXPECTED, "%s",
                 is_kept ? "so it is" : what);
    enum role role = conform_role(conform);
    if (part == ROLE_BOARD) {
        check_done(conform, "board shown", board_revision(sequence),
                   "`done` says the revision that was written");
    } else if (part == ROLE_KEYPAD && role == ROLE_KEYPAD) {
        check_done(conform, "session shown", CONFORM_SESSION,
                   "`done` says the session that was written");
    } else if (part == ROLE_TERMINAL && role == ROLE_TERMINAL) {
        check_done(conform, "key answered", conform->before[INPUT_KEY_EVENTS],
                   "`done` says the key event that was answered");
    }
}

static bool step_is_kept(struct conform *conform, const struct sequence *sequence, unsigned step,
                         char *what) {
    const struct write_step *one = &sequence->steps[step];
    const uint16_t *wanted = sequence->values + one->at;
    struct rtu_result result;
    char text[WHAT_SIZE];
    if (conform_write(conform, one->address, one->count, wanted, &result) != RTU_ANSWER) {
        snprintf(what, WHAT_SIZE, "writing %u registers from %u: %.60s", one->count, one->address,
                 conform_outcome(&result, text));
        return false;
    }
    struct span span = { one->address, one->count };
    if (conform_read(conform, READ_HOLDING, span, &result) != RTU_ANSWER) {
        snprintf(what, WHAT_SIZE, "reading %u registers from %u: %.60s", one->count, one->address,
                 conform_outcome(&result, text));
        return false;
    }
    for (unsigned i = 0; i < one->count; i++) {
        if (result.values[i] != wanted[i]) {
            snprintf(what, WHAT_SIZE, "register %u reads %u, written %u", one->address + i,
                     result.values[i], wanted[i]);
            return false;
        }
    }
    return true;
}

static void part_sequence(struct conform *conform, enum role part, struct sequence *out) {
    const struct profile *profile = conform->profile;
    bool is_unit = conform_role(conform) == ROLE_UNIT;
    uint16_t count = conform->before[INPUT_KEY_EVENTS];
    struct terminal_image terminal = { .ticket = { "A", 17 }, .waiting = 3, .lamp = LAMP_SERVING };
    struct keypad_image keypad = { .state = KEYPAD_INVITE,
                                   .session = CONFORM_SESSION,
                                   .stars = 4,
                                   .staff = "0107",
                                   .name = "王小明" };
    struct board_image board = { .style = STYLE_GREEN, .text = "三号窗口\nA017" };
    struct dispenser_image dispenser = { .enabled = 0x80000005U, .waiting = { 12, 0, 7 } };
    if (part == ROLE_TERMINAL) {
        terminal_write(is_unit ? &profile->unit.terminal : &profile->terminal, &terminal, 0, count,
                       out);
    } else if (part == ROLE_KEYPAD) {
        keypad_write(is_unit ? &profile->unit.keypad : &profile->keypad, &keypad, out);
    } else if (part == ROLE_BOARD) {
        board_write(is_unit ? &profile->unit.board : &profile->board, &board, out);
    } else {
        dispenser_write(&profile->dispenser, &dispenser, out);
    }
}

static void check_done(struct conform *conform, const char *name, uint16_t wanted,
                       const char *expected) {
    struct rtu_result result;
    char what[WHAT_SIZE];
    if (!read_inputs(conform, &result)) {
        conform_note(conform, name, CONFORM_FAULT, expected, "%s", conform_outcome(&result, what));
        return;
    }
    uint16_t done = result.values[INPUT_DONE];
    conform_note(conform, name, done == wanted ? CONFORM_WELL : CONFORM_FAULT, expected,
                 done == wanted ? "%u" : "%u, not %u", done, wanted);
}

static void check_job_end(struct conform *conform, uint16_t job) {
    static const char EXPECTED[] = "`done` says its number and `result` 0, within 30 s";
    struct rtu_result result;
    bool is_done = await_done(conform, job, PRINT_MOST_US, &result);
    bool is_well = is_done && result.values[INPUT_RESULT] == RESULT_WELL;
    if (is_done) {
        conform_note(conform, "job", is_well ? CONFORM_WELL : CONFORM_FAULT, EXPECTED,
                     "job %u is done with result %u", job, result.values[INPUT_RESULT]);
    } else {
        conform_note(conform, "job", CONFORM_FAULT, EXPECTED, "job %u, and done says %u", job,
                     result.outcome == RTU_ANSWER ? result.values[INPUT_DONE] : 0);
    }
}

/* The same number once more, as after a lost answer; another text behind it shows at once whether it was printed. */
static bool check_once(struct conform *conform, struct print_job *job) {
    static const char EXPECTED[] = "a number written again is taken, and `done` stays";
    struct bench_target target = { conform->slave, ROLE_DISPENSER, conform->profile };
    struct rtu_result result;
    char what[WHAT_SIZE];
    snprintf(job->text, sizeof job->text, "HallQ\nTHIS MUST NOT BE PRINTED\n");
    if (bench_print(conform->bench, &target, job, &result) != RTU_ANSWER) {
        conform_note(conform, "job again", CONFORM_FAULT, EXPECTED, "%s",
                     conform_outcome(&result, what));
        return false;
    }
    int64_t until_us = line_now_us() + AGAIN_US;
    bool is_kept = true;
    while (is_kept && line_now_us() < until_us) {
        is_kept = await_done(conform, job->job, 0, &result);
    }
    conform_note(conform, "job again", is_kept ? CONFORM_WELL : CONFORM_FAULT, EXPECTED,
                 is_kept ? "done stays %u" : "done leaves %u", job->job);
    return true;
}

static void count_papers(struct conform *conform) {
    static const char EXPECTED[] = "one paper, not two";
    const struct conform_callbacks *callbacks = conform->callbacks;
    int papers = callbacks->press == NULL ? -1 : callbacks->papers(callbacks->context);
    if (papers < 0) {
        conform_note(conform, "papers", CONFORM_UNTESTED, EXPECTED, "nobody stands by to count");
    } else {
        conform_note(conform, "papers", papers == 1 ? CONFORM_WELL : CONFORM_FAULT, EXPECTED, "%d",
                     papers);
    }
}

/* At least one look. */
static bool await_done(struct conform *conform, uint16_t job, int64_t most_us,
                       struct rtu_result *result) {
    static const struct timespec PAUSE = { 0, LOOK_NS };
    int64_t until_us = line_now_us() + most_us;
    for (;;) {
        (void)nanosleep(&PAUSE, NULL);
        if (read_inputs(conform, result) && result->values[INPUT_DONE] == job) {
            return true;
        }
        if (conform->is_gone || line_now_us() >= until_us) {
            return false;
        }
    }
}

static bool read_inputs(struct conform *conform, struct rtu_result *result) {
    return conform_read(conform, READ_INPUT, (struct span){ 0, INPUT_COUNT }, result) == RTU_ANSWER;
}
