/*
 * One connection to a broker: libmosquitto without its own thread or loop, MQTT 5 or 3.1.1, plain or TLS. A connection
 * that failed is closed and a new one opened, so that no message of an old one is ever sent again behind our back.
 * All calls and callbacks on one thread. The only file that includes mosquitto.h is mqtt.c.
 */
#ifndef CONTROLLER_MQTT_H
#define CONTROLLER_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/config.h"

enum { MQTT_CORRELATION_MAX = 64, MQTT_TOPIC_MAX = 192 };

struct mqtt_message {
    const char *topic;
    const char *bytes; /* borrowed for the call */
    size_t length;
    bool is_retained;
    char response_topic[MQTT_TOPIC_MAX]; /* "" none */
    uint8_t correlation[MQTT_CORRELATION_MAX];
    uint16_t correlation_length;
    bool is_correlation_long; /* longer than MQTT_CORRELATION_MAX: it can't be given back */
};

struct mqtt_callbacks {
    void *context;
    /* The broker took us: at most `window` messages may be unacknowledged. */
    void (*connected)(void *context, unsigned window);
    void (*acknowledged)(void *context, int message_id);
    /* The broker refused the subscription; `why` is its word for it. */
    void (*unsubscribed)(void *context, const char *why);
    void (*message)(void *context, const struct mqtt_message *message);
};

struct mqtt_publication {
    const char *topic;
    const char *bytes;
    size_t length;
    bool is_retained,
        is_event; /* event: content type application/cloudevents+json, else application/json */
    const uint8_t *correlation; /* NULL none */
    uint16_t correlation_length;
};

struct mqtt;

/*
 * Begins a connection with `will_bytes` as retained will on `will_topic`. Resolves the host's name (may block as long as
 * the resolver does), does not wait for the broker. NULL: `fault` (WHAT_SIZE) says why.
 */
struct mqtt *mqtt_open(const struct mqtt_config *config, const char *will_topic,
                       const char *will_bytes, const struct mqtt_callbacks *callbacks, char *fault);
/* `politely`: says goodbye when connected, and the broker does not send the will. Frees. */
void mqtt_close(struct mqtt *mqtt, bool politely);
int mqtt_fd(const struct mqtt *mqtt); /* -1 when it is gone */
bool mqtt_wants_write(const struct mqtt *mqtt);
/* After poll; HALL_GONE: close it, `fault` says why. Also to be called twice a second for keep-alives. */
enum hall_error mqtt_run(struct mqtt *mqtt, bool is_readable, bool is_writable, char *fault);
/*
 * QoS 1; `message_id` comes back in `acknowledged`. HALL_INVALID: larger than the broker takes (it said so in CONNACK);
 * HALL_GONE: the connection is gone, as mqtt_run will say.
 */
enum hall_error mqtt_publish(struct mqtt *mqtt, const struct mqtt_publication *publication,
                             int *message_id);
/* QoS 1, without retained messages where the version can say so. HALL_GONE as above; a refusal comes as `unsubscribed`. */
enum hall_error mqtt_subscribe(struct mqtt *mqtt, const char *filter);

#endif
