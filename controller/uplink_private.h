/* The uplink's state, shared by uplink.c (thread, connection, events), uplink_state.c and uplink_command.c. */
#ifndef CONTROLLER_UPLINK_PRIVATE_H
#define CONTROLLER_UPLINK_PRIVATE_H

#include <pthread.h>

#include "controller/mqtt.h"
#include "controller/store/store.h"
#include "controller/uplink.h"
#include "protocol/topic.h"

enum {
    IN_FLIGHT_MAX = 64,
    REPLIES_MAX = 64, /* commands that wait for their answer; more are refused */
    ANSWERS_MAX =
        64, /* answers that wait to be sent; more are dropped: the asker repeats with the same id */
    COMMANDS_A_SECOND = 10,
    COMMAND_AGE_MS = 60000,
    STATES_MAX = SERVICES_MAX + WINDOWS_MAX + DEVICES_MAX + 2,
    ACK_SAMPLES = 256,
    ACK_MS =
        20000 /* a message unacknowledged for so long: the connection is dead, or the broker forgot */
};

/* A message the broker has not acknowledged; seq 0 for states and replies. */
struct in_flight {
    int message_id;
    uint64_t seq;
    bool is_acknowledged;
    int64_t sent_us;
};

/* Who asked, until the answer comes. */
struct reply {
    bool is_used;
    uint64_t
        number; /* its place plus REPLIES_MAX times how many came before: an answer finds only its own */
    char id[COMMAND_ID_SIZE];
    char topic[TOPIC_SIZE];
    uint8_t correlation[MQTT_CORRELATION_MAX];
    uint16_t correlation_length;
};

struct ready_answer {
    uint64_t reply;
    char *text; /* owned */
    size_t length;
};

/* What was last sent on one retained topic. */
struct sent_state {
    uint64_t digest;
    int64_t sent_ms;
};

/* A service, window or device that a reload removed. */
struct gone_state {
    const char *kind; /* as in its topic */
    char id[NAME_SIZE];
};

struct uplink {
    char hall_id[NAME_SIZE], store_path[CONFIG_PATH_SIZE];
    struct mqtt_config config;
    struct uplink_callbacks callbacks;
    struct uplink_range range;
    pthread_t thread;
    int wake_fd;

    pthread_mutex_t mutex; /* guards from here ... */
    bool is_ending;
    uint64_t last; /* the journal's end */
    unsigned answer_count;
    struct ready_answer answers[ANSWERS_MAX];
    bool has_snapshot;
    struct snapshot *newest;   /* waiting is NULL */
    struct uplink_stats stats; /* ... to here */

    /* The thread's own. */
    struct store *reader;
    struct mqtt *mqtt;
    bool is_connected;          /* CONNACK came */
    bool is_proven, was_proven; /* and a message was acknowledged; ever */
    bool is_unsubscribed;       /* it was said that the broker gives no commands */
    int64_t connect_until_ms, retry_at_ms, ran_ms;
    unsigned attempts;
    unsigned window;
    uint64_t cursor;   /* every event up to it is acknowledged */
    uint64_t next_seq; /* to be published */
    unsigned flight_first, flight_count;
    struct in_flight flight[IN_FLIGHT_MAX];
    struct snapshot *shown;
    bool has_shown;
    int64_t status_ms;
    uint64_t status_last;
    struct sent_state states[STATES_MAX];
    unsigned gone_count;
    struct gone_state gone[STATES_MAX]; /* their retained topics are still to be emptied */
    unsigned state_place;               /* where the last round of states stopped */
    struct reply replies[REPLIES_MAX];
    uint64_t reply_generation;
    int64_t second_ms;
    unsigned commands_this_second;
    char what[WHAT_SIZE];  /* why not connected: logged on change */
    char fault[WHAT_SIZE]; /* why the connection must be given up; "" nothing */
    uint32_t ack_us[ACK_SAMPLES];
    unsigned ack_count;
};

int64_t uplink_mono_ms(void);
/* Publishes within the window; HALL_FULL when it is used up, HALL_INVALID when the broker takes none so large. */
enum hall_error uplink_publish(struct uplink *uplink, const struct mqtt_publication *publication,
                               uint64_t seq);
/* uplink_state.c: sends what changed, each topic at most once a second, as far as the window goes. */
void uplink_send_status(struct uplink *uplink, int64_t now_ms);
void uplink_send_states(struct uplink *uplink, int64_t now_ms);
void uplink_forget_states(struct uplink *uplink);
int uplink_write_status(const struct uplink *uplink, bool is_online, char *out, size_t size);
/* uplink_command.c */
void uplink_take_message(struct uplink *uplink, const struct mqtt_message *message);
void uplink_send_answers(struct uplink *uplink);

#endif
