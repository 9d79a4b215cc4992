/* Dispensers that print, sometimes not, and lose their power; keypads that come and go; voices. */
#include <stdio.h>
#include <string.h>

#include "tests/hall/days.h"
#include "tests/hall/days_people.h"

static void report(struct world *world, enum report_kind kind, enum role role, unsigned number,
                   uint16_t job) {
    struct device_report device = { .kind = kind, .role = role, .part = role, .job = job };
    static const char *const NAMES[] = {
        [ROLE_DISPENSER] = "dispenser", [ROLE_KEYPAD] = "keypad", [ROLE_VOICE] = "voice"
    };
    bool is_keypad = role == ROLE_KEYPAD;
    bool is_dispenser = role == ROLE_DISPENSER;
    snprintf(device.bus, sizeof device.bus, "floor");
    snprintf(device.device, sizeof device.device, "%s-%u", NAMES[role], number);
    snprintf(device.what, sizeof device.what, "by lot");
    device.serial = number;
    device.boots = is_dispenser ? world->boots[number - 1] : 1;
    device.done_job = is_dispenser ? world->done[number - 1] : 0;
    struct input input = { .kind = INPUT_REPORT, .window = is_keypad ? (uint16_t)number : 0 };
    input.report = &device;
    world_take(world, &input);
}

static enum ticket_state state_of(const struct world *world, const struct paper *paper) {
    int place = model_ticket_at(world->model, paper->ticket);
    return place < 0 || paper->day != world->model->day ? TICKET_NONE
                                                        : world->model->tickets[place].state;
}

/* The slip that is at work in the dispenser, NULL none. */
static struct paper *paper_in(struct world *world, unsigned dispenser) {
    for (unsigned i = 0; i < world->paper_count; i++) {
        struct paper *paper = &world->papers[i];
        if (paper->is_pending && paper->dispenser == dispenser) {
            return paper;
        }
    }
    return NULL;
}

/* Its driver names the job in it, as long as it is one of before the program's start. */
static void dispenser_comes(struct world *world, unsigned dispenser) {
    const struct paper *paper = paper_in(world, dispenser);
    bool is_old = paper != NULL && paper->is_old;
    report(world, REPORT_ONLINE, ROLE_DISPENSER, dispenser + 1, is_old ? paper->job : 0);
    world->is_online[dispenser] = true;
}

/* A started program sends only what its live day has to print; what is in a dispenser comes out all the same. */
void people_devices_online(struct world *world) {
    for (unsigned i = 0; i < DISPENSERS; i++) {
        struct paper *paper = paper_in(world, i);
        if (paper != NULL) {
            paper->is_old = true;
        }
    }
    for (unsigned i = 0; i < world->paper_count; i++) {
        struct paper *paper = &world->papers[i];
        enum ticket_state state = state_of(world, paper);
        paper->is_nobodys =
            paper->is_nobodys || (state != TICKET_PRINTING && state != TICKET_UNSURE);
        paper->is_pending = paper->is_pending && (paper->is_old || !paper->is_nobodys);
    }
    for (unsigned i = 0; i < DISPENSERS && world_is_well(world); i++) {
        dispenser_comes(world, i);
    }
    for (unsigned i = 0; i < MODEL_WINDOWS && world_is_well(world); i++) {
        if (world->has_keypad[i]) {
            report(world, REPORT_ONLINE, ROLE_KEYPAD, i + 1, 0);
        }
    }
    for (unsigned i = 0; i < world->voice_count && world_is_well(world); i++) {
        if (draw(world, 5) != 0) {
            report(world, REPORT_ONLINE, ROLE_VOICE, i + 1, 0);
        }
    }
}

void paper_to_print(struct world *world, unsigned dispenser) {
    const struct model_ticket *ticket = &world->model->tickets[world->model->ticket_count - 1];
    if (ticket->state != TICKET_PRINTING || ticket->job == 0) {
        model_fault(world->model, "a ticket of a dispenser that is not printing");
        return;
    }
    if (ticket->job == world->done[dispenser]) {
        model_fault(world->model, "job %u is what the dispenser has done", ticket->job);
    }
    const struct paper *held = paper_in(world, dispenser);
    if (held != NULL && held->job == ticket->job) {
        model_fault(world->model, "job %u is what the dispenser still holds", ticket->job);
    }
    if (world->paper_count == PAPERS) {
        memmove(world->papers, world->papers + PAPERS / 2, sizeof world->papers / 2);
        world->paper_count = PAPERS / 2;
    }
    world->papers[world->paper_count++] = (struct paper){
        .dispenser = dispenser,
        .job = ticket->job,
        .ticket = ticket->no,
        .day = world->model->day,
        .is_pending = true,
    };
}

/* Somebody holds the slip now: his ticket must live. */
static void prints(struct world *world, struct paper *paper) {
    enum ticket_state before = state_of(world, paper);
    world->done[paper->dispenser] = paper->job;
    paper->is_pending = paper->is_unsure = false;
    report(world, REPORT_PRINTED, ROLE_DISPENSER, paper->dispenser + 1, paper->job);
    bool was_waited_for = before == TICKET_PRINTING || before == TICKET_UNSURE;
    if (world_is_well(world) && was_waited_for && state_of(world, paper) != TICKET_WAITING) {
        model_fault(world->model, "%s%03u is on paper and is %s", paper->ticket.prefix,
                    paper->ticket.number, ticket_state_word(state_of(world, paper)));
    }
    if (world_is_well(world) && draw(world, 10) == 0) {
        report(world, REPORT_PRINTED, ROLE_DISPENSER, paper->dispenser + 1, paper->job);
    }
}

/* Power lost: what was being printed is not known, and jobs begin anew behind `done`. */
static void reboots(struct world *world, unsigned dispenser) {
    world->boots[dispenser]++;
    world->done[dispenser] = 0;
    for (unsigned i = 0; i < world->paper_count && world_is_well(world); i++) {
        struct paper *paper = &world->papers[i];
        if (paper->dispenser == dispenser && paper->is_pending && !paper->is_nobodys) {
            report(world, REPORT_UNSURE, ROLE_DISPENSER, dispenser + 1, paper->job);
        }
        if (paper->dispenser == dispenser) {
            paper->is_pending = paper->is_unsure = false;
        }
    }
    if (world_is_well(world)) {
        dispenser_comes(world, dispenser);
    }
}

static void paper_step(struct world *world, struct paper *paper) {
    uint32_t lot = (world->faults & FAULT_PAPER) != 0 ? draw(world, 16) : 15;
    if (paper->is_nobodys && lot != 3) {
        world->done[paper->dispenser] = paper->job; /* nobody asks for it, so nobody is told */
        paper->is_pending = false;
    } else if (lot == 0) {
        paper->is_pending = false;
        report(world, REPORT_NOT_PRINTED, ROLE_DISPENSER, paper->dispenser + 1, paper->job);
    } else if (lot <= 2 && !paper->is_unsure) {
        paper->is_unsure = true;
        report(world, REPORT_UNSURE, ROLE_DISPENSER, paper->dispenser + 1, paper->job);
    } else if (lot == 3) {
        reboots(world, paper->dispenser);
    } else {
        prints(world, paper);
    }
}

static void keypad_step(struct world *world) {
    static const enum report_kind KINDS[] = { REPORT_OFFLINE, REPORT_ONLINE,    REPORT_ONLINE,
                                              REPORT_FAULTED, REPORT_RECOVERED, REPORT_KEYS_LOST };
    unsigned window = draw(world, MODEL_WINDOWS);
    if (world->has_keypad[window]) {
        report(world, KINDS[draw(world, 6)], ROLE_KEYPAD, window + 1, 0);
    }
}

static void dispenser_step(struct world *world) {
    unsigned dispenser = draw(world, DISPENSERS);
    if (!world->is_online[dispenser]) {
        dispenser_comes(world, dispenser);
        return;
    }
    world->is_online[dispenser] = false;
    report(world, REPORT_OFFLINE, ROLE_DISPENSER, dispenser + 1, 0);
}

static void voice_changes(struct world *world) {
    static const enum report_kind KINDS[] = { REPORT_OFFLINE, REPORT_ONLINE, REPORT_ONLINE,
                                              REPORT_FAULTED, REPORT_RECOVERED };
    report(world, KINDS[draw(world, 5)], ROLE_VOICE, 1 + draw(world, world->voice_count), 0);
}

/* A call is spoken, or one that was is told late or twice: then nothing comes of it. */
static void voice_speaks(struct world *world) {
    const struct model *model = world->model;
    const struct model_window *window = &model->windows[draw(world, model->window_count)];
    struct input input = { .kind = INPUT_SPOKEN, .window = window->id };
    input.spoken.device = model_rule(model, window->id)->voice;
    input.spoken.visit = window->visit - (draw(world, 20) == 0);
    input.spoken.calls = (uint16_t)(window->calls + (draw(world, 20) == 0));
    input.spoken.is_given_up = draw(world, 10) == 0;
    bool is_due = window->ticket >= 0 && input.spoken.visit == window->visit &&
                  input.spoken.calls == window->calls && window->announced < window->calls;
    if (input.spoken.device[0] == 0) {
        return;
    }
    world_take(world, &input);
    if (world_is_well(world) && is_due != (world->decision->count == 1)) {
        model_fault(world->model, "a call was spoken at window %u, and %u events say so",
                    window->id, world->decision->count);
    }
}

static void voice_step(struct world *world) {
    if ((world->faults & FAULT_DEVICES) != 0 && draw(world, 10) == 0) {
        voice_changes(world);
    } else {
        voice_speaks(world);
    }
}

/* The oldest slip of each dispenser is at work; a device that is offline says nothing. */
void devices_step(struct world *world) {
    bool has_faults = (world->faults & FAULT_DEVICES) != 0;
    if (world->voice_count > 0 && draw(world, 2) == 0) {
        voice_step(world);
        return;
    }
    if (has_faults && draw(world, 12) == 0) {
        if (draw(world, 2) == 0) {
            keypad_step(world);
        } else {
            dispenser_step(world);
        }
        return;
    }
    for (unsigned i = 0; i < world->paper_count; i++) {
        struct paper *paper = &world->papers[i];
        if (paper->is_pending && world->is_online[paper->dispenser]) {
            paper_step(world, paper);
            return;
        }
    }
}
