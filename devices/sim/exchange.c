/*
 * A request passes three moments: its last character has come (hear), the device acts (act), the answer's last
 * character has gone (send). The bytes of an answer are handed over at once at that last moment, because a
 * pseudo-terminal can't be made to trickle them and no master may believe half an answer anyway.
 */
#include "devices/sim/exchange.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    IDLE_US = 100 * 1000, /* longest wait without looking at the stop flag */
    PIECE_US =
        20 * 1000, /* a request's pieces may be so far apart: their writer may be preempted */
    UNPLUG_LOW_MS = 1000,
    UNPLUG_HIGH_MS = 3000
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static int64_t request_patience_us(const struct sim_bus *bus);
static int64_t wire_span(const struct sim_bus *bus, size_t characters);
static void read_line(struct sim_bus *bus);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void plan_answer(struct sim_bus *bus, bool is_heard);
static void hear(struct sim_bus *bus);
static void count_lost_request(struct sim_bus *bus);
static struct sim_task *new_task(struct sim_bus *bus);
static void do_due_tasks(struct sim_bus *bus);
static void act(struct sim_bus *bus, struct sim_task *task);
static enum sim_fault carry_out(struct sim_bus *bus, const struct sim_task *task,
                                struct sim_frame *answer);
static struct sim_device *find_device(struct sim_bus *bus, uint8_t address);
static bool strikes_before(struct sim_bus *bus, struct sim_device *device, enum sim_fault fault,
                           int64_t now_us);
static void unplug_for_a_while(struct sim_bus *bus, int64_t now_us);
static void send_answer(struct sim_bus *bus, struct sim_task *task, int64_t now_us);
static void count_error(struct sim_bus *bus, int64_t error_us);

void sim_exchange_wait(struct sim_bus *bus) {
    int64_t now_us = sim_now_us();
    int64_t left_us = next_due_us(bus, now_us) - now_us;
    if (left_us <= 0)
        left_us = 0;
    struct timespec patience = { .tv_sec = left_us / 1000000, .tv_nsec = left_us % 1000000 * 1000 };
    struct pollfd fds[2] = { { .fd = bus->wake_fd, .events = POLLIN },
                             { .fd = bus->line.master_fd, .events = POLLIN } };
    if (ppoll(fds, 2, &patience, NULL) > 0 && fds[0].revents != 0) {
        uint64_t ignored;
        (void)!read(bus->wake_fd, &ignored, sizeof(ignored));
    }
}

void sim_exchange_do(struct sim_bus *bus) {
    read_line(bus);
    do_due_tasks(bus);
}

void sim_exchange_drop(struct sim_bus *bus) {
    bus->request.length = 0;
    bus->heard_task = NULL;
    memset(bus->tasks, 0, sizeof(bus->tasks));
}

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    int64_t due_us = now_us + IDLE_US;
    for (unsigned i = 0; i < TASKS_MAX; i++)
        if (bus->tasks[i].kind != TASK_NONE && bus->tasks[i].due_us < due_us)
            due_us = bus->tasks[i].due_us;
    if (bus->request.length > 0 && request_patience_us(bus) < due_us)
        due_us = request_patience_us(bus);
    return due_us;
}

static int64_t request_patience_us(const struct sim_bus *bus) {
    return bus->piece_us + PIECE_US + wire_span(bus, bus->request.length);
}

static int64_t wire_span(const struct sim_bus *bus, size_t characters) {
    return bus->options.is_instant ? 0 : sim_wire_span_us(&bus->wire, characters);
}

static void read_line(struct sim_bus *bus) {
    uint8_t bytes[SIM_FRAME_MAX];
    ssize_t length = bus->line.master_fd < 0 ? 0 : read(bus->line.master_fd, bytes, sizeof(bytes));
    int64_t now_us = sim_now_us();
    if (length > 0)
        take_bytes(bus, bytes, (size_t)length, now_us);
    /* A function that is not known has no known length: its frame ends with the silence. */
    if (bus->request.length > 0 && now_us >= request_patience_us(bus))
        hear(bus);
}

static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct sim_frame *request = &bus->request;
    for (size_t i = 0; i < length; i++) {
        if (request->length == 0)
            bus->began_us = now_us;
        request->bytes[request->length++] = bytes[i];
        size_t expected = sim_frame_expect(request);
        if (expected != 0 && request->length == expected)
            hear(bus);
        else if (request->length == SIM_FRAME_MAX)
            count_lost_request(bus);
    }
    bus->piece_us = now_us;
}

/* The request is whole: is it to be heard at all? */
static void hear(struct sim_bus *bus) {
    size_t expected = sim_frame_expect(&bus->request);
    bool is_known = expected != 0 && expected == bus->request.length;
    uint8_t function = bus->request.bytes[1];
    bool is_short = !is_known && (function == 3 || function == 4 || function == 16);
    if (is_short || !sim_frame_is_good(&bus->request)) {
        count_lost_request(bus);
        return;
    }
    /*
     * Two requests in one read: the master had given up the first while this thread was held up, and when the second
     * began can't be told. It is no violation; a strict slave then hears only the second, as a real one would have.
     */
    bool is_overrun = bus->heard_us == bus->began_us;
    int64_t silence_us = bus->options.is_instant ? 0 : sim_wire_silence_us(&bus->wire);
    bool is_inside = !is_overrun && bus->began_us < bus->free_us + silence_us;
    pthread_mutex_lock(&bus->lock);
    bus->counts.requests++;
    bus->counts.overruns += is_overrun;
    bus->counts.violations += is_inside;
    pthread_mutex_unlock(&bus->lock);
    if (is_overrun && bus->options.is_strict && bus->heard_task != NULL)
        bus->heard_task->kind = TASK_NONE;
    plan_answer(bus, !is_inside || !bus->options.is_strict);
    bus->heard_us = bus->began_us;
    bus->request.length = 0;
}

/* The request's wire time passes; if it is heard, the device acts after its own. */
static void plan_answer(struct sim_bus *bus, bool is_heard) {
    int64_t end_us = bus->began_us + wire_span(bus, bus->request.length);
    if (bus->free_us < end_us)
        bus->free_us = end_us;
    bus->heard_task = is_heard ? new_task(bus) : NULL;
    if (!is_heard)
        return;
    bus->heard_task->kind = TASK_ACT;
    bus->heard_task->frame = bus->request;
    bus->heard_task->due_us = end_us + (bus->options.is_instant ? 0 : bus->options.answer_us);
}

static void count_lost_request(struct sim_bus *bus) {
    pthread_mutex_lock(&bus->lock);
    bus->counts.bad_crc++;
    bus->counts.stray += bus->request.length;
    pthread_mutex_unlock(&bus->lock);
    bus->request.length = 0;
}

static struct sim_task *new_task(struct sim_bus *bus) {
    struct sim_task *oldest = &bus->tasks[0];
    for (unsigned i = 0; i < TASKS_MAX; i++) {
        if (bus->tasks[i].kind == TASK_NONE)
            return &bus->tasks[i];
        if (bus->tasks[i].due_us < oldest->due_us)
            oldest = &bus->tasks[i];
    }
    return oldest;
}

static void do_due_tasks(struct sim_bus *bus) {
    for (unsigned i = 0; i < TASKS_MAX; i++) {
        struct sim_task *task = &bus->tasks[i];
        if (task->kind == TASK_ACT && sim_now_us() >= task->due_us)
            act(bus, task);
        int64_t now_us = sim_now_us();
        if (task->kind == TASK_SEND && now_us >= task->due_us)
            send_answer(bus, task, now_us);
    }
}

static void act(struct sim_bus *bus, struct sim_task *task) {
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
    task->due_us += wire_span(bus, answer.length);
    if (task->is_late)
        task->due_us += (int64_t)late_ms * 1000;
    else
        bus->free_us = task->due_us;
}

/* The device carries out the request; `answer` is what will go on the wire, length 0 for nothing. */
static enum sim_fault carry_out(struct sim_bus *bus, const struct sim_task *task,
                                struct sim_frame *answer) {
    answer->length = 0;
    struct sim_device *device = find_device(bus, task->frame.bytes[0]);
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
    return fault;
}

static struct sim_device *find_device(struct sim_bus *bus, uint8_t address) {
    for (unsigned i = 0; i < bus->config.device_count; i++)
        if (bus->devices[i].config.address == address && !bus->devices[i].is_dead)
            return &bus->devices[i];
    return NULL;
}

/* Faults that hit the device before it acts. True: it never gets to act. */
static bool strikes_before(struct sim_bus *bus, struct sim_device *device, enum sim_fault fault,
                           int64_t now_us) {
    if (fault == FAULT_REBOOT)
        sim_device_reboot(device, now_us);
    if (fault == FAULT_UNPLUG)
        unplug_for_a_while(bus, now_us);
    bool is_lost = fault == FAULT_LOST && sim_rng_below(&bus->rng, 2) == 0;
    return fault == FAULT_REBOOT || fault == FAULT_UNPLUG || is_lost;
}

static void unplug_for_a_while(struct sim_bus *bus, int64_t now_us) {
    bus->is_plugged = false;
    bus->replug_at_us = now_us + 1000 * sim_rng_between(&bus->rng, UNPLUG_LOW_MS, UNPLUG_HIGH_MS);
}

static void send_answer(struct sim_bus *bus, struct sim_task *task, int64_t now_us) {
    /*
     * The moment is taken before the write: a master that waits its silence from the moment it saw the bytes can then
     * never be blamed. Late answers do not move it: the master could not have known of them.
     */
    if (!task->is_late)
        bus->free_us = now_us;
    ssize_t sent = bus->line.master_fd < 0
                       ? -1
                       : write(bus->line.master_fd, task->frame.bytes, task->frame.length);
    task->kind = TASK_NONE;
    pthread_mutex_lock(&bus->lock);
    /* A terminal that nobody reads is full at last; then the answer is lost, as on a wire without listener. */
    if (sent > 0)
        bus->counts.answers++;
    count_error(bus, now_us - task->due_us);
    pthread_mutex_unlock(&bus->lock);
}

static void count_error(struct sim_bus *bus, int64_t error_us) {
    int64_t bucket = error_us / SIM_ERROR_STEP_US;
    bus->counts.error[bucket < SIM_ERROR_BUCKETS ? bucket : SIM_ERROR_BUCKETS - 1]++;
}
