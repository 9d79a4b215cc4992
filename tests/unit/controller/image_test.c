#include <stdlib.h>
#include <string.h>

#include "controller/image.h"
#include "controller/template.h"
#include "tests/unit/controller/suites.h"

static struct snapshot *snapshot;
static struct config *config;
static struct image image;

static void set_up(void) {
    snapshot = calloc(1, sizeof *snapshot);
    config = calloc(1, sizeof *config);
    strcpy(config->boards.call, "请 {ticket} 到 {window} 号窗口");
    strcpy(config->boards.idle, "{window}号窗口 {services}");
    config->boards.flash_s = 8;
    strcpy(config->hall_name, "测试大厅");
    strcpy(config->services[1].zh, "社会保障");
    strcpy(config->rules.services[1].id, "social");
    snapshot->is_saved = true;
    snapshot->now_ms = 100000;
    snapshot->service_count = 1;
    snapshot->services[0].index = 1;
    strcpy(snapshot->services[0].name.zh, "社会保障");
    snapshot->window_count = 1;
    struct window_now *window = &snapshot->windows[0];
    window->id = 3;
    strcpy(window->label, "3");
    window->own = 1U << 1;
    window->ticket = (struct ticket_no){ .prefix = "A", .number = 17 };
    window->waiting = 4;
}

static void tear_down(void) {
    free(snapshot);
    free(config);
}

static void show(enum role role, uint16_t window) {
    struct device_config device = { .role = role };
    struct device_place place = { .window = window, .lines = 2, .keys = { [1] = 1, [2] = 2 } };
    strcpy(device.id, "the-device");
    image_of_device(snapshot, config, &device, &place, &image);
}

static const struct {
    enum window_state state;
    int64_t called_ago_ms;
    uint16_t lamp, style;
    const char *text, *plain;
} STATES[] = {
    { WINDOW_CLOSED, 0, LAMP_CLOSED, STYLE_RED, "3号窗口 未开放", "3 CLOSED" },
    { WINDOW_OPEN, 0, LAMP_READY, STYLE_GREEN, "3号窗口 社会保障", "3 OPEN" },
    { WINDOW_CALLING, 7999, LAMP_CALLING, STYLE_RED | STYLE_FLASH, "请 A017 到 3 号窗口",
      "A017 -> 3" },
    { WINDOW_CALLING, 8000, LAMP_CALLING, STYLE_RED, "请 A017 到 3 号窗口", "A017 -> 3" },
    { WINDOW_SERVING, 60000, LAMP_SERVING, STYLE_RED, "请 A017 到 3 号窗口", "A017 -> 3" },
    { WINDOW_PAUSED, 0, LAMP_PAUSED, STYLE_AMBER, "3号窗口 暂停服务", "3 PAUSED" },
};

START_TEST(test_window_states) {
    snapshot->windows[0].state = STATES[_i].state;
    snapshot->windows[0].called_ms = snapshot->now_ms - STATES[_i].called_ago_ms;
    show(ROLE_UNIT, 3);
    ck_assert_uint_eq(image.terminal.lamp, STATES[_i].lamp);
    ck_assert_uint_eq(image.terminal.waiting, 4);
    ck_assert_uint_eq(image.board.style, STATES[_i].style);
    ck_assert_str_eq(image.board.text, STATES[_i].text);
    ck_assert_str_eq(image.board.plain, STATES[_i].plain);
}
END_TEST

START_TEST(test_flash_end_is_announced) {
    snapshot->windows[0].called_ms = snapshot->now_ms - 3000;
    ck_assert_int_eq(image_next_ms(snapshot, config), snapshot->now_ms + 5000);
    snapshot->windows[0].called_ms = 1;
    snapshot->windows[0].thanks_ms = 1;
    ck_assert_int_eq(image_next_ms(snapshot, config), INT64_MAX);
}
END_TEST

START_TEST(test_keypad_shows_a_session_only_while_it_asks) {
    snapshot->windows[0].session = 77;
    const uint16_t expected[] = { [KEYPAD_IDLE] = 0,
                                  [KEYPAD_INVITE] = 77,
                                  [KEYPAD_THANKS] = 77,
                                  [KEYPAD_CLOSED] = 0,
                                  [KEYPAD_REASONS] = 77 };
    for (unsigned state = 0; state < 5; state++) {
        snapshot->windows[0].keypad = (uint8_t)state;
        show(ROLE_KEYPAD, 3);
        ck_assert_uint_eq(image.keypad.session, expected[state]);
    }
}
END_TEST

START_TEST(test_lamp_says_rating_after_the_visit) {
    snapshot->windows[0].state = WINDOW_OPEN;
    snapshot->windows[0].keypad = KEYPAD_INVITE;
    show(ROLE_TERMINAL, 3);
    ck_assert_uint_eq(image.terminal.lamp, LAMP_RATING);
}
END_TEST

/* Its printer has the job; its keys are lit while the hall has both for online. */
START_TEST(test_dispenser_with_a_printer) {
    struct device_config device = { .id = "d1", .role = ROLE_DISPENSER };
    struct device_place place = { .keys = { [1] = 1 }, .printer = "p1" };
    snapshot->services[0].is_open = true;
    snapshot->printing_count = 1;
    snapshot->printing[0] = (struct printing_now){ .dispenser = "d1", .job = 5, .boots = 3 };
    snapshot->device_count = 2;
    snapshot->devices[0] = (struct device_now){ .id = "p1", .is_online = true };
    snapshot->devices[1] = (struct device_now){ .id = "d1", .is_online = true };
    image_of_device(snapshot, config, &device, &place, &image);
    ck_assert_uint_eq(image.dispenser.enabled, 1);
    ck_assert_uint_eq(image.dispenser.job.job, 0);
    snapshot->devices[1].is_online = false;
    image_of_device(snapshot, config, &device, &place, &image);
    ck_assert_uint_eq(image.dispenser.enabled, 0);
    struct device_config printer = { .id = "p1", .role = ROLE_PRINTER };
    struct device_place paper = { .dispenser = "d1" };
    image_of_device(snapshot, config, &printer, &paper, &image);
    ck_assert_uint_eq(image.dispenser.job.job, 5);
    ck_assert(image.dispenser.job.is_bound);
    ck_assert_uint_eq(image.dispenser.job.boots, 3);
}
END_TEST

START_TEST(test_dispenser_keys_and_job) {
    snapshot->services[0].is_open = true;
    snapshot->services[0].waiting = 9;
    snapshot->printing_count = 2;
    snapshot->printing[0] = (struct printing_now){ .dispenser = "another", .job = 4 };
    snapshot->printing[1] = (struct printing_now){ .dispenser = "the-device",
                                                   .job = 5,
                                                   .serial = 70000,
                                                   .boots = 3,
                                                   .service = 1,
                                                   .code = 42,
                                                   .ahead = 8,
                                                   .ticket = { .prefix = "A", .number = 18 } };
    config->ticket_line_count = 3;
    strcpy(config->ticket_lines[0], "\x1d{ticket}");
    strcpy(config->ticket_lines[1], "约 {low}-{high} 分钟");
    strcpy(config->ticket_lines[2], "前面 {ahead} 人 {code}");
    show(ROLE_DISPENSER, 0);
    ck_assert_uint_eq(image.dispenser.enabled, 1);
    ck_assert_uint_eq(image.dispenser.waiting[0], 9);
    ck_assert_uint_eq(image.dispenser.job.job, 5);
    ck_assert(image.dispenser.job.is_bound);
    ck_assert_uint_eq(image.dispenser.job.serial, 70000);
    ck_assert_uint_eq(image.dispenser.job.boots, 3);
    /* The line with the unknown estimate is left out. */
    ck_assert_str_eq(image.dispenser.job.text, "\x1d"
                                               "A018\n前面 8 人 0042");
    snapshot->services[0].needs_precheck = true; /* its key would only be refused */
    show(ROLE_DISPENSER, 0);
    ck_assert_uint_eq(image.dispenser.enabled, 0);
    snapshot->services[0].needs_precheck = false;
    snapshot->is_saved = false;
    show(ROLE_DISPENSER, 0);
    ck_assert_uint_eq(image.dispenser.enabled, 0);
}
END_TEST

START_TEST(test_a_ticket_has_a_qr_where_phones_can_reach_the_hall) {
    snapshot->printing_count = 1;
    snapshot->printing[0] =
        (struct printing_now){ .dispenser = "the-device", .job = 5, .token = "20261123-A018-00ff" };
    show(ROLE_DISPENSER, 0);
    ck_assert_str_eq(image.dispenser.job.qr, "");
    strcpy(config->http.public_url, "https://hall.example/");
    show(ROLE_DISPENSER, 0);
    ck_assert_str_eq(image.dispenser.job.qr, "https://hall.example/t/20261123-A018-00ff");
    strcpy(config->http.public_url, "https://example/hall");
    show(ROLE_DISPENSER, 0);
    ck_assert_str_eq(image.dispenser.job.qr, "https://example/hall/t/20261123-A018-00ff");
    memset(config->http.public_url, 'u', PUBLIC_URL_MAX);
    memset(snapshot->printing[0].token, 't', TOKEN_SIZE - 1);
    show(ROLE_DISPENSER, 0);
    ck_assert_uint_eq(strlen(image.dispenser.job.qr), PUBLIC_URL_MAX + 3 + TOKEN_SIZE - 1);
}
END_TEST

/* A second service, tax, stands at the window beside the first. */
static void stop_tax(const char *reason) {
    snapshot->service_count = 2;
    snapshot->services[1].index = 2;
    strcpy(snapshot->services[1].name.zh, "税务");
    snapshot->services[1].is_stopped = true;
    strcpy(snapshot->services[1].stop_reason, reason);
    snapshot->windows[0].state = WINDOW_OPEN;
    snapshot->windows[0].own = 1U << 1 | 1U << 2;
}

START_TEST(test_a_board_says_why_a_service_is_stopped) {
    stop_tax("网络故障");
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 社会保障 税务(已停止取号：网络故障)");
    snapshot->windows[0].own = SERVICES_ALL;
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 综合窗口 税务(已停止取号：网络故障)");
    stop_tax("");
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 社会保障 税务(已停止取号)");
    stop_tax("unserved"); /* by when_unserved: its word is no citizen's */
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 社会保障 税务(已停止取号：暂无窗口办理)");
    snapshot->windows[0].own = 1U << 1; /* another window's service */
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 社会保障");
}
END_TEST

START_TEST(test_who_was_not_asked_reads_of_the_qr) {
    struct window_now *window = &snapshot->windows[0];
    const enum window_state states[] = { WINDOW_OPEN, WINDOW_PAUSED, WINDOW_CLOSED };
    window->qr_ends_ms = snapshot->now_ms + 1;
    for (unsigned i = 0; i < sizeof states / sizeof states[0]; i++) {
        window->state = states[i];
        config->http.public_url[0] = 0; /* without it paper has no QR */
        show(ROLE_BOARD, 3);
        ck_assert_ptr_eq(strstr(image.board.text, "二维码"), NULL);
        strcpy(config->http.public_url, "https://hall.example/");
        show(ROLE_BOARD, 3);
        ck_assert_str_eq(image.board.text, "请扫票上二维码评价");
        ck_assert_uint_eq(image.board.style, STYLE_GREEN);
    }
    ck_assert_int_eq(image_next_ms(snapshot, config), window->qr_ends_ms);
    snapshot->now_ms++;
    window->state = WINDOW_OPEN;
    show(ROLE_UNIT, 3);
    ck_assert_str_eq(image.board.text, "3号窗口 社会保障");
}
END_TEST

START_TEST(test_summary_board_has_the_last_calls) {
    snapshot->called_count = 3;
    for (uint16_t i = 0; i < 3; i++) {
        snapshot->called[i] =
            (struct called_now){ .ticket = { .prefix = "A", .number = (uint16_t)(9 - i) },
                                 .window = 3 };
    }
    show(ROLE_BOARD, 0);
    ck_assert_str_eq(image.board.text, "请 A009 到 3 号窗口\n请 A008 到 3 号窗口");
    ck_assert_str_eq(image.board.plain, "A009 -> 3\nA008 -> 3");
    snapshot->called_count = 0;
    show(ROLE_BOARD, 0);
    ck_assert_str_eq(image.board.text, "测试大厅");
    ck_assert_str_eq(image.board.plain, "");
}
END_TEST

/* A sign without Chinese characters names the window by its number. */
START_TEST(test_a_plain_label_is_ascii) {
    strcpy(snapshot->windows[0].label, "综合");
    snapshot->windows[0].state = WINDOW_SERVING;
    show(ROLE_BOARD, 3);
    ck_assert_str_eq(image.board.text, "请 A017 到 综合 号窗口");
    ck_assert_str_eq(image.board.plain, "A017 -> 3");
}
END_TEST

START_TEST(test_text_is_cut_at_a_whole_character) {
    char out[8];
    struct template_values values = { .window = "12" };
    ck_assert(template_fill("{window}号窗口", &values, out, sizeof out));
    ck_assert_str_eq(out, "12号");
    ck_assert(!template_fill("{ticket}", &values, out, sizeof out));
    ck_assert_str_eq(out, "");
}
END_TEST

Suite *image_suite(void) {
    Suite *suite = suite_create("image");
    TCase *tests = tcase_create("image");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, test_window_states, 0, sizeof STATES / sizeof STATES[0]);
    tcase_add_test(tests, test_flash_end_is_announced);
    tcase_add_test(tests, test_keypad_shows_a_session_only_while_it_asks);
    tcase_add_test(tests, test_lamp_says_rating_after_the_visit);
    tcase_add_test(tests, test_dispenser_keys_and_job);
    tcase_add_test(tests, test_dispenser_with_a_printer);
    tcase_add_test(tests, test_a_ticket_has_a_qr_where_phones_can_reach_the_hall);
    tcase_add_test(tests, test_a_board_says_why_a_service_is_stopped);
    tcase_add_test(tests, test_who_was_not_asked_reads_of_the_qr);
    tcase_add_test(tests, test_a_plain_label_is_ascii);
    tcase_add_test(tests, test_summary_board_has_the_last_calls);
    tcase_add_test(tests, test_text_is_cut_at_a_whole_character);
    suite_add_tcase(suite, tests);
    return suite;
}
