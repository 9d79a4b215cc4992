#include "devices/wiring.h"

void wiring_init(struct wiring *wiring, struct link *link) {
    wiring->link = link;
    diagnosis_init(&wiring->diagnosis, link->config->device_count);
}

void wiring_rise(struct wiring *wiring) {
    bool was_good = wiring->diagnosis.was_good;
    diagnosis_init(&wiring->diagnosis, wiring->link->config->device_count);
    wiring->diagnosis.was_good = was_good;
}

void wiring_note(struct wiring *wiring, const struct diagnosis_note *note) {
    char what[FINDING_SIZE];
    if (!diagnosis_note(&wiring->diagnosis, note)) {
        return;
    }
    diagnosis_write(&wiring->diagnosis, wiring->link->config, what);
    if (what[0] == '\0') {
        link_clear(wiring->link);
    } else {
        link_warn(wiring->link, what);
    }
}
