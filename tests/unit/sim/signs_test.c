/*
 * Simulated ONBON cards and Alpha signs on a real pseudo-terminal, told the vectors of 10-frames.md byte by byte: they
 * show what those say, and the cards answer as the vendor's protocol document does.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "devices/sim/slave.h"
#include "protocol/image.h"
#include "tests/unit/sim/sim_tests.h"

enum { ANSWER_MS = 2000, QUIET_MS = 60 };

struct bench {
    char folder[64], port[96];
    struct sim_bus *bus;
    int fd;
};

static void open_bench(struct bench *bench, enum bus_protocol protocol) {
    char why[SIM_WHY_SIZE] = "";
    struct sim_bus_options options = { .seed = 1, .answer_us = 1000, .wake_fd = -1 };
    struct sim_bus_config config = {
        .id = "signs", .protocol = protocol, .baud = 57600, .data_bits = 8, .stop_bits = 1
    };
    struct termios modes;
    options.is_instant = true;
    strcpy(bench->folder, "/tmp/hallq-signs-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(bench->folder));
    snprintf(bench->port, sizeof bench->port, "%s/port", bench->folder);
    snprintf(config.port, sizeof config.port, "%s", bench->port);
    config.device_count = 2;
    for (unsigned i = 0; i < 2; i++) {
        snprintf(config.devices[i].id, sizeof config.devices[i].id, "sign-%u", i + 1);
        config.devices[i].role = ROLE_BOARD;
        config.devices[i].address = (uint8_t)(i + 1);
    }
    bench->bus = sim_bus_open(&config, &options, why);
    ck_assert_msg(bench->bus != NULL, "%s", why);
    bench->fd = open(bench->port, O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_ge(bench->fd, 0);
    tcgetattr(bench->fd, &modes);
    cfmakeraw(&modes);
    tcsetattr(bench->fd, TCSANOW, &modes);
}

static void close_bench(struct bench *bench) {
    close(bench->fd);
    sim_bus_close(bench->bus);
    ck_assert_int_eq(rmdir(bench->folder), 0);
}

static size_t bytes_of(const char *text, uint8_t *out) {
    size_t length = 0;
    while (*text != '\0') {
        char *end;
        out[length++] = (uint8_t)strtoul(text, &end, 16);
        text = *end == ' ' ? end + 1 : end;
    }
    return length;
}

/* Eight times A5 and the frame. */
static void tell(struct bench *bench, const char *frame) {
    uint8_t bytes[512];
    memset(bytes, 0xA5, 8);
    size_t length = 8 + bytes_of(frame, bytes + 8);
    ck_assert_int_eq(write(bench->fd, bytes, length), (ssize_t)length);
}

/* The next frame from the line, its end and all before it; length 0: none came. */
static size_t hear(struct bench *bench, uint8_t *bytes, size_t size, int wait_ms) {
    size_t length = 0;
    struct pollfd poll_fd = { .fd = bench->fd, .events = POLLIN };
    while (poll(&poll_fd, 1, wait_ms) > 0 && length < size) {
        ssize_t got = read(bench->fd, bytes + length, size - length);
        length += got > 0 ? (size_t)got : 0;
        if (length > 0 && bytes[length - 1] == 0x5A) {
            break;
        }
    }
    return length;
}

static void check_reply(struct bench *bench, const char *expected) {
    uint8_t wanted[64], heard[64];
    memset(wanted, 0xA5, 8);
    size_t length = 8 + bytes_of(expected, wanted + 8);
    ck_assert_uint_eq(hear(bench, heard, sizeof heard, ANSWER_MS), length);
    ck_assert_mem_eq(heard, wanted, length);
}

static void check_board(struct bench *bench, unsigned device, const char *text, uint16_t style) {
    struct sim_device copy;
    for (unsigned waited = 0; waited < ANSWER_MS; waited += 2) {
        sim_bus_look(bench->bus, device, &copy);
        if (copy.panel.text_length == strlen(text) && copy.panel.value[1] == style &&
            memcmp(copy.panel.text, text, strlen(text)) == 0) {
            return;
        }
        usleep(2000);
    }
    ck_abort_msg("sign %u shows \"%.*s\" in style %u", device, (int)copy.panel.text_length,
                 (char *)copy.panel.text, copy.panel.value[1]);
}

static const char AREA_Z001[] =
    "01 00 00 80 00 00 00 00 00 00 FE 02 28 00 A3 06 01 00 00 00 01 1F 00 00 00 00 00 00 10 00 10 "
    "00 00 00 00 02 00 00 00 00 01 01 01 00 04 05 04 00 00 00 5B 02 30 30 31 B6 75 5A";
static const char WELL_1[] = "00 80 01 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 64 DC 5A";

START_TEST(a_card_answers_and_shows) {
    struct bench bench;
    struct sim_sight sight;
    open_bench(&bench, PROTOCOL_ONBON);
    tell(&bench, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A");
    check_reply(&bench, WELL_1);
    tell(&bench, AREA_Z001);
    check_reply(&bench, WELL_1);
    check_board(&bench, 0, "Z001", STYLE_RED);
    ck_assert(sim_bus_take_sight(bench.bus, &sight));
    ck_assert_int_eq(sight.kind, SIGHT_BOARD);
    /* iledev.com's example for every card, and the reply under that address that deanled.cn shows */
    tell(&bench, "FE FF 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 00 00 00 80 00 "
                 "00 80 80 20 00 00 00 00 0A 00 00 00 00 02 01 01 00 02 0A 08 00 00 00 BB B6 D3 AD "
                 "B9 E2 C1 D9 3C 49 5A");
    check_reply(&bench, "00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AC 5A");
    check_board(&bench, 0, "\xBB\xB6\xD3\xAD\xB9\xE2\xC1\xD9", STYLE_RED);
    close_bench(&bench);
}
END_TEST

START_TEST(a_card_says_nothing_to_what_is_broken_or_not_for_it) {
    uint8_t heard[64];
    struct bench bench;
    struct sim_bus_counts counts;
    open_bench(&bench, PROTOCOL_ONBON);
    tell(&bench, "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F9 5A");
    tell(&bench, "03 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 11 40 5A");
    ck_assert_uint_eq(hear(&bench, heard, sizeof heard, QUIET_MS), 0);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.bad_crc, 1);
    ck_assert_uint_eq(counts.unanswered, 1);
    close_bench(&bench);
}
END_TEST

/* Without power the area is gone; without its font the card refuses the next. */
START_TEST(a_card_forgets_and_refuses) {
    struct bench bench;
    open_bench(&bench, PROTOCOL_ONBON);
    tell(&bench, AREA_Z001);
    check_reply(&bench, WELL_1);
    sim_bus_reboot(bench.bus, 0);
    struct sim_device copy;
    sim_bus_look(bench.bus, 0, &copy);
    ck_assert_int_eq(copy.panel.kind, SIGHT_NONE);
    sim_bus_set_status(bench.bus, 0, 1);
    tell(&bench, AREA_Z001);
    check_reply(&bench, "00 80 01 00 00 00 00 00 00 00 FE 02 05 00 A0 01 0C 00 00 A6 02 23 5A");
    sim_bus_look(bench.bus, 0, &copy);
    ck_assert_int_eq(copy.panel.kind, SIGHT_NONE);
    close_bench(&bench);
}
END_TEST

static void send_alpha(struct bench *bench, const char *address, const char *command) {
    char frame[256];
    size_t length = 5;
    memset(frame, 0, 5);
    length += (size_t)snprintf(frame + 5, sizeof frame - 5, "\x01Z%s%s\x04", address, command);
    ck_assert_int_eq(write(bench->fd, frame, length), (ssize_t)length);
}

START_TEST(a_sign_shows_its_text_and_strings) {
    struct bench bench;
    uint8_t heard[8];
    open_bench(&bench, PROTOCOL_ALPHA);
    send_alpha(&bench, "00",
               "\x02"
               "G1A012\x03"
               "0151"); /* no room yet: dropped */
    send_alpha(&bench, "00",
               "\x02"
               "E$AAU0040FFFF1BL00200000\x03"
               "0562");
    send_alpha(&bench, "00",
               "\x02"
               "AA\x1B b\x10"
               "1\x03"
               "0165");
    check_board(&bench, 0, "", STYLE_RED);
    send_alpha(&bench, "00",
               "\x02"
               "G1A012\x03"
               "0151");
    check_board(&bench, 0, "A012", STYLE_RED);
    check_board(&bench, 1, "A012", STYLE_RED);
    send_alpha(&bench, "02",
               "\x02"
               "AA\x1B bA012 -> 3\x03"
               "02D6");
    check_board(&bench, 1, "A012 -> 3", STYLE_RED);
    check_board(&bench, 0, "A012", STYLE_RED);
    send_alpha(&bench, "00",
               "\x02"
               "G1A013\x03"
               "0151"); /* a wrong sum: dropped */
    ck_assert_uint_eq(hear(&bench, heard, sizeof heard, QUIET_MS), 0);
    check_board(&bench, 0, "A012", STYLE_RED);
    sim_bus_reboot(bench.bus, 0);
    check_board(&bench, 0, "A012", STYLE_RED); /* its memory outlasts the power */
    close_bench(&bench);
}
END_TEST

TCase *sign_cases(void) {
    TCase *cases = tcase_create("signs");
    tcase_add_test(cases, a_card_answers_and_shows);
    tcase_add_test(cases, a_card_says_nothing_to_what_is_broken_or_not_for_it);
    tcase_add_test(cases, a_card_forgets_and_refuses);
    tcase_add_test(cases, a_sign_shows_its_text_and_strings);
    return cases;
}
