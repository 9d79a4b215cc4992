/* The fields of an event that have a shape of their own. */
#include "protocol/event_shapes.h"

#include <assert.h>
#include <string.h>

#include "protocol/event_fields.h"

static bool copy_text(const struct json *node, char *out, size_t size) {
    const char *text = json_text(node);
    if (text == NULL || strlen(text) >= size) {
        return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool count_of(const struct json *node, double high, uint32_t *value) {
    double number = json_number(node);
    if (!json_is_number(node) || number < 0.0 || number > high) {
        return false;
    }
    *value = (uint32_t)number;
    return (double)*value >= number;
}

/* "ticket" beside "ticket_id": the id says the day too, so this one must only name the same. */
static bool read_ticket(const struct json *node, struct event *event) {
    const char *text = json_text(node);
    return text != NULL && ticket_no_parse(text, &event->ticket) == HALL_OK;
}

static bool read_estimate(const struct json *node, struct event *event) {
    const struct json *low = json_first(node);
    return json_is_array(node) && json_count(node) == 2 &&
           count_of(low, UINT32_MAX, &event->estimate_s[0]) &&
           count_of(json_next(low), UINT32_MAX, &event->estimate_s[1]);
}

static bool read_code(const struct json *node, struct event *event) {
    const char *text = json_text(node);
    if (text == NULL || strlen(text) != 4 || strspn(text, "0123456789") != 4) {
        return false;
    }
    event->code = (uint16_t)((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 +
                             (text[3] - '0'));
    return true;
}

static bool read_names(const struct json *node, struct name_list *list) {
    list->is_all = false;
    list->count = 0;
    if (!json_is_array(node)) {
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        const char *text = json_text(at);
        if (text != NULL && strcmp(text, "*") == 0) {
            list->is_all = true;
        } else if (list->count == NAMES_MAX ||
                   !copy_text(at, list->names[list->count], NAME_SIZE)) {
            return false;
        } else {
            list->count++;
        }
    }
    return true;
}

static bool read_passed(const struct json *node, struct why *why) {
    why->passed_listed = 0;
    if (!json_is_array(node)) {
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        const char *ticket = json_text(json_get(at, "ticket"));
        if (why->passed_listed == PASSED_MAX) {
            return false;
        }
        struct passed *passed = &why->passed[why->passed_listed++];
        *passed = (struct passed){ 0 };
        if (ticket == NULL || ticket_no_parse(ticket, &passed->ticket) != HALL_OK ||
            !copy_text(json_get(at, "reason"), passed->reason, WORD_SIZE)) {
            return false;
        }
    }
    return true;
}

static bool read_why(const struct json *node, struct why *why) {
    memset(why, 0, sizeof *why);
    const struct json *turn = json_get(node, "turn");
    const char *class = json_text(json_get(node, "class"));
    const char *tier = json_text(json_get(node, "tier"));
    if (!json_is_number(turn) || class == NULL || tier == NULL) {
        return false;
    }
    double turn_ms = json_number(turn);
    if (turn_ms < -9007199254740992.0 || turn_ms > 9007199254740992.0) {
        return false;
    }
    why->turn_ms = (int64_t)turn_ms;
    why->class = class_of_word(class);
    why->tier = tier_of_word(tier);
    return read_passed(json_get(node, "passed"), why) &&
           count_of(json_get(node, "passed_count"), UINT32_MAX, &why->passed_count);
}

static bool read_reasons(const struct json *node, struct event *event) {
    event->reason_count = 0;
    if (!json_is_array(node)) {
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        uint32_t code;
        if (event->reason_count == RATING_REASONS_MAX || !count_of(at, UINT16_MAX, &code)) {
            return false;
        }
        event->reasons[event->reason_count++] = (uint16_t)code;
    }
    return true;
}

static unsigned suspicion_of(const char *text) {
    for (unsigned bit = 0; text != NULL && bit < SUSPICION_BITS; bit++) {
        if (strcmp(text, suspicion_text(1U << bit)) == 0) {
            return 1U << bit;
        }
    }
    return 0;
}

static bool read_suspicious(const struct json *node, struct event *event) {
    if (!json_is_array(node)) {
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        unsigned bit = suspicion_of(json_text(at));
        if (bit == 0) {
            return false;
        }
        event->suspicious = (uint8_t)(event->suspicious | bit);
    }
    return true;
}

static bool read_day(const struct json *node, struct event *event) {
    const char *text = json_text(node);
    if (text == NULL || strlen(text) != 10) {
        return false;
    }
    uint32_t date = 0;
    for (unsigned i = 0; i < 10; i++) {
        bool is_dash = i == 4 || i == 7;
        if (is_dash ? text[i] != '-' : text[i] < '0' || text[i] > '9') {
            return false;
        }
        date = is_dash ? date : date * 10 + (uint32_t)(text[i] - '0');
    }
    event->day = date;
    return date_is_valid(date);
}

static bool read_time(const struct json *node, int64_t *time_ms) {
    const char *text = json_text(node);
    return text != NULL && time_parse(text, time_ms) == HALL_OK;
}

static bool read_span_list(const struct json *node, struct span_list *list) {
    if (!json_is_array(node)) {
        return false;
    }
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        if (list->count == SPANS_MAX || json_count(at) != 2) {
            return false;
        }
        struct time_span *span = &list->spans[list->count++];
        if (!read_time(json_first(at), &span->begin_ms) ||
            !read_time(json_next(json_first(at)), &span->end_ms)) {
            return false;
        }
    }
    return true;
}

/* `differs` stays empty: the event names services by id, and only the hall's rules know their indices. */
static bool read_spans(const struct json *node, struct day_times *times) {
    memset(times, 0, sizeof *times);
    if (!read_span_list(json_get(node, "hall"), &times->hall)) {
        return false;
    }
    const struct json *services = json_get(node, "services");
    for (const struct json *at = json_first(services); at != NULL; at = json_next(at)) {
        if (times->service_count == DIFFERING_MAX || strlen(json_key(at)) >= NAME_SIZE) {
            return false;
        }
        unsigned k = times->service_count++;
        memcpy(times->service_ids[k], json_key(at), strlen(json_key(at)) + 1);
        if (!read_span_list(at, &times->services[k])) {
            return false;
        }
    }
    return json_is_object(services);
}

static bool read_rules(struct json_doc *doc, const struct json *node, struct event *event,
                       struct rules *rules) {
    event->more.rules = rules;
    if (rules != NULL) {
        rules_read(doc, node, rules);
    }
    return json_is_object(node) && json_mistake_count(doc) == 0;
}

bool event_shape_read(struct json_doc *doc, const struct json *node, enum event_field field,
                      struct event *event, struct rules *rules) {
    if (field == FIELD_TICKET) {
        return read_ticket(node, event);
    }
    if (field == FIELD_ESTIMATE) {
        return read_estimate(node, event);
    }
    if (field == FIELD_CODE) {
        return read_code(node, event);
    }
    if (field == FIELD_SERVICES || field == FIELD_OWN) {
        return read_names(node, &event->more.assigned.own);
    }
    if (field == FIELD_HELPS) {
        return read_names(node, &event->more.assigned.helps);
    }
    if (field == FIELD_WHY) {
        return read_why(node, &event->more.why);
    }
    if (field == FIELD_REASONS) {
        return read_reasons(node, event);
    }
    if (field == FIELD_SUSPICIOUS) {
        return read_suspicious(node, event);
    }
    if (field == FIELD_DAY) {
        return read_day(node, event);
    }
    if (field == FIELD_SPANS) {
        return read_spans(node, &event->more.times);
    }
    if (field == FIELD_CODE_HASH) {
        return copy_text(node, event->code_hash, sizeof event->code_hash);
    }
    assert(field == FIELD_RULES);
    return read_rules(doc, node, event, rules);
}
