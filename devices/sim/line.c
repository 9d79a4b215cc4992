/* The pseudo-terminal, and the one way in and out of both kinds. */
#include "devices/sim/line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "devices/sim/listen.h"

static void drop_client(struct sim_line *line);
static bool open_terminal(struct sim_line *line);
static bool make_raw(int fd);
static bool place_link(struct sim_line *line, char *why);
static bool is_served(const char *port, const char *own);
static bool mark_served(int fd);

bool sim_line_open(struct sim_line *line, const char *port, char *why) {
    memset(line, 0, sizeof(*line));
    snprintf(line->port, sizeof(line->port), "%s", port);
    line->master_fd = line->slave_fd = line->listen_fd = -1;
    if (sim_line_is_network(port)) {
        line->listen_fd = sim_listen_open(port + strlen("tcp:"), why);
        return line->is_open = line->listen_fd >= 0;
    }
    if (!open_terminal(line)) {
        snprintf(why, SIM_WHY_SIZE, "no pseudo-terminal: %s", strerrordesc_np(errno));
        return false;
    }
    if (place_link(line, why))
        return line->is_open = true;
    sim_line_close(line);
    return false;
}

void sim_line_close(struct sim_line *line) {
    char target[sizeof(line->terminal)];
    ssize_t length = readlink(line->port, target, sizeof(target) - 1);
    if (length > 0 && line->terminal[0] != '\0') {
        target[length] = '\0';
        if (strcmp(target, line->terminal) == 0)
            unlink(line->port);
    }
    if (line->slave_fd >= 0)
        close(line->slave_fd);
    if (line->master_fd >= 0)
        close(line->master_fd);
    if (line->listen_fd >= 0)
        close(line->listen_fd);
    line->slave_fd = line->master_fd = line->listen_fd = -1;
    line->terminal[0] = '\0';
    line->is_open = false;
}

bool sim_line_is_network(const char *port) {
    return strncmp(port, "tcp:", strlen("tcp:")) == 0;
}

bool sim_line_accept(struct sim_line *line) {
    int fd = line->listen_fd < 0 ? -1 : sim_listen_accept(line->listen_fd);
    if (fd < 0)
        return false;
    drop_client(line);
    line->master_fd = fd;
    return true;
}

size_t sim_line_read(struct sim_line *line, uint8_t *bytes, size_t size) {
    if (line->master_fd < 0)
        return 0;
    ssize_t length = read(line->master_fd, bytes, size);
    bool is_nothing = length < 0 && (errno == EAGAIN || errno == EINTR);
    if (length <= 0 && !is_nothing && line->listen_fd >= 0)
        drop_client(line);
    return length > 0 ? (size_t)length : 0;
}

bool sim_line_write(struct sim_line *line, const uint8_t *bytes, size_t length) {
    if (line->master_fd < 0)
        return false;
    if (line->listen_fd >= 0)
        return send(line->master_fd, bytes, length, MSG_NOSIGNAL) > 0;
    return write(line->master_fd, bytes, length) > 0;
}

static void drop_client(struct sim_line *line) {
    if (line->master_fd >= 0)
        close(line->master_fd);
    line->master_fd = -1;
}

static bool open_terminal(struct sim_line *line) {
    line->master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (line->master_fd < 0)
        return false;
    if (grantpt(line->master_fd) == 0 && unlockpt(line->master_fd) == 0 &&
        ptsname_r(line->master_fd, line->terminal, sizeof(line->terminal)) == 0) {
        line->slave_fd = open(line->terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (line->slave_fd >= 0 && make_raw(line->slave_fd) && mark_served(line->slave_fd))
            return true;
    }
    int saved = errno;
    sim_line_close(line);
    errno = saved;
    return false;
}

/* Echo and line editing would change the bytes before the controller has set its own modes. */
static bool make_raw(int fd) {
    struct termios modes;
    if (tcgetattr(fd, &modes) != 0)
        return false;
    cfmakeraw(&modes);
    return tcsetattr(fd, TCSANOW, &modes) == 0;
}

static bool place_link(struct sim_line *line, char *why) {
    struct stat found;
    char draft[SIM_PORT_SIZE + 8];
    if (lstat(line->port, &found) == 0 && !S_ISLNK(found.st_mode)) {
        snprintf(why, SIM_WHY_SIZE, "%s exists and is no symlink; it is left alone", line->port);
        return false;
    }
    if (is_served(line->port, line->terminal)) {
        snprintf(why, SIM_WHY_SIZE, "%s: another hallq-sim serves this port; end that one first",
                 line->port);
        return false;
    }
    /* Renamed into its place, so that no moment has no port. */
    snprintf(draft, sizeof(draft), "%s.new", line->port);
    unlink(draft);
    if (symlink(line->terminal, draft) == 0 && rename(draft, line->port) == 0)
        return true;
    snprintf(why, SIM_WHY_SIZE, "%s: no symlink can be made: %s", line->port,
             strerrordesc_np(errno));
    return false;
}

/*
 * Says to other simulators that this terminal is one of ours and alive: a killed one leaves its link behind, and its
 * terminal's number soon belongs to somebody else. A lock by fcntl(2), because the controller takes that of flock(2).
 */
static bool mark_served(int fd) {
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* The link that stands at the port leads to a terminal of a simulator that runs. */
static bool is_served(const char *port, const char *own) {
    char target[sizeof(((struct sim_line *)NULL)->terminal)];
    ssize_t length = readlink(port, target, sizeof(target) - 1);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (length <= 0)
        return false;
    target[length] = '\0';
    if (strcmp(target, own) == 0)
        return false; /* left by one that was killed, whose number is ours now */
    int fd = open(port, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool is_locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(fd);
    return is_locked;
}
