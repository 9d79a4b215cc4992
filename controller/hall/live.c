#include "controller/hall/live.h"

#include <assert.h>
#include <string.h>

#include "controller/hall/queue.h"

static unsigned prefix_key(const char *prefix);

uint16_t live_ticket(const struct hall *hall, struct ticket_no no) {
    unsigned slot = prefix_slot(hall, no.prefix);
    if (slot == PREFIXES_MAX || no.number == 0 || no.number > TICKET_NUMBER_MAX) {
        return NO_PLACE;
    }
    return hall->numbers[slot][no.number];
}

uint16_t live_ticket_of_code(const struct hall *hall, unsigned code) {
    if (code >= CHECK_IN_CODES || hall->codes[code] == NO_PLACE) {
        return NO_PLACE;
    }
    uint16_t place = hall->codes[code];
    return ticket_is_ended(&hall->tickets[place]) ? NO_PLACE : place;
}

uint16_t live_window(const struct hall *hall, unsigned id) {
    return id > WINDOW_ID_MAX ? NO_PLACE : hall->window_at[id];
}

uint16_t live_staff(const struct hall *hall, int32_t number) {
    return number < 0 || number > STAFF_NUMBER_MAX ? NO_PLACE : hall->staff_at[number];
}

uint16_t live_device(const struct hall *hall, const char *id) {
    for (uint16_t i = 0; i < hall->device_count; i++) {
        if (strcmp(hall->devices[i].id, id) == 0) {
            return i;
        }
    }
    return NO_PLACE;
}

uint16_t live_alert(const struct hall *hall, const char *kind, const char *subject) {
    for (uint16_t i = 0; i < hall->alert_count; i++) {
        const struct alert *alert = &hall->alerts[i];
        if (strcmp(alert->subject, subject) == 0 && strcmp(alert->kind, kind) == 0) {
            return i;
        }
    }
    return NO_PLACE;
}

const struct visit *live_visit(const struct hall *hall, uint32_t number) {
    bool stands =
        number > 0 && number <= hall->visit_count && hall->visit_count - number < hall->visits_max;
    return stands ? &hall->visits[(number - 1) % hall->visits_max] : NULL;
}

int32_t digits_value(const char *text) {
    int32_t number = 0;
    if (text[0] == 0) {
        return NO_STAFF;
    }
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9') {
            return NO_STAFF;
        }
        number = number * 10 + (*text - '0');
        if (number > STAFF_NUMBER_MAX) {
            return NO_STAFF;
        }
    }
    return number;
}

const char *staff_id(const struct hall *hall, int32_t number) {
    uint16_t place = live_staff(hall, number);
    return place == NO_PLACE ? "" : hall->staff[place].id;
}

bool ticket_is_ended(const struct ticket *ticket) {
    return ticket->state == TICKET_DONE || ticket->state == TICKET_CANCELLED ||
           ticket->state == TICKET_EXPIRED;
}

/* One or two letters as a number below PREFIX_KEYS; 0 for none. */
static unsigned prefix_key(const char *prefix) {
    unsigned letters[2] = { 0, 0 };
    for (unsigned i = 0; i < 2 && prefix[i] >= 'A' && prefix[i] <= 'Z'; i++) {
        letters[i] = (unsigned)(prefix[i] - 'A') + 1;
    }
    return letters[0] * 27 + letters[1];
}

unsigned prefix_slot(const struct hall *hall, const char *prefix) {
    unsigned slot = hall->prefix_slots[prefix_key(prefix)];
    return slot == 0 ? PREFIXES_MAX : slot - 1;
}

unsigned live_prefix_make(struct hall *hall, const char *prefix) {
    assert(hall->prefix_count < PREFIXES_MAX);
    hall->prefix_slots[prefix_key(prefix)] = (uint8_t)++hall->prefix_count;
    return hall->prefix_count - 1U;
}

const struct window_rule *window_rule(const struct hall *hall, const struct window *window) {
    return &hall->rules.windows[window->rule];
}

/* The rest is zeroed, so that equal texts are equal bytes. */
void word_copy(char *out, size_t size, const char *text) {
    size_t at = 0;
    assert(size > 0);
    for (; at + 1 < size && text[at] != 0; at++) {
        out[at] = text[at];
    }
    memset(out + at, 0, size - at);
}

bool tries_are_used_up(const struct tries *tries, int64_t now_ms) {
    return tries->count == TRIES_MAX && now_ms < tries->ms[TRIES_MAX - 1] + TRIES_MS;
}

/* After those that closed, and their minute, the count begins anew. */
void tries_add(struct tries *tries, int64_t time_ms) {
    uint8_t kept = 0;
    for (unsigned i = 0; i < tries->count && tries->count < TRIES_MAX; i++) {
        if (time_ms < tries->ms[i] + TRIES_MS) {
            tries->ms[kept++] = tries->ms[i];
        }
    }
    tries->ms[kept++] = time_ms;
    tries->count = kept;
}

void live_clear_window(struct window *window) {
    uint16_t id = window->id;
    uint16_t rule = window->rule;
    uint16_t keypads = window->keypads;
    bool is_voiced = window->is_voiced;
    memset(window, 0, sizeof *window);
    window->id = id;
    window->rule = rule;
    window->keypads = keypads;
    window->is_voiced = is_voiced;
    window->state = WINDOW_CLOSED;
    window->staff = NO_STAFF;
    window->ticket = window->missed = window->held = NO_PLACE;
    live_clear_session(&window->session);
    live_clear_session(&window->last_bad);
    queue_init(&window->line);
}

void live_clear_session(struct session *session) {
    memset(session, 0, sizeof *session);
    session->ticket = NO_PLACE;
    session->staff = NO_STAFF;
}

void live_clear_day(struct hall *hall) {
    hall->ticket_count = 0;
    hall->prefix_count = 0;
    hall->visit_count = hall->defaulted = 0;
    hall->issued = hall->served = hall->no_shows = 0;
    hall->ratings = hall->satisfied = hall->invited = 0;
    hall->call_count = 0;
    hall->recent_at = 0;
    memset(hall->recent_grades, 0, sizeof hall->recent_grades);
    memset(hall->recent_ms, 0, sizeof hall->recent_ms);
    memset(hall->calls, 0, sizeof hall->calls);
    memset(hall->prefix_slots, 0, sizeof hall->prefix_slots);
    memset(hall->numbers, 0xFF, PREFIXES_MAX * sizeof *hall->numbers);
    memset(hall->codes, 0xFF, CHECK_IN_CODES * sizeof *hall->codes);
    queue_init(&hall->printing);
    queue_init(&hall->unsure);
    queue_init(&hall->missed);
    hall->crowded = 0;
    hall->bound_count = 0;
    for (unsigned i = 0; i < SERVICES_MAX; i++) {
        struct service *service = &hall->services[i];
        service->next_number = service->issued = service->not_printed = service->served = 0;
        service->extended_ms = 0;
        queue_init(&service->line);
    }
}

uint16_t live_device_make(struct hall *hall, const char *id) {
    uint16_t place = live_device(hall, id);
    if (place != NO_PLACE || hall->device_count == hall->limits.devices) {
        return place;
    }
    struct device *device = &hall->devices[hall->device_count];
    memset(device, 0, sizeof *device);
    word_copy(device->id, sizeof device->id, id);
    return hall->device_count++;
}

uint16_t live_staff_make(struct hall *hall, int32_t number, const char *id) {
    uint16_t place = live_staff(hall, number);
    if (place != NO_PLACE || hall->staff_count == hall->staff_max) {
        return place;
    }
    for (place = hall->staff_count++; place > 0 && hall->staff[place - 1].number > number;
         place--) {
        hall->staff[place] = hall->staff[place - 1];
        hall->staff_at[hall->staff[place].number] = place;
    }
    hall->staff[place] = (struct staff){ .number = number };
    word_copy(hall->staff[place].id, STAFF_SIZE, id);
    hall->staff_at[number] = place;
    return place;
}

void live_staff_drop(struct hall *hall) {
    uint16_t kept = 0;
    memset(hall->staff_at, 0xFF, (STAFF_NUMBER_MAX + 1U) * sizeof *hall->staff_at);
    for (uint16_t i = 0; i < hall->staff_count; i++) {
        const struct staff *staff = &hall->staff[i];
        if (staff->window != 0 || staff->is_added || staff->is_in_rules) {
            hall->staff[kept] = *staff;
            hall->staff_at[staff->number] = kept++;
        }
    }
    hall->staff_count = kept;
}
