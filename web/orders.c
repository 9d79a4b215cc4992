/* Commands given over HTTP; see orders.h. */
#include "web/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/reply.h"

struct order {
    uint64_t ticket; /* 0 free; ticket % ORDERS_MAX is its place */
    struct http_request *request;
    int64_t deadline_ms;
    bool sees_events; /* may be told the numbers of the events that it made */
};

struct orders {
    uint64_t last_ticket;
    struct order places[ORDERS_MAX];
};

static bool order_read(struct http_request *request, struct command *command);
static bool order_refuses_channel(struct http_request *request, const struct visitor *visitor,
                                  const struct command *command);
static void order_name_by(const struct visitor *visitor, struct command *command);
static void order_name_desk(const struct visitor *visitor, struct command *command);
static struct order *order_place(struct orders *orders);
static void order_gone(void *context);
static void order_free(struct order *order);

struct orders *orders_open(void) {
    return calloc(1, sizeof(struct orders));
}

void orders_close(struct orders *orders) {
    free(orders);
}

void order_begin(struct web *web, struct http_request *request, const struct visitor *visitor) {
    struct command command;
    if (!order_read(request, &command) || order_refuses_channel(request, visitor, &command)) {
        return;
    }
    if (!role_may(visitor->role, visitor->user.staff, &command,
                  web->owner.snapshot(web->owner.context))) {
        reply_error(request, STATUS_FORBIDDEN, reason_word(REASON_NOT_ALLOWED),
                    reason_en(REASON_NOT_ALLOWED));
        return;
    }
    struct order *order = order_place(web->orders);
    if (order == NULL) {
        reply_error(request, STATUS_TOO_MANY, reason_word(REASON_TOO_MANY),
                    reason_en(REASON_TOO_MANY));
        return;
    }
    order_name_by(visitor, &command);
    order_name_desk(visitor, &command);
    /* A log-in of one's own has asked for a password, which is more than a PIN; of another's it says nothing. */
    command.needs_pin = !visitor->is_token && !role_is_oneself(visitor->user.staff, &command);
    order->request = request;
    order->sees_events = role_sees_ratings(visitor->role);
    order->deadline_ms = web_now_ms(web) + ORDER_DEADLINE_MS;
    request->gone = order_gone;
    request->context = order;
    web->owner.submit(web->owner.context, &command, order->ticket);
}

void order_answer(struct web *web, uint64_t ticket, const struct answer *answer) {
    struct order *order = &web->orders->places[ticket % ORDERS_MAX];
    if (ticket == 0 || order->ticket != ticket) {
        return; /* answered by its deadline, or nobody waits any more */
    }
    struct http_request *request = order->request;
    bool sees_events = order->sees_events;
    order_free(order);
    int length = answer_write(answer, web->scratch, WEB_SCRATCH_SIZE);
    if (length < 0) {
        reply_error(request, STATUS_ERROR, "too_large", "The answer is too large.");
        return;
    }
    length = sees_events ? length : answer_hide_events(web->scratch, length);
    reply_json(request, web->scratch, (size_t)length);
}

void orders_run(struct web *web) {
    int64_t now_ms = web_now_ms(web);
    for (unsigned i = 0; i < ORDERS_MAX; i++) {
        struct order *order = &web->orders->places[i];
        if (order->ticket != 0 && now_ms >= order->deadline_ms) {
            struct http_request *request = order->request;
            order_free(order);
            reply_error(request, STATUS_UNAVAILABLE, "no_answer",
                        "The hall did not answer in time; send the same id again to learn what "
                        "became of it.");
        }
    }
}

int orders_timeout_ms(const struct web *web) {
    int64_t wait_ms = -1, now_ms = web_now_ms(web);
    for (unsigned i = 0; i < ORDERS_MAX; i++) {
        const struct order *order = &web->orders->places[i];
        int64_t left_ms = order->deadline_ms > now_ms ? order->deadline_ms - now_ms : 0;
        if (order->ticket != 0 && (wait_ms < 0 || left_ms < wait_ms)) {
            wait_ms = left_ms;
        }
    }
    return (int)wait_ms;
}

static bool order_read(struct http_request *request, struct command *command) {
    char fault[WHAT_SIZE] = "";
    const char *name = request->path + strlen("/api/v1/commands/");
    const char *body = request->body != NULL ? request->body : "";
    enum reason reason = command_of_name(name) == COMMAND_NONE
                             ? REASON_UNKNOWN_COMMAND
                             : command_read(name, body, request->body_length, command, fault);
    if (reason == REASON_NONE) {
        return true;
    }
    enum http_status status = reason == REASON_UNKNOWN_COMMAND ? STATUS_NOT_FOUND
                              : reason == REASON_TOO_LARGE     ? STATUS_TOO_LARGE
                                                               : STATUS_BAD_REQUEST;
    reply_error(request, status, reason_word(reason), fault[0] != '\0' ? fault : reason_en(reason));
    return false;
}

/* The desk at which a person sits is known; a program was asked somewhere, and may say where. */
static bool order_refuses_channel(struct http_request *request, const struct visitor *visitor,
                                  const struct command *command) {
    if (visitor->is_token || (command->has & COMMAND_HAS(ARG_CHANNEL)) == 0) {
        return false;
    }
    reply_error(request, STATUS_BAD_REQUEST, reason_word(REASON_MALFORMED),
                "channel: found one, expected none, as only programs say it");
    return true;
}

/* A person is who logged in, whatever the body says. A program's token may name the person it acts for. */
static void order_name_by(const struct visitor *visitor, struct command *command) {
    char id[2 * COMMAND_ID_SIZE];
    size_t name = strlen(visitor->user.name), person = strlen(command->by.id);
    bool is_named = visitor->is_token && person > 0 && name + 1 + person < COMMAND_ID_SIZE;
    snprintf(id, sizeof id, "%s%s%s", visitor->user.name, is_named ? ":" : "",
             is_named ? command->by.id : "");
    command->by.kind = BY_PAGE;
    memcpy(command->by.id, id, COMMAND_ID_SIZE);
}

/* A program that says no channel and has no token of a guide is the back office's. */
static void order_name_desk(const struct visitor *visitor, struct command *command) {
    command->is_guide = visitor->role == WEB_GUIDE;
    if (command->type == COMMAND_TICKET_ISSUE && visitor->is_token && !command->is_guide &&
        command->channel == CHANNEL_NONE) {
        command->channel = CHANNEL_COMMAND;
    }
}

static struct order *order_place(struct orders *orders) {
    for (unsigned i = 0; i < ORDERS_MAX; i++) {
        uint64_t ticket = ++orders->last_ticket;
        struct order *order = &orders->places[ticket % ORDERS_MAX];
        if (order->ticket == 0) {
            order->ticket = ticket;
            return order;
        }
    }
    return NULL;
}

static void order_gone(void *context) {
    struct order *order = context;
    order->ticket = 0;
}

static void order_free(struct order *order) {
    order->request->gone = NULL;
    order->ticket = 0;
}
