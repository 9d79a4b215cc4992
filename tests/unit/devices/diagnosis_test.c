/*
 * Lines in short: one letter an exchange, with the next device in turn. g good, s silent, f foreign, m garbled, e good
 * with an echo, d good and a second answer behind it, n good and three bytes of noise behind it; a digit first: the
 * device from then on, a dot: the next in turn again.
 */
#include <string.h>

#include "devices/diagnosis.h"
#include "tests/unit/devices/suites.h"

enum { STEP_US = 300000, LISTENED_US = 60000 /* of each step, for strays */, NOISE = 3 };

struct lab {
    struct diagnosis diagnosis;
    struct bus_config config;
    int64_t now_us;
    bool has_second;
    size_t noise;
    unsigned changes;
};

static void lab_init(struct lab *lab, unsigned devices) {
    memset(lab, 0, sizeof *lab);
    lab->now_us = 1000000000;
    lab->config = (struct bus_config){
        .id = "floor",
        .protocol = PROTOCOL_MODBUS_RTU,
        .line = { .port = "/dev/x", .baud = 19200, .data_bits = 8, .parity = 'E', .stop_bits = 1 },
        .device_count = devices
    };
    for (unsigned i = 0; i < devices; i++) {
        struct device_config *device = &lab->config.devices[i];
        device->address = (uint8_t)(11 + i);
        strcpy(device->id, "terminal-1");
        device->id[9] = (char)('1' + i);
    }
    diagnosis_init(&lab->diagnosis, devices);
}

static enum sample sample_of(char letter) {
    switch (letter) {
    case 's':
        return SAMPLE_SILENT;
    case 'f':
        return SAMPLE_FOREIGN;
    case 'm':
        return SAMPLE_GARBLED;
    default:
        return SAMPLE_GOOD;
    }
}

static void lab_run(struct lab *lab, const char *letters, unsigned times) {
    unsigned turn = 0;
    for (unsigned round = 0; round < times; round++) {
        int fixed = -1;
        for (const char *letter = letters; *letter != '\0'; letter++) {
            if (*letter == '.' || (*letter >= '0' && *letter <= '9')) {
                fixed = *letter == '.' ? -1 : *letter - '0';
                continue;
            }
            struct diagnosis_note note = { .device = fixed >= 0 ? (unsigned)fixed : turn,
                                           .sample = sample_of(*letter),
                                           .has_echo = *letter == 'e',
                                           .has_second = lab->has_second,
                                           .noise = lab->noise,
                                           .sent_us = lab->now_us - STEP_US + LISTENED_US,
                                           .at_us = lab->now_us };
            lab->changes += diagnosis_note(&lab->diagnosis, &note) ? 1 : 0;
            lab->has_second = *letter == 'd';
            lab->noise = *letter == 'n' ? NOISE : 0;
            lab->now_us += STEP_US;
            turn = fixed >= 0 ? turn : (turn + 1) % lab->config.device_count;
        }
    }
}

static const struct {
    unsigned devices;
    const char *letters;
    unsigned times;
    const char *what; /* its beginning; "" well */
} lines[] = {
    { 4, "g", 100, "" },
    { 4, "ggggggggggggm", 20, "" }, /* now and then, from any */
    { 4, "mmmmmmmg", 1, "" },
    { 4, "0mmm1mmm2mm", 1, "answers come but can't be read: are 19200 baud and 8E1 the devices'" },
    { 1, "m", 8, "answers come but can't be read" },
    { 4, "sm", 8, "answers come but can't be read" },
    { 4, "s", 7, "" },
    { 4, "s", 9, "nothing answers: wires A and B swapped" },
    { 8, "s", 15, "" }, /* each is to be asked twice */
    { 8, "s", 17, "nothing answers: wires A and B swapped" },
    { 4,
      "gggg"
      "ssssssssssss",
      1,
      "nothing answers any more: is the line's plug out, the devices' power off, or was a "
      "rate or a wire changed?" },
    { 4, "sssf", 20, "" }, /* others talk */
    { 4, "gsss", 20, "" }, /* one lives */
    { 4, "gggm", 16, "answers of address 14 (terminal-4) collide" },
    { 4, "gggmgggg", 16, "answers of address 14 (terminal-4) collide" },
    { 4, "gggmgggggggggggg", 16, "" }, /* a quarter */
    { 4, "gmgm", 16, "" },             /* two of them are bad: that is the line */
    { 2, "gm", 16, "answers of address 12 (terminal-2) collide" },
    { 4, "gdgg", 3, "two devices answer at address 12 (terminal-2)" },
    { 4, "gdgg", 2, "" },
    { 1, "dgg", 6, "two devices answer at address 11 (terminal-1)" },
    { 4, "gggn", 12, "noise: about " },
    { 4, "nnnng", 1, "" },                  /* in one second or two */
    { 4, "ggggggggggggggggggggn", 12, "" }, /* 3 bytes in 6 s */
    { 4, "e", 3, "echo: the line gives back what is sent" },
    { 4, "eegg", 8, "" },
};

START_TEST(a_line_is_judged_by_its_exchanges) {
    struct lab lab;
    char what[FINDING_SIZE];
    lab_init(&lab, lines[_i].devices);
    lab_run(&lab, lines[_i].letters, lines[_i].times);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    bool is_right = lines[_i].what[0] == '\0'
                        ? what[0] == '\0'
                        : strncmp(what, lines[_i].what, strlen(lines[_i].what)) == 0;
    ck_assert_msg(is_right, "%s x %u: %s", lines[_i].letters, lines[_i].times, what);
    ck_assert_uint_eq(lab.changes, what[0] == '\0' ? 0 : 1);
}
END_TEST

static const struct {
    const char *ill;
    unsigned ill_times;
    const char *well;
    unsigned stands, over; /* after so many times it stands still; after so many it is over */
} ends[] = {
    { "m", 20, "g", 0, 1 },
    { "m", 80, "0gggggggggggggggg1gggggggggggggggg2gggggggggggggggg3g", 0,
      1 }, /* one comes back last */
    { "s", 20, "g", 0, 1 },
    { "s", 20, "m", 7, 0 }, /* a noise in the silence is no end of it */
    { "gggm", 16, "gggg", 12, 16 },
    { "gdgg", 3, "gggg", 12, 16 },
    { "gggm", 16, "gggs", 7, 8 }, /* it was taken off */
    { "gggn", 12, "g", 10, 40 },
    { "e", 8, "g", 2, 3 },
};

START_TEST(a_finding_stands_until_the_line_is_well) {
    struct lab lab;
    char what[FINDING_SIZE];
    lab_init(&lab, 4);
    lab_run(&lab, ends[_i].ill, ends[_i].ill_times);
    enum finding found = lab.diagnosis.found;
    ck_assert_int_ne(found, FINDING_NONE);
    lab_run(&lab, ends[_i].well, ends[_i].stands);
    ck_assert_int_eq(lab.diagnosis.found, found);
    ck_assert_uint_eq(lab.changes, 1);
    if (ends[_i].over == 0) {
        return;
    }
    lab_run(&lab, ends[_i].well, ends[_i].over - ends[_i].stands);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    ck_assert_str_eq(what, "");
    ck_assert_uint_eq(lab.changes, 2);
}
END_TEST

/* Three bytes in each of a fifth of the time. */
START_TEST(noise_is_told_by_the_time_in_which_it_can_be_heard) {
    static const char *const noisy[] = { "n", "nnnnnnnnm" };
    struct lab lab;
    char what[FINDING_SIZE];
    lab_init(&lab, 4);
    lab_run(&lab, noisy[_i], 20);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    ck_assert_str_eq(what,
                     "noise: about 3000 bytes a minute, judged by what comes when nothing was "
                     "asked");
    lab_run(&lab, noisy[_i], 100);
    ck_assert_uint_eq(lab.changes, 1);
}
END_TEST

static const struct {
    enum bus_protocol protocol;
    const char *letters, *what;
} networks[] = {
    { PROTOCOL_MODBUS_TCP, "s", "nothing answers behind this server" },
    { PROTOCOL_MODBUS_RTU, "s",
      "nothing answers: wires A and B swapped, line not connected, or a "
      "wrong rate in the serial server?" },
    { PROTOCOL_MODBUS_RTU, "m", "answers come but can't be read: has the serial server" },
};

START_TEST(behind_a_server_the_rate_is_the_servers) {
    struct lab lab;
    char what[FINDING_SIZE];
    lab_init(&lab, 4);
    strcpy(lab.config.line.port, "tcp:10.0.0.7:4001");
    lab.config.protocol = networks[_i].protocol;
    lab_run(&lab, networks[_i].letters, 20);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    ck_assert_msg(strncmp(what, networks[_i].what, strlen(networks[_i].what)) == 0, "%s", what);
}
END_TEST

START_TEST(words_fit_their_place) {
    struct lab lab;
    char what[FINDING_SIZE];
    lab_init(&lab, 4);
    lab.config.line.baud = 921600;
    memset(lab.config.devices[3].id, 'x', NAME_SIZE - 1);
    lab.config.devices[3].address = 247;
    lab_run(&lab, "gggm", 16);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    ck_assert_ptr_nonnull(strstr(what, "joint there"));
    lab_init(&lab, 4);
    lab.config.line.baud = 921600;
    lab_run(&lab, "s", 20);
    diagnosis_write(&lab.diagnosis, &lab.config, what);
    ck_assert_ptr_nonnull(strstr(what, "(921600 baud)?"));
}
END_TEST

Suite *diagnosis_suite(void) {
    Suite *suite = suite_create("diagnosis");
    TCase *cases = tcase_create("diagnosis");
    tcase_add_loop_test(cases, a_line_is_judged_by_its_exchanges, 0, sizeof lines / sizeof *lines);
    tcase_add_loop_test(cases, a_finding_stands_until_the_line_is_well, 0,
                        sizeof ends / sizeof *ends);
    tcase_add_loop_test(cases, noise_is_told_by_the_time_in_which_it_can_be_heard, 0, 2);
    tcase_add_loop_test(cases, behind_a_server_the_rate_is_the_servers, 0,
                        sizeof networks / sizeof *networks);
    tcase_add_test(cases, words_fit_their_place);
    suite_add_tcase(suite, cases);
    return suite;
}
