#include <string.h>

#include "devices/frame.h"
#include "protocol/cursor.h"
#include "tests/unit/devices/suites.h"

enum { BYTES_MAX = 512 };

static const struct rtu_request read_two = { 0x11, READ_INPUT, 5, 2, NULL };
static const uint16_t written[] = { 0x000A, 0x0102 };
static const struct rtu_request write_two = { 0x11, WRITE_HOLDING, 1, 2, written };

/* A frame with its CRC behind what is there. */
static size_t put(uint8_t *out, size_t at, const char *text, size_t length) {
    memcpy(out + at, text, length);
    uint16_t crc = crc16_modbus(out + at, length);
    out[at + length] = (uint8_t)(crc & 0xFF);
    out[at + length + 1] = (uint8_t)(crc >> 8);
    return at + length + 2;
}

/* Modbus Application Protocol V1.1b3, 6.12: writing 000A and 0102 at 1. */
START_TEST(requests_are_the_standards_example) {
    uint8_t out[FRAME_MAX];
    static const uint8_t expected[] = { 0x11, 0x10, 0x00, 0x01, 0x00, 0x02,
                                        0x04, 0x00, 0x0A, 0x01, 0x02 };
    ck_assert_uint_eq(frame_build(&write_two, out), sizeof expected);
    ck_assert_mem_eq(out, expected, sizeof expected);
    ck_assert_uint_eq(frame_request_length(&write_two), sizeof expected + 2);
    ck_assert_uint_eq(frame_answer_length(&write_two), 8);
    ck_assert_uint_eq(frame_build(&read_two, out), 6);
    ck_assert_uint_eq(frame_answer_length(&read_two), 9);
}
END_TEST

static const struct {
    const char *bytes;
    size_t length;
    enum frame_verdict verdict;
    unsigned misfits;
} reads[] = {
    { "\x11\x04\x04\x12\x34\x56\x78", 7, FRAME_FITS, 0 },
    { "\x11\x84\x02", 3, FRAME_EXCEPTION, 0 },
    { "\x12\x04\x04\x12\x34\x56\x78", 7, FRAME_WANTED, 1 }, /* another slave */
    { "\x11\x03\x04\x12\x34\x56\x78", 7, FRAME_WANTED, 1 }, /* another function */
    { "\x11\x04\x02\x12\x34", 5, FRAME_WANTED, 1 },         /* shorter: to an older question */
    { "\x11\x04\x06\x12\x34\x56\x78\x9A\xBC", 9, FRAME_WANTED, 1 },
    { "\x11\x83\x02", 3, FRAME_WANTED, 1 },
    { "\x11\x10\x00\x05\x00\x02", 6, FRAME_WANTED, 1 },
};

START_TEST(only_a_fitting_answer_is_taken) {
    uint8_t bytes[BYTES_MAX];
    struct frame_scan scan = { 0 };
    size_t length = put(bytes, 0, reads[_i].bytes, reads[_i].length);
    ck_assert_int_eq(frame_look(&scan, &read_two, bytes, length), reads[_i].verdict);
    ck_assert_uint_eq(scan.misfits, reads[_i].misfits);
}
END_TEST

/* Byte by byte, as a slow line gives it: nothing is decided before the last one. */
START_TEST(an_answer_is_taken_at_its_last_byte) {
    uint8_t bytes[BYTES_MAX];
    struct frame_scan scan = { 0 };
    uint16_t values[2];
    size_t length = put(bytes, 0, "\x11\x04\x04\x12\x34\x56\x78", 7);
    for (size_t i = 0; i < length; i++) {
        ck_assert_int_eq(frame_look(&scan, &read_two, bytes, i), FRAME_WANTED);
    }
    ck_assert_int_eq(frame_look(&scan, &read_two, bytes, length), FRAME_FITS);
    frame_values(scan.frame, &read_two, values);
    ck_assert_uint_eq(values[0], 0x1234);
    ck_assert_uint_eq(values[1], 0x5678);
}
END_TEST

START_TEST(any_flipped_bit_is_never_believed) {
    uint8_t good[BYTES_MAX];
    size_t length = put(good, 0, "\x11\x04\x04\x12\x34\x56\x78", 7);
    for (size_t bit = 0; bit < 8 * length; bit++) {
        uint8_t bytes[BYTES_MAX];
        struct frame_scan scan = { 0 };
        memcpy(bytes, good, length);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        enum frame_verdict verdict = frame_look(&scan, &read_two, bytes, length);
        ck_assert_int_ne(verdict, FRAME_FITS);
        ck_assert_int_ne(verdict, FRAME_EXCEPTION);
        bool is_life =
            verdict == FRAME_MANGLED || frame_is_remnant(&scan, &read_two, bytes, length);
        ck_assert_int_eq(is_life, bit >= 8); /* in the address it is nobody's */
    }
}
END_TEST

START_TEST(the_right_answer_behind_others_is_found) {
    uint8_t bytes[BYTES_MAX];
    struct frame_scan scan = { 0 };
    size_t length = put(bytes, 0, "\x12\x04\x04\x12\x34\x56\x78", 7);
    length = put(bytes, length, "\x11\x04\x02\x00\x01", 5);
    bytes[length++] = 0x00; /* noise */
    bytes[length++] = 0x11;
    length = put(bytes, length, "\x11\x04\x04\xAA\xBB\xCC\xDD", 7);
    ck_assert_int_eq(frame_look(&scan, &read_two, bytes, length), FRAME_FITS);
    ck_assert_uint_eq(scan.misfits, 2);
    uint16_t values[2];
    frame_values(scan.frame, &read_two, values);
    ck_assert_uint_eq(values[0], 0xAABB);
}
END_TEST

START_TEST(a_writes_answer_names_its_place) {
    uint8_t bytes[BYTES_MAX];
    static const struct {
        const char *bytes;
        enum frame_verdict verdict;
    } answers[] = { { "\x11\x10\x00\x01\x00\x02", FRAME_FITS },
                    { "\x11\x10\x00\x02\x00\x02", FRAME_WANTED },
                    { "\x11\x10\x00\x01\x00\x03", FRAME_WANTED } };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct frame_scan scan = { 0 };
        size_t length = put(bytes, 0, answers[i].bytes, 6);
        ck_assert_int_eq(frame_look(&scan, &write_two, bytes, length), answers[i].verdict);
    }
}
END_TEST

START_TEST(an_echo_is_stepped_over) {
    uint8_t bytes[BYTES_MAX];
    uint8_t sent[FRAME_MAX];
    struct frame_scan scan = { 0 };
    size_t size = frame_build(&write_two, sent);
    size_t length = put(bytes, 0, (const char *)sent, size);
    ck_assert_int_eq(frame_look(&scan, &write_two, bytes, length), FRAME_WANTED);
    ck_assert(scan.has_echo);
    length = put(bytes, length, "\x11\x10\x00\x01\x00\x02", 6);
    ck_assert_int_eq(frame_look(&scan, &write_two, bytes, length), FRAME_FITS);
    ck_assert_uint_eq(scan.misfits, 0);
}
END_TEST

/* As a driver with a small buffer hands it over: no piece of it is an answer, nor a mangled one. */
START_TEST(an_echo_may_come_byte_by_byte) {
    const struct rtu_request *request = _i == 0 ? &read_two : &write_two;
    uint8_t bytes[BYTES_MAX];
    uint8_t sent[FRAME_MAX];
    struct frame_scan scan = { 0 };
    size_t size = frame_build(request, sent);
    size_t echo = put(bytes, 0, (const char *)sent, size);
    size_t length = _i == 0 ? put(bytes, echo, "\x11\x04\x04\x12\x34\x56\x78", 7)
                            : put(bytes, echo, "\x11\x10\x00\x01\x00\x02", 6);
    for (size_t came = 1; came < length; came++) {
        ck_assert_int_eq(frame_look(&scan, request, bytes, came), FRAME_WANTED);
        ck_assert_int_eq(scan.has_echo, came >= echo);
    }
    ck_assert_int_eq(frame_look(&scan, request, bytes, length), FRAME_FITS);
    ck_assert_uint_eq(scan.misfits, 0);
}
END_TEST

/* Modbus Application Protocol V1.1b3, the examples of 6.1, 6.2, 6.5, 6.6 and 6.11. */
static const uint16_t coil_on[] = { 1 }, register_three[] = { 3 },
                      ten_coils[] = { 1, 0, 1, 1, 0, 0, 1, 1, 1, 0 };
static const struct {
    struct rtu_request request;
    const char *sent, *answer;
    size_t sent_length, answer_length;
} others[] = {
    { { 0x11, READ_COILS, 0x13, 0x13, NULL },
      "\x11\x01\x00\x13\x00\x13",
      "\x11\x01\x03\xCD\x6B\x05",
      6,
      6 },
    { { 0x11, READ_DISCRETE, 0xC4, 0x16, NULL },
      "\x11\x02\x00\xC4\x00\x16",
      "\x11\x02\x03\xAC\xDB\x35",
      6,
      6 },
    { { 0x11, WRITE_COIL, 0xAC, 1, coil_on },
      "\x11\x05\x00\xAC\xFF\x00",
      "\x11\x05\x00\xAC\xFF\x00",
      6,
      6 },
    { { 0x11, WRITE_REGISTER, 1, 1, register_three },
      "\x11\x06\x00\x01\x00\x03",
      "\x11\x06\x00\x01\x00\x03",
      6,
      6 },
    { { 0x11, WRITE_COILS, 0x13, 10, ten_coils },
      "\x11\x0F\x00\x13\x00\x0A\x02\xCD\x01",
      "\x11\x0F\x00\x13\x00\x0A",
      9,
      6 },
};

START_TEST(coils_and_single_writes_are_the_standards_examples) {
    uint8_t out[FRAME_MAX], bytes[BYTES_MAX];
    struct frame_scan scan = { 0 };
    const struct rtu_request *request = &others[_i].request;
    ck_assert_uint_eq(frame_build(request, out), others[_i].sent_length);
    ck_assert_mem_eq(out, others[_i].sent, others[_i].sent_length);
    ck_assert_uint_eq(frame_request_length(request), others[_i].sent_length + 2);
    size_t length = put(bytes, 0, others[_i].answer, others[_i].answer_length);
    ck_assert_uint_eq(frame_answer_length(request), length);
    for (size_t came = 0; came < length; came++) {
        ck_assert_int_eq(frame_look(&scan, request, bytes, came), FRAME_WANTED);
    }
    ck_assert_int_eq(frame_look(&scan, request, bytes, length), FRAME_FITS);
    bytes[length - 1] ^= 1;
    scan = (struct frame_scan){ 0 };
    ck_assert_int_eq(frame_look(&scan, request, bytes, length), FRAME_MANGLED);
    length = put(bytes, 0, others[_i].answer, others[_i].answer_length);
    bytes[3] ^= 1;
    length = put(bytes, 0, (const char *)bytes, length - 2);
    scan = (struct frame_scan){ 0 };
    bool is_write = request->values != NULL;
    ck_assert_int_eq(frame_look(&scan, request, bytes, length),
                     is_write ? FRAME_WANTED : FRAME_FITS);
}
END_TEST

START_TEST(bits_stand_lowest_first) {
    static const uint16_t expected[] = { 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1 };
    uint8_t bytes[BYTES_MAX];
    uint16_t values[FRAME_READ_MAX];
    struct frame_scan scan = { 0 };
    size_t length = put(bytes, 0, others[0].answer, others[0].answer_length);
    ck_assert_int_eq(frame_look(&scan, &others[0].request, bytes, length), FRAME_FITS);
    frame_values(scan.frame, &others[0].request, values);
    for (unsigned i = 0; i < others[0].request.count; i++) {
        ck_assert_uint_eq(values[i], expected[i]);
    }
    ck_assert_uint_eq(frame_answer_size(&others[0].request), 3);
}
END_TEST

/* On a line that gives back what is sent, the first of two is the echo; the device may never have heard it. */
START_TEST(an_echo_is_no_answer_to_a_single_write) {
    const struct rtu_request *request = &others[3].request;
    uint8_t bytes[BYTES_MAX];
    struct frame_scan scan = { .is_echoing = true };
    size_t length = put(bytes, 0, others[3].answer, others[3].answer_length);
    ck_assert_int_eq(frame_look(&scan, request, bytes, length), FRAME_WANTED);
    ck_assert(scan.has_echo);
    length = put(bytes, length, others[3].answer, others[3].answer_length);
    ck_assert_int_eq(frame_look(&scan, request, bytes, length), FRAME_FITS);
}
END_TEST

Suite *frame_suite(void) {
    Suite *suite = suite_create("frame");
    TCase *cases = tcase_create("frame");
    tcase_add_test(cases, requests_are_the_standards_example);
    tcase_add_loop_test(cases, only_a_fitting_answer_is_taken, 0, sizeof reads / sizeof *reads);
    tcase_add_test(cases, an_answer_is_taken_at_its_last_byte);
    tcase_add_test(cases, any_flipped_bit_is_never_believed);
    tcase_add_test(cases, the_right_answer_behind_others_is_found);
    tcase_add_test(cases, a_writes_answer_names_its_place);
    tcase_add_test(cases, an_echo_is_stepped_over);
    tcase_add_loop_test(cases, an_echo_may_come_byte_by_byte, 0, 2);
    tcase_add_loop_test(cases, coils_and_single_writes_are_the_standards_examples, 0,
                        sizeof others / sizeof *others);
    tcase_add_test(cases, bits_stand_lowest_first);
    tcase_add_test(cases, an_echo_is_no_answer_to_a_single_write);
    suite_add_tcase(suite, cases);
    return suite;
}
