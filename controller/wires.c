#include "controller/wires.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "controller/image.h"
#include "controller/slip.h"
#include "devices/profile.h"

enum {
    ALL_DEVICES = BUSES_MAX * BUS_DEVICES_MAX,
    INDEX_SIZE = 2 * ALL_DEVICES, /* a power of two: half of it stays empty */
    NOWHERE = UINT16_MAX
};

struct shown {
    struct image image;
    bool is_sent;
    struct key_answer answer, keypad_answer;
    uint16_t identify_s, identify_count;
    struct slip slip;
    struct side side; /* of a dispenser, and of a printer */
};

struct wires {
    const struct config *config;
    struct inbox *inbox;
    void (*log)(void *context, int level, const char *text);
    struct bus *buses[BUSES_MAX];   /* NULL: got no thread */
    struct shown *memory;           /* of ALL_DEVICES */
    struct shown *shown[BUSES_MAX]; /* of each bus, BUS_DEVICES_MAX places in `memory` */
    uint16_t index[INDEX_SIZE];     /* by the hash of the id: its place, or NOWHERE */
    uint16_t now_of[ALL_DEVICES];   /* scratch: where the snapshot has the device */
    struct bus_stats stats;         /* scratch: read one bus at a time */
};

static void move_kept(struct wires *wires, const unsigned kept[BUSES_MAX]);
static void open_bus(struct wires *wires, unsigned place);
static struct shown *shown_at(struct wires *wires, unsigned place);
static void add_to_index(struct wires *wires, const char *id, unsigned place);
static unsigned find(const struct wires *wires, const char *id);
static const struct device_config *config_at(const struct wires *wires, unsigned place);
static const struct device_place *place_at(const struct wires *wires, unsigned place);
static bool find_pair(struct wires *wires, const struct device_report *said, struct pair *pair);
static unsigned printer_of_bus(const struct wires *wires, const char *bus);
static struct slip *slip_of(struct wires *wires, unsigned place);
static void say_unpaired(struct wires *wires, unsigned place, struct device_now *now);
static uint32_t hash_of(const char *id);
static void report(void *context, const struct device_report *report);
static void show(struct wires *wires, unsigned place, int64_t now_ms, const struct image *image);
static enum image_rank rank_of(const struct image *old, const struct image *new);
static bool is_same(const struct image *a, const struct image *b);
static void keep_known(struct wires *wires, struct snapshot *snapshot);
static void fill_bus(struct wires *wires, unsigned bus, struct snapshot *snapshot,
                     int64_t mono_to_hall_ms);
static struct device_now *now_at(struct wires *wires, unsigned place, struct snapshot *snapshot);

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
    move_kept(wires, kept);
    memset(wires->index, 0xff, sizeof wires->index);
    wires->config = config;
    for (unsigned i = 0; i < config->bus_count; i++) {
        const struct bus_config *bus = &config->buses[i].bus;
        for (unsigned k = 0; k < bus->device_count; k++) {
            add_to_index(wires, bus->devices[k].id, i * BUS_DEVICES_MAX + k);
        }
        if (kept[i] == BUS_NOT_KEPT) {
            open_bus(wires, i);
        }
    }
}

void wires_close(struct wires *wires) {
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        if (wires->buses[i] != NULL) {
            bus_close(wires->buses[i]);
        }
    }
    free(wires->memory);
    free(wires);
}

const struct device_place *wires_place(const struct wires *wires, const char *device_id,
                                       unsigned *bus, unsigned *device) {
    unsigned place = find(wires, device_id);
    if (place == NOWHERE) {
        return NULL;
    }
    if (bus != NULL && device != NULL) {
        *bus = place / BUS_DEVICES_MAX;
        *device = place % BUS_DEVICES_MAX;
    }
    return place_at(wires, place);
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
    unsigned place = find(wires, press->device);
    struct key_answer given = { .epoch = press->epoch,
                                .count = press->count,
                                .answer = (uint16_t)answer };
    if (place != NOWHERE && press->part == ROLE_TERMINAL) {
        shown_at(wires, place)->answer = given;
    } else if (place != NOWHERE && press->part == ROLE_KEYPAD) {
        shown_at(wires, place)->keypad_answer = given;
    }
}

enum reason wires_identify(struct wires *wires, const char *device_id, uint16_t seconds) {
    unsigned place = find(wires, device_id);
    if (place == NOWHERE) {
        return REASON_NO_SUCH;
    }
    const struct device_config *config = config_at(wires, place);
    if (config->role == ROLE_PRINTER || !profile_can_identify(config->profile)) {
        return REASON_NOT_ABLE;
    }
    shown_at(wires, place)->identify_s = seconds;
    shown_at(wires, place)->identify_count++;
    return REASON_NONE;
}

void wires_print_slip(struct wires *wires, const char *dispenser_id, const char *text,
                      int64_t now_ms) {
    unsigned place = find(wires, dispenser_id);
    bool can_print = place != NOWHERE && (place_at(wires, place)->printer[0] == 0 ||
                                          shown_at(wires, place)->side.told == PAIR_TOLD_ONLINE);
    if (can_print) {
        slip_put(&shown_at(wires, place)->slip, text, now_ms);
    }
}

void wires_end_slip(struct wires *wires, const char *dispenser_id, uint16_t job) {
    unsigned place = find(wires, dispenser_id);
    if (place != NOWHERE) {
        slip_end(&shown_at(wires, place)->slip, job);
    }
}

void wires_note_done(struct wires *wires, const char *dispenser_id, uint16_t done_job) {
    unsigned place = find(wires, dispenser_id);
    if (place != NOWHERE) {
        slip_note_done(&shown_at(wires, place)->slip, done_job);
    }
}

void wires_show(struct wires *wires, const struct snapshot *snapshot, const struct config *config) {
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        const struct bus_place *bus = &wires->config->buses[i];
        for (unsigned k = 0; k < bus->bus.device_count; k++) {
            unsigned place = i * BUS_DEVICES_MAX + k;
            struct image image;
            image_of_device(snapshot, config, &bus->bus.devices[k], &bus->devices[k], &image);
            show(wires, place, snapshot->now_ms, &image);
        }
    }
}

void wires_health(struct wires *wires, struct snapshot *snapshot, int64_t mono_to_hall_ms) {
    keep_known(wires, snapshot);
    snapshot->bus_count = 0;
    for (unsigned i = 0; i < wires->config->bus_count; i++) {
        fill_bus(wires, i, snapshot, mono_to_hall_ms);
    }
}

unsigned wires_count(const struct wires *wires) {
    return wires->config->bus_count;
}

const struct bus_config *wires_stats(struct wires *wires, unsigned bus, struct bus_stats *stats) {
    *stats = (struct bus_stats){ 0 };
    if (wires->buses[bus] != NULL) {
        bus_read_stats(wires->buses[bus], stats);
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
        shown[i] = wires->shown[next++];
    }
    memcpy(wires->buses, buses, sizeof buses);
    memcpy(wires->shown, shown, sizeof shown);
}

static void open_bus(struct wires *wires, unsigned place) {
    struct bus_callbacks callbacks = { .report = report, .log = wires->log, .context = wires };
    const struct bus_config *bus = &wires->config->buses[place].bus;
    struct shown *shown = wires->shown[place];
    memset(shown, 0, BUS_DEVICES_MAX * sizeof *shown);
    for (unsigned i = 0; i < bus->device_count; i++) {
        slip_begin(&shown[i].slip);
    }
    wires->buses[place] = bus_open(bus, &callbacks);
    if (wires->buses[place] == NULL) {
        char text[WHAT_SIZE];
        snprintf(text, sizeof text, "bus %s: no memory or thread, stays down", bus->id);
        wires->log(NULL, LOG_CRIT, text);
    }
}

static struct shown *shown_at(struct wires *wires, unsigned place) {
    return &wires->shown[place / BUS_DEVICES_MAX][place % BUS_DEVICES_MAX];
}

static void add_to_index(struct wires *wires, const char *id, unsigned place) {
    uint32_t at = hash_of(id) % INDEX_SIZE;
    while (wires->index[at] != NOWHERE) {
        at = (at + 1) % INDEX_SIZE;
    }
    wires->index[at] = (uint16_t)place;
}

static unsigned find(const struct wires *wires, const char *id) {
    uint32_t at = hash_of(id) % INDEX_SIZE;
    while (wires->index[at] != NOWHERE && strcmp(config_at(wires, wires->index[at])->id, id) != 0) {
        at = (at + 1) % INDEX_SIZE;
    }
    return wires->index[at];
}

static const struct device_config *config_at(const struct wires *wires, unsigned place) {
    return &wires->config->buses[place / BUS_DEVICES_MAX].bus.devices[place % BUS_DEVICES_MAX];
}

static const struct device_place *place_at(const struct wires *wires, unsigned place) {
    return &wires->config->buses[place / BUS_DEVICES_MAX].devices[place % BUS_DEVICES_MAX];
}

/* False: it is said of neither a dispenser with a printer nor a printer. */
static bool find_pair(struct wires *wires, const struct device_report *said, struct pair *pair) {
    unsigned one = said->device[0] != 0            ? find(wires, said->device)
                   : said->kind == REPORT_BUS_DOWN ? printer_of_bus(wires, said->bus)
                                                   : NOWHERE;
    if (one == NOWHERE) {
        return false;
    }
    bool is_printer = config_at(wires, one)->role == ROLE_PRINTER;
    const struct device_place *place = place_at(wires, one);
    unsigned other = find(wires, is_printer ? place->dispenser : place->printer);
    if (other == NOWHERE) {
        /* One that gets a printer by a reload is opened anew then, and says all again. */
        return false;
    }
    unsigned dispenser = is_printer ? other : one;
    unsigned printer = is_printer ? one : other;
    *pair = (struct pair){ .dispenser_id = config_at(wires, dispenser)->id,
                           .printer_id = config_at(wires, printer)->id,
                           .dispenser = &shown_at(wires, dispenser)->side,
                           .printer = &shown_at(wires, printer)->side };
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
    enum role role = config_at(wires, place)->role;
    if (role == ROLE_DISPENSER && place_at(wires, place)->printer[0] == 0) {
        return &shown_at(wires, place)->slip;
    }
    unsigned dispenser =
        role == ROLE_PRINTER ? find(wires, place_at(wires, place)->dispenser) : (unsigned)NOWHERE;
    return dispenser == NOWHERE ? NULL : &shown_at(wires, dispenser)->slip;
}

/* The dispenser's own line has nothing to say against it when it is its printer that is away. */
static void say_unpaired(struct wires *wires, unsigned place, struct device_now *now) {
    const char *printer = place_at(wires, place)->printer;
    const struct side *side = &shown_at(wires, place)->side;
    unsigned other = printer[0] == 0 ? (unsigned)NOWHERE : find(wires, printer);
    if (other != NOWHERE && side->is_up && side->told == PAIR_TOLD_AWAY) {
        const struct side *away = &shown_at(wires, other)->side;
        snprintf(now->what, sizeof now->what, "%s: %.90s", printer,
                 away->is_up ? away->fault : away->lost);
    }
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
    struct shown *shown = shown_at(wires, place);
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

static void keep_known(struct wires *wires, struct snapshot *snapshot) {
    uint16_t kept = 0;
    memset(wires->now_of, 0xff, sizeof wires->now_of);
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        unsigned place = find(wires, snapshot->devices[i].id);
        if (place == NOWHERE) {
            continue;
        }
        if (kept != i) {
            snapshot->devices[kept] = snapshot->devices[i];
        }
        wires->now_of[place] = kept++;
    }
    snapshot->device_count = kept;
}

static void fill_bus(struct wires *wires, unsigned bus, struct snapshot *snapshot,
                     int64_t mono_to_hall_ms) {
    const struct bus_place *place = &wires->config->buses[bus];
    wires_stats(wires, bus, &wires->stats);
    if (snapshot->bus_count < BUSES_NOW_MAX) {
        struct bus_now *now = &snapshot->buses[snapshot->bus_count++];
        memcpy(now->id, place->bus.id, sizeof now->id);
        now->is_up = wires->stats.is_up;
        now->is_ill = wires->stats.is_ill;
        memcpy(now->what, wires->stats.what, sizeof now->what);
    }
    for (unsigned i = 0; i < place->bus.device_count; i++) {
        const struct device_stats *stats = &wires->stats.devices[i];
        struct device_now *now = now_at(wires, bus * BUS_DEVICES_MAX + i, snapshot);
        if (now == NULL) {
            continue;
        }
        now->failures = (uint32_t)(stats->timeouts + stats->crc_errors);
        now->firmware = stats->firmware;
        memcpy(now->what, stats->what, sizeof now->what);
        now->last_answer_ms =
            stats->last_answer_us == 0 ? 0 : stats->last_answer_us / 1000 + mono_to_hall_ms;
        now->window = place->devices[i].window;
        say_unpaired(wires, bus * BUS_DEVICES_MAX + i, now);
    }
}

/* One that has never answered is not known to the hall, but stands on the page: offline since it is not known when. */
static struct device_now *now_at(struct wires *wires, unsigned place, struct snapshot *snapshot) {
    if (wires->now_of[place] != NOWHERE) {
        return &snapshot->devices[wires->now_of[place]];
    }
    if (snapshot->device_count == DEVICES_MAX) {
        return NULL;
    }
    const struct device_config *config = config_at(wires, place);
    struct device_now *now = &snapshot->devices[snapshot->device_count++];
    *now = (struct device_now){ .role = config->role };
    memcpy(now->id, config->id, NAME_SIZE);
    memcpy(now->bus, wires->config->buses[place / BUS_DEVICES_MAX].bus.id, NAME_SIZE);
    return now;
}
