/* The test cases of controller/hall, one file a topic; main.c runs them all. */
#ifndef TESTS_UNIT_HALL_SUITES_H
#define TESTS_UNIT_HALL_SUITES_H

#include <check.h>

TCase *keys_case(void);
TCase *ticket_case(void);
TCase *class_case(void);
TCase *print_case(void);
TCase *turn_case(void);
TCase *staff_case(void);
TCase *pin_case(void);
TCase *rating_case(void);
TCase *foresee_case(void);
TCase *reasons_case(void);
TCase *suspicion_case(void);
TCase *ledger_case(void);
TCase *visit_case(void);
TCase *voice_case(void);
TCase *rating_first_case(void);
TCase *rating_late_case(void);
TCase *booking_case(void);
TCase *check_in_case(void);
TCase *hours_case(void);
TCase *calendar_case(void);
TCase *day_case(void);
TCase *days_case(void);
TCase *change_case(void);
TCase *shift_case(void);
TCase *alert_case(void);
TCase *alert_hold_case(void);
TCase *alert_list_case(void);
TCase *estimate_case(void);
TCase *device_case(void);
TCase *reload_case(void);
TCase *view_case(void);
TCase *random_case(void);
TCase *whole_day_case(void);
TCase *readme_case(void);

#endif
