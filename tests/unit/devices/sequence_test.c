#include <stdio.h>
#include <string.h>

#include "devices/parts.h"
#include "tests/unit/devices/suites.h"

enum { NOW_US = 5000000 };

static struct sequence job_of(uint16_t number) {
    struct sequence sequence;
    struct print_job job = { .job = number };
    struct dispenser_map map = { 1, 256, 258, 512, 513, 614 };
    snprintf(job.text, sizeof job.text, "A001");
    snprintf(job.qr, sizeof job.qr, "q");
    dispenser_write_job(&map, &job, &sequence);
    return sequence;
}

/* What became of the next request; `answer` NULL: none came. */
static enum writer_state answer(struct writer *writer, struct lengths *lengths, int64_t now_us,
                                enum rtu_outcome outcome, const uint16_t *values) {
    struct rtu_request request;
    struct rtu_result result = { .outcome = outcome, .done_us = now_us };
    ck_assert(writer_next(writer, lengths, now_us, &request));
    if (values != NULL) {
        memcpy(result.values, values, request.count * sizeof *values);
    }
    return writer_take(writer, lengths, &request, &result);
}

static struct rtu_request next(const struct writer *writer, const struct lengths *lengths,
                               int64_t now_us) {
    struct rtu_request request = { .function = 0 };
    writer_next(writer, lengths, now_us, &request);
    return request;
}

START_TEST(steps_follow_in_order_when_acknowledged) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    writer_start(&writer, 0, &sequence);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).address, 513);
    ck_assert(!writer_is_last(&writer));
    ck_assert_int_eq(answer(&writer, &lengths, NOW_US, RTU_ANSWER, NULL), WRITER_BUSY);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).address, 614);
    ck_assert_int_eq(answer(&writer, &lengths, NOW_US, RTU_ANSWER, NULL), WRITER_BUSY);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).address, 512);
    ck_assert(writer_is_last(&writer));
    ck_assert_int_eq(answer(&writer, &lengths, NOW_US, RTU_ANSWER, NULL), WRITER_DONE);
    ck_assert(!writer.is_active);
}
END_TEST

START_TEST(a_lost_acknowledgement_is_read_back_before_the_next_step) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    const uint16_t *text = sequence.values;
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    struct rtu_request request = next(&writer, &lengths, NOW_US);
    ck_assert_uint_eq(request.function, READ_HOLDING);
    ck_assert_uint_eq(request.address, 513);
    ck_assert_uint_eq(request.count, 3);
    answer(&writer, &lengths, NOW_US, RTU_ANSWER, text);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).address, 614);
    /* Still in doubt: an acknowledgement is not enough, and the length 3 is used. */
    answer(&writer, &lengths, NOW_US, RTU_ANSWER, NULL);
    request = next(&writer, &lengths, NOW_US);
    ck_assert_uint_eq(request.function, READ_HOLDING);
    ck_assert_uint_eq(request.count, 2);
}
END_TEST

START_TEST(what_was_not_written_is_written_again) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    static const uint16_t old[8] = { 0 };
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    answer(&writer, &lengths, NOW_US, RTU_ANSWER, old);
    struct rtu_request request = next(&writer, &lengths, NOW_US);
    ck_assert_uint_eq(request.function, WRITE_HOLDING);
    ck_assert_uint_eq(request.address, 513);
}
END_TEST

/* One register can be read back in the length 1 only once a second; then its neighbours are read with it. */
START_TEST(no_length_is_used_twice_in_a_second) {
    struct writer writer = { .read_max = FRAME_READ_MAX,
                             .doubt_us = NOW_US + 10 * (int64_t)DOUBT_US };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    bool is_used[FRAME_READ_MAX + 1] = { false };
    writer_start(&writer, 0, &sequence);
    for (unsigned i = 0; i < 12; i++) {
        struct rtu_request request;
        if (!writer_next(&writer, &lengths, NOW_US, &request)) {
            break;
        }
        struct rtu_result result = { .outcome = RTU_ANSWER, .done_us = NOW_US };
        if (request.function == READ_HOLDING) {
            ck_assert(!is_used[request.count]);
            is_used[request.count] = true;
            result.outcome = i % 3 == 0 ? RTU_NO_ANSWER : RTU_ANSWER;
            memcpy(result.values, sequence.values + (request.address - 513U),
                   request.count * sizeof *result.values);
        }
        writer_take(&writer, &lengths, &request, &result);
    }
}
END_TEST

/* A reading of input registers went unanswered: its answer must not pass for the reading back of as many others. */
START_TEST(a_length_rests_whatever_was_read) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    lengths_note(&lengths, 3, NOW_US);
    struct rtu_request request = next(&writer, &lengths, NOW_US);
    ck_assert_uint_eq(request.function, READ_HOLDING);
    ck_assert_uint_eq(request.count, 2);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    ck_assert(lengths_is_free(&lengths, 1, NOW_US));
    ck_assert(!lengths_is_free(&lengths, 2, NOW_US));
    ck_assert(!lengths_is_free(&lengths, 3, NOW_US));
    ck_assert(lengths_is_free(&lengths, 4, NOW_US));
}
END_TEST

/* A device that answers no long reading would be asked in vain for ever. */
START_TEST(no_reading_back_is_longer_than_the_device_allows) {
    struct writer writer = { .read_max = 2 };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    const uint16_t *text = sequence.values;
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).count, 2);
    answer(&writer, &lengths, NOW_US, RTU_ANSWER, text);
    struct rtu_request request = next(&writer, &lengths, NOW_US);
    ck_assert_uint_eq(request.address, 515);
    ck_assert_uint_eq(request.count, 1);
    answer(&writer, &lengths, NOW_US, RTU_ANSWER, text + 2);
    ck_assert_uint_eq(next(&writer, &lengths, NOW_US).function, WRITE_HOLDING);
}
END_TEST

START_TEST(when_every_length_rests_the_writer_waits) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence;
    sequence_clear(&sequence);
    *sequence_add(&sequence, 300, 1, 1) = 7;
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    struct rtu_request request;
    ck_assert(!writer_next(&writer, &lengths, NOW_US + 1000, &request));
    ck_assert(writer_next(&writer, &lengths, NOW_US + LENGTH_REST_US, &request));
}
END_TEST

START_TEST(a_device_that_can_not_be_read_back_is_believed_after_the_doubt) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence;
    struct rtu_request request;
    sequence_clear(&sequence);
    *sequence_add(&sequence, 300, 1, 1) = 7;
    writer_start(&writer, 0, &sequence);
    answer(&writer, &lengths, NOW_US, RTU_NO_ANSWER, NULL);
    answer(&writer, &lengths, NOW_US, RTU_EXCEPTION, NULL);
    ck_assert(!writer_next(&writer, &lengths, NOW_US + 1000, &request));
    int64_t later_us = NOW_US + DOUBT_US;
    ck_assert_int_eq(answer(&writer, &lengths, later_us, RTU_ANSWER, NULL), WRITER_DONE);
}
END_TEST

START_TEST(a_refused_write_ends_the_sequence) {
    struct writer writer = { .read_max = FRAME_READ_MAX };
    struct lengths lengths = { 0 };
    struct sequence sequence = job_of(9);
    writer_start(&writer, 0, &sequence);
    ck_assert_int_eq(answer(&writer, &lengths, NOW_US, RTU_EXCEPTION, NULL), WRITER_REFUSED);
    ck_assert(!writer.is_active);
}
END_TEST

static const struct {
    const char *text;
    uint16_t registers, length;
    uint16_t first, last;
} texts[] = {
    { "", 4, 0, 0, 0 },
    { "A", 4, 1, 0x4100, 0 },
    { "AB", 4, 2, 0x4142, 0 },
    { "窗口", 2, 4, 0xB4B0, 0xBFDA },
    { "窗口1", 2, 4, 0xB4B0, 0xBFDA }, /* cut at a whole character */
    { "1窗口", 2, 3, 0x31B4, 0xB000 },
};

START_TEST(text_is_gbk_cut_at_a_character) {
    uint16_t registers[8] = { 0 };
    ck_assert_uint_eq(text_write(texts[_i].text, registers, texts[_i].registers), texts[_i].length);
    ck_assert_uint_eq(registers[0], texts[_i].first);
    ck_assert_uint_eq(registers[texts[_i].registers - 1], texts[_i].last);
}
END_TEST

START_TEST(a_revision_tells_texts_and_styles_apart) {
    struct board_map map = { 4, 256, 257, 258, 259 };
    struct board_image image = { .style = 1 };
    struct sequence first, second;
    snprintf(image.text, sizeof image.text, "A001");
    board_write(&map, &image, &first);
    board_write(&map, &image, &second);
    ck_assert(sequence_equal(&first, &second));
    ck_assert_uint_eq(board_revision(&first), board_revision(&second));
    image.style = 2;
    board_write(&map, &image, &second);
    ck_assert_uint_ne(board_revision(&first), board_revision(&second));
    ck_assert_uint_ne(board_revision(&first), 0);
    ck_assert_uint_eq(first.steps[0].count, 4);
    ck_assert_uint_eq(first.steps[1].address, 256);
}
END_TEST

Suite *sequence_suite(void) {
    Suite *suite = suite_create("sequence");
    TCase *cases = tcase_create("sequence");
    tcase_add_test(cases, steps_follow_in_order_when_acknowledged);
    tcase_add_test(cases, a_lost_acknowledgement_is_read_back_before_the_next_step);
    tcase_add_test(cases, what_was_not_written_is_written_again);
    tcase_add_test(cases, no_length_is_used_twice_in_a_second);
    tcase_add_test(cases, a_length_rests_whatever_was_read);
    tcase_add_test(cases, no_reading_back_is_longer_than_the_device_allows);
    tcase_add_test(cases, when_every_length_rests_the_writer_waits);
    tcase_add_test(cases, a_device_that_can_not_be_read_back_is_believed_after_the_doubt);
    tcase_add_test(cases, a_refused_write_ends_the_sequence);
    tcase_add_loop_test(cases, text_is_gbk_cut_at_a_character, 0, sizeof texts / sizeof *texts);
    tcase_add_test(cases, a_revision_tells_texts_and_styles_apart);
    suite_add_tcase(suite, cases);
    return suite;
}
