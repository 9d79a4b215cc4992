/* ONBON cards and Alpha signs on a real pseudo-terminal: what they are told, and what becomes of it when the line fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/devices/rig.h"
#include "tests/devices/sign_wire.h"
#include "tests/devices/suites.h"

enum { TEXT_MAX = 65536 };

static struct rig *rig;
static struct sign_wire *wire;

static void open_signs(enum bus_protocol protocol, unsigned count) {
    wire = sign_wire_open(protocol == PROTOCOL_ONBON ? SIGN_ONBON : SIGN_ALPHA);
    rig = rig_open();
    rig->config.protocol = protocol;
    snprintf(rig->config.line.port, sizeof rig->config.line.port, "%s", sign_wire_path(wire));
    for (unsigned i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof id, "sign-%u", i + 1);
        rig_add(rig, id, ROLE_BOARD, (uint8_t)(i + 1));
    }
}

static void close_signs(void) {
    bus_close(rig->bus);
    slaves_close(rig->slaves);
    free(rig);
    sign_wire_close(wire);
}

static void show(unsigned device, uint16_t style, const char *text, const char *plain) {
    struct board_image *board = &rig->images[device].board;
    board->style = style;
    snprintf(board->text, sizeof board->text, "%s", text);
    snprintf(board->plain, sizeof board->plain, "%s", plain);
    rig_show(rig, device);
}

static void keep_golden(const char *path, const char *said) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(said, file);
    fclose(file);
}

static void check_golden(const char *name, bool once) {
    static char said[TEXT_MAX], kept[TEXT_MAX];
    char path[128];
    sign_wire_transcript(wire, once, said, sizeof said);
    snprintf(path, sizeof path, "tests/devices/transcripts/%s.txt", name);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_GOLDEN") != NULL) {
        keep_golden(path, said);
        return;
    }
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(said, kept);
}

static const char AREA_Z[] = "5B 02 30 31 37"; /* Z017, escaped */
static const char AREA_A[] = "41 30 31 32";    /* A012 */

static bool await_images(unsigned device, uint64_t count) {
    for (unsigned waited = 0; waited < 5000; waited += 2) {
        if (rig_stats(rig, device).images >= count) {
            return true;
        }
        rig_sleep(2);
    }
    return false;
}

/* Idle, called, the call's flash over; the reply to the call is lost, so it is said twice. The echo is not believed. */
START_TEST(a_call_on_a_card) {
    struct device_report online;
    open_signs(PROTOCOL_ONBON, 1);
    rig_start(rig);
    show(0, STYLE_GREEN, "1号窗口", "");
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, &online));
    ck_assert(await_images(0, 1));
    sign_wire_script(wire, 1, SIGN_SILENT, "A306", 1);
    show(0, STYLE_RED | STYLE_FLASH, "请 Z017 到 1 号窗口", "");
    ck_assert(await_images(0, 2));
    sign_wire_script(wire, 1, SIGN_ECHO, "A306", 1);
    show(0, STYLE_RED, "请 Z017 到 1 号窗口", "");
    ck_assert(await_images(0, 3));
    show(0, STYLE_RED, "请 Z017 到 1 号窗口", "");
    rig_sleep(50);
    struct device_stats stats = rig_stats(rig, 0);
    ck_assert(stats.is_online && !stats.is_faulted);
    ck_assert_str_eq(stats.what, "");
    ck_assert_uint_eq(stats.timeouts, 1);
    ck_assert_uint_eq(online.serial + online.boots + online.firmware, 0);
    ck_assert_uint_eq(online.epoch, 1);
    check_golden("onbon-call", false);
    close_signs();
}
END_TEST

/* What the line is said to be: "" well. Other texts are shown meanwhile, so that there are exchanges to tell it from. */
static void await_ill(const char *ill) {
    struct bus_stats stats = { 0 };
    for (unsigned i = 0; i < 100; i++) {
        char text[16];
        snprintf(text, sizeof text, "A%03u", i);
        show(0, STYLE_RED, text, "");
        rig_sleep(50);
        bus_read_stats(rig->bus, &stats);
        bool is_well = !stats.is_ill && stats.is_up && stats.what[0] == '\0';
        if (ill[0] == '\0' ? is_well : stats.is_ill && strstr(stats.what, ill) != NULL) {
            return;
        }
    }
    ck_abort_msg("the line is said to be \"%s\", expected \"%s\"", stats.what, ill);
}

START_TEST(an_echo_is_told_until_it_ends) {
    open_signs(PROTOCOL_ONBON, 1);
    sign_wire_script(wire, 1, SIGN_ECHO, "", 1000);
    rig_start(rig);
    await_ill("echo: ");
    sign_wire_unplug(wire);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    sign_wire_replug(wire);
    ck_assert(rig_await(rig, REPORT_BUS_UP, 2, NULL));
    await_ill("echo: ");
    sign_wire_script(wire, 1, SIGN_WELL, "", 0);
    await_ill("");
    close_signs();
}
END_TEST

START_TEST(a_line_on_which_nothing_answers_is_named) {
    open_signs(PROTOCOL_ONBON, 1);
    sign_wire_script(wire, 1, SIGN_SILENT, "", 1000);
    rig_start(rig);
    await_ill("nothing answers: wires A and B swapped, line not connected, ");
    sign_wire_script(wire, 1, SIGN_WELL, "", 0);
    await_ill("");
    close_signs();
}
END_TEST

START_TEST(a_card_that_refuses_its_text) {
    struct device_report report;
    open_signs(PROTOCOL_ONBON, 1);
    sign_wire_script(wire, 1, SIGN_REFUSE, "A306", 1);
    sign_wire_value(wire, 1, 12);
    rig_start(rig);
    show(0, STYLE_RED, "A012", "");
    ck_assert(rig_await(rig, REPORT_FAULTED, 1, &report));
    ck_assert_str_eq(report.what, "refuses its text: error 12 (no such font)");
    ck_assert(rig_stats(rig, 0).is_faulted);
    ck_assert(rig_await(rig, REPORT_RECOVERED, 1, NULL));
    ck_assert_uint_eq(rig_count(rig, REPORT_OFFLINE), 0);
    ck_assert(await_images(0, 1));
    ck_assert_uint_eq(sign_wire_count(wire, AREA_A), 2);
    close_signs();
}
END_TEST

/* The ping's reply comes when the area was sent and was lost: it is not taken for the area's. */
START_TEST(a_late_reply_is_not_the_next_ones) {
    open_signs(PROTOCOL_ONBON, 1);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    sign_wire_value(wire, 1, 900);
    sign_wire_script(wire, 1, SIGN_LATE, "A200", 1);
    for (unsigned waited = 0; rig_stats(rig, 0).timeouts == 0 && waited < 5000; waited += 2) {
        rig_sleep(2);
    }
    sign_wire_script(wire, 1, SIGN_SILENT, "A306", 1);
    show(0, STYLE_RED, "A012", "");
    ck_assert(sign_wire_await(wire, AREA_A, 2));
    ck_assert(await_images(0, 1));
    close_signs();
}
END_TEST

static void check_back(unsigned online, unsigned areas) {
    ck_assert(rig_await(rig, REPORT_ONLINE, online, NULL));
    ck_assert(sign_wire_await(wire, AREA_Z, areas));
}

/* A dead card does not hold up the other; back, it is told what it shows; so are both when the line returns. */
START_TEST(a_dead_card_and_a_lost_line) {
    struct device_report report;
    open_signs(PROTOCOL_ONBON, 2);
    rig_start(rig);
    show(0, STYLE_RED, "Z017", "");
    show(1, STYLE_RED, "B001", "");
    check_back(2, 1);
    /* One ping unanswered: the card may have been without power meanwhile. */
    sign_wire_script(wire, 1, SIGN_SILENT, "A200", 1);
    ck_assert(sign_wire_await(wire, AREA_Z, 2));
    sign_wire_script(wire, 1, SIGN_SILENT, "", 1000);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_str_eq(report.what, "no answer 8 of 8");
    ck_assert_str_eq(report.device, "sign-1");
    show(1, STYLE_RED, "A012", "");
    ck_assert(await_images(1, 2));
    sign_wire_script(wire, 1, SIGN_WELL, "", 0);
    check_back(3, 3);
    sign_wire_unplug(wire);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    ck_assert(rig_await(rig, REPORT_OFFLINE, 3, &report));
    ck_assert_str_eq(rig_stats(rig, 0).what, "the line is lost");
    sign_wire_replug(wire);
    check_back(5, 4);
    ck_assert(sign_wire_await(wire, AREA_A, 2));
    close_signs();
}
END_TEST

/* The number changes by STRING alone; what is sent twice stands once in the transcript. The map comes again with the line. */
START_TEST(a_call_on_an_alpha_sign) {
    static const char MAP[] = "45 24 41 41 55";        /* E$AAU */
    static const char A012[] = "47 31 41 30 31 32 20"; /* G1A012 */
    static const char TEXT[] = "41 41 1B 20";          /* AA, mode */
    open_signs(PROTOCOL_ALPHA, 1);
    rig->config.line.parity = 'E';
    rig->config.line.data_bits = 7;
    rig_start(rig);
    show(0, STYLE_GREEN, "3号窗口 社会保障", "3 OPEN");
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    ck_assert(sign_wire_await(wire, TEXT, 1));
    show(0, STYLE_RED | STYLE_FLASH, "请 A012 到 3 号窗口", "A012 -> 3");
    ck_assert(sign_wire_await(wire, A012, 1));
    ck_assert(sign_wire_await(wire, TEXT, 2));
    show(0, STYLE_RED | STYLE_FLASH, "请 A013 到 3 号窗口", "A013 -> 3");
    ck_assert(sign_wire_await(wire, "47 31 41 30 31 33", 2));
    ck_assert(sign_wire_await(wire, TEXT, 3));
    check_golden("alpha-call", true);
    struct device_stats stats = rig_stats(rig, 0);
    ck_assert(stats.is_online && !stats.is_faulted && stats.last_answer_us == 0);
    ck_assert_str_eq(stats.what, "write only: what it shows is not known");
    sign_wire_unplug(wire);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, NULL));
    ck_assert_str_eq(rig_stats(rig, 0).what, "the line is lost");
    sign_wire_replug(wire);
    ck_assert(sign_wire_await(wire, MAP, 2));
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    close_signs();
}
END_TEST

Suite *signs_suite(void) {
    Suite *suite = suite_create("signs");
    TCase *cases = tcase_create("signs");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_call_on_a_card);
    tcase_add_test(cases, an_echo_is_told_until_it_ends);
    tcase_add_test(cases, a_line_on_which_nothing_answers_is_named);
    tcase_add_test(cases, a_card_that_refuses_its_text);
    tcase_add_test(cases, a_late_reply_is_not_the_next_ones);
    tcase_add_test(cases, a_dead_card_and_a_lost_line);
    tcase_add_test(cases, a_call_on_an_alpha_sign);
    suite_add_tcase(suite, cases);
    return suite;
}
