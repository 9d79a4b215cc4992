/* People and calls of the whole day, worked out from its timetable. */
#include <string.h>

#include "whole_day.h"

enum {
    BEAT_S = 300,
    CALL_S = 60,  /* NEXT, a minute into the beat */
    START_S = 15, /* after it */
    STAYS_AWAY_S = 60,
    HOLD_S = 90,
    DAY_END_S = CLOCK(28, 0),
    FIRST_CODE = 1000
};

int64_t day_ms(int time_s) {
    return lab_time(24, 0) + time_s * SECOND;
}

unsigned service_place(const char *service) {
    for (unsigned i = 1; i <= DAY_SERVICES; i++) {
        if (strcmp(SERVICE_IDS[i], service) == 0) {
            return i;
        }
    }
    return 0;
}

unsigned staff_place(const char *staff) {
    for (unsigned i = 1; i <= DAY_STAFF; i++) {
        if (strcmp(STAFF_IDS[i], staff) == 0) {
            return i;
        }
    }
    return 0;
}

unsigned staff_place_at(uint16_t window, int64_t time_ms) {
    unsigned place = 0;
    int64_t since_ms = 0;
    for (unsigned i = 0; i < DOING_COUNT; i++) {
        const struct doing *doing = &DOINGS[i];
        int64_t doing_ms = day_ms(doing->time_s);
        bool is_sign_in = doing->type == COMMAND_STAFF_SIGN_IN && doing->reason == REASON_NONE;
        if (is_sign_in && doing->window == window && doing_ms <= time_ms && doing_ms > since_ms) {
            place = staff_place(doing->what);
            since_ms = doing_ms;
        }
    }
    return place;
}

bool is_asked(const struct call *call) {
    bool is_dead = call->window == KEYPAD_DEAD_AT && call->ended_ms >= day_ms(KEYPAD_DIES_S) &&
                   call->ended_ms < day_ms(KEYPAD_LIVES_S);
    return (call->fate == DONE || call->fate == RETURNED) && !is_dead;
}

bool leaves_after(const struct call *call) {
    for (unsigned i = 0; i < DOING_COUNT; i++) {
        const struct doing *doing = &DOINGS[i];
        int64_t doing_ms = day_ms(doing->time_s);
        if (doing->type == COMMAND_STAFF_SIGN_OUT && doing->window == call->window &&
            doing_ms > call->called_ms && doing_ms < call->ended_ms) {
            return call->fate == DONE;
        }
    }
    return false;
}

static const struct kind *kind_of(char letter) {
    for (unsigned i = 0; i < KIND_COUNT; i++) {
        if (KINDS[i].letter == letter) {
            return &KINDS[i];
        }
    }
    ck_abort_msg("no kind of people is called %c", letter);
    return NULL;
}

/* Where the hall opens with the half hour nobody can be early. */
static int from_slot_s(int time_s, int came_s) {
    bool opens = time_s == CLOCK(9, 0) || time_s == CLOCK(14, 0);
    return time_s + (opens ? 0 : came_s);
}

static int came_s(const struct kind *kind, const struct half_hour *half, unsigned beat) {
    int call_s = half->time_s + (int)beat * BEAT_S + CALL_S;
    switch (kind->from) {
    case FROM_SLOT:
        return from_slot_s(half->time_s, kind->came_s) + (int)beat;
    case FROM_CALL:
        return call_s + kind->came_s;
    case FROM_CLOCK:
        return kind->came_s + (call_s - kind->came_s) / BEAT_S;
    }
    return 0;
}

static struct person *add_person(struct day *day, const struct kind *kind, const char *service,
                                 int time_s) {
    ck_assert_uint_lt(day->people_count, PEOPLE_MAX);
    struct person *person = &day->people[day->people_count++];
    *person = (struct person){ .kind = kind, .service = service };
    person->came_ms = kind->fate == ABSENT ? 0 : day_ms(time_s);
    return person;
}

/* Who was not there when called. */
static struct person *find_missed(struct day *day, const char *service) {
    for (unsigned i = day->people_count; i > 0; i--) {
        struct person *person = &day->people[i - 1];
        if (person->kind->letter == 'N' && strcmp(person->service, service) == 0) {
            return person;
        }
    }
    ck_abort_msg("nobody can return to %s", service);
    return NULL;
}

static struct person *plan_person(struct day *day, const struct kind *kind,
                                  const struct half_hour *half, unsigned column, unsigned beat) {
    const char *service = kind->service != NULL ? kind->service : SERVICE_IDS[column + 1];
    if (kind->fate == RETURNED) {
        return find_missed(day, service);
    }
    struct person *person = add_person(day, kind, service, came_s(kind, half, beat));
    if (kind->way == BOOKED) {
        int slot_s = kind->slot_s + (kind->from == FROM_CLOCK ? 0 : half->time_s);
        person->slot_ms = day_ms(slot_s);
        person->code = (uint16_t)(FIRST_CODE + day->people_count);
    }
    return person;
}

static int64_t ended_ms(const struct kind *kind, int64_t called_ms) {
    switch (kind->fate) {
    case NO_SHOW:
        return called_ms + STAYS_AWAY_S * SECOND;
    case HELD:
        return called_ms + HOLD_S * SECOND;
    case LEFT:
        return day_ms(DAY_END_S);
    case DONE:
    case RETURNED:
        return called_ms + (START_S + (int64_t)kind->served_s) * SECOND;
    case ABSENT:
    case GIVEN_UP:
    case UNSERVED:
        break;
    }
    return called_ms;
}

static void find_bad(struct call *call, const struct half_hour *half, unsigned beat) {
    for (unsigned i = 0; i < BAD_COUNT; i++) {
        const struct bad *bad = &BADS[i];
        if (bad->time_s == half->time_s && bad->window == call->window && bad->beat == beat) {
            call->bad = i + 1;
            call->grade = bad->grade;
        }
    }
}

static void plan_beat(struct day *day, const struct half_hour *half, unsigned column,
                      unsigned beat) {
    char letter = half->windows[column][beat];
    if (letter == '-' || letter == '=') {
        return;
    }
    struct call *call = &day->calls[day->call_count++];
    *call = (struct call){ .window = (uint16_t)(column + 1) };
    call->called_ms = day_ms(half->time_s + (int)beat * BEAT_S + CALL_S);
    if (letter == '.') {
        return;
    }
    const struct kind *kind = kind_of(letter);
    struct person *person = plan_person(day, kind, half, column, beat);
    if (kind->fate == ABSENT) {
        return;
    }
    call->person = person;
    call->fate = kind->fate;
    call->tier = kind->tier;
    call->grade = kind->grade;
    call->ended_ms = ended_ms(kind, call->called_ms);
    find_bad(call, half, beat);
}

void day_plan(struct day *day) {
    for (unsigned i = 0; i < HALF_HOUR_COUNT; i++) {
        for (unsigned beat = 0; beat < BEATS; beat++) {
            for (unsigned column = 0; column < DAY_WINDOWS; column++) {
                plan_beat(day, &HALF_HOURS[i], column, beat);
            }
        }
    }
    for (unsigned i = 0; i < OTHER_COUNT; i++) {
        const struct kind *kind = kind_of(OTHERS[i].letter);
        add_person(day, kind, kind->service, OTHERS[i].time_s);
    }
}
