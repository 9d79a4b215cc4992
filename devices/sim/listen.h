/* A listening socket of a simulated serial server or gateway. */
#ifndef DEVICES_SIM_LISTEN_H
#define DEVICES_SIM_LISTEN_H

/* `target`: ADDRESS:PORT or [ADDRESS]:PORT, of this machine. -1: `why` (SIM_WHY_SIZE) says what stands against it. */
int sim_listen_open(const char *target, char *why);
/* The next client, non-blocking and without Nagle's delay; -1 nobody knocks. */
int sim_listen_accept(int listen_fd);

#endif
