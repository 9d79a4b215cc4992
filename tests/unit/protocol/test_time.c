/* Times and dates against known instants and against the libc over four centuries. */
#include <time.h>

#include "protocol/words.h"
#include "suite.h"

static const struct {
    const char *text;
    int64_t time_ms;
} TIMES[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1970-01-01T00:00:00.5Z", 500 },
    { "1969-12-31T23:59:59.999Z", -1 },
    { "2000-02-29T12:00:00+08:00", 951796800000 },
    { "2026-11-23T09:31:02.123+08:00", 1795397462123 },
    { "2026-11-23t01:31:02.123999z", 1795397462123 },
    { "2026-11-22T20:01:02.123-05:30", 1795397462123 },
    { "2016-12-31T23:59:60Z", 1483228800000 },
};

START_TEST(known_instants) {
    int64_t time_ms = 7;
    ck_assert_int_eq(time_parse(TIMES[_i].text, &time_ms), HALL_OK);
    ck_assert_int_eq(time_ms, TIMES[_i].time_ms);
}
END_TEST

static const char *const WRONG[] = {
    "",
    "2026-11-23",
    "2026-11-23T09:31:02",
    "2026-11-23 09:31:02Z",
    "2026-13-23T09:31:02Z",
    "2026-02-29T09:31:02Z",
    "2026-11-23T24:31:02Z",
    "2026-11-23T09:60:02Z",
    "2026-11-23T09:31:61Z",
    "2026-11-23T09:31:02.Z",
    "2026-11-23T09:31:02.5",
    "2026-11-23T09:31:02+8:00",
    "2026-11-23T09:31:02+08:00x",
    "2026-11-23T09:31:02+24:00",
    "26-11-23T09:31:02Z",
    "0001-01-01T23:59:59Z",
    "9999-12-31T00:00:00Z",
    "9999-12-30T23:59:59-00:01",
    "2026-11-23T09:31:02.",
};

START_TEST(wrong_times_are_refused) {
    int64_t time_ms = 7;
    ck_assert_int_eq(time_parse(WRONG[_i], &time_ms), HALL_INVALID);
    ck_assert_int_eq(time_ms, 7);
}
END_TEST

START_TEST(times_are_written_with_their_offset) {
    char text[TIME_SIZE];
    time_format(1795397462123, 480, text);
    ck_assert_str_eq(text, "2026-11-23T09:31:02.123+08:00");
    time_format(1795397462123, -210, text);
    ck_assert_str_eq(text, "2026-11-22T22:01:02.123-03:30");
    time_format(-1, 0, text);
    ck_assert_str_eq(text, "1969-12-31T23:59:59.999+00:00");
    for (int64_t time_ms = -62135510400000; time_ms < 253402214399999; time_ms += 86399999 * 37LL) {
        int64_t back;
        time_format(time_ms, 345, text);
        ck_assert_int_eq(time_parse(text, &back), HALL_OK);
        ck_assert_int_eq(back, time_ms);
    }
}
END_TEST

START_TEST(dates_agree_with_the_libc) {
    for (int32_t days = date_to_days(19000101); days < date_to_days(23000101); days++) {
        time_t seconds = (time_t)days * 86400;
        struct tm tm;
        ck_assert_ptr_nonnull(gmtime_r(&seconds, &tm));
        uint32_t date =
            (uint32_t)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
        if (date_of_days(days) != date || date_to_days(date) != days ||
            date_weekday(date) != (unsigned)(tm.tm_wday + 6) % 7) {
            ck_abort_msg("day %d is %u, expected %u", days, date_of_days(days), date);
        }
    }
    ck_assert_uint_eq(date_weekday(20261123), 0);
    ck_assert(date_is_valid(20240229));
    ck_assert(!date_is_valid(20230229));
    ck_assert(!date_is_valid(20231301));
    ck_assert(!date_is_valid(0));
    ck_assert(!date_is_valid(21000229));
}
END_TEST

TCase *time_case(void) {
    TCase *tcase = tcase_create("time");
    tcase_add_loop_test(tcase, known_instants, 0, (int)(sizeof TIMES / sizeof TIMES[0]));
    tcase_add_loop_test(tcase, wrong_times_are_refused, 0, (int)(sizeof WRONG / sizeof WRONG[0]));
    tcase_add_test(tcase, times_are_written_with_their_offset);
    tcase_add_test(tcase, dates_agree_with_the_libc);
    return tcase;
}
