/* Keys of other makers' devices: each way of reading them, with time and losses chosen by the test. */
#include "devices/profile_map.h"
#include "protocol/registers.h"
#include "tests/unit/devices/bare.h"
#include "tests/unit/devices/suites.h"

static const char CLEAR[] =
    "{\"name\":\"c\",\"role\":\"terminal\",\"reading\":\"clear\","
    "\"read\":{\"function\":3,\"code\":16,\"room\":4},"
    "\"codes\":{\"1\":\"next\",\"2\":\"recall\",\"3\":{\"key\":\"pause\",\"argument\":2}},"
    "\"write\":[{\"value\":\"number\",\"register\":100},{\"value\":\"answer\",\"register\":101}]}";
static const char CLEAR_HELD[] =
    "{\"name\":\"c\",\"role\":\"terminal\",\"reading\":\"clear\","
    "\"read\":{\"function\":3,\"code\":16,\"argument\":17,\"clear\":16,\"repeat_ms\":300},"
    "\"codes\":{\"1\":\"next\",\"2\":\"call\"}}";
static const char KEYPAD[] =
    "{\"name\":\"k\",\"role\":\"keypad\",\"reading\":\"clear\","
    "\"read\":{\"function\":3,\"code\":16,\"room\":4},"
    "\"codes\":{\"1\":\"grade 5\",\"5\":\"grade 1\"},"
    "\"write\":[{\"value\":\"state\",\"register\":100,\"table\":{\"invite\":7}},"
    "{\"value\":\"session\",\"register\":101}]}";
static const char LEVEL[] =
    "{\"name\":\"l\",\"role\":\"terminal\",\"reading\":\"level\","
    "\"read\":{\"function\":2,\"address\":8,\"count\":8,\"room\":24,\"bounce_ms\":40,\"long_ms\":"
    "1000},"
    "\"codes\":{\"0\":\"next\",\"1\":{\"key\":\"recall\",\"long\":\"no_show\"},"
    "\"2\":{\"key\":\"pause\",\"argument\":1,\"active\":\"low\"}}}";
static const char WORDS[] =
    "{\"name\":\"w\",\"role\":\"dispenser\",\"reading\":\"level\","
    "\"read\":{\"function\":4,\"address\":30,\"count\":2,\"bounce_ms\":0},"
    "\"codes\":{\"0\":\"ticket 1\",\"31\":{\"key\":\"ticket 2\",\"argument\":1}}}";
static const char COUNTER[] =
    "{\"name\":\"n\",\"role\":\"terminal\",\"reading\":\"counter\","
    "\"read\":{\"function\":3,\"events\":20,\"modulo\":256,\"ring\":21,\"entries\":3,\"room\":8},"
    "\"codes\":{\"0x41\":\"next\",\"66\":\"recall\"}}";
static const char BOOTED[] =
    "{\"name\":\"n\",\"role\":\"terminal\",\"reading\":\"counter\","
    "\"identity\":{\"function\":4,\"kind\":0,\"kind_is\":77,\"firmware\":1,\"serial\":2},"
    "\"read\":{\"function\":4,\"events\":20,\"ring\":21,\"argument\":true,\"boots\":19,\"room\":8},"
    "\"codes\":{\"1\":\"next\",\"2\":\"pause\"}}";

static void expect_key(struct bare *bare, unsigned n, uint16_t code, uint16_t argument) {
    const struct device_report *press = bare_report(bare, REPORT_KEY, n);
    ck_assert_uint_eq(press->code, code);
    ck_assert_uint_eq(press->argument, argument);
    ck_assert_uint_eq(press->epoch, 1);
    ck_assert(press->is_last);
    ck_assert(!press->is_old);
}

START_TEST(a_code_is_a_press_and_is_cleared) {
    struct bare *bare = bare_online(CLEAR);
    static const uint16_t pressed[] = { 1, 1, 3, 2 };
    for (unsigned i = 0; i < 4; i++) {
        bare->holding[16] = pressed[i];
        bare_run(bare, 20);
        ck_assert_uint_eq(bare->holding[16], 0);
        ck_assert_uint_eq(bare_count(bare, REPORT_KEY), i + 1);
        ck_assert_uint_eq(bare_report(bare, REPORT_KEY, i)->count, i + 1);
    }
    expect_key(bare, 0, KEY_NEXT, 0);
    expect_key(bare, 1, KEY_NEXT, 0);
    expect_key(bare, 2, KEY_PAUSE, 2);
    expect_key(bare, 3, KEY_RECALL, 0);
    bare_close(bare);
}
END_TEST

/* What is lost, and what the device holds when it is read behind that: the same code is the same press. */
static const struct {
    bool is_write;
    enum fate fate;
    uint16_t behind; /* pressed before the reading behind the loss; 0 nothing */
    unsigned keys;
} losses[] = {
    { false, FATE_UNHEARD, 0, 1 },   { false, FATE_UNANSWERED, 0, 1 }, { true, FATE_UNHEARD, 0, 1 },
    { true, FATE_UNANSWERED, 0, 1 }, { true, FATE_UNANSWERED, 2, 2 },  { true, FATE_REFUSED, 0, 1 },
};

START_TEST(a_loss_neither_loses_nor_doubles_a_press) {
    struct bare *bare = bare_online(CLEAR);
    bare->holding[16] = 1;
    bare_fate(bare, losses[_i].is_write, losses[_i].fate);
    if (losses[_i].behind != 0) {
        bare->holding[16] = losses[_i].behind;
    }
    bare_run(bare, 1500);
    ck_assert_uint_eq(bare->holding[16], 0);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), losses[_i].keys);
    expect_key(bare, 0, KEY_NEXT, 0);
    /* And it goes on: the same key again is a new press. */
    bare->holding[16] = 1;
    bare_run(bare, 50);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), losses[_i].keys + 1);
    bare_close(bare);
}
END_TEST

/* The answer to a clearing write that came too late is equal to the one that is waited for now. */
START_TEST(in_doubt_a_clearing_is_read_behind) {
    struct bare *bare = bare_online(CLEAR);
    bare->holding[16] = 1;
    bare_fate(bare, true, FATE_UNHEARD);
    bare_step(bare, FATE_WELL);
    ck_assert(!frame_is_write(bare->request.function));
    bare_step(bare, FATE_WELL);
    ck_assert_uint_eq(bare->request.function, WRITE_REGISTER);
    bare->holding[16] = 1; /* the late answer was believed: the write itself never came */
    bare_step(bare, FATE_WELL);
    ck_assert(!frame_is_write(bare->request.function));
    bare_run(bare, 100);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    ck_assert_uint_eq(bare->holding[16], 0);
    bare_close(bare);
}
END_TEST

START_TEST(one_that_cant_be_cleared_is_stuck) {
    struct bare *bare = bare_online(CLEAR);
    bare->holding[16] = 1;
    for (unsigned i = 0; i < 4; i++) {
        bare_fate(bare, true, FATE_REFUSED);
    }
    bare_step(bare, FATE_WELL);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    ck_assert_str_eq(bare_report(bare, REPORT_FAULTED, 0)->what, "key stuck");
    bare_run(bare, 2000);
    ck_assert_uint_eq(bare_count(bare, REPORT_FAULTED), 1);
    ck_assert_uint_eq(bare_count(bare, REPORT_RECOVERED), 1);
    bare_close(bare);
}
END_TEST

/* A device that sets the code again as long as the key is down. */
START_TEST(a_held_key_is_one_press) {
    struct bare *bare = bare_online(CLEAR_HELD);
    for (unsigned i = 0; i < 100; i++) {
        bare->holding[16] = 1;
        bare->holding[17] = 0;
        bare_run(bare, 10);
    }
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    ck_assert_uint_eq(bare->request.function, bare->ask == ASK_KEYS ? WRITE_HOLDING : READ_HOLDING);
    bare_run(bare, 400);
    bare->holding[16] = 2;
    bare->holding[17] = 1034;
    bare_run(bare, 50);
    expect_key(bare, 1, KEY_CALL, 1034);
    bare_close(bare);
}
END_TEST

/* Who pressed before it was there has given up: a terminal's press is answered "not now", and cleared. */
START_TEST(a_code_of_before_is_no_press) {
    struct bare *bare = bare_open(CLEAR);
    struct image image = { .role = ROLE_TERMINAL };
    image.terminal.ticket = (struct ticket_no){ "A", 17 };
    bare_show(bare, &image);
    bare->holding[16] = 1;
    bare_run(bare, 100);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    ck_assert_uint_eq(bare->holding[16], 0);
    ck_assert_uint_eq(bare->holding[100], 17);
    ck_assert_uint_eq(bare->holding[101], ANSWER_NOT_NOW);
    bare_vanish(bare, 12);
    bare->holding[16] = 1;
    bare->holding[100] = 0;
    bare_run(bare, 31000);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    ck_assert_uint_eq(bare->holding[16], 0);
    ck_assert_uint_eq(bare->holding[100], 17);
    /* Away for a moment, it is a press. */
    bare_vanish(bare, 0);
    bare->holding[16] = 1;
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare_close(bare);
}
END_TEST

static void invite(struct bare *bare, uint16_t session) {
    struct image image = { .role = ROLE_KEYPAD };
    image.keypad.state = session == 0 ? KEYPAD_IDLE : KEYPAD_INVITE;
    image.keypad.session = session;
    bare_show(bare, &image);
}

/* A rating belongs to the session that the keypad showed while it was pressed, not to the one of a moment later. */
START_TEST(a_grade_has_the_session_that_was_shown) {
    struct bare *bare = bare_online(KEYPAD);
    invite(bare, 5);
    bare_run(bare, 100);
    ck_assert_uint_eq(bare->holding[100], 7);
    ck_assert_uint_eq(bare->holding[101], 5);
    bare->holding[16] = 5;
    invite(bare, 6);
    bare_run(bare, 100);
    ck_assert_uint_eq(bare->holding[101], 6);
    expect_key(bare, 0, 1, 5);
    bare->holding[16] = 1;
    bare_run(bare, 100);
    expect_key(bare, 1, 5, 6);
    /* While nobody knows which of the two it shows, a press is nobody's. */
    invite(bare, 7);
    bare_fate(bare, true, FATE_UNANSWERED);
    bare->holding[16] = 1;
    bare_run(bare, 1500);
    expect_key(bare, 2, 5, 0);
    bare->holding[16] = 1;
    bare_run(bare, 100);
    expect_key(bare, 3, 5, 7);
    bare_close(bare);
}
END_TEST

START_TEST(an_old_grade_is_told_with_its_session) {
    struct bare *bare = bare_online(KEYPAD);
    invite(bare, 5);
    bare_run(bare, 100);
    bare_vanish(bare, 12);
    bare->holding[16] = 1;
    bare_run(bare, 31000);
    const struct device_report *press = bare_report(bare, REPORT_KEY, 0);
    ck_assert(press->is_old);
    ck_assert_uint_eq(press->argument, 5);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare_close(bare);
}
END_TEST

START_TEST(a_level_is_a_press_when_it_has_settled) {
    struct bare *bare = bare_online(LEVEL);
    bare->discrete[10] = 1; /* not held: it is active low */
    bare_run(bare, 200);
    bare->discrete[8] = 1;
    int64_t began_us = bare->now_us;
    while (bare_count(bare, REPORT_KEY) == 0) {
        bare_step(bare, FATE_WELL);
        ck_assert_int_lt(bare->now_us, began_us + 60000);
    }
    ck_assert_int_ge(bare->now_us, began_us + 40000);
    expect_key(bare, 0, KEY_NEXT, 0);
    bare_run(bare, 3000);
    bare->discrete[8] = 0;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare->discrete[10] = 0;
    bare_run(bare, 100);
    expect_key(bare, 1, KEY_PAUSE, 1);
    bare_close(bare);
}
END_TEST

START_TEST(what_flickers_is_no_press) {
    struct bare *bare = bare_online(LEVEL);
    bare->discrete[10] = 1;
    bare_run(bare, 100);
    for (unsigned i = 0; i < 50; i++) {
        bare->discrete[8] = i % 2 == 0;
        bare_run(bare, 20);
    }
    bare->discrete[8] = 0;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    /* Bouncing at both ends, a press is one. */
    for (unsigned i = 0; i < 6; i++) {
        bare->discrete[8] = i % 2 == 0;
        bare_step(bare, FATE_WELL);
    }
    bare->discrete[8] = 1;
    bare_run(bare, 300);
    for (unsigned i = 0; i < 6; i++) {
        bare->discrete[8] = i % 2;
        bare_step(bare, FATE_WELL);
    }
    bare->discrete[8] = 0;
    bare_run(bare, 300);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare_close(bare);
}
END_TEST

START_TEST(a_long_press_has_its_own_code) {
    struct bare *bare = bare_online(LEVEL);
    bare->discrete[10] = 1;
    bare_run(bare, 100);
    bare->discrete[9] = 1;
    bare_run(bare, 500);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    bare->discrete[9] = 0;
    bare_run(bare, 100);
    expect_key(bare, 0, KEY_RECALL, 0);
    bare->discrete[9] = 1;
    bare_run(bare, 1200);
    expect_key(bare, 1, KEY_NO_SHOW, 0);
    bare_run(bare, 3000);
    bare->discrete[9] = 0;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 2);
    bare_close(bare);
}
END_TEST

START_TEST(a_key_held_when_it_comes_gives_no_press) {
    struct bare *bare = bare_open(LEVEL);
    bare->discrete[8] = bare->discrete[9] = 1;
    bare_run(bare, 2000);
    ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 1);
    bare->discrete[8] = bare->discrete[9] = 0;
    bare->discrete[10] = 1;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    bare->discrete[9] = 1;
    bare_run(bare, 200);
    bare->discrete[9] = 0;
    bare_run(bare, 200);
    expect_key(bare, 0, KEY_RECALL, 0);
    bare_close(bare);
}
END_TEST

START_TEST(a_key_that_is_never_let_go_is_stuck) {
    struct bare *bare = bare_online(LEVEL);
    bare->discrete[10] = 1;
    bare_run(bare, 100);
    bare->discrete[8] = 1;
    bare_run(bare, 61000);
    ck_assert_str_eq(bare_report(bare, REPORT_FAULTED, 0)->what, "key stuck");
    bare->discrete[8] = 0;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_RECOVERED), 1);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare_close(bare);
}
END_TEST

START_TEST(two_keys_of_one_reading_are_two_presses) {
    struct bare *bare = bare_online(WORDS);
    bare->input[30] = 1;
    bare->input[31] = 0x8000;
    bare_run(bare, 20);
    const struct device_report *first = bare_report(bare, REPORT_KEY, 0);
    ck_assert_uint_eq(first->code, KEY_TICKET + 1);
    ck_assert(!first->is_last);
    expect_key(bare, 1, KEY_TICKET + 2, 1);
    bare_close(bare);
}
END_TEST

START_TEST(a_count_that_moved_is_so_many_presses) {
    struct bare *bare = bare_open(COUNTER);
    bare->holding[20] = 254;
    bare->holding[21] = 0x41;
    bare_run(bare, 50);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 0);
    bare->holding[20] = 0;
    bare->holding[21] = 66;
    bare->holding[22] = 0x41;
    bare_run(bare, 50);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 2);
    ck_assert_uint_eq(bare_report(bare, REPORT_KEY, 0)->code, KEY_NEXT);
    ck_assert(!bare_report(bare, REPORT_KEY, 0)->is_last);
    expect_key(bare, 1, KEY_RECALL, 0);
    bare->holding[20] = 5;
    bare_run(bare, 50);
    ck_assert_uint_eq(bare_report(bare, REPORT_KEYS_LOST, 0)->lost, 2);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 5);
    /* It forgot its count: nothing is taken of what it has counted since. */
    bare->holding[20] = 2;
    bare_run(bare, 200);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 5);
    ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 2);
    bare->holding[20] = 3;
    bare_run(bare, 50);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 6);
    bare_close(bare);
}
END_TEST

/* One late answer must not make up two of the three: a question of its length would fit it. */
START_TEST(no_two_late_answers_are_of_one_length) {
    struct bare *bare = bare_open(COUNTER);
    uint16_t lengths[BACKWARD_MOST];
    bare->holding[20] = 5;
    bare_run(bare, 50);
    bare->holding[20] = 2;
    for (unsigned i = 0; i < BACKWARD_MOST; i++) {
        ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 1);
        ck_assert(!bare->device.is_rebooted);
        bare_step(bare, FATE_WELL);
        ck_assert_int_eq(bare->ask, ASK_PULSE);
        lengths[i] = bare->request.count;
        for (unsigned before = 0; before < i; before++) {
            ck_assert_uint_ne(lengths[before], lengths[i]);
        }
    }
    ck_assert(bare->device.is_rebooted);
    bare_close(bare);
}
END_TEST

START_TEST(an_unknown_code_is_told_to_who_waits) {
    struct bare *bare = bare_online(COUNTER);
    bare->holding[20] = 1;
    bare->holding[21] = 99;
    bare_run(bare, 50);
    expect_key(bare, 0, 0, 0);
    bare_close(bare);
}
END_TEST

START_TEST(it_says_who_it_is_where_it_can) {
    struct bare *bare = bare_open(BOOTED);
    bare->input[0] = 76;
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 0);
    ck_assert_uint_eq(bare_count(bare, REPORT_FAULTED), 1);
    ck_assert_str_eq(bare_report(bare, REPORT_FAULTED, 0)->what, "kind 76, expected 77");
    bare->input[0] = 77;
    bare->input[1] = 0x0203;
    bare->input[2] = 1;
    bare->input[3] = 2;
    bare->input[19] = 4;
    bare_run(bare, 2500);
    const struct device_report *came = bare_report(bare, REPORT_ONLINE, 0);
    ck_assert_uint_eq(came->serial, 0x10002);
    ck_assert_uint_eq(came->firmware, 0x0203);
    ck_assert_uint_eq(came->boots, 4);
    ck_assert_uint_eq(bare_count(bare, REPORT_RECOVERED), 1);
    /* A reboot while it was heard: what was pressed since counts from 0. */
    bare->input[19] = 5;
    bare->input[20] = 1;
    bare->input[21] = 2;
    bare->input[22] = 3;
    bare_run(bare, 100);
    ck_assert(bare_report(bare, REPORT_ONLINE, 1)->rebooted);
    const struct device_report *press = bare_report(bare, REPORT_KEY, 0);
    ck_assert_uint_eq(press->code, KEY_PAUSE);
    ck_assert_uint_eq(press->argument, 3);
    ck_assert_uint_eq(press->epoch, 2);
    bare_close(bare);
}
END_TEST

/* Switched off, then wired as another device: what is said of it is what it answers, while it does. */
START_TEST(a_stranger_is_told_by_its_answers) {
    struct bare *bare = bare_open(BOOTED);
    bare->input[0] = 76;
    bare_vanish(bare, 3);
    ck_assert_str_eq(device_what(&bare->device), "no answer 8 of 8");
    bare_run(bare, 8000);
    ck_assert(bare->device.is_away);
    ck_assert_str_eq(device_what(&bare->device), "kind 76, expected 77");
    bare_vanish(bare, 10);
    ck_assert_str_eq(device_what(&bare->device), "no answer 8 of 8");
    bare_fate(bare, false, FATE_REFUSED);
    ck_assert_str_eq(device_what(&bare->device), "refuses to be read with exception 2");
    bare->input[0] = 77;
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare_count(bare, REPORT_ONLINE), 1);
    ck_assert_str_eq(device_what(&bare->device), "");
    bare_close(bare);
}
END_TEST

Suite *reading_suite(void) {
    Suite *suite = suite_create("reading");
    TCase *cases = tcase_create("reading");
    tcase_add_test(cases, a_code_is_a_press_and_is_cleared);
    tcase_add_loop_test(cases, a_loss_neither_loses_nor_doubles_a_press, 0,
                        sizeof losses / sizeof *losses);
    tcase_add_test(cases, in_doubt_a_clearing_is_read_behind);
    tcase_add_test(cases, one_that_cant_be_cleared_is_stuck);
    tcase_add_test(cases, a_held_key_is_one_press);
    tcase_add_test(cases, a_code_of_before_is_no_press);
    tcase_add_test(cases, a_grade_has_the_session_that_was_shown);
    tcase_add_test(cases, an_old_grade_is_told_with_its_session);
    tcase_add_test(cases, a_level_is_a_press_when_it_has_settled);
    tcase_add_test(cases, what_flickers_is_no_press);
    tcase_add_test(cases, a_long_press_has_its_own_code);
    tcase_add_test(cases, a_key_held_when_it_comes_gives_no_press);
    tcase_add_test(cases, a_key_that_is_never_let_go_is_stuck);
    tcase_add_test(cases, two_keys_of_one_reading_are_two_presses);
    tcase_add_test(cases, a_count_that_moved_is_so_many_presses);
    tcase_add_test(cases, no_two_late_answers_are_of_one_length);
    tcase_add_test(cases, an_unknown_code_is_told_to_who_waits);
    tcase_add_test(cases, it_says_who_it_is_where_it_can);
    tcase_add_test(cases, a_stranger_is_told_by_its_answers);
    suite_add_tcase(suite, cases);
    return suite;
}
