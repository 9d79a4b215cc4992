/* Where a backup must not be written: onto the store itself or what belongs to it, and over other people's files. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/store/store_private.h"

enum { BESIDE_SIZE = STORE_PATH_SIZE + 16 };

static enum hall_error refuse(char *fault, const char *path, const char *what);
static bool is_of_store(const char *store, const char *file);
static bool is_same(const char *one, const char *other);
static bool make_whole(const char *path, char *out);
static enum hall_error check_old(const char *file, char *fault);
static bool is_live(const char *file);
static bool is_store(int fd);

enum hall_error target_check(const char *store, const char *file, char *fault) {
    if (is_of_store(store, file)) {
        return refuse(fault, file, "belongs to the running store; choose another file");
    }
    return check_old(file, fault);
}

static enum hall_error refuse(char *fault, const char *path, const char *what) {
    fault_say(fault, path, what);
    return HALL_INVALID;
}

static bool is_of_store(const char *store, const char *file) {
    static const char *const SUFFIXES[] = { "",      "-wal",     "-shm",    "-journal",
                                            ".lock", ".reserve", ".restore" };
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char beside[BESIDE_SIZE];
        place_beside(store, SUFFIXES[i], beside);
        if (is_same(beside, file)) {
            return true;
        }
    }
    return false;
}

/* By inode where both are there, which sees through links; else by name, because a log may come at any moment. */
static bool is_same(const char *one, const char *other) {
    struct stat first;
    struct stat second;
    char names[2][PATH_MAX + NAME_MAX + 2];
    if (stat(one, &first) == 0 && stat(other, &second) == 0) {
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
    }
    return make_whole(one, names[0]) && make_whole(other, names[1]) &&
           strcmp(names[0], names[1]) == 0;
}

/* The folder without links, and the name in it, of a file that need not be there. */
static bool make_whole(const char *path, char *out) {
    char folder[BESIDE_SIZE];
    char whole[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    snprintf(folder, sizeof folder, "./");
    if (slash != NULL) {
        snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
    }
    if (realpath(folder, whole) == NULL) {
        return false;
    }
    int length = snprintf(out, PATH_MAX + NAME_MAX + 2, "%s/%s", whole, name);
    return length > 0 && length < PATH_MAX + NAME_MAX + 2;
}

/* Nothing, an empty file or an older backup may be replaced. */
static enum hall_error check_old(const char *file, char *fault) {
    struct stat entry;
    /* Non-blocking: a named pipe would wait for somebody who writes. */
    int fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return HALL_OK;
    }
    if (fd < 0 || fstat(fd, &entry) < 0) {
        place_fault(fault, file);
        if (fd >= 0) {
            close(fd);
        }
        return HALL_IO;
    }
    bool is_free = S_ISREG(entry.st_mode) && (entry.st_size == 0 || is_store(fd));
    close(fd);
    if (!is_free) {
        return refuse(fault, file, "is there already and is no backup of HallQ; it is left alone");
    }
    return is_live(file) ? refuse(fault, file, "is a hall's store, not a backup; it is left alone")
                         : HALL_OK;
}

/* A store in service has its lock file beside it, and keeps it when it is stopped. */
static bool is_live(const char *file) {
    char lock[BESIDE_SIZE];
    place_beside(file, ".lock", lock);
    return access(lock, F_OK) == 0;
}

/* The file's head, https://www.sqlite.org/fileformat.html, 1.3: opening it as a database could leave files beside it. */
static bool is_store(int fd) {
    enum { HEAD_SIZE = 100, APPLICATION_AT = 68 };
    static const char MAGIC[] = "SQLite format 3";
    uint8_t head[HEAD_SIZE];
    if (pread(fd, head, sizeof head, 0) != HEAD_SIZE || memcmp(head, MAGIC, sizeof MAGIC) != 0) {
        return false;
    }
    const uint8_t *at = head + APPLICATION_AT;
    uint32_t application =
        (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
    return application == STORE_APPLICATION;
}
