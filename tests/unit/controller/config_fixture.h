/* Configs as real files in a folder of their own, and what config_load says of them. */
#ifndef TESTS_UNIT_CONTROLLER_CONFIG_FIXTURE_H
#define TESTS_UNIT_CONTROLLER_CONFIG_FIXTURE_H

#include <stddef.h>

#include "controller/config.h"

/* A small hall without a mistake, each thing on a line of its own. */
extern const char BASE[];

/* Makes the folder; removes it with all that is in it. For Check's fixtures. */
void folder_make(void);
void folder_remove(void);
/* The path of a file in it; good for the next three calls. */
const char *folder_path(const char *name);
void folder_write(const char *name, const char *text);
/*
 * Loads a file of the folder. NULL: refused; what was said stands in `said` (cleared otherwise), the folder's own path
 * cut off at each line's begin.
 */
struct config *folder_load(const char *name);
struct config *folder_load_to_run(const char *name); /* as hallqd does */
extern char said[65536];
/* Cuts the folder's own path off wherever it stands in `text`. */
void cut_folder(char *text);
/* `text` with the first `old` replaced; asserts that it was there. Good until the next call. */
const char *replaced(const char *text, const char *old, const char *new);
/* A file of the repository, NUL-ended; the caller frees it. */
char *repository_text(const char *path, size_t *length);
/* The reference profile under the name "mine"; the caller frees it. */
char *reference_named_mine(size_t *length);

#endif
