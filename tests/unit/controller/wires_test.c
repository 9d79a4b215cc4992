/* The hall's side of the buses, on lines that are not there: what the page is told of which devices. */
#include "controller/wires.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

static struct inbox *inbox;
static struct config *config;
static struct snapshot *snapshot;
static struct wires *wires;

static void quiet(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static struct config *load(const char *text) {
    folder_write("hall.jsonc", text);
    struct config *loaded = folder_load("hall.jsonc");
    ck_assert_msg(loaded != NULL, "%s", said);
    snprintf(loaded->buses[0].bus.line.port, PORT_SIZE, "%s", folder_path("nothing"));
    return loaded;
}

static void set_up(void) {
    folder_make();
    config = load(BASE);
    inbox = inbox_open(64);
    snapshot = calloc(1, sizeof *snapshot);
    wires = wires_open(config, inbox, quiet);
    ck_assert_ptr_nonnull(wires);
}

static void tear_down(void) {
    wires_close(wires);
    inbox_close(inbox);
    config_free(config);
    free(snapshot);
    folder_remove();
}

/* Its place in the snapshot; device_count where it has none. */
static unsigned find_now(const char *id) {
    unsigned i = 0;
    while (i < snapshot->device_count && strcmp(snapshot->devices[i].id, id) != 0) {
        i++;
    }
    return i;
}

static const struct device_now *now(const char *id) {
    ck_assert_uint_lt(find_now(id), snapshot->device_count);
    return &snapshot->devices[find_now(id)];
}

static void hear_of(const char *id) {
    struct device_now *device = &snapshot->devices[snapshot->device_count++];
    *device = (struct device_now){ .is_online = true };
    snprintf(device->id, sizeof device->id, "%s", id);
}

START_TEST(test_places) {
    unsigned bus = 9;
    unsigned device = 9;
    ck_assert_ptr_nonnull(wires_place(wires, "k1", &bus, &device));
    ck_assert_uint_eq(bus, 0);
    ck_assert_uint_eq(device, 2);
    ck_assert_uint_eq(wires_place(wires, "t1", NULL, NULL)->window, 1);
    ck_assert_ptr_null(wires_place(wires, "t2", NULL, NULL));
    ck_assert_ptr_null(wires_place(wires, "", NULL, NULL));
    ck_assert(wires_identify(wires, "d1", 5));
    ck_assert(!wires_identify(wires, "d2", 5));
}
END_TEST

START_TEST(test_page_has_what_the_config_has) {
    hear_of("gone");
    hear_of("k1");
    hear_of("gone-too");
    wires_health(wires, snapshot, 0);
    ck_assert_uint_eq(snapshot->device_count, 3);
    ck_assert(now("k1")->is_online);
    ck_assert_uint_eq(now("k1")->window, 1);
    ck_assert(!now("d1")->is_online);
    ck_assert_str_eq(now("d1")->bus, "floor");
    ck_assert_uint_eq(find_now("gone"), snapshot->device_count);
}
END_TEST

START_TEST(test_reload_takes_devices_away) {
    struct config *fresh = load(replaced(
        BASE, ",\n      { \"id\": \"k1\", \"role\": \"keypad\", \"address\": 31, \"window\": 1 }",
        ""));
    hear_of("k1");
    hear_of("t1");
    wires_reopen(wires, fresh);
    config_free(config);
    config = fresh;
    wires_health(wires, snapshot, 0);
    ck_assert_uint_eq(snapshot->device_count, 2);
    ck_assert_uint_eq(find_now("k1"), snapshot->device_count);
    ck_assert_ptr_null(wires_place(wires, "k1", NULL, NULL));
    ck_assert(now("t1")->is_online);
    /* A press that was on its way when its device was taken out finds nobody to answer. */
    struct device_report press = { .kind = REPORT_KEY, .device = "k1" };
    wires_answer(wires, &press, 1);
    wires_print_slip(wires, "k1", "text", 1);
}
END_TEST

Suite *wires_suite(void) {
    Suite *suite = suite_create("wires");
    TCase *tests = tcase_create("wires");
    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_places);
    tcase_add_test(tests, test_page_has_what_the_config_has);
    tcase_add_test(tests, test_reload_takes_devices_away);
    suite_add_tcase(suite, tests);
    return suite;
}
