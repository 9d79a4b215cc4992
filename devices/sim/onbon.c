/*
 * ONBON BX font cards on a line: frames of A5 .. 5A with escapes, a reply to each. Written from the frames' description
 * alone. A card shows its dynamic area (colour, effect and text, as board style and lines), forgets it with its power,
 * and has no count of anything. One whose status is not 0 has lost its font and refuses every text.
 */
#include <string.h>

#include "devices/sim/talk.h"
#include "protocol/image.h"

enum {
    FRAME_MAX = 1024,
    PENDING_MAX = 8, /* frames heard and not yet acted on; more: the oldest is dropped */
    HEADER = 14,
    AREA = 9, /* where in the data the area begins */
    AREA_TEXT = 27,
    EVERY_CARD = 0xFFFE,
    MASTER = 0x8000,
    REPLY_SIZE = 64,
    ERROR_COMMAND = 2,
    ERROR_FONT = 12,
    NO_ERROR = 0
};

struct pending {
    int64_t due_us; /* 0: free */
    size_t length;
    uint8_t bytes[FRAME_MAX]; /* header and data */
};

struct cards {
    bool is_inside, is_escaped, is_bad;
    size_t length, raw_length;
    uint8_t bytes[FRAME_MAX];
    struct pending pending[PENDING_MAX];
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void do_due(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static void take_byte(struct cards *cards, uint8_t byte);
static void end_frame(struct sim_bus *bus, int64_t now_us);
static bool is_good(const struct cards *cards);
static void carry_out(struct sim_bus *bus, const struct pending *pending);
static struct sim_device *card_at(struct sim_bus *bus, unsigned address);
static bool strikes(struct sim_bus *bus, struct sim_device *card, enum sim_fault fault,
                    int64_t now_us);
static uint8_t obey(struct sim_device *card, const struct pending *pending);
static uint8_t show_area(struct sim_device *card, const struct pending *pending);
static void read_text(const uint8_t *text, size_t length, struct sim_sight *sight);
static void go_dark(struct sim_device *card, int64_t now_us);
static size_t write_reply(const uint8_t *request, uint8_t error, uint8_t *out);
static size_t put(uint8_t *out, uint8_t byte);
static unsigned le16(const uint8_t *bytes);
static unsigned crc_of(const uint8_t *bytes, size_t length);

const struct sim_talk SIM_ONBON_TALK = { .size = sizeof(struct cards),
                                         .due_us = next_due_us,
                                         .hear = take_bytes,
                                         .act = do_due,
                                         .drop = drop };

static void drop(struct sim_bus *bus) {
    memset(bus->own, 0, sizeof(struct cards));
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    const struct cards *cards = bus->own;
    int64_t due_us = now_us + SIM_IDLE_US;
    for (unsigned i = 0; i < PENDING_MAX; i++)
        if (cards->pending[i].due_us != 0 && cards->pending[i].due_us < due_us)
            due_us = cards->pending[i].due_us;
    return due_us;
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct cards *cards = bus->own;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == 0xA5) {
            cards->is_inside = true;
            cards->is_escaped = cards->is_bad = false;
            cards->length = 0;
            cards->raw_length = 8;
        } else if (cards->is_inside && bytes[i] == 0x5A) {
            end_frame(bus, now_us);
        } else if (cards->is_inside) {
            take_byte(cards, bytes[i]);
        } else {
            pthread_mutex_lock(&bus->lock);
            bus->counts.stray++;
            pthread_mutex_unlock(&bus->lock);
        }
    }
}

/* A6 02 is A5, A6 01 is A6, 5B 02 is 5A, 5B 01 is 5B. */
static void take_byte(struct cards *cards, uint8_t byte) {
    cards->raw_length++;
    if (cards->is_escaped) {
        uint8_t *last = &cards->bytes[cards->length - 1];
        cards->is_bad = cards->is_bad || byte == 0 || byte > 2;
        *last = (uint8_t)(*last + 1 - byte);
        cards->is_escaped = false;
    } else if (cards->length == FRAME_MAX) {
        cards->is_bad = true;
    } else {
        cards->bytes[cards->length++] = byte;
        cards->is_escaped = byte == 0xA6 || byte == 0x5B;
    }
}

/* The wire time of what came passes, then the card acts. */
static void end_frame(struct sim_bus *bus, int64_t now_us) {
    struct cards *cards = bus->own;
    cards->is_inside = false;
    bool is_heard = is_good(cards);
    pthread_mutex_lock(&bus->lock);
    bus->counts.requests += is_heard;
    bus->counts.bad_crc += !is_heard;
    pthread_mutex_unlock(&bus->lock);
    if (!is_heard)
        return;
    struct pending *pending = &cards->pending[0];
    for (unsigned i = 0; i < PENDING_MAX && pending->due_us != 0; i++)
        if (cards->pending[i].due_us < pending->due_us)
            pending = &cards->pending[i];
    pending->due_us = now_us + sim_talk_span_us(bus, cards->raw_length + 1) +
                      (bus->options.is_instant ? 1 : bus->options.answer_us);
    pending->length = cards->length - 2;
    memcpy(pending->bytes, cards->bytes, pending->length);
}

static bool is_good(const struct cards *cards) {
    if (cards->is_bad || cards->is_escaped || cards->length < HEADER + 5 + 2)
        return false;
    size_t body = cards->length - 2;
    return le16(cards->bytes + 12) == body - HEADER && le16(cards->bytes + 2) == MASTER &&
           le16(cards->bytes + body) == crc_of(cards->bytes, body);
}

static void do_due(struct sim_bus *bus, int64_t now_us) {
    struct cards *cards = bus->own;
    for (unsigned i = 0; i < PENDING_MAX; i++) {
        struct pending *pending = &cards->pending[i];
        if (pending->due_us == 0 || now_us < pending->due_us)
            continue;
        carry_out(bus, pending);
        pending->due_us = 0;
    }
}

static void carry_out(struct sim_bus *bus, const struct pending *pending) {
    uint8_t reply[REPLY_SIZE];
    size_t length = 0;
    int64_t due_us = pending->due_us;
    pthread_mutex_lock(&bus->lock);
    struct sim_device *card = card_at(bus, le16(pending->bytes));
    if (card == NULL) {
        bus->counts.unanswered++;
        pthread_mutex_unlock(&bus->lock);
        return;
    }
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    bus->counts.faults[fault]++;
    if (!strikes(bus, card, fault, due_us)) {
        uint8_t error = obey(card, pending);
        bus->counts.exceptions += error != NO_ERROR;
        bool is_wanted = pending->bytes[HEADER + 2] == 1 && fault != FAULT_LOST;
        length = is_wanted ? write_reply(pending->bytes, error, reply) : 0;
        length = sim_fault_spoil_bytes(fault, &bus->rng, reply, length, sizeof(reply));
        due_us += sim_talk_span_us(bus, length);
        due_us += fault == FAULT_LATE ? (int64_t)bus->faults.late_ms * 1000 : 0;
    }
    pthread_mutex_unlock(&bus->lock);
    if (length > 0)
        sim_talk_say(bus, reply, length, due_us);
}

static struct sim_device *card_at(struct sim_bus *bus, unsigned address) {
    for (unsigned i = 0; i < bus->config.device_count && address == EVERY_CARD; i++)
        if (!bus->devices[i].is_dead)
            return &bus->devices[i];
    return address > 0 && address < 256 ? sim_talk_device(bus, (uint8_t)address) : NULL;
}

/* Faults that hit the card before it acts. True: it never gets to act. */
static bool strikes(struct sim_bus *bus, struct sim_device *card, enum sim_fault fault,
                    int64_t now_us) {
    if (fault == FAULT_REBOOT)
        sim_device_reboot(card, now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    bool is_lost = fault == FAULT_LOST && sim_rng_below(&bus->rng, 2) == 0;
    return fault == FAULT_REBOOT || fault == FAULT_UNPLUG || is_lost;
}

static uint8_t obey(struct sim_device *card, const struct pending *pending) {
    const uint8_t *data = pending->bytes + HEADER;
    if (data[0] == 0xA2 && data[1] == 0x00)
        return NO_ERROR;
    if (data[0] == 0xA3 && data[1] == 0x10) {
        go_dark(card, pending->due_us);
        return NO_ERROR;
    }
    if (data[0] == 0xA3 && data[1] == 0x06)
        return show_area(card, pending);
    return ERROR_COMMAND;
}

/* One area a frame is all that a strip over a window needs. */
static uint8_t show_area(struct sim_device *card, const struct pending *pending) {
    static const uint16_t FLAGS[] = { 0, 0, STYLE_FLASH, STYLE_SCROLL };
    const uint8_t *data = pending->bytes + HEADER;
    size_t length = pending->length - HEADER;
    if (length < AREA + AREA_TEXT || data[5] != 0 || data[6] != 1)
        return ERROR_COMMAND;
    const uint8_t *area = data + AREA;
    unsigned bytes = le16(area + 23);
    if (le16(data + 7) != length - AREA || bytes != length - AREA - AREA_TEXT || area[0] != 0)
        return ERROR_COMMAND;
    if (card->status != 0)
        return ERROR_FONT;
    struct sim_sight sight = { .kind = SIGHT_BOARD, .device = card->place };
    sight.at_us = pending->due_us;
    read_text(area + AREA_TEXT, bytes, &sight);
    sight.value[1] |= FLAGS[area[19] < 4 ? area[19] : 0];
    bool is_other = card->panel.kind != SIGHT_BOARD || card->panel.value[1] != sight.value[1] ||
                    card->panel.text_length != sight.text_length ||
                    memcmp(card->panel.text, sight.text, sight.text_length) != 0;
    card->panel = sight;
    if (is_other)
        card->saw(card->context, &sight);
    return NO_ERROR;
}

/* \C1 red, \C2 green, \C3 yellow, \n a line's end; all else is shown. */
static void read_text(const uint8_t *text, size_t length, struct sim_sight *sight) {
    static const uint16_t COLOURS[] = { STYLE_RED, STYLE_GREEN, STYLE_AMBER };
    for (size_t i = 0; i < length && sight->text_length < SIM_TEXT_MAX; i++) {
        bool is_colour = i + 2 < length && text[i] == '\\' && text[i + 1] == 'C';
        bool is_end = i + 1 < length && text[i] == '\\' && text[i + 1] == 'n';
        if (is_colour && text[i + 2] >= '1' && text[i + 2] <= '3') {
            sight->value[1] = COLOURS[text[i + 2] - '1'];
            i += 2;
        } else if (is_end) {
            sight->text[sight->text_length++] = '\n';
            i++;
        } else {
            sight->text[sight->text_length++] = text[i];
        }
    }
}

static void go_dark(struct sim_device *card, int64_t now_us) {
    struct sim_sight sight = { .kind = SIGHT_BOARD, .device = card->place, .at_us = now_us };
    card->panel = sight;
    card->saw(card->context, &sight);
}

/* A0 00 is well, A0 01 with the error is not; from the address that was asked, to the master. */
static size_t write_reply(const uint8_t *request, uint8_t error, uint8_t *out) {
    uint8_t plain[HEADER + 5] = { request[2], request[3], request[0], request[1] };
    plain[10] = 0xFE;
    plain[11] = 2;
    plain[12] = 5;
    plain[HEADER] = 0xA0;
    plain[HEADER + 1] = error != NO_ERROR;
    plain[HEADER + 2] = error;
    unsigned crc = crc_of(plain, sizeof(plain));
    size_t length = 8;
    memset(out, 0xA5, length);
    for (size_t i = 0; i < sizeof(plain); i++)
        length += put(out + length, plain[i]);
    length += put(out + length, (uint8_t)(crc & 0xFF));
    length += put(out + length, (uint8_t)(crc >> 8));
    out[length++] = 0x5A;
    return length;
}

static size_t put(uint8_t *out, uint8_t byte) {
    switch (byte) {
    case 0xA5:
    case 0x5A:
        out[0] = (uint8_t)(byte + 1);
        out[1] = 2;
        return 2;
    case 0xA6:
    case 0x5B:
        out[0] = byte;
        out[1] = 1;
        return 2;
    default:
        out[0] = byte;
        return 1;
    }
}

static unsigned le16(const uint8_t *bytes) {
    return bytes[0] | (unsigned)bytes[1] << 8;
}

/* CRC-16/ARC: polynomial A001 reflected, from 0. */
static unsigned crc_of(const uint8_t *bytes, size_t length) {
    unsigned crc = 0;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001u : crc >> 1;
    }
    return crc;
}
