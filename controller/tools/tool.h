/* What the subcommands of hallq share: options, exit codes, the way to the running service, tables for people. */
#ifndef CONTROLLER_TOOLS_TOOL_H
#define CONTROLLER_TOOLS_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "controller/config.h"
#include "protocol/json.h"

enum tool_exit {
    TOOL_DONE = 0,
    TOOL_REFUSED = 1, /* refused, or no such thing */
    TOOL_USAGE = 2,   /* the command line or the config is wrong */
    TOOL_STORE = 3,   /* the store can't be opened or is broken */
    TOOL_RUNNING = 4, /* hallqd runs and mustn't */
    TOOL_ABSENT = 5   /* no hallqd */
};

struct tool {
    const char *config_file;
    const char *socket;   /* NULL: the config's */
    bool is_config_given; /* -c was said */
    const char *next, *role, *staff, *baud;
    const char *format; /* of a line: "8N1" */
    const char *after;  /* NULL: from now on */
    const char *to;     /* NULL: to the end */
    const char *windows;
    const char *wait; /* seconds */
    bool json, verify, token, progress, quick, lines;
    int count; /* of words behind the subcommand */
    char **words;
};

/* Each runs one subcommand and returns an enum tool_exit; what went wrong has then been said on stderr. */
int tool_check(const struct tool *tool);
int tool_status(const struct tool *tool);
int tool_watch(const struct tool *tool);
int tool_send(const struct tool *tool);
int tool_reload(const struct tool *tool);
int tool_time(const struct tool *tool);
int tool_rebuild(const struct tool *tool);
int tool_verify(const struct tool *tool);
int tool_backup(const struct tool *tool);
int tool_restore(const struct tool *tool);
int tool_scan(const struct tool *tool);
int tool_device(const struct tool *tool);
int tool_walk(const struct tool *tool);
int tool_user(const struct tool *tool);
int tool_estimates(const struct tool *tool);
int tool_advise(const struct tool *tool);

/* The config, checked whole; NULL: its mistakes stand on stderr. The caller frees it. */
struct config *tool_config(const struct tool *tool);

/* Where a line stands in the config; given back by tool_bus_deinit. Both NULL: it does not, or tool_line failed. */
struct tool_bus {
    struct config *config;
    const struct bus_config *bus;
};
/*
 * The line that words[0] names, with --format: as it is set in the config where that has a bus of this port (its id will
 * do then too), else 9,600 8N1. TOOL_USAGE: what is wrong stands on stderr; a config that -c did not name may be missing.
 * From then on the hall's time zone is that of the process.
 */
int tool_line(const struct tool *tool, struct line_settings *line, struct tool_bus *bus);
void tool_bus_deinit(struct tool_bus *bus);

enum { MOMENT_SIZE = 32 };
/* Now, as every report has it: "2026-11-23 14:24 +08:00" (MOMENT_SIZE bytes). In the zone of the process. */
void tool_moment(char *out);
/* --baud for one line; false: said on stderr. */
bool tool_baud(const char *text, struct line_settings *line);
/* Says why a line can't be had or was lost. TOOL_RUNNING when hallqd holds it, else TOOL_REFUSED. */
int tool_say_line(const char *port, const char *what);
/* Prints the answer to {"do":"lines"}. */
void status_print_lines(const struct json *top);
/* Of the snapshot's buses those that somebody should look at, a line each, with what is wrong in full. */
void status_print_wrong(const struct json *buses);
/* A number, also in hex (0x1f), within the two of `range`; false: said on stderr. */
bool tool_number(const char *name, const char *text, const unsigned range[2], unsigned *out);

/*
 * Connects to the running hallqd: a descriptor, or -1 with *code set. TOOL_ABSENT is not said on stderr, so that the
 * caller may go on without; tool_say_absent says it.
 */
int tool_connect(const struct tool *tool, int *code);
int tool_say_absent(const struct tool *tool);

/* A request at the socket. Writes one line, waits for the answer's line. */
struct tool_answer {
    char *text; /* the line without its end */
    size_t length;
    struct json_doc *doc;
    const struct json *top;
};
/* TOOL_DONE when there is an answer, whatever it says. */
int tool_ask(int fd, const char *line, int wait_s, struct tool_answer *answer);
/* tool_ask for an answer with "ok": a refusal is said on stderr and is TOOL_REFUSED. */
int tool_ask_well(int fd, const char *line, int wait_s, struct tool_answer *answer);
/* Says a line with "ok":false on stderr; TOOL_REFUSED. */
int tool_say_refusal(const char *line, size_t length);
void tool_answer_deinit(struct tool_answer *answer);

/* Columns as wide as their widest cell, a Chinese character being two wide. */
enum { TABLE_COLUMNS = 9, TABLE_CELL = 160 /* a device's `what` whole */ };
struct table {
    unsigned rows, room, columns;
    char (*cells)[TABLE_COLUMNS][TABLE_CELL]; /* owned */
};
/* The titles are one text with tabs; a title that begins with '>' makes its column stand to the right. */
void table_init(struct table *table, const char *titles);
void table_deinit(struct table *table);
/* A new row, filled cell by cell. */
void table_row(struct table *table);
void table_cell(struct table *table, unsigned column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void table_print(const struct table *table, FILE *out);
/* Columns that UTF-8 text takes on a terminal. */
unsigned text_width(const char *text);

#endif
