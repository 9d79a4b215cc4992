#include "controller/mqtt.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP_ALIVE_S = 20, WINDOW_MAX = 64, WINDOW_DEFAULT_311 = 20 };

struct mqtt {
    struct mosquitto *client;
    struct mqtt_callbacks callbacks;
    mosquitto_property *event_properties, *json_properties; /* NULL before version 5 */
    bool is_version_5, is_connected;
    char refusal[WHAT_SIZE]; /* what the broker said in CONNACK or DISCONNECT, "" none */
};

static enum hall_error set_up(struct mqtt *mqtt, const struct mqtt_config *config, char *fault);
static enum hall_error set_secrets(struct mqtt *mqtt, const struct mqtt_config *config,
                                   char *fault);
static bool read_password(const char *file, char *out, size_t size);
static void on_connect(struct mosquitto *client, void *context, int result, int flags,
                       const mosquitto_property *properties);
static void on_disconnect(struct mosquitto *client, void *context, int result,
                          const mosquitto_property *properties);
static void on_publish(struct mosquitto *client, void *context, int message_id, int result,
                       const mosquitto_property *properties);
static void on_subscribe(struct mosquitto *client, void *context, int message_id, int count,
                         const int *granted, const mosquitto_property *properties);
static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message,
                       const mosquitto_property *properties);
static void read_properties(const mosquitto_property *properties, struct mqtt_message *message);

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void init_library(void) {
    mosquitto_lib_init();
}

struct mqtt *mqtt_open(const struct mqtt_config *config, const char *will_topic,
                       const char *will_bytes, const struct mqtt_callbacks *callbacks,
                       char *fault) {
    pthread_once(&library_once, init_library);
    struct mqtt *mqtt = calloc(1, sizeof *mqtt);
    snprintf(fault, WHAT_SIZE, "no memory");
    if (mqtt == NULL) {
        return NULL;
    }
    mqtt->callbacks = *callbacks;
    mqtt->client = mosquitto_new(config->client_id, true, mqtt);
    if (mqtt->client == NULL || set_up(mqtt, config, fault) != HALL_OK) {
        mqtt_close(mqtt, false);
        return NULL;
    }
    mosquitto_will_set(mqtt->client, will_topic, (int)strlen(will_bytes), will_bytes, 1, true);
    int result = mosquitto_connect_async(mqtt->client, config->host, config->port, KEEP_ALIVE_S);
    if (result != MOSQ_ERR_SUCCESS) {
        snprintf(fault, WHAT_SIZE, "%.60s:%u: %s", config->host, config->port,
                 mosquitto_strerror(result));
        mqtt_close(mqtt, false);
        return NULL;
    }
    return mqtt;
}

void mqtt_close(struct mqtt *mqtt, bool politely) {
    if (politely && mqtt->is_connected) {
        mosquitto_disconnect(mqtt->client);
        mosquitto_loop_write(mqtt->client, 1);
    }
    if (mqtt->client != NULL) {
        mosquitto_destroy(mqtt->client);
    }
    mosquitto_property_free_all(&mqtt->event_properties);
    mosquitto_property_free_all(&mqtt->json_properties);
    free(mqtt);
}

int mqtt_fd(const struct mqtt *mqtt) {
    return mosquitto_socket(mqtt->client);
}

bool mqtt_wants_write(const struct mqtt *mqtt) {
    return mosquitto_want_write(mqtt->client);
}

enum hall_error mqtt_run(struct mqtt *mqtt, bool is_readable, bool is_writable, char *fault) {
    int result = MOSQ_ERR_SUCCESS;
    if (is_readable) {
        result = mosquitto_loop_read(mqtt->client, 1);
    }
    if (result == MOSQ_ERR_SUCCESS && is_writable) {
        result = mosquitto_loop_write(mqtt->client, 1);
    }
    if (result == MOSQ_ERR_SUCCESS) {
        result = mosquitto_loop_misc(mqtt->client);
    }
    if (result != MOSQ_ERR_SUCCESS || mosquitto_socket(mqtt->client) < 0 || mqtt->refusal[0] != 0) {
        snprintf(fault, WHAT_SIZE, "%s",
                 mqtt->refusal[0] != 0 ? mqtt->refusal : mosquitto_strerror(result));
        return HALL_GONE;
    }
    return HALL_OK;
}

enum hall_error mqtt_publish(struct mqtt *mqtt, const struct mqtt_publication *publication,
                             int *message_id) {
    const mosquitto_property *properties =
        publication->is_event ? mqtt->event_properties : mqtt->json_properties;
    mosquitto_property *with_correlation = NULL;
    if (mqtt->is_version_5 && publication->correlation != NULL) {
        mosquitto_property_copy_all(&with_correlation, properties);
        mosquitto_property_add_binary(&with_correlation, MQTT_PROP_CORRELATION_DATA,
                                      publication->correlation, publication->correlation_length);
        properties = with_correlation;
    }
    int result =
        mosquitto_publish_v5(mqtt->client, message_id, publication->topic, (int)publication->length,
                             publication->bytes, 1, publication->is_retained, properties);
    mosquitto_property_free_all(&with_correlation);
    if (result == MOSQ_ERR_OVERSIZE_PACKET || result == MOSQ_ERR_PAYLOAD_SIZE) {
        return HALL_INVALID;
    }
    return result == MOSQ_ERR_SUCCESS ? HALL_OK : HALL_GONE;
}

enum hall_error mqtt_subscribe(struct mqtt *mqtt, const char *filter) {
    int options = mqtt->is_version_5 ? MQTT_SUB_OPT_SEND_RETAIN_NEVER : 0;
    int result = mosquitto_subscribe_v5(mqtt->client, NULL, filter, 1, options, NULL);
    return result == MOSQ_ERR_SUCCESS ? HALL_OK : HALL_GONE;
}

static enum hall_error set_up(struct mqtt *mqtt, const struct mqtt_config *config, char *fault) {
    mqtt->is_version_5 = config->version == 5;
    mosquitto_int_option(mqtt->client, MOSQ_OPT_PROTOCOL_VERSION,
                         mqtt->is_version_5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    /* Without it a small publish waits for the delayed acknowledgement of the one before: 44 ms. */
    mosquitto_int_option(mqtt->client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_int_option(mqtt->client, MOSQ_OPT_SEND_MAXIMUM, WINDOW_MAX);
    mosquitto_connect_v5_callback_set(mqtt->client, on_connect);
    mosquitto_disconnect_v5_callback_set(mqtt->client, on_disconnect);
    mosquitto_publish_v5_callback_set(mqtt->client, on_publish);
    mosquitto_message_v5_callback_set(mqtt->client, on_message);
    mosquitto_subscribe_v5_callback_set(mqtt->client, on_subscribe);
    if (mqtt->is_version_5) {
        mosquitto_property_add_string(&mqtt->event_properties, MQTT_PROP_CONTENT_TYPE,
                                      "application/cloudevents+json");
        mosquitto_property_add_string(&mqtt->json_properties, MQTT_PROP_CONTENT_TYPE,
                                      "application/json");
    }
    return set_secrets(mqtt, config, fault);
}

static enum hall_error set_secrets(struct mqtt *mqtt, const struct mqtt_config *config,
                                   char *fault) {
    char password[256] = "";
    if (config->password_file[0] != 0 &&
        !read_password(config->password_file, password, sizeof password)) {
        snprintf(fault, WHAT_SIZE, "mqtt.password_file %.90s can't be read", config->password_file);
        return HALL_IO;
    }
    if (config->username[0] != 0) {
        mosquitto_username_pw_set(mqtt->client, config->username,
                                  password[0] != 0 ? password : NULL);
    }
    if (!config->tls) {
        return HALL_OK;
    }
    const struct tls_files *files = &config->files;
    bool has_certificate = files->cert_file[0] != 0;
    int result = mosquitto_tls_set(mqtt->client, files->ca_file[0] != 0 ? files->ca_file : NULL,
                                   files->ca_file[0] != 0 ? NULL : "/etc/ssl/certs",
                                   has_certificate ? files->cert_file : NULL,
                                   has_certificate ? files->key_file : NULL, NULL);
    if (result != MOSQ_ERR_SUCCESS) {
        snprintf(fault, WHAT_SIZE, "mqtt.tls: %s", mosquitto_strerror(result));
        return HALL_IO;
    }
    return HALL_OK;
}

/* The first line of a file. */
static bool read_password(const char *file, char *out, size_t size) {
    FILE *from = fopen(file, "re");
    if (from == NULL) {
        return false;
    }
    bool is_read = fgets(out, (int)size, from) != NULL;
    fclose(from);
    out[strcspn(out, "\r\n")] = 0;
    return is_read;
}

static void on_connect(struct mosquitto *client, void *context, int result, int flags,
                       const mosquitto_property *properties) {
    (void)client;
    (void)flags;
    struct mqtt *mqtt = context;
    if (result != 0) {
        snprintf(mqtt->refusal, sizeof mqtt->refusal, "the broker refused us: %s",
                 mqtt->is_version_5 ? mosquitto_reason_string(result)
                                    : mosquitto_connack_string(result));
        return;
    }
    /* Before version 5 a broker can't say its bound; mosquitto's own default is 20. */
    uint16_t window = mqtt->is_version_5 ? UINT16_MAX : WINDOW_DEFAULT_311;
    mosquitto_property_read_int16(properties, MQTT_PROP_RECEIVE_MAXIMUM, &window, false);
    mqtt->is_connected = true;
    mqtt->callbacks.connected(mqtt->callbacks.context, window < WINDOW_MAX ? window : WINDOW_MAX);
}

static void on_disconnect(struct mosquitto *client, void *context, int result,
                          const mosquitto_property *properties) {
    (void)client;
    (void)properties;
    struct mqtt *mqtt = context;
    mqtt->is_connected = false;
    if (mqtt->refusal[0] == 0) {
        /* Numbers from 128 on are the broker's own words, smaller ones the library's. */
        snprintf(mqtt->refusal, sizeof mqtt->refusal, "%s",
                 result >= 128 ? mosquitto_reason_string(result) : mosquitto_strerror(result));
    }
}

static void on_publish(struct mosquitto *client, void *context, int message_id, int result,
                       const mosquitto_property *properties) {
    (void)client;
    (void)properties;
    struct mqtt *mqtt = context;
    if (result >= 128) {
        /* Not taken ("not authorized", "quota exceeded"): going on would make a hole. */
        snprintf(mqtt->refusal, sizeof mqtt->refusal, "the broker refused a message: %s",
                 mosquitto_reason_string(result));
        return;
    }
    mqtt->callbacks.acknowledged(mqtt->callbacks.context, message_id);
}

/* Before version 5 there is one number for every refusal. */
static void on_subscribe(struct mosquitto *client, void *context, int message_id, int count,
                         const int *granted, const mosquitto_property *properties) {
    (void)client;
    (void)message_id;
    (void)properties;
    struct mqtt *mqtt = context;
    for (int i = 0; i < count; i++) {
        if (granted[i] >= 128) {
            mqtt->callbacks.unsubscribed(mqtt->callbacks.context,
                                         mqtt->is_version_5 ? mosquitto_reason_string(granted[i])
                                                            : "not authorized");
        }
    }
}

static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message,
                       const mosquitto_property *properties) {
    (void)client;
    struct mqtt *mqtt = context;
    struct mqtt_message taken = { .topic = message->topic,
                                  .bytes = message->payload != NULL ? message->payload : "",
                                  .length = (size_t)message->payloadlen,
                                  .is_retained = message->retain };
    read_properties(properties, &taken);
    mqtt->callbacks.message(mqtt->callbacks.context, &taken);
}

static void read_properties(const mosquitto_property *properties, struct mqtt_message *message) {
    char *topic = NULL;
    if (mosquitto_property_read_string(properties, MQTT_PROP_RESPONSE_TOPIC, &topic, false) !=
            NULL &&
        strlen(topic) < sizeof message->response_topic) {
        memcpy(message->response_topic, topic, strlen(topic) + 1);
    }
    free(topic);
    void *bytes = NULL;
    uint16_t length = 0;
    if (mosquitto_property_read_binary(properties, MQTT_PROP_CORRELATION_DATA, &bytes, &length,
                                       false) != NULL) {
        message->is_correlation_long = length > MQTT_CORRELATION_MAX;
        message->correlation_length = message->is_correlation_long ? 0 : length;
        memcpy(message->correlation, bytes, message->correlation_length);
    }
    free(bytes);
}
