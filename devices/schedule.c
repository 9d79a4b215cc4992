#include "devices/schedule.h"

#include <assert.h>

enum { IDLE_LOOK_US = 1000000, CREDIT_MOST_US = 200000, LOST_MOST_US = 1000000 };

/* After the 8th, 9th, ... unanswered request in a row. */
static const int64_t probe_delays_us[] = { 100000,  200000,   500000,   1000000, 2000000,
                                           5000000, 10000000, 20000000, 30000000 };
enum { PROBE_DELAYS = sizeof probe_delays_us / sizeof *probe_delays_us };

typedef bool (*item_wants)(const struct schedule *, const struct schedule_item *, int64_t now_us);
typedef int64_t (*item_weight)(const struct schedule *, const struct schedule_item *,
                               int64_t now_us);

static int schedule_pick(const struct schedule *schedule, int64_t now_us, item_wants wants,
                         item_weight weight);
static bool schedule_choose(const struct schedule *schedule, int64_t now_us, struct choice *choice);
static int64_t schedule_round(const struct schedule *schedule);
static int64_t schedule_waiting(const struct schedule *schedule, int64_t now_us);
static void schedule_owe(struct schedule *schedule, int64_t now_us);
static bool schedule_is_well(const struct schedule *schedule);
static void schedule_credit(struct schedule *schedule, int64_t now_us);
static int64_t earlier(int64_t wake_us, int64_t due_us, int64_t now_us);
static int64_t schedule_wake(const struct schedule *schedule, int64_t now_us);
static bool item_is_main(const struct schedule_item *item);
static bool item_may_be_again(const struct schedule_item *item);
static bool item_is_overdue(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us);
static int64_t item_longest(const struct schedule *s, const struct schedule_item *item);
static bool item_is_passed_over(const struct schedule *s, const struct schedule_item *item,
                                int64_t now_us);
static bool item_is_again(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us);
static bool item_has_image(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us);
static bool item_has_call(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us);
static bool item_has_late(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us);
static bool item_has_waiting(const struct schedule *s, const struct schedule_item *item,
                             int64_t now_us);
static bool item_has_keys(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us);
static bool item_has_probe(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us);
static bool item_has_pulse(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us);
static bool item_is_trusted(const struct schedule *s, const struct schedule_item *item);
static bool item_has_turn(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us);
static int64_t weight_pause(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us);
static int64_t weight_overdue(const struct schedule *s, const struct schedule_item *item,
                              int64_t now_us);
static int64_t weight_image(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us);
static int64_t weight_probe(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us);
static enum ask item_reading(const struct schedule_item *item);

struct choice schedule_next(struct schedule *schedule, int64_t now_us) {
    assert(schedule->count <= BUS_DEVICES_MAX);
    schedule_credit(schedule, now_us);
    schedule->round_us = schedule_round(schedule);
    schedule_owe(schedule, now_us);
    schedule->waiting_us = schedule_waiting(schedule, now_us);
    struct choice choice = { .ask = ASK_NOTHING };
    schedule->was_nothing = !schedule_choose(schedule, now_us, &choice);
    if (schedule->was_nothing) {
        choice.wake_us = schedule_wake(schedule, now_us);
        return choice;
    }
    struct schedule_item *item = &schedule->items[choice.device];
    bool is_image = choice.ask == ASK_IMAGE;
    schedule->was_passed_over = !is_image && item_is_passed_over(schedule, item, now_us);
    schedule->was_reading = !is_image && item->life != LIFE_DEAD && item->misses == 0;
    schedule->was_overdue = !is_image && item_is_overdue(schedule, item, now_us);
    schedule->was_waiting = is_image && item->rank == RANK_WAITING;
    if (schedule->was_waiting) {
        schedule->waited_us = now_us;
    }
    schedule->chosen = choice.device;
    if (!is_image) {
        item->asked_us = now_us;
        item->was_again = item->is_again;
        item->is_again = false;
    }
    return choice;
}

void schedule_spend(struct schedule *schedule, int64_t cost_us) {
    schedule->credit_us -= cost_us;
    /* Free probes go beyond the budget; the debt is never more than one of them. */
    if (schedule->credit_us < -cost_us) {
        schedule->credit_us = -cost_us;
    }
}

bool schedule_miss(struct schedule_item *item, int64_t now_us) {
    item->misses++;
    item->hits = 0;
    item->is_again = item->misses == 1 && item_may_be_again(item);
    unsigned late = item->misses < OFFLINE_MISSES ? 0 : item->misses - OFFLINE_MISSES;
    item->probe_us = now_us + probe_delays_us[late < PROBE_DELAYS ? late : PROBE_DELAYS - 1];
    if (item->misses >= OFFLINE_MISSES && item->life != LIFE_DEAD) {
        item->life = LIFE_DEAD;
    }
    return item->misses == OFFLINE_MISSES;
}

void schedule_hit(struct schedule_item *item, int64_t waited_us) {
    item->misses = 0;
    item->hits += item->hits < TRUST_HITS;
    item->is_again = false;
    item->slowest_us = waited_us > item->slowest_us ? waited_us : item->slowest_us;
}

/* Whoever needs long for an answer would otherwise never be heard again, once two of them were lost. */
int64_t schedule_answer_us(const struct schedule_item *item, int64_t full_us) {
    bool is_full_probe = item->misses >= OFFLINE_MISSES && item->misses % FULL_PROBES == 0;
    if (item->misses < SHORT_MISSES || is_full_probe) {
        return full_us;
    }
    int64_t short_us = item->slowest_us + ANSWER_MARGIN_US;
    short_us = short_us < SHORT_ANSWER_US ? (int64_t)SHORT_ANSWER_US : short_us;
    return short_us < full_us ? short_us : full_us;
}

void schedule_mangle(struct schedule_item *item, int64_t now_us) {
    if (item->life == LIFE_DEAD) {
        item->probe_us = now_us + probe_delays_us[0];
        return;
    }
    item->misses = 0;
    item->is_again = item_may_be_again(item);
}

void schedule_learn(struct schedule *schedule, unsigned device, int64_t pulse_us) {
    struct schedule_item *item = &schedule->items[device];
    item->pulse_us = item->pulse_us == 0 ? pulse_us : (7 * item->pulse_us + pulse_us) / 8;
}

void schedule_reset(struct schedule *schedule, int64_t now_us) {
    for (unsigned i = 0; i < schedule->count; i++) {
        struct schedule_item *item = &schedule->items[i];
        item->life = LIFE_DEAD;
        item->misses = 0;
        item->hits = TRUST_HITS;
        item->is_again = item->has_keys = item->has_image = false;
        item->pulse_us = 0;
        item->probe_us = item->resume_us = item->write_us = now_us;
    }
    schedule->credited_us = now_us;
}

static bool schedule_choose(const struct schedule *schedule, int64_t now_us,
                            struct choice *choice) {
    struct {
        item_wants wants;
        item_weight weight;
        enum ask ask; /* ASK_NOTHING: what the device's own state asks for */
        bool is_held;
    } order[] = {
        { item_is_passed_over, weight_overdue, ASK_NOTHING, schedule->was_passed_over },
        { item_is_overdue, weight_overdue, ASK_NOTHING,
          schedule->was_overdue && schedule->owed_us <= 0 },
        { item_is_again, weight_pause, ASK_NOTHING, false },
        { item_has_call, weight_image, ASK_IMAGE, false },
        { item_has_keys, weight_pause, ASK_NOTHING, false },
        { item_has_late, weight_image, ASK_IMAGE, false },
        { item_has_probe, weight_probe, ASK_PROBE, false },
        { item_has_waiting, weight_image, ASK_IMAGE, schedule->was_waiting },
        { item_has_turn, weight_pause, ASK_NOTHING, false },
        { item_has_pulse, weight_pause, ASK_NOTHING, false },
    };
    for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
        int found = order[i].is_held
                        ? -1
                        : schedule_pick(schedule, now_us, order[i].wants, order[i].weight);
        if (found >= 0) {
            choice->device = (unsigned)found;
            choice->ask =
                order[i].ask == ASK_NOTHING ? item_reading(&schedule->items[found]) : order[i].ask;
            return true;
        }
    }
    return false;
}

/* The heaviest of those that want; -1 if none does. */
static int schedule_pick(const struct schedule *schedule, int64_t now_us, item_wants wants,
                         item_weight weight) {
    int best = -1;
    int64_t most = 0;
    for (unsigned i = 0; i < schedule->count; i++) {
        const struct schedule_item *item = &schedule->items[i];
        if (!wants(schedule, item, now_us)) {
            continue;
        }
        int64_t weighs = weight(schedule, item, now_us);
        if (best < 0 || weighs > most) {
            best = (int)i;
            most = weighs;
        }
    }
    return best;
}

/* One pulse of each living device; whoever dies leaves the round at once, and the last one leaves none. */
static int64_t schedule_round(const struct schedule *schedule) {
    int64_t round_us = 0;
    for (unsigned i = 0; i < schedule->count; i++) {
        const struct schedule_item *item = &schedule->items[i];
        round_us += item->life == LIFE_DEAD ? 0 : item->pulse_us;
    }
    return round_us;
}

/*
 * When the next image of people waiting may go: those that wait share what is left until the oldest has lagged for its
 * second. All of them at once would double a round.
 */
static int64_t schedule_waiting(const struct schedule *schedule, int64_t now_us) {
    int64_t oldest_us = INT64_MAX;
    int64_t count = 0;
    for (unsigned i = 0; i < schedule->count; i++) {
        const struct schedule_item *item = &schedule->items[i];
        if (item->rank == RANK_WAITING && item_has_image(schedule, item, now_us)) {
            oldest_us = item->image_us < oldest_us ? item->image_us : oldest_us;
            count++;
        }
    }
    if (count == 0) {
        return now_us;
    }
    int64_t from_us = oldest_us + WAITING_LAG_US;
    from_us = schedule->waited_us > from_us ? schedule->waited_us : from_us;
    return from_us + (oldest_us + WAITING_MOST_US - from_us) / (count + 1);
}

/* The last choice has taken until now: from whom, and for whom? While nobody is past its pause nothing is owed. */
static void schedule_owe(struct schedule *schedule, int64_t now_us) {
    int64_t took_us = now_us - schedule->chosen_us;
    const struct schedule_item *last = &schedule->items[schedule->chosen];
    bool is_lost = !schedule->was_nothing && last->misses > 0 && last->misses <= OFFLINE_MISSES;
    int64_t lost_us = schedule->lost_us + (is_lost ? took_us : -took_us);
    lost_us = lost_us < 0 || !schedule_is_well(schedule) ? 0 : lost_us;
    schedule->lost_us = lost_us < LOST_MOST_US ? lost_us : LOST_MOST_US;
    if (schedule_pick(schedule, now_us, item_is_overdue, weight_overdue) < 0) {
        schedule->owed_us = 0;
    } else if (!schedule->was_reading) {
        schedule->owed_us += took_us;
    } else if (schedule->was_overdue) {
        schedule->owed_us -= took_us;
    }
    schedule->chosen_us = now_us;
}

/* Where most lose answers it is the line: nobody is to wait for it on the others' account. */
static bool schedule_is_well(const struct schedule *schedule) {
    unsigned living = 0;
    unsigned trusted = 0;
    for (unsigned i = 0; i < schedule->count; i++) {
        const struct schedule_item *item = &schedule->items[i];
        living += item->life != LIFE_DEAD;
        trusted += item->life != LIFE_DEAD && item->hits == TRUST_HITS;
    }
    return trusted > 0 && 2 * trusted >= living;
}

/* The budget of probes: one part in PROBE_SHARE of the time that goes by. */
static void schedule_credit(struct schedule *schedule, int64_t now_us) {
    schedule->credit_us += (now_us - schedule->credited_us) / PROBE_SHARE;
    schedule->credited_us = now_us;
    if (schedule->credit_us > CREDIT_MOST_US) {
        schedule->credit_us = CREDIT_MOST_US;
    }
}

/* `due_us` if it lies between now and `wake_us`. */
static int64_t earlier(int64_t wake_us, int64_t due_us, int64_t now_us) {
    return due_us > now_us && due_us < wake_us ? due_us : wake_us;
}

static int64_t schedule_wake(const struct schedule *schedule, int64_t now_us) {
    int64_t wake_us = now_us + IDLE_LOOK_US;
    for (unsigned i = 0; i < schedule->count; i++) {
        const struct schedule_item *item = &schedule->items[i];
        int64_t read_us = item->life == LIFE_DEAD ? item->probe_us : item->resume_us;
        int64_t write_us = item->has_image ? item->write_us : 0;
        wake_us = earlier(wake_us, read_us, now_us);
        wake_us = earlier(wake_us, write_us, now_us);
    }
    return wake_us;
}

static bool item_is_main(const struct schedule_item *item) {
    return item->role == ROLE_TERMINAL || item->role == ROLE_UNIT || item->role == ROLE_DISPENSER;
}

static bool item_may_be_again(const struct schedule_item *item) {
    return item->life == LIFE_ALIVE && item_is_main(item) && !item->was_again;
}

static bool item_has_pulse(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us) {
    (void)s;
    return item->life != LIFE_DEAD && item->resume_us <= now_us;
}

/* Who didn't answer is asked again, but not for more than half of the time: the others are not to wait for it. */
static bool item_is_trusted(const struct schedule *s, const struct schedule_item *item) {
    return item->hits == TRUST_HITS || s->lost_us == 0;
}

static bool item_has_turn(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us) {
    return item_has_pulse(s, item, now_us) && item_is_trusted(s, item);
}

static bool item_is_overdue(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us) {
    /* Early enough that all who fall due together are still in time. */
    int64_t longest_us = item_longest(s, item);
    int64_t due_us = item_is_main(item) ? longest_us * 3 / 4 : longest_us * 5 / 8;
    return item_has_turn(s, item, now_us) && now_us - item->asked_us > due_us;
}

static int64_t item_longest(const struct schedule *s, const struct schedule_item *item) {
    int64_t longest_us = (item_is_main(item) ? 2 : 4) * s->round_us;
    return longest_us < LONGEST_LEAST_US ? (int64_t)LONGEST_LEAST_US : longest_us;
}

static bool item_is_passed_over(const struct schedule *s, const struct schedule_item *item,
                                int64_t now_us) {
    if (item->life == LIFE_DEAD) {
        return s->credit_us > 0 && now_us - item->probe_us > PASSED_OVER_US &&
               item->resume_us <= now_us;
    }
    return item_has_pulse(s, item, now_us) && now_us - item->asked_us > 2 * item_longest(s, item);
}

static bool item_is_again(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us) {
    return item->is_again && item_has_pulse(s, item, now_us);
}

static bool item_has_image(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us) {
    bool is_due = item->has_image && item->life == LIFE_ALIVE && item->write_us <= now_us;
    return is_due && item_is_trusted(s, item);
}

static bool item_has_call(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us) {
    return item->rank == RANK_CALL && item_has_image(s, item, now_us);
}

static bool item_has_late(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us) {
    return now_us - item->image_us >= WAITING_MOST_US && item_has_image(s, item, now_us);
}

static bool item_has_waiting(const struct schedule *s, const struct schedule_item *item,
                             int64_t now_us) {
    return item_has_image(s, item, now_us) && now_us >= s->waiting_us;
}

static bool item_has_keys(const struct schedule *s, const struct schedule_item *item,
                          int64_t now_us) {
    bool is_wanted = item->life == LIFE_RETURNED || item->has_keys;
    return is_wanted && item->misses == 0 && item_has_pulse(s, item, now_us);
}

/* Without a living device there is nobody to be slowed; the first two times a device is asked freely. */
static bool item_has_probe(const struct schedule *s, const struct schedule_item *item,
                           int64_t now_us) {
    bool is_due = item->life == LIFE_DEAD && item->probe_us <= now_us && item->resume_us <= now_us;
    return is_due && (s->credit_us > 0 || s->round_us == 0 || item->misses < SHORT_MISSES);
}

/* How far the pause is stretched. A board is asked only whether it still shows its text: a third as often will do. */
static int64_t weight_pause(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us) {
    (void)s;
    int64_t pause_us = now_us - item->asked_us;
    if (item_is_main(item)) {
        return pause_us * 6;
    }
    return pause_us * (item->has_session ? 4 : 2);
}

/* The same against the longest pause that is promised. */
static int64_t weight_overdue(const struct schedule *s, const struct schedule_item *item,
                              int64_t now_us) {
    (void)s;
    return (now_us - item->asked_us) * (item_is_main(item) ? 2 : 1);
}

static int64_t weight_image(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us) {
    (void)s;
    return now_us - item->image_us;
}

static int64_t weight_probe(const struct schedule *s, const struct schedule_item *item,
                            int64_t now_us) {
    (void)s;
    return now_us - item->probe_us;
}

static enum ask item_reading(const struct schedule_item *item) {
    if (item->life == LIFE_DEAD) {
        return ASK_PROBE;
    }
    if (item->life == LIFE_RETURNED) {
        return ASK_BASELINE;
    }
    return item->has_keys ? ASK_KEYS : ASK_PULSE;
}
