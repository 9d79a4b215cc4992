/*
 * GBK as the devices take it (two-byte codes 8140..FEFE and ASCII), from and to UTF-8. The table is made at build time
 * by gbk_make.c from the C library's iconv. Unknown characters become '?'. Pure.
 */
#ifndef PROTOCOL_GBK_H
#define PROTOCOL_GBK_H

#include <stddef.h>
#include <stdint.h>

/* Encodes UTF-8 `text`; cut at a whole character within `size` bytes, no closing NUL. Returns the bytes written. */
size_t gbk_encode(const char *text, uint8_t *out, size_t size);
/* Decodes to UTF-8 with a closing NUL, cut at a whole character. A broken pair becomes '?'. Returns bytes without NUL. */
size_t gbk_decode(const uint8_t *bytes, size_t length, char *out, size_t size);

#endif
