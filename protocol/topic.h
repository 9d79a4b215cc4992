/* MQTT topics of one hall. Each writes a NUL-ended text of at most TOPIC_SIZE bytes. Pure. */
#ifndef PROTOCOL_TOPIC_H
#define PROTOCOL_TOPIC_H

#include "protocol/event.h"

enum { TOPIC_SIZE = 192 };

void topic_event(const char *hall, enum event_type type,
                 char *out);                        /* hallq/v1/HALL/events/ticket/called */
void topic_status(const char *hall, char *out);     /* hallq/v1/HALL/status */
void topic_state_hall(const char *hall, char *out); /* .../state/hall */
void topic_state(const char *hall, const char *kind, const char *id,
                 char *out);                      /* .../state/window/3 */
void topic_commands(const char *hall, char *out); /* the filter .../commands/# */
/* The command's name out of a topic, or NULL when it is not a command topic of this hall. Points into `topic`. */
const char *topic_command_name(const char *hall, const char *topic);
void topic_reply(const char *hall, const char *id,
                 char *out); /* .../replies/ID; "" gives replies/invalid */
/* Is `topic` a plain topic (no wildcard) under this hall's replies/? */
int topic_is_reply(const char *hall, const char *topic);

#endif
