/* The config: taken at the start and again at a reload, whole or not at all. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "controller/loop_private.h"
#include "protocol/utf8.h"

static bool is_same_rules(const struct rules *a, const struct rules *b);
static void tell_gone(struct loop *loop, const char *bus, const char *device, enum role role);
static void move_dropped(struct loop *loop, const unsigned kept[BUSES_MAX]);
static void tell_removed(struct loop *loop, const struct config *old);

bool loop_reload(struct loop *loop, FILE *mistakes) {
    struct config *fresh;
    char what[WHAT_SIZE] = "";
    if (config_load_to_run(loop->config->file, &fresh, mistakes) != HALL_OK) {
        return false;
    }
    if (!config_may_replace(loop->config, fresh, what) ||
        hall_check_rules(ledger_hall(loop->ledger), &fresh->rules, what) != REASON_NONE) {
        fprintf(mistakes, "%s: %s\n", loop->config->file, what);
        config_free(fresh);
        return false;
    }
    struct config *old = loop->config;
    loop->config = fresh;
    if (loop_load_rules(loop, what) != HALL_OK) {
        loop->config = old;
        fprintf(mistakes, "%s: not saved: %s\n", old->file, what);
        config_free(fresh);
        return false;
    }
    unsigned kept[BUSES_MAX];
    config_keep_buses(old, fresh, kept);
    wires_reopen(loop->wires, fresh, kept);
    move_dropped(loop, kept);
    loop->pins = (struct pins){ 0 }; /* devices may have moved: whoever is typing begins anew */
    tell_removed(loop, old);
    config_free(old);
    forecast_forget(loop->forecast);
    show_run(loop);
    doors_changed(loop);
    loop_log(LOG_NOTICE, "config: %s taken", fresh->file);
    loop_log_warnings(fresh);
    return true;
}

/* Gives the config's rules to the hall when they are not the ones in force. */
enum hall_error loop_load_rules(struct loop *loop, char *fault) {
    struct hall const *hall = ledger_hall(loop->ledger);
    char hash[HASH_SIZE];
    config_rules_hash(loop->config, hash);
    if (hall_rules(hall) != NULL && is_same_rules(hall_rules(hall), &loop->config->rules)) {
        return HALL_OK;
    }
    if (hall_rules(hall) != NULL &&
        hall_check_rules(hall, &loop->config->rules, fault) != REASON_NONE) {
        return HALL_INVALID;
    }
    struct input input = { .kind = INPUT_CONFIG,
                           .now_ms = loop_now_ms(loop),
                           .config = { .rules = &loop->config->rules, .hash = hash } };
    return round_now(loop, &input);
}

void loop_log_warnings(const struct config *config) {
    for (const char *line = config->warnings; *line != '\0'; line = strchr(line, '\n') + 1) {
        loop_log(LOG_WARNING, "%.*s", (int)strcspn(line, "\n"), line);
    }
}

/* Rules begin as zeros and are read and copied whole; at worst equal ones are written down once more. */
static bool is_same_rules(const struct rules *a, const struct rules *b) {
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison,cert-exp42-c,cert-flp37-c): see above */
    return memcmp(a, b, sizeof *a) == 0;
}

/* The counts of presses of devices whose bus stayed open go on. */
static void move_dropped(struct loop *loop, const unsigned kept[BUSES_MAX]) {
    uint32_t before[BUSES_MAX * BUS_DEVICES_MAX];
    size_t size = BUS_DEVICES_MAX * sizeof *before;
    memcpy(before, loop->dropped, sizeof before);
    memset(loop->dropped, 0, sizeof loop->dropped);
    for (size_t i = 0; i < BUSES_MAX; i++) {
        if (kept[i] != BUS_NOT_KEPT) {
            memcpy(loop->dropped + i * BUS_DEVICES_MAX, before + (size_t)kept[i] * BUS_DEVICES_MAX,
                   size);
        }
    }
}

/* Behind whatever the closed buses still said. */
static void tell_removed(struct loop *loop, const struct config *old) {
    for (unsigned i = 0; i < old->bus_count * BUS_DEVICES_MAX; i++) {
        const struct bus_config *bus = &old->buses[i / BUS_DEVICES_MAX].bus;
        const struct device_config *device = &bus->devices[i % BUS_DEVICES_MAX];
        if (i % BUS_DEVICES_MAX < bus->device_count &&
            wires_place(loop->wires, device->id, NULL, NULL) == NULL) {
            tell_gone(loop, bus->id, device->id, device->role);
        }
    }
    if (old->voice.has_card && !wires_has_card(loop->wires)) {
        tell_gone(loop, ANNOUNCE_CARD, ANNOUNCE_CARD, ROLE_VOICE);
    }
}

static void tell_gone(struct loop *loop, const char *bus, const char *device, enum role role) {
    struct inbox_item item = { .kind = INBOX_REPORT,
                               .report = { .kind = REPORT_REMOVED, .role = role } };
    utf8_copy(item.report.bus, NAME_SIZE, bus);
    utf8_copy(item.report.device, NAME_SIZE, device);
    inbox_put(loop->inbox, &item);
}
