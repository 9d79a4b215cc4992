/* The parts of rules_read that stand in files of their own. */
#ifndef PROTOCOL_RULES_PARTS_H
#define PROTOCOL_RULES_PARTS_H

#include "protocol/rules.h"

void rules_read_calendar(struct json_doc *doc, const struct json *top, struct rules *rules);
/* The days that `calendar` (NULL: none) names. */
void rules_read_week(struct json_doc *doc, const struct json *calendar, struct service_week *out);
/* One day's list of spans. */
void rules_read_spans(struct json_doc *doc, const struct json *list, struct day_spans *day);
void rules_write_spans(struct json_writer *writer, const char *key, const struct day_spans *spans);
/* "2027-01-01" as 20270101; 0 for anything else, NULL too. */
uint32_t rules_date(const char *text);
/* "services", "windows", "staff", "classes": whatever names services. */
void rules_read_services(struct json_doc *doc, const struct json *top, struct rules *rules);
void rules_read_classes(struct json_doc *doc, const struct json *top, struct rules *rules);
void rules_read_windows(struct json_doc *doc, const struct json *top, struct rules *rules);
void rules_read_staff(struct json_doc *doc, const struct json *top, struct rules *rules);

/* object[key] if it is there and an object (a list); another kind is a mistake and gives NULL. */
const struct json *rules_object(struct json_doc *doc, const struct json *object, const char *key);
const struct json *rules_list(struct json_doc *doc, const struct json *object, const char *key);
/*
 * Whether an entry of the top list has this id, be it a faulty one that was dropped: who names it makes no mistake of
 * his own. False in the rules of an event, which stand deeper.
 */
bool rules_is_named(const struct json_doc *doc, const char *list, const char *id);
/* A list of service ids or ["*"]; not there: the set stays. */
void rules_read_set(struct json_doc *doc, const struct json *object, const char *key,
                    const struct rules *rules, uint64_t *set);

#endif
