/* An event as the one line that journal, MQTT and SSE carry. */
#include "protocol/event.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "protocol/event_fields.h"
#include "protocol/json.h"

static void write_ticket(struct json_writer *writer, const struct event *event) {
    char text[TICKET_ID_SIZE];
    ticket_no_format(event->ticket, text);
    json_write_text(writer, "ticket", text);
    ticket_id_format(event->day, event->ticket, text);
    json_write_text(writer, "ticket_id", text);
}

static void write_estimate(struct json_writer *writer, const struct event *event) {
    json_begin_array(writer, "estimate_s");
    json_write_int(writer, NULL, event->estimate_s[0]);
    json_write_int(writer, NULL, event->estimate_s[1]);
    json_end_array(writer);
}

static void write_code(struct json_writer *writer, const struct event *event) {
    assert(event->code <= 9999);
    char text[8];
    snprintf(text, sizeof text, "%04u", event->code);
    json_write_text(writer, "code", text);
}

static void write_code_hash(struct json_writer *writer, const struct event *event) {
    assert(strlen(event->code_end) == CODE_END_SIZE - 1);
    json_write_text(writer, "code_end", event->code_end);
    json_write_text(writer, "code_hash", event->code_hash);
}

static void write_names(struct json_writer *writer, const char *key, const struct name_list *list) {
    json_begin_array(writer, key);
    if (list->is_all) {
        json_write_text(writer, NULL, "*");
    }
    for (unsigned i = 0; i < list->count && !list->is_all; i++) {
        json_write_text(writer, NULL, list->names[i]);
    }
    json_end_array(writer);
}

static void write_why(struct json_writer *writer, const struct why *why) {
    json_begin_object(writer, "why");
    json_write_int(writer, "turn", why->turn_ms);
    json_write_text(writer, "class", class_word(why->class));
    json_write_text(writer, "tier", tier_word(why->tier));
    json_begin_array(writer, "passed");
    for (unsigned i = 0; i < why->passed_listed; i++) {
        char ticket[TICKET_SIZE];
        ticket_no_format(why->passed[i].ticket, ticket);
        json_begin_object(writer, NULL);
        json_write_text(writer, "ticket", ticket);
        json_write_text(writer, "reason", why->passed[i].reason);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_write_int(writer, "passed_count", why->passed_count);
    json_end_object(writer);
}

static void write_reasons(struct json_writer *writer, const struct event *event) {
    json_begin_array(writer, "reasons");
    for (unsigned i = 0; i < event->reason_count; i++) {
        json_write_int(writer, NULL, event->reasons[i]);
    }
    json_end_array(writer);
}

static void write_suspicious(struct json_writer *writer, const struct event *event) {
    json_begin_array(writer, "suspicious");
    for (unsigned bit = 0; bit < SUSPICION_BITS; bit++) {
        if (event->suspicious & 1U << bit) {
            json_write_text(writer, NULL, suspicion_text(1U << bit));
        }
    }
    json_end_array(writer);
}

static void write_day(struct json_writer *writer, const struct event *event) {
    char text[16];
    snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)(event->day / 10000 % 10000),
             (unsigned)(event->day / 100 % 100), (unsigned)(event->day % 100));
    json_write_text(writer, "day", text);
}

static void write_time(struct json_writer *writer, const char *key, int64_t time_ms, int offset) {
    char text[TIME_SIZE];
    time_format(time_ms, offset, text);
    json_write_text(writer, key, text);
}

static void write_span_list(struct json_writer *writer, const char *key,
                            const struct span_list *list, int offset) {
    json_begin_array(writer, key);
    for (unsigned i = 0; i < list->count; i++) {
        json_begin_array(writer, NULL);
        write_time(writer, NULL, list->spans[i].begin_ms, offset);
        write_time(writer, NULL, list->spans[i].end_ms, offset);
        json_end_array(writer);
    }
    json_end_array(writer);
}

/* `differs` is not written: the reader's rules give each id its index again. */
static void write_spans(struct json_writer *writer, const struct day_times *times, int offset) {
    json_begin_object(writer, "spans");
    write_span_list(writer, "hall", &times->hall, offset);
    json_begin_object(writer, "services");
    for (unsigned i = 0; i < times->service_count; i++) {
        write_span_list(writer, times->service_ids[i], &times->services[i], offset);
    }
    json_end_object(writer);
    json_end_object(writer);
}

/* The rules are printed straight into the writer's own space: no second buffer of their size. */
static void write_rules(struct json_writer *writer, const struct rules *rules) {
    json_write_raw(writer, "rules", "", 0);
    if (writer->is_full) {
        return;
    }
    int length = rules_write(rules, writer->out + writer->used, writer->size - writer->used);
    if (length < 0) {
        writer->is_full = true;
    } else {
        writer->used += (size_t)length;
    }
}

static void write_shape(struct json_writer *writer, const struct event *event,
                        enum event_field field, int offset) {
    if (field == FIELD_TICKET) {
        write_ticket(writer, event);
    } else if (field == FIELD_ESTIMATE) {
        write_estimate(writer, event);
    } else if (field == FIELD_CODE) {
        write_code(writer, event);
    } else if (field == FIELD_SERVICES || field == FIELD_OWN) {
        write_names(writer, field_row_of(field)->key, &event->more.assigned.own);
    } else if (field == FIELD_HELPS) {
        write_names(writer, "helps", &event->more.assigned.helps);
    } else if (field == FIELD_WHY) {
        write_why(writer, &event->more.why);
    } else if (field == FIELD_REASONS) {
        write_reasons(writer, event);
    } else if (field == FIELD_SUSPICIOUS) {
        write_suspicious(writer, event);
    } else if (field == FIELD_DAY) {
        write_day(writer, event);
    } else if (field == FIELD_SPANS) {
        write_spans(writer, &event->more.times, offset);
    } else if (field == FIELD_CODE_HASH) {
        write_code_hash(writer, event);
    } else {
        assert(field == FIELD_RULES);
        write_rules(writer, event->more.rules);
    }
}

static uint64_t number_at(const void *place, size_t size) {
    if (size == sizeof(uint64_t)) {
        return *(const uint64_t *)place;
    }
    if (size == sizeof(uint32_t)) {
        return *(const uint32_t *)place;
    }
    return size == sizeof(uint16_t) ? *(const uint16_t *)place : *(const uint8_t *)place;
}

static void write_field(struct json_writer *writer, const struct event *event,
                        enum event_field field, int offset) {
    const struct field_row *row = field_row_of(field);
    const void *place = (const char *)event + row->offset;
    char text[24];
    switch (row->kind) {
    case KIND_NUMBER:
        json_write_int(writer, row->key, (int64_t)number_at(place, row->size));
        return;
    case KIND_SIGNED:
        json_write_int(writer, row->key, *(const int64_t *)place);
        return;
    case KIND_TEXT:
        json_write_text(writer, row->key, place);
        return;
    case KIND_WORD:
        json_write_text(writer, row->key, list_word(row->words, *(const unsigned *)place));
        return;
    case KIND_TIME:
        write_time(writer, row->key, *(const int64_t *)place, offset);
        return;
    case KIND_BOOL:
        json_write_bool(writer, row->key, *(const bool *)place);
        return;
    case KIND_PREFIXED:
        snprintf(text, sizeof text, "C-%llu", (unsigned long long)*(const uint64_t *)place);
        json_write_text(writer, row->key, text);
        return;
    case KIND_OWN:
        write_shape(writer, event, field, offset);
        return;
    }
}

static void write_head(struct json_writer *writer, const struct event *event,
                       const struct event_source *source) {
    char text[64];
    json_write_text(writer, "specversion", "1.0");
    snprintf(text, sizeof text, "%llu", (unsigned long long)event->seq);
    json_write_text(writer, "id", text);
    snprintf(text, sizeof text, "/halls/%s", source->hall);
    json_write_text(writer, "source", text);
    snprintf(text, sizeof text, "%08x", (unsigned)source->era);
    json_write_text(writer, "era", text);
    snprintf(text, sizeof text, "hallq.%s", event_type_name(event->type));
    json_write_text(writer, "type", text);
    write_time(writer, "time", event->time_ms, source->utc_offset_min);
    json_write_text(writer, "datacontenttype", "application/json");
}

int event_write(const struct event *event, const struct event_source *source, char *out,
                size_t size) {
    assert(event->type != EVENT_NONE && event->seq > 0);
    uint64_t required = event_required(event->type);
    assert((event->has & required) == required);
    assert((event->has & ~event_allowed(event->type)) == 0);
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    write_head(&writer, event, source);
    json_begin_object(&writer, "data");
    for (unsigned field = 0; field < EVENT_FIELDS; field++) {
        if (event->has & EVENT_HAS(field)) {
            write_field(&writer, event, (enum event_field)field, source->utc_offset_min);
        }
    }
    json_begin_object(&writer, "by");
    json_write_text(&writer, "kind", by_kind_word(event->by.kind));
    json_write_text(&writer, "id", event->by.id);
    json_end_object(&writer);
    json_end_object(&writer);
    json_end_object(&writer);
    return json_writer_end(&writer);
}
