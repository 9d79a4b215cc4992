/* Who may give which command: one table of every command and role. Pure. */
#ifndef WEB_ROLES_H
#define WEB_ROLES_H

#include <stdbool.h>

#include "protocol/command.h"
#include "protocol/snapshot.h"

enum web_role { WEB_NOBODY, WEB_VIEWER, WEB_STAFF, WEB_GUIDE, WEB_MANAGER, WEB_ADMIN, WEB_ROLES };

enum permission {
    MAY_NOT,
    MAY,
    MAY_AT_OWN_WINDOW, /* the window where the snapshot shows this staff member signed in */
    MAY_FOR_ONESELF    /* `staff` is the user's own number, or `window` their own */
};

const char *role_name(enum web_role role);
enum web_role role_of_name(const char *name); /* WEB_NOBODY unknown */
enum permission role_permission(enum web_role role, enum command_type type);
/* Is this command allowed now to someone of this role with this staff number ("" none)? */
bool role_may(enum web_role role, const char *staff, const struct command *command,
              const struct snapshot *snapshot);
/* Does the command name the staff member that the log-in is of? */
bool role_is_oneself(const char *staff, const struct command *command);
/* Does this role see single ratings, cases and notes? */
bool role_sees_ratings(enum web_role role);

#endif
