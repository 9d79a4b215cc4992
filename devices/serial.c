#include "devices/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "devices/holder.h"
#include "devices/line.h"

struct rate {
    uint32_t baud;
    speed_t speed;
};

static const struct rate rates[] = {
    { 1200, B1200 },     { 2400, B2400 },     { 4800, B4800 },     { 9600, B9600 },
    { 19200, B19200 },   { 38400, B38400 },   { 57600, B57600 },   { 115200, B115200 },
    { 230400, B230400 }, { 460800, B460800 }, { 500000, B500000 }, { 576000, B576000 },
    { 921600, B921600 },
};
enum { FORMAT_BITS = CSIZE | PARENB | PARODD | CSTOPB };

static void serial_say_held(const char *path, const struct serial_says *says);
static const struct rate *rate_find(uint32_t baud);
static bool serial_set(int fd, const struct line_settings *settings,
                       const struct serial_says *says);
static bool serial_get(int fd, struct termios *found, const struct serial_says *says);
static bool serial_check(int fd, const struct termios *wanted, const struct serial_says *says);
static tcflag_t serial_format(const struct line_settings *settings);

int serial_open(const char *path, const struct line_settings *settings,
                const struct serial_says *says) {
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        snprintf(says->what, says->what_size, "%.60s: %s", path, line_error_text(errno));
        return -1;
    }
    if (!isatty(fd)) {
        snprintf(says->what, says->what_size, "%.60s is no serial line", path);
    } else if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        serial_say_held(path, says);
    } else if (serial_set(fd, settings, says)) {
        return fd;
    }
    close(fd);
    return -1;
}

/* By name, so that whoever stands before the cabinet knows what to stop. */
static void serial_say_held(const char *path, const struct serial_says *says) {
    struct holder holder;
    if (holder_find(path, &holder)) {
        holder_say(&holder, path, says->what, says->what_size);
    } else {
        snprintf(says->what, says->what_size, "%.60s: another program uses it", path);
    }
}

bool serial_knows_baud(uint32_t baud) {
    return rate_find(baud) != NULL;
}

static const struct rate *rate_find(uint32_t baud) {
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (rates[i].baud == baud) {
            return &rates[i];
        }
    }
    return NULL;
}

static bool serial_set(int fd, const struct line_settings *settings,
                       const struct serial_says *says) {
    const struct rate *rate = rate_find(settings->baud);
    struct termios wanted;
    if (rate == NULL) {
        snprintf(says->what, says->what_size, "%u baud is no rate of a serial line",
                 (unsigned)settings->baud);
        return false;
    }
    if (!serial_get(fd, &wanted, says)) {
        return false;
    }
    cfmakeraw(&wanted);
    wanted.c_cflag &= ~(tcflag_t)(FORMAT_BITS | CRTSCTS | HUPCL);
    wanted.c_cflag |= CLOCAL | CREAD | serial_format(settings);
    wanted.c_iflag |= settings->parity == 'N' ? 0 : INPCK;
    /* With VMIN 1 a non-blocking read says EAGAIN when nothing is there, so that 0 can only mean a hang-up. */
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    cfsetispeed(&wanted, rate->speed);
    cfsetospeed(&wanted, rate->speed);
    /* A pseudo-terminal answers EINVAL when parity is the only change; what was taken is read back instead. */
    tcsetattr(fd, TCSANOW, &wanted);
    tcflush(fd, TCIOFLUSH);
    return serial_check(fd, &wanted, says);
}

static bool serial_get(int fd, struct termios *found, const struct serial_says *says) {
    if (tcgetattr(fd, found) < 0) {
        snprintf(says->what, says->what_size, "the line went away: %s", line_error_text(errno));
        return false;
    }
    return true;
}

static bool serial_check(int fd, const struct termios *wanted, const struct serial_says *says) {
    struct termios taken;
    if (!serial_get(fd, &taken, says)) {
        return false;
    }
    if (cfgetospeed(&taken) != cfgetospeed(wanted) || cfgetispeed(&taken) != cfgetispeed(wanted) ||
        (taken.c_lflag & ICANON) != 0) {
        snprintf(says->what, says->what_size, "the port does not take this rate");
        return false;
    }
    if ((taken.c_cflag & FORMAT_BITS) != (wanted->c_cflag & FORMAT_BITS)) {
        snprintf(says->warning, says->warning_size,
                 "the port does not take these data, parity and stop bits (a pseudo-terminal never "
                 "does); going on");
    }
    return true;
}

static tcflag_t serial_format(const struct line_settings *settings) {
    tcflag_t bits = settings->data_bits == 7 ? CS7 : CS8;
    if (settings->stop_bits == 2) {
        bits |= CSTOPB;
    }
    if (settings->parity != 'N') {
        bits |= PARENB;
    }
    return settings->parity == 'O' ? bits | PARODD : bits;
}
