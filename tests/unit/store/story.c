#include "tests/unit/store/story.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS = 4, SERVICES = 4, STEP_MS = 5000, DAY_MS = 86400000 };

static const char *const names[SERVICES] = { "social", "tax", "company", "water" };
static const struct by key = { BY_KEY, "terminal-1" };
static const struct by rule = { BY_RULE, "story" };

static bool open_day(struct story *story, struct event *event);
static void begin_day(struct story *story, struct event *event);
static void serve(struct story *story, struct event *event);
static void ask(struct story *story, struct event *event);
static const struct rules *rules_of_story(void);

void story_init(struct story *story, uint32_t era) {
    /* 2026-11-23 01:00 UTC, nine in the morning at the hall. */
    *story = (struct story){ .era = era, .now_ms = INT64_C(1795395600000), .day = 20261123 };
}

void story_turn_day(struct story *story) {
    story->now_ms += DAY_MS;
    story->day = date_of_days(date_to_days(story->day) + 1);
    story->opening = 1; /* the rules stay in force */
    story->citizen = 0;
    story->step = 0;
}

void story_next(struct story *story, struct event *event) {
    story->seq++;
    story->now_ms += STEP_MS;
    if (!open_day(story, event)) {
        if (story->step < 5) {
            serve(story, event);
        } else {
            ask(story, event);
        }
    }
    event->seq = story->seq;
}

void batch_init(struct batch *batch) {
    batch->size = (size_t)4 * STORY_BYTES;
    batch->bytes = malloc(batch->size);
    assert(batch->bytes != NULL);
    batch_clear(batch);
}

void batch_deinit(struct batch *batch) {
    free(batch->bytes);
}

void batch_clear(struct batch *batch) {
    batch->count = 0;
    batch->used = 0;
}

const struct store_entry *batch_add(struct batch *batch, const struct story *story,
                                    const struct event *event) {
    struct event_source source = { .hall = "story-01", .era = story->era, .utc_offset_min = 480 };
    assert(batch->count < STORY_BATCH_MAX);
    int length = event_write(event, &source, batch->bytes + batch->used, batch->size - batch->used);
    assert(length > 0);
    struct store_entry *entry = &batch->entries[batch->count];
    batch->events[batch->count] = *event;
    *entry = (struct store_entry){ &batch->events[batch->count], batch->bytes + batch->used,
                                   (size_t)length };
    batch->used += (size_t)length + 1;
    batch->count++;
    return entry;
}

void batch_fill(struct batch *batch, struct story *story, unsigned count) {
    batch_clear(batch);
    for (unsigned i = 0; i < count; i++) {
        struct event event;
        story_next(story, &event);
        batch_add(batch, story, &event);
    }
}

/* Gives the opening's next event; false when the hall stands open. */
static bool open_day(struct story *story, struct event *event) {
    unsigned n = story->opening;
    if (n >= 3 + 2 * WINDOWS) {
        return false;
    }
    story->opening++;
    if (n == 0) {
        event_init(event, EVENT_CONFIG_LOADED, story->now_ms, &rule);
        event->has = EVENT_HAS(FIELD_RULES) | EVENT_HAS(FIELD_RULES_HASH);
        event->more.rules = rules_of_story();
        snprintf(event->hash, sizeof event->hash, "%064d", 1);
    } else if (n == 1) {
        begin_day(story, event);
    } else if (n == 2) {
        event_init(event, EVENT_HALL_OPENED, story->now_ms, &rule);
    } else {
        bool is_window = (n - 3) % 2 == 1;
        event_init(event, is_window ? EVENT_WINDOW_OPENED : EVENT_STAFF_SIGNED_IN, story->now_ms,
                   &key);
        event->has = EVENT_HAS(FIELD_WINDOW) | EVENT_HAS(FIELD_STAFF);
        event->window = (uint16_t)((n - 3) / 2 + 1);
        snprintf(event->staff, sizeof event->staff, "%04u", 100 + event->window);
    }
    return true;
}

static void begin_day(struct story *story, struct event *event) {
    event_init(event, EVENT_HALL_DAY_BEGAN, story->now_ms, &rule);
    event->has = EVENT_HAS(FIELD_DAY) | EVENT_HAS(FIELD_BEGINS) | EVENT_HAS(FIELD_ENDS) |
                 EVENT_HAS(FIELD_SPANS);
    event->day = story->day;
    event->begins_ms = story->now_ms;
    event->ends_ms = story->now_ms + DAY_MS;
    memset(&event->more, 0, sizeof event->more);
    event->more.times.hall.count = 1;
    event->more.times.hall.spans[0] = (struct time_span){ event->begins_ms, event->ends_ms };
}

static void start_ticket(const struct story *story, struct event *event, enum event_type type) {
    unsigned service = story->citizen % SERVICES;
    event_init(event, type, story->now_ms, &key);
    event->has = EVENT_HAS(FIELD_TICKET) | EVENT_HAS(FIELD_SERVICE) | EVENT_HAS(FIELD_CLASS);
    event->day = story->day;
    event->ticket.prefix[0] = (char)('A' + service);
    event->ticket.number = (uint16_t)(story->citizen / SERVICES % TICKET_NUMBER_MAX + 1);
    snprintf(event->service, sizeof event->service, "%s", names[service]);
    event->class = CLASS_NORMAL;
}

static void add_window(const struct story *story, struct event *event) {
    event->has |= EVENT_HAS(FIELD_WINDOW) | EVENT_HAS(FIELD_STAFF) | EVENT_HAS(FIELD_VISIT);
    event->window = (uint16_t)(story->citizen % WINDOWS + 1);
    snprintf(event->staff, sizeof event->staff, "%04u", 100 + event->window);
    event->visit = story->visit;
}

static void issue(struct story *story, struct event *event) {
    start_ticket(story, event, EVENT_TICKET_ISSUED);
    event->has |= EVENT_HAS(FIELD_CHANNEL) | EVENT_HAS(FIELD_TURN) | EVENT_HAS(FIELD_AHEAD) |
                  EVENT_HAS(FIELD_CODE) | EVENT_HAS(FIELD_DISPENSER) | EVENT_HAS(FIELD_JOB);
    event->channel = CHANNEL_DISPENSER;
    event->turn_ms = story->now_ms;
    event->code = (uint16_t)(story->citizen % 10000);
    event->job = ++story->job;
    snprintf(event->dispenser, sizeof event->dispenser, "dispenser-1");
}

static void serve(struct story *story, struct event *event) {
    switch (story->step++) {
    case 0:
        issue(story, event);
        return;
    case 1:
        start_ticket(story, event, EVENT_TICKET_PRINTED);
        event->has |= EVENT_HAS(FIELD_JOB);
        event->job = story->job;
        return;
    case 2:
        story->visit = story->seq;
        start_ticket(story, event, EVENT_TICKET_CALLED);
        add_window(story, event);
        event->has |= EVENT_HAS(FIELD_WAITED) | EVENT_HAS(FIELD_WHY);
        event->waited_s = 2 * STEP_MS / 1000;
        memset(&event->more, 0, sizeof event->more);
        event->more.why.turn_ms = story->now_ms - (int64_t)2 * STEP_MS;
        event->more.why.class = CLASS_NORMAL;
        event->more.why.tier = TIER_OWN;
        return;
    case 3:
        start_ticket(story, event, EVENT_TICKET_SERVING);
        add_window(story, event);
        return;
    default:
        start_ticket(story, event, EVENT_TICKET_DONE);
        add_window(story, event);
        event->has |= EVENT_HAS(FIELD_SERVED) | EVENT_HAS(FIELD_OUTCOME);
        event->served_s = STEP_MS / 1000;
        event->outcome = OUTCOME_DONE;
        return;
    }
}

static void ask(struct story *story, struct event *event) {
    bool is_bad = story->citizen % 7 == 6;
    bool is_silent = !is_bad && story->citizen % 5 == 4;
    if (story->step == 5) {
        story->session = story->session == UINT16_MAX ? 1 : (uint16_t)(story->session + 1);
        start_ticket(story, event, EVENT_RATING_INVITED);
    } else if (story->step == 6) {
        start_ticket(story, event, is_silent ? EVENT_RATING_MISSED : EVENT_RATING_GIVEN);
    } else {
        start_ticket(story, event, EVENT_CASE_OPENED);
    }
    add_window(story, event);
    if (story->step < 7) {
        event->has |= EVENT_HAS(FIELD_SESSION);
        event->session = story->session;
    } else {
        event->has &= ~EVENT_HAS(FIELD_CLASS);
        event->has |= EVENT_HAS(FIELD_CASE_KIND) | EVENT_HAS(FIELD_DUE) | EVENT_HAS(FIELD_CASE);
        event->case_seq = story->seq;
        event->case_kind = CASE_BAD_RATING;
        event->due_ms = story->now_ms + DAY_MS;
    }
    if (story->step == 6 && !is_silent) {
        event->has |=
            EVENT_HAS(FIELD_RATING_CHANNEL) | EVENT_HAS(FIELD_GRADE) | EVENT_HAS(FIELD_AFTER);
        event->rating_channel = RATING_KEYPAD;
        event->grade = is_bad ? 2 : 5;
        event->after_s = STEP_MS / 1000;
    }
    story->step++;
    if (story->step == (is_bad ? 8 : 7)) {
        story->step = 0;
        story->citizen++;
    }
}

static const struct rules *rules_of_story(void) {
    static struct rules rules;
    rules_defaults(&rules);
    rules.calendar.is_always = true;
    rules.service_count = SERVICES;
    for (unsigned i = 1; i <= SERVICES; i++) {
        struct service_rule *service = &rules.services[i];
        snprintf(service->id, sizeof service->id, "%s", names[i - 1]);
        service->prefix[0] = (char)('A' + i - 1);
        service->first = 1;
        service->last = TICKET_NUMBER_MAX;
    }
    rules.window_count = WINDOWS;
    rules.staff_count = WINDOWS;
    for (unsigned i = 0; i < WINDOWS; i++) {
        rules.windows[i] = (struct window_rule){ .id = (uint16_t)(i + 1), .own = SERVICES_ALL };
        rules.staff[i].number = (uint16_t)(101 + i);
        snprintf(rules.staff[i].id, sizeof rules.staff[i].id, "%04u", 101 + i);
    }
    return &rules;
}
