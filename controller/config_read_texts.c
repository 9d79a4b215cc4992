/* What people read: tickets, boards; and the feeds' tables of words. */
#include "controller/config_read.h"
#include "protocol/utf8.h"

#include <stdio.h>
#include <string.h>

static const char *const TICKET_WORDS[] = { "hall", "ticket", "service", "ahead", "low",
                                            "high", "zone",   "code",    "time",  NULL };
static const char *const CALL_WORDS[] = { "ticket", "window", NULL };
static const char *const IDLE_WORDS[] = { "window", "services", NULL };

static const char *const TICKET_LINES[] = {
    "{hall}",          "\x1d{ticket}",         "{service}",
    "前面 {ahead} 人", "约 {low}-{high} 分钟", "{zone}  过号可凭 {code} 重新排队",
    "{time}",
};

static void read_ticket(struct config_reader *reader);
static void read_boards(struct config_reader *reader);
static void read_template(struct config_reader *reader, const struct json *object, const char *key,
                          const char *const *words, char *out);
static void read_feeds(struct config_reader *reader);
static void read_feed(struct config_reader *reader, const struct json *feed);
static void check_texts(struct config_reader *reader, const struct json *list);

void config_read_texts(struct config_reader *reader) {
    read_ticket(reader);
    read_boards(reader);
    config_read_voice(reader);
    read_feeds(reader);
}

static void read_ticket(struct config_reader *reader) {
    static const char *const KEYS[] = { "lines", NULL };
    struct config *config = reader->config;
    const struct json *ticket = config_section(reader, reader->top, "ticket", false);
    const struct json *list = config_list(reader, ticket, "lines", false);
    if (ticket != NULL) {
        json_only(reader->doc, ticket, KEYS);
    }
    if (list == NULL) {
        config->ticket_line_count = sizeof(TICKET_LINES) / sizeof(TICKET_LINES[0]);
        for (unsigned i = 0; i < config->ticket_line_count; i++) {
            utf8_copy(config->ticket_lines[i], LINE_SIZE, TICKET_LINES[i]);
        }
    }
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        const char *text = json_text(node);
        if (config->ticket_line_count == TICKET_LINES_MAX) {
            json_complain(reader->doc, node, NULL, "found one more line, expected at most %d",
                          TICKET_LINES_MAX);
            break;
        }
        if (text == NULL || strlen(text) >= LINE_SIZE) {
            config_expect(reader, node, NULL, "a text of at most 192 bytes");
            continue;
        }
        config_check_template(reader, node, TICKET_WORDS);
        utf8_copy(config->ticket_lines[config->ticket_line_count++], LINE_SIZE, text);
    }
}

static void read_boards(struct config_reader *reader) {
    static const char *const KEYS[] = { "call", "idle", "flash_s", NULL };
    struct config *config = reader->config;
    const struct json *boards = config_section(reader, reader->top, "boards", false);
    utf8_copy(config->boards.call, LINE_SIZE, "请 {ticket} 到 {window} 号窗口");
    utf8_copy(config->boards.idle, LINE_SIZE, "{window}号窗口 {services}");
    config->boards.flash_s = 8;
    if (boards == NULL) {
        return;
    }
    json_only(reader->doc, boards, KEYS);
    read_template(reader, boards, "call", CALL_WORDS, config->boards.call);
    read_template(reader, boards, "idle", IDLE_WORDS, config->boards.idle);
    (void)json_read_u32(reader->doc, boards, "flash_s", 0, 60, &config->boards.flash_s);
}

static void read_template(struct config_reader *reader, const struct json *object, const char *key,
                          const char *const *words, char *out) {
    if (json_read_text(reader->doc, object, key, out, LINE_SIZE)) {
        config_check_template(reader, json_get(object, key), words);
    }
}

static void read_feeds(struct config_reader *reader) {
    const struct json *feeds = config_section(reader, reader->top, "feeds", false);
    for (const struct json *feed = json_first(feeds); feed != NULL; feed = json_next(feed)) {
        if (json_is_object(feed)) {
            read_feed(reader, feed);
        } else {
            config_expect(reader, feed, NULL, "a feed { ... }");
        }
    }
}

static void read_feed(struct config_reader *reader, const struct json *feed) {
    static const char *const KEYS[] = { "grades", "channels", "fields", "time", "leave_out", NULL };
    static const char *const TABLES[] = { "grades", "channels", "fields" };
    char text[WHAT_SIZE];
    json_only(reader->doc, feed, KEYS);
    for (size_t i = 0; i < sizeof(TABLES) / sizeof(TABLES[0]); i++) {
        check_texts(reader, config_section(reader, feed, TABLES[i], false));
    }
    (void)json_read_text(reader->doc, feed, "time", text, sizeof(text));
    check_texts(reader, config_list(reader, feed, "leave_out", false));
}

static void check_texts(struct config_reader *reader, const struct json *list) {
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        if (!json_is_string(node)) {
            config_expect(reader, node, NULL, "a text");
        }
    }
}
