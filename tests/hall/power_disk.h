/*
 * A disk in memory that remembers every write and sync in order, so that the state after a power cut at any of them can
 * be made: what was synced is there; of the rest any 512-byte sector may be there or not, whatever its order.
 * A file's own sync makes its name durable too; a deletion is durable at once.
 */
#ifndef TESTS_HALL_POWER_DISK_H
#define TESTS_HALL_POWER_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_FILES = 8, DISK_NAME_SIZE = 64, DISK_SECTOR = 512 };

struct disk_bytes {
    uint8_t *bytes;
    size_t size, room;
};

struct disk_file {
    char name[DISK_NAME_SIZE]; /* "" free */
    bool exists;
    struct disk_bytes now;
};

enum disk_op_kind {
    DISK_WRITE,
    DISK_TRUNCATE,
    DISK_SYNC,
    DISK_SYNC_FAILED, /* the system forgets what it had to write, and says so once */
    DISK_CREATE,
    DISK_DELETE
};

struct disk_op {
    enum disk_op_kind kind;
    unsigned file;
    size_t offset, length; /* truncate: length is the new size */
    size_t data;           /* place in the log's bytes */
    uint64_t acknowledged; /* what people had been told before this operation */
};

struct disk {
    struct disk_file files[DISK_FILES];
    struct disk_bytes begin[DISK_FILES]; /* the files as the log begins; durable */
    bool begin_exists[DISK_FILES];
    struct disk_op *ops;
    size_t op_count, op_room;
    struct disk_bytes data;
    uint64_t acknowledged;
    size_t quota;           /* bytes of all files; 0 no bound */
    unsigned syncs_to_fail; /* the next so many fail */
};

struct disk *disk_make(void);
void disk_free(struct disk *disk);
/* The file's place, made when it is not there; DISK_FILES when no more fit. */
unsigned disk_find(struct disk *disk, const char *name, bool may_make);
/* False: no room. */
bool disk_write(struct disk *disk, unsigned file, size_t offset, const void *bytes, size_t length);
void disk_truncate(struct disk *disk, unsigned file, size_t size);
bool disk_sync(struct disk *disk, unsigned file);
void disk_create(struct disk *disk, unsigned file);
void disk_delete(struct disk *disk, unsigned file);

/* How a cut treats what was not synced. */
enum cut_mode {
    CUT_LOSE_ALL,
    CUT_KEEP_ALL,
    CUT_KEEP_FIRST, /* up to a drawn sector everything, then nothing */
    CUT_KEEP_SOME,  /* each sector by a coin */
    CUT_KEEP_FEW,
    CUT_KEEP_MOST,
    CUT_MODES
};

/* Walks through a log: the durable state before each operation. */
struct cutter {
    const struct disk *disk;
    size_t at;
    struct disk_bytes durable[DISK_FILES];
    bool exists[DISK_FILES], is_named[DISK_FILES];
    size_t first_pending[DISK_FILES]; /* operations of this file from here on are not synced */
};

void cutter_init(struct cutter *cutter, const struct disk *disk);
void cutter_deinit(struct cutter *cutter);
/* The disk after a cut within operation `at`: a new disk with an empty log. */
struct disk *cutter_cut(const struct cutter *cutter, enum cut_mode mode, uint64_t *chance);
void cutter_step(struct cutter *cutter);

/* xorshift; the state must not be 0. */
uint64_t draw(uint64_t *chance);

#endif
