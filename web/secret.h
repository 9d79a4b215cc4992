/*
 * Secrets: passwords (argon2id), random tokens and their hashes. The only file of web/ that includes libsodium.
 * Any thread after secret_init.
 */
#ifndef WEB_SECRET_H
#define WEB_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SECRET_TOKEN_SIZE = 33,     /* 128 bits in hex and NUL */
    SECRET_HASH_BYTES = 32,     /* SHA-256 of a token's text */
    SECRET_HASH_SIZE = 65,      /* the same in hex and NUL */
    SECRET_PASSWORD_SIZE = 129, /* argon2id's own text form and NUL */
    SECRET_PASSES = 2
};
#define SECRET_MEMORY                                                                              \
    ((size_t)19 * 1024 * 1024) /* OWASP's password storage sheet: 19 MiB, 2 passes */

bool secret_init(void);
void secret_token_make(char *out); /* SECRET_TOKEN_SIZE bytes */
void secret_hash(const char *text, uint8_t *out);
void secret_hash_hex(const char *text, char *out); /* SECRET_HASH_SIZE bytes */
bool secret_equal(const uint8_t *a, const uint8_t *b);
/*
 * Takes the time and memory that `hash` names, some 30 ms with the values above: for the worker. `hash` NULL (there is
 * no such user) takes as long and is never right, so that an answer's time does not tell who exists.
 */
bool secret_password_is(const char *hash, const char *password);
/* false: no memory. `out` holds SECRET_PASSWORD_SIZE bytes. */
bool secret_password_make(const char *password, unsigned passes, size_t memory, char *out);
void secret_wipe(void *bytes, size_t size);

#endif
