/* What differs from the file, each with who did it and the command that takes it back. */
#include <stdio.h>

#include "protocol/command.h"
#include "protocol/rules_parts.h"
#include "protocol/snapshot_parts.h"

struct change_row {
    const char *word;
    enum command_type revert;
};

static const struct change_row ROWS[CHANGE_KINDS] = {
    [CHANGE_HALL_CLOSED] = { "hall_closed", COMMAND_HALL_OPEN },
    [CHANGE_HALL_OPENED] = { "hall_opened", COMMAND_HALL_CLOSE },
    [CHANGE_HALL_EXTENDED] = { "hall_extended", COMMAND_HALL_EXTEND },
    [CHANGE_SERVICE_STOPPED] = { "service_stopped", COMMAND_SERVICE_RESUME },
    [CHANGE_SERVICE_EXTENDED] = { "service_extended", COMMAND_HALL_EXTEND },
    [CHANGE_WINDOW_ASSIGNED] = { "window_assigned", COMMAND_WINDOW_ASSIGN },
    [CHANGE_WINDOW_OPENED] = { "window_opened", COMMAND_WINDOW_CLOSE },
    [CHANGE_WINDOW_CLOSED] = { "window_closed", COMMAND_WINDOW_OPEN },
    [CHANGE_WINDOW_PAUSED] = { "window_paused", COMMAND_WINDOW_RESUME },
    [CHANGE_WINDOW_EXTENDED] = { "window_extended", COMMAND_HALL_EXTEND },
    [CHANGE_STAFF_ADDED] = { "staff_added", COMMAND_STAFF_REMOVE },
    [CHANGE_STAFF_REMOVED] = { "staff_removed", COMMAND_STAFF_SET },
    [CHANGE_DAY] = { "day", COMMAND_CALENDAR_SET },
};

/* What is changed, by the same keys as in the command that takes it back. */
static void write_subject(struct json_writer *writer, const struct change_now *change) {
    if (change->service[0] != '\0') {
        json_write_text(writer, "service", change->service);
    }
    if (change->window != 0) {
        json_write_int(writer, "window", change->window);
    }
    if (change->staff[0] != '\0') {
        json_write_text(writer, "staff", change->staff);
    }
    if (change->date != 0) {
        char date[16];
        snprintf(date, sizeof date, "%04u-%02u-%02u", (unsigned)(change->date / 10000 % 10000),
                 (unsigned)(change->date / 100 % 100), (unsigned)(change->date % 100));
        json_write_text(writer, "date", date);
    }
}

static void write_set(struct json_writer *writer, const char *key, const struct snapshot *snapshot,
                      uint64_t set) {
    json_begin_array(writer, key);
    if (set == SERVICES_ALL) {
        json_write_text(writer, NULL, "*");
    }
    for (unsigned i = 0; i < snapshot->service_count && set != SERVICES_ALL; i++) {
        if (set & UINT64_C(1) << snapshot->services[i].index) {
            json_write_text(writer, NULL, snapshot->services[i].id);
        }
    }
    json_end_array(writer);
}

static void write_by(struct json_writer *writer, const struct by *by) {
    if (by->kind == BY_NONE) {
        json_write_null(writer, "by");
        return;
    }
    json_begin_object(writer, "by");
    json_write_text(writer, "kind", by_kind_word(by->kind));
    json_write_text(writer, "id", by->id);
    json_end_object(writer);
}

/* {"name":"window.assign","command":{"window":3,"own":["social"],"helps":[]}}: sent as it stands here. */
static void write_revert(struct json_writer *writer, const struct change_now *change,
                         const struct snapshot *snapshot) {
    json_begin_object(writer, "revert");
    json_write_text(writer, "name", command_name(ROWS[change->kind].revert));
    json_begin_object(writer, "command");
    write_subject(writer, change);
    if (change->kind == CHANGE_WINDOW_ASSIGNED) {
        write_set(writer, "own", snapshot, change->own);
        write_set(writer, "helps", snapshot, change->helps);
    }
    json_end_object(writer);
    json_end_object(writer);
}

void snapshot_changes(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_array(writer, "changes");
    for (unsigned i = 0; i < snapshot->change_count; i++) {
        const struct change_now *change = &snapshot->changes[i];
        json_begin_object(writer, NULL);
        json_write_text(writer, "kind", ROWS[change->kind].word);
        write_subject(writer, change);
        if (change->kind == CHANGE_DAY) {
            rules_write_spans(writer, "hours", &change->hours);
        }
        snapshot_time(writer, "until", snapshot, change->until_ms);
        snapshot_time(writer, "since", snapshot, change->since_ms);
        write_by(writer, &change->by);
        write_revert(writer, change, snapshot);
        json_end_object(writer);
    }
    json_end_array(writer);
}
