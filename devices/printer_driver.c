#include "devices/printer_driver.h"

#include <string.h>
#include <sys/random.h>

#include "devices/printer.h"
#include "devices/wiring.h"

enum {
    ANSWER_US =
        150000, /* to a question, wire time aside: a serial server's network may be among it */
    TRY_US = 1000000,
    SETTLE_US =
        200000, /* after an answer to GS r: one from before the program's start may stand before ours */
    STOP_US = 100000,     /* a wait for bytes alone is no longer, so that new images are seen */
    PIECES_A_SECOND = 10, /* a job goes out in pieces */
    HEARD_MAX = 64,
    NOBODY_US = 1000000 /* a bus without a printer */
};

struct printer_bus {
    struct link *link;
    struct printer printer;
    struct escpos_heard tried; /* while it is tried whether GS r is answered */
    struct wiring wiring;
    uint8_t question[ESCPOS_QUESTION_SIZE]; /* the last one, */
    size_t echoed;                          /* and so many of its bytes came back running */
};

static void wire_init(void *state, struct link *link);
static bool wire_rise(void *state);
static void wire_fall(void *state, bool is_end, int64_t now_us);
static void wire_show(void *state, unsigned device, const struct image *image, int64_t now_us);
static enum hall_error wire_step(void *state);
static enum hall_error wire_listen(struct printer_bus *bus, int64_t until_us);
static enum hall_error wire_ask(struct printer_bus *bus);
static enum hall_error wire_hear_answer(struct printer_bus *bus);
static void wire_judge(struct printer_bus *bus, const struct escpos_heard *heard, bool is_answered,
                       int64_t now_us);
static enum hall_error wire_hear_left(struct printer_bus *bus);
static enum hall_error wire_begin_try(struct printer_bus *bus);
static enum hall_error wire_go_on_trying(struct printer_bus *bus);
static enum hall_error wire_send_piece(struct printer_bus *bus);
static enum hall_error wire_write(struct printer_bus *bus, const uint8_t *bytes, size_t length);
static enum hall_error wire_read(struct printer_bus *bus, int64_t deadline_us,
                                 struct escpos_heard *heard);
static void wire_count(struct printer_bus *bus, bool is_asked, int64_t took_us, bool is_noise);

const struct driver PRINTER_DRIVER = { .size = sizeof(struct printer_bus),
                                       .init = wire_init,
                                       .rise = wire_rise,
                                       .fall = wire_fall,
                                       .show = wire_show,
                                       .step = wire_step };

static void wire_init(void *state, struct link *link) {
    struct printer_bus *bus = state;
    uint32_t serial = 0;
    /* Before the system has gathered any chance the clock must do: never the same life twice is what matters. */
    if (getrandom(&serial, sizeof serial, GRND_NONBLOCK) != (ssize_t)sizeof serial) {
        serial = (uint32_t)line_now_us();
    }
    bus->link = link;
    wiring_init(&bus->wiring, link);
    printer_init(&bus->printer, &link->config->devices[0], serial == 0 ? 1 : serial);
    bus->printer.bus_id = link->config->id;
    bus->printer.callbacks = link->callbacks;
}

static bool wire_rise(void *state) {
    struct printer_bus *bus = state;
    wiring_rise(&bus->wiring);
    printer_rise(&bus->printer, line_now_us());
    return true;
}

static void wire_fall(void *state, bool is_end, int64_t now_us) {
    struct printer_bus *bus = state;
    if (is_end || bus->link->config->device_count == 0 || bus->printer.is_lost) {
        return;
    }
    printer_lose(&bus->printer, "the line is lost", now_us);
    wire_count(bus, false, 0, false);
}

static void wire_show(void *state, unsigned device, const struct image *image, int64_t now_us) {
    struct printer_bus *bus = state;
    (void)now_us;
    if (device == 0) {
        printer_want(&bus->printer, &image->dispenser.job);
    }
}

static enum hall_error wire_step(void *state) {
    struct printer_bus *bus = state;
    int64_t now_us = line_now_us();
    int64_t until_us = now_us + NOBODY_US;
    enum printer_deed deed = DEED_WAIT;
    if (bus->link->config->device_count > 0) {
        deed = printer_next(&bus->printer, now_us, &until_us);
    }
    switch (deed) {
    case DEED_WAIT:
        return link_wait(bus->link, until_us) ? HALL_OK : HALL_BUSY;
    case DEED_LISTEN:
        return wire_listen(bus, until_us);
    case DEED_ASK:
        return wire_ask(bus);
    case DEED_TRY:
        return wire_begin_try(bus);
    case DEED_SEND:
        return wire_send_piece(bus);
    }
    return HALL_OK;
}

static enum hall_error wire_listen(struct printer_bus *bus, int64_t until_us) {
    if (bus->printer.phase == PRINTER_TRYING) {
        return wire_go_on_trying(bus);
    }
    return link_listen(bus->link, until_us) ? wire_hear_left(bus) : HALL_BUSY;
}

static enum hall_error wire_ask(struct printer_bus *bus) {
    enum hall_error error = wire_hear_left(bus);
    escpos_write_question(bus->printer.about, bus->question);
    bus->echoed = 0;
    if (error == HALL_OK) {
        error = wire_write(bus, bus->question, sizeof bus->question);
    }
    return error == HALL_OK ? wire_hear_answer(bus) : error;
}

static enum hall_error wire_hear_answer(struct printer_bus *bus) {
    struct escpos_heard heard = { 0 };
    enum hall_error error = HALL_OK;
    int64_t asked_us = line_now_us();
    int64_t deadline_us = asked_us + ANSWER_US + bus->link->line->lag_us +
                          line_wire_us(bus->link->line, ESCPOS_QUESTION_SIZE + 1);
    while (error == HALL_OK && heard.statuses == 0) {
        error = wire_read(bus, deadline_us, &heard);
    }
    if (error == HALL_GONE || error == HALL_BUSY) {
        return error;
    }
    bool is_clean = heard.noise == 0 && heard.turns <= 1 && heard.statuses <= 1;
    int64_t now_us = line_now_us();
    if (is_clean && heard.turns == 1) {
        printer_take_turn(&bus->printer, now_us);
    }
    if (is_clean && heard.statuses == 1) {
        printer_take_answer(&bus->printer, heard.status, now_us);
    } else {
        printer_miss(&bus->printer, now_us);
    }
    bool is_answered = is_clean && heard.statuses == 1;
    wire_judge(bus, &heard, is_answered, now_us);
    wire_count(bus, true, is_answered ? now_us - asked_us : -1, !is_clean);
    return HALL_OK;
}

/* An answer behind an echo is none that the printer's state is taken from, but one of the line. */
static void wire_judge(struct printer_bus *bus, const struct escpos_heard *heard, bool is_answered,
                       int64_t now_us) {
    bool has_echo = bus->echoed == ESCPOS_QUESTION_SIZE;
    size_t bytes = heard->statuses + heard->turns + heard->noise;
    struct diagnosis_note note = { .has_echo = has_echo, .at_us = now_us };
    if (is_answered || (has_echo && heard->statuses == 1)) {
        note.sample = SAMPLE_GOOD;
    } else {
        bool is_silent = bytes == (has_echo ? ESCPOS_QUESTION_SIZE : 0);
        note.sample = is_silent ? SAMPLE_SILENT : SAMPLE_GARBLED;
    }
    wiring_note(&bus->wiring, &note);
}

/* What came since the last question: the end of a job, or stray bytes. */
static enum hall_error wire_hear_left(struct printer_bus *bus) {
    struct escpos_heard heard = { 0 };
    uint64_t stray = bus->link->line->stray_bytes;
    enum hall_error error = wire_read(bus, line_now_us(), &heard);
    bool is_turn = heard.turns == 1 && heard.noise == 0 && heard.statuses == 0;
    if (is_turn && bus->printer.phase == PRINTER_AWAITED) {
        printer_take_turn(&bus->printer, line_now_us());
        wire_count(bus, false, 0, false);
    } else {
        bus->link->line->stray_bytes = stray + heard.turns + heard.noise + heard.statuses;
    }
    return error == HALL_TIMEOUT ? HALL_OK : error;
}

static enum hall_error wire_begin_try(struct printer_bus *bus) {
    uint8_t bytes[ESCPOS_RESET_SIZE + ESCPOS_QUESTION_SIZE];
    size_t length = escpos_write_reset(bytes);
    escpos_write_turn(bytes + length);
    length += ESCPOS_QUESTION_SIZE;
    bus->tried = (struct escpos_heard){ 0 };
    bus->printer.due_us = line_now_us() + line_wire_us(bus->link->line, length) + TRY_US;
    return wire_write(bus, bytes, length);
}

static enum hall_error wire_go_on_trying(struct printer_bus *bus) {
    struct printer *printer = &bus->printer;
    int64_t now_us = line_now_us();
    unsigned turns = bus->tried.turns;
    int64_t deadline_us = now_us + STOP_US < printer->due_us ? now_us + STOP_US : printer->due_us;
    enum hall_error error = wire_read(bus, deadline_us, &bus->tried);
    now_us = line_now_us();
    if (bus->tried.turns > turns) {
        printer->due_us = now_us + SETTLE_US;
    }
    if (now_us >= printer->due_us) {
        printer_end_try(printer, bus->tried.turns > 0 && bus->tried.noise == 0, now_us);
    }
    return error == HALL_TIMEOUT ? HALL_OK : error;
}

static enum hall_error wire_send_piece(struct printer_bus *bus) {
    struct printer *printer = &bus->printer;
    size_t left = printer->length - printer->sent;
    int64_t piece_us = 1000000 / PIECES_A_SECOND;
    size_t piece = 1;
    while (piece < left && line_wire_us(bus->link->line, piece + 1) <= piece_us) {
        piece++;
    }
    enum hall_error error = wire_write(bus, printer->bytes + printer->sent, piece);
    if (error == HALL_OK) {
        printer_note_sent(printer, piece, line_now_us() + line_wire_us(bus->link->line, piece));
    }
    return error;
}

static enum hall_error wire_write(struct printer_bus *bus, const uint8_t *bytes, size_t length) {
    enum hall_error error = line_write(bus->link->line, bytes, length);
    struct bus_stats *stats = link_lock(bus->link);
    stats->busy_us += (uint64_t)line_wire_us(bus->link->line, length);
    link_unlock(bus->link);
    return error;
}

static enum hall_error wire_read(struct printer_bus *bus, int64_t deadline_us,
                                 struct escpos_heard *heard) {
    uint8_t bytes[HEARD_MAX];
    size_t got = 0;
    enum hall_error error = line_read(bus->link->line, deadline_us, bytes, sizeof bytes, &got);
    if (error == HALL_OK) {
        escpos_hear(heard, bytes, got);
    }
    for (size_t i = 0; i < got && bus->echoed < ESCPOS_QUESTION_SIZE; i++) {
        bool is_next = bytes[i] == bus->question[bus->echoed];
        bus->echoed = is_next ? bus->echoed + 1 : (bytes[i] == bus->question[0] ? 1 : 0);
    }
    return error;
}

/* `took_us` -1: no answer that could be read. */
static void wire_count(struct printer_bus *bus, bool is_asked, int64_t took_us, bool is_noise) {
    const struct printer *printer = &bus->printer;
    struct bus_stats *stats = link_lock(bus->link);
    struct device_stats *own = &stats->devices[0];
    stats->stray_bytes = bus->link->line->stray_bytes;
    own->requests += is_asked;
    own->timeouts += is_asked && took_us < 0;
    own->misfits += is_noise;
    if (is_asked && took_us >= 0) {
        link_count_answer(own, took_us);
    }
    own->is_online = !printer->is_away;
    own->is_faulted = printer->status != 0;
    own->images = printer->papers;
    memcpy(own->what, printer_what(printer), WHAT_SIZE);
    link_unlock(bus->link);
}
