#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "controller/uplink_private.h"

enum { ANSWER_TEXT_SIZE = 8192, TOO_LARGE_SIZE = 1024 };
_Static_assert((int)TOPIC_SIZE == (int)MQTT_TOPIC_MAX, "a response topic is kept whole");

static enum reason check(struct uplink *uplink, const char *name,
                         const struct mqtt_message *message, struct command *command, char *fault);
static void count_refusal(struct uplink *uplink, const char *name, enum reason reason);
static bool next_answer(struct uplink *uplink, struct ready_answer *ready);
static void send_answer(struct uplink *uplink, const struct reply *reply,
                        const struct ready_answer *ready);
static bool is_over_limit(struct uplink *uplink);
static struct reply *remember(struct uplink *uplink, const struct mqtt_message *message,
                              const char *id, uint64_t *number);
static void queue_answer(struct uplink *uplink, uint64_t reply, const struct answer *answer);

void uplink_take_message(struct uplink *uplink, const struct mqtt_message *message) {
    const char *name = topic_command_name(uplink->hall_id, message->topic);
    if (name == NULL || message->is_retained) {
        return;
    }
    struct command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        return;
    }
    struct answer answer = { 0 };
    answer.reason = check(uplink, name, message, command, answer.message);
    memcpy(answer.id, command->id, sizeof answer.id);
    uint64_t number = 0;
    struct reply *reply = remember(uplink, message, command->id, &number);
    if (reply == NULL) {
        /* Too many unanswered: nowhere to keep the way back, so nothing is done. */
        answer.reason = REASON_TOO_MANY;
    }
    bool is_expired = answer.reason == REASON_EXPIRED_COMMAND;
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.commands++;
    pthread_mutex_unlock(&uplink->mutex);
    if (answer.reason == REASON_NONE || is_expired) {
        uplink->callbacks.command(uplink->callbacks.context, command, is_expired, number);
    } else {
        count_refusal(uplink, name, answer.reason);
    }
    if (answer.reason != REASON_NONE && !is_expired && reply != NULL) {
        queue_answer(uplink, number, &answer);
    }
    free(command);
}

void uplink_expired(struct uplink *uplink, uint64_t reply, const struct command *command) {
    struct answer answer = { .reason = REASON_EXPIRED_COMMAND,
                             .message = "time: over 60 s ago, or past expires" };
    memcpy(answer.id, command->id, sizeof answer.id);
    count_refusal(uplink, command_name(command->type), answer.reason);
    uplink_answer(uplink, reply, &answer);
}

static void count_refusal(struct uplink *uplink, const char *name, enum reason reason) {
    pthread_mutex_lock(&uplink->mutex);
    uplink->stats.refused++;
    uplink->stats.refused_reason = reason;
    snprintf(uplink->stats.refused_name, WORD_SIZE, "%.32s", name);
    pthread_mutex_unlock(&uplink->mutex);
}

/* Any thread. */
void uplink_answer(struct uplink *uplink, uint64_t reply, const struct answer *answer) {
    queue_answer(uplink, reply, answer);
    eventfd_write(uplink->wake_fd, 1);
}

void uplink_send_answers(struct uplink *uplink) {
    struct ready_answer ready;
    while (uplink->flight_count < uplink->window && next_answer(uplink, &ready)) {
        struct reply *reply = &uplink->replies[ready.reply % REPLIES_MAX];
        /* A reply whose connection was lost is forgotten: the asker repeats with the same id. */
        if (reply->is_used && reply->number == ready.reply) {
            send_answer(uplink, reply, &ready);
            reply->is_used = false;
        }
        free(ready.text);
    }
}

static bool next_answer(struct uplink *uplink, struct ready_answer *ready) {
    pthread_mutex_lock(&uplink->mutex);
    bool has_one = uplink->answer_count > 0;
    if (has_one) {
        *ready = uplink->answers[0];
        uplink->answer_count--;
        memmove(uplink->answers, uplink->answers + 1,
                uplink->answer_count * sizeof uplink->answers[0]);
    }
    pthread_mutex_unlock(&uplink->mutex);
    return has_one;
}

/* One larger than the broker takes is answered by "too large": ask for less at a time. */
static void send_answer(struct uplink *uplink, const struct reply *reply,
                        const struct ready_answer *ready) {
    struct mqtt_publication publication = {
        .topic = reply->topic,
        .bytes = ready->text,
        .length = ready->length,
        .correlation = reply->correlation_length > 0 ? reply->correlation : NULL,
        .correlation_length = reply->correlation_length,
    };
    if (uplink_publish(uplink, &publication, 0) == HALL_INVALID) {
        struct answer answer = { .reason = REASON_TOO_LARGE };
        char text[TOO_LARGE_SIZE];
        memcpy(answer.id, reply->id, sizeof answer.id);
        int length = answer_write(&answer, text, sizeof text);
        publication.bytes = text;
        publication.length = length > 0 ? (size_t)length : 0;
        uplink_publish(uplink, &publication, 0);
    }
}

static enum reason check(struct uplink *uplink, const char *name,
                         const struct mqtt_message *message, struct command *command, char *fault) {
    if (message->length > COMMAND_JSON_MAX) {
        snprintf(fault, WHAT_SIZE, "%zu bytes, at most %d", message->length, COMMAND_JSON_MAX);
        return REASON_TOO_LARGE;
    }
    enum reason reason = command_read(name, message->bytes, message->length, command, fault);
    command->by.kind = BY_MQTT; /* whoever named nobody stays nobody: some changes need a person */
    if (is_over_limit(uplink)) {
        snprintf(fault, WHAT_SIZE, "at most %d commands a second", COMMANDS_A_SECOND);
        return REASON_TOO_MANY;
    }
    if (reason != REASON_NONE) {
        return reason;
    }
    if (message->is_correlation_long) {
        snprintf(fault, WHAT_SIZE, "correlation data: at most %d bytes", MQTT_CORRELATION_MAX);
        return REASON_TOO_LARGE;
    }
    if (command->id[0] == 0) {
        snprintf(fault, WHAT_SIZE, "id: missing, expected 1..64 of A-Z a-z 0-9 . _ -");
        return REASON_MALFORMED;
    }
    if (command->time_ms == 0) {
        snprintf(fault, WHAT_SIZE, "time: missing, expected an RFC 3339 time");
        return REASON_MALFORMED;
    }
    int64_t now_ms = uplink->callbacks.now_ms(uplink->callbacks.context);
    bool is_expired = (command->expires_ms != 0 && now_ms > command->expires_ms) ||
                      now_ms > command->time_ms + COMMAND_AGE_MS;
    return is_expired ? REASON_EXPIRED_COMMAND : REASON_NONE;
}

static bool is_over_limit(struct uplink *uplink) {
    int64_t now_ms = uplink_mono_ms();
    if (now_ms - uplink->second_ms >= 1000) {
        uplink->second_ms = now_ms;
        uplink->commands_this_second = 0;
    }
    return ++uplink->commands_this_second > COMMANDS_A_SECOND;
}

/* Where the answer goes: the asker's topic if it lies under our replies, else replies/ID. */
static struct reply *remember(struct uplink *uplink, const struct mqtt_message *message,
                              const char *id, uint64_t *number) {
    for (unsigned i = 0; i < REPLIES_MAX; i++) {
        struct reply *reply = &uplink->replies[i];
        if (reply->is_used) {
            continue;
        }
        uplink->reply_generation++;
        *reply =
            (struct reply){ .is_used = true, .number = uplink->reply_generation * REPLIES_MAX + i };
        if (topic_is_reply(uplink->hall_id, message->response_topic)) {
            memcpy(reply->topic, message->response_topic, sizeof reply->topic);
        } else {
            topic_reply(uplink->hall_id, id, reply->topic);
        }
        memcpy(reply->id, id, sizeof reply->id);
        memcpy(reply->correlation, message->correlation, message->correlation_length);
        reply->correlation_length = message->correlation_length;
        *number = reply->number;
        return reply;
    }
    return NULL;
}

static void queue_answer(struct uplink *uplink, uint64_t reply, const struct answer *answer) {
    size_t size = ANSWER_TEXT_SIZE + answer->items_length;
    char *text = malloc(size);
    if (text == NULL) {
        return;
    }
    int length = answer_write(answer, text, size);
    pthread_mutex_lock(&uplink->mutex);
    bool fits = length > 0 && uplink->answer_count < ANSWERS_MAX;
    if (fits) {
        uplink->answers[uplink->answer_count++] =
            (struct ready_answer){ .reply = reply, .text = text, .length = (size_t)length };
    }
    pthread_mutex_unlock(&uplink->mutex);
    if (!fits) {
        free(text);
    }
}
