#include "controller/retries.h"

#include <string.h>

/* What a report is about: of two about the same the newer one is enough. */
enum aspect { ASPECT_PRINT, ASPECT_PRESENCE, ASPECT_FAULT, ASPECT_KEYS, ASPECT_BUS, ASPECT_OTHER };

static bool make_room(struct retries *retries, const struct device_report *report);
static bool is_outdated(const struct retries *retries, unsigned place,
                        const struct device_report *newest);
static bool stands_for(const struct device_report *newer, const struct device_report *older);
static enum aspect aspect_of(const struct device_report *report);

bool retries_is_print(const struct device_report *report) {
    return aspect_of(report) == ASPECT_PRINT;
}

void retries_keep(struct retries *retries, const struct device_report *report) {
    if (retries->count < RETRIES_MAX || make_room(retries, report)) {
        retries->reports[retries->count++] = *report;
    }
}

void retries_remove(struct retries *retries, unsigned place) {
    retries->count--;
    memmove(&retries->reports[place], &retries->reports[place + 1],
            (retries->count - place) * sizeof retries->reports[0]);
}

/* First what is outdated, then the oldest that is no printer's. False: only printers' are kept, and this is none. */
static bool make_room(struct retries *retries, const struct device_report *report) {
    for (unsigned i = 0; i < retries->count; i++) {
        if (is_outdated(retries, i, report)) {
            retries_remove(retries, i);
            return true;
        }
    }
    retries->dropped++;
    for (unsigned i = 0; i < retries->count; i++) {
        if (!retries_is_print(&retries->reports[i])) {
            retries_remove(retries, i);
            return true;
        }
    }
    if (!retries_is_print(report)) {
        return false;
    }
    retries_remove(retries, 0);
    return true;
}

static bool is_outdated(const struct retries *retries, unsigned place,
                        const struct device_report *newest) {
    const struct device_report *report = &retries->reports[place];
    bool is_found = stands_for(newest, report);
    for (unsigned i = place + 1; i < retries->count && !is_found; i++) {
        is_found = stands_for(&retries->reports[i], report);
    }
    return is_found;
}

static bool stands_for(const struct device_report *newer, const struct device_report *older) {
    enum aspect aspect = aspect_of(older);
    return aspect != ASPECT_PRINT && aspect != ASPECT_OTHER && aspect == aspect_of(newer) &&
           strcmp(newer->device, older->device) == 0 && strcmp(newer->bus, older->bus) == 0;
}

static enum aspect aspect_of(const struct device_report *report) {
    switch (report->kind) {
    case REPORT_PRINTED:
    case REPORT_NOT_PRINTED:
    case REPORT_UNSURE:
        return ASPECT_PRINT;
    case REPORT_ONLINE:
    case REPORT_OFFLINE:
    case REPORT_REMOVED:
        return ASPECT_PRESENCE;
    case REPORT_FAULTED:
    case REPORT_RECOVERED:
        return ASPECT_FAULT;
    case REPORT_KEYS_LOST:
        return ASPECT_KEYS;
    case REPORT_BUS_DOWN:
    case REPORT_BUS_UP:
        return ASPECT_BUS;
    case REPORT_NONE:
    case REPORT_KEY:
    case REPORT_SLIP_OVER:
    case REPORT_ABLE:
    case REPORT_SPOKEN:
        return ASPECT_OTHER;
    }
    return ASPECT_OTHER;
}
