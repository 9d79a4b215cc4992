/* Parts. The orders checked here are those of the map's paragraph "Writing". */
#include "devices/sim/part.h"

#include <string.h>

enum { LAMP_LAST = 5, KEYPAD_STATE_LAST = 4, TERMINAL_SHOWN = 4 };

static bool exceeds(const struct sim_write *write, unsigned address, uint16_t bound);
static bool job_collides(const struct sim_device *device, const struct sim_write *write);
static void dispenser_wrote(struct sim_device *device, const struct sim_write *write,
                            const uint16_t *old, int64_t now_us);
static void text_wrote(struct sim_device *device, const struct sim_write *write,
                       const uint16_t *old);
static bool overlaps(const struct sim_write *write, struct sim_write span);
static bool changed(const struct sim_device *device, const struct sim_write *write,
                    const uint16_t *old, struct sim_write span);
static void tell(struct sim_device *device, struct sim_sight *sight, enum sim_sight_kind kind,
                 int64_t now_us);
static void start_job(struct sim_device *device, int64_t now_us);
static void copy_text(const struct sim_device *device, uint16_t first, size_t length, uint8_t *out);
static bool touches(const struct sim_device *device, const struct sim_write *write, enum role part,
                    uint16_t count);
static void terminal_wrote(struct sim_device *device, const struct sim_write *write,
                           const uint16_t *old, int64_t now_us);
static void keypad_wrote(struct sim_device *device, const struct sim_write *write,
                         const uint16_t *old, int64_t now_us);
static void board_wrote(struct sim_device *device, const struct sim_write *write, int64_t now_us);
static uint16_t print_result(const struct sim_device *device);

bool sim_write_holds(const struct sim_write *write, uint16_t address) {
    return address >= write->first && address < write->first + write->count;
}

enum sim_exception sim_part_refuses(const struct sim_device *device,
                                    const struct sim_write *write) {
    if (device->config.role == ROLE_DISPENSER) {
        if (exceeds(write, DISPENSER_TEXT, SIM_TEXT_MAX) ||
            exceeds(write, DISPENSER_QR, SIM_QR_MAX))
            return SIM_BAD_VALUE;
        return job_collides(device, write) ? SIM_IS_BUSY : SIM_WELL;
    }
    uint16_t terminal = sim_device_base(device, ROLE_TERMINAL);
    uint16_t keypad = sim_device_base(device, ROLE_KEYPAD);
    uint16_t board = sim_device_base(device, ROLE_BOARD);
    bool is_bad = (terminal != 0 && exceeds(write, terminal + TERMINAL_LAMP, LAMP_LAST)) ||
                  (keypad != 0 && exceeds(write, keypad + KEYPAD_STATE, KEYPAD_STATE_LAST)) ||
                  (board != 0 && exceeds(write, board + BOARD_LENGTH, SIM_BOARD_MAX));
    return is_bad ? SIM_BAD_VALUE : SIM_WELL;
}

void sim_part_wrote(struct sim_device *device, const struct sim_write *write, const uint16_t *old,
                    int64_t now_us) {
    if (device->config.role == ROLE_DISPENSER)
        dispenser_wrote(device, write, old, now_us);
    if (touches(device, write, ROLE_TERMINAL, TERMINAL_COUNT))
        terminal_wrote(device, write, old, now_us);
    if (touches(device, write, ROLE_KEYPAD, KEYPAD_COUNT))
        keypad_wrote(device, write, old, now_us);
    if (touches(device, write, ROLE_BOARD, BOARD_COUNT))
        board_wrote(device, write, now_us);
}

void sim_part_printed(struct sim_device *device) {
    device->is_printing = false;
    device->done = device->page.value[0];
    device->result = print_result(device);
    device->page.value[1] = device->result;
    bool is_out = device->result == RESULT_WELL;
    if (is_out)
        device->counts.papers++;
    else
        device->counts.failures++;
    tell(device, &device->page, is_out ? SIGHT_PAPER : SIGHT_NO_PAPER, device->printed_at_us);
}

static bool exceeds(const struct sim_write *write, unsigned address, uint16_t bound) {
    return sim_write_holds(write, (uint16_t)address) &&
           write->values[address - write->first] > bound;
}

static bool job_collides(const struct sim_device *device, const struct sim_write *write) {
    return device->is_printing && sim_write_holds(write, DISPENSER_JOB) &&
           write->values[DISPENSER_JOB - write->first] != device->last_job;
}

static void dispenser_wrote(struct sim_device *device, const struct sim_write *write,
                            const uint16_t *old, int64_t now_us) {
    if (changed(device, write, old, (struct sim_write){ DISPENSER_ENABLED, 2, NULL })) {
        struct sim_sight sight = { .value = { device->holding[DISPENSER_ENABLED],
                                              device->holding[DISPENSER_ENABLED + 1] } };
        tell(device, &sight, SIGHT_LIT, now_us);
    }
    text_wrote(device, write, old);
    if (!sim_write_holds(write, DISPENSER_JOB))
        return;
    if (write->count != 1)
        device->counts.order_faults++;
    start_job(device, now_us);
}

/* The text, then the QR content, and neither while another paper is made of the same registers. */
static void text_wrote(struct sim_device *device, const struct sim_write *write,
                       const uint16_t *old) {
    struct sim_write text = { DISPENSER_TEXT, DISPENSER_TEXT_COUNT, NULL };
    struct sim_write qr = { DISPENSER_QR, DISPENSER_QR_COUNT, NULL };
    bool is_text = overlaps(write, text);
    bool is_qr = overlaps(write, qr);
    bool is_torn = device->is_printing &&
                   (changed(device, write, old, text) || changed(device, write, old, qr));
    if (is_torn || (is_qr && !is_text && !device->has_text))
        device->counts.order_faults++;
    device->has_qr = is_qr || (device->has_qr && !is_text);
    device->has_text = device->has_text || is_text;
}

static bool overlaps(const struct sim_write *write, struct sim_write span) {
    return write->first < span.first + span.count && span.first < write->first + write->count;
}

/* Whether one of `count` registers from `first` was written and has another value now. */
static bool changed(const struct sim_device *device, const struct sim_write *write,
                    const uint16_t *old, struct sim_write span) {
    for (uint16_t at = span.first; at < span.first + span.count; at++)
        if (sim_write_holds(write, at) && old[at - write->first] != device->holding[at])
            return true;
    return false;
}

static void tell(struct sim_device *device, struct sim_sight *sight, enum sim_sight_kind kind,
                 int64_t now_us) {
    sight->kind = kind;
    sight->device = device->place;
    sight->at_us = now_us;
    device->saw(device->context, sight);
}

static void start_job(struct sim_device *device, int64_t now_us) {
    uint16_t job = device->holding[DISPENSER_JOB];
    if (job == 0)
        return;
    if (job == device->last_job) {
        device->counts.repeated_jobs++;
        return;
    }
    /* An empty QR content looks the same whether it was written for this job or for the one before. */
    if (!device->has_text || (!device->has_qr && device->holding[DISPENSER_QR] != 0))
        device->counts.order_faults++;
    device->has_text = device->has_qr = false;
    device->last_job = job;
    device->is_printing = true;
    device->printed_at_us = now_us + SIM_PRINT_US;
    memset(&device->page, 0, sizeof(device->page));
    device->page.value[0] = job;
    device->page.text_length = device->holding[DISPENSER_TEXT];
    copy_text(device, DISPENSER_TEXT + 1, device->page.text_length, device->page.text);
    device->page.qr_length = device->holding[DISPENSER_QR];
    copy_text(device, DISPENSER_QR + 1, device->page.qr_length, device->page.qr);
}

static void copy_text(const struct sim_device *device, uint16_t first, size_t length,
                      uint8_t *out) {
    for (size_t at = 0; at < length; at++)
        out[at] = sim_device_text_byte(device, first, at);
}

static bool touches(const struct sim_device *device, const struct sim_write *write, enum role part,
                    uint16_t count) {
    uint16_t base = sim_device_base(device, part);
    return base != 0 && write->first >= base && write->first < base + count;
}

static void terminal_wrote(struct sim_device *device, const struct sim_write *write,
                           const uint16_t *old, int64_t now_us) {
    uint16_t base = sim_device_base(device, ROLE_TERMINAL);
    const uint16_t *now = device->holding + base;
    if (write->first != base || write->count != TERMINAL_COUNT)
        device->counts.order_faults++;
    if (changed(device, write, old, (struct sim_write){ base, TERMINAL_SHOWN, NULL })) {
        struct sim_sight sight = { .value = { now[0], now[1], now[2], now[3] } };
        tell(device, &sight, SIGHT_TERMINAL, now_us);
    }
    uint16_t answer = (uint16_t)(base + TERMINAL_ANSWER);
    if (changed(device, write, old, (struct sim_write){ answer, 2, NULL }) &&
        now[TERMINAL_ANSWER] != 0) {
        struct sim_sight sight = { .value = { now[TERMINAL_ANSWERED], now[TERMINAL_ANSWER] } };
        tell(device, &sight, SIGHT_ANSWER, now_us);
    }
    if (device->config.role == ROLE_TERMINAL)
        device->done = now[TERMINAL_ANSWERED];
}

static void keypad_wrote(struct sim_device *device, const struct sim_write *write,
                         const uint16_t *old, int64_t now_us) {
    uint16_t base = sim_device_base(device, ROLE_KEYPAD);
    const uint16_t *now = device->holding + base;
    if (write->first != base || write->count != KEYPAD_COUNT)
        device->counts.order_faults++;
    if (changed(device, write, old, (struct sim_write){ base, KEYPAD_COUNT, NULL })) {
        struct sim_sight sight = { .value = { now[0], now[1], now[2] } };
        tell(device, &sight, SIGHT_KEYPAD, now_us);
    }
    if (device->config.role == ROLE_KEYPAD)
        device->done = now[KEYPAD_SESSION];
}

static void board_wrote(struct sim_device *device, const struct sim_write *write, int64_t now_us) {
    uint16_t base = sim_device_base(device, ROLE_BOARD);
    if (!sim_write_holds(write, base)) {
        device->has_text = true;
        return;
    }
    const uint16_t *now = device->holding + base;
    bool is_again = device->panel.kind != SIGHT_NONE && device->panel.value[0] == now[0];
    /* Only the revision shows the text; together with it, or before it, a torn text could be shown. */
    if (write->count != 1 || (!device->has_text && !is_again))
        device->counts.order_faults++;
    device->has_text = false;
    struct sim_sight sight = { .value = { now[BOARD_REVISION], now[BOARD_STYLE] } };
    sight.text_length = now[BOARD_LENGTH];
    copy_text(device, (uint16_t)(base + BOARD_TEXT), sight.text_length, sight.text);
    device->done = now[BOARD_REVISION];
    struct sim_sight *panel = &device->panel;
    bool is_new = panel->kind == SIGHT_NONE || panel->value[1] != sight.value[1] ||
                  panel->text_length != sight.text_length ||
                  memcmp(panel->text, sight.text, sizeof(sight.text)) != 0;
    if (!is_new)
        return;
    if (panel->kind != SIGHT_NONE && panel->value[0] == sight.value[0])
        device->counts.reused_revisions++;
    tell(device, &sight, SIGHT_BOARD, now_us);
    *panel = sight;
}

static uint16_t print_result(const struct sim_device *device) {
    if ((device->status & STATUS_PAPER_OUT) != 0)
        return RESULT_PAPER_OUT;
    if ((device->status & (STATUS_JAM | STATUS_COVER | STATUS_OTHER)) != 0)
        return RESULT_FAULT;
    return device->page.text_length == 0 ? RESULT_NOT_UNDERSTOOD : RESULT_WELL;
}
