/*
 * Alpha signs on a line: they hear, show and never answer. Written from the frames' description alone. A sign has the
 * files that its memory map gave room to, a TEXT that may call STRINGs, and shows TEXT A; a frame with a wrong sum, a
 * file without room or a text beyond it is dropped. Memory outlasts the power. Faults strike what is sent to it.
 */
#include <string.h>

#include "devices/sim/talk.h"
#include "protocol/image.h"

enum {
    FRAME_MAX = 512,
    LABELS = 128,
    FILE_MAX = 126,
    SHOWN_TEXT = 'A',
    MAP_ROW = 11,
    NUL = 0,
    SOH = 1,
    STX = 2,
    ETX = 3,
    EOT = 4
};

struct file {
    uint8_t kind; /* 'A' TEXT, 'B' STRING, 0 no room */
    size_t room, length;
    uint8_t bytes[FILE_MAX];
};

struct panel {
    struct file files[LABELS];
};

struct signs {
    bool is_inside;
    size_t length;
    uint8_t frame[FRAME_MAX]; /* from the type on, without EOT */
    struct panel panels[SIM_BUS_DEVICES];
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void light_up(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static void end_frame(struct sim_bus *bus, int64_t now_us);
static size_t check_frame(const struct signs *signs);
static bool is_for(const struct signs *signs, const struct sim_device *device);
static bool is_struck(struct sim_bus *bus, struct sim_device *device, int64_t now_us);
static bool obey(struct panel *panel, const uint8_t *command, size_t length);
static bool map_memory(struct panel *panel, const uint8_t *rows, size_t length);
static bool write_file(struct panel *panel, uint8_t kind, const uint8_t *command, size_t length);
static void show(struct sim_device *device, const struct panel *panel, int64_t now_us);
static void read_text(const struct panel *panel, const struct file *text, struct sim_sight *sight);
static void add(struct sim_sight *sight, const uint8_t *bytes, size_t length);
static int hex_of(const uint8_t *digits, unsigned count);

const struct sim_talk SIM_ALPHA_TALK = { .size = sizeof(struct signs),
                                         .due_us = next_due_us,
                                         .hear = take_bytes,
                                         .act = light_up,
                                         .drop = drop };

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    (void)bus;
    return now_us + SIM_IDLE_US;
}

/* A sign that got its power back shows what it had. */
static void light_up(struct sim_bus *bus, int64_t now_us) {
    struct signs *signs = bus->own;
    pthread_mutex_lock(&bus->lock);
    for (unsigned i = 0; i < bus->config.device_count; i++)
        if (bus->devices[i].panel.kind == SIGHT_NONE &&
            signs->panels[i].files[SHOWN_TEXT].length > 0)
            show(&bus->devices[i], &signs->panels[i], now_us);
    pthread_mutex_unlock(&bus->lock);
}

/* The signs keep their files; half a frame is gone. */
static void drop(struct sim_bus *bus) {
    struct signs *signs = bus->own;
    signs->is_inside = false;
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct signs *signs = bus->own;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == NUL || bytes[i] == SOH) {
            signs->is_inside = bytes[i] == SOH;
            signs->length = 0;
        } else if (signs->is_inside && bytes[i] == EOT) {
            signs->is_inside = false;
            end_frame(bus, now_us);
        } else if (signs->is_inside && signs->length < FRAME_MAX) {
            signs->frame[signs->length++] = bytes[i];
        } else {
            signs->is_inside = false;
        }
    }
}

static void end_frame(struct sim_bus *bus, int64_t now_us) {
    struct signs *signs = bus->own;
    size_t length = check_frame(signs);
    pthread_mutex_lock(&bus->lock);
    bus->counts.requests += length > 0;
    bus->counts.bad_crc += length == 0;
    for (unsigned i = 0; i < bus->config.device_count && length > 0; i++) {
        struct sim_device *device = &bus->devices[i];
        if (device->is_dead || !is_for(signs, device) || is_struck(bus, device, now_us))
            continue;
        if (obey(&signs->panels[i], signs->frame + 4, length))
            show(device, &signs->panels[i], now_us);
        else
            bus->counts.exceptions++;
    }
    pthread_mutex_unlock(&bus->lock);
}

/* Type, two digits of address, STX, command .. ETX, four digits of the sum from STX to ETX. 0: dropped. */
static size_t check_frame(const struct signs *signs) {
    const uint8_t *frame = signs->frame;
    unsigned sum = 0;
    if (signs->length < 10 || frame[0] != 'Z' || frame[3] != STX)
        return 0;
    size_t end = signs->length - 5; /* where ETX stands */
    for (size_t i = 3; i <= end; i++)
        sum += frame[i];
    bool is_good = frame[end] == ETX && hex_of(frame + end + 1, 4) == (int)(sum & 0xFFFF);
    return is_good ? end - 4 : 0;
}

static bool is_for(const struct signs *signs, const struct sim_device *device) {
    int address = hex_of(signs->frame + 1, 2);
    return address == 0 || address == device->config.address;
}

/* What a sign does not get can't be told from what it does: every fault but an unplugging is a frame it never had. */
static bool is_struck(struct sim_bus *bus, struct sim_device *device, int64_t now_us) {
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    bus->counts.faults[fault]++;
    if (fault == FAULT_REBOOT)
        sim_device_reboot(device, now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    return fault != FAULT_NONE && fault != FAULT_LATE && fault != FAULT_ECHO;
}

static bool obey(struct panel *panel, const uint8_t *command, size_t length) {
    if (length >= 2 && command[0] == 'E' && command[1] == '$')
        return map_memory(panel, command + 2, length - 2);
    if (length >= 2 && command[0] == 'G')
        return write_file(panel, 'B', command + 1, length - 1);
    return length >= 2 && command[0] == 'A' && write_file(panel, 'A', command + 1, length - 1);
}

/* Rows of label, kind, lock, four digits of size, four of times; all files are empty afterwards. */
static bool map_memory(struct panel *panel, const uint8_t *rows, size_t length) {
    if (length % MAP_ROW != 0)
        return false;
    memset(panel, 0, sizeof(*panel));
    for (const uint8_t *row = rows; row < rows + length; row += MAP_ROW) {
        struct file *file = &panel->files[row[0] % LABELS];
        int room = hex_of(row + 3, 4);
        file->kind = row[1];
        file->room = room < 0 || room > FILE_MAX ? FILE_MAX : (size_t)room;
    }
    return true;
}

static bool write_file(struct panel *panel, uint8_t kind, const uint8_t *command, size_t length) {
    struct file *file = &panel->files[command[0] % LABELS];
    if (file->kind != kind || length - 1 > file->room)
        return false;
    file->length = length - 1;
    memcpy(file->bytes, command + 1, file->length);
    return true;
}

static void show(struct sim_device *device, const struct panel *panel, int64_t now_us) {
    struct sim_sight sight = { .kind = SIGHT_BOARD, .device = device->place, .at_us = now_us };
    const struct sim_sight *old = &device->panel;
    read_text(panel, &panel->files[SHOWN_TEXT], &sight);
    bool is_other = old->kind != SIGHT_BOARD || old->value[1] != sight.value[1] ||
                    old->text_length != sight.text_length ||
                    memcmp(old->text, sight.text, sight.text_length) != 0;
    device->panel = sight;
    if (is_other)
        device->saw(device->context, &sight);
}

/* 1B place mode, 1C colour, 10 STRING, 0D a line's end. */
static void read_text(const struct panel *panel, const struct file *text, struct sim_sight *sight) {
    for (size_t i = 0; i < text->length; i++) {
        const uint8_t *at = text->bytes + i;
        bool has_next = i + 1 < text->length;
        if (at[0] == 0x1B && i + 2 < text->length) {
            sight->value[1] |= at[2] == 'c' ? STYLE_FLASH : at[2] == 'a' ? STYLE_SCROLL : 0;
            i += 2;
        } else if (at[0] == 0x1C && has_next) {
            sight->value[1] |= at[1] == '2' ? STYLE_GREEN : at[1] == '3' ? STYLE_AMBER : STYLE_RED;
            i++;
        } else if (at[0] == 0x10 && has_next) {
            const struct file *string = &panel->files[at[1] % LABELS];
            add(sight, string->bytes, string->length);
            i++;
        } else {
            add(sight, at[0] == 0x0D ? (const uint8_t *)"\n" : at, 1);
        }
    }
}

static void add(struct sim_sight *sight, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length && sight->text_length < SIM_TEXT_MAX; i++)
        sight->text[sight->text_length++] = bytes[i];
}

/* -1: something else than upper-case digits stands there. */
static int hex_of(const uint8_t *digits, unsigned count) {
    int value = 0;
    for (unsigned i = 0; i < count; i++) {
        bool is_digit = digits[i] >= '0' && digits[i] <= '9';
        if (!is_digit && (digits[i] < 'A' || digits[i] > 'F'))
            return -1;
        value = value * 16 + (is_digit ? digits[i] - '0' : digits[i] - 'A' + 10);
    }
    return value;
}
