/* A command's JSON object into a command. All its mistakes are found; the answer names the first. */
#include <stdio.h>
#include <string.h>

#include "protocol/command.h"
#include "protocol/command_fields.h"
#include "protocol/utf8.h"

enum { EXPECTED_SIZE = 96 };

static void say(char *fault, const char *text) {
    utf8_copy(fault, WHAT_SIZE, text);
}

static bool is_id(const char *text) {
    size_t length =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length < COMMAND_ID_SIZE && text[length] == '\0';
}

static bool read_word(struct json_doc *doc, const struct json *top, const struct arg_row *row,
                      unsigned *value) {
    const char *text = json_text(json_get(top, row->key));
    *value = text == NULL ? 0 : row->of_word(text);
    if (*value == 0) {
        json_expect(doc, top, row->key, row->expected);
    }
    return *value != 0;
}

static bool read_time(struct json_doc *doc, const struct json *top, const char *key,
                      int64_t *time_ms) {
    const char *text = json_text(json_get(top, key));
    if (text == NULL || time_parse(text, time_ms) != HALL_OK) {
        json_expect(doc, top, key, "a time as 2026-11-23T09:31:02+08:00");
        return false;
    }
    return true;
}

static bool read_number(struct json_doc *doc, const struct json *top, const struct arg_row *row,
                        void *place) {
    int64_t value;
    if (!json_read_int(doc, top, row->key, (int64_t)row->low, (int64_t)row->high, &value)) {
        return false;
    }
    if (row->size == sizeof(uint64_t)) {
        *(uint64_t *)place = (uint64_t)value;
    } else if (row->size == sizeof(uint16_t)) {
        *(uint16_t *)place = (uint16_t)value;
    } else {
        *(uint8_t *)place = (uint8_t)value;
    }
    return true;
}

/* "C-1042" */
static bool read_case(struct json_doc *doc, const struct json *top, const struct arg_row *row,
                      uint64_t *place) {
    const char *text = json_text(json_get(top, row->key));
    bool is_good = text != NULL && strncmp(text, "C-", 2) == 0 && text[2] >= '1' &&
                   text[2] <= '9' && strlen(text + 2) <= 15 &&
                   strspn(text + 2, "0123456789") == strlen(text + 2);
    if (!is_good) {
        json_expect(doc, top, row->key, "a case as \"C-1042\"");
        return false;
    }
    uint64_t seq = 0;
    for (const char *at = text + 2; *at != '\0'; at++) {
        seq = seq * 10 + (uint64_t)(*at - '0');
    }
    *place = seq;
    return true;
}

/* Of a PIN that is none nothing is said back: it may be one with a quote too many. */
static bool read_pin(struct json_doc *doc, const struct json *top, uint16_t *pin) {
    const struct json *node = json_get(top, "pin");
    double value = json_number(node);
    uint16_t whole = value >= PIN_MIN && value <= PIN_MAX ? (uint16_t)value : 0;
    if (whole == 0 || value > whole) {
        json_complain(doc, top, "pin", "expected a whole number %d..%d", PIN_MIN, PIN_MAX);
        return false;
    }
    *pin = whole;
    return true;
}

static bool read_argument(struct json_doc *doc, const struct json *top, enum command_field field,
                          struct command *command) {
    const struct arg_row *row = arg_row_of(field);
    void *place = (char *)command + row->offset;
    if (field == ARG_PIN) {
        return read_pin(doc, top, place);
    }
    switch (row->kind) {
    case ARG_KIND_NUMBER:
        return read_number(doc, top, row, place);
    case ARG_KIND_TEXT:
        return json_read_text(doc, top, row->key, place, row->size);
    case ARG_KIND_NAME:
        return json_read_name(doc, top, row->key, place);
    case ARG_KIND_WORD:
        return read_word(doc, top, row, place);
    case ARG_KIND_TIME:
        return read_time(doc, top, row->key, place);
    case ARG_KIND_BOOL:
        return json_read_bool(doc, top, row->key, place);
    case ARG_KIND_PREFIXED:
        return read_case(doc, top, row, place);
    case ARG_KIND_OWN:
        return command_shape_read(doc, top, field, command);
    }
    return false;
}

/* The key of an argument; rating.* says ticket_id too, since a ticket may be named by either. */
static const char *const *keys_of(uint64_t allowed, const char *keys[COMMAND_FIELDS + 6]) {
    unsigned count = 0;
    keys[count++] = "id";
    keys[count++] = "time";
    keys[count++] = "expires";
    keys[count++] = "by";
    if (allowed & COMMAND_HAS(ARG_TICKET)) {
        keys[count++] = "ticket_id";
    }
    for (unsigned i = 0; i < COMMAND_FIELDS; i++) {
        if (allowed & COMMAND_HAS(i)) {
            keys[count++] = arg_row_of((enum command_field)i)->key;
        }
    }
    keys[count] = NULL;
    return keys;
}

static void read_arguments(struct json_doc *doc, const struct json *top, struct command *command) {
    uint64_t allowed = command_allowed(command->type);
    uint64_t required = command_required(command->type);
    for (unsigned i = 0; i < COMMAND_FIELDS; i++) {
        enum command_field field = (enum command_field)i;
        const char *key = arg_row_of(field)->key;
        bool is_there = json_get(top, key) != NULL ||
                        (field == ARG_TICKET && json_get(top, "ticket_id") != NULL);
        if (!(allowed & COMMAND_HAS(i))) {
            continue;
        }
        if (is_there && read_argument(doc, top, field, command)) {
            command->has |= COMMAND_HAS(i);
        } else if (!is_there && required & COMMAND_HAS(i)) {
            json_complain(doc, top, key, "is missing");
        }
    }
}

static void check_one_of(struct json_doc *doc, const struct json *top,
                         const struct command *command) {
    const struct command_row *row = command_row_of(command->type);
    bool is_met = row->one_of_text == NULL;
    for (unsigned i = 0; i < GROUPS_MAX && row->one_of[i] != 0; i++) {
        is_met = is_met || (command->has & row->one_of[i]) == row->one_of[i];
    }
    if (!is_met) {
        json_complain(doc, top, NULL, "found none, expected %s", row->one_of_text);
    }
}

static void read_by(struct json_doc *doc, const struct json *top, struct command *command) {
    const struct json *by = json_get(top, "by");
    const struct json *name = json_is_object(by) ? json_get(by, "id") : by;
    const char *text = json_text(name);
    if (by == NULL) {
        return;
    }
    if (text == NULL || strlen(text) >= sizeof command->by.id || text[0] == '\0') {
        json_expect(doc, top, "by", "who does it, a text of 1..64 bytes");
        return;
    }
    memcpy(command->by.id, text, strlen(text) + 1);
}

static void read_envelope(struct json_doc *doc, const struct json *top, struct command *command) {
    const struct json *id = json_get(top, "id");
    const char *text = json_text(id);
    if (text != NULL && is_id(text)) {
        memcpy(command->id, text, strlen(text) + 1);
    } else if (id != NULL) {
        json_expect(doc, top, "id", "1..64 of the characters A-Z a-z 0-9 . _ -");
    }
    if (json_get(top, "time") != NULL) {
        (void)read_time(doc, top, "time", &command->time_ms);
    }
    if (json_get(top, "expires") != NULL) {
        (void)read_time(doc, top, "expires", &command->expires_ms);
    }
    read_by(doc, top, command);
}

static enum reason read_object(struct json_doc *doc, const char *name, struct command *command,
                               char *fault) {
    const struct json *top = json_top(doc);
    const char *keys[COMMAND_FIELDS + 6];
    if (top == NULL || !json_is_object(top)) {
        say(fault,
            json_mistake_count(doc) > 0 ? json_mistake_at(doc, 0)->what : "expected an object {}");
        return REASON_MALFORMED;
    }
    read_envelope(doc, top, command);
    if (command->type == COMMAND_NONE) {
        snprintf(fault, WHAT_SIZE, "found \"%.40s\", expected a command such as window.next", name);
        return REASON_UNKNOWN_COMMAND;
    }
    json_only(doc, top, keys_of(command_allowed(command->type), keys));
    read_arguments(doc, top, command);
    if (json_mistake_count(doc) == 0) {
        check_one_of(doc, top, command);
    }
    if (json_mistake_count(doc) > 0) {
        const struct json_mistake *mistake = json_mistake_at(doc, 0);
        char text[sizeof mistake->path + sizeof mistake->what + 4];
        snprintf(text, sizeof text, "%s%s%s", mistake->path, mistake->path[0] == '\0' ? "" : ": ",
                 mistake->what);
        say(fault, text);
        return REASON_MALFORMED;
    }
    return REASON_NONE;
}

enum reason command_read(const char *name, const char *bytes, size_t length,
                         struct command *command, char *fault) {
    memset(command, 0, sizeof *command);
    fault[0] = '\0';
    command->type = command_of_name(name);
    if (length > COMMAND_JSON_MAX) {
        snprintf(fault, WHAT_SIZE, "found %zu bytes, expected at most %d", length,
                 COMMAND_JSON_MAX);
        return REASON_TOO_LARGE;
    }
    struct json_doc *doc = json_open("command", bytes, length);
    enum reason reason = read_object(doc, name, command, fault);
    json_close(doc);
    return reason;
}
