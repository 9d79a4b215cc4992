#include "controller/wires.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "controller/image.h"
#include "controller/wires_private.h"
#include "devices/profile.h"

static const char NO_THREAD[] = "no memory or thread";

static void move_kept(struct wires *wires, const unsigned kept[BUSES_MAX]);
static void forget_faults(struct wires *wires, const struct bus_config *bus);
static void open_bus(struct wires *wires, unsigned place);
static void forget_shown(struct shown *shown);
static void end_slip(struct wires *wires, const char *dispenser_id, uint16_t job);
static struct announce *announce_of(struct wires *wires, const char *device_id);
static void announce_to(struct wires *wires, unsigned place, const struct snapshot *snapshot,
                        const struct config *config, struct image *image);
static void add_to_index(struct wires *wires, const char *id, unsigned place);
static bool find_pair(struct wires *wires, const struct device_report *said, struct pair *pair);
static unsigned printer_of_bus(const struct wires *wires, const char *bus);
static struct slip *slip_of(struct wires *wires, unsigned place);
static uint32_t hash_of(const char *id);
static void report(void *context, const struct device_report *report);
static void show(struct wires *wires, unsigned place, int64_t now_ms, const struct image *image);
static enum image_rank rank_of(const struct image *old, const struct image *new);
static bool is_same(const struct image *a, const struct image *b);

struct wires *wires_open(const struct config *config, struct inbox *inbox,
                         void (*log)(void *context, int level, const char *text)) {
    struct wires *wires = calloc(1, sizeof *wires);
    if (wires == NULL) {
        return NULL;
    }
    wires->inbox = inbox;
    wires->log = log;
    wires->memory = calloc(ALL_DEVICES, sizeof *wires->memory);
    if (wires->memory == NULL) {
        free(wires);
        return NULL;
    }
    unsigned kept[BUSES_MAX];
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        wires->shown[i] = wires->memory + (size_t)i * BUS_DEVICES_MAX;
        kept[i] = BUS_NOT_KEPT;
    }
    wires_reopen(wires, config, kept);
    return wires;
}

void wires_reopen(struct wires *wires, const struct config *config,
                  const unsigned kept[BUSES_MAX]) {
    bool is_reload = wires->config != NULL;
    move_kept(wires, kept);
    memset(wires->index, 0xff, sizeof wires->index);
    wires->config = config;
    for (unsigned i = 0; i < config->bus_count; i++) {
        const struct bus_config *bus = &config->buses[i].bus;
        for (unsigned k = 0; k < bus->device_count; k++) {
            add_to_index(wires, bus->devices[k].id, i * BUS_DEVICES_MAX + k);
        }
        if (kept[i] == BUS_NOT_KEPT && is_reload) {
            forget_faults(wires, bus);
        }
        if (kept[i] == BUS_NOT_KEPT) {
            open_bus(wires, i);
        }
    }
    struct bus_callbacks callbacks = { .report = report, .log = wires->log, .context = wires };
    card_reopen(&wires->card, config, &callbacks, &wires->counts);
}

void wires_close(struct wires *wires) {
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        if (wires->buses[i] != NULL) {
            bus_close(wires->buses[i]);
        }
        forget_shown(wires->shown[i]);
    }
    card_close(&wires->card);
    free(wires->memory);
    free(wires);
}

const struct device_place *wires_place(const struct wires *wires, const char *device_id,
                                       unsigned *bus, unsigned *device) {
    unsigned place = wires_find(wires, device_id);
    if (place == NOWHERE) {
        return NULL;
    }
    if (bus != NULL && device != NULL) {
        *bus = place / BUS_DEVICES_MAX;
        *device = place % BUS_DEVICES_MAX;
    }
    return wires_place_at(wires, place);
}

unsigned wires_hear(struct wires *wires, const struct device_report *said,
                    struct device_report out[PAIR_SAYS_MAX]) {
    struct pair pair;
    if (find_pair(wires, said, &pair)) {
        return pair_hear(&pair, said, out);
    }
    out[0] = *said;
    return 1;
}

/* A unit counts all its keys as one, but its parts are answered each on their own. */
void wires_answer(struct wires *wires, const struct device_report *press, unsigned answer) {
    unsigned place = wires_find(wires, press->device);
    struct key_answer given = { .epoch = press->epoch,
                                .count = press->count,
                                .answer = (uint16_t)answer };
    if (place != NOWHERE && press->part == ROLE_TERMINAL) {
        wires_shown_at(wires, place)->answer = given;
    } else if (place != NOWHERE && press->part == ROLE_KEYPAD) {
        wires_shown_at(wires, place)->keypad_answer = given;
    }
}

enum reason wires_identify(struct wires *wires, const char *device_id, uint16_t seconds) {
    unsigned place = wires_find(wires, device_id);
    if (place == NOWHERE) {
        bool is_card = wires_has_card(wires) && strcmp(device_id, ANNOUNCE_CARD) == 0;
        return is_card ? REASON_NOT_ABLE : REASON_NO_SUCH;
    }
    const struct device_config *config = wires_config_at(wires, place);
    if (config->role == ROLE_PRINTER || !profile_can_identify(config->profile)) {
        return REASON_NOT_ABLE;
    }
    wires_shown_at(wires, place)->identify_s = seconds;
    wires_shown_at(wires, place)->identify_count++;
    return REASON_NONE;
}

void wires_print_slip(struct wires *wires, const char *dispenser_id, const char *text,
                      int64_t now_ms) {
    unsigned place = wires_find(wires, dispenser_id);
    bool can_print =
        place != NOWHERE && (wires_place_at(wires, place)->printer[0] == 0 ||
                             wires_shown_at(wires, place)->side.told == PAIR_TOLD_ONLINE);
    if (can_print) {
        slip_put(&wires_shown_at(wires, place)->slip, text, now_ms);
    }
}

void wires_note_done(struct wires *wires, const char *dispenser_id, uint16_t done_job) {
    unsigned place = wires_find(wires, dispenser_id);
    if (place != NOWHERE) {
        slip_note_done(&wires_shown_at(wires, place)->slip, done_job);
    }
}

bool wires_settle(struct wires *wires, const struct device_report *report, struct input *input) {
    struct announce *announce = announce_of(wires, report->device);
    if (report->kind == REPORT_SLIP_OVER) {
        end_slip(wires, report->device, report->job);
        return false;
    }
    if (report->kind != REPORT_SPOKEN) {
        return true;
    }
    bool is_given_up = report->what[0] != 0;
    const struct announce_line *line =
        announce == NULL ? NULL : announce_end(announce, report->count, is_given_up);
    if (line == NULL) {
        return false;
    }
    input->kind = INPUT_SPOKEN;
    input->window = line->window;
    input->spoken.device = report->device;
    input->spoken.visit = line->visit;
    input->spoken.calls = line->calls;
    input->spoken.is_given_up = is_given_up;
    return true;
}

const struct announce_counts *wires_announcements(const struct wires *wires) {
    return &wires->counts;
}

bool wires_has_card(const struct wires *wires) {
    return wires->card.speaker != NULL;
}

void wires_show(struct wires *wires, const struct snapshot *snapshot, const struct config *config) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_place *bus = &wires->config->buses[i];
        for (unsigned k = 0; k < bus->bus.device_count; k++) {
            unsigned place = i * BUS_DEVICES_MAX + k;
            struct image image;
            image_of_device(snapshot, config, &bus->bus.devices[k], &bus->devices[k], &image);
            announce_to(wires, place, snapshot, config, &image);
            show(wires, place, snapshot->now_ms, &image);
        }
    }
    card_show(&wires->card, snapshot, config);
}

unsigned wires_count(const struct wires *wires) {
    return wires->config->bus_count;
}

const struct bus_config *wires_stats(struct wires *wires, unsigned bus, struct bus_stats *stats) {
    *stats = (struct bus_stats){ 0 };
    if (wires->buses[bus] != NULL) {
        bus_read_stats(wires->buses[bus], stats);
    } else {
        memcpy(stats->what, NO_THREAD, sizeof NO_THREAD);
    }
    return &wires->config->buses[bus].bus;
}

/* What is kept stands where the new config has it; the other buses are closed. */
static void move_kept(struct wires *wires, const unsigned kept[BUSES_MAX]) {
    struct bus *buses[BUSES_MAX] = { NULL };
    struct shown *shown[BUSES_MAX];
    bool is_kept[BUSES_MAX] = { false };
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        if (kept[i] != BUS_NOT_KEPT) {
            buses[i] = wires->buses[kept[i]];
            shown[i] = wires->shown[kept[i]];
            is_kept[kept[i]] = true;
        }
    }
    unsigned next = 0; /* the old bus whose place is taken next: the first that is not kept */
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        if (kept[i] != BUS_NOT_KEPT) {
            continue;
        }
        while (is_kept[next]) {
            next++;
        }
        bus_close(wires->buses[next]);
        forget_shown(wires->shown[next]);
        shown[i] = wires->shown[next++];
    }
    memcpy(wires->buses, buses, sizeof buses);
    memcpy(wires->shown, shown, sizeof shown);
}

/*
 * What a closed bus said against a device holds no more: the new one begins without a fault, and says its own but nothing
 * of a device that is well. Behind the closed bus's last reports, before the new one's first.
 */
static void forget_faults(struct wires *wires, const struct bus_config *bus) {
    for (unsigned i = 0; i < bus->device_count; i++) {
        struct device_report well = { .kind = REPORT_RECOVERED,
                                      .role = bus->devices[i].role,
                                      .part = bus->devices[i].role };
        memcpy(well.bus, bus->id, sizeof well.bus);
        memcpy(well.device, bus->devices[i].id, sizeof well.device);
        report(wires, &well);
    }
}

static void open_bus(struct wires *wires, unsigned place) {
    struct bus_callbacks callbacks = { .report = report, .log = wires->log, .context = wires };
    const struct bus_config *bus = &wires->config->buses[place].bus;
    struct shown *shown = wires->shown[place];
    forget_shown(shown);
    for (unsigned i = 0; i < bus->device_count; i++) {
        slip_begin(&shown[i].slip);
        if (bus->devices[i].role == ROLE_VOICE) {
            shown[i].announce = calloc(1, sizeof *shown[i].announce);
        }
        if (shown[i].announce != NULL) {
            announce_begin(shown[i].announce, &wires->counts);
        }
    }
    wires->buses[place] = bus_open(bus, &callbacks);
    if (wires->buses[place] == NULL) {
        char text[WHAT_SIZE];
        snprintf(text, sizeof text, "bus %s: %s, stays down", bus->id, NO_THREAD);
        wires->log(NULL, LOG_CRIT, text);
    }
}

/* Of all devices of one bus. */
static void forget_shown(struct shown *shown) {
    for (unsigned i = 0; i < BUS_DEVICES_MAX; i++) {
        free(shown[i].announce);
    }
    memset(shown, 0, BUS_DEVICES_MAX * sizeof *shown);
}

/* NULL: no voice, or there was no memory for what it is to say. */
static struct announce *announce_of(struct wires *wires, const char *device_id) {
    if (strcmp(device_id, ANNOUNCE_CARD) == 0 && wires_has_card(wires)) {
        return &wires->card.announce;
    }
    unsigned place = wires_find(wires, device_id);
    return place == NOWHERE ? NULL : wires_shown_at(wires, place)->announce;
}

static void end_slip(struct wires *wires, const char *dispenser_id, uint16_t job) {
    unsigned place = wires_find(wires, dispenser_id);
    if (place != NOWHERE) {
        slip_end(&wires_shown_at(wires, place)->slip, job);
    }
}

static void announce_to(struct wires *wires, unsigned place, const struct snapshot *snapshot,
                        const struct config *config, struct image *image) {
    struct announce *announce = wires_shown_at(wires, place)->announce;
    const struct announce_voice voice = { .id = wires_config_at(wires, place)->id,
                                          .zone = wires_place_at(wires, place)->zone };
    if (announce != NULL) {
        announce_follow(announce, &voice, snapshot, config);
        announce_show(announce, snapshot, config, &image->voice);
    }
}

struct shown *wires_shown_at(struct wires *wires, unsigned place) {
    return &wires->shown[place / BUS_DEVICES_MAX][place % BUS_DEVICES_MAX];
}

static void add_to_index(struct wires *wires, const char *id, unsigned place) {
    uint32_t at = hash_of(id) % INDEX_SIZE;
    while (wires->index[at] != NOWHERE) {
        at = (at + 1) % INDEX_SIZE;
    }
    wires->index[at] = (uint16_t)place;
}

unsigned wires_find(const struct wires *wires, const char *id) {
    uint32_t at = hash_of(id) % INDEX_SIZE;
    while (wires->index[at] != NOWHERE &&
           strcmp(wires_config_at(wires, wires->index[at])->id, id) != 0) {
        at = (at + 1) % INDEX_SIZE;
    }
    return wires->index[at];
}

const struct device_config *wires_config_at(const struct wires *wires, unsigned place) {
    return &wires->config->buses[place / BUS_DEVICES_MAX].bus.devices[place % BUS_DEVICES_MAX];
}

const struct device_place *wires_place_at(const struct wires *wires, unsigned place) {
    return &wires->config->buses[place / BUS_DEVICES_MAX].devices[place % BUS_DEVICES_MAX];
}

/* False: it is said of neither a dispenser with a printer nor a printer. */
static bool find_pair(struct wires *wires, const struct device_report *said, struct pair *pair) {
    unsigned one = said->device[0] != 0            ? wires_find(wires, said->device)
                   : said->kind == REPORT_BUS_DOWN ? printer_of_bus(wires, said->bus)
                                                   : NOWHERE;
    if (one == NOWHERE) {
        return false;
    }
    bool is_printer = wires_config_at(wires, one)->role == ROLE_PRINTER;
    const struct device_place *place = wires_place_at(wires, one);
    unsigned other = wires_find(wires, is_printer ? place->dispenser : place->printer);
    if (other == NOWHERE) {
        /* One that gets a printer by a reload is opened anew then, and says all again. */
        return false;
    }
    unsigned dispenser = is_printer ? other : one;
    unsigned printer = is_printer ? one : other;
    *pair = (struct pair){ .dispenser_id = wires_config_at(wires, dispenser)->id,
                           .printer_id = wires_config_at(wires, printer)->id,
                           .dispenser = &wires_shown_at(wires, dispenser)->side,
                           .printer = &wires_shown_at(wires, printer)->side };
    return true;
}

static unsigned printer_of_bus(const struct wires *wires, const char *bus) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_config *config = &wires->config->buses[i].bus;
        if (strcmp(config->id, bus) == 0 && config->protocol == PROTOCOL_ESCPOS &&
            config->device_count > 0) {
            return i * BUS_DEVICES_MAX;
        }
    }
    return NOWHERE;
}

/* Where slips are printed: at the dispenser, or at its printer. NULL: no slip comes out of this device. */
static struct slip *slip_of(struct wires *wires, unsigned place) {
    enum role role = wires_config_at(wires, place)->role;
    if (role == ROLE_DISPENSER && wires_place_at(wires, place)->printer[0] == 0) {
        return &wires_shown_at(wires, place)->slip;
    }
    unsigned dispenser = role == ROLE_PRINTER
                             ? wires_find(wires, wires_place_at(wires, place)->dispenser)
                             : (unsigned)NOWHERE;
    return dispenser == NOWHERE ? NULL : &wires_shown_at(wires, dispenser)->slip;
}

/* FNV-1a, 32 bit. */
static uint32_t hash_of(const char *id) {
    uint32_t hash = UINT32_C(2166136261);
    for (; *id != 0; id++) {
        hash = (hash ^ (unsigned char)*id) * UINT32_C(16777619);
    }
    return hash;
}

/* On a bus's thread. A full inbox counts what it drops; the device still has its count, and says so at the next press. */
static void report(void *context, const struct device_report *said) {
    struct wires *wires = context;
    struct inbox_item item = { .kind = INBOX_REPORT, .report = *said };
    inbox_put(wires->inbox, &item);
}

static void show(struct wires *wires, unsigned place, int64_t now_ms, const struct image *image) {
    struct shown *shown = wires_shown_at(wires, place);
    struct image wanted;
    memcpy(&wanted, image, sizeof wanted);
    wanted.terminal.answer = shown->answer;
    wanted.keypad.answer = shown->keypad_answer;
    wanted.identify_s = shown->identify_s;
    wanted.identify_count = shown->identify_count;
    wanted.rank = shown->image.rank;
    struct slip *slip = slip_of(wires, place);
    if (slip != NULL) {
        slip_show(slip, now_ms, &wanted.dispenser.job);
    }
    if (shown->is_sent && is_same(&wanted, &shown->image)) {
        return;
    }
    wanted.rank = shown->is_sent ? rank_of(&shown->image, &wanted) : RANK_CALL;
    if (wires->buses[place / BUS_DEVICES_MAX] != NULL) {
        bus_show(wires->buses[place / BUS_DEVICES_MAX], place % BUS_DEVICES_MAX, &wanted);
    }
    memcpy(&shown->image, &wanted, sizeof wanted);
    shown->is_sent = true;
}

/* RANK_WAITING when nothing but the people waiting differs. */
static enum image_rank rank_of(const struct image *old, const struct image *new) {
    struct image same;
    memcpy(&same, old, sizeof same);
    same.rank = new->rank;
    same.terminal.waiting = new->terminal.waiting;
    memcpy(same.dispenser.waiting, new->dispenser.waiting, sizeof same.dispenser.waiting);
    return is_same(&same, new) ? RANK_WAITING : RANK_CALL;
}

/* Images begin as zeros and are copied whole, gaps and text behind the NUL too; at worst one is driven again. */
static bool is_same(const struct image *a, const struct image *b) {
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c): see above */
    return memcmp(a, b, sizeof *a) == 0;
}
