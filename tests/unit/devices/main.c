#include <check.h>
#include <stdlib.h>

#include "tests/unit/devices/suites.h"

int main(void) {
    SRunner *runner = srunner_create(frame_suite());
    srunner_add_suite(runner, mbap_suite());
    srunner_add_suite(runner, diagnosis_suite());
    srunner_add_suite(runner, garbage_suite());
    srunner_add_suite(runner, adapter_suite());
    srunner_add_suite(runner, usage_suite());
    srunner_add_suite(runner, schedule_suite());
    srunner_add_suite(runner, schedule_order_suite());
    srunner_add_suite(runner, schedule_hall_suite());
    srunner_add_suite(runner, sequence_suite());
    srunner_add_suite(runner, profile_suite());
    srunner_add_suite(runner, job_suite());
    srunner_add_suite(runner, key_suite());
    srunner_add_suite(runner, show_suite());
    srunner_add_suite(runner, ff68_suite());
    srunner_add_suite(runner, rater_suite());
    srunner_add_suite(runner, sign_layout_suite());
    srunner_add_suite(runner, printer_suite());
    srunner_add_suite(runner, reading_suite());
    srunner_add_suite(runner, vendor_suite());
    srunner_add_suite(runner, write_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
