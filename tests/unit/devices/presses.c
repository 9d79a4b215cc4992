#include "tests/unit/devices/presses.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRESS_PAUSE_US = 100000, SETTLE_US = 5000000, CALLS = 900 };

static void pressed(void *context, unsigned device, int64_t reported_us);
static void go_to(struct presses *presses, int64_t until_us);
static void happen(struct presses *presses, int64_t from_us, int64_t to_us);
static bool is_time(int64_t every_us, int64_t from_us, int64_t to_us);
static int compare(const void *a, const void *b);

void presses_make(struct presses *presses, const struct presses_hall *hall) {
    struct virtual *bus = virtual_open(hall->baud);
    presses->bus = bus;
    presses->hall = *hall;
    presses->count = 0;
    for (unsigned i = 0; i < hall->terminals + hall->keypads + hall->boards; i++) {
        bool is_terminal = i < hall->terminals;
        enum role role = i < hall->terminals + hall->keypads ? ROLE_KEYPAD : ROLE_BOARD;
        virtual_add(bus, is_terminal ? ROLE_TERMINAL : role);
        bus->slaves[i].is_dead = is_terminal && i >= hall->terminals - hall->dead;
    }
    virtual_start(bus);
    bus->pressed = pressed;
    bus->context = presses;
    go_to(presses, bus->now_us + SETTLE_US);
    while (presses->count < hall->count) {
        unsigned before = presses->count;
        unsigned spread_us = 2 * (unsigned)virtual_round_us(bus);
        int64_t at_us = bus->now_us + PRESS_PAUSE_US + virtual_draw(bus, spread_us);
        virtual_press(bus, virtual_draw(bus, hall->terminals - hall->dead), at_us);
        presses->pressed_us = at_us;
        while (presses->count == before) {
            go_to(presses, bus->now_us + 1);
        }
    }
    qsort(presses->took_us, presses->count, sizeof *presses->took_us, compare);
}

void presses_close(struct presses *presses) {
    virtual_close(presses->bus);
}

double presses_ratio(const struct presses *presses, unsigned thousandths) {
    int64_t took_us = presses->took_us[presses->count * thousandths / 1000];
    return (double)took_us / (double)virtual_ideal_us(presses->bus, thousandths / 1000.0);
}

static void pressed(void *context, unsigned device, int64_t reported_us) {
    struct presses *presses = context;
    (void)device;
    presses->took_us[presses->count++] = reported_us - presses->pressed_us;
}

static void go_to(struct presses *presses, int64_t until_us) {
    while (presses->bus->now_us < until_us) {
        int64_t from_us = presses->bus->now_us;
        virtual_step(presses->bus);
        happen(presses, from_us, presses->bus->now_us);
    }
}

/* What the hall's other people did between these two moments. */
static void happen(struct presses *presses, int64_t from_us, int64_t to_us) {
    struct virtual *bus = presses->bus;
    const struct presses_hall *hall = &presses->hall;
    unsigned first_board = hall->terminals + hall->keypads;
    if (is_time(hall->waits_us, from_us, to_us)) {
        for (unsigned i = 0; i < hall->terminals; i++) {
            struct image image = bus->slaves[i].image;
            image.rank = RANK_WAITING;
            image.terminal.waiting++;
            virtual_show(bus, i, &image, to_us);
        }
    }
    if (hall->boards > 0 && is_time(hall->calls_us, from_us, to_us)) {
        unsigned board = first_board + virtual_draw(bus, hall->boards);
        struct image image = bus->slaves[board].image;
        image.rank = RANK_CALL;
        snprintf(image.board.text, sizeof image.board.text, "A%03u \345\217\267\n3",
                 virtual_draw(bus, CALLS));
        virtual_show(bus, board, &image, to_us);
    }
}

static bool is_time(int64_t every_us, int64_t from_us, int64_t to_us) {
    return every_us > 0 && from_us / every_us != to_us / every_us;
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}
