/* Who may give which command; see roles.h. */
#include "web/roles.h"

#include <stdlib.h>
#include <string.h>

/* Columns: nobody and viewer may nothing, so the rows begin with staff. */
struct role_row {
    enum permission staff, guide, manager, admin;
};

/* Lets the table below be read as a table. */
#define WINDOW                                                                                     \
    { MAY_AT_OWN_WINDOW, MAY_NOT, MAY, MAY }
#define DESK                                                                                       \
    { MAY_NOT, MAY, MAY, MAY }
#define PERSON                                                                                     \
    { MAY_FOR_ONESELF, MAY_NOT, MAY, MAY }
#define MANAGE                                                                                     \
    { MAY_NOT, MAY_NOT, MAY, MAY }
#define ADMIN                                                                                      \
    { MAY_NOT, MAY_NOT, MAY_NOT, MAY }

static const struct role_row TABLE[COMMAND_TYPES] = {
    [COMMAND_TICKET_ISSUE] = DESK,        [COMMAND_TICKET_CANCEL] = DESK,
    [COMMAND_TICKET_REQUEUE] = DESK,      [COMMAND_TICKET_RECLASS] = DESK,
    [COMMAND_TICKET_CHECK_IN] = DESK,     [COMMAND_WINDOW_NEXT] = WINDOW,
    [COMMAND_WINDOW_RECALL] = WINDOW,     [COMMAND_WINDOW_NO_SHOW] = WINDOW,
    [COMMAND_WINDOW_START] = WINDOW,      [COMMAND_WINDOW_DONE] = WINDOW,
    [COMMAND_WINDOW_PAUSE] = WINDOW,      [COMMAND_WINDOW_RESUME] = WINDOW,
    [COMMAND_WINDOW_OPEN] = WINDOW,       [COMMAND_WINDOW_CLOSE] = WINDOW,
    [COMMAND_WINDOW_TRANSFER] = WINDOW,   [COMMAND_WINDOW_CALL] = WINDOW,
    [COMMAND_WINDOW_HOLD] = WINDOW,       [COMMAND_WINDOW_UNHOLD] = WINDOW,
    [COMMAND_WINDOW_UNDO] = WINDOW,       [COMMAND_WINDOW_HELP] = WINDOW,
    [COMMAND_WINDOW_ASSIGN] = MANAGE,     [COMMAND_STAFF_SIGN_IN] = PERSON,
    [COMMAND_STAFF_SIGN_OUT] = PERSON,    [COMMAND_STAFF_SET] = ADMIN,
    [COMMAND_STAFF_REMOVE] = ADMIN,       [COMMAND_SERVICE_STOP] = MANAGE,
    [COMMAND_SERVICE_RESUME] = MANAGE,    [COMMAND_HALL_CLOSE] = MANAGE,
    [COMMAND_HALL_OPEN] = MANAGE,         [COMMAND_HALL_EXTEND] = MANAGE,
    [COMMAND_HALL_NOTICE] = MANAGE,       [COMMAND_CALENDAR_SET] = ADMIN,
    [COMMAND_HALL_TIME] = ADMIN,          [COMMAND_VISIT_LINK] = WINDOW,
    [COMMAND_RATING_INVITE] = WINDOW,     [COMMAND_RATING_GIVE] = MANAGE,
    [COMMAND_RATING_REASONS] = MANAGE,    [COMMAND_CASE_CONTACT] = MANAGE,
    [COMMAND_CASE_VERIFY] = MANAGE,       [COMMAND_CASE_RECTIFY] = MANAGE,
    [COMMAND_CASE_CLOSE] = MANAGE,        [COMMAND_CASE_APPEAL] = PERSON,
    [COMMAND_NOTE_ERASE] = MANAGE,        [COMMAND_APPOINTMENT_BOOK] = DESK,
    [COMMAND_APPOINTMENT_CANCEL] = DESK,  [COMMAND_PRECHECK_APPROVE] = DESK,
    [COMMAND_ALERT_ACKNOWLEDGE] = MANAGE, [COMMAND_DEVICE_IDENTIFY] = MANAGE,
    [COMMAND_DEVICE_TEST] = MANAGE,       [COMMAND_EVENTS_REPLAY] = MANAGE,
};

static const char *const NAMES[WEB_ROLES] = { "", "viewer", "staff", "guide", "manager", "admin" };

static bool is_own_window(const char *staff, uint16_t window, const struct snapshot *snapshot);
static bool is_same_staff(const char *a, const char *b);

const char *role_name(enum web_role role) {
    return NAMES[role];
}

enum web_role role_of_name(const char *name) {
    for (unsigned i = WEB_VIEWER; i < WEB_ROLES; i++) {
        if (strcmp(NAMES[i], name) == 0) {
            return (enum web_role)i;
        }
    }
    return WEB_NOBODY;
}

enum permission role_permission(enum web_role role, enum command_type type) {
    const struct role_row *row = &TABLE[type];
    switch (role) {
    case WEB_STAFF:
        return row->staff;
    case WEB_GUIDE:
        return row->guide;
    case WEB_MANAGER:
        return row->manager;
    case WEB_ADMIN:
        return row->admin;
    case WEB_NOBODY:
    case WEB_VIEWER:
    case WEB_ROLES:
        break;
    }
    return MAY_NOT;
}

bool role_may(enum web_role role, const char *staff, const struct command *command,
              const struct snapshot *snapshot) {
    bool names_staff = command->staff[0] != '\0';
    bool is_other = names_staff && !role_is_oneself(staff, command);
    switch (role_permission(role, command->type)) {
    case MAY:
        return true;
    case MAY_AT_OWN_WINDOW:
        return !is_other && is_own_window(staff, command->window, snapshot);
    case MAY_FOR_ONESELF:
        return !is_other && (names_staff || is_own_window(staff, command->window, snapshot));
    case MAY_NOT:
        break;
    }
    return false;
}

bool role_is_oneself(const char *staff, const struct command *command) {
    return is_same_staff(staff, command->staff);
}

bool role_sees_ratings(enum web_role role) {
    return role != WEB_NOBODY && role != WEB_STAFF;
}

static bool is_own_window(const char *staff, uint16_t window, const struct snapshot *snapshot) {
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        if (snapshot->windows[i].id == window) {
            return is_same_staff(staff, snapshot->windows[i].staff);
        }
    }
    return false;
}

/* Numbers, not texts: "0107" and "107" are one person. Nobody is no one's equal. */
static bool is_same_staff(const char *a, const char *b) {
    return a[0] != '\0' && b[0] != '\0' && strtoul(a, NULL, 10) == strtoul(b, NULL, 10);
}
