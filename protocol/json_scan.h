/*
 * What the parser lets through and JSON forbids, found before parsing: control characters, bad UTF-8, \u0000, numbers
 * like 01 or 1., nesting beyond the bound. Also blanks comments and a byte order mark at the begin out with spaces, so
 * that places and lines stay. Pure.
 */
#ifndef PROTOCOL_JSON_SCAN_H
#define PROTOCOL_JSON_SCAN_H

#include <stddef.h>

enum { JSON_NESTING_MAX = 32 };

/* `text` has a NUL at `length`. Returns NULL when well, else what was found and expected, with the place of it in `at`. Changes nothing else. */
const char *json_scan(char *text, size_t length, size_t *at);
/* Line of a place in the text, from 1. */
unsigned json_line_of(const char *text, size_t at);
/* Place of the first byte that is no white space, from `at` on. */
size_t json_skip_space(const char *text, size_t length, size_t at);
/* Place behind the value that begins at `at`, in a text that has been parsed well. */
size_t json_skip_value(const char *text, size_t length, size_t at);

#endif
