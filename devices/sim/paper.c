/* Reading slips and boards. */
#include "devices/sim/paper.h"

#include <string.h>

enum { LARGE = 0x1D, CODE_DIGITS = 4 };

static size_t line_length(const char *text);
static bool stands_alone(const char *text, const char *first, size_t digits);
static bool is_joined(char letter);
static bool is_plain(char letter);
static bool is_digit(char letter);

struct ticket_no sim_paper_ticket(const char *text) {
    struct ticket_no ticket = { .prefix = "" };
    const char *line = text;
    while (*line != '\0') {
        size_t length = line_length(line);
        char word[TICKET_SIZE];
        if ((uint8_t)line[0] == LARGE && length >= 2 && length <= TICKET_SIZE) {
            memcpy(word, line + 1, length - 1);
            word[length - 1] = '\0';
            if (ticket_no_parse(word, &ticket) == HALL_OK)
                return ticket;
        }
        line += length + (line[length] == '\n');
    }
    return ticket;
}

uint16_t sim_paper_code(const char *text) {
    const char *at = text;
    while (*at != '\0') {
        size_t digits = strspn(at, "0123456789");
        if (stands_alone(text, at, digits)) {
            unsigned code = 0;
            for (size_t i = 0; i < digits; i++)
                code = code * 10 + (unsigned)(at[i] - '0');
            return (uint16_t)code;
        }
        at += digits > 0 ? digits : 1;
    }
    return 0;
}

bool sim_paper_calls(const char *text, const char *ticket, char *label, size_t size) {
    const char *found = strstr(text, ticket);
    label[0] = '\0';
    if (found == NULL || ticket[0] == '\0')
        return false;
    const char *at = found + strlen(ticket);
    const char *end = found + line_length(found);
    while (at < end && !is_plain(*at))
        at++;
    size_t used = 0;
    while (at < end && is_plain(*at) && used + 1 < size)
        label[used++] = *at++;
    label[used] = '\0';
    return true;
}

static size_t line_length(const char *text) {
    return strcspn(text, "\n");
}

static bool stands_alone(const char *text, const char *first, size_t digits) {
    return digits == CODE_DIGITS && (first == text || !is_joined(first[-1])) &&
           !is_joined(first[digits]);
}

/* A time or a date has such a sign at its side, a ticket a letter. */
static bool is_joined(char letter) {
    return is_plain(letter) || (letter != '\0' && strchr(":-/.", letter) != NULL);
}

static bool is_plain(char letter) {
    return is_digit(letter) || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

static bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
