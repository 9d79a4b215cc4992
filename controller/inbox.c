#include "controller/inbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct inbox {
    pthread_mutex_t mutex;
    int fd;
    unsigned capacity, first, count;
    uint64_t dropped;
    struct inbox_item items[];
};

struct inbox *inbox_open(unsigned capacity) {
    struct inbox *inbox = calloc(1, sizeof *inbox + capacity * sizeof inbox->items[0]);
    if (inbox == NULL) {
        return NULL;
    }
    inbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (inbox->fd < 0) {
        free(inbox);
        return NULL;
    }
    inbox->capacity = capacity;
    pthread_mutex_init(&inbox->mutex, NULL);
    return inbox;
}

void inbox_close(struct inbox *inbox) {
    struct inbox_item item;
    while (inbox_take(inbox, &item)) {
        if (item.kind == INBOX_COMMAND) {
            free(item.command.command);
        }
    }
    pthread_mutex_destroy(&inbox->mutex);
    close(inbox->fd);
    free(inbox);
}

int inbox_fd(const struct inbox *inbox) {
    return inbox->fd;
}

bool inbox_put(struct inbox *inbox, const struct inbox_item *item) {
    unsigned most = item->kind == INBOX_REPORT ? inbox->capacity : inbox->capacity / 4 * 3;
    pthread_mutex_lock(&inbox->mutex);
    bool fits = inbox->count < most;
    if (fits) {
        inbox->items[(inbox->first + inbox->count) % inbox->capacity] = *item;
        inbox->count++;
    } else {
        inbox->dropped++;
    }
    pthread_mutex_unlock(&inbox->mutex);
    eventfd_write(inbox->fd, 1);
    return fits;
}

bool inbox_take(struct inbox *inbox, struct inbox_item *item) {
    pthread_mutex_lock(&inbox->mutex);
    bool has_one = inbox->count > 0;
    if (has_one) {
        *item = inbox->items[inbox->first];
        inbox->first = (inbox->first + 1) % inbox->capacity;
        inbox->count--;
    } else {
        /* Under the lock, so that no put between the look and the reset is forgotten. */
        eventfd_t value;
        eventfd_read(inbox->fd, &value);
    }
    pthread_mutex_unlock(&inbox->mutex);
    return has_one;
}

uint64_t inbox_dropped(struct inbox *inbox) {
    pthread_mutex_lock(&inbox->mutex);
    uint64_t dropped = inbox->dropped;
    pthread_mutex_unlock(&inbox->mutex);
    return dropped;
}
