/* A command as JSON, for `hallq send`, the tests and the simulated back office. */
#include <stdio.h>
#include <string.h>

#include "protocol/command.h"
#include "protocol/command_fields.h"
#include "protocol/rules_parts.h"

static void write_ticket(struct json_writer *writer, const struct command *command) {
    char text[TICKET_ID_SIZE];
    if (command->day == 0) {
        ticket_no_format(command->ticket, text);
    } else {
        ticket_id_format(command->day, command->ticket, text);
    }
    json_write_text(writer, "ticket", text);
}

static void write_names(struct json_writer *writer, const char *key, const struct name_list *list) {
    json_begin_array(writer, key);
    if (list->is_all) {
        json_write_text(writer, NULL, "*");
    }
    for (unsigned i = 0; i < list->count; i++) {
        json_write_text(writer, NULL, list->names[i]);
    }
    json_end_array(writer);
}

static void write_reasons(struct json_writer *writer, const struct command *command) {
    json_begin_array(writer, "reasons");
    for (unsigned i = 0; i < command->reason_count; i++) {
        json_write_int(writer, NULL, command->reasons[i]);
    }
    json_end_array(writer);
}

void command_shape_write(struct json_writer *writer, const struct command *command,
                         enum command_field field) {
    char text[16];
    if (field == ARG_TICKET) {
        write_ticket(writer, command);
    } else if (field == ARG_SERVICES || field == ARG_OWN) {
        write_names(writer, arg_row_of(field)->key, &command->services);
    } else if (field == ARG_HELPS) {
        write_names(writer, "helps", &command->helps);
    } else if (field == ARG_CODE) {
        snprintf(text, sizeof text, "%04u", command->code % 10000U);
        json_write_text(writer, "code", text);
    } else if (field == ARG_REASON) {
        json_write_text(writer, "reason", command->reason);
    } else if (field == ARG_STAFF) {
        json_write_text(writer, "staff", command->staff);
    } else if (field == ARG_REASONS) {
        write_reasons(writer, command);
    } else if (field == ARG_TOKEN) {
        json_write_text(writer, "token", command->token);
    } else if (field == ARG_DATE) {
        snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)(command->date / 10000 % 10000),
                 (unsigned)(command->date / 100 % 100), (unsigned)(command->date % 100));
        json_write_text(writer, "date", text);
    } else {
        rules_write_spans(writer, "spans", &command->spans);
    }
}

static void write_time(struct json_writer *writer, const char *key, int64_t time_ms) {
    char text[TIME_SIZE];
    time_format(time_ms, 0, text);
    json_write_text(writer, key, text);
}

static int64_t number_at(const void *place, size_t size) {
    if (size == sizeof(uint64_t)) {
        return (int64_t) * (const uint64_t *)place;
    }
    return size == sizeof(uint16_t) ? *(const uint16_t *)place : *(const uint8_t *)place;
}

static void write_argument(struct json_writer *writer, const struct command *command,
                           enum command_field field) {
    const struct arg_row *row = arg_row_of(field);
    const void *place = (const char *)command + row->offset;
    char text[24];
    switch (row->kind) {
    case ARG_KIND_NUMBER:
        json_write_int(writer, row->key, number_at(place, row->size));
        return;
    case ARG_KIND_TEXT:
    case ARG_KIND_NAME:
        json_write_text(writer, row->key, place);
        return;
    case ARG_KIND_WORD:
        json_write_text(writer, row->key, row->word(*(const unsigned *)place));
        return;
    case ARG_KIND_TIME:
        write_time(writer, row->key, *(const int64_t *)place);
        return;
    case ARG_KIND_BOOL:
        json_write_bool(writer, row->key, *(const bool *)place);
        return;
    case ARG_KIND_PREFIXED:
        snprintf(text, sizeof text, "C-%llu", (unsigned long long)*(const uint64_t *)place);
        json_write_text(writer, row->key, text);
        return;
    case ARG_KIND_OWN:
        command_shape_write(writer, command, field);
        return;
    }
}

int command_write(const struct command *command, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    if (command->id[0] != '\0') {
        json_write_text(&writer, "id", command->id);
    }
    if (command->time_ms != 0) {
        write_time(&writer, "time", command->time_ms);
    }
    if (command->expires_ms != 0) {
        write_time(&writer, "expires", command->expires_ms);
    }
    if (command->by.id[0] != '\0') {
        json_write_text(&writer, "by", command->by.id);
    }
    for (unsigned field = 0; field < COMMAND_FIELDS; field++) {
        if (command->has & COMMAND_HAS(field)) {
            write_argument(&writer, command, (enum command_field)field);
        }
    }
    json_end_object(&writer);
    return json_writer_end(&writer);
}
