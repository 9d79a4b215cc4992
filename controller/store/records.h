/*
 * The tables that reports read, derived from events and nothing else: each event type names the statements it runs, each
 * statement names the event's fields it takes. Statements use bare table names, so that a connection with temporary
 * tables of the same names writes those (rebuild compares them row by row).
 */
#ifndef CONTROLLER_STORE_RECORDS_H
#define CONTROLLER_STORE_RECORDS_H

#include "controller/store/database.h"
#include "protocol/event.h"

struct records;

/* Prepares every statement. HALL_IO: no memory, or the tables are not there. */
enum hall_error records_open(struct database *database, struct records **records);
void records_close(struct records *records);
/* Inside the caller's transaction. */
enum hall_error records_put(struct records *records, const struct event *event);

/* The tables' names, NULL-ended, and what follows CREATE or CREATE TEMP for each. */
extern const char *const record_tables[];
extern const char *const record_definitions[];

#endif
