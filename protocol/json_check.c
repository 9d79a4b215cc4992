/* Reading with a promise about the value: kind, bounds, form. A value that breaks it becomes a mistake, not a failure. */
#include "protocol/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "protocol/utf8.h"

enum { FOUND_SIZE = 64, WORD_MAX = 40 };

/* 2 to the 53: whole numbers up to it are exact in a double, and so in JSON. */
#define EXACT_MAX 9007199254740992.0

/* What stands at a node, short enough for one line: 300, "abc", true, null, an object, a list. */
static const char *describe(const struct json *node, char *out) {
    if (node == NULL) {
        return "nothing";
    }
    if (json_is_object(node)) {
        return "an object";
    }
    if (json_is_array(node)) {
        return "a list";
    }
    const char *text = json_text(node);
    if (text != NULL) {
        char start[FOUND_SIZE - 8];
        utf8_copy(start, sizeof start, text);
        bool is_cut = strlen(start) < strlen(text);
        snprintf(out, FOUND_SIZE, "\"%s%s\"", start, is_cut ? "..." : "");
        return out;
    }
    return json_print(node, out, FOUND_SIZE) > 0 ? out : "a number";
}

void json_expect(struct json_doc *doc, const struct json *node, const char *key,
                 const char *expected) {
    char found[FOUND_SIZE];
    const struct json *value = key == NULL ? node : json_get(node, key);
    json_complain(doc, node, key, "found %s, expected %s", describe(value, found), expected);
}

static unsigned minimum(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Letters to change, add or drop to make `a` of `b` (Levenshtein). Longer words are only compared at their start. */
static unsigned distance(const char *a, const char *b) {
    unsigned row[WORD_MAX + 1];
    unsigned columns = minimum((unsigned)strlen(b), WORD_MAX);
    unsigned lines = minimum((unsigned)strlen(a), WORD_MAX);
    for (unsigned j = 0; j <= columns; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; i <= lines; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= columns; j++) {
            unsigned change = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = minimum(change, minimum(row[j], row[j - 1]) + 1);
        }
    }
    return row[columns];
}

static const char *nearest(const char *key, const char *const *known) {
    const char *best = NULL;
    unsigned least = (unsigned)strlen(key) / 2 + 1;
    for (; *known != NULL; known++) {
        unsigned far = distance(key, *known);
        if (far < least) {
            least = far;
            best = *known;
        }
    }
    return best;
}

static bool is_known(const char *key, const char *const *known) {
    for (; *known != NULL; known++) {
        if (strcmp(key, *known) == 0) {
            return true;
        }
    }
    return false;
}

void json_only(struct json_doc *doc, const struct json *object, const char *const *known) {
    if (!json_is_object(object)) {
        return;
    }
    for (const struct json *at = json_first(object); at != NULL; at = json_next(at)) {
        if (is_known(json_key(at), known)) {
            continue;
        }
        const char *best = nearest(json_key(at), known);
        if (best == NULL) {
            json_complain(doc, at, NULL, "found an unknown key");
        } else {
            json_complain(doc, at, NULL, "found an unknown key, expected perhaps \"%s\"", best);
        }
    }
}

bool json_read_int(struct json_doc *doc, const struct json *object, const char *key, int64_t low,
                   int64_t high, int64_t *value) {
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return false;
    }
    double number = json_number(node);
    if (!json_is_number(node) || floor(number) < number || number < (double)low ||
        number > (double)high || fabs(number) > EXACT_MAX) {
        char expected[80];
        snprintf(expected, sizeof expected, "a whole number %lld..%lld", (long long)low,
                 (long long)high);
        json_expect(doc, object, key, expected);
        return false;
    }
    *value = (int64_t)number;
    return true;
}

bool json_read_u32(struct json_doc *doc, const struct json *object, const char *key, uint32_t low,
                   uint32_t high, uint32_t *value) {
    int64_t wide;
    if (!json_read_int(doc, object, key, low, high, &wide)) {
        return false;
    }
    *value = (uint32_t)wide;
    return true;
}

bool json_read_u16(struct json_doc *doc, const struct json *object, const char *key, uint16_t low,
                   uint16_t high, uint16_t *value) {
    int64_t wide;
    if (!json_read_int(doc, object, key, low, high, &wide)) {
        return false;
    }
    *value = (uint16_t)wide;
    return true;
}

bool json_read_bool(struct json_doc *doc, const struct json *object, const char *key, bool *value) {
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return false;
    }
    if (!json_is_bool(node)) {
        json_expect(doc, object, key, "true or false");
        return false;
    }
    *value = json_is_true(node);
    return true;
}

bool json_read_text(struct json_doc *doc, const struct json *object, const char *key, char *value,
                    size_t size) {
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return false;
    }
    const char *text = json_text(node);
    if (text == NULL || strlen(text) >= size) {
        char expected[48];
        snprintf(expected, sizeof expected, "a text of at most %zu bytes", size - 1);
        json_expect(doc, object, key, expected);
        return false;
    }
    memcpy(value, text, strlen(text) + 1);
    return true;
}

static bool is_name(const char *text) {
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && length < NAME_SIZE && text[length] == '\0';
}

bool json_read_name(struct json_doc *doc, const struct json *object, const char *key, char *value) {
    const struct json *node = json_get(object, key);
    if (node == NULL) {
        return false;
    }
    const char *text = json_text(node);
    if (text == NULL || !is_name(text)) {
        json_expect(doc, object, key, "1..32 of the characters a-z 0-9 -");
        return false;
    }
    memcpy(value, text, strlen(text) + 1);
    return true;
}
