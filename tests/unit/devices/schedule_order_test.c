/*
 * The schedule against every order there is, on lines so small that all of them can be gone through: what is chosen one
 * by one, without a look ahead, must not be far from the best that anybody could have chosen who knew all that comes.
 */
#include "devices/schedule.h"
#include "tests/unit/devices/suites.h"

enum { DEVICES = 4, CALLS = 3, CASES = 16, PULSE_US = 16000, LONG_US = 24000, WRITE_US = 20000 };
enum { HORIZON_US = 140000 };
static const int64_t BEGIN_US = 1000000000;

struct small {
    unsigned devices, calls;
    int64_t pulse_us[DEVICES];
    struct {
        unsigned device;
        int64_t at_us;
    } call[CALLS];
};

/* How far an order has come. */
struct walk {
    int64_t now_us;
    int64_t read_us[DEVICES];
    unsigned shown; /* bit i: call i is in its device */
    int64_t latency_us;
    int64_t pause_us; /* the longest so far */
};

static struct small small_draw(unsigned seed) {
    struct small small = { .devices = 3 + seed % 2, .calls = seed % (CALLS + 1) };
    for (unsigned i = 0; i < DEVICES; i++) {
        seed = seed * 1103515245U + 12345U;
        small.pulse_us[i] = (seed >> 16) % 4 == 0 ? LONG_US : PULSE_US;
    }
    for (unsigned i = 0; i < small.calls; i++) {
        seed = seed * 1103515245U + 12345U;
        small.call[i].device = (seed >> 20) % small.devices;
        small.call[i].at_us = BEGIN_US + (seed >> 8) % (HORIZON_US / 3);
    }
    return small;
}

static struct walk walk_begin(const struct small *small) {
    struct walk walk = { .now_us = BEGIN_US };
    for (unsigned i = 0; i < small->devices; i++) {
        walk.read_us[i] = BEGIN_US;
    }
    return walk;
}

static void walk_read(struct walk *walk, const struct small *small, unsigned device) {
    int64_t pause_us = walk->now_us - walk->read_us[device];
    walk->pause_us = pause_us > walk->pause_us ? pause_us : walk->pause_us;
    walk->read_us[device] = walk->now_us;
    walk->now_us += small->pulse_us[device];
}

static bool walk_may_show(const struct walk *walk, const struct small *small, unsigned call) {
    return (walk->shown & 1U << call) == 0 && small->call[call].at_us <= walk->now_us;
}

static void walk_show(struct walk *walk, const struct small *small, unsigned call) {
    walk->now_us += WRITE_US;
    walk->shown |= 1U << call;
    walk->latency_us += walk->now_us - small->call[call].at_us;
}

/* What it comes to: who was not read until the end has paused until then. */
static void walk_end(struct walk *walk, const struct small *small) {
    for (unsigned i = 0; i < small->devices; i++) {
        int64_t pause_us = walk->now_us - walk->read_us[i];
        walk->pause_us = pause_us > walk->pause_us ? pause_us : walk->pause_us;
    }
    for (unsigned i = 0; i < small->calls; i++) {
        if ((walk->shown & 1U << i) == 0) {
            walk->latency_us += walk->now_us - small->call[i].at_us;
        }
    }
}

/* The least latency of all calls together, and the least longest pause of those orders that need no more than `most_us`. */
static void search(struct walk walk, const struct small *small, int64_t most_us,
                   struct walk *best) {
    if (walk.now_us >= BEGIN_US + HORIZON_US) {
        walk_end(&walk, small);
        best->latency_us = walk.latency_us < best->latency_us ? walk.latency_us : best->latency_us;
        if (walk.latency_us <= most_us && walk.pause_us < best->pause_us) {
            best->pause_us = walk.pause_us;
        }
        return;
    }
    for (unsigned i = 0; i < small->calls; i++) {
        if (walk_may_show(&walk, small, i)) {
            struct walk next = walk;
            walk_show(&next, small, i);
            search(next, small, most_us, best);
        }
    }
    for (unsigned i = 0; i < small->devices; i++) {
        struct walk next = walk;
        walk_read(&next, small, i);
        search(next, small, most_us, best);
    }
}

static struct schedule schedule_of(const struct small *small) {
    struct schedule schedule = { .count = small->devices };
    for (unsigned i = 0; i < small->devices; i++) {
        schedule.items[i].role = ROLE_TERMINAL;
    }
    schedule_reset(&schedule, BEGIN_US);
    for (unsigned i = 0; i < small->devices; i++) {
        schedule.items[i].life = LIFE_ALIVE;
        schedule.items[i].asked_us = BEGIN_US;
        schedule_learn(&schedule, i, small->pulse_us[i]);
    }
    return schedule;
}

/* The first call that waits for this device. */
static unsigned call_of(const struct walk *walk, const struct small *small, unsigned device) {
    unsigned found = CALLS;
    for (unsigned i = 0; i < small->calls; i++) {
        bool is_older = found == CALLS || small->call[i].at_us < small->call[found].at_us;
        if (small->call[i].device == device && walk_may_show(walk, small, i) && is_older) {
            found = i;
        }
    }
    return found;
}

static struct walk walk_of_schedule(const struct small *small) {
    struct schedule schedule = schedule_of(small);
    struct walk walk = walk_begin(small);
    while (walk.now_us < BEGIN_US + HORIZON_US) {
        for (unsigned i = 0; i < small->devices; i++) {
            unsigned call = call_of(&walk, small, i);
            schedule.items[i].has_image = call < CALLS;
            schedule.items[i].image_us = call < CALLS ? small->call[call].at_us : 0;
        }
        struct choice choice = schedule_next(&schedule, walk.now_us);
        if (choice.ask == ASK_IMAGE) {
            walk_show(&walk, small, call_of(&walk, small, choice.device));
        } else {
            ck_assert_int_eq(choice.ask, ASK_PULSE);
            walk_read(&walk, small, choice.device);
        }
        schedule_hit(&schedule.items[choice.device], 0);
    }
    walk_end(&walk, small);
    return walk;
}

START_TEST(no_order_is_much_better) {
    struct small small = small_draw((unsigned)_i);
    struct walk ours = walk_of_schedule(&small);
    struct walk best = { .latency_us = INT64_MAX, .pause_us = INT64_MAX };
    search(walk_begin(&small), &small, ours.latency_us, &best);
    /* A call may find one exchange under way that an order which knew of it would not have begun, and one device past
     * its longest pause before it. */
    ck_assert_int_le(ours.latency_us - best.latency_us, (int64_t)small.calls * LONG_US);
    /* Of all that show the calls as soon, none leaves the devices more even by more than an exchange. */
    ck_assert_int_le(ours.pause_us - best.pause_us, LONG_US);
}
END_TEST

/* Without calls the best there is: everybody once a round. */
START_TEST(a_round_is_the_shortest_there_is) {
    struct small small = { .devices = 3 + (unsigned)_i,
                           .pulse_us = { PULSE_US, PULSE_US, PULSE_US, PULSE_US } };
    struct walk best = { .latency_us = INT64_MAX, .pause_us = INT64_MAX };
    search(walk_begin(&small), &small, 0, &best);
    ck_assert_int_eq(walk_of_schedule(&small).pause_us, best.pause_us);
}
END_TEST

Suite *schedule_order_suite(void) {
    Suite *suite = suite_create("schedule_order");
    TCase *cases = tcase_create("schedule_order");
    tcase_add_loop_test(cases, no_order_is_much_better, 0, CASES);
    tcase_add_loop_test(cases, a_round_is_the_shortest_there_is, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
