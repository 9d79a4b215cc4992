#include "tests/hall/power_disk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t draw(uint64_t *chance) {
    uint64_t x = *chance;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *chance = x;
    return x;
}

static void bytes_resize(struct disk_bytes *bytes, size_t size) {
    if (size > bytes->room) {
        bytes->room = size + size / 2 + 4096;
        bytes->bytes = realloc(bytes->bytes, bytes->room);
        assert(bytes->bytes != NULL);
    }
    if (size > bytes->size) {
        memset(bytes->bytes + bytes->size, 0, size - bytes->size);
    }
    bytes->size = size;
}

static void bytes_put(struct disk_bytes *bytes, size_t offset, const void *from, size_t length) {
    if (offset + length > bytes->size) {
        bytes_resize(bytes, offset + length);
    }
    assert(bytes->bytes != NULL);
    memcpy(bytes->bytes + offset, from, length);
}

static void bytes_copy(struct disk_bytes *to, const struct disk_bytes *from) {
    *to = (struct disk_bytes){ 0 };
    if (from->size > 0) {
        bytes_put(to, 0, from->bytes, from->size);
    }
}

struct disk *disk_make(void) {
    struct disk *disk = calloc(1, sizeof *disk);
    assert(disk != NULL);
    return disk;
}

void disk_free(struct disk *disk) {
    for (unsigned i = 0; i < DISK_FILES; i++) {
        free(disk->files[i].now.bytes);
        free(disk->begin[i].bytes);
    }
    free(disk->ops);
    free(disk->data.bytes);
    free(disk);
}

unsigned disk_find(struct disk *disk, const char *name, bool may_make) {
    unsigned i = 0;
    while (i < DISK_FILES && disk->files[i].name[0] != '\0' &&
           strcmp(disk->files[i].name, name) != 0) {
        i++;
    }
    if (i == DISK_FILES || (disk->files[i].name[0] == '\0' && !may_make)) {
        return DISK_FILES;
    }
    snprintf(disk->files[i].name, DISK_NAME_SIZE, "%s", name);
    return i;
}

static struct disk_op *log_op(struct disk *disk, enum disk_op_kind kind, unsigned file) {
    if (disk->op_count == disk->op_room) {
        disk->op_room = 2 * disk->op_room + 256;
        disk->ops = realloc(disk->ops, disk->op_room * sizeof *disk->ops);
        assert(disk->ops != NULL);
    }
    struct disk_op *op = &disk->ops[disk->op_count++];
    *op = (struct disk_op){ .kind = kind, .file = file, .acknowledged = disk->acknowledged };
    return op;
}

static size_t disk_used(const struct disk *disk) {
    size_t used = 0;
    for (unsigned i = 0; i < DISK_FILES; i++) {
        used += disk->files[i].now.size;
    }
    return used;
}

bool disk_write(struct disk *disk, unsigned file, size_t offset, const void *bytes, size_t length) {
    struct disk_bytes *now = &disk->files[file].now;
    size_t grown = offset + length > now->size ? offset + length - now->size : 0;
    if (disk->quota != 0 && grown > 0 && disk_used(disk) + grown > disk->quota) {
        return false;
    }
    struct disk_op *op = log_op(disk, DISK_WRITE, file);
    op->offset = offset;
    op->length = length;
    op->data = disk->data.size;
    bytes_put(&disk->data, disk->data.size, bytes, length);
    bytes_put(now, offset, bytes, length);
    return true;
}

void disk_truncate(struct disk *disk, unsigned file, size_t size) {
    log_op(disk, DISK_TRUNCATE, file)->length = size;
    bytes_resize(&disk->files[file].now, size);
}

bool disk_sync(struct disk *disk, unsigned file) {
    bool is_failing = disk->syncs_to_fail > 0;
    disk->syncs_to_fail -= is_failing;
    log_op(disk, is_failing ? DISK_SYNC_FAILED : DISK_SYNC, file);
    return !is_failing;
}

void disk_create(struct disk *disk, unsigned file) {
    if (!disk->files[file].exists) {
        log_op(disk, DISK_CREATE, file);
        disk->files[file].exists = true;
    }
}

void disk_delete(struct disk *disk, unsigned file) {
    log_op(disk, DISK_DELETE, file);
    disk->files[file].exists = false;
    disk->files[file].now.size = 0;
}

void cutter_init(struct cutter *cutter, const struct disk *disk) {
    *cutter = (struct cutter){ .disk = disk };
    for (unsigned i = 0; i < DISK_FILES; i++) {
        bytes_copy(&cutter->durable[i], &disk->begin[i]);
        cutter->exists[i] = disk->begin_exists[i];
        cutter->is_named[i] = disk->begin_exists[i];
    }
}

void cutter_deinit(struct cutter *cutter) {
    for (unsigned i = 0; i < DISK_FILES; i++) {
        free(cutter->durable[i].bytes);
    }
}

static void apply(const struct disk *disk, const struct disk_op *op, struct disk_bytes *bytes) {
    if (op->kind == DISK_WRITE) {
        bytes_put(bytes, op->offset, disk->data.bytes + op->data, op->length);
    } else if (op->kind == DISK_TRUNCATE) {
        bytes_resize(bytes, op->length);
    }
}

/* Everything of this file that the log holds before `at` and is not durable becomes so. */
static void settle(struct cutter *cutter, unsigned file, size_t at) {
    const struct disk *disk = cutter->disk;
    for (size_t i = cutter->first_pending[file]; i < at; i++) {
        if (disk->ops[i].file == file) {
            apply(disk, &disk->ops[i], &cutter->durable[file]);
        }
    }
    cutter->is_named[file] = true;
}

void cutter_step(struct cutter *cutter) {
    size_t at = cutter->at++;
    const struct disk_op *op = &cutter->disk->ops[at];
    unsigned file = op->file;
    switch (op->kind) {
    case DISK_WRITE:
    case DISK_TRUNCATE:
        return;
    case DISK_SYNC:
        settle(cutter, file, at);
        cutter->first_pending[file] = cutter->at;
        return;
    case DISK_SYNC_FAILED:
        /* Linux marks the pages clean: no later sync writes them, though reading still shows them. */
        cutter->first_pending[file] = cutter->at;
        return;
    case DISK_CREATE:
    case DISK_DELETE:
        cutter->exists[file] = op->kind == DISK_CREATE;
        cutter->is_named[file] = false;
        cutter->durable[file].size = 0;
        cutter->first_pending[file] = cutter->at;
        return;
    }
}

/* Of 256 sectors so many are kept. */
static unsigned share_of(enum cut_mode mode) {
    switch (mode) {
    case CUT_KEEP_ALL:
        return 256;
    case CUT_KEEP_SOME:
        return 128;
    case CUT_KEEP_FEW:
        return 24;
    case CUT_KEEP_MOST:
        return 232;
    case CUT_LOSE_ALL:
    case CUT_KEEP_FIRST:
    case CUT_MODES:
        return 0;
    }
    return 0;
}

/* One cut's draw: how many sectors are kept from the begin, and the coin for the others. */
struct keeping {
    uint64_t first;
    unsigned share;
    uint64_t *chance;
};

static bool is_kept(struct keeping *keeping) {
    if (keeping->first > 0) {
        keeping->first--;
        return true;
    }
    return keeping->share > 0 && draw(keeping->chance) % 256 < keeping->share;
}

static void cut_write(const struct disk *disk, const struct disk_op *op, struct disk_bytes *bytes,
                      struct keeping *keeping) {
    size_t done = 0;
    while (done < op->length) {
        size_t offset = op->offset + done;
        size_t length = DISK_SECTOR - offset % DISK_SECTOR;
        length = length < op->length - done ? length : op->length - done;
        if (is_kept(keeping)) {
            bytes_put(bytes, offset, disk->data.bytes + op->data + done, length);
        }
        done += length;
    }
}

static void cut_file(const struct cutter *cutter, unsigned file, struct disk *cut,
                     struct keeping *keeping) {
    const struct disk *disk = cutter->disk;
    struct disk_bytes *bytes = &cut->files[file].now;
    size_t end = cutter->at < disk->op_count ? cutter->at + 1 : cutter->at;
    bytes_copy(bytes, &cutter->durable[file]);
    for (size_t i = cutter->first_pending[file]; i < end; i++) {
        const struct disk_op *op = &disk->ops[i];
        if (op->file != file) {
            continue;
        }
        if (op->kind == DISK_WRITE) {
            cut_write(disk, op, bytes, keeping);
        } else if (op->kind == DISK_TRUNCATE && is_kept(keeping)) {
            bytes_resize(bytes, op->length);
        }
    }
}

struct disk *cutter_cut(const struct cutter *cutter, enum cut_mode mode, uint64_t *chance) {
    struct disk *cut = disk_make();
    struct keeping keeping = { mode == CUT_KEEP_FIRST ? draw(chance) % 64 : 0, share_of(mode),
                               chance };
    for (unsigned i = 0; i < DISK_FILES; i++) {
        memcpy(cut->files[i].name, cutter->disk->files[i].name, DISK_NAME_SIZE);
        if (!cutter->exists[i] || (!cutter->is_named[i] && mode == CUT_LOSE_ALL)) {
            continue; /* its name was not durable yet */
        }
        cut->files[i].exists = true;
        cut_file(cutter, i, cut, &keeping);
        bytes_copy(&cut->begin[i], &cut->files[i].now);
        cut->begin_exists[i] = true;
    }
    return cut;
}
