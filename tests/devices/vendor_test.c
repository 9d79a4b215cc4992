/* Devices of other makers on a line: keys that are held until cleared, keys that are levels, and what is written. */
#include <stdio.h>
#include <string.h>

#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { ADDRESS = 21, KEY_AT = 16 };

static const char CLEAR[] =
    "{\"name\":\"c\",\"role\":\"terminal\",\"reading\":\"clear\",\"answer_ms\":300,"
    "\"read\":{\"function\":3,\"code\":16,\"clear\":6,\"room\":8},"
    "\"codes\":{\"1\":\"next\",\"2\":\"recall\"}}";
/* Bounces for so long that nobody is stopped longer, so that what flickers is never held that long. */
static const char LEVEL[] =
    "{\"name\":\"l\",\"role\":\"terminal\",\"reading\":\"level\",\"answer_ms\":300,"
    "\"read\":{\"function\":2,\"address\":4,\"count\":6,\"room\":24,\"bounce_ms\":%u,\"long_ms\":%"
    "u},"
    "\"codes\":{\"0\":\"next\",\"5\":{\"key\":\"recall\",\"long\":\"no_show\"}}}";
static const char RELAYS[] =
    "{\"name\":\"r\",\"role\":\"terminal\",\"reading\":\"level\",\"answer_ms\":300,"
    "\"read\":{\"function\":1,\"address\":40,\"count\":8},\"codes\":{\"0\":\"next\"},"
    "\"write\":[{\"value\":\"lamp\",\"coil\":0,\"bits\":[\"ready\",\"calling\",\"paused\"]},"
    "{\"value\":\"lamp\",\"coil\":8,\"bits\":[\"calling\"]},"
    "{\"value\":\"number\",\"register\":100,\"as\":\"bcd\",\"digits\":3,\"function\":6},"
    "{\"value\":\"ticket\",\"register\":101,\"registers\":3,\"pad\":32},"
    "{\"value\":\"waiting\",\"register\":104,\"scale\":10},"
    "{\"value\":\"lamp\",\"register\":105,\"table\":{\"ready\":7,\"calling\":9},\"join\":true},"
    "{\"constant\":1,\"register\":120}]}";

static struct rig *online(const char *profile) {
    struct rig *rig = rig_open();
    rig_use(rig, profile);
    rig_add(rig, "foreign", ROLE_TERMINAL, ADDRESS);
    slave_add_plain(rig->slaves, ADDRESS);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    return rig;
}

/* Waits until the device was asked so many times more. */
static void asked(struct rig *rig, unsigned more) {
    unsigned before = slave_requests(rig->slaves, ADDRESS);
    for (unsigned i = 0; i < 5000 && slave_requests(rig->slaves, ADDRESS) < before + more; i++) {
        rig_sleep(1);
    }
}

/* Nobody presses the same key again within the milliseconds in which its clearing is read behind. */
static void latch(struct rig *rig, uint16_t code) {
    ck_assert(rig_await_holding(rig, ADDRESS, KEY_AT, 0));
    asked(rig, 3);
    ck_assert(slave_latch(rig->slaves, ADDRESS, code));
}

START_TEST(a_held_key_is_taken_once_and_cleared) {
    struct rig *rig = online(CLEAR);
    struct device_report press;
    static const uint16_t codes[] = { 1, 1, 2 };
    for (unsigned i = 0; i < 3; i++) {
        latch(rig, codes[i]);
        ck_assert(rig_await(rig, REPORT_KEY, i + 1, &press));
        ck_assert_uint_eq(press.code, codes[i]);
        ck_assert_uint_eq(press.count, i + 1);
    }
    ck_assert(rig_await_holding(rig, ADDRESS, KEY_AT, 0));
    char text[32768];
    slaves_transcript(rig->slaves, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, ">> 15 06 00 10 00 00"));
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 3);
    rig_close(rig);
}
END_TEST

/* Whatever is lost once: the reading, the clearing on its way there or back, its answer late or torn. */
static const struct {
    enum fault fault;
    uint8_t function;
    unsigned value;
} losses[] = {
    { FAULT_SILENT, 3, 0 }, { FAULT_MANGLED, 3, 0 },   { FAULT_LATE, 3, 350 },
    { FAULT_DEAF, 6, 0 },   { FAULT_SILENT, 6, 0 },    { FAULT_MANGLED, 6, 0 },
    { FAULT_LATE, 6, 350 }, { FAULT_TRUNCATED, 6, 0 }, { FAULT_REFUSE, 6, 6 },
};

START_TEST(no_loss_loses_or_doubles_a_press) {
    struct rig *rig = online(CLEAR);
    struct device_report press;
    ck_assert(rig_await_holding(rig, ADDRESS, KEY_AT, 0));
    asked(rig, 3);
    /* Only now, or an idle reading would be what is lost. */
    slave_fault(rig->slaves, ADDRESS, losses[_i].fault, losses[_i].function, 1, losses[_i].value);
    ck_assert(slave_latch(rig->slaves, ADDRESS, 1));
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    latch(rig, 1);
    ck_assert(rig_await(rig, REPORT_KEY, 2, &press));
    latch(rig, 2);
    ck_assert(rig_await(rig, REPORT_KEY, 3, &press));
    ck_assert_uint_eq(press.code, 2);
    ck_assert(rig_await_holding(rig, ADDRESS, KEY_AT, 0));
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 3);
    ck_assert_uint_eq(rig_count(rig, REPORT_OFFLINE), 0);
    struct device_stats stats = rig_stats(rig, 0);
    ck_assert(losses[_i].fault == FAULT_REFUSE || stats.timeouts + stats.crc_errors > 0);
    rig_close(rig);
}
END_TEST

/* Many presses on a line that loses a lot: as many reports as the device has taken keys, in their order. */
START_TEST(a_bad_line_gives_every_press_once) {
    struct rig *rig = online(CLEAR);
    slaves_storm(rig->slaves, (struct storm){ .seed = 7, .lost = 10, .mangled = 5 });
    unsigned taken = 0;
    for (unsigned i = 0; i < 3000 && taken < 12; i++) {
        if (slave_latch(rig->slaves, ADDRESS, (uint16_t)(1 + taken % 2))) {
            taken++;
        }
        rig_sleep(1);
    }
    ck_assert_uint_ge(taken, 4);
    ck_assert(rig_await(rig, REPORT_KEY, taken, NULL));
    slaves_storm(rig->slaves, (struct storm){ 0 });
    ck_assert(rig_await_holding(rig, ADDRESS, KEY_AT, 0));
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), taken);
    for (unsigned i = 0; i < taken; i++) {
        struct device_report press;
        ck_assert(rig_await(rig, REPORT_KEY, i + 1, &press));
        ck_assert_uint_eq(press.code, 1 + i % 2);
    }
    rig_close(rig);
}
END_TEST

static struct rig *level_online(unsigned bounce_ms, unsigned long_ms) {
    char profile[sizeof LEVEL + 16];
    snprintf(profile, sizeof profile, LEVEL, bounce_ms, long_ms);
    return online(profile);
}

START_TEST(a_level_that_settles_is_a_press) {
    struct rig *rig = level_online(20, 10000);
    struct device_report press;
    for (unsigned i = 1; i <= 3; i++) {
        slave_set_discrete(rig->slaves, ADDRESS, 4, true);
        ck_assert(rig_await(rig, REPORT_KEY, i, &press));
        ck_assert_uint_eq(press.code, KEY_NEXT);
        slave_set_discrete(rig->slaves, ADDRESS, 4, false);
        rig_sleep(25);
        asked(rig, 4);
    }
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 3);
    rig_close(rig);
}
END_TEST

START_TEST(a_level_that_flickers_is_none) {
    struct rig *rig = level_online(900, 10000);
    for (unsigned i = 0; i < 20; i++) {
        slave_set_discrete(rig->slaves, ADDRESS, 4, i % 2 == 0);
        rig_sleep(20);
    }
    slave_set_discrete(rig->slaves, ADDRESS, 4, false);
    rig_sleep(1000);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    rig_close(rig);
}
END_TEST

START_TEST(long_and_short_are_two_keys) {
    struct rig *rig = level_online(10, 200);
    struct device_report press;
    slave_set_discrete(rig->slaves, ADDRESS, 9, true);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    ck_assert_uint_eq(press.code, KEY_NO_SHOW);
    slave_set_discrete(rig->slaves, ADDRESS, 9, false);
    rig_sleep(50);
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    rig_close(rig);
    rig = level_online(10, 10000);
    slave_set_discrete(rig->slaves, ADDRESS, 9, true);
    rig_sleep(30);
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    slave_set_discrete(rig->slaves, ADDRESS, 9, false);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    ck_assert_uint_eq(press.code, KEY_RECALL);
    rig_close(rig);
}
END_TEST

START_TEST(held_at_the_start_is_no_press) {
    char profile[sizeof LEVEL + 16];
    struct rig *rig = rig_open();
    snprintf(profile, sizeof profile, LEVEL, 10, 100);
    rig_use(rig, profile);
    rig_add(rig, "foreign", ROLE_TERMINAL, ADDRESS);
    slave_add_plain(rig->slaves, ADDRESS);
    slave_set_discrete(rig->slaves, ADDRESS, 4, true);
    slave_set_discrete(rig->slaves, ADDRESS, 9, true);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_sleep(150);
    asked(rig, 5);
    slave_set_discrete(rig->slaves, ADDRESS, 4, false);
    slave_set_discrete(rig->slaves, ADDRESS, 9, false);
    rig_sleep(30);
    asked(rig, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    slave_set_discrete(rig->slaves, ADDRESS, 4, true);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    rig_close(rig);
}
END_TEST

static unsigned lines_with(struct rig *rig, const char *words) {
    static char text[65536];
    unsigned count = 0;
    slaves_transcript(rig->slaves, text, sizeof text);
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words)) {
        count++;
    }
    return count;
}

START_TEST(an_image_goes_where_the_profile_says) {
    struct rig *rig = online(RELAYS);
    struct terminal_image *image = &rig->images[0].terminal;
    *image = (struct terminal_image){ .ticket = { "A", 17 }, .waiting = 3, .lamp = LAMP_CALLING };
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, ADDRESS, 120, 1));
    static const uint16_t registers[] = { 0x0017, 0x4130, 0x3137, 0x2020, 30, 9 };
    for (unsigned i = 0; i < 6; i++) {
        ck_assert_uint_eq(slave_holding(rig->slaves, ADDRESS, (uint16_t)(100 + i)), registers[i]);
    }
    ck_assert(!slave_coil(rig->slaves, ADDRESS, 0));
    ck_assert(slave_coil(rig->slaves, ADDRESS, 1));
    ck_assert(slave_coil(rig->slaves, ADDRESS, 8));
    ck_assert_uint_eq(lines_with(rig, ">> 15 0F 00 00 00 03 01 02"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 05 00 08 FF 00"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 06 00 64 00 17"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 10 00 68 00 02 04 00 1E 00 09"), 1);
    /* Only what changed is written, and the constant behind it. */
    image->waiting = 4;
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, ADDRESS, 104, 40));
    asked(rig, 4);
    ck_assert_uint_eq(lines_with(rig, ">> 15 0F"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 06"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 10 00 78"), 2);
    rig_close(rig);
}
END_TEST

/* In doubt it is read back, each kind by its own function. */
START_TEST(a_lost_write_is_read_back) {
    struct rig *rig = online(RELAYS);
    slave_fault(rig->slaves, ADDRESS, FAULT_SILENT, 15, 1, 0);
    rig->images[0].terminal.lamp = LAMP_READY;
    rig->images[0].terminal.ticket = (struct ticket_no){ "A", 17 };
    rig_show(rig, 0);
    ck_assert(rig_await_holding(rig, ADDRESS, 120, 1));
    ck_assert(slave_coil(rig->slaves, ADDRESS, 0));
    ck_assert_uint_eq(lines_with(rig, ">> 15 0F"), 1);
    ck_assert_uint_eq(lines_with(rig, ">> 15 01 00 00 00 03"), 1);
    ck_assert_uint_ge(lines_with(rig, ">> 15 03 00 64 00 01"), 1);
    rig_close(rig);
}
END_TEST

Suite *vendor_suite(void) {
    Suite *suite = suite_create("vendor");
    TCase *cases = tcase_create("vendor");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_held_key_is_taken_once_and_cleared);
    tcase_add_loop_test(cases, no_loss_loses_or_doubles_a_press, 0, sizeof losses / sizeof *losses);
    tcase_add_test(cases, a_bad_line_gives_every_press_once);
    tcase_add_test(cases, a_level_that_settles_is_a_press);
    tcase_add_test(cases, a_level_that_flickers_is_none);
    tcase_add_test(cases, long_and_short_are_two_keys);
    tcase_add_test(cases, held_at_the_start_is_no_press);
    tcase_add_test(cases, an_image_goes_where_the_profile_says);
    tcase_add_test(cases, a_lost_write_is_read_back);
    suite_add_tcase(suite, cases);
    return suite;
}
