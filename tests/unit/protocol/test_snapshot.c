/* What each looker gets of the snapshot, and that the unknown is null. */
#include <stdio.h>
#include <string.h>

#include "protocol/image.h"
#include "protocol/snapshot.h"
#include "suite.h"

static struct snapshot now;
static struct waiting_now waiting[2];
static char out[65536];

static void fill_hall(void) {
    memset(&now, 0, sizeof now);
    memset(waiting, 0, sizeof waiting);
    snprintf(now.hall_id, sizeof now.hall_id, "futian-01");
    snprintf(now.hall_name, sizeof now.hall_name, "福田区行政服务大厅");
    now.is_open = true;
    now.day = 20261123;
    now.seq = 1042;
    now.era = 0x9f3c21aa;
    now.now_ms = 1795397462123;
    now.utc_offset_min = 480;
    now.ratings = 28;
    now.ratings_satisfied = 27;
    now.cases_open = 1;
    now.flash_s = 12;
    now.speaks_english = true;
    now.waiting = waiting;
    now.waiting_capacity = 2;
    snprintf(now.pause_reasons[2].zh, sizeof now.pause_reasons[2].zh, "休息");
}

static void fill_floor(void) {
    struct service_now *service = &now.services[now.service_count++];
    service->index = 1;
    snprintf(service->id, sizeof service->id, "social");
    snprintf(service->prefix, sizeof service->prefix, "A");
    snprintf(service->name.zh, sizeof service->name.zh, "社会保障");
    service->waiting = 1;
    service->longest_since_ms = now.now_ms - 34000;
    waiting[now.waiting_count++] = (struct waiting_now){ .ticket = { "A", 31 },
                                                         .service = 1,
                                                         .class = CLASS_GREEN,
                                                         .state = TICKET_WAITING,
                                                         .issued_ms = service->longest_since_ms,
                                                         .turn_ms = 77 };
    service = &now.services[now.service_count++];
    service->index = 2;
    snprintf(service->id, sizeof service->id, "tax");
    service->is_stopped = true;
    snprintf(service->stop_reason, sizeof service->stop_reason, "网络故障");
    service->has_windows_advised = true;
    service->windows_advised = 3;
    service->has_estimate = true;
    service->estimate_s[1] = 60;
    struct window_now *window = &now.windows[now.window_count++];
    window->id = 3;
    snprintf(window->label, sizeof window->label, "3");
    window->state = WINDOW_SERVING;
    window->ticket = (struct ticket_no){ "A", 30 };
    window->ticket_service = 1;
    window->ticket_class = CLASS_NORMAL;
    window->own = SERVICES_ALL;
    window->helps = 1U << 2;
    snprintf(window->staff, sizeof window->staff, "0107");
    window->keypad = KEYPAD_REASONS;
    window->session = 9;
    window->session_ends_ms = now.now_ms + 15000;
    now.windows[now.window_count].state = WINDOW_CLOSED;
    now.windows[now.window_count++].id = 4;
}

static void fill_rest(void) {
    struct device_now *device = &now.devices[now.device_count++];
    snprintf(device->id, sizeof device->id, "keypad-3");
    snprintf(device->bus, sizeof device->bus, "floor");
    device->role = ROLE_KEYPAD;
    device->firmware = 0x0102;
    struct alert_now *alert = &now.alerts[now.alert_count++];
    alert->id = 70;
    snprintf(alert->kind, sizeof alert->kind, "bad_run");
    alert = &now.alerts[now.alert_count++];
    alert->id = 71;
    snprintf(alert->kind, sizeof alert->kind, "device_offline");
    alert = &now.alerts[now.alert_count++];
    alert->id = 2;
    alert->is_unsaved = true;
    snprintf(alert->kind, sizeof alert->kind, "help");
    now.called[now.called_count++] = (struct called_now){
        .ticket = { "A", 30 }, .window = 3, .called_ms = now.now_ms, .calls = 1
    };
}

static struct json_doc *look(enum view view) {
    fill_hall();
    fill_floor();
    fill_rest();
    int length = snapshot_write(&now, view, out, sizeof out);
    ck_assert_int_gt(length, 0);
    struct json_doc *doc = json_open("snapshot", out, (size_t)length);
    ck_assert_msg(json_mistake_count(doc) == 0, "%s", out);
    return doc;
}

static const struct json *first_of(const struct json_doc *doc, const char *list) {
    return json_first(json_get(json_top(doc), list));
}

START_TEST(the_manager_sees_all) {
    struct json_doc *doc = look(VIEW_ALL);
    const struct json *hall = json_get(json_top(doc), "hall");
    ck_assert_str_eq(json_text(json_get(hall, "day")), "2026-11-23");
    ck_assert_str_eq(json_text(json_get(hall, "era")), "9f3c21aa");
    ck_assert_str_eq(json_text(json_get(hall, "time")), "2026-11-23T09:31:02.123+08:00");
    ck_assert(json_number(json_get(hall, "longest_wait_s")) == 34.0);
    ck_assert(json_number(json_get(hall, "satisfied")) == 27.0);
    ck_assert(json_is_null(json_get(hall, "opens")));
    ck_assert(json_is_null(json_get(hall, "notice")));
    const struct json *reasons = json_get(json_top(doc), "pause_reasons");
    ck_assert_uint_eq(json_count(reasons), 1);
    ck_assert_str_eq(json_text(json_get(json_get(reasons, "2"), "zh")), "休息");
    const struct json *service = first_of(doc, "services");
    ck_assert_str_eq(json_text(json_get(service, "longest_ticket")), "A031");
    ck_assert(json_is_null(json_get(service, "estimate_s")));
    ck_assert(json_is_null(json_get(service, "windows_advised")));
    ck_assert_int_eq((int)json_number(json_get(json_next(service), "windows_advised")), 3);
    ck_assert(json_is_null(json_get(service, "wait_minutes")));
    ck_assert(json_is_null(json_get(json_next(service), "longest_wait_s")));
    ck_assert_uint_eq(json_count(json_get(json_next(service), "estimate_s")), 2);
    const struct json *window = first_of(doc, "windows");
    ck_assert_uint_eq(json_count(json_get(window, "own")), 2);
    ck_assert_str_eq(json_text(json_first(json_get(window, "helps"))), "tax");
    ck_assert_str_eq(json_text(json_get(window, "ticket_service")), "social");
    ck_assert_str_eq(json_text(json_get(window, "rating")), "reasons");
    ck_assert(json_number(json_get(window, "session")) == 9.0);
    ck_assert(json_is_null(json_get(json_next(window), "ticket")));
    ck_assert(json_is_null(json_get(json_next(window), "staff")));
    ck_assert_str_eq(json_text(json_get(first_of(doc, "queue"), "class")), "green");
    const struct json *device = first_of(doc, "devices");
    ck_assert_str_eq(json_text(json_get(device, "firmware")), "1.2");
    ck_assert(json_is_null(json_get(device, "last_answer")));
    const struct json *alert = first_of(doc, "alerts");
    ck_assert_uint_eq(json_count(json_get(json_top(doc), "alerts")), 3);
    ck_assert_int_eq((int)json_number(json_get(alert, "id")), 70);
    ck_assert_int_eq((int)json_number(json_get(json_next(json_next(alert)), "id")), -2);
    ck_assert_ptr_nonnull(strstr(out, "\"id\":-2,\"kind\":\"help\""));
    ck_assert_ptr_nonnull(strstr(out, "\"text\":null,\"saved\":false"));
    ck_assert_ptr_nonnull(strstr(out, "\"text\":null,\"saved\":true"));
    json_close(doc);
}
END_TEST

START_TEST(staff_learn_of_no_rating) {
    struct json_doc *doc = look(VIEW_STAFF);
    const struct json *hall = json_get(json_top(doc), "hall");
    ck_assert_ptr_null(json_get(hall, "ratings"));
    ck_assert_ptr_null(json_get(hall, "satisfied"));
    ck_assert_ptr_null(json_get(hall, "cases_open"));
    /* Reasons are asked for a bad grade only, so staff see nothing of what follows a press. */
    const struct json *window = first_of(doc, "windows");
    ck_assert(json_is_null(json_get(window, "rating")));
    ck_assert(json_is_null(json_get(window, "session")));
    ck_assert(json_is_null(json_get(window, "rating_ends")));
    ck_assert_uint_eq(json_count(json_get(json_top(doc), "alerts")), 2);
    ck_assert_str_eq(json_text(json_get(first_of(doc, "alerts"), "kind")), "device_offline");
    json_close(doc);
}
END_TEST

/* A good rating is one event, a bad one three: who can count events knows the grade. */
START_TEST(staff_can_count_no_events) {
    struct json_doc *doc = look(VIEW_STAFF);
    ck_assert(json_is_null(json_get(json_get(json_top(doc), "hall"), "seq")));
    ck_assert(json_is_null(json_get(json_get(json_top(doc), "uplink"), "behind")));
    ck_assert(json_number(json_get(first_of(doc, "alerts"), "id")) == 1.0);
    json_close(doc);
    doc = look(VIEW_ALL);
    ck_assert(json_number(json_get(first_of(doc, "alerts"), "id")) == 70.0);
    json_close(doc);
    doc = look(VIEW_PUBLIC);
    ck_assert_ptr_null(json_get(json_get(json_top(doc), "hall"), "seq"));
    json_close(doc);
}
END_TEST

START_TEST(the_public_sees_what_the_display_shows) {
    struct json_doc *doc = look(VIEW_PUBLIC);
    ck_assert_ptr_null(json_get(json_top(doc), "queue"));
    ck_assert_ptr_null(json_get(json_top(doc), "devices"));
    ck_assert_ptr_null(json_get(json_top(doc), "alerts"));
    ck_assert_ptr_null(json_get(json_top(doc), "uplink"));
    ck_assert_ptr_null(json_get(first_of(doc, "windows"), "staff"));
    ck_assert_ptr_null(json_get(first_of(doc, "windows"), "rating"));
    ck_assert_ptr_null(strstr(out, "0107"));
    ck_assert_ptr_null(json_get(json_get(json_top(doc), "hall"), "issued"));
    ck_assert_str_eq(json_text(json_get(first_of(doc, "windows"), "ticket")), "A030");
    ck_assert_str_eq(json_text(json_get(first_of(doc, "called"), "ticket")), "A030");
    const struct json *tax = json_next(first_of(doc, "services"));
    ck_assert(json_is_true(json_get(tax, "stopped")));
    ck_assert_str_eq(json_text(json_get(tax, "stop_reason")), "网络故障");
    const struct json *display = json_get(json_top(doc), "display");
    ck_assert(json_number(json_get(display, "flash_s")) == 12.0);
    ck_assert(json_is_true(json_get(display, "english")));
    json_close(doc);
}
END_TEST

START_TEST(only_who_stands_in_a_line_is_counted_as_waiting) {
    fill_hall();
    fill_floor();
    waiting[now.waiting_count++] =
        (struct waiting_now){ .ticket = { "A", 29 }, .service = 1, .state = TICKET_NO_SHOW };
    ck_assert_uint_eq(snapshot_waiting(&now), 1);
}
END_TEST

START_TEST(parts_stand_alone) {
    char part[8192];
    fill_hall();
    fill_floor();
    fill_rest();
    ck_assert_int_gt(snapshot_write_hall(&now, part, sizeof part), 0);
    ck_assert_ptr_nonnull(strstr(part, "\"id\":\"futian-01\""));
    ck_assert_int_gt(snapshot_write_service(&now.services[0], &now, part, sizeof part), 0);
    ck_assert_ptr_nonnull(strstr(part, "\"id\":\"social\""));
    ck_assert_int_gt(snapshot_write_window(&now.windows[0], &now, part, sizeof part), 0);
    ck_assert_ptr_nonnull(strstr(part, "\"id\":3"));
    ck_assert_int_gt(snapshot_write_device(&now.devices[0], &now, part, sizeof part), 0);
    ck_assert_ptr_nonnull(strstr(part, "\"id\":\"keypad-3\""));
    ck_assert_int_eq(snapshot_write(&now, VIEW_ALL, out, 1000), HALL_FULL);
}
END_TEST

TCase *snapshot_case(void) {
    TCase *tcase = tcase_create("snapshot");
    tcase_add_test(tcase, the_manager_sees_all);
    tcase_add_test(tcase, staff_learn_of_no_rating);
    tcase_add_test(tcase, staff_can_count_no_events);
    tcase_add_test(tcase, the_public_sees_what_the_display_shows);
    tcase_add_test(tcase, only_who_stands_in_a_line_is_counted_as_waiting);
    tcase_add_test(tcase, parts_stand_alone);
    return tcase;
}
