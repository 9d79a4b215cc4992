/* What a device is to show: written until it is shown, and what cannot be shown is said. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/devices/lone.h"
#include "tests/unit/devices/suites.h"

static struct image image_of_board(const char *text) {
    struct image image = { .role = ROLE_BOARD };
    snprintf(image.board.text, sizeof image.board.text, "%s", text);
    return image;
}

static struct lone *board_open(const char *text) {
    struct lone *lone = lone_open(ROLE_BOARD);
    struct image image = image_of_board(text);
    lone_show(lone, &image);
    lone_read(lone);
    lone_read(lone);
    return lone;
}

static const struct {
    enum rtu_outcome outcome;
    unsigned most; /* writes in twenty seconds */
    const char *what;
} failures[] = {
    { RTU_NO_ANSWER, 30, "takes no image" },
    { RTU_MANGLED, 30, "takes no image" },
    { RTU_EXCEPTION, 40, "takes no image: refuses a write to 257 with exception 2" },
};

START_TEST(a_device_that_takes_no_image_is_told_and_left_in_peace) {
    struct lone *lone = board_open("A001");
    lone_fail(lone, failures[_i].outcome, 3);
    ck_assert_uint_eq(lone_count(lone, REPORT_FAULTED), 0);
    unsigned writes = lone_fail(lone, failures[_i].outcome, 20);
    ck_assert_uint_ge(writes, 5);
    ck_assert_uint_le(writes, failures[_i].most);
    ck_assert_uint_eq(lone_count(lone, REPORT_FAULTED), 1);
    ck_assert_str_eq(lone_last(lone, REPORT_FAULTED)->what, failures[_i].what);
    ck_assert_uint_eq(lone_count(lone, REPORT_RECOVERED), 0);
    ck_assert_uint_eq(lone_count(lone, REPORT_OFFLINE), 0);
    lone_fail(lone, RTU_ANSWER, 4);
    ck_assert_uint_eq(lone_count(lone, REPORT_RECOVERED), 1);
    ck_assert_uint_eq(lone->holding[257 + 2], 0x4130);
    lone_close(lone);
}
END_TEST

/* Six losses running are nothing rare where every third request is lost; a call must not lag for seconds behind them. */
START_TEST(a_bad_line_alone_slows_no_write) {
    struct lone *lone = board_open("A001");
    for (unsigned i = 0; i < 6; i++) {
        ck_assert(lone_ask(lone));
        lone_hear(lone, RTU_NO_ANSWER);
        ck_assert_int_le(lone->item.write_us - lone->now_us, 50000);
        lone->now_us += 1000000; /* no length rests any more */
    }
    ck_assert_uint_gt(lone_drive(lone), 0);
    ck_assert_uint_eq(lone->device.write_misses, 0);
    lone_close(lone);
}
END_TEST

/* A job that nobody asks for any more leaves no fault behind. */
START_TEST(what_is_wanted_no_more_is_no_fault) {
    struct lone *lone = lone_open(ROLE_DISPENSER);
    struct image image = { .role = ROLE_DISPENSER };
    lone_show(lone, &image);
    lone_read(lone);
    lone_read(lone);
    lone_drive(lone);
    image.dispenser.job.job = 7;
    lone_show(lone, &image);
    lone_fail(lone, RTU_EXCEPTION, 10);
    ck_assert_uint_eq(lone_count(lone, REPORT_FAULTED), 1);
    image.dispenser.job.job = 0;
    lone_show(lone, &image);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_RECOVERED), 1);
    lone_close(lone);
}
END_TEST

/* Away for long, and rebooted meanwhile: its text is gone, so the revision alone would show nothing. */
START_TEST(a_sequence_does_not_go_on_behind_a_new_baseline) {
    struct lone *lone = board_open("A001");
    ck_assert(lone_ask(lone));
    ck_assert_uint_eq(lone->request.address, 257);
    lone_hear(lone, RTU_ANSWER);
    lone_reboot(lone);
    lone->now_us += 2 * FRESH_US;
    lone_read(lone);
    lone_read(lone);
    ck_assert(lone_ask(lone));
    ck_assert_uint_eq(lone->request.address, 257);
    lone_hear(lone, RTU_ANSWER);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[257 + 2], 0x4130);
    lone_close(lone);
}
END_TEST

Suite *show_suite(void) {
    Suite *suite = suite_create("show");
    TCase *cases = tcase_create("show");
    tcase_add_loop_test(cases, a_device_that_takes_no_image_is_told_and_left_in_peace, 0,
                        sizeof failures / sizeof *failures);
    tcase_add_test(cases, a_bad_line_alone_slows_no_write);
    tcase_add_test(cases, what_is_wanted_no_more_is_no_fault);
    tcase_add_test(cases, a_sequence_does_not_go_on_behind_a_new_baseline);
    suite_add_tcase(suite, cases);
    return suite;
}
