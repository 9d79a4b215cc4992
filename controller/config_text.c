/*
 * Includes are spliced into the main file's text before it is parsed, member by member, so that one document is
 * checked as a whole (a window of the hall's file may name a service of the district's) and each mistake still finds
 * its own file and line.
 */
#include "controller/config_text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/json_scan.h"
#include "protocol/utf8.h"

/* Where a member of the top object stands in its text. */
struct member {
    size_t key, key_end, end; /* the key's quotes; behind the value */
};

static enum hall_error add_file(struct config_text *text, unsigned file, FILE *mistakes);
static enum hall_error add_first(struct config_text *text, const char *bytes, size_t length);
static enum hall_error add_members(struct config_text *text, unsigned file, const char *bytes,
                                   size_t length, FILE *mistakes);
static void note_includes(struct config_text *text, unsigned file, struct json_doc *doc);
static void note_include(struct config_text *text, unsigned file, struct json_doc *doc,
                         const struct json *node);
static bool is_readable(const char *path, struct json_doc *doc, const struct json *node);
static bool is_ancestor(const struct config_text *text, unsigned file, const char *path);
static void add_member(struct config_text *text, unsigned file, const char *bytes,
                       const struct member *member);
static bool has_member(const struct config_text *text, const char *key, size_t length);
static bool next_member(const char *bytes, size_t length, size_t *at, struct member *member);
static void append(struct config_text *text, const char *bytes, size_t length);
static void print_mistakes(const struct json_doc *doc, size_t from, FILE *mistakes);

enum hall_error config_text_init(struct config_text *text, const char *file, FILE *mistakes) {
    memset(text, 0, sizeof(*text));
    if (strlen(file) >= sizeof(text->files[0].path)) {
        fprintf(mistakes, "%s: the path is longer than %d bytes\n", file, CONFIG_PATH_SIZE - 1);
        return HALL_INVALID;
    }
    text->bytes = calloc(1, CONFIG_BYTES_MAX + 1);
    if (text->bytes == NULL) {
        fprintf(mistakes, "%s: no memory\n", file);
        return HALL_IO;
    }
    utf8_copy(text->files[0].path, sizeof(text->files[0].path), file);
    text->file_count = 1;
    enum hall_error error = HALL_OK;
    /* The count grows while the files are read. */
    for (unsigned i = 0; i < text->file_count; i++) {
        enum hall_error one = add_file(text, i, mistakes);
        if (error == HALL_OK) {
            error = one;
        }
    }
    return error;
}

void config_text_deinit(struct config_text *text) {
    free(text->bytes);
    text->bytes = NULL;
}

const char *config_text_place(const struct config_text *text, unsigned line, unsigned *file_line) {
    unsigned piece = 0;
    while (piece + 1 < text->piece_count && text->pieces[piece + 1].line <= line) {
        piece++;
    }
    *file_line = text->pieces[piece].file_line + (line - text->pieces[piece].line);
    return text->files[text->pieces[piece].file].path;
}

char *config_read_file(const char *path, size_t *length, char *fault) {
    FILE *in = fopen(path, "rbe");
    if (in == NULL) {
        char why[64];
        (void)snprintf(fault, WHAT_SIZE, "can't be opened: %s",
                       strerror_r(errno, why, sizeof(why)));
        return NULL;
    }
    char *bytes = malloc(CONFIG_BYTES_MAX + 1);
    size_t got = bytes == NULL ? 0 : fread(bytes, 1, CONFIG_BYTES_MAX + 1, in);
    const char *what = NULL;
    if (bytes == NULL) {
        what = "no memory";
    } else if (ferror(in) && errno == EISDIR) {
        what = "is a directory, expected a file";
    } else if (ferror(in)) {
        what = "can't be read";
    } else if (got > CONFIG_BYTES_MAX) {
        what = "larger than 1 MiB";
    }
    (void)fclose(in);
    if (what != NULL) {
        (void)snprintf(fault, WHAT_SIZE, "%s", what);
        free(bytes);
        return NULL;
    }
    bytes[got] = '\0';
    *length = got;
    return bytes;
}

void config_folder(const char *file, char *out) {
    const char *slash = strrchr(file, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - file) + 1;
    assert(length < CONFIG_PATH_SIZE);
    memcpy(out, file, length);
    out[length] = '\0';
}

static enum hall_error add_file(struct config_text *text, unsigned file, FILE *mistakes) {
    const char *path = text->files[file].path;
    char fault[WHAT_SIZE];
    size_t length = 0;
    char *bytes = config_read_file(path, &length, fault);
    if (bytes == NULL) {
        fprintf(mistakes, "%s: %s\n", path, fault);
        text->is_partial = true;
        return HALL_IO;
    }
    struct json_doc *doc = json_open(path, bytes, length);
    const struct json *top = json_top(doc);
    bool is_main = file == 0 && json_is_object(top);
    /* What is wrong with the main file by itself is found again in the whole text. */
    size_t found_again = is_main ? json_mistake_count(doc) : 0;
    if (top != NULL && !json_is_object(top)) {
        json_complain(doc, top, NULL, "the file holds no object, expected { ... }");
    }
    size_t before = json_mistake_count(doc);
    note_includes(text, file, doc);
    text->is_partial = text->is_partial || json_mistake_count(doc) > (is_main ? before : 0);
    enum hall_error error = json_mistake_count(doc) > 0 ? HALL_INVALID : HALL_OK;
    if (is_main || error == HALL_OK) {
        size_t at = 0;
        const char *refused = json_scan(bytes, length, &at); /* blanks the comments */
        assert(refused == NULL);
        enum hall_error added = is_main ? add_first(text, bytes, length)
                                        : add_members(text, file, bytes, length, mistakes);
        error = error == HALL_OK ? added : error;
    }
    print_mistakes(doc, found_again, mistakes);
    json_close(doc);
    free(bytes);
    return error;
}

static enum hall_error add_first(struct config_text *text, const char *bytes, size_t length) {
    append(text, bytes, length);
    text->pieces[0].line = 1;
    text->pieces[0].file = 0;
    text->pieces[0].file_line = 1;
    text->piece_count = 1;
    return HALL_OK;
}

/* Adds the members that earlier files do not have. */
static enum hall_error add_members(struct config_text *text, unsigned file, const char *bytes,
                                   size_t length, FILE *mistakes) {
    struct member member;
    size_t at = 0;
    while (next_member(bytes, length, &at, &member)) {
        if (has_member(text, bytes + member.key, member.key_end - member.key)) {
            continue;
        }
        enum { AROUND = 4 }; /* line ends, comma and brace */
        if (text->length + (member.end - member.key) + AROUND > CONFIG_BYTES_MAX ||
            text->piece_count == CONFIG_PIECES_MAX) {
            fprintf(mistakes, "%s:%u: with this the config is larger than 1 MiB or %d keys\n",
                    text->files[file].path, json_line_of(bytes, member.key), CONFIG_PIECES_MAX);
            return HALL_INVALID;
        }
        add_member(text, file, bytes, &member);
    }
    return HALL_OK;
}

/* Cuts the text before its closing brace, adds the member on a line of its own, and closes it again. */
static void add_member(struct config_text *text, unsigned file, const char *bytes,
                       const struct member *member) {
    struct member last;
    size_t brace = 0;
    bool is_empty = true;
    while (next_member(text->bytes, text->length, &brace, &last)) {
        is_empty = false;
    }
    text->length = brace;
    append(text, is_empty ? "\n" : "\n,", is_empty ? 1 : 2);
    text->pieces[text->piece_count].line = json_line_of(text->bytes, text->length);
    text->pieces[text->piece_count].file = file;
    text->pieces[text->piece_count].file_line = json_line_of(bytes, member->key);
    text->piece_count++;
    append(text, bytes + member->key, member->end - member->key);
    append(text, "\n}", 2);
}

static void note_includes(struct config_text *text, unsigned file, struct json_doc *doc) {
    const struct json *list = json_get(json_top(doc), "include");
    if (list != NULL && !json_is_array(list)) {
        json_complain(doc, json_top(doc), "include", "expected an array of file names");
        return;
    }
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        note_include(text, file, doc, node);
    }
}

static void note_include(struct config_text *text, unsigned file, struct json_doc *doc,
                         const struct json *node) {
    const char *name = json_text(node);
    char path[CONFIG_PATH_SIZE * 2];
    char folder[CONFIG_PATH_SIZE];
    config_folder(text->files[file].path, folder);
    if (name == NULL || name[0] == '\0') {
        json_complain(doc, node, NULL, "expected a file name");
        return;
    }
    int length = snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : folder, name);
    if (length < 0 || length >= CONFIG_PATH_SIZE) {
        json_complain(doc, node, NULL, "the path is longer than %d bytes", CONFIG_PATH_SIZE - 1);
        return;
    }
    if (is_ancestor(text, file, path)) {
        json_complain(doc, node, NULL, "%s includes itself, expected no loop", path);
        return;
    }
    for (unsigned i = 0; i < text->file_count; i++) {
        if (strcmp(text->files[i].path, path) == 0) {
            return; /* two files may share a third */
        }
    }
    if (text->file_count == CONFIG_FILES_MAX) {
        json_complain(doc, node, NULL, "more than %d files", CONFIG_FILES_MAX);
        return;
    }
    if (!is_readable(path, doc, node)) {
        return;
    }
    memcpy(text->files[text->file_count].path, path, (size_t)length + 1);
    text->files[text->file_count].parent = file;
    text->file_count++;
}

/* Asked where it is named, so that the mistake has that line. */
static bool is_readable(const char *path, struct json_doc *doc, const struct json *node) {
    char fault[WHAT_SIZE];
    size_t length = 0;
    char *bytes = config_read_file(path, &length, fault);
    if (bytes == NULL) {
        json_complain(doc, node, NULL, "%.120s: %s", path, fault);
    }
    free(bytes);
    return bytes != NULL;
}

static bool is_ancestor(const struct config_text *text, unsigned file, const char *path) {
    for (;;) {
        if (strcmp(text->files[file].path, path) == 0) {
            return true;
        }
        if (file == 0) {
            return false;
        }
        file = text->files[file].parent;
    }
}

/* `include` is each file's own and counts as there. */
static bool has_member(const struct config_text *text, const char *key, size_t length) {
    static const char INCLUDE[] = "\"include\"";
    struct member member;
    size_t at = 0;
    bool is_there = length == sizeof(INCLUDE) - 1 && memcmp(key, INCLUDE, length) == 0;
    while (!is_there && next_member(text->bytes, text->length, &at, &member)) {
        is_there = member.key_end - member.key == length &&
                   memcmp(text->bytes + member.key, key, length) == 0;
    }
    return is_there;
}

/*
 * The member behind *at (0: the first) of a text that the parser has taken and whose comments are blanked. False at the
 * closing brace, where *at then stands.
 */
static bool next_member(const char *bytes, size_t length, size_t *at, struct member *member) {
    *at = json_skip_space(bytes, length, *at);
    if (*at < length && (bytes[*at] == '{' || bytes[*at] == ',')) {
        *at = json_skip_space(bytes, length, *at + 1);
    }
    if (*at >= length || bytes[*at] != '"') {
        return false;
    }
    member->key = *at;
    member->key_end = json_skip_value(bytes, length, *at);
    size_t colon = json_skip_space(bytes, length, member->key_end);
    member->end = json_skip_value(bytes, length, colon + 1);
    *at = member->end;
    return true;
}

static void append(struct config_text *text, const char *bytes, size_t length) {
    assert(text->length + length <= CONFIG_BYTES_MAX);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

static void print_mistakes(const struct json_doc *doc, size_t from, FILE *mistakes) {
    for (size_t i = from; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        fprintf(mistakes, "%s:%u: %s%s%s\n", mistake->file, mistake->line, mistake->path,
                mistake->path[0] == '\0' ? "" : ": ", mistake->what);
    }
}
