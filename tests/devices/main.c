#include <check.h>
#include <stdlib.h>

#include "tests/devices/suites.h"

int main(void) {
    SRunner *runner = srunner_create(keys_suite());
    srunner_add_suite(runner, images_suite());
    srunner_add_suite(runner, jobs_suite());
    srunner_add_suite(runner, faults_suite());
    srunner_add_suite(runner, lines_suite());
    srunner_add_suite(runner, network_suite());
    srunner_add_suite(runner, vendor_suite());
    srunner_add_suite(runner, transcripts_suite());
    srunner_add_suite(runner, ff68_bus_suite());
    srunner_add_suite(runner, signs_suite());
    srunner_add_suite(runner, printers_suite());
    srunner_add_suite(runner, voice_suite());
    srunner_add_suite(runner, speaker_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
