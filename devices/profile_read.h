/*
 * The readers of a profile, one a part of it: each fills in its part and tells every mistake to `doc`. What has a
 * mistake is left as it was; the profile is then given up as a whole.
 */
#ifndef DEVICES_PROFILE_READ_H
#define DEVICES_PROFILE_READ_H

#include "devices/profile_map.h"

/* profile_reference.c: `roles` */
void profile_read_reference(struct json_doc *doc, const struct json *top, struct profile *profile);
/* profile_vendor.c: `role` */
void profile_read_vendor(struct json_doc *doc, const struct json *top, struct profile *profile);
/* ff68_profile.c: `reading` is unasked */
void profile_read_unasked(struct json_doc *doc, const struct json *top, struct profile *profile);
/* profile_reference.c: "next", "no_show": what a profile calls enum terminal_key. */
const char *profile_key_word(unsigned key);
/* profile_vendor.c: "counter", "level": what a profile calls enum vendor_reading. */
const char *vendor_reading_word(enum vendor_reading reading);
/* profile_vendor_read.c: `read` and `identity` */
void vendor_read_keys(struct json_doc *doc, const struct json *top, struct profile *profile);
void vendor_read_identity(struct json_doc *doc, const struct json *top, struct profile *profile);
/* profile_vendor_codes.c: `codes` */
void vendor_read_codes(struct json_doc *doc, const struct json *top, struct vendor_map *map);
/* profile_vendor_write.c: `write` */
void vendor_read_steps(struct json_doc *doc, const struct json *top, struct vendor_map *map);
/* profile_vendor_check.c: what only shows between the parts */
void vendor_check(struct json_doc *doc, const struct json *top, const struct vendor_map *map);
/* The place in the NULL-ended list of the word object[key]; not there: -1; another: a mistake and -1. */
int vendor_read_word(struct json_doc *doc, const struct json *object, const char *key,
                     const char *const *words);

#endif
