/* The folder of config files that the tests load. */
#include "tests/unit/controller/config_fixture.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char BASE[] =
    "{\n"
    "  \"hall\": { \"id\": \"h1\" },\n"
    "  \"store\": { \"path\": \"hall.db\" },\n"
    "  \"services\": [\n"
    "    { \"id\": \"social\", \"index\": 1, \"prefix\": \"A\" },\n"
    "    { \"id\": \"tax\", \"index\": 2, \"prefix\": \"B\" }\n"
    "  ],\n"
    "  \"staff\": [ { \"id\": \"0107\" }, { \"id\": \"0108\" } ],\n"
    "  \"windows\": [\n"
    "    { \"id\": 1, \"own\": [\"social\"], \"staff\": [\"0107\"] },\n"
    "    { \"id\": 2, \"own\": [\"tax\"], \"helps\": [\"social\"] }\n"
    "  ],\n"
    "  \"buses\": [\n"
    "    { \"id\": \"floor\", \"protocol\": \"modbus-rtu\", \"port\": \"/dev/ttyUSB0\", "
    "\"baud\": 9600, \"devices\": [\n"
    "      { \"id\": \"d1\", \"role\": \"dispenser\", \"address\": 1, \"keys\": { \"1\": "
    "\"social\" } },\n"
    "      { \"id\": \"t1\", \"role\": \"terminal\", \"address\": 11, \"window\": 1 },\n"
    "      { \"id\": \"k1\", \"role\": \"keypad\", \"address\": 31, \"window\": 1 }\n"
    "    ] }\n"
    "  ]\n"
    "}\n";

char said[65536];

static char folder[64];

void folder_make(void) {
    snprintf(folder, sizeof folder, "/tmp/hallq-config-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_all(const char *path) {
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    /* NOLINTBEGIN(concurrency-mt-unsafe): a test has one thread. */
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char name[600];
        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            (void)remove(name);
        }
    }
    /* NOLINTEND(concurrency-mt-unsafe) */
    (void)closedir(dir);
    (void)rmdir(path);
}

void folder_remove(void) {
    char below[80];
    snprintf(below, sizeof below, "%s/profiles", folder);
    if (access(below, F_OK) == 0) {
        remove_all(below);
    }
    remove_all(folder);
}

const char *folder_path(const char *name) {
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void folder_write(const char *name, const char *text) {
    if (strncmp(name, "profiles/", 9) == 0) {
        (void)mkdir(folder_path("profiles"), 0700);
    }
    FILE *file = fopen(folder_path(name), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Cuts "/tmp/hallq-config-abc/" off wherever it stands. */
void cut_folder(char *text) {
    size_t length = strlen(folder) + 1;
    for (char *at = strstr(text, folder); at != NULL; at = strstr(at, folder)) {
        memmove(at, at + length, strlen(at + length) + 1);
    }
}

static struct config *load_by(enum hall_error (*load)(const char *file, struct config **config,
                                                      FILE *mistakes),
                              const char *name) {
    struct config *config = NULL;
    FILE *out = fmemopen(said, sizeof said, "w");
    ck_assert_ptr_nonnull(out);
    said[0] = '\0';
    enum hall_error error = load(folder_path(name), &config, out);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(error == HALL_OK, config != NULL);
    cut_folder(said);
    return config;
}

struct config *folder_load(const char *name) {
    return load_by(config_load, name);
}

struct config *folder_load_to_run(const char *name) {
    return load_by(config_load_to_run, name);
}

const char *replaced(const char *text, const char *old, const char *new) {
    static char outs[2][65536]; /* a change of a change reads one and writes the other */
    static unsigned turn;
    char *out = outs[turn++ % 2];
    const char *at = strstr(text, old);
    ck_assert_msg(at != NULL, "%s is not in the text", old);
    snprintf(out, sizeof outs[0], "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    return out;
}

char *repository_text(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s can't be opened; run in the repository", path);
    char *text = malloc(1 << 20);
    ck_assert_ptr_nonnull(text);
    *length = fread(text, 1, (1 << 20) - 1, file);
    text[*length] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

char *reference_named_mine(size_t *length) {
    char *text = repository_text("etc/profiles/hallq-1.jsonc", length);
    char *name = strstr(text, "\"name\": \"hallq-1\"");
    ck_assert_ptr_nonnull(name);
    memcpy(name, "\"name\": \"mine\"   ", strlen("\"name\": \"hallq-1\""));
    return text;
}
