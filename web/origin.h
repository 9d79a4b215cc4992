/* Is a request meant for us, and does it come from our own pages? Pure. */
#ifndef WEB_ORIGIN_H
#define WEB_ORIGIN_H

#include <stdbool.h>

#include "web/server.h"

/*
 * Is this Host header (with or without a port) one of ours: settings.hosts, public_url's, the listen addresses,
 * localhost? Where we listen on every address, any numeric host is: a name that was rebound to us is never numeric.
 */
bool origin_host_is_ours(const struct web_settings *settings, const char *host);
/* Is an Origin header public_url's, or that of the Host under our own scheme? */
bool origin_is_ours(const struct web_settings *settings, const char *origin, const char *host);

#endif
