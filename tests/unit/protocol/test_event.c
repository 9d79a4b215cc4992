/* Every type of event with every field it may have goes out and comes back the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protocol/event.h"
#include "suite.h"

static const struct event_source SOURCE = { "futian-01", 0x9f3c21aa, 480 };
static struct rules rules_out;
static struct rules rules_back;
static char line[EVENT_JSON_MAX];
static char fault[WHAT_SIZE];

static void fill_names(struct name_list *list, const char *first) {
    list->is_all = false;
    list->count = 2;
    snprintf(list->names[0], NAME_SIZE, "%s", first);
    snprintf(list->names[1], NAME_SIZE, "tax");
}

static void fill_spans(struct day_times *times) {
    memset(times, 0, sizeof *times);
    times->hall.count = 2;
    times->hall.spans[0] = (struct time_span){ 1795395600000, 1795406400000 };
    times->hall.spans[1] = (struct time_span){ 1795413600000, 1795428000000 };
    times->service_count = 2;
    snprintf(times->service_ids[0], NAME_SIZE, "social");
    times->services[0].count = 1;
    times->services[0].spans[0] = times->hall.spans[0];
    snprintf(times->service_ids[1], NAME_SIZE, "tax");
}

static void fill_why(struct why *why) {
    memset(why, 0, sizeof *why);
    why->turn_ms = 1795397400123;
    why->class = CLASS_GREEN;
    why->tier = TIER_HELP;
    why->passed_count = 11;
    why->passed_listed = PASSED_MAX;
    for (unsigned i = 0; i < PASSED_MAX; i++) {
        why->passed[i].ticket = (struct ticket_no){ "AB", (uint16_t)(i + 1) };
        snprintf(why->passed[i].reason, WORD_SIZE, "not_own");
    }
}

/* Every plain field gets a value of its own, so that a mix-up of two is seen. */
static void fill_ticket(struct event *event) {
    event->day = 20261123;
    event->ticket = (struct ticket_no){ "A", 41 };
    event->visit = 1041;
    snprintf(event->service, sizeof event->service, "social");
    event->class = CLASS_APPOINTMENT;
    event->channel = CHANNEL_KIOSK;
    event->ground = GROUND_MILITARY;
    event->window = 999;
    snprintf(event->staff, sizeof event->staff, "0107");
    event->turn_ms = -5;
    event->ahead = 65535;
    event->estimate_s[0] = 300;
    event->estimate_s[1] = 4000000000U;
    snprintf(event->dispenser, sizeof event->dispenser, "dispenser-1");
    event->job = 65535;
    event->code = 7;
    snprintf(event->person, sizeof event->person, "%064d", 7);
    event->for_count = 3;
    event->waited_s = 412;
    event->served_s = 4294967295U;
    event->assumed = true;
    event->outcome = OUTCOME_TOLD_MISSING;
    snprintf(event->reason, sizeof event->reason, "not_printed");
    event->until_ms = 1795428000001;
}

static void fill_rest(struct event *event) {
    event->session = 65535;
    event->rating_channel = RATING_QR;
    event->after_s = 86400;
    event->grade = 2;
    event->reason_count = RATING_REASONS_MAX;
    for (unsigned i = 0; i < RATING_REASONS_MAX; i++) {
        event->reasons[i] = (uint16_t)(207 + i);
    }
    event->suspicious = SUSPICION_TOO_FAST | SUSPICION_RUN;
    event->count = 17;
    event->note = 9007199254740991U;
    snprintf(event->note_hash, sizeof event->note_hash, "%064d", 8);
    event->case_seq = 1042;
    event->case_kind = CASE_UNSOLVED;
    event->case_outcome = CASE_NOT_SATISFIED;
    event->cause = CAUSE_RULES;
    event->due_ms = 1795500000000;
    event->slot_ms = 1795500000000;
    snprintf(event->code_hash, sizeof event->code_hash, "%064d", 7);
    snprintf(event->code_end, sizeof event->code_end, "05");
    snprintf(event->device, sizeof event->device, "keypad-3");
    snprintf(event->bus, sizeof event->bus, "floor");
    event->role = ROLE_KEYPAD;
    snprintf(event->what, sizeof event->what, "no answer 8 of 8 \"quoted\" \\ 缺纸\n\t");
    event->serial = 4294967295U;
    event->boots = 65535;
    event->done_job = 65534;
    event->alert = 77;
    snprintf(event->alert_kind, sizeof event->alert_kind, "service_unserved");
    snprintf(event->subject, sizeof event->subject, "window-3");
    snprintf(event->name, sizeof event->name, "window.next");
    event->begins_ms = 1795382400000;
    event->ends_ms = 1795468800000;
    snprintf(event->hash, sizeof event->hash, "%064d", 9);
    snprintf(event->project, sizeof event->project, "440304-2026-1");
    snprintf(event->task, sizeof event->task, "11440304MB2D");
    event->pro_status = 3;
}

static void fill_more(struct event *event) {
    uint64_t has = event->has;
    memset(&event->more, 0, sizeof event->more);
    if (has & EVENT_HAS(FIELD_WHY)) {
        fill_why(&event->more.why);
    } else if (has & EVENT_HAS(FIELD_SPANS)) {
        fill_spans(&event->more.times);
    } else if (has & EVENT_HAS(FIELD_TEXT)) {
        snprintf(event->more.text, TEXT_SIZE, "今天下午三点停电，请改日 \"再来\"。\n");
    } else if (has & EVENT_HAS(FIELD_RULES)) {
        event->more.rules = &rules_out;
    } else {
        if (has & (EVENT_HAS(FIELD_OWN) | EVENT_HAS(FIELD_SERVICES))) {
            fill_names(&event->more.assigned.own, "social");
        }
        if (has & EVENT_HAS(FIELD_HELPS)) {
            fill_names(&event->more.assigned.helps, "company");
        }
    }
}

static void fill(struct event *event, enum event_type type, uint64_t has) {
    struct by by = { BY_KEY, "terminal-3" };
    event_init(event, type, 1795397462123, &by);
    event->seq = 1042;
    event->has = has;
    fill_ticket(event);
    fill_rest(event);
    fill_more(event);
}

/*
 * Fields that were not written come back as 0, so each is copied from the read event into a fresh one by writing it
 * again: the same bytes mean that each written field came back whole.
 */
static void check_round_trip(enum event_type type, uint64_t has) {
    static struct event event;
    static struct event back;
    static char again[EVENT_JSON_MAX];
    struct event_source source;
    fill(&event, type, has);
    int length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_msg(length > 0, "%s can't be written", event_type_name(type));
    ck_assert_uint_eq(strlen(line), (size_t)length);
    enum hall_error error = event_read(line, (size_t)length, &back, &source, &rules_back, fault);
    ck_assert_msg(error == HALL_OK, "%s: %s\n%s", event_type_name(type), fault, line);
    ck_assert_uint_eq(back.type, type);
    ck_assert_uint_eq(back.seq, event.seq);
    ck_assert_int_eq(back.time_ms, event.time_ms);
    ck_assert_uint_eq(back.has, has);
    ck_assert_uint_eq(back.by.kind, BY_KEY);
    ck_assert_str_eq(back.by.id, "terminal-3");
    ck_assert_str_eq(source.hall, SOURCE.hall);
    ck_assert_uint_eq(source.era, SOURCE.era);
    ck_assert_int_eq(source.utc_offset_min, 480);
    int length_again = event_write(&back, &source, again, sizeof again);
    ck_assert_int_eq(length_again, length);
    ck_assert_str_eq(again, line);
}

START_TEST(every_type_comes_back_with_every_field) {
    check_round_trip((enum event_type)_i, event_allowed((enum event_type)_i));
    check_round_trip((enum event_type)_i, event_required((enum event_type)_i));
}
END_TEST

/* Field by field: what stands between them differs by compiler. */
static void check_why(const struct why *back, const struct why *why) {
    ck_assert_int_eq(back->turn_ms, why->turn_ms);
    ck_assert_uint_eq(back->class, why->class);
    ck_assert_uint_eq(back->tier, why->tier);
    ck_assert_uint_eq(back->passed_count, why->passed_count);
    ck_assert_uint_eq(back->passed_listed, why->passed_listed);
    for (unsigned i = 0; i < why->passed_listed; i++) {
        ck_assert(ticket_no_equal(back->passed[i].ticket, why->passed[i].ticket));
        ck_assert_str_eq(back->passed[i].reason, why->passed[i].reason);
    }
}

/* The bytes could agree by a doubled mistake; here the values are compared one by one. */
START_TEST(values_come_back_one_by_one) {
    static struct event event;
    static struct event back;
    fill(&event, EVENT_TICKET_ISSUED, event_allowed(EVENT_TICKET_ISSUED));
    int length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, NULL, fault), HALL_OK);
    ck_assert_uint_eq(back.day, event.day);
    ck_assert(ticket_no_equal(back.ticket, event.ticket));
    ck_assert_uint_eq(back.visit, event.visit);
    ck_assert_str_eq(back.service, event.service);
    ck_assert_uint_eq(back.class, event.class);
    ck_assert_uint_eq(back.channel, event.channel);
    ck_assert_uint_eq(back.ground, event.ground);
    ck_assert_uint_eq(back.window, event.window);
    ck_assert_str_eq(back.staff, event.staff);
    ck_assert_int_eq(back.turn_ms, event.turn_ms);
    ck_assert_uint_eq(back.ahead, event.ahead);
    ck_assert_uint_eq(back.estimate_s[0], event.estimate_s[0]);
    ck_assert_uint_eq(back.estimate_s[1], event.estimate_s[1]);
    ck_assert_str_eq(back.dispenser, event.dispenser);
    ck_assert_uint_eq(back.job, event.job);
    ck_assert_uint_eq(back.code, event.code);
    ck_assert_str_eq(back.person, event.person);
    ck_assert_uint_eq(back.for_count, event.for_count);
    ck_assert_mem_eq(&back.more.assigned.own, &event.more.assigned.own, sizeof(struct name_list));
    fill(&event, EVENT_TICKET_CALLED, event_allowed(EVENT_TICKET_CALLED));
    length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, NULL, fault), HALL_OK);
    check_why(&back.more.why, &event.more.why);
    fill(&event, EVENT_HALL_DAY_BEGAN, event_allowed(EVENT_HALL_DAY_BEGAN));
    length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, NULL, fault), HALL_OK);
    ck_assert_mem_eq(&back.more.times, &event.more.times, sizeof(struct day_times));
    ck_assert_int_eq(back.begins_ms, event.begins_ms);
    ck_assert_int_eq(back.ends_ms, event.ends_ms);
    ck_assert_str_eq(back.hash, event.hash);
}
END_TEST

START_TEST(bytes_are_those_of_the_design) {
    struct by by = { BY_KEY, "terminal-3" };
    struct event event;
    event_init(&event, EVENT_TICKET_CALLED, 1795397462123, &by);
    event.seq = 1042;
    event.has = event_required(EVENT_TICKET_CALLED) | EVENT_HAS(FIELD_STAFF);
    event.day = 20261123;
    event.ticket = (struct ticket_no){ "A", 1 };
    snprintf(event.service, sizeof event.service, "social");
    event.class = CLASS_NORMAL;
    event.window = 3;
    snprintf(event.staff, sizeof event.staff, "0107");
    event.waited_s = 412;
    memset(&event.more.why, 0, sizeof event.more.why);
    event.more.why.turn_ms = 1795397050000;
    event.more.why.class = CLASS_NORMAL;
    event.more.why.tier = TIER_OWN;
    ck_assert_int_gt(event_write(&event, &SOURCE, line, sizeof line), 0);
    ck_assert_str_eq(
        line,
        "{\"specversion\":\"1.0\",\"id\":\"1042\",\"source\":\"/halls/futian-01\","
        "\"era\":\"9f3c21aa\",\"type\":\"hallq.ticket.called\","
        "\"time\":\"2026-11-23T09:31:02.123+08:00\",\"datacontenttype\":\"application/json\","
        "\"data\":{\"ticket\":\"A001\",\"ticket_id\":\"20261123-A001\",\"service\":\"social\","
        "\"class\":\"normal\",\"window\":3,\"staff\":\"0107\",\"waited_s\":412,"
        "\"why\":{\"turn\":1795397050000,\"class\":\"normal\",\"tier\":\"own\",\"passed\":[],"
        "\"passed_count\":0},\"by\":{\"kind\":\"key\",\"id\":\"terminal-3\"}}}");
}
END_TEST

START_TEST(all_services_are_a_star) {
    static struct event event;
    static struct event back;
    fill(&event, EVENT_WINDOW_ASSIGNED, event_allowed(EVENT_WINDOW_ASSIGNED));
    event.more.assigned.own.is_all = true;
    int length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_ptr_nonnull(strstr(line, "\"own\":[\"*\"]"));
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, NULL, fault), HALL_OK);
    ck_assert(back.more.assigned.own.is_all);
    ck_assert(!back.more.assigned.helps.is_all);
}
END_TEST

START_TEST(rules_come_back_with_config_loaded) {
    static struct event event;
    static struct event back;
    fill(&event, EVENT_CONFIG_LOADED, event_allowed(EVENT_CONFIG_LOADED));
    int length = event_write(&event, &SOURCE, line, sizeof line);
    ck_assert_int_gt(length, 0);
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, NULL, fault), HALL_OK);
    ck_assert_ptr_null(back.more.rules);
    memset(&rules_back, 0xA5, sizeof rules_back);
    ck_assert_int_eq(event_read(line, (size_t)length, &back, NULL, &rules_back, fault), HALL_OK);
    ck_assert_ptr_eq(back.more.rules, &rules_back);
    ck_assert_mem_eq(&rules_back, &rules_out, sizeof rules_out);
}
END_TEST

START_TEST(too_small_a_buffer_is_full_and_never_overrun) {
    static struct event event;
    fill(&event, EVENT_TICKET_CALLED, event_allowed(EVENT_TICKET_CALLED));
    int whole = event_write(&event, &SOURCE, line, sizeof line);
    for (size_t size = 1; size <= (size_t)whole; size++) {
        line[size] = '#';
        ck_assert_int_eq(event_write(&event, &SOURCE, line, size), HALL_FULL);
        ck_assert_int_eq(line[size], '#');
    }
    ck_assert_int_eq(event_write(&event, &SOURCE, line, (size_t)whole + 1), whole);
}
END_TEST

static const struct {
    const char *find, *put, *fault;
} BROKEN[] = {
    { "\"1.0\"", "\"1.1\"", "specversion" },
    { "ticket.called", "ticket.caled", "type" },
    { "\"1042\"", "\"01042\"", "id:" },
    { "\"1042\"", "\"x\"", "id:" },
    { "2026-11-23T09", "2026-13-23T09", "time:" },
    { "/halls/", "/rooms/", "source" },
    { "9f3c21aa", "9f3c21a", "era" },
    { "A041\",\"ticket_id", "a041\",\"ticket_id", "data.ticket:" },
    { "\"class\":\"appointment\"", "\"class\":\"vip\"", "data.class" },
    { "\"window\":999", "\"window\":1000", "data.window" },
    { "\"window\":999", "\"window\":1.5", "data.window" },
    { "\"window\":999", "\"window\":\"3\"", "data.window" },
    { "\"window\":999", "\"windows\":3", "data.windows: is no key" },
    { "\"window\":999", "\"grade\":3", "data.grade: is no key" },
    { "\"window\":999,", "", "data.window: is missing" },
    { "\"waited_s\":412,", "", "data.waited_s: is missing" },
    { "\"tier\":\"help\"", "\"tier\":7", "data.why" },
    { "\"kind\":\"key\"", "\"kind\":\"ghost\"", "data.by" },
    { ",\"data\":", ",\"date\":", "data.by" },
    { "{\"spec", "[\"spec", "found" },
};

START_TEST(broken_bytes_are_refused_by_name) {
    static struct event event;
    static char broken[EVENT_JSON_MAX];
    fill(&event, EVENT_TICKET_CALLED, event_allowed(EVENT_TICKET_CALLED));
    ck_assert_int_gt(event_write(&event, &SOURCE, line, sizeof line), 0);
    const char *place = strstr(line, BROKEN[_i].find);
    ck_assert_ptr_nonnull(place);
    int length = snprintf(broken, sizeof broken, "%.*s%s%s", (int)(place - line), line,
                          BROKEN[_i].put, place + strlen(BROKEN[_i].find));
    ck_assert_int_eq(event_read(broken, (size_t)length, &event, NULL, NULL, fault), HALL_INVALID);
    ck_assert_msg(strstr(fault, BROKEN[_i].fault) != NULL, "%s: %s", BROKEN[_i].put, fault);
}
END_TEST

START_TEST(names_of_types_are_found_again) {
    ck_assert_ptr_null(event_type_name(EVENT_NONE));
    ck_assert_uint_eq(event_type_of("ticket"), EVENT_NONE);
    ck_assert_uint_eq(event_type_of(""), EVENT_NONE);
    for (unsigned i = 1; i < EVENT_TYPES; i++) {
        ck_assert_ptr_nonnull(event_type_name((enum event_type)i));
        ck_assert_uint_eq(event_type_of(event_type_name((enum event_type)i)), i);
        for (const char *at = event_type_name((enum event_type)i); *at != '\0'; at++) {
            ck_assert(*at == '.' || *at == '_' || (*at >= 'a' && *at <= 'z'));
        }
    }
}
END_TEST

static void make_rules(void) {
    size_t length;
    const char *text = file_text("tests/unit/protocol/rules.json", &length);
    struct json_doc *doc = json_open("rules.json", text, length);
    rules_read(doc, json_top(doc), &rules_out);
    ck_assert_uint_eq(json_mistake_count(doc), 0);
    json_close(doc);
}

TCase *event_case(void) {
    TCase *tcase = tcase_create("event");
    tcase_add_checked_fixture(tcase, make_rules, NULL);
    tcase_add_loop_test(tcase, every_type_comes_back_with_every_field, 1, EVENT_TYPES);
    tcase_add_test(tcase, values_come_back_one_by_one);
    tcase_add_test(tcase, bytes_are_those_of_the_design);
    tcase_add_test(tcase, all_services_are_a_star);
    tcase_add_test(tcase, rules_come_back_with_config_loaded);
    tcase_add_test(tcase, too_small_a_buffer_is_full_and_never_overrun);
    tcase_add_loop_test(tcase, broken_bytes_are_refused_by_name, 0,
                        (int)(sizeof BROKEN / sizeof BROKEN[0]));
    tcase_add_test(tcase, names_of_types_are_found_again);
    return tcase;
}
