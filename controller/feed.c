#include "controller/feed.h"

#include <string.h>
#include <sys/random.h>

enum { SLOT_DAYS_MAX = 400 }; /* nobody books further, and the zone's tables need not reach */

static bool find_slot_day(const struct loop *loop, int64_t now_ms, struct feed *feed);
static uint32_t chance(void);

void feed_command(struct loop *loop, const struct command *command, struct feed *feed,
                  struct input *input) {
    int64_t now_ms = loop_now_ms(loop);
    uint32_t day = hall_day(ledger_hall(loop->ledger));
    feed->command = *command;
    *input = (struct input){ .kind = INPUT_COMMAND,
                             .now_ms = now_ms,
                             .command = { .command = &feed->command,
                                          .chance = chance(),
                                          .code_hashes = loop->code_hashes } };
    if (command->type == COMMAND_APPOINTMENT_BOOK && find_slot_day(loop, now_ms, feed)) {
        input->command.slot_day = &feed->slot_day;
        day = feed->slot_day.day;
    }
    if (command->person[0] != 0) {
        key_hash_person(&loop->key, day, command->person, feed->command.person);
    }
}

static bool find_slot_day(const struct loop *loop, int64_t now_ms, struct feed *feed) {
    const int64_t reach_ms = (int64_t)SLOT_DAYS_MAX * 24 * 3600 * 1000;
    int64_t slot_ms = feed->command.slot_ms;
    if (slot_ms < now_ms - reach_ms || slot_ms > now_ms + reach_ms) {
        return false;
    }
    struct day_plan *plan = &feed->plan;
    day_plan_make(hall_calendar(ledger_hall(loop->ledger)), &loop->config->rules, slot_ms,
                  loop->config->day_change_min, plan);
    feed->slot_day = (struct hall_day){ plan->day, plan->begins_ms, plan->ends_ms, &plan->times };
    return true;
}

static uint32_t chance(void) {
    uint32_t value = 0;
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) {
        value = (uint32_t)
            loop_mono_ms(); /* only before the kernel's pool is ready; a code is no secret key */
    }
    return value;
}
