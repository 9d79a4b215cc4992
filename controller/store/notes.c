/* Texts and contacts given by consent: outside the journal, so that they can be erased. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "controller/store/store_private.h"

/* In the transaction of the event that names it: an event never names a note that is not there, nor the other way. */
enum hall_error store_note_keep(struct store *store, const char *text, const char *contact,
                                uint64_t *number, char *hash) {
    uint8_t made[CHAIN_SIZE];
    if (store->note_count == NOTES_PENDING_MAX) {
        return HALL_FULL;
    }
    struct note_pending *pending = &store->notes[store->note_count];
    *pending = (struct note_pending){ .number = store->note_last + store->note_count + 1,
                                      .text = strdup(text),
                                      .contact = strdup(contact) };
    if (pending->text == NULL || pending->contact == NULL) {
        free(pending->text);
        free(pending->contact);
        return HALL_FULL;
    }
    hash_draw(pending->salt, sizeof pending->salt);
    hash_note(made, pending->salt, text, contact);
    hash_hex(made, pending->hash);
    store->note_count++;
    *number = pending->number;
    memcpy(hash, pending->hash, sizeof pending->hash);
    return HALL_OK;
}

enum hall_error store_note_get(struct store *store, uint64_t number, char *text, char *contact) {
    struct statement *get = store_statement(store, STATEMENT_NOTE_GET);
    statement_bind_int(get, 1, (int64_t)number);
    enum hall_error error = statement_step(get);
    if (error == HALL_OK) {
        statement_copy_text(get, 0, text, TEXT_SIZE);
        statement_copy_text(get, 1, contact, WHAT_SIZE);
    }
    statement_reset(get);
    return error;
}

enum hall_error notes_write(struct store *store) {
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; i < store->note_count && error == HALL_OK; i++) {
        const struct note_pending *note = &store->notes[i];
        struct statement *put = store_statement(store, STATEMENT_NOTE_PUT);
        statement_bind_int(put, 1, (int64_t)note->number);
        statement_bind_text(put, 2, note->hash);
        statement_bind_bytes(put, 3, note->salt, sizeof note->salt);
        statement_bind_text(put, 4, note->text);
        statement_bind_text(put, 5, note->contact);
        error = statement_run(put);
    }
    return error;
}

void notes_forget(struct store *store) {
    for (unsigned i = 0; i < store->note_count; i++) {
        free(store->notes[i].text);
        free(store->notes[i].contact);
    }
    store->note_count = 0;
}

enum hall_error note_erase(struct store *store, uint64_t number) {
    struct statement *erase = store_statement(store, STATEMENT_NOTE_ERASE);
    statement_bind_int(erase, 1, (int64_t)number);
    store->has_erased = true;
    return statement_run(erase);
}

/* The file's pages are written over by SQLite itself; in the log the text would stand until that is written over. */
void notes_clean_log(struct store *store) {
    enum { AGAIN_S = 10 };
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!store->has_erased ||
        (store->erase_tried_s != 0 && now.tv_sec - store->erase_tried_s < AGAIN_S)) {
        return;
    }
    store->erase_tried_s = now.tv_sec;
    if (database_checkpoint(store->database, true) == HALL_OK) {
        store->has_erased = false;
        store->erase_tried_s = 0;
    }
}
