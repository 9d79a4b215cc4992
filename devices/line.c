#include "devices/line.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "devices/adapter.h"
#include "devices/holder.h"
#include "devices/serial.h"
#include "devices/socket.h"

enum {
    CONNECT_US = 2000000,
    /* Modbus over Serial Line V1.02, 2.5.1.1: above 19,200 baud the silence is fixed. */
    FIXED_ABOVE_BAUD = 19200,
    FIXED_SILENCE_US = 1750,
    STANDARD_CHAR_BITS = 11,
    STRAY_BYTES = 256,
    /*
     * A serial server gathers what comes for so long before it sends a packet, in either direction (5 to 20 ms where it
     * can be set), and the network between takes less.
     */
    PACKING_US = 20000
};

static const char NETWORK[] = "tcp:";

static unsigned line_char_bits(const struct line_settings *settings);
static uint32_t line_silence_of(uint32_t baud);
static enum hall_error line_wait_quiet(struct line *line, int64_t quiet_for_us, int64_t most_us);
static bool line_is_stopped(const struct line *line);
static enum hall_error line_await(struct line *line, short events, int64_t deadline_us);
static enum hall_error line_take(struct line *line, uint8_t *bytes, size_t size, size_t *got);

bool line_is_network(const struct line_settings *settings) {
    return strncmp(settings->port, NETWORK, strlen(NETWORK)) == 0;
}

const char *line_error_text(int error) {
    const char *text = strerrordesc_np(error);
    return text == NULL ? "unknown error" : text;
}

int64_t line_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void line_init(struct line *line, const struct line_settings *settings, int stop_fd) {
    *line = (struct line){ .fd = -1, .stop_fd = stop_fd, .settings = *settings };
    uint32_t baud = settings->baud == 0 ? 9600 : settings->baud;
    line->char_ns = (uint32_t)(1000000000ULL * line_char_bits(settings) / baud);
    line->silence_us = line_silence_of(baud);
    line->lag_us = line_is_network(settings) ? 2 * PACKING_US : 0;
}

enum hall_error line_open(struct line *line) {
    assert(line->fd < 0);
    const char *port = line->settings.port;
    line->what[0] = line->warning[0] = '\0';
    if (line_is_network(&line->settings)) {
        line->fd = socket_open(port + strlen(NETWORK), line->stop_fd, line_now_us() + CONNECT_US,
                               line->what, sizeof line->what);
    } else {
        char path[PORT_SIZE];
        struct serial_says says = { line->what, sizeof line->what, line->warning,
                                    sizeof line->warning };
        if (adapter_resolve(port, path, sizeof path, line->what, sizeof line->what)) {
            line->fd = serial_open(path, &line->settings, &says);
        }
    }
    line->quiet_us = line_now_us();
    return line->fd < 0 ? HALL_IO : HALL_OK;
}

enum hall_error line_open_alone(struct line *line) {
    struct holder holder;
    if (line_is_network(&line->settings) && holder_find(line->settings.port, &holder)) {
        holder_say(&holder, line->settings.port, line->what, sizeof line->what);
        return HALL_IO;
    }
    return line_open(line);
}

void line_close(struct line *line) {
    if (line->fd >= 0) {
        close(line->fd);
        line->fd = -1;
    }
}

int64_t line_wire_us(const struct line *line, size_t characters) {
    return (int64_t)((characters * (uint64_t)line->char_ns + 999) / 1000);
}

int64_t line_ready_us(const struct line *line) {
    return line->quiet_us + line->silence_us;
}

enum hall_error line_wait_silence(struct line *line, int64_t most_us) {
    return line_wait_quiet(line, line->silence_us, most_us);
}

enum hall_error line_drain(struct line *line, int64_t most_us) {
    return line_wait_quiet(line, line->silence_us + line->lag_us / 2, most_us);
}

void line_note_strays(struct line *line, const uint8_t *bytes, size_t length) {
    size_t kept = line->stray_count < STRAYS_KEPT ? STRAYS_KEPT - line->stray_count : 0;
    memcpy(line->strays + STRAYS_KEPT - kept, bytes, length < kept ? length : kept);
    line->stray_count += length;
    line->stray_bytes += length;
}

void line_forget_strays(struct line *line) {
    line->stray_count = 0;
}

static enum hall_error line_wait_quiet(struct line *line, int64_t quiet_for_us, int64_t most_us) {
    int64_t deadline_us = line_now_us() + most_us + quiet_for_us;
    for (;;) {
        int64_t ready_us = line->quiet_us + quiet_for_us;
        struct timespec until = { ready_us / 1000000, ready_us % 1000000 * 1000 };
        if (line_now_us() < ready_us) {
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        }
        uint8_t bytes[STRAY_BYTES];
        size_t got;
        enum hall_error error = line_take(line, bytes, sizeof bytes, &got);
        if (error != HALL_OK) {
            return error == HALL_TIMEOUT ? HALL_OK : error;
        }
        line_note_strays(line, bytes, got);
        line->quiet_us = line_now_us();
        if (line_is_stopped(line)) {
            return HALL_BUSY;
        }
        if (line->quiet_us > deadline_us) {
            return HALL_TIMEOUT;
        }
    }
}

static bool line_is_stopped(const struct line *line) {
    struct pollfd stop = { .fd = line->stop_fd, .events = POLLIN };
    return poll(&stop, 1, 0) > 0;
}

enum hall_error line_read(struct line *line, int64_t deadline_us, uint8_t *bytes, size_t size,
                          size_t *got) {
    enum hall_error error = line_await(line, POLLIN, deadline_us);
    if (error != HALL_OK) {
        return error;
    }
    error = line_take(line, bytes, size, got);
    line->quiet_us = line_now_us();
    return error;
}

enum hall_error line_write(struct line *line, const uint8_t *bytes, size_t length) {
    enum hall_error error = line_write_until(line, bytes, length, line_now_us());
    if (error == HALL_TIMEOUT) {
        line_lose(line, "the line takes no more bytes");
        error = HALL_GONE;
    }
    line->quiet_us = line_now_us() + line_wire_us(line, length);
    return error;
}

enum hall_error line_write_until(struct line *line, const uint8_t *bytes, size_t length,
                                 int64_t deadline_us) {
    line->quiet_us = line_now_us() + line_wire_us(line, length);
    for (size_t sent = 0; sent < length;) {
        ssize_t taken = write(line->fd, bytes + sent, length - sent);
        if (taken > 0) {
            sent += (size_t)taken;
            continue;
        }
        if (taken < 0 && errno != EAGAIN && errno != EINTR) {
            line_lose(line, line_error_text(errno));
            return HALL_GONE;
        }
        enum hall_error error = line_await(line, POLLOUT, deadline_us);
        if (error != HALL_OK) {
            return error;
        }
    }
    return HALL_OK;
}

void line_lose(struct line *line, const char *what) {
    snprintf(line->what, sizeof line->what, "%s", what);
}

static unsigned line_char_bits(const struct line_settings *settings) {
    unsigned parity = settings->parity == 'E' || settings->parity == 'O' ? 1 : 0;
    unsigned data = settings->data_bits == 7 ? 7 : 8;
    unsigned stop = settings->stop_bits == 2 ? 2 : 1;
    return 1 + data + parity + stop;
}

static uint32_t line_silence_of(uint32_t baud) {
    if (baud > FIXED_ABOVE_BAUD) {
        return FIXED_SILENCE_US;
    }
    return (3500000U * STANDARD_CHAR_BITS + baud - 1) / baud;
}

static enum hall_error line_await(struct line *line, short events, int64_t deadline_us) {
    struct pollfd polls[2] = { { .fd = line->fd, .events = events },
                               { .fd = line->stop_fd, .events = POLLIN } };
    int64_t left_us = deadline_us - line_now_us();
    if (left_us < 0) {
        left_us = 0;
    }
    struct timespec left = { left_us / 1000000, left_us % 1000000 * 1000 };
    int ready = ppoll(polls, 2, &left, NULL);
    if (ready < 0 && errno != EINTR) {
        line_lose(line, line_error_text(errno));
        return HALL_GONE;
    }
    if (polls[1].revents != 0) {
        return HALL_BUSY;
    }
    /* A hang-up is told by the read that follows; POLLNVAL would be our own mistake. */
    assert((polls[0].revents & POLLNVAL) == 0);
    return ready > 0 ? HALL_OK : HALL_TIMEOUT;
}

/* Reads what is there without waiting. EIO, ENXIO, ENODEV and an end of file all mean that the line is gone. */
static enum hall_error line_take(struct line *line, uint8_t *bytes, size_t size, size_t *got) {
    ssize_t length = read(line->fd, bytes, size);
    if (length > 0) {
        line->heard_bytes += (uint64_t)length;
        *got = (size_t)length;
        return HALL_OK;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
        return HALL_TIMEOUT;
    }
    line_lose(line, length == 0 ? "the line hung up" : line_error_text(errno));
    return HALL_GONE;
}
