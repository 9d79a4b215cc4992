/* Page users and API tokens: hashes only. Rare and small, so each call prepares its own statement. */
#include <stdio.h>
#include <string.h>

#include "controller/store/store_private.h"

static enum hall_error get_one(struct statement *statement, struct store_user *user);
static bool is_last_admin(struct store *store, const struct store_user *user);
static void copy_user(struct statement *statement, struct store_user *user);

enum hall_error store_user_put(struct store *store, const struct store_user *user) {
    struct statement *put = database_prepare(
        store->database, "INSERT OR REPLACE INTO users(name, is_token, role, staff, hash)"
                         " VALUES(?, ?, ?, ?, ?)");
    statement_bind_text(put, 1, user->name);
    statement_bind_int(put, 2, user->is_token);
    statement_bind_text(put, 3, user->role);
    statement_bind_text(put, 4, user->staff);
    statement_bind_text(put, 5, user->hash);
    enum hall_error error = statement_run(put);
    statement_close(put);
    return error;
}

enum hall_error store_user_get(struct store *store, const char *name, bool is_token,
                               struct store_user *user) {
    struct statement *get =
        database_prepare(store->database, "SELECT name, role, staff, hash, is_token FROM users"
                                          " WHERE name = ? AND is_token = ?");
    statement_bind_text(get, 1, name);
    statement_bind_int(get, 2, is_token);
    return get_one(get, user);
}

enum hall_error store_token_find(struct store *store, const char *hash, struct store_user *user) {
    struct statement *get =
        database_prepare(store->database, "SELECT name, role, staff, hash, is_token FROM users"
                                          " WHERE is_token = 1 AND hash = ?");
    statement_bind_text(get, 1, hash);
    return get_one(get, user);
}

enum hall_error store_user_remove(struct store *store, const char *name, bool is_token) {
    struct store_user user;
    enum hall_error error = store_user_get(store, name, is_token, &user);
    if (error != HALL_OK) {
        return error;
    }
    if (is_last_admin(store, &user)) {
        return HALL_BUSY;
    }
    struct statement *removal =
        database_prepare(store->database, "DELETE FROM users WHERE name = ? AND is_token = ?");
    statement_bind_text(removal, 1, name);
    statement_bind_int(removal, 2, is_token);
    error = statement_run(removal);
    statement_close(removal);
    return error;
}

/* Nobody could make another one by the page, and a token is no person. */
static bool is_last_admin(struct store *store, const struct store_user *user) {
    int64_t count = 0;
    (void)database_ask(store->database,
                       "SELECT count(*) FROM users WHERE is_token = 0 AND role = 'admin'", &count);
    return !user->is_token && strcmp(user->role, "admin") == 0 && count <= 1;
}

unsigned store_user_count(struct store *store) {
    int64_t count = 0;
    (void)database_ask(store->database, "SELECT count(*) FROM users WHERE is_token = 0", &count);
    return (unsigned)count;
}

enum hall_error store_users(struct store *store,
                            void (*take)(void *context, const struct store_user *user),
                            void *context) {
    struct statement *get = database_prepare(
        store->database,
        "SELECT name, role, staff, hash, is_token FROM users ORDER BY is_token, name");
    enum hall_error error = statement_step(get);
    while (error == HALL_OK) {
        struct store_user user;
        copy_user(get, &user);
        take(context, &user);
        error = statement_step(get);
    }
    statement_close(get);
    return error == HALL_MISSING ? HALL_OK : error;
}

static enum hall_error get_one(struct statement *statement, struct store_user *user) {
    enum hall_error error = statement_step(statement);
    if (error == HALL_OK) {
        copy_user(statement, user);
    }
    statement_close(statement);
    return error;
}

static void copy_user(struct statement *statement, struct store_user *user) {
    statement_copy_text(statement, 0, user->name, sizeof user->name);
    statement_copy_text(statement, 1, user->role, sizeof user->role);
    statement_copy_text(statement, 2, user->staff, sizeof user->staff);
    statement_copy_text(statement, 3, user->hash, sizeof user->hash);
    user->is_token = statement_int(statement, 4) != 0;
}
