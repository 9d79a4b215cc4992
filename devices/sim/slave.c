/* The slaves' thread and the doors to it. */
#include "devices/sim/slave.h"

#include <assert.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "devices/sim/foreign.h"
#include "devices/sim/talk.h"

enum {
    SHARP_US = 150, /* so much later than asked may the system wake this thread */
    HEARD_MAX = 512,
    UNPLUG_LOW_MS = 1000,
    UNPLUG_HIGH_MS = 3000,
    PACKING_LOW_US = 2000,
    PACKING_HIGH_US = 15000
};

static bool init_lock(pthread_mutex_t *lock);
static const struct sim_talk *talk_of(enum bus_protocol protocol);
static void init_bus(struct sim_bus *bus, const struct sim_bus_config *config,
                     const struct sim_bus_options *options);
static void keep_sight(void *context, const struct sim_sight *sight);
static void raise_event(int fd);
static void *run(void *context);
static bool is_stopping(struct sim_bus *bus);
static void plug_as_wanted(struct sim_bus *bus);
static void wait_for_work(struct sim_bus *bus);
static void hear_line(struct sim_bus *bus);
static void say_due(struct sim_bus *bus);
static void make_noise(struct sim_bus *bus);

int64_t sim_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct sim_bus *sim_bus_open(const struct sim_bus_config *config,
                             const struct sim_bus_options *options, char *why) {
    assert(sim_bus_knows(config->protocol) && config->baud > 0 &&
           config->device_count <= SIM_BUS_DEVICES);
    struct sim_bus *bus = calloc(1, sizeof(*bus));
    snprintf(why, SIM_WHY_SIZE, "no memory, descriptor or thread is left");
    if (bus == NULL)
        return NULL;
    init_bus(bus, config, options);
    bus->own = calloc(1, bus->talk->size);
    if (bus->own == NULL)
        goto no_state;
    if (bus->talk->open != NULL)
        bus->talk->open(bus);
    bus->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bus->wake_fd < 0)
        goto no_event;
    if (!sim_line_open(&bus->line, config->port, why))
        goto no_line;
    if (!init_lock(&bus->lock))
        goto no_lock;
    if (pthread_create(&bus->thread, NULL, run, bus) == 0)
        return bus;
    pthread_mutex_destroy(&bus->lock);
no_lock:
    sim_line_close(&bus->line);
no_line:
    close(bus->wake_fd);
no_event:
    free(bus->own);
no_state:
    free(bus);
    return NULL;
}

void sim_bus_close(struct sim_bus *bus) {
    pthread_mutex_lock(&bus->lock);
    bus->is_stopping = true;
    pthread_mutex_unlock(&bus->lock);
    raise_event(bus->wake_fd);
    pthread_join(bus->thread, NULL);
    pthread_mutex_destroy(&bus->lock);
    sim_line_close(&bus->line);
    close(bus->wake_fd);
    free(bus->own);
    free(bus);
}

bool sim_bus_take_sight(struct sim_bus *bus, struct sim_sight *sight) {
    pthread_mutex_lock(&bus->lock);
    for (unsigned i = 0; i < bus->config.device_count; i++)
        sim_device_step(&bus->devices[i], sim_now_us());
    bool is_there = bus->sight_count > 0;
    if (is_there) {
        *sight = bus->sights[bus->sight_first];
        bus->sight_first = (bus->sight_first + 1) % SIM_SIGHTS_MAX;
        bus->sight_count--;
    }
    pthread_mutex_unlock(&bus->lock);
    return is_there;
}

void sim_bus_look(struct sim_bus *bus, unsigned device, struct sim_device *copy) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    sim_device_step(&bus->devices[device], sim_now_us());
    *copy = bus->devices[device];
    pthread_mutex_unlock(&bus->lock);
}

uint16_t sim_bus_press(struct sim_bus *bus, unsigned device, uint16_t code, uint16_t argument) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    struct sim_device *pressed = &bus->devices[device];
    uint16_t count = pressed->config.make == MAKE_REFERENCE
                         ? sim_device_press(pressed, code, argument)
                         : sim_foreign_press(pressed, code, sim_now_us());
    pthread_mutex_unlock(&bus->lock);
    raise_event(bus->wake_fd);
    return count;
}

void sim_bus_reboot(struct sim_bus *bus, unsigned device) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    sim_device_reboot(&bus->devices[device], sim_now_us());
    pthread_mutex_unlock(&bus->lock);
    raise_event(bus->wake_fd);
}

void sim_bus_set_dead(struct sim_bus *bus, unsigned device, bool is_dead) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    bus->devices[device].is_dead = is_dead;
    pthread_mutex_unlock(&bus->lock);
}

void sim_bus_set_status(struct sim_bus *bus, unsigned device, uint16_t status) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    bus->devices[device].status = status;
    pthread_mutex_unlock(&bus->lock);
}

void sim_bus_set_address(struct sim_bus *bus, unsigned device, uint8_t address) {
    assert(device < bus->config.device_count);
    pthread_mutex_lock(&bus->lock);
    bus->devices[device].config.address = address;
    pthread_mutex_unlock(&bus->lock);
}

void sim_bus_read_hazards(struct sim_bus *bus, struct sim_hazards *hazards) {
    pthread_mutex_lock(&bus->lock);
    *hazards = bus->wanted_hazards;
    pthread_mutex_unlock(&bus->lock);
}

void sim_bus_set_hazards(struct sim_bus *bus, const struct sim_hazards *hazards) {
    pthread_mutex_lock(&bus->lock);
    bus->wanted_hazards = *hazards;
    pthread_mutex_unlock(&bus->lock);
    raise_event(bus->wake_fd);
}

const struct sim_bus_config *sim_bus_config(const struct sim_bus *bus) {
    return &bus->config;
}

void sim_bus_set_faults(struct sim_bus *bus, const struct sim_faults *faults) {
    pthread_mutex_lock(&bus->lock);
    bus->faults = *faults;
    pthread_mutex_unlock(&bus->lock);
}

void sim_bus_set_plugged(struct sim_bus *bus, bool is_plugged) {
    pthread_mutex_lock(&bus->lock);
    bus->is_plugged = is_plugged;
    bus->replug_at_us = 0;
    pthread_mutex_unlock(&bus->lock);
    raise_event(bus->wake_fd);
}

void sim_bus_read_counts(struct sim_bus *bus, struct sim_bus_counts *counts) {
    pthread_mutex_lock(&bus->lock);
    *counts = bus->counts;
    pthread_mutex_unlock(&bus->lock);
}

bool sim_bus_knows(enum bus_protocol protocol) {
    return talk_of(protocol) != NULL;
}

static const struct sim_talk *talk_of(enum bus_protocol protocol) {
    static const struct sim_talk *const TALKS[] = {
        [PROTOCOL_MODBUS_RTU] = &SIM_MODBUS_TALK, [PROTOCOL_MODBUS_TCP] = &SIM_MBAP_TALK,
        [PROTOCOL_FF68] = &SIM_FF68_TALK,         [PROTOCOL_ONBON] = &SIM_ONBON_TALK,
        [PROTOCOL_ALPHA] = &SIM_ALPHA_TALK,       [PROTOCOL_ESCPOS] = &SIM_ESCPOS_TALK,
        [PROTOCOL_SYN6288] = &SIM_SPEECH_TALK,    [PROTOCOL_XFS5152] = &SIM_SPEECH_TALK,
    };
    return protocol < sizeof(TALKS) / sizeof(TALKS[0]) ? TALKS[protocol] : NULL;
}

static void init_bus(struct sim_bus *bus, const struct sim_bus_config *config,
                     const struct sim_bus_options *options) {
    bus->config = *config;
    bus->options = *options;
    bus->talk = talk_of(config->protocol);
    bus->faults = options->faults;
    bus->is_plugged = true;
    bus->wanted_hazards.line = (struct sim_uart){
        .baud = config->baud,
        .data_bits = (uint8_t)config->data_bits,
        .stop_bits = (uint8_t)config->stop_bits,
        .parity = 'N',
    };
    if (config->has_parity) {
        bus->wanted_hazards.line.parity = config->is_parity_odd ? 'O' : 'E';
    }
    bus->wanted_hazards.devices = bus->wanted_hazards.line;
    bus->wire.baud = config->baud;
    bus->wire.character_bits = 1 + config->data_bits + config->has_parity + config->stop_bits;
    uint64_t stream = 0;
    for (const char *letter = config->id; *letter != '\0'; letter++)
        stream = stream * 31 + (uint8_t)*letter;
    sim_rng_init(&bus->rng, options->seed, stream);
    for (unsigned i = 0; i < config->device_count; i++) {
        sim_device_init(&bus->devices[i], &config->devices[i], i, options->boots);
        bus->devices[i].saw = keep_sight;
        bus->devices[i].context = bus;
    }
}

/* Called by a device with the bus's lock held. */
static void keep_sight(void *context, const struct sim_sight *sight) {
    struct sim_bus *bus = context;
    if (bus->sight_count == SIM_SIGHTS_MAX) {
        bus->sight_first = (bus->sight_first + 1) % SIM_SIGHTS_MAX;
        bus->sight_count--;
        bus->counts.sights_dropped++;
    }
    bus->sights[(bus->sight_first + bus->sight_count) % SIM_SIGHTS_MAX] = *sight;
    bus->sight_count++;
    if (bus->options.wake_fd >= 0)
        raise_event(bus->options.wake_fd);
}

static void raise_event(int fd) {
    uint64_t one = 1;
    /* A full counter is raised already. */
    (void)!write(fd, &one, sizeof(one));
}

static void *run(void *context) {
    struct sim_bus *bus = context;
    /* The kernel's timer slack of 50 us would be half of the timing error. */
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    /* A real device has no other programs beside it. Where this is not allowed, its timing is a little worse. */
    const struct sched_param priority = { .sched_priority = 1 };
    (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    while (!is_stopping(bus)) {
        plug_as_wanted(bus);
        wait_for_work(bus);
        hear_line(bus);
        bus->talk->act(bus, sim_now_us());
        say_due(bus);
        make_noise(bus);
    }
    return NULL;
}

static bool is_stopping(struct sim_bus *bus) {
    pthread_mutex_lock(&bus->lock);
    bool result = bus->is_stopping;
    pthread_mutex_unlock(&bus->lock);
    return result;
}

static void plug_as_wanted(struct sim_bus *bus) {
    char why[SIM_WHY_SIZE];
    pthread_mutex_lock(&bus->lock);
    if (bus->replug_at_us != 0 && sim_now_us() >= bus->replug_at_us) {
        bus->replug_at_us = 0;
        bus->is_plugged = true;
    }
    bool is_wanted = bus->is_plugged, is_in = bus->line.is_open;
    bus->hazards = bus->wanted_hazards;
    pthread_mutex_unlock(&bus->lock);
    if (is_wanted && !is_in && sim_line_open(&bus->line, bus->config.port, why)) {
        /* Refused, it is tried again next time round. */
        pthread_mutex_lock(&bus->lock);
        bus->counts.plugs++;
        pthread_mutex_unlock(&bus->lock);
    }
    if (!is_wanted && is_in) {
        sim_line_close(&bus->line);
        memset(bus->sayings, 0, sizeof(bus->sayings));
        bus->talk->drop(bus);
    }
}

static void wait_for_work(struct sim_bus *bus) {
    int64_t now_us = sim_now_us();
    int64_t due_us = bus->talk->due_us(bus, now_us);
    for (unsigned i = 0; i < SIM_SAYINGS; i++)
        if (bus->sayings[i].due_us != 0 && bus->sayings[i].due_us < due_us)
            due_us = bus->sayings[i].due_us;
    if (bus->hazards.noise_a_s > 0 && bus->noise_us < due_us)
        due_us = bus->noise_us;
    int64_t left_us = due_us > now_us ? due_us - now_us : 0;
    if (bus->options.is_sharp)
        left_us = left_us > SHARP_US ? left_us - SHARP_US : 0;
    struct timespec patience = { .tv_sec = left_us / 1000000, .tv_nsec = left_us % 1000000 * 1000 };
    /* What hangs is not looked at: it would be readable all the time. */
    bool hangs = bus->hazards.is_hanging;
    struct pollfd fds[3] = { { .fd = bus->wake_fd, .events = POLLIN },
                             { .fd = hangs ? -1 : bus->line.master_fd, .events = POLLIN },
                             { .fd = bus->line.listen_fd, .events = POLLIN } };
    if (ppoll(fds, 3, &patience, NULL) > 0 && fds[0].revents != 0) {
        uint64_t ignored;
        (void)!read(bus->wake_fd, &ignored, sizeof(ignored));
    }
}

static void hear_line(struct sim_bus *bus) {
    uint8_t bytes[HEARD_MAX], heard[HEARD_MAX];
    bool was_hanging = bus->hazards.is_hanging;
    if (sim_line_accept(&bus->line)) {
        /* A stuck server is stuck with its client: the next one is served. */
        pthread_mutex_lock(&bus->lock);
        bus->hazards.is_hanging = bus->wanted_hazards.is_hanging = false;
        pthread_mutex_unlock(&bus->lock);
        memset(bus->sayings, 0, sizeof(bus->sayings));
        bus->talk->drop(bus);
    } else if (was_hanging)
        return;
    size_t length = sim_line_read(&bus->line, bytes, sizeof(bytes));
    if (length == 0)
        return;
    if (bus->hazards.has_echo)
        (void)sim_line_write(&bus->line, bytes, length);
    size_t count = sim_hazard_hear(&bus->hazards, bytes, length, heard, sizeof(heard));
    if (count > 0)
        bus->talk->hear(bus, heard, count, sim_now_us());
}

static void make_noise(struct sim_bus *bus) {
    uint8_t bytes[SIM_NOISE_PIECE];
    int64_t now_us = sim_now_us(), pause_us = 0;
    if (bus->hazards.noise_a_s == 0 || now_us < bus->noise_us)
        return;
    size_t length = sim_hazard_noise(&bus->hazards, &bus->rng, bytes, &pause_us);
    bus->noise_us = now_us + pause_us;
    bool is_heard = sim_line_write(&bus->line, bytes, length);
    pthread_mutex_lock(&bus->lock);
    bus->counts.noise += is_heard ? length : 0;
    pthread_mutex_unlock(&bus->lock);
}

static void say_due(struct sim_bus *bus) {
    for (unsigned i = 0; i < SIM_SAYINGS; i++) {
        struct sim_saying *saying = &bus->sayings[i];
        int64_t now_us = sim_now_us();
        if (saying->due_us == 0 || now_us < saying->due_us)
            continue;
        bool is_sent = sim_talk_send(bus, saying->bytes, saying->length);
        pthread_mutex_lock(&bus->lock);
        bus->counts.answers += is_sent;
        sim_talk_count_error(bus, now_us - saying->due_us);
        pthread_mutex_unlock(&bus->lock);
        saying->due_us = 0;
    }
}

int64_t sim_talk_span_us(const struct sim_bus *bus, size_t characters) {
    return bus->options.is_instant ? 0 : sim_wire_span_us(&bus->wire, characters);
}

struct sim_device *sim_talk_device(struct sim_bus *bus, uint8_t address) {
    for (unsigned i = 0; i < bus->config.device_count; i++)
        if (bus->devices[i].config.address == address && !bus->devices[i].is_dead)
            return &bus->devices[i];
    return NULL;
}

struct sim_device *sim_talk_beside(struct sim_bus *bus, const struct sim_device *device) {
    for (unsigned i = 0; i < bus->config.device_count; i++) {
        struct sim_device *other = &bus->devices[i];
        if (other != device && !other->is_dead && other->config.address == device->config.address)
            return other;
    }
    return NULL;
}

int64_t sim_talk_lag_us(struct sim_bus *bus) {
    bool is_there = sim_line_is_network(bus->config.port) && !bus->options.is_instant;
    return is_there ? sim_rng_between(&bus->rng, PACKING_LOW_US, PACKING_HIGH_US) : 0;
}

void sim_talk_unplug(struct sim_bus *bus, int64_t now_us) {
    bus->is_plugged = false;
    bus->replug_at_us = now_us + 1000 * sim_rng_between(&bus->rng, UNPLUG_LOW_MS, UNPLUG_HIGH_MS);
}

/* A terminal that nobody reads is full at last; then the bytes are lost, as on a wire without listener. */
bool sim_talk_send(struct sim_bus *bus, const uint8_t *bytes, size_t length) {
    uint8_t said[SIM_SAYING_MAX];
    size_t count = sim_hazard_say(&bus->hazards, bytes, length, said, sizeof(said));
    return count > 0 && sim_line_write(&bus->line, said, count);
}

void sim_talk_say(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t due_us) {
    assert(length <= SIM_SAYING_MAX && due_us > 0);
    struct sim_saying *saying = &bus->sayings[0];
    for (unsigned i = 0; i < SIM_SAYINGS && saying->due_us != 0; i++)
        if (bus->sayings[i].due_us < saying->due_us)
            saying = &bus->sayings[i];
    saying->due_us = due_us;
    saying->length = length;
    memcpy(saying->bytes, bytes, length);
}

void sim_talk_count_error(struct sim_bus *bus, int64_t error_us) {
    int64_t bucket = error_us / SIM_ERROR_STEP_US;
    bus->counts.error[bucket < SIM_ERROR_BUCKETS ? bucket : SIM_ERROR_BUCKETS - 1]++;
}

/* Who holds the lock is lifted to the wire's priority, else a busy machine would hold up an answer by milliseconds. */
static bool init_lock(pthread_mutex_t *lock) {
    pthread_mutexattr_t attributes;
    if (pthread_mutexattr_init(&attributes) != 0)
        return false;
    bool is_made = pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT) == 0 &&
                   pthread_mutex_init(lock, &attributes) == 0;
    pthread_mutexattr_destroy(&attributes);
    return is_made;
}
