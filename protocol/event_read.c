/* The journal's own bytes back into an event. What does not have our form is refused, and `fault` says what. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/event.h"
#include "protocol/event_fields.h"
#include "protocol/event_shapes.h"
#include "protocol/json.h"

static enum hall_error refuse(char *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum hall_error refuse(char *fault, const char *format, ...) {
    if (fault != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(fault, WHAT_SIZE, format, arguments);
        va_end(arguments);
    }
    return HALL_INVALID;
}

static bool has_text(const struct json *object, const char *key, const char *expected) {
    const char *text = json_text(json_get(object, key));
    return text != NULL && strcmp(text, expected) == 0;
}

static bool read_seq(const char *text, uint64_t *seq) {
    size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
    if (digits == 0 || digits > 16 || text[digits] != '\0' || text[0] == '0') {
        return false;
    }
    *seq = strtoull(text, NULL, 10);
    return true;
}

static bool read_source(const struct json *top, struct event_source *source) {
    const char *path = json_text(json_get(top, "source"));
    const char *era = json_text(json_get(top, "era"));
    bool is_good = path != NULL && strncmp(path, "/halls/", 7) == 0 &&
                   strlen(path + 7) < sizeof source->hall && era != NULL && strlen(era) == 8 &&
                   strspn(era, "0123456789abcdef") == 8;
    if (is_good) {
        memcpy(source->hall, path + 7, strlen(path + 7) + 1);
        source->era = (uint32_t)strtoul(era, NULL, 16);
    }
    return is_good;
}

/* The offset that the time was written with: "+08:00" or "-03:30" at its end. */
static int offset_of(const char *time) {
    size_t length = strlen(time);
    if (length < 6 || (time[length - 6] != '+' && time[length - 6] != '-')) {
        return 0;
    }
    const char *end = time + length - 6;
    int minutes =
        ((end[1] - '0') * 10 + (end[2] - '0')) * 60 + (end[4] - '0') * 10 + (end[5] - '0');
    return end[0] == '-' ? -minutes : minutes;
}

static enum hall_error read_head(const struct json *top, struct event *event,
                                 struct event_source *source, char *fault) {
    const char *type = json_text(json_get(top, "type"));
    const char *time = json_text(json_get(top, "time"));
    struct by nobody = { 0 };
    if (!has_text(top, "specversion", "1.0") ||
        !has_text(top, "datacontenttype", "application/json")) {
        return refuse(fault, "specversion, datacontenttype: expected 1.0, application/json");
    }
    if (type == NULL || strncmp(type, "hallq.", 6) != 0 || event_type_of(type + 6) == EVENT_NONE) {
        return refuse(fault, "type: found %.40s, expected a type of ours",
                      type == NULL ? "none" : type);
    }
    event_init(event, event_type_of(type + 6), 0, &nobody);
    if (!read_seq(json_text(json_get(top, "id")), &event->seq)) {
        return refuse(fault, "id: expected a sequence number");
    }
    if (time == NULL || time_parse(time, &event->time_ms) != HALL_OK) {
        return refuse(fault, "time: expected an RFC 3339 time");
    }
    struct event_source found = { .utc_offset_min = offset_of(time) };
    if (!read_source(top, &found)) {
        return refuse(fault, "source, era: expected /halls/ID and eight hex digits");
    }
    if (source != NULL) {
        *source = found;
    }
    return HALL_OK;
}

static bool read_by(const struct json *node, struct by *by) {
    const char *kind = json_text(json_get(node, "kind"));
    const char *id = json_text(json_get(node, "id"));
    if (kind == NULL || id == NULL || strlen(id) >= sizeof by->id || json_count(node) != 2) {
        return false;
    }
    by->kind = by_kind_of_word(kind);
    memcpy(by->id, id, strlen(id) + 1);
    return by->kind != BY_NONE || kind[0] == '\0';
}

static bool read_text(const struct json *node, char *out, size_t size) {
    const char *text = json_text(node);
    if (text == NULL || strlen(text) >= size) {
        return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool whole_number(const struct json *node, double low, double high, int64_t *value) {
    double number = json_number(node);
    if (!json_is_number(node) || number < low || number > high) {
        return false;
    }
    *value = (int64_t)number;
    return (double)*value >= number;
}

static bool read_number(const struct json *node, const struct field_row *row, void *place) {
    int64_t value;
    if (!whole_number(node, (double)row->low, (double)row->high, &value)) {
        return false;
    }
    if (row->size == sizeof(uint64_t)) {
        *(uint64_t *)place = (uint64_t)value;
    } else if (row->size == sizeof(uint32_t)) {
        *(uint32_t *)place = (uint32_t)value;
    } else if (row->size == sizeof(uint16_t)) {
        *(uint16_t *)place = (uint16_t)value;
    } else {
        *(uint8_t *)place = (uint8_t)value;
    }
    return true;
}

static bool read_word(const struct json *node, enum word_list list, unsigned *place) {
    const char *text = json_text(node);
    *place = text == NULL ? 0 : list_of_word(list, text);
    return text != NULL && (*place != 0 || text[0] == '\0');
}

/* Only a field of its own needs to know the rules, and of these only FIELD_RULES. */
static bool read_field(struct json_doc *doc, const struct json *node, enum event_field field,
                       struct event *event, struct rules *rules) {
    const struct field_row *row = field_row_of(field);
    void *place = (char *)event + row->offset;
    const char *text = json_text(node);
    bool flag;
    switch (row->kind) {
    case KIND_NUMBER:
        return read_number(node, row, place);
    case KIND_SIGNED:
        return whole_number(node, -9007199254740992.0, 9007199254740992.0, place);
    case KIND_TEXT:
        return read_text(node, place, row->size);
    case KIND_WORD:
        return read_word(node, row->words, place);
    case KIND_TIME:
        return text != NULL && time_parse(text, place) == HALL_OK;
    case KIND_BOOL:
        flag = json_is_bool(node);
        if (flag) {
            *(bool *)place = json_is_true(node);
        }
        return flag;
    case KIND_PREFIXED:
        return text != NULL && strncmp(text, "C-", 2) == 0 && read_seq(text + 2, place);
    case KIND_OWN:
        return event_shape_read(doc, node, field, event, rules);
    }
    return false;
}

/*
 * The field of this key among those allowed. We write fields in their order, so the search goes on from the one
 * before: one step for our own bytes, a whole round for anybody's who mixed them.
 */
static enum event_field field_of(const char *key, uint64_t allowed, unsigned from) {
    for (unsigned i = 0; i < EVENT_FIELDS; i++) {
        unsigned field = from + i < EVENT_FIELDS ? from + i : from + i - EVENT_FIELDS;
        if (allowed & EVENT_HAS(field) &&
            strcmp(field_row_of((enum event_field)field)->key, key) == 0) {
            return (enum event_field)field;
        }
    }
    return EVENT_FIELDS;
}

/* "ticket_id" stands beside "ticket" and must name the same. */
static bool read_ticket_id(const struct json *node, struct event *event) {
    const char *text = json_text(node);
    struct ticket_no ticket;
    bool is_good = text != NULL && ticket_id_parse(text, &event->day, &ticket) == HALL_OK;
    return is_good && ticket_no_equal(ticket, event->ticket);
}

/* "code_end" stands beside "code_hash". */
static bool read_code_end(const struct json *node, struct event *event) {
    const char *text = json_text(node);
    size_t digits = text == NULL ? 0 : strspn(text, "0123456789");
    return digits == CODE_END_SIZE - 1 && read_text(node, event->code_end, sizeof event->code_end);
}

/* What a reading of the data goes through. */
struct reading {
    struct json_doc *doc;
    struct event *event;
    struct rules *rules;
    char *fault;
    unsigned from; /* the field behind the last one */
};

static enum hall_error read_key(struct reading *reading, const struct json *node) {
    const char *key = json_key(node);
    struct event *event = reading->event;
    uint64_t allowed = event_allowed(event->type);
    bool is_good;
    if (strcmp(key, "by") == 0) {
        is_good = read_by(node, &event->by);
    } else if (strcmp(key, "ticket_id") == 0 && allowed & EVENT_HAS(FIELD_TICKET)) {
        is_good = read_ticket_id(node, event);
    } else if (strcmp(key, "code_end") == 0 && allowed & EVENT_HAS(FIELD_CODE_HASH)) {
        is_good = read_code_end(node, event);
    } else {
        enum event_field field = field_of(key, allowed, reading->from);
        if (field == EVENT_FIELDS) {
            return refuse(reading->fault, "data.%.40s: is no key of this type", key);
        }
        is_good = read_field(reading->doc, node, field, event, reading->rules);
        event->has |= EVENT_HAS(field);
        reading->from = (unsigned)field + 1;
    }
    return is_good
               ? HALL_OK
               : refuse(reading->fault, "data.%.40s: has not the form or bounds of this key", key);
}

static enum hall_error read_data(struct reading *reading, const struct json *data) {
    for (const struct json *at = json_first(data); at != NULL; at = json_next(at)) {
        enum hall_error error = read_key(reading, at);
        if (error != HALL_OK) {
            return error;
        }
    }
    bool has_id = json_get(data, "ticket_id") != NULL;
    bool has_ticket = (reading->event->has & EVENT_HAS(FIELD_TICKET)) != 0;
    if (has_id != has_ticket) {
        return refuse(reading->fault, "data.ticket_id: stands beside ticket, or neither does");
    }
    bool has_end = json_get(data, "code_end") != NULL;
    bool has_hash = (reading->event->has & EVENT_HAS(FIELD_CODE_HASH)) != 0;
    return has_end == has_hash
               ? HALL_OK
               : refuse(reading->fault, "data.code_end: stands beside code_hash, or neither does");
}

static enum hall_error check_required(const struct event *event, char *fault) {
    uint64_t missing = event_required(event->type) & ~event->has;
    for (unsigned field = 0; field < EVENT_FIELDS; field++) {
        if (missing & EVENT_HAS(field)) {
            return refuse(fault, "data.%s: is missing", field_row_of((enum event_field)field)->key);
        }
    }
    return HALL_OK;
}

static enum hall_error read_top(struct json_doc *doc, struct event *event,
                                struct event_source *source, struct rules *rules, char *fault) {
    const struct json *top = json_top(doc);
    const struct json *data = json_get(top, "data");
    if (json_mistake_count(doc) > 0) {
        return refuse(fault, "%.100s", json_mistake_at(doc, 0)->what);
    }
    enum hall_error error = read_head(top, event, source, fault);
    if (error != HALL_OK) {
        return error;
    }
    if (!json_is_object(json_get(data, "by"))) {
        return refuse(fault, "data.by: expected {kind, id}");
    }
    struct reading reading = { .doc = doc, .event = event, .rules = rules, .fault = fault };
    error = read_data(&reading, data);
    return error == HALL_OK ? check_required(event, fault) : error;
}

enum hall_error event_read(const char *bytes, size_t length, struct event *event,
                           struct event_source *source, struct rules *rules, char *fault) {
    struct json_doc *doc = json_open("event", bytes, length);
    enum hall_error error = read_top(doc, event, source, rules, fault);
    json_close(doc);
    return error;
}
