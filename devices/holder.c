#include "devices/holder.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "devices/line.h"
#include "devices/socket.h"

enum { LOCK_WORDS = 6, LOCK_LINE = 256, SOCKET_WORDS = 10, LOOK_UP_US = 2000000 };

static const char NETWORK[] = "tcp:";

/* A socket of this machine. */
struct ours {
    char link[32]; /* as its process's files name it */
    uid_t user;
};
typedef bool (*process_test)(const char *process, const struct ours *ours);

static bool holder_of_lock(const char *path, struct holder *holder);
static bool holder_of_socket(const char *target, struct holder *holder);
static void peer_text(const struct addrinfo *address, char *out, size_t size);
static bool socket_is_to(char *line, const char *peer, struct ours *ours);
static int process_of(const struct ours *ours);
static unsigned processes_that(process_test fits, const struct ours *ours, int *process);
static bool process_has(const char *process, const struct ours *ours);
static bool process_is_of_user(const char *process, const struct ours *ours);
static unsigned words_of(char *line, char **words, unsigned most);
static bool lock_is_of(char *line, const char *file, int *process);
static void holder_name(struct holder *holder);

bool holder_find(const char *path, struct holder *holder) {
    size_t prefix = strlen(NETWORK);
    *holder = (struct holder){ .name = "a program" };
    bool is_held = strncmp(path, NETWORK, prefix) == 0 ? holder_of_socket(path + prefix, holder)
                                                       : holder_of_lock(path, holder);
    if (holder->process > 0) {
        holder_name(holder);
    }
    return is_held;
}

void holder_say(const struct holder *holder, const char *path, char *what, size_t size) {
    if (holder->process > 0) {
        snprintf(what, size, "%.60s: in use by %s (process %d)", path, holder->name,
                 holder->process);
    } else {
        snprintf(what, size, "%.60s: in use by %s of another user (root sees which)", path,
                 holder->name);
    }
}

static bool holder_of_lock(const char *path, struct holder *holder) {
    struct stat found;
    char file[64];
    char line[LOCK_LINE];
    if (stat(path, &found) != 0) {
        return false;
    }
    snprintf(file, sizeof file, "%02x:%02x:%" PRIuMAX, major(found.st_dev), minor(found.st_dev),
             (uintmax_t)found.st_ino);
    FILE *locks = fopen("/proc/locks", "re");
    while (locks != NULL && holder->process <= 0 && fgets(line, sizeof line, locks) != NULL) {
        if (!lock_is_of(line, file, &holder->process)) {
            holder->process = 0;
        }
    }
    if (locks != NULL) {
        (void)fclose(locks);
    }
    return holder->process > 0;
}

static bool holder_of_socket(const char *target, struct holder *holder) {
    char what[WHAT_SIZE];
    struct addrinfo *found =
        socket_look_up(target, -1, line_now_us() + LOOK_UP_US, what, sizeof what);
    bool is_held = false;
    for (const struct addrinfo *one = found; one != NULL && !is_held; one = one->ai_next) {
        char peer[64];
        char line[LOCK_LINE];
        struct ours ours;
        peer_text(one, peer, sizeof peer);
        FILE *sockets =
            fopen(one->ai_family == AF_INET6 ? "/proc/net/tcp6" : "/proc/net/tcp", "re");
        while (sockets != NULL && !is_held && fgets(line, sizeof line, sockets) != NULL) {
            is_held = socket_is_to(line, peer, &ours);
        }
        if (sockets != NULL) {
            (void)fclose(sockets);
        }
        holder->process = is_held ? process_of(&ours) : 0;
    }
    if (found != NULL) {
        freeaddrinfo(found);
    }
    return is_held;
}

/* As proc(5) writes it: each 32 bits of the address as the machine reads them, the port as a number. */
static void peer_text(const struct addrinfo *address, char *out, size_t size) {
    uint32_t parts[4];
    struct sockaddr_in6 six;
    struct sockaddr_in four;
    if (address->ai_family == AF_INET6) {
        memcpy(&six, address->ai_addr, sizeof six);
        memcpy(parts, &six.sin6_addr, sizeof parts);
        snprintf(out, size, "%08X%08X%08X%08X:%04X", parts[0], parts[1], parts[2], parts[3],
                 ntohs(six.sin6_port));
    } else {
        memcpy(&four, address->ai_addr, sizeof four);
        snprintf(out, size, "%08X:%04X", four.sin_addr.s_addr, ntohs(four.sin_port));
    }
}

/* "0: LOCAL REMOTE STATE QUEUES TIMER RETRIES UID TIMEOUT INODE ..."; state 01 stands. */
static bool socket_is_to(char *line, const char *peer, struct ours *ours) {
    char *words[SOCKET_WORDS];
    if (words_of(line, words, SOCKET_WORDS) < SOCKET_WORDS || strcmp(words[2], peer) != 0 ||
        strcmp(words[3], "01") != 0) {
        return false;
    }
    ours->user = (uid_t)strtoul(words[7], NULL, 10);
    snprintf(ours->link, sizeof ours->link, "socket:[%.20s]", words[9]);
    return true;
}

/*
 * Only root sees the files of everybody. But a service has a user of its own: where that one has a single process, it is
 * this. 0: it can't be told.
 */
static int process_of(const struct ours *ours) {
    int process = 0;
    if (processes_that(process_has, ours, &process) > 0 ||
        processes_that(process_is_of_user, ours, &process) == 1) {
        return process;
    }
    return 0;
}

static unsigned processes_that(process_test fits, const struct ours *ours, int *process) {
    DIR *all = opendir("/proc");
    unsigned count = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of one's own. */
    for (struct dirent *one = all == NULL ? NULL : readdir(all); one != NULL;
         one = readdir(all)) { /* NOLINT(concurrency-mt-unsafe): the same. */
        bool is_process = one->d_name[0] >= '1' && one->d_name[0] <= '9';
        if (is_process && fits(one->d_name, ours)) {
            *process = (int)strtol(one->d_name, NULL, 10);
            count++;
        }
    }
    if (all != NULL) {
        (void)closedir(all);
    }
    return count;
}

static bool process_has(const char *process, const struct ours *ours) {
    char path[64];
    char target[64];
    bool has_it = false;
    snprintf(path, sizeof path, "/proc/%.20s/fd", process);
    DIR *files = opendir(path);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of one's own. */
    for (struct dirent *one = files == NULL ? NULL : readdir(files); one != NULL && !has_it;
         one = readdir(files)) { /* NOLINT(concurrency-mt-unsafe): the same. */
        ssize_t length = readlinkat(dirfd(files), one->d_name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        has_it = strcmp(target, ours->link) == 0;
    }
    if (files != NULL) {
        (void)closedir(files);
    }
    return has_it;
}

static bool process_is_of_user(const char *process, const struct ours *ours) {
    char path[64];
    struct stat found;
    snprintf(path, sizeof path, "/proc/%.20s", process);
    return stat(path, &found) == 0 && found.st_uid == ours->user;
}

static unsigned words_of(char *line, char **words, unsigned most) {
    char *rest = line;
    unsigned count = 0;
    for (char *word = strtok_r(line, " \t\n", &rest); word != NULL && count < most;
         word = strtok_r(NULL, " \t\n", &rest)) {
        words[count++] = word;
    }
    return count;
}

/* "1: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF"; one that waits has "->" as its second word. See proc(5). */
static bool lock_is_of(char *line, const char *file, int *process) {
    char *words[LOCK_WORDS];
    if (words_of(line, words, LOCK_WORDS) < LOCK_WORDS || strcmp(words[1], "FLOCK") != 0 ||
        strcmp(words[5], file) != 0) {
        return false;
    }
    *process = (int)strtol(words[4], NULL, 10);
    return true;
}

static void holder_name(struct holder *holder) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", holder->process);
    FILE *comm = fopen(path, "re");
    if (comm == NULL) {
        return;
    }
    char name[HOLDER_NAME_SIZE];
    if (fgets(name, sizeof name, comm) != NULL && name[0] != '\n') {
        name[strcspn(name, "\n")] = '\0';
        snprintf(holder->name, sizeof holder->name, "%s", name);
    }
    (void)fclose(comm);
}
