/* Frames as bytes. CRC vectors: Modbus over Serial Line V1.02 and the worked example 01 03 00 00 00 0A -> C5 CD. */
#include "devices/sim/frame.h"

#include <string.h>

#include "devices/sim/wire.h"
#include "tests/unit/sim/sim_tests.h"

static struct sim_frame frame_of(const uint8_t *bytes, size_t length) {
    struct sim_frame frame = { .length = 0 };
    memcpy(frame.bytes, bytes, length);
    sim_frame_seal(&frame, length);
    return frame;
}

START_TEST(the_worked_example_has_its_crc) {
    static const uint8_t REQUEST[] = { 1, 3, 0, 0, 0, 10 };
    struct sim_frame frame = frame_of(REQUEST, sizeof(REQUEST));
    ck_assert_uint_eq(frame.length, 8);
    ck_assert_uint_eq(frame.bytes[6], 0xC5);
    ck_assert_uint_eq(frame.bytes[7], 0xCD);
    ck_assert(sim_frame_is_good(&frame));
    for (unsigned bit = 0; bit < 64; bit++) {
        frame.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert(!sim_frame_is_good(&frame));
        frame.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
END_TEST

START_TEST(the_length_of_a_request_shows_in_its_header) {
    struct sim_frame frame = { .length = 7, .bytes = { 1, 16, 1, 0, 0, 2, 4 } };
    ck_assert_uint_eq(sim_frame_expect(&frame), 13);
    frame.length = 6;
    ck_assert_uint_eq(sim_frame_expect(&frame), 0);
    frame.bytes[1] = 4;
    ck_assert_uint_eq(sim_frame_expect(&frame), 8);
    frame.bytes[1] = 43;
    ck_assert_uint_eq(sim_frame_expect(&frame), 0);
}
END_TEST

static const struct {
    uint8_t request[16];
    size_t length;
    uint8_t answer[16]; /* without CRC */
    size_t answer_length;
} EXCHANGES[] = {
    { { 11, 4, 0, 0, 0, 2 }, 6, { 11, 4, 4, 0, 2, 0, 1 }, 7 },
    { { 11, 16, 1, 0, 0, 1, 2, 0, 66 }, 9, { 11, 16, 1, 0, 0, 1 }, 6 },
    { { 11, 6, 1, 0, 0, 1 }, 6, { 11, 0x86, 1 }, 3 }, /* not on the map */
    { { 11, 43, 14, 1, 0 }, 5, { 11, 0xAB, 1 }, 3 },
    { { 11, 4, 0, 26, 0, 1 }, 6, { 11, 0x84, 2 }, 3 },
    { { 11, 3, 0, 0, 0, 1 }, 6, { 11, 0x83, 2 }, 3 },
    { { 11, 16, 2, 0, 0, 1, 2, 0, 66 }, 9, { 11, 0x90, 2 }, 3 },
    { { 11, 4, 0, 0, 0, 0 }, 6, { 11, 0x84, 3 }, 3 },
    { { 11, 16, 1, 0, 0, 2, 2, 0, 66 }, 9, { 11, 0x90, 3 }, 3 }, /* count and bytes disagree */
    { { 11, 16, 1, 3, 0, 1, 2, 0, 9 }, 9, { 11, 0x90, 3 }, 3 },  /* no such lamp */
};
enum { EXCHANGE_ROWS = sizeof(EXCHANGES) / sizeof(EXCHANGES[0]) };

START_TEST(a_terminal_answers_as_the_standard_says) {
    struct watched watched;
    struct sim_frame answer;
    watch(&watched, ROLE_TERMINAL);
    struct sim_frame request = frame_of(EXCHANGES[_i].request, EXCHANGES[_i].length);
    struct sim_frame expected = frame_of(EXCHANGES[_i].answer, EXCHANGES[_i].answer_length);
    sim_frame_answer(&watched.device, &request, 0, &answer);
    ck_assert_uint_eq(answer.length, expected.length);
    ck_assert_mem_eq(answer.bytes, expected.bytes, expected.length);
}
END_TEST

START_TEST(the_longest_read_fits_a_frame) {
    static const uint8_t REQUEST[] = { 11, 3, 2, 1, 0, 125 };
    struct watched watched;
    struct sim_frame answer;
    watch(&watched, ROLE_DISPENSER);
    struct sim_frame request = frame_of(REQUEST, sizeof(REQUEST));
    sim_frame_answer(&watched.device, &request, 0, &answer);
    ck_assert_uint_eq(answer.length, 255);
    ck_assert(sim_frame_is_good(&answer));
}
END_TEST

START_TEST(characters_take_their_time) {
    const struct sim_wire slow = { .baud = 9600, .character_bits = 11 };
    const struct sim_wire fast = { .baud = 115200, .character_bits = 10 };
    ck_assert_int_eq(sim_wire_span_us(&slow, 8), 9167);
    ck_assert_int_eq(sim_wire_span_us(&fast, 8), 695);
    ck_assert_int_eq(sim_wire_silence_us(&slow), 4010);
    ck_assert_int_eq(sim_wire_silence_us(&fast), 1750);
}
END_TEST

TCase *frame_cases(void) {
    TCase *cases = tcase_create("frame");
    tcase_add_test(cases, the_worked_example_has_its_crc);
    tcase_add_test(cases, the_length_of_a_request_shows_in_its_header);
    tcase_add_loop_test(cases, a_terminal_answers_as_the_standard_says, 0, EXCHANGE_ROWS);
    tcase_add_test(cases, the_longest_read_fits_a_frame);
    tcase_add_test(cases, characters_take_their_time);
    return cases;
}
