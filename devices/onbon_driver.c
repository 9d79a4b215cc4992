#include "devices/onbon_driver.h"

#include <stdio.h>
#include <string.h>

#include "devices/schedule.h"
#include "devices/sign.h"
#include "devices/sign_layout.h"
#include "devices/wiring.h"
#include "protocol/onbon.h"

enum {
    ANSWER_US = 500000,       /* beyond the wire time; a network and a card at work in it */
    ANSWER_LEAST_US = 100000, /* the schedule's short time-out is one of Modbus devices */
    PING_PAUSE_US = 1000000,  /* between two questions to a living card */
    AGAIN_US = 100000,        /* after an answer that did not come */
    LATE_US = 1000000,        /* so long an answer may come after its time */
    REPLY_BYTES = 40,         /* a reply on the wire, some of it escaped */
    WRITE_MOST_US = 1000000,
    BUSY_PAUSE_US = 500000,
    BUSY_TRIES = 4, /* a card that is busy more often than this is at fault */
    REFUSED_PAUSE_US = 1000000,
    REFUSED_MOST_US = 30000000,
    HEARD_SIZE = 256
};

enum card_outcome { CARD_WELL, CARD_REFUSED, CARD_SILENT, CARD_MANGLED, CARD_GONE, CARD_STOPPED };

struct card {
    struct sign sign;
    struct schedule_item *item;
    bool is_shown;
    unsigned refusals; /* running, of the newest image */
    int64_t doubt_us;  /* until then a reply may belong to another question than the newest area */
    int64_t sent_us;   /* the newest area was last sent; 0 never, or it was answered */
};

struct onbon {
    struct link *link;
    struct schedule schedule;
    struct card cards[BUS_DEVICES_MAX];
    struct onbon_reader reader;
    struct wiring wiring;
};

struct asked {
    enum ask ask;
    int64_t sent_us, done_us, waited_us, busy_us;
    enum card_outcome outcome;
    uint8_t error;
    unsigned misfits;
    size_t heard, sent; /* bytes since the question, and its own */
    bool has_echo;      /* our own frame came back */
};

static void onbon_init(void *state, struct link *link);
static bool onbon_rise(void *state);
static void onbon_fall(void *state, bool is_end, int64_t now_us);
static void onbon_show(void *state, unsigned device, const struct image *image, int64_t now_us);
static enum hall_error onbon_step(void *state);
static void onbon_exchange(struct onbon *onbon, struct card *card, struct asked *asked);
static size_t card_write(const struct card *card, enum ask ask, uint8_t *frame);
static enum card_outcome onbon_listen(struct onbon *onbon, const struct card *card,
                                      struct asked *asked, int64_t deadline_us);
static bool onbon_take(struct onbon *onbon, const struct card *card, uint8_t byte,
                       struct asked *asked);
static bool is_answered(const struct asked *asked);
static enum sample sample_of(const struct asked *asked);
static void card_plan(struct card *card, int64_t since_us);
static void card_hear(struct card *card, const struct asked *asked);
static void card_answer(struct card *card, const struct asked *asked);
static void card_miss(struct card *card, const struct asked *asked);
static void card_refuse(struct card *card, const struct asked *asked);
static void onbon_count(struct onbon *onbon, const struct card *card, const struct asked *asked);

const struct driver ONBON_DRIVER = { .size = sizeof(struct onbon),
                                     .init = onbon_init,
                                     .rise = onbon_rise,
                                     .fall = onbon_fall,
                                     .show = onbon_show,
                                     .step = onbon_step };

static void onbon_init(void *state, struct link *link) {
    struct onbon *onbon = state;
    onbon->link = link;
    onbon->schedule.count = link->config->device_count;
    wiring_init(&onbon->wiring, link);
    for (unsigned i = 0; i < link->config->device_count; i++) {
        struct card *card = &onbon->cards[i];
        sign_init(&card->sign, link, i);
        card->item = &onbon->schedule.items[i];
        *card->item = (struct schedule_item){ .role = card->sign.config->role };
    }
}

static bool onbon_rise(void *state) {
    struct onbon *onbon = state;
    schedule_reset(&onbon->schedule, line_now_us());
    memset(&onbon->reader, 0, sizeof onbon->reader);
    wiring_rise(&onbon->wiring);
    return true;
}

static void onbon_fall(void *state, bool is_end, int64_t now_us) {
    struct onbon *onbon = state;
    for (unsigned i = 0; i < onbon->schedule.count && !is_end; i++) {
        struct card *card = &onbon->cards[i];
        card->is_shown = false;
        card->sent_us = card->doubt_us = 0;
        if (card->sign.is_online) {
            sign_lose(&card->sign, "the line is lost", now_us);
        }
    }
    struct bus_stats *stats = link_lock(onbon->link);
    for (unsigned i = 0; i < onbon->schedule.count; i++) {
        sign_fill(&onbon->cards[i].sign, "", &stats->devices[i]);
    }
    link_unlock(onbon->link);
}

static void onbon_show(void *state, unsigned device, const struct image *image, int64_t now_us) {
    struct onbon *onbon = state;
    struct card *card = &onbon->cards[device];
    if (!sign_take(&card->sign, image, now_us)) {
        return;
    }
    /* A late answer to the area that was sent before must not pass for one to this. */
    if (card->sent_us != 0) {
        int64_t late_us = card->sent_us + ANSWER_US + LATE_US;
        card->doubt_us = card->doubt_us > late_us ? card->doubt_us : late_us;
    }
    card->sent_us = 0;
    card->refusals = 0;
    card->is_shown = false;
    card->item->rank = image->rank;
    card->item->write_us = now_us;
    card_plan(card, now_us);
}

static enum hall_error onbon_step(void *state) {
    struct onbon *onbon = state;
    struct choice choice = schedule_next(&onbon->schedule, line_now_us());
    if (choice.ask == ASK_NOTHING) {
        return link_wait(onbon->link, choice.wake_us) ? HALL_OK : HALL_BUSY;
    }
    struct card *card = &onbon->cards[choice.device];
    struct asked asked = { .ask = choice.ask };
    int64_t began_us = line_now_us();
    onbon_exchange(onbon, card, &asked);
    if (asked.outcome == CARD_GONE || asked.outcome == CARD_STOPPED) {
        return asked.outcome == CARD_GONE ? HALL_GONE : HALL_BUSY;
    }
    bool was_dead = card->item->life == LIFE_DEAD;
    card_hear(card, &asked);
    if (was_dead) {
        schedule_spend(&onbon->schedule, line_now_us() - began_us);
    } else if (asked.outcome == CARD_WELL) {
        schedule_learn(&onbon->schedule, choice.device, asked.done_us - began_us);
    }
    onbon_count(onbon, card, &asked);
    struct diagnosis_note note = { .device = choice.device,
                                   .sample = sample_of(&asked),
                                   .has_echo = asked.has_echo,
                                   .at_us = asked.done_us };
    wiring_note(&onbon->wiring, &note);
    return HALL_OK;
}

static void onbon_exchange(struct onbon *onbon, struct card *card, struct asked *asked) {
    struct line *line = onbon->link->line;
    uint8_t frame[ONBON_FRAME_MAX];
    size_t length = card_write(card, asked->ask, frame);
    int64_t wire_us = line_wire_us(line, length + REPLY_BYTES);
    int64_t answer_us = schedule_answer_us(card->item, ANSWER_US);
    answer_us = answer_us < ANSWER_LEAST_US ? ANSWER_LEAST_US : answer_us;
    asked->outcome = CARD_GONE;
    /* What is left of an answer before goes with the silence. */
    onbon->reader.is_inside = false;
    if (line_wait_silence(line, ANSWER_LEAST_US) == HALL_GONE) {
        return;
    }
    asked->sent = length;
    asked->sent_us = line_now_us();
    enum hall_error error = line_write_until(line, frame, length, asked->sent_us + WRITE_MOST_US);
    if (error == HALL_BUSY) {
        asked->outcome = CARD_STOPPED;
    } else if (error == HALL_TIMEOUT) {
        line_lose(line, "the line takes no more bytes");
    } else if (error == HALL_OK) {
        int64_t deadline_us = asked->sent_us + wire_us + answer_us + line->lag_us;
        asked->outcome = onbon_listen(onbon, card, asked, deadline_us);
    }
    asked->done_us = line_now_us();
    asked->waited_us = asked->done_us - asked->sent_us - wire_us;
    asked->busy_us = wire_us + line->silence_us;
}

static size_t card_write(const struct card *card, enum ask ask, uint8_t *frame) {
    const struct device_config *config = card->sign.config;
    if (ask != ASK_IMAGE) {
        return onbon_write_command(config->address, ONBON_PING, frame);
    }
    struct onbon_area area;
    sign_lay_area(config, &card->sign.image, &area);
    return onbon_write_area(config->address, &area, frame);
}

/* A frame of this card that says something else, or is broken, does not end the waiting: the right one may follow. */
static enum card_outcome onbon_listen(struct onbon *onbon, const struct card *card,
                                      struct asked *asked, int64_t deadline_us) {
    unsigned broken = onbon->reader.broken;
    for (;;) {
        uint8_t heard[HEARD_SIZE];
        size_t got = 0;
        enum hall_error error =
            line_read(onbon->link->line, deadline_us, heard, sizeof heard, &got);
        if (error == HALL_GONE || error == HALL_BUSY) {
            return error == HALL_GONE ? CARD_GONE : CARD_STOPPED;
        }
        asked->heard += got;
        bool is_answered = false;
        for (size_t i = 0; i < got; i++) {
            is_answered = onbon_take(onbon, card, heard[i], asked) || is_answered;
        }
        if (is_answered) {
            return asked->outcome;
        }
        if (line_now_us() >= deadline_us) {
            return onbon->reader.broken != broken ? CARD_MANGLED : CARD_SILENT;
        }
    }
}

/* True when `byte` ends the card's answer. */
static bool onbon_take(struct onbon *onbon, const struct card *card, uint8_t byte,
                       struct asked *asked) {
    struct onbon_reply reply;
    if (!onbon_hear(&onbon->reader, byte, &reply)) {
        return false;
    }
    uint16_t address = card->sign.config->address;
    if (reply.source == ONBON_HOST) {
        asked->has_echo = true;
        return false;
    }
    bool is_mine = reply.source == address || reply.source == ONBON_WILDCARD;
    bool is_well = reply.command == ONBON_WELL;
    if (!is_mine || reply.destination != ONBON_HOST ||
        (!is_well && reply.command != ONBON_REFUSED)) {
        asked->misfits++;
        return false;
    }
    asked->outcome = is_well ? CARD_WELL : CARD_REFUSED;
    asked->error = reply.error;
    return true;
}

static bool is_answered(const struct asked *asked) {
    return asked->outcome == CARD_WELL || asked->outcome == CARD_REFUSED;
}

static enum sample sample_of(const struct asked *asked) {
    if (is_answered(asked)) {
        return SAMPLE_GOOD;
    }
    if (asked->heard <= (asked->has_echo ? asked->sent : 0)) {
        return SAMPLE_SILENT;
    }
    return asked->misfits > 0 && asked->outcome != CARD_MANGLED ? SAMPLE_FOREIGN : SAMPLE_GARBLED;
}

/* Tells the schedule whether the area is to be written. */
static void card_plan(struct card *card, int64_t since_us) {
    bool is_due = card->sign.has_image && !card->is_shown;
    if (is_due && !card->item->has_image) {
        card->item->image_us = since_us;
    }
    card->item->has_image = is_due;
}

static void card_hear(struct card *card, const struct asked *asked) {
    if (is_answered(asked)) {
        card_answer(card, asked);
    } else {
        card_miss(card, asked);
    }
    card_plan(card, asked->done_us);
}

static void card_answer(struct card *card, const struct asked *asked) {
    struct schedule_item *item = card->item;
    bool has_missed = item->misses > 0;
    schedule_hit(item, asked->waited_us);
    item->life = LIFE_ALIVE;
    item->resume_us = asked->done_us + PING_PAUSE_US;
    sign_come(&card->sign, asked->done_us);
    if (asked->ask != ASK_IMAGE) {
        card->is_shown = card->is_shown && !has_missed;
        return;
    }
    card->sent_us = 0;
    if (asked->outcome == CARD_REFUSED) {
        card_refuse(card, asked);
        return;
    }
    card->refusals = 0;
    sign_judge(&card->sign, "", asked->done_us);
    if (asked->sent_us < card->doubt_us) {
        item->write_us = card->doubt_us;
        return;
    }
    card->is_shown = true;
    card->sign.images++;
}

static void card_miss(struct card *card, const struct asked *asked) {
    struct schedule_item *item = card->item;
    if (asked->ask == ASK_IMAGE) {
        card->sent_us = asked->sent_us;
    } else {
        card->doubt_us = asked->done_us + LATE_US;
    }
    item->resume_us = item->write_us = asked->done_us + AGAIN_US;
    if (asked->outcome == CARD_MANGLED) {
        schedule_mangle(item, asked->done_us);
        return;
    }
    if (schedule_miss(item, asked->done_us)) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "no answer %u of %u", item->misses, OFFLINE_MISSES);
        card->is_shown = false;
        sign_lose(&card->sign, what, asked->done_us);
    }
}

/* A new text is tried at once; the same one again after a pause that grows. */
static void card_refuse(struct card *card, const struct asked *asked) {
    bool is_busy = asked->error == ONBON_BUSY;
    int64_t pause_us = is_busy ? BUSY_PAUSE_US : REFUSED_PAUSE_US;
    card->refusals++;
    for (unsigned i = 1; i < card->refusals && pause_us < REFUSED_MOST_US; i++) {
        pause_us *= 2;
    }
    card->item->write_us =
        asked->done_us + (pause_us < REFUSED_MOST_US ? pause_us : REFUSED_MOST_US);
    if (!is_busy || card->refusals > BUSY_TRIES) {
        char what[WHAT_SIZE];
        snprintf(what, sizeof what, "refuses its text: error %u (%s)", asked->error,
                 onbon_error_words(asked->error));
        sign_judge(&card->sign, what, asked->done_us);
    }
}

static void onbon_count(struct onbon *onbon, const struct card *card, const struct asked *asked) {
    struct bus_stats *bus = link_lock(onbon->link);
    struct device_stats *stats = &bus->devices[card - onbon->cards];
    bus->busy_us += (uint64_t)asked->busy_us;
    bus->stray_bytes = onbon->link->line->stray_bytes;
    sign_fill(&card->sign, "", stats);
    stats->requests++;
    stats->misfits += asked->misfits;
    stats->timeouts += asked->outcome == CARD_SILENT ? 1 : 0;
    stats->crc_errors += asked->outcome == CARD_MANGLED ? 1 : 0;
    if (is_answered(asked)) {
        link_count_answer(stats, asked->done_us - asked->sent_us);
    }
    link_unlock(onbon->link);
}
