#include "devices/vendor_value.h"

#include <stdio.h>
#include <string.h>

#include "devices/parts.h"

enum {
    OF_TERMINAL = 1U << ROLE_TERMINAL | 1U << ROLE_UNIT,
    OF_KEYPAD = 1U << ROLE_KEYPAD | 1U << ROLE_UNIT,
    OF_BOARD = 1U << ROLE_BOARD | 1U << ROLE_UNIT,
    OF_DISPENSER = 1U << ROLE_DISPENSER,
    ANSWER_MOST = 31
};

/* At enum lamp and enum keypad_state. */
static const char *const LAMPS[] = { "closed", "ready",  "calling", "serving",
                                     "paused", "rating", NULL };
static const char *const STATES[] = { "idle", "invite", "thanks", "closed", "reasons", NULL };

static const struct vendor_value_row ROWS[VALUE_COUNT] = {
    [VALUE_CONSTANT] = { "constant", 0, UINT16_MAX, NULL },
    [VALUE_TICKET] = { "ticket", OF_TERMINAL, 0, NULL },
    [VALUE_PREFIX] = { "prefix", OF_TERMINAL, 0, NULL },
    [VALUE_NUMBER] = { "number", OF_TERMINAL, TICKET_NUMBER_MAX, NULL },
    [VALUE_WAITING] = { "waiting", OF_TERMINAL, UINT16_MAX, NULL },
    [VALUE_LAMP] = { "lamp", OF_TERMINAL, LAMP_RATING, LAMPS },
    [VALUE_ANSWER] = { "answer", OF_TERMINAL, ANSWER_MOST, NULL },
    [VALUE_ANSWERED] = { "answered", OF_TERMINAL, UINT16_MAX, NULL },
    [VALUE_STATE] = { "state", OF_KEYPAD, KEYPAD_REASONS, STATES },
    [VALUE_SESSION] = { "session", OF_KEYPAD, UINT16_MAX, NULL },
    [VALUE_STARS] = { "stars", OF_KEYPAD, 5, NULL },
    [VALUE_STAFF] = { "staff", OF_KEYPAD, 0, NULL },
    [VALUE_NAME] = { "name", OF_KEYPAD, 0, NULL },
    [VALUE_TEXT] = { "text", OF_BOARD, 0, NULL },
    [VALUE_STYLE] = { "style", OF_BOARD, UINT16_MAX, NULL },
    [VALUE_REVISION] = { "revision", OF_BOARD, UINT16_MAX, NULL },
    [VALUE_ENABLED] = { "enabled", OF_DISPENSER, UINT32_MAX, NULL },
    [VALUE_KEY_WAITING] = { "waiting", OF_DISPENSER, UINT16_MAX, NULL },
};

static uint32_t terminal_number(enum vendor_value value, const struct vendor_shown *shown);
static uint32_t keypad_number(enum vendor_value value, const struct keypad_image *image);
static uint32_t board_number(enum vendor_value value, const struct board_image *image);
static void line_of(const char *text, unsigned line, char *out);

const struct vendor_value_row *vendor_value_row(enum vendor_value value) {
    return &ROWS[value];
}

enum vendor_value vendor_value_named(const char *name, enum role role) {
    for (unsigned value = VALUE_CONSTANT + 1; value < VALUE_COUNT; value++) {
        if ((ROWS[value].roles & 1U << role) != 0 && strcmp(ROWS[value].name, name) == 0) {
            return (enum vendor_value)value;
        }
    }
    return VALUE_CONSTANT;
}

void vendor_value_list(enum role role, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (unsigned value = VALUE_CONSTANT + 1; value < VALUE_COUNT; value++) {
        if ((ROWS[value].roles & 1U << role) != 0 && used < size) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ",
                                     ROWS[value].name);
        }
    }
}

uint32_t vendor_number(const struct vendor_step *step, const struct vendor_shown *shown) {
    const struct image *image = shown->image;
    switch (step->value) {
    case VALUE_CONSTANT:
        return step->constant;
    case VALUE_NUMBER:
    case VALUE_WAITING:
    case VALUE_LAMP:
    case VALUE_ANSWER:
    case VALUE_ANSWERED:
        return terminal_number(step->value, shown);
    case VALUE_STATE:
    case VALUE_SESSION:
    case VALUE_STARS:
        return keypad_number(step->value, &image->keypad);
    case VALUE_STYLE:
    case VALUE_REVISION:
        return board_number(step->value, &image->board);
    case VALUE_ENABLED:
        return image->dispenser.enabled;
    case VALUE_KEY_WAITING:
        return image->dispenser.waiting[step->key - 1];
    case VALUE_TICKET:
    case VALUE_PREFIX:
    case VALUE_STAFF:
    case VALUE_NAME:
    case VALUE_TEXT:
    case VALUE_COUNT:
        break;
    }
    return 0; /* a text is no number, and no profile makes one of it */
}

void vendor_text(const struct vendor_step *step, const struct vendor_shown *shown, char *out) {
    const struct ticket_no *ticket = &shown->image->terminal.ticket;
    const char *text = "";
    char number[TICKET_SIZE] = "";
    if (step->value == VALUE_TICKET && ticket->prefix[0] != '\0') {
        ticket_no_format(*ticket, number);
        text = number;
    } else if (step->value == VALUE_PREFIX) {
        text = ticket->prefix;
    } else if (step->value == VALUE_STAFF) {
        text = shown->image->keypad.staff;
    } else if (step->value == VALUE_NAME) {
        text = shown->image->keypad.name;
    } else if (step->value == VALUE_TEXT) {
        text = shown->image->board.text;
    }
    if (step->line == 0) {
        snprintf(out, VALUE_TEXT_SIZE, "%s", text);
    } else {
        line_of(text, step->line, out);
    }
}

static uint32_t terminal_number(enum vendor_value value, const struct vendor_shown *shown) {
    const struct terminal_image *image = &shown->image->terminal;
    if (value == VALUE_NUMBER) {
        return image->ticket.prefix[0] == '\0' ? 0 : image->ticket.number;
    }
    if (value == VALUE_WAITING) {
        return image->waiting;
    }
    if (value == VALUE_LAMP) {
        return image->lamp;
    }
    return value == VALUE_ANSWER ? shown->answer : shown->answered;
}

static uint32_t keypad_number(enum vendor_value value, const struct keypad_image *image) {
    if (value == VALUE_STATE) {
        return image->state;
    }
    return value == VALUE_SESSION ? image->session : image->stars;
}

/* The revision is the one of the reference map: of style and text, whatever this device makes of them. */
static uint32_t board_number(enum vendor_value value, const struct board_image *image) {
    if (value == VALUE_STYLE) {
        return image->style;
    }
    struct sequence written;
    board_write(&profile_reference()->board, image, &written);
    return board_revision(&written);
}

/* The n-th line, from 1; "" where there are fewer. */
static void line_of(const char *text, unsigned line, char *out) {
    const char *at = text;
    for (unsigned i = 1; i < line && at != NULL; i++) {
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    size_t length = at == NULL ? 0 : strcspn(at, "\n");
    memcpy(out, at == NULL ? "" : at, length);
    out[length] = '\0';
}
