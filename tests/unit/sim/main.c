#include <stdlib.h>

#include "tests/unit/sim/sim_tests.h"

int main(void) {
    Suite *suite = suite_create("sim");
    TCase *const cases[] = { rng_cases(),     device_cases(), frame_cases(),  fault_cases(),
                             paper_cases(),   people_cases(), line_cases(),   wiring_cases(),
                             control_cases(), sign_cases(),   escpos_cases(), speech_cases(),
                             ff68_cases(),    foreign_cases() };
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
