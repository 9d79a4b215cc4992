/* A day's spans as text. */
#include <stdio.h>
#include <string.h>

#include "protocol/rules.h"

enum { MINUTES_PER_DAY = 1440, SPAN_LENGTH = 11 }; /* of "09:00-12:00" */

static bool read_minutes(const char *text, int16_t *minutes);

void hours_format(const struct day_spans *spans, char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < spans->count; i++) {
        unsigned begin = (unsigned)spans->spans[i].begin_min;
        unsigned end = (unsigned)spans->spans[i].end_min;
        used += (size_t)snprintf(out + used, WHAT_SIZE - used, "%s%02u:%02u-%02u:%02u",
                                 i > 0 ? " " : "", begin / 60, begin % 60, end / 60, end % 60);
    }
}

bool hours_parse(const char *text, struct day_spans *out) {
    struct day_spans spans = { 0 };
    int16_t after = 0;
    while (*text != '\0') {
        struct span span;
        bool is_good = spans.count < SPANS_MAX && strlen(text) >= SPAN_LENGTH &&
                       read_minutes(text, &span.begin_min) && text[5] == '-' &&
                       read_minutes(text + 6, &span.end_min) && span.begin_min >= after &&
                       span.end_min > span.begin_min;
        if (!is_good) {
            return false;
        }
        spans.spans[spans.count++] = span;
        after = span.end_min;
        text += SPAN_LENGTH;
        if (text[0] == ' ' && text[1] != '\0') {
            text++;
        } else if (*text != '\0') {
            return false;
        }
    }
    *out = spans;
    return true;
}

/* "09:00", at most 24:00. */
static bool read_minutes(const char *text, int16_t *minutes) {
    static const unsigned PLACES[] = { 0, 1, 3, 4 };
    int digits[4];
    for (unsigned i = 0; i < 4; i++) {
        digits[i] = text[PLACES[i]] - '0';
        if (digits[i] < 0 || digits[i] > 9) {
            return false;
        }
    }
    int sum = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
    *minutes = (int16_t)sum;
    return text[2] == ':' && digits[2] < 6 && sum <= MINUTES_PER_DAY;
}
