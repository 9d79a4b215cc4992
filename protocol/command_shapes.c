/* Reading the arguments that have a shape of their own. */
#include <stdio.h>
#include <string.h>

#include "protocol/command_fields.h"
#include "protocol/rules_parts.h"

static bool read_ticket(struct json_doc *doc, const struct json *top, struct command *command) {
    const char *key = json_get(top, "ticket") != NULL ? "ticket" : "ticket_id";
    const char *text = json_text(json_get(top, key));
    bool is_good =
        text != NULL && (ticket_no_parse(text, &command->ticket) == HALL_OK ||
                         ticket_id_parse(text, &command->day, &command->ticket) == HALL_OK);
    if (!is_good) {
        json_expect(doc, top, key, "a ticket as A001 or 20261123-A001");
    }
    return is_good;
}

static bool is_name(const char *text) {
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && length < NAME_SIZE && text[length] == '\0';
}

static bool read_names(struct json_doc *doc, const struct json *top, const char *key,
                       struct name_list *list) {
    const struct json *node = json_get(top, key);
    if (!json_is_array(node)) {
        json_expect(doc, top, key, "a list of services or [\"*\"]");
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        const char *text = json_text(at);
        if (text != NULL && strcmp(text, "*") == 0) {
            list->is_all = true;
        } else if (text == NULL || !is_name(text)) {
            json_expect(doc, at, NULL, "the id of a service");
            return false;
        } else if (list->count == NAMES_MAX) {
            json_complain(doc, node, NULL, "found more than %d, expected at most %d", NAMES_MAX,
                          NAMES_MAX);
            return false;
        } else {
            memcpy(list->names[list->count++], text, strlen(text) + 1);
        }
    }
    return true;
}

/* A check-in code is four digits as text or the number that they make. */
static bool read_code(struct json_doc *doc, const struct json *top, struct command *command) {
    const char *text = json_text(json_get(top, "code"));
    if (text == NULL) {
        return json_read_u16(doc, top, "code", 0, 9999, &command->code);
    }
    if (strlen(text) != 4 || strspn(text, "0123456789") != 4) {
        json_expect(doc, top, "code", "four digits");
        return false;
    }
    command->code = (uint16_t)((text[0] - '0') * 1000 + (text[1] - '0') * 100 +
                               (text[2] - '0') * 10 + (text[3] - '0'));
    return true;
}

/* A pause's reason is the wire value; others are words. Both are kept as text. */
static bool read_reason(struct json_doc *doc, const struct json *top, struct command *command) {
    uint16_t value;
    if (!json_is_number(json_get(top, "reason"))) {
        return json_read_text(doc, top, "reason", command->reason, sizeof command->reason);
    }
    if (!json_read_u16(doc, top, "reason", 1, PAUSE_REASONS_MAX - 1, &value)) {
        return false;
    }
    snprintf(command->reason, sizeof command->reason, "%u", value);
    return true;
}

static bool read_staff(struct json_doc *doc, const struct json *top, struct command *command) {
    const char *text = json_text(json_get(top, "staff"));
    size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
    if (digits == 0 || digits >= STAFF_SIZE || text[digits] != '\0') {
        json_expect(doc, top, "staff", "a staff number as \"0107\"");
        return false;
    }
    memcpy(command->staff, text, digits + 1);
    return true;
}

static bool read_reasons(struct json_doc *doc, const struct json *top, struct command *command) {
    const struct json *node = json_get(top, "reasons");
    if (!json_is_array(node) || json_count(node) > RATING_REASONS_MAX) {
        json_expect(doc, top, "reasons", "a list of at most 8 codes");
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        double code = json_number(at);
        if (!(code >= 100.0 && code <= 599.0) || code - (double)(uint16_t)code > 0.0) {
            json_expect(doc, at, NULL, "a national code such as 207");
            return false;
        }
        command->reasons[command->reason_count++] = (uint16_t)code;
    }
    return true;
}

static bool read_token(struct json_doc *doc, const struct json *top, struct command *command) {
    const char *text = json_text(json_get(top, "token"));
    size_t length =
        text == NULL
            ? 0
            : strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    if (length == 0 || length >= COMMAND_ID_SIZE || text[length] != '\0') {
        json_expect(doc, top, "token", "1..64 of the characters A-Z a-z 0-9 . _ -");
        return false;
    }
    memcpy(command->token, text, length + 1);
    return true;
}

static bool read_date(struct json_doc *doc, const struct json *top, struct command *command) {
    uint32_t date = rules_date(json_text(json_get(top, "date")));
    if (date == 0) {
        json_expect(doc, top, "date", "a date such as \"2027-01-01\"");
        return false;
    }
    command->date = date;
    return true;
}

bool command_shape_read(struct json_doc *doc, const struct json *top, enum command_field field,
                        struct command *command) {
    size_t mistakes = json_mistake_count(doc);
    if (field == ARG_TICKET) {
        return read_ticket(doc, top, command);
    }
    if (field == ARG_SERVICES || field == ARG_OWN) {
        return read_names(doc, top, arg_row_of(field)->key, &command->services);
    }
    if (field == ARG_HELPS) {
        return read_names(doc, top, "helps", &command->helps);
    }
    if (field == ARG_CODE) {
        return read_code(doc, top, command);
    }
    if (field == ARG_REASON) {
        return read_reason(doc, top, command);
    }
    if (field == ARG_STAFF) {
        return read_staff(doc, top, command);
    }
    if (field == ARG_REASONS) {
        return read_reasons(doc, top, command);
    }
    if (field == ARG_TOKEN) {
        return read_token(doc, top, command);
    }
    if (field == ARG_DATE) {
        return read_date(doc, top, command);
    }
    rules_read_spans(doc, json_get(top, "spans"), &command->spans);
    return json_mistake_count(doc) == mistakes;
}
