/*
 * Modbus TCP: the devices as units behind one connection. A frame is that of the serial line without its CRC, behind a
 * header that names the transaction (Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3). Nobody behind the
 * unit id: the gateway stays silent. What the network guards against (flipped bits, echo, noise) does not happen here.
 */
#include <string.h>

#include "devices/sim/frame.h"
#include "devices/sim/talk.h"

enum {
    HEADER = 6, /* transaction, protocol, length; the length counts from the unit on */
    SHORTEST = 4,
    LONGEST = SIM_FRAME_MAX - 2,
    CRC = 2
};

struct units {
    size_t length;
    uint8_t heard[2 * SIM_SAYING_MAX];
};

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us);
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us);
static void do_nothing(struct sim_bus *bus, int64_t now_us);
static void drop(struct sim_bus *bus);
static void obey(struct sim_bus *bus, const uint8_t *header, size_t length, int64_t now_us);
static enum sim_fault carry_out(struct sim_bus *bus, const struct sim_frame *request,
                                struct sim_frame *answer, int64_t now_us);
static bool is_of_network(enum sim_fault fault);

const struct sim_talk SIM_MBAP_TALK = { .size = sizeof(struct units),
                                        .due_us = next_due_us,
                                        .hear = take_bytes,
                                        .act = do_nothing,
                                        .drop = drop };

static int64_t next_due_us(const struct sim_bus *bus, int64_t now_us) {
    (void)bus;
    return now_us + SIM_IDLE_US;
}

static void do_nothing(struct sim_bus *bus, int64_t now_us) {
    (void)bus;
    (void)now_us;
}

static void drop(struct sim_bus *bus) {
    struct units *units = bus->own;
    units->length = 0;
}

/* A stream: frames may come in pieces, and several at once. */
static void take_bytes(struct sim_bus *bus, const uint8_t *bytes, size_t length, int64_t now_us) {
    struct units *units = bus->own;
    size_t room = sizeof(units->heard) - units->length;
    memcpy(units->heard + units->length, bytes, length < room ? length : room);
    units->length += length < room ? length : room;
    while (units->length >= HEADER) {
        size_t stated = (size_t)units->heard[4] << 8 | units->heard[5];
        bool is_good =
            units->heard[2] == 0 && units->heard[3] == 0 && stated >= 2 && stated <= LONGEST;
        if (!is_good) {
            pthread_mutex_lock(&bus->lock);
            bus->counts.bad_crc++;
            bus->counts.stray += units->length;
            pthread_mutex_unlock(&bus->lock);
            units->length = 0;
            return;
        }
        if (units->length < HEADER + stated)
            return;
        obey(bus, units->heard, HEADER + stated, now_us);
        units->length -= HEADER + stated;
        memmove(units->heard, units->heard + HEADER + stated, units->length);
    }
}

static void obey(struct sim_bus *bus, const uint8_t *header, size_t length, int64_t now_us) {
    struct sim_frame request = { .length = 0 }, answer = { .length = 0 };
    uint8_t saying[SIM_SAYING_MAX];
    memcpy(request.bytes, header + HEADER, length - HEADER);
    sim_frame_seal(&request, length - HEADER);
    pthread_mutex_lock(&bus->lock);
    bus->counts.requests++;
    enum sim_fault fault = carry_out(bus, &request, &answer, now_us);
    int64_t late_us = fault == FAULT_LATE ? (int64_t)bus->faults.late_ms * 1000 : 0;
    pthread_mutex_unlock(&bus->lock);
    if (answer.length < SHORTEST)
        return;
    size_t size = answer.length - CRC;
    memcpy(saying, header, HEADER);
    saying[4] = (uint8_t)(size >> 8);
    saying[5] = (uint8_t)size;
    memcpy(saying + HEADER, answer.bytes, size);
    int64_t thought_us = bus->options.is_instant ? 0 : bus->options.answer_us;
    sim_talk_say(bus, saying, HEADER + size, now_us + thought_us + late_us);
}

/* With the bus's lock. */
static enum sim_fault carry_out(struct sim_bus *bus, const struct sim_frame *request,
                                struct sim_frame *answer, int64_t now_us) {
    struct sim_device *device = sim_talk_device(bus, request->bytes[0]);
    if (device == NULL) {
        bus->counts.unanswered++;
        return FAULT_NONE;
    }
    enum sim_fault fault = sim_fault_pick(sim_faults_draw(&bus->faults, &bus->rng), &bus->rng);
    fault = is_of_network(fault) ? fault : FAULT_NONE;
    bus->counts.faults[fault]++;
    sim_device_step(device, now_us);
    if (fault == FAULT_REBOOT)
        sim_device_reboot(device, now_us);
    if (fault == FAULT_UNPLUG)
        sim_talk_unplug(bus, now_us);
    bool is_lost = fault == FAULT_LOST && sim_rng_below(&bus->rng, 2) == 0;
    if (fault == FAULT_REBOOT || fault == FAULT_UNPLUG || is_lost)
        return fault;
    sim_frame_answer(device, request, now_us, answer);
    bus->counts.exceptions += sim_frame_is_exception(answer);
    if (fault == FAULT_LOST)
        answer->length = 0;
    else
        sim_fault_spoil(fault, &bus->rng, request, answer);
    return fault;
}

static bool is_of_network(enum sim_fault fault) {
    return fault != FAULT_FLIP && fault != FAULT_TRUNCATE && fault != FAULT_NOISE &&
           fault != FAULT_ECHO;
}
