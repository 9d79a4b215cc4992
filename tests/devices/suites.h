/*
 * The suites of the bus tests, one file each: keys (counted presses), images (writes in order), jobs (paper once),
 * faults (what a bad wire does), lines (plugs, rates, ports), vendor (other makers' maps), transcripts (the exact bytes),
 * speaker (the sound card), and one for each of the other protocols (voice: the speech chips).
 */
#ifndef TESTS_DEVICES_SUITES_H
#define TESTS_DEVICES_SUITES_H

#include <check.h>

Suite *keys_suite(void);
Suite *images_suite(void);
Suite *jobs_suite(void);
Suite *faults_suite(void);
Suite *lines_suite(void);
Suite *network_suite(void);
Suite *vendor_suite(void);
Suite *transcripts_suite(void);
Suite *ff68_bus_suite(void);
Suite *signs_suite(void);
Suite *printers_suite(void);
Suite *voice_suite(void);
Suite *speaker_suite(void);

#endif
