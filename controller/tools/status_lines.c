/* status --lines: how the wires are used and how well the devices on them answer. */
#include <stdio.h>
#include <string.h>

#include "controller/tools/tool.h"

enum { FIRST_BUCKET_US = 100 };

static void print_buses(const struct json *buses);
static void print_devices(const struct json *buses);
static void cell_latency(struct table *table, unsigned column, const struct json *latency,
                         unsigned percent);
static void cell_count(struct table *table, unsigned column, const struct json *object,
                       const char *key);
static bool is_true(const struct json *object, const char *key);

void status_print_lines(const struct json *top) {
    const struct json *buses = json_get(top, "buses");
    print_buses(buses);
    status_print_wrong(buses); /* whole: a table's row would be too long for it */
    printf("\n");
    print_devices(buses);
}

static void print_buses(const struct json *buses) {
    struct table table;
    table_init(&table, "LINE\tPORT\t>BAUD\tSTATE\t>USED (1 MIN)\t>USED (ALL)\t>STRAY BYTES\t"
                       ">UNREADABLE");
    for (const struct json *bus = json_first(buses); bus != NULL; bus = json_next(bus)) {
        table_row(&table);
        table_cell(&table, 0, "%s", json_text(json_get(bus, "id")));
        table_cell(&table, 1, "%s", json_text(json_get(bus, "port")));
        cell_count(&table, 2, bus, "baud");
        table_cell(&table, 3, "%s",
                   !is_true(bus, "up")   ? "DOWN"
                   : is_true(bus, "ill") ? "ILL"
                                         : "up");
        table_cell(&table, 4, "%.1f %%", json_number(json_get(bus, "use_percent_minute")));
        table_cell(&table, 5, "%.1f %%", json_number(json_get(bus, "use_percent")));
        cell_count(&table, 6, bus, "stray_bytes");
        cell_count(&table, 7, bus, "crc_errors");
    }
    table_print(&table, stdout);
    table_deinit(&table);
}

static void print_devices(const struct json *buses) {
    struct table table;
    table_init(&table, "DEVICE\t>ADDRESS\t>ANSWERS\t>SILENT\t>UNREADABLE\t>MISFITS\t>HALF WITHIN\t"
                       ">99 % WITHIN\t>LONGEST PAUSE");
    for (const struct json *bus = json_first(buses); bus != NULL; bus = json_next(bus)) {
        const struct json *list = json_get(bus, "devices");
        for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
            const struct json *latency = json_get(one, "latency");
            table_row(&table);
            table_cell(&table, 0, "%s", json_text(json_get(one, "id")));
            cell_count(&table, 1, one, "address");
            cell_count(&table, 2, one, "answers");
            cell_count(&table, 3, one, "timeouts");
            cell_count(&table, 4, one, "crc_errors");
            cell_count(&table, 5, one, "misfits");
            cell_latency(&table, 6, latency, 50);
            cell_latency(&table, 7, latency, 99);
            table_cell(&table, 8, "%.0f ms", json_number(json_get(one, "longest_pause_ms")));
        }
    }
    table_print(&table, stdout);
    table_deinit(&table);
}

/* The bound of the bucket in which so many of a hundred answers are there; "-" where there was none. */
static void cell_latency(struct table *table, unsigned column, const struct json *latency,
                         unsigned percent) {
    double all = 0, seen = 0, bound_ms = FIRST_BUCKET_US / 1000.0;
    for (const struct json *one = json_first(latency); one != NULL; one = json_next(one)) {
        all += json_number(one);
    }
    for (const struct json *one = json_first(latency); one != NULL; one = json_next(one)) {
        seen += json_number(one);
        if (seen * 100 >= all * percent) {
            break;
        }
        bound_ms *= 2;
    }
    if (all > 0) {
        table_cell(table, column, "%.1f ms", bound_ms);
    } else {
        table_cell(table, column, "-");
    }
}

static void cell_count(struct table *table, unsigned column, const struct json *object,
                       const char *key) {
    table_cell(table, column, "%.0f", json_number(json_get(object, key)));
}

static bool is_true(const struct json *object, const char *key) {
    char word[8];
    const struct json *node = json_get(object, key);
    return json_is_bool(node) && json_print(node, word, sizeof(word)) == 4;
}
