/* The halls that are drawn: small and narrow ones, so that quotas, numbers and capacities are reached. */
#include <stdio.h>
#include <string.h>

#include "tests/hall/days.h"

enum { STAFF = 14, FIRST_STAFF = 101 };

static void draw_services(struct world *world) {
    struct rules *rules = &world->rules;
    unsigned count = 1 + draw(world, 6);
    for (unsigned index = 1; index <= count; index++) {
        struct service_rule *service = &rules->services[index];
        snprintf(service->id, sizeof service->id, "service-%u", index);
        service->prefix[0] = (char)('A' + index - 1);
        service->first = draw(world, 4) == 0 ? (uint16_t)(1 + draw(world, 800)) : 1;
        service->last = draw(world, 5) == 0 ? (uint16_t)(service->first + draw(world, 40)) : 999;
        service->quota = draw(world, 5) == 0 ? (uint16_t)(1 + draw(world, 60)) : 0;
        service->opens_case = draw(world, 6) == 0;
        service->wait_minutes = draw(world, 2) == 0 ? 20 : 0;
        service->serve_minutes = draw(world, 2) == 0 ? 10 : 0;
        rules->service_count++;
    }
}

static uint64_t draw_set(struct world *world) {
    uint64_t services = 0;
    for (unsigned i = 1; i <= world->rules.service_count; i++) {
        services |= draw(world, 3) == 0 ? UINT64_C(1) << i : 0;
    }
    return services;
}

static void draw_window(struct world *world, struct window_rule *window) {
    uint64_t one = UINT64_C(2) << draw(world, world->rules.service_count);
    window->own = draw(world, 6) == 0 ? SERVICES_ALL : draw_set(world) | one;
    window->helps = draw(world, 2) == 0 ? draw_set(world) & ~window->own : 0;
    window->help_after_minutes = (uint16_t)(1 + draw(world, 10));
    window->auto_call = draw(world, 4) == 0;
    memset(window->voice, 0, sizeof window->voice);
    if (world->voice_count > 0 && draw(world, 5) != 0) {
        snprintf(window->voice, sizeof window->voice, "voice-%u",
                 1 + draw(world, world->voice_count));
    }
    window->staff_count = draw(world, 5) == 0 ? 2 : 0;
    for (unsigned i = 0; i < window->staff_count; i++) {
        window->staff[i] = (uint16_t)(FIRST_STAFF + (window->id + i) % STAFF);
    }
}

static void draw_classes(struct world *world) {
    struct class_rule *green = &world->rules.classes[CLASS_GREEN];
    green->is_always = draw(world, 5) == 0;
    green->advance_minutes = green->is_always ? 0 : 10 + draw(world, 50);
}

void draw_rules(struct world *world) {
    struct rules *rules = &world->rules;
    rules_defaults(rules);
    /* The spans of each day come with it (draw_times); the week says which days are worked on. */
    rules->calendar.is_always = false;
    rules->calendar.named = 0x1F;
    for (unsigned i = 0; i < 5; i++) {
        rules->calendar.week[i] = (struct day_spans){ 1, { { 9 * 60, 18 * 60 } } };
    }
    draw_services(world);
    rules->staff_count = STAFF;
    for (unsigned i = 0; i < STAFF; i++) {
        rules->staff[i].number = (uint16_t)(FIRST_STAFF + i);
        snprintf(rules->staff[i].id, STAFF_SIZE, "%04u", FIRST_STAFF + i);
    }
    world->voice_count = draw(world, 2) * (1 + draw(world, MODEL_VOICES));
    rules->window_count = (uint16_t)(1 + draw(world, 12));
    for (unsigned i = 0; i < rules->window_count; i++) {
        rules->windows[i].id = (uint16_t)(i + 1);
        draw_window(world, &rules->windows[i]);
        world->has_keypad[i] = draw(world, 4) != 0;
    }
    draw_classes(world);
    rules->require_sign_in = draw(world, 3) != 0;
    rules->calendar.last_ticket_minutes = (uint16_t)(5 * draw(world, 5));
    rules->unserved_stops = draw(world, 6) == 0;
    rules->pause_reasons = 1U << 1 | 1U << 2;
    rules->rating.rate_first_s = draw(world, 3) == 0 ? 10 : 0;
    rules->rating.default_grade = (uint8_t)(draw(world, 3) == 0 ? 1 + draw(world, 5) : 0);
    rules->rating.until_days[RATING_QR] = draw(world, 2);
    rules->rating.until_days[RATING_SMS] = draw(world, 3);
    rules->mistake_s = draw(world, 4);
    rules->recalls = draw(world, 4);
    rules->start_after_s = draw(world, 3) == 0 ? 0 : 20;
    rules->no_show.times = 1 + draw(world, 2);
    rules->no_show.behind = 1 + draw(world, 4);
    world->limits = (struct hall_limits){ .tickets_per_day = 60 + draw(world, 400),
                                          .windows = MODEL_WINDOWS,
                                          .services = MODEL_SERVICES,
                                          .staff = STAFF + 4,
                                          .devices = 40 };
    world->steps_a_day = 250 + draw(world, 900);
}

/* A reload in mid-day: other services at a window, a window more, other times. The core may refuse what is in use. */
void draw_changes(struct world *world) {
    struct rules *rules = &world->rules;
    unsigned window = draw(world, rules->window_count);
    draw_window(world, &rules->windows[window]);
    rules->rating.rate_first_s = draw(world, 3) == 0 ? 10 : 0;
    rules->mistake_s = draw(world, 4);
    rules->services[1 + draw(world, rules->service_count)].quota = (uint16_t)draw(world, 80);
    if (draw(world, 3) == 0 && rules->window_count < MODEL_WINDOWS) {
        struct window_rule *added = &rules->windows[rules->window_count++];
        *added = (struct window_rule){ .id = (uint16_t)(100 + world->step % 800) };
        for (unsigned i = 0; i + 1 < rules->window_count; i++) {
            added->id = (uint16_t)(added->id + (rules->windows[i].id == added->id));
        }
        draw_window(world, added);
    }
    if (draw(world, 6) == 0 && rules->service_count > 1) {
        unsigned other = 1 + draw(world, rules->service_count);
        struct service_rule first = rules->services[1];
        rules->services[1] = rules->services[other];
        rules->services[other] = first;
    }
    if (draw(world, 4) == 0 && rules->window_count > 1) {
        rules->windows[window] = rules->windows[--rules->window_count];
    }
}

/* Mornings and afternoons, one long span, or open all day; a service may have its own hours. */
void draw_times(struct world *world, int64_t begins_ms) {
    struct day_times *times = &world->times;
    memset(times, 0, sizeof *times);
    uint32_t kind = draw(world, 4);
    if (kind == 0) {
        times->hall = (struct span_list){ 1, { { begins_ms, begins_ms + 24 * HOUR } } };
    } else if (kind == 1) {
        times->hall = (struct span_list){ 1, { { begins_ms + 5 * HOUR, begins_ms + 12 * HOUR } } };
    } else {
        times->hall = (struct span_list){ 2,
                                          { { begins_ms + 5 * HOUR, begins_ms + 8 * HOUR },
                                            { begins_ms + 10 * HOUR, begins_ms + 14 * HOUR } } };
    }
    if (kind != 0 && world->rules.service_count > 1 && draw(world, 3) == 0) {
        times->differs = UINT64_C(1) << 2;
        times->service_count = 1;
        memcpy(times->service_ids[0], world->rules.services[2].id, NAME_SIZE);
        times->services[0] =
            (struct span_list){ 1, { { begins_ms + 6 * HOUR, begins_ms + 8 * HOUR } } };
    }
}
