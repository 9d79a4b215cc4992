/* The model of ratings: whom they are of, until when they count, what nobody answered; and the cases they open. */
#include <string.h>

#include "tests/hall/model.h"

static void on_invited(struct model *model, const struct event *event) {
    struct model_visit *visit = model_visit_at(model, event->visit);
    struct model_window *window = model_window_at(model, event->window);
    for (unsigned i = 0; i < model->visit_count; i++) {
        const struct model_visit *other = &model->visits[i];
        if (other->is_open &&
            (other->session == event->session || other->window == event->window)) {
            model_fault(model, "invited at window %u while session %u is open", event->window,
                        other->session);
        }
    }
    if (visit == NULL || window == NULL || visit->window != event->window || visit->session != 0 ||
        event->session == 0 || (!visit->is_done && window->visit != event->visit)) {
        model_fault(model, "invited for a visit that is not this window's");
        return;
    }
    visit->session = event->session;
    if (!visit->is_done) {
        memcpy(visit->staff, window->staff, STAFF_SIZE);
    }
    visit->is_open = true;
    visit->invited_ms = event->time_ms;
    visit->ends_ms = event->time_ms + (int64_t)model->rules.rating.keypad_s * 1000;
    model->invitation_wanted = 0;
    window->waits_until_ms = event->until_ms;
}

/* A rating belongs to the service of its visit, and to who was signed in at DONE; before it, to who is. */
static void check_whose(struct model *model, const struct event *event,
                        const struct model_visit *visit) {
    const struct model_window *window = model_window_at(model, visit->window);
    bool is_there = window != NULL && window->ticket >= 0 && window->visit == visit->seq;
    const char *staff = is_there ? window->staff : visit->staff;
    if (strcmp(event->service, visit->service) != 0 || strcmp(event->staff, staff) != 0) {
        model_fault(model, "%s names %s of %s; the visit was %s of %s",
                    event_type_name(event->type), event->service, event->staff, visit->service,
                    staff);
    }
}

/* Only the day's end writes it, once, for who was asked; it is no rating and opens no case. */
static void on_default(struct model *model, const struct event *event, struct model_visit *visit) {
    if (event->time_ms < model->ends_ms || visit->day != model->day ||
        event->grade != model->rules.rating.default_grade || event->by.kind != BY_RULE) {
        model_fault(model, "a default grade that the day's end does not give");
    }
    if (visit->is_rated || visit->is_open || visit->session == 0 || visit->is_defaulted) {
        model_fault(model, "a default grade for who was not asked, or answered");
    }
    visit->is_defaulted = true;
}

/* By days, of its channel: a rating of an earlier day's visit comes to the records of that day. */
static void check_late(struct model *model, const struct event *event,
                       const struct model_visit *visit) {
    int32_t gone = date_to_days(model->day) - date_to_days(visit->day);
    if (event->day != visit->day ||
        (gone > 0 && (uint32_t)gone > model->rules.rating.until_days[event->rating_channel])) {
        model_fault(model, "rated %d days later by %s", gone,
                    rating_channel_word(event->rating_channel));
    }
}

/* One rating a visit; one from a keypad only for the visit whose session stood on that keypad. */
static void on_given(struct model *model, const struct event *event) {
    struct model_visit *visit = model_visit_at(model, event->visit);
    if (visit == NULL) {
        return;
    }
    check_whose(model, event, visit);
    if (event->rating_channel == RATING_DEFAULT) {
        on_default(model, event, visit);
        return;
    }
    bool has_session = (event->has & EVENT_HAS(FIELD_SESSION)) != 0;
    if (visit->is_rated || !ticket_no_equal(visit->no, event->ticket) || event->grade < 1 ||
        event->grade > 5) {
        model_fault(model, "a second rating of visit %llu, or one of another's",
                    (unsigned long long)event->visit);
    }
    if ((has_session || event->rating_channel == RATING_KEYPAD) &&
        (visit->session != event->session || !visit->is_open || visit->window != event->window)) {
        model_fault(model, "session %u at window %u rates the visit of session %u at window %u",
                    event->session, event->window, visit->session, visit->window);
    }
    if (!has_session && !visit->is_done) {
        model_fault(model, "rated before it was served");
    }
    check_late(model, event, visit);
    visit->is_rated = true;
    visit->is_open = false;
    visit->by = event->rating_channel;
    model->case_wanted = event->grade <= 2 ? visit->seq : model->case_wanted;
}

/* By a keypad's session, or for a visit that was rated. */
static void on_reasons(struct model *model, const struct event *event) {
    const struct model_visit *visit = model_visit_at(model, event->visit);
    if (visit != NULL && !visit->is_rated) {
        model_fault(model, "reasons of a rating that was never given");
    } else if (visit != NULL) {
        check_whose(model, event, visit);
    }
}

/* A session ends with its time, the day, a second NEXT that skips it, or for the next invitation at its window. */
static bool may_be_missed(struct model *model, const struct event *event,
                          const struct model_visit *visit) {
    const struct model_window *window = model_window_at(model, visit->window);
    if (strcmp(event->reason, "day_end") == 0) {
        return event->time_ms >= model->ends_ms;
    }
    if (strcmp(event->reason, "skipped") == 0) {
        return window != NULL && window->waits_until_ms > event->time_ms;
    }
    if (strcmp(event->reason, "next_invited") == 0) {
        model->invitation_wanted = visit->window;
        return true;
    }
    return event->time_ms >= visit->ends_ms;
}

static void on_missed(struct model *model, const struct event *event) {
    struct model_visit *visit = model_visit_at(model, event->visit);
    bool is_asked = event->type == EVENT_RATING_MISSED;
    if (visit != NULL && (visit->is_rated || visit->is_open != is_asked)) {
        model_fault(model, "%s of a visit that is rated or was never asked",
                    event_type_name(event->type));
    } else if (visit != NULL && is_asked && !may_be_missed(model, event, visit)) {
        model_fault(model, "session %u is missed too early: %s", visit->session, event->reason);
    } else if (visit != NULL) {
        visit->is_open = false;
        check_whose(model, event, visit);
    }
}

static void on_case(struct model *model, const struct event *event) {
    if (event->visit != model->case_wanted || event->case_seq != event->seq ||
        model->case_count == MODEL_CASES) {
        model_fault(model, "a case that nobody asked for");
        return;
    }
    const struct model_visit *visit = model_visit_at(model, event->visit);
    if (visit != NULL) {
        check_whose(model, event, visit);
    }
    model->case_wanted = 0;
    model->cases[model->case_count++] = event->case_seq;
}

void model_rating_event(struct model *model, const struct event *event) {
    static void (*const TAKE[EVENT_TYPES])(struct model *, const struct event *) = {
        [EVENT_RATING_INVITED] = on_invited,       [EVENT_RATING_GIVEN] = on_given,
        [EVENT_RATING_REASONS_GIVEN] = on_reasons, [EVENT_RATING_MISSED] = on_missed,
        [EVENT_RATING_NOT_ASKED] = on_missed,      [EVENT_CASE_OPENED] = on_case,
    };
    if (TAKE[event->type] != NULL) {
        TAKE[event->type](model, event);
    }
}

/* A day with more visits than the hall keeps forgets the oldest of them. */
static bool keeps_all_visits(const struct model *model) {
    unsigned done = 0;
    for (unsigned i = 0; i < model->visit_count; i++) {
        done += model->visits[i].day == model->day && model->visits[i].is_done;
    }
    return done <= 2 * model->limits.tickets_per_day;
}

void model_end_ratings(struct model *model) {
    bool gives_default = model->rules.rating.default_grade != 0 && keeps_all_visits(model);
    for (unsigned i = 0; i < model->visit_count; i++) {
        const struct model_visit *visit = &model->visits[i];
        bool is_silent = visit->is_done && visit->session != 0 && !visit->is_rated;
        if (visit->is_open) {
            model_fault(model, "session %u is open over the day's end", visit->session);
        } else if (visit->day == model->day && gives_default && is_silent && !visit->is_defaulted) {
            model_fault(model, "visit %llu has no default grade", (unsigned long long)visit->seq);
        }
    }
}

static void set_past(const struct model_visit *visit, struct past_visit *past) {
    past->visit = visit->seq;
    past->window = visit->window;
    past->class = CLASS_NORMAL;
    past->served_s = 60;
    past->grade = visit->is_rated ? 5 : 0; /* whichever it was */
    past->channel = visit->by;
    memcpy(past->service, visit->service, NAME_SIZE);
    memcpy(past->staff, visit->staff, STAFF_SIZE);
}

const struct past_visit *model_past_visit(const struct model *model, const struct command *command,
                                          struct past_visit *past) {
    bool wants_rated = command->type == COMMAND_RATING_REASONS;
    bool is_known = false;
    bool is_found = false;
    memset(past, 0, sizeof *past);
    for (unsigned i = model->visit_count; i-- > 0 && !is_found;) {
        const struct model_visit *visit = &model->visits[i];
        if (visit->day != command->day || !ticket_no_equal(visit->no, command->ticket)) {
            continue;
        }
        is_known = true;
        is_found = visit->is_done && visit->is_rated == wants_rated;
        if (is_found || (visit->is_done && past->visit == 0)) {
            set_past(visit, past);
        }
    }
    return is_known ? past : NULL;
}
