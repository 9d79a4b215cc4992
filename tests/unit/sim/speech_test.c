/* The simulated speech chips on a pseudo-terminal, asked by a master made by hand, and by the bus on a bad line. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "devices/bus.h"
#include "devices/sim/slave.h"
#include "tests/unit/sim/sim_tests.h"

enum { ANSWER_MS = 2000, QUIET_MS = 120, CHARACTER_US = 20000, LINES = 8 };

struct bench {
    char folder[64], port[96];
    struct sim_bus *bus;
    int fd; /* -1: the master is no test's */
};

static void open_bus(struct bench *bench, enum bus_protocol protocol,
                     const struct sim_bus_options *options) {
    char why[SIM_WHY_SIZE] = "";
    struct sim_bus_config config = { .id = "speech",
                                     .protocol = protocol,
                                     .baud = 9600,
                                     .data_bits = 8,
                                     .stop_bits = 1,
                                     .device_count = 1 };
    strcpy(bench->folder, "/tmp/hallq-sim-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(bench->folder));
    snprintf(bench->port, sizeof(bench->port), "%s/port", bench->folder);
    snprintf(config.port, sizeof(config.port), "%s", bench->port);
    snprintf(config.devices[0].id, sizeof(config.devices[0].id), "voice-1");
    config.devices[0].role = ROLE_VOICE;
    bench->bus = sim_bus_open(&config, options, why);
    ck_assert_msg(bench->bus != NULL, "%s", why);
    bench->fd = -1;
}

static void set_up(struct bench *bench, enum bus_protocol protocol) {
    struct sim_bus_options options = {
        .seed = 1, .boots = 5, .answer_us = 2000, .character_us = CHARACTER_US, .wake_fd = -1
    };
    struct termios modes;
    open_bus(bench, protocol, &options);
    bench->fd = open(bench->port, O_RDWR | O_NOCTTY | O_NONBLOCK);
    ck_assert_int_ge(bench->fd, 0);
    tcgetattr(bench->fd, &modes);
    cfmakeraw(&modes);
    tcsetattr(bench->fd, TCSANOW, &modes);
}

static void tear_down(struct bench *bench) {
    if (bench->fd >= 0)
        close(bench->fd);
    sim_bus_close(bench->bus);
    ck_assert_int_eq(rmdir(bench->folder), 0);
}

static void say(const struct bench *bench, const char *bytes, size_t length) {
    poll(NULL, 0, 12); /* the gap between frames */
    ck_assert_int_eq(write(bench->fd, bytes, length), (ssize_t)length);
}

/* What comes until `expected` bytes are there, as text; 0: until nothing has come for a while. */
static const char *receive(const struct bench *bench, size_t expected) {
    static char got[64];
    size_t length = 0;
    struct pollfd poller = { .fd = bench->fd, .events = POLLIN };
    while ((expected == 0 || length < expected) && length + 1 < sizeof(got)) {
        if (poll(&poller, 1, expected == 0 ? QUIET_MS : ANSWER_MS) <= 0)
            break;
        ssize_t more = read(bench->fd, got + length, sizeof(got) - 1 - length);
        length += more > 0 ? (size_t)more : 0;
    }
    got[length] = '\0';
    return got;
}

static struct sim_sight next_spoken(const struct bench *bench) {
    struct sim_sight sight = { .kind = SIGHT_NONE };
    while (sim_bus_take_sight(bench->bus, &sight))
        if (sight.kind == SIGHT_SPOKEN)
            return sight;
    ck_abort_msg("nothing was spoken");
    return sight;
}

static struct sim_bus_counts counts_of(const struct bench *bench) {
    struct sim_bus_counts counts;
    sim_bus_read_counts(bench->bus, &counts);
    return counts;
}

#define BYTES(text) text, sizeof(text) - 1

/* "请A012号到3号窗口" with commas, as a SYN6288 takes it: SYN6288 datasheet 4.1, the XOR counted by hand. */
#define CALL         "\xC7\xEB\x41\x30\x2C\x31\x2C\x32\xBA\xC5\xB5\xBD\x33\xBA\xC5\xB4\xB0\xBF\xDA"
#define SYN_CALL     "\xFD\x00\x1B\x01\x00[v16]" CALL "\x94"
#define XFS_CALL     "\xFD\x00\x1A\x01\x00[v10]" CALL
#define SYN_QUESTION "\xFD\x00\x02\x21\xDE"
#define XFS_QUESTION "\xFD\x00\x01\x21"

START_TEST(a_syn6288_speaks_as_long_as_its_text) {
    struct bench bench;
    set_up(&bench, PROTOCOL_SYN6288);
    say(&bench, BYTES(SYN_QUESTION));
    ck_assert_str_eq(receive(&bench, 2), "\x41\x4F");
    int64_t began_us = sim_now_us();
    say(&bench, BYTES(SYN_CALL));
    ck_assert_str_eq(receive(&bench, 1), "\x41");
    say(&bench, BYTES(SYN_QUESTION));
    ck_assert_str_eq(receive(&bench, 2), "\x41\x4E");
    ck_assert_str_eq(receive(&bench, 1), "\x4F");
    /* 11 characters, and 30 bytes on the wire. */
    ck_assert_int_ge(sim_now_us() - began_us, 11 * CHARACTER_US + 31000);
    struct sim_sight sight = next_spoken(&bench);
    ck_assert_uint_eq(sight.value[0], 16);
    ck_assert_uint_eq(sight.device, 0);
    ck_assert_uint_eq(sight.text_length, 17);
    ck_assert_mem_eq(sight.text,
                     "\xC7\xEB\x41\x30\x31\x32\xBA\xC5\xB5\xBD\x33\xBA\xC5\xB4\xB0\xBF\xDA", 17);
    ck_assert_uint_eq(counts_of(&bench).spoken, 1);
    ck_assert_uint_eq(counts_of(&bench).cuts, 0);
    tear_down(&bench);
}
END_TEST

START_TEST(an_xfs5152_answers_without_checksum) {
    struct bench bench;
    set_up(&bench, PROTOCOL_XFS5152);
    say(&bench, BYTES(XFS_QUESTION));
    ck_assert_str_eq(receive(&bench, 1), "\x4F");
    say(&bench, BYTES(XFS_CALL));
    ck_assert_str_eq(receive(&bench, 1), "\x41");
    say(&bench, BYTES(XFS_QUESTION));
    ck_assert_str_eq(receive(&bench, 2), "\x4E\x4F");
    ck_assert_uint_eq(next_spoken(&bench).value[0], 10);
    /* The other chip's question is none. */
    say(&bench, BYTES(SYN_QUESTION));
    ck_assert_str_eq(receive(&bench, 1), "\x45");
    tear_down(&bench);
}
END_TEST

static const struct {
    const char *bytes;
    size_t length;
    const char *answer;
} BAD[] = {
    { BYTES("\xFD\x00\x04\x01\x00\x41\xB8"), "\x45" },     /* the XOR would be B9 */
    { BYTES("\xFD\x00\x03\x01\x00\xFF"), "\x45" },         /* no text */
    { BYTES("\xFD\x00\x04\x01\x02\x41\xBB"), "\x45" },     /* Big5 */
    { BYTES("\xFD\x00\x02\x55\xAA"), "\x45" },             /* no such command */
    { BYTES("\xFD\x00\x09\x01\x00\x41"), "\x45" },         /* the rest never comes */
    { BYTES("\x00\x41\x4F"), "" },                         /* no frame */
    { BYTES("\xFD\x00\x04\x01\x08\x41\xB1"), "\x41\x4F" }, /* with background music: well */
};

START_TEST(what_is_no_frame_is_not_understood) {
    struct bench bench;
    set_up(&bench, PROTOCOL_SYN6288);
    say(&bench, BAD[_i].bytes, BAD[_i].length);
    ck_assert_str_eq(receive(&bench, 0), BAD[_i].answer);
    tear_down(&bench);
}
END_TEST

START_TEST(a_text_that_comes_too_soon_cuts_and_is_counted) {
    struct bench bench;
    set_up(&bench, PROTOCOL_SYN6288);
    say(&bench, BYTES(SYN_CALL));
    ck_assert_str_eq(receive(&bench, 1), "\x41");
    say(&bench, BYTES("\xFD\x00\x04\x01\x00\x41\xB9"));
    ck_assert_str_eq(receive(&bench, 2), "\x41\x4F");
    ck_assert_str_eq(receive(&bench, 0), "");
    struct sim_sight sight = next_spoken(&bench);
    ck_assert_uint_eq(sight.text_length, 1);
    ck_assert_uint_eq(sight.text[0], 'A');
    ck_assert_uint_eq(sight.value[0], 16);
    ck_assert_uint_eq(counts_of(&bench).cuts, 1);
    ck_assert_uint_eq(counts_of(&bench).spoken, 1);
    tear_down(&bench);
}
END_TEST

START_TEST(without_power_it_says_nothing_and_then_ready) {
    struct bench bench;
    set_up(&bench, PROTOCOL_SYN6288);
    say(&bench, BYTES(SYN_CALL));
    ck_assert_str_eq(receive(&bench, 1), "\x41");
    sim_bus_reboot(bench.bus, 0);
    ck_assert_str_eq(receive(&bench, 1), "\x4A");
    ck_assert_str_eq(receive(&bench, 0), "");
    ck_assert_uint_eq(counts_of(&bench).spoken, 0);
    sim_bus_set_dead(bench.bus, 0, true);
    say(&bench, BYTES(SYN_QUESTION));
    ck_assert_str_eq(receive(&bench, 0), "");
    ck_assert_uint_eq(counts_of(&bench).unanswered, 1);
    tear_down(&bench);
}
END_TEST

struct hearing {
    pthread_mutex_t mutex;
    unsigned spoken, unsaid;
};

static void take_report(void *context, const struct device_report *report) {
    struct hearing *hearing = context;
    pthread_mutex_lock(&hearing->mutex);
    hearing->spoken += report->kind == REPORT_SPOKEN;
    hearing->unsaid += report->kind == REPORT_SPOKEN && report->what[0] != '\0';
    pthread_mutex_unlock(&hearing->mutex);
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static unsigned spoken_of(struct hearing *hearing) {
    pthread_mutex_lock(&hearing->mutex);
    unsigned spoken = hearing->spoken;
    pthread_mutex_unlock(&hearing->mutex);
    return spoken;
}

static struct bus *open_master(const struct bench *bench, struct hearing *hearing) {
    struct bus_callbacks callbacks = { take_report, take_log, hearing };
    struct bus_config config = { .id = "speech", .protocol = PROTOCOL_SYN6288, .device_count = 1 };
    snprintf(config.line.port, sizeof(config.line.port), "%s", bench->port);
    config.line.baud = 9600;
    config.line.data_bits = 8;
    config.line.stop_bits = 1;
    config.line.parity = 'N';
    snprintf(config.devices[0].id, NAME_SIZE, "voice-1");
    config.devices[0].role = ROLE_VOICE;
    return bus_open(&config, &callbacks);
}

/* Every line is heard by people at least once, in turn, whatever is lost and mangled on the way. */
START_TEST(all_is_heard_over_a_bad_line) {
    struct bench bench;
    struct hearing hearing = { .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct sim_bus_options options = {
        .seed = 7, .answer_us = 2000, .character_us = 5000, .wake_fd = -1
    };
    options.faults.parts[FAULT_LOST] = 60000;
    options.faults.parts[FAULT_NOISE] = 60000;
    options.faults.parts[FAULT_ECHO] = 60000;
    options.faults.parts[FAULT_FLIP] = 20000;
    options.faults.late_ms = 50;
    options.faults.parts[FAULT_LATE] = 20000;
    open_bus(&bench, PROTOCOL_SYN6288, &options);
    struct bus *bus = open_master(&bench, &hearing);
    ck_assert_ptr_nonnull(bus);
    struct image image = { .role = ROLE_VOICE };
    unsigned next = 0;
    for (unsigned waited = 0; waited < 15000 && spoken_of(&hearing) < LINES; waited += 5) {
        unsigned done = spoken_of(&hearing);
        if (next <= done) {
            next = done + 1;
            struct voice_line *line = &image.voice.lines[0];
            *line = (struct voice_line){ .number = (uint16_t)next, .times = 1 };
            snprintf(line->text, sizeof(line->text), "number %c in turn", (char)('a' + done));
            bus_show(bus, 0, &image);
        }
        poll(NULL, 0, 5);
    }
    bus_close(bus);
    ck_assert_uint_eq(hearing.spoken, LINES);
    ck_assert_uint_eq(hearing.unsaid, 0);
    int heard = 'a';
    struct sim_sight sight;
    while (sim_bus_take_sight(bench.bus, &sight)) {
        ck_assert_int_eq(sight.kind, SIGHT_SPOKEN);
        ck_assert_uint_eq(sight.text_length, 16);
        /* One that was not known to be said was said again. */
        int letter = sight.text[7];
        ck_assert(letter == heard || letter == heard - 1);
        heard = letter + 1;
    }
    ck_assert_int_eq(heard, 'a' + LINES);
    tear_down(&bench);
}
END_TEST

TCase *speech_cases(void) {
    TCase *cases = tcase_create("speech");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_syn6288_speaks_as_long_as_its_text);
    tcase_add_test(cases, an_xfs5152_answers_without_checksum);
    tcase_add_loop_test(cases, what_is_no_frame_is_not_understood, 0,
                        (int)(sizeof(BAD) / sizeof(BAD[0])));
    tcase_add_test(cases, a_text_that_comes_too_soon_cuts_and_is_counted);
    tcase_add_test(cases, without_power_it_says_nothing_and_then_ready);
    tcase_add_test(cases, all_is_heard_over_a_bad_line);
    return cases;
}
