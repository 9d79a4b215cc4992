#include <stdio.h>
#include <string.h>

#include "tests/devices/slave_private.h"

void slave_add(struct line_slaves *slaves, uint8_t address, uint16_t kind) {
    pthread_mutex_lock(&slaves->mutex);
    struct slave *slave = &slaves->slaves[address];
    *slave = (struct slave){ .is_there = true };
    slave->input[0] = kind;
    slave->input[1] = 1;
    slave->input[2] = 0x0102;
    slave->input[3] = 0x00AB;
    slave->input[4] = address;
    slave->input[5] = 1;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_fault(struct line_slaves *slaves, uint8_t address, enum fault fault, uint8_t function,
                 unsigned count, unsigned value) {
    pthread_mutex_lock(&slaves->mutex);
    struct slave *slave = &slaves->slaves[address];
    slave->fault = fault;
    slave->fault_function = function;
    slave->fault_count = count;
    slave->fault_value = value;
    slave->fault_skip = 0;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_fault_after(struct line_slaves *slaves, uint8_t address, unsigned skip) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->slaves[address].fault_skip = skip;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_press(struct line_slaves *slaves, uint8_t address, uint16_t code, uint16_t argument) {
    pthread_mutex_lock(&slaves->mutex);
    uint16_t *input = slaves->slaves[address].input;
    memmove(input + 12, input + 10, 14 * sizeof *input);
    input[10] = code;
    input[11] = argument;
    input[7]++;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_reboot(struct line_slaves *slaves, uint8_t address) {
    pthread_mutex_lock(&slaves->mutex);
    struct slave *slave = &slaves->slaves[address];
    slave->input[5]++;
    memset(slave->input + 6, 0, 20 * sizeof *slave->input);
    memset(slave->holding, 0, sizeof slave->holding);
    slave->last_job = 0;
    pthread_mutex_unlock(&slaves->mutex);
}

uint16_t slave_holding(struct line_slaves *slaves, uint8_t address, uint16_t at) {
    pthread_mutex_lock(&slaves->mutex);
    uint16_t value = slaves->slaves[address].holding[at];
    pthread_mutex_unlock(&slaves->mutex);
    return value;
}

uint16_t slave_input(struct line_slaves *slaves, uint8_t address, uint16_t at) {
    pthread_mutex_lock(&slaves->mutex);
    uint16_t value = slaves->slaves[address].input[at];
    pthread_mutex_unlock(&slaves->mutex);
    return value;
}

void slave_set_input(struct line_slaves *slaves, uint8_t address, uint16_t at, uint16_t value) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->slaves[address].input[at] = value;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_set_holding(struct line_slaves *slaves, uint8_t address, uint16_t at, uint16_t value) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->slaves[address].holding[at] = value;
    pthread_mutex_unlock(&slaves->mutex);
}

void slave_hold_paper(struct line_slaves *slaves, uint8_t address, bool is_held, uint16_t result) {
    pthread_mutex_lock(&slaves->mutex);
    struct slave *slave = &slaves->slaves[address];
    slave->is_held = is_held;
    if (!is_held && slave->last_job != 0) {
        slave->input[8] = slave->last_job;
        slave->input[9] = result;
    }
    pthread_mutex_unlock(&slaves->mutex);
}

unsigned slave_printed(struct line_slaves *slaves, uint8_t address, uint16_t job) {
    unsigned count = 0;
    pthread_mutex_lock(&slaves->mutex);
    const struct slave *slave = &slaves->slaves[address];
    for (unsigned i = 0; i < slave->job_count; i++) {
        count += slave->jobs[i] == job ? 1 : 0;
    }
    pthread_mutex_unlock(&slaves->mutex);
    return count;
}

unsigned slave_requests(struct line_slaves *slaves, uint8_t address) {
    pthread_mutex_lock(&slaves->mutex);
    unsigned count = slaves->slaves[address].requests;
    pthread_mutex_unlock(&slaves->mutex);
    return count;
}

void slaves_echo(struct line_slaves *slaves, unsigned piece) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->echo = piece;
    pthread_mutex_unlock(&slaves->mutex);
}

void slaves_storm(struct line_slaves *slaves, struct storm storm) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->storm = storm;
    pthread_mutex_unlock(&slaves->mutex);
}

void slaves_pace(struct line_slaves *slaves, unsigned baud) {
    pthread_mutex_lock(&slaves->mutex);
    slaves->baud = baud;
    pthread_mutex_unlock(&slaves->mutex);
}

unsigned slaves_transcript(struct line_slaves *slaves, char *out, size_t size) {
    size_t used = 0;
    pthread_mutex_lock(&slaves->mutex);
    unsigned count = slaves->line_count;
    for (unsigned i = 0; i < count && used < size; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s\n", slaves->lines[i]);
    }
    pthread_mutex_unlock(&slaves->mutex);
    return count;
}

int64_t slaves_shortest_silence(struct line_slaves *slaves) {
    pthread_mutex_lock(&slaves->mutex);
    int64_t shortest_us = slaves->shortest_us;
    pthread_mutex_unlock(&slaves->mutex);
    return shortest_us;
}
