/*
 * The exact bytes of the usual courses, held against tests/devices/transcripts/. With HALLQ_GOLDEN=write the files are
 * made anew; read them against the map before they are kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/devices/rig.h"
#include "tests/devices/suites.h"

enum { TEXT_MAX = 65536 };

static void react_call(struct rig *rig, const struct device_report *report) {
    if (report->kind == REPORT_KEY && report->part == ROLE_TERMINAL) {
        struct terminal_image *image = &rig->images[0].terminal;
        image->ticket = (struct ticket_no){ "A", 17 };
        image->lamp = LAMP_CALLING;
        image->answer = (struct key_answer){ report->epoch, report->count, 1 };
        bus_show(rig->bus, 0, &rig->images[0]);
    }
}

static void react_print(struct rig *rig, const struct device_report *report) {
    struct dispenser_image *image = &rig->images[0].dispenser;
    if (report->kind == REPORT_KEY) {
        image->job.job = 8;
        snprintf(image->job.text, sizeof image->job.text,
                 "\x1D"
                 "A017\n前面 3 人");
        snprintf(image->job.qr, sizeof image->job.qr, "https://h.example/q");
        image->waiting[0] = 4;
        bus_show(rig->bus, 0, &rig->images[0]);
    }
}

static void make_terminal(struct rig *rig) {
    rig_add(rig, "terminal-1", ROLE_TERMINAL, 11);
    rig->images[0].terminal.lamp = LAMP_READY;
    rig->react = react_call;
}

static void make_dispenser(struct rig *rig) {
    rig_add(rig, "dispenser-1", ROLE_DISPENSER, 1);
    slave_set_input(rig->slaves, 1, 8, 7);
    rig->images[0].dispenser.enabled = 0x00010003;
    rig->images[0].dispenser.waiting[0] = 3;
    rig->react = react_print;
}

static void make_keypad(struct rig *rig) {
    rig_add(rig, "keypad-1", ROLE_KEYPAD, 31);
    struct keypad_image *image = &rig->images[0].keypad;
    image->state = KEYPAD_INVITE;
    image->session = 513;
    image->stars = 5;
    snprintf(image->staff, sizeof image->staff, "0107");
    snprintf(image->name, sizeof image->name, "示例甲");
}

static void make_board(struct rig *rig) {
    rig_add(rig, "board-1", ROLE_BOARD, 51);
    rig->images[0].board.style = STYLE_GREEN | STYLE_FLASH;
    snprintf(rig->images[0].board.text, BOARD_TEXT_SIZE, "请 A017 到 1 号窗口");
}

static void make_unit(struct rig *rig) {
    rig_add(rig, "unit-1", ROLE_UNIT, 26);
    rig->images[0].terminal.lamp = LAMP_READY;
    rig->images[0].keypad.state = KEYPAD_CLOSED;
    snprintf(rig->images[0].board.text, BOARD_TEXT_SIZE, "1号窗口");
    rig->react = react_call;
}

static void press_terminal(struct rig *rig) {
    slave_press(rig->slaves, 11, 1, 0);
}
static void press_dispenser(struct rig *rig) {
    slave_press(rig->slaves, 1, 257, 0);
}
static void press_keypad(struct rig *rig) {
    slave_press(rig->slaves, 31, 2, 513);
}
static void press_unit(struct rig *rig) {
    slave_press(rig->slaves, 26, 1, 0);
}
static void lose_write(struct rig *rig) {
    slave_fault(rig->slaves, 51, FAULT_SILENT, 16, 1, 0);
    snprintf(rig->images[0].board.text, BOARD_TEXT_SIZE, "A018 2");
    rig_show(rig, 0);
}
static void lose_pulse(struct rig *rig) {
    slave_fault(rig->slaves, 11, FAULT_SILENT, 4, 1, 0);
}

static const struct {
    const char *name;
    void (*make)(struct rig *rig);
    void (*happen)(struct rig *rig); /* may be NULL */
} courses[] = {
    { "terminal", make_terminal, press_terminal },
    { "dispenser", make_dispenser, press_dispenser },
    { "keypad", make_keypad, press_keypad },
    { "board", make_board, NULL },
    { "unit", make_unit, press_unit },
    { "write-lost", make_board, lose_write },
    { "pulse-lost", make_terminal, lose_pulse },
};

static void golden_write(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(the_bytes_are_those_of_the_transcript) {
    static char said[TEXT_MAX], kept[TEXT_MAX];
    char path[128];
    struct rig *rig = rig_open();
    rig_be_patient(rig, 400);
    courses[_i].make(rig);
    rig_start(rig);
    rig_show(rig, 0);
    ck_assert(rig_await(rig, REPORT_ONLINE, 1, NULL));
    rig_sleep(100);
    if (courses[_i].happen != NULL) {
        courses[_i].happen(rig);
    }
    rig_sleep(800);
    slaves_transcript(rig->slaves, said, sizeof said);
    rig_close(rig);
    snprintf(path, sizeof path, "tests/devices/transcripts/%s.txt", courses[_i].name);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_GOLDEN") != NULL) {
        golden_write(path, said);
        return;
    }
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(kept, 1, sizeof kept - 1, file);
    kept[length] = '\0';
    fclose(file);
    ck_assert_str_eq(said, kept);
}
END_TEST

Suite *transcripts_suite(void) {
    Suite *suite = suite_create("transcripts");
    TCase *cases = tcase_create("transcripts");
    tcase_set_timeout(cases, 30);
    tcase_add_loop_test(cases, the_bytes_are_those_of_the_transcript, 0,
                        sizeof courses / sizeof *courses);
    suite_add_tcase(suite, cases);
    return suite;
}
