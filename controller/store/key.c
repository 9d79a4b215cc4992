#include "controller/store/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/store/hash.h"
#include "controller/store/store_private.h"

enum { HEX_SIZE = 2 * KEY_SIZE, TEXT_MAX = 128, PROOF_SIZE = 20 };

_Static_assert((int)KEY_SIZE == (int)CHAIN_SIZE, "a key is as long as a hash");
_Static_assert((int)TICKET_ID_SIZE + 1 + PROOF_SIZE == (int)TOKEN_SIZE, "an id, its proof");

static enum hall_error make(const char *path, struct store_key *key, char *fault);
static enum hall_error take(int file, const char *path, struct store_key *key, char *fault);
static enum hall_error say(char *fault, const char *path, const char *what, enum hall_error error);

enum hall_error key_open(const char *path, struct store_key *key, char *fault) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        return make(path, key, fault);
    }
    if (file < 0) {
        return say(fault, path, "can't be read", HALL_IO);
    }
    enum hall_error error = take(file, path, key, fault);
    (void)close(file);
    return error;
}

/* O_EXCL: what another process put there meanwhile is never overwritten. */
static enum hall_error make(const char *path, struct store_key *key, char *fault) {
    char text[HASH_SIZE + 1];
    hash_draw(key->bytes, sizeof key->bytes);
    hash_hex(key->bytes, text);
    memcpy(text + HEX_SIZE, "\n", 2);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        return say(fault, path, "can't be made", HALL_IO);
    }
    bool is_written = write(file, text, HEX_SIZE + 1) == HEX_SIZE + 1 && fsync(file) == 0;
    if (close(file) != 0 || !is_written) {
        (void)unlink(path);
        return say(fault, path, "can't be written", HALL_IO);
    }
    return place_sync_folder(path, fault);
}

static int digit(char letter) {
    static const char DIGITS[] = "0123456789abcdef";
    const char *at = letter == 0 ? NULL : strchr(DIGITS, letter);
    return at == NULL ? -1 : (int)(at - DIGITS);
}

static enum hall_error take(int file, const char *path, struct store_key *key, char *fault) {
    char text[TEXT_MAX] = "";
    ssize_t length = read(file, text, sizeof text);
    bool is_key = length == HEX_SIZE || (length == HEX_SIZE + 1 && text[HEX_SIZE] == '\n');
    for (unsigned i = 0; i < KEY_SIZE && is_key; i++) {
        int high = digit(text[(size_t)2 * i]);
        int low = digit(text[(size_t)2 * i + 1]);
        is_key = high >= 0 && low >= 0;
        key->bytes[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    return is_key ? HALL_OK : say(fault, path, "expected 64 hex digits, the key", HALL_BROKEN);
}

static enum hall_error say(char *fault, const char *path, const char *what, enum hall_error error) {
    snprintf(fault, WHAT_SIZE, "store.key_file: %.70s: %s", path, what);
    return error;
}

void key_hash_codes(const struct store_key *key, uint64_t hashes[CHECK_IN_CODES]) {
    for (unsigned code = 0; code < CHECK_IN_CODES; code++) {
        char text[16];
        uint8_t hash[CHAIN_SIZE];
        snprintf(text, sizeof text, "code %04u", code);
        hash_keyed(hash, key->bytes, text);
        hashes[code] = 0;
        for (unsigned i = 0; i < sizeof hashes[code]; i++) {
            hashes[code] = hashes[code] << 8 | hash[i];
        }
        hashes[code] += hashes[code] == 0 ? 1 : 0;
    }
}

void key_hash_pin(const struct store_key *key, uint16_t staff, uint16_t pin, char *out) {
    char text[32];
    uint8_t hash[CHAIN_SIZE];
    snprintf(text, sizeof text, "pin %u %u", staff, pin);
    hash_keyed(hash, key->bytes, text);
    hash_hex(hash, out);
}

void key_hash_person(const struct store_key *key, uint32_t day, const char *person, char *out) {
    char text[WORD_SIZE + 32];
    char hex[HASH_SIZE];
    uint8_t hash[CHAIN_SIZE];
    snprintf(text, sizeof text, "person %08u %.32s", (unsigned)day, person);
    hash_keyed(hash, key->bytes, text);
    hash_hex(hash, hex);
    memcpy(out, hex, WORD_SIZE - 1);
    out[WORD_SIZE - 1] = 0;
}

void key_make_token(const struct store_key *key, uint32_t era, uint32_t day,
                    struct ticket_no ticket, char *out) {
    char id[TICKET_ID_SIZE];
    char text[TICKET_ID_SIZE + 32];
    char hex[HASH_SIZE];
    uint8_t hash[CHAIN_SIZE];
    ticket_id_format(day, ticket, id);
    snprintf(text, sizeof text, "token %08x %s", (unsigned)era, id);
    hash_keyed(hash, key->bytes, text);
    hash_hex(hash, hex);
    snprintf(out, TOKEN_SIZE, "%s-%.*s", id, PROOF_SIZE, hex);
}

/* In the same time wherever two differ, so that nobody finds a proof digit by digit. */
static bool is_equal(const char *a, const char *b, size_t length) {
    unsigned differing = 0;
    for (size_t i = 0; i < length; i++) {
        differing |= (unsigned)(a[i] ^ b[i]);
    }
    return differing == 0;
}

bool key_read_token(const struct store_key *key, uint32_t era, const char *token, uint32_t *day,
                    struct ticket_no *ticket) {
    const char *proof = strrchr(token, '-');
    size_t length = proof == NULL ? 0 : (size_t)(proof - token);
    char id[TICKET_ID_SIZE] = "";
    uint32_t said_day;
    struct ticket_no said;
    if (length >= sizeof id) {
        return false;
    }
    memcpy(id, token, length);
    if (ticket_id_parse(id, &said_day, &said) != HALL_OK) {
        return false;
    }
    char right[TOKEN_SIZE];
    key_make_token(key, era, said_day, said, right);
    if (strlen(token) != strlen(right) || !is_equal(token, right, strlen(right))) {
        return false;
    }
    *day = said_day;
    *ticket = said;
    return true;
}
