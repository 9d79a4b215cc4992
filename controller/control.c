/*
 * The socket's clients. Each has a bounded line in and a bounded answer out; what does not fit is refused, and who does
 * not take his answer is cut, so nobody at the socket can hold up the hall.
 */
#include "controller/control.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "controller/control_private.h"
#include "protocol/utf8.h"

/* What an epoll event is about: a client's place, or one of these. */
enum { TAG_LISTENER = CONTROL_CLIENTS_MAX, TAG_TIMER };

static enum hall_error listen_at(struct control *control, char *fault);
static enum hall_error clear_path(const struct sockaddr_un *address, char *fault);
static enum hall_error say_errno(char *fault, const char *path, const char *what);
static bool watch_fd(struct control *control, int fd, uint32_t tag);
static void set_timer(struct control *control);
static void accept_all(struct control *control);
static void turn_away(int fd);
static void serve(struct control *control, struct client *client, uint32_t events);
static bool read_more(struct client *client);
static void take_lines(struct control *control, struct client *client);
static bool is_busy(const struct client *client);
static void settle(struct control *control, struct client *client);
static void want(struct control *control, struct client *client, uint32_t wanted);
static bool flush(struct client *client);
static void cut_slow(struct control *control);
static void say_goodbye(struct control *control, struct client *client);
static void cut(struct control *control, struct client *client);
static struct client *find_ticket(struct control *control, uint64_t ticket);
static int64_t mono_ms(void);

enum hall_error control_open(const char *path, const struct control_owner *owner,
                             struct control **control, char *fault) {
    struct control *made = calloc(1, sizeof(*made));
    if (made == NULL || strlen(path) >= sizeof(made->path)) {
        (void)snprintf(fault, WHAT_SIZE, "%.80s: %s", path,
                       made == NULL ? "no memory" : "longer than 107 bytes");
        free(made);
        return HALL_INVALID;
    }
    utf8_copy(made->path, sizeof(made->path), path);
    made->owner = *owner;
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        made->clients[i].fd = -1;
    }
    made->epoll = epoll_create1(EPOLL_CLOEXEC);
    made->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    made->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    enum hall_error error = HALL_IO;
    if (made->epoll < 0 || made->timer < 0 || made->listener < 0) {
        error = say_errno(fault, path, "no descriptor");
    } else {
        error = listen_at(made, fault);
    }
    if (error == HALL_OK && (!watch_fd(made, made->listener, TAG_LISTENER) ||
                             !watch_fd(made, made->timer, TAG_TIMER))) {
        error = say_errno(fault, path, "can't be watched");
    }
    if (error != HALL_OK) {
        control_close(made);
        return error;
    }
    *control = made;
    return HALL_OK;
}

void control_close(struct control *control) {
    struct stat found;
    if (control == NULL) {
        return;
    }
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (control->clients[i].fd >= 0) {
            say_goodbye(control, &control->clients[i]);
            cut(control, &control->clients[i]);
        }
    }
    if (control->inode != 0 && stat(control->path, &found) == 0 &&
        found.st_dev == control->device && found.st_ino == control->inode) {
        (void)unlink(control->path);
    }
    int fds[] = { control->listener, control->timer, control->epoll };
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
    free(control);
}

int control_fd(const struct control *control) {
    return control->epoll;
}

void control_run(struct control *control) {
    struct epoll_event events[CONTROL_CLIENTS_MAX + 2];
    int count = epoll_wait(control->epoll, events, CONTROL_CLIENTS_MAX + 2, 0);
    for (int i = 0; i < count; i++) {
        uint32_t tag = events[i].data.u32;
        if (tag == TAG_TIMER) {
            uint64_t ticks = 0;
            (void)!read(control->timer, &ticks, sizeof(ticks));
            cut_slow(control);
        } else if (tag == TAG_LISTENER) {
            accept_all(control);
        } else if (control->clients[tag].fd >= 0) {
            serve(control, &control->clients[tag], events[i].events);
        }
    }
}

void control_changed(struct control *control) {
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (control->clients[i].fd >= 0 && control->clients[i].is_watching) {
            settle(control, &control->clients[i]);
        }
    }
}

/*
 * Only laid ready: control_run sends it, and only there the client's next line is taken. This comes from within a batch,
 * and what a line asks for, a reload above all, must not happen inside one.
 */
void control_answer(struct control *control, uint64_t ticket, const struct answer *answer) {
    struct client *client = find_ticket(control, ticket);
    if (client != NULL) {
        client->ticket = 0;
        control_say_answer(client, answer);
        want(control, client, EPOLLOUT);
    }
}

void control_done(struct control *control, uint64_t ticket, enum hall_error error,
                  const char *fault) {
    struct client *client = find_ticket(control, ticket);
    if (client != NULL) {
        client->ticket = 0;
        if (error == HALL_OK) {
            control_say_ok(client);
        } else {
            control_refuse(client, control_reason(error), fault);
        }
        want(control, client, EPOLLOUT);
    }
}

unsigned control_clients(const struct control *control) {
    unsigned count = 0;
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        count += control->clients[i].fd >= 0;
    }
    return count;
}

static enum hall_error listen_at(struct control *control, char *fault) {
    enum { BACKLOG = 16 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat entry;
    utf8_copy(address.sun_path, sizeof(address.sun_path), control->path);
    enum hall_error error = clear_path(&address, fault);
    if (error != HALL_OK) {
        return error;
    }
    /* Linux gives the entry the socket's mode, so it is never open to others, not even between bind and chmod. */
    if (fchmod(control->listener, 0660) != 0 ||
        bind(control->listener, (struct sockaddr *)&address, sizeof(address)) != 0) {
        return say_errno(fault, control->path, "can't be made");
    }
    if (stat(control->path, &entry) != 0 || chmod(control->path, 0660) != 0 ||
        listen(control->listener, BACKLOG) != 0) {
        return say_errno(fault, control->path, "can't be opened");
    }
    control->device = entry.st_dev;
    control->inode = entry.st_ino;
    return HALL_OK;
}

/* Removes the entry that a killed process left; never one that somebody listens at, nor a thing that is no socket. */
static enum hall_error clear_path(const struct sockaddr_un *address, char *fault) {
    struct stat entry;
    if (lstat(address->sun_path, &entry) != 0) {
        return HALL_OK;
    }
    if (!S_ISSOCK(entry.st_mode)) {
        (void)snprintf(fault, WHAT_SIZE, "%.80s: is there and is no socket", address->sun_path);
        return HALL_IO;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) {
        return say_errno(fault, address->sun_path, "no descriptor");
    }
    bool is_taken =
        connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN;
    (void)close(probe);
    if (is_taken) {
        (void)snprintf(fault, WHAT_SIZE, "%.80s: another process listens there", address->sun_path);
        return HALL_BUSY;
    }
    (void)unlink(address->sun_path);
    return HALL_OK;
}

static enum hall_error say_errno(char *fault, const char *path, const char *what) {
    char text[64];
    (void)snprintf(fault, WHAT_SIZE, "%.50s: %s: %s", path, what,
                   strerror_r(errno, text, sizeof(text)));
    return HALL_IO;
}

static bool watch_fd(struct control *control, int fd, uint32_t tag) {
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = tag };
    return epoll_ctl(control->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Ticks each second while there is a client, so that an idle hall is not woken. */
static void set_timer(struct control *control) {
    time_t every = control_clients(control) > 0 ? 1 : 0;
    struct itimerspec when = { .it_interval.tv_sec = every, .it_value.tv_sec = every };
    (void)timerfd_settime(control->timer, 0, &when, NULL);
}

static void accept_all(struct control *control) {
    for (;;) {
        int fd = accept4(control->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        uint32_t place = 0;
        while (place < CONTROL_CLIENTS_MAX && control->clients[place].fd >= 0) {
            place++;
        }
        char *in = place < CONTROL_CLIENTS_MAX ? malloc(CONTROL_LINE_MAX) : NULL;
        char *out = in == NULL ? NULL : malloc(CONTROL_ANSWER_MAX);
        if (out == NULL || !watch_fd(control, fd, place)) {
            turn_away(fd);
            free(in);
            free(out);
            continue;
        }
        control->clients[place] = (struct client){
            .fd = fd, .wanted = EPOLLIN, .since_ms = mono_ms(), .in = in, .out = out
        };
        set_timer(control);
    }
}

static void turn_away(int fd) {
    static const char FULL[] =
        "{\"ok\":false,\"reason\":\"too_many\",\"message\":\"16 clients are connected\"}\n";
    (void)!send(fd, FULL, sizeof(FULL) - 1, MSG_NOSIGNAL);
    (void)close(fd);
}

static void serve(struct control *control, struct client *client, uint32_t events) {
    bool is_well = true;
    if ((events & EPOLLIN) != 0 && !is_busy(client)) {
        is_well = read_more(client);
    } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        is_well = false; /* gone, and nobody is left to answer */
    }
    if (is_well) {
        settle(control, client);
    } else {
        cut(control, client);
    }
}

static bool read_more(struct client *client) {
    ssize_t got =
        recv(client->fd, client->in + client->in_length, CONTROL_LINE_MAX - client->in_length, 0);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    client->since_ms = mono_ms();
    client->in_length += (size_t)got;
    client->is_ended = got == 0;
    return true;
}

/* Does what stands in whole lines, until one has to wait. */
static void take_lines(struct control *control, struct client *client) {
    while (!is_busy(client)) {
        const char *end = memchr(client->in, '\n', client->in_length);
        if (end == NULL) {
            break;
        }
        size_t length = (size_t)(end - client->in);
        control_request(control, client, client->in, length);
        client->in_length -= length + 1;
        memmove(client->in, end + 1, client->in_length);
    }
    if (!is_busy(client) && client->in_length == CONTROL_LINE_MAX) {
        control_refuse(client, REASON_TOO_LARGE, "a line of over 65536 bytes");
        client->in_length = 0;
        client->is_ended = true;
    }
}

static bool is_busy(const struct client *client) {
    return client->ticket != 0 || client->is_watching || client->out_at < client->out_length;
}

/*
 * Goes on with a client as far as it goes without waiting, and says what to wait for. A watcher gets one piece at a time:
 * who asks for years of events has them between everybody else's turns.
 */
static void settle(struct control *control, struct client *client) {
    bool has_filled = false;
    bool has_more = false;
    for (;;) {
        take_lines(control, client);
        if (client->is_watching && !has_filled && client->out_at == client->out_length) {
            has_more = control_fill(control, client);
            has_filled = true;
        }
        bool has_output = client->out_at < client->out_length;
        if (!flush(client)) {
            cut(control, client);
            return;
        }
        if (!has_output || client->out_at < client->out_length) {
            break;
        }
    }
    if (client->is_ended && client->ticket == 0 && !client->is_watching &&
        client->out_at == client->out_length) {
        cut(control, client);
        return;
    }
    uint32_t wanted = has_more || client->out_at < client->out_length ? EPOLLOUT : 0;
    want(control, client, wanted | (is_busy(client) || client->is_ended ? 0U : EPOLLIN));
}

static void want(struct control *control, struct client *client, uint32_t wanted) {
    if (wanted != client->wanted) {
        struct epoll_event event = { .events = wanted,
                                     .data.u32 = (uint32_t)(client - control->clients) };
        (void)epoll_ctl(control->epoll, EPOLL_CTL_MOD, client->fd, &event);
        client->wanted = wanted;
    }
}

/* False: the peer is gone. */
static bool flush(struct client *client) {
    while (client->out_at < client->out_length) {
        ssize_t sent = send(client->fd, client->out + client->out_at,
                            client->out_length - client->out_at, MSG_NOSIGNAL);
        if (sent < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        client->since_ms = mono_ms();
        client->out_at += (size_t)sent;
    }
    client->out_at = 0;
    client->out_length = 0;
    return true;
}

static void cut_slow(struct control *control) {
    enum { IDLE_S = 60 };
    for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];
        int64_t quiet_s = client->fd < 0 ? 0 : (mono_ms() - client->since_ms) / 1000;
        bool is_owing = client->in_length > 0 || client->out_at < client->out_length;
        bool is_waiting = client->ticket != 0 || (client->is_watching && !is_owing);
        if (!is_waiting && quiet_s >= (is_owing ? CONTROL_SLOW_S : IDLE_S)) {
            control->owner.log(control->owner.context, LOG_NOTICE,
                               is_owing ? "socket: a slow client is cut"
                                        : "socket: an idle client is cut");
            cut(control, client);
        }
    }
}

/* The last answer or the last events, as far as they go at once. */
static void say_goodbye(struct control *control, struct client *client) {
    if (client->is_watching) {
        control_fill(control, client);
    }
    (void)flush(client);
}

static void cut(struct control *control, struct client *client) {
    assert(client->fd >= 0);
    (void)close(client->fd); /* epoll forgets a closed descriptor */
    free(client->in);
    free(client->out);
    *client = (struct client){ .fd = -1 };
    set_timer(control);
}

static struct client *find_ticket(struct control *control, uint64_t ticket) {
    for (unsigned i = 0; ticket != 0 && i < CONTROL_CLIENTS_MAX; i++) {
        if (control->clients[i].fd >= 0 && control->clients[i].ticket == ticket) {
            return &control->clients[i];
        }
    }
    return NULL;
}

static int64_t mono_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
