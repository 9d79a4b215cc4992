/*
 * Secrets of page users: passwords as argon2id strings, tokens as digests. The only file of controller/ that sees
 * libsodium. Any thread after password_init.
 */
#ifndef CONTROLLER_PASSWORD_H
#define CONTROLLER_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PASSWORD_LEAST = 8,  /* bytes of a password */
    PASSWORD_MOST = 256, /* more is no secret but a file */
    PASSWORD_HASH_SIZE = 129,
    SECRET_SIZE = 44 /* a drawn token or password and its NUL */
};

/* Once at start; false when the system gives no randomness. */
bool password_init(void);
/* argon2id with 19 MiB and 2 passes: some 50 ms. `out` holds PASSWORD_HASH_SIZE bytes. False: no memory. */
bool password_hash(const char *password, char *out);
/* Draws 128 bits as 22 letters, digits, '-' and '_': a first password that a person can type. */
void password_draw(char *out /* SECRET_SIZE */);
/* Draws 256 bits as 43 such characters: an API token. */
void password_draw_token(char *out /* SECRET_SIZE */);
/* SHA-256 in hex (64 characters and NUL): how tokens are kept (web/secret.h). They are drawn, so no slow hash is needed. */
void password_digest(const char *bytes, size_t length, char *out);
/* Overwrites what the compiler would let stand. */
void password_wipe(void *bytes, size_t length);

#endif
