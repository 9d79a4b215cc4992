/* status: the snapshot as a page for people. Unknown figures are shown as "-", never as 0. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "controller/tools/tool.h"

enum { WAIT_S = 10, SHORT_TIME = 16 };

static void print_all(const struct json *top);
static void print_hall(const struct json *hall);
static void print_services(const struct json *list);
static void print_windows(const struct json *list, const struct json *hall);
static void print_devices(const struct json *list, const struct json *hall);
static void print_alerts(const struct json *list, const struct json *hall);
static void print_uplink(const struct json *uplink);
static const char *text_of(const struct json *object, const char *key);
static bool is_true(const struct json *object, const char *key);
static void cell_text(struct table *table, unsigned column, const struct json *object,
                      const char *key);
static void cell_number(struct table *table, unsigned column, const struct json *object,
                        const char *key);
static void cell_minutes(struct table *table, unsigned column, const struct json *node);
static void cell_subject(struct table *table, unsigned column, const struct json *alert);
static const char *short_time(const struct json *object, const char *key, const struct json *hall,
                              char *out);

int tool_status(const struct tool *tool) {
    struct tool_answer answer = { 0 };
    int code = TOOL_DONE;
    int fd = tool_connect(tool, &code);
    if (fd < 0) {
        return code == TOOL_ABSENT ? tool_say_absent(tool) : code;
    }
    const char *line = tool->lines ? "{\"do\":\"lines\"}\n" : "{\"do\":\"status\"}\n";
    const char *key = tool->lines ? "buses" : "hall";
    code = tool_ask(fd, line, WAIT_S, &answer);
    if (code == TOOL_DONE && json_get(answer.top, key) == NULL) {
        fprintf(stderr, "hallq: refused: %s\n", text_of(answer.top, "message"));
        code = TOOL_REFUSED;
    } else if (code == TOOL_DONE && tool->json) {
        printf("%s\n", answer.text);
    } else if (code == TOOL_DONE && tool->lines) {
        status_print_lines(answer.top);
    } else if (code == TOOL_DONE) {
        print_all(answer.top);
    }
    tool_answer_deinit(&answer);
    (void)close(fd);
    return code;
}

static void print_all(const struct json *top) {
    const struct json *hall = json_get(top, "hall");
    print_hall(hall);
    print_services(json_get(top, "services"));
    print_windows(json_get(top, "windows"), hall);
    print_devices(json_get(top, "devices"), hall);
    status_print_wrong(json_get(top, "buses"));
    print_alerts(json_get(top, "alerts"), hall);
    print_uplink(json_get(top, "uplink"));
}

static void print_hall(const struct json *hall) {
    char time[SHORT_TIME];
    printf("%s (%s)  %s", text_of(hall, "name"), text_of(hall, "id"),
           is_true(hall, "open") ? "open" : "closed");
    if (json_is_string(json_get(hall, "closed_why"))) {
        printf(": %s", text_of(hall, "closed_why"));
    }
    printf("\nday %s, %s, event %.0f of era %s%s%s\n", text_of(hall, "day"),
           short_time(hall, "time", hall, time), json_number(json_get(hall, "seq")),
           text_of(hall, "era"),
           is_true(hall, "saved") ? "" : ", NOT SAVED: the store can't be written",
           is_true(hall, "clock_trusted") ? "" : ", the clock is not trusted");
    printf("issued %.0f, waiting %.0f, served %.0f, no-shows %.0f, ratings %.0f of %.0f asked, "
           "open cases %.0f\n",
           json_number(json_get(hall, "issued")), json_number(json_get(hall, "waiting")),
           json_number(json_get(hall, "served")), json_number(json_get(hall, "no_shows")),
           json_number(json_get(hall, "ratings")), json_number(json_get(hall, "invited")),
           json_number(json_get(hall, "cases_open")));
    if (json_is_string(json_get(hall, "notice"))) {
        printf("notice: %s\n", text_of(hall, "notice"));
    }
}

/* Both ends in whole minutes; one figure where they are the same. */
static void cell_range(struct table *table, unsigned column, const struct json *range) {
    char low[SHORT_TIME], high[SHORT_TIME];
    if (json_count(range) != 2) {
        table_cell(table, column, "-");
        return;
    }
    snprintf(low, sizeof low, "%.0f", json_number(json_first(range)) / 60);
    snprintf(high, sizeof high, "%.0f", json_number(json_next(json_first(range))) / 60);
    bool is_one = strcmp(low, high) == 0;
    table_cell(table, column, "%s%s%s min", low, is_one ? "" : "-", is_one ? "" : high);
}

static void print_services(const struct json *list) {
    struct table table;
    table_init(&table, "SERVICE\tNAME\t>WAITING\t>LONGEST\t>ESTIMATE\t>WINDOWS\t>SERVED\tSTATE");
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        const struct json *range = json_get(one, "estimate_s");
        bool is_open = is_true(one, "open");
        table_row(&table);
        cell_text(&table, 0, one, "id");
        cell_text(&table, 1, json_get(one, "name"), "zh");
        cell_number(&table, 2, one, "waiting");
        cell_minutes(&table, 3, json_get(one, "longest_wait_s"));
        cell_range(&table, 4, range);
        if (json_is_number(json_get(one, "windows_advised"))) {
            table_cell(&table, 5, "%.0f of %.0f", json_number(json_get(one, "windows_open")),
                       json_number(json_get(one, "windows_advised")));
        } else {
            cell_number(&table, 5, one, "windows_open");
        }
        cell_number(&table, 6, one, "served");
        table_cell(&table, 7, "%s%s%s", is_open ? "open" : "closed", is_open ? "" : ": ",
                   is_open ? "" : text_of(one, "closed_why"));
    }
    printf("\n");
    table_print(&table, stdout);
    table_deinit(&table);
}

static void print_windows(const struct json *list, const struct json *hall) {
    struct table table;
    table_init(&table, ">WINDOW\tZONE\tSTATE\tTICKET\tSTAFF\tSINCE\t>WAITING\tNEXT\t>SERVED");
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        char time[SHORT_TIME];
        table_row(&table);
        cell_text(&table, 0, one, "label");
        cell_text(&table, 1, one, "zone");
        table_cell(&table, 2, "%s%s%s", text_of(one, "state"), is_true(one, "help") ? " HELP" : "",
                   is_true(one, "differs") ? " *" : "");
        cell_text(&table, 3, one, "ticket");
        cell_text(&table, 4, one, "staff");
        table_cell(&table, 5, "%s", short_time(one, "since", hall, time));
        cell_number(&table, 6, one, "waiting");
        cell_text(&table, 7, one, "next");
        cell_number(&table, 8, one, "served");
    }
    printf("\n");
    table_print(&table, stdout);
    table_deinit(&table);
}

static void print_devices(const struct json *list, const struct json *hall) {
    struct table table;
    table_init(&table, "DEVICE\tBUS\tROLE\t>WINDOW\tSTATE\tSINCE\t>FAILURES\tWHAT");
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        char time[SHORT_TIME];
        bool is_online = is_true(one, "online");
        table_row(&table);
        cell_text(&table, 0, one, "id");
        cell_text(&table, 1, one, "bus");
        cell_text(&table, 2, one, "role");
        cell_number(&table, 3, one, "window");
        table_cell(&table, 4, "%s",
                   is_true(one, "faulted") ? "FAULTED"
                   : is_online             ? "online"
                                           : "OFFLINE");
        table_cell(&table, 5, "%s", short_time(one, "since", hall, time));
        cell_number(&table, 6, one, "failures");
        if (json_is_string(json_get(one, "what"))) {
            cell_text(&table, 7, one, "what");
        } else if (!is_online && !json_is_string(json_get(one, "last_answer"))) {
            table_cell(&table, 7, "no answer yet"); /* before it was asked in vain often enough */
        }
    }
    if (table.rows > 1) {
        printf("\n");
        table_print(&table, stdout);
    }
    table_deinit(&table);
}

void status_print_wrong(const struct json *list) {
    const char *before = "\n";
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        bool has_what = json_is_string(json_get(one, "what"));
        if (has_what || !is_true(one, "up")) {
            printf("%sline %s: %s%s%s\n", before, text_of(one, "id"),
                   !is_true(one, "up")   ? "DOWN"
                   : is_true(one, "ill") ? "ILL"
                                         : "up",
                   has_what ? ": " : "", has_what ? text_of(one, "what") : "");
            before = "";
        }
    }
}

static void print_alerts(const struct json *list, const struct json *hall) {
    struct table table;
    table_init(&table, ">ALERT\tKIND\tSUBJECT\tSINCE\tACKNOWLEDGED\tTEXT");
    for (const struct json *one = json_first(list); one != NULL; one = json_next(one)) {
        char time[SHORT_TIME];
        table_row(&table);
        cell_number(&table, 0, one, "id");
        cell_text(&table, 1, one, "kind");
        cell_subject(&table, 2, one);
        table_cell(&table, 3, "%s", short_time(one, "since", hall, time));
        cell_text(&table, 4, one, "acknowledged_by");
        if (json_is_bool(json_get(one, "saved")) && !is_true(one, "saved")) {
            table_cell(&table, 4, "not saved yet");
        }
        table_cell(&table, 5, "%s",
                   json_is_string(json_get(one, "text")) ? text_of(one, "text") : "");
    }
    printf("\n");
    if (table.rows > 1) {
        table_print(&table, stdout);
    } else {
        printf("no alerts\n");
    }
    table_deinit(&table);
}

static void print_uplink(const struct json *uplink) {
    if (json_is_bool(json_get(uplink, "configured")) && !is_true(uplink, "configured")) {
        printf("uplink: none in the config\n");
    } else {
        printf("uplink: %s, %.0f events behind\n",
               is_true(uplink, "connected") ? "connected" : "NOT CONNECTED",
               json_number(json_get(uplink, "behind")));
    }
}

static const char *text_of(const struct json *object, const char *key) {
    const char *text = json_text(json_get(object, key));
    return text == NULL ? "-" : text;
}

static bool is_true(const struct json *object, const char *key) {
    char word[8];
    const struct json *node = json_get(object, key);
    return json_is_bool(node) && json_print(node, word, sizeof(word)) == 4;
}

static void cell_text(struct table *table, unsigned column, const struct json *object,
                      const char *key) {
    table_cell(table, column, "%s", text_of(object, key));
}

/* Of a case also whom it is about: nobody knows a case by its number. */
static void cell_subject(struct table *table, unsigned column, const struct json *alert) {
    const struct json *window = json_get(alert, "window");
    const char *ticket = json_text(json_get(alert, "ticket"));
    if (!json_is_number(window)) {
        cell_text(table, column, alert, "subject");
        return;
    }
    table_cell(table, column, "%s window %.0f%s%s", text_of(alert, "subject"), json_number(window),
               ticket == NULL ? "" : " ", ticket == NULL ? "" : ticket);
}

static void cell_number(struct table *table, unsigned column, const struct json *object,
                        const char *key) {
    const struct json *node = json_get(object, key);
    if (json_is_number(node)) {
        table_cell(table, column, "%.0f", json_number(node));
    } else {
        table_cell(table, column, "-");
    }
}

static void cell_minutes(struct table *table, unsigned column, const struct json *node) {
    if (json_is_number(node)) {
        table_cell(table, column, "%.0f min", json_number(node) / 60);
    } else {
        table_cell(table, column, "-");
    }
}

/* "09:31", with month and day when it was not on the snapshot's date. */
static const char *short_time(const struct json *object, const char *key, const struct json *hall,
                              char *out) {
    const char *time = json_text(json_get(object, key));
    const char *now = json_text(json_get(hall, "time"));
    if (time == NULL || strlen(time) < 16) {
        return "-";
    }
    bool is_today = now != NULL && strncmp(time, now, 10) == 0;
    (void)snprintf(out, SHORT_TIME, "%.5s%s%.5s", is_today ? "" : time + 5, is_today ? "" : " ",
                   time + 11);
    return out;
}
