/*
 * Records and carry-over made anew from the journal: a second connection with temporary tables of the same names is
 * filled by the same statements, then compared with the store's row by row, or put in their place.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/schema.h"
#include "controller/store/store_private.h"

enum { SQL_SIZE = 512, CARRY_FIRST = 256 };

struct rebuild {
    struct store *work; /* the second connection */
    struct hall *hall;  /* NULL: records alone */
    void *memory;
    struct rules *rules;
    uint64_t seq, rules_seq, day_seq, day_rules_seq;
    unsigned carry_count, carry_room;
    struct carry_row *carry;
    enum hall_error error;
    char *fault;
};

static enum hall_error open_work(struct store *store, bool verify_only, struct rebuild *rebuild);
static void close_work(struct rebuild *rebuild);
static enum hall_error make_hall(struct rebuild *rebuild);
static bool derive_row(void *context, uint64_t seq, const char *bytes, size_t length);
static enum hall_error derive_event(struct rebuild *rebuild, const struct event *event);
static void take_carry(void *context, const struct carry_row *row);
static enum hall_error compare_all(struct rebuild *rebuild);
static enum hall_error compare_table(struct rebuild *rebuild, const char *table);
static enum hall_error compare_mark(struct rebuild *rebuild, const char *name, uint64_t value);
static enum hall_error replace_all(struct rebuild *rebuild);

enum hall_error store_rebuild(struct store *store, bool verify_only, char *fault) {
    return rebuild_derived(store, verify_only, true, fault);
}

enum hall_error rebuild_derived(struct store *store, bool verify_only, bool has_hall, char *fault) {
    struct rebuild rebuild = { .fault = fault };
    assert(verify_only || !store->options.is_read_only);
    snprintf(fault, WHAT_SIZE, "out of memory");
    enum hall_error error = open_work(store, verify_only, &rebuild);
    if (error == HALL_OK && has_hall) {
        error = make_hall(&rebuild);
    }
    if (error == HALL_OK) {
        error = store_read(rebuild.work, 1, UINT64_MAX, derive_row, &rebuild);
        if (error != HALL_OK) {
            fault_say(fault, store->path, "a hole in the journal");
        }
    }
    error = rebuild.error != HALL_OK ? rebuild.error : error;
    if (error == HALL_OK) {
        error = verify_only ? compare_all(&rebuild) : replace_all(&rebuild);
    }
    if (!verify_only && rebuild.work != NULL) {
        error = store_end(rebuild.work, error);
    }
    if (error == HALL_OK && !verify_only) {
        store->rules_seq = rebuild.rules_seq;
    }
    close_work(&rebuild);
    return error;
}

/* One transaction holds from the first row read to the last row written. */
static enum hall_error open_work(struct store *store, bool verify_only, struct rebuild *rebuild) {
    rebuild->rules = malloc(sizeof *rebuild->rules);
    rebuild->work = calloc(1, sizeof *rebuild->work);
    if (rebuild->rules == NULL || rebuild->work == NULL) {
        return HALL_IO;
    }
    struct store *work = rebuild->work;
    memcpy(work->path, store->path, sizeof work->path);
    work->options = store->options;
    work->lock = -1;
    enum hall_error error = store_connect(work, rebuild->fault);
    if (error != HALL_OK) {
        return error;
    }
    records_close(work->records);
    work->records = NULL;
    error = schema_make_derived(work->database);
    error = error != HALL_OK ? error : records_open(work->database, &work->records);
    if (error == HALL_OK) {
        error = verify_only ? database_run(work->database, "BEGIN") : store_begin(work);
    }
    if (error != HALL_OK) {
        fault_say(rebuild->fault, store->path, database_error_text(work->database));
    }
    return error;
}

static void close_work(struct rebuild *rebuild) {
    if (rebuild->work != NULL) {
        store_disconnect(rebuild->work);
    }
    free(rebuild->work);
    free(rebuild->rules);
    free(rebuild->memory);
    free(rebuild->carry);
}

/* As large as a hall may be: the journal may come from a config with other limits than today's. */
static enum hall_error make_hall(struct rebuild *rebuild) {
    const struct hall_limits limits = { .tickets_per_day = TICKETS_MAX,
                                        .windows = WINDOWS_MAX,
                                        .services = SERVICES_MAX,
                                        .staff = STAFF_MAX,
                                        .devices = DEVICES_MAX };
    rebuild->memory = malloc(hall_size(&limits));
    if (rebuild->memory == NULL) {
        return HALL_IO;
    }
    rebuild->hall = hall_create(rebuild->memory, &limits);
    return HALL_OK;
}

static bool derive_row(void *context, uint64_t seq, const char *bytes, size_t length) {
    struct rebuild *rebuild = context;
    struct event event;
    char what[WHAT_SIZE] = "";
    enum hall_error error = event_read(bytes, length, &event, NULL, rebuild->rules, what);
    if (error != HALL_OK || event.seq != seq || seq != rebuild->seq + 1) {
        snprintf(rebuild->fault, WHAT_SIZE, "seq %llu: %.96s", (unsigned long long)seq,
                 error != HALL_OK ? what : "not the next event");
        rebuild->error = HALL_BROKEN;
        return false;
    }
    rebuild->seq = seq;
    rebuild->error = derive_event(rebuild, &event);
    if (rebuild->error != HALL_OK) {
        snprintf(rebuild->fault, WHAT_SIZE, "seq %llu: %.96s", (unsigned long long)seq,
                 database_error_text(rebuild->work->database));
    }
    return rebuild->error == HALL_OK;
}

static enum hall_error derive_event(struct rebuild *rebuild, const struct event *event) {
    enum hall_error error = records_put(rebuild->work->records, event);
    if (rebuild->hall != NULL) {
        hall_apply(rebuild->hall, event);
    }
    if (event->type == EVENT_CONFIG_LOADED) {
        rebuild->rules_seq = event->seq;
    } else if (event->type == EVENT_HALL_DAY_BEGAN) {
        rebuild->day_seq = event->seq;
        rebuild->day_rules_seq = rebuild->rules_seq;
        if (rebuild->hall != NULL && error == HALL_OK) {
            rebuild->carry_count = 0;
            hall_carry(rebuild->hall, take_carry, rebuild);
            error = rebuild->error;
            error = error != HALL_OK ? error
                                     : carry_put(rebuild->work, event->seq, rebuild->carry,
                                                 rebuild->carry_count);
        }
    }
    return error;
}

static void take_carry(void *context, const struct carry_row *row) {
    struct rebuild *rebuild = context;
    if (rebuild->carry_count == rebuild->carry_room) {
        unsigned room = rebuild->carry_room == 0 ? CARRY_FIRST : 2 * rebuild->carry_room;
        struct carry_row *larger = realloc(rebuild->carry, room * sizeof *larger);
        if (larger == NULL) {
            rebuild->error = HALL_IO;
            return;
        }
        rebuild->carry = larger;
        rebuild->carry_room = room;
    }
    rebuild->carry[rebuild->carry_count++] = *row;
}

static enum hall_error compare_all(struct rebuild *rebuild) {
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; record_tables[i] != NULL && error == HALL_OK; i++) {
        error = compare_table(rebuild, record_tables[i]);
    }
    if (error == HALL_OK && rebuild->hall != NULL) {
        error = compare_table(rebuild, schema_carry_table);
    }
    error = error != HALL_OK ? error : compare_mark(rebuild, "rules_seq", rebuild->rules_seq);
    error = error != HALL_OK ? error : compare_mark(rebuild, "day_seq", rebuild->day_seq);
    return error != HALL_OK ? error
                            : compare_mark(rebuild, "day_rules_seq", rebuild->day_rules_seq);
}

/* Rows that only one side has; the first by key is named. EXCEPT takes two NULLs for equal, as we do. */
static enum hall_error compare_table(struct rebuild *rebuild, const char *table) {
    char sql[SQL_SIZE];
    snprintf(sql, sizeof sql,
             "SELECT * FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM temp.%s) UNION ALL"
             " SELECT * FROM (SELECT * FROM temp.%s EXCEPT SELECT * FROM main.%s)"
             " ORDER BY 1, 2 LIMIT 1",
             table, table, table, table);
    struct statement *differing = database_prepare(rebuild->work->database, sql);
    enum hall_error error = statement_step(differing);
    if (error == HALL_OK) {
        snprintf(rebuild->fault, WHAT_SIZE, "%s: the row %.32s %.32s differs from the journal",
                 table, statement_text(differing, 0), statement_text(differing, 1));
        error = HALL_BROKEN;
    } else if (error != HALL_MISSING) {
        fault_say(rebuild->fault, table, database_error_text(rebuild->work->database));
    }
    statement_close(differing);
    return error == HALL_MISSING ? HALL_OK : error;
}

static enum hall_error compare_mark(struct rebuild *rebuild, const char *name, uint64_t value) {
    uint64_t kept = meta_get_int(rebuild->work, name);
    if (kept == value) {
        return HALL_OK;
    }
    snprintf(rebuild->fault, WHAT_SIZE, "meta: %s is %llu, the journal says %llu", name,
             (unsigned long long)kept, (unsigned long long)value);
    return HALL_BROKEN;
}

static enum hall_error replace_table(struct rebuild *rebuild, const char *table) {
    char sql[SQL_SIZE];
    snprintf(sql, sizeof sql, "DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM temp.%s",
             table, table, table);
    return database_run(rebuild->work->database, sql);
}

static enum hall_error replace_all(struct rebuild *rebuild) {
    struct store *work = rebuild->work;
    enum hall_error error = HALL_OK;
    for (unsigned i = 0; record_tables[i] != NULL && error == HALL_OK; i++) {
        error = replace_table(rebuild, record_tables[i]);
    }
    if (error == HALL_OK && rebuild->hall != NULL) {
        error = replace_table(rebuild, schema_carry_table);
    }
    error = error != HALL_OK ? error : meta_put_int(work, "rules_seq", rebuild->rules_seq);
    error = error != HALL_OK ? error : meta_put_int(work, "day_seq", rebuild->day_seq);
    error = error != HALL_OK ? error : meta_put_int(work, "day_rules_seq", rebuild->day_rules_seq);
    if (error != HALL_OK) {
        fault_say(rebuild->fault, work->path, database_error_text(work->database));
    }
    return error;
}
