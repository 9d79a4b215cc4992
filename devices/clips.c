#include "devices/clips.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "protocol/utf8.h"

enum kind { KIND_SILENT, KIND_DIGIT, KIND_LETTER, KIND_WORD };

static size_t piece_length(const char *text);
static enum kind kind_at(const char *text, size_t *step);
static enum kind kind_of(uint32_t character);
static size_t find_longest(const char *folder, const char *piece, size_t length, char *path);
static size_t last_step(const char *piece, size_t length);

bool clips_find(const char *folder, const char *spelled, struct clips *clips, char *what,
                size_t size) {
    clips->count = 0;
    while (*spelled != '\0') {
        size_t length = piece_length(spelled);
        if (length == 0) {
            size_t step;
            (void)kind_at(spelled, &step);
            spelled += step;
            continue;
        }
        if (clips->count == CLIPS_MAX) {
            snprintf(what, size, "a text takes more than %d clips", CLIPS_MAX);
            return false;
        }
        size_t taken = find_longest(folder, spelled, length, clips->paths[clips->count]);
        if (taken == 0) {
            char whole[CLIP_PATH_SIZE + sizeof "no clip .wav in "];
            snprintf(whole, sizeof whole, "no clip %.*s.wav in %s", (int)length, spelled, folder);
            utf8_copy(what, size, whole);
            return false;
        }
        clips->count++;
        spelled += taken;
    }
    return true;
}

/* Bytes of the run of one kind that begins here, as long as a file's name may be; 0: nothing is said. */
static size_t piece_length(const char *text) {
    size_t step;
    enum kind kind = kind_at(text, &step);
    size_t length = 0;
    while (kind != KIND_SILENT && text[length] != '\0' && kind_at(text + length, &step) == kind &&
           length + step + sizeof ".wav" <= CLIP_NAME_SIZE) {
        length += step;
    }
    return length;
}

static enum kind kind_at(const char *text, size_t *step) {
    uint32_t character;
    *step = utf8_take(text, strlen(text), &character);
    return kind_of(character);
}

/* Silent are all signs: ASCII's, general punctuation, CJK's, and the full-width forms of ASCII's. */
static enum kind kind_of(uint32_t character) {
    if (character < 0x80) {
        uint32_t small = character | 0x20;
        if (character >= '0' && character <= '9') {
            return KIND_DIGIT;
        }
        return small >= 'a' && small <= 'z' ? KIND_LETTER : KIND_SILENT;
    }
    static const uint32_t SIGNS[][2] = { { 0x80, 0xBF },     { 0x2000, 0x206F }, { 0x3000, 0x303F },
                                         { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 },
                                         { 0xFF5B, 0xFF65 } };
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0]; i++) {
        if (character >= SIGNS[i][0] && character <= SIGNS[i][1]) {
            return KIND_SILENT;
        }
    }
    return KIND_WORD;
}

/* The bytes of the piece that the longest clip says; 0: not even its first character has one. */
static size_t find_longest(const char *folder, const char *piece, size_t length, char *path) {
    while (length > 0) {
        snprintf(path, CLIP_PATH_SIZE, "%s/%.*s.wav", folder, (int)length, piece);
        if (access(path, R_OK) == 0) {
            return length;
        }
        length -= last_step(piece, length);
    }
    return 0;
}

/* Bytes of the last character; a byte that is no UTF-8 is one. */
static size_t last_step(const char *piece, size_t length) {
    size_t at = 0;
    size_t step = 0;
    while (at < length) {
        uint32_t character;
        step = utf8_take(piece + at, length - at, &character);
        at += step;
    }
    return step;
}
