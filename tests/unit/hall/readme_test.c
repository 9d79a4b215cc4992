/* tests/hall/README.md names a test, or the area that will bring one, for each rule; and the tests exist. */
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

enum { TEXT_MAX = 1024 * 1024, NAME_MAX_LENGTH = 160 };

static void append_file(const char *path, char *text, size_t *length) {
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s can't be opened", path);
    *length += fread(text + *length, 1, TEXT_MAX - 1 - *length, file);
    text[*length] = 0;
    (void)fclose(file);
}

static char *read_sources(void) {
    char *text = calloc(1, TEXT_MAX);
    size_t length = 0;
    glob_t found;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread. */
    int error = glob("tests/unit/hall/*_test.c", 0, NULL, &found);
    ck_assert_int_eq(error, 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        append_file(found.gl_pathv[i], text, &length);
    }
    globfree(&found);
    return text;
}

static bool is_area(const char *cell) {
    static const char *const AREAS[] = { "wires", "records", "pages" };
    for (size_t i = 0; i < sizeof AREAS / sizeof AREAS[0]; i++) {
        if (strcmp(cell, AREAS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static unsigned ck_names(const char *cell, const char *sources) {
    unsigned count = 0;
    for (const char *at = strchr(cell, '`'); at != NULL; at = strchr(at, '`')) {
        char wanted[NAME_MAX_LENGTH];
        size_t length = strcspn(at + 1, "`");
        snprintf(wanted, sizeof wanted, "START_TEST(%.*s)", (int)length, at + 1);
        ck_assert_msg(strstr(sources, wanted) != NULL, "README names %s, which does not exist",
                      wanted);
        at += length + 2;
        count++;
    }
    return count;
}

/* The last cell of a table's row, cut out of it; NULL for other lines and the rows above the content. */
static char *last_cell(char *line) {
    size_t length = strlen(line);
    if (line[0] != '|' || length < 5 || line[1] == '-') {
        return NULL;
    }
    line[length - 2] = 0; /* the closing " |" */
    char *bar = strrchr(line, '|');
    return strcmp(bar + 2, "test or area") == 0 ? NULL : bar + 2;
}

START_TEST(each_rule_names_its_test) {
    static char readme[TEXT_MAX];
    char *sources = read_sources();
    char *rest = NULL;
    size_t length = 0;
    unsigned rows = 0;
    append_file("tests/hall/README.md", readme, &length);
    for (char *line = strtok_r(readme, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *cell = last_cell(line);
        if (cell != NULL) {
            ck_assert_msg(is_area(cell) || ck_names(cell, sources) > 0, "empty row: %s", line);
            rows++;
        }
    }
    ck_assert_uint_gt(rows, 100);
    free(sources);
}
END_TEST

TCase *readme_case(void) {
    TCase *tcase = tcase_create("readme");
    tcase_add_test(tcase, each_rule_names_its_test);
    return tcase;
}
