/* What a page user or an API token may look like; the same for the socket and for the tool that writes the store. */
#ifndef CONTROLLER_USER_H
#define CONTROLLER_USER_H

#include <stdbool.h>

#include "controller/store/store.h"

#define USER_LAST_ADMIN "the last admin; add another first"

/* False: `fault` (WHAT_SIZE) says what was found and what would be right. */
bool user_check(const struct store_user *user, char *fault);
bool user_is_role(const char *word);

#endif
