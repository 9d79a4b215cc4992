/* The snapshot as JSON: the whole for pages, parts for the state topics. Unknown is null, never 0. */
#include "protocol/snapshot.h"

#include <stdio.h>
#include <string.h>

#include "protocol/snapshot_parts.h"

void snapshot_time(struct json_writer *writer, const char *key, const struct snapshot *snapshot,
                   int64_t time_ms) {
    char text[TIME_SIZE];
    if (time_ms == 0) {
        json_write_null(writer, key);
        return;
    }
    time_format(time_ms, snapshot->utc_offset_min, text);
    json_write_text(writer, key, text);
}

void snapshot_ticket(struct json_writer *writer, const char *key, struct ticket_no ticket) {
    char text[TICKET_SIZE];
    ticket_no_format(ticket, text);
    json_write_text(writer, key, text[0] == '\0' ? NULL : text);
}

void snapshot_text(struct json_writer *writer, const char *key, const char *text) {
    json_write_text(writer, key, text[0] == '\0' ? NULL : text);
}

static void write_since_s(struct json_writer *writer, const char *key,
                          const struct snapshot *snapshot, int64_t since_ms) {
    if (since_ms == 0) {
        json_write_null(writer, key);
        return;
    }
    int64_t passed_ms = snapshot->now_ms - since_ms;
    json_write_int(writer, key, passed_ms < 0 ? 0 : passed_ms / 1000);
}

static void write_estimate(struct json_writer *writer, const struct service_now *service) {
    if (!service->has_estimate) {
        json_write_null(writer, "estimate_s");
        return;
    }
    json_begin_array(writer, "estimate_s");
    json_write_int(writer, NULL, service->estimate_s[0]);
    json_write_int(writer, NULL, service->estimate_s[1]);
    json_end_array(writer);
}

/* Whoever has waited longest for this service; 0 nobody waits. */
static int64_t longest_since(const struct snapshot *snapshot) {
    int64_t since_ms = 0;
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        int64_t one_ms = snapshot->services[i].longest_since_ms;
        if (one_ms != 0 && (since_ms == 0 || one_ms < since_ms)) {
            since_ms = one_ms;
        }
    }
    return since_ms;
}

static const struct waiting_now *longest_waiting(const struct snapshot *snapshot,
                                                 const struct service_now *service) {
    for (uint32_t i = 0; i < snapshot->waiting_count && service->longest_since_ms != 0; i++) {
        const struct waiting_now *one = &snapshot->waiting[i];
        if (one->service == service->index && one->state == TICKET_WAITING &&
            one->issued_ms == service->longest_since_ms) {
            return one;
        }
    }
    return NULL;
}

static void write_ratings(struct json_writer *writer, const struct snapshot *snapshot) {
    json_write_int(writer, "ratings", snapshot->ratings);
    json_write_int(writer, "satisfied", snapshot->ratings_satisfied);
    json_write_int(writer, "invited", snapshot->invited);
    json_write_int(writer, "cases_open", snapshot->cases_open);
}

uint32_t snapshot_waiting(const struct snapshot *snapshot) {
    uint32_t waiting = 0;
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        waiting += snapshot->services[i].waiting;
    }
    return waiting;
}

static void write_hall_figures(struct json_writer *writer, const struct snapshot *snapshot,
                               enum view view) {
    json_write_int(writer, "waiting", snapshot_waiting(snapshot));
    write_since_s(writer, "longest_wait_s", snapshot, longest_since(snapshot));
    json_write_int(writer, "issued", snapshot->issued);
    json_write_int(writer, "served", snapshot->served);
    json_write_int(writer, "no_shows", snapshot->no_shows);
    if (view == VIEW_ALL) {
        write_ratings(writer, snapshot);
    }
}

void snapshot_hall(struct json_writer *writer, const struct snapshot *snapshot, enum view view) {
    char text[16];
    json_write_text(writer, "id", snapshot->hall_id);
    json_write_text(writer, "name", snapshot->hall_name);
    json_write_bool(writer, "open", snapshot->is_open);
    snapshot_time(writer, "time", snapshot, snapshot->now_ms);
    snapshot_text(writer, "notice", snapshot->notice);
    snapshot_text(writer, "closed_why", reason_word(snapshot->closed_why));
    snapshot_text(writer, "closed_reason", snapshot->closed_reason);
    snapshot_time(writer, "opens", snapshot, snapshot->opens_ms);
    snapshot_time(writer, "closes", snapshot, snapshot->closes_ms);
    if (view == VIEW_PUBLIC) {
        return;
    }
    snapshot_time(writer, "extended", snapshot, snapshot->extended_ms);
    snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)(snapshot->day / 10000 % 10000),
             (unsigned)(snapshot->day / 100 % 100), (unsigned)(snapshot->day % 100));
    json_write_text(writer, "day", snapshot->day == 0 ? NULL : text);
    if (view == VIEW_ALL) {
        json_write_int(writer, "seq", (int64_t)snapshot->seq);
    } else {
        json_write_null(writer, "seq");
    }
    snprintf(text, sizeof text, "%08x", (unsigned)snapshot->era);
    json_write_text(writer, "era", text);
    json_write_bool(writer, "saved", snapshot->is_saved);
    json_write_bool(writer, "clock_trusted", snapshot->is_clock_trusted);
    json_write_bool(writer, "pin_wanted", snapshot->wants_pin);
    write_hall_figures(writer, snapshot, view);
}

void snapshot_service(struct json_writer *writer, const struct service_now *service,
                      const struct snapshot *snapshot, enum view view) {
    json_write_text(writer, "id", service->id);
    json_write_int(writer, "index", service->index);
    json_write_text(writer, "prefix", service->prefix);
    json_begin_object(writer, "name");
    json_write_text(writer, "zh", service->name.zh);
    json_write_text(writer, "en", service->name.en);
    json_end_object(writer);
    json_write_int(writer, "waiting", service->waiting);
    write_estimate(writer, service);
    json_write_bool(writer, "open", service->is_open);
    json_write_bool(writer, "stopped", service->is_stopped);
    snapshot_text(writer, "stop_reason", service->stop_reason);
    if (view == VIEW_PUBLIC) {
        return;
    }
    const struct waiting_now *longest = longest_waiting(snapshot, service);
    write_since_s(writer, "longest_wait_s", snapshot, service->longest_since_ms);
    snapshot_ticket(writer, "longest_ticket",
                    longest == NULL ? (struct ticket_no){ 0 } : longest->ticket);
    snapshot_text(writer, "closed_why", reason_word(service->closed_why));
    json_write_bool(writer, "precheck", service->needs_precheck);
    snapshot_time(writer, "stopped_until", snapshot, service->stopped_until_ms);
    snapshot_time(writer, "extended", snapshot, service->extended_ms);
    if (service->wait_minutes == 0) {
        json_write_null(writer, "wait_minutes");
    } else {
        json_write_int(writer, "wait_minutes", service->wait_minutes);
    }
    json_write_int(writer, "windows_open", service->windows_open);
    if (service->has_windows_advised) {
        json_write_int(writer, "windows_advised", service->windows_advised);
    } else {
        json_write_null(writer, "windows_advised");
    }
    json_write_int(writer, "issued", service->issued);
    json_write_int(writer, "served", service->served);
}

void snapshot_device(struct json_writer *writer, const struct device_now *device,
                     const struct snapshot *snapshot) {
    char firmware[16];
    json_write_text(writer, "id", device->id);
    json_write_text(writer, "bus", device->bus);
    json_write_text(writer, "role", role_word(device->role));
    if (device->window == 0) {
        json_write_null(writer, "window");
    } else {
        json_write_int(writer, "window", device->window);
    }
    json_write_bool(writer, "online", device->is_online);
    json_write_bool(writer, "faulted", device->is_faulted);
    snapshot_time(writer, "since", snapshot, device->since_ms);
    snapshot_time(writer, "last_answer", snapshot, device->last_answer_ms);
    json_write_int(writer, "failures", device->failures);
    snprintf(firmware, sizeof firmware, "%u.%u", device->firmware / 256U, device->firmware % 256U);
    json_write_text(writer, "firmware", device->firmware == 0 ? NULL : firmware);
    snapshot_text(writer, "what", device->what);
}

/* Staff never learn of a single rating, so its alerts are not theirs either. */
static bool is_rating_alert(const struct alert_now *alert) {
    return strncmp(alert->kind, "bad_", 4) == 0 || strncmp(alert->kind, "case", 4) == 0 ||
           strncmp(alert->kind, "rating", 6) == 0;
}

/* Nobody can acknowledge what is not saved yet. */
static int64_t alert_id(const struct alert_now *alert) {
    return alert->is_unsaved ? -(int64_t)alert->id : (int64_t)alert->id;
}

/* An alert's id is its row's number, and those tell how many rows lie between two: staff get its place in the list. */
static void write_alerts(struct json_writer *writer, const struct snapshot *snapshot,
                         enum view view) {
    int64_t place = 0;
    json_begin_array(writer, "alerts");
    for (unsigned i = 0; i < snapshot->alert_count; i++) {
        const struct alert_now *alert = &snapshot->alerts[i];
        if (view != VIEW_ALL && is_rating_alert(alert)) {
            continue;
        }
        place++;
        json_begin_object(writer, NULL);
        json_write_int(writer, "id", view == VIEW_ALL ? alert_id(alert) : place);
        json_write_text(writer, "kind", alert->kind);
        json_write_text(writer, "subject", alert->subject);
        snapshot_time(writer, "since", snapshot, alert->since_ms);
        snapshot_text(writer, "acknowledged_by", alert->acknowledged_by);
        snapshot_text(writer, "text", alert->text);
        json_write_bool(writer, "saved", !alert->is_unsaved);
        if (alert->window == 0) {
            json_write_null(writer, "window");
        } else {
            json_write_int(writer, "window", alert->window);
        }
        snapshot_ticket(writer, "ticket", alert->ticket);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_devices(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_array(writer, "devices");
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        json_begin_object(writer, NULL);
        snapshot_device(writer, &snapshot->devices[i], snapshot);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_buses(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_array(writer, "buses");
    for (unsigned i = 0; i < snapshot->bus_count; i++) {
        const struct bus_now *bus = &snapshot->buses[i];
        json_begin_object(writer, NULL);
        json_write_text(writer, "id", bus->id);
        json_write_bool(writer, "up", bus->is_up);
        json_write_bool(writer, "ill", bus->is_ill);
        snapshot_text(writer, "what", bus->what);
        json_end_object(writer);
    }
    json_end_array(writer);
}

const char *snapshot_service_id(const struct snapshot *snapshot, unsigned index) {
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        if (snapshot->services[i].index == index) {
            return snapshot->services[i].id;
        }
    }
    return "";
}

static void write_queue(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_array(writer, "queue");
    for (uint32_t i = 0; i < snapshot->waiting_count; i++) {
        const struct waiting_now *one = &snapshot->waiting[i];
        json_begin_object(writer, NULL);
        snapshot_ticket(writer, "ticket", one->ticket);
        snapshot_text(writer, "service", snapshot_service_id(snapshot, one->service));
        json_write_text(writer, "class", class_word(one->class));
        json_write_text(writer, "state", ticket_state_word(one->state));
        snapshot_time(writer, "since", snapshot, one->issued_ms);
        json_write_int(writer, "turn", one->turn_ms);
        if (one->bound_window == 0) {
            json_write_null(writer, "window");
        } else {
            json_write_int(writer, "window", one->bound_window);
        }
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_called(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_array(writer, "called");
    for (unsigned i = 0; i < snapshot->called_count; i++) {
        const struct called_now *one = &snapshot->called[i];
        json_begin_object(writer, NULL);
        snapshot_ticket(writer, "ticket", one->ticket);
        json_write_int(writer, "window", one->window);
        snapshot_time(writer, "since", snapshot, one->called_ms);
        json_write_int(writer, "calls", one->calls);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_floor(struct json_writer *writer, const struct snapshot *snapshot,
                        enum view view) {
    json_begin_array(writer, "services");
    for (unsigned i = 0; i < snapshot->service_count; i++) {
        json_begin_object(writer, NULL);
        snapshot_service(writer, &snapshot->services[i], snapshot, view);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_begin_array(writer, "windows");
    for (unsigned i = 0; i < snapshot->window_count; i++) {
        json_begin_object(writer, NULL);
        snapshot_window(writer, &snapshot->windows[i], snapshot, view);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_uplink(struct json_writer *writer, const struct snapshot *snapshot,
                         enum view view) {
    json_begin_object(writer, "uplink");
    json_write_bool(writer, "connected", snapshot->uplink_connected);
    json_write_bool(writer, "configured", snapshot->uplink_configured);
    if (view == VIEW_ALL) {
        json_write_int(writer, "behind", (int64_t)snapshot->uplink_behind);
    } else {
        json_write_null(writer, "behind");
    }
    json_end_object(writer);
}

/* "pause_reasons":{"1":{"zh":"休息","en":"Break"}}: what the terminal page offers. */
static void write_pause_reasons(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_object(writer, "pause_reasons");
    for (unsigned i = 0; i < PAUSE_REASONS_MAX; i++) {
        const struct label *label = &snapshot->pause_reasons[i];
        if (label->zh[0] == 0 && label->en[0] == 0) {
            continue;
        }
        char value[4];
        snprintf(value, sizeof value, "%u", i & 15U);
        json_begin_object(writer, value);
        json_write_text(writer, "zh", label->zh);
        json_write_text(writer, "en", label->en);
        json_end_object(writer);
    }
    json_end_object(writer);
}

static void write_display(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_object(writer, "display");
    json_write_int(writer, "flash_s", snapshot->flash_s);
    json_write_bool(writer, "english", snapshot->speaks_english);
    json_end_object(writer);
}

/* Who has booked is nobody's business here: numbers by slot and service. */
static void write_appointments(struct json_writer *writer, const struct snapshot *snapshot) {
    json_begin_object(writer, "appointments");
    json_write_int(writer, "prechecks", snapshot->prechecks);
    json_begin_array(writer, "slots");
    for (unsigned i = 0; i < snapshot->slot_count; i++) {
        const struct slot_now *slot = &snapshot->slots[i];
        json_begin_object(writer, NULL);
        snapshot_time(writer, "slot", snapshot, slot->slot_ms);
        json_write_text(writer, "service", snapshot_service_id(snapshot, slot->service));
        json_write_int(writer, "booked", slot->booked);
        json_write_int(writer, "checked_in", slot->checked_in);
        json_write_int(writer, "missed", slot->missed);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

int snapshot_write(const struct snapshot *snapshot, enum view view, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "hall");
    snapshot_hall(&writer, snapshot, view);
    json_end_object(&writer);
    write_floor(&writer, snapshot, view);
    write_called(&writer, snapshot);
    write_display(&writer, snapshot);
    if (view != VIEW_PUBLIC) {
        write_pause_reasons(&writer, snapshot);
        write_queue(&writer, snapshot);
        write_appointments(&writer, snapshot);
        write_buses(&writer, snapshot);
        write_devices(&writer, snapshot);
        write_alerts(&writer, snapshot, view);
        snapshot_changes(&writer, snapshot);
        write_uplink(&writer, snapshot, view);
    }
    json_end_object(&writer);
    return json_writer_end(&writer);
}

int snapshot_write_hall(const struct snapshot *snapshot, char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    snapshot_hall(&writer, snapshot, VIEW_ALL);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

int snapshot_write_service(const struct service_now *service, const struct snapshot *snapshot,
                           char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    snapshot_service(&writer, service, snapshot, VIEW_ALL);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

int snapshot_write_window(const struct window_now *window, const struct snapshot *snapshot,
                          char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    snapshot_window(&writer, window, snapshot, VIEW_ALL);
    json_end_object(&writer);
    return json_writer_end(&writer);
}

int snapshot_write_device(const struct device_now *device, const struct snapshot *snapshot,
                          char *out, size_t size) {
    struct json_writer writer;
    json_writer_init(&writer, out, size);
    json_begin_object(&writer, NULL);
    snapshot_device(&writer, device, snapshot);
    json_end_object(&writer);
    return json_writer_end(&writer);
}
