/* The slaves on a real pseudo-terminal, asked by a master made by hand. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "devices/sim/frame.h"
#include "devices/sim/slave.h"
#include "protocol/key.h"
#include "tests/unit/sim/sim_tests.h"

enum { TERMINAL = 11, DISPENSER = 12, ANSWER_MS = 400, LATE_MS = 120 };

struct bench {
    char folder[64], port[96];
    struct sim_bus *bus;
    int fd;
};

static void add_device(struct sim_bus_config *config, const char *id, enum role role,
                       uint8_t address) {
    struct sim_device_config *device = &config->devices[config->device_count++];
    snprintf(device->id, sizeof(device->id), "%s", id);
    device->role = role;
    device->address = address;
}

static struct sim_bus *open_bus(const char *port, uint32_t baud,
                                const struct sim_bus_options *options, char *why) {
    struct sim_bus_config config = {
        .id = "floor", .protocol = PROTOCOL_MODBUS_RTU, .baud = baud, .data_bits = 8, .stop_bits = 1
    };
    snprintf(config.port, sizeof(config.port), "%s", port);
    add_device(&config, "terminal-1", ROLE_TERMINAL, TERMINAL);
    add_device(&config, "dispenser-1", ROLE_DISPENSER, DISPENSER);
    return sim_bus_open(&config, options, why);
}

static int open_port(const char *port) {
    struct termios modes;
    int fd = open(port, O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    tcgetattr(fd, &modes);
    cfmakeraw(&modes);
    tcsetattr(fd, TCSANOW, &modes);
    return fd;
}

static void make_folder(struct bench *bench) {
    strcpy(bench->folder, "/tmp/hallq-sim-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(bench->folder));
    snprintf(bench->port, sizeof(bench->port), "%s/port", bench->folder);
}

static void set_up_at(struct bench *bench, bool is_strict, uint32_t baud) {
    char why[SIM_WHY_SIZE] = "";
    struct sim_bus_options options = {
        .seed = 1, .boots = 5, .answer_us = 2000, .is_strict = is_strict, .wake_fd = -1
    };
    make_folder(bench);
    bench->bus = open_bus(bench->port, baud, &options, why);
    ck_assert_msg(bench->bus != NULL, "%s", why);
    bench->fd = open_port(bench->port);
}

static void set_up(struct bench *bench, bool is_strict) {
    set_up_at(bench, is_strict, 19200);
}

static void tear_down(struct bench *bench) {
    struct stat found;
    close(bench->fd);
    sim_bus_close(bench->bus);
    ck_assert_int_ne(lstat(bench->port, &found), 0);
    ck_assert_int_eq(rmdir(bench->folder), 0);
}

static void send_bytes(const struct bench *bench, const uint8_t *bytes, size_t length) {
    struct sim_frame frame = { .length = 0 };
    memcpy(frame.bytes, bytes, length);
    sim_frame_seal(&frame, length);
    ck_assert_int_eq(write(bench->fd, frame.bytes, frame.length), (ssize_t)frame.length);
}

/* What comes within `patience_ms`, until `expected` bytes are there. */
static struct sim_frame receive(const struct bench *bench, size_t expected, int patience_ms) {
    struct sim_frame frame = { .length = 0 };
    int64_t end_us = sim_now_us() + (int64_t)patience_ms * 1000;
    struct pollfd poller = { .fd = bench->fd, .events = POLLIN };
    while (frame.length < expected && sim_now_us() < end_us) {
        poll(&poller, 1, 5);
        ssize_t got =
            read(bench->fd, frame.bytes + frame.length, sizeof(frame.bytes) - frame.length);
        if (got > 0)
            frame.length += (size_t)got;
    }
    return frame;
}

static struct sim_frame read_inputs(const struct bench *bench, uint8_t address, uint8_t first,
                                    uint8_t count) {
    const uint8_t request[] = { address, 4, 0, first, 0, count };
    send_bytes(bench, request, sizeof(request));
    return receive(bench, (size_t)5 + (size_t)2 * count, ANSWER_MS);
}

static void pause_ms(int ms) {
    poll(NULL, 0, ms);
}

START_TEST(a_pulse_takes_its_time_on_the_wire) {
    struct bench bench;
    set_up(&bench, true);
    int64_t began_us = sim_now_us();
    struct sim_frame answer = read_inputs(&bench, TERMINAL, 5, 5);
    int64_t passed_us = sim_now_us() - began_us;
    ck_assert_uint_eq(answer.length, 15);
    ck_assert(sim_frame_is_good(&answer));
    ck_assert_uint_eq(answer.bytes[4], 5); /* boots */
    /* 8 and 15 characters of 10 bits at 19,200 baud, and 2 ms between them. */
    ck_assert_int_ge(passed_us, 4167 + 2000 + 7813);
    ck_assert_int_lt(passed_us, 4167 + 2000 + 7813 + 100000);
    tear_down(&bench);
}
END_TEST

START_TEST(a_press_is_read_back) {
    struct bench bench;
    set_up(&bench, true);
    ck_assert_uint_eq(sim_bus_press(bench.bus, 0, KEY_TRANSFER, 2), 1);
    struct sim_frame answer = read_inputs(&bench, TERMINAL, 5, 21);
    static const uint8_t EXPECTED[] = { 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, KEY_TRANSFER, 0, 2 };
    ck_assert_uint_eq(answer.length, 47);
    ck_assert_mem_eq(answer.bytes + 3, EXPECTED, sizeof(EXPECTED));
    tear_down(&bench);
}
END_TEST

START_TEST(a_job_becomes_paper) {
    static const uint8_t TEXT[] = { DISPENSER, 16, 2, 1, 0, 3, 6, 0, 4, 'A', '0', '0', '1' };
    static const uint8_t JOB[] = { DISPENSER, 16, 2, 0, 0, 1, 2, 0, 77 };
    struct sim_sight sight = { .kind = SIGHT_NONE };
    struct bench bench;
    set_up(&bench, true);
    send_bytes(&bench, TEXT, sizeof(TEXT));
    ck_assert_uint_eq(receive(&bench, 8, ANSWER_MS).length, 8);
    pause_ms(5);
    send_bytes(&bench, JOB, sizeof(JOB));
    ck_assert_uint_eq(receive(&bench, 8, ANSWER_MS).length, 8);
    for (unsigned i = 0; i < 100 && !sim_bus_take_sight(bench.bus, &sight); i++)
        pause_ms(10);
    ck_assert_int_eq(sight.kind, SIGHT_PAPER);
    ck_assert_uint_eq(sight.value[0], 77);
    ck_assert_mem_eq(sight.text, "A001", 4);
    tear_down(&bench);
}
END_TEST

/* At 1,200 baud the first request alone takes 67 ms: the second begins in its midst. */
START_TEST(a_strict_slave_does_not_hear_what_begins_too_early) {
    static const uint8_t REQUEST[] = { TERMINAL, 4, 0, 5, 0, 5 };
    bool is_strict = _i == 1;
    struct bench bench;
    struct sim_bus_counts counts;
    set_up_at(&bench, is_strict, 1200);
    send_bytes(&bench, REQUEST, sizeof(REQUEST));
    pause_ms(20);
    send_bytes(&bench, REQUEST, sizeof(REQUEST));
    ck_assert_uint_eq(receive(&bench, 30, 500).length, is_strict ? 15 : 30);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.requests, 2);
    ck_assert_uint_eq(counts.violations, 1);
    pause_ms(40);
    ck_assert_uint_eq(read_inputs(&bench, TERMINAL, 5, 5).length, 15);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.violations, 1);
    tear_down(&bench);
}
END_TEST

/* As if this machine had stood still until the master gave up and asked again. */
START_TEST(of_two_requests_read_together_the_second_is_heard) {
    static const uint8_t REQUESTS[2][6] = { { TERMINAL, 4, 0, 5, 0, 5 },
                                            { TERMINAL, 4, 0, 5, 0, 1 } };
    struct bench bench;
    struct sim_bus_counts counts;
    struct sim_frame first = { .length = 0 };
    set_up(&bench, true);
    memcpy(first.bytes, REQUESTS[0], 6);
    sim_frame_seal(&first, 6);
    struct sim_frame second = { .length = 0 };
    memcpy(second.bytes, REQUESTS[1], 6);
    sim_frame_seal(&second, 6);
    memcpy(first.bytes + first.length, second.bytes, second.length);
    first.length += second.length;
    ck_assert_int_eq(write(bench.fd, first.bytes, first.length), (ssize_t)first.length);
    ck_assert_uint_eq(receive(&bench, 22, 150).length, 7);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.overruns, 1);
    ck_assert_uint_eq(counts.violations, 0);
    tear_down(&bench);
}
END_TEST

START_TEST(silence_answers_who_is_not_there) {
    struct bench bench;
    struct sim_bus_counts counts;
    set_up(&bench, true);
    static const uint8_t STRANGER[] = { 99, 4, 0, 5, 0, 5 };
    send_bytes(&bench, STRANGER, sizeof(STRANGER));
    ck_assert_uint_eq(receive(&bench, 1, 60).length, 0);
    sim_bus_set_dead(bench.bus, 0, true);
    static const uint8_t REQUEST[] = { TERMINAL, 4, 0, 5, 0, 5 };
    send_bytes(&bench, REQUEST, sizeof(REQUEST));
    ck_assert_uint_eq(receive(&bench, 1, 60).length, 0);
    ck_assert_uint_eq(read_inputs(&bench, DISPENSER, 5, 5).length, 15);
    sim_bus_set_dead(bench.bus, 0, false);
    pause_ms(5);
    ck_assert_uint_eq(read_inputs(&bench, TERMINAL, 5, 5).length, 15);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.unanswered, 2);
    tear_down(&bench);
}
END_TEST

START_TEST(garbage_does_not_disturb_the_next_request) {
    static const uint8_t GARBAGE[] = { 1, 2, 3, 4, 5 };
    struct bench bench;
    struct sim_bus_counts counts;
    set_up(&bench, true);
    ck_assert_int_eq(write(bench.fd, GARBAGE, sizeof(GARBAGE)), sizeof(GARBAGE));
    ck_assert_uint_eq(receive(&bench, 1, 60).length, 0);
    ck_assert_uint_eq(read_inputs(&bench, TERMINAL, 5, 5).length, 15);
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.bad_crc, 1);
    ck_assert_uint_eq(counts.stray, sizeof(GARBAGE));
    tear_down(&bench);
}
END_TEST

START_TEST(an_unknown_function_is_answered_after_the_silence) {
    static const uint8_t REQUEST[] = { TERMINAL, 43, 14, 1, 0 };
    struct bench bench;
    set_up(&bench, true);
    send_bytes(&bench, REQUEST, sizeof(REQUEST));
    struct sim_frame answer = receive(&bench, 5, ANSWER_MS);
    ck_assert_uint_eq(answer.length, 5);
    ck_assert_uint_eq(answer.bytes[1], 43 | 0x80);
    ck_assert_uint_eq(answer.bytes[2], 1);
    tear_down(&bench);
}
END_TEST

static void set_faults(struct bench *bench, const char *list) {
    struct sim_rng rng;
    struct sim_faults faults;
    sim_rng_init(&rng, 1, 1);
    ck_assert(sim_faults_parse(list, &rng, &faults));
    sim_bus_set_faults(bench->bus, &faults);
}

START_TEST(faults_happen_on_the_wire) {
    static const uint8_t REQUEST[] = { TERMINAL, 4, 0, 5, 0, 5 };
    struct bench bench;
    struct sim_bus_counts counts;
    set_up(&bench, true);
    set_faults(&bench, "lost=100");
    send_bytes(&bench, REQUEST, sizeof(REQUEST));
    ck_assert_uint_eq(receive(&bench, 1, 80).length, 0);
    set_faults(&bench, "late=100@120");
    int64_t began_us = sim_now_us();
    struct sim_frame answer = read_inputs(&bench, TERMINAL, 5, 5);
    ck_assert_uint_eq(answer.length, 15);
    ck_assert_int_ge(sim_now_us() - began_us, (int64_t)LATE_MS * 1000);
    pause_ms(5);
    set_faults(&bench, "flip=100");
    answer = read_inputs(&bench, TERMINAL, 5, 5);
    ck_assert_uint_eq(answer.length, 15);
    ck_assert(!sim_frame_is_good(&answer));
    sim_bus_read_counts(bench.bus, &counts);
    ck_assert_uint_eq(counts.faults[FAULT_LOST], 1);
    ck_assert_uint_eq(counts.faults[FAULT_LATE], 1);
    ck_assert_uint_eq(counts.faults[FAULT_FLIP], 1);
    tear_down(&bench);
}
END_TEST

static bool waits_for(const char *port, bool is_there) {
    struct stat found;
    for (unsigned i = 0; i < 100; i++) {
        if ((lstat(port, &found) == 0) == is_there)
            return true;
        pause_ms(5);
    }
    return false;
}

START_TEST(an_unplugged_line_hangs_up_and_comes_back) {
    struct bench bench;
    uint8_t byte;
    set_up(&bench, true);
    sim_bus_set_plugged(bench.bus, false);
    ck_assert(waits_for(bench.port, false));
    pause_ms(5);
    ck_assert_int_le(read(bench.fd, &byte, 1), 0);
    struct pollfd poller = { .fd = bench.fd, .events = POLLIN };
    ck_assert_int_eq(poll(&poller, 1, 0), 1);
    ck_assert((poller.revents & POLLHUP) != 0);
    close(bench.fd);
    sim_bus_set_plugged(bench.bus, true);
    ck_assert(waits_for(bench.port, true));
    bench.fd = open_port(bench.port);
    ck_assert_uint_eq(read_inputs(&bench, TERMINAL, 5, 5).length, 15);
    tear_down(&bench);
}
END_TEST

START_TEST(only_a_symlink_is_replaced) {
    static const struct sim_bus_options OPTIONS = { .seed = 1, .boots = 1, .wake_fd = -1 };
    char why[SIM_WHY_SIZE] = "";
    struct bench bench;
    struct stat found;
    make_folder(&bench);
    FILE *file = fopen(bench.port, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    ck_assert_ptr_null(open_bus(bench.port, 19200, &OPTIONS, why));
    ck_assert_ptr_nonnull(strstr(why, "no symlink"));
    ck_assert_int_eq(lstat(bench.port, &found), 0);
    ck_assert(S_ISREG(found.st_mode));
    unlink(bench.port);
    ck_assert_int_eq(symlink("/nowhere", bench.port), 0);
    bench.bus = open_bus(bench.port, 19200, &OPTIONS, why);
    ck_assert_ptr_nonnull(bench.bus);
    /* What somebody else put there meanwhile is not ours to remove. */
    unlink(bench.port);
    ck_assert_int_eq(symlink("/elsewhere", bench.port), 0);
    sim_bus_close(bench.bus);
    ck_assert_int_eq(lstat(bench.port, &found), 0);
    unlink(bench.port);
    rmdir(bench.folder);
}
END_TEST

START_TEST(a_port_that_another_serves_is_left_alone) {
    static const struct sim_bus_options OPTIONS = { .seed = 1, .boots = 1, .wake_fd = -1 };
    char why[SIM_WHY_SIZE] = "";
    char before[64] = "";
    char after[64] = "";
    struct bench bench;
    make_folder(&bench);
    bench.bus = open_bus(bench.port, 19200, &OPTIONS, why);
    ck_assert_ptr_nonnull(bench.bus);
    ck_assert_int_gt(readlink(bench.port, before, sizeof(before) - 1), 0);
    ck_assert_ptr_null(open_bus(bench.port, 19200, &OPTIONS, why));
    ck_assert_msg(strstr(why, "another hallq-sim serves this port") != NULL, "%s", why);
    ck_assert_int_gt(readlink(bench.port, after, sizeof(after) - 1), 0);
    ck_assert_str_eq(after, before);
    sim_bus_close(bench.bus);
    /* A link to a terminal that no simulator serves was left by one that was killed. */
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(master, 0);
    ck_assert_int_eq(unlockpt(master), 0);
    ck_assert_int_eq(ptsname_r(master, before, sizeof(before)), 0);
    ck_assert_int_eq(symlink(before, bench.port), 0);
    bench.bus = open_bus(bench.port, 19200, &OPTIONS, why);
    ck_assert_msg(bench.bus != NULL, "%s", why);
    sim_bus_close(bench.bus);
    close(master);
    rmdir(bench.folder);
}
END_TEST

TCase *line_cases(void) {
    TCase *cases = tcase_create("line");
    tcase_add_test(cases, a_pulse_takes_its_time_on_the_wire);
    tcase_add_test(cases, a_press_is_read_back);
    tcase_add_test(cases, a_job_becomes_paper);
    tcase_add_loop_test(cases, a_strict_slave_does_not_hear_what_begins_too_early, 0, 2);
    tcase_add_test(cases, of_two_requests_read_together_the_second_is_heard);
    tcase_add_test(cases, silence_answers_who_is_not_there);
    tcase_add_test(cases, garbage_does_not_disturb_the_next_request);
    tcase_add_test(cases, an_unknown_function_is_answered_after_the_silence);
    tcase_add_test(cases, faults_happen_on_the_wire);
    tcase_add_test(cases, an_unplugged_line_hangs_up_and_comes_back);
    tcase_add_test(cases, only_a_symlink_is_replaced);
    tcase_add_test(cases, a_port_that_another_serves_is_left_alone);
    return cases;
}
