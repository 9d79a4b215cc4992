/* What a command is answered. */
#include <stdio.h>
#include <string.h>

#include "protocol/command.h"
#include "protocol/json.h"

static void write_events(struct json_writer *writer, const struct answer *answer) {
    json_begin_array(writer, "events");
    for (unsigned i = 0; i < answer->event_count; i++) {
        json_write_int(writer, NULL, (int64_t)(answer->first_seq + i));
    }
    json_end_array(writer);
}

static void write_well(struct json_writer *writer, const struct answer *answer) {
    char text[TICKET_ID_SIZE];
    json_write_bool(writer, "ok", true);
    write_events(writer, answer);
    if (answer->ticket.prefix[0] != '\0') {
        ticket_no_format(answer->ticket, text);
        json_write_text(writer, "ticket", text);
        if (answer->day != 0) {
            ticket_id_format(answer->day, answer->ticket, text);
            json_write_text(writer, "ticket_id", text);
        }
    }
    if (answer->has_code) {
        snprintf(text, sizeof text, "%04u", answer->code % 10000U);
        json_write_text(writer, "code", text);
    }
    if (answer->items != NULL) {
        json_write_raw(writer, "items", answer->items, answer->items_length);
        json_write_bool(writer, "more", answer->has_more);
    }
}

static void write_refused(struct json_writer *writer, const struct answer *answer) {
    bool is_own = answer->message[0] == '\0';
    json_write_bool(writer, "ok", false);
    json_write_text(writer, "reason", reason_word(answer->reason));
    json_write_text(writer, "message", is_own ? reason_en(answer->reason) : answer->message);
    json_write_text(writer, "message_zh", reason_zh(answer->reason));
}

int answer_write(const struct answer *answer, char *out, size_t size) {
    struct json_writer writer;
    if (answer->raw != NULL) {
        json_writer_init(&writer, out, size);
        json_write_raw(&writer, NULL, answer->raw, strlen(answer->raw));
        return json_writer_end(&writer);
    }
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "id", answer->id[0] == '\0' ? NULL : answer->id);
    if (answer->reason == REASON_NONE) {
        write_well(&writer, answer);
    } else {
        write_refused(&writer, answer);
    }
    json_end_object(&writer);
    return json_writer_end(&writer);
}

/* Quotes inside a text are escaped, so the first quoted key is the answer's own. */
int answer_hide_events(char *bytes, int length) {
    static const char KEY[] = "\"events\":[";
    const char *end = bytes + length;
    char *begin = memmem(bytes, (size_t)length, KEY, sizeof KEY - 1);
    if (begin == NULL) {
        return length;
    }
    begin += sizeof KEY - 1;
    const char *close = memchr(begin, ']', (size_t)(end - begin));
    memmove(begin, close, (size_t)(end - close));
    return length - (int)(close - begin);
}
