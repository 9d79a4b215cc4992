#include <stdlib.h>

#include "tests/unit/controller/suites.h"

int main(void) {
    SRunner *runner = srunner_create(clock_suite());
    srunner_add_suite(runner, press_suite());
    srunner_add_suite(runner, pins_suite());
    srunner_add_suite(runner, image_suite());
    srunner_add_suite(runner, config_suite());
    srunner_add_suite(runner, config_bad_suite());
    srunner_add_suite(runner, config_callers_suite());
    srunner_add_suite(runner, config_profile_suite());
    srunner_add_suite(runner, config_voice_suite());
    srunner_add_suite(runner, config_schema_suite());
    srunner_add_suite(runner, control_suite());
    srunner_add_suite(runner, inbox_suite());
    srunner_add_suite(runner, worker_suite());
    srunner_add_suite(runner, slip_suite());
    srunner_add_suite(runner, announce_suite());
    srunner_add_suite(runner, ledger_suite());
    srunner_add_suite(runner, wires_suite());
    srunner_add_suite(runner, loop_suite());
    srunner_add_suite(runner, retries_suite());
    srunner_add_suite(runner, unsaved_suite());
    srunner_add_suite(runner, advice_suite());
    srunner_add_suite(runner, wiring_suite());
    srunner_add_suite(runner, pair_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
