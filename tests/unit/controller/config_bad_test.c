/* Mistakes in a config: each is found at its line, with its path, what was found and what would be right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

struct row {
    const char *old, *new; /* what is changed in BASE */
    const char *said;
};

#include "config_bad_rows.h"

START_TEST(each_mistake_is_said) {
    const struct row *row = &ROWS[_i];
    folder_write("hall.jsonc", replaced(BASE, row->old, row->new));
    ck_assert_ptr_null(folder_load("hall.jsonc"));
    ck_assert_str_eq(said, row->said);
}
END_TEST

Suite *config_bad_suite(void) {
    Suite *suite = suite_create("config_bad");
    TCase *tests = tcase_create("config_bad");
    tcase_add_checked_fixture(tests, folder_make, folder_remove);
    tcase_add_loop_test(tests, each_mistake_is_said, 0, sizeof ROWS / sizeof ROWS[0]);
    suite_add_tcase(suite, tests);
    return suite;
}
