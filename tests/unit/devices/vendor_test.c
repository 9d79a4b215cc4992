/* Other makers' devices beside their keys: the rest they need, images given again, blinking, an image half written. */
#include "tests/unit/devices/bare.h"
#include "tests/unit/devices/suites.h"

static const char PACED[] =
    "{\"name\":\"p\",\"role\":\"terminal\",\"reading\":\"clear\",\"pause_ms\":40,\"refresh_s\":5,"
    "\"read\":{\"function\":3,\"code\":16,\"room\":4},\"codes\":{\"1\":\"next\"},"
    "\"identify\":{\"register\":90,\"function\":6},"
    "\"write\":[{\"value\":\"lamp\",\"register\":100},{\"value\":\"waiting\",\"register\":101}]}";

/* Between any two of its requests it has the rest that it needs. */
START_TEST(a_device_that_needs_a_rest_has_it) {
    struct bare *bare = bare_online(PACED);
    struct image image = { .role = ROLE_TERMINAL };
    image.terminal.lamp = LAMP_CALLING;
    bare_show(bare, &image);
    bare->holding[16] = 1;
    for (unsigned i = 0; i < 12; i++) {
        int64_t before_us = bare->now_us;
        bare_step(bare, FATE_WELL);
        ck_assert_int_ge(bare->now_us - before_us, 40000);
    }
    ck_assert_uint_eq(bare->holding[100], LAMP_CALLING);
    ck_assert_uint_eq(bare->holding[16], 0);
    ck_assert_uint_eq(bare_count(bare, REPORT_KEY), 1);
    bare_close(bare);
}
END_TEST

/* A device that can't say that it forgot its image. */
START_TEST(an_image_is_given_again_now_and_then) {
    struct bare *bare = bare_online(PACED);
    struct image image = { .role = ROLE_TERMINAL };
    image.terminal.lamp = LAMP_CALLING;
    bare_show(bare, &image);
    bare_run(bare, 1000);
    bare->holding[100] = 0;
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare->holding[100], 0);
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare->holding[100], LAMP_CALLING);
    bare_close(bare);
}
END_TEST

START_TEST(it_blinks_where_its_profile_says) {
    struct bare *bare = bare_online(PACED);
    struct image image = { .role = ROLE_TERMINAL };
    bare_show(bare, &image);
    bare_run(bare, 500);
    image.identify_s = 7;
    image.identify_count = 1;
    bare_show(bare, &image);
    bare_run(bare, 500);
    ck_assert_uint_eq(bare->holding[90], 7);
    ck_assert_uint_eq(bare_count(bare, REPORT_ABLE), 1);
    bare_close(bare);
}
END_TEST

/* What was written half-way is in the device: going back to the old image writes it again. */
START_TEST(half_an_image_is_not_taken_for_the_old_one) {
    struct bare *bare = bare_online(PACED);
    struct image image = { .role = ROLE_TERMINAL };
    image.terminal.waiting = 5;
    bare_show(bare, &image);
    bare_run(bare, 1000);
    image.terminal.lamp = LAMP_CALLING;
    image.terminal.waiting = 4;
    bare_show(bare, &image);
    bare_fate(bare, true, FATE_WELL);
    ck_assert_uint_eq(bare->holding[100], LAMP_CALLING);
    bare_fate(bare, true, FATE_REFUSED);
    ck_assert_uint_eq(bare->holding[101], 5);
    image.terminal.lamp = LAMP_CLOSED;
    image.terminal.waiting = 5;
    bare_show(bare, &image);
    bare_run(bare, 3000);
    ck_assert_uint_eq(bare->holding[100], LAMP_CLOSED);
    bare_close(bare);
}
END_TEST

Suite *vendor_suite(void) {
    Suite *suite = suite_create("vendor");
    TCase *cases = tcase_create("vendor");
    tcase_add_test(cases, a_device_that_needs_a_rest_has_it);
    tcase_add_test(cases, an_image_is_given_again_now_and_then);
    tcase_add_test(cases, it_blinks_where_its_profile_says);
    tcase_add_test(cases, half_an_image_is_not_taken_for_the_old_one);
    suite_add_tcase(suite, cases);
    return suite;
}
