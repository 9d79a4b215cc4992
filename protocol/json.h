/*
 * JSON (with comments, for config and profiles) read with the place of every mistake, and JSON written without
 * allocation. The reader is the only file that includes cJSON; everybody else sees this header.
 *
 * Reading: a document owns its nodes; nodes are borrowed until json_close. Reading functions take a node and a key,
 * give a value, and record a mistake in the document (path, what was found, what would be right) instead of failing.
 * Any thread, one document per thread at a time.
 */
#ifndef PROTOCOL_JSON_H
#define PROTOCOL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

struct json;     /* one node; NULL is accepted everywhere and means "not there" */
struct json_doc; /* text, nodes, mistakes */

struct json_mistake {
    const char *file; /* as given to json_open */
    unsigned line;    /* from 1 */
    char path[160];   /* "buses[0].devices[3].address" */
    char what[240];   /* "found 300, expected a whole number 1..247" */
};

/*
 * Parses `text` (`length` bytes; comments and trailing NUL allowed; at most 1 MiB, nesting at most 32). `file` names
 * it in mistakes and must outlive the document. Never NULL; a syntax error is a mistake and json_top is then NULL.
 * Duplicate keys are mistakes.
 */
struct json_doc *json_open(const char *file, const char *text, size_t length);
void json_close(struct json_doc *doc);
const struct json *json_top(const struct json_doc *doc);
size_t json_mistake_count(const struct json_doc *doc);
/* In the order found. At most 200 are kept; one more row then says how many others there are. */
const struct json_mistake *json_mistake_at(const struct json_doc *doc, size_t i);
/* The same for what is no mistake but should be known (json_warn). */
size_t json_warning_count(const struct json_doc *doc);
const struct json_mistake *json_warning_at(const struct json_doc *doc, size_t i);
/* Records a mistake about `node` (its path and line are worked out); key may be NULL, else it names a child or a missing key. */
void json_complain(struct json_doc *doc, const struct json *node, const char *key,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same for a warning. */
void json_warn(struct json_doc *doc, const struct json *node, const char *key, const char *format,
               ...) __attribute__((format(printf, 4, 5)));
/* A mistake in the usual words: found what stands there, expected this. */
void json_expect(struct json_doc *doc, const struct json *node, const char *key,
                 const char *expected);
/* Complains about each key of `object` that is not in the NULL-ended list, naming the nearest known one. */
void json_only(struct json_doc *doc, const struct json *object, const char *const *known);

bool json_is_object(const struct json *node);
bool json_is_array(const struct json *node);
bool json_is_string(const struct json *node);
bool json_is_number(const struct json *node);
bool json_is_bool(const struct json *node);
bool json_is_true(const struct json *node);
bool json_is_null(const struct json *node);
const struct json *json_get(const struct json *object, const char *key); /* NULL if not there */
const struct json *json_first(const struct json *node); /* first child of an object or array */
const struct json *json_next(const struct json *node);
const char *json_key(const struct json *node);  /* its key in its object, "" in an array */
const char *json_text(const struct json *node); /* a string's text, NULL for another kind */
double json_number(const struct json *node);    /* 0 for another kind */
unsigned json_count(const struct json *node);   /* children */

/*
 * Checked reading of object[key]. Not there: the value stays (set the default before). Of another kind or out of
 * bounds: a mistake, the value stays. Return true when the key was there and good.
 */
bool json_read_int(struct json_doc *doc, const struct json *object, const char *key, int64_t low,
                   int64_t high, int64_t *value);
bool json_read_u32(struct json_doc *doc, const struct json *object, const char *key, uint32_t low,
                   uint32_t high, uint32_t *value);
bool json_read_u16(struct json_doc *doc, const struct json *object, const char *key, uint16_t low,
                   uint16_t high, uint16_t *value);
bool json_read_bool(struct json_doc *doc, const struct json *object, const char *key, bool *value);
/* Longer than size - 1 bytes: a mistake. */
bool json_read_text(struct json_doc *doc, const struct json *object, const char *key, char *value,
                    size_t size);
/* The same, and it must match [a-z0-9-]{1,32}. */
bool json_read_name(struct json_doc *doc, const struct json *object, const char *key, char *value);
/* As written in the source text, compact (for sub-documents passed on). Bytes written without NUL, or HALL_FULL. */
int json_print(const struct json *node, char *out, size_t size);

/*
 * Writing: a cursor over the caller's buffer with a sticky error; check it once at the end. Keys may be NULL inside
 * arrays. Text is escaped; invalid UTF-8 becomes U+FFFD.
 */
struct json_writer {
    char *out;
    size_t size, used;
    bool is_full;
    bool needs_comma;
};

void json_writer_init(struct json_writer *writer, char *out, size_t size);
void json_begin_object(struct json_writer *writer, const char *key);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *key);
void json_end_array(struct json_writer *writer);
void json_write_text(struct json_writer *writer, const char *key,
                     const char *text); /* NULL writes null */
void json_write_int(struct json_writer *writer, const char *key, int64_t value);
void json_write_bool(struct json_writer *writer, const char *key, bool value);
void json_write_null(struct json_writer *writer, const char *key);
void json_write_fixed(struct json_writer *writer, const char *key, int64_t value,
                      unsigned decimals); /* 123, 1 -> 12.3 */
void json_write_raw(struct json_writer *writer, const char *key, const char *json, size_t length);
/* NUL-ends the text. Bytes without NUL, or HALL_FULL. */
int json_writer_end(struct json_writer *writer);

#endif
