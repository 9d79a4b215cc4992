#include "controller/pair.h"

#include <stdio.h>
#include <string.h>

static unsigned hear_dispenser(const struct pair *pair, const struct device_report *said,
                               struct device_report *out);
static unsigned hear_printer(const struct pair *pair, const struct device_report *said,
                             struct device_report *out);
static void note(struct side *side, const struct device_report *said);
static unsigned settle(const struct pair *pair, bool is_new_life, struct device_report *out);
static void fill(const struct pair *pair, struct device_report *out);
static void name_dispenser(const struct pair *pair, struct device_report *out);

unsigned pair_hear(const struct pair *pair, const struct device_report *said,
                   struct device_report out[PAIR_SAYS_MAX]) {
    bool is_dispenser = strcmp(said->device, pair->dispenser_id) == 0;
    return is_dispenser ? hear_dispenser(pair, said, out) : hear_printer(pair, said, out);
}

/* Its own printing part is not used; what is left in it from another time is nobody's job. */
static unsigned hear_dispenser(const struct pair *pair, const struct device_report *said,
                               struct device_report *out) {
    switch (said->kind) {
    case REPORT_ONLINE:
        note(pair->dispenser, said);
        return settle(pair, true, out);
    case REPORT_OFFLINE:
        note(pair->dispenser, said);
        pair->dispenser->told = PAIR_TOLD_AWAY;
        break;
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
    case REPORT_SLIP_OVER:
        return 0;
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_FAULTED:
    case REPORT_RECOVERED:
    case REPORT_KEYS_LOST:
    case REPORT_BUS_DOWN:
    case REPORT_BUS_UP:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
    case REPORT_REMOVED:
        break;
    }
    out[0] = *said;
    return 1;
}

static unsigned hear_printer(const struct pair *pair, const struct device_report *said,
                             struct device_report *out) {
    struct side *printer = pair->printer;
    out[0] = *said;
    switch (said->kind) {
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
    case REPORT_SLIP_OVER:
        printer->done_job = said->done_job;
        name_dispenser(pair, &out[0]);
        return 1;
    case REPORT_BUS_DOWN:
        /* One that was never heard of says nothing more than its line. */
        if (printer->is_up || printer->is_away) {
            return 1;
        }
        note(printer, said);
        break;
    case REPORT_ONLINE:
    case REPORT_OFFLINE:
    case REPORT_FAULTED:
    case REPORT_RECOVERED:
        note(printer, said);
        break;
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_KEYS_LOST:
    case REPORT_BUS_UP:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
    case REPORT_REMOVED:
        return 1;
    }
    return 1 + settle(pair, said->kind == REPORT_ONLINE, out + 1);
}

static void note(struct side *side, const struct device_report *said) {
    if (said->kind == REPORT_FAULTED || said->kind == REPORT_RECOVERED) {
        side->is_out = said->kind == REPORT_FAULTED && said->is_out;
        memcpy(side->fault, said->what, sizeof side->fault);
        return;
    }
    memcpy(side->lost, said->what, sizeof side->lost);
    side->is_up = said->kind == REPORT_ONLINE;
    side->is_away = !side->is_up;
    if (side->is_up) {
        memcpy(side->bus, said->bus, sizeof side->bus);
        side->rebooted = said->rebooted;
        side->epoch = said->epoch;
        side->serial = said->serial;
        side->boots = said->boots;
        side->done_job = said->done_job;
        side->firmware = said->firmware;
    }
}

/* Tells where the two stand together, if the hall thinks otherwise or (`is_new_life`) may be thinking of another life. */
static unsigned settle(const struct pair *pair, bool is_new_life, struct device_report *out) {
    struct side *dispenser = pair->dispenser;
    const struct side *printer = pair->printer;
    bool can_print = printer->is_up && !printer->is_out;
    if (!dispenser->is_up || (!printer->is_up && !printer->is_away)) {
        return 0;
    }
    if (!can_print && dispenser->told != PAIR_TOLD_AWAY) {
        fill(pair, out);
        out->kind = REPORT_OFFLINE;
        snprintf(out->what, sizeof out->what, "%s: %.90s", pair->printer_id,
                 printer->is_up ? printer->fault : printer->lost);
        dispenser->told = PAIR_TOLD_AWAY;
        return 1;
    }
    if (!can_print || (dispenser->told == PAIR_TOLD_ONLINE && !is_new_life)) {
        return 0;
    }
    fill(pair, out);
    out->kind = REPORT_ONLINE;
    /*
     * Only a printer's driver that the hall has heard of since the program's start has said what became of its jobs; of
     * another the hall must take the job at hand for unsure.
     */
    out->rebooted = printer->rebooted && dispenser->told_serial == printer->serial;
    dispenser->told = PAIR_TOLD_ONLINE;
    dispenser->told_serial = printer->serial;
    return 1;
}

static void fill(const struct pair *pair, struct device_report *out) {
    *out = (struct device_report){ .epoch = pair->dispenser->epoch,
                                   .serial = pair->printer->serial,
                                   .boots = pair->printer->boots,
                                   .done_job = pair->printer->done_job,
                                   .firmware = pair->dispenser->firmware };
    name_dispenser(pair, out);
}

static void name_dispenser(const struct pair *pair, struct device_report *out) {
    snprintf(out->device, sizeof out->device, "%s", pair->dispenser_id);
    memcpy(out->bus, pair->dispenser->bus, sizeof out->bus);
    out->role = out->part = ROLE_DISPENSER;
}
