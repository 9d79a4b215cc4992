/* The methods that SQLite asks for (https://www.sqlite.org/vfs.html), with the locks that several connections need. */
#include "tests/hall/power_vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGIONS_MAX = 16, TEMPORARY = DISK_FILES };

/* What the connections of one file share. */
static struct {
    struct disk *disk;
    int readers[DISK_FILES],
        writers[DISK_FILES]; /* connections with SHARED or more, RESERVED or more */
    void *regions[REGIONS_MAX];
    int shared[SQLITE_SHM_NLOCK];
    bool exclusive[SQLITE_SHM_NLOCK];
} power;

struct power_file {
    sqlite3_file base;
    unsigned file; /* TEMPORARY: bytes of its own that no cut ever shows */
    bool is_deleted_on_close;
    int level; /* SQLITE_LOCK_... */
    struct disk temporary_disk;
};

static struct power_file *mine(sqlite3_file *file) {
    return (struct power_file *)(void *)file;
}

static struct disk *disk_of(struct power_file *file) {
    return file->file == TEMPORARY ? &file->temporary_disk : power.disk;
}

static unsigned place_of(const struct power_file *file) {
    return file->file == TEMPORARY ? 0 : file->file;
}

static int power_close(sqlite3_file *base) {
    struct power_file *file = mine(base);
    if (file->file == TEMPORARY) {
        free(file->temporary_disk.files[0].now.bytes);
        free(file->temporary_disk.ops);
        free(file->temporary_disk.data.bytes);
    } else if (file->is_deleted_on_close) {
        disk_delete(power.disk, file->file);
    }
    return SQLITE_OK;
}

static int power_read(sqlite3_file *base, void *out, int length, sqlite3_int64 offset) {
    struct power_file *file = mine(base);
    const struct disk_bytes *now = &disk_of(file)->files[place_of(file)].now;
    size_t from = (size_t)offset;
    size_t wanted = (size_t)length;
    size_t there = from < now->size ? now->size - from : 0;
    there = there < wanted ? there : wanted;
    if (there > 0) {
        memcpy(out, now->bytes + from, there);
    }
    memset((char *)out + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int power_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
    struct power_file *file = mine(base);
    return disk_write(disk_of(file), place_of(file), (size_t)offset, bytes, (size_t)length)
               ? SQLITE_OK
               : SQLITE_FULL;
}

static int power_truncate(sqlite3_file *base, sqlite3_int64 size) {
    struct power_file *file = mine(base);
    disk_truncate(disk_of(file), place_of(file), (size_t)size);
    return SQLITE_OK;
}

static int power_sync(sqlite3_file *base, int flags) {
    struct power_file *file = mine(base);
    (void)flags;
    return disk_sync(disk_of(file), place_of(file)) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int power_size(sqlite3_file *base, sqlite3_int64 *size) {
    struct power_file *file = mine(base);
    *size = (sqlite3_int64)disk_of(file)->files[place_of(file)].now.size;
    return SQLITE_OK;
}

static int power_unlock(sqlite3_file *base, int level) {
    struct power_file *file = mine(base);
    if (file->file != TEMPORARY) {
        if (file->level >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) {
            power.writers[file->file]--;
        }
        if (file->level >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED) {
            power.readers[file->file]--;
        }
    }
    file->level = level < file->level ? level : file->level;
    return SQLITE_OK;
}

static int power_lock(sqlite3_file *base, int level) {
    struct power_file *file = mine(base);
    if (level <= file->level || file->file == TEMPORARY) {
        return SQLITE_OK;
    }
    bool is_writer = file->level >= SQLITE_LOCK_RESERVED;
    int other_writers = power.writers[file->file] - is_writer;
    int other_readers = power.readers[file->file] - (file->level >= SQLITE_LOCK_SHARED);
    if ((level >= SQLITE_LOCK_RESERVED && other_writers > 0) ||
        (level == SQLITE_LOCK_EXCLUSIVE && other_readers > 0)) {
        return SQLITE_BUSY;
    }
    power.readers[file->file] += file->level < SQLITE_LOCK_SHARED;
    power.writers[file->file] += level >= SQLITE_LOCK_RESERVED && !is_writer;
    file->level = level;
    return SQLITE_OK;
}

static int power_check_lock(sqlite3_file *base, int *is_reserved) {
    *is_reserved = power.writers[place_of(mine(base))] > 0;
    return SQLITE_OK;
}

static int power_control(sqlite3_file *base, int op, void *argument) {
    (void)base;
    (void)op;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int power_sector(sqlite3_file *base) {
    (void)base;
    return DISK_SECTOR;
}

/* Nothing is promised: no atomic writes, no safe append, no order. */
static int power_traits(sqlite3_file *base) {
    (void)base;
    return 0;
}

static int power_shm_map(sqlite3_file *base, int region, int size, int may_grow,
                         void volatile **out) {
    (void)base;
    assert(region < REGIONS_MAX);
    if (power.regions[region] == NULL && may_grow != 0) {
        power.regions[region] = calloc(1, (size_t)size);
    }
    *out = power.regions[region];
    return SQLITE_OK;
}

static int power_shm_lock(sqlite3_file *base, int first, int count, int flags) {
    (void)base;
    bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    bool is_lock = (flags & SQLITE_SHM_LOCK) != 0;
    for (int i = first; i < first + count && is_lock; i++) {
        if (power.exclusive[i] || (is_exclusive && power.shared[i] > 0)) {
            return SQLITE_BUSY;
        }
    }
    for (int i = first; i < first + count; i++) {
        if (is_exclusive) {
            power.exclusive[i] = is_lock;
        } else {
            power.shared[i] += is_lock ? 1 : -1;
        }
    }
    return SQLITE_OK;
}

static void power_shm_barrier(sqlite3_file *base) {
    (void)base;
}

static void forget_regions(void) {
    for (int i = 0; i < REGIONS_MAX; i++) {
        free(power.regions[i]);
        power.regions[i] = NULL;
    }
}

static int power_shm_unmap(sqlite3_file *base, int is_last) {
    (void)base;
    if (is_last != 0) {
        forget_regions();
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = power_close,
    .xRead = power_read,
    .xWrite = power_write,
    .xTruncate = power_truncate,
    .xSync = power_sync,
    .xFileSize = power_size,
    .xLock = power_lock,
    .xUnlock = power_unlock,
    .xCheckReservedLock = power_check_lock,
    .xFileControl = power_control,
    .xSectorSize = power_sector,
    .xDeviceCharacteristics = power_traits,
    .xShmMap = power_shm_map,
    .xShmLock = power_shm_lock,
    .xShmBarrier = power_shm_barrier,
    .xShmUnmap = power_shm_unmap,
};

static int power_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
                      int *flags_out) {
    (void)vfs;
    struct power_file *file = mine(base);
    memset(file, 0, sizeof *file);
    file->file = name == NULL ? TEMPORARY : disk_find(power.disk, name, true);
    if (name != NULL && file->file == DISK_FILES) {
        return SQLITE_CANTOPEN;
    }
    if (name != NULL && (flags & SQLITE_OPEN_CREATE) == 0 &&
        !power.disk->files[file->file].exists) {
        return SQLITE_CANTOPEN;
    }
    if (name != NULL) {
        disk_create(power.disk, file->file);
    }
    file->is_deleted_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    file->base.pMethods = &methods;
    if (flags_out != NULL) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync_folder) {
    (void)vfs;
    (void)sync_folder;
    unsigned file = disk_find(power.disk, name, false);
    if (file == DISK_FILES || !power.disk->files[file].exists) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    disk_delete(power.disk, file);
    return SQLITE_OK;
}

static int power_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    (void)vfs;
    unsigned file = disk_find(power.disk, name, false);
    bool exists = file < DISK_FILES && power.disk->files[file].exists;
    /* SQLite takes an empty file for none when it looks for a hot journal. */
    *result = exists && (flags != SQLITE_ACCESS_EXISTS || power.disk->files[file].now.size > 0);
    return SQLITE_OK;
}

static int power_full_name(sqlite3_vfs *vfs, const char *name, int size, char *out) {
    (void)vfs;
    snprintf(out, (size_t)size, "%s", name);
    return SQLITE_OK;
}

static sqlite3_vfs *under(void) {
    return sqlite3_vfs_find(NULL);
}

static int power_chance(sqlite3_vfs *vfs, int length, char *out) {
    (void)vfs;
    return under()->xRandomness(under(), length, out);
}

static int power_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return microseconds;
}

static int power_time(sqlite3_vfs *vfs, double *now) {
    (void)vfs;
    return under()->xCurrentTime(under(), now);
}

void power_vfs_register(void) {
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct power_file),
        .mxPathname = DISK_NAME_SIZE,
        .zName = POWER_VFS,
        .xOpen = power_open,
        .xDelete = power_delete,
        .xAccess = power_access,
        .xFullPathname = power_full_name,
        .xRandomness = power_chance,
        .xSleep = power_sleep,
        .xCurrentTime = power_time,
    };
    sqlite3_vfs_register(&vfs, 0);
}

void power_vfs_use(struct disk *disk) {
    forget_regions();
    memset(&power, 0, sizeof power);
    power.disk = disk;
}
