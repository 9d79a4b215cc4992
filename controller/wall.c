#include "controller/wall.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "controller/hall/hall.h"

static bool file_begins(const char *path, const char *text);

int64_t wall_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool wall_is_synchronised(void) {
    struct timex state = { .modes = 0 };
    if (adjtimex(&state) >= 0) {
        return (state.status & STA_UNSYNC) == 0;
    }
    return access("/run/systemd/timesync/synchronized", F_OK) == 0;
}

/* hctosys says 1 where the kernel took the time from this clock at boot; one that has lost its battery begins long ago. */
bool wall_is_kept(void) {
    static const char *const HOSTS[] = { "kvm-clock", "xen", "hyperv" };
    bool is_kept = file_begins("/sys/class/rtc/rtc0/hctosys", "1") ||
                   file_begins("/sys/class/rtc/rtc1/hctosys", "1");
    for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
        is_kept = is_kept || file_begins("/sys/devices/system/clocksource/clocksource0/"
                                         "current_clocksource",
                                         HOSTS[i]);
    }
    return is_kept && wall_ms() >= HALL_TIME_MIN_MS;
}

static bool file_begins(const char *path, const char *text) {
    char line[32] = "";
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool is_read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    return is_read && strncmp(line, text, strlen(text)) == 0;
}
