/* The pages of these tests: three pages and what they load, as embed.mjs would write them. */
#include "web/files.h"

static const unsigned char BYTES[] = { 0x1f, 0x8b, 0x08, 0x00, 0x01 };

#define HTML "text/html; charset=utf-8"
const struct web_file WEB_FILES[] = {
    { "/", HTML, "\"now1\"", BYTES, sizeof BYTES },
    { "/terminal", HTML, "\"term1\"", BYTES, sizeof BYTES },
    { "/display", HTML, "\"disp1\"", BYTES, sizeof BYTES },
    { "/now.js", "text/javascript; charset=utf-8", "\"js1\"", BYTES, sizeof BYTES },
    { "/display.js", "text/javascript; charset=utf-8", "\"js2\"", BYTES, sizeof BYTES },
    { "/icon.svg", "image/svg+xml", "\"icon1\"", BYTES, sizeof BYTES },
};
const size_t WEB_FILE_COUNT = sizeof WEB_FILES / sizeof WEB_FILES[0];
