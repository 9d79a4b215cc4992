/* The speech chips' driver against a scripted chip: the bytes, the order, and what a bad line or a bad chip does. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/bus.h"
#include "tests/devices/chip.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { AWAIT_MS = 10000, LOOK_MS = 2, SAYS_MAX = 128, SCRIPT_MAX = 16384 };

struct hall_end {
    struct test_chip *chip;
    struct bus *bus;
    struct image image;
    pthread_mutex_t mutex;
    unsigned count;
    struct device_report reports[SAYS_MAX];
    char warning[256];
};

static void take_report(void *context, const struct device_report *report) {
    struct hall_end *end = context;
    pthread_mutex_lock(&end->mutex);
    ck_assert_uint_lt(end->count, SAYS_MAX);
    end->reports[end->count++] = *report;
    pthread_mutex_unlock(&end->mutex);
}

static void take_log(void *context, int level, const char *text) {
    struct hall_end *end = context;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_TEST_LOG") != NULL) {
        fprintf(stderr, "%s\n", text);
    }
    pthread_mutex_lock(&end->mutex);
    if (level == 4) {
        snprintf(end->warning, sizeof end->warning, "%s", text);
    }
    pthread_mutex_unlock(&end->mutex);
}

/* The chip stands; `connect` opens the bus to it. */
static struct hall_end *begin(bool has_xor, unsigned speak_ms) {
    struct hall_end *end = calloc(1, sizeof *end);
    ck_assert_ptr_nonnull(end);
    pthread_mutex_init(&end->mutex, NULL);
    end->chip = chip_open(has_xor, speak_ms);
    end->image.role = ROLE_VOICE;
    end->image.voice.volume = 10;
    return end;
}

static void connect(struct hall_end *end, enum bus_protocol protocol) {
    struct bus_config config = { .id = "speech", .protocol = protocol, .device_count = 1 };
    struct bus_callbacks callbacks = { take_report, take_log, end };
    snprintf(config.line.port, sizeof config.line.port, "%s", chip_path(end->chip));
    config.line.baud = 9600;
    config.line.data_bits = 8;
    config.line.stop_bits = 1;
    config.line.parity = 'N';
    snprintf(config.devices[0].id, NAME_SIZE, "voice-1");
    config.devices[0].role = ROLE_VOICE;
    end->bus = bus_open(&config, &callbacks);
    ck_assert_ptr_nonnull(end->bus);
}

static struct hall_end *connected(unsigned speak_ms) {
    struct hall_end *end = begin(true, speak_ms);
    connect(end, PROTOCOL_SYN6288);
    return end;
}

static void finish(struct hall_end *end) {
    bus_close(end->bus);
    chip_close(end->chip);
    pthread_mutex_destroy(&end->mutex);
    free(end);
}

static void put(struct hall_end *end, unsigned place, uint16_t number, const char *text) {
    struct voice_line *line = &end->image.voice.lines[place];
    *line = (struct voice_line){ .number = number, .times = 1 };
    snprintf(line->text, sizeof line->text, "%s", text);
}

static void show(struct hall_end *end) {
    bus_show(end->bus, 0, &end->image);
}

/* The last of them in `last`, if that is not NULL. */
static unsigned count_of(struct hall_end *end, enum report_kind kind, struct device_report *last) {
    const struct device_report *found = NULL;
    unsigned count = 0;
    pthread_mutex_lock(&end->mutex);
    for (unsigned i = 0; i < end->count; i++) {
        bool is_one = end->reports[i].kind == kind;
        count += is_one ? 1 : 0;
        found = is_one ? &end->reports[i] : found;
    }
    if (found != NULL && last != NULL) {
        *last = *found;
    }
    pthread_mutex_unlock(&end->mutex);
    return count;
}

/* The n-th report of a kind, from 1. */
static struct device_report await(struct hall_end *end, enum report_kind kind, unsigned n) {
    struct device_report report = { 0 };
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (count_of(end, kind, &report) >= n) {
            return report;
        }
        rig_sleep(LOOK_MS);
    }
    ck_abort_msg("report %d came %u times, expected %u", kind, count_of(end, kind, NULL), n);
    return report;
}

static struct chip_told told(struct hall_end *end) {
    struct chip_told told;
    chip_read(end->chip, &told);
    ck_assert_uint_eq(told.cuts, 0);
    return told;
}

/* Until the chip has taken so many frames, to be in mid-line. */
static void await_frames(struct hall_end *end, unsigned frames) {
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (told(end).frames >= frames) {
            return;
        }
        rig_sleep(LOOK_MS);
    }
    ck_abort_msg("%u frames, expected %u", told(end).frames, frames);
}

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
    struct hall_end *end = begin(CHIPS[_i].has_xor, 100);
    connect(end, CHIPS[_i].protocol);
    await(end, REPORT_ONLINE, 1);
    put(end, 0, 7, "请A012号到3号窗口");
    end->image.voice.lines[0].times = 2;
    put(end, 1, 8, "请B107号到12号窗口，镕");
    show(end);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 2).count, 8);
    ck_assert_uint_eq(told(end).bad_frames, 0);
    chip_transcript(end->chip, said, sizeof said);
    finish(end);
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
    struct hall_end *end = connected(60);
    put(end, 0, 1, "one");
    end->image.voice.lines[0].times = 3;
    put(end, 1, 2, "two");
    put(end, 2, 3, "three");
    show(end);
    await_frames(end, 3);
    /* The line under way is gone from the image, and one that waits; a new one came. */
    put(end, 0, 3, "three");
    put(end, 1, 4, "four");
    put(end, 2, 0, "");
    show(end);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 3).count, 4);
    /* Shown again, they are not said again, but the hall is told again: what it was told may have been lost. */
    end->image.voice.volume = 3;
    show(end);
    rig_sleep(200);
    struct chip_told heard = told(end);
    const char *const texts[] = { "[v16]one", "[v16]one", "[v16]one", "[v16]three", "[v16]four" };
    ck_assert_uint_eq(heard.heard_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_str_eq(heard.heard[i], texts[i]);
    }
    struct device_report again;
    ck_assert_uint_eq(count_of(end, REPORT_SPOKEN, &again), 5);
    ck_assert_uint_eq(again.count, 4);
    ck_assert_str_eq(again.what, "");
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, NULL), 0);
    ck_assert_int_ge(heard.shortest_gap_us, 8000);
    struct bus_stats stats;
    bus_read_stats(end->bus, &stats);
    ck_assert_uint_eq(stats.devices[0].images, 3);
    ck_assert_uint_eq(stats.devices[0].requests, stats.devices[0].answers);
    finish(end);
}
END_TEST

START_TEST(a_chip_that_restarts_in_mid_line_says_it_again) {
    struct hall_end *end = connected(600);
    put(end, 0, 9, "one");
    end->image.voice.lines[0].times = 2;
    show(end);
    /* Two questions, the text, its end's question, and the text for the second time. */
    await_frames(end, 5);
    ck_assert_uint_eq(told(end).heard_count, 1);
    rig_sleep(30);
    chip_reboot(end->chip);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 1).count, 9);
    ck_assert_uint_eq(told(end).heard_count, 2);
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, NULL), 0);
    /* A line that the hall dropped meanwhile is not begun again. */
    put(end, 0, 10, "two");
    unsigned frames = told(end).frames;
    show(end);
    await_frames(end, frames + 1);
    put(end, 0, 11, "three");
    show(end);
    rig_sleep(30);
    chip_reboot(end->chip);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 2).count, 11);
    ck_assert_str_eq(told(end).heard[2], "[v16]three");
    finish(end);
}
END_TEST

START_TEST(noise_ends_no_line) {
    struct hall_end *end = connected(200);
    put(end, 0, 1, "one");
    put(end, 1, 2, "two");
    show(end);
    await_frames(end, 3);
    rig_sleep(30);
    chip_noise(end->chip, "\x4F\x00\x4A\xFF\x45\x4F", 6);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 2).count, 2);
    struct chip_told heard = told(end);
    ck_assert_uint_eq(heard.heard_count, 2);
    ck_assert_str_eq(heard.heard[0], "[v16]one");
    ck_assert_str_eq(heard.heard[1], "[v16]two");
    finish(end);
}
END_TEST

START_TEST(a_text_that_is_not_understood_is_given_up) {
    struct hall_end *end = begin(true, 30);
    chip_fault(end->chip, TEXT_REFUSED, 0);
    connect(end, PROTOCOL_SYN6288);
    put(end, 0, 1, "one");
    put(end, 1, 2, "two");
    show(end);
    struct device_report spoken = await(end, REPORT_SPOKEN, 2);
    ck_assert_uint_eq(spoken.count, 2);
    ck_assert_str_eq(spoken.what, "the chip does not understand the text (45)");
    struct device_report fault;
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, &fault), 1);
    ck_assert_str_eq(fault.what, spoken.what);
    ck_assert_uint_eq(told(end).heard_count, 0);
    /* Three times each, and the two questions at the start. */
    ck_assert_uint_eq(told(end).frames, 8);
    /* Shown again, neither is tried again, but both are told again. */
    end->image.voice.volume = 3;
    show(end);
    spoken = await(end, REPORT_SPOKEN, 4);
    ck_assert_uint_eq(spoken.count, 2);
    ck_assert_str_eq(spoken.what, "given up");
    chip_fault(end->chip, TEXT_REFUSED, 2);
    put(end, 0, 3, "three");
    put(end, 1, 0, "");
    show(end);
    spoken = await(end, REPORT_SPOKEN, 5);
    ck_assert_str_eq(spoken.what, "");
    ck_assert_uint_eq(count_of(end, REPORT_RECOVERED, NULL), 1);
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, NULL), 1);
    finish(end);
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
    struct hall_end *end = begin(true, LOSSES[_i].speak_ms);
    chip_fault(end->chip, LOSSES[_i].fault, LOSSES[_i].times);
    connect(end, PROTOCOL_SYN6288);
    put(end, 0, 1, "one");
    show(end);
    ck_assert_str_eq(await(end, REPORT_SPOKEN, 1).what, "");
    char script[SCRIPT_MAX];
    chip_transcript(end->chip, script, sizeof script);
    unsigned texts = 0;
    for (const char *at = strstr(script, ">> FD 00 0B 01"); at != NULL;
         at = strstr(at + 1, ">> FD 00 0B 01")) {
        texts++;
    }
    ck_assert_uint_eq(texts, LOSSES[_i].sent);
    ck_assert_uint_eq(told(end).heard_count, 1);
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, NULL), 0);
    finish(end);
}
END_TEST

START_TEST(a_chip_that_speaks_at_the_start_is_waited_for) {
    struct hall_end *end = begin(true, 30);
    chip_speak_alone(end->chip, 400);
    connect(end, PROTOCOL_SYN6288);
    put(end, 0, 1, "one");
    show(end);
    await(end, REPORT_ONLINE, 1);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 1).count, 1);
    ck_assert_uint_eq(told(end).heard_count, 1);
    finish(end);
}
END_TEST

START_TEST(a_dead_chip_is_offline_and_back) {
    struct hall_end *end = connected(500);
    await(end, REPORT_ONLINE, 1);
    put(end, 0, 1, "one");
    show(end);
    await_frames(end, 3);
    chip_set_dead(end->chip, true);
    /* Noise that looks like the text's end brings the question forward. */
    chip_noise(end->chip, "\x4F", 1);
    ck_assert_str_eq(await(end, REPORT_OFFLINE, 1).what, "no answer 8 of 8");
    struct bus_stats stats;
    bus_read_stats(end->bus, &stats);
    ck_assert(!stats.devices[0].is_online);
    ck_assert_str_eq(stats.devices[0].what, "no answer 8 of 8");
    ck_assert_uint_ge(stats.devices[0].timeouts, 8);
    rig_sleep(300);
    ck_assert_uint_eq(count_of(end, REPORT_OFFLINE, NULL), 1);
    chip_set_dead(end->chip, false);
    await(end, REPORT_ONLINE, 2);
    ck_assert_str_eq(await(end, REPORT_SPOKEN, 1).what, "");
    ck_assert_uint_eq(told(end).heard_count, 1);
    finish(end);
}
END_TEST

START_TEST(a_line_that_is_lost_in_mid_line_says_it_again) {
    struct hall_end *end = connected(300);
    put(end, 0, 5, "one");
    show(end);
    await_frames(end, 3);
    chip_unplug(end->chip);
    await(end, REPORT_BUS_DOWN, 1);
    ck_assert_str_eq(await(end, REPORT_OFFLINE, 1).what, "the line is lost");
    chip_replug(end->chip);
    await(end, REPORT_ONLINE, 2);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 1).count, 5);
    ck_assert_uint_eq(told(end).heard_count, 1);
    finish(end);
}
END_TEST

START_TEST(an_echo_is_told_and_passed_over) {
    struct hall_end *end = begin(true, 150);
    chip_set_echo(end->chip, true);
    connect(end, PROTOCOL_SYN6288);
    put(end, 0, 1, "AEJNO");
    put(end, 1, 2, "OA");
    show(end);
    ck_assert_uint_eq(await(end, REPORT_SPOKEN, 2).count, 2);
    struct chip_told heard = told(end);
    ck_assert_uint_eq(heard.heard_count, 2);
    ck_assert_ptr_nonnull(strstr(end->warning, "bus speech: echo: "));
    ck_assert_uint_eq(count_of(end, REPORT_FAULTED, NULL), 0);
    finish(end);
}
END_TEST

START_TEST(another_chips_protocol_is_named) {
    struct hall_end *end = begin(true, 30);
    connect(end, PROTOCOL_XFS5152);
    struct device_report offline = await(end, REPORT_OFFLINE, 1);
    ck_assert_ptr_nonnull(strstr(offline.what, "not understood (45): another chip's protocol?"));
    ck_assert_uint_eq(count_of(end, REPORT_ONLINE, NULL), 0);
    finish(end);
}
END_TEST

START_TEST(asked_to_identify_it_says_its_name) {
    struct hall_end *end = connected(30);
    end->image.identify_count = 1;
    show(end);
    ck_assert_str_eq(await(end, REPORT_ABLE, 1).what, "");
    ck_assert_uint_eq(told(end).heard_count, 1);
    ck_assert_str_eq(told(end).heard[0], "[v16]voice-1");
    show(end);
    rig_sleep(100);
    ck_assert_uint_eq(told(end).heard_count, 1);
    finish(end);
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
    tcase_add_test(cases, a_text_that_is_not_understood_is_given_up);
    tcase_add_loop_test(cases, a_text_that_is_not_answered_is_asked_for, 0,
                        sizeof LOSSES / sizeof *LOSSES);
    tcase_add_test(cases, a_chip_that_speaks_at_the_start_is_waited_for);
    tcase_add_test(cases, a_dead_chip_is_offline_and_back);
    tcase_add_test(cases, a_line_that_is_lost_in_mid_line_says_it_again);
    tcase_add_test(cases, an_echo_is_told_and_passed_over);
    tcase_add_test(cases, another_chips_protocol_is_named);
    tcase_add_test(cases, asked_to_identify_it_says_its_name);
    suite_add_tcase(suite, cases);
    return suite;
}
