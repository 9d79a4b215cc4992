/* The form of page users and tokens. */
#include "controller/user.h"

#include <stdio.h>
#include <string.h>

static const char *const ROLES[] = { "viewer", "staff", "guide", "manager", "admin" };
static const char NAME_BYTES[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

static bool is_hash(const struct store_user *user);

bool user_check(const struct store_user *user, char *fault) {
    bool has_staff = user->staff[0] != '\0';
    bool is_staff = strcmp(user->role, "staff") == 0;
    const char *what = NULL;
    if (user->name[0] == '\0' || strspn(user->name, NAME_BYTES) != strlen(user->name)) {
        what = "a name of 1 to 64 letters, digits, '.', '_' or '-'";
    } else if (!user_is_role(user->role)) {
        what = "a role: viewer, staff, guide, manager or admin";
    } else if (is_staff != has_staff) {
        what = "a staff number with the role staff, and only with it";
    } else if (strspn(user->staff, "0123456789") != strlen(user->staff)) {
        what = "a staff number of digits";
    } else if (!is_hash(user)) {
        what = "a hash: $argon2id$... of a password, 64 hex digits of a token";
    }
    if (what != NULL) {
        (void)snprintf(fault, WHAT_SIZE, "expected %s", what);
    }
    return what == NULL;
}

bool user_is_role(const char *word) {
    for (size_t i = 0; i < sizeof(ROLES) / sizeof(ROLES[0]); i++) {
        if (strcmp(ROLES[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_hash(const struct store_user *user) {
    if (user->is_token) {
        return strlen(user->hash) == 64 && strspn(user->hash, "0123456789abcdef") == 64;
    }
    return strncmp(user->hash, "$argon2id$", 10) == 0;
}
