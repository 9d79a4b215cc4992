/* Texts and contacts given by consent: outside the journal, so that they can be erased. */
#include <stdio.h>
#include <string.h>

#include "controller/store/store_private.h"

/* In a transaction of its own, before the event that names it: an event never names a note that is not there. */
enum hall_error store_note_put(struct store *store, const char *text, const char *contact,
                               uint64_t *number, char *hash) {
    uint8_t salt[SALT_SIZE];
    uint8_t made[CHAIN_SIZE];
    char hex[HASH_SIZE];
    hash_draw(salt, sizeof salt);
    hash_note(made, salt, text, contact);
    hash_hex(made, hex);
    struct statement *put = database_prepare(
        store->database, "INSERT INTO notes(hash, salt, text, contact) VALUES(?, ?, ?, ?)");
    statement_bind_text(put, 1, hex);
    statement_bind_bytes(put, 2, salt, sizeof salt);
    statement_bind_text(put, 3, text);
    statement_bind_text(put, 4, contact);
    enum hall_error error = statement_run(put);
    statement_close(put);
    int64_t last = 0;
    error = error != HALL_OK ? error
                             : database_ask(store->database, "SELECT last_insert_rowid()", &last);
    if (error == HALL_OK) {
        *number = (uint64_t)last;
        memcpy(hash, hex, sizeof hex);
    }
    return error;
}

enum hall_error store_note_get(struct store *store, uint64_t number, char *text, char *contact) {
    struct statement *get = database_prepare(
        store->database, "SELECT text, contact FROM notes WHERE number = ? AND salt IS NOT NULL");
    statement_bind_int(get, 1, (int64_t)number);
    enum hall_error error = statement_step(get);
    if (error == HALL_OK) {
        statement_copy_text(get, 0, text, TEXT_SIZE);
        statement_copy_text(get, 1, contact, WHAT_SIZE);
    }
    statement_close(get);
    return error;
}

/* The log is emptied too: the text would stand in it until it is written over. */
enum hall_error store_note_erase(struct store *store, uint64_t number) {
    char text[TEXT_SIZE];
    char contact[WHAT_SIZE];
    enum hall_error error = store_note_get(store, number, text, contact);
    if (error != HALL_OK) {
        return error;
    }
    struct statement *erase = database_prepare(
        store->database,
        "UPDATE notes SET text = NULL, contact = NULL, salt = NULL WHERE number = ?");
    statement_bind_int(erase, 1, (int64_t)number);
    error = statement_run(erase);
    statement_close(erase);
    if (error == HALL_OK) {
        (void)database_checkpoint(store->database, true);
    }
    return error;
}
