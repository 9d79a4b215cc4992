/* tests/hall/README.md names a test for each rule, and the tests exist; a few name the area that will bring theirs. */
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

enum { TEXT_MAX = 4 * 1024 * 1024, NAME_MAX_LENGTH = 160 };

/* Rows whose rule is still to be built by another area. Who fills one lowers this. */
enum { ROWS_LEFT_TO_AREAS = 3 };

static void append_file(const char *path, char *text, size_t *length) {
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s can't be opened", path);
    *length += fread(text + *length, 1, TEXT_MAX - 1 - *length, file);
    ck_assert_msg(feof(file), "the tests are longer than TEXT_MAX");
    text[*length] = 0;
    (void)fclose(file);
}

static char *read_sources(void) {
    static const char *const PLACES[] = { "tests/unit/*/*_test.c", "tests/unit/*/test_*.c",
                                          "tests/devices/*_test.c", "tests/system/test_*.py",
                                          "tests/hall/*.c" };
    char *text = calloc(1, TEXT_MAX);
    size_t length = 0;
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        glob_t found;
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread. */
        int error = glob(PLACES[i], 0, NULL, &found);
        ck_assert_int_eq(error, 0);
        for (size_t k = 0; k < found.gl_pathc; k++) {
            append_file(found.gl_pathv[k], text, &length);
        }
        globfree(&found);
    }
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

/* A test of Check, one of Python, or a check that the model makes on every day of hall_days. */
static bool is_test(const char *name, const char *sources) {
    char check[NAME_MAX_LENGTH];
    char python[NAME_MAX_LENGTH];
    char model[NAME_MAX_LENGTH];
    snprintf(check, sizeof check, "START_TEST(%s)", name);
    snprintf(python, sizeof python, "def %s(self", name);
    snprintf(model, sizeof model, "static void %s(", name);
    return strstr(sources, check) != NULL || strstr(sources, python) != NULL ||
           strstr(sources, model) != NULL;
}

static unsigned ck_names(const char *cell, const char *sources) {
    unsigned count = 0;
    for (const char *at = strchr(cell, '`'); at != NULL; at = strchr(at, '`')) {
        char name[NAME_MAX_LENGTH / 2];
        size_t length = strcspn(at + 1, "`");
        snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
        ck_assert_msg(is_test(name, sources), "README names %s, which does not exist", name);
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
    unsigned left = 0;
    append_file("tests/hall/README.md", readme, &length);
    for (char *line = strtok_r(readme, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *cell = last_cell(line);
        if (cell != NULL) {
            unsigned area = is_area(cell);
            ck_assert_msg(area == 1 || ck_names(cell, sources) > 0, "empty row: %s", line);
            left += area;
            rows++;
        }
    }
    ck_assert_uint_gt(rows, 200);
    ck_assert_uint_eq(left, ROWS_LEFT_TO_AREAS);
    free(sources);
}
END_TEST

TCase *readme_case(void) {
    TCase *tcase = tcase_create("readme");
    tcase_add_test(tcase, each_rule_names_its_test);
    return tcase;
}
