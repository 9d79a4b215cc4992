/*
 * One citizen. Habits, in people's time: a few seconds before the keys, a look at the boards every second or two, ten
 * seconds to the window, two or three before a grade. Machines are waited for in real time, since they don't hurry.
 */
#include <string.h>

#include "devices/sim/crowd.h"
#include "devices/sim/paper.h"
#include "protocol/image.h"
#include "protocol/key.h"

enum {
    MILLION = 1000000,
    STREAM_CITIZENS = 10000,
    PAPER_US = 6 * SECOND_US,  /* real: longest wait for the slip before pressing again */
    LOOK_LEAST_US = 40 * 1000, /* real: eyes take so long at any speed */
    REACTION_US = 900 * 1000,  /* real: a grade that comes faster is taken for a careless one */
    AFTER_US = 2 * SECOND_US,  /* real: the machine's time to invite after the last word */
    PATIENCE_LOW_MS = 20 * 60 * 1000,
    PATIENCE_HIGH_MS = 90 * 60 * 1000,
    AWAY_LOW_MS = 60 * 1000,
    AWAY_HIGH_MS = 5 * 60 * 1000,
    ANGRY_LOW_MS = 2 * 60 * 1000,
    ANGRY_HIGH_MS = 8 * 60 * 1000
};

/* Shares in parts of a million. */
enum {
    SHARE_GREEN = 80000,
    SHARE_MASHER = 50000,
    SHARE_RATER = 650000,
    SHARE_REASON = 700000,
    SHARE_LOOKS_AWAY = 80000,
    SHARE_AWAY = 4000, /* at each look: goes out for some minutes instead */
    SHARE_RETURNS = 600000,
    SHARE_UNASKED = 20000,
    SHARE_TWICE = 50000, /* presses the grade once more, to be sure */
    SHARE_ANGRY = 60000  /* leaves within minutes */
};

static void draw_habits(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static uint16_t choose_key(const struct dispenser_view *view, struct sim_rng *rng);
static void step_choosing(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void press_dispenser(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void say_key(struct sim_people *people, const struct citizen *citizen, unsigned device,
                    const uint16_t key[2], uint16_t count);
static void leave(struct sim_people *people, struct citizen *citizen, const char *why,
                  int64_t now_us);
static void step_paper(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void take_paper(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void sit_down(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void step_aside(struct sim_people *people, const struct citizen *citizen);
static void step_seated(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static int64_t later_of(int64_t a, int64_t b);
static bool is_called(const struct sim_people *people, struct citizen *citizen);
static bool sees_call(const struct sim_people *people, struct citizen *citizen);
static bool find_label(const struct sim_people *people, const char *label, uint16_t *window);
static void stand_at_window(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void press_keypad(struct sim_people *people, struct citizen *citizen, uint16_t code,
                         int64_t now_us);
static void rate(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static uint8_t draw_grade(struct sim_rng *rng);
static void step_window(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void be_done(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void come_too_late(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void step_rating(struct sim_people *people, struct citizen *citizen, int64_t now_us);
static void step_reasons(struct sim_people *people, struct citizen *citizen, int64_t now_us);

void citizen_arrive(struct sim_people *people, int64_t now_us) {
    struct citizen *citizen = people->citizens;
    people->counts.arrived++;
    people->citizen_count++;
    while (citizen < people->citizens + CITIZENS_MAX && citizen->state != CITIZEN_NONE)
        citizen++;
    if (citizen == people->citizens + CITIZENS_MAX) {
        people->counts.turned_away++;
        return;
    }
    memset(citizen, 0, sizeof(*citizen));
    citizen->number = people->citizen_count;
    sim_rng_init(&citizen->rng, people->options.seed, STREAM_CITIZENS + citizen->number);
    citizen->state = CITIZEN_QUEUING;
    citizen->since_us = now_us;
    draw_habits(people, citizen, now_us);
}

void citizen_step(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    bool is_at_dispenser =
        citizen->state == CITIZEN_PAPER && people->dispensers[citizen->dispenser].tray_count > 0;
    if (now_us < citizen->act_us && !is_at_dispenser)
        return;
    switch (citizen->state) {
    case CITIZEN_CHOOSING:
        step_choosing(people, citizen, now_us);
        break;
    case CITIZEN_PAPER:
        step_paper(people, citizen, now_us);
        break;
    case CITIZEN_SEATED:
        step_seated(people, citizen, now_us);
        break;
    case CITIZEN_WALKING:
        stand_at_window(people, citizen, now_us);
        break;
    case CITIZEN_WINDOW:
        step_window(people, citizen, now_us);
        break;
    case CITIZEN_RATING:
        step_rating(people, citizen, now_us);
        break;
    case CITIZEN_REASONS:
        step_reasons(people, citizen, now_us);
        break;
    case CITIZEN_NONE:
    case CITIZEN_QUEUING:
        break;
    }
}

static void draw_habits(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    struct sim_rng *rng = &citizen->rng;
    citizen->dispenser = sim_rng_below(rng, people->dispenser_count);
    citizen->key = choose_key(&people->dispensers[citizen->dispenser], rng);
    citizen->is_green = sim_rng_chance(rng, SHARE_GREEN);
    citizen->is_rating = sim_rng_chance(rng, SHARE_RATER);
    if (sim_rng_chance(rng, SHARE_MASHER))
        citizen->mash = (uint8_t)sim_rng_between(rng, 1, 3);
    citizen->patience_us = now_us + crowd_draw(people, rng, PATIENCE_LOW_MS, PATIENCE_HIGH_MS);
    if (sim_rng_chance(rng, SHARE_ANGRY))
        citizen->patience_us = now_us + crowd_draw(people, rng, ANGRY_LOW_MS, ANGRY_HIGH_MS);
    uint32_t hearing = people->options.hearing_percent;
    citizen->is_hearing = hearing > 0 && sim_rng_chance(rng, hearing * (MILLION / 100));
}

/* One of the dispenser's keys that have a service, 0 if it has none. */
static uint16_t choose_key(const struct dispenser_view *view, struct sim_rng *rng) {
    uint16_t keys[SIM_KEYS];
    unsigned count = 0;
    for (unsigned key = 1; key <= SIM_KEYS; key++)
        if (view->keys[key] != 0)
            keys[count++] = (uint16_t)key;
    return count == 0 ? 0 : keys[sim_rng_below(rng, count)];
}

static void step_choosing(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    const struct dispenser_view *view = &people->dispensers[citizen->dispenser];
    bool is_lit = citizen->key != 0 && (view->lit >> (citizen->key - 1) & 1) != 0;
    if (is_lit || citizen->is_returning) {
        press_dispenser(people, citizen, now_us);
        return;
    }
    /* A dark key is looked at again for some real seconds: the hall may just be starting. */
    citizen->act_us = now_us + SECOND_US;
    if (++citizen->tries > 5) {
        people->counts.turned_away++;
        leave(people, citizen, "key dark", now_us);
    }
}

static void press_dispenser(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    struct dispenser_view *view = &people->dispensers[citizen->dispenser];
    uint16_t key[2] = { (uint16_t)(KEY_TICKET + citizen->key), citizen->is_green ? 1 : 0 };
    if (citizen->is_returning) {
        key[0] = KEY_CHECK_IN;
        key[1] = citizen->code;
    }
    citizen->act_us = now_us;
    uint16_t count = people->world.press(people->world.context, view->device, ROLE_DISPENSER, key);
    say_key(people, citizen, view->device, key, count);
    citizen->state = CITIZEN_PAPER;
    citizen->since_us = now_us;
    citizen->act_us = now_us + sim_rng_between(&citizen->rng, 200000, 400000);
}

static void say_key(struct sim_people *people, const struct citizen *citizen, unsigned device,
                    const uint16_t key[2], uint16_t count) {
    struct json_writer *writer = crowd_line(people, "citizen", citizen->number, citizen->act_us);
    json_write_text(writer, "did", "key");
    struct sim_hall seen = { .config = people->hall };
    json_write_text(writer, "device", sim_hall_device(&seen, device)->id);
    json_write_int(writer, "code", key[0]);
    json_write_int(writer, "arg", key[1]);
    json_write_int(writer, "count", count);
    sim_record_end(people->world.record);
}

static void leave(struct sim_people *people, struct citizen *citizen, const char *why,
                  int64_t now_us) {
    step_aside(people, citizen);
    struct json_writer *writer = crowd_line(people, "citizen", citizen->number, now_us);
    json_write_text(writer, "did", "leave");
    json_write_text(writer, "why", why);
    json_write_text(writer, "ticket", citizen->ticket[0] != '\0' ? citizen->ticket : NULL);
    sim_record_end(people->world.record);
    citizen->state = CITIZEN_NONE;
}

static void step_paper(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    if (people->dispensers[citizen->dispenser].tray_count > 0) {
        take_paper(people, citizen, now_us);
        return;
    }
    if (citizen->mash > 0) {
        int64_t first_us = citizen->since_us;
        citizen->mash--;
        press_dispenser(people, citizen, now_us);
        citizen->since_us = first_us;
        return;
    }
    if (now_us - citizen->since_us < PAPER_US)
        return;
    if (citizen->is_returning) {
        sit_down(people, citizen, now_us); /* a check-in may print nothing */
        return;
    }
    if (++citizen->tries > 2) {
        people->counts.without_paper++;
        leave(people, citizen, "no paper", now_us);
        return;
    }
    press_dispenser(people, citizen, now_us);
}

static void take_paper(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    struct dispenser_view *view = &people->dispensers[citizen->dispenser];
    view->tray_count--;
    const char *ticket = view->tray[0].ticket;
    struct json_writer *writer = crowd_line(people, "citizen", citizen->number, now_us);
    json_write_text(writer, "did", "take");
    json_write_text(writer, "ticket", ticket[0] != '\0' ? ticket : NULL);
    sim_record_end(people->world.record);
    if (ticket[0] != '\0') {
        people->counts.tickets++;
        memcpy(citizen->ticket, ticket, sizeof(citizen->ticket));
        citizen->code = view->tray[0].code;
        sit_down(people, citizen, now_us);
    } else if (citizen->ticket[0] != '\0') {
        sit_down(people, citizen,
                 now_us); /* what a check-in prints says that it went well, or why not */
    } else {
        people->counts.slips++;
        leave(people, citizen, "slip", now_us);
    }
    memmove(view->tray, view->tray + 1, sizeof(view->tray) - sizeof(view->tray[0]));
}

/* The dispenser is free for the next in line, if it was this citizen who stood there. */
static void step_aside(struct sim_people *people, const struct citizen *citizen) {
    struct dispenser_view *dispenser = &people->dispensers[citizen->dispenser];
    if (dispenser->front == citizen->number)
        dispenser->front = 0;
}

static void sit_down(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    step_aside(people, citizen);
    citizen->state = CITIZEN_SEATED;
    citizen->told = TOLD_NOTHING;
    citizen->is_served = citizen->has_heard = false;
    citizen->act_us = now_us + crowd_draw(people, &citizen->rng, 1000, 3000);
}

static void step_seated(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    citizen->act_us =
        now_us + later_of(crowd_draw(people, &citizen->rng, 1000, 2500), LOOK_LEAST_US);
    if (now_us > citizen->patience_us) {
        people->counts.walked_away++;
        leave(people, citizen, "tired of waiting", now_us);
        return;
    }
    if (!citizen->is_hearing && sim_rng_chance(&citizen->rng, SHARE_AWAY)) {
        citizen->act_us = now_us + crowd_draw(people, &citizen->rng, AWAY_LOW_MS, AWAY_HIGH_MS);
        return;
    }
    if (!is_called(people, citizen))
        return;
    struct json_writer *writer = crowd_line(people, "citizen", citizen->number, now_us);
    json_write_text(writer, citizen->is_hearing ? "heard" : "saw", "call");
    people->counts.calls_heard += citizen->is_hearing;
    people->counts.calls_seen += !citizen->is_hearing;
    json_write_text(writer, "ticket", citizen->ticket);
    json_write_text(writer, "window", people->hall->windows[citizen->window].label);
    sim_record_end(people->world.record);
    citizen->state = CITIZEN_WALKING;
    citizen->act_us = now_us + crowd_draw(people, &citizen->rng, 4000, 20000);
}

static int64_t later_of(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static bool is_called(const struct sim_people *people, struct citizen *citizen) {
    if (citizen->is_hearing)
        return citizen->has_heard;
    return !sim_rng_chance(&citizen->rng, SHARE_LOOKS_AWAY) && sees_call(people, citizen);
}

/* The own number, and the first number or letters behind it: "请A012号到3号窗口". */
void citizen_hear(const struct sim_people *people, struct citizen *citizen, const char *text) {
    char label[NAME_SIZE];
    if (citizen->state == CITIZEN_SEATED && citizen->is_hearing &&
        sim_paper_calls(text, citizen->ticket, label, sizeof(label)) &&
        find_label(people, label, &citizen->window))
        citizen->has_heard = true;
}

/* Looks round: the boards at the windows, the summary boards, then the lamps. */
static bool sees_call(const struct sim_people *people, struct citizen *citizen) {
    char label[NAME_SIZE];
    for (unsigned i = 0; i < people->hall->window_count; i++)
        if (sim_paper_calls(people->windows[i].text, citizen->ticket, label, sizeof(label))) {
            citizen->window = (uint16_t)i;
            return true;
        }
    for (unsigned i = 0; i < people->board_count; i++)
        if (sim_paper_calls(people->boards[i].text, citizen->ticket, label, sizeof(label)) &&
            find_label(people, label, &citizen->window))
            return true;
    for (unsigned i = 0; i < people->hall->window_count; i++)
        if (people->windows[i].board == SIM_NO_DEVICE &&
            crowd_same_ticket(people->windows[i].ticket, citizen->ticket)) {
            citizen->window = (uint16_t)i;
            return true;
        }
    return false;
}

static bool find_label(const struct sim_people *people, const char *label, uint16_t *window) {
    for (unsigned i = 0; i < people->hall->window_count; i++)
        if (strcmp(people->hall->windows[i].label, label) == 0) {
            *window = (uint16_t)i;
            return true;
        }
    return false;
}

static void stand_at_window(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    citizen->state = CITIZEN_WINDOW;
    citizen->since_us = now_us;
    citizen->act_us = now_us;
    bool has_keypad = people->windows[citizen->window].keypad != SIM_NO_DEVICE;
    if (has_keypad && sim_rng_chance(&citizen->rng, SHARE_UNASKED)) {
        people->counts.unasked++;
        press_keypad(people, citizen, draw_grade(&citizen->rng), now_us);
    }
}

static void press_keypad(struct sim_people *people, struct citizen *citizen, uint16_t code,
                         int64_t now_us) {
    const struct window_view *view = &people->windows[citizen->window];
    uint16_t key[2] = { code, view->session };
    citizen->act_us = now_us;
    uint16_t count = people->world.press(people->world.context, view->keypad, ROLE_KEYPAD, key);
    struct json_writer *writer = crowd_line(people, "citizen", citizen->number, now_us);
    struct sim_hall seen = { .config = people->hall };
    bool is_grade = code < KEY_REASON;
    json_write_text(writer, "did", is_grade ? "rate" : "reason");
    json_write_text(writer, "device", sim_hall_device(&seen, view->keypad)->id);
    json_write_int(writer, "session", key[1]);
    json_write_int(writer, is_grade ? "grade" : "reason", is_grade ? code : code - KEY_REASON);
    json_write_text(writer, "ticket", citizen->ticket);
    json_write_int(writer, "count", count);
    sim_record_end(people->world.record);
}

static void rate(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    citizen->grade = draw_grade(&citizen->rng);
    citizen->session = people->windows[citizen->window].session;
    press_keypad(people, citizen, citizen->grade, now_us);
    people->counts.ratings++;
    if (sim_rng_chance(&citizen->rng, SHARE_TWICE)) {
        people->counts.rated_twice++;
        press_keypad(people, citizen, citizen->grade, now_us);
    }
    citizen->state = CITIZEN_REASONS;
    citizen->since_us = now_us;
    citizen->act_us = now_us + later_of(crowd_draw(people, &citizen->rng, 1000, 4000), REACTION_US);
    if (citizen->grade <= 2)
        people->counts.bad_ratings++;
}

/* Of a hundred: 55 very satisfied, 25 satisfied, 10 basically, 6 and 4 not. */
static uint8_t draw_grade(struct sim_rng *rng) {
    static const uint8_t UP_TO[] = { 4, 10, 20, 45, 100 };
    uint32_t at = sim_rng_below(rng, 100);
    uint8_t grade = 1;
    while (at >= UP_TO[grade - 1])
        grade++;
    return grade;
}

static void step_window(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    const struct window_view *view = &people->windows[citizen->window];
    if (citizen->told == TOLD_DONE) {
        be_done(people, citizen, now_us);
        return;
    }
    if (citizen->told == TOLD_WAIT_AGAIN) {
        sit_down(people, citizen, now_us);
        return;
    }
    bool is_mine = crowd_same_ticket(view->ticket, citizen->ticket);
    if (is_mine || citizen->is_served) {
        citizen->since_us = now_us;
        return;
    }
    if (now_us - citizen->since_us > later_of(crowd_span(people, 15000), AFTER_US))
        come_too_late(people, citizen, now_us);
}

static void be_done(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    people->counts.served++;
    citizen->state = CITIZEN_RATING;
    citizen->since_us = now_us;
    citizen->act_us = now_us + later_of(crowd_draw(people, &citizen->rng, 2000, 6000), REACTION_US);
}

/* Called, come too late, and not called any more: back to the dispenser with the code, or home. */
static void come_too_late(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    if (citizen->code == 0 || !sim_rng_chance(&citizen->rng, SHARE_RETURNS)) {
        people->counts.walked_away++;
        leave(people, citizen, "missed the call", now_us);
        return;
    }
    people->counts.returned++;
    citizen->is_returning = true;
    citizen->state = CITIZEN_QUEUING;
    citizen->since_us = now_us;
}

static void step_rating(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    const struct window_view *view = &people->windows[citizen->window];
    bool is_invited = view->keypad_state == KEYPAD_INVITE;
    if (!citizen->is_rating || view->keypad == SIM_NO_DEVICE) {
        leave(people, citizen, "served", now_us);
        return;
    }
    if (is_invited) {
        rate(people, citizen, now_us);
        return;
    }
    if (now_us - citizen->since_us < later_of(crowd_span(people, 8000), AFTER_US))
        return;
    if (sim_rng_chance(&citizen->rng, SHARE_UNASKED)) {
        people->counts.unasked++;
        press_keypad(people, citizen, draw_grade(&citizen->rng), now_us);
    }
    leave(people, citizen, "served", now_us);
}

static void step_reasons(struct sim_people *people, struct citizen *citizen, int64_t now_us) {
    const struct window_view *view = &people->windows[citizen->window];
    bool is_asked = view->keypad_state == KEYPAD_REASONS && view->session == citizen->session;
    if (citizen->grade <= 2 && is_asked && sim_rng_chance(&citizen->rng, SHARE_REASON)) {
        people->counts.reasons++;
        press_keypad(people, citizen, (uint16_t)(KEY_REASON + sim_rng_between(&citizen->rng, 1, 8)),
                     now_us);
    }
    leave(people, citizen, "served", now_us);
}
