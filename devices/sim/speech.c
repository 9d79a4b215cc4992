/*
 * A speech chip of either kind on the simulated line, written from the makers' frames: it checks length, coding and
 * checksum, answers, speaks for as long as its text takes, and says when it is silent again. A text that comes while it
 * speaks cuts the old one short, as the real chip does; that is counted, for a master should never do it.
 * One chip a line: the bus's first device. What people hear is told at a text's end.
 */
#include <string.h>

#include "devices/sim/talk.h"

enum {
    HEAD = 0xFD,
    COMMAND_SPEAK = 0x01,
    COMMAND_STOP = 0x02,
    COMMAND_PAUSE = 0x03,
    COMMAND_RESUME = 0x04,
    COMMAND_STATUS = 0x21,
    SAYS_TAKEN = 0x41,
    SAYS_NOT_UNDERSTOOD = 0x45,
    SAYS_READY = 0x4A,
    SAYS_BUSY = 0x4E,
    SAYS_IDLE = 0x4F,
    TEXT_MOST = 200, /* a SYN6288's; the XFS5152CE's 4,096 are more than any hall needs */
    FRAME_SIZE = 512,
    FRAME_GAP_US = 8000, /* between two frames; SYN6288 datasheet 4.3.3 */
    PIECE_US = 20000,    /* a frame's pieces may be so far apart: their writer may be preempted */
    WAKE_US = 50000,     /* from power-up to READY */
    VOLUME_USUAL = 10
};

struct speech {
    uint8_t frame[FRAME_SIZE];
    size_t length;
    int64_t began_us, piece_us, ended_us;
    uint16_t boots;  /* the device's, when it was last looked at */
    int64_t wake_us; /* READY is said then; 0 it was */
    bool is_speaking;
    int64_t done_us;
    uint16_t volume;
    struct sim_sight heard; /* what people hear at the text's end */
};

static void open_chip(struct sim_bus *bus);
static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void act(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static size_t whole_length(const struct speech *speech);
static int64_t patience_us(const struct sim_bus *bus);
static void obey(struct sim_bus *bus);
static bool strikes_before(struct sim_bus *bus, enum sim_fault fault);
static size_t answer_to(struct sim_bus *bus, uint8_t *answer);
static bool is_good(const struct sim_bus *bus);
static bool has_checksum(const struct sim_bus *bus);
static void begin_text(struct sim_bus *bus);
static unsigned take_text(struct speech *speech, const uint8_t *text, size_t length);
static size_t control_at(struct speech *speech, const uint8_t *text, size_t length);
static void end_text(struct sim_bus *bus, int64_t now_us);
static void look_for_power(struct sim_bus *bus, int64_t now_us);

const struct sim_talk SIM_SPEECH_TALK = { .size = sizeof(struct speech),
                                          .open = open_chip,
                                          .due_us = next_due_us,
                                          .hear = take_bytes,
                                          .act = act,
                                          .drop = drop };

static void open_chip(struct sim_bus *bus) {
    struct speech *speech = bus->own;
    speech->boots = bus->devices[0].boots;
    speech->volume = VOLUME_USUAL;
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    const struct speech *speech = bus->own;
    int64_t due_us = now_us + SIM_IDLE_US;
    if (speech->is_speaking && speech->done_us < due_us)
        due_us = speech->done_us;
    if (speech->wake_us != 0 && speech->wake_us < due_us)
        due_us = speech->wake_us;
    if (speech->length > 0 && patience_us(bus) < due_us)
        due_us = patience_us(bus);
    return due_us;
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct speech *speech = bus->own;
    look_for_power(bus, now_us);
    for (size_t i = 0; i < length; i++) {
        if (speech->length == 0 && bytes[i] != HEAD) {
            pthread_mutex_lock(&bus->lock);
            bus->counts.stray++;
            pthread_mutex_unlock(&bus->lock);
            continue;
        }
        if (speech->length == 0)
            speech->began_us = now_us;
        speech->frame[speech->length++] = bytes[i];
        if (speech->length == whole_length(speech) || speech->length == FRAME_SIZE)
            obey(bus);
    }
    speech->piece_us = now_us;
}

static void act(struct sim_bus *bus, int64_t now_us) {
    struct speech *speech = bus->own;
    look_for_power(bus, now_us);
    /* A frame whose rest does not come. */
    if (speech->length > 0 && now_us >= patience_us(bus))
        obey(bus);
    if (speech->wake_us != 0 && now_us >= speech->wake_us) {
        const uint8_t ready = SAYS_READY;
        sim_talk_say(bus, &ready, 1, now_us + sim_talk_span_us(bus, 1));
        speech->wake_us = 0;
    }
    if (speech->is_speaking && now_us >= speech->done_us)
        end_text(bus, now_us);
}

/* The chip has its own power: it speaks on, and who comes back to the line finds it speaking. */
static void drop(struct sim_bus *bus) {
    struct speech *speech = bus->own;
    speech->length = 0;
}

/* 0: the length has not come yet. */
static size_t whole_length(const struct speech *speech) {
    if (speech->length < 3)
        return 0;
    return 3 + ((size_t)speech->frame[1] << 8) + speech->frame[2];
}

static int64_t patience_us(const struct sim_bus *bus) {
    const struct speech *speech = bus->own;
    return speech->piece_us + PIECE_US + sim_talk_span_us(bus, speech->length);
}

/* A frame is whole, or will never be. */
static void obey(struct sim_bus *bus) {
    struct speech *speech = bus->own;
    struct sim_device *device = &bus->devices[0];
    uint8_t answer[FRAME_SIZE + 8];
    pthread_mutex_lock(&bus->lock);
    bool is_soon = !bus->options.is_instant && speech->began_us < speech->ended_us + FRAME_GAP_US;
    bus->counts.requests++;
    bus->counts.violations += is_soon;
    speech->ended_us = speech->began_us + sim_talk_span_us(bus, speech->length);
    enum sim_fault fault = FAULT_NONE;
    size_t length = 0;
    if (device->is_dead)
        bus->counts.unanswered++;
    else {
        fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
        bus->counts.faults[fault]++;
        length = strikes_before(bus, fault) ? 0 : answer_to(bus, answer);
    }
    if (fault == FAULT_LOST)
        length = 0;
    if (fault == FAULT_ECHO && length > 0) {
        memmove(answer + speech->length, answer, length);
        memcpy(answer, speech->frame, speech->length);
        length += speech->length;
    } else
        length = sim_fault_spoil_bytes(fault, &bus->rng, answer, length, sizeof(answer));
    int64_t late_us = fault == FAULT_LATE ? (int64_t)bus->faults.late_ms * 1000 : 0;
    pthread_mutex_unlock(&bus->lock);
    int64_t answer_us = bus->options.is_instant ? 0 : bus->options.answer_us;
    int64_t due_us = speech->ended_us + answer_us + late_us + sim_talk_lag_us(bus);
    if (length > 0)
        sim_talk_say(bus, answer, length, due_us + sim_talk_span_us(bus, length));
    speech->length = 0;
}

/* With the bus's lock. True: the chip never gets the frame. */
static bool strikes_before(struct sim_bus *bus, enum sim_fault fault) {
    int64_t now_us = sim_now_us();
    if (fault == FAULT_REBOOT)
        sim_device_reboot(&bus->devices[0], now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    bool is_lost = fault == FAULT_LOST && sim_rng_below(&bus->rng, 2) == 0;
    return fault == FAULT_REBOOT || fault == FAULT_UNPLUG || is_lost;
}

/* With the bus's lock. A SYN6288 acknowledges a question before it answers it (seen by drivers for it); an XFS5152CE
   answers alone (its guide, 8.1.1). */
static size_t answer_to(struct sim_bus *bus, uint8_t *answer) {
    struct speech *speech = bus->own;
    size_t length = 0;
    if (!is_good(bus)) {
        bus->counts.bad_crc++;
        answer[length++] = SAYS_NOT_UNDERSTOOD;
        return length;
    }
    uint8_t command = speech->frame[3];
    if (command != COMMAND_STATUS || has_checksum(bus))
        answer[length++] = SAYS_TAKEN;
    if (command == COMMAND_STATUS)
        answer[length++] = speech->is_speaking ? SAYS_BUSY : SAYS_IDLE;
    if (command == COMMAND_STOP)
        speech->is_speaking = false;
    if (command == COMMAND_SPEAK)
        begin_text(bus);
    return length;
}

static bool is_good(const struct sim_bus *bus) {
    const struct speech *speech = bus->own;
    size_t check = has_checksum(bus) ? 1 : 0;
    size_t text = speech->length - 5 - check;
    if (speech->length != whole_length(speech) || speech->length < 4 + check)
        return false;
    uint8_t sum = 0;
    for (size_t i = 0; check == 1 && i < speech->length; i++)
        sum ^= speech->frame[i];
    switch (speech->frame[3]) {
    case COMMAND_SPEAK:
        /* The low three bits are the coding (GB2312, GBK, Big5, Unicode), of which halls use two. */
        return sum == 0 && speech->length > 5 + check && text <= TEXT_MOST &&
               (speech->frame[4] & 7) <= 1;
    case COMMAND_STOP:
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
    case COMMAND_STATUS:
        return sum == 0 && speech->length == 4 + check;
    default:
        return false;
    }
}

static bool has_checksum(const struct sim_bus *bus) {
    return bus->config.protocol == PROTOCOL_SYN6288;
}

static void begin_text(struct sim_bus *bus) {
    struct speech *speech = bus->own;
    size_t check = has_checksum(bus) ? 1 : 0;
    bus->counts.cuts += speech->is_speaking;
    speech->heard = (struct sim_sight){ .kind = SIGHT_SPOKEN, .device = bus->devices[0].place };
    unsigned characters = take_text(speech, speech->frame + 5, speech->length - 5 - check);
    speech->heard.value[0] = speech->volume;
    speech->is_speaking = true;
    speech->done_us = speech->ended_us + (int64_t)characters * bus->options.character_us;
}

/* As people hear it: without the controls, and without the commas that only set digits apart. Returns its characters. */
static unsigned take_text(struct speech *speech, const uint8_t *text, size_t length) {
    struct sim_sight *heard = &speech->heard;
    unsigned characters = 0;
    for (size_t at = 0; at < length;) {
        size_t control = control_at(speech, text + at, length - at);
        bool is_between = text[at] == ',' && at > 0 && at + 1 < length && text[at - 1] >= '0' &&
                          text[at - 1] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
        if (control > 0 || is_between) {
            at += control > 0 ? control : 1;
            continue;
        }
        size_t width = text[at] >= 0x81 && at + 1 < length ? 2 : 1;
        memcpy(heard->text + heard->text_length, text + at, width);
        heard->text_length += width;
        at += width;
        characters++;
    }
    return characters;
}

/* The bytes of a control such as "[v10]"; 0: none begins here. The volume stays until it is set again. */
static size_t control_at(struct speech *speech, const uint8_t *text, size_t length) {
    if (length < 3 || text[0] != '[' || text[1] < 'a' || text[1] > 'z')
        return 0;
    size_t at = 2;
    unsigned value = 0;
    while (at < length && text[at] >= '0' && text[at] <= '9' && at < 6)
        value = value * 10 + (unsigned)(text[at++] - '0');
    if (at == length || text[at] != ']')
        return 0;
    if (text[1] == 'v')
        speech->volume = (uint16_t)value;
    return at + 1;
}

static void end_text(struct sim_bus *bus, int64_t now_us) {
    struct speech *speech = bus->own;
    const uint8_t idle = SAYS_IDLE;
    speech->is_speaking = false;
    speech->heard.at_us = now_us;
    pthread_mutex_lock(&bus->lock);
    bus->counts.spoken++;
    bus->devices[0].saw(bus->devices[0].context, &speech->heard);
    pthread_mutex_unlock(&bus->lock);
    sim_talk_say(bus, &idle, 1, now_us + sim_talk_span_us(bus, 1));
}

/* Power off and on, or dead: what it speaks is gone. */
static void look_for_power(struct sim_bus *bus, int64_t now_us) {
    struct speech *speech = bus->own;
    pthread_mutex_lock(&bus->lock);
    bool is_dead = bus->devices[0].is_dead;
    uint16_t boots = bus->devices[0].boots;
    pthread_mutex_unlock(&bus->lock);
    if (is_dead || boots != speech->boots) {
        speech->is_speaking = false;
        speech->volume = VOLUME_USUAL;
    }
    if (!is_dead && boots != speech->boots)
        speech->wake_us = now_us + WAKE_US;
    speech->boots = boots;
}
