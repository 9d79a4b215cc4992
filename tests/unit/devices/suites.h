/* The suites of the pure files of devices/, one file each. */
#ifndef TESTS_UNIT_DEVICES_SUITES_H
#define TESTS_UNIT_DEVICES_SUITES_H

#include <check.h>

Suite *frame_suite(void);
Suite *mbap_suite(void);
Suite *diagnosis_suite(void);
Suite *garbage_suite(void);
Suite *adapter_suite(void);
Suite *usage_suite(void);
Suite *schedule_suite(void);
Suite *schedule_order_suite(void);
Suite *schedule_hall_suite(void);
Suite *sequence_suite(void);
Suite *profile_suite(void);
Suite *job_suite(void);
Suite *key_suite(void);
Suite *show_suite(void);
Suite *ff68_suite(void);
Suite *rater_suite(void);
Suite *sign_layout_suite(void);
Suite *printer_suite(void);
Suite *reading_suite(void);
Suite *vendor_suite(void);
Suite *write_suite(void);

#endif
