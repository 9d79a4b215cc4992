#include "controller/hall/tick.h"

#include "controller/hall/alert.h"
#include "controller/hall/booking.h"
#include "controller/hall/cases.h"
#include "controller/hall/change.h"
#include "controller/hall/hours.h"
#include "controller/hall/keys.h"
#include "controller/hall/rating.h"
#include "controller/hall/ticket.h"
#include "controller/hall/window.h"

struct job {
    /* When it is due as things stand (INT64_MAX never), and at what place. */
    int64_t (*due_ms)(const struct hall *hall, unsigned *place);
    void (*act)(struct draft *draft, unsigned place);
};

/* In order: what opens the hall and its windows comes before what is called there, alerts see the result. */
static const struct job JOBS[] = {
    { hours_due_change, hours_change },
    { hours_due_notice, hours_end_notice },
    { hours_due_service, hours_resume_service },
    { window_due_revert, window_revert },
    { change_due_end, change_end },
    { window_due_opening, window_open_or_close },
    { rating_due_end, rating_end },
    { window_due_start, window_start },
    { ticket_due_expiry, ticket_expire },
    { window_due_call, window_call },
    { ticket_due_near, ticket_say_near },
    { booking_due_missed, booking_say_missed },
    { case_due_late, case_say_late },
    { alert_due_unserved, alert_stop_unserved },
    { alert_due_raise, alert_raise },
    { alert_due_clear, alert_clear },
};
enum { JOB_COUNT = sizeof JOBS / sizeof JOBS[0] };

void tick_decide(struct draft *draft) {
    if (!draft->hall->has_rules || draft->hall->day == 0) {
        return;
    }
    for (unsigned i = 0; i < JOB_COUNT; i++) {
        unsigned place = 0;
        if (JOBS[i].due_ms(draft->hall, &place) <= draft->now_ms) {
            JOBS[i].act(draft, place);
            draft->out->again = draft->out->count > 0;
            return;
        }
    }
}

int64_t tick_next_ms(const struct hall *hall) {
    int64_t next_ms = INT64_MAX;
    if (!hall->has_rules || hall->day == 0) {
        return next_ms;
    }
    for (unsigned i = 0; i < JOB_COUNT; i++) {
        unsigned place = 0;
        int64_t due_ms = JOBS[i].due_ms(hall, &place);
        next_ms = due_ms < next_ms ? due_ms : next_ms;
    }
    return next_ms;
}
