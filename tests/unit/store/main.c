#include <stdlib.h>

#include "tests/unit/store/fixture.h"

int main(void) {
    Suite *suite = suite_create("store");
    TCase *const cases[] = { journal_cases(), record_cases(), fault_cases(),  keeping_cases(),
                             backup_cases(),  replay_cases(), report_cases(), key_cases() };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tcase_set_timeout(cases[i], 30);
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
