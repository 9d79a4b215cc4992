/*
 * Ticket numbers of the day that a backup ends in: which are on paper already, and what a restore may be told to give.
 * Once that day is over none of its numbers is in the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/store_private.h"

/* What the backup knows: its day and the rules in force. */
struct issue {
    struct store *store;
    struct rules *rules; /* no service where the journal has none */
    uint32_t day;        /* 0: none began, or it is over */
    int64_t ends_ms;
};

static enum hall_error check_all(const struct issue *issue, const char *next, char *fault);
static void list_all(const struct issue *issue, char *out);
static enum hall_error open_issue(const char *file, struct issue *issue, char *fault);
static void close_issue(struct issue *issue);
static void read_event(struct issue *issue, const char *mark, struct event *event);
static bool take_event(void *context, uint64_t seq, const char *bytes, size_t length);
static enum hall_error check_one(const struct issue *issue, const char *prefix, unsigned number,
                                 char *fault);
static bool is_known(const struct issue *issue, const char *prefix);
static unsigned last_issued(const struct issue *issue, const char *prefix, unsigned first,
                            unsigned last);

enum { PREFIX_LETTERS = 2 };

enum hall_error numbers_judge(const struct store_source *source, struct store_restored *restored,
                              char *fault) {
    struct issue issue;
    enum hall_error error = open_issue(source->file, &issue, fault);
    if (error != HALL_OK) {
        return error;
    }
    restored->is_day_over = issue.day != 0 && source->now_ms >= issue.ends_ms;
    if (restored->is_day_over) {
        issue.day = 0;
    }
    error = source->next == NULL ? HALL_OK : check_all(&issue, source->next, fault);
    if (error == HALL_OK) {
        list_all(&issue, restored->numbers);
    }
    close_issue(&issue);
    return error;
}

/* Their form is good: "A=120,B=7". */
static enum hall_error check_all(const struct issue *issue, const char *next, char *fault) {
    enum hall_error error = HALL_OK;
    while (*next != '\0' && error == HALL_OK) {
        char prefix[PREFIX_LETTERS + 1] = "";
        char *end = NULL;
        size_t letters = strcspn(next, "=");
        memcpy(prefix, next, letters < PREFIX_LETTERS ? letters : PREFIX_LETTERS);
        unsigned long number = strtoul(next + letters + 1, &end, 10);
        error = check_one(issue, prefix, (unsigned)number, fault);
        next = *end == ',' ? end + 1 : end;
    }
    return error;
}

static void list_all(const struct issue *issue, char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 1; i < SERVICES_MAX && used < WHAT_SIZE - 8; i++) {
        const struct service_rule *rule = &issue->rules->services[i];
        unsigned last =
            rule->id[0] == '\0' ? 0 : last_issued(issue, rule->prefix, rule->first, rule->last);
        if (last > 0 && last < rule->last) {
            used += (size_t)snprintf(out + used, WHAT_SIZE - used, "%s%s%03u", used == 0 ? "" : " ",
                                     rule->prefix, last + 1);
        } else if (last > 0) {
            used += (size_t)snprintf(out + used, WHAT_SIZE - used, "%s%s:none",
                                     used == 0 ? "" : " ", rule->prefix);
        }
    }
}

static enum hall_error open_issue(const char *file, struct issue *issue, char *fault) {
    struct event event = { 0 };
    *issue = (struct issue){ .rules = calloc(1, sizeof *issue->rules) };
    if (issue->rules == NULL) {
        snprintf(fault, WHAT_SIZE, "out of memory");
        return HALL_IO;
    }
    enum hall_error error = store_open_reader(file, &issue->store, fault);
    if (error != HALL_OK) {
        free(issue->rules);
        return error;
    }
    read_event(issue, "rules_seq", &event);
    event = (struct event){ 0 };
    read_event(issue, "day_seq", &event);
    issue->day = event.day;
    issue->ends_ms = event.ends_ms;
    return HALL_OK;
}

static void close_issue(struct issue *issue) {
    store_close(issue->store);
    free(issue->rules);
}

struct reading {
    struct issue *issue;
    struct event *event;
};

/* The event whose seq stands under `mark`; left as it is when there is none. */
static void read_event(struct issue *issue, const char *mark, struct event *event) {
    uint64_t seq = meta_get_int(issue->store, mark);
    struct reading reading = { issue, event };
    if (seq != 0) {
        (void)store_read(issue->store, seq, seq, take_event, &reading);
    }
}

static bool take_event(void *context, uint64_t seq, const char *bytes, size_t length) {
    const struct reading *reading = context;
    (void)seq;
    (void)event_read(bytes, length, reading->event, NULL, reading->issue->rules, NULL);
    return false;
}

static enum hall_error check_one(const struct issue *issue, const char *prefix, unsigned number,
                                 char *fault) {
    if (!is_known(issue, prefix)) {
        snprintf(fault, WHAT_SIZE, "--next %s=%u: no service of the backup gives numbers with %s",
                 prefix, number, prefix);
        return HALL_INVALID;
    }
    /* Services may share a prefix when each has its own range: only the number's own range counts. */
    unsigned first = 1;
    unsigned last = TICKET_NUMBER_MAX;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *rule = &issue->rules->services[i];
        if (rule->id[0] != '\0' && strcmp(rule->prefix, prefix) == 0 && number >= rule->first &&
            number <= rule->last) {
            first = rule->first;
            last = rule->last;
        }
    }
    unsigned issued = last_issued(issue, prefix, first, last);
    if (number <= issued) {
        snprintf(fault, WHAT_SIZE,
                 "--next %s=%u: the backup has %s%03u issued today; expected a higher number",
                 prefix, number, prefix, issued);
        return HALL_INVALID;
    }
    return HALL_OK;
}

/* A service of today's rules has it, or a ticket of any day. */
static bool is_known(const struct issue *issue, const char *prefix) {
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *rule = &issue->rules->services[i];
        if (rule->id[0] != '\0' && strcmp(rule->prefix, prefix) == 0) {
            return true;
        }
    }
    struct statement *find = database_prepare(
        issue->store->database, "SELECT 1 FROM tickets WHERE ticket_id GLOB '*-' || ? || '[0-9]*'");
    statement_bind_text(find, 1, prefix);
    bool is_found = statement_step(find) == HALL_OK;
    statement_close(find);
    return is_found;
}

/* The highest number of the day in the range, 0 for none; no ticket's id begins with day 0. A ticket's id is "20261123-A001". */
static unsigned last_issued(const struct issue *issue, const char *prefix, unsigned first,
                            unsigned last) {
    struct statement *find = database_prepare(
        issue->store->database,
        "SELECT max(number) FROM (SELECT CAST(substr(ticket_id, length(?1) + 1) AS INTEGER)"
        " AS number FROM tickets WHERE substr(ticket_id, 1, length(?1)) = ?1"
        " AND ticket_id GLOB ?1 || '[0-9]*') WHERE number BETWEEN ?2 AND ?3");
    char start[32];
    snprintf(start, sizeof start, "%u-%s", (unsigned)issue->day, prefix);
    statement_bind_text(find, 1, start);
    statement_bind_int(find, 2, first);
    statement_bind_int(find, 3, last);
    int64_t number = statement_step(find) == HALL_OK ? statement_int(find, 0) : 0;
    statement_close(find);
    return (unsigned)number;
}
