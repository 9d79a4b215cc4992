/*
 * Callers and raters that speak unasked. Frames, keys and answers: 10-frames.md, "Caller and four-key rater". A caller
 * says a key until the same bytes come back, gives up after a few times and shows an error; it shows six digits and has
 * no lamp. A rater says a rating until it is thanked for by function 01; it shows nothing of sessions. What people press
 * comes under the reference map's codes and is put on the keys that there are.
 */
#include <string.h>

#include "devices/sim/talk.h"
#include "protocol/image.h"
#include "protocol/key.h"

enum {
    HEAD = 5,   /* FF 68 L L 68 */
    AROUND = 9, /* bytes of a frame beside its data */
    DATA_MAX = 8,
    FRAME_MAX = AROUND + DATA_MAX,
    FUNCTION_KEY = 0x01, /* and the answer to a rating */
    FUNCTION_DIGITS = 0x02,
    FUNCTION_BEEP = 0x03,
    FUNCTION_RATING = 0x11,
    DIGITS = 6,
    DIGIT_LEAVE = 0x0A,
    SAID_MOST = 4, /* a key is said, and again three times */
    REPEAT_LOW_US = 300 * 1000,
    REPEAT_HIGH_US = 500 * 1000,
    THANKS_US = 3 * 1000 * 1000,
    HEARD_MAX = 128
};

/* What people see in answer: done; the caller's error when nothing came back; no such key on this caller. */
enum { ANSWER_DONE = 1, ANSWER_NOT_NOW = 5, ANSWER_NO_SUCH = 9 };

struct data {
    size_t length;
    uint8_t bytes[DATA_MAX];
};

struct caller {
    uint16_t boots, taken; /* since which power-up; key events dealt with */
    bool is_powered;       /* has begun to show since then */
    bool is_asking;
    uint16_t count; /* of the key under way */
    struct data data;
    unsigned said;
    int64_t next_us;
    int64_t thanks_until_us; /* 0 none */
};

struct party {
    size_t heard_length;
    uint8_t heard[HEARD_MAX];
    int64_t free_us; /* when the line is silent again */
    struct caller callers[SIM_BUS_DEVICES];
};

struct frame {
    uint8_t address, function;
    struct data data;
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void do_due(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static bool take_frame(struct party *party, struct frame *frame);
static bool is_frame(const uint8_t *bytes, size_t length);
static uint8_t sum_of(const uint8_t *bytes, size_t length);
static bool hear_frame(struct sim_bus *bus, const struct frame *frame, int64_t now_us);
static void hear_caller(struct sim_bus *bus, unsigned place, const struct frame *frame,
                        int64_t now_us);
static void hear_rater(struct sim_bus *bus, unsigned place, const struct frame *frame,
                       int64_t now_us);
static void show_digits(struct sim_device *device, const uint8_t *digits, int64_t now_us);
static uint16_t three_digits(const uint8_t *digits, uint16_t shown);
static void live(struct sim_bus *bus, unsigned place, int64_t now_us);
static void power_up(struct sim_device *device, struct caller *caller, int64_t now_us);
static void take_press(struct sim_device *device, struct caller *caller, int64_t now_us);
static bool data_of_key(uint16_t code, uint16_t argument, struct data *data);
static bool data_of_grade(uint16_t code, struct data *data);
static void ask(struct sim_bus *bus, unsigned place, int64_t now_us);
static void say(struct sim_bus *bus, struct sim_device *device, const struct caller *caller,
                int64_t now_us);
static void answer(struct sim_device *device, uint16_t count, uint16_t given, int64_t now_us);
static void show_keypad(struct sim_device *device, uint16_t state, int64_t now_us);
static void tell(struct sim_device *device, struct sim_sight *sight, enum sim_sight_kind kind,
                 int64_t now_us);

const struct sim_talk SIM_FF68_TALK = { .size = sizeof(struct party),
                                        .due_us = next_due_us,
                                        .hear = take_bytes,
                                        .act = do_due,
                                        .drop = drop };

static void drop(struct sim_bus *bus) {
    struct party *party = bus->own;
    party->heard_length = 0;
    party->free_us = 0;
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    const struct party *party = bus->own;
    int64_t due_us = now_us + SIM_IDLE_US;
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        const struct caller *caller = &party->callers[i];
        if (!caller->is_powered)
            return now_us;
        if (caller->is_asking && caller->next_us < due_us)
            due_us = caller->next_us;
    }
    return due_us;
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct party *party = bus->own;
    struct frame frame;
    int64_t span_us = sim_talk_span_us(bus, length);
    party->free_us = (party->free_us > now_us ? party->free_us : now_us) + span_us;
    for (size_t i = 0; i < length; i++) {
        if (party->heard_length == HEARD_MAX) {
            memmove(party->heard, party->heard + 1, HEARD_MAX - 1);
            party->heard_length--;
        }
        party->heard[party->heard_length++] = bytes[i];
        if (take_frame(party, &frame) && hear_frame(bus, &frame, now_us))
            (void)sim_talk_send(bus, bytes, i + 1);
    }
}

/* A frame that ends with the last byte. What stands before it is gone. */
static bool take_frame(struct party *party, struct frame *frame) {
    for (size_t at = 0; at + AROUND <= party->heard_length; at++) {
        const uint8_t *bytes = party->heard + at;
        if (!is_frame(bytes, party->heard_length - at))
            continue;
        *frame = (struct frame){ .address = bytes[HEAD], .function = bytes[HEAD + 1] };
        frame->data.length = party->heard_length - at - AROUND;
        memcpy(frame->data.bytes, bytes + HEAD + 2, frame->data.length);
        party->heard_length = 0;
        return true;
    }
    return false;
}

/* FF 68 L L 68 ADDR FUNC DATA SUM 16: L counts from ADDR to the data, SUM adds the same bytes. */
static bool is_frame(const uint8_t *bytes, size_t length) {
    size_t body = length - AROUND + 2;
    return length <= FRAME_MAX && bytes[0] == 0xFF && bytes[1] == 0x68 && bytes[2] == body &&
           bytes[3] == body && bytes[4] == 0x68 && bytes[length - 1] == 0x16 &&
           bytes[length - 2] == sum_of(bytes + HEAD, body);
}

static uint8_t sum_of(const uint8_t *bytes, size_t length) {
    uint8_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum;
}

/* True when the line gives back what was sent. */
static bool hear_frame(struct sim_bus *bus, const struct frame *frame, int64_t now_us) {
    pthread_mutex_lock(&bus->lock);
    bool is_there = false;
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    bus->counts.requests++;
    bus->counts.faults[fault]++;
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        struct sim_device *device = &bus->devices[i];
        if (device->config.address != frame->address || device->is_dead)
            continue;
        is_there = true;
        if (fault == FAULT_REBOOT)
            sim_device_reboot(device, now_us);
        /* Spoiled in any way it is no frame to anybody. */
        if (fault != FAULT_NONE && fault != FAULT_LATE && fault != FAULT_ECHO)
            continue;
        if (device->config.role == ROLE_TERMINAL)
            hear_caller(bus, i, frame, now_us);
        else
            hear_rater(bus, i, frame, now_us);
    }
    bus->counts.unanswered += is_there ? 0 : 1;
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    pthread_mutex_unlock(&bus->lock);
    return fault == FAULT_ECHO;
}

static void hear_caller(struct sim_bus *bus, unsigned place, const struct frame *frame,
                        int64_t now_us) {
    struct caller *caller = &((struct party *)bus->own)->callers[place];
    struct sim_device *device = &bus->devices[place];
    bool is_same = frame->data.length == caller->data.length &&
                   memcmp(frame->data.bytes, caller->data.bytes, caller->data.length) == 0;
    if (frame->function == FUNCTION_DIGITS && frame->data.length == DIGITS) {
        show_digits(device, frame->data.bytes, now_us);
    } else if (frame->function == FUNCTION_BEEP) {
        struct sim_sight sight = { .value = { 1 } };
        tell(device, &sight, SIGHT_BEEP, now_us);
    } else if (frame->function == FUNCTION_KEY && caller->is_asking && is_same) {
        caller->is_asking = false;
        answer(device, caller->count, ANSWER_DONE, now_us);
    }
}

static void hear_rater(struct sim_bus *bus, unsigned place, const struct frame *frame,
                       int64_t now_us) {
    struct caller *caller = &((struct party *)bus->own)->callers[place];
    bool is_thanks = frame->function == FUNCTION_KEY && caller->is_asking &&
                     frame->data.length == 1 && frame->data.bytes[0] == caller->data.bytes[0];
    if (!is_thanks)
        return;
    caller->is_asking = false;
    caller->thanks_until_us = now_us + THANKS_US;
    show_keypad(&bus->devices[place], KEYPAD_THANKS, now_us);
}

/* Three of people waiting, three of the ticket; who stands behind the window takes any number for a call. */
static void show_digits(struct sim_device *device, const uint8_t *digits, int64_t now_us) {
    uint16_t *shown = device->holding + TERMINAL_BASE;
    uint16_t before[TERMINAL_ANSWER];
    memcpy(before, shown, sizeof(before));
    shown[TERMINAL_WAITING] = three_digits(digits, shown[TERMINAL_WAITING]);
    shown[TERMINAL_NUMBER] = three_digits(digits + 3, shown[TERMINAL_NUMBER]);
    shown[TERMINAL_LAMP] = shown[TERMINAL_NUMBER] == 0 ? LAMP_READY : LAMP_CALLING;
    if (memcmp(before, shown, sizeof(before)) == 0)
        return;
    struct sim_sight sight = { .value = { 0, shown[TERMINAL_NUMBER], shown[TERMINAL_WAITING],
                                          shown[TERMINAL_LAMP] } };
    tell(device, &sight, SIGHT_TERMINAL, now_us);
}

static uint16_t three_digits(const uint8_t *digits, uint16_t shown) {
    const uint16_t old[3] = { shown / 100, shown / 10 % 10, shown % 10 };
    uint16_t value = 0;
    for (unsigned i = 0; i < 3; i++)
        value = (uint16_t)(value * 10 + (digits[i] == DIGIT_LEAVE ? old[i] : digits[i] % 10));
    return value;
}

static void do_due(struct sim_bus *bus, int64_t now_us) {
    pthread_mutex_lock(&bus->lock);
    for (unsigned i = 0; i < bus->config.device_count; i++)
        live(bus, i, now_us);
    pthread_mutex_unlock(&bus->lock);
}

static void live(struct sim_bus *bus, unsigned place, int64_t now_us) {
    struct sim_device *device = &bus->devices[place];
    struct caller *caller = &((struct party *)bus->own)->callers[place];
    if (!caller->is_powered || caller->boots != device->boots)
        power_up(device, caller, now_us);
    if (device->is_dead) {
        caller->taken = device->key_events;
        caller->is_asking = false;
        return;
    }
    if (caller->thanks_until_us != 0 && now_us >= caller->thanks_until_us) {
        caller->thanks_until_us = 0;
        show_keypad(device, KEYPAD_INVITE, now_us);
    }
    while (caller->taken != device->key_events) {
        bool is_asking = caller->is_asking;
        take_press(device, caller, now_us);
        if (is_asking)
            break;
    }
    if (caller->is_asking && now_us >= caller->next_us)
        ask(bus, place, now_us);
}

/* A rater's four keys can always be pressed. */
static void power_up(struct sim_device *device, struct caller *caller, int64_t now_us) {
    *caller = (struct caller){ .boots = device->boots, .is_powered = true };
    if (device->config.role == ROLE_KEYPAD)
        show_keypad(device, KEYPAD_INVITE, now_us);
}

/* The oldest press that was not dealt with. One key is under way at a time; the same one pressed again is that key. */
static void take_press(struct sim_device *device, struct caller *caller, int64_t now_us) {
    uint16_t behind = (uint16_t)(device->key_events - caller->taken);
    if (behind > RING_ENTRIES) {
        caller->taken = (uint16_t)(device->key_events - RING_ENTRIES);
        behind = RING_ENTRIES;
    }
    const uint16_t *entry = device->ring + (size_t)2 * (behind - 1u);
    bool is_terminal = device->config.role == ROLE_TERMINAL;
    uint16_t count = (uint16_t)(caller->taken + 1);
    struct data data = { 0 };
    bool is_there =
        is_terminal ? data_of_key(entry[0], entry[1], &data) : data_of_grade(entry[0], &data);
    bool is_same = caller->is_asking && data.length == caller->data.length &&
                   memcmp(data.bytes, caller->data.bytes, data.length) == 0;
    if (caller->is_asking && is_there && !is_same)
        return;
    caller->taken = count;
    if (!is_there) {
        if (is_terminal)
            answer(device, count, ANSWER_NO_SUCH, now_us);
        return;
    }
    caller->count = count;
    if (is_same)
        return;
    caller->is_asking = true;
    caller->data = data;
    caller->said = 0;
    caller->next_us = now_us;
}

/* What is typed for each key; an argument is typed before it in decimal digits. */
static bool data_of_key(uint16_t code, uint16_t argument, struct data *data) {
    static const struct {
        uint16_t code;
        struct data data;
        bool has_argument;
    } KEYS[] = {
        { KEY_NEXT, { 1, { 0x0C } }, false },       { KEY_RECALL, { 1, { 0x0D } }, false },
        { KEY_DONE, { 1, { 0x0B } }, true },        { KEY_PAUSE, { 1, { 0x12 } }, true },
        { KEY_TRANSFER, { 1, { 0x13 } }, true },    { KEY_NO_SHOW, { 2, { 0x06, 0x0F } }, false },
        { KEY_HOLD, { 2, { 0x00, 0x0F } }, false }, { KEY_UNHOLD, { 2, { 0x03, 0x0F } }, false },
    };
    for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
        if (KEYS[i].code != code)
            continue;
        uint16_t typed[5];
        size_t count = 0;
        for (uint16_t rest = argument; rest > 0 && KEYS[i].has_argument; rest /= 10)
            typed[count++] = rest % 10;
        for (size_t at = 0; at < count; at++)
            data->bytes[at] = (uint8_t)typed[count - 1 - at];
        memcpy(data->bytes + count, KEYS[i].data.bytes, KEYS[i].data.length);
        data->length = count + KEYS[i].data.length;
        return true;
    }
    return false;
}

/*
 * Four keys for five grades: who is basically satisfied presses "satisfied", who is very dissatisfied "dissatisfied".
 * Nobody presses the one called "default". There are no keys for reasons.
 */
static bool data_of_grade(uint16_t code, struct data *data) {
    static const uint8_t RATINGS[] = { 0, 0, 0, 2, 2, 3 };
    if (code < 1 || code > 5)
        return false;
    *data = (struct data){ 1, { RATINGS[code] } };
    return true;
}

/* Says the key once more, when the line is silent; or gives up. */
static void ask(struct sim_bus *bus, unsigned place, int64_t now_us) {
    struct party *party = bus->own;
    struct caller *caller = &party->callers[place];
    struct sim_device *device = &bus->devices[place];
    if (caller->said == SAID_MOST) {
        caller->is_asking = false;
        if (device->config.role == ROLE_TERMINAL)
            answer(device, caller->count, ANSWER_NOT_NOW, now_us);
        return;
    }
    if (now_us < party->free_us) {
        caller->next_us = party->free_us;
        return;
    }
    caller->said++;
    say(bus, device, caller, now_us);
    caller->next_us = party->free_us + sim_rng_between(&bus->rng, REPEAT_LOW_US, REPEAT_HIGH_US);
}

static void say(struct sim_bus *bus, struct sim_device *device, const struct caller *caller,
                int64_t now_us) {
    struct party *party = bus->own;
    bool is_rating = device->config.role == ROLE_KEYPAD;
    uint8_t body = (uint8_t)(2 + caller->data.length);
    uint8_t bytes[SIM_SAYING_MAX] = { 0xFF,
                                      0x68,
                                      body,
                                      body,
                                      0x68,
                                      device->config.address,
                                      is_rating ? FUNCTION_RATING : FUNCTION_KEY };
    memcpy(bytes + HEAD + 2, caller->data.bytes, caller->data.length);
    bytes[HEAD + body] = sum_of(bytes + HEAD, body);
    bytes[HEAD + body + 1] = 0x16;
    size_t length = (size_t)HEAD + body + 2;
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    bus->counts.faults[fault]++;
    party->free_us = now_us + sim_talk_span_us(bus, length);
    int64_t due_us = party->free_us;
    if (fault == FAULT_REBOOT)
        sim_device_reboot(device, now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    if (fault == FAULT_LATE)
        due_us += (int64_t)bus->faults.late_ms * 1000;
    length = sim_fault_spoil_bytes(fault, &bus->rng, bytes, length, sizeof(bytes));
    bool is_said = fault != FAULT_LOST && fault != FAULT_REBOOT && fault != FAULT_UNPLUG;
    if (is_said && length > 0)
        sim_talk_say(bus, bytes, length, due_us + sim_talk_lag_us(bus));
}

static void answer(struct sim_device *device, uint16_t count, uint16_t given, int64_t now_us) {
    struct sim_sight sight = { .value = { count, given } };
    device->holding[TERMINAL_BASE + TERMINAL_ANSWER] = given;
    device->holding[TERMINAL_BASE + TERMINAL_ANSWERED] = count;
    device->done = count;
    tell(device, &sight, SIGHT_ANSWER, now_us);
}

static void show_keypad(struct sim_device *device, uint16_t state, int64_t now_us) {
    struct sim_sight sight = { .value = { state } };
    device->holding[KEYPAD_BASE + KEYPAD_STATE] = state;
    tell(device, &sight, SIGHT_KEYPAD, now_us);
}

static void tell(struct sim_device *device, struct sim_sight *sight, enum sim_sight_kind kind,
                 int64_t now_us) {
    sight->kind = kind;
    sight->device = device->place;
    sight->at_us = now_us;
    device->saw(device->context, sight);
}
