/* Which journal rows change nothing for staff and the public; see filter.h. */
#include "web/filter.h"

#include <string.h>

static bool has(const char *bytes, size_t length, const char *text) {
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

/*
 * Texts inside a row have their quotes escaped, so a quoted key and value can only be the row's own. The type stands
 * before the data; what cannot be read is hidden.
 */
bool filter_is_hidden(const char *bytes, size_t length) {
    static const char KEY[] = "\"type\":\"hallq.";
    static const char *const TYPES[] = { "rating.reasons", "rating.ignored", "case.", "note." };
    static const char *const ALERTS[] = { "\"kind\":\"bad_", "\"kind\":\"case",
                                          "\"kind\":\"rating" };
    const char *found = memmem(bytes, length, KEY, sizeof KEY - 1);
    if (found == NULL) {
        return true;
    }
    const char *type = found + sizeof KEY - 1;
    size_t left = length - (size_t)(type - bytes);
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (left >= strlen(TYPES[i]) && memcmp(type, TYPES[i], strlen(TYPES[i])) == 0) {
            return true;
        }
    }
    bool is_alert = left >= 6 && memcmp(type, "alert.", 6) == 0;
    bool is_hidden = false;
    for (size_t i = 0; is_alert && i < sizeof ALERTS / sizeof ALERTS[0]; i++) {
        is_hidden = is_hidden || has(type, left, ALERTS[i]);
    }
    return is_hidden;
}
