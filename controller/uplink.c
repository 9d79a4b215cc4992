#include "controller/uplink.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "controller/uplink_private.h"

enum {
    CONNACK_MS = 5000,
    RETRY_FIRST_MS = 250,
    RETRY_MOST_MS = 15000,
    RUN_MS = 500,
    GOODBYE_MS = 1000,
    LEAVE_MS = 3000
};

static void free_all(struct uplink *uplink);
static void *run(void *context);
static void turn(struct uplink *uplink);
static void step(struct uplink *uplink, int64_t now_ms);
static const char *find_fault(const struct uplink *uplink, int64_t now_ms);
static void wait_for_something(struct uplink *uplink, int64_t now_ms, bool *readable,
                               bool *writable);
static void try_connect(struct uplink *uplink, int64_t now_ms);
static bool open_reader(struct uplink *uplink, char *fault);
static void drop_connection(struct uplink *uplink, int64_t now_ms, const char *what);
static void prove_connection(struct uplink *uplink);
static void on_connected(void *context, unsigned window);
static void on_acknowledged(void *context, int message_id);
static void on_unsubscribed(void *context, const char *why);
static void on_message(void *context, const struct mqtt_message *message);
static void move_cursor(struct uplink *uplink);
static void publish_events(struct uplink *uplink);
static bool publish_event(void *context, uint64_t seq, const char *bytes, size_t length);
static void say_goodbye(struct uplink *uplink);
static void count_acknowledgement(struct uplink *uplink, int64_t sent_us);
static int compare_u32(const void *a, const void *b);
static int64_t mono_us(void);

struct uplink *uplink_open(const struct config *config, const struct uplink_range *range,
                           const struct uplink_callbacks *callbacks) {
    struct uplink *uplink = calloc(1, sizeof *uplink);
    if (uplink == NULL) {
        return NULL;
    }
    memcpy(uplink->hall_id, config->hall_id, sizeof uplink->hall_id);
    memcpy(uplink->store_path, config->store_path, sizeof uplink->store_path);
    uplink->config = config->mqtt;
    uplink->range = *range;
    uplink->callbacks = *callbacks;
    uplink->stats.acknowledged_seq = range->cursor;
    uplink->last = range->last;
    uplink->cursor = range->cursor;
    uplink->newest = calloc(1, sizeof *uplink->newest);
    uplink->shown = calloc(1, sizeof *uplink->shown);
    uplink->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&uplink->mutex, NULL);
    if (uplink->newest == NULL || uplink->shown == NULL || uplink->wake_fd < 0 ||
        pthread_create(&uplink->thread, NULL, run, uplink) != 0) {
        free_all(uplink);
        return NULL;
    }
    return uplink;
}

uint64_t uplink_close(struct uplink *uplink) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LEAVE_MS / 1000;
    pthread_mutex_lock(&uplink->mutex);
    uplink->is_ending = true;
    pthread_mutex_unlock(&uplink->mutex);
    eventfd_write(uplink->wake_fd, 1);
    bool has_ended = pthread_timedjoin_np(uplink->thread, NULL, &until) == 0;
    struct uplink_stats stats;
    uplink_read_stats(uplink, &stats);
    if (has_ended) {
        free_all(uplink);
    } else {
        pthread_detach(uplink->thread);
    }
    return stats.acknowledged_seq;
}

void uplink_advance(struct uplink *uplink, uint64_t last) {
    pthread_mutex_lock(&uplink->mutex);
    bool is_news = last > uplink->last;
    uplink->last = is_news ? last : uplink->last;
    pthread_mutex_unlock(&uplink->mutex);
    if (is_news) {
        eventfd_write(uplink->wake_fd, 1);
    }
}

void uplink_show(struct uplink *uplink, const struct snapshot *snapshot) {
    pthread_mutex_lock(&uplink->mutex);
    *uplink->newest = *snapshot;
    uplink->newest->waiting = NULL;
    uplink->newest->waiting_capacity = 0;
    uplink->newest->waiting_count =
        0; /* states name no waiting person; services carry the counts */
    uplink->has_snapshot = true;
    pthread_mutex_unlock(&uplink->mutex);
}

void uplink_read_stats(struct uplink *uplink, struct uplink_stats *stats) {
    pthread_mutex_lock(&uplink->mutex);
    *stats = uplink->stats;
    pthread_mutex_unlock(&uplink->mutex);
}

int64_t uplink_mono_ms(void) {
    return mono_us() / 1000;
}

enum hall_error uplink_publish(struct uplink *uplink, const struct mqtt_publication *publication,
                               uint64_t seq) {
    if (uplink->flight_count >= uplink->window) {
        return HALL_FULL;
    }
    int message_id = 0;
    enum hall_error error = mqtt_publish(uplink->mqtt, publication, &message_id);
    if (error == HALL_OK) {
        unsigned place = (uplink->flight_first + uplink->flight_count) % IN_FLIGHT_MAX;
        uplink->flight[place] =
            (struct in_flight){ .message_id = message_id, .seq = seq, .sent_us = mono_us() };
        uplink->flight_count++;
    }
    return error;
}

static void free_all(struct uplink *uplink) {
    for (unsigned i = 0; i < uplink->answer_count; i++) {
        free(uplink->answers[i].text);
    }
    if (uplink->wake_fd >= 0) {
        close(uplink->wake_fd);
    }
    pthread_mutex_destroy(&uplink->mutex);
    free(uplink->newest);
    free(uplink->shown);
    free(uplink);
}

static void *run(void *context) {
    struct uplink *uplink = context;
    bool is_ending = false;
    while (!is_ending) {
        turn(uplink);
        pthread_mutex_lock(&uplink->mutex);
        is_ending = uplink->is_ending;
        pthread_mutex_unlock(&uplink->mutex);
    }
    say_goodbye(uplink);
    if (uplink->reader != NULL) {
        store_close(uplink->reader);
    }
    return NULL;
}

static void turn(struct uplink *uplink) {
    bool is_readable = false;
    bool is_writable = false;
    wait_for_something(uplink, uplink_mono_ms(), &is_readable, &is_writable);
    int64_t now_ms = uplink_mono_ms();
    bool wants_run = is_readable || is_writable || now_ms - uplink->ran_ms >= RUN_MS;
    if (uplink->mqtt != NULL && wants_run) {
        char fault[WHAT_SIZE];
        uplink->ran_ms = now_ms;
        if (mqtt_run(uplink->mqtt, is_readable, is_writable, fault) != HALL_OK) {
            drop_connection(uplink, now_ms, fault);
        }
    }
    step(uplink, now_ms);
}

static void step(struct uplink *uplink, int64_t now_ms) {
    if (uplink->mqtt == NULL && now_ms >= uplink->retry_at_ms) {
        try_connect(uplink, now_ms);
    }
    if (uplink->is_connected) {
        uplink_send_status(uplink, now_ms); /* first: a backlog takes all the window there is */
        uplink_send_answers(uplink);
        publish_events(uplink);
        uplink_send_states(uplink, now_ms);
    }
    const char *fault = find_fault(uplink, now_ms);
    if (fault != NULL) {
        drop_connection(uplink, now_ms, fault);
    }
}

/* Why the connection must be given up; NULL: it stands. */
static const char *find_fault(const struct uplink *uplink, int64_t now_ms) {
    if (uplink->mqtt == NULL) {
        return NULL;
    }
    if (uplink->fault[0] != 0) {
        return uplink->fault;
    }
    if (!uplink->is_connected) {
        return now_ms >= uplink->connect_until_ms ? "no answer within 5 s" : NULL;
    }
    const struct in_flight *oldest = &uplink->flight[uplink->flight_first];
    bool is_late = uplink->flight_count > 0 && now_ms - oldest->sent_us / 1000 >= ACK_MS;
    return is_late ? "a message was not acknowledged within 20 s" : NULL;
}

static void wait_for_something(struct uplink *uplink, int64_t now_ms, bool *readable,
                               bool *writable) {
    struct pollfd fds[2] = { { .fd = uplink->wake_fd, .events = POLLIN }, { .fd = -1 } };
    int64_t until_ms = now_ms + RUN_MS;
    if (uplink->mqtt == NULL) {
        until_ms = uplink->retry_at_ms < until_ms ? uplink->retry_at_ms : until_ms;
    } else {
        fds[1].fd = mqtt_fd(uplink->mqtt);
        /* Until CONNACK the TLS handshake or the TCP connection itself may need the writing side. */
        fds[1].events = POLLIN;
        if (mqtt_wants_write(uplink->mqtt)) {
            fds[1].events |= POLLOUT;
        }
    }
    int timeout_ms = until_ms > now_ms ? (int)(until_ms - now_ms) : 0;
    if (poll(fds, 2, timeout_ms) <= 0) {
        return;
    }
    if (fds[0].revents != 0) {
        eventfd_t value;
        eventfd_read(uplink->wake_fd, &value);
    }
    /* An error or hang-up is found by reading: it must not be waited for again and again. */
    *readable = (fds[1].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) != 0;
    *writable = (fds[1].revents & POLLOUT) != 0;
}

static void try_connect(struct uplink *uplink, int64_t now_ms) {
    char topic[TOPIC_SIZE];
    char will[256];
    char fault[WHAT_SIZE] = "";
    struct mqtt_callbacks callbacks = { .context = uplink,
                                        .connected = on_connected,
                                        .acknowledged = on_acknowledged,
                                        .unsubscribed = on_unsubscribed,
                                        .message = on_message };
    topic_status(uplink->hall_id, topic);
    uplink_write_status(uplink, false, will, sizeof will);
    if (open_reader(uplink, fault)) {
        uplink->mqtt = mqtt_open(&uplink->config, topic, will, &callbacks, fault);
    }
    /* The resolver may have taken its time. */
    now_ms = uplink_mono_ms();
    uplink->connect_until_ms = now_ms + CONNACK_MS;
    if (uplink->mqtt == NULL) {
        drop_connection(uplink, now_ms, fault);
    }
}

static bool open_reader(struct uplink *uplink, char *fault) {
    return uplink->reader != NULL ||
           store_open_reader(uplink->store_path, &uplink->reader, fault) == HALL_OK;
}

/* Everything that was not acknowledged is published again, from the cursor on. */
static void drop_connection(struct uplink *uplink, int64_t now_ms, const char *what) {
    if (uplink->mqtt != NULL) {
        mqtt_close(uplink->mqtt, false);
        uplink->mqtt = NULL;
    }
    bool is_news = uplink->is_proven || strcmp(uplink->what, what) != 0;
    uplink->is_connected = false;
    uplink->is_proven = false;
    uplink->flight_count = 0;
    memset(uplink->replies, 0, sizeof uplink->replies);
    int64_t wait_ms = RETRY_FIRST_MS << (uplink->attempts < 6 ? uplink->attempts : 6);
    uplink->attempts++;
    /* Jitter, so that the halls of a district do not come back all at once. */
    wait_ms = (wait_ms < RETRY_MOST_MS ? wait_ms : RETRY_MOST_MS);
    wait_ms += (int64_t)((uint64_t)mono_us() % (uint64_t)(wait_ms / 2 + 1));
    uplink->retry_at_ms = now_ms + wait_ms;
    memmove(uplink->what, what, strlen(what) + 1);
    uplink->fault[0] = 0;
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.is_connected = false;
    memcpy(uplink->stats.what, uplink->what, WHAT_SIZE);
    pthread_mutex_unlock(&uplink->mutex);
    if (is_news) {
        char text[WHAT_SIZE * 2];
        snprintf(text, sizeof text, "uplink %.60s:%u: not connected: %s", uplink->config.host,
                 uplink->config.port, uplink->what);
        uplink->callbacks.log(uplink->callbacks.context, LOG_WARNING, text);
    }
}

static void on_connected(void *context, unsigned window) {
    struct uplink *uplink = context;
    char filter[TOPIC_SIZE];
    uplink->is_connected = true;
    uplink->window = window > 0 ? window : 1;
    uplink->flight_count = 0;
    uplink->next_seq = uplink->cursor + 1;
    uplink_forget_states(uplink);
    topic_commands(uplink->hall_id, filter);
    if (mqtt_subscribe(uplink->mqtt, filter) != HALL_OK) {
        snprintf(uplink->fault, WHAT_SIZE, "the subscription to commands could not be sent");
    }
}

/* Events go on; nobody would know otherwise why no command is ever answered. Said once, a broker being what it is. */
static void on_unsubscribed(void *context, const char *why) {
    struct uplink *uplink = context;
    char text[WHAT_SIZE * 2];
    if (!uplink->is_unsubscribed) {
        uplink->is_unsubscribed = true;
        snprintf(text, sizeof text, "uplink %.60s:%u: the broker gives us no commands: %.60s",
                 uplink->config.host, uplink->config.port, why);
        uplink->callbacks.log(uplink->callbacks.context, LOG_WARNING, text);
    }
}

/*
 * The first acknowledgement. A broker that takes us and then refuses each message is not one we are connected to: it is
 * tried ever more seldom, and said once.
 */
static void prove_connection(struct uplink *uplink) {
    char text[WHAT_SIZE];
    uplink->is_proven = true;
    uplink->attempts = 0;
    uplink->what[0] = 0;
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.is_connected = true;
    uplink->stats.what[0] = 0;
    uplink->stats.reconnects += uplink->was_proven;
    uint64_t last = uplink->last;
    pthread_mutex_unlock(&uplink->mutex);
    uplink->was_proven = true;
    snprintf(text, sizeof text, "uplink %.60s:%u: connected, %llu events behind",
             uplink->config.host, uplink->config.port,
             (unsigned long long)(last > uplink->cursor ? last - uplink->cursor : 0));
    uplink->callbacks.log(uplink->callbacks.context, LOG_NOTICE, text);
}

static void on_acknowledged(void *context, int message_id) {
    struct uplink *uplink = context;
    if (!uplink->is_proven) {
        prove_connection(uplink);
    }
    for (unsigned i = 0; i < uplink->flight_count; i++) {
        struct in_flight *flight = &uplink->flight[(uplink->flight_first + i) % IN_FLIGHT_MAX];
        if (flight->message_id == message_id && !flight->is_acknowledged) {
            flight->is_acknowledged = true;
            count_acknowledgement(uplink, flight->sent_us);
            break;
        }
    }
    move_cursor(uplink);
}

static void on_message(void *context, const struct mqtt_message *message) {
    uplink_take_message(context, message);
}

/* The cursor follows only what is acknowledged without a gap. */
static void move_cursor(struct uplink *uplink) {
    uint64_t before = uplink->cursor;
    while (uplink->flight_count > 0 && uplink->flight[uplink->flight_first].is_acknowledged) {
        uint64_t seq = uplink->flight[uplink->flight_first].seq;
        uplink->cursor = seq > uplink->cursor ? seq : uplink->cursor;
        uplink->flight_first = (uplink->flight_first + 1) % IN_FLIGHT_MAX;
        uplink->flight_count--;
    }
    if (uplink->cursor != before) {
        pthread_mutex_lock(&uplink->mutex);
        uplink->stats.acknowledged_seq = uplink->cursor;
        pthread_mutex_unlock(&uplink->mutex);
    }
}

static void publish_events(struct uplink *uplink) {
    pthread_mutex_lock(&uplink->mutex);
    uint64_t last = uplink->last;
    pthread_mutex_unlock(&uplink->mutex);
    if (uplink->next_seq > last || uplink->flight_count >= uplink->window) {
        return;
    }
    uint64_t room = uplink->window - uplink->flight_count;
    uint64_t to = last - uplink->next_seq >= room ? uplink->next_seq + room - 1 : last;
    if (store_read(uplink->reader, uplink->next_seq, to, publish_event, uplink) != HALL_OK) {
        snprintf(uplink->fault, WHAT_SIZE, "event %llu can't be read from the journal",
                 (unsigned long long)uplink->next_seq);
    }
}

static bool publish_event(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct uplink *uplink = context;
    char topic[TOPIC_SIZE];
    char name[WORD_SIZE * 2];
    /* The type stands in the journal's own bytes; nothing is parsed and written again. */
    static const char mark[] = "\"type\":\"hallq.";
    const char *type = memmem(bytes, length, mark, sizeof mark - 1);
    const char *end = type == NULL ? NULL : memchr(type + sizeof mark - 1, '"', 64);
    if (end == NULL) {
        return false;
    }
    type += sizeof mark - 1;
    snprintf(name, sizeof name, "%.*s", (int)(end - type), type);
    topic_event(uplink->hall_id, event_type_of(name), topic);
    struct mqtt_publication publication = {
        .topic = topic, .bytes = bytes, .length = length, .is_event = true
    };
    enum hall_error error = uplink_publish(uplink, &publication, seq);
    if (error == HALL_INVALID) {
        /* Left out it would be a hole for ever; so nothing goes on, and the alert says why. */
        snprintf(uplink->fault, WHAT_SIZE, "event %llu has %zu bytes, more than the broker takes",
                 (unsigned long long)seq, length);
    }
    if (error != HALL_OK) {
        return false;
    }
    uplink->next_seq = seq + 1;
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.published++;
    pthread_mutex_unlock(&uplink->mutex);
    return true;
}

/* What stands in the journal goes out if the broker is quick; the rest waits for the next start. */
static void say_goodbye(struct uplink *uplink) {
    int64_t until_ms = uplink_mono_ms() + GOODBYE_MS;
    char fault[WHAT_SIZE];
    while (uplink->is_connected && uplink_mono_ms() < until_ms) {
        publish_events(uplink);
        if (uplink->flight_count == 0) {
            break;
        }
        bool is_readable = false;
        bool is_writable = false;
        wait_for_something(uplink, uplink_mono_ms(), &is_readable, &is_writable);
        if (mqtt_run(uplink->mqtt, is_readable, is_writable, fault) != HALL_OK) {
            uplink->is_connected = false;
        }
    }
    bool is_said = false;
    if (uplink->is_connected) {
        char topic[TOPIC_SIZE];
        char text[256];
        topic_status(uplink->hall_id, topic);
        int length = uplink_write_status(uplink, false, text, sizeof text);
        struct mqtt_publication publication = {
            .topic = topic, .bytes = text, .length = (size_t)length, .is_retained = true
        };
        is_said = uplink_publish(uplink, &publication, 0) == HALL_OK;
    }
    if (uplink->mqtt != NULL) {
        mqtt_close(uplink->mqtt, is_said); /* with no room for it the will says it */
    }
}

static void count_acknowledgement(struct uplink *uplink, int64_t sent_us) {
    uplink->ack_us[uplink->ack_count++ % ACK_SAMPLES] = (uint32_t)(mono_us() - sent_us);
    if (uplink->ack_count % 16 != 0) {
        return;
    }
    uint32_t sorted[ACK_SAMPLES];
    unsigned count = uplink->ack_count < ACK_SAMPLES ? uplink->ack_count : ACK_SAMPLES;
    memcpy(sorted, uplink->ack_us, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], compare_u32);
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.ack_p50_us = sorted[count / 2];
    uplink->stats.ack_p99_us = sorted[count * 99 / 100];
    pthread_mutex_unlock(&uplink->mutex);
}

static int compare_u32(const void *a, const void *b) {
    const uint32_t *left = a;
    const uint32_t *right = b;
    return (*left > *right) - (*left < *right);
}

static int64_t mono_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
