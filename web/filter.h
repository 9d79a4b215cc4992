/* Which journal rows people who may not see single ratings are not shown. Pure. */
#ifndef WEB_FILTER_H
#define WEB_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/* Does this row tell of a single rating, a case, a note, or an alert about a bad rating? */
bool filter_is_rating(const char *bytes, size_t length);

#endif
