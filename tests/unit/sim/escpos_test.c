/* The simulated printer on a real pseudo-terminal: bytes by hand, what it says, what comes out of it. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "devices/sim/hall.h"
#include "tests/unit/sim/sim_tests.h"

enum { ANSWER_MS = 3000, QUIET_MS = 250, TICKET_MS = 1500, PRINTER = SIM_BUS_DEVICES };

struct desk {
    char folder[64], port[96], floor[96];
    struct sim_hall_config config;
    struct sim_hall hall;
    int fd;
};

static struct desk desk;

static void name_bus(struct sim_bus_config *bus, const char *id, const char *port) {
    snprintf(bus->id, sizeof(bus->id), "%s", id);
    snprintf(bus->port, sizeof(bus->port), "%s", port);
    bus->baud = 115200;
    bus->data_bits = 8;
    bus->stop_bits = 1;
    bus->device_count = 1;
}

static void set_up(void) {
    char why[SIM_WHY_SIZE] = "";
    struct termios modes;
    struct sim_bus_options options = { .seed = 1, .boots = 5, .answer_us = 1000, .wake_fd = -1 };
    memset(&desk, 0, sizeof(desk));
    strcpy(desk.folder, "/tmp/hallq-sim-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(desk.folder));
    snprintf(desk.port, sizeof(desk.port), "%s/paper", desk.folder);
    snprintf(desk.floor, sizeof(desk.floor), "%s/floor", desk.folder);
    struct sim_bus_config *buses = desk.config.buses;
    desk.config.bus_count = 2;
    name_bus(&buses[0], "floor", desk.floor);
    buses[0].protocol = PROTOCOL_MODBUS_RTU;
    buses[0].devices[0] =
        (struct sim_device_config){ .id = "dispenser-1", .role = ROLE_DISPENSER, .address = 1 };
    name_bus(&buses[1], "paper", desk.port);
    buses[1].protocol = PROTOCOL_ESCPOS;
    buses[1].devices[0] = (struct sim_device_config){ .id = "printer-1",
                                                      .role = ROLE_PRINTER,
                                                      .dispenser = "dispenser-1" };
    ck_assert_msg(sim_hall_open(&desk.hall, &desk.config, &options, why), "%s", why);
    desk.fd = open(desk.port, O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_ge(desk.fd, 0);
    tcgetattr(desk.fd, &modes);
    cfmakeraw(&modes);
    tcsetattr(desk.fd, TCSANOW, &modes);
}

static void tear_down(void) {
    close(desk.fd);
    sim_hall_close(&desk.hall);
    ck_assert_int_eq(rmdir(desk.folder), 0);
}

static void say(const char *bytes, size_t length) {
    ck_assert_int_eq(write(desk.fd, bytes, length), (ssize_t)length);
}

/* The next byte; -1: none came. */
static int hear(int patience_ms) {
    struct pollfd poller = { .fd = desk.fd, .events = POLLIN };
    uint8_t byte;
    return poll(&poller, 1, patience_ms) > 0 && read(desk.fd, &byte, 1) == 1 ? byte : -1;
}

static int ask(char about) {
    const char question[] = { 0x10, 0x04, about };
    say(question, sizeof(question));
    return hear(ANSWER_MS);
}

static void set_status(uint16_t status) {
    sim_bus_set_status(sim_hall_bus(&desk.hall, PRINTER), 0, status);
}

static bool take_paper(struct sim_sight *sight) {
    while (sim_hall_take_sight(&desk.hall, sight))
        if (sight->kind == SIGHT_PAPER)
            return true;
    return false;
}

static const char TICKET[] = "\x1B@\x1B"
                             "a\x01\x1D!\x11"
                             "A012\n\x1D!\x00\x1C&\xC7\xEB\x1C.3 \xC7\n"
                             "\x1D(k\x04\x00\x31\x41\x32\x00\x1D(k\x05\x00\x31\x50\x30hi"
                             "\x1D(k\x03\x00\x31\x51\x30\n\n\x1DV\x01\x1Dr\x01";
enum { TICKET_BYTES = sizeof(TICKET) - 1 };

START_TEST(a_ticket_comes_out_at_its_dispenser) {
    static const char text[] = "\x1D"
                               "A012\n\xC7\xEB"
                               "3 ?";
    struct sim_sight sight;
    say(TICKET, TICKET_BYTES);
    ck_assert_int_eq(hear(ANSWER_MS), 0x00);
    ck_assert(take_paper(&sight));
    ck_assert_uint_eq(sight.device, 0);
    ck_assert_uint_eq(sight.value[0], 0);
    ck_assert_uint_eq(sight.text_length, sizeof(text) - 1);
    ck_assert_mem_eq(sight.text, text, sizeof(text) - 1);
    ck_assert_uint_eq(sight.qr_length, 2);
    ck_assert_mem_eq(sight.qr, "hi", 2);
    /* What was left by somebody else is ended by NULs, and a scrap is no paper. */
    say("\x1D(k\x08\x00\x31P0\0\0\0\0\0\0\0\0\x1B@\n\x1DV\x01\x1Dr\x01", 27);
    ck_assert_int_eq(hear(ANSWER_MS), 0x00);
    ck_assert(!take_paper(&sight));
}
END_TEST

START_TEST(it_says_how_it_is) {
    static const struct {
        uint16_t status;
        uint8_t answers[4];
    } rows[] = { { 0, { 0x12, 0x12, 0x12, 0x12 } },
                 { STATUS_PAPER_LOW, { 0x12, 0x12, 0x12, 0x1E } },
                 { STATUS_PAPER_OUT, { 0x1A, 0x32, 0x12, 0x7E } },
                 { STATUS_COVER, { 0x1A, 0x16, 0x12, 0x12 } },
                 { STATUS_JAM, { 0x1A, 0x52, 0x1A, 0x12 } },
                 { STATUS_OTHER, { 0x1A, 0x52, 0x32, 0x12 } } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        set_status(rows[i].status);
        for (char about = 1; about <= 4; about++)
            ck_assert_int_eq(ask(about), rows[i].answers[about - 1]);
    }
}
END_TEST

START_TEST(without_paper_it_waits_and_a_power_up_forgets) {
    struct sim_sight sight;
    set_status(STATUS_PAPER_OUT);
    say(TICKET, TICKET_BYTES);
    ck_assert_int_eq(ask(4), 0x7E); /* a question is answered behind a job that waits */
    ck_assert_int_eq(hear(TICKET_MS), -1);
    ck_assert(!take_paper(&sight));
    set_status(STATUS_PAPER_LOW);
    ck_assert_int_eq(hear(ANSWER_MS), 0x03);
    ck_assert(take_paper(&sight));
    set_status(STATUS_PAPER_OUT);
    say(TICKET, TICKET_BYTES);
    ck_assert_int_eq(ask(1), 0x1A);
    sim_bus_reboot(sim_hall_bus(&desk.hall, PRINTER), 0);
    set_status(0);
    say("\x10\x04\x01", 3);
    ck_assert_int_eq(hear(QUIET_MS), -1);
    ck_assert(!take_paper(&sight));
}
END_TEST

TCase *escpos_cases(void) {
    TCase *tcase = tcase_create("escpos");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_ticket_comes_out_at_its_dispenser);
    tcase_add_test(tcase, it_says_how_it_is);
    tcase_add_test(tcase, without_paper_it_waits_and_a_power_up_forgets);
    return tcase;
}
