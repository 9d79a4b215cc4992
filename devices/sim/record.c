/* JSON lines. */
#include "devices/sim/record.h"

#include <string.h>

#include "devices/sim/paper.h"
#include "protocol/gbk.h"

enum { UTF8_SIZE = SIM_TEXT_MAX * 2 + 1, MICRO = 1000000 };

static const char *const LAMPS[] = { "closed", "ready", "calling", "serving", "paused", "rating" };
static const char *const KEYPADS[] = { "idle", "invite", "thanks", "closed", "reasons" };

static void write_sight(struct json_writer *writer, const char *id, const struct sim_sight *sight);
static void write_paper(struct json_writer *writer, const char *id, const struct sim_sight *sight);
static void write_ticket(struct json_writer *writer, struct ticket_no ticket);
static void write_pair(struct json_writer *writer, const char *saw, const char *id);
static void write_board(struct json_writer *writer, const char *id, const struct sim_sight *sight);
static void write_spoken(struct json_writer *writer, const char *id, const struct sim_sight *sight);
static void write_terminal(struct json_writer *writer, const uint16_t *value);
static void write_lamp(struct json_writer *writer, uint16_t lamp);
static void write_word(struct json_writer *writer, const char *key, const char *const *words,
                       size_t count, uint16_t value);
static void write_keypad(struct json_writer *writer, uint16_t state);
static void show_terminal(struct json_writer *writer, const struct sim_device *device);
static void show_keypad(struct json_writer *writer, const struct sim_device *device);
static void show_board(struct json_writer *writer, const struct sim_device *device);
static void show_dispenser(struct json_writer *writer, const struct sim_device *device);

void sim_record_init(struct sim_record *record, FILE *out, int64_t began_us) {
    memset(record, 0, sizeof(*record));
    record->out = out;
    record->began_us = began_us;
}

struct json_writer *sim_record_begin(struct sim_record *record, int64_t at_us) {
    /* One byte is kept for the line's end. */
    json_writer_init(&record->writer, record->line, sizeof(record->line) - 1);
    json_begin_object(&record->writer, NULL);
    json_write_fixed(&record->writer, "t", at_us - record->began_us, 6);
    return &record->writer;
}

void sim_record_end(struct sim_record *record) {
    json_end_object(&record->writer);
    int length = json_writer_end(&record->writer);
    if (length < 0)
        return; /* no line of ours comes near the bound */
    record->line[length] = '\n';
    fwrite(record->line, 1, (size_t)length + 1, record->out);
    fflush(record->out);
}

struct ticket_no sim_record_ticket(uint16_t prefix, uint16_t number) {
    struct ticket_no ticket = { .prefix = "", .number = number };
    char high = (char)(prefix >> 8), low = (char)(prefix & 0xFF);
    if (high != '\0') {
        ticket.prefix[0] = high;
        ticket.prefix[1] = low;
    } else
        ticket.prefix[0] = low;
    return ticket;
}

void sim_record_sight(struct sim_record *record, const struct sim_hall *hall,
                      const struct sim_sight *sight) {
    struct json_writer *writer = sim_record_begin(record, sight->at_us);
    write_sight(writer, sim_hall_device(hall, sight->device)->id, sight);
    sim_record_end(record);
}

void sim_record_device(struct sim_record *record, const struct sim_device *device, int64_t now_us) {
    struct json_writer *writer = sim_record_begin(record, now_us);
    json_write_text(writer, "show", device->config.id);
    json_write_text(writer, "role", role_word(device->config.role));
    json_write_int(writer, "address", device->config.address);
    json_write_bool(writer, "dead", device->is_dead);
    json_write_int(writer, "boots", device->boots);
    json_write_int(writer, "status", device->status);
    json_write_int(writer, "key_events", device->key_events);
    json_write_int(writer, "done", device->done);
    json_write_int(writer, "result", device->result);
    show_terminal(writer, device);
    show_keypad(writer, device);
    show_board(writer, device);
    show_dispenser(writer, device);
    sim_record_end(record);
}

static void write_sight(struct json_writer *writer, const char *id, const struct sim_sight *sight) {
    switch (sight->kind) {
    case SIGHT_PAPER:
        write_paper(writer, id, sight);
        break;
    case SIGHT_NO_PAPER:
        write_pair(writer, "no paper", id);
        json_write_int(writer, "job", sight->value[0]);
        json_write_int(writer, "result", sight->value[1]);
        break;
    case SIGHT_LIT:
        write_pair(writer, "keys", id);
        json_write_int(writer, "lit", (int64_t)sight->value[1] << 16 | sight->value[0]);
        break;
    case SIGHT_BOARD:
        write_board(writer, id, sight);
        break;
    case SIGHT_TERMINAL:
        write_pair(writer, "terminal", id);
        write_terminal(writer, sight->value);
        break;
    case SIGHT_ANSWER:
        write_pair(writer, "answer", id);
        json_write_int(writer, "count", sight->value[0]);
        json_write_int(writer, "answer", sight->value[1]);
        break;
    case SIGHT_KEYPAD:
        write_pair(writer, "keypad", id);
        write_keypad(writer, sight->value[0]);
        json_write_int(writer, "session", sight->value[1]);
        break;
    case SIGHT_IDENTIFY:
        write_pair(writer, "blinking", id);
        json_write_int(writer, "seconds", sight->value[0]);
        break;
    case SIGHT_BEEP:
        write_pair(writer, "beep", id);
        json_write_int(writer, "times", sight->value[0]);
        break;
    case SIGHT_SPOKEN:
        write_spoken(writer, id, sight);
        break;
    case SIGHT_REBOOT:
        write_pair(writer, "reboot", id);
        json_write_int(writer, "boots", sight->value[0]);
        break;
    case SIGHT_NONE:
        break;
    }
}

static void write_paper(struct json_writer *writer, const char *id, const struct sim_sight *sight) {
    char text[UTF8_SIZE];
    gbk_decode(sight->text, sight->text_length, text, sizeof(text));
    json_write_text(writer, "saw", "paper");
    write_ticket(writer, sim_paper_ticket(text));
    json_write_text(writer, "dispenser", id);
    if (sight->value[0] != 0)
        json_write_int(writer, "job", sight->value[0]);
    json_write_text(writer, "text", text);
    if (sight->qr_length > 0) {
        char qr[SIM_QR_MAX + 1];
        memcpy(qr, sight->qr, sight->qr_length);
        qr[sight->qr_length] = '\0';
        json_write_text(writer, "qr", qr);
    }
}

static void write_ticket(struct json_writer *writer, struct ticket_no ticket) {
    char text[TICKET_SIZE] = "";
    if (ticket.prefix[0] != '\0')
        ticket_no_format(ticket, text);
    json_write_text(writer, "ticket", text[0] != '\0' ? text : NULL);
}

static void write_pair(struct json_writer *writer, const char *saw, const char *id) {
    json_write_text(writer, "saw", saw);
    json_write_text(writer, "device", id);
}

static void write_board(struct json_writer *writer, const char *id, const struct sim_sight *sight) {
    char text[UTF8_SIZE];
    gbk_decode(sight->text, sight->text_length, text, sizeof(text));
    json_write_text(writer, "saw", "board");
    json_write_text(writer, "board", id);
    json_write_text(writer, "text", text);
    json_write_int(writer, "style", sight->value[1]);
    json_write_int(writer, "revision", sight->value[0]);
}

static void write_spoken(struct json_writer *writer, const char *id,
                         const struct sim_sight *sight) {
    char text[UTF8_SIZE];
    gbk_decode(sight->text, sight->text_length, text, sizeof(text));
    write_pair(writer, "spoken", id);
    json_write_text(writer, "text", text);
    json_write_int(writer, "volume", sight->value[0]);
}

static void write_terminal(struct json_writer *writer, const uint16_t *value) {
    write_ticket(writer, sim_record_ticket(value[0], value[1]));
    if (value[0] == 0 && value[1] != 0)
        json_write_int(writer, "number", value[1]); /* of a terminal that shows no letters */
    json_write_int(writer, "waiting", value[2]);
    write_lamp(writer, value[3]);
}

static void write_lamp(struct json_writer *writer, uint16_t lamp) {
    write_word(writer, "lamp", LAMPS, sizeof(LAMPS) / sizeof(LAMPS[0]), lamp);
}

static void write_word(struct json_writer *writer, const char *key, const char *const *words,
                       size_t count, uint16_t value) {
    json_write_text(writer, key, value < count ? words[value] : "?");
}

static void write_keypad(struct json_writer *writer, uint16_t state) {
    write_word(writer, "state", KEYPADS, sizeof(KEYPADS) / sizeof(KEYPADS[0]), state);
}

static void show_terminal(struct json_writer *writer, const struct sim_device *device) {
    uint16_t base = sim_device_base(device, ROLE_TERMINAL);
    if (base == 0)
        return;
    json_begin_object(writer, "terminal");
    write_terminal(writer, device->holding + base);
    json_write_int(writer, "answer", device->holding[base + TERMINAL_ANSWER]);
    json_write_int(writer, "answered", device->holding[base + TERMINAL_ANSWERED]);
    json_end_object(writer);
}

static void show_keypad(struct json_writer *writer, const struct sim_device *device) {
    uint16_t base = sim_device_base(device, ROLE_KEYPAD);
    if (base == 0)
        return;
    uint8_t bytes[2 * (KEYPAD_COUNT - KEYPAD_STAFF)];
    char staff[UTF8_SIZE], name[UTF8_SIZE];
    for (size_t at = 0; at < sizeof(bytes); at++)
        bytes[at] = sim_device_text_byte(device, (uint16_t)(base + KEYPAD_STAFF), at);
    size_t staff_bytes = (size_t)2 * (KEYPAD_NAME - KEYPAD_STAFF);
    gbk_decode(bytes, strnlen((char *)bytes, staff_bytes), staff, sizeof(staff));
    gbk_decode(bytes + staff_bytes,
               strnlen((char *)bytes + staff_bytes, sizeof(bytes) - staff_bytes), name,
               sizeof(name));
    json_begin_object(writer, "keypad");
    write_keypad(writer, device->holding[base + KEYPAD_STATE]);
    json_write_int(writer, "session", device->holding[base + KEYPAD_SESSION]);
    json_write_int(writer, "stars", device->holding[base + KEYPAD_STARS]);
    json_write_text(writer, "staff", staff);
    json_write_text(writer, "name", name);
    json_end_object(writer);
}

static void show_board(struct json_writer *writer, const struct sim_device *device) {
    if (sim_device_base(device, ROLE_BOARD) == 0)
        return;
    char text[UTF8_SIZE];
    gbk_decode(device->panel.text, device->panel.text_length, text, sizeof(text));
    json_begin_object(writer, "board");
    json_write_int(writer, "revision", device->panel.value[0]);
    json_write_int(writer, "style", device->panel.value[1]);
    json_write_text(writer, "text", text);
    json_end_object(writer);
}

static void show_dispenser(struct json_writer *writer, const struct sim_device *device) {
    if (device->config.role != ROLE_DISPENSER)
        return;
    const uint16_t *now = device->holding;
    json_begin_object(writer, "dispenser");
    json_write_int(writer, "lit",
                   (int64_t)now[DISPENSER_ENABLED + 1] << 16 | now[DISPENSER_ENABLED]);
    json_begin_array(writer, "waiting");
    for (unsigned key = 1; key <= SIM_KEYS; key++)
        if (device->config.keys[key] != 0)
            json_write_int(writer, NULL, now[DISPENSER_WAITING + key - 1]);
    json_end_array(writer);
    json_write_int(writer, "job", device->last_job);
    json_write_bool(writer, "printing", device->is_printing);
    json_write_int(writer, "papers", (int64_t)device->counts.papers);
    json_end_object(writer);
}
