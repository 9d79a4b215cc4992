/*
 * Whatever bytes come as a command, an event, or the rules of a config: refused with words, or read so that writing and
 * reading again gives the same. The first byte says which; the second the command.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/command.h"
#include "protocol/event.h"
#include "protocol/rules.h"

static char first[EVENT_JSON_MAX];
static char second[EVENT_JSON_MAX];
static struct rules rules;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_command(uint8_t which, const char *text, size_t length) {
    static struct command command;
    static struct command again;
    char fault[WHAT_SIZE] = "";
    const char *name = command_name((enum command_type)(which % COMMAND_TYPES));
    enum reason reason = command_read(name != NULL ? name : "none", text, length, &command, fault);
    if (reason != REASON_NONE) {
        assert(reason != REASON_MALFORMED || fault[0] != 0);
        return;
    }
    int used = command_write(&command, first, sizeof first);
    assert(used > 0);
    if (used > COMMAND_JSON_MAX) {
        return;
    }
    reason = command_read(name, first, (size_t)used, &again, fault);
    assert(reason == REASON_NONE);
    assert(command_write(&again, second, sizeof second) == used);
    assert(memcmp(first, second, (size_t)used) == 0);
}

static void try_event(const char *text, size_t length) {
    static struct event event;
    struct event_source source;
    char fault[WHAT_SIZE] = "";
    if (event_read(text, length, &event, &source, &rules, fault) != HALL_OK) {
        assert(fault[0] != 0);
        return;
    }
    int used = event_write(&event, &source, first, sizeof first);
    assert(used > 0);
    static struct event again;
    assert(event_read(first, (size_t)used, &again, &source, &rules, fault) == HALL_OK);
    assert(event_write(&again, &source, second, sizeof second) == used);
    assert(memcmp(first, second, (size_t)used) == 0);
}

static void try_rules(const char *text, size_t length) {
    struct json_doc *doc = json_open("fuzz", text, length);
    rules_defaults(&rules);
    if (json_top(doc) == NULL) {
        assert(json_mistake_count(doc) > 0);
    } else {
        rules_read(doc, json_top(doc), &rules);
    }
    for (size_t i = 0; i < json_mistake_count(doc); i++) {
        assert(json_mistake_at(doc, i)->what[0] != 0);
    }
    if (json_mistake_count(doc) == 0) {
        assert(rules_write(&rules, first, sizeof first) > 0);
    }
    json_close(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) {
        return 0;
    }
    /* A copy of the exact size, so that reading one byte too many is seen. */
    char *text = malloc(size - 2 + 1);
    memcpy(text, data + 2, size - 2);
    if (data[0] % 3 == 0) {
        try_command(data[1], text, size - 2);
    } else if (data[0] % 3 == 1) {
        try_event(text, size - 2);
    } else {
        try_rules(text, size - 2);
    }
    free(text);
    return 0;
}
