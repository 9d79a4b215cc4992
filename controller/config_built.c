/*
 * What a config may say and hallqd does not do yet, and what then stays away (announcements, deleting old events): a
 * warning. A row goes when the thing is built.
 */
#include "controller/config_read.h"

#include <string.h>

#include "devices/driver.h"

static void check_buses(struct config_reader *reader);
static bool is_built(const char *protocol);
static void warn_of(struct config_reader *reader, const char *group, const char *key,
                    const char *what);

void config_check_built(struct config_reader *reader) {
    static const struct {
        const char *group, *key, *what; /* group "": the top object */
    } UNBUILT[] = {
        { "store", "keep_days", "the journal keeps all events" },
        { "", "feeds", "nothing is published on them" },
        { "", "voice", "nothing is announced" },
    };
    for (size_t i = 0; i < sizeof(UNBUILT) / sizeof(UNBUILT[0]); i++) {
        warn_of(reader, UNBUILT[i].group, UNBUILT[i].key, UNBUILT[i].what);
    }
    check_buses(reader);
}

static void warn_of(struct config_reader *reader, const char *group, const char *key,
                    const char *what) {
    const struct json *object = group[0] == '\0' ? reader->top : json_get(reader->top, group);
    const struct json *node = json_get(object, key);
    bool is_empty = json_is_object(node) && json_count(node) == 0;
    if (node != NULL && !is_empty) {
        json_warn(reader->doc, object, key, "not built yet: %s", what);
    }
}

static void check_buses(struct config_reader *reader) {
    const struct json *buses = json_get(reader->top, "buses");
    for (const struct json *bus = json_first(buses); bus != NULL; bus = json_next(bus)) {
        const char *word = json_text(json_get(bus, "protocol"));
        if (word != NULL && !is_built(word)) {
            json_warn(reader->doc, bus, "protocol",
                      "%.20s is not built yet: its devices stay offline", word);
        }
    }
}

/* A word that is no protocol is a mistake of its own. */
static bool is_built(const char *protocol) {
    for (enum bus_protocol i = PROTOCOL_MODBUS_RTU; i <= PROTOCOL_ESCPOS; i++) {
        if (strcmp(driver_word(i), protocol) == 0) {
            return driver_of(i) != NULL;
        }
    }
    return true;
}
