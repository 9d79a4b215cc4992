/* Nobody is turned away without a cause: what a refused ticket.issue says must be so. */
#include <string.h>

#include "tests/hall/model.h"

#define BIT(service) (UINT64_C(1) << (service))

static bool numbers_are_used(const struct model *model, unsigned service) {
    const struct service_rule *rule = &model->rules.services[service];
    unsigned used = 0;
    unsigned highest = 0;
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct ticket_no *no = &model->tickets[i].no;
        bool is_of = strcmp(no->prefix, rule->prefix) == 0;
        used += is_of;
        highest = is_of && no->number > highest ? no->number : highest;
    }
    return (used > 0 && highest >= rule->last) ||
           (rule->prefix[0] == 'A' && model->floor > rule->last);
}

static bool person_waits(const struct model *model, const struct command *command,
                         unsigned service) {
    for (unsigned i = 0; i < model->ticket_count; i++) {
        const struct model_ticket *ticket = &model->tickets[i];
        if (ticket->service == service && !model_has_ended(ticket) &&
            strcmp(ticket->person, command->person) == 0) {
            return command->person[0] != 0;
        }
    }
    return false;
}

static bool is_stopped(const struct model *model, const struct command *command) {
    uint64_t asked = BIT(rules_service(&model->rules, command->service));
    for (unsigned i = 0; i < command->services.count; i++) {
        asked |= BIT(rules_service(&model->rules, command->services.names[i]));
    }
    return (model->stopped & asked) != 0;
}

/* A service with hours of its own may be closed, or near its end, while the hall is not. */
static bool is_shut(const struct model *model, enum reason reason, int64_t now_ms) {
    if (now_ms < model->opened_until_ms) {
        return false;
    }
    bool is_over = now_ms >= model->last_ticket_ms;
    return model->has_own_hours || (reason == REASON_HALL_CLOSED ? !model->is_open : is_over);
}

void model_check_refused(struct model *model, const struct command *command, enum reason reason,
                         int64_t now_ms) {
    unsigned service = rules_service(&model->rules, command->service);
    uint16_t quota = model->rules.services[service].quota;
    bool is_class_plain = command->class == CLASS_NORMAL;
    bool is_so =
        (reason == REASON_QUOTA_USED && quota != 0 && model->issued[service] >= quota) ||
        (reason == REASON_CAPACITY && model->ticket_count >= model->limits.tickets_per_day) ||
        (reason == REASON_NUMBERS_USED && numbers_are_used(model, service)) ||
        (reason == REASON_ALREADY_WAITING && person_waits(model, command, service)) ||
        (reason == REASON_ALREADY_BOOKED &&
         model_has_booked(model, command->service, command->person)) ||
        (reason == REASON_SERVICE_STOPPED && is_stopped(model, command)) ||
        (reason == REASON_CLASS_NOT_ALLOWED && !is_class_plain) ||
        (reason == REASON_DEVICE_OFFLINE && command->print[0] != 0) ||
        (reason == REASON_NO_SUCH && service == 0) ||
        ((reason == REASON_HALL_CLOSED || reason == REASON_TOO_LATE) &&
         is_shut(model, reason, now_ms));
    if (!is_so) {
        model_fault(model, "a ticket of %s is refused: %s", command->service, reason_word(reason));
    }
}
