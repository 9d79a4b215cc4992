/* The test cases of protocol/, one file a module; main.c runs them all. */
#ifndef TESTS_UNIT_PROTOCOL_SUITE_H
#define TESTS_UNIT_PROTOCOL_SUITE_H

#include <check.h>

TCase *words_case(void);
TCase *reason_case(void);
TCase *time_case(void);
TCase *cursor_case(void);
TCase *ff68_case(void);
TCase *gbk_case(void);
TCase *onbon_case(void);
TCase *alpha_case(void);
TCase *escpos_case(void);
TCase *speech_case(void);
TCase *topic_case(void);
TCase *json_write_case(void);
TCase *json_read_case(void);
TCase *rules_case(void);
TCase *event_case(void);
TCase *command_case(void);
TCase *snapshot_case(void);
TCase *schema_case(void);

/* Reads a file of the repository (the tests run at its top) into static memory; NUL-ended. */
const char *file_text(const char *path, size_t *length);

#endif
