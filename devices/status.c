#include "devices/status.h"

#include <stdio.h>

#include "protocol/registers.h"

void status_text(uint16_t status, char *what, size_t size) {
    static const struct {
        uint16_t bit;
        const char *text;
    } texts[] = { { STATUS_PAPER_LOW, "paper low" }, { STATUS_PAPER_OUT, "paper out" },
                  { STATUS_JAM, "jam or cutter" },   { STATUS_COVER, "cover open" },
                  { STATUS_KEY_STUCK, "key stuck" }, { STATUS_OTHER, "other fault" } };
    size_t used = 0;
    what[0] = '\0';
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (status & texts[i].bit) {
            int added =
                snprintf(what + used, size - used, "%s%s", used == 0 ? "" : ", ", texts[i].text);
            used += (size_t)added;
        }
    }
    if (used == 0 && status != 0) {
        snprintf(what, size, "status %04x", (unsigned)status);
    }
}
