#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/uplink_private.h"

enum { STATE_MS = 1000, STATE_TEXT_SIZE = 8192, WINDOW_DIGITS = 8 };

/* Kinds as their topics have them; told apart by address. */
static const char SERVICE[] = "service", WINDOW[] = "window", DEVICE[] = "device";

static bool send_state(struct uplink *uplink, unsigned place, int64_t now_ms);
static int write_state(const struct uplink *uplink, unsigned place, char *topic, char *out);
static void take_snapshot(struct uplink *uplink);
static void note_gone(struct uplink *uplink);
static void note_if_gone(struct uplink *uplink, const char *kind, const char *id);
static bool is_shown(const struct snapshot *snapshot, const char *kind, const char *id);
static bool send_gone(struct uplink *uplink);
static uint64_t digest_of(const char *text, size_t length);

void uplink_forget_states(struct uplink *uplink) {
    memset(uplink->states, 0, sizeof uplink->states);
    uplink->status_ms = 0;
    uplink->status_last = 0;
}

void uplink_send_states(struct uplink *uplink, int64_t now_ms) {
    take_snapshot(uplink);
    const struct snapshot *shown = uplink->shown;
    unsigned count = 1U + shown->service_count + shown->window_count + shown->device_count;
    if (!send_gone(uplink)) {
        return;
    }
    for (unsigned i = 0; uplink->has_shown && i < count; i++) {
        /* Round robin, and half of the window stays free: states never hold up events. */
        uplink->state_place = (uplink->state_place + 1) % count;
        if (uplink->flight_count * 2 >= uplink->window ||
            !send_state(uplink, uplink->state_place, now_ms)) {
            return;
        }
    }
}

static void take_snapshot(struct uplink *uplink) {
    pthread_mutex_lock(&uplink->mutex);
    if (uplink->has_snapshot) {
        struct snapshot *swapped = uplink->shown;
        uplink->shown = uplink->newest;
        uplink->newest = swapped;
        uplink->has_snapshot = false;
        note_gone(uplink);
        uplink->has_shown = true;
    }
    pthread_mutex_unlock(&uplink->mutex);
}

/* What stood in the snapshot before and no longer stands; `newest` holds the one before until the next is given. */
static void note_gone(struct uplink *uplink) {
    const struct snapshot *before = uplink->newest;
    unsigned kept = 0;
    for (unsigned i = 0; i < uplink->gone_count; i++) {
        if (!is_shown(uplink->shown, uplink->gone[i].kind, uplink->gone[i].id)) {
            uplink->gone[kept++] = uplink->gone[i];
        }
    }
    uplink->gone_count = kept;
    for (unsigned i = 0; uplink->has_shown && i < before->service_count; i++) {
        note_if_gone(uplink, SERVICE, before->services[i].id);
    }
    for (unsigned i = 0; uplink->has_shown && i < before->window_count; i++) {
        char id[WINDOW_DIGITS];
        snprintf(id, sizeof id, "%u", before->windows[i].id);
        note_if_gone(uplink, WINDOW, id);
    }
    for (unsigned i = 0; uplink->has_shown && i < before->device_count; i++) {
        note_if_gone(uplink, DEVICE, before->devices[i].id);
    }
}

/* What comes back later is sent anew, whatever was sent at its place before. */
static void note_if_gone(struct uplink *uplink, const char *kind, const char *id) {
    if (uplink->gone_count < STATES_MAX && !is_shown(uplink->shown, kind, id)) {
        struct gone_state *gone = &uplink->gone[uplink->gone_count++];
        gone->kind = kind;
        snprintf(gone->id, sizeof gone->id, "%s", id);
        memset(uplink->states, 0, sizeof uplink->states);
    }
}

static bool is_shown(const struct snapshot *snapshot, const char *kind, const char *id) {
    for (unsigned i = 0; kind == SERVICE && i < snapshot->service_count; i++) {
        if (strcmp(snapshot->services[i].id, id) == 0) {
            return true;
        }
    }
    for (unsigned i = 0; kind == WINDOW && i < snapshot->window_count; i++) {
        if (snapshot->windows[i].id == strtoul(id, NULL, 10)) {
            return true;
        }
    }
    for (unsigned i = 0; kind == DEVICE && i < snapshot->device_count; i++) {
        if (strcmp(snapshot->devices[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* An empty retained message takes the topic's last one away. False: the window is used up. */
static bool send_gone(struct uplink *uplink) {
    while (uplink->gone_count > 0) {
        const struct gone_state *gone = &uplink->gone[uplink->gone_count - 1];
        char topic[TOPIC_SIZE];
        topic_state(uplink->hall_id, gone->kind, gone->id, topic);
        struct mqtt_publication publication = { .topic = topic, .bytes = "", .is_retained = true };
        if (uplink->flight_count * 2 >= uplink->window ||
            uplink_publish(uplink, &publication, 0) != HALL_OK) {
            return false;
        }
        uplink->gone_count--;
    }
    return true;
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
        topic_state(hall, SERVICE, shown->services[place].id, topic);
        return snapshot_write_service(&shown->services[place], shown, out, STATE_TEXT_SIZE);
    }
    place -= shown->service_count;
    if (place < shown->window_count) {
        char id[WINDOW_DIGITS];
        snprintf(id, sizeof id, "%u", shown->windows[place].id);
        topic_state(hall, WINDOW, id, topic);
        return snapshot_write_window(&shown->windows[place], shown, out, STATE_TEXT_SIZE);
    }
    place -= shown->window_count;
    topic_state(hall, DEVICE, shown->devices[place].id, topic);
    return snapshot_write_device(&shown->devices[place], shown, out, STATE_TEXT_SIZE);
}

void uplink_send_status(struct uplink *uplink, int64_t now_ms) {
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
