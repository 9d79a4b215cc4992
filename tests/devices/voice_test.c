/* The speech chips' driver against a scripted chip: the bytes, the order, and what a bad line or a bad chip does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/devices/hall_end.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { SCRIPT_MAX = 16384 };

static const struct {
    const char *name;
    enum bus_protocol protocol;
    bool has_xor;
} CHIPS[] = {
    { "voice-syn6288", PROTOCOL_SYN6288, true },
    { "voice-xfs5152", PROTOCOL_XFS5152, false },
};

START_TEST(the_bytes_are_those_of_the_transcript) {
    static char said[SCRIPT_MAX], kept[SCRIPT_MAX];
    char path[128];
    struct hall_end *end = end_open(CHIPS[_i].has_xor, 100);
    end_connect(end, CHIPS[_i].protocol);
    end_await(end, REPORT_ONLINE, 1);
    end_put(end, 0, 7, "请A012号到3号窗口");
    end->image.voice.lines[0].times = 2;
    end_put(end, 1, 8, "请B107号到12号窗口，镕");
    end_show(end);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 2).count, 8);
    ck_assert_uint_eq(end_told(end).bad_frames, 0);
    chip_transcript(end->chip, said, sizeof said);
    end_close(end);
    snprintf(path, sizeof path, "tests/devices/transcripts/%s.txt", CHIPS[_i].name);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    bool is_new = getenv("HALLQ_GOLDEN") != NULL;
    FILE *file = fopen(path, is_new ? "w" : "r");
    ck_assert_ptr_nonnull(file);
    if (is_new) {
        fputs(said, file);
        memcpy(kept, said, sizeof kept);
    } else {
        kept[fread(kept, 1, sizeof kept - 1, file)] = '\0';
    }
    fclose(file);
    ck_assert_str_eq(said, kept);
}
END_TEST

START_TEST(lines_are_spoken_in_turn_and_none_is_cut) {
    struct hall_end *end = end_connected(60);
    end_put(end, 0, 1, "one");
    end->image.voice.lines[0].times = 3;
    end_put(end, 1, 2, "two");
    end_put(end, 2, 3, "three");
    end_show(end);
    end_await_frames(end, 3);
    /* The line under way is gone from the image, and one that waits; a new one came. */
    end_put(end, 0, 3, "three");
    end_put(end, 1, 4, "four");
    end_put(end, 2, 0, "");
    end_show(end);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 3).count, 4);
    /* Shown again, they are not said again, but the hall is told again: what it was told may have been lost. */
    end->image.voice.volume = 3;
    end_show(end);
    rig_sleep(200);
    struct chip_told heard = end_told(end);
    const char *const texts[] = { "[v16]one", "[v16]one", "[v16]one", "[v16]three", "[v16]four" };
    ck_assert_uint_eq(heard.heard_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_str_eq(heard.heard[i], texts[i]);
    }
    struct device_report again;
    ck_assert_uint_eq(end_count(end, REPORT_SPOKEN, &again), 5);
    ck_assert_uint_eq(again.count, 4);
    ck_assert_str_eq(again.what, "");
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, NULL), 0);
    ck_assert_int_ge(heard.shortest_gap_us, 8000);
    struct bus_stats stats;
    bus_read_stats(end->bus, &stats);
    ck_assert_uint_eq(stats.devices[0].images, 3);
    ck_assert_uint_eq(stats.devices[0].requests, stats.devices[0].answers);
    end_close(end);
}
END_TEST

START_TEST(a_chip_that_restarts_in_mid_line_says_it_again) {
    struct hall_end *end = end_connected(600);
    end_put(end, 0, 9, "one");
    end->image.voice.lines[0].times = 2;
    end_show(end);
    /* Two questions, the text, its end's question, and the text for the second time. */
    end_await_frames(end, 5);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    rig_sleep(30);
    chip_reboot(end->chip);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 1).count, 9);
    ck_assert_uint_eq(end_told(end).heard_count, 2);
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, NULL), 0);
    /* A line that the hall dropped meanwhile is not begun again. */
    end_put(end, 0, 10, "two");
    unsigned frames = end_told(end).frames;
    end_show(end);
    end_await_frames(end, frames + 1);
    end_put(end, 0, 11, "three");
    end_show(end);
    rig_sleep(30);
    chip_reboot(end->chip);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 2).count, 11);
    ck_assert_str_eq(end_told(end).heard[2], "[v16]three");
    end_close(end);
}
END_TEST

START_TEST(noise_ends_no_line) {
    struct hall_end *end = end_connected(200);
    end_put(end, 0, 1, "one");
    end_put(end, 1, 2, "two");
    end_show(end);
    end_await_frames(end, 3);
    rig_sleep(30);
    chip_noise(end->chip, "\x4F\x00\x4A\xFF\x45\x4F", 6);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 2).count, 2);
    struct chip_told heard = end_told(end);
    ck_assert_uint_eq(heard.heard_count, 2);
    ck_assert_str_eq(heard.heard[0], "[v16]one");
    ck_assert_str_eq(heard.heard[1], "[v16]two");
    end_close(end);
}
END_TEST

/* One wrong answer says nothing of a text: the chip speaks on, its 41 lost or taken, and once says that it is silent. */
static const struct {
    int fault;
    unsigned speak_ms; /* beyond the time after which it is asked */
} LIES[] = {
    { TEXT_SILENT, 600 },
    { 0, 1600 },
};

START_TEST(one_wrong_answer_ends_no_line) {
    struct hall_end *end = end_open(true, LIES[_i].speak_ms);
    chip_fault(end->chip, LIES[_i].fault, 1);
    /* The two at the start are answered truly. */
    chip_answer_question(end->chip, 2, "\x41\x4F");
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "1");
    end_put(end, 1, 2, "2");
    end_show(end);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 1).count, 1);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

/* The chip was powered up in the moment before the text, which it then says to its end. */
START_TEST(a_restart_before_a_text_is_none_in_it) {
    struct hall_end *end = end_open(true, 50);
    chip_answer_question(end->chip, 1, "\x41\x4F\x4A");
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "one");
    end_show(end);
    end_await(end, REPORT_SPOKEN, 1);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

START_TEST(a_text_that_is_not_understood_is_given_up) {
    struct hall_end *end = end_open(true, 30);
    chip_fault(end->chip, TEXT_REFUSED, 0);
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "one");
    end_put(end, 1, 2, "two");
    end_show(end);
    struct device_report spoken = end_await(end, REPORT_SPOKEN, 2);
    ck_assert_uint_eq(spoken.count, 2);
    ck_assert_str_eq(spoken.what, "the chip does not understand the text (45)");
    struct device_report fault;
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, &fault), 1);
    ck_assert_str_eq(fault.what, spoken.what);
    ck_assert_uint_eq(end_told(end).heard_count, 0);
    /* Three times each, and the two questions at the start. */
    ck_assert_uint_eq(end_told(end).frames, 8);
    /* Shown again, neither is tried again, but both are told again. */
    end->image.voice.volume = 3;
    end_show(end);
    spoken = end_await(end, REPORT_SPOKEN, 4);
    ck_assert_uint_eq(spoken.count, 2);
    ck_assert_str_eq(spoken.what, "given up");
    chip_fault(end->chip, TEXT_REFUSED, 2);
    end_put(end, 0, 3, "three");
    end_put(end, 1, 0, "");
    end_show(end);
    spoken = end_await(end, REPORT_SPOKEN, 5);
    ck_assert_str_eq(spoken.what, "");
    ck_assert_uint_eq(end_count(end, REPORT_RECOVERED, NULL), 1);
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, NULL), 1);
    end_close(end);
}
END_TEST

static const struct {
    int fault;
    unsigned times, sent; /* how often it strikes; texts */
    unsigned speak_ms;
} LOSSES[] = {
    { TEXT_DEAF, 1, 2, 50 },    /* sent again */
    { TEXT_SILENT, 1, 1, 600 }, /* it speaks, says the question */
    { TEXT_DIES, 1, 2, 50 },
    { TEXT_BUSY, 3, 4, 50 }, /* a moment later, and never given up */
};

START_TEST(a_text_that_is_not_answered_is_asked_for) {
    struct hall_end *end = end_open(true, LOSSES[_i].speak_ms);
    chip_fault(end->chip, LOSSES[_i].fault, LOSSES[_i].times);
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "one");
    end_show(end);
    ck_assert_str_eq(end_await(end, REPORT_SPOKEN, 1).what, "");
    char script[SCRIPT_MAX];
    chip_transcript(end->chip, script, sizeof script);
    unsigned texts = 0;
    for (const char *at = strstr(script, ">> FD 00 0B 01"); at != NULL;
         at = strstr(at + 1, ">> FD 00 0B 01")) {
        texts++;
    }
    ck_assert_uint_eq(texts, LOSSES[_i].sent);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, NULL), 0);
    end_close(end);
}
END_TEST

START_TEST(a_chip_that_speaks_at_the_start_is_waited_for) {
    struct hall_end *end = end_open(true, 30);
    chip_speak_alone(end->chip, 400);
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "one");
    end_show(end);
    end_await(end, REPORT_ONLINE, 1);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 1).count, 1);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

START_TEST(a_dead_chip_is_offline_and_back) {
    struct hall_end *end = end_connected(500);
    end_await(end, REPORT_ONLINE, 1);
    end_put(end, 0, 1, "one");
    end_show(end);
    end_await_frames(end, 3);
    chip_set_dead(end->chip, true);
    /* Noise that looks like the text's end brings the question forward. */
    chip_noise(end->chip, "\x4F", 1);
    ck_assert_str_eq(end_await(end, REPORT_OFFLINE, 1).what, "no answer 8 of 8");
    struct bus_stats stats;
    bus_read_stats(end->bus, &stats);
    ck_assert(!stats.devices[0].is_online);
    ck_assert_str_eq(stats.devices[0].what, "no answer 8 of 8");
    ck_assert_uint_ge(stats.devices[0].timeouts, 8);
    rig_sleep(300);
    ck_assert_uint_eq(end_count(end, REPORT_OFFLINE, NULL), 1);
    bus_read_stats(end->bus, &stats);
    ck_assert(stats.is_ill);
    ck_assert_ptr_nonnull(strstr(stats.what, "nothing answers any more: "));
    chip_set_dead(end->chip, false);
    end_await(end, REPORT_ONLINE, 2);
    ck_assert_str_eq(end_await(end, REPORT_SPOKEN, 1).what, "");
    bus_read_stats(end->bus, &stats);
    ck_assert(!stats.is_ill && stats.what[0] == '\0');
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

START_TEST(a_line_that_is_lost_in_mid_line_says_it_again) {
    struct hall_end *end = end_connected(300);
    end_put(end, 0, 5, "one");
    end_show(end);
    end_await_frames(end, 3);
    chip_unplug(end->chip);
    end_await(end, REPORT_BUS_DOWN, 1);
    ck_assert_str_eq(end_await(end, REPORT_OFFLINE, 1).what, "the line is lost");
    chip_replug(end->chip);
    end_await(end, REPORT_ONLINE, 2);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 1).count, 5);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

/* What the line is said to be: "" well. Lines are said meanwhile, so that there are exchanges to tell it from. */
static void await_ill(struct hall_end *end, const char *ill) {
    struct bus_stats stats = { 0 };
    for (unsigned i = 0; i < 100; i++) {
        end_put(end, 0, (uint16_t)(100 + i), "AEJNO");
        end_show(end);
        rig_sleep(100);
        bus_read_stats(end->bus, &stats);
        bool is_well = !stats.is_ill && stats.is_up && stats.what[0] == '\0';
        if (ill[0] == '\0' ? is_well : stats.is_ill && strstr(stats.what, ill) != NULL) {
            return;
        }
    }
    ck_abort_msg("the line is said to be \"%s\", expected \"%s\"", stats.what, ill);
}

START_TEST(an_echo_is_passed_over_and_told_until_it_ends) {
    struct hall_end *end = end_open(true, 150);
    chip_set_echo(end->chip, true);
    end_connect(end, PROTOCOL_SYN6288);
    end_put(end, 0, 1, "AEJNO");
    end_put(end, 1, 2, "OA");
    end_show(end);
    ck_assert_uint_eq(end_await(end, REPORT_SPOKEN, 2).count, 2);
    struct chip_told heard = end_told(end);
    ck_assert_uint_eq(heard.heard_count, 2);
    ck_assert_ptr_nonnull(strstr(end->warning, "bus speech: echo: "));
    ck_assert_uint_eq(end_count(end, REPORT_FAULTED, NULL), 0);
    chip_unplug(end->chip);
    end_await(end, REPORT_BUS_DOWN, 1);
    chip_replug(end->chip);
    end_await(end, REPORT_BUS_UP, 2);
    await_ill(end, "echo: ");
    chip_set_echo(end->chip, false);
    await_ill(end, "");
    end_close(end);
}
END_TEST

START_TEST(a_text_that_is_too_long_is_no_fault_of_the_line) {
    enum { LENGTH = 210 };
    struct hall_end *end = end_connected(30);
    struct bus_stats stats;
    char text[LENGTH + 1];
    memset(text, 'a', LENGTH);
    text[LENGTH] = '\0';
    end_put(end, 0, 1, text);
    end_show(end);
    end_await(end, REPORT_SPOKEN, 1);
    ck_assert_str_eq(end->warning, "bus speech: voice-1: a text is longer than the chip takes (200 "
                                   "bytes): its end is not said");
    bus_read_stats(end->bus, &stats);
    ck_assert(!stats.is_ill && stats.what[0] == '\0');
    ck_assert(!stats.devices[0].is_faulted);
    ck_assert_uint_lt(strlen(end_told(end).heard[0]), LENGTH);
    end_close(end);
}
END_TEST

START_TEST(another_chips_protocol_is_named) {
    struct hall_end *end = end_open(true, 30);
    end_connect(end, PROTOCOL_XFS5152);
    struct device_report offline = end_await(end, REPORT_OFFLINE, 1);
    ck_assert_ptr_nonnull(strstr(offline.what, "not understood (45): another chip's protocol?"));
    ck_assert_uint_eq(end_count(end, REPORT_ONLINE, NULL), 0);
    end_close(end);
}
END_TEST

START_TEST(asked_to_identify_it_says_its_name) {
    struct hall_end *end = end_connected(30);
    end->image.identify_count = 1;
    end_show(end);
    ck_assert_str_eq(end_await(end, REPORT_ABLE, 1).what, "");
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    ck_assert_str_eq(end_told(end).heard[0], "[v16]voice-1");
    end_show(end);
    rig_sleep(100);
    ck_assert_uint_eq(end_told(end).heard_count, 1);
    end_close(end);
}
END_TEST

/* Its name stands in no image, and is said all the same when the first try came to nothing; or it is told why not. */
START_TEST(its_name_is_tried_three_times) {
    struct hall_end *end = end_connected(30);
    unsigned refused = _i == 0 ? 2 : 3;
    chip_fault(end->chip, TEXT_REFUSED, refused);
    end->image.identify_count = 1;
    end_show(end);
    struct device_report able = end_await(end, REPORT_ABLE, 1);
    ck_assert_str_eq(able.what, refused == 2 ? "" : "the chip does not understand the text (45)");
    ck_assert_uint_eq(end_told(end).heard_count, refused == 2 ? 1 : 0);
    end_close(end);
}
END_TEST

Suite *voice_suite(void) {
    Suite *suite = suite_create("voice");
    TCase *cases = tcase_create("voice");
    tcase_set_timeout(cases, 30);
    tcase_add_loop_test(cases, the_bytes_are_those_of_the_transcript, 0,
                        sizeof CHIPS / sizeof *CHIPS);
    tcase_add_test(cases, lines_are_spoken_in_turn_and_none_is_cut);
    tcase_add_test(cases, a_chip_that_restarts_in_mid_line_says_it_again);
    tcase_add_test(cases, noise_ends_no_line);
    tcase_add_loop_test(cases, one_wrong_answer_ends_no_line, 0, sizeof LIES / sizeof *LIES);
    tcase_add_test(cases, a_restart_before_a_text_is_none_in_it);
    tcase_add_test(cases, a_text_that_is_not_understood_is_given_up);
    tcase_add_loop_test(cases, a_text_that_is_not_answered_is_asked_for, 0,
                        sizeof LOSSES / sizeof *LOSSES);
    tcase_add_test(cases, a_chip_that_speaks_at_the_start_is_waited_for);
    tcase_add_test(cases, a_dead_chip_is_offline_and_back);
    tcase_add_test(cases, a_line_that_is_lost_in_mid_line_says_it_again);
    tcase_add_test(cases, an_echo_is_passed_over_and_told_until_it_ends);
    tcase_add_test(cases, a_text_that_is_too_long_is_no_fault_of_the_line);
    tcase_add_test(cases, another_chips_protocol_is_named);
    tcase_add_test(cases, asked_to_identify_it_says_its_name);
    tcase_add_loop_test(cases, its_name_is_tried_three_times, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
