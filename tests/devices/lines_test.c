#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "devices/bench.h"
#include "devices/holder.h"
#include "devices/line.h"
#include "devices/scan.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

START_TEST(a_line_that_vanishes_is_opened_again) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slaves_unplug(rig->slaves);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, &report));
    ck_assert_uint_gt(strlen(report.what), 0);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, NULL));
    rig_sleep(500);
    ck_assert_uint_eq(rig_count(rig, REPORT_BUS_DOWN), 1);
    slave_press(rig->slaves, 11, 1, 0);
    slaves_replug(rig->slaves);
    ck_assert(rig_await(rig, REPORT_BUS_UP, 2, NULL));
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    rig_close(rig);
}
END_TEST

static const struct {
    const char *port;
    uint32_t baud;
    enum bus_protocol protocol;
    const char *what; /* a part of it */
} bad_lines[] = {
    { "/dev/no-such-line", 9600, PROTOCOL_MODBUS_RTU, "No such file" },
    { "/dev/null", 9600, PROTOCOL_MODBUS_RTU, "is no serial line" },
    { "usb:NOT-PLUGGED-IN", 9600, PROTOCOL_MODBUS_RTU, "no such adapter" },
    { "", 250000, PROTOCOL_MODBUS_RTU, "250000 baud is no rate" },
    { "tcp:127.0.0.1:1", 9600, PROTOCOL_MODBUS_RTU, "refused" },
    { "usb:9-9.9", 9600, PROTOCOL_MODBUS_RTU, "usb:9-9.9: no such adapter is plugged in" },
    { "tcp:no-such-host.invalid:502", 9600, PROTOCOL_MODBUS_TCP, "no-such-host.invalid" },
    { "", 9600, PROTOCOL_NONE, "no protocol" },
};

START_TEST(a_line_that_can_not_be_had_is_down_and_says_why) {
    struct rig *rig = rig_open();
    struct device_report report;
    struct bus_stats stats;
    if (bad_lines[_i].port[0] != '\0') {
        snprintf(rig->config.line.port, PORT_SIZE, "%s", bad_lines[_i].port);
    }
    rig->config.line.baud = bad_lines[_i].baud;
    rig->config.protocol = bad_lines[_i].protocol;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, &report));
    ck_assert_msg(strstr(report.what, bad_lines[_i].what) != NULL, "%s", report.what);
    bus_read_stats(rig->bus, &stats);
    ck_assert(!stats.is_up);
    ck_assert_str_eq(stats.what, report.what);
    rig_sleep(700);
    ck_assert_uint_eq(rig_count(rig, REPORT_BUS_DOWN), 1);
    rig_close(rig);
}
END_TEST

/* The adapter was not plugged in, and then is in use: who looks has to know what to do now. */
START_TEST(a_line_that_stays_down_says_why_it_is_now) {
    struct rig *rig = rig_open();
    struct bus_stats stats;
    char *port = rig->config.line.port;
    snprintf(port, PORT_SIZE, "%s-2", slaves_path(rig->slaves));
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    bus_read_stats(rig->bus, &stats);
    ck_assert_ptr_nonnull(strstr(stats.what, "No such file"));
    ck_assert_int_eq(symlink("/dev/null", port), 0);
    for (unsigned i = 0; i < 100 && strstr(stats.what, "is no serial line") == NULL; i++) {
        rig_sleep(50);
        bus_read_stats(rig->bus, &stats);
    }
    unlink(port);
    ck_assert_ptr_nonnull(strstr(stats.what, "is no serial line"));
    ck_assert_uint_eq(rig_count(rig, REPORT_BUS_DOWN), 1);
    rig_close(rig);
}
END_TEST

START_TEST(parity_that_a_port_drops_is_a_warning) {
    struct rig *rig = rig_open();
    struct device_report report;
    rig->config.line.parity = 'E';
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_BUS_UP, 1, &report));
    ck_assert_ptr_nonnull(strstr(report.what, "parity"));
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_close(rig);
}
END_TEST

static const struct {
    uint32_t baud;
    int64_t silence_us;
} silences[] = { { 9600, 4010 }, { 19200, 2005 }, { 38400, 1750 }, { 115200, 1750 } };

START_TEST(no_request_begins_within_the_silence) {
    struct rig *rig = rig_open();
    rig->config.line.baud = silences[_i].baud;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    rig_sleep(300);
    ck_assert_int_ge(slaves_shortest_silence(rig->slaves), silences[_i].silence_us);
    rig_close(rig);
}
END_TEST

START_TEST(closing_takes_no_longer_than_200_ms) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    if (_i == 0) {
        slave_fault(rig->slaves, 11, FAULT_DEAF, 0, 100000, 0);
    } else if (_i == 1) {
        slaves_unplug(rig->slaves);
    }
    rig_start(rig);
    rig_sleep(100);
    int64_t began_us = line_now_us();
    bus_close(rig->bus);
    ck_assert_int_lt(line_now_us() - began_us, 200000);
    rig->bus = NULL;
    rig_close(rig);
}
END_TEST

/* A babbling device must not hold up a reload for twice its profile's time. */
START_TEST(nothing_is_asked_on_a_babbling_line_when_the_owner_stops) {
    struct line_settings settings = { .baud = 9600, .data_bits = 8, .stop_bits = 1 };
    int stop_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_eq(grantpt(master) | unlockpt(master), 0);
    ck_assert_int_eq(ptsname_r(master, settings.port, PORT_SIZE), 0);
    struct line line;
    line_init(&line, &settings, stop_fd);
    ck_assert_int_eq(line_open(&line), HALL_OK);
    struct rtu *rtu = rtu_open(&line);
    struct rtu_request request = { .slave = 11, .function = READ_INPUT, .count = 1 };
    struct rtu_result result;
    struct pollfd heard = { .fd = line.fd, .events = POLLIN };
    struct pollfd sent = { .fd = master, .events = POLLIN };
    ck_assert_int_eq(write(master, "x", 1), 1);
    ck_assert_int_eq(poll(&heard, 1, 5000), 1);
    ck_assert_int_eq(line_drain(&line, 2000000), HALL_BUSY);
    ck_assert_int_eq(write(master, "x", 1), 1);
    ck_assert_int_eq(poll(&heard, 1, 5000), 1);
    rtu_ask(rtu, &request, 60000, 2000000, &result);
    ck_assert_int_eq(result.outcome, RTU_STOPPED);
    ck_assert_int_eq(poll(&sent, 1, 100), 0);
    rtu_close(rtu);
    line_close(&line);
    close(master);
    close(stop_fd);
}
END_TEST

struct finds {
    unsigned count, asked;
    struct scan_found found[8];
};

static void finds_found(void *context, const struct scan_found *found) {
    struct finds *finds = context;
    finds->found[finds->count++ % 8] = *found;
}

static bool finds_progress(void *context, uint32_t baud, uint8_t address, unsigned done,
                           unsigned total) {
    struct finds *finds = context;
    (void)baud;
    ck_assert_uint_eq(done, finds->asked);
    ck_assert_uint_eq(total, 12);
    ck_assert_uint_eq(address, 9 + done);
    finds->asked++;
    return true;
}

START_TEST(a_scan_finds_who_answers) {
    struct line_slaves *slaves = slaves_open();
    slave_add(slaves, 11, 2);
    slave_add(slaves, 20, 4);
    slave_add(slaves, 13, 9);
    slave_fault(slaves, 13, FAULT_REFUSE, 0, 10, 2);
    struct scan_options options = { .baud_count = 1, .bauds = { 115200 }, .first = 9, .last = 20 };
    struct scan_callbacks callbacks = { finds_found, finds_progress, NULL };
    struct finds finds = { 0 };
    char what[WHAT_SIZE] = "";
    callbacks.context = &finds;
    options.line = (struct line_settings){ .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    snprintf(options.line.port, PORT_SIZE, "%s", slaves_path(slaves));
    ck_assert_int_eq(scan_line(&options, &callbacks, what), HALL_OK);
    ck_assert_uint_eq(finds.asked, 12);
    ck_assert_uint_eq(finds.count, 3);
    ck_assert_uint_eq(finds.found[0].address, 11);
    ck_assert_uint_eq(finds.found[0].kind, 2);
    ck_assert_uint_eq(finds.found[0].map, 1);
    ck_assert_uint_eq(finds.found[0].firmware, 0x0102);
    ck_assert_uint_eq(finds.found[0].serial, 0x00AB000B);
    ck_assert(finds.found[1].is_refused);
    ck_assert_uint_eq(finds.found[2].address, 20);
    options.bauds[0] = 250000;
    ck_assert_int_eq(scan_line(&options, &callbacks, what), HALL_INVALID);
    slaves_close(slaves);
}
END_TEST

/* Most addresses are nobody's and are waited for briefly; who thinks as long as the map allows is found all the same. */
START_TEST(a_scan_finds_the_slow) {
    static const uint8_t slow[] = { 9, 13, 20 }; /* the last address is one */
    struct line_slaves *slaves = slaves_open();
    for (unsigned i = 0; i < sizeof slow; i++) {
        slave_add(slaves, slow[i], 3);
        slave_fault(slaves, slow[i], FAULT_LATE, 0, 10, 45);
    }
    slave_add(slaves, 14, 2);
    struct scan_options options = { .baud_count = 1, .bauds = { 115200 }, .first = 9, .last = 20 };
    struct scan_callbacks callbacks = { finds_found, NULL, NULL };
    struct finds finds = { 0 };
    char what[WHAT_SIZE] = "";
    callbacks.context = &finds;
    options.line = (struct line_settings){ .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    snprintf(options.line.port, PORT_SIZE, "%s", slaves_path(slaves));
    ck_assert_int_eq(scan_line(&options, &callbacks, what), HALL_OK);
    ck_assert_uint_eq(finds.count, 4);
    uint32_t found = 0;
    for (unsigned i = 0; i < finds.count; i++) {
        found |= 1U << finds.found[i].address;
        ck_assert(!finds.found[i].is_unclear);
    }
    ck_assert_uint_eq(found, 1U << 9 | 1U << 13 | 1U << 14 | 1U << 20);
    slaves_close(slaves);
}
END_TEST

/* The late answer of one register would else be believed of another: both are one register long. */
START_TEST(a_bench_believes_no_late_answer) {
    struct line_slaves *slaves = slaves_open();
    struct line_settings line = { .baud = 115200, .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    struct bench *bench = NULL;
    char what[WHAT_SIZE] = "";
    slave_add(slaves, 11, 2);
    slave_fault(slaves, 11, FAULT_LATE, READ_INPUT, 1, 100);
    snprintf(line.port, PORT_SIZE, "%s", slaves_path(slaves));
    ck_assert_int_eq(bench_open(&line, 60000, &bench, what), HALL_OK);
    struct rtu_request request = { .slave = 11, .function = READ_INPUT, .address = 2, .count = 1 };
    struct rtu_result result;
    ck_assert_int_eq(bench_ask_once(bench, &request, &result), RTU_NO_ANSWER);
    slave_fault(slaves, 11, FAULT_DEAF, READ_INPUT, 1, 0);
    request.address = 0;
    ck_assert_int_eq(bench_ask_once(bench, &request, &result), RTU_NO_ANSWER);
    ck_assert_int_eq(bench_ask_once(bench, &request, &result), RTU_ANSWER);
    ck_assert_uint_eq(result.values[0], 2);
    ck_assert_uint_eq(bench_counts(bench)->silent, 2);
    bench_close(bench);
    slaves_close(slaves);
}
END_TEST

/* Who holds a line is named, here this very test. */
START_TEST(a_held_line_names_its_holder) {
    struct line_slaves *slaves = slaves_open();
    struct line_settings line = { .baud = 115200, .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    struct bench *bench = NULL;
    struct bench *second = NULL;
    struct holder holder;
    char what[WHAT_SIZE] = "";
    char expected[64];
    snprintf(line.port, PORT_SIZE, "%s", slaves_path(slaves));
    ck_assert(!holder_find(line.port, &holder));
    ck_assert_int_eq(bench_open(&line, 60000, &bench, what), HALL_OK);
    ck_assert(holder_find(line.port, &holder));
    ck_assert_int_eq(holder.process, getpid());
    ck_assert_int_eq(bench_open(&line, 60000, &second, what), HALL_IO);
    snprintf(expected, sizeof expected, ": in use by bus_tests (process %d)", (int)getpid());
    ck_assert_ptr_nonnull(strstr(what, expected));
    bench_close(bench);
    ck_assert(!holder_find(line.port, &holder));
    slaves_close(slaves);
}
END_TEST

Suite *lines_suite(void) {
    Suite *suite = suite_create("lines");
    TCase *cases = tcase_create("lines");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, a_line_that_vanishes_is_opened_again);
    tcase_add_loop_test(cases, a_line_that_can_not_be_had_is_down_and_says_why, 0,
                        sizeof bad_lines / sizeof *bad_lines);
    tcase_add_test(cases, a_line_that_stays_down_says_why_it_is_now);
    tcase_add_test(cases, parity_that_a_port_drops_is_a_warning);
    tcase_add_loop_test(cases, no_request_begins_within_the_silence, 0,
                        sizeof silences / sizeof *silences);
    tcase_add_loop_test(cases, closing_takes_no_longer_than_200_ms, 0, 3);
    tcase_add_test(cases, nothing_is_asked_on_a_babbling_line_when_the_owner_stops);
    tcase_add_test(cases, a_scan_finds_who_answers);
    tcase_add_test(cases, a_scan_finds_the_slow);
    tcase_add_test(cases, a_bench_believes_no_late_answer);
    tcase_add_test(cases, a_held_line_names_its_holder);
    suite_add_tcase(suite, cases);
    return suite;
}
