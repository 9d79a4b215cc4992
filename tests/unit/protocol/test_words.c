/* Every word finds its value again; numbers on paper keep their form. */
#include <string.h>

#include "protocol/event_fields.h"
#include "protocol/words.h"
#include "suite.h"

static const struct {
    enum word_list list;
    unsigned last;
    const char *first_word, *last_word;
} LISTS[] = {
    { LIST_CLASS, CLASS_CREDIT, "normal", "credit" },
    { LIST_CHANNEL, CHANNEL_COMMAND, "dispenser", "command" },
    { LIST_GROUND, GROUND_OTHER, "elderly", "other" },
    { LIST_OUTCOME, OUTCOME_NOT_HERE, "done", "not_here" },
    { LIST_RATING_CHANNEL, RATING_DEFAULT, "keypad", "default" },
    { LIST_ROLE, ROLE_VOICE, "dispenser", "voice" },
    { LIST_CASE_KIND, CASE_UNSOLVED, "bad_rating", "unsolved" },
    { LIST_CASE_OUTCOME, CASE_UNKNOWN, "reached", "unknown" },
    { LIST_CASE_CAUSE, CAUSE_OTHER, "manner", "other" },
    { LIST_TIER, TIER_IDLE, "own", "idle" },
    { LIST_BY_KIND, BY_RULE, "key", "rule" },
};

START_TEST(words_and_values_match) {
    enum word_list list = LISTS[_i].list;
    ck_assert_str_eq(list_word(list, 0), "");
    ck_assert_uint_eq(list_of_word(list, ""), 0);
    ck_assert_uint_eq(list_of_word(list, "nonsense"), 0);
    for (unsigned value = 1; value <= LISTS[_i].last; value++) {
        ck_assert_uint_eq(list_of_word(list, list_word(list, value)), value);
    }
    ck_assert_str_eq(list_word(list, 1), LISTS[_i].first_word);
    ck_assert_str_eq(list_word(list, LISTS[_i].last), LISTS[_i].last_word);
}
END_TEST

START_TEST(states_have_words) {
    for (unsigned i = 1; i <= TICKET_EXPIRED; i++) {
        enum ticket_state state = (enum ticket_state)i;
        ck_assert_uint_eq(ticket_state_of_word(ticket_state_word(state)), state);
    }
    for (unsigned i = 1; i <= WINDOW_PAUSED; i++) {
        enum window_state state = (enum window_state)i;
        ck_assert_uint_eq(window_state_of_word(window_state_word(state)), state);
    }
    ck_assert_str_eq(ticket_state_word(TICKET_NO_SHOW), "no_show");
    ck_assert_str_eq(window_state_word(WINDOW_PAUSED), "paused");
    ck_assert_uint_eq(place_of_word("keep"), PLACE_KEEP);
    ck_assert_str_eq(place_word(PLACE_NOW), "now");
}
END_TEST

static const struct {
    const char *text;
    bool is_good;
} NUMBERS[] = { { "A001", true },  { "AB999", true },  { "Z100", true },  { "A000", false },
                { "a001", false }, { "ABC01", false }, { "A01", false },  { "A0001", false },
                { "001", false },  { "", false },      { "A00x", false }, { "A001 ", false } };

START_TEST(numbers_on_paper) {
    struct ticket_no ticket = { "Q", 7 };
    char back[TICKET_SIZE];
    bool is_good = ticket_no_parse(NUMBERS[_i].text, &ticket) == HALL_OK;
    ck_assert_int_eq(is_good, NUMBERS[_i].is_good);
    ticket_no_format(ticket, back);
    ck_assert_str_eq(back, is_good ? NUMBERS[_i].text : "Q007");
}
END_TEST

START_TEST(ticket_ids) {
    char text[TICKET_ID_SIZE];
    struct ticket_no ticket = { "AB", 1 };
    uint32_t day = 0;
    ticket_id_format(20261123, ticket, text);
    ck_assert_str_eq(text, "20261123-AB001");
    ck_assert_int_eq(ticket_id_parse("20240229-A041", &day, &ticket), HALL_OK);
    ck_assert_uint_eq(day, 20240229);
    ck_assert(ticket_no_equal(ticket, (struct ticket_no){ "A", 41 }));
    ck_assert_int_eq(ticket_id_parse("20230229-A041", &day, &ticket), HALL_INVALID);
    ck_assert_int_eq(ticket_id_parse("20240229A041", &day, &ticket), HALL_INVALID);
    ck_assert_int_eq(ticket_id_parse("2024022-A041", &day, &ticket), HALL_INVALID);
    ck_assert_uint_eq(day, 20240229);
    ticket_no_format((struct ticket_no){ "", 3 }, text);
    ck_assert_str_eq(text, "");
    ck_assert(!ticket_no_equal((struct ticket_no){ "A", 1 }, (struct ticket_no){ "AB", 1 }));
}
END_TEST

TCase *words_case(void) {
    TCase *tcase = tcase_create("words");
    tcase_add_loop_test(tcase, words_and_values_match, 0, (int)(sizeof LISTS / sizeof LISTS[0]));
    tcase_add_test(tcase, states_have_words);
    tcase_add_loop_test(tcase, numbers_on_paper, 0, (int)(sizeof NUMBERS / sizeof NUMBERS[0]));
    tcase_add_test(tcase, ticket_ids);
    return tcase;
}
