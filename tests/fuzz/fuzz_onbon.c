/*
 * Any bytes from an ONBON card, in one stream: whatever is believed was a frame with a right checksum, and after all of
 * it a good reply is still heard. Any text for a card: the frame, read by a reader of its own here, holds that text
 * again (as much of it as GB2312 has), and nothing of it is taken for an escape.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/gbk.h"
#include "protocol/onbon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PLAIN_MAX = 2048, AREA_TEXT = 14 + 9 + 27, NO_FRAME = 0 };

/* Bit by bit, as the vendor's table of CRC-16/ARC is made. */
static unsigned peer_crc(const uint8_t *bytes, size_t length) {
    unsigned crc = 0;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        unsigned in = bytes[bit / 8] >> bit % 8 & 1u;
        crc = ((crc ^ in) & 1u) != 0 ? crc >> 1 ^ 0xA001u : crc >> 1;
    }
    return crc;
}

/* A frame from its first A5 to its 5A, without escapes and checksum; NO_FRAME when it is none. */
static size_t peer_unpack(const uint8_t *frame, size_t length, uint8_t *plain) {
    size_t at = 0;
    size_t used = 0;
    while (at < length && frame[at] == 0xA5) {
        at++;
    }
    for (; at + 1 < length; at++) {
        assert(used < PLAIN_MAX);
        if (frame[at] != 0xA6 && frame[at] != 0x5B) {
            plain[used++] = frame[at];
            continue;
        }
        if (frame[at + 1] != 1 && frame[at + 1] != 2) {
            return NO_FRAME;
        }
        plain[used++] = (uint8_t)(frame[at] - (frame[at + 1] == 2 ? 1 : 0));
        at++;
    }
    if (at + 1 != length || frame[at] != 0x5A || used < 2) {
        return NO_FRAME;
    }
    unsigned crc = plain[used - 2] | (unsigned)plain[used - 1] << 8;
    return crc == peer_crc(plain, used - 2) ? used - 2 : NO_FRAME;
}

static void try_stream(const uint8_t *data, size_t size) {
    static const uint8_t WELL[] = { 0xA5, 0xA5, 0x00, 0x80, 0x01, 0x00, 0,    0, 0, 0, 0,
                                    0,    0xFE, 0x02, 0x05, 0x00, 0xA0, 0x00, 0, 0, 0 };
    struct onbon_reader *reader = calloc(1, sizeof *reader);
    struct onbon_reply reply;
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t plain[PLAIN_MAX];
        start = data[i] == 0xA5 ? i : start;
        if (onbon_hear(reader, data[i], &reply)) {
            size_t length = peer_unpack(data + start, i + 1 - start, plain);
            assert(length >= 16 && (plain[14] << 8 | plain[15]) == reply.command);
            assert((plain[2] | plain[3] << 8) == reply.source);
        }
    }
    unsigned crc = peer_crc(WELL + 2, sizeof WELL - 2);
    uint8_t end[] = { (uint8_t)crc, (uint8_t)(crc >> 8), 0x5A };
    unsigned heard = 0;
    for (size_t i = 0; i < sizeof WELL; i++) {
        heard += onbon_hear(reader, WELL[i], &reply) ? 1 : 0;
    }
    for (size_t i = 0; i < sizeof end; i++) {
        heard += onbon_hear(reader, end[i], &reply) ? 1 : 0;
    }
    assert(heard == 1 && reply.command == ONBON_WELL && reply.source == 1);
    free(reader);
}

/* What the card would show, as GBK: colour escapes away, \n a line's end. */
static size_t peer_show(const uint8_t *text, size_t length, uint8_t *shown) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\') {
            assert(i + 1 < length);
            i++;
            assert(text[i] == 'n' || (text[i] == 'C' && i == 1));
            if (text[i] == 'n') {
                shown[used++] = '\n';
            } else {
                i++;
                assert(i < length && text[i] >= '1' && text[i] <= '3');
            }
            continue;
        }
        if (text[i] >= 0x80) {
            assert(i + 1 < length && text[i] >= 0xA1 && text[i] <= 0xF7 && text[i + 1] >= 0xA1);
            shown[used++] = text[i++];
        } else {
            assert(text[i] >= ' ' && text[i] < 0x7F);
        }
        shown[used++] = text[i];
    }
    return used;
}

/* Two bytes are as good as a question mark where the first set has more than the second. */
static void check_shown(const char *text, const uint8_t *shown, size_t length) {
    uint8_t whole[4096];
    size_t bytes = gbk_encode(text, whole, sizeof whole);
    size_t at = 0;
    for (size_t i = 0; i < bytes && at < length; i++) {
        uint8_t lead = whole[i];
        if (lead < 0x80) {
            bool is_seen = lead >= ' ' && lead != 0x7F && lead != '\\';
            assert(!is_seen || shown[at] == lead);
            at += lead == '\\' ? 2 : 1;
            continue;
        }
        uint8_t trail = whole[++i];
        bool is_gb2312 = lead >= 0xA1 && lead <= 0xF7 && trail >= 0xA1;
        assert(is_gb2312 ? shown[at] == lead && shown[at + 1] == trail : shown[at] == '?');
        at += is_gb2312 ? 2 : 1;
    }
    assert(at == length);
}

static void try_text(const uint8_t *data, size_t size) {
    struct onbon_area area = { .width = (uint16_t)(8 + data[1]), .height = 16 };
    char text[1024] = "";
    uint8_t frame[ONBON_FRAME_MAX], plain[PLAIN_MAX], shown[PLAIN_MAX];
    memcpy(text, data + 2, size < sizeof text ? size - 2 : sizeof text - 3);
    area.length = onbon_write_text(text, data[1], area.text, ONBON_TEXT_MAX);
    size_t length = onbon_write_area(data[1], &area, frame);
    assert(length <= ONBON_FRAME_MAX && memchr(frame + 8, 0xA5, length - 8) == NULL);
    assert(memchr(frame, 0x5A, length - 1) == NULL);
    size_t whole = peer_unpack(frame, length, plain);
    assert(whole == AREA_TEXT + area.length && plain[0] == data[1]);
    size_t seen = peer_show(plain + AREA_TEXT, area.length, shown);
    check_shown(text, shown, seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) {
        return 0;
    }
    if (data[0] % 2 == 0) {
        try_text(data, size);
    } else {
        try_stream(data + 1, size - 1);
    }
    return 0;
}
