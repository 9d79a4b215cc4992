/* The only file of the store that includes libsodium. */
#include "controller/store/hash.h"

#include <sodium.h>
#include <string.h>

enum hall_error hash_init(void) {
    return sodium_init() < 0 ? HALL_IO : HALL_OK;
}

void hash_chain(uint8_t out[CHAIN_SIZE], const uint8_t previous[CHAIN_SIZE], const void *bytes,
                size_t length) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CHAIN_SIZE);
    crypto_generichash_update(&state, previous, CHAIN_SIZE);
    crypto_generichash_update(&state, bytes, length);
    crypto_generichash_final(&state, out, CHAIN_SIZE);
}

void hash_note(uint8_t out[CHAIN_SIZE], const uint8_t salt[SALT_SIZE], const char *text,
               const char *contact) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, CHAIN_SIZE);
    crypto_generichash_update(&state, salt, SALT_SIZE);
    crypto_generichash_update(&state, (const uint8_t *)text, strlen(text) + 1);
    crypto_generichash_update(&state, (const uint8_t *)contact, strlen(contact));
    crypto_generichash_final(&state, out, CHAIN_SIZE);
}

void hash_keyed(uint8_t out[CHAIN_SIZE], const uint8_t key[CHAIN_SIZE], const char *text) {
    crypto_generichash(out, CHAIN_SIZE, (const uint8_t *)text, strlen(text), key, CHAIN_SIZE);
}

void hash_draw(void *out, size_t size) {
    randombytes_buf(out, size);
}

void hash_hex(const uint8_t hash[CHAIN_SIZE], char out[HASH_SIZE]) {
    sodium_bin2hex(out, HASH_SIZE, hash, CHAIN_SIZE);
}
