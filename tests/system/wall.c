/*
 * Loaded before hallqd by the tests of the clock: its wall clock runs as many milliseconds beside the real one as the
 * file that HALLQ_WALL names says, and the system vouches for it or does not. The machine's own clock is never set.
 * The file: "OFFSET_MS synchronised|kept|lost".
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

typedef int (*clock_call)(clockid_t id, struct timespec *out);
typedef FILE *(*open_call)(const char *path, const char *mode);

static FILE *real_open(const char *path, const char *mode) {
    open_call open = NULL;
    *(void **)&open = dlsym(RTLD_NEXT, "fopen");
    return open(path, mode);
}

static long long read_wall(char trust[16]) {
    long long offset_ms = 0;
    const char *path = getenv("HALLQ_WALL");
    FILE *file = path != NULL ? real_open(path, "r") : NULL;
    strcpy(trust, "synchronised");
    if (file != NULL) {
        if (fscanf(file, "%lld %15s", &offset_ms, trust) != 2) {
            offset_ms = 0;
        }
        fclose(file);
    }
    return offset_ms;
}

int clock_gettime(clockid_t id, struct timespec *out) {
    char trust[16];
    clock_call call = NULL;
    *(void **)&call = dlsym(RTLD_NEXT, "clock_gettime");
    int result = call(id, out);
    if (id == CLOCK_REALTIME && result == 0) {
        long long now_ms = (long long)out->tv_sec * 1000 + out->tv_nsec / 1000000;
        now_ms += read_wall(trust);
        out->tv_sec = (time_t)(now_ms / 1000);
        out->tv_nsec = now_ms % 1000 * 1000000;
    }
    return result;
}

int adjtimex(struct timex *state) {
    char trust[16];
    read_wall(trust);
    state->status = strcmp(trust, "synchronised") == 0 ? 0 : STA_UNSYNC;
    return 0;
}

FILE *fopen(const char *path, const char *mode) {
    char trust[16];
    if (strncmp(path, "/sys/", 5) != 0) {
        return real_open(path, mode);
    }
    read_wall(trust);
    if (strcmp(trust, "kept") != 0 || strstr(path, "/rtc0/") == NULL) {
        return NULL;
    }
    FILE *file = tmpfile();
    fputs("1\n", file);
    rewind(file);
    return file;
}
