/* The schedule in whole halls, in virtual time: what the order alone makes of presses, calls, the dead and the flaky. */
#include <string.h>

#include "tests/unit/devices/presses.h"
#include "tests/unit/devices/suites.h"

enum { SEEDS = 24, LOAD_US = 12000000, LONG_US = 60000000, FULL_US = 60000 };

/* The ideal is a full round of pulses with t3.5: 9-proof.md, "Figures". Its goals are 1.05 and 1.15. */
static const struct presses_hall quiet[] = {
    { .baud = 19200, .terminals = 8 },
    { .baud = 19200, .terminals = 16 },
    { .baud = 19200, .terminals = 64 },
    { .baud = 115200, .terminals = 8 },
    { .baud = 115200, .terminals = 32 },
    { .baud = 115200, .terminals = 64 },
    { .baud = 19200, .terminals = 16, .dead = 1 },
    { .baud = 19200, .terminals = 16, .dead = 4 },
    { .baud = 115200, .terminals = 16, .dead = 1 },
    { .baud = 115200, .terminals = 16, .dead = 4 },
};

static struct presses *presses_of(struct presses_hall hall, unsigned count) {
    static struct presses presses;
    hall.count = count;
    presses_make(&presses, &hall);
    return &presses;
}

START_TEST(a_press_takes_what_the_wire_takes) {
    struct presses *presses = presses_of(quiet[_i], 1000);
    ck_assert_double_le(presses_ratio(presses, 500), 1.05);
    ck_assert_double_le(presses_ratio(presses, 990), 1.02);
    presses_close(presses);
}
END_TEST

/* The round is the living's alone, so with dead devices a press takes less than with all alive. */
START_TEST(a_press_waits_for_no_dead) {
    struct presses_hall hall = { .baud = _i == 0 ? 19200 : 115200, .terminals = 16 };
    struct presses *presses = presses_of(hall, 1000);
    int64_t alive_us = presses->took_us[990];
    presses_close(presses);
    hall.dead = 4;
    presses = presses_of(hall, 1000);
    ck_assert_int_le(presses->took_us[990], alive_us);
    presses_close(presses);
}
END_TEST

/* All terminals' counts of people change every five seconds; written all at once they would double a round. */
START_TEST(people_waiting_are_spread_over_their_second) {
    struct presses_hall hall = { .baud = 115200, .terminals = 16, .waits_us = 5000000 };
    struct presses *presses = presses_of(hall, 1000);
    ck_assert_double_le(presses_ratio(presses, 500), 1.05);
    ck_assert_double_le(presses_ratio(presses, 990), 1.10);
    presses_close(presses);
}
END_TEST

/* Keypads and boards are asked a third as often: in a hall of all kinds a terminal's press beats the even round. */
START_TEST(in_a_hall_of_all_kinds_a_press_beats_the_round) {
    struct presses_hall hall = { .baud = _i == 0 ? 19200 : 115200,
                                 .terminals = 8,
                                 .keypads = 8,
                                 .boards = 16,
                                 .waits_us = 5000000,
                                 .calls_us = 2000000 };
    struct presses *presses = presses_of(hall, 500);
    ck_assert_double_le(presses_ratio(presses, 500), 0.70);
    ck_assert_double_le(presses_ratio(presses, 990), 0.70);
    presses_close(presses);
}
END_TEST

static struct virtual *load_open(unsigned seed, unsigned flaky) {
    static const enum role roles[] = { ROLE_TERMINAL, ROLE_TERMINAL, ROLE_KEYPAD,
                                       ROLE_BOARD,    ROLE_UNIT,     ROLE_DISPENSER };
    struct virtual *bus = virtual_open(seed % 2 == 0 ? 19200 : 115200);
    bus->seed = seed * 7919;
    unsigned count = 4 + virtual_draw(bus, 61);
    for (unsigned i = 0; i < count; i++) {
        virtual_add(bus, roles[virtual_draw(bus, 6)]);
        bus->slaves[i].is_dead = i > 0 && virtual_draw(bus, 8) == 0;
    }
    virtual_start(bus);
    virtual_run(bus, 3000000);
    for (unsigned i = 0; i < count; i++) {
        bus->slaves[i].paused_us = 0;
        bus->slaves[i].loss = i > 0 && virtual_draw(bus, 8) == 0 ? flaky : 0;
    }
    return bus;
}

static void change(struct virtual *bus, unsigned device) {
    if (bus->slaves[device].has_mail || bus->schedule.items[device].has_image) {
        return;
    }
    struct image image = bus->slaves[device].image;
    image.rank = virtual_draw(bus, 2) == 0 ? RANK_CALL : RANK_WAITING;
    image.terminal.waiting++;
    image.keypad.stars = (uint16_t)((image.keypad.stars + 1) % 6);
    image.dispenser.waiting[0]++;
    memset(image.board.text, 'A' + (int)virtual_draw(bus, 20), 20);
    virtual_show(bus, device, &image, bus->now_us);
}

static void load_run(struct virtual *bus, unsigned calls) {
    int64_t end_us = bus->now_us + LOAD_US;
    while (bus->now_us < end_us) {
        virtual_step(bus);
        for (unsigned i = 0; calls == 1 && i < bus->schedule.count; i++) {
            change(bus, i);
        }
        if (calls > 1 && virtual_draw(bus, calls) == 0) {
            change(bus, virtual_draw(bus, bus->schedule.count));
        }
    }
}

/* By how much the longest of a healthy device's pauses is beyond what the role may wait, in the worst case. */
static int64_t beyond_us(const struct virtual *bus, int64_t *longest_us) {
    int64_t most_us = INT64_MIN;
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        enum role role = bus->configs[i].role;
        int64_t rounds = role == ROLE_KEYPAD || role == ROLE_BOARD ? 4 : 2;
        int64_t allowed_us = rounds * virtual_round_us(bus);
        allowed_us = allowed_us < LONGEST_LEAST_US ? (int64_t)LONGEST_LEAST_US : allowed_us;
        bool is_healthy = !bus->slaves[i].is_dead && bus->slaves[i].loss == 0;
        if (is_healthy && bus->slaves[i].paused_us - allowed_us > most_us) {
            most_us = bus->slaves[i].paused_us - allowed_us;
            *longest_us = allowed_us;
        }
    }
    return most_us;
}

/* However many are dead and however many images change: beyond it goes no more than the one exchange that can't be cut. */
START_TEST(a_healthy_device_is_asked_within_its_longest_pause) {
    static const unsigned calls[] = { 0, 20, 3, 1 };
    int64_t longest_us = 0;
    struct virtual *bus = load_open(1 + (unsigned)_i, 0);
    load_run(bus, calls[_i % 4]);
    ck_assert_int_le(beyond_us(bus, &longest_us), FULL_US + virtual_pulse_us(bus));
    virtual_close(bus);
}
END_TEST

/* Nor do those who lose half of their answers make the others wait for twice as long as they may. */
START_TEST(a_healthy_device_is_asked_beside_the_flaky) {
    static const unsigned calls[] = { 0, 20, 3, 1 };
    int64_t longest_us = 0;
    struct virtual *bus = load_open(1 + (unsigned)_i, 500);
    load_run(bus, calls[_i % 4]);
    ck_assert_int_le(beyond_us(bus, &longest_us), longest_us + 2 * FULL_US);
    virtual_close(bus);
}
END_TEST

/* How many rounds the living had in a minute, the one begun as well, of those that the wire could have carried. */
static double rounds_of(struct virtual *bus, unsigned living) {
    unsigned least = UINT32_MAX;
    int64_t began_us = bus->now_us;
    for (unsigned i = 0; i < living; i++) {
        bus->slaves[i].readings = 0;
    }
    virtual_run(bus, LONG_US);
    for (unsigned i = 0; i < living; i++) {
        least = bus->slaves[i].readings < least ? bus->slaves[i].readings : least;
    }
    int64_t round_us = living * virtual_pulse_us(bus);
    return (double)((least + 1) * round_us) / (double)(bus->now_us - began_us);
}

static struct virtual *terminals_open(unsigned living, unsigned dead) {
    struct virtual *bus = virtual_open(115200);
    for (unsigned i = 0; i < living + dead; i++) {
        virtual_add(bus, ROLE_TERMINAL);
        bus->slaves[i].is_dead = i >= living;
    }
    virtual_start(bus);
    return bus;
}

START_TEST(the_dead_cost_the_living_one_part_in_twenty) {
    static const unsigned dead[] = { 1, 4, 16 };
    struct virtual *bus = terminals_open(16, dead[_i]);
    ck_assert_double_ge(rounds_of(bus, 16), 0.95);
    virtual_close(bus);
}
END_TEST

/*
 * A lost answer is waited for ten times as long as a pulse takes: the eight would leave the others one round in seven.
 * Half of the time is theirs at most, and what they do answer is a pulse like any other.
 */
START_TEST(the_flaky_take_no_more_than_half) {
    struct virtual *bus = terminals_open(16, 0);
    virtual_run(bus, 3000000);
    for (unsigned i = 8; i < 16; i++) {
        bus->slaves[i].loss = 400;
    }
    ck_assert_double_ge(rounds_of(bus, 8), 0.35);
    for (unsigned i = 8; i < 16; i++) {
        ck_assert_uint_ge(bus->slaves[i].readings, 60);
    }
    virtual_close(bus);
}
END_TEST

/* Of a thousand calls, 990 begin to be written behind the one exchange that was under way, and its silence. */
START_TEST(a_call_waits_for_one_exchange) {
    enum { CALLS = 1000, WRITE_CHARACTERS = 21 };
    struct virtual *bus = terminals_open(16 - 4 * (unsigned)_i, 4 * (unsigned)_i);
    unsigned late = 0;
    virtual_run(bus, 2 * LONG_US); /* the dead are asked twice a minute by then */
    for (unsigned i = 0; i < CALLS; i++) {
        unsigned device = virtual_draw(bus, 12);
        struct image image = bus->slaves[device].image;
        int64_t at_us = bus->now_us + virtual_draw(bus, 100000);
        image.rank = RANK_CALL;
        image.terminal.waiting++;
        virtual_show(bus, device, &image, at_us);
        while (bus->slaves[device].has_mail || bus->schedule.items[device].has_image) {
            virtual_step(bus);
        }
        int64_t own_us = line_wire_us(&bus->line, WRITE_CHARACTERS);
        late += bus->slaves[device].shown_us - own_us - at_us > virtual_pulse_us(bus);
    }
    ck_assert_uint_le(late, CALLS / 100);
    virtual_close(bus);
}
END_TEST

/* A line that loses answers of everybody holds nobody back: a call is in its device after a few tries. */
START_TEST(a_bad_line_holds_no_call_back) {
    struct virtual *bus = terminals_open(_i == 0 ? 1 : 16, 0);
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        bus->slaves[i].loss = 300;
    }
    virtual_run(bus, 3000000);
    int64_t took_us = 0;
    for (unsigned i = 0; i < 40; i++) {
        unsigned device = i % bus->schedule.count;
        struct image image = bus->slaves[device].image;
        int64_t began_us = bus->now_us;
        image.rank = RANK_CALL;
        image.terminal.ticket.number = (uint16_t)(i + 1);
        memcpy(image.terminal.ticket.prefix, "A", 2);
        virtual_show(bus, device, &image, began_us);
        while (bus->slaves[device].has_mail || bus->schedule.items[device].has_image) {
            virtual_step(bus);
        }
        took_us += bus->now_us - began_us;
        virtual_run(bus, 500000);
    }
    ck_assert_int_le(took_us / 40, 600000);
    virtual_close(bus);
}
END_TEST

/* Ten changes of the people waiting, and a call among them: one write, and it has the newest of both. */
START_TEST(images_that_wait_are_merged_into_one_write) {
    struct virtual *bus = terminals_open(8, 0);
    struct image image = bus->slaves[3].image;
    unsigned before = bus->slaves[3].writes;
    for (unsigned i = 1; i <= 10; i++) {
        image.rank = RANK_WAITING;
        image.terminal.waiting = (uint16_t)i;
        virtual_show(bus, 3, &image, bus->now_us);
        virtual_run(bus, 10000);
    }
    ck_assert_uint_eq(bus->slaves[3].writes, before);
    image.rank = RANK_CALL;
    image.terminal.lamp = LAMP_CALLING;
    virtual_show(bus, 3, &image, bus->now_us);
    virtual_run(bus, 30000);
    ck_assert_uint_eq(bus->slaves[3].writes, before + 1);
    virtual_run(bus, 2000000);
    ck_assert_uint_eq(bus->slaves[3].writes, before + 1);
    ck_assert_uint_eq(bus->slaves[3].holding[TERMINAL_BASE + TERMINAL_WAITING], 10);
    ck_assert_uint_eq(bus->slaves[3].holding[TERMINAL_BASE + TERMINAL_LAMP], LAMP_CALLING);
    virtual_close(bus);
}
END_TEST

/* As few frames as the order of their registers allows: 4-devices.md, "Writing". */
START_TEST(a_change_is_as_few_frames_as_its_order_allows) {
    static const struct {
        enum role role;
        unsigned frames;
    } changes[] = {
        { ROLE_TERMINAL, 1 }, { ROLE_KEYPAD, 1 }, { ROLE_BOARD, 2 }, { ROLE_DISPENSER, 1 }
    };
    struct virtual *bus = virtual_open(115200);
    virtual_add(bus, changes[_i].role);
    virtual_start(bus);
    unsigned before = bus->slaves[0].writes;
    change(bus, 0);
    virtual_run(bus, 2000000);
    ck_assert_uint_eq(bus->slaves[0].writes, before + changes[_i].frames);
    /* The same image once more is no write. */
    virtual_show(bus, 0, &bus->slaves[0].image, bus->now_us);
    virtual_run(bus, 2000000);
    ck_assert_uint_eq(bus->slaves[0].writes, before + changes[_i].frames);
    virtual_close(bus);
}
END_TEST

static void count_press(void *context, unsigned device, int64_t reported_us) {
    (void)device;
    (void)reported_us;
    ++*(unsigned *)context;
}

/* A unit is asked once a round for its terminal, its keypad and its board together. */
START_TEST(one_pulse_serves_the_three_parts_of_a_unit) {
    struct virtual *bus = virtual_open(115200);
    unsigned presses = 0;
    for (unsigned i = 0; i < 8; i++) {
        virtual_add(bus, ROLE_UNIT);
    }
    virtual_start(bus);
    bus->pressed = count_press;
    bus->context = &presses;
    ck_assert_double_ge(rounds_of(bus, 8), 0.99);
    virtual_press(bus, 5, bus->now_us);
    virtual_run(bus, 2 * virtual_round_us(bus));
    ck_assert_uint_eq(presses, 1);
    virtual_close(bus);
}
END_TEST

Suite *schedule_hall_suite(void) {
    Suite *suite = suite_create("schedule_hall");
    TCase *cases = tcase_create("schedule_hall");
    tcase_add_loop_test(cases, a_press_takes_what_the_wire_takes, 0, sizeof quiet / sizeof *quiet);
    tcase_add_loop_test(cases, a_press_waits_for_no_dead, 0, 2);
    tcase_add_test(cases, people_waiting_are_spread_over_their_second);
    tcase_add_loop_test(cases, in_a_hall_of_all_kinds_a_press_beats_the_round, 0, 2);
    tcase_add_loop_test(cases, a_healthy_device_is_asked_within_its_longest_pause, 0, SEEDS);
    tcase_add_loop_test(cases, a_healthy_device_is_asked_beside_the_flaky, 0, SEEDS);
    tcase_add_loop_test(cases, the_dead_cost_the_living_one_part_in_twenty, 0, 3);
    tcase_add_test(cases, the_flaky_take_no_more_than_half);
    tcase_add_loop_test(cases, a_call_waits_for_one_exchange, 0, 2);
    tcase_add_loop_test(cases, a_bad_line_holds_no_call_back, 0, 2);
    tcase_add_test(cases, images_that_wait_are_merged_into_one_write);
    tcase_add_loop_test(cases, a_change_is_as_few_frames_as_its_order_allows, 0, 4);
    tcase_add_test(cases, one_pulse_serves_the_three_parts_of_a_unit);
    suite_add_tcase(suite, cases);
    return suite;
}
