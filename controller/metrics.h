/* What the service tells of itself: /metrics in Prometheus' text form and the devices' health as JSON. Hall thread. */
#ifndef CONTROLLER_METRICS_H
#define CONTROLLER_METRICS_H

#include <stddef.h>

struct loop;

/* Bytes written without NUL, or HALL_FULL. */
int metrics_write(struct loop *loop, char *out, size_t size);
int metrics_write_devices(struct loop *loop, char *out, size_t size);

#endif
