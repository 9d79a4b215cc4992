/* The hall's side of the buses, on lines that are not there: what the page is told of which devices. */
#include "controller/wires_private.h"

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
    for (unsigned i = 0; i < loaded->bus_count; i++) {
        snprintf(loaded->buses[i].bus.line.port, PORT_SIZE, "%s", folder_path("nothing"));
    }
    return loaded;
}

static void reload(struct config *fresh) {
    unsigned kept[BUSES_MAX];
    config_keep_buses(config, fresh, kept);
    wires_reopen(wires, fresh, kept);
    config_free(config);
    config = fresh;
}

/* When the thread of bus `place` of this id began. */
static uint64_t opened_us(unsigned place, const char *id) {
    struct bus_stats stats;
    ck_assert_str_eq(wires_stats(wires, place, &stats)->id, id);
    return stats.since_us;
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
    ck_assert_int_eq(wires_identify(wires, "d1", 5), REASON_NONE);
    ck_assert_int_eq(wires_identify(wires, "d2", 5), REASON_NO_SUCH);
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

/* Whoever came first, and whoever never did. */
START_TEST(test_page_has_them_in_the_configs_order) {
    static const char *const ORDER[] = { "d1", "t1", "k1" };
    static const char *const CAME[][3] = {
        { "k1", "d1", "gone" }, { "t1", "k1", "d1" }, { "gone", "k1", "t1" }, { "k1", "t1", "d1" }
    };
    for (unsigned n = 0; n < 3; n++) {
        hear_of(CAME[_i][n]);
    }
    wires_health(wires, snapshot, 0);
    ck_assert_uint_eq(snapshot->device_count, 3);
    for (unsigned i = 0; i < 3; i++) {
        ck_assert_str_eq(snapshot->devices[i].id, ORDER[i]);
    }
    ck_assert_uint_eq(now("t1")->window, 1);
}
END_TEST

START_TEST(test_reload_takes_devices_away) {
    struct config *fresh = load(replaced(
        BASE, ",\n      { \"id\": \"k1\", \"role\": \"keypad\", \"address\": 31, \"window\": 1 }",
        ""));
    hear_of("k1");
    hear_of("t1");
    reload(fresh);
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

/* The printer's bus comes by a reload, so the dispenser's is opened anew and both are heard of from their beginning. */
START_TEST(test_printer_speaks_for_its_dispenser) {
    struct device_report out[PAIR_SAYS_MAX];
    struct device_report alive = { .kind = REPORT_ONLINE, .device = "d1", .boots = 7 };
    ck_assert_uint_eq(wires_hear(wires, &alive, out), 1);
    ck_assert_uint_eq(out[0].boots, 7);
    uint64_t floor_us = opened_us(0, "floor");
    reload(
        load(replaced(BASE, "\n  ]\n}\n",
                      ",\n  { \"id\": \"p\", \"protocol\": \"escpos\", \"port\": \"/dev/ttyS1\", "
                      "\"baud\": 9600, \"devices\": [ { \"id\": \"p1\", \"role\": \"printer\", "
                      "\"dispenser\": \"d1\" } ] }\n  ]\n}\n")));
    ck_assert_uint_gt(opened_us(0, "floor"), floor_us);
    ck_assert_uint_eq(wires_hear(wires, &alive, out), 0);
    struct device_report printer = { .kind = REPORT_ONLINE, .device = "p1", .boots = 2 };
    ck_assert_uint_eq(wires_hear(wires, &printer, out), 2);
    ck_assert_str_eq(out[1].device, "d1");
    ck_assert_uint_eq(out[1].boots, 2);
    printer = (struct device_report){ .kind = REPORT_OFFLINE, .device = "p1", .what = "gone" };
    ck_assert_uint_eq(wires_hear(wires, &printer, out), 2);
    ck_assert_str_eq(out[1].what, "p1: gone");
    wires_health(wires, snapshot, 0);
    ck_assert_str_eq(now("d1")->what, "p1: gone");
    ck_assert_int_eq(wires_identify(wires, "p1", 5), REASON_NOT_ABLE);
    struct device_report other = { .kind = REPORT_PRINTED, .device = "t1", .job = 3 };
    ck_assert_uint_eq(wires_hear(wires, &other, out), 1);
}
END_TEST

/* A bus in front, and another rate on the first: the last one has lost nothing, wherever it stands now. */
START_TEST(test_reload_keeps_the_buses_that_are_the_same) {
    static const char upstairs[] = ",\n  { \"id\": \"upstairs\", \"protocol\": \"modbus-rtu\", "
                                   "\"port\": \"/dev/ttyUSB1\", \"baud\": 9600, \"devices\": [ "
                                   "{ \"id\": \"b1\", \"role\": \"board\", \"profile\": \"mine\", "
                                   "\"address\": 51, \"window\": 2 } ] }\n  ]\n}\n";
    static const char yard[] = "\"buses\": [\n { \"id\": \"yard\", \"protocol\": "
                               "\"modbus-rtu\", \"port\": \"/dev/ttyUSB2\", \"baud\": 9600, "
                               "\"devices\": [ { \"id\": \"b2\", \"role\": \"board\", "
                               "\"address\": 52, \"window\": 1 } ] },\n";
    size_t length;
    char *profile = reference_named_mine(&length);
    folder_write("profiles/mine.jsonc", profile);
    free(profile);
    char two[4096];
    snprintf(two, sizeof two, "%s", replaced(BASE, "\n  ]\n}\n", upstairs));
    reload(load(two));
    uint64_t floor_us = opened_us(0, "floor");
    uint64_t upstairs_us = opened_us(1, "upstairs");
    reload(load(two));
    ck_assert_uint_eq(opened_us(0, "floor"), floor_us);
    ck_assert_uint_eq(opened_us(1, "upstairs"), upstairs_us);
    const struct profile *kept = config->buses[1].bus.devices[0].profile;
    reload(
        load(replaced(replaced(two, "\"baud\": 9600", "\"baud\": 19200"), "\"buses\": [\n", yard)));
    ck_assert_uint_gt(opened_us(0, "yard"), upstairs_us);
    ck_assert_uint_gt(opened_us(1, "floor"), upstairs_us);
    ck_assert_uint_eq(opened_us(2, "upstairs"), upstairs_us);
    ck_assert_ptr_eq(config->buses[2].bus.devices[0].profile, kept);
    unsigned bus, device;
    ck_assert_ptr_nonnull(wires_place(wires, "b1", &bus, &device));
    ck_assert_uint_eq(bus, 2);
    /* Another profile under the same name is another bus. */
    profile = reference_named_mine(&length);
    folder_write("profiles/mine.jsonc",
                 replaced(profile, "\"answer_ms\": 60", "\"answer_ms\": 61"));
    free(profile);
    reload(load(two));
    ck_assert_uint_gt(opened_us(1, "upstairs"), upstairs_us);
}
END_TEST

/* What is laid out for a sign hangs on its size. */
START_TEST(test_reload_opens_a_sign_of_another_size) {
    static const char signs[] = ",\n  { \"id\": \"signs\", \"protocol\": \"onbon\", "
                                "\"port\": \"/dev/ttyUSB1\", \"baud\": 57600, \"devices\": [ "
                                "{ \"id\": \"s1\", \"role\": \"board\", \"address\": 1, "
                                "\"window\": 2, \"width\": 128, \"height\": 16 } ] }\n  ]\n}\n";
    char two[4096];
    snprintf(two, sizeof two, "%s", replaced(BASE, "\n  ]\n}\n", signs));
    reload(load(two));
    ck_assert_str_eq(config->warnings, "");
    uint64_t signs_us = opened_us(1, "signs");
    reload(load(two));
    ck_assert_uint_eq(opened_us(1, "signs"), signs_us);
    reload(load(replaced(two, "128", "192")));
    uint64_t wider_us = opened_us(1, "signs");
    ck_assert_uint_gt(wider_us, signs_us);
    reload(load(replaced(two, "\"height\": 16", "\"height\": 32")));
    ck_assert_uint_gt(opened_us(1, "signs"), wider_us);
}
END_TEST

/* Does one of the reports that wait say so? Takes them all. */
static bool is_heard(enum report_kind kind, const char *device) {
    bool is_found = false;
    struct inbox_item item;
    while (inbox_take(inbox, &item)) {
        is_found = is_found || (item.kind == INBOX_REPORT && item.report.kind == kind &&
                                strcmp(item.report.device, device) == 0);
    }
    return is_found;
}

/* The bus that is opened anew says nothing of who is well; on the one that stays what was said still holds. */
START_TEST(test_reload_forgets_the_faults_of_a_bus_it_opens) {
    ck_assert(!is_heard(REPORT_RECOVERED, "k1"));
    reload(load(BASE));
    ck_assert(!is_heard(REPORT_RECOVERED, "k1"));
    reload(load(replaced(BASE, "\"baud\": 9600", "\"baud\": 19200")));
    ck_assert(is_heard(REPORT_RECOVERED, "k1"));
}
END_TEST

/* As bus_open leaves it when the system has no thread to give. */
START_TEST(test_a_bus_without_a_thread_says_why_it_is_down) {
    struct bus_stats stats;
    bus_close(wires->buses[0]);
    wires->buses[0] = NULL;
    wires_stats(wires, 0, &stats);
    ck_assert(!stats.is_up);
    ck_assert_str_eq(stats.what, "no memory or thread");
    wires_health(wires, snapshot, 0);
    ck_assert_str_eq(snapshot->buses[0].what, "no memory or thread");
    reload(load(replaced(BASE, "\"baud\": 9600", "\"baud\": 19200")));
    ck_assert_ptr_nonnull(wires->buses[0]);
}
END_TEST

static bool is_spoken(const char *device, uint16_t number, struct input *input) {
    struct device_report report = { .kind = REPORT_SPOKEN, .count = number };
    snprintf(report.device, sizeof report.device, "%s", device);
    return wires_settle(wires, &report, input);
}

/* What a voice has said is whom it called, over a reload that leaves its bus; a sound card's comes and goes with it. */
START_TEST(test_a_voices_line_is_whom_it_called) {
    static const char speech[] = ",\n  { \"id\": \"speech\", \"protocol\": \"syn6288\", \"port\": "
                                 "\"/dev/ttyUSB1\", \"baud\": 9600, \"devices\": [ { \"id\": "
                                 "\"v1\", \"role\": \"voice\" } ] }\n  ]\n}\n";
    static const char card[] = ",\n  \"voice\": { \"program\": [\"true\"] }\n}\n";
    struct input input = { .kind = INPUT_REPORT };
    char with_voice[4096];
    snprintf(with_voice, sizeof with_voice, "%s", replaced(BASE, "\n  ]\n}\n", speech));
    reload(load(with_voice));
    snapshot->window_count = 1;
    struct window_now *window = &snapshot->windows[0];
    *window = (struct window_now){ .id = 2, .state = WINDOW_CALLING, .visit = 77, .calls = 1 };
    window->ticket = (struct ticket_no){ .prefix = "A", .number = 1 };
    wires_show(wires, snapshot, config);
    ck_assert(!is_spoken("t1", 1, &input));
    ck_assert(!is_spoken("v1", 2, &input));
    reload(load(with_voice));
    ck_assert(is_spoken("v1", 1, &input));
    ck_assert_int_eq(input.kind, INPUT_SPOKEN);
    ck_assert_uint_eq(input.window, 2);
    ck_assert_uint_eq(input.spoken.visit, 77);
    ck_assert_uint_eq(input.spoken.calls, 1);
    ck_assert(!input.spoken.is_given_up);
    ck_assert_uint_eq(wires_announcements(wires)->spoken, 1);
    /* Opened anew it says the call again, which what was told of the line before does not end. */
    reload(load(replaced(with_voice, "\"syn6288\"", "\"xfs5152\"")));
    wires_show(wires, snapshot, config);
    ck_assert(!is_spoken("v1", 1, &input));
    ck_assert(is_spoken("v1", 2, &input));
    ck_assert_uint_eq(wires_announcements(wires)->spoken, 2);
    ck_assert(!wires_has_card(wires));
    reload(load(replaced(BASE, "\n}\n", card)));
    ck_assert(wires_has_card(wires));
    ck_assert_int_eq(wires_identify(wires, "sound-card", 5), REASON_NOT_ABLE);
    ck_assert(!is_spoken("v1", 2, &input));
    wires_show(wires, snapshot, config);
    ck_assert(is_spoken("sound-card", 3, &input));
    ck_assert_uint_eq(wires_announcements(wires)->spoken, 3);
    hear_of("sound-card");
    hear_of("v1");
    wires_health(wires, snapshot, 0);
    ck_assert(now("sound-card")->is_online);
    ck_assert_uint_eq(find_now("v1"), snapshot->device_count);
    reload(load(BASE));
    ck_assert(!wires_has_card(wires));
    ck_assert_int_eq(wires_identify(wires, "sound-card", 5), REASON_NO_SUCH);
    wires_health(wires, snapshot, 0);
    ck_assert_uint_eq(find_now("sound-card"), snapshot->device_count);
}
END_TEST

Suite *wires_suite(void) {
    Suite *suite = suite_create("wires");
    TCase *tests = tcase_create("wires");
    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_places);
    tcase_add_test(tests, test_page_has_what_the_config_has);
    tcase_add_loop_test(tests, test_page_has_them_in_the_configs_order, 0, 4);
    tcase_add_test(tests, test_reload_takes_devices_away);
    tcase_add_test(tests, test_printer_speaks_for_its_dispenser);
    tcase_add_test(tests, test_reload_keeps_the_buses_that_are_the_same);
    tcase_add_test(tests, test_reload_opens_a_sign_of_another_size);
    tcase_add_test(tests, test_reload_forgets_the_faults_of_a_bus_it_opens);
    tcase_add_test(tests, test_a_bus_without_a_thread_says_why_it_is_down);
    tcase_add_test(tests, test_a_voices_line_is_whom_it_called);
    suite_add_tcase(suite, tests);
    return suite;
}
