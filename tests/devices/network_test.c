#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/line.h"
#include "devices/socket.h"
#include "tests/devices/server.h"
#include "tests/devices/suites.h"

/* Two devices behind one connection; the gateway's line is read by its unit ids. */
static struct server *gateway_open(struct rig **rig) {
    *rig = rig_open();
    (*rig)->config.protocol = PROTOCOL_MODBUS_TCP;
    rig_be_patient(*rig, 200);
    rig_add(*rig, "terminal-1", ROLE_TERMINAL, 11);
    rig_add(*rig, "board-1", ROLE_BOARD, 51);
    return server_open(*rig, SERVER_GATEWAY, 0);
}

static void both_close(struct rig *rig, struct server *server) {
    bus_close(rig->bus);
    rig->bus = NULL;
    server_close(server);
    rig_close(rig);
}

START_TEST(modbus_tcp_drives_the_units_behind_one_connection) {
    struct rig *rig;
    struct server *server = gateway_open(&rig);
    struct device_report key;
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    rig->images[0].terminal.waiting = 4;
    rig->images[1].board.style = 1;
    strcpy(rig->images[1].board.text, "A012");
    rig_show(rig, 0);
    rig_show(rig, 1);
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, &key));
    ck_assert_str_eq(key.device, "terminal-1");
    ck_assert(rig_await_holding(rig, 11, 258, 4));
    ck_assert(rig_await_holding(rig, 51, 259, 'A' << 8 | '0'));
    ck_assert_uint_eq(server_clients(server), 1);
    ck_assert_uint_eq(rig_stats(rig, 0).misfits, 0);
    both_close(rig, server);
}
END_TEST

/* An answer that comes 600 ms late belongs to no question that is open then: it is counted, and the line stays up. */
START_TEST(a_late_answer_is_told_by_its_transaction) {
    struct rig *rig;
    struct server *server = gateway_open(&rig);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    ck_assert_uint_eq(rig_stats(rig, 0).misfits + rig_stats(rig, 1).misfits, 0);
    server_delay(server, 600);
    rig_sleep(1100);
    ck_assert_uint_ge(rig_stats(rig, 0).misfits + rig_stats(rig, 1).misfits, 1);
    ck_assert_uint_ge(rig_stats(rig, 0).timeouts + rig_stats(rig, 1).timeouts, 1);
    ck_assert_uint_eq(rig_count(rig, REPORT_BUS_DOWN), 0);
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    both_close(rig, server);
}
END_TEST

/* What the gateway says for a device that it can't reach is no word of that device. */
START_TEST(a_gateways_exception_is_no_answer) {
    struct rig *rig;
    struct server *server = gateway_open(&rig);
    struct device_report report;
    server_refuse(server, 11);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    slave_fault(rig->slaves, 51, FAULT_DEAF, 0, 100000, 0);
    ck_assert(rig_await(rig, REPORT_OFFLINE, 1, &report));
    ck_assert_str_eq(report.device, "board-1");
    ck_assert_uint_eq(rig_count(rig, REPORT_FAULTED), 0);
    ck_assert_uint_ge(rig_stats(rig, 1).timeouts, 8);
    ck_assert(rig_stats(rig, 0).is_online);
    both_close(rig, server);
}
END_TEST

START_TEST(a_broken_connection_is_made_again) {
    struct rig *rig;
    struct server *server = gateway_open(&rig);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 2, NULL));
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    server_drop(server);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, NULL));
    ck_assert(rig_await(rig, REPORT_OFFLINE, 2, NULL));
    slave_press(rig->slaves, 11, 2, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 4, NULL));
    ck_assert(rig_await(rig, REPORT_KEY, 2, NULL));
    ck_assert_uint_eq(server_clients(server), 2);
    both_close(rig, server);
}
END_TEST

/* Each packet waits 30 ms in the server, both ways: longer than a device alone may take to answer. */
START_TEST(a_serial_server_may_pack) {
    struct rig *rig = rig_open();
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    struct server *server = server_open(rig, SERVER_BYTES, 30);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    slave_press(rig->slaves, 11, 1, 0);
    ck_assert(rig_await(rig, REPORT_KEY, 1, NULL));
    rig_sleep(300);
    ck_assert_uint_ge(rig_stats(rig, 0).answers, 5);
    ck_assert_uint_eq(rig_count(rig, REPORT_OFFLINE), 0);
    both_close(rig, server);
}
END_TEST

static const struct {
    enum server_kind kind;
    enum bus_protocol protocol;
    const char *what;
} bad_servers[] = {
    { SERVER_CLOSES, PROTOCOL_MODBUS_TCP, "closes the connection at once" },
    { SERVER_CLOSES, PROTOCOL_MODBUS_RTU, "closes the connection at once" },
    { SERVER_BABBLES, PROTOCOL_MODBUS_TCP, "no Modbus TCP" },
};

/* It is tried again and again, ever less often, and told once. */
START_TEST(a_server_that_is_none_is_told_once) {
    struct rig *rig = rig_open();
    struct device_report report;
    struct bus_stats stats;
    rig->config.protocol = bad_servers[_i].protocol;
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    struct server *server = server_open(rig, bad_servers[_i].kind, 0);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_BUS_DOWN, 1, &report));
    ck_assert_msg(strstr(report.what, bad_servers[_i].what) != NULL, "%s", report.what);
    rig_sleep(800);
    ck_assert_uint_ge(server_clients(server), 2);
    bus_read_stats(rig->bus, &stats);
    ck_assert_uint_eq(rig_count(rig, REPORT_BUS_DOWN), 1);
    ck_assert_uint_le(rig_count(rig, REPORT_BUS_UP), 1);
    ck_assert(!stats.is_up);
    ck_assert_uint_le(server_clients(server), 6);
    both_close(rig, server);
}
END_TEST

START_TEST(a_host_may_have_a_name) {
    struct rig *rig = rig_open();
    char port[PORT_SIZE];
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    struct server *server = server_open(rig, SERVER_BYTES, 0);
    snprintf(port, sizeof port, "tcp:localhost%s", strrchr(rig->config.line.port, ':'));
    memcpy(rig->config.line.port, port, sizeof port);
    rig_start(rig);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    both_close(rig, server);
}
END_TEST

/* Listens on a free port of loopback; `at` says where. */
static int listen_at(struct sockaddr_in *at) {
    *at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)at, size), 0);
    ck_assert_int_eq(listen(fd, 0), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)at, &size), 0);
    return fd;
}

/* A name with two addresses, the first of which swallows every packet, as one does whose queue is full. */
START_TEST(an_address_that_swallows_all_leaves_the_next_its_turn) {
    enum { QUEUED = 3 };
    struct sockaddr_in at[2];
    int queued[QUEUED];
    int listening[2] = { listen_at(&at[0]), listen_at(&at[1]) };
    for (unsigned i = 0; i < QUEUED; i++) {
        queued[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(queued[i], (struct sockaddr *)&at[0], sizeof at[0]);
    }
    struct addrinfo second = { .ai_family = AF_INET,
                               .ai_socktype = SOCK_STREAM,
                               .ai_addr = (struct sockaddr *)&at[1],
                               .ai_addrlen = sizeof at[1] };
    struct addrinfo first = second;
    first.ai_addr = (struct sockaddr *)&at[0];
    first.ai_next = &second;
    int fd = socket_connect_any(&first, -1, line_now_us() + 1000000);
    ck_assert_int_ge(fd, 0);
    struct sockaddr_in peer = { 0 };
    socklen_t size = sizeof peer;
    ck_assert_int_eq(getpeername(fd, (struct sockaddr *)&peer, &size), 0);
    ck_assert_uint_eq(peer.sin_port, at[1].sin_port);
    close(fd);
    for (unsigned i = 0; i < QUEUED; i++) {
        close(queued[i]);
    }
    close(listening[0]);
    close(listening[1]);
}
END_TEST

Suite *network_suite(void) {
    Suite *suite = suite_create("network");
    TCase *cases = tcase_create("network");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, modbus_tcp_drives_the_units_behind_one_connection);
    tcase_add_test(cases, a_late_answer_is_told_by_its_transaction);
    tcase_add_test(cases, a_gateways_exception_is_no_answer);
    tcase_add_test(cases, a_broken_connection_is_made_again);
    tcase_add_test(cases, a_serial_server_may_pack);
    tcase_add_loop_test(cases, a_server_that_is_none_is_told_once, 0,
                        sizeof bad_servers / sizeof *bad_servers);
    tcase_add_test(cases, a_host_may_have_a_name);
    tcase_add_test(cases, an_address_that_swallows_all_leaves_the_next_its_turn);
    suite_add_tcase(suite, cases);
    return suite;
}
