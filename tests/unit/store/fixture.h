/* A folder of its own for each test, a store in it, and a story to put there. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <check.h>

#include "controller/store/store.h"
#include "tests/unit/store/story.h"

extern char folder[256], path[300], fault[WHAT_SIZE];
extern struct store *store;
extern struct story story;
extern struct batch batch;

/* Checked fixtures: an open, empty store. */
void fixture_set_up(void);
void fixture_tear_down(void);
/* Appends the story's next events in batches of `size`. */
void append_story(unsigned events, unsigned size);
void reopen(void);
/* Runs SQL on the store's file with a connection of the test's own. */
void tamper(const char *file, const char *sql);
int64_t ask_number(const char *file, const char *sql);
void ask_text(const char *file, const char *sql, char *out, size_t size);

TCase *journal_cases(void);
TCase *record_cases(void);
TCase *fault_cases(void);
TCase *keeping_cases(void);
TCase *backup_cases(void);
TCase *replay_cases(void);
TCase *report_cases(void);
TCase *key_cases(void);

#endif
