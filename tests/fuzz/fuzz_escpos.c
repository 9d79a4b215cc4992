/*
 * Whatever bytes come from a printer are sorted one by one, in pieces of any size, and any four answers are a status. A job
 * of any text and QR content is one ticket: one init, no command inside the text, one cut at its end.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/escpos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_answers(const uint8_t *data, size_t size) {
    struct escpos_heard whole = { 0 };
    struct escpos_heard pieces = { 0 };
    size_t step = (size_t)data[0] % 7 + 1;
    escpos_hear(&whole, data, size);
    for (size_t at = 0; at < size; at += step) {
        escpos_hear(&pieces, data + at, size - at < step ? size - at : step);
    }
    assert(whole.statuses == pieces.statuses && whole.turns == pieces.turns);
    assert(whole.noise == pieces.noise && whole.status == pieces.status);
    assert(whole.statuses + whole.turns + whole.noise <= size);
    (void)escpos_status(data + size - ESCPOS_QUESTIONS);
}

/* Text goes there and back: what is printable ASCII stands in the bytes in its order, and nothing else is printed. */
static void check_text(const char *text, const uint8_t *bytes, size_t length) {
    size_t at = 0;
    for (; *text != '\0'; text++) {
        bool is_mark = *text == 0x1D || *text == '\n';
        if (*text < 0x20 || *text >= 0x7F || is_mark) {
            continue;
        }
        while (at < length && bytes[at] != (uint8_t)*text) {
            at++;
        }
        assert(at++ < length);
    }
}

static void try_job(const uint8_t *data, size_t size) {
    struct print_job job = { .job = 1 };
    uint8_t *out = malloc(ESCPOS_JOB_SIZE);
    size_t half = data[0] % 2 == 0 ? size : size / 2;
    size_t text = half - 1 < sizeof job.text - 1 ? half - 1 : sizeof job.text - 1;
    size_t qr = size - half < sizeof job.qr - 1 ? size - half : sizeof job.qr - 1;
    memcpy(job.text, data + 1, text);
    memcpy(job.qr, data + half, qr);
    size_t length = escpos_write_job(&job, out);
    assert(length >= 5 && memcmp(out, "\x1B@", 2) == 0);
    assert(memcmp(out + length - 3, "\x1DV\x01", 3) == 0);
    /* The lengths of a QR may be any byte. */
    for (size_t i = 2; i + 3 < length && memcmp(out + i, "\x1D(k", 3) != 0; i++) {
        assert(out[i] != 0x10 || out[i + 1] != 0x04);
        assert(out[i] != 0x1B || out[i + 1] == 'a');
        assert(out[i] != 0x1D || out[i + 1] == '!' || out[i + 1] == '(');
    }
    check_text(job.text, out + 5, length - 5);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 + ESCPOS_QUESTIONS) {
        return 0;
    }
    if (data[0] % 4 == 0) {
        try_answers(data + 1, size - 1);
    } else {
        try_job(data + 1, size - 1);
    }
    return 0;
}
