/*
 * walk: through the hall with an installer. Says which key to press next, hears who was pressed, and so finds devices
 * that stand in each other's place. It has the lines to itself: hallqd must not run. What it asks goes to stderr.
 */
#include "controller/tools/walk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/profile.h"
#include "protocol/key.h"
#include "protocol/utf8.h"

enum {
    WAIT_S = 120,
    WAIT_MOST_S = 3600,
    ANSWER_US = 100000,
    SESSION = 1, /* that every keypad shows while the walk lasts */
    GRADES = 5,
    KEYS_MAX = DISPENSER_KEYS,
};

volatile sig_atomic_t walk_was_stopped;

static bool is_running(const struct tool *tool);
static void stop(int signal_number);
static void find_places(struct walk *walk);
static void add_window(struct walk *walk, uint16_t window);
static void add_place(struct walk *walk, const struct bus_place *bus, unsigned device);
static int open_lines(struct walk *walk);
static void give_bench(struct walk *walk, const char *bus, struct bench *bench);
static void close_lines(struct walk *walk);
static void find_present(struct walk *walk);
static void say_absent(const struct wiring_place *place);
static void wake(struct walk *walk, unsigned place, bool is_awake);
static void show_board(struct walk *walk, unsigned place, const char *text);
static bool has_part(const struct walk *walk, unsigned place, enum role part);
static void walk_hall(struct walk *walk);
static void light_boards(struct walk *walk, unsigned first);
static void walk_place(struct walk *walk, unsigned place);
static void walk_board(struct walk *walk, unsigned place);
static bool take_board_answer(struct walk *walk, unsigned place, const char *line);
static unsigned list_keys(const struct walk *walk, unsigned place, struct walk_key *keys);

int tool_walk(const struct tool *tool) {
    static const unsigned WAITS[2] = { 1, WAIT_MOST_S };
    unsigned wait_s = WAIT_S;
    if (tool->wait != NULL && !tool_number("--wait", tool->wait, WAITS, &wait_s)) {
        return TOOL_USAGE;
    }
    struct config *config = tool_config(tool);
    struct walk *walk = calloc(1, sizeof(*walk));
    if (config == NULL || walk == NULL) {
        free(walk);
        if (config != NULL) {
            config_free(config);
        }
        return TOOL_USAGE;
    }
    walk->tool = tool;
    walk->config = config;
    walk->wait_s = wait_s;
    find_places(walk);
    int code = is_running(tool) ? TOOL_RUNNING : open_lines(walk);
    if (code == TOOL_DONE) {
        struct sigaction action = { .sa_handler = stop };
        (void)sigaction(SIGINT, &action, NULL);
        find_present(walk);
        walk_hall(walk);
        walk->is_stopped = walk->is_stopped || walk_was_stopped != 0;
        walk_report(walk);
        code = wiring_passes(&walk->wiring) ? TOOL_DONE : TOOL_REFUSED;
    }
    close_lines(walk);
    config_free(config);
    free(walk);
    return code;
}

const char *walk_label(const struct walk *walk, uint16_t window) {
    const struct config *config = walk->config;
    for (unsigned i = 0; window != 0 && i < config->rules.window_count; i++) {
        if (config->rules.windows[i].id == window) {
            return config->windows[i].label;
        }
    }
    return "";
}

/* Told by its socket too, since a serial server's line is locked against nobody. */
static bool is_running(const struct tool *tool) {
    int code = TOOL_DONE;
    int fd = tool_connect(tool, &code);
    if (fd < 0) {
        return false;
    }
    (void)close(fd);
    fprintf(stderr, "hallq: hallqd runs in this hall: stop it first (systemctl stop hallqd)\n");
    return true;
}

static void stop(int signal_number) {
    (void)signal_number;
    walk_was_stopped = 1;
}

/* Those of no window first, then window by window as the config has them. */
static void find_places(struct walk *walk) {
    const struct config *config = walk->config;
    add_window(walk, 0);
    for (unsigned i = 0; i < config->rules.window_count; i++) {
        add_window(walk, config->rules.windows[i].id);
    }
}

static void add_window(struct walk *walk, uint16_t window) {
    for (unsigned i = 0; i < walk->config->bus_count * BUS_DEVICES_MAX; i++) {
        const struct bus_place *bus = &walk->config->buses[i / BUS_DEVICES_MAX];
        unsigned device = i % BUS_DEVICES_MAX;
        if (device < bus->bus.device_count && bus->devices[device].window == window) {
            add_place(walk, bus, device);
        }
    }
}

static void add_place(struct walk *walk, const struct bus_place *bus, unsigned device) {
    struct wiring *wiring = &walk->wiring;
    const struct device_config *one = &bus->bus.devices[device];
    if (wiring->count == DEVICES_MAX) {
        return; /* no config has more */
    }
    struct wiring_place *place = &wiring->places[wiring->count];
    utf8_copy(place->id, sizeof(place->id), one->id);
    utf8_copy(place->bus, sizeof(place->bus), bus->bus.id);
    place->role = one->role;
    place->window = bus->devices[device].window;
    place->address = one->address;
    place->state = bus->bus.protocol == PROTOCOL_MODBUS_RTU ? WIRING_UNTRIED : WIRING_OUTSIDE;
    if (place->state == WIRING_UNTRIED && !profile_is_reference(one->profile)) {
        place->state = WIRING_OUTSIDE;
        (void)snprintf(place->what, sizeof(place->what),
                       "profile %s has not the reference map, which a walk needs: try its keys "
                       "once hallqd runs",
                       profile_name(one->profile));
    }
    walk->places[wiring->count] = &bus->devices[device];
    walk->listeners[wiring->count++].target =
        (struct bench_target){ one->address, one->role, one->profile };
}

static int open_lines(struct walk *walk) {
    unsigned opened = 0;
    for (unsigned i = 0; i < walk->config->bus_count; i++) {
        const struct bus_config *bus = &walk->config->buses[i].bus;
        char what[WHAT_SIZE] = "";
        if (bus->protocol != PROTOCOL_MODBUS_RTU) {
            continue;
        }
        if (bench_open(&bus->line, ANSWER_US, &walk->benches[i], what) != HALL_OK) {
            fprintf(stderr, "hallq: bus %s:\n", bus->id);
            return tool_say_line(bus->line.port, what);
        }
        opened += bus->device_count;
        give_bench(walk, bus->id, walk->benches[i]);
    }
    if (opened == 0) {
        fprintf(stderr, "hallq: %s has no device on a modbus-rtu bus\n", walk->config->file);
        return TOOL_USAGE;
    }
    return TOOL_DONE;
}

static void give_bench(struct walk *walk, const char *bus, struct bench *bench) {
    for (unsigned place = 0; place < walk->wiring.count; place++) {
        if (strcmp(walk->wiring.places[place].bus, bus) == 0) {
            walk->listeners[place].bench = bench;
        }
    }
}

static void close_lines(struct walk *walk) {
    for (unsigned place = 0; place < walk->wiring.count; place++) {
        wake(walk, place, false);
    }
    for (unsigned i = 0; i < BUSES_MAX; i++) {
        bench_close(walk->benches[i]);
    }
}

static void find_present(struct walk *walk) {
    for (unsigned i = 0; i < walk->wiring.count && !walk_was_stopped; i++) {
        struct wiring_place *place = &walk->wiring.places[i];
        struct listener *listener = &walk->listeners[i];
        if (place->state == WIRING_OUTSIDE) {
            say_absent(place);
            continue;
        }
        if (listener_begin(listener)) {
            wake(walk, i, true);
        } else {
            place->state = WIRING_ABSENT;
            utf8_copy(place->what, sizeof(place->what), listener->what);
            say_absent(place);
        }
        place->firmware = listener->firmware;
        place->serial = listener->serial;
    }
}

/* Of one on a line of another protocol there is nothing to say. */
static void say_absent(const struct wiring_place *place) {
    if (place->what[0] != '\0') {
        fprintf(stderr, "%s (bus %s, address %u): %s\n", place->id, place->bus, place->address,
                place->what);
    }
}

/* A dark key or a keypad that was not invited may count no press. */
static void wake(struct walk *walk, unsigned place, bool is_awake) {
    struct listener *listener = &walk->listeners[place];
    struct rtu_result result;
    struct image image = { .role = listener->target.role };
    if (!listener->is_present) {
        return;
    }
    image.terminal.lamp = is_awake ? LAMP_READY : LAMP_CLOSED;
    image.terminal.answer.count = listener->events;
    image.keypad.state = is_awake ? KEYPAD_INVITE : KEYPAD_IDLE;
    image.keypad.session = is_awake ? SESSION : 0;
    for (unsigned key = 1; is_awake && key <= DISPENSER_KEYS; key++) {
        bool is_used = walk->places[place]->keys[key] != 0;
        image.dispenser.enabled |= is_used ? UINT32_C(1) << (key - 1) : 0;
    }
    for (enum role part = ROLE_DISPENSER; part <= ROLE_BOARD; part++) {
        if (has_part(walk, place, part)) {
            (void)bench_show(listener->bench, &listener->target, part, &image, &result);
        }
    }
}

static void show_board(struct walk *walk, unsigned place, const char *text) {
    struct listener *listener = &walk->listeners[place];
    struct image image = { .board = { .style = STYLE_GREEN | STYLE_FLASH } };
    struct rtu_result result;
    if (listener->is_present && has_part(walk, place, ROLE_BOARD)) {
        utf8_copy(image.board.text, sizeof(image.board.text), text);
        (void)bench_show(listener->bench, &listener->target, ROLE_BOARD, &image, &result);
    }
}

static bool has_part(const struct walk *walk, unsigned place, enum role part) {
    enum role role = walk->listeners[place].target.role;
    return role == part || (role == ROLE_UNIT && part != ROLE_DISPENSER);
}

static void walk_hall(struct walk *walk) {
    struct wiring *wiring = &walk->wiring;
    unsigned count = 0;
    unsigned tried = 0;
    for (unsigned i = 0; i < wiring->count; i++) {
        count += wiring->places[i].state == WIRING_UNTRIED;
    }
    for (unsigned i = 0; i < wiring->count && !walk->is_stopped && !walk_was_stopped; i++) {
        if (i == 0 || wiring->places[i - 1].window != wiring->places[i].window) {
            light_boards(walk, i);
        }
        if (wiring->places[i].state == WIRING_UNTRIED) {
            fprintf(stderr, "[%u/%u] ", ++tried, count);
            walk_place(walk, i);
        }
    }
}

/* The boards of a window show its label while it is at its turn, those of the one before are dark again. */
static void light_boards(struct walk *walk, unsigned first) {
    const struct wiring_place *places = walk->wiring.places;
    uint16_t window = places[first].window;
    for (unsigned i = 0; i < walk->wiring.count; i++) {
        bool is_lit = places[i].window == window && window != 0;
        bool was_lit = first > 0 && places[i].window == places[first - 1].window;
        if (is_lit || was_lit) {
            show_board(walk, i, is_lit ? walk_label(walk, window) : "");
        }
    }
}

static void walk_place(struct walk *walk, unsigned place) {
    struct wiring_place *one = &walk->wiring.places[place];
    struct walk_key keys[KEYS_MAX];
    if (one->role == ROLE_BOARD) {
        walk_board(walk, place);
        return;
    }
    unsigned count = list_keys(walk, place, keys);
    if (count == 0) {
        fprintf(stderr, "%s has no keys in the config\n", one->id);
        one->state = WIRING_OUTSIDE;
    }
    for (unsigned i = 0; i < count; i++) {
        bool goes_on = i == 0 || one->state == WIRING_RIGHT || one->state == WIRING_KEYS;
        if (goes_on && !walk->is_stopped) {
            walk_try_key(walk, place, &keys[i]);
        }
    }
}

static void walk_board(struct walk *walk, unsigned place) {
    struct wiring_place *one = &walk->wiring.places[place];
    const char *label = walk_label(walk, one->window);
    char line[WALK_TYPED];
    if (one->window == 0) {
        show_board(walk, place, one->id);
    }
    walk_say(walk, place, "look at its board");
    fprintf(stderr,
            "      Does it show %s? y: yes, n: it is dark, or the label of the window whose board "
            "shows it.\n",
            one->window == 0 ? one->id : label);
    int64_t until_ms = walk_now_ms() + (int64_t)walk->wait_s * 1000;
    bool is_answered = false;
    while (!is_answered && !walk->is_deaf && !walk_was_stopped && walk_now_ms() < until_ms) {
        if (walk_read_typed(walk, 200, line)) {
            is_answered = take_board_answer(walk, place, line);
        }
    }
    if (!is_answered) {
        fprintf(stderr, "      nobody said\n");
    }
    show_board(walk, place, one->window == 0 ? "" : label);
}

static bool take_board_answer(struct walk *walk, unsigned place, const char *line) {
    struct wiring *wiring = &walk->wiring;
    struct wiring_place *one = &wiring->places[place];
    if (strcmp(line, "y") == 0) {
        one->state = WIRING_RIGHT;
        return true;
    }
    if (strcmp(line, "n") == 0) {
        one->state = WIRING_UNHEARD;
        (void)snprintf(one->what, sizeof(one->what), "no board shows its text");
        return true;
    }
    if (line[0] == '\0' || strcmp(line, "q") == 0) {
        walk->is_stopped = line[0] == 'q';
        return true;
    }
    for (unsigned i = 0; i < wiring->count; i++) {
        bool is_board = has_part(walk, i, ROLE_BOARD) && i != place;
        if (is_board && strcmp(walk_label(walk, wiring->places[i].window), line) == 0) {
            one->state = WIRING_OTHER;
            one->other = i;
            return true;
        }
    }
    fprintf(stderr, "      %s: no other window of this label has a board\n", line);
    return false;
}

/* A keypad has the five keys of the national standard; of a terminal NEXT is what every maker has. */
static unsigned list_keys(const struct walk *walk, unsigned place, struct walk_key *keys) {
    static const char *const GRADE_NAMES[GRADES] = { "very dissatisfied", "dissatisfied", "fair",
                                                     "satisfied", "very satisfied" };
    const struct config *config = walk->config;
    unsigned count = 0;
    if (has_part(walk, place, ROLE_TERMINAL)) {
        keys[count++] = (struct walk_key){ ROLE_TERMINAL, KEY_NEXT, "NEXT on the terminal" };
    }
    for (unsigned grade = GRADES; has_part(walk, place, ROLE_KEYPAD) && grade >= 1; grade--) {
        struct walk_key *key = &keys[count++];
        *key = (struct walk_key){ .part = ROLE_KEYPAD, .code = (uint16_t)grade };
        (void)snprintf(key->name, sizeof(key->name), "\"%s\" (%u) on the keypad",
                       GRADE_NAMES[grade - 1], grade);
    }
    for (unsigned i = 1; has_part(walk, place, ROLE_DISPENSER) && i <= DISPENSER_KEYS; i++) {
        uint8_t service = walk->places[place]->keys[i];
        if (service == 0) {
            continue;
        }
        struct walk_key *key = &keys[count++];
        *key = (struct walk_key){ .part = ROLE_DISPENSER, .code = (uint16_t)(KEY_TICKET + i) };
        (void)snprintf(key->name, sizeof(key->name), "key %u, %s, on the dispenser", i,
                       config->services[service].zh);
    }
    return walk->tool->quick && count > 1 ? 1 : count;
}

void walk_say(const struct walk *walk, unsigned place, const char *what) {
    const struct wiring_place *one = &walk->wiring.places[place];
    if (one->window == 0) {
        fprintf(stderr, "%s: %s\n", one->id, what);
    } else {
        fprintf(stderr, "Window %s: %s (%s)\n", walk_label(walk, one->window), what, one->id);
    }
}
