/* Each file of this folder gives one suite; main.c runs them all. */
#ifndef TESTS_UNIT_CONTROLLER_SUITES_H
#define TESTS_UNIT_CONTROLLER_SUITES_H

#include <check.h>

Suite *clock_suite(void);
Suite *press_suite(void);
Suite *pins_suite(void);
Suite *image_suite(void);
Suite *config_suite(void);
Suite *config_bad_suite(void);
Suite *config_callers_suite(void);
Suite *config_profile_suite(void);
Suite *config_voice_suite(void);
Suite *config_schema_suite(void);
Suite *control_suite(void);
Suite *inbox_suite(void);
Suite *worker_suite(void);
Suite *slip_suite(void);
Suite *announce_suite(void);
Suite *ledger_suite(void);
Suite *wires_suite(void);
Suite *loop_suite(void);
Suite *retries_suite(void);
Suite *unsaved_suite(void);
Suite *advice_suite(void);
Suite *wiring_suite(void);
Suite *pair_suite(void);

#endif
