/* The codes of a profile whose keys are said unasked: bytes in hex, as in a maker's list, "06 0F". */
#include <stdlib.h>
#include <string.h>

#include "devices/ff68_codes.h"
#include "devices/profile_read.h"

enum { CODE_TEXT = 16 };

static void read_keys(struct json_doc *doc, const struct json *codes, struct ff68_codes *out);
static bool read_code(const char *text, struct ff68_code *code);
static void check_alone(struct json_doc *doc, const struct json *node,
                        const struct ff68_codes *codes, unsigned key);
static void read_grades(struct json_doc *doc, const struct json *codes, struct ff68_codes *out);

void profile_read_unasked(struct json_doc *doc, const struct json *top, struct profile *profile) {
    static const char *const KNOWN_TOP[] = { "name", "reading", "codes", NULL };
    static const char *const KNOWN[] = { "terminal", "keypad", NULL };
    const struct json *node = json_get(top, "codes");
    struct ff68_codes *codes = &profile->ff68;
    *codes = (struct ff68_codes){ .grades = { 0 } };
    json_only(doc, top, KNOWN_TOP);
    if (!json_is_object(node) || json_count(node) == 0) {
        json_complain(doc, top, "codes",
                      "missing, expected what the keys of terminal or keypad say");
        return;
    }
    json_only(doc, node, KNOWN);
    read_keys(doc, node, codes);
    read_grades(doc, node, codes);
}

/* A key that is left out is not on these terminals. */
static void read_keys(struct json_doc *doc, const struct json *codes, struct ff68_codes *out) {
    const struct json *node = json_get(codes, "terminal");
    const char *known[KEY_PIN + 1];
    for (unsigned key = KEY_NEXT; key <= KEY_PIN && node != NULL; key++) {
        const char *word = profile_key_word(key);
        char text[CODE_TEXT] = "";
        known[key - KEY_NEXT] = word;
        if (json_get(node, word) == NULL || !json_read_text(doc, node, word, text, sizeof text)) {
            continue;
        }
        if (!read_code(text, &out->terminal[key])) {
            json_complain(
                doc, node, word,
                "found \"%s\", expected the key's byte in hex, \"0C\", or a digit and the "
                "key that confirms it, \"06 0F\"",
                text);
        } else {
            check_alone(doc, node, out, key);
        }
    }
    known[KEY_PIN] = NULL;
    if (node != NULL) {
        json_only(doc, node, known);
    }
}

static bool read_code(const char *text, struct ff68_code *code) {
    struct ff68_code read = { 0 };
    const char *at = text;
    for (; *at != '\0' && read.length < FF68_CODE_MAX; at += *at == ' ' ? 1 : 0) {
        char *end;
        unsigned long byte = strtoul(at, &end, 16);
        bool is_pair = end == at + 2 && strspn(at, "0123456789abcdefABCDEF") == 2;
        if (!is_pair) {
            return false;
        }
        read.bytes[read.length++] = (uint8_t)byte;
        at = end;
    }
    bool is_right = read.length == 1 || (read.length == 2 && read.bytes[0] <= 9);
    if (!is_right || *at != '\0') {
        return false;
    }
    *code = read;
    return true;
}

static void check_alone(struct json_doc *doc, const struct json *node,
                        const struct ff68_codes *codes, unsigned key) {
    const struct ff68_code *code = &codes->terminal[key];
    for (unsigned other = KEY_NEXT; other < key; other++) {
        const struct ff68_code *same = &codes->terminal[other];
        if (same->length == code->length && memcmp(same->bytes, code->bytes, code->length) == 0) {
            json_complain(doc, node, profile_key_word(key), "says the same as \"%s\"",
                          profile_key_word(other));
        }
    }
}

/* "0" to "3": the grade 1..5 that the key stands for; one that is left out stands for none. */
static void read_grades(struct json_doc *doc, const struct json *codes, struct ff68_codes *out) {
    static const char *const RATINGS[] = { "0", "1", "2", "3", NULL };
    const struct json *node = json_get(codes, "keypad");
    for (unsigned i = 0; i < FF68_RATINGS && node != NULL; i++) {
        uint16_t grade = 0;
        (void)json_read_u16(doc, node, RATINGS[i], 0, 5, &grade);
        out->grades[i] = (uint8_t)grade;
    }
    if (node != NULL) {
        json_only(doc, node, RATINGS);
    }
}
