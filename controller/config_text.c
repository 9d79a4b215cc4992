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
#include "protocol/utf8.h"

/* A walk over JSON text that the parser has accepted. */
struct scan {
    const char *at, *end;
    unsigned line;
};

struct member {
    const char *key, *end; /* from the key's quote to behind the value */
    size_t key_length;     /* with quotes */
    unsigned line;
};

static enum hall_error add_file(struct config_text *text, unsigned file, FILE *mistakes);
static enum hall_error add_first(struct config_text *text, const char *bytes, size_t length);
static enum hall_error add_members(struct config_text *text, unsigned file, const char *bytes,
                                   size_t length, FILE *mistakes);
static enum hall_error note_includes(struct config_text *text, unsigned file, struct json_doc *doc);
static void note_include(struct config_text *text, unsigned file, struct json_doc *doc,
                         const struct json *node);
static bool is_ancestor(const struct config_text *text, unsigned file, const char *path);
static bool has_member(const struct config_text *text, const struct member *wanted);
static bool scan_open(struct scan *scan, const char *bytes, size_t length);
static bool scan_member(struct scan *scan, struct member *member);
static void scan_gap(struct scan *scan);
static bool is_gap(char byte);
static void scan_comment(struct scan *scan);
static void scan_string(struct scan *scan);
static void scan_value(struct scan *scan);
static void append(struct config_text *text, const char *bytes, size_t length);
static void print_mistakes(const struct json_doc *doc, FILE *mistakes);

enum hall_error config_text_init(struct config_text *text, const char *file, FILE *mistakes) {
    memset(text, 0, sizeof(*text));
    text->line = 1;
    if (strlen(file) >= sizeof(text->files[0].path)) {
        fprintf(mistakes, "%s: the path is longer than %d bytes\n", file, CONFIG_PATH_SIZE - 1);
        return HALL_INVALID;
    }
    text->bytes = malloc(CONFIG_BYTES_MAX + 1);
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
        if (i == 0 && one != HALL_OK) {
            break;
        }
    }
    text->bytes[text->length] = '\0';
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
    } else if (ferror(in)) {
        what = "can't be read"; /* a folder, most often */
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
        return HALL_IO;
    }
    struct json_doc *doc = json_open(path, bytes, length);
    const struct json *top = json_top(doc);
    if (top != NULL && !json_is_object(top)) {
        json_complain(doc, top, NULL, "the file holds no object, expected { ... }");
    }
    enum hall_error error = json_mistake_count(doc) > 0 ? HALL_INVALID : HALL_OK;
    if (error == HALL_OK) {
        error = note_includes(text, file, doc);
    }
    if (error == HALL_OK) {
        error = file == 0 ? add_first(text, bytes, length)
                          : add_members(text, file, bytes, length, mistakes);
    }
    print_mistakes(doc, mistakes);
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

/* Cuts the text before its closing brace, adds the members that are not there yet, and closes it again. */
static enum hall_error add_members(struct config_text *text, unsigned file, const char *bytes,
                                   size_t length, FILE *mistakes) {
    struct scan scan;
    struct member member;
    if (!scan_open(&scan, bytes, length)) {
        return HALL_INVALID;
    }
    while (scan_member(&scan, &member)) {
        if (has_member(text, &member)) {
            continue;
        }
        size_t size = (size_t)(member.end - member.key);
        if (text->length + size + 4 > CONFIG_BYTES_MAX || text->piece_count == CONFIG_PIECES_MAX) {
            fprintf(mistakes, "%s:%u: with this the config is larger than 1 MiB or %d keys\n",
                    text->files[file].path, member.line, CONFIG_PIECES_MAX);
            return HALL_INVALID;
        }
        struct scan whole;
        struct member last = { 0 };
        bool is_empty = true;
        (void)scan_open(&whole, text->bytes, text->length);
        while (scan_member(&whole, &last)) {
            is_empty = false;
        }
        text->length = (size_t)(whole.at - text->bytes);
        text->line = whole.line;
        append(text, is_empty ? "\n" : "\n,", is_empty ? 1 : 2);
        text->pieces[text->piece_count].line = text->line;
        text->pieces[text->piece_count].file = file;
        text->pieces[text->piece_count].file_line = member.line;
        text->piece_count++;
        append(text, member.key, size);
        append(text, "\n}", 2);
    }
    return HALL_OK;
}

static enum hall_error note_includes(struct config_text *text, unsigned file,
                                     struct json_doc *doc) {
    const struct json *list = json_get(json_top(doc), "include");
    if (list != NULL && !json_is_array(list)) {
        json_complain(doc, json_top(doc), "include", "expected an array of file names");
    }
    for (const struct json *node = json_is_array(list) ? json_first(list) : NULL; node != NULL;
         node = json_next(node)) {
        note_include(text, file, doc, node);
    }
    return json_mistake_count(doc) > 0 ? HALL_INVALID : HALL_OK;
}

static void note_include(struct config_text *text, unsigned file, struct json_doc *doc,
                         const struct json *node) {
    const char *name = json_text(node);
    char path[CONFIG_PATH_SIZE * 2];
    char folder[CONFIG_PATH_SIZE];
    config_folder(text->files[0].path, folder);
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
    memcpy(text->files[text->file_count].path, path, (size_t)length + 1);
    text->files[text->file_count].parent = file;
    text->file_count++;
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

static bool has_member(const struct config_text *text, const struct member *wanted) {
    struct scan scan;
    struct member member;
    if (wanted->key_length == strlen("\"include\"") &&
        memcmp(wanted->key, "\"include\"", wanted->key_length) == 0) {
        return true; /* each file's own */
    }
    (void)scan_open(&scan, text->bytes, text->length);
    while (scan_member(&scan, &member)) {
        if (member.key_length == wanted->key_length &&
            memcmp(member.key, wanted->key, member.key_length) == 0) {
            return true;
        }
    }
    return false;
}

static bool scan_open(struct scan *scan, const char *bytes, size_t length) {
    scan->at = bytes;
    scan->end = bytes + length;
    scan->line = 1;
    scan_gap(scan);
    if (scan->at == scan->end || *scan->at != '{') {
        return false;
    }
    scan->at++;
    return true;
}

/* False at the closing brace, where the scan then stands. */
static bool scan_member(struct scan *scan, struct member *member) {
    scan_gap(scan);
    if (scan->at < scan->end && *scan->at == ',') {
        scan->at++;
        scan_gap(scan);
    }
    if (scan->at == scan->end || *scan->at != '"') {
        return false;
    }
    member->key = scan->at;
    member->line = scan->line;
    scan_string(scan);
    member->key_length = (size_t)(scan->at - member->key);
    scan_gap(scan);
    if (scan->at < scan->end) {
        scan->at++; /* the colon */
    }
    scan_gap(scan);
    scan_value(scan);
    member->end = scan->at;
    return true;
}

static void scan_gap(struct scan *scan) {
    static const char MARK[] = "\xEF\xBB\xBF"; /* skipped where the parser skips it */
    while (scan->at < scan->end) {
        size_t left = (size_t)(scan->end - scan->at);
        if (*scan->at == '/') {
            scan_comment(scan);
        } else if (is_gap(*scan->at)) {
            scan->line += *scan->at == '\n';
            scan->at++;
        } else if (left >= 3 && memcmp(scan->at, MARK, 3) == 0) {
            scan->at += 3;
        } else {
            return;
        }
    }
}

static bool is_gap(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '/';
}

static void scan_comment(struct scan *scan) {
    bool is_block = scan->at + 1 < scan->end && scan->at[1] == '*';
    const char *stop = is_block ? "*/" : "\n";
    size_t skip = is_block ? 2 : 0;
    scan->at += scan->at + 1 < scan->end ? 2 : 1;
    while (scan->at < scan->end) {
        if (*scan->at == stop[0] &&
            (!is_block || (scan->at + 1 < scan->end && scan->at[1] == '/'))) {
            scan->at += skip;
            return;
        }
        scan->line += *scan->at == '\n';
        scan->at++;
    }
}

static void scan_string(struct scan *scan) {
    scan->at++;
    while (scan->at < scan->end && *scan->at != '"') {
        scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
    }
    if (scan->at < scan->end) {
        scan->at++;
    }
}

static void scan_value(struct scan *scan) {
    unsigned depth = 0;
    while (scan->at < scan->end) {
        char byte = *scan->at;
        if (byte == '"') {
            scan_string(scan);
        } else if (byte == '{' || byte == '[') {
            depth++;
            scan->at++;
        } else if (depth == 0 && (byte == ',' || byte == '}' || is_gap(byte))) {
            return; /* behind a number or a word */
        } else if (byte == '}' || byte == ']') {
            depth--;
            scan->at++;
        } else if (is_gap(byte)) {
            scan_gap(scan);
            continue;
        } else {
            scan->at++;
            continue;
        }
        if (depth == 0) {
            return;
        }
    }
}

static void append(struct config_text *text, const char *bytes, size_t length) {
    assert(text->length + length <= CONFIG_BYTES_MAX);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    for (size_t i = 0; i < length; i++) {
        text->line += bytes[i] == '\n';
    }
}

static void print_mistakes(const struct json_doc *doc, FILE *mistakes) {
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        const struct json_mistake *mistake = json_mistake_at(doc, i);
        fprintf(mistakes, "%s:%u: %s%s%s\n", mistake->file, mistake->line, mistake->path,
                mistake->path[0] == '\0' ? "" : ": ", mistake->what);
    }
}
