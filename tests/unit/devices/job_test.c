/* A print job: once on paper, whatever is lost, rebooted or given up on the way. */
#include <stdio.h>

#include "tests/unit/devices/lone.h"
#include "tests/unit/devices/suites.h"

enum { SERIAL = 0x00AB0000, JOB_AT = 512 };

static struct image image_of(uint16_t job) {
    struct image image = { .role = ROLE_DISPENSER };
    image.dispenser.job = (struct print_job){ .job = job };
    snprintf(image.dispenser.job.text, sizeof image.dispenser.job.text, "A%03u", job);
    return image;
}

static struct image image_bound(uint16_t job, uint32_t serial, uint16_t boots) {
    struct image image = image_of(job);
    image.dispenser.job.is_bound = true;
    image.dispenser.job.serial = serial;
    image.dispenser.job.boots = boots;
    return image;
}

/* Online, and bound to show `image`. */
static struct lone *dispenser_open(const struct image *image) {
    struct lone *lone = lone_open(ROLE_DISPENSER);
    lone_show(lone, image);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), 1);
    return lone;
}

static const struct {
    uint32_t serial;
    uint16_t boots;
    bool is_sent;
} lives[] = { { SERIAL, 1, true }, { SERIAL, 0, false }, { SERIAL + 1, 1, false } };

/* After a start: a job of before the device's last reboot may have been sent already. */
START_TEST(a_job_goes_only_to_the_life_it_is_for) {
    struct image image = image_bound(7, lives[_i].serial, lives[_i].boots);
    struct lone *lone = dispenser_open(&image);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], lives[_i].is_sent ? 7 : 0);
    /* The hall has heard of the reboot. */
    image = image_bound(8, SERIAL, 1);
    lone->input[INPUT_DONE] = lives[_i].is_sent ? 7 : 0;
    lone_show(lone, &image);
    lone_read(lone);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 8);
    lone_close(lone);
}
END_TEST

START_TEST(a_job_that_was_never_sent_follows_a_reboot) {
    struct image image = image_bound(7, SERIAL, 1);
    struct lone *lone = dispenser_open(&image);
    lone_reboot(lone);
    lone_read(lone);
    lone_read(lone);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 0);
    image.dispenser.job.boots = 2;
    lone_show(lone, &image);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 7);
    ck_assert_uint_eq(lone_count(lone, REPORT_UNSURE), 0);
    lone_close(lone);
}
END_TEST

START_TEST(what_another_device_has_done_is_another_paper) {
    struct image image = image_bound(7, _i == 0 ? SERIAL : SERIAL + 1, 5);
    struct lone *lone = lone_open(ROLE_DISPENSER);
    lone->input[INPUT_DONE] = 7;
    lone_show(lone, &image);
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_PRINTED), _i == 0 ? 1 : 0);
    lone_close(lone);
}
END_TEST

/* The line goes away in the middle of the write that starts the printing, and the device loses its power too. */
START_TEST(a_job_on_its_way_as_the_line_is_lost_was_sent) {
    struct image image = image_of(7);
    struct lone *lone = dispenser_open(&image);
    do {
        ck_assert(lone_ask(lone));
        if (lone->request.address != JOB_AT) {
            lone_hear(lone, RTU_ANSWER);
        }
    } while (lone->request.address != JOB_AT);
    device_lose(&lone->device, "the line is lost", lone->now_us);
    ck_assert_uint_eq(lone_count(lone, REPORT_UNSURE), 1);
    ck_assert(!lone_last(lone, REPORT_UNSURE)->rebooted);
    lone_reboot(lone);
    lone->item.life = LIFE_DEAD;
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_UNSURE), 2);
    ck_assert(lone_last(lone, REPORT_UNSURE)->rebooted);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 0);
    lone_close(lone);
}
END_TEST

static void pass(struct lone *lone, unsigned seconds) {
    for (unsigned i = 0; i < seconds; i++) {
        lone->now_us += 1000000;
        lone_read(lone);
    }
}

static const struct {
    bool reboots;
    uint16_t result;
    enum report_kind told;
    const char *what;
} ends[] = {
    { false, RESULT_WELL, REPORT_PRINTED, "" },
    { false, RESULT_PAPER_OUT, REPORT_NOT_PRINTED, "paper out" },
    { true, 0, REPORT_UNSURE, "" },
};

START_TEST(an_end_is_told_again_while_the_job_is_asked_for) {
    struct image image = image_of(7);
    struct lone *lone = dispenser_open(&image);
    lone_drive(lone);
    if (ends[_i].reboots) {
        lone_reboot(lone);
        lone_read(lone);
    } else {
        lone->input[INPUT_DONE] = 7;
        lone->input[INPUT_RESULT] = ends[_i].result;
    }
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, ends[_i].told), 1);
    pass(lone, 13);
    ck_assert_uint_eq(lone_count(lone, ends[_i].told), 3);
    ck_assert_uint_eq(lone_last(lone, ends[_i].told)->job, 7);
    ck_assert_str_eq(lone_last(lone, ends[_i].told)->what, ends[_i].what);
    ck_assert_int_eq(lone_last(lone, ends[_i].told)->rebooted, ends[_i].reboots);
    ck_assert_uint_eq(lone_drive(lone), ends[_i].reboots ? 1 : 0); /* the keys, never the job */
    image = image_of(0);
    lone_show(lone, &image);
    pass(lone, 13);
    ck_assert_uint_eq(lone_count(lone, ends[_i].told), 3);
    lone_close(lone);
}
END_TEST

/* Printed, or lost with the power: the hall hears once that it is over, and of no ticket. */
START_TEST(a_slips_end_is_told_once) {
    struct image image = image_of(60001);
    image.dispenser.job.is_slip = true;
    struct lone *lone = dispenser_open(&image);
    lone_drive(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_SLIP_OVER), 0);
    if (_i == 0) {
        lone->input[INPUT_DONE] = 60001;
    } else {
        lone_reboot(lone);
        lone_read(lone);
    }
    pass(lone, 13);
    ck_assert_uint_eq(lone_count(lone, REPORT_PRINTED), 0);
    ck_assert_uint_eq(lone_count(lone, REPORT_UNSURE), 0);
    ck_assert_uint_eq(lone_count(lone, REPORT_SLIP_OVER), 1);
    ck_assert_uint_eq(lone_last(lone, REPORT_SLIP_OVER)->job, 60001);
    lone_close(lone);
}
END_TEST

/* A slip that is being printed is not torn by the ticket that comes behind it. */
START_TEST(a_job_waits_for_the_paper_before_it) {
    struct image image = image_of(60001);
    image.dispenser.job.is_slip = true;
    struct lone *lone = dispenser_open(&image);
    lone_drive(lone);
    image = image_of(7);
    lone_show(lone, &image);
    pass(lone, 2);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 60001);
    if (_i == 0) {
        lone->input[INPUT_DONE] = 60001;
    } else if (_i == 1) {
        lone_reboot(lone);
        lone_read(lone);
    } else {
        pass(lone, 20);
    }
    lone_read(lone);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 7);
    lone_close(lone);
}
END_TEST

START_TEST(a_job_given_up_is_not_printed) {
    struct image image = image_of(7);
    struct lone *lone = dispenser_open(&image);
    do {
        ck_assert(lone_ask(lone));
        lone_hear(lone, RTU_ANSWER);
    } while (lone->request.address != JOB_AT + 1);
    image = image_of(0);
    lone_show(lone, &image);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 0);
    image = image_of(7);
    lone_show(lone, &image);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 7);
    lone_close(lone);
}
END_TEST

/* Asks a dispenser of which a first pulse was read what it holds, until that is known. Returns how often. */
static unsigned ask_held(struct lone *lone, enum rtu_outcome outcome, uint16_t job) {
    struct rtu_result result = { .outcome = outcome, .exception = 2, .values = { job } };
    unsigned tries = 0;
    while (device_ask(&lone->device, ASK_BASELINE, lone->now_us, &lone->request) &&
           lone->request.function == READ_HOLDING) {
        ck_assert_uint_eq(lone->request.address, JOB_AT);
        ck_assert_uint_lt(tries++, 10);
        lone->now_us += 100000;
        result.done_us = lone->now_us;
        device_hear(&lone->device, ASK_BASELINE, &lone->request, &result);
    }
    return tries;
}

static const struct {
    enum rtu_outcome outcome;
    uint16_t job, done;
    unsigned tries, told; /* told: the job that the hall hears of */
} holds[] = {
    { RTU_ANSWER, 6, 5, 1, 6 },  { RTU_ANSWER, 60001, 5, 1, 60001 }, { RTU_ANSWER, 5, 5, 1, 0 },
    { RTU_ANSWER, 0, 5, 1, 0 },  { RTU_EXCEPTION, 6, 5, 1, 0 },      { RTU_NO_ANSWER, 6, 5, 3, 0 },
    { RTU_MANGLED, 6, 5, 3, 0 },
};

/* Its store was restored, or is new: a job that it doesn't know is in the dispenser. */
START_TEST(a_dispenser_says_first_what_it_holds) {
    struct lone *lone = lone_open(ROLE_DISPENSER);
    struct image image = image_of(7);
    lone->input[INPUT_DONE] = holds[_i].done;
    lone_show(lone, &image);
    lone_read(lone);
    ck_assert_uint_eq(ask_held(lone, holds[_i].outcome, holds[_i].job), holds[_i].tries);
    lone_read(lone);
    ck_assert_uint_eq(lone_last(lone, REPORT_ONLINE)->job, holds[_i].told);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], holds[_i].told != 0 ? 0 : 7);
    /* The paper is out: the ticket behind it is not torn, and not held up any more. */
    lone->input[INPUT_DONE] = holds[_i].told != 0 ? holds[_i].job : holds[_i].done;
    lone_read(lone);
    lone_drive(lone);
    ck_assert_uint_eq(lone->holding[JOB_AT], 7);
    lone_close(lone);
}
END_TEST

/* Said again as long as it is so, since the hall forgets it; not of a later life. */
START_TEST(what_is_held_is_said_until_it_is_done) {
    struct lone *lone = lone_open(ROLE_DISPENSER);
    struct image image = image_of(0);
    lone_show(lone, &image);
    lone_read(lone);
    ask_held(lone, RTU_ANSWER, 6);
    lone_read(lone);
    device_lose(&lone->device, "no answer", lone->now_us);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), 1);
    lone->item.life = LIFE_RETURNED;
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), 2);
    ck_assert_uint_eq(lone_last(lone, REPORT_ONLINE)->job, 6);
    if (_i == 0) {
        lone_reboot(lone);
    } else {
        lone->input[INPUT_DONE] = 6;
        lone_read(lone);
        device_lose(&lone->device, "no answer", lone->now_us);
        lone->item.life = LIFE_RETURNED;
    }
    lone_read(lone);
    lone_read(lone);
    ck_assert_uint_eq(lone_count(lone, REPORT_ONLINE), 3);
    ck_assert_uint_eq(lone_last(lone, REPORT_ONLINE)->job, 0);
    lone_close(lone);
}
END_TEST

Suite *job_suite(void) {
    Suite *suite = suite_create("job");
    TCase *cases = tcase_create("job");
    tcase_add_loop_test(cases, a_job_goes_only_to_the_life_it_is_for, 0,
                        sizeof lives / sizeof *lives);
    tcase_add_test(cases, a_job_that_was_never_sent_follows_a_reboot);
    tcase_add_loop_test(cases, what_another_device_has_done_is_another_paper, 0, 2);
    tcase_add_test(cases, a_job_on_its_way_as_the_line_is_lost_was_sent);
    tcase_add_loop_test(cases, an_end_is_told_again_while_the_job_is_asked_for, 0,
                        sizeof ends / sizeof *ends);
    tcase_add_loop_test(cases, a_slips_end_is_told_once, 0, 2);
    tcase_add_loop_test(cases, a_job_waits_for_the_paper_before_it, 0, 3);
    tcase_add_test(cases, a_job_given_up_is_not_printed);
    tcase_add_loop_test(cases, a_dispenser_says_first_what_it_holds, 0,
                        sizeof holds / sizeof *holds);
    tcase_add_loop_test(cases, what_is_held_is_said_until_it_is_done, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
