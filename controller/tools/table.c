/* Tables on a terminal. Widths are computed here: the C library's depend on the locale, which a service's shell may lack. */
#include "controller/tools/tool.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* Unicode 15, EastAsianWidth.txt: the blocks that are W or F, joined where nothing narrow that matters stands between. */
static const struct range WIDE[] = {
    { 0x1100, 0x115f }, { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },   { 0xa960, 0xa97c },
    { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff01, 0xff60 },
    { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};
static const struct range EMPTY[] = {
    { 0x0300, 0x036f }, { 0x200b, 0x200f }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }
};

static void print_row(const struct table *table, unsigned row, FILE *out);
static uint32_t next_letter(const char **text);
static bool is_in(uint32_t letter, const struct range *ranges, size_t count);
static bool is_right(const struct table *table, unsigned column);
static unsigned column_width(const struct table *table, unsigned column);
static const char *cell_text(const struct table *table, unsigned row, unsigned column);

void table_init(struct table *table, const char *titles) {
    *table = (struct table){ 0 };
    table_row(table);
    while (*titles != '\0') {
        size_t length = strcspn(titles, "\t");
        table_cell(table, table->columns, "%.*s", (int)length, titles);
        table->columns++;
        titles += length;
        titles += *titles == '\t';
    }
}

void table_deinit(struct table *table) {
    free(table->cells);
    table->cells = NULL;
}

void table_row(struct table *table) {
    if (table->rows == table->room) {
        table->room = table->room == 0 ? 16 : table->room * 2;
        void *more = realloc(table->cells, table->room * sizeof(*table->cells));
        if (more == NULL) {
            abort(); /* a few KiB: the machine is beyond telling anybody */
        }
        table->cells = more;
    }
    memset(table->cells[table->rows], 0, sizeof(table->cells[0]));
    table->rows++;
}

void table_cell(struct table *table, unsigned column, const char *format, ...) {
    assert(column < TABLE_COLUMNS && table->rows > 0);
    char *cell = table->cells[table->rows - 1][column];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(cell, TABLE_CELL, format, arguments);
    va_end(arguments);
    /* Names come from a file: nothing in them may steer the terminal. */
    for (char *byte = cell; *byte != '\0'; byte++) {
        if ((unsigned char)*byte < ' ' || *byte == 0x7f) {
            *byte = ' ';
        }
    }
}

void table_print(const struct table *table, FILE *out) {
    for (unsigned row = 0; row < table->rows; row++) {
        print_row(table, row, out);
    }
}

unsigned text_width(const char *text) {
    unsigned width = 0;
    while (*text != '\0') {
        uint32_t letter = next_letter(&text);
        if (is_in(letter, WIDE, sizeof(WIDE) / sizeof(WIDE[0]))) {
            width += 2;
        } else if (!is_in(letter, EMPTY, sizeof(EMPTY) / sizeof(EMPTY[0]))) {
            width += 1;
        }
    }
    return width;
}

static void print_row(const struct table *table, unsigned row, FILE *out) {
    unsigned owed = 0; /* blanks before the next text, so that no line ends with any */
    for (unsigned column = 0; column < table->columns; column++) {
        const char *text = cell_text(table, row, column);
        unsigned pad = column_width(table, column) - text_width(text);
        owed += is_right(table, column) ? pad : 0;
        if (*text != '\0') {
            fprintf(out, "%*s%s", (int)owed, "", text);
            owed = 0;
        }
        owed += (is_right(table, column) ? 0 : pad) + 2;
    }
    fputc('\n', out);
}

/* Lenient: a stray byte is a letter of its own. */
static uint32_t next_letter(const char **text) {
    const unsigned char *at = (const unsigned char *)*text;
    unsigned more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc0 ? 1 : 0;
    uint32_t letter = more == 0 ? at[0] : at[0] & (0x3fu >> more);
    for (unsigned i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            more = 0;
            letter = at[0];
            break;
        }
        letter = letter << 6 | (at[i] & 0x3fu);
    }
    *text += more + 1;
    return letter;
}

static bool is_in(uint32_t letter, const struct range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (letter >= ranges[i].first && letter <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static bool is_right(const struct table *table, unsigned column) {
    return table->cells[0][column][0] == '>';
}

static unsigned column_width(const struct table *table, unsigned column) {
    unsigned width = 0;
    for (unsigned row = 0; row < table->rows; row++) {
        unsigned one = text_width(cell_text(table, row, column));
        width = one > width ? one : width;
    }
    return width;
}

static const char *cell_text(const struct table *table, unsigned row, unsigned column) {
    const char *text = table->cells[row][column];
    return row == 0 && text[0] == '>' ? text + 1 : text;
}
