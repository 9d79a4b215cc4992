#include "controller/feed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SLOT_DAYS_MAX = 400 }; /* nobody books further, and the zone's tables need not reach */

static bool find_slot_day(const struct loop *loop, int64_t now_ms, struct feed *feed);
static void take_pin(struct loop *loop, struct feed *feed, struct input *input);
static uint32_t chance(void);

void feed_token(const struct loop *loop, struct command *command) {
    if ((command->has & COMMAND_HAS(ARG_TOKEN)) == 0) {
        return;
    }
    uint32_t era = store_era(ledger_store(loop->ledger));
    bool is_ours = key_read_token(&loop->key, era, command->token, &command->day, &command->ticket);
    command->has &= ~(COMMAND_HAS(ARG_TOKEN) | COMMAND_HAS(ARG_TICKET));
    command->has |= is_ours ? COMMAND_HAS(ARG_TICKET) : 0;
    memset(command->token, 0, sizeof command->token);
}

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
    if (command->has & COMMAND_HAS(ARG_PIN)) {
        take_pin(loop, feed, input);
    }
}

/* Beyond 65535 there is no staff, whatever the PIN: the hall refuses the number. */
static void take_pin(struct loop *loop, struct feed *feed, struct input *input) {
    struct command *command = &feed->command;
    uint16_t staff = (uint16_t)strtoul(command->staff, NULL, 10);
    char kept[HASH_SIZE];
    key_hash_pin(&loop->key, staff, command->pin, feed->pin_hash);
    command->pin = 0;
    if (command->type == COMMAND_STAFF_SET) {
        input->command.pin_hash = feed->pin_hash;
        return;
    }
    enum hall_error error = store_pin_get(ledger_store(loop->ledger), staff, kept);
    if (error == HALL_OK || error == HALL_MISSING) {
        bool is_right = error == HALL_OK && strcmp(kept, feed->pin_hash) == 0;
        input->command.pin = is_right ? PIN_RIGHT : PIN_WRONG;
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
