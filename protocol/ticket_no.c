/* Numbers on paper and their ids. */
#include "protocol/words.h"

#include <stdio.h>
#include <string.h>

void ticket_no_format(struct ticket_no ticket, char *out) {
    out[0] = '\0';
    if (ticket.prefix[0] == '\0') {
        return;
    }
    size_t at = 0;
    out[at++] = ticket.prefix[0];
    if (ticket.prefix[1] != '\0') {
        out[at++] = ticket.prefix[1];
    }
    unsigned number = ticket.number % (TICKET_NUMBER_MAX + 1U);
    out[at++] = (char)('0' + number / 100);
    out[at++] = (char)('0' + number / 10 % 10);
    out[at++] = (char)('0' + number % 10);
    out[at] = '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}

enum hall_error ticket_no_parse(const char *text, struct ticket_no *out) {
    size_t letters = 0;
    while (letters < 2 && is_capital(text[letters])) {
        letters++;
    }
    const char *digits = text + letters;
    if (letters == 0 || !is_digit(digits[0]) || !is_digit(digits[1]) || !is_digit(digits[2]) ||
        digits[3] != '\0') {
        return HALL_INVALID;
    }
    int number = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    if (number == 0) {
        return HALL_INVALID;
    }
    struct ticket_no ticket = { .number = (uint16_t)number };
    memcpy(ticket.prefix, text, letters);
    *out = ticket;
    return HALL_OK;
}

bool ticket_no_equal(struct ticket_no a, struct ticket_no b) {
    return a.number == b.number && a.prefix[0] == b.prefix[0] && a.prefix[1] == b.prefix[1];
}

void ticket_id_format(uint32_t day, struct ticket_no ticket, char *out) {
    char number[TICKET_SIZE];
    ticket_no_format(ticket, number);
    snprintf(out, TICKET_ID_SIZE, "%08u-%s", (unsigned)(day % 100000000), number);
}

enum hall_error ticket_id_parse(const char *text, uint32_t *day, struct ticket_no *ticket) {
    uint32_t date = 0;
    for (unsigned i = 0; i < 8; i++) {
        if (!is_digit(text[i])) {
            return HALL_INVALID;
        }
        date = date * 10 + (uint32_t)(text[i] - '0');
    }
    struct ticket_no number;
    if (text[8] != '-' || !date_is_valid(date) || ticket_no_parse(text + 9, &number) != HALL_OK) {
        return HALL_INVALID;
    }
    *day = date;
    *ticket = number;
    return HALL_OK;
}
