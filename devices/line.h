/*
 * One line: a serial port (a path, a symlink, a pseudo-terminal), a USB adapter by serial number or socket, or a TCP
 * socket of a serial server. Opened and timed by us in one place; libmodbus is only handed the descriptor, because it
 * keeps no silence, drains nothing and takes an unknown rate for 9,600. The owner's thread uses it, nobody else.
 * Every wait has a deadline and ends at once when `stop_fd` becomes readable.
 */
#ifndef DEVICES_LINE_H
#define DEVICES_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/bus.h"
#include "protocol/words.h"

enum { STRAYS_KEPT = 64 }; /* enough for an answer to a pulse */

struct line {
    int fd; /* -1: closed */
    int stop_fd;
    struct line_settings settings;
    uint32_t char_ns;     /* one character on this wire */
    uint32_t silence_us;  /* t3.5 */
    int64_t quiet_us;     /* when the last character on the wire ended, as far as we know */
    uint32_t lag_us;      /* what a serial server between adds to an answer, both ways; 0 none */
    uint64_t heard_bytes; /* all that ever came */
    uint64_t stray_bytes; /* of them, came when nothing was asked */
    /* The first of them since line_forget_strays, and how many there were. */
    uint8_t strays[STRAYS_KEPT];
    size_t stray_count;
    char what[WHAT_SIZE];        /* why it could not be opened or was lost */
    char warning[2 * WHAT_SIZE]; /* what the port did not take of its settings, "" if nothing */
};

/* A socket of a serial server or gateway, no port of this machine. */
bool line_is_network(const struct line_settings *settings);
/* The system's words for an error number; unlike strerror it may be called by every bus at once. */
const char *line_error_text(int error);
/* CLOCK_MONOTONIC in microseconds. */
int64_t line_now_us(void);
/* Ready to open; `stop_fd` is borrowed and may be -1. */
void line_init(struct line *line, const struct line_settings *settings, int stop_fd);
/* At most 2 s (a TCP host that does not answer); HALL_IO with `what` when it can't be had. */
enum hall_error line_open(struct line *line);
/*
 * The same for a tool: a serial server that another program of this machine is connected to is left alone (many of them
 * hang up on the first when a second comes), and `what` names that program. A serial port is locked in either case.
 */
enum hall_error line_open_alone(struct line *line);
void line_close(struct line *line);
/* Microseconds that so many characters take. */
int64_t line_wire_us(const struct line *line, size_t characters);
/* When the wire will have been silent for t3.5, if nothing comes meanwhile. */
int64_t line_ready_us(const struct line *line);
/*
 * Waits until the wire was silent for t3.5; what comes meanwhile is counted as stray. No longer than `most_us`. HALL_OK,
 * HALL_TIMEOUT (something still comes), HALL_GONE, HALL_BUSY (something still comes, and the owner wants to stop).
 */
enum hall_error line_wait_silence(struct line *line, int64_t most_us);
/* The same after an answer went wrong: through a serial server its rest may come in pieces that are far apart. */
enum hall_error line_drain(struct line *line, int64_t most_us);
/* Bytes that came after an answer was whole. */
void line_note_strays(struct line *line, const uint8_t *bytes, size_t length);
void line_forget_strays(struct line *line);
/*
 * Waits for bytes until `deadline_us`. HALL_OK: at least one was read, `*got` of them. HALL_TIMEOUT, HALL_GONE (the
 * adapter or the peer went away), HALL_BUSY (the owner wants to stop).
 */
enum hall_error line_read(struct line *line, int64_t deadline_us, uint8_t *bytes, size_t size,
                          size_t *got);
/*
 * Hands bytes to the line; the wire is ours until `quiet_us`, when their last character has left. HALL_OK, or HALL_GONE
 * with `what`: the line is lost, or takes no more bytes.
 */
enum hall_error line_write(struct line *line, const uint8_t *bytes, size_t length);
/*
 * Hands bytes to the line until `deadline_us`; `quiet_us` is then when the last of them will have left. HALL_OK,
 * HALL_TIMEOUT (the line takes no more), HALL_GONE, HALL_BUSY.
 */
enum hall_error line_write_until(struct line *line, const uint8_t *bytes, size_t length,
                                 int64_t deadline_us);
/* Records why the line is lost. */
void line_lose(struct line *line, const char *what);

#endif
