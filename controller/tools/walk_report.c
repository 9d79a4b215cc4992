/* The wiring report: what an installer hands over. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "controller/tools/walk.h"
#include "controller/zone.h"

enum { REPORT_JSON_MAX = 1 << 20 };

static void print_text(const struct walk *walk);
static void print_verdict(const struct walk *walk);
static void print_lines(const struct walk *walk);
static void print_table(const struct walk *walk);
static void print_advice(const struct walk *walk);
static void print_json(const struct walk *walk, const char *moment);
static void write_place(const struct walk *walk, unsigned place, struct json_writer *writer);

void walk_report(const struct walk *walk) {
    char moment[TIME_SIZE];
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    zone_set(walk->config->timezone); /* a cabinet's computer may live in another */
    time_format(now_ms, zone_offset_min(now_ms), moment);
    if (walk->tool->json) {
        print_json(walk, moment);
    } else {
        print_text(walk);
    }
}

static void print_text(const struct walk *walk) {
    char moment[MOMENT_SIZE];
    tool_moment(moment);
    printf("Wiring of %s (%s), %s\n", walk->config->hall_name, walk->config->hall_id, moment);
    print_lines(walk);
    printf("\n");
    print_table(walk);
    printf("\n");
    print_advice(walk);
    print_verdict(walk);
    printf("\nInstalled by ____________________   Taken over by ____________________\n");
}

/* What no walk can hear is no part of the verdict, and is named, so that nobody takes it for tried. */
static void print_verdict(const struct walk *walk) {
    const struct wiring *wiring = &walk->wiring;
    unsigned outside = wiring_outside(wiring);
    unsigned walked = wiring->count - outside;
    const char *before = " ";
    printf("%s: ", wiring_passes(wiring) ? "PASS" : "FAIL");
    if (outside > 0 && wiring_passes(wiring)) {
        printf("all %u walked devices right", walked);
    } else {
        printf("%u of %u devices right", wiring_right(wiring), walked);
    }
    printf("%s", walk->is_stopped ? "; stopped before the end" : "");
    if (outside > 0) {
        printf("; %u of %u not walked: try them once hallqd runs:", outside, wiring->count);
    }
    for (unsigned i = 0; i < wiring->count; i++) {
        if (wiring->places[i].state == WIRING_OUTSIDE) {
            printf("%s%s", before, wiring->places[i].id);
            before = ", ";
        }
    }
    printf("\n");
}

static void print_lines(const struct walk *walk) {
    for (unsigned i = 0; i < walk->config->bus_count; i++) {
        const struct bus_config *bus = &walk->config->buses[i].bus;
        const struct line_settings *line = &bus->line;
        printf("Bus %s: %s, %u baud, %u%c%u%s\n", bus->id, line->port, line->baud, line->data_bits,
               line->parity, line->stop_bits,
               walk->benches[i] == NULL ? ", not walked: no modbus-rtu" : "");
    }
}

static void print_table(const struct walk *walk) {
    struct table table;
    table_init(&table,
               ">WINDOW\tDEVICE\tROLE\tBUS\t>ADDRESS\t>FIRMWARE\t>SERIAL\tRESULT\tHEARD AS");
    for (unsigned i = 0; i < walk->wiring.count; i++) {
        const struct wiring_place *place = &walk->wiring.places[i];
        table_row(&table);
        table_cell(&table, 0, "%s", place->window == 0 ? "-" : walk_label(walk, place->window));
        table_cell(&table, 1, "%s", place->id);
        table_cell(&table, 2, "%s", role_word(place->role));
        table_cell(&table, 3, "%s", place->bus);
        table_cell(&table, 4, "%u", place->address);
        if (place->serial != 0) {
            table_cell(&table, 5, "%u.%u", place->firmware / 256u, place->firmware % 256u);
            table_cell(&table, 6, "%u", place->serial);
        }
        table_cell(&table, 7, "%s", wiring_word(&walk->wiring, i));
        if (place->state == WIRING_OTHER) {
            table_cell(&table, 8, "%s", walk->wiring.places[place->other].id);
        }
    }
    table_print(&table, stdout);
    table_deinit(&table);
}

static void print_advice(const struct walk *walk) {
    char advice[WIRING_ADVICE];
    bool is_first = true;
    for (unsigned i = 0; i < walk->wiring.count; i++) {
        wiring_advise(&walk->wiring, i, advice);
        if (advice[0] != '\0') {
            printf("%s  %s\n", is_first ? "To do:\n" : "", advice);
            is_first = false;
        }
    }
    if (!is_first) {
        printf("\n");
    }
}

static void print_json(const struct walk *walk, const char *moment) {
    char *text = malloc(REPORT_JSON_MAX);
    char advice[WIRING_ADVICE];
    struct json_writer writer;
    if (text == NULL) {
        fprintf(stderr, "hallq: no memory\n");
        return;
    }
    json_writer_init(&writer, text, REPORT_JSON_MAX);
    json_begin_object(&writer, NULL);
    json_write_text(&writer, "hall", walk->config->hall_id);
    json_write_text(&writer, "name", walk->config->hall_name);
    json_write_text(&writer, "time", moment);
    json_write_bool(&writer, "passes", wiring_passes(&walk->wiring));
    json_write_bool(&writer, "stopped", walk->is_stopped);
    json_begin_array(&writer, "devices");
    for (unsigned i = 0; i < walk->wiring.count; i++) {
        write_place(walk, i, &writer);
    }
    json_end_array(&writer);
    json_begin_array(&writer, "todo");
    for (unsigned i = 0; i < walk->wiring.count; i++) {
        wiring_advise(&walk->wiring, i, advice);
        if (advice[0] != '\0') {
            json_write_text(&writer, NULL, advice);
        }
    }
    json_end_array(&writer);
    json_end_object(&writer);
    if (json_writer_end(&writer) > 0) {
        printf("%s\n", text);
    }
    free(text);
}

static void write_place(const struct walk *walk, unsigned place, struct json_writer *writer) {
    const struct wiring_place *one = &walk->wiring.places[place];
    json_begin_object(writer, NULL);
    json_write_text(writer, "id", one->id);
    json_write_text(writer, "role", role_word(one->role));
    json_write_int(writer, "window", one->window);
    json_write_text(writer, "bus", one->bus);
    json_write_int(writer, "address", one->address);
    json_write_int(writer, "firmware", one->firmware);
    json_write_int(writer, "serial", one->serial);
    json_write_text(writer, "result", wiring_word(&walk->wiring, place));
    json_write_text(writer, "heard",
                    one->state == WIRING_OTHER ? walk->wiring.places[one->other].id : NULL);
    json_write_text(writer, "what", one->what[0] == '\0' ? NULL : one->what);
    json_end_object(writer);
}
