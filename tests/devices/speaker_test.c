/* The sound card's voice with real programs: small shell scripts in a folder of the test's own. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "devices/speaker.h"
#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { AWAIT_MS = 10000, LOOK_MS = 2, SAYS_MAX = 64, FILE_MAX = 4096, PLACE_SIZE = 64 };

struct listener {
    char folder[32];
    struct speaker_config config;
    struct speaker *speaker;
    struct voice_image image;
    pthread_mutex_t mutex;
    unsigned count;
    struct device_report reports[SAYS_MAX];
};

static void take_report(void *context, const struct device_report *report) {
    struct listener *listener = context;
    pthread_mutex_lock(&listener->mutex);
    ck_assert_uint_lt(listener->count, SAYS_MAX);
    listener->reports[listener->count++] = *report;
    pthread_mutex_unlock(&listener->mutex);
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_TEST_LOG") != NULL) {
        fprintf(stderr, "%s\n", text);
    }
}

static void place_of(const struct listener *listener, const char *name, char *path) {
    snprintf(path, PLACE_SIZE, "%s/%s", listener->folder, name);
}

static void write_file(const struct listener *listener, const char *name, const char *text) {
    char path[PLACE_SIZE];
    place_of(listener, name, path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

/* "" when there is none. */
static const char *read_file(const struct listener *listener, const char *name) {
    static char text[FILE_MAX];
    char path[PLACE_SIZE];
    place_of(listener, name, path);
    FILE *file = fopen(path, "r");
    text[file == NULL ? 0 : fread(text, 1, sizeof text - 1, file)] = '\0';
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

/* A speaker whose program is this script, run in the folder's name as $1. */
static struct listener *with_script(const char *script) {
    struct listener *listener = calloc(1, sizeof *listener);
    ck_assert_ptr_nonnull(listener);
    pthread_mutex_init(&listener->mutex, NULL);
    snprintf(listener->folder, sizeof listener->folder, "/tmp/hallq-speak-XXXXXX");
    char *made = mkdtemp(listener->folder);
    ck_assert_ptr_nonnull(made);
    struct speaker_config *config = &listener->config;
    snprintf(config->bus, sizeof config->bus, "sound-card");
    snprintf(config->id, sizeof config->id, "speaker");
    write_file(listener, "say", script);
    place_of(listener, "say", config->arguments[0]);
    snprintf(config->arguments[1], SPEAKER_ARGUMENT_SIZE, "%s", listener->folder);
    config->argument_count = 2;
    listener->image.volume = 7;
    return listener;
}

static void start(struct listener *listener) {
    struct bus_callbacks callbacks = { take_report, take_log, listener };
    listener->speaker = speaker_open(&listener->config, &callbacks);
    ck_assert_ptr_nonnull(listener->speaker);
}

static void finish(struct listener *listener) {
    speaker_close(listener->speaker);
    DIR *folder = opendir(listener->folder);
    ck_assert_ptr_nonnull(folder);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a folder of this thread's own. */
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        /* What can't be removed is found by rmdir. */
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
    ck_assert_int_eq(rmdir(listener->folder), 0);
    pthread_mutex_destroy(&listener->mutex);
    free(listener);
}

static void put(struct listener *listener, unsigned place, uint16_t number, const char *text) {
    struct voice_line *line = &listener->image.lines[place];
    *line = (struct voice_line){ .number = number, .times = 1 };
    snprintf(line->text, sizeof line->text, "%s", text);
}

/* The last of them in `last`, if that is not NULL. */
static unsigned count_of(struct listener *listener, enum report_kind kind,
                         struct device_report *last) {
    const struct device_report *found = NULL;
    unsigned count = 0;
    pthread_mutex_lock(&listener->mutex);
    for (unsigned i = 0; i < listener->count; i++) {
        bool is_one = listener->reports[i].kind == kind;
        count += is_one ? 1 : 0;
        found = is_one ? &listener->reports[i] : found;
    }
    if (found != NULL && last != NULL) {
        *last = *found;
    }
    pthread_mutex_unlock(&listener->mutex);
    return count;
}

static struct device_report await(struct listener *listener, enum report_kind kind, unsigned n) {
    struct device_report report = { 0 };
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (count_of(listener, kind, &report) >= n) {
            return report;
        }
        rig_sleep(LOOK_MS);
    }
    ck_abort_msg("report %d came %u times, expected %u", kind, count_of(listener, kind, NULL), n);
    return report;
}

/* Whether the process whose number the script left in `name` is there and no zombie. */
static bool is_running(const struct listener *listener, const char *name) {
    char path[PLACE_SIZE];
    char stat[FILE_MAX];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)strtol(read_file(listener, name), NULL, 10));
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    stat[fread(stat, 1, sizeof stat - 1, file)] = '\0';
    fclose(file);
    const char *end = strrchr(stat, ')');
    return end != NULL && end[2] != 'Z';
}

static bool await_file(const struct listener *listener, const char *name) {
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (read_file(listener, name)[0] != '\0') {
            return true;
        }
        rig_sleep(LOOK_MS);
    }
    return false;
}

static bool await_end(const struct listener *listener, const char *name) {
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (!is_running(listener, name)) {
            return true;
        }
        rig_sleep(LOOK_MS);
    }
    return false;
}

START_TEST(the_text_comes_on_standard_input) {
    struct listener *listener =
        with_script("#!/bin/sh\n{ printf '%s:' \"$HALLQ_VOLUME\"; cat; echo; } >> $1/heard\n");
    start(listener);
    struct device_report online = await(listener, REPORT_ONLINE, 1);
    ck_assert_str_eq(online.bus, "sound-card");
    ck_assert_str_eq(online.device, "speaker");
    ck_assert_int_eq(online.role, ROLE_VOICE);
    put(listener, 0, 41, "请A012号到3号窗口");
    listener->image.lines[0].times = 2;
    put(listener, 1, 42, "two");
    speaker_show(listener->speaker, &listener->image);
    struct device_report spoken = await(listener, REPORT_SPOKEN, 2);
    ck_assert_uint_eq(spoken.count, 42);
    ck_assert_str_eq(spoken.what, "");
    ck_assert_str_eq(read_file(listener, "heard"),
                     "7:请A0,1,2号到3号窗口\n7:请A0,1,2号到3号窗口\n7:two\n");
    struct bus_stats stats;
    speaker_read_stats(listener->speaker, &stats);
    ck_assert(stats.is_up && stats.devices[0].is_online && !stats.devices[0].is_faulted);
    ck_assert_uint_ge(stats.devices[0].requests, 2);
    finish(listener);
}
END_TEST

START_TEST(a_program_over_its_time_is_killed_with_its_group) {
    struct listener *listener =
        with_script("#!/bin/sh\nsleep 60 &\necho $! > $1/below\necho $$ > $1/itself\nwait\n");
    listener->config.limit_ms = 400;
    start(listener);
    put(listener, 0, 1, "one");
    put(listener, 1, 2, "two");
    speaker_show(listener->speaker, &listener->image);
    struct device_report spoken = await(listener, REPORT_SPOKEN, 2);
    ck_assert_ptr_nonnull(strstr(spoken.what, "/say: killed after 400 ms"));
    ck_assert_uint_eq(count_of(listener, REPORT_FAULTED, NULL), 1);
    ck_assert(await_end(listener, "itself"));
    ck_assert(await_end(listener, "below"));
    struct bus_stats stats;
    speaker_read_stats(listener->speaker, &stats);
    ck_assert(stats.devices[0].is_faulted);
    finish(listener);
}
END_TEST

START_TEST(what_a_program_leaves_behind_is_killed) {
    struct listener *listener = with_script("#!/bin/sh\nsleep 60 &\necho $! > $1/below\n");
    start(listener);
    put(listener, 0, 1, "one");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 1).what, "");
    ck_assert_str_ne(read_file(listener, "below"), "");
    ck_assert(await_end(listener, "below"));
    finish(listener);
}
END_TEST

START_TEST(a_failing_program_is_told_once_with_its_last_words) {
    struct listener *listener = with_script("#!/bin/sh\n"
                                            "[ -e $1/well ] && exit 0\n"
                                            "echo first >&2; echo 'no card 0' >&2; exit 3\n");
    start(listener);
    put(listener, 0, 1, "one");
    put(listener, 1, 2, "two");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_uint_eq(await(listener, REPORT_SPOKEN, 2).count, 2);
    struct device_report fault;
    ck_assert_uint_eq(count_of(listener, REPORT_FAULTED, &fault), 1);
    ck_assert_ptr_nonnull(strstr(fault.what, "/say: exit status 3: no card 0"));
    write_file(listener, "well", "");
    put(listener, 0, 3, "three");
    put(listener, 1, 0, "");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 3).what, "");
    ck_assert_uint_eq(count_of(listener, REPORT_RECOVERED, NULL), 1);
    finish(listener);
}
END_TEST

/* The threads of hallqd block all signals; a program must not inherit that. */
START_TEST(a_program_has_the_usual_signals) {
    struct listener *listener = with_script("#!/bin/sh\nkill -PIPE $$\nexit 0\n");
    start(listener);
    put(listener, 0, 1, "one");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_ptr_nonnull(strstr(await(listener, REPORT_SPOKEN, 1).what, "ended by signal 13"));
    finish(listener);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_offline) {
    struct listener *listener = with_script("");
    snprintf(listener->config.arguments[0], SPEAKER_ARGUMENT_SIZE, "no-such-speaker");
    start(listener);
    struct device_report offline = await(listener, REPORT_OFFLINE, 1);
    ck_assert_str_eq(offline.what, "no-such-speaker: No such file or directory");
    put(listener, 0, 1, "one");
    speaker_show(listener->speaker, &listener->image);
    rig_sleep(100);
    ck_assert_uint_eq(count_of(listener, REPORT_SPOKEN, NULL), 0);
    finish(listener);
}
END_TEST

START_TEST(a_speaker_that_closes_leaves_no_child) {
    struct listener *listener = with_script("#!/bin/sh\necho $$ > $1/itself\nexec sleep 60\n");
    start(listener);
    put(listener, 0, 1, "one");
    speaker_show(listener->speaker, &listener->image);
    ck_assert(await_file(listener, "itself"));
    speaker_close(listener->speaker);
    listener->speaker = NULL;
    ck_assert(!is_running(listener, "itself"));
    ck_assert_uint_eq(count_of(listener, REPORT_SPOKEN, NULL), 0);
    ck_assert_uint_eq(count_of(listener, REPORT_FAULTED, NULL), 0);
    finish(listener);
}
END_TEST

static const char *const CLIPS[] = {
    "请", "A", "0", "1", "2", "3", "12", "号", "到", "号到", "窗口"
};

static void record_clips(struct listener *listener) {
    for (size_t i = 0; i < sizeof CLIPS / sizeof CLIPS[0]; i++) {
        char name[PLACE_SIZE];
        snprintf(name, sizeof name, "%s.wav", CLIPS[i]);
        write_file(listener, name, "");
    }
    snprintf(listener->config.clips_dir, sizeof listener->config.clips_dir, "%s", listener->folder);
}

START_TEST(clips_are_played_in_the_texts_order) {
    struct listener *listener =
        with_script("#!/bin/sh\nto=$1; shift\n"
                    "for clip; do basename \"$clip\" .wav; done | tr '\\n' ' ' > $to/heard\n");
    record_clips(listener);
    start(listener);
    put(listener, 0, 1, "请A012号，到3号 窗口！");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 1).what, "");
    ck_assert_str_eq(read_file(listener, "heard"), "请 A 0 1 2 号 到 3 号 窗口 ");
    put(listener, 0, 2, "A121号到12号窗口");
    speaker_show(listener->speaker, &listener->image);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 2).what, "");
    ck_assert_str_eq(read_file(listener, "heard"), "A 1 2 1 号到 12 号 窗口 ");
    finish(listener);
}
END_TEST

START_TEST(a_missing_clip_is_named) {
    struct listener *listener = with_script("#!/bin/sh\necho played > $1/heard\n");
    record_clips(listener);
    start(listener);
    put(listener, 0, 1, "请B012号到3号窗口");
    speaker_show(listener->speaker, &listener->image);
    char expected[WHAT_SIZE];
    snprintf(expected, sizeof expected, "no clip B.wav in %s", listener->folder);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 1).what, expected);
    ck_assert_str_eq(await(listener, REPORT_FAULTED, 1).what, expected);
    ck_assert_str_eq(read_file(listener, "heard"), "");
    put(listener, 0, 2, "请到二楼");
    speaker_show(listener->speaker, &listener->image);
    snprintf(expected, sizeof expected, "no clip 二楼.wav in %s", listener->folder);
    ck_assert_str_eq(await(listener, REPORT_SPOKEN, 2).what, expected);
    finish(listener);
}
END_TEST

START_TEST(a_missing_folder_of_clips_is_offline) {
    struct listener *listener = with_script("#!/bin/sh\n");
    snprintf(listener->config.clips_dir, sizeof listener->config.clips_dir, "/nowhere/clips");
    start(listener);
    ck_assert_str_eq(await(listener, REPORT_OFFLINE, 1).what, "no folder of clips /nowhere/clips");
    finish(listener);
}
END_TEST

Suite *speaker_suite(void) {
    Suite *suite = suite_create("speaker");
    TCase *cases = tcase_create("speaker");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, the_text_comes_on_standard_input);
    tcase_add_test(cases, a_program_over_its_time_is_killed_with_its_group);
    tcase_add_test(cases, what_a_program_leaves_behind_is_killed);
    tcase_add_test(cases, a_failing_program_is_told_once_with_its_last_words);
    tcase_add_test(cases, a_program_has_the_usual_signals);
    tcase_add_test(cases, a_program_that_is_not_there_is_offline);
    tcase_add_test(cases, a_speaker_that_closes_leaves_no_child);
    tcase_add_test(cases, clips_are_played_in_the_texts_order);
    tcase_add_test(cases, a_missing_clip_is_named);
    tcase_add_test(cases, a_missing_folder_of_clips_is_offline);
    suite_add_tcase(suite, cases);
    return suite;
}
