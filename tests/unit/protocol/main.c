/* Runs every test case of protocol/. */
#include <stdio.h>
#include <stdlib.h>

#include "suite.h"

const char *file_text(const char *path, size_t *length) {
    static char text[1024 * 1024];
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s can't be opened", path);
    *length = fread(text, 1, sizeof text - 1, file);
    text[*length] = '\0';
    (void)fclose(file);
    return text;
}

int main(void) {
    TCase *(*const cases[])(void) = { words_case,  reason_case, time_case,       cursor_case,
                                      gbk_case,    topic_case,  json_write_case, json_read_case,
                                      rules_case,  event_case,  command_case,    snapshot_case,
                                      schema_case, ff68_case,   onbon_case,      alpha_case,
                                      escpos_case, speech_case };
    Suite *suite = suite_create("protocol");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        suite_add_tcase(suite, cases[i]());
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
