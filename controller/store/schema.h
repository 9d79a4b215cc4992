/* The tables of the store, made new or checked. */
#ifndef CONTROLLER_STORE_SCHEMA_H
#define CONTROLLER_STORE_SCHEMA_H

#include "controller/store/database.h"

/*
 * HALL_MISSING: an empty file. HALL_BROKEN: somebody else's, or a newer version's; `fault` says which. An older one is
 * good to be read: what it lacks is no reader's.
 */
enum hall_error schema_check(struct database *database, const char *path, char *fault);
/* Makes all tables of an empty file; inside the caller's transaction. */
enum hall_error schema_make(struct database *database);
/* Brings an older version to this one, in a transaction of its own. After a failure the connection is to be closed. */
enum hall_error schema_grow(struct database *database);
/*
 * By what else than its key a record is looked for while the hall runs. For any store that may be written: one of an
 * earlier make has it not. A full disk leaves it for the next opening.
 */
enum hall_error schema_index(struct database *database);
/* Temporary tables that hide records and carry-over from this connection's bare names. */
enum hall_error schema_make_derived(struct database *database);

/* Of carry-over, beside record_tables. */
extern const char schema_carry_table[];

#endif
