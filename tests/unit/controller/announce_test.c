/* What a voice is to say: whom, in which order, in which words, and what is left out. */
#include "controller/announce.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/controller/suites.h"

enum { WINDOWS = 6 };
#define SECOND INT64_C(1000)

static struct snapshot *snapshot;
static struct config *config;
static struct announce announce;
static struct announce_counts counts;
static struct voice_image image;
static struct announce_voice voice;

/* Windows 1..6 with labels; 5 and 6 are in another zone. It is 09:00 in a hall at UTC+8. */
static void set_up(void) {
    snapshot = calloc(1, sizeof *snapshot);
    config = calloc(1, sizeof *config);
    strcpy(config->voice.text, "请{ticket}号到{window}号窗口");
    config->voice.times = 2;
    config->voice.volume_count = 2;
    config->voice.volumes[0] = (struct volume){ 8 * 60, 10 };
    config->voice.volumes[1] = (struct volume){ 20 * 60, 6 };
    snapshot->now_ms = INT64_C(1795395600000); /* 2026-11-23T09:00+08:00 */
    snapshot->utc_offset_min = 480;
    snapshot->window_count = config->rules.window_count = WINDOWS;
    for (uint16_t i = 0; i < WINDOWS; i++) {
        struct window_now *window = &snapshot->windows[i];
        window->id = config->rules.windows[i].id = (uint16_t)(i + 1);
        window->state = WINDOW_OPEN;
        snprintf(window->label, NAME_SIZE, "%u", i + 1U);
        strcpy(window->zone, i < 4 ? "main" : "upstairs");
    }
    snapshot->device_count = 1;
    strcpy(snapshot->devices[0].id, "voice-1");
    snapshot->devices[0].is_online = true;
    voice = (struct announce_voice){ .id = "voice-1", .zone = "" };
    counts = (struct announce_counts){ 0 };
    announce_begin(&announce, &counts);
}

static void tear_down(void) {
    free(snapshot);
    free(config);
}

static void show(void) {
    memset(&image, 0, sizeof image);
    announce_follow(&announce, &voice, snapshot, config);
    announce_show(&announce, snapshot, config, &image);
}

/* A<number> is called to the window now. */
static void call(unsigned window, uint16_t number) {
    static uint64_t visits;
    struct window_now *now = &snapshot->windows[window - 1];
    now->state = WINDOW_CALLING;
    now->ticket = (struct ticket_no){ .prefix = "A", .number = number };
    now->visit = ++visits;
    now->calls = 1;
    now->announced = 0;
    now->called_ms = now->first_called_ms = snapshot->now_ms;
    show();
}

static void recall(unsigned window) {
    snapshot->windows[window - 1].calls++;
    snapshot->windows[window - 1].called_ms = snapshot->now_ms;
    show();
}

static void pass(int64_t ms) {
    snapshot->now_ms += ms;
    show();
}

/* The voice has said what stands first; the hall knows it. */
static const struct announce_line *say(void) {
    static struct announce_line over;
    const struct announce_line *line = announce_end(&announce, image.lines[0].number, false);
    ck_assert_ptr_nonnull(line);
    over = *line;
    snapshot->windows[over.window - 1].announced = over.calls;
    show();
    return &over;
}

static unsigned lines(void) {
    unsigned count = 0;
    while (count < VOICE_LINES && image.lines[count].number != 0) {
        count++;
    }
    return count;
}

#define ck_line(place, wanted) ck_assert_str_eq(image.lines[place].text, (wanted))

START_TEST(a_call_is_said_as_the_config_has_it) {
    show();
    ck_assert_uint_eq(lines(), 0);
    call(3, 12);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A012号到3号窗口");
    ck_assert_uint_eq(image.lines[0].times, 2);
    ck_assert_uint_eq(image.lines[0].number, 1);
    strcpy(snapshot->windows[2].label, "B-3");
    snapshot->windows[2].ticket_class = CLASS_GREEN; /* dignity: nobody hears why */
    strcpy(config->voice.text, "{ticket}, window {window}");
    show();
    ck_line(0, "A012, window B-3");
    ck_assert_uint_eq(say()->visit, snapshot->windows[2].visit);
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(counts.spoken, 1);
}
END_TEST

START_TEST(a_voice_speaks_for_its_zone) {
    voice.zone = "upstairs";
    call(1, 1);
    call(5, 2);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A002号到5号窗口");
    announce_begin(&announce, &counts);
    voice.zone = "";
    show();
    ck_assert_uint_eq(lines(), 2);
}
END_TEST

START_TEST(the_sound_card_speaks_for_who_has_no_other_voice) {
    voice = (struct announce_voice){ .id = ANNOUNCE_CARD, .zone = "" };
    strcpy(config->rules.windows[0].voice, "voice-1");
    strcpy(config->rules.windows[1].voice, ANNOUNCE_CARD);
    call(1, 1);
    call(2, 2);
    call(3, 3);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A002号到2号窗口");
}
END_TEST

START_TEST(more_than_two_that_wait_have_the_short_form_once) {
    call(1, 1);
    call(2, 2);
    ck_line(0, "请A001号到1号窗口");
    ck_line(1, "请A002号到2号窗口");
    call(3, 3);
    ck_line(0, "A001号，1号窗口");
    ck_line(2, "A003号，3号窗口");
    ck_assert_uint_eq(image.lines[1].times, 1);
    ck_assert_uint_eq(image.lines[2].number, 3);
    say();
    ck_line(0, "请A002号到2号窗口");
    ck_assert_uint_eq(image.lines[0].times, 2);
    ck_assert_uint_eq(image.lines[0].number, 2);
}
END_TEST

START_TEST(the_image_has_the_oldest_and_all_come_to_be_said) {
    for (unsigned i = 1; i <= WINDOWS; i++) {
        call(i, (uint16_t)i);
    }
    for (unsigned i = 1; i <= WINDOWS; i++) {
        ck_assert_uint_eq(lines(), WINDOWS - i + 1 < VOICE_LINES ? WINDOWS - i + 1 : VOICE_LINES);
        pass(60 * SECOND); /* however long it takes: a first announcement is never dropped */
        ck_assert_uint_eq(say()->window, i);
    }
    ck_assert_uint_eq(counts.spoken, WINDOWS);
    ck_assert_uint_eq(counts.dropped, 0);
}
END_TEST

START_TEST(whoever_was_called_first_is_said_first_after_a_start) {
    call(4, 1);
    pass(SECOND);
    call(2, 2);
    pass(SECOND);
    call(3, 3);
    announce_begin(&announce, &counts);
    show();
    ck_line(0, "A001号，4号窗口");
    ck_line(1, "A002号，2号窗口");
    ck_line(2, "A003号，3号窗口");
}
END_TEST

START_TEST(who_is_called_no_more_leaves_the_queue) {
    call(1, 1);
    call(2, 2);
    call(3, 3);
    call(4, 4);
    snapshot->windows[0].state = WINDOW_SERVING; /* START */
    snapshot->windows[1].state = WINDOW_SERVING; /* by itself: may still come */
    snapshot->windows[1].is_assumed = true;
    snapshot->windows[2].state = WINDOW_OPEN; /* no show, or given up */
    snapshot->windows[2].ticket = (struct ticket_no){ 0 };
    show();
    ck_assert_uint_eq(lines(), 2);
    ck_line(0, "请A002号到2号窗口");
    ck_line(1, "请A004号到4号窗口");
    uint16_t number = image.lines[1].number;
    call(4, 5); /* the window goes on to somebody else */
    ck_assert_uint_eq(lines(), 2);
    ck_line(1, "请A005号到4号窗口");
    ck_assert_uint_ne(image.lines[1].number, number);
    snapshot->window_count = 3; /* and leaves the file */
    show();
    ck_assert_uint_eq(lines(), 1);
}
END_TEST

START_TEST(a_recall_of_who_waits_is_not_queued_twice) {
    call(1, 1);
    call(2, 2);
    recall(2);
    ck_assert_uint_eq(lines(), 2);
    ck_line(1, "请A002号到2号窗口");
    say();
    ck_assert_uint_eq(say()->calls, 2);
    ck_assert_uint_eq(lines(), 0);
}
END_TEST

START_TEST(a_recall_of_who_is_being_said_comes_after_it) {
    call(1, 1);
    recall(1);
    recall(1);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A001号到1号窗口");
    ck_assert_uint_eq(say()->calls, 1);
    ck_line(0, "再次呼叫，请A001号到1号窗口");
    ck_assert_uint_eq(say()->calls, 3);
    ck_assert_uint_eq(lines(), 0);
    pass(5 * SECOND);
    recall(1);
    ck_line(0, "再次呼叫，请A001号到1号窗口");
    ck_assert_uint_eq(counts.spoken, 2);
}
END_TEST

START_TEST(a_repeat_of_over_twenty_seconds_is_dropped_and_counted) {
    call(1, 1);
    say();
    call(2, 2); /* is being said, for long */
    recall(1);
    ck_assert_uint_eq(lines(), 2);
    pass(20 * SECOND);
    ck_assert_uint_eq(lines(), 2);
    pass(1);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A002号到2号窗口");
    ck_assert_uint_eq(counts.dropped, 1);
    show();
    ck_assert_uint_eq(counts.dropped, 1);
    recall(1); /* the next one waits its own time, and each press makes it young again */
    pass(15 * SECOND);
    recall(1);
    pass(15 * SECOND);
    ck_assert_uint_eq(lines(), 2);
    say();
    ck_line(0, "再次呼叫，请A001号到1号窗口");
    ck_assert_uint_eq(say()->calls, 4);
    ck_assert_uint_eq(counts.dropped, 1);
}
END_TEST

START_TEST(what_a_living_voice_is_saying_is_not_dropped) {
    call(1, 1);
    say();
    recall(1);
    pass(30 * SECOND);
    ck_assert_uint_eq(lines(), 1);
    snapshot->devices[0].is_online = false;
    show();
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(counts.dropped, 1);
    call(2, 2);
    pass(300 * SECOND);
    ck_line(0, "请A002号到2号窗口"); /* a first one waits for a dead voice too */
}
END_TEST

/* One that a reload has opened anew, and one that was away: neither has begun what stands first. */
START_TEST(a_voice_that_comes_says_no_old_repeat) {
    call(1, 1);
    say();
    recall(1);
    announce_begin(&announce, &counts);
    pass(21 * SECOND);
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(counts.dropped, 1);
    recall(1);
    ck_assert_uint_eq(lines(), 1);
    snapshot->devices[0].is_online = false;
    show();
    ck_assert_uint_eq(lines(), 1);
    snapshot->devices[0].is_online = true;
    pass(21 * SECOND);
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(counts.dropped, 2);
}
END_TEST

START_TEST(what_was_announced_before_a_start_is_not_said_again) {
    call(1, 1);
    call(2, 2);
    say();
    pass(SECOND);
    recall(1);
    recall(2); /* which changes nothing of its place */
    announce_begin(&announce, &counts);
    show();
    ck_assert_uint_eq(lines(), 2);
    ck_line(0, "请A002号到2号窗口");
    ck_line(1, "再次呼叫，请A001号到1号窗口");
    pass(21 * SECOND);
    announce_begin(&announce, &counts);
    show();
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A002号到2号窗口");
}
END_TEST

/* Two voices in one room or two: each says it, whoever is the first. */
START_TEST(another_voice_that_was_faster_takes_no_line_away) {
    call(1, 1);
    snapshot->windows[0].announced = 1;
    show();
    ck_assert_uint_eq(lines(), 1);
    say();
    ck_assert_uint_eq(lines(), 0);
}
END_TEST

START_TEST(an_end_is_counted_once_and_found_as_long_as_it_is_the_windows) {
    call(1, 1);
    uint16_t number = image.lines[0].number;
    ck_assert_ptr_null(announce_end(&announce, 0, false));
    ck_assert_ptr_null(announce_end(&announce, 99, false));
    snapshot->windows[0].state = WINDOW_OPEN; /* while it was said */
    show();
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(announce_end(&announce, number, false)->window, 1);
    ck_assert_ptr_nonnull(announce_end(&announce, number, false)); /* not saved: told again */
    ck_assert_uint_eq(counts.spoken, 1);
    call(1, 2);
    ck_assert_ptr_null(announce_end(&announce, number, false));
    ck_assert_ptr_nonnull(announce_end(&announce, image.lines[0].number, true));
    show();
    ck_assert_uint_eq(lines(), 0);
    ck_assert_uint_eq(counts.spoken, 1);
    ck_assert_uint_eq(counts.given_up, 1);
}
END_TEST

/* "1234567" is read digit by digit: thirteen bytes in a chip's frame, where the other label has eight. */
START_TEST(the_longest_text_is_longest_as_it_is_spelled) {
    char longest[VOICE_TEXT_SIZE];
    for (unsigned i = 0; i < WINDOWS; i++) {
        strcpy(config->windows[i].label, "1");
    }
    strcpy(config->windows[2].label, "1234567");
    strcpy(config->windows[4].label, "东厅一号");
    announce_longest(config, longest);
    ck_assert_str_eq(longest, ANNOUNCE_AGAIN "请AA999号到1234567号窗口");
    config->rules.window_count = 0;
    announce_longest(config, longest);
    ck_assert_str_eq(longest, ANNOUNCE_AGAIN "请AA999号到号窗口");
}
END_TEST

START_TEST(numbers_run_around_and_are_never_none) {
    counts.last_number = UINT16_MAX - 1;
    call(1, 1);
    ck_assert_uint_eq(image.lines[0].number, UINT16_MAX);
    call(2, 2);
    ck_assert_uint_eq(image.lines[1].number, 1);
    ck_line(0, "请A001号到1号窗口");
}
END_TEST

/* More windows than there is room for, because reloads took others away. */
START_TEST(lines_of_windows_that_are_gone_make_room) {
    for (unsigned i = 0; i < WINDOWS_MAX; i++) {
        announce.lines[i].window = (uint16_t)(i + 100);
    }
    announce.line_count = WINDOWS_MAX;
    call(1, 1);
    ck_assert_uint_eq(lines(), 1);
    ck_line(0, "请A001号到1号窗口");
}
END_TEST

static const struct {
    int hour, minute;
    uint16_t volume;
} HOURS[] = {
    { 0, 0, 6 }, { 7, 59, 6 }, { 8, 0, 10 }, { 19, 59, 10 }, { 20, 0, 6 }, { 23, 59, 6 }
};

START_TEST(the_volume_is_that_of_the_hour_in_the_halls_zone) {
    int64_t midnight_ms = INT64_C(1795363200000); /* 2026-11-23T00:00+08:00 */
    snapshot->now_ms = midnight_ms + (HOURS[_i].hour * 60 + HOURS[_i].minute) * 60 * SECOND;
    show();
    ck_assert_uint_eq(image.volume, HOURS[_i].volume);
    snapshot->utc_offset_min = 0;
    snapshot->now_ms += 8 * 3600 * SECOND;
    show();
    ck_assert_uint_eq(image.volume, HOURS[_i].volume);
}
END_TEST

Suite *announce_suite(void) {
    Suite *suite = suite_create("announce");
    TCase *tests = tcase_create("announce");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_call_is_said_as_the_config_has_it);
    tcase_add_test(tests, a_voice_speaks_for_its_zone);
    tcase_add_test(tests, the_sound_card_speaks_for_who_has_no_other_voice);
    tcase_add_test(tests, more_than_two_that_wait_have_the_short_form_once);
    tcase_add_test(tests, the_image_has_the_oldest_and_all_come_to_be_said);
    tcase_add_test(tests, whoever_was_called_first_is_said_first_after_a_start);
    tcase_add_test(tests, who_is_called_no_more_leaves_the_queue);
    tcase_add_test(tests, a_recall_of_who_waits_is_not_queued_twice);
    tcase_add_test(tests, a_recall_of_who_is_being_said_comes_after_it);
    tcase_add_test(tests, a_repeat_of_over_twenty_seconds_is_dropped_and_counted);
    tcase_add_test(tests, what_a_living_voice_is_saying_is_not_dropped);
    tcase_add_test(tests, a_voice_that_comes_says_no_old_repeat);
    tcase_add_test(tests, what_was_announced_before_a_start_is_not_said_again);
    tcase_add_test(tests, another_voice_that_was_faster_takes_no_line_away);
    tcase_add_test(tests, an_end_is_counted_once_and_found_as_long_as_it_is_the_windows);
    tcase_add_test(tests, the_longest_text_is_longest_as_it_is_spelled);
    tcase_add_test(tests, numbers_run_around_and_are_never_none);
    tcase_add_test(tests, lines_of_windows_that_are_gone_make_room);
    tcase_add_loop_test(tests, the_volume_is_that_of_the_hour_in_the_halls_zone, 0,
                        sizeof HOURS / sizeof HOURS[0]);
    suite_add_tcase(suite, tests);
    return suite;
}
