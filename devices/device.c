#include "devices/device.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "devices/reading.h"

static void device_keep(struct device *device, const struct device_report *report);

void device_init(struct device *device, const struct device_config *config,
                 struct schedule_item *item) {
    *device = (struct device){ .config = config, .item = item, .is_away = true };
    device->reading = reading_of(config->profile);
    device->writer.read_max = config->profile->read_max;
    device->writer.is_never_read = config->profile->vendor.is_never_read_back;
    *item = (struct schedule_item){ .role = config->role };
}

void device_report(struct device *device, struct device_report *report, int64_t now_us) {
    snprintf(report->bus, sizeof report->bus, "%s", device->bus_id);
    snprintf(report->device, sizeof report->device, "%s", device->config->id);
    report->role = device->config->role;
    if (report->part == ROLE_NONE) {
        report->part = device->config->role;
    }
    report->mono_us = now_us;
    report->epoch = device->epoch;
    report->serial = device->serial;
    report->boots = device->boots;
    report->firmware = device->firmware;
    report->done_job = device->done;
    device_keep(device, report);
    device->callbacks->report(device->callbacks->context, report);
}

const char *device_what(const struct device *device) {
    /* One that answers but is not taken for the config's is away, too; why stands in its fault. */
    bool is_strange = device->is_alien || device->is_refusing;
    if (device->is_away && (!is_strange || device->item->misses >= OFFLINE_MISSES)) {
        return device->lost;
    }
    return device->fault[0] != '\0' ? device->fault : device->unable;
}

void device_log(const struct device *device, int level, const char *format, ...) {
    char what[WHAT_SIZE];
    char text[2 * WHAT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "bus %s: %s: %s", device->bus_id, device->config->id, what);
    device->callbacks->log(device->callbacks->context, level, text);
}

static void device_keep(struct device *device, const struct device_report *report) {
    char *kept = NULL;
    if (report->kind == REPORT_OFFLINE) {
        kept = device->lost;
    } else if (report->kind == REPORT_FAULTED || report->kind == REPORT_RECOVERED) {
        kept = device->fault;
    } else if (report->kind == REPORT_ABLE) {
        kept = device->unable;
    }
    if (kept != NULL) {
        memcpy(kept, report->what, WHAT_SIZE);
    }
}
