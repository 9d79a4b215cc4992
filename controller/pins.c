#include "controller/pins.h"

#include <string.h>

void pins_pass(struct pins *pins, unsigned place, bool is_wanted, int64_t mono_ms,
               struct command *command) {
    bool is_pin = command->type == COMMAND_NONE;
    if (!is_pin && command->type != COMMAND_STAFF_SIGN_IN) {
        return;
    }
    pins_forget_old(pins, mono_ms);
    if (!is_pin && pins->at[place].until_ms != 0) {
        command->pin = pins->at[place].pin;
        command->has |= COMMAND_HAS(ARG_PIN);
    }
    memset(&pins->at[place], 0, sizeof pins->at[place]);
    if (is_pin && is_wanted) {
        pins->at[place].pin = command->pin;
        pins->at[place].until_ms = mono_ms + PIN_MS;
    }
}

void pins_forget_old(struct pins *pins, int64_t mono_ms) {
    for (unsigned i = 0; i < PIN_PLACES; i++) {
        if (mono_ms >= pins->at[i].until_ms) {
            memset(&pins->at[i], 0, sizeof pins->at[i]);
        }
    }
}
