/*
 * The store's key, which stands in a file of its own: what must not be read out of the journal is kept there as a hash
 * under it. A lost key makes the codes of standing bookings and all PINs worthless, so it is backed up beside the store.
 * hash_init (store_open) comes before.
 */
#ifndef CONTROLLER_STORE_KEY_H
#define CONTROLLER_STORE_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/words.h"

enum { KEY_SIZE = 32 };
struct store_key {
    uint8_t bytes[KEY_SIZE];
};

/*
 * Reads the key's 64 hex digits, or draws one and writes it durably for its owner only where there is no file.
 * HALL_BROKEN: no key is in there; HALL_IO. `fault` (WHAT_SIZE) says what.
 */
enum hall_error key_open(const char *path, struct store_key *key, char *fault);
/*
 * Hashes of the check-in codes 0000..9999, none 0: 64 bits of BLAKE2b. Neither day nor era goes in, because a code is
 * booked days before and must be known again after a restore. That two are equal has a chance of 3 in 10^12.
 */
void key_hash_codes(const struct store_key *key, uint64_t hashes[CHECK_IN_CODES]);
/*
 * A PIN of this number of staff, in hex. A keyed hash and no argon2id: 64,536 PINs are soon tried whatever a try costs,
 * so what protects them is the key, which stands in no backup of the store; and a terminal's press is decided in the
 * hall's loop, which has no 50 ms for it. Guessing at the door is what the hall itself counts (staff_sign_in). The number
 * goes in, so that equal PINs can't be told to be equal. With the key lost, PINs are to be set anew.
 */
void key_hash_pin(const struct store_key *key, uint16_t staff, uint16_t pin,
                  char *out /* HASH_SIZE */);
/* A person as this hall day knows them, in hex: the next day's hash tells nothing of it. */
void key_hash_person(const struct store_key *key, uint32_t day, const char *person,
                     char *out /* WORD_SIZE */);

/*
 * What the QR on a ticket proves: "20261123-A001-" and 80 bits of a keyed hash of era and ticket id in hex. Who has not
 * seen the paper can't make one; and nothing need be kept of it, because it says itself which ticket it is of. A restore
 * begins an era and ends all tokens: paper may have a number that the restored journal gave to somebody else.
 */
void key_make_token(const struct store_key *key, uint32_t era, uint32_t day,
                    struct ticket_no ticket, char *out /* TOKEN_SIZE */);
/* False: it is none of this key and era. */
bool key_read_token(const struct store_key *key, uint32_t era, const char *token, uint32_t *day,
                    struct ticket_no *ticket);

#endif
