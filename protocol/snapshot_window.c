/* One window of the snapshot. */
#include "protocol/image.h"
#include "protocol/snapshot_parts.h"

static void write_set(struct json_writer *writer, const char *key, const struct snapshot *snapshot,
                      uint64_t set) {
    json_begin_array(writer, key);
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        if (set & UINT64_C(1) << snapshot->services[i].index) {
            json_write_text(writer, NULL, snapshot->services[i].id);
        }
    }
    json_end_array(writer);
}

static void write_why(struct json_writer *writer, const struct why *why) {
    char ticket[TICKET_SIZE];
    if (why->tier == TIER_NONE) {
        json_write_null(writer, "why");
        return;
    }
    json_begin_object(writer, "why");
    json_write_int(writer, "turn", why->turn_ms);
    json_write_text(writer, "class", class_word(why->class));
    json_write_text(writer, "tier", tier_word(why->tier));
    json_begin_array(writer, "passed");
    for (unsigned i = 0; i < why->passed_listed; i++) {
        ticket_no_format(why->passed[i].ticket, ticket);
        json_begin_object(writer, NULL);
        json_write_text(writer, "ticket", ticket);
        json_write_text(writer, "reason", why->passed[i].reason);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_write_int(writer, "passed_count", why->passed_count);
    json_end_object(writer);
}

static void write_waited(struct json_writer *writer, const struct window_now *window) {
    bool is_known = window->first_called_ms != 0 && window->ticket_issued_ms != 0;
    if (!is_known || window->first_called_ms < window->ticket_issued_ms) {
        json_write_null(writer, "waited_s");
        return;
    }
    json_write_int(writer, "waited_s", (window->first_called_ms - window->ticket_issued_ms) / 1000);
}

/* All about the ticket at the window; null where there is none. */
static void write_ticket(struct json_writer *writer, const struct window_now *window,
                         const struct snapshot *snapshot) {
    bool has_ticket = window->ticket.prefix[0] != '\0';
    snapshot_text(writer, "ticket_service", snapshot_service_id(snapshot, window->ticket_service));
    snapshot_text(writer, "class", class_word(has_ticket ? window->ticket_class : CLASS_NONE));
    if (has_ticket && window->visit != 0) {
        json_write_int(writer, "visit", (int64_t)window->visit);
    } else {
        json_write_null(writer, "visit");
    }
    json_write_bool(writer, "assumed", window->is_assumed);
    json_write_int(writer, "calls", window->calls);
    snapshot_time(writer, "called", snapshot, window->called_ms);
    write_waited(writer, window);
    write_why(writer, &window->why);
    snapshot_ticket(writer, "held", window->held);
}

static void write_services(struct json_writer *writer, const struct window_now *window,
                           const struct snapshot *snapshot) {
    write_set(writer, "own", snapshot, window->own);
    write_set(writer, "helps", snapshot, window->helps);
    json_write_bool(writer, "differs", window->differs);
    snapshot_time(writer, "extended", snapshot, window->extended_ms);
    snapshot_text(writer, "pause_reason", window->pause_reason);
    const char *pending = window->is_pending_close ? "close" : "pause";
    bool is_pending = window->is_pending_close || window->is_pending_pause;
    json_write_text(writer, "pending", is_pending ? pending : NULL);
    json_write_bool(writer, "help", window->help_wanted);
    json_write_int(writer, "waiting", window->waiting);
    snapshot_ticket(writer, "next", window->next);
    snapshot_time(writer, "next_since", snapshot, window->next_since_ms);
}

/* What the keypad shows is seen by everybody at the window; the grade never stands here. */
static const char *rating_word(unsigned keypad) {
    switch ((enum keypad_state)keypad) {
    case KEYPAD_INVITE:
        return "invite";
    case KEYPAD_THANKS:
        return "thanks";
    case KEYPAD_REASONS:
        return "reasons";
    case KEYPAD_IDLE:
    case KEYPAD_CLOSED:
        return NULL;
    }
    return NULL;
}

/*
 * What a press brings (thanks, or a question for reasons) tells of the grade by its length, and a session that stands
 * on tells as much: staff see that a rating is asked for, and nothing once it is given.
 */
static void write_rating(struct json_writer *writer, const struct window_now *window,
                         const struct snapshot *snapshot, enum view view) {
    bool is_hidden = view == VIEW_STAFF && window->keypad != KEYPAD_INVITE;
    const char *word = is_hidden ? NULL : rating_word(window->keypad);
    if (window->session == 0 || view == VIEW_STAFF) {
        json_write_null(writer, "session");
    } else {
        json_write_int(writer, "session", window->session);
    }
    json_write_text(writer, "rating", word);
    bool is_open = word != NULL && window->keypad != KEYPAD_THANKS;
    snapshot_time(writer, "rating_ends", snapshot, is_open ? window->session_ends_ms : 0);
}

void snapshot_window(struct json_writer *writer, const struct window_now *window,
                     const struct snapshot *snapshot, enum view view) {
    json_write_int(writer, "id", window->id);
    json_write_text(writer, "label", window->label);
    snapshot_text(writer, "zone", window->zone);
    json_write_text(writer, "state", window_state_word(window->state));
    snapshot_ticket(writer, "ticket", window->ticket);
    if (view == VIEW_PUBLIC) {
        return;
    }
    write_ticket(writer, window, snapshot);
    snapshot_text(writer, "staff", window->staff);
    snapshot_time(writer, "since", snapshot, window->since_ms);
    write_services(writer, window, snapshot);
    write_rating(writer, window, snapshot, view);
    json_write_int(writer, "served", window->served);
    json_write_int(writer, "served_s", window->served_s);
}
