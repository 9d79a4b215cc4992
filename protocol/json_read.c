/*
 * The only file that includes cJSON. A document keeps its text, so that the line of a mistake is found by walking the
 * text along the node's path, and no node needs to carry a place.
 */
#include "protocol/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json_scan.h"
#include "protocol/utf8.h"

enum { TEXT_MAX = 1024 * 1024, MISTAKES_MAX = 200, KEYS_MAX = 512 };

/* Mistakes or warnings. Those beyond MISTAKES_MAX are only counted, in the row behind. */
struct notes {
    struct json_mistake *rows; /* made with the first one */
    size_t count, lost;
};

struct json_doc {
    const char *file;
    char *text; /* comments blanked out, NUL-ended */
    size_t length;
    cJSON *root;
    struct notes mistakes, warnings;
};

static const cJSON *item_of(const struct json *node) {
    return (const cJSON *)node;
}

static const struct json *node_of(const cJSON *item) {
    return (const struct json *)item;
}

/* Memory for a document is as little as its text; without it the program can't go on in any sensible way. */
static void *must_have(void *memory) {
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* A new row, or NULL when there are so many that this one is only counted. */
static struct json_mistake *new_row(const struct json_doc *doc, struct notes *notes) {
    if (notes->rows == NULL) {
        notes->rows = must_have(calloc(MISTAKES_MAX + 1, sizeof *notes->rows));
    }
    struct json_mistake *row = &notes->rows[notes->count];
    if (notes->count >= MISTAKES_MAX) {
        row = &notes->rows[MISTAKES_MAX];
        notes->count = MISTAKES_MAX + 1;
        snprintf(row->what, sizeof row->what, "and %zu more", ++notes->lost);
    } else {
        notes->count++;
    }
    row->file = doc->file;
    row->line = 1;
    return notes->lost > 0 ? NULL : row;
}

/* The way from the top to a node, worked out only when there is something to complain about. */
struct way {
    const cJSON *steps[JSON_NESTING_MAX + 1];
    unsigned count;
};

/* Walks the tree in order, remembering the way, until it stands on `item`. */
static bool way_find(const struct json_doc *doc, const cJSON *item, struct way *way) {
    way->count = 0;
    const cJSON *at = doc->root;
    while (at != NULL) {
        way->steps[way->count++] = at;
        if (at == item) {
            return true;
        }
        const cJSON *next = at->child;
        while (next == NULL && way->count > 0) {
            next = way->steps[--way->count]->next;
        }
        at = next;
    }
    return false;
}

static unsigned index_in(const cJSON *parent, const cJSON *child) {
    unsigned index = 0;
    for (const cJSON *at = parent->child; at != child; at = at->next) {
        index++;
    }
    return index;
}

static void path_append(char *path, size_t size, const char *key) {
    size_t used = strlen(path);
    if (used > 0 && used + 1 < size) {
        path[used++] = '.';
    }
    utf8_copy_visible(path + used, size - used, key);
}

static void way_path(const struct way *way, char *path, size_t size) {
    path[0] = '\0';
    for (unsigned i = 1; i < way->count; i++) {
        if (way->steps[i]->string != NULL) {
            path_append(path, size, way->steps[i]->string);
        } else {
            size_t used = strlen(path);
            snprintf(path + used, size - used, "[%u]", index_in(way->steps[i - 1], way->steps[i]));
        }
    }
}

/* Place of child `index` (its key, in an object) of the object or array at `at`. */
static size_t child_place(const struct json_doc *doc, size_t at, unsigned index, bool has_keys) {
    at++;
    for (unsigned i = 0;; i++) {
        at = json_skip_space(doc->text, doc->length, at);
        if (i == index || at >= doc->length) {
            return at;
        }
        at = json_skip_value(doc->text, doc->length, at);
        if (has_keys) {
            at = json_skip_space(doc->text, doc->length, at) + 1;
            at = json_skip_value(doc->text, doc->length, at);
        }
        at = json_skip_space(doc->text, doc->length, at) + 1;
    }
}

static unsigned way_line(const struct json_doc *doc, const struct way *way) {
    size_t at = json_skip_space(doc->text, doc->length, 0);
    for (unsigned i = 1; i < way->count; i++) {
        const cJSON *parent = way->steps[i - 1];
        bool has_keys = cJSON_IsObject(parent);
        if (i > 1 && way->steps[i - 1]->string != NULL) {
            /* The last step stopped at the key; its value comes behind the colon. */
            at = json_skip_space(doc->text, doc->length,
                                 json_skip_value(doc->text, doc->length, at));
            at = json_skip_space(doc->text, doc->length, at + 1);
        }
        at = child_place(doc, at, index_in(parent, way->steps[i]), has_keys);
    }
    return json_line_of(doc->text, at);
}

static void say(struct json_mistake *note, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Says it in one line: what stands in the file cannot end it or begin another. */
static void say(struct json_mistake *note, const char *format, va_list arguments) {
    char text[sizeof note->what];
    (void)vsnprintf(text, sizeof text, format, arguments);
    utf8_copy_visible(note->what, sizeof note->what, text);
}

/* Where the note stands: the path and line of `node`, or of its child `key`. */
static void place_note(const struct json_doc *doc, const struct json *node, const char *key,
                       struct json_mistake *note) {
    const cJSON *item = item_of(node);
    const cJSON *child = key == NULL ? NULL : cJSON_GetObjectItemCaseSensitive(item, key);
    struct way way;
    if (way_find(doc, child != NULL ? child : item, &way)) {
        way_path(&way, note->path, sizeof note->path);
        note->line = way_line(doc, &way);
    }
    if (key != NULL && child == NULL) {
        path_append(note->path, sizeof note->path, key);
    }
}

void json_complain(struct json_doc *doc, const struct json *node, const char *key,
                   const char *format, ...) {
    struct json_mistake *mistake = new_row(doc, &doc->mistakes);
    if (mistake != NULL) {
        place_note(doc, node, key, mistake);
        va_list arguments;
        va_start(arguments, format);
        say(mistake, format, arguments);
        va_end(arguments);
    }
}

void json_warn(struct json_doc *doc, const struct json *node, const char *key, const char *format,
               ...) {
    struct json_mistake *warning = new_row(doc, &doc->warnings);
    if (warning != NULL) {
        place_note(doc, node, key, warning);
        va_list arguments;
        va_start(arguments, format);
        say(warning, format, arguments);
        va_end(arguments);
    }
}

static void complain_at(struct json_doc *doc, size_t at, const char *what) {
    struct json_mistake *mistake = new_row(doc, &doc->mistakes);
    if (mistake != NULL) {
        mistake->line = json_line_of(doc->text, at);
        utf8_copy_visible(mistake->what, sizeof mistake->what, what);
    }
}

/* What stands at `at`, as one word for people. */
static void describe_place(const struct json_doc *doc, size_t at, char *out, size_t size) {
    if (at >= doc->length) {
        snprintf(out, size, "the end of the text");
        return;
    }
    char word[24];
    size_t length = strcspn(doc->text + at, " \t\r\n,:]}");
    length = length == 0 ? 1 : length;
    snprintf(word, sizeof word, "%.*s", (int)(length > 20 ? 20 : length), doc->text + at);
    snprintf(out, size, "%s", word);
}

static size_t last_place(const struct json_doc *doc, size_t at) {
    while (at > 0 && strchr(" \t\r\n", doc->text[at - 1]) != NULL) {
        at--;
    }
    return at > 0 ? at - 1 : 0;
}

/* Where cJSON stumbled: behind the first character of what should have been a key, else at the culprit itself. */
static size_t fault_place(const struct json_doc *doc, const char *end) {
    size_t at = end == NULL ? 0 : (size_t)(end - doc->text);
    at = at > doc->length ? doc->length : at;
    size_t before = at > 0 ? last_place(doc, at - 1) : 0;
    bool is_key = at > 0 && strchr("\" \t\r\n", doc->text[at - 1]) == NULL && before < at - 1 &&
                  (doc->text[before] == ',' || doc->text[before] == '{');
    return json_skip_space(doc->text, doc->length, is_key ? at - 1 : at);
}

static void complain_syntax(struct json_doc *doc, const char *end) {
    size_t at = fault_place(doc, end);
    char word[32];
    describe_place(doc, at, word, sizeof word);
    char what[120];
    size_t before = last_place(doc, at);
    bool is_trailing =
        at < doc->length && doc->text[before] == ',' && strchr("]}", doc->text[at]) != NULL;
    snprintf(what, sizeof what, "found %s, expected %s", word,
             is_trailing ? "no comma before it" : "a value, comma or bracket as JSON asks");
    complain_at(doc, is_trailing ? before : at, what);
}

static bool stands_before(const cJSON *object, const cJSON *key) {
    const cJSON *at = object->child;
    while (at != key && strcmp(at->string, key->string) != 0) {
        at = at->next;
    }
    return at != key;
}

/* The bound on the keys bounds the time that comparing each with each takes. */
static void check_keys(struct json_doc *doc, const cJSON *object) {
    unsigned count = 0;
    for (const cJSON *at = object->child; at != NULL; at = at->next) {
        if (++count > KEYS_MAX) {
            json_complain(doc, node_of(object), NULL,
                          "found more than %d keys, expected at most %d", KEYS_MAX, KEYS_MAX);
            return;
        }
        if (stands_before(object, at)) {
            json_complain(doc, node_of(at), NULL, "found this key twice, expected it once");
        }
    }
}

/* What the parser lets through: doubled keys, and numbers too large for a double. */
static void check_tree(struct json_doc *doc) {
    const cJSON *stack[JSON_NESTING_MAX + 1];
    unsigned depth = 0;
    const cJSON *at = doc->root;
    while (at != NULL) {
        if (cJSON_IsNumber(at) && !isfinite(at->valuedouble)) {
            json_complain(doc, node_of(at), NULL, "found a number that is too large");
        }
        if (cJSON_IsObject(at)) {
            check_keys(doc, at);
        }
        stack[depth++] = at;
        const cJSON *next = at->child;
        while (next == NULL && depth > 0) {
            next = stack[--depth]->next;
        }
        at = next;
    }
}

static void parse(struct json_doc *doc) {
    size_t at;
    const char *fault = json_scan(doc->text, doc->length, &at);
    if (fault != NULL) {
        complain_at(doc, at, fault);
        return;
    }
    const char *end = NULL;
    doc->root = cJSON_ParseWithLengthOpts(doc->text, doc->length + 1, &end, 1);
    if (doc->root == NULL) {
        complain_syntax(doc, end);
        return;
    }
    check_tree(doc);
}

struct json_doc *json_open(const char *file, const char *text, size_t length) {
    struct json_doc *doc = must_have(calloc(1, sizeof *doc));
    doc->file = file;
    while (length > 0 && text[length - 1] == '\0') {
        length--;
    }
    bool is_too_long = length > TEXT_MAX;
    doc->length = is_too_long ? 0 : length;
    doc->text = must_have(malloc(doc->length + 1));
    memcpy(doc->text, text, doc->length);
    doc->text[doc->length] = '\0';
    if (is_too_long) {
        complain_at(doc, 0, "found more than 1048576 bytes, expected at most that many");
    } else {
        parse(doc);
    }
    return doc;
}

void json_close(struct json_doc *doc) {
    if (doc != NULL) {
        cJSON_Delete(doc->root);
        free(doc->mistakes.rows);
        free(doc->warnings.rows);
        free(doc->text);
        free(doc);
    }
}

const struct json *json_top(const struct json_doc *doc) {
    return node_of(doc->root);
}

size_t json_mistake_count(const struct json_doc *doc) {
    return doc->mistakes.count;
}

const struct json_mistake *json_mistake_at(const struct json_doc *doc, size_t i) {
    assert(i < doc->mistakes.count);
    return &doc->mistakes.rows[i];
}

size_t json_warning_count(const struct json_doc *doc) {
    return doc->warnings.count;
}

const struct json_mistake *json_warning_at(const struct json_doc *doc, size_t i) {
    assert(i < doc->warnings.count);
    return &doc->warnings.rows[i];
}

bool json_is_object(const struct json *node) {
    return cJSON_IsObject(item_of(node));
}

bool json_is_array(const struct json *node) {
    return cJSON_IsArray(item_of(node));
}

bool json_is_string(const struct json *node) {
    return cJSON_IsString(item_of(node));
}

bool json_is_number(const struct json *node) {
    return cJSON_IsNumber(item_of(node));
}

bool json_is_bool(const struct json *node) {
    return cJSON_IsBool(item_of(node));
}

bool json_is_true(const struct json *node) {
    return cJSON_IsTrue(item_of(node));
}

bool json_is_null(const struct json *node) {
    return cJSON_IsNull(item_of(node));
}

const struct json *json_get(const struct json *object, const char *key) {
    return node_of(cJSON_GetObjectItemCaseSensitive(item_of(object), key));
}

const struct json *json_first(const struct json *node) {
    return node == NULL ? NULL : node_of(item_of(node)->child);
}

const struct json *json_next(const struct json *node) {
    return node == NULL ? NULL : node_of(item_of(node)->next);
}

const char *json_key(const struct json *node) {
    return node == NULL || item_of(node)->string == NULL ? "" : item_of(node)->string;
}

const char *json_text(const struct json *node) {
    return json_is_string(node) ? item_of(node)->valuestring : NULL;
}

double json_number(const struct json *node) {
    return json_is_number(node) ? item_of(node)->valuedouble : 0.0;
}

unsigned json_count(const struct json *node) {
    unsigned count = 0;
    for (const struct json *at = json_first(node); at != NULL; at = json_next(at)) {
        count++;
    }
    return count;
}

int json_print(const struct json *node, char *out, size_t size) {
    char *text = node == NULL ? NULL : must_have(cJSON_PrintUnformatted(item_of(node)));
    const char *printed = text == NULL ? "null" : text;
    size_t length = strlen(printed);
    bool fits = length < size;
    if (fits) {
        memcpy(out, printed, length + 1);
    }
    cJSON_free(text);
    return fits ? (int)length : HALL_FULL;
}
