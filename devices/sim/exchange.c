/*
 * A request passes three moments: its last character has come (hear), the device acts (act), the answer's last
 * character has gone (send). The bytes of an answer are handed over at once at that last moment, because a
 * pseudo-terminal can't be made to trickle them and no master may believe half an answer anyway.
 */
#include <string.h>

#include "devices/sim/frame.h"
#include "devices/sim/talk.h"

enum {
    SKEW_US = 3000, /* two devices with one address think differently long */
    TASKS_MAX = 16, /* answers under way; more: the oldest is dropped, as a busy device would */
    PIECE_US = 20 * 1000 /* a request's pieces may be so far apart: their writer may be preempted */
};

enum task_kind { TASK_NONE, TASK_ACT, TASK_SEND };

struct task {
    enum task_kind kind;
    bool is_late;
    int64_t due_us;
    struct sim_frame frame; /* ACT: the request; SEND: the answer */
};

struct exchange {
    struct sim_frame request; /* being heard */
    int64_t began_us, piece_us, free_us;
    int64_t heard_us;        /* when the request before was read */
    struct task *heard_task; /* what became of it, NULL nothing; it may be done by now */
    struct task tasks[TASKS_MAX];
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void do_due(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static int64_t request_patience_us(const struct sim_bus *bus);
static void plan_answer(struct sim_bus *bus, bool is_heard);
static void hear(struct sim_bus *bus);
static void count_lost_request(struct sim_bus *bus);
static struct task *new_task(struct exchange *exchange);
static void act(struct sim_bus *bus, struct task *task);
static enum sim_fault carry_out(struct sim_bus *bus, const struct task *task,
                                struct sim_frame *answer);
static void speak_beside(struct sim_bus *bus, const struct task *task,
                         const struct sim_device *device, struct sim_frame *answer);
static bool strikes_before(struct sim_bus *bus, struct sim_device *device, enum sim_fault fault,
                           int64_t now_us);
static void send_answer(struct sim_bus *bus, struct task *task, int64_t now_us);

const struct sim_talk SIM_MODBUS_TALK = { .size = sizeof(struct exchange),
                                          .due_us = next_due_us,
                                          .hear = take_bytes,
                                          .act = do_due,
                                          .drop = drop };

static void drop(struct sim_bus *bus) {
    struct exchange *exchange = bus->own;
    exchange->request.length = 0;
    exchange->heard_task = NULL;
    memset(exchange->tasks, 0, sizeof(exchange->tasks));
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    const struct exchange *exchange = bus->own;
    int64_t due_us = now_us + SIM_IDLE_US;
    for (unsigned i = 0; i < TASKS_MAX; i++)
        if (exchange->tasks[i].kind != TASK_NONE && exchange->tasks[i].due_us < due_us)
            due_us = exchange->tasks[i].due_us;
    if (exchange->request.length > 0 && request_patience_us(bus) < due_us)
        due_us = request_patience_us(bus);
    return due_us;
}

static int64_t request_patience_us(const struct sim_bus *bus) {
    const struct exchange *exchange = bus->own;
    return exchange->piece_us + PIECE_US + sim_talk_span_us(bus, exchange->request.length);
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct exchange *exchange = bus->own;
    struct sim_frame *request = &exchange->request;
    for (size_t i = 0; i < length; i++) {
        if (request->length == 0)
            exchange->began_us = now_us;
        request->bytes[request->length++] = bytes[i];
        size_t expected = sim_frame_expect(request);
        if (expected != 0 && request->length == expected)
            hear(bus);
        else if (request->length == SIM_FRAME_MAX)
            count_lost_request(bus);
    }
    exchange->piece_us = now_us;
}

/* The request is whole: is it to be heard at all? */
static void hear(struct sim_bus *bus) {
    struct exchange *exchange = bus->own;
    size_t expected = sim_frame_expect(&exchange->request);
    bool is_known = expected != 0 && expected == exchange->request.length;
    bool is_short = !is_known && sim_frame_knows(exchange->request.bytes[1]);
    if (is_short || !sim_frame_is_good(&exchange->request)) {
        count_lost_request(bus);
        return;
    }
    /*
     * Two requests in one read: the master had given up the first while this thread was held up, and when the second
     * began can't be told. It is no violation; a strict slave then hears only the second, as a real one would have.
     */
    bool is_overrun = exchange->heard_us == exchange->began_us;
    int64_t silence_us = bus->options.is_instant ? 0 : sim_wire_silence_us(&bus->wire);
    /* Through a server nobody can tell when a request begins on the wire: that is the server's matter. */
    bool is_told = !sim_line_is_network(bus->config.port);
    bool is_inside = is_told && !is_overrun && exchange->began_us < exchange->free_us + silence_us;
    pthread_mutex_lock(&bus->lock);
    bus->counts.requests++;
    bus->counts.overruns += is_overrun && is_told;
    bus->counts.violations += is_inside;
    pthread_mutex_unlock(&bus->lock);
    if (is_overrun && is_told && bus->options.is_strict && exchange->heard_task != NULL)
        exchange->heard_task->kind = TASK_NONE;
    plan_answer(bus, !is_inside || !bus->options.is_strict);
    exchange->heard_us = exchange->began_us;
    exchange->request.length = 0;
}

/* The request's wire time passes; if it is heard, the device acts after its own. */
static void plan_answer(struct sim_bus *bus, bool is_heard) {
    struct exchange *exchange = bus->own;
    int64_t end_us = exchange->began_us + sim_talk_span_us(bus, exchange->request.length);
    if (exchange->free_us < end_us)
        exchange->free_us = end_us;
    exchange->heard_task = is_heard ? new_task(exchange) : NULL;
    if (!is_heard)
        return;
    exchange->heard_task->kind = TASK_ACT;
    exchange->heard_task->frame = exchange->request;
    exchange->heard_task->due_us = end_us + (bus->options.is_instant ? 0 : bus->options.answer_us);
}

static void count_lost_request(struct sim_bus *bus) {
    struct exchange *exchange = bus->own;
    pthread_mutex_lock(&bus->lock);
    bus->counts.bad_crc++;
    bus->counts.stray += exchange->request.length;
    pthread_mutex_unlock(&bus->lock);
    exchange->request.length = 0;
}

static struct task *new_task(struct exchange *exchange) {
    struct task *oldest = &exchange->tasks[0];
    for (unsigned i = 0; i < TASKS_MAX; i++) {
        if (exchange->tasks[i].kind == TASK_NONE)
            return &exchange->tasks[i];
        if (exchange->tasks[i].due_us < oldest->due_us)
            oldest = &exchange->tasks[i];
    }
    return oldest;
}

static void do_due(struct sim_bus *bus, int64_t now_us) {
    struct exchange *exchange = bus->own;
    /* A function that is not known has no known length: its frame ends with the silence. */
    if (exchange->request.length > 0 && now_us >= request_patience_us(bus))
        hear(bus);
    for (unsigned i = 0; i < TASKS_MAX; i++) {
        struct task *task = &exchange->tasks[i];
        if (task->kind == TASK_ACT && sim_now_us() >= task->due_us)
            act(bus, task);
        int64_t then_us = sim_now_us();
        if (task->kind == TASK_SEND && then_us >= task->due_us)
            send_answer(bus, task, then_us);
    }
}

static void act(struct sim_bus *bus, struct task *task) {
    struct exchange *exchange = bus->own;
    struct sim_frame answer;
    pthread_mutex_lock(&bus->lock);
    enum sim_fault fault = carry_out(bus, task, &answer);
    uint32_t late_ms = bus->faults.late_ms;
    pthread_mutex_unlock(&bus->lock);
    if (answer.length == 0) {
        task->kind = TASK_NONE;
        return;
    }
    task->kind = TASK_SEND;
    task->is_late = fault == FAULT_LATE;
    task->frame = answer;
    task->due_us += sim_talk_span_us(bus, answer.length) + sim_talk_lag_us(bus);
    if (task->is_late)
        task->due_us += (int64_t)late_ms * 1000;
    else
        exchange->free_us = task->due_us;
}

/* The device carries out the request; `answer` is what will go on the wire, length 0 for nothing. */
static enum sim_fault carry_out(struct sim_bus *bus, const struct task *task,
                                struct sim_frame *answer) {
    answer->length = 0;
    struct sim_device *device = sim_talk_device(bus, task->frame.bytes[0]);
    if (device == NULL) {
        bus->counts.unanswered++;
        return FAULT_NONE;
    }
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    bus->counts.faults[fault]++;
    sim_device_step(device, task->due_us);
    if (strikes_before(bus, device, fault, task->due_us))
        return fault;
    sim_frame_answer(device, &task->frame, task->due_us, answer);
    if (sim_frame_is_exception(answer))
        bus->counts.exceptions++;
    if (fault == FAULT_LOST)
        answer->length = 0;
    else
        sim_fault_spoil(fault, &bus->rng, &task->frame, answer);
    if (fault == FAULT_NONE)
        speak_beside(bus, task, device, answer);
    return fault;
}

/*
 * Another device with the same address obeys as well, and answers a little later: behind the first, or into it. Where
 * both pull the line, the low level wins.
 */
static void speak_beside(struct sim_bus *bus, const struct task *task,
                         const struct sim_device *device, struct sim_frame *answer) {
    struct sim_device *second = sim_talk_beside(bus, device);
    struct sim_frame other;
    if (second == NULL)
        return;
    sim_device_step(second, task->due_us);
    sim_frame_answer(second, &task->frame, task->due_us, &other);
    int64_t span_us = sim_talk_span_us(bus, answer->length);
    int64_t skew_us = sim_rng_between(&bus->rng, 0, SKEW_US);
    bus->counts.collisions++;
    if (skew_us >= span_us) {
        sim_talk_say(bus, other.bytes, other.length,
                     task->due_us + skew_us + sim_talk_span_us(bus, other.length));
        return;
    }
    size_t at = (size_t)(skew_us * (int64_t)answer->length / span_us);
    for (size_t i = 0; i < other.length && at + i < SIM_FRAME_MAX; i++) {
        bool is_beyond = at + i >= answer->length;
        answer->bytes[at + i] = is_beyond ? other.bytes[i] : answer->bytes[at + i] & other.bytes[i];
        answer->length += is_beyond ? 1 : 0;
    }
}

/* Faults that hit the device before it acts. True: it never gets to act. */
static bool strikes_before(struct sim_bus *bus, struct sim_device *device, enum sim_fault fault,
                           int64_t now_us) {
    if (fault == FAULT_REBOOT)
        sim_device_reboot(device, now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    bool is_lost = fault == FAULT_LOST && sim_rng_below(&bus->rng, 2) == 0;
    return fault == FAULT_REBOOT || fault == FAULT_UNPLUG || is_lost;
}

static void send_answer(struct sim_bus *bus, struct task *task, int64_t now_us) {
    struct exchange *exchange = bus->own;
    /*
     * The moment is taken before the write: a master that waits its silence from the moment it saw the bytes can then
     * never be blamed. Late answers do not move it: the master could not have known of them.
     */
    if (!task->is_late)
        exchange->free_us = now_us;
    bool is_sent = sim_talk_send(bus, task->frame.bytes, task->frame.length);
    task->kind = TASK_NONE;
    pthread_mutex_lock(&bus->lock);
    bus->counts.answers += is_sent;
    sim_talk_count_error(bus, now_us - task->due_us);
    pthread_mutex_unlock(&bus->lock);
}
