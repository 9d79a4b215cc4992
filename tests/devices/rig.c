#include "tests/devices/rig.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AWAIT_MS = 5000, LOOK_MS = 2 };

static bool rig_find(struct rig *rig, enum report_kind kind, unsigned n, struct device_report *out);
static void rig_report(void *context, const struct device_report *report);
static void rig_log(void *context, int level, const char *text);

struct rig *rig_open(void) {
    struct rig *rig = calloc(1, sizeof *rig);
    pthread_mutex_init(&rig->mutex, NULL);
    rig->slaves = slaves_open();
    struct bus_config *config = &rig->config;
    snprintf(config->id, sizeof config->id, "floor");
    config->protocol = PROTOCOL_MODBUS_RTU;
    snprintf(config->line.port, sizeof config->line.port, "%s", slaves_path(rig->slaves));
    config->line.baud = 115200;
    config->line.data_bits = 8;
    config->line.stop_bits = 1;
    config->line.parity = 'N';
    return rig;
}

void rig_be_patient(struct rig *rig, unsigned answer_ms) {
    static char text[16384], changed[16384 + 16];
    static const char key[] = "\"answer_ms\": 60";
    FILE *file = fopen("etc/profiles/hallq-1.jsonc", "r");
    size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    const char *at = strstr(text, key);
    assert(file != NULL && at != NULL);
    fclose(file);
    int size = snprintf(changed, sizeof changed, "%.*s\"answer_ms\": %u%s", (int)(at - text), text,
                        answer_ms, at + sizeof key - 1);
    struct json_doc *doc = json_open("hallq-1.jsonc", changed, (size_t)size);
    rig->profile = profile_read(doc);
    assert(rig->profile != NULL);
    json_close(doc);
}

void rig_use(struct rig *rig, const char *profile) {
    struct json_doc *doc = json_open("test.jsonc", profile, strlen(profile));
    rig->profile = profile_read(doc);
    assert(rig->profile != NULL);
    json_close(doc);
}

void rig_add(struct rig *rig, const char *id, enum role role, uint8_t address) {
    unsigned place = rig->config.device_count++;
    struct device_config *device = &rig->config.devices[place];
    snprintf(device->id, sizeof device->id, "%s", id);
    device->role = role;
    device->address = address;
    device->profile = rig->profile == NULL ? profile_reference() : rig->profile;
    rig->images[place].role = role;
    slave_add(rig->slaves, address, (uint16_t)role);
}

void rig_start(struct rig *rig) {
    struct bus_callbacks callbacks = { rig_report, rig_log, rig };
    /* The first report may come before bus_open returns; it waits until rig->bus stands. */
    pthread_mutex_lock(&rig->mutex);
    rig->bus = bus_open(&rig->config, &callbacks);
    pthread_mutex_unlock(&rig->mutex);
}

void rig_close(struct rig *rig) {
    bus_close(rig->bus);
    slaves_close(rig->slaves);
    profile_close(rig->profile);
    free(rig);
}

bool rig_await(struct rig *rig, enum report_kind kind, unsigned n, struct device_report *out) {
    bool is_found = false;
    for (unsigned waited = 0; waited < AWAIT_MS && !is_found; waited += LOOK_MS) {
        is_found = rig_find(rig, kind, n, out);
        if (!is_found) {
            rig_sleep(LOOK_MS);
        }
    }
    return is_found;
}

static bool rig_find(struct rig *rig, enum report_kind kind, unsigned n,
                     struct device_report *out) {
    struct device_report found;
    unsigned count = 0;
    pthread_mutex_lock(&rig->mutex);
    for (unsigned i = 0; i < rig->report_count && count < n; i++) {
        if (rig->reports[i].kind == kind) {
            found = rig->reports[i];
            count++;
        }
    }
    pthread_mutex_unlock(&rig->mutex);
    if (count == n && out != NULL) {
        *out = found;
    }
    return count == n;
}

unsigned rig_count(struct rig *rig, enum report_kind kind) {
    unsigned found = 0;
    pthread_mutex_lock(&rig->mutex);
    for (unsigned i = 0; i < rig->report_count; i++) {
        found += rig->reports[i].kind == kind ? 1 : 0;
    }
    pthread_mutex_unlock(&rig->mutex);
    return found;
}

void rig_show(struct rig *rig, unsigned device) {
    bus_show(rig->bus, device, &rig->images[device]);
}

void rig_sleep(unsigned ms) {
    struct timespec pause = { ms / 1000, (long)(ms % 1000) * 1000000 };
    nanosleep(&pause, NULL);
}

bool rig_await_holding(struct rig *rig, uint8_t address, uint16_t at, uint16_t value) {
    for (unsigned waited = 0; waited < AWAIT_MS; waited += LOOK_MS) {
        if (slave_holding(rig->slaves, address, at) == value) {
            return true;
        }
        rig_sleep(LOOK_MS);
    }
    return false;
}

struct device_stats rig_stats(struct rig *rig, unsigned device) {
    struct bus_stats stats;
    bus_read_stats(rig->bus, &stats);
    return stats.devices[device];
}

static void rig_report(void *context, const struct device_report *report) {
    struct rig *rig = context;
    pthread_mutex_lock(&rig->mutex);
    if (rig->report_count < REPORTS_MAX) {
        rig->reports[rig->report_count++] = *report;
    }
    pthread_mutex_unlock(&rig->mutex);
    if (rig->react != NULL) {
        rig->react(rig, report);
    }
}

static void rig_log(void *context, int level, const char *text) {
    struct rig *rig = context;
    (void)level;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the tests sets the environment. */
    if (getenv("HALLQ_TEST_LOG") != NULL) {
        fprintf(stderr, "%s\n", text);
    }
    pthread_mutex_lock(&rig->mutex);
    snprintf(rig->log, sizeof rig->log, "%s", text);
    pthread_mutex_unlock(&rig->mutex);
}
