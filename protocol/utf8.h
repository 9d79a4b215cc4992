/* UTF-8 a character at a time. Pure. */
#ifndef PROTOCOL_UTF8_H
#define PROTOCOL_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4, UTF8_REPLACEMENT = 0xFFFD };

/*
 * Takes one character out of `text` (`length` > 0 bytes); returns the bytes taken. A byte that begins no valid,
 * shortest-form character is taken alone as U+FFFD.
 */
size_t utf8_take(const char *text, size_t length, uint32_t *character);
/* Writes a character into UTF8_MAX bytes; returns how many. */
size_t utf8_put(uint32_t character, char *out);
/* Copies as much of `text` as fits into `size` bytes with a NUL, cut at a whole character. */
void utf8_copy(char *out, size_t size, const char *text);
/* The same for one line that people read: control characters as \x0a, what is no UTF-8 as a question mark. */
void utf8_copy_visible(char *out, size_t size, const char *text);

#endif
