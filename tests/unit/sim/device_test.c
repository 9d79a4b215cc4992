/* The register file against the tables of the reference map. */
#include <string.h>

#include "protocol/key.h"
#include "tests/unit/sim/sim_tests.h"

static const int64_t PRINT_US = SIM_PRINT_US;

static uint16_t input_of(struct watched *watched, uint16_t address) {
    uint16_t value = 0xFFFF;
    ck_assert_int_eq(sim_device_read(&watched->device, 4, address, 1, &value), SIM_WELL);
    return value;
}

START_TEST(every_role_says_what_it_is) {
    static const enum role ROLES[] = { ROLE_DISPENSER, ROLE_TERMINAL, ROLE_KEYPAD, ROLE_BOARD,
                                       ROLE_UNIT };
    struct watched watched;
    watch(&watched, ROLES[_i]);
    ck_assert_uint_eq(input_of(&watched, INPUT_KIND), (unsigned)_i + 1);
    ck_assert_uint_eq(input_of(&watched, INPUT_MAP), 1);
    ck_assert_uint_eq(input_of(&watched, INPUT_BOOTS), 7);
    uint32_t serial =
        (uint32_t)input_of(&watched, INPUT_SERIAL) << 16 | input_of(&watched, INPUT_SERIAL + 1);
    ck_assert_uint_eq(serial, watched.device.serial);
}
END_TEST

START_TEST(any_span_of_the_inputs_is_one_snapshot) {
    struct watched watched;
    uint16_t all[INPUT_COUNT], part[INPUT_COUNT];
    watch(&watched, ROLE_TERMINAL);
    for (unsigned i = 0; i < 10; i++)
        sim_device_press(&watched.device, (uint16_t)i, (uint16_t)(100 + i));
    ck_assert_int_eq(sim_device_read(&watched.device, 4, 0, INPUT_COUNT, all), SIM_WELL);
    for (unsigned first = 0; first < INPUT_COUNT; first++)
        for (unsigned count = 1; first + count <= INPUT_COUNT; count++) {
            ck_assert_int_eq(
                sim_device_read(&watched.device, 4, (uint16_t)first, (uint16_t)count, part),
                SIM_WELL);
            ck_assert_mem_eq(part, all + first, count * sizeof(*part));
        }
    ck_assert_int_eq(sim_device_read(&watched.device, 4, 0, 27, part), SIM_BAD_ADDRESS);
    ck_assert_int_eq(sim_device_read(&watched.device, 4, 26, 1, part), SIM_BAD_ADDRESS);
    ck_assert_int_eq(sim_device_read(&watched.device, 4, 0, 0, part), SIM_BAD_VALUE);
    ck_assert_int_eq(sim_device_read(&watched.device, 4, 0, 126, part), SIM_BAD_VALUE);
}
END_TEST

START_TEST(the_ring_keeps_the_last_eight_newest_first) {
    struct watched watched;
    uint16_t ring[RING_ENTRIES * 2];
    watch(&watched, ROLE_KEYPAD);
    for (uint16_t i = 1; i <= 11; i++)
        ck_assert_uint_eq(sim_device_press(&watched.device, i, (uint16_t)(i * 3)), i);
    ck_assert_uint_eq(input_of(&watched, INPUT_KEY_EVENTS), 11);
    sim_device_read(&watched.device, 4, INPUT_RING, RING_ENTRIES * 2, ring);
    for (size_t i = 0; i < RING_ENTRIES; i++) {
        ck_assert_uint_eq(ring[2 * i], 11 - i);
        ck_assert_uint_eq(ring[2 * i + 1], (11 - i) * 3);
    }
}
END_TEST

START_TEST(key_events_count_modulo_65536) {
    struct watched watched;
    watch(&watched, ROLE_TERMINAL);
    for (unsigned i = 0; i < 65536; i++)
        sim_device_press(&watched.device, KEY_NEXT, 0);
    ck_assert_uint_eq(input_of(&watched, INPUT_KEY_EVENTS), 0);
}
END_TEST

static const struct {
    enum role role;
    uint16_t first, count;
    enum sim_exception expected;
} HOLDINGS[] = {
    { ROLE_BOARD, 240, 5, SIM_WELL },
    { ROLE_BOARD, 239, 2, SIM_BAD_ADDRESS },
    { ROLE_BOARD, 245, 1, SIM_BAD_ADDRESS },
    { ROLE_TERMINAL, 256, 6, SIM_WELL },
    { ROLE_TERMINAL, 256, 7, SIM_BAD_ADDRESS },
    { ROLE_TERMINAL, 261, 1, SIM_WELL },
    { ROLE_KEYPAD, 256, 15, SIM_WELL },
    { ROLE_KEYPAD, 271, 1, SIM_BAD_ADDRESS },
    { ROLE_DISPENSER, 256, 34, SIM_WELL },
    { ROLE_DISPENSER, 290, 1, SIM_BAD_ADDRESS },
    { ROLE_DISPENSER, 512, 1, SIM_WELL },
    { ROLE_DISPENSER, 513, 101, SIM_WELL },
    { ROLE_DISPENSER, 614, 65, SIM_WELL },
    { ROLE_DISPENSER, 678, 2, SIM_BAD_ADDRESS },
    { ROLE_BOARD, 256, 67, SIM_WELL },
    { ROLE_BOARD, 323, 1, SIM_BAD_ADDRESS },
    { ROLE_UNIT, 256, 6, SIM_WELL },
    { ROLE_UNIT, 320, 15, SIM_WELL },
    { ROLE_UNIT, 384, 67, SIM_WELL },
    { ROLE_UNIT, 262, 1, SIM_BAD_ADDRESS },
    { ROLE_UNIT, 335, 1, SIM_BAD_ADDRESS },
    { ROLE_UNIT, 451, 1, SIM_BAD_ADDRESS },
};
enum { HOLDING_ROWS = sizeof(HOLDINGS) / sizeof(HOLDINGS[0]) };

START_TEST(holding_registers_are_where_the_map_says) {
    struct watched watched;
    uint16_t values[SIM_READ_MAX] = { 0 };
    watch(&watched, HOLDINGS[_i].role);
    ck_assert_int_eq(
        sim_device_read(&watched.device, 3, HOLDINGS[_i].first, HOLDINGS[_i].count, values),
        HOLDINGS[_i].expected);
    ck_assert_int_eq(write_registers(&watched, HOLDINGS[_i].first, HOLDINGS[_i].count, values),
                     HOLDINGS[_i].expected);
}
END_TEST

static const struct {
    enum role role;
    uint16_t address, value;
} BAD_VALUES[] = {
    { ROLE_TERMINAL, 259, 6 },    { ROLE_KEYPAD, 256, 5 },      { ROLE_BOARD, 258, 129 },
    { ROLE_DISPENSER, 513, 201 }, { ROLE_DISPENSER, 614, 129 }, { ROLE_UNIT, 259, 6 },
    { ROLE_UNIT, 320, 5 },        { ROLE_UNIT, 386, 129 },
};
enum { BAD_ROWS = sizeof(BAD_VALUES) / sizeof(BAD_VALUES[0]) };

START_TEST(values_that_the_map_does_not_know_are_refused_and_change_nothing) {
    struct watched watched;
    uint16_t read = 1;
    watch(&watched, BAD_VALUES[_i].role);
    ck_assert_int_eq(write_registers(&watched, BAD_VALUES[_i].address, 1, &BAD_VALUES[_i].value),
                     SIM_BAD_VALUE);
    sim_device_read(&watched.device, 3, BAD_VALUES[_i].address, 1, &read);
    ck_assert_uint_eq(read, 0);
    ck_assert_uint_eq(watched.count, 0);
}
END_TEST

START_TEST(a_terminal_shows_and_answers) {
    static const uint16_t NOW[] = { 'A', 17, 4, 2, 1, 5 };
    struct watched watched;
    struct sim_sight sight;
    watch(&watched, ROLE_TERMINAL);
    ck_assert_int_eq(write_registers(&watched, 256, 6, NOW), SIM_WELL);
    ck_assert_uint_eq(seen(&watched, SIGHT_TERMINAL, &sight), 1);
    ck_assert_mem_eq(sight.value, NOW, sizeof(sight.value));
    ck_assert_uint_eq(seen(&watched, SIGHT_ANSWER, &sight), 1);
    ck_assert_uint_eq(sight.value[0], 5);
    ck_assert_uint_eq(sight.value[1], 1);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 5);
    /* The same once more shows nothing new, and it is no answer to another press. */
    write_registers(&watched, 256, 6, NOW);
    ck_assert_uint_eq(watched.count, 2);
    ck_assert_uint_eq(watched.device.counts.order_faults, 0);
    write_registers(&watched, 258, 1, NOW);
    ck_assert_uint_eq(watched.device.counts.order_faults, 1);
}
END_TEST

START_TEST(a_keypad_shows_its_session) {
    uint16_t now[KEYPAD_COUNT] = { 1, 4711, 5 };
    struct watched watched;
    struct sim_sight sight;
    watch(&watched, ROLE_KEYPAD);
    write_registers(&watched, 256, KEYPAD_COUNT, now);
    ck_assert_uint_eq(seen(&watched, SIGHT_KEYPAD, &sight), 1);
    ck_assert_uint_eq(sight.value[0], 1);
    ck_assert_uint_eq(sight.value[1], 4711);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 4711);
}
END_TEST

START_TEST(a_board_shows_on_its_revision) {
    static const uint16_t TEXT[] = { 1, 3, 'A' << 8 | 'B', 'C' << 8 };
    static const uint16_t OTHER[] = { 1, 3, 'A' << 8 | 'B', 'D' << 8 };
    static const uint16_t REVISION = 777;
    struct watched watched;
    struct sim_sight sight;
    watch(&watched, ROLE_BOARD);
    write_registers(&watched, 257, 4, TEXT);
    ck_assert_uint_eq(watched.count, 0);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 0);
    write_registers(&watched, 256, 1, &REVISION);
    ck_assert_uint_eq(seen(&watched, SIGHT_BOARD, &sight), 1);
    ck_assert_uint_eq(sight.text_length, 3);
    ck_assert_mem_eq(sight.text, "ABC", 3);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 777);
    write_registers(&watched, 256, 1, &REVISION);
    ck_assert_uint_eq(watched.count, 1);
    write_registers(&watched, 257, 4, OTHER);
    write_registers(&watched, 256, 1, &REVISION);
    ck_assert_uint_eq(watched.device.counts.reused_revisions, 1);
    ck_assert_uint_eq(watched.device.counts.order_faults, 0);
    write_registers(&watched, 256, 2, TEXT);
    ck_assert_uint_eq(watched.device.counts.order_faults, 1);
}
END_TEST

static void write_job(struct watched *watched, uint16_t job, int64_t now_us) {
    static const uint16_t TEXT[] = { 5, 0x1D41, 0x3030, 0x3100 };
    struct sim_write number = { .first = 512, .count = 1, .values = &job };
    write_registers(watched, 513, 4, TEXT);
    ck_assert_int_eq(sim_device_write(&watched->device, &number, now_us), SIM_WELL);
}

START_TEST(a_job_is_printed_once) {
    struct watched watched;
    struct sim_sight sight;
    watch(&watched, ROLE_DISPENSER);
    write_job(&watched, 9, 0);
    write_job(&watched, 9, 1000);
    sim_device_step(&watched.device, SIM_PRINT_US - 1);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 0);
    sim_device_step(&watched.device, SIM_PRINT_US);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 9);
    ck_assert_uint_eq(input_of(&watched, INPUT_RESULT), RESULT_WELL);
    write_job(&watched, 9, PRINT_US * 2);
    sim_device_step(&watched.device, PRINT_US * 4);
    ck_assert_uint_eq(seen(&watched, SIGHT_PAPER, &sight), 1);
    ck_assert_uint_eq(sight.value[0], 9);
    ck_assert_uint_eq(sight.text_length, 5);
    ck_assert_mem_eq(sight.text,
                     "\x1D"
                     "A001",
                     5);
    ck_assert_uint_eq(watched.device.counts.repeated_jobs, 2);
    ck_assert_uint_eq(watched.device.counts.papers, 1);
}
END_TEST

struct order {
    uint16_t first, value; /* one register each; 0: the paper's time goes by */
};

static const struct {
    enum role role;
    unsigned faults;
    struct order writes[6];
} ORDERS[] = {
    { ROLE_DISPENSER, 0, { { 513, 2 }, { 614, 1 }, { 512, 9 } } },
    { ROLE_DISPENSER, 1, { { 512, 9 } } },
    { ROLE_DISPENSER, 1, { { 614, 1 } } },
    { ROLE_DISPENSER, 1, { { 513, 2 }, { 614, 1 }, { 513, 2 }, { 512, 9 } } },
    { ROLE_DISPENSER,
      0,
      { { 513, 2 }, { 614, 0 }, { 512, 9 }, { 513, 2 }, { 614, 0 }, { 512, 9 } } },
    { ROLE_DISPENSER, 1, { { 513, 2 }, { 614, 0 }, { 512, 9 }, { 513, 4 } } },
    { ROLE_DISPENSER, 0, { { 513, 2 }, { 614, 0 }, { 512, 9 }, { 0, 0 }, { 513, 4 } } },
    { ROLE_DISPENSER, 1, { { 513, 2 }, { 614, 0 }, { 512, 9 }, { 0, 0 }, { 512, 10 } } },
    { ROLE_BOARD, 1, { { 256, 5 } } },
    { ROLE_BOARD, 0, { { 257, 1 }, { 256, 5 }, { 256, 5 } } },
    { ROLE_BOARD, 1, { { 257, 1 }, { 256, 5 }, { 256, 6 } } },
};
enum { ORDER_ROWS = sizeof(ORDERS) / sizeof(ORDERS[0]) };

START_TEST(a_torn_order_is_seen) {
    struct watched watched;
    int64_t now_us = 0;
    watch(&watched, ORDERS[_i].role);
    for (unsigned i = 0; i < 6; i++) {
        const struct order *order = &ORDERS[_i].writes[i];
        struct sim_write write = { .first = order->first, .count = 1, .values = &order->value };
        now_us += order->first == 0 ? PRINT_US : 1;
        sim_device_step(&watched.device, now_us);
        if (order->first != 0)
            ck_assert_int_eq(sim_device_write(&watched.device, &write, now_us), SIM_WELL);
    }
    ck_assert_uint_eq(watched.device.counts.order_faults, ORDERS[_i].faults);
}
END_TEST

/* The device lost what had been written; whoever wrote it could not know. */
START_TEST(a_reboot_within_an_order_is_nobodys_fault) {
    static const uint16_t NUMBER = 9;
    struct watched watched;
    watch(&watched, _i == 0 ? ROLE_DISPENSER : ROLE_BOARD);
    sim_device_reboot(&watched.device, 0);
    write_registers(&watched, _i == 0 ? 512 : 256, 1, &NUMBER);
    ck_assert_uint_eq(watched.device.counts.order_faults, 0);
}
END_TEST

START_TEST(another_job_has_to_wait_for_the_printer) {
    static const uint16_t OTHER = 10;
    struct watched watched;
    watch(&watched, ROLE_DISPENSER);
    write_job(&watched, 9, 0);
    ck_assert_int_eq(write_registers(&watched, 512, 1, &OTHER), SIM_IS_BUSY);
    sim_device_step(&watched.device, SIM_PRINT_US);
    write_job(&watched, OTHER, SIM_PRINT_US);
    sim_device_step(&watched.device, PRINT_US * 2);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), OTHER);
}
END_TEST

static const struct {
    uint16_t status, result;
} PRINTS[] = {
    { STATUS_PAPER_LOW, RESULT_WELL },
    { STATUS_PAPER_OUT, RESULT_PAPER_OUT },
    { STATUS_JAM, RESULT_FAULT },
    { STATUS_COVER, RESULT_FAULT },
};
enum { PRINT_ROWS = sizeof(PRINTS) / sizeof(PRINTS[0]) };

START_TEST(a_print_that_fails_says_why) {
    struct watched watched;
    watch(&watched, ROLE_DISPENSER);
    watched.device.status = PRINTS[_i].status;
    write_job(&watched, 4, 0);
    sim_device_step(&watched.device, SIM_PRINT_US);
    ck_assert_uint_eq(input_of(&watched, INPUT_STATUS), PRINTS[_i].status);
    ck_assert_uint_eq(input_of(&watched, INPUT_RESULT), PRINTS[_i].result);
    bool is_out = PRINTS[_i].result == RESULT_WELL;
    ck_assert_uint_eq(seen(&watched, SIGHT_PAPER, NULL), is_out ? 1 : 0);
    ck_assert_uint_eq(seen(&watched, SIGHT_NO_PAPER, NULL), is_out ? 0 : 1);
}
END_TEST

START_TEST(a_reboot_forgets_all_but_its_count) {
    struct watched watched;
    watch(&watched, ROLE_DISPENSER);
    sim_device_press(&watched.device, KEY_TICKET + 1, 0);
    write_job(&watched, 9, 0);
    sim_device_reboot(&watched.device, 1000);
    sim_device_step(&watched.device, PRINT_US * 2);
    ck_assert_uint_eq(input_of(&watched, INPUT_BOOTS), 8);
    ck_assert_uint_eq(input_of(&watched, INPUT_KEY_EVENTS), 0);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), 0);
    ck_assert_uint_eq(seen(&watched, SIGHT_PAPER, NULL), 0);
    ck_assert_uint_eq(seen(&watched, SIGHT_REBOOT, NULL), 1);
}
END_TEST

START_TEST(a_unit_has_its_parts_where_the_map_says) {
    static const uint16_t TERMINAL[] = { 'B', 1, 0, 1, 0, 0 };
    static const uint16_t TEXT[] = { 2, 2, 'H' << 8 | 'i' };
    static const uint16_t REVISION = 5;
    uint16_t keypad[KEYPAD_COUNT] = { 1, 3 };
    struct watched watched;
    watch(&watched, ROLE_UNIT);
    write_registers(&watched, 256, 6, TERMINAL);
    write_registers(&watched, 320, KEYPAD_COUNT, keypad);
    write_registers(&watched, 385, 3, TEXT);
    write_registers(&watched, 384, 1, &REVISION);
    ck_assert_uint_eq(seen(&watched, SIGHT_TERMINAL, NULL), 1);
    ck_assert_uint_eq(seen(&watched, SIGHT_KEYPAD, NULL), 1);
    ck_assert_uint_eq(seen(&watched, SIGHT_BOARD, NULL), 1);
    ck_assert_uint_eq(input_of(&watched, INPUT_DONE), REVISION);
    ck_assert_uint_eq(watched.device.counts.order_faults, 0);
}
END_TEST

START_TEST(an_address_is_taken_only_with_its_own_serial) {
    struct watched watched;
    watch(&watched, ROLE_BOARD);
    uint16_t values[] = { (uint16_t)(watched.device.serial >> 16),
                          (uint16_t)(watched.device.serial + 1), 99 };
    write_registers(&watched, 242, 3, values);
    ck_assert_uint_eq(watched.device.config.address, 11);
    values[1]--;
    write_registers(&watched, 242, 3, values);
    ck_assert_uint_eq(watched.device.config.address, 99);
}
END_TEST

TCase *device_cases(void) {
    TCase *cases = tcase_create("device");
    tcase_add_loop_test(cases, every_role_says_what_it_is, 0, 5);
    tcase_add_test(cases, any_span_of_the_inputs_is_one_snapshot);
    tcase_add_test(cases, the_ring_keeps_the_last_eight_newest_first);
    tcase_add_test(cases, key_events_count_modulo_65536);
    tcase_add_loop_test(cases, holding_registers_are_where_the_map_says, 0, HOLDING_ROWS);
    tcase_add_loop_test(cases, values_that_the_map_does_not_know_are_refused_and_change_nothing, 0,
                        BAD_ROWS);
    tcase_add_test(cases, a_terminal_shows_and_answers);
    tcase_add_test(cases, a_keypad_shows_its_session);
    tcase_add_test(cases, a_board_shows_on_its_revision);
    tcase_add_test(cases, a_job_is_printed_once);
    tcase_add_loop_test(cases, a_torn_order_is_seen, 0, ORDER_ROWS);
    tcase_add_loop_test(cases, a_reboot_within_an_order_is_nobodys_fault, 0, 2);
    tcase_add_test(cases, another_job_has_to_wait_for_the_printer);
    tcase_add_loop_test(cases, a_print_that_fails_says_why, 0, PRINT_ROWS);
    tcase_add_test(cases, a_reboot_forgets_all_but_its_count);
    tcase_add_test(cases, a_unit_has_its_parts_where_the_map_says);
    tcase_add_test(cases, an_address_is_taken_only_with_its_own_serial);
    return cases;
}
