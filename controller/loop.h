/*
 * The hall thread: one epoll loop that owns hall and journal. Inputs come in by the inbox, the pages, the local socket
 * and time; each round drains them (bounded), decides and applies them one by one, commits once, and only then tells
 * devices, pages, watchers and the back office.
 */
#ifndef CONTROLLER_LOOP_H
#define CONTROLLER_LOOP_H

#include "controller/config.h"

struct loop;

/*
 * Opens everything. `config` is taken over (also on failure). HALL_BUSY: another hallqd runs on this store; HALL_BROKEN:
 * the store can't be opened or written; HALL_INVALID: the config asks for what can't be; HALL_IO: the socket, the
 * page's address or memory can't be had, which may be otherwise a second later. `fault` (WHAT_SIZE) says which and why.
 */
enum hall_error loop_open(struct config *config, struct loop **loop, char *fault);
/* Runs until SIGTERM or SIGINT; SIGHUP reloads the config. */
void loop_run(struct loop *loop);
/* Writes hall.stopped, closes everything. */
void loop_close(struct loop *loop);

#endif
