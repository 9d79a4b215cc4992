/*
 * Dates and RFC 3339 times by arithmetic alone, because the libc's own functions read the time zone of the machine.
 * The day count follows the proleptic Gregorian calendar, its years begun in March so that the leap day comes last.
 */
#include "protocol/words.h"

#include <assert.h>
#include <string.h>

enum {
    DAYS_PER_ERA = 146097,
    DAYS_0000_TO_1970 = 719468,
    MS_PER_MIN = 60000,
    MS_PER_DAY = 86400000
};

/* 0001-01-02 to 9999-12-30: whatever was read can be written again with any offset. */
#define LEAST_MS INT64_C(-62135510400000)
#define MOST_MS  INT64_C(253402214399999)

static int64_t days_of(int year, unsigned month, unsigned day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - DAYS_0000_TO_1970;
}

static void civil_of(int64_t days, int *year, unsigned *month, unsigned *day) {
    int64_t z = days + DAYS_0000_TO_1970;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t doe = z - era * DAYS_PER_ERA;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t march_month = (5 * doy + 2) / 153;
    *day = (unsigned)(doy - (153 * march_month + 2) / 5 + 1);
    *month = (unsigned)(march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2 ? 1 : 0));
}

static unsigned month_days(unsigned year, unsigned month) {
    static const unsigned DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : DAYS[month - 1];
}

bool date_is_valid(uint32_t date) {
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_days(year, month);
}

int32_t date_to_days(uint32_t date) {
    assert(date_is_valid(date));
    return (int32_t)days_of((int)(date / 10000), date / 100 % 100, date % 100);
}

uint32_t date_of_days(int32_t days) {
    int year;
    unsigned month;
    unsigned day;
    civil_of(days, &year, &month, &day);
    assert(year >= 1 && year <= 9999);
    return (uint32_t)year * 10000 + month * 100 + day;
}

unsigned date_weekday(uint32_t date) {
    /* 1970-01-01 was a Thursday. */
    int64_t days = date_to_days(date);
    return (unsigned)(((days + 3) % 7 + 7) % 7);
}

/* Writes `value` with exactly `width` digits. */
static char *put_digits(char *out, unsigned value, unsigned width) {
    for (unsigned i = width; i > 0; i--) {
        out[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

static char *put_clock(char *out, unsigned ms_of_day) {
    out = put_digits(out, ms_of_day / 3600000, 2);
    *out++ = ':';
    out = put_digits(out, ms_of_day / 60000 % 60, 2);
    *out++ = ':';
    out = put_digits(out, ms_of_day / 1000 % 60, 2);
    *out++ = '.';
    return put_digits(out, ms_of_day % 1000, 3);
}

void time_format(int64_t time_ms, int utc_offset_min, char *out) {
    assert(utc_offset_min > -1440 && utc_offset_min < 1440);
    int64_t local = time_ms + (int64_t)utc_offset_min * MS_PER_MIN;
    int64_t days = local / MS_PER_DAY - (local % MS_PER_DAY < 0 ? 1 : 0);
    int year;
    unsigned month;
    unsigned day;
    civil_of(days, &year, &month, &day);
    assert(year >= 0 && year <= 9999);
    out = put_digits(out, (unsigned)year, 4);
    *out++ = '-';
    out = put_digits(out, month, 2);
    *out++ = '-';
    out = put_digits(out, day, 2);
    *out++ = 'T';
    out = put_clock(out, (unsigned)(local - days * MS_PER_DAY));
    unsigned offset = (unsigned)(utc_offset_min < 0 ? -utc_offset_min : utc_offset_min);
    *out++ = utc_offset_min < 0 ? '-' : '+';
    out = put_digits(out, offset / 60, 2);
    *out++ = ':';
    out = put_digits(out, offset % 60, 2);
    *out = '\0';
}

/* Takes exactly `width` digits of at most `most`, then the character `after` (0: none). */
static bool take(const char **text, unsigned width, unsigned most, char after, unsigned *value) {
    const char *at = *text;
    unsigned sum = 0;
    for (unsigned i = 0; i < width; i++, at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        sum = sum * 10 + (unsigned)(*at - '0');
    }
    if (sum > most || (after != '\0' && *at++ != after)) {
        return false;
    }
    *text = at;
    *value = sum;
    return true;
}

static bool take_date(const char **text, int64_t *days) {
    unsigned year;
    unsigned month;
    unsigned day;
    if (!take(text, 4, 9999, '-', &year) || !take(text, 2, 12, '-', &month) ||
        !take(text, 2, 31, '\0', &day) || !date_is_valid(year * 10000 + month * 100 + day)) {
        return false;
    }
    *days = days_of((int)year, month, day);
    return true;
}

/* Takes ".123"; digits beyond milliseconds are cut. */
static bool take_fraction(const char **text, unsigned *ms) {
    *ms = 0;
    if (**text != '.') {
        return true;
    }
    const char *at = *text + 1;
    unsigned digits = 0;
    for (; *at >= '0' && *at <= '9'; at++, digits++) {
        if (digits < 3) {
            *ms = *ms * 10 + (unsigned)(*at - '0');
        }
    }
    for (unsigned i = digits; i < 3; i++) {
        *ms *= 10;
    }
    *text = at;
    return digits > 0;
}

static bool take_offset(const char **text, int *minutes) {
    char sign = *(*text)++;
    *minutes = 0;
    if (sign == 'Z' || sign == 'z') {
        return true;
    }
    unsigned hours;
    unsigned rest;
    if ((sign != '+' && sign != '-') || !take(text, 2, 23, ':', &hours) ||
        !take(text, 2, 59, '\0', &rest)) {
        return false;
    }
    *minutes = (int)(hours * 60 + rest) * (sign == '-' ? -1 : 1);
    return true;
}

enum hall_error time_parse(const char *text, int64_t *time_ms) {
    int64_t days;
    unsigned hour;
    unsigned minute;
    unsigned second; /* 60 stands for a leap second and runs into the next minute */
    unsigned ms;
    int offset;
    if (!take_date(&text, &days) || (*text != 'T' && *text != 't')) {
        return HALL_INVALID;
    }
    text++;
    if (!take(&text, 2, 23, ':', &hour) || !take(&text, 2, 59, ':', &minute) ||
        !take(&text, 2, 60, '\0', &second) || !take_fraction(&text, &ms) || *text == '\0' ||
        !take_offset(&text, &offset) || *text != '\0') {
        return HALL_INVALID;
    }
    int64_t seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    int64_t sum = seconds * 1000 + ms - (int64_t)offset * MS_PER_MIN;
    if (sum < LEAST_MS || sum > MOST_MS) {
        return HALL_INVALID;
    }
    *time_ms = sum;
    return HALL_OK;
}
