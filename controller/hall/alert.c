#include "controller/hall/alert.h"

#include <stdio.h>
#include <string.h>

#include "controller/hall/alert_kinds.h"

enum { SUBJECTS_SHIFT = 16 };

void alert_window_subject(uint16_t window, char *out) {
    snprintf(out, NAME_SIZE, "%u", window);
}

static void fill_raised(struct event *event, const char *kind, const char *subject) {
    event->alert = event->seq;
    word_copy(event->alert_kind, sizeof event->alert_kind, kind);
    word_copy(event->subject, sizeof event->subject, subject);
    event->has |= EVENT_HAS(FIELD_ALERT) | EVENT_HAS(FIELD_ALERT_KIND) | EVENT_HAS(FIELD_SUBJECT);
}

void alert_add_raised(struct draft *draft, const char *kind, const char *subject,
                      const char *text) {
    struct event *event = draft_add(draft, EVENT_ALERT_RAISED);
    fill_raised(event, kind, subject);
    if (text[0] != 0) {
        word_copy(event->more.text, sizeof event->more.text, text);
        event->has |= EVENT_HAS(FIELD_TEXT);
    }
}

static struct event *add_about(struct draft *draft, struct event *event,
                               const struct alert *alert) {
    (void)draft;
    fill_raised(event, alert->kind, alert->subject);
    event->alert = alert->seq;
    return event;
}

enum reason decide_alert_acknowledge(struct draft *draft) {
    const struct hall *hall = draft->hall;
    if (draft->by.id[0] == 0) {
        return REASON_PERSON_NEEDED;
    }
    for (uint16_t i = 0; i < hall->alert_count; i++) {
        if (hall->alerts[i].seq != draft->command->alert) {
            continue;
        }
        if (hall->alerts[i].acknowledged_by[0] != 0) {
            return REASON_ALREADY;
        }
        add_about(draft, draft_add(draft, EVENT_ALERT_ACKNOWLEDGED), &hall->alerts[i]);
        return REASON_NONE;
    }
    return REASON_NO_SUCH;
}

void decide_condition(struct draft *draft) {
    const char *kind = draft->input->condition.kind;
    const char *subject = draft->input->condition.subject;
    uint16_t place = live_alert(draft->hall, kind, subject);
    if (draft->input->condition.is_raised && place == NO_PLACE) {
        const char *text = draft->input->condition.text;
        alert_add_raised(draft, kind, subject, text == NULL ? "" : text);
    } else if (!draft->input->condition.is_raised && place != NO_PLACE) {
        add_about(draft, draft_add(draft, EVENT_ALERT_CLEARED), &draft->hall->alerts[place]);
    }
}

/* HELP and bad_rating are moments: they stand until somebody has taken note. */
static bool is_moment(const struct alert *alert) {
    return strcmp(alert->kind, "help") == 0 || strcmp(alert->kind, "bad_rating") == 0;
}

/* How easily one gives way to another: what somebody has seen, then bad ratings, whose cases stand in the ledger. */
static unsigned ease_of(const struct alert *alert) {
    bool is_seen = alert->acknowledged_by[0] != 0;
    unsigned ease = is_seen ? 1 : 0;
    if (is_moment(alert)) {
        ease += is_seen ? 2 : strcmp(alert->kind, "bad_rating") == 0 ? 2 : 0;
    }
    return ease;
}

/* When the list is full the oldest of those that give way the most easily makes room: the journal has them all. */
static void make_room(struct hall *hall) {
    uint16_t gone = 0;
    for (uint16_t i = 1; i < hall->alert_count; i++) {
        gone = ease_of(&hall->alerts[i]) > ease_of(&hall->alerts[gone]) ? i : gone;
    }
    memmove(&hall->alerts[gone], &hall->alerts[gone + 1],
            (size_t)(hall->alert_count - gone - 1) * sizeof hall->alerts[0]);
    hall->alert_count--;
}

/* What lasts may take the place of a moment, of which there are ever fewer; of something that lasts it would go on for ever. */
static bool has_room(const struct hall *hall) {
    bool has_moment = hall->alert_count < ALERTS_MAX;
    for (unsigned i = 0; i < hall->alert_count && !has_moment; i++) {
        has_moment = ease_of(&hall->alerts[i]) >= 2;
    }
    return has_moment;
}

void apply_alert_raised(struct hall *hall, const struct event *event) {
    if (hall->alert_count == ALERTS_MAX) {
        make_room(hall);
    }
    struct alert *alert = &hall->alerts[hall->alert_count++];
    memset(alert, 0, sizeof *alert);
    alert->seq = event->seq;
    alert->since_ms = event->time_ms;
    memcpy(alert->kind, event->alert_kind, sizeof alert->kind);
    memcpy(alert->subject, event->subject, sizeof alert->subject);
    if ((event->has & EVENT_HAS(FIELD_TEXT)) != 0) {
        word_copy(alert->what, sizeof alert->what, event->more.text);
    }
}

static uint16_t alert_of(const struct hall *hall, const struct event *event) {
    for (uint16_t i = 0; i < hall->alert_count; i++) {
        if (hall->alerts[i].seq == event->alert) {
            return i;
        }
    }
    return NO_PLACE;
}

void apply_alert_acknowledged(struct hall *hall, const struct event *event) {
    uint16_t place = alert_of(hall, event);
    if (place != NO_PLACE) {
        word_copy(hall->alerts[place].acknowledged_by, COMMAND_ID_SIZE, event->by.id);
    }
}

void apply_alert_cleared(struct hall *hall, const struct event *event) {
    uint16_t place = alert_of(hall, event);
    if (place == NO_PLACE) {
        return;
    }
    hall->alert_count--;
    memmove(&hall->alerts[place], &hall->alerts[place + 1],
            (size_t)(hall->alert_count - place) * sizeof hall->alerts[0]);
}

/* --- ticks ---------------------------------------------------------------------------------------------------- */

static bool stands(const struct hall *hall, const struct alert_kind *kind, unsigned place) {
    char subject[NAME_SIZE];
    kind->subject(hall, place, subject);
    return live_alert(hall, kind->name, subject) != NO_PLACE;
}

/* The earliest subject of one kind that should stand before `due_ms` and does not; the place is kind and subject. */
static int64_t due_of_kind(const struct hall *hall, unsigned k, int64_t due_ms, unsigned *due) {
    const struct alert_kind *kind = &ALERT_TABLE[k];
    unsigned count = kind->count(hall);
    for (unsigned i = 0; i < count; i++) {
        int64_t from_ms = kind->from_ms(hall, i);
        if (from_ms < due_ms && !stands(hall, kind, i)) {
            due_ms = from_ms;
            *due = k << SUBJECTS_SHIFT | i;
        }
    }
    return due_ms;
}

/* When the list is full of what lasts nothing more is raised until there is room. */
int64_t alert_due_raise(const struct hall *hall, unsigned *due) {
    int64_t due_ms = INT64_MAX;
    bool may = hall->has_rules && has_room(hall);
    for (unsigned k = 0; may && k < ALERT_KINDS; k++) {
        due_ms = due_of_kind(hall, k, due_ms, due);
    }
    return due_ms;
}

static bool is_due(const struct hall *hall, const struct alert_kind *kind, unsigned place,
                   int64_t now_ms) {
    return kind->from_ms(hall, place) <= now_ms && !stands(hall, kind, place);
}

static void fill_due(const struct hall *hall, const struct alert_kind *kind, unsigned place,
                     struct alert_now *out) {
    int64_t since_ms;
    memset(out, 0, sizeof *out);
    word_copy(out->kind, sizeof out->kind, kind->name);
    kind->subject(hall, place, out->subject);
    out->since_ms = kind->from_ms(hall, place);
    if (kind->text != NULL) {
        word_copy(out->text, sizeof out->text, kind->text(hall, place, &since_ms));
    }
}

static unsigned fill_kind(const struct hall *hall, const struct alert_kind *kind, int64_t now_ms,
                          struct alert_now *out, unsigned max) {
    unsigned subjects = kind->count(hall);
    unsigned count = 0;
    for (unsigned i = 0; i < subjects && count < max; i++) {
        if (is_due(hall, kind, i, now_ms)) {
            fill_due(hall, kind, i, &out[count++]);
        }
    }
    return count;
}

unsigned hall_alerts_due(const struct hall *hall, int64_t now_ms, struct alert_now *out,
                         unsigned max) {
    unsigned count = 0;
    for (unsigned k = 0; hall->has_rules && hall->day != 0 && k < ALERT_KINDS; k++) {
        count += fill_kind(hall, &ALERT_TABLE[k], now_ms, out + count, max - count);
    }
    return count;
}

void alert_raise(struct draft *draft, unsigned place) {
    const struct alert_kind *kind = &ALERT_TABLE[place >> SUBJECTS_SHIFT];
    unsigned about = place & ((1U << SUBJECTS_SHIFT) - 1);
    char subject[NAME_SIZE];
    int64_t since_ms;
    kind->subject(draft->hall, about, subject);
    draft->by = (struct by){ .kind = BY_RULE, .id = "alert" };
    alert_add_raised(draft, kind->name, subject,
                     kind->text == NULL ? "" : kind->text(draft->hall, about, &since_ms));
}

static const struct alert_kind *kind_of(const char *name) {
    for (unsigned k = 0; k < ALERT_KINDS; k++) {
        if (strcmp(ALERT_TABLE[k].name, name) == 0) {
            return &ALERT_TABLE[k];
        }
    }
    return NULL;
}

/* A forecast is raised and cleared from outside, by its service: nobody does so for one that left the rules. */
static bool is_lost(const struct hall *hall, const struct alert *alert) {
    return strcmp(alert->kind, "wait_forecast") == 0 &&
           rules_service(&hall->rules, alert->subject) == 0;
}

static bool has_word(const char *told, const char *word, size_t length) {
    for (const char *at = told; *at != 0; at += at[0] == ',' ? 2 : 0) {
        size_t found = strcspn(at, ",");
        if (found == length && memcmp(at, word, length) == 0) {
            return true;
        }
        at += found;
    }
    return false;
}

static bool says_more(const char *text, const char *told) {
    for (const char *at = text; *at != 0; at += at[0] == ',' ? 2 : 0) {
        size_t length = strcspn(at, ",");
        if (!has_word(told, at, length)) {
            return true;
        }
        at += length;
    }
    return false;
}

/* When it is to be told anew, INT64_MAX not: "paper low" has become "paper out". */
static int64_t retold_ms(const struct hall *hall, const struct alert_kind *kind, unsigned place,
                         const struct alert *alert) {
    int64_t since_ms;
    if (kind->text == NULL || kind->from_ms(hall, place) > hall->last_ms) {
        return INT64_MAX;
    }
    const char *text = kind->text(hall, place, &since_ms);
    if (strcmp(text, alert->what) == 0) {
        return INT64_MAX;
    }
    return says_more(text, alert->what) ? hall->last_ms : since_ms + ALERT_WELL_MS;
}

static int64_t kind_ends_ms(const struct hall *hall, const struct alert_kind *kind, unsigned place,
                            const struct alert *alert) {
    bool is_over = kind->from_ms(hall, place) > hall->last_ms;
    int64_t well_ms = is_over ? hall->last_ms : INT64_MAX;
    int64_t over_ms = kind->ends_ms == NULL ? well_ms : kind->ends_ms(hall, place);
    int64_t anew_ms = retold_ms(hall, kind, place, alert);
    return anew_ms < over_ms ? anew_ms : over_ms;
}

/* When it is to be cleared as things are, INT64_MAX not yet. */
static int64_t ends_ms(const struct hall *hall, const struct alert *alert) {
    unsigned place = 0;
    const struct alert_kind *kind = kind_of(alert->kind);
    if (kind != NULL && alert_find_subject(hall, kind, alert->subject, &place)) {
        return kind_ends_ms(hall, kind, place, alert);
    }
    bool is_noted = is_moment(alert) && alert->acknowledged_by[0] != 0;
    return kind != NULL || is_noted || is_lost(hall, alert) ? hall->last_ms : INT64_MAX;
}

int64_t alert_due_clear(const struct hall *hall, unsigned *due) {
    int64_t due_ms = INT64_MAX;
    for (unsigned i = 0; i < hall->alert_count; i++) {
        int64_t alert_ms = ends_ms(hall, &hall->alerts[i]);
        if (alert_ms < due_ms) {
            due_ms = alert_ms;
            *due = i;
        }
    }
    return due_ms;
}

void alert_clear(struct draft *draft, unsigned place) {
    add_about(draft, draft_add_rule(draft, EVENT_ALERT_CLEARED, "alert"),
              &draft->hall->alerts[place]);
}

/* A rule that stopped a service resumes it once somebody serves it or nobody waits any more. */
int64_t alert_due_unserved(const struct hall *hall, unsigned *due) {
    for (unsigned i = 1; hall->has_rules && i < SERVICES_MAX; i++) {
        const struct service *service = &hall->services[i];
        bool is_unserved = alert_unserved_from_ms(hall, i) != INT64_MAX;
        bool should_stop = hall->rules.unserved_stops && is_unserved && !service->is_stopped;
        if (should_stop || (service->is_stopped_by_rule && !is_unserved)) {
            *due = i;
            return hall->last_ms;
        }
    }
    return INT64_MAX;
}

void alert_stop_unserved(struct draft *draft, unsigned place) {
    bool is_stopped = draft->hall->services[place].is_stopped;
    struct event *event = draft_add_rule(
        draft, is_stopped ? EVENT_SERVICE_RESUMED : EVENT_SERVICE_STOPPED, "unserved");
    event_set_service(event, draft->hall, place);
    event_set_reason(event, "unserved");
}
