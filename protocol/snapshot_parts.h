/* The parts of a snapshot as keys of an object that the caller has opened. Pure. */
#ifndef PROTOCOL_SNAPSHOT_PARTS_H
#define PROTOCOL_SNAPSHOT_PARTS_H

#include "protocol/snapshot.h"

void snapshot_hall(struct json_writer *writer, const struct snapshot *snapshot, enum view view);
void snapshot_service(struct json_writer *writer, const struct service_now *service,
                      const struct snapshot *snapshot, enum view view);
void snapshot_window(struct json_writer *writer, const struct window_now *window,
                     const struct snapshot *snapshot, enum view view);
void snapshot_device(struct json_writer *writer, const struct device_now *device,
                     const struct snapshot *snapshot);
/* "changes": all that differs from the file. */
void snapshot_changes(struct json_writer *writer, const struct snapshot *snapshot);

/* null for 0, for no ticket, for "". */
void snapshot_time(struct json_writer *writer, const char *key, const struct snapshot *snapshot,
                   int64_t time_ms);
void snapshot_ticket(struct json_writer *writer, const char *key, struct ticket_no ticket);
void snapshot_text(struct json_writer *writer, const char *key, const char *text);
/* "" for an index without a service. */
const char *snapshot_service_id(const struct snapshot *snapshot, unsigned index);

#endif
