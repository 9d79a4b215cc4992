#include "devices/lookup.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/line.h"

enum { STACK_SIZE = 512 * 1024 };

/* Shared by the thread that looks and the one that waits: the last to leave frees it. */
struct lookup {
    pthread_mutex_t mutex;
    int done_fd;
    bool is_done, is_left;
    int error;
    struct addrinfo *found;
    char host[LOOKUP_HOST_SIZE], port[LOOKUP_PORT_SIZE];
};

static atomic_uint under_way;

static struct lookup *lookup_open(const char *host, const char *port);
static bool lookup_start(struct lookup *lookup);
static void *lookup_run(void *context);
static void lookup_free(struct lookup *lookup);
static struct addrinfo *lookup_end(struct lookup *lookup, int *error, bool *is_done);
static int look(const char *host, const char *port, int flags, struct addrinfo **found);

struct addrinfo *lookup_host(const char *host, const char *port, int stop_fd, int64_t deadline_us,
                             char *what, size_t size) {
    struct addrinfo *found = NULL;
    int error = look(host, port, AI_NUMERICHOST, &found);
    if (error != EAI_NONAME) {
        if (error != 0) {
            snprintf(what, size, "tcp:%.40s:%.8s: %s", host, port, gai_strerror(error));
        }
        return error == 0 ? found : NULL;
    }
    struct lookup *lookup = lookup_open(host, port);
    if (lookup == NULL || !lookup_start(lookup)) {
        lookup_free(lookup);
        snprintf(what, size, "too many names are being looked up that nobody answers");
        return NULL;
    }
    struct pollfd polls[2] = { { .fd = lookup->done_fd, .events = POLLIN },
                               { .fd = stop_fd, .events = POLLIN } };
    int64_t left_ms = (deadline_us - line_now_us()) / 1000;
    poll(polls, 2, left_ms > 0 ? (int)left_ms : 0);
    bool is_done = false;
    found = lookup_end(lookup, &error, &is_done);
    if (!is_done) {
        snprintf(what, size, "the name %.60s: no answer from the name server", host);
    } else if (error != 0) {
        snprintf(what, size, "the name %.60s: %s", host, gai_strerror(error));
    }
    return found;
}

static int look(const char *host, const char *port, int flags, struct addrinfo **found) {
    struct addrinfo hints = { .ai_flags = AI_NUMERICSERV | flags, .ai_socktype = SOCK_STREAM };
    return getaddrinfo(host, port, &hints, found);
}

static struct lookup *lookup_open(const char *host, const char *port) {
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (lookup != NULL) {
        pthread_mutex_init(&lookup->mutex, NULL);
        lookup->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        snprintf(lookup->host, sizeof lookup->host, "%s", host);
        snprintf(lookup->port, sizeof lookup->port, "%s", port);
    }
    return lookup;
}

static bool lookup_start(struct lookup *lookup) {
    pthread_attr_t attributes;
    pthread_t thread;
    if (lookup->done_fd < 0 || pthread_attr_init(&attributes) != 0) {
        return false;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    bool is_free = atomic_fetch_add(&under_way, 1) < LOOKUPS_MAX;
    bool is_started = is_free && pthread_create(&thread, &attributes, lookup_run, lookup) == 0;
    if (!is_started) {
        atomic_fetch_sub(&under_way, 1);
    }
    pthread_attr_destroy(&attributes);
    return is_started;
}

static void *lookup_run(void *context) {
    struct lookup *lookup = context;
    struct addrinfo *found = NULL;
    int error = look(lookup->host, lookup->port, 0, &found);
    pthread_mutex_lock(&lookup->mutex);
    lookup->error = error;
    lookup->found = error == 0 ? found : NULL;
    lookup->is_done = true;
    bool is_left = lookup->is_left;
    uint64_t one = 1;
    ssize_t written = write(lookup->done_fd, &one, sizeof one);
    (void)written;
    pthread_mutex_unlock(&lookup->mutex);
    atomic_fetch_sub(&under_way, 1);
    if (is_left) {
        lookup_free(lookup);
    }
    return NULL;
}

/* Takes what was found, or leaves the lookup to its thread. */
static struct addrinfo *lookup_end(struct lookup *lookup, int *error, bool *is_done) {
    pthread_mutex_lock(&lookup->mutex);
    struct addrinfo *found = lookup->found;
    *error = lookup->error;
    *is_done = lookup->is_done;
    lookup->found = NULL;
    lookup->is_left = true;
    pthread_mutex_unlock(&lookup->mutex);
    if (*is_done) {
        lookup_free(lookup);
    }
    return found;
}

static void lookup_free(struct lookup *lookup) {
    if (lookup == NULL) {
        return;
    }
    if (lookup->found != NULL) {
        freeaddrinfo(lookup->found);
    }
    if (lookup->done_fd >= 0) {
        close(lookup->done_fd);
    }
    pthread_mutex_destroy(&lookup->mutex);
    free(lookup);
}
