/* What a wrongly wired line does to bytes, and a line that is a socket. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/sim/slave.h"
#include "tests/unit/sim/sim_tests.h"

static struct sim_uart uart(uint32_t baud, const char *form) {
    struct sim_uart result = { .baud = baud };
    ck_assert(sim_uart_parse(form, &result));
    return result;
}

/* Worked by hand from the levels: 55 in 8N1 is 0 1 0 1 0 1 0 1 0 1. */
static const struct {
    uint32_t sent_baud, heard_baud;
    const char *sent_form, *heard_form, *sent, *heard;
    size_t sent_length, heard_length;
} hearings[] = {
    { 9600, 9600, "8N1", "8N1", "\x55\x00\xFF\x0B", "\x55\x00\xFF\x0B", 4, 4 },
    { 115200, 115200, "8E1", "8E1", "\x55\x01\xFE", "\x55\x01\xFE", 3, 3 },
    { 19200, 19200, "8N2", "8N1", "\x55\x01\xFE", "\x55\x01\xFE", 3, 3 },
    { 19200, 19200, "7E1", "7E1", "\x35\x41", "\x35\x41", 2, 2 },
    /* 2 % off is still in the middle of each bit. */
    { 9600, 9792, "8N1", "8N1", "\x55\xA7\x00\xFF", "\x55\xA7\x00\xFF", 4, 4 },
    /* Twice as fast: 0 0 1 1 0 0 1 1 0 0, where the last is no stop; then 0 0 1 1 0 0 1 1 and the line at rest. */
    { 9600, 19200, "8N1", "8N1", "\x55", "\x66\xE6", 1, 2 },
    /* A parity bit that is low is taken for a wrong stop bit, and the character for what it is. */
    { 9600, 9600, "8E1", "8N1", "\x03\x01", "\x03\x01", 2, 2 },
};

START_TEST(a_receiver_samples_the_levels) {
    struct sim_uart sent = uart(hearings[_i].sent_baud, hearings[_i].sent_form);
    struct sim_uart heard = uart(hearings[_i].heard_baud, hearings[_i].heard_form);
    uint8_t out[32];
    size_t count = sim_uart_hear(&sent, &heard, (const uint8_t *)hearings[_i].sent,
                                 hearings[_i].sent_length, out, sizeof(out));
    ck_assert_uint_eq(count, hearings[_i].heard_length);
    ck_assert_mem_eq(out, hearings[_i].heard, count);
}
END_TEST

/* Without the parity bit that is waited for, the next character's start is taken for the stop. */
START_TEST(a_missing_parity_bit_spoils_what_follows) {
    struct sim_uart sent = uart(9600, "8N1"), heard = uart(9600, "8E1");
    static const uint8_t bytes[] = { 0x0B, 0x04, 0x0A, 0x00, 0x01, 0x00, 0x00 };
    uint8_t out[32];
    size_t count = sim_uart_hear(&sent, &heard, bytes, sizeof(bytes), out, sizeof(out));
    ck_assert_uint_ge(count, 2);
    ck_assert(count != sizeof(bytes) || memcmp(out, bytes, count) != 0);
}
END_TEST

START_TEST(swapped_wires_carry_nothing) {
    struct sim_hazards hazards = { .is_swapped = true };
    uint8_t out[8];
    ck_assert_uint_eq(sim_hazard_hear(&hazards, (const uint8_t *)"abc", 3, out, sizeof(out)), 0);
    ck_assert_uint_eq(sim_hazard_say(&hazards, (const uint8_t *)"abc", 3, out, sizeof(out)), 0);
}
END_TEST

START_TEST(noise_comes_at_its_rate) {
    struct sim_hazards hazards = { .noise_a_s = 50 };
    struct sim_rng rng;
    int64_t span_us = 0, pause_us = 0;
    size_t bytes = 0;
    uint8_t out[SIM_NOISE_PIECE];
    sim_rng_init(&rng, 1, 0);
    while (span_us < 10000000) {
        bytes += sim_hazard_noise(&hazards, &rng, out, &pause_us);
        span_us += pause_us;
    }
    ck_assert_uint_ge(bytes, 500);
    ck_assert_uint_le(bytes, 503);
}
END_TEST

static uint16_t free_port(void) {
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    close(fd);
    return ntohs(address.sin_port);
}

static int connect_to(uint16_t port) {
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static ssize_t await(int fd, uint8_t *bytes, size_t size, int patience_ms) {
    struct pollfd polled = { .fd = fd, .events = POLLIN };
    return poll(&polled, 1, patience_ms) > 0 ? read(fd, bytes, size) : -1;
}

static struct sim_bus *open_network(uint16_t port, enum bus_protocol protocol) {
    const struct sim_bus_options options = {
        .seed = 1, .boots = 5, .answer_us = 1000, .wake_fd = -1
    };
    struct sim_bus_config config = { .id = "hall",
                                     .protocol = protocol,
                                     .baud = 115200,
                                     .data_bits = 8,
                                     .stop_bits = 1,
                                     .device_count = 1 };
    char why[SIM_WHY_SIZE] = "";
    snprintf(config.port, sizeof(config.port), "tcp:127.0.0.1:%u", port);
    config.devices[0] =
        (struct sim_device_config){ .id = "terminal-1", .role = ROLE_TERMINAL, .address = 11 };
    struct sim_bus *bus = sim_bus_open(&config, &options, why);
    ck_assert_msg(bus != NULL, "%s", why);
    ck_assert_ptr_null(sim_bus_open(&config, &options, why));
    ck_assert_ptr_nonnull(strstr(why, "in use"));
    return bus;
}

/* In two pieces, and two requests at once, the second to nobody. */
START_TEST(units_answer_in_their_transaction) {
    static const uint8_t REQUESTS[] = { 0x12, 0x34, 0, 0, 0, 6, 11, 4, 0, 5, 0, 1,
                                        0x12, 0x35, 0, 0, 0, 6, 12, 4, 0, 5, 0, 1 };
    static const uint8_t ANSWER[] = { 0x12, 0x34, 0, 0, 0, 5, 11, 4, 2, 0, 5 };
    uint8_t heard[64];
    uint16_t port = free_port();
    struct sim_bus *bus = open_network(port, PROTOCOL_MODBUS_TCP);
    struct sim_bus_counts counts;
    int fd = connect_to(port);
    ck_assert_int_eq(write(fd, REQUESTS, 5), 5);
    poll(NULL, 0, 20);
    ck_assert_int_eq(write(fd, REQUESTS + 5, sizeof(REQUESTS) - 5), sizeof(REQUESTS) - 5);
    ck_assert_int_eq(await(fd, heard, sizeof(heard), 2000), sizeof(ANSWER));
    ck_assert_mem_eq(heard, ANSWER, sizeof(ANSWER));
    ck_assert_int_eq(await(fd, heard, sizeof(heard), 50), -1);
    sim_bus_read_counts(bus, &counts);
    ck_assert_uint_eq(counts.requests, 2);
    ck_assert_uint_eq(counts.unanswered, 1);
    close(fd);
    sim_bus_close(bus);
}
END_TEST

/* Read input 5 of 11: `0B 04 00 05 00 01 21 61`. */
START_TEST(the_newest_client_has_the_line) {
    static const uint8_t REQUEST[] = { 11, 4, 0, 5, 0, 1, 0x21, 0x61 };
    uint8_t heard[64];
    uint16_t port = free_port();
    struct sim_bus *bus = open_network(port, PROTOCOL_MODBUS_RTU);
    int first = connect_to(port);
    ck_assert_int_eq(write(first, REQUEST, sizeof(REQUEST)), sizeof(REQUEST));
    ck_assert_int_eq(await(first, heard, sizeof(heard), 2000), 7);
    int second = connect_to(port);
    ck_assert_int_eq(await(first, heard, sizeof(heard), 2000), 0);
    ck_assert_int_eq(write(second, REQUEST, sizeof(REQUEST)), sizeof(REQUEST));
    ck_assert_int_eq(await(second, heard, sizeof(heard), 2000), 7);
    sim_bus_set_plugged(bus, false);
    ck_assert_int_eq(await(second, heard, sizeof(heard), 2000), 0);
    close(first);
    close(second);
    sim_bus_close(bus);
}
END_TEST

TCase *wiring_cases(void) {
    TCase *cases = tcase_create("wiring");
    tcase_add_loop_test(cases, a_receiver_samples_the_levels, 0,
                        sizeof(hearings) / sizeof(hearings[0]));
    tcase_add_test(cases, a_missing_parity_bit_spoils_what_follows);
    tcase_add_test(cases, swapped_wires_carry_nothing);
    tcase_add_test(cases, noise_comes_at_its_rate);
    tcase_add_test(cases, units_answer_in_their_transaction);
    tcase_add_test(cases, the_newest_client_has_the_line);
    return cases;
}
