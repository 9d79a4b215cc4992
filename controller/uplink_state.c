#include <stdio.h>
#include <string.h>

#include "controller/uplink_private.h"

enum { STATE_MS = 1000, STATE_TEXT_SIZE = 8192 };

static bool send_state(struct uplink *uplink, unsigned place, int64_t now_ms);
static int write_state(const struct uplink *uplink, unsigned place, char *topic, char *out);
static void send_status(struct uplink *uplink, int64_t now_ms);
static uint64_t digest_of(const char *text, size_t length);

void uplink_forget_states(struct uplink *uplink) {
    memset(uplink->states, 0, sizeof uplink->states);
    uplink->status_ms = 0;
    uplink->status_last = 0;
}

void uplink_send_states(struct uplink *uplink, int64_t now_ms) {
    send_status(uplink, now_ms);
    pthread_mutex_lock(&uplink->mutex);
    if (uplink->has_snapshot) {
        struct snapshot *swapped = uplink->shown;
        uplink->shown = uplink->newest;
        uplink->newest = swapped;
        uplink->has_snapshot = false;
        uplink->has_shown = true;
    }
    pthread_mutex_unlock(&uplink->mutex);
    const struct snapshot *shown = uplink->shown;
    unsigned count = 1U + shown->service_count + shown->window_count + shown->device_count;
    for (unsigned i = 0; uplink->has_shown && i < count; i++) {
        /* Round robin, and half of the window stays free: states never hold up events. */
        uplink->state_place = (uplink->state_place + 1) % count;
        if (uplink->flight_count * 2 >= uplink->window ||
            !send_state(uplink, uplink->state_place, now_ms)) {
            return;
        }
    }
}

int uplink_write_status(const struct uplink *uplink, bool is_online, char *out, size_t size) {
    struct json_writer writer;
    char era[16];
    snprintf(era, sizeof era, "%08x", uplink->range.era);
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_write_bool(&writer, "online", is_online);
    json_write_text(&writer, "era", era);
    json_write_int(&writer, "first", (int64_t)uplink->range.first);
    json_write_int(&writer, "last", (int64_t)uplink->status_last);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

static bool send_state(struct uplink *uplink, unsigned place, int64_t now_ms) {
    char topic[TOPIC_SIZE];
    char text[STATE_TEXT_SIZE];
    struct sent_state *sent = &uplink->states[place];
    if (sent->sent_ms != 0 && now_ms - sent->sent_ms < STATE_MS) {
        return true;
    }
    int length = write_state(uplink, place, topic, text);
    if (length < 0) {
        return true;
    }
    uint64_t digest = digest_of(text, (size_t)length);
    if (sent->sent_ms != 0 && digest == sent->digest) {
        return true;
    }
    struct mqtt_publication publication = {
        .topic = topic, .bytes = text, .length = (size_t)length, .is_retained = true
    };
    if (uplink_publish(uplink, &publication, 0) != HALL_OK) {
        return false;
    }
    sent->digest = digest;
    sent->sent_ms = now_ms;
    return true;
}

static int write_state(const struct uplink *uplink, unsigned place, char *topic, char *out) {
    const struct snapshot *shown = uplink->shown;
    const char *hall = uplink->hall_id;
    if (place == 0) {
        topic_state_hall(hall, topic);
        return snapshot_write_hall(shown, out, STATE_TEXT_SIZE);
    }
    place--;
    if (place < shown->service_count) {
        topic_state(hall, "service", shown->services[place].id, topic);
        return snapshot_write_service(&shown->services[place], shown, out, STATE_TEXT_SIZE);
    }
    place -= shown->service_count;
    if (place < shown->window_count) {
        char id[8];
        snprintf(id, sizeof id, "%u", shown->windows[place].id);
        topic_state(hall, "window", id, topic);
        return snapshot_write_window(&shown->windows[place], shown, out, STATE_TEXT_SIZE);
    }
    place -= shown->window_count;
    topic_state(hall, "device", shown->devices[place].id, topic);
    return snapshot_write_device(&shown->devices[place], shown, out, STATE_TEXT_SIZE);
}

static void send_status(struct uplink *uplink, int64_t now_ms) {
    pthread_mutex_lock(&uplink->mutex);
    uint64_t last = uplink->last;
    pthread_mutex_unlock(&uplink->mutex);
    bool is_first = uplink->status_ms == 0;
    if (!is_first && (last == uplink->status_last || now_ms - uplink->status_ms < STATE_MS)) {
        return;
    }
    char topic[TOPIC_SIZE];
    char text[256];
    uint64_t before = uplink->status_last;
    uplink->status_last = last;
    topic_status(uplink->hall_id, topic);
    int length = uplink_write_status(uplink, true, text, sizeof text);
    struct mqtt_publication publication = {
        .topic = topic, .bytes = text, .length = (size_t)length, .is_retained = true
    };
    if (uplink_publish(uplink, &publication, 0) == HALL_OK) {
        uplink->status_ms = now_ms;
    } else {
        uplink->status_last = before;
    }
}

/* FNV-1a, 64 bit: only to see a change, never kept. */
static uint64_t digest_of(const char *text, size_t length) {
    uint64_t digest = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    }
    return digest;
}
