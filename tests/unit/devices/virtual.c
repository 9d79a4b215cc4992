#include "tests/unit/devices/virtual.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BEGIN_US = 1000000000, KEY_CODE = 1 /* NEXT, grade 1 */, TICKET_CODE = 257 };

static void take_report(void *context, const struct device_report *report);
static void take_log(void *context, int level, const char *text);
static bool is_settled(const struct virtual *bus);
static void take_mail(struct virtual *bus);
static void press_due(struct virtual_slave *slave, enum role role, int64_t now_us);
static bool is_heard(struct virtual *bus, const struct virtual_slave *slave);
static void exchange(struct virtual *bus, const struct rtu_request *request, int64_t answer_us,
                     struct rtu_result *result);
static void obey(struct virtual *bus, unsigned place, const struct rtu_request *request,
                 uint16_t *values);
static void show_done(struct virtual_slave *slave, enum role role,
                      const struct rtu_request *request);
static void note(struct virtual *bus, const struct virtual_exchange *seen);
static void hear(struct virtual *bus, const struct virtual_exchange *seen,
                 const struct rtu_request *request, const struct rtu_result *result);

struct virtual *virtual_open(uint32_t baud) {
    struct virtual *bus = calloc(1, sizeof *bus);
    struct line_settings settings = { .baud = baud, .data_bits = 8, .stop_bits = 1, .parity = 'N' };
    line_init(&bus->line, &settings, -1);
    bus->callbacks = (struct bus_callbacks){ take_report, take_log, bus };
    bus->now_us = BEGIN_US;
    bus->seed = 1;
    return bus;
}

void virtual_close(struct virtual *bus) {
    free(bus);
}

unsigned virtual_add(struct virtual *bus, enum role role) {
    unsigned place = bus->schedule.count++;
    struct device_config *config = &bus->configs[place];
    assert(place < BUS_DEVICES_MAX);
    config->role = role;
    config->address = (uint8_t)(place + 1);
    config->profile = profile_reference();
    device_init(&bus->devices[place], config, &bus->schedule.items[place]);
    bus->devices[place].bus_id = "floor";
    bus->devices[place].callbacks = &bus->callbacks;
    bus->slaves[place].input[INPUT_KIND] = (uint16_t)role;
    bus->slaves[place].input[INPUT_MAP] = 1;
    bus->slaves[place].image.role = role;
    /* The report names its device by this: its place. */
    config->id[0] = (char)(place + 1);
    return place;
}

void virtual_start(struct virtual *bus) {
    schedule_reset(&bus->schedule, bus->now_us);
    bus->line.quiet_us = bus->now_us;
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        virtual_show(bus, i, &bus->slaves[i].image, bus->now_us);
    }
    while (!is_settled(bus)) {
        virtual_step(bus);
    }
}

struct virtual_exchange virtual_step(struct virtual *bus) {
    struct rtu_request request;
    struct rtu_result result = { .outcome = RTU_NO_ANSWER };
    int64_t ready_us = bus->line.quiet_us + bus->line.silence_us;
    bus->now_us = bus->now_us < ready_us ? ready_us : bus->now_us;
    take_mail(bus);
    struct virtual_exchange seen = { .began_us = bus->now_us };
    struct choice choice = schedule_next(&bus->schedule, bus->now_us);
    seen.device = choice.device;
    seen.ask = choice.ask;
    if (choice.ask == ASK_NOTHING) {
        assert(choice.wake_us > bus->now_us);
        bus->now_us = seen.done_us = choice.wake_us;
        return seen;
    }
    struct device *device = &bus->devices[choice.device];
    if (!device_ask(device, choice.ask, bus->now_us, &request)) {
        seen.ask = ASK_NOTHING;
        seen.done_us = bus->now_us;
        return seen;
    }
    int64_t full_us = (int64_t)device->config->profile->answer_ms * 1000;
    exchange(bus, &request, schedule_answer_us(device->item, full_us), &result);
    seen.done_us = result.done_us;
    seen.is_answered = result.outcome == RTU_ANSWER;
    note(bus, &seen);
    hear(bus, &seen, &request, &result);
    return seen;
}

void virtual_run(struct virtual *bus, int64_t span_us) {
    int64_t end_us = bus->now_us + span_us;
    while (bus->now_us < end_us) {
        virtual_step(bus);
    }
}

void virtual_press(struct virtual *bus, unsigned device, int64_t at_us) {
    struct virtual_slave *slave = &bus->slaves[device];
    assert(!slave->has_press);
    slave->has_press = true;
    slave->press_us = at_us;
}

void virtual_show(struct virtual *bus, unsigned device, const struct image *image, int64_t at_us) {
    struct virtual_slave *slave = &bus->slaves[device];
    enum image_rank rank = image->rank;
    rank = slave->has_mail && slave->image.rank < rank ? slave->image.rank : rank;
    slave->image = *image;
    slave->image.rank = rank;
    slave->mail_us = slave->has_mail && slave->mail_us < at_us ? slave->mail_us : at_us;
    slave->has_mail = true;
}

unsigned virtual_draw(struct virtual *bus, unsigned most) {
    bus->seed = bus->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((bus->seed >> 33) % most);
}

int64_t virtual_exchange_us(const struct virtual *bus, const struct rtu_request *request) {
    return line_wire_us(&bus->line, frame_request_length(request)) + VIRTUAL_THOUGHT_US +
           line_wire_us(&bus->line, frame_answer_length(request));
}

int64_t virtual_pulse_us(const struct virtual *bus) {
    struct span span = profile_pulse(profile_reference());
    struct rtu_request pulse = { .function = READ_INPUT, .count = span.count };
    return virtual_exchange_us(bus, &pulse) + bus->line.silence_us;
}

int64_t virtual_round_us(const struct virtual *bus) {
    int64_t round_us = 0;
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        round_us += bus->slaves[i].is_dead ? 0 : virtual_pulse_us(bus);
    }
    return round_us;
}

int64_t virtual_ideal_us(const struct virtual *bus, double share) {
    struct span span = profile_pulse(profile_reference());
    struct rtu_request pulse = { .function = READ_INPUT, .count = span.count };
    struct rtu_request ring = { .function = READ_INPUT,
                                .count = (uint16_t)(INPUT_COUNT - span.address) };
    int64_t rest_us = line_wire_us(&bus->line, frame_answer_length(&pulse)) + bus->line.silence_us +
                      virtual_exchange_us(bus, &ring);
    return (int64_t)(share * (double)virtual_round_us(bus)) + rest_us;
}

static void take_report(void *context, const struct device_report *report) {
    struct virtual *bus = context;
    unsigned place = (unsigned)report->device[0] - 1;
    if (report->kind != REPORT_KEY) {
        return;
    }
    if (bus->pressed != NULL) {
        bus->pressed(bus->context, place, report->mono_us);
    }
    struct image image = bus->slaves[place].image;
    image.rank = RANK_CALL;
    image.terminal.answer =
        (struct key_answer){ .epoch = report->epoch, .count = report->count, .answer = 1 };
    virtual_show(bus, place, &image, report->mono_us + VIRTUAL_COMMIT_US);
}

static void take_log(void *context, int level, const char *text) {
    (void)context;
    (void)level;
    (void)text;
}

static bool is_settled(const struct virtual *bus) {
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        const struct schedule_item *item = &bus->schedule.items[i];
        bool is_dead = bus->slaves[i].is_dead;
        bool is_well =
            is_dead ? item->misses > OFFLINE_MISSES : item->life == LIFE_ALIVE && !item->has_image;
        if (!is_well || (!is_dead && bus->slaves[i].has_mail)) {
            return false;
        }
    }
    return true;
}

static void take_mail(struct virtual *bus) {
    for (unsigned i = 0; i < bus->schedule.count; i++) {
        struct virtual_slave *slave = &bus->slaves[i];
        if (slave->has_mail && slave->mail_us <= bus->now_us) {
            slave->has_mail = false;
            device_show(&bus->devices[i], &slave->image, bus->now_us);
        }
    }
}

static void press_due(struct virtual_slave *slave, enum role role, int64_t now_us) {
    if (!slave->has_press || slave->press_us > now_us) {
        return;
    }
    uint16_t *ring = slave->input + INPUT_RING;
    memmove(ring + 2, ring, (RING_REGISTERS - 2) * sizeof *ring);
    ring[0] = role == ROLE_DISPENSER ? TICKET_CODE : KEY_CODE;
    ring[1] = 0;
    slave->input[INPUT_KEY_EVENTS]++;
    slave->has_press = false;
}

static bool is_heard(struct virtual *bus, const struct virtual_slave *slave) {
    return !slave->is_dead && (slave->loss == 0 || virtual_draw(bus, 1000) >= slave->loss);
}

static void exchange(struct virtual *bus, const struct rtu_request *request, int64_t answer_us,
                     struct rtu_result *result) {
    unsigned place = request->slave - 1U;
    struct virtual_slave *slave = &bus->slaves[place];
    int64_t there_us = bus->now_us + line_wire_us(&bus->line, frame_request_length(request));
    int64_t back_us = line_wire_us(&bus->line, frame_answer_length(request));
    result->sent_us = bus->now_us;
    bus->line.quiet_us = there_us;
    if (is_heard(bus, slave)) {
        press_due(slave, bus->configs[place].role, there_us + VIRTUAL_THOUGHT_US);
        obey(bus, place, request, result->values);
        slave->shown_us = request->function == WRITE_HOLDING ? there_us : slave->shown_us;
        result->outcome = RTU_ANSWER;
        result->done_us = there_us + VIRTUAL_THOUGHT_US + back_us;
        result->waited_us = VIRTUAL_THOUGHT_US;
        bus->line.quiet_us = result->done_us;
    } else {
        result->done_us = there_us + back_us + answer_us;
        result->waited_us = answer_us;
    }
    bus->now_us = result->done_us;
}

static void obey(struct virtual *bus, unsigned place, const struct rtu_request *request,
                 uint16_t *values) {
    struct virtual_slave *slave = &bus->slaves[place];
    size_t size = request->count * sizeof *values;
    if (request->function == READ_INPUT) {
        assert(request->address + request->count <= INPUT_COUNT);
        memcpy(values, slave->input + request->address, size);
        return;
    }
    assert(request->address + request->count <= VIRTUAL_HOLDING);
    if (request->function == READ_HOLDING) {
        memcpy(values, slave->holding + request->address, size);
        return;
    }
    memcpy(slave->holding + request->address, request->values, size);
    show_done(slave, bus->configs[place].role, request);
}

/* What `done` says: see "The reference register map". Paper comes out at once here. */
static void show_done(struct virtual_slave *slave, enum role role,
                      const struct rtu_request *request) {
    static const uint16_t told_by[] = { [ROLE_DISPENSER] = DISPENSER_JOB,
                                        [ROLE_TERMINAL] = TERMINAL_BASE + TERMINAL_ANSWERED,
                                        [ROLE_KEYPAD] = KEYPAD_BASE + KEYPAD_SESSION,
                                        [ROLE_BOARD] = BOARD_BASE + BOARD_REVISION,
                                        [ROLE_UNIT] = UNIT_BOARD + BOARD_REVISION };
    uint16_t address = told_by[role];
    if (address >= request->address && address < request->address + request->count) {
        slave->input[INPUT_DONE] = slave->holding[address];
    }
}

static void note(struct virtual *bus, const struct virtual_exchange *seen) {
    struct virtual_slave *slave = &bus->slaves[seen->device];
    if (seen->ask == ASK_IMAGE) {
        slave->writes++;
        return;
    }
    int64_t pause_us = slave->asked_us == 0 ? 0 : seen->began_us - slave->asked_us;
    slave->paused_us = pause_us > slave->paused_us ? pause_us : slave->paused_us;
    slave->asked_us = seen->began_us;
    slave->readings++;
}

static void hear(struct virtual *bus, const struct virtual_exchange *seen,
                 const struct rtu_request *request, const struct rtu_result *result) {
    struct device *device = &bus->devices[seen->device];
    device_hear(device, seen->ask, request, result);
    if (seen->ask == ASK_PROBE) {
        schedule_spend(&bus->schedule, seen->done_us - seen->began_us);
    } else if (seen->ask == ASK_PULSE && seen->is_answered) {
        schedule_learn(&bus->schedule, seen->device,
                       seen->done_us - seen->began_us + bus->line.silence_us);
    }
}
