/*
 * One member of staff behind a window: acts on the lamp, the number and the count that the terminal shows, and on who
 * stands there. One key at a time, and its answer is looked at before the next; but a PIN and the sign-in behind it
 * are one thing.
 */
#include <string.h>

#include "devices/sim/crowd.h"
#include "protocol/image.h"
#include "protocol/key.h"

enum {
    ANSWER_US = 4 * SECOND_US, /* real: after so long without answer the key is believed lost */
    RETRY_US = 2 * SECOND_US,  /* real: before the same is tried again after a refusal */
    UNDO_US = 8 * SECOND_US,   /* real: the hall lets a no-show be undone for 10 s */
    RECALL_MS = 20000,
    GIVE_UP_MS = 60000,
    VISIT_MS = 150000,
    RECALLS = 2
};

/* Shares in parts of a million. */
enum {
    SHARE_TRANSFER = 40000,
    SHARE_HOLD = 15000,
    SHARE_NEXT = 200000, /* NEXT instead of DONE */
    SHARE_LAZY = 200000, /* no START: the hall assumes it */
    SHARE_BREAK = 30000,
    SHARE_HELP = 4000,
    SHARE_MASH = 20000,
    SHARE_HOPE = 50000 /* NEXT although nobody waits */
};

enum answer {
    ANSWER_DONE = 1,
    ANSWER_NOT_NOW = 5,
    ANSWER_TOO_SOON = 8,
    ANSWER_UNKNOWN = 10,
    ANSWER_ELSEWHERE = 11
};

static void press(struct sim_people *people, unsigned window, const uint16_t key[2],
                  int64_t now_us);
static void read_answer(struct sim_people *people, unsigned window, int64_t now_us);
static void key_taken(struct sim_people *people, unsigned window, int64_t now_us);
static void tell_citizen(struct sim_people *people, unsigned window, enum told told);
static void act_by_lamp(struct sim_people *people, unsigned window, int64_t now_us);
static void act_closed(struct sim_people *people, unsigned window, int64_t now_us);
static void press_key(struct sim_people *people, unsigned window, uint16_t code, uint16_t argument,
                      int64_t now_us);
static void act_ready(struct sim_people *people, unsigned window, int64_t now_us);
static bool undoes(struct sim_people *people, unsigned window, int64_t now_us);
static void act_calling(struct sim_people *people, unsigned window, int64_t now_us);
static void note_ticket(struct sim_people *people, unsigned window, int64_t now_us);
static void wait_for_citizen(struct sim_people *people, unsigned window, int64_t now_us);
static void begin_visit(struct sim_people *people, unsigned window, int64_t now_us);
static void end_visit(struct sim_people *people, unsigned window, int64_t now_us);
static uint16_t another_service(struct sim_people *people, struct sim_rng *rng);
static void act_serving(struct sim_people *people, unsigned window, int64_t now_us);

void staff_step(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    const struct window_view *view = &people->windows[window];
    if (view->terminal == SIM_NO_DEVICE)
        return;
    if (staff->is_mashing && now_us >= staff->act_us) {
        staff->is_mashing = false;
        press(people, window, staff->key, now_us);
        return;
    }
    if (staff->is_asking && view->answered == staff->count && view->answer != 0) {
        read_answer(people, window, now_us);
        return;
    }
    if (staff->is_asking && now_us - staff->asked_us < ANSWER_US)
        return;
    if (staff->is_asking) {
        staff->is_asking = false;
        staff->act_us = now_us;
    }
    if (now_us >= staff->act_us)
        act_by_lamp(people, window, now_us);
}

static void press(struct sim_people *people, unsigned window, const uint16_t key[2],
                  int64_t now_us) {
    struct staff *staff = &people->staff[window];
    unsigned terminal = people->windows[window].terminal;
    struct sim_hall seen = { .config = people->hall };
    memcpy(staff->key, key, sizeof(staff->key));
    staff->count = people->world.press(people->world.context, terminal, ROLE_TERMINAL, key);
    staff->is_asking = true;
    staff->asked_us = now_us;
    people->counts.presses++;
    struct json_writer *writer = crowd_line(people, "staff", staff->number, now_us);
    json_write_text(writer, "did", "key");
    json_write_text(writer, "device", sim_hall_device(&seen, terminal)->id);
    json_write_int(writer, "code", key[0]);
    json_write_int(writer, "arg", key[1]);
    json_write_int(writer, "count", staff->count);
    sim_record_end(people->world.record);
}

static void read_answer(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    uint16_t answer = people->windows[window].answer;
    staff->is_asking = false;
    /* People look up from the key to the lamp: a moment of their own time, and never at once. */
    staff->act_us = now_us + 100000 + crowd_draw(people, &staff->rng, 500, 1500);
    if (answer == ANSWER_DONE)
        key_taken(people, window, now_us);
    if (answer == ANSWER_NOT_NOW && staff->key[0] == KEY_NO_SHOW)
        staff->is_given_up = true;
    if (answer == ANSWER_TOO_SOON)
        staff->act_us = now_us + RETRY_US;
    if (answer == ANSWER_UNKNOWN || answer == ANSWER_ELSEWHERE)
        staff->act_us = now_us + (int64_t)5 * RETRY_US;
}

/* The key was taken: what it means for the one who stands at the window. */
static void key_taken(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    switch (staff->key[0]) {
    case KEY_DONE:
    case KEY_NEXT:
        tell_citizen(people, window, TOLD_DONE);
        break;
    case KEY_HOLD:
        staff->unhold_us = now_us + crowd_draw(people, &staff->rng, 40000, 120000);
        tell_citizen(people, window, TOLD_WAIT_AGAIN);
        break;
    case KEY_TRANSFER:
        tell_citizen(people, window, TOLD_WAIT_AGAIN);
        break;
    case KEY_NO_SHOW:
        memcpy(staff->missed, staff->ticket, sizeof(staff->missed));
        staff->missed_us = now_us;
        break;
    case KEY_PAUSE:
        staff->wants_break = false;
        staff->act_us = now_us + crowd_draw(people, &staff->rng, 60000, 240000);
        break;
    default:
        break;
    }
}

static void tell_citizen(struct sim_people *people, unsigned window, enum told told) {
    struct citizen *citizen = crowd_at_window(people, window, people->staff[window].ticket);
    if (citizen != NULL)
        citizen->told = told;
}

static void act_by_lamp(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    switch ((enum lamp)people->windows[window].lamp) {
    case LAMP_CLOSED:
        act_closed(people, window, now_us);
        break;
    case LAMP_READY:
        act_ready(people, window, now_us);
        break;
    case LAMP_CALLING:
        act_calling(people, window, now_us);
        break;
    case LAMP_SERVING:
        act_serving(people, window, now_us);
        break;
    case LAMP_PAUSED:
        press_key(people, window, KEY_RESUME, 0, now_us);
        break;
    case LAMP_RATING:
        /* Most staff let the citizen rate before the next one is called. */
        staff->act_us = now_us + crowd_span(people, 1000);
        if (now_us - staff->asked_us > crowd_span(people, 12000))
            act_ready(people, window, now_us);
        break;
    }
}

static void act_closed(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    staff->act_us =
        now_us + SECOND_US; /* nobody has the number to sign in: perhaps the hall opens it */
    if (staff->number == 0)
        return;
    if (people->hall->pin != 0)
        press(people, window, (const uint16_t[2]){ KEY_PIN, people->hall->pin }, now_us);
    press_key(people, window, KEY_SIGN_IN, staff->number, now_us);
}

/* Presses, and now and then a finger bounces or is impatient. */
static void press_key(struct sim_people *people, unsigned window, uint16_t code, uint16_t argument,
                      int64_t now_us) {
    struct staff *staff = &people->staff[window];
    const uint16_t key[2] = { code, argument };
    press(people, window, key, now_us);
    staff->is_mashing = sim_rng_chance(&staff->rng, SHARE_MASH);
    staff->act_us = now_us + sim_rng_between(&staff->rng, 150000, 300000);
}

static void act_ready(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    const struct window_view *view = &people->windows[window];
    staff->ticket[0] = '\0';
    if (undoes(people, window, now_us))
        return;
    if (staff->wants_break && people->hall->pause_reason != 0) {
        press_key(people, window, KEY_PAUSE, people->hall->pause_reason, now_us);
        return;
    }
    if (staff->unhold_us != 0 && now_us >= staff->unhold_us) {
        staff->unhold_us = 0; /* refused, nobody is held any more */
        press_key(people, window, KEY_UNHOLD, 0, now_us);
        return;
    }
    if (view->waiting > 0 || sim_rng_chance(&staff->rng, SHARE_HOPE)) {
        press_key(people, window, KEY_NEXT, 0, now_us);
        return;
    }
    staff->act_us = now_us + crowd_draw(people, &staff->rng, 3000, 8000);
}

/* Somebody stands there whose number was just given up. */
static bool undoes(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    bool is_back = crowd_at_window(people, window, staff->missed) != NULL;
    if (!is_back || now_us - staff->missed_us > UNDO_US)
        return false;
    staff->missed[0] = '\0';
    press_key(people, window, KEY_UNDO, 0, now_us);
    return true;
}

static void act_calling(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    note_ticket(people, window, now_us);
    struct citizen *citizen = crowd_at_window(people, window, staff->ticket);
    if (citizen == NULL) {
        wait_for_citizen(people, window, now_us);
        return;
    }
    bool is_new = !citizen->is_served;
    begin_visit(people, window, now_us);
    staff->act_us = now_us + crowd_span(people, 1000);
    if (is_new && !sim_rng_chance(&staff->rng, SHARE_LAZY))
        press_key(people, window, KEY_START, 0, now_us);
    else if (now_us >= staff->served_us)
        end_visit(people, window, now_us);
}

/* Another number than before: its call begins. */
static void note_ticket(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    const char *shown = people->windows[window].ticket;
    if (strcmp(staff->ticket, shown) == 0)
        return;
    memcpy(staff->ticket, shown, sizeof(staff->ticket));
    staff->recalls = 0;
    staff->is_given_up = false;
    staff->called_us = now_us;
    staff->served_us = 0;
}

static void wait_for_citizen(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    int64_t waited_us = now_us - staff->called_us;
    staff->act_us = now_us + crowd_span(people, 1000);
    if (waited_us > crowd_span(people, GIVE_UP_MS)) {
        press_key(people, window, KEY_NO_SHOW, 0, now_us);
        return;
    }
    if (staff->recalls < RECALLS &&
        waited_us > (staff->recalls + 1) * crowd_span(people, RECALL_MS)) {
        staff->recalls++;
        press_key(people, window, KEY_RECALL, 0, now_us);
    }
}

static void begin_visit(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    struct citizen *citizen = crowd_at_window(people, window, staff->ticket);
    if (citizen == NULL || citizen->is_served)
        return;
    citizen->is_served = true;
    staff->served_us = now_us + crowd_span(people, sim_rng_spread(&staff->rng, VISIT_MS));
}

static void end_visit(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    struct sim_rng *rng = &staff->rng;
    staff->wants_break = sim_rng_chance(rng, SHARE_BREAK);
    if (sim_rng_chance(rng, SHARE_TRANSFER)) {
        press_key(people, window, KEY_TRANSFER, another_service(people, rng), now_us);
        return;
    }
    if (sim_rng_chance(rng, SHARE_HOLD)) {
        press_key(people, window, KEY_HOLD, 0, now_us);
        return;
    }
    if (people->windows[window].waiting > 0 && sim_rng_chance(rng, SHARE_NEXT)) {
        press_key(people, window, KEY_NEXT, 0, now_us);
        return;
    }
    uint16_t outcome = sim_rng_below(rng, 5) == 0 ? (uint16_t)sim_rng_between(rng, 1, 4) : 0;
    press_key(people, window, KEY_DONE, outcome, now_us);
}

static uint16_t another_service(struct sim_people *people, struct sim_rng *rng) {
    uint16_t services[SERVICES_MAX];
    unsigned count = 0;
    uint64_t served = 0;
    for (unsigned i = 0; i < people->hall->window_count; i++)
        served |= people->hall->windows[i].services;
    for (unsigned index = 1; index < SERVICES_MAX; index++)
        if ((served >> index & 1) != 0)
            services[count++] = (uint16_t)index;
    return count == 0 ? 0 : services[sim_rng_below(rng, count)];
}

static void act_serving(struct sim_people *people, unsigned window, int64_t now_us) {
    struct staff *staff = &people->staff[window];
    note_ticket(people, window, now_us);
    struct citizen *citizen = crowd_at_window(people, window, staff->ticket);
    if (citizen == NULL) {
        /* The hall assumed a start, but nobody came; or the one who was served has gone already. */
        if (staff->is_given_up)
            press_key(people, window, KEY_DONE, OUTCOME_NOT_HERE, now_us);
        else
            wait_for_citizen(people, window, now_us);
        return;
    }
    begin_visit(people, window, now_us);
    staff->act_us = now_us + crowd_span(people, 1000);
    if (now_us >= staff->served_us) {
        end_visit(people, window, now_us);
        return;
    }
    if (sim_rng_chance(&staff->rng, SHARE_HELP / 100))
        press_key(people, window, KEY_HELP, 0, now_us);
}
