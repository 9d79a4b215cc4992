/*
 * Callers and raters on a pseudo-terminal: a scripted line of which the test says and hears the bytes, written from
 * 10-frames.md, "Caller and four-key rater" (the vectors of that section marked so), without protocol/ff68.h.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "devices/line.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { FRAME_SIZE = 32, HEARD_SIZE = 512, SOON_MS = 3000, QUIET_MS = 150, CALLER = 0, RATER = 1 };

static struct {
    int master;
    char folder[64], path[96];
    uint8_t heard[HEARD_SIZE];
    size_t length;
    char digits[FRAME_SIZE *
                3]; /* the last that a terminal was told; told again they are left out */
} wire;

static void wire_plug(void) {
    char name[64];
    struct termios raw;
    wire.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_int_ge(wire.master, 0);
    grantpt(wire.master);
    unlockpt(wire.master);
    ptsname_r(wire.master, name, sizeof name);
    tcgetattr(wire.master, &raw);
    cfmakeraw(&raw);
    tcsetattr(wire.master, TCSANOW, &raw);
    ck_assert_int_eq(symlink(name, wire.path), 0);
    wire.length = 0;
    wire.digits[0] = '\0';
}

static void wire_pull(void) {
    close(wire.master);
    unlink(wire.path);
}

/* A caller and a rater at address 5, as in the vectors, on a line whose port is set. */
static void start(struct rig *rig) {
    rig->config.protocol = PROTOCOL_FF68;
    rig->config.line.baud = 9600;
    rig_add(rig, "caller-5", ROLE_TERMINAL, 5);
    rig_add(rig, "rater-5", ROLE_KEYPAD, 5);
    rig_start(rig);
}

static struct rig *begin(void) {
    struct rig *rig = rig_open();
    snprintf(wire.folder, sizeof wire.folder, "/tmp/hallq-ff68-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(wire.folder));
    snprintf(wire.path, sizeof wire.path, "%s/line", wire.folder);
    wire_plug();
    snprintf(rig->config.line.port, PORT_SIZE, "%s", wire.path);
    start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    return rig;
}

/* The same behind a serial server, whose end of the connection the test has. */
static struct rig *begin_far(void) {
    struct rig *rig = rig_open();
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listening, 1), 0);
    getsockname(listening, (struct sockaddr *)&address, &size);
    snprintf(rig->config.line.port, PORT_SIZE, "tcp:127.0.0.1:%u", ntohs(address.sin_port));
    wire.length = 0;
    wire.digits[0] = '\0';
    start(rig);
    wire.master = accept(listening, NULL, NULL);
    ck_assert_int_ge(wire.master, 0);
    close(listening);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    return rig;
}

static void end(struct rig *rig) {
    rig_close(rig);
    wire_pull();
    rmdir(wire.folder);
}

/* "FF 68 03 ..." onto the line. */
static void say(const char *text) {
    uint8_t bytes[HEARD_SIZE];
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at += at[2] == '\0' ? 2 : 3) {
        bytes[length++] = (uint8_t)strtoul(at, NULL, 16);
    }
    ck_assert_int_eq(write(wire.master, bytes, length), (ssize_t)length);
}

/* Length of the frame that stands first in what was heard; 0 not whole yet. */
static size_t frame_length(void) {
    size_t length = wire.length < 3 ? 0 : (size_t)wire.heard[2] + 7;
    return wire.length >= 3 && wire.length >= length ? length : 0;
}

/* The next frame that is not the same digits again, as text; "" when none came within so many ms. */
static const char *hear(unsigned within_ms) {
    static char text[FRAME_SIZE * 3];
    int64_t until_us = line_now_us() + (int64_t)within_ms * 1000;
    while (line_now_us() < until_us) {
        struct pollfd poll_fd = { .fd = wire.master, .events = POLLIN };
        size_t length = frame_length();
        if (length == 0 && poll(&poll_fd, 1, 5) > 0) {
            ssize_t got = read(wire.master, wire.heard + wire.length, HEARD_SIZE - wire.length);
            wire.length += got > 0 ? (size_t)got : 0;
        }
        if (length == 0) {
            continue;
        }
        for (size_t i = 0; i < length; i++) {
            snprintf(text + 3 * i, 4, "%02X ", wire.heard[i]);
        }
        text[3 * length - 1] = '\0';
        bool is_digits = wire.heard[6] == 0x02;
        memmove(wire.heard, wire.heard + length, wire.length - length);
        wire.length -= length;
        if (is_digits && strcmp(text, wire.digits) == 0) {
            continue;
        }
        if (is_digits) {
            snprintf(wire.digits, sizeof wire.digits, "%s", text);
        }
        return text;
    }
    return "";
}

static void answer(struct rig *rig, unsigned device, const struct device_report *press,
                   uint16_t given) {
    struct key_answer key_answer = { press->epoch, press->count, given };
    if (device == CALLER) {
        rig->images[device].terminal.answer = key_answer;
    } else {
        rig->images[device].keypad.answer = key_answer;
    }
    rig_show(rig, device);
}

static const char NEXT[] = "FF 68 03 03 68 05 01 0C 12 16"; /* vector */
static const char RECALL[] = "FF 68 03 03 68 05 01 0D 13 16";
static const char RATING[] = "FF 68 03 03 68 05 11 03 19 16";                 /* vector */
static const char RATED[] = "FF 68 03 03 68 05 01 03 09 16";                  /* vector */
static const char BEEP[] = "FF 68 02 02 68 05 03 08 16";                      /* vector */
static const char NOTHING[] = "FF 68 08 08 68 05 02 00 00 00 00 00 00 07 16"; /* 000 000 */
static const char A012[] = "FF 68 08 08 68 05 02 00 00 04 00 01 02 0E 16";    /* 4 waiting, 012 */

/* The usual course, byte for byte: nothing is said back before the hall has answered. */
START_TEST(a_call_and_a_rating) {
    struct rig *rig = begin();
    struct device_report press;
    rig_show(rig, CALLER);
    ck_assert_str_eq(hear(SOON_MS), NOTHING);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    ck_assert_uint_eq(press.code, KEY_NEXT);
    ck_assert_str_eq(press.device, "caller-5");
    ck_assert_str_eq(hear(QUIET_MS), "");
    rig->images[CALLER].terminal.ticket = (struct ticket_no){ "A", 12 };
    rig->images[CALLER].terminal.waiting = 4;
    rig->images[CALLER].terminal.lamp = LAMP_CALLING;
    answer(rig, CALLER, &press, 1);
    ck_assert_str_eq(hear(SOON_MS), NEXT);
    ck_assert_str_eq(hear(SOON_MS), A012);
    ck_assert_str_eq(hear(SOON_MS), BEEP);
    rig->images[RATER].keypad.state = KEYPAD_INVITE;
    rig->images[RATER].keypad.session = 513;
    rig_show(rig, RATER);
    ck_assert_str_eq(hear(QUIET_MS), "");
    say(RATING);
    ck_assert(rig_await(rig, REPORT_KEY, 2, &press));
    ck_assert_uint_eq(press.code, 5);
    ck_assert_uint_eq(press.argument, 513);
    ck_assert_str_eq(press.device, "rater-5");
    ck_assert_str_eq(hear(QUIET_MS), "");
    answer(rig, RATER, &press, 1);
    ck_assert_str_eq(hear(SOON_MS), RATED);
    struct device_stats stats = rig_stats(rig, CALLER);
    ck_assert(stats.is_online);
    ck_assert_uint_eq(stats.answers, 1);
    ck_assert_int_gt(stats.last_answer_us, 0);
    end(rig);
}
END_TEST

START_TEST(a_key_said_again_is_answered_again_and_taken_once) {
    struct rig *rig = begin();
    struct device_report press;
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    say(NEXT);
    ck_assert_str_eq(hear(QUIET_MS), "");
    answer(rig, CALLER, &press, 1);
    ck_assert_str_eq(hear(SOON_MS), NEXT);
    ck_assert_str_eq(hear(SOON_MS), NOTHING);
    ck_assert_str_eq(hear(QUIET_MS), "");
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    end(rig);
}
END_TEST

START_TEST(a_lost_answer_is_given_again) {
    struct rig *rig = begin();
    struct device_report press;
    rig_show(rig, CALLER);
    ck_assert_str_eq(hear(SOON_MS), NOTHING);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    answer(rig, CALLER, &press, 1);
    ck_assert_str_eq(hear(SOON_MS), NEXT);
    rig_sleep(300);
    say(NEXT);
    ck_assert_str_eq(hear(SOON_MS), NEXT);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    end(rig);
}
END_TEST

START_TEST(a_refused_key_beeps_twice) {
    struct rig *rig = begin();
    struct device_report press;
    rig_show(rig, CALLER);
    ck_assert_str_eq(hear(SOON_MS), NOTHING);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    answer(rig, CALLER, &press, 2);
    ck_assert_str_eq(hear(SOON_MS), BEEP);
    ck_assert_str_eq(hear(SOON_MS), BEEP);
    ck_assert_str_eq(hear(QUIET_MS), "");
    end(rig);
}
END_TEST

/* What garbage, a lost byte or a wrong checksum spoils is not believed; the frame behind it is. */
static const char *const SPOILED[] = {
    "68 03 03 68 05 01 0C 12 16",    "FF 68 03 03 68 05 01 12 16",
    "FF 68 03 03 68 05 01 0D 12 16", "FF 68 03 04 68 05 01 0C 12 16",
    "FF 68 12 12 68 05 01 0C",       "00 FF FF 68 68 16 A5 5A",
    "FF 68 03 03 68 05 01 0C 12 17", "FF 68 03 03 68 09 01 0C 16 16",
};
/* Of them have a whole head and a wrong sum or end. */
static const bool IS_UNREADABLE[] = { false, true, true, false, false, false, true, false };

START_TEST(what_is_spoiled_is_not_believed) {
    struct rig *rig = begin();
    struct device_report press;
    struct bus_stats stats;
    say(SPOILED[_i]);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    ck_assert_uint_eq(press.code, KEY_NEXT);
    rig_sleep(100);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    bus_read_stats(rig->bus, &stats);
    /* The last row is a good frame of an address where nobody stands. */
    bool is_strangers = _i == sizeof SPOILED / sizeof *SPOILED - 1;
    ck_assert(is_strangers == (stats.stray_bytes == 0));
    ck_assert_uint_eq(stats.crc_errors, IS_UNREADABLE[_i] ? 1 : 0);
    ck_assert(!is_strangers || strstr(rig->log, "address 9 sends a key") != NULL);
    end(rig);
}
END_TEST

START_TEST(a_line_that_was_away_is_driven_again) {
    struct rig *rig = begin();
    struct device_report press;
    rig->images[CALLER].terminal.waiting = 4;
    rig->images[CALLER].terminal.ticket = (struct ticket_no){ "A", 12 };
    rig_show(rig, CALLER);
    ck_assert_str_eq(hear(SOON_MS), A012);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    wire_pull();
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    ck_assert(rig_await(rig, REPORT_OFFLINE, 2, NULL));
    ck_assert(!rig_stats(rig, CALLER).is_online);
    answer(rig, CALLER, &press, 1);
    wire_plug();
    ck_assert(rig_await(rig, REPORT_BUS_UP, 2, NULL));
    ck_assert(rig_await(rig, REPORT_ONLINE, 4, NULL));
    const char *first = hear(SOON_MS);
    bool is_answer = strcmp(first, NEXT) == 0;
    ck_assert_msg(is_answer || strcmp(first, A012) == 0, "%s", first);
    ck_assert_str_eq(hear(SOON_MS), is_answer ? A012 : NEXT);
    say(NEXT);
    ck_assert_str_eq(hear(SOON_MS), NEXT);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    end(rig);
}
END_TEST

/* A line that gives back what is sent must not press keys, nor answer itself for ever. */
START_TEST(an_echo_is_no_press) {
    struct rig *rig = begin();
    struct device_report press;
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    rig_show(rig, CALLER);
    answer(rig, CALLER, &press, 1);
    for (unsigned i = 0; i < 2; i++) {
        const char *heard = hear(SOON_MS);
        ck_assert_str_ne(heard, "");
        say(heard);
    }
    ck_assert_str_eq(hear(QUIET_MS), "");
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 1);
    end(rig);
}
END_TEST

/* What the line is said to be: "" well. It gives back what is sent, or nothing; new digits are told all the time. */
static void await_ill(struct rig *rig, const char *ill, bool has_echo) {
    struct bus_stats stats = { 0 };
    for (unsigned i = 0; i < 200; i++) {
        int64_t until_us = line_now_us() + 50000;
        rig->images[CALLER].terminal.waiting = (uint16_t)i;
        rig_show(rig, CALLER);
        while (line_now_us() < until_us) {
            uint8_t bytes[FRAME_SIZE];
            struct pollfd poll_fd = { .fd = wire.master, .events = POLLIN };
            ssize_t got = poll(&poll_fd, 1, 5) > 0 ? read(wire.master, bytes, sizeof bytes) : 0;
            ck_assert(got <= 0 || !has_echo || write(wire.master, bytes, (size_t)got) == got);
        }
        bus_read_stats(rig->bus, &stats);
        bool is_well = !stats.is_ill && stats.is_up && stats.what[0] == '\0';
        if (ill[0] == '\0' ? is_well : stats.is_ill && strstr(stats.what, ill) != NULL) {
            return;
        }
    }
    ck_abort_msg("the line is said to be \"%s\", expected \"%s\"", stats.what, ill);
}

START_TEST(an_echo_is_told_until_it_ends) {
    struct rig *rig = begin();
    await_ill(rig, "echo: ", true);
    wire_pull();
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    wire_plug();
    ck_assert(rig_await(rig, REPORT_BUS_UP, 2, NULL));
    await_ill(rig, "echo: ", true);
    await_ill(rig, "", false);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    end(rig);
}
END_TEST

/* Through a server what was sent comes back when other frames went out meanwhile, and later than on a wire. */
START_TEST(a_late_echo_is_no_press) {
    enum { LATE_MS = 130, IN_TIME_US = 300000, TRIES = 20 };
    struct rig *rig = begin_far();
    unsigned presses = 0;
    bool is_in_time = false; /* on a busy machine it may come too late to be known */
    while (!is_in_time && presses < TRIES) {
        struct device_report press;
        char given[FRAME_SIZE * 3];
        say(presses % 2 == 0 ? NEXT : RECALL);
        ck_assert(rig_await(rig, REPORT_KEY, ++presses, &press));
        rig->images[CALLER].terminal.waiting = (uint16_t)presses;
        int64_t answered_us = line_now_us();
        answer(rig, CALLER, &press, 1);
        snprintf(given, sizeof given, "%s", hear(SOON_MS));
        ck_assert_str_eq(given, presses % 2 == 1 ? NEXT : RECALL);
        ck_assert_ptr_nonnull(strstr(hear(SOON_MS), "FF 68 08 08 68 05 02"));
        rig_sleep(LATE_MS);
        say(given);
        is_in_time = line_now_us() - answered_us < IN_TIME_US;
        bool is_answered = hear(QUIET_MS)[0] != '\0';
        ck_assert(!is_in_time || !is_answered);
    }
    ck_assert(is_in_time);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), presses);
    rig_close(rig);
    close(wire.master);
}
END_TEST

/* Another rate gives bytes without end and never a frame. */
START_TEST(a_line_of_garbage_is_named) {
    struct rig *rig = begin();
    struct bus_stats stats = { 0 };
    for (unsigned i = 0; i < 8; i++) {
        say("80 00 F8 E0 78 00 80 F8 E6 78 00 80");
    }
    for (unsigned i = 0; i < 500 && stats.what[0] == '\0'; i++) {
        rig_sleep(2);
        bus_read_stats(rig->bus, &stats);
    }
    ck_assert_msg(strstr(stats.what, "noise, or another rate") != NULL, "%s", stats.what);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    bus_read_stats(rig->bus, &stats);
    ck_assert_str_eq(stats.what, "");
    end(rig);
}
END_TEST

/* One that sends back what it is told does so after the frame has come: twice its 15 characters from its beginning. */
START_TEST(one_that_sends_back_is_seen_to_show_it) {
    struct rig *rig = begin();
    struct device_stats stats = { 0 };
    rig_show(rig, CALLER);
    for (unsigned i = 0; i < 20 && stats.images == 0; i++) {
        ck_assert_str_eq(hear(SOON_MS), NOTHING);
        wire.digits[0] = '\0';
        rig_sleep(60);
        say(NOTHING);
        rig_sleep(20);
        stats = rig_stats(rig, CALLER);
    }
    ck_assert_uint_gt(stats.images, 0);
    ck_assert_uint_gt(stats.latency[0] + stats.answers, 0);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    end(rig);
}
END_TEST

/* How long an answer took is counted from what it answers, a beep like the digits. */
START_TEST(a_beep_sent_back_is_an_answer_to_the_beep) {
    enum { PAUSE_MS = 1000 };
    struct rig *rig = begin();
    struct device_report press;
    rig_show(rig, CALLER);
    ck_assert_str_eq(hear(SOON_MS), NOTHING);
    rig_sleep(60);
    say(NOTHING);
    rig_sleep(PAUSE_MS);
    say(NEXT);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &press));
    uint64_t before_us = rig_stats(rig, CALLER).latency_us;
    int64_t refused_us = line_now_us();
    answer(rig, CALLER, &press, 2);
    ck_assert_str_eq(hear(SOON_MS), BEEP);
    rig_sleep(60);
    say(BEEP);
    struct device_stats stats = rig_stats(rig, CALLER);
    for (unsigned i = 0; i < 500 && stats.latency_us == before_us; i++) {
        rig_sleep(2);
        stats = rig_stats(rig, CALLER);
    }
    ck_assert_uint_gt(stats.latency_us, before_us);
    ck_assert_int_le((int64_t)(stats.latency_us - before_us), line_now_us() - refused_us);
    end(rig);
}
END_TEST

Suite *ff68_bus_suite(void) {
    Suite *suite = suite_create("ff68");
    TCase *tcase = tcase_create("line");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_call_and_a_rating);
    tcase_add_test(tcase, a_key_said_again_is_answered_again_and_taken_once);
    tcase_add_test(tcase, a_lost_answer_is_given_again);
    tcase_add_test(tcase, a_refused_key_beeps_twice);
    tcase_add_loop_test(tcase, what_is_spoiled_is_not_believed, 0,
                        (int)(sizeof SPOILED / sizeof *SPOILED));
    tcase_add_test(tcase, a_line_that_was_away_is_driven_again);
    tcase_add_test(tcase, an_echo_is_no_press);
    tcase_add_test(tcase, an_echo_is_told_until_it_ends);
    tcase_add_test(tcase, a_late_echo_is_no_press);
    tcase_add_test(tcase, a_line_of_garbage_is_named);
    tcase_add_test(tcase, one_that_sends_back_is_seen_to_show_it);
    tcase_add_test(tcase, a_beep_sent_back_is_an_answer_to_the_beep);
    suite_add_tcase(suite, tcase);
    return suite;
}
