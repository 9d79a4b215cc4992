/* The toy hall. Devices: 0 dispenser; per window terminal, keypad, board; the voice. */
#include "tests/unit/sim/toy_hall.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "protocol/gbk.h"
#include "protocol/image.h"
#include "protocol/key.h"

enum { STEP_US = 10000, PER_WINDOW = 3 };

static unsigned terminal_of(unsigned window) {
    return 1 + window * PER_WINDOW;
}

static void show(struct toy_hall *hall, struct sim_sight sight) {
    sight.at_us = hall->now_us;
    sim_people_saw(hall->people, &sight);
}

static void speak(struct toy_hall *hall, unsigned window) {
    struct sim_sight spoken = { .kind = SIGHT_SPOKEN, .device = terminal_of(TOY_WINDOWS) };
    char text[SIM_BOARD_MAX];
    snprintf(text, sizeof(text), "请A%03u号到%u号窗口", (unsigned)hall->windows[window].ticket,
             window + 1);
    spoken.text_length = gbk_encode(text, spoken.text, sizeof(spoken.text));
    show(hall, spoken);
}

static void show_window(struct toy_hall *hall, unsigned window) {
    const struct toy_window *now = &hall->windows[window];
    struct sim_sight terminal = { .kind = SIGHT_TERMINAL,
                                  .device = terminal_of(window),
                                  .value = { now->ticket != 0 ? 'A' : 0, now->ticket,
                                             (uint16_t)hall->waiting_count, now->lamp } };
    struct sim_sight keypad = { .kind = SIGHT_KEYPAD,
                                .device = terminal_of(window) + 1,
                                .value = { now->session != 0 ? KEYPAD_INVITE : KEYPAD_IDLE,
                                           now->session } };
    struct sim_sight board = { .kind = SIGHT_BOARD, .device = terminal_of(window) + 2 };
    char text[SIM_BOARD_MAX] = "";
    if (now->ticket != 0)
        snprintf(text, sizeof(text), "请 A%03u 到 %u 号窗口", (unsigned)now->ticket, window + 1);
    board.text_length = gbk_encode(text, board.text, SIM_BOARD_MAX);
    show(hall, terminal);
    show(hall, keypad);
    if (hall->call == TOY_BOARDS || hall->call == TOY_BOARDS_UNSEEN)
        show(hall, board);
    if (hall->call == TOY_VOICE && now->lamp == LAMP_CALLING)
        speak(hall, window);
}

static void queue_up(struct toy_hall *hall, uint16_t ticket) {
    hall->waiting[(hall->waiting_first + hall->waiting_count++) % TOY_TICKETS] = ticket;
}

static void give_ticket(struct toy_hall *hall) {
    struct sim_sight paper = { .kind = SIGHT_PAPER, .device = TOY_DISPENSER };
    char text[64];
    ck_assert_uint_lt(hall->issued, TOY_TICKETS);
    hall->issued++;
    snprintf(text, sizeof(text),
             "\x1D"
             "A%03u\n0000",
             (unsigned)hall->issued);
    paper.value[0] = hall->issued;
    paper.text_length = gbk_encode(text, paper.text, sizeof(paper.text));
    queue_up(hall, hall->issued);
    show(hall, paper);
}

static void wait_again(struct toy_hall *hall, struct toy_window *window) {
    queue_up(hall, window->ticket);
    window->ticket = 0;
    window->lamp = LAMP_READY;
}

static bool call_next(struct toy_hall *hall, struct toy_window *window) {
    if (hall->waiting_count == 0)
        return false;
    window->ticket = hall->waiting[hall->waiting_first];
    hall->waiting_first = (hall->waiting_first + 1) % TOY_TICKETS;
    hall->waiting_count--;
    window->lamp = LAMP_CALLING;
    return true;
}

static void end_visit(struct toy_hall *hall, struct toy_window *window) {
    window->dones++;
    window->ticket = 0;
    window->lamp = LAMP_READY;
    window->session = ++hall->sessions;
}

/* The answer to a terminal's key, by a fraction of the real table. */
static uint16_t act(struct toy_hall *hall, struct toy_window *window, const uint16_t key[2]) {
    switch (key[0]) {
    case KEY_PIN:
        window->pin = key[1];
        return 1;
    case KEY_SIGN_IN:
        if (window->pin != hall->config.pin)
            return 10;
        window->sign_ins++;
        window->lamp = LAMP_READY;
        return 1;
    case KEY_NEXT:
        if (window->lamp == LAMP_SERVING)
            end_visit(hall, window);
        if (window->lamp == LAMP_CALLING)
            return 8;
        return call_next(hall, window) ? 1 : 2;
    case KEY_START:
        window->starts++;
        window->lamp = LAMP_SERVING;
        return 1;
    case KEY_TRANSFER:
    case KEY_HOLD:
        if (window->ticket == 0)
            return 5;
        wait_again(hall, window);
        return 1;
    case KEY_DONE:
        if (window->ticket == 0)
            return 5;
        end_visit(hall, window);
        return 1;
    case KEY_NO_SHOW:
        window->no_shows++;
        window->ticket = 0;
        window->lamp = LAMP_READY;
        return 1;
    case KEY_PAUSE:
        window->lamp = LAMP_PAUSED;
        return 1;
    case KEY_RESUME:
        window->lamp = LAMP_READY;
        return 1;
    default:
        return window->lamp == LAMP_CLOSED ? 3 : 5;
    }
}

static uint16_t press(void *context, unsigned device, enum role part, const uint16_t key[2]) {
    struct toy_hall *hall = context;
    uint16_t count = ++hall->counts[device];
    if (part == ROLE_DISPENSER) {
        if (key[0] != KEY_CHECK_IN)
            give_ticket(hall);
        return count;
    }
    unsigned place = (device - 1) / PER_WINDOW;
    struct toy_window *window = &hall->windows[place];
    if (part == ROLE_TERMINAL) {
        struct sim_sight answer = { .kind = SIGHT_ANSWER, .device = device };
        answer.value[0] = count;
        answer.value[1] = act(hall, window, key);
        show_window(hall, place);
        show(hall, answer);
        return count;
    }
    hall->wrong_sessions += key[1] != window->session;
    if (window->session != 0 && key[0] < KEY_REASON) {
        window->ratings++;
        window->session = 0;
        show_window(hall, place);
    }
    return count;
}

static void add_device(struct toy_hall *hall, enum role role, uint16_t window) {
    struct sim_bus_config *bus = &hall->config.buses[0];
    struct sim_device_config *device = &bus->devices[bus->device_count++];
    snprintf(device->id, sizeof(device->id), "%s-%u", role_word(role), (unsigned)window);
    device->role = role;
    device->window = window;
    device->keys[1] = role == ROLE_DISPENSER;
}

void toy_hall_open(struct toy_hall *hall, uint64_t seed, FILE *out, enum toy_call call) {
    struct sim_people_options options = {
        .seed = seed,
        .speed = 20,
        .per_hour = 60,
        .start_min = 600,
        .hearing_percent = call == TOY_VOICE || call == TOY_BOARDS_UNSEEN ? 100 : 0
    };
    struct sim_world world = { .context = hall, .press = press, .record = &hall->record };
    memset(hall, 0, sizeof(*hall));
    hall->call = call;
    hall->config.bus_count = 1;
    hall->config.window_count = TOY_WINDOWS;
    add_device(hall, ROLE_DISPENSER, 0);
    for (unsigned i = 0; i < TOY_WINDOWS; i++) {
        struct sim_window_config *window = &hall->config.windows[i];
        *window = (struct sim_window_config){ .id = (uint16_t)(i + 1),
                                              .services = 2,
                                              .staff = (uint16_t)(107 + i) };
        snprintf(window->label, sizeof(window->label), "%u", i + 1);
        add_device(hall, ROLE_TERMINAL, window->id);
        add_device(hall, ROLE_KEYPAD, window->id);
        add_device(hall, ROLE_BOARD, window->id);
    }
    add_device(hall, ROLE_VOICE, 0);
    sim_record_init(&hall->record, out, 0);
    hall->people = sim_people_open(&hall->config, &options, &world);
    ck_assert_ptr_nonnull(hall->people);
    show(hall, (struct sim_sight){ .kind = SIGHT_LIT, .value = { 1 } });
}

void toy_hall_run(struct toy_hall *hall, unsigned seconds) {
    int64_t end_us = hall->now_us + (int64_t)seconds * 1000000;
    for (; hall->now_us < end_us; hall->now_us += STEP_US)
        sim_people_step(hall->people, hall->now_us);
}

void toy_hall_close(struct toy_hall *hall) {
    sim_people_close(hall->people);
}
