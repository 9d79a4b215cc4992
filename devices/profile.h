/*
 * Device profiles: which registers of a device type mean what. "hallq-1", the reference map, is embedded at build from
 * etc/profiles/hallq-1.jsonc and is the default. Read once with the config; immutable afterwards, any thread may read.
 */
#ifndef DEVICES_PROFILE_H
#define DEVICES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/words.h"

struct profile;

/* The embedded reference profile; never NULL. */
const struct profile *profile_reference(void);
/* Reads a profile; mistakes go to `doc`. NULL when there was a mistake. Freed by profile_close. */
struct profile *profile_read(struct json_doc *doc);
void profile_close(struct profile *profile);
const char *profile_name(const struct profile *profile);
/* Whether it says how a device of this role is driven. */
bool profile_has_role(const struct profile *profile, enum role role);
/* Whether its devices have no registers but say their keys unasked, as on an ff68 bus. */
bool profile_is_unasked(const struct profile *profile);
/* Whether its devices can show which one they are. */
bool profile_can_identify(const struct profile *profile);
/* Whether its dispensers print the tickets; else a printer stands beside them. */
bool profile_can_print(const struct profile *profile);
/* Whether a key 1..32 of its dispensers gives tickets; of the reference map all of them do. */
bool profile_has_ticket_key(const struct profile *profile, unsigned key);
/*
 * Whether its devices have the reference map, perhaps at other addresses: they say who they are, count their keys and
 * say what they show. Other makers' devices do not, and the tools of the bench can't tell much of them.
 */
bool profile_is_reference(const struct profile *profile);

#endif
