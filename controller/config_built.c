/*
 * What a config may say and hallqd does not do yet, and what then stays away (deleting old events): a
 * warning. A row goes when the thing is built.
 */
#include "controller/config_read.h"

static void warn_of(struct config_reader *reader, const char *group, const char *key,
                    const char *what);

void config_check_built(struct config_reader *reader) {
    static const struct {
        const char *group, *key, *what; /* group "": the top object */
    } UNBUILT[] = {
        { "store", "keep_days", "the journal keeps all events" },
        { "", "feeds", "nothing is published on them" },
    };
    for (size_t i = 0; i < sizeof(UNBUILT) / sizeof(UNBUILT[0]); i++) {
        warn_of(reader, UNBUILT[i].group, UNBUILT[i].key, UNBUILT[i].what);
    }
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
