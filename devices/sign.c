#include "devices/sign.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

static void sign_tell(struct sign *sign, enum report_kind kind, const char *what, int64_t now_us);
static void sign_log(const struct sign *sign, int level, const char *what, const char *more);

void sign_init(struct sign *sign, struct link *link, unsigned place) {
    *sign = (struct sign){ .config = &link->config->devices[place], .link = link };
}

bool sign_take(struct sign *sign, const struct image *image, int64_t now_us) {
    const struct board_image *board = &image->board;
    bool is_other = !sign->has_image || board->style != sign->image.style ||
                    strcmp(board->text, sign->image.text) != 0 ||
                    strcmp(board->plain, sign->image.plain) != 0;
    sign->has_image = true;
    sign->image = *board;
    if (image->identify_count != sign->identify_count) {
        sign->identify_count = image->identify_count;
        snprintf(sign->unable, sizeof sign->unable, "not able to identify");
        sign_tell(sign, REPORT_ABLE, sign->unable, now_us);
        sign_log(sign, LOG_WARNING, sign->unable, "");
    }
    return is_other;
}

void sign_come(struct sign *sign, int64_t now_us) {
    if (sign->is_online) {
        return;
    }
    sign->is_online = true;
    sign->lost[0] = '\0';
    sign->epoch++;
    sign_tell(sign, REPORT_ONLINE, "", now_us);
    sign_log(sign, LOG_NOTICE, "online", "");
}

void sign_lose(struct sign *sign, const char *what, int64_t now_us) {
    bool is_known = !sign->is_online && sign->lost[0] != '\0';
    sign->is_online = false;
    snprintf(sign->lost, sizeof sign->lost, "%s", what);
    if (is_known) {
        return;
    }
    sign_tell(sign, REPORT_OFFLINE, what, now_us);
    sign_log(sign, LOG_WARNING, what, ", offline");
}

void sign_judge(struct sign *sign, const char *what, int64_t now_us) {
    if (strcmp(sign->fault, what) == 0) {
        return;
    }
    snprintf(sign->fault, sizeof sign->fault, "%s", what);
    bool is_well = what[0] == '\0';
    sign_tell(sign, is_well ? REPORT_RECOVERED : REPORT_FAULTED, what, now_us);
    sign_log(sign, LOG_WARNING, is_well ? "recovered" : what, "");
}

void sign_fill(const struct sign *sign, const char *well, struct device_stats *stats) {
    const char *what = sign->is_online ? sign->fault : sign->lost;
    if (sign->is_online && what[0] == '\0') {
        what = sign->unable[0] == '\0' ? well : sign->unable;
    }
    stats->is_online = sign->is_online;
    stats->is_faulted = sign->fault[0] != '\0';
    stats->images = sign->images;
    snprintf(stats->what, sizeof stats->what, "%s", what);
}

static void sign_tell(struct sign *sign, enum report_kind kind, const char *what, int64_t now_us) {
    const struct bus_callbacks *callbacks = sign->link->callbacks;
    struct device_report report = { .kind = kind,
                                    .role = sign->config->role,
                                    .part = sign->config->role,
                                    .mono_us = now_us,
                                    .epoch = sign->epoch };
    snprintf(report.bus, sizeof report.bus, "%s", sign->link->config->id);
    snprintf(report.device, sizeof report.device, "%s", sign->config->id);
    snprintf(report.what, sizeof report.what, "%s", what);
    callbacks->report(callbacks->context, &report);
}

static void sign_log(const struct sign *sign, int level, const char *what, const char *more) {
    const struct bus_callbacks *callbacks = sign->link->callbacks;
    char text[2 * WHAT_SIZE];
    snprintf(text, sizeof text, "bus %s: %s: %s%s", sign->link->config->id, sign->config->id, what,
             more);
    callbacks->log(callbacks->context, level, text);
}
