/*
 * What the files of the config reader share; nobody else includes it. Each config_read_x reads its sections of the top
 * object into the config and records every mistake in the document; none of them stops at the first.
 */
#ifndef CONTROLLER_CONFIG_READ_H
#define CONTROLLER_CONFIG_READ_H

#include <stdbool.h>
#include <stdio.h>

#include "controller/config.h"
#include "protocol/json.h"

#define CONFIG_SOCKET "/run/hallq/hallq.sock" /* the default of `socket` */
/* A unix socket's address holds 107 bytes and a NUL: unix(7). */
enum { CONFIG_SOCKET_SIZE = 108 };

struct config_reader {
    struct json_doc *doc;
    const struct json *top;
    struct config *config;
    bool is_to_run;         /* what hallqd will open is looked for */
    FILE *mistakes;         /* of other files than the config's: profiles */
    unsigned more_mistakes; /* how many went there */
    char profiles_dir[CONFIG_PATH_SIZE];
};

void config_read_hall(struct config_reader *reader);
void config_read_names(struct config_reader *reader);
void config_read_wires(struct config_reader *reader);
void config_read_uplink(struct config_reader *reader);
void config_read_texts(struct config_reader *reader);
void config_read_voice(struct config_reader *reader);
/* What only shows when everything has been read: who names whom, and the bounds of `limits`. */
void config_check(struct config_reader *reader);
/* Once windows and buses are read: says which voice speaks for which window, and what can't be spoken. */
void config_check_voice(struct config_reader *reader);
/*
 * Goes over the devices of all buses, as they stand in the document. Begins with an empty cursor; false: there is no more.
 */
struct device_cursor {
    const struct json *bus, *device;
};
bool config_next_device(const struct config_reader *reader, struct device_cursor *cursor);
/* What is asked for and not built yet: refused where the hall would rely on it, else a warning. */
void config_check_built(struct config_reader *reader);
/* The profile of this name, opened once for all devices that use it. NULL: complained about. */
const struct profile *config_profile(struct config_reader *reader, const struct json *device,
                                     const char *name);

/* `object[key]` when it is an object; complains about another kind, and about a missing one if it is required. */
const struct json *config_section(struct config_reader *reader, const struct json *object,
                                  const char *key, bool is_required);
/* The same for an array. */
const struct json *config_list(struct config_reader *reader, const struct json *object,
                               const char *key, bool is_required);
/* Complains that `object` lacks `key`; true when it is there. */
bool config_require(struct config_reader *reader, const struct json *object, const char *key,
                    const char *expected);
/* Complains "found X, expected Y" about object[key]. */
void config_expect(struct config_reader *reader, const struct json *object, const char *key,
                   const char *expected);
/* {"zh","en"}. */
void config_read_label(struct config_reader *reader, const struct json *object, const char *key,
                       struct label *label);
/* "HH:MM", 00:00..23:59, as minutes since midnight. */
bool config_read_clock(struct config_reader *reader, const struct json *object, const char *key,
                       uint16_t *minutes);
/* The same of a text; NULL is accepted and false. */
bool config_parse_clock(const char *text, uint16_t *minutes);
/* A whole number 1..high written without leading zeros; 0 for any other text. */
unsigned config_parse_number(const char *text, unsigned high);
/*
 * A path that is not absolute begins at the folder of the config `file`, as an include's does: whoever reads the config
 * from wherever finds the same place. False: complained about object[key], because the whole is too long for `size`.
 */
struct config_path {
    const char *file; /* the config's */
    char *path;       /* in its place, of `size` bytes */
    size_t size;
};
bool config_place(struct json_doc *doc, const struct json *object, const char *key,
                  const struct config_path *path);
/* Such a path at object[key], read and placed. True when it was there and good. */
bool config_read_path(struct config_reader *reader, const struct json *object, const char *key,
                      char *path, size_t size);
/* Complains about each {word} of a text node that is not in the NULL-ended list. */
void config_check_template(struct config_reader *reader, const struct json *node,
                           const char *const *known);
/* HOST:PORT with a port of 1..65535; a host with colons stands in [ ]. */
bool config_is_address(const char *text);

#endif
