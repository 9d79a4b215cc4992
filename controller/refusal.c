/* A dispenser's press that gave no ticket: the citizen stands there, and reads why on paper. */
#include "controller/loop_private.h"
#include "controller/template.h"
#include "controller/zone.h"

static bool is_refused_citizen(const struct device_place *place, const struct device_report *press,
                               unsigned *service);

void refusal_print(struct loop *loop, const struct device_report *press, enum reason reason) {
    const struct device_place *place = wires_place(loop->wires, press->device, NULL, NULL);
    unsigned service;
    /* Already: who checks in twice has the paper in hand. */
    if (reason == REASON_NONE || reason == REASON_ALREADY ||
        !is_refused_citizen(place, press, &service)) {
        return;
    }
    char text[JOB_TEXT_SIZE];
    int64_t now_ms = loop_now_ms(loop);
    char time[TIME_SIZE];
    time_format(now_ms, zone_offset_min(now_ms), time);
    struct slip_why why = { reason,
                            hall_stop_reason(ledger_hall(loop->ledger), service, reason, now_ms) };
    template_slip(loop->config, service, &why, time, text);
    wires_print_slip(loop->wires, press->device, text, now_ms);
}

/*
 * A key that was lit when it was pressed, but meanwhile would be refused; or a check-in, of no service (0) as nobody knows
 * whose code it was.
 */
static bool is_refused_citizen(const struct device_place *place, const struct device_report *press,
                               unsigned *service) {
    *service = 0;
    if (place == NULL || press->part != ROLE_DISPENSER) {
        return false;
    }
    if (press->code == KEY_CHECK_IN) {
        return true;
    }
    unsigned key = press->code - (unsigned)KEY_TICKET;
    *service = key > 0 && key <= DISPENSER_KEYS ? place->keys[key] : 0;
    return *service != 0;
}
