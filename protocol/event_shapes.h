/* Reading the fields of KIND_OWN. */
#ifndef PROTOCOL_EVENT_SHAPES_H
#define PROTOCOL_EVENT_SHAPES_H

#include "protocol/event.h"
#include "protocol/json.h"

/* False when the node has not the field's shape. `rules` takes FIELD_RULES; NULL leaves the event's rules NULL. */
bool event_shape_read(struct json_doc *doc, const struct json *node, enum event_field field,
                      struct event *event, struct rules *rules);

#endif
