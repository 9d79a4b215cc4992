/* Simulated callers and raters, heard and answered by hand. Bytes: 10-frames.md, "Caller and four-key rater". */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "devices/sim/slave.h"
#include "protocol/image.h"
#include "protocol/key.h"
#include "tests/unit/sim/sim_tests.h"

enum { CALLER, RATER, HEARD_MAX = 256, SOON_MS = 1000, NEVER_MS = 550 };

static struct {
    char folder[64], port[96];
    struct sim_bus *bus;
    int fd;
} bench;

static void set_up(void) {
    struct sim_bus_config config = {
        .id = "callers", .protocol = PROTOCOL_FF68, .baud = 9600, .data_bits = 8, .stop_bits = 1
    };
    struct sim_bus_options options = { .seed = 1, .boots = 1, .is_instant = true, .wake_fd = -1 };
    char why[SIM_WHY_SIZE] = "";
    struct termios modes;
    strcpy(bench.folder, "/tmp/hallq-sim-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(bench.folder));
    snprintf(bench.port, sizeof bench.port, "%s/port", bench.folder);
    snprintf(config.port, sizeof config.port, "%s", bench.port);
    config.device_count = 2;
    config.devices[CALLER] = (struct sim_device_config){
        .id = "caller-5", .role = ROLE_TERMINAL, .address = 5, .window = 1
    };
    config.devices[RATER] = (struct sim_device_config){
        .id = "rater-5", .role = ROLE_KEYPAD, .address = 5, .window = 1
    };
    bench.bus = sim_bus_open(&config, &options, why);
    ck_assert_msg(bench.bus != NULL, "%s", why);
    bench.fd = open(bench.port, O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_ge(bench.fd, 0);
    tcgetattr(bench.fd, &modes);
    cfmakeraw(&modes);
    tcsetattr(bench.fd, TCSANOW, &modes);
}

static void tear_down(void) {
    close(bench.fd);
    sim_bus_close(bench.bus);
    rmdir(bench.folder);
}

/* So many bytes as text, or what has come of them within the time. */
static const char *hear(size_t size, int within_ms) {
    static char text[HEARD_MAX * 3 + 1];
    uint8_t byte;
    size_t count = 0;
    struct pollfd poll_fd = { .fd = bench.fd, .events = POLLIN };
    text[0] = '\0';
    while (count < size && poll(&poll_fd, 1, within_ms) > 0 && read(bench.fd, &byte, 1) == 1) {
        snprintf(text + 3 * count, 4, "%02X ", byte);
        count++;
    }
    if (count > 0) {
        text[3 * count - 1] = '\0';
    }
    return text;
}

static void say(const char *text) {
    uint8_t bytes[HEARD_MAX];
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at += at[2] == '\0' ? 2 : 3) {
        bytes[length++] = (uint8_t)strtoul(at, NULL, 16);
    }
    ck_assert_int_eq(write(bench.fd, bytes, length), (ssize_t)length);
}

/* The next sight of this kind. */
static struct sim_sight see(enum sim_sight_kind kind) {
    struct sim_sight sight = { .kind = SIGHT_NONE };
    for (unsigned i = 0; i < 1000; i++) {
        if (sim_bus_take_sight(bench.bus, &sight) && sight.kind == kind) {
            return sight;
        }
        poll(NULL, 0, 5);
    }
    ck_abort_msg("not seen: %d", kind);
    return sight;
}

static const char NEXT[] = "FF 68 03 03 68 05 01 0C 12 16";
static const char RATING[] = "FF 68 03 03 68 05 11 03 19 16";
static const char RATED[] = "FF 68 03 03 68 05 01 03 09 16";

START_TEST(test_a_key_is_said_until_it_is_answered) {
    uint16_t count = sim_bus_press(bench.bus, CALLER, KEY_NEXT, 0);
    ck_assert_str_eq(hear(10, SOON_MS), NEXT);
    ck_assert_str_eq(hear(10, SOON_MS), NEXT);
    say(NEXT);
    struct sim_sight sight = see(SIGHT_ANSWER);
    ck_assert_uint_eq(sight.value[0], count);
    ck_assert_uint_eq(sight.value[1], 1);
    ck_assert_str_eq(hear(10, NEVER_MS), "");
}
END_TEST

START_TEST(test_a_key_without_answer_is_an_error_at_last) {
    unsigned said = 0;
    sim_bus_press(bench.bus, CALLER, KEY_NEXT, 0);
    while (strcmp(hear(10, SOON_MS), NEXT) == 0) {
        said++;
    }
    ck_assert_uint_eq(said, 4);
    ck_assert_uint_eq(see(SIGHT_ANSWER).value[1], 5);
}
END_TEST

START_TEST(test_keys_are_the_callers_own) {
    static const struct {
        uint16_t code, argument;
        const char *said; /* "" no such key */
    } rows[] = {
        { KEY_NO_SHOW, 0, "FF 68 04 04 68 05 01 06 0F 1B 16" },
        { KEY_HOLD, 0, "FF 68 04 04 68 05 01 00 0F 15 16" },
        { KEY_UNHOLD, 0, "FF 68 04 04 68 05 01 03 0F 18 16" },
        { KEY_DONE, 0, "FF 68 03 03 68 05 01 0B 11 16" },
        { KEY_TRANSFER, 12, "FF 68 05 05 68 05 01 01 02 13 1C 16" },
        { KEY_START, 0, "" },
    };
    sim_bus_press(bench.bus, CALLER, rows[_i].code, rows[_i].argument);
    size_t size = (strlen(rows[_i].said) + 1) / 3;
    if (size == 0) {
        ck_assert_uint_eq(see(SIGHT_ANSWER).value[1], 9);
    }
    ck_assert_str_eq(hear(size, SOON_MS), rows[_i].said);
}
END_TEST

START_TEST(test_digits_are_shown_and_beeps_heard) {
    say("FF 68 08 08 68 05 02 00 00 07 00 01 02 11 16");
    struct sim_sight sight = see(SIGHT_TERMINAL);
    ck_assert_uint_eq(sight.value[1], 12);
    ck_assert_uint_eq(sight.value[2], 7);
    ck_assert_uint_eq(sight.value[3], LAMP_CALLING);
    say("FF 68 08 08 68 05 02 0A 0A 0A 00 00 00 25 16");
    sight = see(SIGHT_TERMINAL);
    ck_assert_uint_eq(sight.value[1], 0);
    ck_assert_uint_eq(sight.value[2], 7);
    say("FF 68 02 02 68 05 03 08 16");
    ck_assert_uint_eq(see(SIGHT_BEEP).value[0], 1);
}
END_TEST

START_TEST(test_a_rating_is_thanked_for) {
    ck_assert_uint_eq(see(SIGHT_KEYPAD).value[0], KEYPAD_INVITE);
    sim_bus_press(bench.bus, RATER, 5, 0);
    ck_assert_str_eq(hear(10, SOON_MS), RATING);
    say(RATED);
    ck_assert_uint_eq(see(SIGHT_KEYPAD).value[0], KEYPAD_THANKS);
    ck_assert_str_eq(hear(10, NEVER_MS), "");
}
END_TEST

START_TEST(test_who_is_dead_or_on_a_bad_line_is_not_heard) {
    struct sim_faults faults = { .late_ms = 400 };
    faults.parts[FAULT_LOST] = 1000000;
    if (_i == 0) {
        sim_bus_set_dead(bench.bus, CALLER, true);
    } else {
        sim_bus_set_faults(bench.bus, &faults);
    }
    sim_bus_press(bench.bus, CALLER, KEY_NEXT, 0);
    ck_assert_str_eq(hear(10, NEVER_MS), "");
}
END_TEST

TCase *ff68_cases(void) {
    TCase *tcase = tcase_create("ff68");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, test_a_key_is_said_until_it_is_answered);
    tcase_add_test(tcase, test_a_key_without_answer_is_an_error_at_last);
    tcase_add_loop_test(tcase, test_keys_are_the_callers_own, 0, 6);
    tcase_add_test(tcase, test_digits_are_shown_and_beeps_heard);
    tcase_add_test(tcase, test_a_rating_is_thanked_for);
    tcase_add_loop_test(tcase, test_who_is_dead_or_on_a_bad_line_is_not_heard, 0, 2);
    return tcase;
}
