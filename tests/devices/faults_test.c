#include <fcntl.h>
#include <modbus/modbus.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

static struct rig *terminal_open(void) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    return rig;
}

static int raw_open(const char *path) {
    int fd = open(path, O_RDWR | O_NOCTTY);
    struct termios raw;
    ck_assert_int_ge(fd, 0);
    tcgetattr(fd, &raw);
    cfmakeraw(&raw);
    tcsetattr(fd, TCSANOW, &raw);
    return fd;
}

/*
 * The control: what plain libmodbus makes of an answer that comes after its time-out; also where the line was flushed
 * after it, and with its recovery.
 */
START_TEST(plain_libmodbus_believes_a_late_answer) {
    struct line_slaves *slaves = slaves_open();
    slave_add(slaves, 11, 2);
    slave_set_input(slaves, 11, 10, 0x1234);
    int fd = raw_open(slaves_path(slaves));
    modbus_t *context = modbus_new_rtu("line", 115200, 'N', 8, 1);
    modbus_set_socket(context, fd);
    modbus_set_slave(context, 11);
    modbus_set_response_timeout(context, 0, 60000);
    if (_i == 2) {
        modbus_set_error_recovery(context, MODBUS_ERROR_RECOVERY_PROTOCOL);
    }
    uint16_t value = 0;
    slave_fault(slaves, 11, FAULT_LATE, 0, 1, 500);
    ck_assert_int_eq(modbus_read_input_registers(context, 10, 1, &value), -1);
    if (_i == 1) {
        modbus_flush(context);
    }
    modbus_set_response_timeout(context, 3, 0);
    slave_fault(slaves, 11, FAULT_DEAF, 0, 1, 0);
    ck_assert_int_eq(modbus_read_input_registers(context, 0, 1, &value), 1);
    ck_assert_uint_eq(value, 0x1234); /* register 10, taken for register 0, which holds 2 */
    modbus_free(context);
    close(fd);
    slaves_close(slaves);
}
END_TEST

/* The same on our bus: the late pulse shows a status that stands no more, and is not believed. */
START_TEST(a_late_answer_is_not_believed) {
    struct rig *rig = terminal_open();
    uint64_t before = rig_stats(rig, 0).misfits;
    slave_fault(rig->slaves, 11, FAULT_LATE, 4, 1, 90);
    slave_set_input(rig->slaves, 11, 6, 4);
    rig_sleep(15);
    slave_set_input(rig->slaves, 11, 6, 0);
    slave_fault(rig->slaves, 11, FAULT_DEAF, 4, 1, 0);
    rig_sleep(200);
    ck_assert_uint_eq(rig_count(rig, REPORT_FAULTED), 0);
    ck_assert_uint_ge(rig_stats(rig, 0).misfits, before + 1);
    ck_assert_uint_ge(rig_stats(rig, 0).timeouts, 2);
    rig_close(rig);
}
END_TEST

static const struct {
    enum fault fault;
    bool is_taken; /* the right answer still counts */
    bool is_misfit, is_mangled;
} wrong_answers[] = {
    { FAULT_MANGLED, false, false, true },      { FAULT_WRONG_SLAVE, false, true, false },
    { FAULT_WRONG_LENGTH, false, true, false }, { FAULT_FOREIGN_FIRST, true, true, false },
    { FAULT_NOISE_FIRST, true, false, false },  { FAULT_TRUNCATED, false, false, true },
};

START_TEST(a_wrong_answer_is_counted_and_not_believed) {
    struct rig *rig = terminal_open();
    struct device_stats before = rig_stats(rig, 0);
    slave_fault(rig->slaves, 11, wrong_answers[_i].fault, 4, 1, 0);
    rig_sleep(150);
    struct device_stats after = rig_stats(rig, 0);
    bool is_taken = after.timeouts == before.timeouts && after.crc_errors == before.crc_errors;
    ck_assert_int_eq(is_taken, wrong_answers[_i].is_taken);
    ck_assert_int_eq(after.misfits > before.misfits, wrong_answers[_i].is_misfit);
    ck_assert_int_eq(after.crc_errors > before.crc_errors, wrong_answers[_i].is_mangled);
    ck_assert_uint_eq(rig_count(rig, REPORT_KEY), 0);
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    rig_close(rig);
}
END_TEST

START_TEST(an_unreadable_answer_is_life) {
    struct rig *rig = terminal_open();
    slave_fault(rig->slaves, 11, FAULT_MANGLED, 0, 20, 0);
    rig_sleep(300);
    ck_assert_uint_eq(rig_count(rig, REPORT_OFFLINE), 0);
    ck_assert_uint_ge(rig_stats(rig, 0).crc_errors, 10);
    rig_close(rig);
}
END_TEST

START_TEST(eight_unanswered_are_offline_and_a_return_keeps_presses) {
    struct rig *rig = terminal_open();
    struct device_report report;
    slave_fault(rig->slaves, 11, FAULT_DEAF, 0, 9, 0);
    rig_sleep(20);
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_str_eq(report.what, "no answer 8 of 8");
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, &report));
    ck_assert_uint_eq(report.epoch, 1);
    ck_assert(!report.rebooted);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &report));
    ck_assert_uint_eq(report.epoch, 1);
    ck_assert_uint_eq(report.count, 1);
    rig_close(rig);
}
END_TEST

/* Far slower than the short time-out, and far from the full one, so that the machine's own delays don't count. */
START_TEST(a_slow_device_comes_online_and_comes_back) {
    enum { ANSWER_MS = 2000, LATE_MS = 400 };
    struct rig *rig = rig_open();
    rig_be_patient(rig, ANSWER_MS);
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    slave_fault(rig->slaves, 51, FAULT_LATE, 0, 1000, LATE_MS);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_fault(rig->slaves, 51, FAULT_DEAF, 0, 2, 0);
    while (rig_stats(rig, 0).timeouts < 2) {
        rig_sleep(10);
    }
    slave_fault(rig->slaves, 51, FAULT_LATE, 0, 1000, LATE_MS);
    uint64_t answers = rig_stats(rig, 0).answers;
    rig_sleep(4 * LATE_MS);
    ck_assert_uint_gt(rig_stats(rig, 0).answers, answers);
    ck_assert_uint_eq(rig_stats(rig, 0).timeouts, 2);
    rig_close(rig);
}
END_TEST

/* Four of eight are dead: the living are asked nearly as often as before, and the dead now and then. */
START_TEST(the_dead_cost_the_living_little) {
    struct rig *rig = rig_open();
    for (uint8_t i = 0; i < 8; i++) {
        char id[NAME_SIZE] = "terminal-0";
        id[9] = (char)('0' + i);
        rig_add(rig, id, ROLE_TERMINAL, (uint8_t)(11 + i));
    }
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 8, NULL));
    for (uint8_t i = 4; i < 8; i++) {
        slave_fault(rig->slaves, (uint8_t)(11 + i), FAULT_DEAF, 0, 100000, 0);
    }
    ck_assert(rig_await(rig, REPORT_OFFLINE, 4, NULL));
    unsigned dead = 0;
    for (uint8_t i = 4; i < 8; i++) {
        dead += slave_requests(rig->slaves, (uint8_t)(11 + i));
    }
    struct bus_stats first, last;
    bus_read_stats(rig->bus, &first);
    rig_sleep(2000);
    bus_read_stats(rig->bus, &last);
    unsigned dead_later = 0;
    for (uint8_t i = 4; i < 8; i++) {
        dead_later += slave_requests(rig->slaves, (uint8_t)(11 + i));
    }
    /* A probe takes 20 ms and a little: at most one part in twenty of two seconds is five of them. */
    ck_assert_uint_le(dead_later - dead, 6);
    ck_assert_uint_ge(dead_later - dead, 1);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_ge(last.devices[i].answers - first.devices[i].answers, 50);
    }
    rig_close(rig);
}
END_TEST

/* Whole, and in pieces, which alone look like answers with a bad CRC. */
START_TEST(echo_is_recognised_and_said) {
    struct rig *rig = rig_open();
    struct bus_stats stats;
    rig_be_patient(rig, 1000);
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    slaves_echo(rig->slaves, _i == 0 ? 256 : 6);
    rig_start(rig);
    rig->images[0].terminal.waiting = 4;
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    ck_assert(rig_await_holding(rig, 11, 258, 4));
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    rig_sleep(20);
    bus_read_stats(rig->bus, &stats);
    ck_assert(stats.is_up);
    ck_assert_ptr_nonnull(strstr(stats.what, "echo"));
    ck_assert_uint_eq(stats.devices[0].timeouts, 0);
    ck_assert_uint_eq(stats.devices[0].crc_errors, 0);
    rig_close(rig);
}
END_TEST

Suite *faults_suite(void) {
    Suite *suite = suite_create("faults");
    TCase *cases = tcase_create("faults");
    tcase_set_timeout(cases, 30);
    tcase_add_loop_test(cases, plain_libmodbus_believes_a_late_answer, 0, 3);
    tcase_add_test(cases, a_late_answer_is_not_believed);
    tcase_add_loop_test(cases, a_wrong_answer_is_counted_and_not_believed, 0,
                        sizeof wrong_answers / sizeof *wrong_answers);
    tcase_add_test(cases, an_unreadable_answer_is_life);
    tcase_add_test(cases, eight_unanswered_are_offline_and_a_return_keeps_presses);
    tcase_add_test(cases, a_slow_device_comes_online_and_comes_back);
    tcase_add_test(cases, the_dead_cost_the_living_little);
    tcase_add_loop_test(cases, echo_is_recognised_and_said, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
