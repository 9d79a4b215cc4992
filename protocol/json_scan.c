/* One pass over the text before it is parsed, and the walk that finds a node's line again. */
#include "protocol/json_scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "protocol/utf8.h"

struct scan {
    char *text;
    size_t length, at;
    unsigned nesting;
    const char *fault;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char peek(const struct scan *scan, size_t ahead) {
    /* The text is NUL-ended, so one look past the end is a NUL too. */
    size_t at = scan->at + ahead;
    return scan->text[at < scan->length ? at : scan->length];
}

static void fail(struct scan *scan, const char *fault) {
    scan->fault = fault;
}

static void blank(struct scan *scan, size_t end) {
    for (; scan->at < end; scan->at++) {
        char c = scan->text[scan->at];
        if (c != '\n' && c != '\r') {
            scan->text[scan->at] = ' ';
        }
    }
}

static void scan_comment(struct scan *scan) {
    size_t end = scan->at + 2;
    if (peek(scan, 1) == '/') {
        while (end < scan->length && scan->text[end] != '\n') {
            end++;
        }
    } else if (peek(scan, 1) == '*') {
        while (end + 1 < scan->length && (scan->text[end] != '*' || scan->text[end + 1] != '/')) {
            end++;
        }
        end += 2;
        if (end > scan->length) {
            fail(scan, "found the end of the text inside a comment, expected */");
            return;
        }
    } else {
        fail(scan, "found /, expected a value or a comment");
        return;
    }
    blank(scan, end);
}

static void scan_escape(struct scan *scan) {
    char c = peek(scan, 1);
    if (c == 'u' && peek(scan, 2) == '0' && peek(scan, 3) == '0' && peek(scan, 4) == '0' &&
        peek(scan, 5) == '0') {
        fail(scan, "found \\u0000, expected a text without NUL");
    }
    scan->at += 2;
}

static void scan_character(struct scan *scan) {
    if ((unsigned char)scan->text[scan->at] < 0x80) {
        scan->at++;
        return;
    }
    uint32_t character;
    size_t left = scan->length - scan->at;
    size_t width = utf8_take(scan->text + scan->at, left, &character);
    if (width == 1) {
        fail(scan, "found bytes that are not UTF-8, expected UTF-8");
        return;
    }
    scan->at += width;
}

static void scan_string(struct scan *scan) {
    size_t begin = scan->at++;
    while (scan->fault == NULL && scan->at < scan->length) {
        unsigned char c = (unsigned char)scan->text[scan->at];
        if (c == '"') {
            scan->at++;
            return;
        }
        if (c < 0x20) {
            fail(scan, c == '\n' ? "found the end of the line inside a text, expected \""
                                 : "found a control character inside a text, expected an escape");
        } else if (c == '\\') {
            scan_escape(scan);
        } else {
            scan_character(scan);
        }
    }
    if (scan->fault == NULL) {
        scan->at = begin;
        fail(scan, "found a text without its closing \"");
    }
}

static bool skip_digits(struct scan *scan) {
    size_t begin = scan->at;
    while (is_digit(peek(scan, 0))) {
        scan->at++;
    }
    return scan->at > begin;
}

static void scan_number(struct scan *scan) {
    size_t begin = scan->at;
    if (peek(scan, 0) == '-') {
        scan->at++;
    }
    bool leads_with_zero = peek(scan, 0) == '0' && is_digit(peek(scan, 1));
    bool is_good = skip_digits(scan) && !leads_with_zero;
    if (is_good && peek(scan, 0) == '.') {
        scan->at++;
        is_good = skip_digits(scan);
    }
    if (is_good && (peek(scan, 0) == 'e' || peek(scan, 0) == 'E')) {
        scan->at++;
        if (peek(scan, 0) == '+' || peek(scan, 0) == '-') {
            scan->at++;
        }
        is_good = skip_digits(scan);
    }
    if (!is_good) {
        scan->at = begin;
        fail(scan, "found a number that is not written as JSON asks, such as 12, -3 or 0.5");
    }
}

static void scan_other(struct scan *scan, char c) {
    if (c == '{' || c == '[') {
        scan->nesting++;
        if (scan->nesting > JSON_NESTING_MAX) {
            fail(scan, "found more than 32 levels, expected at most 32");
            return;
        }
    } else if (c == '}' || c == ']') {
        scan->nesting -= scan->nesting > 0 ? 1 : 0;
    } else if ((unsigned char)c < 0x20 && strchr("\t\r\n", c) == NULL) {
        fail(scan, "found a control character, expected a value");
        return;
    } else if (c == '\0') {
        fail(scan, "found a NUL byte, expected a value");
        return;
    }
    scan->at++;
}

const char *json_scan(char *text, size_t length, size_t *at) {
    struct scan scan = { .text = text, .length = length };
    /* Some editors mark a file's begin as UTF-8; RFC 8259, 8.1, lets a reader ignore that. */
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        blank(&scan, 3);
    }
    while (scan.at < length && scan.fault == NULL) {
        char c = text[scan.at];
        if (c == '"') {
            scan_string(&scan);
        } else if (c == '/') {
            scan_comment(&scan);
        } else if (c == '-' || is_digit(c)) {
            scan_number(&scan);
        } else {
            scan_other(&scan, c);
        }
    }
    *at = scan.at;
    return scan.fault;
}

unsigned json_line_of(const char *text, size_t at) {
    unsigned line = 1;
    for (size_t i = 0; i < at && text[i] != '\0'; i++) {
        line += text[i] == '\n' ? 1 : 0;
    }
    return line;
}

size_t json_skip_space(const char *text, size_t length, size_t at) {
    while (at < length && strchr(" \t\r\n", text[at]) != NULL) {
        at++;
    }
    return at;
}

static size_t skip_string(const char *text, size_t length, size_t at) {
    for (at++; at < length && text[at] != '"'; at++) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return at + 1;
}

static size_t skip_word(const char *text, size_t length, size_t at) {
    while (at < length && strchr(",:]} \t\r\n", text[at]) == NULL) {
        at++;
    }
    return at;
}

/* Behind one bracket, text, word or sign; `nesting` counts the brackets that are open. */
static size_t skip_piece(const char *text, size_t length, size_t at, unsigned *nesting) {
    switch (text[at]) {
    case '"':
        return skip_string(text, length, at);
    case '{':
    case '[':
        ++*nesting;
        return at + 1;
    case '}':
    case ']':
        --*nesting;
        return at + 1;
    case ',':
    case ':':
        return at + 1;
    default:
        return skip_word(text, length, at);
    }
}

size_t json_skip_value(const char *text, size_t length, size_t at) {
    unsigned nesting = 0;
    at = json_skip_space(text, length, at);
    do {
        at = skip_piece(text, length, at, &nesting);
        at = nesting > 0 ? json_skip_space(text, length, at) : at;
    } while (nesting > 0 && at < length);
    return at;
}
