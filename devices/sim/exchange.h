/*
 * What passes on the wire between the controller and the slaves: a bus's inside, and the two halves of its thread's
 * round. Of slave.c and exchange.c alone; called on the bus's thread, without its lock.
 */
#ifndef DEVICES_SIM_EXCHANGE_H
#define DEVICES_SIM_EXCHANGE_H

#include <pthread.h>

#include "devices/sim/slave.h"
#include "devices/sim/wire.h"

enum {
    TASKS_MAX = 16 /* answers under way; more: the oldest is dropped, as a busy device would */
};

enum sim_task_kind { TASK_NONE, TASK_ACT, TASK_SEND };

struct sim_task {
    enum sim_task_kind kind;
    bool is_late;
    int64_t due_us;
    struct sim_frame frame; /* ACT: the request; SEND: the answer */
};

struct sim_bus {
    struct sim_bus_config config;
    struct sim_bus_options options;
    struct sim_wire wire;
    pthread_t thread;
    int wake_fd;
    pthread_mutex_t lock; /* guards what follows, up to the thread's own */
    bool is_stopping, is_plugged;
    int64_t replug_at_us; /* a fault's unplugging ends; 0 none */
    struct sim_faults faults;
    struct sim_bus_counts counts;
    struct sim_device devices[SIM_BUS_DEVICES];
    unsigned sight_first, sight_count;
    struct sim_sight sights[SIM_SIGHTS_MAX];
    /* The thread's own. */
    struct sim_line line;
    struct sim_rng rng;
    struct sim_frame request; /* being heard */
    int64_t began_us, piece_us, free_us;
    int64_t heard_us;            /* when the request before was read */
    struct sim_task *heard_task; /* what became of it, NULL nothing; it may be done by now */
    struct sim_task tasks[TASKS_MAX];
};

/* Waits, at most 100 ms, until there is something to hear or to do. */
void sim_exchange_wait(struct sim_bus *bus);
/* Hears what came and does what is due. */
void sim_exchange_do(struct sim_bus *bus);
/* What was heard or is under way goes with the line. */
void sim_exchange_drop(struct sim_bus *bus);

#endif
