/*
 * A real server on loopback in this process, an owner made of a snapshot, an array of journal rows and six users, and
 * a small HTTP client on plain sockets. Everything runs on one thread: what waits, turns the server's loop.
 */
#ifndef TESTS_UNIT_WEB_FIXTURE_H
#define TESTS_UNIT_WEB_FIXTURE_H

#include "web/stream.h"
#include "web/web.h"

enum { ROWS_MAX = 4096, ROW_SIZE = 320, JOBS_MAX = 16, CLIENT_SIZE = 1 << 21, WAIT_MS = 10000 };

struct job {
    void (*work)(void *job);
    void (*done)(void *job);
    void *job;
};

struct fixture {
    struct web *web;
    struct snapshot snapshot;
    char rows[ROWS_MAX][ROW_SIZE];
    uint64_t last_seq;
    struct job jobs[JOBS_MAX];
    unsigned job_count, jobs_most; /* most at once */
    bool keeps_jobs;               /* the worker is slow: jobs wait */
    bool keeps_commands;           /* the hall is slow: no answer */
    unsigned submitted;
    struct command command; /* the last one submitted */
    uint64_t ticket;
    bool is_ready, has_no_user;
    bool is_unread;         /* the journal can't be read */
    uint64_t first_kept;    /* rows before it are gone */
    bool has_new_passwords; /* somebody has changed them all */
    unsigned batch_reads;   /* how often the journal was asked */
    char logged[256];
};
extern struct fixture fx;

/* Settings: loopback, a free port, both listeners. */
void fixture_settings(struct web_settings *settings);
void fixture_open(void);
void fixture_close(void);
const struct web_owner *fixture_owner(void);
/* A row of this type; the data is fixed but for `extra` (",\"k\":v" or ""). Does not tell the server. */
void fixture_append(const char *type, const char *extra);
/* One turn of the loop, at most `wait_ms` of waiting. */
void fixture_turn(int wait_ms);
void fixture_run_jobs(void);
/* Moves the clock of the server's time limits. */
void fixture_pass(int64_t ms);

/* `bytes` is what came, without the marks of chunked coding. */
struct client {
    int fd;
    size_t length, chunk_left;
    bool is_closed, is_chunked;
    char mark[16]; /* a chunk's size line while it comes */
    char bytes[CLIENT_SIZE + 1];
};

struct client *client_open(unsigned listener);
void client_close(struct client *client);
void client_send(struct client *client, const char *text);
/* Turns the loop until `text` has come (true) or `wait_ms` have passed or the peer closed. */
bool client_wait(struct client *client, const char *text, int wait_ms);
/* Turns the loop until the peer has closed. */
bool client_wait_closed(struct client *client, int wait_ms);
/* Reads nothing, turns the loop for so long, and a turn each 5 ms of it however slow the machine is. */
void fixture_idle(int ms);

/* One request on a connection of its own. `headers` are whole lines ("A: b\r\n") or "". Gives the status, 0 without
 * answer; the whole answer stays in `answer`. */
extern char answer[CLIENT_SIZE + 1];
int ask(unsigned listener, const char *method, const char *path, const char *headers,
        const char *body);
const char *answer_body(void);
/* "Cookie: hallq_session=...\r\nOrigin: ...\r\n" of a new session; the password is the name with "-secret" behind. */
const char *log_in(const char *user);
const char *own_origin(void); /* "Origin: http://127.0.0.1:PORT\r\n" */

#endif
