/* The store's key: made once, kept, and what is hashed under it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "controller/store/key.h"
#include "tests/unit/store/fixture.h"

static char key_path[300];

static void put(const char *text) {
    FILE *file = fopen(key_path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void) {
    fixture_set_up();
    snprintf(key_path, sizeof key_path, "%.256s/store.key", folder);
}

START_TEST(a_key_is_made_once_for_its_owner) {
    struct store_key made;
    struct store_key again;
    struct stat file;
    ck_assert_int_eq(key_open(key_path, &made, fault), HALL_OK);
    ck_assert_int_eq(stat(key_path, &file), 0);
    ck_assert_uint_eq(file.st_mode & 0777U, 0600);
    ck_assert_int_eq(key_open(key_path, &again, fault), HALL_OK);
    ck_assert_mem_eq(made.bytes, again.bytes, KEY_SIZE);
}
END_TEST

START_TEST(what_is_no_key_is_refused_and_kept) {
    struct store_key key;
    const char *const bad[] = {
        "", "12", "zz", "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0"
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put(bad[i]);
        ck_assert_int_eq(key_open(key_path, &key, fault), HALL_BROKEN);
        ck_assert_ptr_nonnull(strstr(fault, "64 hex digits"));
    }
    snprintf(key_path, sizeof key_path, "%.200s/nowhere/store.key", folder);
    ck_assert_int_eq(key_open(key_path, &key, fault), HALL_IO);
}
END_TEST

static int by_value(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

START_TEST(hashes_of_codes_differ_and_hang_on_the_key) {
    static uint64_t one[CHECK_IN_CODES];
    static uint64_t other[CHECK_IN_CODES];
    struct store_key key = { { 1 } };
    key_hash_codes(&key, one);
    key.bytes[31] = 1;
    key_hash_codes(&key, other);
    ck_assert_uint_ne(one[42], other[42]);
    qsort(one, CHECK_IN_CODES, sizeof one[0], by_value);
    ck_assert_uint_ne(one[0], 0);
    for (unsigned i = 1; i < CHECK_IN_CODES; i++) {
        ck_assert_uint_ne(one[i - 1], one[i]);
    }
}
END_TEST

START_TEST(a_person_is_another_one_each_day) {
    struct store_key key = { { 1 } };
    char today[WORD_SIZE];
    char again[WORD_SIZE];
    char tomorrow[WORD_SIZE];
    key_hash_person(&key, 20261123, "440304199001011234", today);
    key_hash_person(&key, 20261123, "440304199001011234", again);
    key_hash_person(&key, 20261124, "440304199001011234", tomorrow);
    ck_assert_str_eq(today, again);
    ck_assert_str_ne(today, tomorrow);
    ck_assert_uint_eq(strspn(today, "0123456789abcdef"), WORD_SIZE - 1);
}
END_TEST

START_TEST(a_pin_is_another_hash_of_each_number_and_key) {
    struct store_key key = { { 1 } };
    char pins[4][HASH_SIZE];
    key_hash_pin(&key, 107, 52718, pins[0]);
    key_hash_pin(&key, 108, 52718, pins[1]);
    key_hash_pin(&key, 107, 52719, pins[2]);
    key.bytes[31] = 1;
    key_hash_pin(&key, 107, 52718, pins[3]);
    for (unsigned i = 0; i < 4; i++) {
        ck_assert_uint_eq(strspn(pins[i], "0123456789abcdef"), HASH_SIZE - 1);
        for (unsigned k = 0; k < i; k++) {
            ck_assert_str_ne(pins[i], pins[k]);
        }
    }
    key.bytes[31] = 0;
    key_hash_pin(&key, 107, 52718, pins[3]);
    ck_assert_str_eq(pins[3], pins[0]);
}
END_TEST

START_TEST(a_token_says_its_ticket_and_proves_it) {
    struct store_key key = { { 1 } };
    struct ticket_no ticket = { "AB", 7 };
    char token[TOKEN_SIZE];
    uint32_t day = 0;
    key_make_token(&key, 0x9f3c21aa, 20261123, ticket, token);
    ck_assert_uint_eq(strlen(token), TOKEN_SIZE - 1);
    ticket = (struct ticket_no){ "", 0 };
    ck_assert(key_read_token(&key, 0x9f3c21aa, token, &day, &ticket));
    ck_assert_uint_eq(day, 20261123);
    ck_assert_str_eq(ticket.prefix, "AB");
    ck_assert_uint_eq(ticket.number, 7);
    ck_assert(!key_read_token(&key, 0x9f3c21ab, token, &day, &ticket)); /* after a restore */
    key.bytes[0] = 2;
    ck_assert(!key_read_token(&key, 0x9f3c21aa, token, &day, &ticket));
}
END_TEST

START_TEST(nobody_makes_a_token_without_the_key) {
    struct store_key key = { { 1 } };
    char token[TOKEN_SIZE];
    uint32_t day = 5;
    struct ticket_no ticket = { "", 0 };
    key_make_token(&key, 1, 20261123, (struct ticket_no){ "A", 7 }, token);
    for (size_t i = 0; token[i] != 0; i++) {
        char other[TOKEN_SIZE];
        memcpy(other, token, sizeof other);
        other[i] = other[i] == '1' ? '2' : '1';
        ck_assert(!key_read_token(&key, 1, other, &day, &ticket));
        memcpy(other, token, sizeof other);
        other[i] = 0;
        ck_assert(!key_read_token(&key, 1, other, &day, &ticket));
    }
    static const char *const none[] = { "",
                                        "-",
                                        "20261123-A007",
                                        "20261123-A007-",
                                        "A007-00",
                                        "0123456789012345678901234567890123456789-0" };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ck_assert(!key_read_token(&key, 1, none[i], &day, &ticket));
    }
    ck_assert_uint_eq(day, 5);
}
END_TEST

TCase *key_cases(void) {
    TCase *cases = tcase_create("key");
    tcase_add_checked_fixture(cases, set_up, fixture_tear_down);
    tcase_add_test(cases, a_key_is_made_once_for_its_owner);
    tcase_add_test(cases, what_is_no_key_is_refused_and_kept);
    tcase_add_test(cases, hashes_of_codes_differ_and_hang_on_the_key);
    tcase_add_test(cases, a_person_is_another_one_each_day);
    tcase_add_test(cases, a_pin_is_another_hash_of_each_number_and_key);
    tcase_add_test(cases, a_token_says_its_ticket_and_proves_it);
    tcase_add_test(cases, nobody_makes_a_token_without_the_key);
    return cases;
}
