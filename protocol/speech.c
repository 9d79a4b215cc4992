#include "protocol/speech.h"

#include <string.h>

#include "protocol/gbk.h"
#include "protocol/utf8.h"

enum {
    HEAD = 0xFD,
    COMMAND_SPEAK = 0x01,
    COMMAND_STATUS = 0x21,
    HEAD_LENGTH = 3,      /* head and length */
    WHOLE_SIZE = 1024,    /* any text that fits an image, spelled, with its volume */
    SPELLED_FROM = 3,     /* digits in a row that are read one by one */
    VOLUME_MOST = 10,     /* ours */
    VOLUME_MOST_SYN = 16, /* SYN6288, 5.1 */
    CHARACTER_MS = 250,
    COMMA_MS = 100
};

static bool is_in_gb2312(const uint8_t *pair);
static void frame_begin(struct speech_frame *frame, uint8_t command);
static void frame_end(struct speech_frame *frame, enum speech_chip chip);
static size_t volume_write(enum speech_chip chip, unsigned volume, char *out);
static bool is_digit(char letter);
static bool is_spelled(const char *text, size_t at);
static char harmless(char letter);

enum speech_coding speech_coding_of(const char *text) {
    uint8_t bytes[WHOLE_SIZE];
    size_t length = gbk_encode(text, bytes, sizeof bytes);
    for (size_t at = 0; at < length; at++) {
        if (bytes[at] < 0x80) {
            continue;
        }
        if (!is_in_gb2312(bytes + at)) {
            return CODING_GBK;
        }
        at++;
    }
    return CODING_GB2312;
}

void speech_frame_text(enum speech_chip chip, enum speech_coding coding, const char *text,
                       struct speech_frame *frame) {
    uint8_t whole[WHOLE_SIZE];
    frame_begin(frame, COMMAND_SPEAK);
    frame->bytes[frame->length++] = (uint8_t)coding;
    frame->is_cut = gbk_encode(text, whole, sizeof whole) > SPEECH_TEXT_MAX;
    frame->length += gbk_encode(text, frame->bytes + frame->length, SPEECH_TEXT_MAX);
    frame_end(frame, chip);
}

void speech_frame_say(enum speech_chip chip, unsigned volume, const char *text,
                      struct speech_frame *frame) {
    char whole[WHOLE_SIZE];
    size_t used = volume_write(chip, volume, whole);
    size_t length = strlen(text);
    size_t room = sizeof whole - used - 1;
    /* What is beyond the room is far beyond a frame: it is cut there. */
    size_t taken = length < room ? length : room;
    memcpy(whole + used, text, taken);
    whole[used + taken] = '\0';
    speech_frame_text(chip, speech_coding_of(whole), whole, frame);
}

void speech_frame_question(enum speech_chip chip, struct speech_frame *frame) {
    frame_begin(frame, COMMAND_STATUS);
    frame_end(frame, chip);
}

size_t speech_spell(const char *text, char *out, size_t size) {
    size_t used = 0;
    size_t left = strlen(text);
    for (size_t at = 0; text[at] != '\0';) {
        uint32_t character;
        size_t step = utf8_take(text + at, left, &character);
        bool has_comma =
            at > 0 && is_digit(text[at - 1]) && is_digit(text[at]) && is_spelled(text, at);
        if (used + step + (has_comma ? 2 : 1) > size) {
            break;
        }
        if (has_comma) {
            out[used++] = ',';
        }
        memcpy(out + used, text + at, step);
        out[used] = harmless(text[at]);
        used += step;
        at += step;
        left -= step;
    }
    out[used] = '\0';
    return used;
}

unsigned speech_usual_ms(const char *spelled) {
    unsigned ms = 0;
    size_t left = strlen(spelled);
    while (left > 0) {
        uint32_t character;
        size_t step = utf8_take(spelled, left, &character);
        ms += character == ',' ? COMMA_MS : CHARACTER_MS;
        spelled += step;
        left -= step;
    }
    return ms;
}

void speech_reader_note_sent(struct speech_reader *reader, const struct speech_frame *frame) {
    reader->sent = *frame;
    reader->echoed = 0;
    reader->has_echo = false;
}

/*
 * An echo is known by the frame's first three bytes, of which none is a reply; then as many bytes as were sent are passed
 * over, also when one is mangled, for a letter of the text is a reply's byte.
 */
enum speech_reply speech_reader_take(struct speech_reader *reader, uint8_t byte) {
    const struct speech_frame *sent = &reader->sent;
    if (reader->echoed >= HEAD_LENGTH && reader->echoed < sent->length) {
        reader->echoed++;
        return REPLY_NONE;
    }
    if (reader->echoed < HEAD_LENGTH && sent->length > 0) {
        if (byte == sent->bytes[reader->echoed]) {
            reader->echoed++;
            reader->has_echo |= reader->echoed == HEAD_LENGTH;
            return REPLY_NONE;
        }
        reader->noise += reader->echoed;
        reader->echoed = byte == HEAD && sent->bytes[0] == HEAD ? 1 : 0;
        if (reader->echoed == 1) {
            return REPLY_NONE;
        }
    }
    switch (byte) {
    case REPLY_TAKEN:
    case REPLY_NOT_UNDERSTOOD:
    case REPLY_READY:
    case REPLY_BUSY:
    case REPLY_IDLE:
        return (enum speech_reply)byte;
    default:
        reader->noise++;
        return REPLY_NONE;
    }
}

/* The hanzi and symbols that SYN6288's datasheet 8.1 names, as a GBK pair. */
static bool is_in_gb2312(const uint8_t *pair) {
    bool is_symbol = pair[0] >= 0xA1 && pair[0] <= 0xA3;
    bool is_hanzi = pair[0] >= 0xB0 && pair[0] <= 0xF7;
    return (is_symbol || is_hanzi) && pair[1] >= 0xA1;
}

static void frame_begin(struct speech_frame *frame, uint8_t command) {
    *frame = (struct speech_frame){ .length = HEAD_LENGTH };
    frame->bytes[0] = HEAD;
    frame->bytes[frame->length++] = command;
}

/* The length counts what follows it; the SYN6288's last byte is the XOR of all before. */
static void frame_end(struct speech_frame *frame, enum speech_chip chip) {
    size_t check = chip == CHIP_SYN6288 ? 1 : 0;
    size_t data = frame->length - HEAD_LENGTH + check;
    frame->bytes[1] = (uint8_t)(data >> 8);
    frame->bytes[2] = (uint8_t)data;
    if (check == 1) {
        uint8_t sum = 0;
        for (size_t i = 0; i < frame->length; i++) {
            sum ^= frame->bytes[i];
        }
        frame->bytes[frame->length++] = sum;
    }
}

/* "[v10]" without NUL; `out` has room for six. */
static size_t volume_write(enum speech_chip chip, unsigned volume, char *out) {
    unsigned loudness = volume > VOLUME_MOST ? VOLUME_MOST : volume;
    if (chip == CHIP_SYN6288) {
        loudness = (loudness * VOLUME_MOST_SYN + VOLUME_MOST / 2) / VOLUME_MOST;
    }
    size_t used = 0;
    out[used++] = '[';
    out[used++] = 'v';
    if (loudness >= 10) {
        out[used++] = '1';
    }
    out[used++] = (char)('0' + loudness % 10);
    out[used++] = ']';
    return used;
}

static bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/* Whether the run of digits that `at` stands in is read one by one. */
static bool is_spelled(const char *text, size_t at) {
    size_t first = at;
    size_t end = at;
    while (first > 0 && is_digit(text[first - 1])) {
        first--;
    }
    while (is_digit(text[end])) {
        end++;
    }
    char before = '\0';
    if (first > 0) {
        before = text[first - 1];
    }
    bool is_after_letter = (before >= 'A' && before <= 'Z') || (before >= 'a' && before <= 'z');
    return is_after_letter || end - first >= SPELLED_FROM;
}

/* No bracket begins a control, no line ends the text. */
static char harmless(char letter) {
    switch (letter) {
    case '[':
        return '(';
    case ']':
        return ')';
    default:
        break;
    }
    if ((unsigned char)letter < ' ') {
        return ' ';
    }
    return letter;
}
