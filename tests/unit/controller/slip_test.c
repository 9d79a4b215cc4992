/* Slips beside tickets: numbers that never meet, never twice on paper, never in a ticket's way. */
#include "controller/slip.h"

#include <stdio.h>
#include <string.h>

#include "controller/template.h"
#include "protocol/reason.h"
#include "tests/unit/controller/suites.h"

static struct slip slip;

static uint16_t shown(int64_t now_ms, uint16_t ticket_job) {
    struct print_job job = { .job = ticket_job };
    slip_show(&slip, now_ms, &job);
    ck_assert(job.is_slip == (job.job > TICKET_JOB_MAX));
    return job.job;
}

START_TEST(test_waits_for_the_ticket_and_not_for_ever) {
    slip_begin(&slip);
    ck_assert_uint_eq(shown(1000, 0), 0);
    slip_put(&slip, "why", 1000);
    ck_assert_uint_eq(shown(1000, 41), 41);
    ck_assert_uint_eq(shown(2000, 0), TICKET_JOB_MAX + 1);
    ck_assert_uint_eq(shown(3000, 0), TICKET_JOB_MAX + 1);
    ck_assert_uint_eq(shown(11000, 0), 0);
    /* One whose citizen has gone before the printer was free. */
    slip_put(&slip, "why", 20000);
    ck_assert_uint_eq(shown(29999, 42), 42);
    ck_assert_uint_eq(shown(30000, 0), 0);
}
END_TEST

START_TEST(test_not_twice_around_a_ticket) {
    slip_begin(&slip);
    slip_put(&slip, "why", 1000);
    ck_assert_uint_eq(shown(1000, 0), TICKET_JOB_MAX + 1);
    /* A ticket was wanted before the slip was on the wire: the slip comes behind it. */
    ck_assert_uint_eq(shown(1500, 42), 42);
    ck_assert_uint_eq(shown(2000, 0), TICKET_JOB_MAX + 1);
    ck_assert_uint_eq(shown(2100, 43), 43);
    slip_end(&slip, TICKET_JOB_MAX + 1);
    ck_assert_uint_eq(shown(2200, 0), 0);
    slip_put(&slip, "again", 2500);
    slip_end(&slip, TICKET_JOB_MAX + 1);
    ck_assert_uint_eq(shown(2500, 0), TICKET_JOB_MAX + 2);
}
END_TEST

START_TEST(test_numbers) {
    slip_begin(&slip);
    slip_note_done(&slip, 41);
    slip_put(&slip, "one", 1000);
    ck_assert_uint_eq(shown(1000, 0), TICKET_JOB_MAX + 1);
    /* After a restart the device remembers the last one: it would not print that number again. */
    slip_begin(&slip);
    slip_note_done(&slip, TICKET_JOB_MAX + 7);
    slip_put(&slip, "two", 1000);
    ck_assert_uint_eq(shown(1000, 0), TICKET_JOB_MAX + 8);
    slip_begin(&slip);
    slip_note_done(&slip, UINT16_MAX);
    slip_put(&slip, "three", 1000);
    ck_assert_uint_eq(shown(1000, 0), TICKET_JOB_MAX + 1);
    for (unsigned i = 0; i < 2 * (UINT16_MAX - TICKET_JOB_MAX); i++) {
        slip_put(&slip, "many", 1000);
        ck_assert_uint_gt(shown(1000, 0), TICKET_JOB_MAX);
        ck_assert_uint_ne(shown(1000, 0), UINT16_MAX);
    }
}
END_TEST

/* What a press for the tax is told; static memory. */
static const char *text_of(enum reason reason, const char *words) {
    static struct config config;
    static char text[JOB_TEXT_SIZE];
    struct slip_why why = { reason, words };
    strcpy(config.hall_name, "测试大厅");
    strcpy(config.services[2].zh, "税务");
    template_slip(&config, 2, &why, "2026-11-23T09:31:02.123+08:00", text);
    return text;
}

START_TEST(test_text) {
    const char *text = text_of(REASON_QUOTA_USED, "");
    ck_assert_ptr_eq(strstr(text, "测试大厅\n"), text);
    ck_assert_ptr_nonnull(strstr(text, "税务"));
    ck_assert_ptr_nonnull(strstr(text, reason_zh(REASON_QUOTA_USED)));
    ck_assert_ptr_nonnull(strstr(text, reason_en(REASON_QUOTA_USED)));
    ck_assert_ptr_nonnull(strstr(text, "2026-11-23 09:31"));
    ck_assert_ptr_null(strstr(text, "原因"));
}
END_TEST

/* Nobody knows whose code a wrong one is. */
START_TEST(test_a_wrong_code_names_no_service) {
    static struct config config;
    char text[JOB_TEXT_SIZE];
    struct slip_why why = { REASON_BAD_CODE, "" };
    strcpy(config.hall_name, "测试大厅");
    template_slip(&config, 0, &why, "2026-11-23T09:31:02.123+08:00", text);
    char wanted[JOB_TEXT_SIZE];
    snprintf(wanted, sizeof wanted, "未取到号\n%s\n", reason_zh(REASON_BAD_CODE));
    ck_assert_ptr_nonnull(strstr(text, wanted));
}
END_TEST

START_TEST(test_what_was_given_as_the_reason) {
    ck_assert_ptr_nonnull(strstr(text_of(REASON_SERVICE_STOPPED, "网络故障"),
                                 "税务\n原因：网络故障\n没有取号：该业务已停止取号"));
    ck_assert_ptr_nonnull(
        strstr(text_of(REASON_SERVICE_STOPPED, "unserved"), "\n原因：暂无窗口办理\n"));
}
END_TEST

Suite *slip_suite(void) {
    Suite *suite = suite_create("slip");
    TCase *tests = tcase_create("slip");
    tcase_add_test(tests, test_waits_for_the_ticket_and_not_for_ever);
    tcase_add_test(tests, test_not_twice_around_a_ticket);
    tcase_add_test(tests, test_numbers);
    tcase_add_test(tests, test_text);
    tcase_add_test(tests, test_a_wrong_code_names_no_service);
    tcase_add_test(tests, test_what_was_given_as_the_reason);
    suite_add_tcase(suite, tests);
    return suite;
}
