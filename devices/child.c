#include "devices/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "devices/line.h"
#include "protocol/utf8.h"

enum {
    LOOK_MS = 20,   /* between looks whether it is over */
    GONE_MS = 1000, /* a killed process that is still there is stuck in the kernel */
    COMPLAINT_SIZE = 160,
    READS_MOST = 64,
    PATH_SIZE = 512
};

struct child {
    pid_t pid;
    int in_fd, complaint_fd; /* our ends */
    char complaint[COMPLAINT_SIZE],
        last[COMPLAINT_SIZE]; /* the line that comes; the last whole one */
    size_t complained;
};

static int child_start(struct child *child, const struct child_order *order);
static int child_spawn(struct child *child, const struct child_order *order, const int ends[2]);
static char **environment_with(const char *setting);
static enum child_end child_wait(struct child *child, const struct child_order *order);
static bool child_is_over(const struct child *child);
static void child_listen(struct child *child);
static void child_hear(struct child *child, char letter);
static int child_reap(struct child *child);
static void tell_end(struct child *child, const char *program, int status, char *what, size_t size);
static bool can_run(const char *path);

enum child_end child_run(const struct child_order *order, char *what, size_t size) {
    struct child child = { .in_fd = -1, .complaint_fd = -1 };
    int error = child_start(&child, order);
    if (error != 0) {
        snprintf(what, size, "%s: %s", order->arguments[0], line_error_text(error));
        return CHILD_BAD;
    }
    ssize_t written = write(child.in_fd, order->input, strlen(order->input));
    (void)written; /* A program that reads no input is its own matter. */
    close(child.in_fd);
    enum child_end end = child_wait(&child, order);
    int status = child_reap(&child);
    child_listen(&child);
    if (child.complaint_fd >= 0) {
        close(child.complaint_fd);
    }
    if (end == CHILD_OVER_TIME) {
        snprintf(what, size, "%s: killed after %u ms", order->arguments[0],
                 (unsigned)order->limit_ms);
    } else if (end == CHILD_WELL && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        tell_end(&child, order->arguments[0], status, what, size);
        end = CHILD_BAD;
    }
    return end;
}

bool child_exists(const char *program, char *what, size_t size) {
    char path[PATH_SIZE];
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment once threads run. */
    const char *folders = getenv("PATH");
    bool is_found = strchr(program, '/') != NULL && can_run(program);
    if (strchr(program, '/') == NULL) {
        for (const char *at = folders; at != NULL && *at != '\0' && !is_found;) {
            size_t length = strcspn(at, ":");
            snprintf(path, sizeof path, "%.*s/%s", (int)length, at, program);
            is_found = can_run(path);
            at += length + (at[length] == ':' ? 1 : 0);
        }
        errno = ENOENT;
    }
    if (!is_found) {
        snprintf(what, size, "%s: %s", program, line_error_text(errno));
    }
    return is_found;
}

/* 0 or an error number; then nothing is left open. */
static int child_start(struct child *child, const struct child_order *order) {
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0) {
        return errno;
    }
    if (pipe2(out, O_CLOEXEC) != 0) {
        int error = errno;
        close(in[0]);
        close(in[1]);
        return error;
    }
    child->in_fd = in[1];
    child->complaint_fd = out[0];
    const int ends[2] = { in[0], out[1] };
    int error = child_spawn(child, order, ends);
    close(in[0]);
    close(out[1]);
    if (error != 0) {
        close(in[1]);
        close(out[0]);
        return error;
    }
    (void)fcntl(out[0], F_SETFL, O_NONBLOCK);
    return 0;
}

/* All signals as a program expects them: our threads block them all, and SIGPIPE is ignored. */
static int child_spawn(struct child *child, const struct child_order *order, const int ends[2]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    char **environment = environment_with(order->setting);
    if (environment == NULL) {
        return ENOMEM;
    }
    sigemptyset(&none);
    sigemptyset(&usual);
    const int signals[] = { SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1 };
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaddset(&usual, signals[i]);
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawnp(&child->pid, order->arguments[0], &actions, &attributes,
                             order->arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    return error;
}

/* The setting comes first, so that it wins. */
static char **environment_with(const char *setting) {
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **all = calloc(count + 2, sizeof *all);
    if (all != NULL) {
        /* posix_spawn takes texts that it does not change. */
        memcpy(all, &setting, sizeof *all);
        memcpy(all + 1, environ, count * sizeof *all);
    }
    return all;
}

static enum child_end child_wait(struct child *child, const struct child_order *order) {
    int64_t deadline_us = line_now_us() + (int64_t)order->limit_ms * 1000;
    while (!child_is_over(child)) {
        struct pollfd polls[2] = { { .fd = order->stop_fd, .events = POLLIN },
                                   { .fd = child->complaint_fd, .events = POLLIN } };
        poll(polls, 2, LOOK_MS);
        if (polls[0].revents != 0) {
            return CHILD_STOPPED;
        }
        child_listen(child);
        if (line_now_us() >= deadline_us) {
            return CHILD_OVER_TIME;
        }
    }
    return CHILD_WELL;
}

/* It is not reaped by that: its number stays its own, and its group's. */
static bool child_is_over(const struct child *child) {
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == child->pid;
}

/* What has come; not for ever where it comes faster than it is read. */
static void child_listen(struct child *child) {
    char bytes[COMPLAINT_SIZE];
    for (unsigned reads = 0; reads < READS_MOST && child->complaint_fd >= 0; reads++) {
        ssize_t got = read(child->complaint_fd, bytes, sizeof bytes);
        if (got < 0) {
            return;
        }
        if (got == 0) {
            close(child->complaint_fd);
            child->complaint_fd = -1;
        }
        for (ssize_t i = 0; i < got; i++) {
            child_hear(child, bytes[i]);
        }
    }
}

/* Keeps the last line that is not empty, cut. */
static void child_hear(struct child *child, char letter) {
    if (letter != '\n' && child->complained + 1 < sizeof child->complaint) {
        child->complaint[child->complained++] = letter;
    } else if (letter == '\n' && child->complained > 0) {
        child->complaint[child->complained] = '\0';
        memcpy(child->last, child->complaint, sizeof child->last);
        child->complained = 0;
    }
}

/* Kills the whole group, then takes the program's end. */
static int child_reap(struct child *child) {
    int status = 0;
    (void)kill(-child->pid, SIGKILL);
    for (int waited = 0; waited < GONE_MS; waited += LOOK_MS) {
        if (waitpid(child->pid, &status, WNOHANG) != 0) {
            break;
        }
        poll(NULL, 0, LOOK_MS);
    }
    return status;
}

/* "aplay: exit status 1: cannot find card '0'". A last line without its end counts. */
static void tell_end(struct child *child, const char *program, int status, char *what,
                     size_t size) {
    child_hear(child, '\n');
    char complaint[COMPLAINT_SIZE];
    char whole[2 * COMPLAINT_SIZE + PATH_SIZE];
    utf8_copy_visible(complaint, sizeof complaint, child->last);
    snprintf(whole, sizeof whole, "%s: %s %d%s%s", program,
             WIFEXITED(status) ? "exit status" : "ended by signal",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
             complaint[0] == '\0' ? "" : ": ", complaint);
    utf8_copy(what, size, whole);
}

static bool can_run(const char *path) {
    return access(path, X_OK) == 0;
}
