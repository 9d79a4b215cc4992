/*
 * A host tool that runs at build time: asks iconv for the character of every two-byte code 8140..FEFE of GBK and
 * prints two tables, one by code and one by character.
 */
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEADS = 126, TRAILS = 191, FIRST_LEAD = 0x81, FIRST_TRAIL = 0x40, CODES = LEADS * TRAILS };

struct pair {
    uint16_t character, code;
};

static int compare(const void *a, const void *b) {
    const struct pair *x = a;
    const struct pair *y = b;
    return (x->character > y->character) - (x->character < y->character);
}

/* The character (never beyond the basic plane) of one code, 0 for none. */
static uint16_t ask(iconv_t converter, unsigned lead, unsigned trail) {
    char in[2] = { (char)lead, (char)trail };
    unsigned char out[8];
    char *from = in;
    char *to = (char *)out;
    size_t in_left = sizeof in;
    size_t out_left = sizeof out;
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    size_t result = iconv(converter, &from, &in_left, &to, &out_left);
    if (result == (size_t)-1 || in_left != 0 || out_left != sizeof out - 2) {
        return 0;
    }
    return (uint16_t)(out[0] << 8 | out[1]);
}

static void print_table(const char *name, const uint16_t *values, size_t count) {
    printf("static const uint16_t %s[%zu] = {", name, count);
    for (size_t i = 0; i < count; i++) {
        printf("%s0x%04X,", i % 12 == 0 ? "\n    " : " ", (unsigned)values[i]);
    }
    printf("\n};\n\n");
}

static uint16_t by_code[CODES];
static uint16_t characters[CODES];
static uint16_t codes[CODES];
static struct pair pairs[CODES];

int main(void) {
    iconv_t converter = iconv_open("UTF-16BE", "GBK");
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so. */
    if (converter == (iconv_t)-1) {
        perror("gbk_make: iconv knows no GBK");
        return EXIT_FAILURE;
    }
    size_t count = 0;
    for (unsigned i = 0; i < CODES; i++) {
        unsigned lead = FIRST_LEAD + i / TRAILS;
        unsigned trail = FIRST_TRAIL + i % TRAILS;
        by_code[i] = trail == 0x7F ? 0 : ask(converter, lead, trail);
        if (by_code[i] != 0) {
            pairs[count++] = (struct pair){ by_code[i], (uint16_t)(lead << 8 | trail) };
        }
    }
    (void)iconv_close(converter);
    if (count == 0) {
        (void)fputs("gbk_make: iconv gave no character\n", stderr);
        return EXIT_FAILURE;
    }
    qsort(pairs, count, sizeof pairs[0], compare);
    for (size_t i = 0; i < count; i++) {
        characters[i] = pairs[i].character;
        codes[i] = pairs[i].code;
    }
    printf("/* Made by gbk_make from the C library's iconv. */\n\n");
    print_table("CHARACTER_OF_CODE", by_code, CODES);
    print_table("CHARACTERS", characters, count);
    print_table("CODES", codes, count);
    return EXIT_SUCCESS;
}
