/* Defaults of the rules, and finding things in them. */
#include "protocol/rules.h"

#include <string.h>

static void default_classes(struct rules *rules) {
    uint32_t by_anybody = 1U << SOURCE_KEY | 1U << SOURCE_CODE | 1U << SOURCE_GUIDE |
                          1U << SOURCE_PAGE | 1U << SOURCE_COMMAND;
    for (unsigned i = CLASS_NORMAL; i <= CLASS_CREDIT; i++) {
        rules->classes[i] = (struct class_rule){ .channels = by_anybody, .services = SERVICES_ALL };
    }
    rules->classes[CLASS_GREEN].advance_minutes = 30;
    rules->classes[CLASS_GREEN].channels =
        1U << SOURCE_KEY | 1U << SOURCE_GUIDE | 1U << SOURCE_PAGE | 1U << SOURCE_COMMAND;
    rules->classes[CLASS_CREDIT].is_always = true;
    rules->classes[CLASS_CREDIT].channels =
        1U << SOURCE_CODE | 1U << SOURCE_GUIDE | 1U << SOURCE_COMMAND;
}

static void default_rating(struct rating_rule *rating) {
    rating->keypad_s = 60;
    rating->linger_s = 20;
    rating->reason_s = 15;
    rating->too_fast_ms = 700;
    rating->too_short_s = 30;
    rating->until_days[RATING_SMS] = 5;
    rating->contact_days = 1;
    rating->close_days = 5;
}

void rules_defaults(struct rules *rules) {
    memset(rules, 0, sizeof *rules);
    default_classes(rules);
    default_rating(&rules->rating);
    rules->require_sign_in = true;
    rules->cover_after_minutes = 10;
    rules->calendar.is_always = true;
    rules->calendar.last_ticket_minutes = 15;
    rules->appointments.slot_minutes = 30;
    rules->appointments.per_slot = 4;
    rules->appointments.days_ahead = 14;
    rules->appointments.grace_minutes = 15;
    rules->appointments.early_minutes = 10;
    rules->no_show.minutes = 30;
    rules->no_show.behind = 3;
    rules->no_show.times = 1;
    rules->no_show.after_s = 45;
    rules->no_show.after_green_s = 90;
    rules->start_after_s = 20;
    rules->mistake_s = 3;
    rules->recalls = 3;
    rules->near_ahead = 3;
    rules->alerts.bad_share_percent = 50;
    rules->alerts.bad_least = 4;
    rules->alerts.bad_minutes = 15;
    rules->alerts.idle_minutes = 5;
    rules->estimate_least = 5;
}

unsigned rules_service(const struct rules *rules, const char *id) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        if (rules->services[i].id[0] != '\0' && strcmp(rules->services[i].id, id) == 0) {
            return i;
        }
    }
    return 0;
}

const struct window_rule *rules_window(const struct rules *rules, uint16_t id) {
    for (unsigned i = 0; i < rules->window_count; i++) {
        if (rules->windows[i].id == id) {
            return &rules->windows[i];
        }
    }
    return NULL;
}

const struct staff_rule *rules_staff(const struct rules *rules, uint16_t number) {
    for (unsigned i = 0; i < rules->staff_count; i++) {
        if (rules->staff[i].number == number) {
            return &rules->staff[i];
        }
    }
    return NULL;
}
