/* The files around the database: who has it, what is synced, the room kept for hard times. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "controller/store/store_private.h"

enum {
    RESERVE_BYTES = 16 * 1024 * 1024,
    /* The reserve is made again only when it does not take what people need next. */
    RESERVE_ROOM_BYTES = 4 * RESERVE_BYTES,
    RESERVE_AGAIN_S = 60
};

static int64_t now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* STORE_PATH_SIZE bytes. The slash stays: the folder of "/hall.db" is "/". */
static void folder_of(const char *path, char *folder) {
    const char *slash = strrchr(path, '/');
    snprintf(folder, STORE_PATH_SIZE, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
             slash == NULL ? "." : path);
}

void place_fault(char *fault, const char *path) {
    const char *what = strerrordesc_np(errno);
    fault_say(fault, path, what == NULL ? "an unknown error" : what);
}

void place_beside(const char *path, const char *suffix, char *out) {
    snprintf(out, STORE_PATH_SIZE + 16, "%s%s", path, suffix);
}

/* The lock is the kernel's, on a file that stays: it ends with the process, however that ends. */
enum hall_error place_lock(const char *path, int *lock, char *fault) {
    char file[STORE_PATH_SIZE + 16];
    place_beside(path, ".lock", file);
    int made = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made < 0) {
        place_fault(fault, file);
        return HALL_IO;
    }
    place_give(made, path);
    if (flock(made, LOCK_EX | LOCK_NB) < 0) {
        fault_say(fault, path, "another process has this store");
        close(made);
        return HALL_BUSY;
    }
    *lock = made;
    return HALL_OK;
}

/* Without right to it the file stays whose it is: who is not root can only make files of his own. */
void place_give(int file, const char *path) {
    char folder[STORE_PATH_SIZE];
    struct stat owner;
    folder_of(path, folder);
    if (geteuid() == 0 && (stat(path, &owner) == 0 || stat(folder, &owner) == 0)) {
        (void)!fchown(file, owner.st_uid, owner.st_gid);
    }
}

/* Makes the file before SQLite does: it holds contacts and password hashes, so it is its owner's alone. */
enum hall_error place_make(const char *path, char *fault) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        place_fault(fault, path);
        return HALL_IO;
    }
    close(file);
    return place_sync_folder(path, fault);
}

static enum hall_error sync_at(const char *path, int flags, char *fault) {
    int file = open(path, flags | O_RDONLY | O_CLOEXEC);
    if (file < 0 || fsync(file) < 0) {
        place_fault(fault, path);
        if (file >= 0) {
            close(file);
        }
        return HALL_IO;
    }
    close(file);
    return HALL_OK;
}

enum hall_error place_sync(const char *path, char *fault) {
    return sync_at(path, 0, fault);
}

enum hall_error place_sync_folder(const char *path, char *fault) {
    char folder[STORE_PATH_SIZE];
    folder_of(path, folder);
    return sync_at(folder, O_DIRECTORY, fault);
}

uint64_t store_free_bytes(struct store *store) {
    struct statvfs room;
    if (statvfs(store->path, &room) < 0) {
        return 0;
    }
    return (uint64_t)room.f_bavail * room.f_frsize;
}

bool store_has_reserve(const struct store *store) {
    char file[STORE_PATH_SIZE + 16];
    place_beside(store->path, ".reserve", file);
    return access(file, F_OK) == 0;
}

void store_release_reserve(struct store *store) {
    char file[STORE_PATH_SIZE + 16];
    place_beside(store->path, ".reserve", file);
    unlink(file);
    store->reserve_tried_s = now_s();
}

/* A missing reserve is no fault: the hall runs without it, and it is tried again. */
void place_keep_reserve(struct store *store) {
    int64_t now = now_s();
    if (store->lock < 0 ||
        (store->reserve_tried_s != 0 && now - store->reserve_tried_s < RESERVE_AGAIN_S)) {
        return;
    }
    store->reserve_tried_s = now;
    char path[STORE_PATH_SIZE + 16];
    place_beside(store->path, ".reserve", path);
    struct stat stat_now;
    if ((stat(path, &stat_now) == 0 && stat_now.st_size == RESERVE_BYTES) ||
        store_free_bytes(store) < RESERVE_ROOM_BYTES) {
        return;
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return;
    }
    if (posix_fallocate(file, 0, RESERVE_BYTES) != 0) {
        unlink(path);
    }
    close(file);
}
