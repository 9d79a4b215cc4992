/* Passwords, tokens and digests over libsodium. */
#include "controller/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* OWASP's password storage cheat sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
enum { ARGON_BYTES = 19 * 1024 * 1024, ARGON_PASSES = 2 };

static void draw(char *out, size_t length);

bool password_init(void) {
    return sodium_init() >= 0;
}

bool password_hash(const char *password, char *out) {
    _Static_assert(PASSWORD_HASH_SIZE > crypto_pwhash_STRBYTES, "an argon2id string fits");
    return crypto_pwhash_str_alg(out, password, strlen(password), ARGON_PASSES, ARGON_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

void password_draw(char *out) {
    draw(out, 16);
}

void password_draw_token(char *out) {
    draw(out, 32);
}

void password_digest(const char *bytes, size_t length, char *out) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, (const unsigned char *)bytes, length);
    (void)sodium_bin2hex(out, 2 * sizeof(hash) + 1, hash, sizeof(hash));
}

void password_wipe(void *bytes, size_t length) {
    sodium_memzero(bytes, length);
}

static void draw(char *out, size_t length) {
    unsigned char bytes[32];
    assert(length <= sizeof(bytes));
    randombytes_buf(bytes, length);
    (void)sodium_bin2base64(out, SECRET_SIZE, bytes, length,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
}
