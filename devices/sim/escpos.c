/*
 * A simulated ESC/POS printer, written from the frame description: what comes on the line goes into its buffer, from
 * which it works command by command and takes its time for each line, QR and cut; a question about its state is answered
 * at once, whatever it is doing. Out of paper it stops where it is and keeps the rest; a power-up loses it. It knows no job
 * numbers, so its papers have none.
 */
#include <string.h>

#include "devices/sim/talk.h"

enum {
    BUFFER_SIZE = 4096, /* more is lost, as in a printer whose flow control nobody obeys */
    COMMAND_MAX = 300,
    LINE_US = 30 * 1000, /* a line of text at 100 mm a second and then some */
    QR_US = 150 * 1000,
    CUT_US = 200 * 1000,
    BOOT_US = 3000 * 1000, /* from the power's coming back to the first answer */
    LF = 0x0A,
    DLE = 0x10,
    EOT = 0x04,
    ESC = 0x1B,
    FS = 0x1C,
    GS = 0x1D,
    FIRST_SIGN = 0x20,
    LEAD = 0x81,
    QR_HEAD = 7 /* GS ( k pL pH cn fn */
};

struct heard {
    uint8_t byte;
    int64_t at_us; /* when its last bit had come */
};

struct printer {
    uint16_t boots;
    bool is_stopped;
    int64_t line_us, busy_us, boot_us;
    struct heard buffer[BUFFER_SIZE];
    size_t first, count;
    uint8_t question[3]; /* 10 04 n, as far as it has come */
    size_t question_length;
    uint8_t command[COMMAND_MAX];
    size_t command_length;
    bool is_kanji, is_double;
    size_t stored_length; /* QR content that was stored */
    uint8_t stored[SIM_QR_MAX];
    bool is_in_line;        /* something of the line at hand is on the paper */
    struct sim_sight paper; /* since the last cut */
};

static void open_printer(struct sim_bus *bus);
static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void do_due(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static void sort_byte(struct sim_bus *bus, uint8_t byte, int64_t at_us);
static void keep_byte(struct printer *printer, uint8_t byte, int64_t at_us);
static uint8_t answer_to(uint8_t about, uint16_t status);
static void answer(struct sim_bus *bus, uint8_t byte, int64_t at_us);
static bool is_working(struct sim_bus *bus, int64_t now_us);
static void power_up(struct printer *printer, const struct sim_device *device);
static size_t command_needs(const struct printer *printer);
static int64_t carry_out(struct sim_bus *bus, int64_t at_us);
static int64_t obey_gs(struct sim_bus *bus, int64_t at_us);
static void obey_qr(struct printer *printer);
static void put(struct printer *printer, const uint8_t *bytes, size_t length);
static void print_text(struct printer *printer);
static void cut(struct sim_bus *bus, int64_t at_us);

const struct sim_talk SIM_ESCPOS_TALK = { .size = sizeof(struct printer),
                                          .open = open_printer,
                                          .due_us = next_due_us,
                                          .hear = take_bytes,
                                          .act = do_due,
                                          .drop = drop };

static void open_printer(struct sim_bus *bus) {
    power_up(bus->own, &bus->devices[0]);
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    const struct printer *printer = bus->own;
    int64_t due_us = now_us + SIM_IDLE_US;
    if (printer->is_stopped || printer->count == 0)
        return due_us;
    int64_t work_us = printer->buffer[printer->first].at_us;
    work_us = printer->busy_us > work_us ? printer->busy_us : work_us;
    return work_us < due_us ? work_us : due_us;
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct printer *printer = bus->own;
    pthread_mutex_lock(&bus->lock);
    bool is_on = is_working(bus, now_us) || printer->is_stopped;
    for (size_t i = 0; i < length && is_on; i++) {
        int64_t begins_us = printer->line_us > now_us ? printer->line_us : now_us;
        printer->line_us = begins_us + sim_talk_span_us(bus, 1);
        sort_byte(bus, bytes[i], printer->line_us);
    }
    bus->counts.unanswered += !is_on;
    pthread_mutex_unlock(&bus->lock);
}

/* DLE EOT n is answered where it comes, in the middle of a command too; all else is for the buffer. */
static void sort_byte(struct sim_bus *bus, uint8_t byte, int64_t at_us) {
    static const uint8_t BEGINNING[] = { DLE, EOT };
    struct printer *printer = bus->own;
    printer->question[printer->question_length++] = byte;
    size_t length = printer->question_length;
    if (length < 3 && byte == BEGINNING[length - 1])
        return;
    printer->question_length = 0;
    if (length == 3 && byte >= 1 && byte <= 4) {
        bus->counts.requests++;
        answer(bus, answer_to(byte, bus->devices[0].status), at_us);
        return;
    }
    for (size_t i = 0; i < length; i++)
        keep_byte(printer, printer->question[i], at_us);
}

static void keep_byte(struct printer *printer, uint8_t byte, int64_t at_us) {
    if (printer->count < BUFFER_SIZE)
        printer->buffer[(printer->first + printer->count++) % BUFFER_SIZE] =
            (struct heard){ .byte = byte, .at_us = at_us };
}

/* 0xx1xx10. 1: offline; 2: cover, end of paper, error; 3: cutter, unrecoverable; 4: both paper sensors. */
static uint8_t answer_to(uint8_t about, uint16_t status) {
    bool is_out = (status & STATUS_PAPER_OUT) != 0;
    bool has_error = (status & (STATUS_JAM | STATUS_OTHER)) != 0;
    bool is_open = (status & STATUS_COVER) != 0;
    unsigned bits = 0x12;
    if (about == 1)
        bits |= is_out || has_error || is_open ? 0x08u : 0;
    else if (about == 2)
        bits |= (is_open ? 0x04u : 0) | (is_out ? 0x20u : 0) | (has_error ? 0x40u : 0);
    else if (about == 3)
        bits |=
            ((status & STATUS_JAM) != 0 ? 0x08u : 0) | ((status & STATUS_OTHER) != 0 ? 0x20u : 0);
    else
        bits |= is_out ? 0x6Cu : (status & STATUS_PAPER_LOW) != 0 ? 0x0Cu : 0;
    return (uint8_t)bits;
}

/* With what the line does to it. */
static void answer(struct sim_bus *bus, uint8_t byte, int64_t at_us) {
    uint8_t bytes[16] = { byte };
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    int64_t due_us =
        at_us + (bus->options.is_instant ? 0 : bus->options.answer_us) + sim_talk_lag_us(bus);
    bus->counts.faults[fault]++;
    if (fault == FAULT_LOST)
        return;
    if (fault == FAULT_REBOOT)
        sim_device_reboot(&bus->devices[0], at_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, at_us);
    if (fault == FAULT_REBOOT || fault == FAULT_UNPLUG)
        return;
    size_t length = sim_fault_spoil_bytes(fault, &bus->rng, bytes, 1, sizeof(bytes));
    due_us += sim_talk_span_us(bus, length) +
              (fault == FAULT_LATE ? (int64_t)bus->faults.late_ms * 1000 : 0);
    if (length > 0)
        sim_talk_say(bus, bytes, length, due_us);
}

static void do_due(struct sim_bus *bus, int64_t now_us) {
    struct printer *printer = bus->own;
    pthread_mutex_lock(&bus->lock);
    while (is_working(bus, now_us) && printer->count > 0 && now_us >= printer->busy_us &&
           now_us >= printer->buffer[printer->first].at_us) {
        struct heard heard = printer->buffer[printer->first];
        printer->first = (printer->first + 1) % BUFFER_SIZE;
        printer->count--;
        printer->command[printer->command_length++] = heard.byte;
        if (printer->command_length < command_needs(printer))
            continue;
        int64_t from_us = heard.at_us > printer->busy_us ? heard.at_us : printer->busy_us;
        printer->busy_us = from_us + carry_out(bus, from_us);
        printer->command_length = 0;
    }
    pthread_mutex_unlock(&bus->lock);
}

/* It prints on what it has when the line is pulled out. */
static void drop(struct sim_bus *bus) {
    struct printer *printer = bus->own;
    printer->question_length = 0;
}

/* False: switched off, starting, or (is_stopped) it can't print and keeps what it has. */
static bool is_working(struct sim_bus *bus, int64_t now_us) {
    struct printer *printer = bus->own;
    const struct sim_device *device = &bus->devices[0];
    if (device->boots != printer->boots) {
        power_up(printer, device);
        printer->boot_us = now_us + BOOT_US;
    }
    if (device->is_dead)
        power_up(printer, device);
    printer->is_stopped = false;
    if (device->is_dead || now_us < printer->boot_us)
        return false;
    unsigned stops = STATUS_PAPER_OUT | STATUS_JAM | STATUS_COVER | STATUS_OTHER;
    printer->is_stopped = (device->status & stops) != 0;
    return !printer->is_stopped;
}

static void power_up(struct printer *printer, const struct sim_device *device) {
    int64_t boot_us = printer->boot_us;
    memset(printer, 0, sizeof(*printer));
    printer->boots = device->boots;
    printer->boot_us = boot_us;
}

/* Bytes of the command at hand, as far as it can be told yet. */
static size_t command_needs(const struct printer *printer) {
    const uint8_t *command = printer->command;
    size_t length = printer->command_length;
    if (command[0] != ESC && command[0] != GS && command[0] != FS)
        return printer->is_kanji && command[0] >= LEAD ? 2 : 1;
    if (length < 2)
        return 2;
    if (command[0] == FS || (command[0] == ESC && command[1] == '@'))
        return 2;
    if (command[0] != GS || command[1] != '(')
        return 3;
    size_t data = length < 5 ? 0 : (size_t)(command[3] | command[4] << 8);
    return 5 + (data <= COMMAND_MAX - 5 ? data : COMMAND_MAX - 5);
}

/* Does what the command says; returns how long that takes. */
static int64_t carry_out(struct sim_bus *bus, int64_t at_us) {
    struct printer *printer = bus->own;
    const uint8_t *command = printer->command;
    switch (command[0]) {
    case LF:
        put(printer, command, 1);
        printer->is_in_line = false;
        return LINE_US;
    case ESC:
        if (command[1] == '@')
            printer->is_kanji = printer->is_double = printer->is_in_line = false;
        return 0;
    case FS:
        printer->is_kanji = command[1] == '&';
        return 0;
    case GS:
        return obey_gs(bus, at_us);
    default:
        print_text(printer);
        return 0;
    }
}

static int64_t obey_gs(struct sim_bus *bus, int64_t at_us) {
    struct printer *printer = bus->own;
    const uint8_t *command = printer->command;
    if (command[1] == '!')
        printer->is_double = command[2] != 0;
    if (command[1] == 'r' && command[2] == 1) {
        bool is_low = (bus->devices[0].status & STATUS_PAPER_LOW) != 0;
        answer(bus, is_low ? 0x03 : 0, at_us);
    }
    if (command[1] == '(') {
        obey_qr(printer);
        return command[6] == 'Q' ? QR_US : 0;
    }
    if (command[1] == 'V') {
        cut(bus, at_us + CUT_US);
        return CUT_US;
    }
    return 0;
}

/* cn 49; fn 80 stores, 81 prints what is stored. */
static void obey_qr(struct printer *printer) {
    const uint8_t *command = printer->command;
    size_t length = printer->command_length;
    if (length < QR_HEAD || command[2] != 'k' || command[5] != '1')
        return;
    if (command[6] == 'P' && length > QR_HEAD) {
        size_t content = length - QR_HEAD - 1;
        printer->stored_length = content < SIM_QR_MAX ? content : SIM_QR_MAX;
        memcpy(printer->stored, command + QR_HEAD + 1, printer->stored_length);
    }
    if (command[6] == 'Q') {
        printer->paper.qr_length = printer->stored_length;
        memcpy(printer->paper.qr, printer->stored, printer->stored_length);
    }
}

static void put(struct printer *printer, const uint8_t *bytes, size_t length) {
    struct sim_sight *paper = &printer->paper;
    if (paper->text_length + length <= SIM_TEXT_MAX) {
        memcpy(paper->text + paper->text_length, bytes, length);
        paper->text_length += length;
    }
}

/*
 * A line that is large begins with 1D, as a dispenser's text does. Chinese outside of kanji mode comes out as signs, and
 * bytes that are no characters not at all.
 */
static void print_text(struct printer *printer) {
    const uint8_t *command = printer->command;
    if (command[0] < FIRST_SIGN)
        return;
    if (!printer->is_in_line && printer->is_double)
        put(printer, (const uint8_t[]){ GS }, 1);
    printer->is_in_line = true;
    if (printer->command_length == 2 || command[0] < LEAD)
        put(printer, command, printer->command_length);
    else
        put(printer, (const uint8_t *)"?", 1);
}

static void cut(struct sim_bus *bus, int64_t at_us) {
    struct printer *printer = bus->own;
    struct sim_device *device = &bus->devices[0];
    struct sim_sight *paper = &printer->paper;
    while (paper->text_length > 0 && paper->text[paper->text_length - 1] == LF)
        paper->text_length--;
    /* A blank scrap goes into the bin, and nobody says that it saw it. */
    if (paper->text_length == 0 && paper->qr_length == 0)
        return;
    paper->kind = SIGHT_PAPER;
    paper->device = device->place;
    paper->at_us = at_us;
    device->counts.papers++;
    device->saw(device->context, paper);
    memset(paper, 0, sizeof(*paper));
}
