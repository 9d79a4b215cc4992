/* Secrets over libsodium; see secret.h. */
#include "web/secret.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SECRET_PASSWORD_SIZE > crypto_pwhash_STRBYTES, "a password's hash must fit");
_Static_assert(SECRET_HASH_BYTES == crypto_hash_sha256_BYTES, "a token's hash must fit");

/* Nobody's hash, with the cost of everybody's. */
static const char NOBODY[] = "$argon2id$v=19$m=19456,t=2,p=1$aGFsbHFoYWxscWhhbGxxMQ$"
                             "aGFsbHFoYWxscWhhbGxxaGFsbHFoYWxscWhhbGxxMTI";

bool secret_init(void) {
    return sodium_init() >= 0;
}

void secret_token_make(char *out) {
    uint8_t bytes[(SECRET_TOKEN_SIZE - 1) / 2];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(out, SECRET_TOKEN_SIZE, bytes, sizeof bytes);
}

void secret_hash(const char *text, uint8_t *out) {
    crypto_hash_sha256(out, (const unsigned char *)text, strlen(text));
}

void secret_hash_hex(const char *text, char *out) {
    uint8_t hash[SECRET_HASH_BYTES];
    secret_hash(text, hash);
    sodium_bin2hex(out, SECRET_HASH_SIZE, hash, sizeof hash);
}

bool secret_equal(const uint8_t *a, const uint8_t *b) {
    return sodium_memcmp(a, b, SECRET_HASH_BYTES) == 0;
}

bool secret_password_is(const char *hash, const char *password) {
    bool is_right =
        crypto_pwhash_str_verify(hash != NULL ? hash : NOBODY, password, strlen(password)) == 0;
    return is_right && hash != NULL;
}

bool secret_password_make(const char *password, unsigned passes, size_t memory, char *out) {
    return crypto_pwhash_str_alg(out, password, strlen(password), passes, memory,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

void secret_wipe(void *bytes, size_t size) {
    sodium_memzero(bytes, size);
}
