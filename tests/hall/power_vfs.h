/* An SQLite file system on a struct disk. One thread. */
#ifndef TESTS_HALL_POWER_VFS_H
#define TESTS_HALL_POWER_VFS_H

#include "tests/hall/power_disk.h"

#define POWER_VFS "power"

/* Makes the file system known to SQLite; once. */
void power_vfs_register(void);
/* All files opened from now on are this disk's. No connection may be open. What processes shared in memory is gone. */
void power_vfs_use(struct disk *disk);

#endif
