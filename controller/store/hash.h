/*
 * The chain's hash (BLAKE2b, 32 bytes; `b2sum -l 256` gives the same) and what is drawn by chance. Any thread after
 * hash_init.
 */
#ifndef CONTROLLER_STORE_HASH_H
#define CONTROLLER_STORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "protocol/words.h"

enum { CHAIN_SIZE = 32, SALT_SIZE = 16 };

/* HALL_IO: the system gives no random numbers. */
enum hall_error hash_init(void);
/* out = H(previous || bytes); out may be previous. The first row's previous are zeros. */
void hash_chain(uint8_t out[CHAIN_SIZE], const uint8_t previous[CHAIN_SIZE], const void *bytes,
                size_t length);
/* H(salt || text || 0 || contact): who has the event alone can't guess a telephone number from it. */
void hash_note(uint8_t out[CHAIN_SIZE], const uint8_t salt[SALT_SIZE], const char *text,
               const char *contact);
/* H under a key of CHAIN_SIZE bytes: who has no key can't try all short texts. */
void hash_keyed(uint8_t out[CHAIN_SIZE], const uint8_t key[CHAIN_SIZE], const char *text);
void hash_draw(void *out, size_t size);
void hash_hex(const uint8_t hash[CHAIN_SIZE], char out[HASH_SIZE]);

#endif
