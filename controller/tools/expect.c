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

enum { WEEKS_DAYS = 28, OPEN_DAYS = 6, SEARCH_DAYS = 21, HALF_HOUR_MIN = 30 };

static void print_promise(void *context, const struct store_promise *row);
static void print_days(const struct config *config, const struct advice *advice, uint32_t day);
static bool print_day(const struct config *config, const struct advice *advice, uint32_t date);

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
    struct store *store = NULL;
    int code;
    struct config *config = open_store(tool, &store, &code);
    if (config == NULL) {
        return code;
    }
    struct advice *advice = calloc(1, sizeof *advice);
    uint32_t day = today(config);
    enum hall_error error =
        advice == NULL ? HALL_FULL : advice_read(store, &config->rules, day, advice);
    if (error == HALL_OK && !advice->is_known) {
        printf("no advice: the records have no day before this one\n");
    } else if (error == HALL_OK) {
        print_days(config, advice, day);
    }
    free(advice);
    return close_store(config, store, error);
}

static void print_days(const struct config *config, const struct advice *advice, uint32_t day) {
    unsigned printed = 0;
    for (int32_t i = 0; i < SEARCH_DAYS && printed < OPEN_DAYS; i++) {
        printed += print_day(config, advice, date_of_days(date_to_days(day) + i)) ? 1 : 0;
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

/* Only where the number changes: "09:00 2, 10:30 3, 12:00 closed, 14:00 2". */
static void print_service(const struct advice *advice, const struct day_spans *spans,
                          struct advice_wish wish) {
    int last = -1; /* 0: closed, else windows + 1 */
    for (; wish.half_hour < HALF_HOURS; wish.half_hour++) {
        unsigned windows = 0;
        bool is_known = advice_windows(advice, &wish, &windows);
        int now = is_open(spans, wish.half_hour) && is_known ? (int)windows + 1 : 0;
        if (now == last || (last == -1 && now == 0)) {
            continue;
        }
        printf("%s%02u:%02u ", last == -1 ? "" : ", ", wish.half_hour / 2,
               wish.half_hour % 2 * HALF_HOUR_MIN);
        if (now == 0) {
            printf("closed");
        } else {
            printf("%u", windows);
        }
        last = now;
    }
    printf("%s\n", last == -1 ? "-" : "");
}

static bool print_day(const struct config *config, const struct advice *advice, uint32_t date) {
    const struct rules *rules = &config->rules;
    if (!calendar_is_working_day(&rules->calendar, date)) {
        return false;
    }
    printf("%u\n", (unsigned)date);
    for (unsigned i = 1; i < SERVICES_MAX; i++) {
        const struct service_rule *service = &rules->services[i];
        struct day_spans spans;
        if (service->id[0] == 0) {
            continue;
        }
        calendar_spans(&rules->calendar, &service->week, date, &spans);
        printf("  %-16s ", service->id);
        print_service(advice, &spans, (struct advice_wish){ .service = i, .date = date });
    }
    return true;
}
