/* Runs every test case of controller/hall. */
#include <stdlib.h>

#include "suites.h"

int main(void) {
    TCase *(*const cases[])(
        void) = { keys_case,       ticket_case,       print_case,   turn_case,      staff_case,
                  rating_case,     rating_first_case, ledger_case,  hours_case,     calendar_case,
                  day_case,        days_case,         change_case,  shift_case,     alert_case,
                  device_case,     reload_case,       view_case,    random_case,    visit_case,
                  voice_case,      estimate_case,     booking_case, check_in_case,  whole_day_case,
                  pin_case,        rating_late_case,  class_case,   suspicion_case, reasons_case,
                  alert_hold_case, alert_list_case,   foresee_case, readme_case };
    Suite *suite = suite_create("hall");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        suite_add_tcase(suite, cases[i]());
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
