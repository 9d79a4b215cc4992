/*
 * The text of a config with its includes as one JSON document, and where each of its lines came from. Top-level keys
 * of earlier files win: the main file, its includes in order, theirs.
 */
#ifndef CONTROLLER_CONFIG_TEXT_H
#define CONTROLLER_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "controller/config.h"

enum {
    CONFIG_BYTES_MAX = 1u << 20, /* of one file, and of all together */
    CONFIG_FILES_MAX = 16,
    CONFIG_PIECES_MAX = 512
};

struct config_text {
    char *bytes; /* owned; comments are blanked */
    size_t length;
    bool is_partial; /* an include could not be taken: what seems to be missing may stand there */
    unsigned file_count;
    struct {
        char path[CONFIG_PATH_SIZE];
        unsigned parent; /* who includes it; the main file is its own */
    } files[CONFIG_FILES_MAX];
    unsigned piece_count;
    struct {
        unsigned line;      /* first line in `bytes` */
        unsigned file;      /* index of files */
        unsigned file_line; /* the same line there */
    } pieces[CONFIG_PIECES_MAX];
};

/*
 * Reads the file and its includes, each beside the file that names it. HALL_IO: the file can't be read; HALL_INVALID: no
 * JSON, no object, an include that can't be read, a loop of them; every mistake is printed. Released by config_text_deinit in each case.
 */
enum hall_error config_text_init(struct config_text *text, const char *file, FILE *mistakes);
void config_text_deinit(struct config_text *text);
/* The file and line of a line of `bytes`. */
const char *config_text_place(const struct config_text *text, unsigned line, unsigned *file_line);

/* The whole file, closed by a NUL; the caller frees it. NULL: `fault` (WHAT_SIZE) says why. */
char *config_read_file(const char *path, size_t *length, char *fault);
/* The folder of `file` with its closing slash, or "" . */
void config_folder(const char *file, char *out /* CONFIG_PATH_SIZE */);

#endif
