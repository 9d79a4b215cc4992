/* PINs of staff as keyed hashes. They change with the event that sets or removes the person, and fall with it. */
#include <stdio.h>
#include <string.h>

#include "controller/store/store_private.h"

enum hall_error store_pin_keep(struct store *store, uint16_t staff, const char *hash) {
    if (store->pin_count == PINS_PENDING_MAX) {
        return HALL_FULL;
    }
    struct pin_pending *pending = &store->pins[store->pin_count++];
    pending->staff = staff;
    snprintf(pending->hash, sizeof pending->hash, "%s", hash);
    return HALL_OK;
}

/* What waits for its commit counts already: the next input of the same batch is decided on it. */
enum hall_error store_pin_get(struct store *store, uint16_t staff, char *hash) {
    for (unsigned i = store->pin_count; i > 0; i--) {
        const struct pin_pending *pending = &store->pins[i - 1];
        if (pending->staff == staff) {
            memcpy(hash, pending->hash, sizeof pending->hash);
            return hash[0] == '\0' ? HALL_MISSING : HALL_OK;
        }
    }
    struct statement *get = store_statement(store, STATEMENT_PIN_GET);
    statement_bind_int(get, 1, staff);
    enum hall_error error = statement_step(get);
    if (error == HALL_OK) {
        statement_copy_text(get, 0, hash, HASH_SIZE);
    }
    statement_reset(get);
    return error;
}

enum hall_error pins_write(struct store *store) {
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; i < store->pin_count && error == HALL_OK; i++) {
        const struct pin_pending *pin = &store->pins[i];
        bool is_kept = pin->hash[0] != '\0';
        struct statement *statement =
            store_statement(store, is_kept ? STATEMENT_PIN_PUT : STATEMENT_PIN_FORGET);
        statement_bind_int(statement, 1, pin->staff);
        if (is_kept) {
            statement_bind_text(statement, 2, pin->hash);
        }
        error = statement_run(statement);
    }
    return error;
}
