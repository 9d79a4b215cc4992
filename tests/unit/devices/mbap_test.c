#include <string.h>

#include "devices/mbap.h"
#include "tests/unit/devices/suites.h"

static const struct rtu_request read_two = { 0x11, READ_INPUT, 5, 2, NULL };
static const uint16_t written[] = { 0x000A, 0x0102 };
static const struct rtu_request write_two = { 0x11, WRITE_HOLDING, 1, 2, written };

/*
 * Modbus Application Protocol V1.1b3, 6.12: writing 000A and 0102 at 1, behind the header of the Messaging on TCP/IP
 * Implementation Guide V1.0b, 3.1.3: transaction 1501, protocol 0, length, unit.
 */
START_TEST(requests_have_the_header_and_no_crc) {
    uint8_t out[MBAP_MAX];
    static const uint8_t expected[] = { 0x15, 0x01, 0x00, 0x00, 0x00, 0x0B, 0x11, 0x10, 0x00,
                                        0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02 };
    ck_assert_uint_eq(mbap_build(&write_two, 0x1501, out), sizeof expected);
    ck_assert_mem_eq(out, expected, sizeof expected);
    ck_assert_uint_eq(mbap_build(&read_two, 0xFFFF, out), 12);
    ck_assert_mem_eq(out, "\xFF\xFF\0\0\0\x06\x11\x04\0\x05\0\x02", 12);
}
END_TEST

static const struct {
    const char *bytes;
    size_t length;
    enum mbap_verdict verdict;
    unsigned misfits;
    size_t taken;
} reads[] = {
    { "\x15\x01\0\0\0\x07\x11\x04\x04\x12\x34\x56\x78", 13, MBAP_FITS, 0, 13 },
    { "\x15\x01\0\0\0\x03\x11\x84\x02", 9, MBAP_EXCEPTION, 0, 9 },
    { "\x15\0\0\0\0\x07\x11\x04\x04\x12\x34\x56\x78", 13, MBAP_WANTED, 1, 13 },   /* late */
    { "\x15\0\0\0\0\x03\x11\x84\x02", 9, MBAP_WANTED, 1, 9 },                     /* the same */
    { "\x15\x01\0\0\0\x07\x12\x04\x04\x12\x34\x56\x78", 13, MBAP_WANTED, 1, 13 }, /* unit */
    { "\x15\x01\0\0\0\x07\x11\x03\x04\x12\x34\x56\x78", 13, MBAP_WANTED, 1, 13 }, /* function */
    { "\x15\x01\0\0\0\x05\x11\x04\x02\x12\x34", 11, MBAP_WANTED, 1, 11 },         /* length */
    { "\x15\x01\0\0\0\x07\x11\x04\x02\x12\x34\x56\x78", 13, MBAP_WANTED, 1, 13 }, /* count */
    { "\x15\x01\0\0\0\x07\x11\x04\x04\x12\x34\x56", 12, MBAP_WANTED, 0, 0 },
    { "\x15\x01\0\0\0\x07", 6, MBAP_WANTED, 0, 0 },
    { "\x15\x01\0\x01\0\x07\x11\x04\x04\x12\x34\x56\x78", 13, MBAP_BROKEN, 0, 0 },
    { "\x15\x01\0\0\0\x02\x11\x04", 8, MBAP_BROKEN, 0, 0 },
    { "\x15\x01\0\0\0\xFF\x11\x04", 8, MBAP_BROKEN, 0, 0 },
    { "login: hall", 11, MBAP_BROKEN, 0, 0 },
};

START_TEST(only_the_transactions_answer_is_taken) {
    struct mbap_scan scan = { 0 };
    const uint8_t *bytes = (const uint8_t *)reads[_i].bytes;
    ck_assert_int_eq(mbap_look(&scan, &read_two, 0x1501, bytes, reads[_i].length),
                     reads[_i].verdict);
    ck_assert_uint_eq(scan.misfits, reads[_i].misfits);
    ck_assert_uint_eq(scan.taken, reads[_i].taken);
}
END_TEST

START_TEST(the_answer_behind_a_late_one_is_found) {
    static const uint8_t bytes[] = "\x15\0\0\0\0\x07\x11\x04\x04\0\x01\0\x02"
                                   "\x15\x01\0\0\0\x07\x11\x04\x04\x12\x34\x56\x78\x15";
    struct mbap_scan scan = { 0 };
    uint16_t values[2];
    ck_assert_int_eq(mbap_look(&scan, &read_two, 0x1501, bytes, 27), MBAP_FITS);
    ck_assert_uint_eq(scan.misfits, 1);
    ck_assert_uint_eq(scan.taken, 26);
    frame_values(scan.frame, &read_two, values);
    ck_assert_uint_eq(values[0], 0x1234);
    ck_assert_uint_eq(values[1], 0x5678);
}
END_TEST

static const struct {
    const char *bytes;
    enum mbap_verdict verdict;
} writes[] = {
    { "\x15\x01\0\0\0\x06\x11\x10\0\x01\0\x02", MBAP_FITS },
    { "\x15\x01\0\0\0\x06\x11\x10\0\x02\0\x02", MBAP_WANTED },
    { "\x15\x01\0\0\0\x06\x11\x10\0\x01\0\x01", MBAP_WANTED },
};

START_TEST(an_acknowledgement_names_what_was_written) {
    struct mbap_scan scan = { 0 };
    const uint8_t *bytes = (const uint8_t *)writes[_i].bytes;
    ck_assert_int_eq(mbap_look(&scan, &write_two, 0x1501, bytes, 12), writes[_i].verdict);
}
END_TEST

Suite *mbap_suite(void) {
    Suite *suite = suite_create("mbap");
    TCase *cases = tcase_create("mbap");
    tcase_add_test(cases, requests_have_the_header_and_no_crc);
    tcase_add_loop_test(cases, only_the_transactions_answer_is_taken, 0,
                        sizeof reads / sizeof *reads);
    tcase_add_test(cases, the_answer_behind_a_late_one_is_found);
    tcase_add_loop_test(cases, an_acknowledgement_names_what_was_written, 0,
                        sizeof writes / sizeof *writes);
    suite_add_tcase(suite, cases);
    return suite;
}
