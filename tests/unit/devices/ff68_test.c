/*
 * One caller or rater without a wire: the test gives the time and the frames, sees the reports and what the device is
 * to be told. Codes: 10-frames.md, "Caller and four-key rater"; what was chosen stands in devices/ff68_codes.c.
 */
#include <string.h>

#include "devices/ff68_device.h"
#include "tests/unit/devices/suites.h"

enum { REPORTS = 64, MS = 1000, SECOND = 1000000, ADDRESS = 5 };

static struct ff68_device device;
static struct device_config config;
static struct bus_callbacks callbacks;
static struct image image;
static struct device_report reports[REPORTS];
static unsigned report_count;
static int64_t now_us;

static void keep(void *context, const struct device_report *report) {
    (void)context;
    ck_assert_uint_lt(report_count, REPORTS);
    reports[report_count++] = *report;
}

static void ignore(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static void begin(enum role role) {
    memset(&config, 0, sizeof config);
    memset(&image, 0, sizeof image);
    callbacks = (struct bus_callbacks){ .report = keep, .log = ignore };
    strcpy(config.id, "one");
    config.role = image.role = role;
    config.address = ADDRESS;
    report_count = 0;
    now_us = 100 * (int64_t)SECOND;
    ff68_device_init(&device, &config);
    device.bus_id = "line";
    device.callbacks = &callbacks;
    ff68_device_rise(&device, now_us);
}

static void begin_terminal(void) {
    begin(ROLE_TERMINAL);
}

static void begin_rater(void) {
    begin(ROLE_KEYPAD);
}

static const struct ff68_frame NEXT = { ADDRESS, FF68_KEY, 1, { 0x0C } };
static const struct ff68_frame RECALL = { ADDRESS, FF68_KEY, 1, { 0x0D } };
static const struct ff68_frame RATING = { ADDRESS, FF68_RATING, 1, { 3 } };

static unsigned count_of(enum report_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < report_count; i++) {
        count += reports[i].kind == kind ? 1 : 0;
    }
    return count;
}

static const struct device_report *last_of(enum report_kind kind) {
    for (unsigned i = report_count; i-- > 0;) {
        if (reports[i].kind == kind) {
            return &reports[i];
        }
    }
    ck_abort_msg("no such report");
    return NULL;
}

static void hear(const struct ff68_frame *frame, int64_t after_ms) {
    now_us += after_ms * MS;
    ff68_device_hear(&device, frame, now_us);
}

static void show(void) {
    ff68_device_show(&device, &image, now_us);
}

static void answer_of(const struct device_report *press, uint16_t answer) {
    struct key_answer given = { press->epoch, press->count, answer };
    image.terminal.answer = image.keypad.answer = given;
    show();
}

static void answer(uint16_t given) {
    answer_of(last_of(REPORT_KEY), given);
}

/* What is said until nothing is due at this moment; only frames of this function are counted. */
static unsigned say_all(uint8_t function, struct ff68_frame *last) {
    unsigned count = 0;
    enum ff68_say say;
    struct ff68_frame frame;
    while ((say = ff68_device_wants(&device, now_us)) != FF68_SAY_NOTHING) {
        ff68_device_say(&device, say, now_us, &frame);
        if (frame.function == function) {
            *last = frame;
            count++;
        }
    }
    return count;
}

START_TEST(a_key_is_reported_under_the_reference_code) {
    static const struct {
        struct ff68_frame frame;
        uint16_t code, argument;
    } rows[] = {
        { { ADDRESS, 1, 1, { 0x0C } }, KEY_NEXT, 0 },
        { { ADDRESS, 1, 1, { 0x0D } }, KEY_RECALL, 0 },
        { { ADDRESS, 1, 1, { 0x0B } }, KEY_DONE, 0 },
        { { ADDRESS, 1, 1, { 0x12 } }, KEY_PAUSE, 0 },
        { { ADDRESS, 1, 2, { 1, 0x12 } }, KEY_PAUSE, 1 },
        { { ADDRESS, 1, 3, { 1, 2, 0x13 } }, KEY_TRANSFER, 12 },
        { { ADDRESS, 1, 2, { 0x06, 0x0F } }, KEY_NO_SHOW, 0 },
        { { ADDRESS, 1, 2, { 0x00, 0x0F } }, KEY_HOLD, 0 },
        { { ADDRESS, 1, 2, { 0x03, 0x0F } }, KEY_UNHOLD, 0 },
        { { ADDRESS, 7, 1, { 0x0C } }, KEY_NEXT, 0 },
        /* Answered that there is no such key. */
        { { ADDRESS, 1, 1, { 0x0F } }, 0, 0 },
        { { ADDRESS, 1, 2, { 0x07, 0x0F } }, 0, 0 },
        { { ADDRESS, 1, 1, { 0x14 } }, 0, 0 },
        { { ADDRESS, 1, 2, { 0x0E, 0x0C } }, 0, 0 },
        { { ADDRESS, 1, 0, { 0 } }, 0, 0 },
    };
    hear(&rows[_i].frame, 0);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    const struct device_report *press = last_of(REPORT_KEY);
    ck_assert_uint_eq(press->code, rows[_i].code);
    ck_assert_uint_eq(press->argument, rows[_i].argument);
    ck_assert_uint_eq(press->count, 1);
    ck_assert_uint_eq(press->epoch, 1);
    ck_assert(press->is_last && !press->is_old);
    ck_assert_int_eq(press->part, ROLE_TERMINAL);
}
END_TEST

START_TEST(a_rating_names_the_session_that_is_shown) {
    static const uint8_t GRADES[FF68_RATINGS] = { 2, 0, 4, 5 };
    struct ff68_frame frame = { ADDRESS, FF68_RATING, 1, { (uint8_t)(_i / 2) } };
    image.keypad.state = _i % 2 == 0 ? KEYPAD_INVITE : KEYPAD_IDLE;
    image.keypad.session = _i % 2 == 0 ? 513 : 0;
    show();
    hear(&frame, 0);
    uint8_t grade = GRADES[_i / 2];
    ck_assert_uint_eq(count_of(REPORT_KEY), grade == 0 ? 0 : 1);
    if (grade != 0) {
        ck_assert_uint_eq(last_of(REPORT_KEY)->code, grade);
        ck_assert_uint_eq(last_of(REPORT_KEY)->argument, image.keypad.session);
        ck_assert_int_eq(last_of(REPORT_KEY)->part, ROLE_KEYPAD);
    }
}
END_TEST

START_TEST(what_is_no_rating_is_nobodys) {
    static const struct ff68_frame ROWS[] = {
        { ADDRESS, FF68_RATING, 1, { 4 } },
        { ADDRESS, FF68_RATING, 2, { 3, 3 } },
        { ADDRESS, FF68_RATING, 0, { 0 } },
    };
    hear(&ROWS[_i], 0);
    ck_assert_uint_eq(count_of(REPORT_KEY), 0);
}
END_TEST

START_TEST(a_key_is_sent_back_after_the_answer_alone) {
    struct ff68_frame back;
    show();
    say_all(FF68_KEY, &back);
    hear(&NEXT, 0);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 0);
    answer(1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &NEXT));
    show();
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 0);
}
END_TEST

START_TEST(a_rating_is_thanked_for_by_function_01) {
    struct ff68_frame back;
    hear(&RATING, 0);
    answer(1);
    ck_assert_uint_eq(say_all(FF68_RATED, &back), 1);
    ck_assert_uint_eq(back.length, 1);
    ck_assert_uint_eq(back.data[0], 3);
    hear(&RATING, 5000);
    answer(5);
    ck_assert_uint_eq(say_all(FF68_RATED, &back), 0);
    ck_assert_uint_eq(say_all(FF68_BEEP, &back), 0);
}
END_TEST

START_TEST(a_refused_key_is_not_sent_back_but_heard) {
    struct ff68_frame back;
    unsigned beeps = 0;
    hear(&NEXT, 0);
    answer(2);
    for (unsigned i = 0; i < 10; i++) {
        now_us += FF68_BEEP_US / 4;
        enum ff68_say say = ff68_device_wants(&device, now_us);
        if (say != FF68_SAY_NOTHING) {
            ff68_device_say(&device, say, now_us, &back);
            ck_assert_uint_ne(back.function, FF68_KEY);
            beeps += back.function == FF68_BEEP ? 1 : 0;
        }
    }
    ck_assert_uint_eq(beeps, 2);
    hear(&NEXT, 100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 0);
}
END_TEST

/* A key of which the answer was late or lost is one press; the same key pressed again later is another. */
START_TEST(a_repeated_key_is_one_press) {
    struct ff68_frame back;
    hear(&NEXT, 0);
    hear(&NEXT, 400);
    hear(&NEXT, 400);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    answer(1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    hear(&NEXT, 400);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    hear(&NEXT, 1100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    hear(&NEXT, 1300);
    ck_assert_uint_eq(count_of(REPORT_KEY), 2);
    ck_assert_uint_eq(last_of(REPORT_KEY)->count, 2);
    ck_assert_uint_eq(device.repeats, 4);
}
END_TEST

/* Nobody may be locked out by pressing on: a refusal is no longer the same press after two seconds, or another key. */
START_TEST(a_refused_key_is_asked_for_again) {
    hear(&NEXT, 0);
    answer(2);
    hear(&NEXT, 900);
    hear(&NEXT, 900);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    hear(&NEXT, 300);
    ck_assert_uint_eq(count_of(REPORT_KEY), 2);
    answer(2);
    hear(&RECALL, 100);
    hear(&NEXT, 100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 4);
}
END_TEST

START_TEST(another_key_is_another_press) {
    struct ff68_frame back;
    hear(&NEXT, 0);
    hear(&RECALL, 10);
    hear(&NEXT, 10);
    ck_assert_uint_eq(count_of(REPORT_KEY), 2);
    /* The answer to the second overtook the first's: what became of that is not known. */
    answer(1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &RECALL));
    hear(&NEXT, 300);
    ck_assert_uint_eq(count_of(REPORT_KEY), 3);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 0);
    answer(1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    hear(&RECALL, 100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 4);
}
END_TEST

START_TEST(an_old_answer_settles_nothing_newer) {
    struct ff68_frame back;
    hear(&NEXT, 0);
    struct device_report first = *last_of(REPORT_KEY);
    hear(&RECALL, 10);
    answer_of(&first, 1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &NEXT));
    answer(1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    ck_assert(ff68_equal(&back, &RECALL));
}
END_TEST

START_TEST(a_press_without_an_answer_is_given_up) {
    hear(&NEXT, 0);
    hear(&NEXT, 9000);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    hear(&NEXT, 1100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 2);
}
END_TEST

/* The answer came while the line was away, and the device says its key again when it is back. */
START_TEST(a_lost_line_makes_no_second_press) {
    struct ff68_frame back;
    hear(&NEXT, 0);
    ff68_device_fall(&device, now_us);
    ck_assert_uint_eq(count_of(REPORT_OFFLINE), 1);
    answer(1);
    now_us += 3 * SECOND;
    ff68_device_rise(&device, now_us);
    ck_assert_uint_eq(count_of(REPORT_ONLINE), 2);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
    hear(&NEXT, 400);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    ck_assert_uint_eq(say_all(FF68_KEY, &back), 1);
}
END_TEST

/* At once, whatever was due: the terminal may have been without power as well. */
START_TEST(a_line_that_returns_is_told_what_to_show) {
    struct ff68_frame told;
    show();
    for (unsigned i = 0; i < 12; i++) {
        say_all(FF68_DIGITS, &told);
        now_us += 30 * (int64_t)SECOND;
    }
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
    ff68_device_fall(&device, now_us);
    now_us += SECOND;
    ff68_device_rise(&device, now_us);
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
}
END_TEST

START_TEST(a_picture_is_told_again_ever_more_seldom) {
    struct ff68_frame told;
    unsigned count = 0;
    image.terminal.waiting = 7;
    image.terminal.ticket = (struct ticket_no){ "A", 12 };
    show();
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
    ck_assert_mem_eq(told.data, "\0\0\7\0\1\2", 6);
    show();
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 0);
    for (unsigned i = 0; i < 600; i++) {
        now_us += 100 * MS;
        count += say_all(FF68_DIGITS, &told);
    }
    /* After 0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2 s, then each 30 s. */
    ck_assert_uint_eq(count, 7);
    ck_assert_uint_eq(device.images, 1);
    ck_assert_uint_eq(count_of(REPORT_OFFLINE), 0);
    ck_assert_uint_eq(device.timeouts, 0);
}
END_TEST

START_TEST(people_waiting_alone_may_lag_a_second) {
    struct ff68_frame told;
    show();
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
    image.rank = RANK_WAITING;
    image.terminal.waiting = 1;
    show();
    now_us += 900 * MS;
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 0);
    now_us += 200 * MS;
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
    image.rank = RANK_CALL;
    image.terminal.ticket = (struct ticket_no){ "A", 1 };
    show();
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
}
END_TEST

START_TEST(a_call_beeps_once) {
    struct ff68_frame told;
    image.terminal.lamp = LAMP_READY;
    show();
    ck_assert_uint_eq(say_all(FF68_BEEP, &told), 0);
    image.terminal.lamp = LAMP_CALLING;
    image.terminal.ticket = (struct ticket_no){ "A", 1 };
    show();
    ck_assert_uint_eq(say_all(FF68_BEEP, &told), 1);
    ck_assert_uint_eq(told.length, 0);
    image.terminal.waiting = 3;
    show();
    now_us += SECOND;
    ck_assert_uint_eq(say_all(FF68_BEEP, &told), 0);
    image.terminal.ticket = (struct ticket_no){ "A", 2 };
    show();
    ck_assert_uint_eq(say_all(FF68_BEEP, &told), 1);
}
END_TEST

/* One that sends back what it is told is asked by it: offline after eight times without, online by any word. */
START_TEST(one_that_sends_back_can_be_offline) {
    struct ff68_frame told;
    show();
    say_all(FF68_DIGITS, &told);
    ck_assert_uint_eq(device.images, 1);
    hear(&told, 40);
    for (unsigned i = 0; i < 3; i++) {
        now_us += 31 * (int64_t)SECOND;
        ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
        hear(&told, 40);
        now_us += 20 * (int64_t)SECOND;
        ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 0);
    }
    ck_assert_uint_eq(count_of(REPORT_KEY), 0);
    for (unsigned i = 0; i < 500 && count_of(REPORT_OFFLINE) == 0; i++) {
        now_us += 100 * MS;
        say_all(FF68_DIGITS, &told);
    }
    ck_assert_uint_eq(count_of(REPORT_OFFLINE), 1);
    ck_assert_str_eq(last_of(REPORT_OFFLINE)->what, "no answer 8 of 8");
    ck_assert_uint_eq(device.timeouts, 8);
    hear(&NEXT, 1000);
    ck_assert_uint_eq(count_of(REPORT_ONLINE), 2);
    ck_assert_uint_eq(count_of(REPORT_KEY), 1);
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 1);
}
END_TEST

START_TEST(digits_that_come_back_late_are_no_key) {
    struct ff68_frame told, newer;
    show();
    say_all(FF68_DIGITS, &told);
    image.terminal.waiting = 8;
    show();
    say_all(FF68_DIGITS, &newer);
    hear(&told, 100);
    ck_assert_uint_eq(count_of(REPORT_KEY), 0);
    ck_assert(device.is_unconfirmed);
    hear(&newer, 100);
    ck_assert(!device.is_unconfirmed);
}
END_TEST

START_TEST(a_device_that_was_never_heard_says_so) {
    ck_assert_uint_eq(count_of(REPORT_ONLINE), 1);
    ck_assert_ptr_nonnull(strstr(device.what, "not heard yet"));
    hear(&NEXT, 0);
    ck_assert_str_eq(device.what, "");
    ck_assert_uint_eq(count_of(REPORT_ONLINE), 1);
}
END_TEST

START_TEST(a_terminal_is_found_by_its_beeps) {
    struct ff68_frame told;
    unsigned beeps = 0;
    show();
    image.identify_s = 3;
    image.identify_count = 1;
    show();
    for (unsigned i = 0; i < 50; i++) {
        beeps += say_all(FF68_BEEP, &told);
        now_us += 100 * MS;
    }
    ck_assert_uint_eq(beeps, 3);
    ck_assert_uint_eq(count_of(REPORT_ABLE), 1);
    ck_assert_str_eq(last_of(REPORT_ABLE)->what, "");
}
END_TEST

START_TEST(a_rater_has_no_sign_to_give) {
    struct ff68_frame told;
    show();
    image.identify_s = 3;
    image.identify_count = 1;
    show();
    ck_assert_str_eq(last_of(REPORT_ABLE)->what, "not able to identify");
    ck_assert_uint_eq(say_all(FF68_BEEP, &told), 0);
    ck_assert_uint_eq(say_all(FF68_DIGITS, &told), 0);
}
END_TEST

Suite *ff68_suite(void) {
    Suite *suite = suite_create("ff68");
    TCase *tcase = tcase_create("terminal");
    tcase_add_checked_fixture(tcase, begin_terminal, NULL);
    tcase_add_loop_test(tcase, a_key_is_reported_under_the_reference_code, 0, 15);
    tcase_add_test(tcase, a_key_is_sent_back_after_the_answer_alone);
    tcase_add_test(tcase, a_refused_key_is_not_sent_back_but_heard);
    tcase_add_test(tcase, a_repeated_key_is_one_press);
    tcase_add_test(tcase, a_refused_key_is_asked_for_again);
    tcase_add_test(tcase, another_key_is_another_press);
    tcase_add_test(tcase, an_old_answer_settles_nothing_newer);
    tcase_add_test(tcase, a_press_without_an_answer_is_given_up);
    tcase_add_test(tcase, a_lost_line_makes_no_second_press);
    tcase_add_test(tcase, a_line_that_returns_is_told_what_to_show);
    tcase_add_test(tcase, a_picture_is_told_again_ever_more_seldom);
    tcase_add_test(tcase, people_waiting_alone_may_lag_a_second);
    tcase_add_test(tcase, a_call_beeps_once);
    tcase_add_test(tcase, one_that_sends_back_can_be_offline);
    tcase_add_test(tcase, digits_that_come_back_late_are_no_key);
    tcase_add_test(tcase, a_device_that_was_never_heard_says_so);
    tcase_add_test(tcase, a_terminal_is_found_by_its_beeps);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("rater");
    tcase_add_checked_fixture(tcase, begin_rater, NULL);
    tcase_add_loop_test(tcase, a_rating_names_the_session_that_is_shown, 0, 8);
    tcase_add_loop_test(tcase, what_is_no_rating_is_nobodys, 0, 3);
    tcase_add_test(tcase, a_rating_is_thanked_for_by_function_01);
    tcase_add_test(tcase, a_rater_has_no_sign_to_give);
    suite_add_tcase(suite, tcase);
    return suite;
}
