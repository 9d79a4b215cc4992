/* estimates, advise: what was promised against what happened, and how many windows the next days need. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/advice.h"
#include "controller/hall/calendar.h"
#include "controller/tools/tool.h"
#include "controller/zone.h"

enum {
    WEEKS_DAYS = 28,
    OPEN_DAYS = 6,
    SEARCH_DAYS = 21,
    HALF_HOUR_MIN = 30,
    DAY_MIN = 24 * 60,
    PLANS_MAX = 32
};

/* So many windows will open: for these services, or for all. */
struct plan {
    uint64_t services; /* set by index */
    unsigned windows;
    char name[NAME_SIZE];
};

/* What a plan's windows have to do in one half hour. */
struct plan_hour {
    unsigned half_hour;
    uint64_t work_ms;
};

/* What is known of the days from today on. */
struct outlook {
    struct config *config;
    uint32_t today;
    unsigned plan_count;
    struct plan plans[PLANS_MAX];
    struct advice advice;
    uint16_t booked[SEARCH_DAYS][SERVICES_MAX][HALF_HOURS];
};

/* Where a line of half hours changes: "09:00 2, 10:30 3, 12:00 closed, 14:00 2". */
struct strip {
    int last; /* STRIP_NEW, STRIP_CLOSED, or the value that stands */
};
enum { STRIP_NEW = -2, STRIP_CLOSED = -1 };

static void print_promise(void *context, const struct store_promise *row);
static bool read_plans(struct outlook *outlook, const char *text);
static enum hall_error read_outlook(struct outlook *outlook, struct store *store, char *fault);
static void take_slot(void *context, const struct store_slot *row);
static void print_days(const struct outlook *outlook);
static bool print_day(const struct outlook *outlook, unsigned day);

/* The config, and its store for reading; NULL: said on stderr, *code set. */
static struct config *open_store(const struct tool *tool, struct store **store, int *code) {
    char fault[WHAT_SIZE] = "";
    struct config *config = tool_config(tool);
    *code = TOOL_USAGE;
    if (config == NULL) {
        return NULL;
    }
    zone_set(config->timezone);
    if (access(config->store_path, F_OK) != 0) {
        snprintf(fault, sizeof fault, "%s; hallqd makes it at its first start",
                 strerrordesc_np(errno));
    } else if (store_open_reader(config->store_path, store, fault) != HALL_OK && fault[0] == 0) {
        snprintf(fault, sizeof fault, "can't be opened");
    }
    if (fault[0] != 0) {
        fprintf(stderr, "hallq: %s: %s\n", config->store_path, fault);
        config_free(config);
        *code = TOOL_STORE;
        return NULL;
    }
    return config;
}

static int close_store(struct config *config, struct store *store, enum hall_error error) {
    store_close(store);
    config_free(config);
    if (error != HALL_OK) {
        fprintf(stderr, "hallq: the records can't be read\n");
        return TOOL_STORE;
    }
    return TOOL_DONE;
}

static uint32_t today(const struct config *config) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return zone_hall_day((int64_t)now.tv_sec * 1000, config->day_change_min);
}

int tool_estimates(const struct tool *tool) {
    struct store *store = NULL;
    struct table table;
    int code;
    struct config *config = open_store(tool, &store, &code);
    if (config == NULL) {
        return code;
    }
    int32_t day = date_to_days(today(config));
    table_init(&table, "DAY\tSERVICE\t>TICKETS\t>WAITED\t>PROMISED\t>OFF BY\t>IN RANGE");
    enum hall_error error = store_promises(store, date_of_days(day - WEEKS_DAYS),
                                           date_of_days(day + 1), print_promise, &table);
    if (error == HALL_OK) {
        table_print(&table, stdout);
    }
    table_deinit(&table);
    return close_store(config, store, error);
}

static void print_promise(void *context, const struct store_promise *row) {
    struct table *table = context;
    const unsigned mean[] = { row->waited_s, row->promised_s, row->error_s };
    table_row(table);
    table_cell(table, 0, "%u", (unsigned)row->day);
    table_cell(table, 1, "%s", row->service);
    table_cell(table, 2, "%u", (unsigned)row->tickets);
    for (unsigned i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        table_cell(table, 3 + i, "%u:%02u", mean[i] / 60, mean[i] % 60);
    }
    table_cell(table, 6, "%u %%", (unsigned)(row->within * UINT64_C(100) / row->tickets));
}

int tool_advise(const struct tool *tool) {
    char fault[WHAT_SIZE] = "";
    struct store *store = NULL;
    int code;
    struct config *config = open_store(tool, &store, &code);
    if (config == NULL) {
        return code;
    }
    struct outlook *outlook = calloc(1, sizeof *outlook);
    enum hall_error error = HALL_FULL;
    bool is_asked_well = true;
    if (outlook != NULL) {
        outlook->config = config;
        outlook->today = today(config);
        is_asked_well = tool->windows == NULL || read_plans(outlook, tool->windows);
        error = is_asked_well ? read_outlook(outlook, store, fault) : HALL_OK;
    }
    if (is_asked_well && error == HALL_OK) {
        print_days(outlook);
    }
    if (fault[0] != 0) {
        fprintf(stderr, "hallq: %s: %s\n", config->store_path, fault);
    }
    free(outlook);
    code = close_store(config, store, error);
    return is_asked_well ? code : TOOL_USAGE;
}

/* "5", "social=2,tax=1". False: said on stderr. */
static bool read_plans(struct outlook *outlook, const char *text) {
    const struct rules *rules = &outlook->config->rules;
    for (const char *at = text; at != NULL; at = strchr(at, ',')) {
        char word[NAME_SIZE + 8];
        char *end = NULL;
        at += *at == ',' ? 1 : 0;
        snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
        char *is = strchr(word, '=');
        unsigned long windows = strtoul(is == NULL ? word : is + 1, &end, 10);
        struct plan plan = { .services = SERVICES_ALL, .name = "everything" };
        if (is != NULL) {
            *is = 0;
            plan.services = UINT64_C(1) << rules_service(rules, word);
            snprintf(plan.name, sizeof plan.name, "%.*s", NAME_SIZE - 1, word);
        }
        if (plan.services == 1 || windows == 0 || windows > WINDOWS_MAX || *end != 0 ||
            outlook->plan_count == PLANS_MAX) {
            fprintf(stderr,
                    "hallq: --windows %s: expected N or SERVICE=N, N from 1 to %d, of services that"
                    " the config has\n",
                    text, WINDOWS_MAX);
            return false;
        }
        plan.windows = (unsigned)windows;
        outlook->plans[outlook->plan_count++] = plan;
    }
    return true;
}

/* The days that commands have changed stand in the live day alone: it is made from the journal, as at a start. */
static enum hall_error change_calendar(struct config *config, struct store *store, char *fault) {
    void *memory = calloc(1, hall_size(&config->limits));
    if (memory == NULL) {
        return HALL_FULL;
    }
    struct hall *hall = hall_create(memory, &config->limits);
    enum hall_error error = store_replay(store, hall, NULL, fault);
    if (error == HALL_OK) {
        hall_change_calendar(hall, &config->rules.calendar);
    }
    free(memory);
    return error;
}

static enum hall_error read_outlook(struct outlook *outlook, struct store *store, char *fault) {
    struct config *config = outlook->config;
    uint32_t end = date_of_days(date_to_days(outlook->today) + SEARCH_DAYS);
    enum hall_error error = advice_read(store, &config->rules, outlook->today, &outlook->advice);
    if (error == HALL_OK) {
        error =
            store_slots(store, zone_time(outlook->today, 0), zone_time(end, 0), take_slot, outlook);
    }
    return error == HALL_OK ? change_calendar(config, store, fault) : error;
}

static void take_slot(void *context, const struct store_slot *row) {
    struct outlook *outlook = context;
    int64_t local_min = row->slot_ms / 60000 + zone_offset_min(row->slot_ms);
    int64_t day = local_min / DAY_MIN - date_to_days(outlook->today);
    unsigned service = rules_service(&outlook->config->rules, row->service);
    if (service != 0 && day >= 0 && day < SEARCH_DAYS) {
        uint16_t *booked = &outlook->booked[day][service][local_min % DAY_MIN / HALF_HOUR_MIN];
        *booked = (uint16_t)(*booked + row->booked);
    }
}

static void print_days(const struct outlook *outlook) {
    unsigned printed = 0;
    if (!outlook->advice.is_known) {
        printf("no advice: the records have no day before this one\n");
        return;
    }
    for (unsigned day = 0; day < SEARCH_DAYS && printed < OPEN_DAYS; day++) {
        printed += print_day(outlook, day) ? 1 : 0;
    }
}

static bool is_open(const struct day_spans *spans, unsigned half_hour) {
    int begin_min = (int)half_hour * HALF_HOUR_MIN;
    for (unsigned i = 0; i < spans->count; i++) {
        if (spans->spans[i].begin_min < begin_min + HALF_HOUR_MIN &&
            spans->spans[i].end_min > begin_min) {
            return true;
        }
    }
    return false;
}

static uint32_t date_of(const struct outlook *outlook, unsigned day) {
    return date_of_days(date_to_days(outlook->today) + (int32_t)day);
}

static struct advice_wish wish_of(const struct outlook *outlook, unsigned day, unsigned service,
                                  unsigned half_hour) {
    return (struct advice_wish){ .service = service,
                                 .half_hour = half_hour,
                                 .date = date_of(outlook, day),
                                 .booked = outlook->booked[day][service][half_hour],
                                 .is_settled = day == 0 };
}

/* `value` STRIP_CLOSED, or what stands from this half hour on. */
static void strip_print(struct strip *strip, unsigned half_hour, int value, const char *unit) {
    if (value == strip->last || (strip->last == STRIP_NEW && value == STRIP_CLOSED)) {
        return;
    }
    printf("%s%02u:%02u ", strip->last == STRIP_NEW ? "" : ", ", half_hour / 2,
           half_hour % 2 * HALF_HOUR_MIN);
    if (value == STRIP_CLOSED) {
        printf("closed");
    } else {
        printf("%d%s", value, unit);
    }
    strip->last = value;
}

static void strip_end(const struct strip *strip) {
    printf("%s\n", strip->last == STRIP_NEW ? "-" : "");
}

static void print_service(const struct outlook *outlook, unsigned day, unsigned service,
                          const struct day_spans *spans) {
    struct strip strip = { STRIP_NEW };
    for (unsigned half_hour = 0; half_hour < HALF_HOURS; half_hour++) {
        unsigned windows = 0;
        struct advice_wish wish = wish_of(outlook, day, service, half_hour);
        bool is_known = advice_windows(&outlook->advice, &wish, &windows);
        strip_print(&strip, half_hour,
                    is_open(spans, half_hour) && is_known ? (int)windows : STRIP_CLOSED, "");
    }
    strip_end(&strip);
}

/* The work of a half hour for all the plan's services that are open in it; false: none is. */
static bool plan_work(const struct outlook *outlook, unsigned day, uint64_t services,
                      const struct day_spans *spans, struct plan_hour *hour) {
    hour->work_ms = 0;
    bool is_any_open = false;
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        struct advice_wish wish = wish_of(outlook, day, i, hour->half_hour);
        uint64_t work_ms = 0;
        if ((services >> i & 1) != 0 && is_open(&spans[i], hour->half_hour) &&
            advice_work_ms(&outlook->advice, &wish, &work_ms)) {
            is_any_open = true;
            hour->work_ms += work_ms;
        }
    }
    return is_any_open;
}

/* Who waits at the end of a span is served on, so the work of a break is none and its windows go on. */
static void print_plan(const struct outlook *outlook, unsigned day, const struct plan *plan,
                       const struct day_spans *spans /* by service */) {
    struct strip strip = { STRIP_NEW };
    uint64_t left_ms = 0;
    printf("  %u for %-10s ", plan->windows, plan->name);
    for (unsigned half_hour = 0; half_hour < HALF_HOURS; half_hour++) {
        struct plan_hour hour = { .half_hour = half_hour };
        bool is_any_open = plan_work(outlook, day, plan->services, spans, &hour);
        uint32_t wait_s = advice_wait_s(&left_ms, hour.work_ms, plan->windows);
        strip_print(&strip, half_hour, is_any_open ? (int)((wait_s + 59) / 60) : STRIP_CLOSED,
                    " min");
    }
    strip_end(&strip);
}

static bool print_day(const struct outlook *outlook, unsigned day) {
    const struct rules *rules = &outlook->config->rules;
    uint32_t date = date_of(outlook, day);
    struct day_spans spans[SERVICES_MAX] = { 0 };
    if (!calendar_is_working_day(&rules->calendar, date)) {
        return false;
    }
    printf("%u\n", (unsigned)date);
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *service = &rules->services[i];
        if (service->id[0] != 0) {
            calendar_spans(&rules->calendar, &service->week, date, &spans[i]);
            printf("  %-16s ", service->id);
            print_service(outlook, day, i, &spans[i]);
        }
    }
    if (outlook->plan_count > 0) {
        printf("  longest waits\n");
    }
    for (unsigned i = 0; i < outlook->plan_count; i++) {
        print_plan(outlook, day, &outlook->plans[i], spans);
    }
    return true;
}
