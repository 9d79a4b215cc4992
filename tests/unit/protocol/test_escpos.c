/*
 * ESC/POS against the frames of 10-frames.md and published command lists, and a reader of its own that gets lines, sizes
 * and QR content back out of a job's bytes.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "protocol/escpos.h"
#include "protocol/gbk.h"
#include "protocol/registers.h"
#include "suite.h"

/* A ticket as a reader of the bytes gets it. */
struct slip {
    char text[1200]; /* UTF-8; 1D before what was printed double size, as in a job */
    char qr[512];
    unsigned cuts, qr_commands;
    bool is_bad;
};

struct reader {
    const uint8_t *bytes;
    size_t length, at;
    bool is_double, is_kanji, is_centred;
    uint8_t line[700];
    size_t used;
    struct slip *slip;
};

static uint8_t take(struct reader *reader) {
    bool is_over = reader->at >= reader->length;
    reader->slip->is_bad = reader->slip->is_bad || is_over;
    return is_over ? 0 : reader->bytes[reader->at++];
}

static void end_line(struct reader *reader) {
    struct slip *slip = reader->slip;
    char text[1200];
    gbk_decode(reader->line, reader->used, text, sizeof text);
    size_t at = strlen(slip->text);
    snprintf(slip->text + at, sizeof slip->text - at, "%s%s\n",
             reader->is_double && reader->used > 0 ? "\x1D" : "", text);
    slip->is_bad = slip->is_bad || !reader->is_centred;
    reader->used = 0;
}

static void take_qr(struct reader *reader) {
    struct slip *slip = reader->slip;
    slip->qr_commands++;
    unsigned length = take(reader);
    length += take(reader) * 256U;
    uint8_t kind = take(reader);
    uint8_t function = take(reader);
    char data[512] = "";
    for (unsigned i = 2; i < length; i++) {
        data[(i - 2) % (sizeof data - 1)] = (char)take(reader);
    }
    slip->is_bad = slip->is_bad || kind != 0x31 || length < 3;
    static char stored[512];
    if (function == 0x50) {
        snprintf(stored, sizeof stored, "%s", data + 1);
    } else if (function == 0x51) {
        snprintf(slip->qr, sizeof slip->qr, "%s", stored);
    }
}

static void take_gs(struct reader *reader) {
    uint8_t command = take(reader);
    if (command == '!') {
        uint8_t size = take(reader);
        reader->slip->is_bad = reader->slip->is_bad || (size != 0 && size != 0x11);
        reader->is_double = size != 0;
    } else if (command == 'V') {
        reader->slip->is_bad = reader->slip->is_bad || take(reader) > 1;
        reader->slip->cuts++;
    } else if (command == '(' && take(reader) == 'k') {
        take_qr(reader);
    } else {
        reader->slip->is_bad = true;
    }
}

static void take_esc(struct reader *reader) {
    uint8_t command = take(reader);
    if (command == '@') {
        reader->is_double = reader->is_kanji = reader->is_centred = false;
        reader->used = 0;
    } else if (command == 'a') {
        reader->is_centred = take(reader) == 1;
    } else {
        reader->slip->is_bad = true;
    }
}

/* In kanji mode two bytes are a character, outside of it one. */
static void take_character(struct reader *reader, uint8_t first) {
    struct slip *slip = reader->slip;
    if (reader->used + 2 > sizeof reader->line) {
        slip->is_bad = true;
        return;
    }
    if (first == 0) { /* ignored outside of a command */
        return;
    }
    reader->line[reader->used++] = first;
    if (reader->is_kanji) {
        reader->line[reader->used++] = take(reader);
    }
    slip->is_bad = slip->is_bad || reader->is_kanji != (first >= 0x81) || first < 0x20;
}

static void read_slip(const uint8_t *bytes, size_t length, struct slip *slip) {
    struct reader reader = { .bytes = bytes, .length = length, .slip = slip };
    memset(slip, 0, sizeof *slip);
    while (reader.at < length) {
        uint8_t byte = take(&reader);
        if (byte == 0x1B) {
            take_esc(&reader);
        } else if (byte == 0x1D) {
            take_gs(&reader);
        } else if (byte == 0x1C) {
            uint8_t mode = take(&reader);
            slip->is_bad = slip->is_bad || (mode != 0x26 && mode != 0x2E);
            reader.is_kanji = mode == 0x26;
        } else if (byte == 0x0A) {
            end_line(&reader);
        } else {
            take_character(&reader, byte);
        }
    }
    slip->is_bad = slip->is_bad || reader.used > 0;
}

static size_t write_job(const char *text, const char *qr, uint8_t *out) {
    struct print_job job = { .job = 7 };
    snprintf(job.text, sizeof job.text, "%s", text);
    snprintf(job.qr, sizeof job.qr, "%s", qr);
    return escpos_write_job(&job, out);
}

/* 10-frames.md, "Printer: ESC/POS": init, align, size, kanji mode, the QR's five commands, cut. */
START_TEST(a_ticket_is_the_frames_of_the_description) {
    static const uint8_t TICKET[] = {
        0x1B, 0x40, 0x1B, 0x61, 0x01,                                    /* init, centred */
        0x1D, 0x21, 0x11, 'A',  '0',  '1',  '2',  0x0A,                  /* double */
        0x1D, 0x21, 0x00, 0x1C, 0x26, 0xC7, 0xEB, 0x1C, 0x2E, '3', 0x0A, /* 请3 */
        0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00,            /* model 2 */
        0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, 0x06,                  /* module */
        0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31,                  /* level M */
        0x1D, 0x28, 0x6B, 0x05, 0x00, 0x31, 0x50, 0x30, 'h',  'i',       /* store */
        0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30,                  /* print */
        0x0A, 0x0A, 0x0A, 0x0A, 0x1D, 0x56, 0x01,                        /* feed, cut */
    };
    uint8_t out[ESCPOS_JOB_SIZE];
    size_t length = write_job("\x1D"
                              "A012\n请3",
                              "hi", out);
    ck_assert_uint_eq(length, sizeof TICKET);
    ck_assert_mem_eq(out, TICKET, sizeof TICKET);
}
END_TEST

START_TEST(a_reader_gets_the_ticket_back) {
    static const char TEXT[] = "福田区行政服务大厅\n\x1D"
                               "A012\n社会保障 Social\n\n前面 3 人\n\x1D请稍候\n09:31";
    uint8_t out[ESCPOS_JOB_SIZE];
    struct slip slip;
    char expected[300];
    size_t length = write_job(TEXT, "https://hall.example/t/20261123-A012-0123456789abcdef", out);
    read_slip(out, length, &slip);
    ck_assert(!slip.is_bad);
    snprintf(expected, sizeof expected, "%s\n\n\n\n\n", TEXT);
    ck_assert_str_eq(slip.text, expected);
    ck_assert_str_eq(slip.qr, "https://hall.example/t/20261123-A012-0123456789abcdef");
    ck_assert_uint_eq(slip.cuts, 1);
}
END_TEST

START_TEST(no_qr_is_asked_for_where_there_is_none) {
    uint8_t out[ESCPOS_JOB_SIZE];
    struct slip slip;
    read_slip(out, write_job("Z999", "", out), &slip);
    ck_assert(!slip.is_bad);
    ck_assert_str_eq(slip.text, "Z999\n\n\n\n\n");
    ck_assert_uint_eq(slip.qr_commands, 0);
}
END_TEST

/* 10 04 would be obeyed anywhere in the stream; 1B, 1D and 1C in a text would change what follows. */
START_TEST(a_text_can_not_be_a_command) {
    uint8_t out[ESCPOS_JOB_SIZE];
    struct slip slip;
    read_slip(out, write_job("a\x10\x04\x01 b\x1B@ c\x1DV\x01 \x1C& \x7F", "x\x10\x04y", out),
              &slip);
    ck_assert(!slip.is_bad);
    ck_assert_str_eq(slip.text, "a??? b?@ c?V? ?& ?\n\n\n\n\n");
    ck_assert_str_eq(slip.qr, "x??y");
    ck_assert_uint_eq(slip.cuts, 1);
}
END_TEST

/* The costliest texts: every second character or line changes the mode. */
START_TEST(the_longest_job_fits) {
    static const char *const PIECES[] = {
        "a请", "\x1D请\n请\n", "\035a\na\n", "é", "\n", "\x1D\n"
    };
    char qr[QR_SIZE];
    memset(qr, 'q', sizeof qr - 1);
    qr[sizeof qr - 1] = '\0';
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        char text[JOB_TEXT_SIZE] = "";
        size_t used = 0;
        size_t piece = strlen(PIECES[i]);
        for (; used + piece < sizeof text; used += piece) {
            memcpy(text + used, PIECES[i], piece + 1);
        }
        uint8_t out[ESCPOS_JOB_SIZE];
        struct slip slip;
        read_slip(out, write_job(text, qr, out), &slip);
        ck_assert_msg(!slip.is_bad, "piece %zu", i);
        ck_assert_str_eq(slip.qr, qr);
    }
}
END_TEST

/* Whatever command of a job was cut short, what follows the reset is read as it was meant. */
START_TEST(a_reset_ends_any_command_that_was_cut_short) {
    uint8_t bytes[2 * ESCPOS_JOB_SIZE + ESCPOS_RESET_SIZE];
    uint8_t reset[ESCPOS_RESET_SIZE];
    char qr[QR_SIZE];
    struct slip slip;
    memset(qr, 'q', sizeof qr - 1);
    qr[sizeof qr - 1] = '\0';
    size_t length = write_job("\x1D"
                              "A012\n请3",
                              qr, bytes);
    size_t reset_length = escpos_write_reset(reset);
    for (size_t cut = 0; cut < length; cut++) {
        (void)write_job("\x1D"
                        "A012\n请3",
                        qr, bytes);
        memcpy(bytes + cut, reset, reset_length);
        size_t next = write_job("B777", "", bytes + cut + reset_length);
        read_slip(bytes, cut + reset_length + next, &slip);
        const char *end = strrchr(slip.text, 'B');
        ck_assert_msg(end != NULL && strcmp(end, "B777\n\n\n\n\n") == 0, "cut at %zu: %s", cut,
                      slip.text);
        ck_assert_uint_ge(slip.cuts, 2); /* a cut that was cut short is one, too */
    }
}
END_TEST

START_TEST(questions_are_three_bytes) {
    uint8_t out[ESCPOS_QUESTION_SIZE];
    for (unsigned about = 1; about <= ESCPOS_QUESTIONS; about++) {
        escpos_write_question(about, out);
        ck_assert_mem_eq(out, ((const uint8_t[]){ 0x10, 0x04, (uint8_t)about }), sizeof out);
    }
    escpos_write_turn(out);
    ck_assert_mem_eq(out, "\x1D\x72\x01", sizeof out);
}
END_TEST

/* 10-frames.md: a true answer matches 0xx1xx10. GS r: bits 4 and 7 are 0 (Epson TM-T85, TM-U220 command lists). */
START_TEST(answers_are_told_from_noise) {
    for (unsigned byte = 0; byte < 256; byte++) {
        struct escpos_heard heard = { 0 };
        uint8_t one = (uint8_t)byte;
        escpos_hear(&heard, &one, 1);
        bool is_status = byte < 0x80 && (byte & 0x10) != 0 && (byte & 3) == 2;
        bool is_turn = byte < 0x80 && (byte & 0x10) == 0;
        bool is_flow = byte == 0x11 || byte == 0x13;
        ck_assert_uint_eq(heard.statuses, is_status);
        ck_assert_uint_eq(heard.turns, is_turn);
        ck_assert_uint_eq(heard.noise, !is_status && !is_turn && !is_flow);
    }
}
END_TEST

START_TEST(a_stream_is_sorted_byte_by_byte) {
    struct escpos_heard heard = { 0 };
    escpos_hear(&heard, (const uint8_t[]){ 0x13, 0x16, 0xFF, 0x03 }, 4);
    escpos_hear(&heard, (const uint8_t[]){ 0x11, 0x12 }, 2);
    ck_assert_uint_eq(heard.statuses, 2);
    ck_assert_uint_eq(heard.status, 0x12);
    ck_assert_uint_eq(heard.turns, 1);
    ck_assert_uint_eq(heard.noise, 1);
}
END_TEST

/* 10-frames.md for the paper; bits of DLE EOT 1..3 by the command lists of Epson's TM series. */
START_TEST(a_status_is_what_the_bits_say) {
    static const struct {
        uint8_t answers[ESCPOS_QUESTIONS];
        uint16_t status;
    } rows[] = {
        { { 0x12, 0x12, 0x12, 0x12 }, 0 },
        { { 0x16, 0x12, 0x12, 0x12 }, 0 }, /* a drawer's pin */
        { { 0x12, 0x12, 0x12, 0x1E }, STATUS_PAPER_LOW },
        { { 0x1A, 0x32, 0x12, 0x7E }, STATUS_PAPER_OUT },
        { { 0x1A, 0x32, 0x12, 0x72 }, STATUS_PAPER_OUT },
        { { 0x12, 0x12, 0x12, 0x72 }, STATUS_PAPER_OUT },
        { { 0x1A, 0x32, 0x12, 0x12 }, STATUS_PAPER_OUT },
        { { 0x1A, 0x16, 0x12, 0x12 }, STATUS_COVER },
        { { 0x1A, 0x36, 0x12, 0x72 }, STATUS_COVER | STATUS_PAPER_OUT },
        { { 0x1A, 0x52, 0x1A, 0x12 }, STATUS_JAM },
        { { 0x1A, 0x52, 0x32, 0x1E }, STATUS_OTHER | STATUS_PAPER_LOW },
        { { 0x1A, 0x52, 0x52, 0x12 }, STATUS_OTHER },
        { { 0x1A, 0x52, 0x12, 0x12 }, STATUS_OTHER },
        { { 0x1A, 0x12, 0x12, 0x12 }, STATUS_OTHER },
        { { 0x1A, 0x12, 0x12, 0x1E }, STATUS_OTHER | STATUS_PAPER_LOW },
        { { 0x1A, 0x1A, 0x12, 0x12 }, 0 }, /* the feed key is held */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(escpos_status(rows[i].answers) == rows[i].status, "row %zu: %04x", i,
                      escpos_status(rows[i].answers));
    }
}
END_TEST

TCase *escpos_case(void) {
    TCase *tcase = tcase_create("escpos");
    tcase_add_test(tcase, a_ticket_is_the_frames_of_the_description);
    tcase_add_test(tcase, a_reader_gets_the_ticket_back);
    tcase_add_test(tcase, no_qr_is_asked_for_where_there_is_none);
    tcase_add_test(tcase, a_text_can_not_be_a_command);
    tcase_add_test(tcase, the_longest_job_fits);
    tcase_add_test(tcase, a_reset_ends_any_command_that_was_cut_short);
    tcase_add_test(tcase, questions_are_three_bytes);
    tcase_add_test(tcase, answers_are_told_from_noise);
    tcase_add_test(tcase, a_stream_is_sorted_byte_by_byte);
    tcase_add_test(tcase, a_status_is_what_the_bits_say);
    return tcase;
}
