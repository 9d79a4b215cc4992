/* The byte cursor's sticky error, and the checksum of Modbus. */
#include <string.h>

#include "protocol/cursor.h"
#include "suite.h"

START_TEST(fields_go_out_and_come_back) {
    uint8_t bytes[8] = { 0 };
    struct cursor cursor;
    cursor_init(&cursor, bytes, sizeof bytes);
    cursor_put_u8(&cursor, 0x11);
    cursor_put_be16(&cursor, 0x2233);
    cursor_put_le16(&cursor, 0x5544);
    cursor_put_bytes(&cursor, "\x66\x77\x88", 3);
    ck_assert(!cursor.is_bad);
    ck_assert_uint_eq(cursor_left(&cursor), 0);
    ck_assert_mem_eq(bytes, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    cursor_init_read(&cursor, bytes, sizeof bytes);
    ck_assert_uint_eq(cursor_get_u8(&cursor), 0x11);
    ck_assert_uint_eq(cursor_get_be16(&cursor), 0x2233);
    ck_assert_uint_eq(cursor_get_le16(&cursor), 0x5544);
    cursor_skip(&cursor, 1);
    ck_assert_mem_eq(cursor_get_bytes(&cursor, 2), "\x77\x88", 2);
    ck_assert(!cursor.is_bad);
}
END_TEST

START_TEST(the_first_overrun_sticks) {
    uint8_t bytes[4] = { 1, 2, 3, 4 };
    struct cursor cursor;
    cursor_init(&cursor, bytes, 3);
    cursor_put_be16(&cursor, 0xAABB);
    cursor_put_be16(&cursor, 0xCCDD);
    ck_assert(cursor.is_bad);
    cursor_put_u8(&cursor, 0xEE);
    ck_assert_mem_eq(bytes, "\xAA\xBB\x03\x04", 4);
    cursor_init_read(&cursor, bytes, 3);
    cursor_skip(&cursor, 2);
    ck_assert_uint_eq(cursor_get_be16(&cursor), 0);
    ck_assert_uint_eq(cursor_get_u8(&cursor), 0);
    ck_assert_ptr_null(cursor_get_bytes(&cursor, 0));
    ck_assert_uint_eq(cursor_left(&cursor), 0);
    ck_assert(cursor.is_bad);
    cursor_init_read(&cursor, bytes, 3);
    cursor_skip(&cursor, SIZE_MAX);
    ck_assert(cursor.is_bad);
}
END_TEST

/* Low byte first on the wire: 01 03 00 00 00 0A is followed by C5 CD. */
START_TEST(checksum_of_modbus) {
    static const uint8_t FRAME[] = { 0x01, 0x03, 0x00, 0x00, 0x00, 0x0A };
    ck_assert_uint_eq(crc16_modbus(FRAME, sizeof FRAME), 0xCDC5);
    ck_assert_uint_eq(crc16_modbus(FRAME, 0), 0xFFFF);
    /* Of the published Fast Modbus extension: FD 46 01 13 90 begins a scan, and so on. */
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"\xFD\x46\x01", 3), 0x9013);
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"\xFD\x46\x02", 3), 0x9153);
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"\xFD\x46\x03\x00\x01\xEB\x37\x0C", 8), 0xDCCE);
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"\xFD\x46\x04", 3), 0x93D3);
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"\xFD\x46\x12", 3), 0x5D52);
    ck_assert_uint_eq(crc16_modbus((const uint8_t *)"123456789", 9), 0x4B37);
}
END_TEST

TCase *cursor_case(void) {
    TCase *tcase = tcase_create("cursor");
    tcase_add_test(tcase, fields_go_out_and_come_back);
    tcase_add_test(tcase, the_first_overrun_sticks);
    tcase_add_test(tcase, checksum_of_modbus);
    return tcase;
}
