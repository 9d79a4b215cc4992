/* Topics: "hallq/v1/HALL/..." put together and taken apart. */
#include "protocol/topic.h"

#include <stdio.h>
#include <string.h>

void topic_event(const char *hall, enum event_type type, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/events/%s", hall, event_type_name(type));
    /* The type's only dot parts group and name: "ticket.called" lies under events/ticket/called. */
    char *dot = strchr(out, '.');
    if (dot != NULL) {
        *dot = '/';
    }
}

void topic_status(const char *hall, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/status", hall);
}

void topic_state_hall(const char *hall, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/state/hall", hall);
}

void topic_state(const char *hall, const char *kind, const char *id, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/state/%s/%s", hall, kind, id);
}

void topic_commands(const char *hall, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/commands/#", hall);
}

/* The rest of `topic` behind "hallq/v1/HALL/FOLDER/", or NULL when it lies elsewhere. */
static const char *rest_under(const char *hall, const char *folder, const char *topic) {
    char base[TOPIC_SIZE];
    int length = snprintf(base, sizeof base, "hallq/v1/%s/%s/", hall, folder);
    if (length < 0 || (size_t)length >= sizeof base || strncmp(topic, base, (size_t)length) != 0) {
        return NULL;
    }
    return topic + length;
}

const char *topic_command_name(const char *hall, const char *topic) {
    const char *name = rest_under(hall, "commands", topic);
    return name != NULL && name[0] != '\0' && strpbrk(name, "/#+") == NULL ? name : NULL;
}

void topic_reply(const char *hall, const char *id, char *out) {
    snprintf(out, TOPIC_SIZE, "hallq/v1/%s/replies/%s", hall, id[0] == '\0' ? "invalid" : id);
}

int topic_is_reply(const char *hall, const char *topic) {
    const char *rest = rest_under(hall, "replies", topic);
    return rest != NULL && rest[0] != '\0' && strpbrk(rest, "#+") == NULL;
}
