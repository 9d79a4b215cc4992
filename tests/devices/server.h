/*
 * A serial server or a Modbus gateway in small, before scripted slaves: a listening socket on loopback that passes on
 * what comes, one client at a time. Written by hand, shares no code with devices/.
 */
#ifndef TESTS_DEVICES_SERVER_H
#define TESTS_DEVICES_SERVER_H

#include "tests/devices/rig.h"

enum server_kind {
    SERVER_BYTES,   /* passes bytes both ways, each packet `pack_ms` late */
    SERVER_GATEWAY, /* Modbus TCP before the slaves */
    SERVER_CLOSES,  /* takes each client and hangs up */
    SERVER_BABBLES  /* answers text */
};

struct server;

/* Stands before the rig's slaves; the rig's port is set to it. */
struct server *server_open(struct rig *rig, enum server_kind kind, unsigned pack_ms);
void server_close(struct server *server);
/* The next answer of the gateway leaves so much later. */
void server_delay(struct server *server, unsigned ms);
/* What the gateway says when no device answers: an exception, or 0 nothing. */
void server_refuse(struct server *server, unsigned exception);
/* Hangs up on the client; the next one is taken again. */
void server_drop(struct server *server);
unsigned server_clients(struct server *server);

#endif
