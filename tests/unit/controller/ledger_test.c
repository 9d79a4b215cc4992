/* The ledger over a real store: what a batch leaves, what a disk that refuses leaves, and what a restart finds. */
#include "controller/ledger.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "controller/day.h"
#include "controller/store/database.h"
#include "tests/unit/controller/config_fixture.h"
#include "tests/unit/controller/suites.h"

enum { NOW_S = 1795400000, ANSWERS = 48 };

static struct config *config;
static struct ledger *ledger;
static int64_t now_ms;

static void open_ledger(void) {
    char fault[WHAT_SIZE] = "";
    ck_assert_msg(ledger_open(config, &ledger, fault) == HALL_OK, "%s", fault);
}

static void reopen(void) {
    ledger_close(ledger);
    open_ledger();
}

static void take(const struct input *input) {
    ck_assert_int_eq(ledger_take(ledger, input, NULL, NULL), REASON_NONE);
}

static void commit(void) {
    uint64_t durable_seq;
    ck_assert_int_eq(ledger_commit(ledger, &durable_seq), HALL_OK);
    ck_assert_uint_eq(durable_seq, hall_seq(ledger_hall(ledger)));
}

static void set_up(void) {
    folder_make();
    folder_write("hall.jsonc", BASE);
    config = folder_load("hall.jsonc");
    ck_assert_msg(config != NULL, "%s", said);
    snprintf(config->store_path, sizeof config->store_path, "%s", folder_path("hall.db"));
    now_ms = (int64_t)NOW_S * 1000;
    open_ledger();
    struct day_plan plan;
    day_plan_make(&config->rules.calendar, &config->rules, now_ms, 0, &plan);
    take(&(struct input){ .kind = INPUT_STARTED, .now_ms = now_ms });
    take(&(struct input){ .kind = INPUT_CONFIG,
                          .now_ms = now_ms,
                          .config = { .rules = &config->rules, .hash = "00" } });
    take(&(struct input){ .kind = INPUT_DAY,
                          .now_ms = now_ms,
                          .day = { .day = plan.day,
                                   .begins_ms = plan.begins_ms,
                                   .ends_ms = plan.ends_ms,
                                   .times = &plan.times,
                                   .previous_hash = "" } });
    commit();
}

static void tear_down(void) {
    ledger_close(ledger);
    config_free(config);
    folder_remove();
}

/* The first column of the store's first row. */
static void ask_store(const char *sql, char *out, size_t size) {
    struct database *database = NULL;
    char fault[WHAT_SIZE];
    ck_assert_int_eq(database_open(config->store_path, NULL, true, &database, fault), HALL_OK);
    struct statement *statement = database_prepare(database, sql);
    ck_assert_int_eq(statement_step(statement), HALL_OK);
    statement_copy_text(statement, 0, out, size);
    statement_close(statement);
    database_close(database);
}

static enum reason issue_for(const char *service) {
    struct command command = { .type = COMMAND_TICKET_ISSUE,
                               .has = COMMAND_HAS(ARG_SERVICE),
                               .by = { .kind = BY_CLI } };
    snprintf(command.service, sizeof command.service, "%s", service);
    now_ms++;
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = now_ms,
                           .command = { .command = &command, .chance = (uint32_t)now_ms } };
    return ledger_take(ledger, &input, NULL, NULL);
}

static enum reason issue(void) {
    return issue_for("social");
}

/* No file may grow beyond what it has, as on a full disk; SQLite calls it an I/O error. */
static void stop_growth(bool is_stopped) {
    struct rlimit limit;
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = is_stopped ? 1 : limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(test_a_restart_finds_the_same_day) {
    for (unsigned i = 0; i < 20; i++) {
        ck_assert_int_eq(issue(), REASON_NONE);
        if (i % 7 == 0) {
            commit();
        }
    }
    commit();
    uint64_t digest = hall_digest(ledger_hall(ledger));
    uint64_t seq = hall_seq(ledger_hall(ledger));
    reopen();
    ck_assert_uint_eq(hall_seq(ledger_hall(ledger)), seq);
    ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
}
END_TEST

START_TEST(test_a_batch_that_never_was_committed_is_gone) {
    uint64_t digest = hall_digest(ledger_hall(ledger));
    ck_assert_int_eq(issue(), REASON_NONE);
    ck_assert_uint_ne(hall_digest(ledger_hall(ledger)), digest);
    reopen();
    ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
}
END_TEST

START_TEST(test_a_failed_commit_puts_the_day_back) {
    char answer[64];
    ck_assert_int_eq(issue(), REASON_NONE);
    commit();
    uint64_t digest = hall_digest(ledger_hall(ledger));
    uint64_t seq = hall_seq(ledger_hall(ledger));
    for (unsigned i = 0; i < 3; i++) {
        uint64_t durable_seq;
        ck_assert_int_eq(issue(), REASON_NONE);
        ledger_keep_answer(ledger, "id-1", "{\"ok\":true}", now_ms);
        stop_growth(true);
        enum hall_error error = ledger_commit(ledger, &durable_seq);
        bool is_broken = ledger_is_broken(ledger);
        stop_growth(false);
        ck_assert_int_ne(error, HALL_OK);
        /* Reopening may need room too: then the day means nothing until it can be read back. */
        if (is_broken) {
            ck_assert_uint_eq(durable_seq, 0);
            ck_assert_int_eq(issue(), REASON_NOT_SAVED);
            ck_assert_int_eq(ledger_mend(ledger), HALL_OK);
        } else {
            ck_assert_uint_eq(durable_seq, seq);
        }
        ck_assert(!ledger_is_broken(ledger));
        ck_assert_uint_eq(hall_seq(ledger_hall(ledger)), seq);
        ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
        /* What was promised to the failed batch must not be told to who asks again. */
        ck_assert(!store_answer_find(ledger_store(ledger), "id-1", answer, sizeof answer, now_ms));
    }
    ck_assert_int_eq(issue(), REASON_NONE);
    ck_assert_uint_eq(ledger_event(ledger, seq + 1)->ticket.number, 2);
    commit();
    digest = hall_digest(ledger_hall(ledger));
    reopen();
    ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
}
END_TEST

START_TEST(test_answers_are_kept_with_their_batch) {
    char answer[64] = "";
    /* One that gave no event is as durable as the others. */
    ledger_keep_answer(ledger, "refused", "{\"ok\":false}", now_ms);
    commit();
    ck_assert_int_eq(issue(), REASON_NONE);
    ledger_keep_answer(ledger, "issued", "{\"ok\":true}", now_ms);
    commit();
    reopen();
    ck_assert(store_answer_find(ledger_store(ledger), "refused", answer, sizeof answer, now_ms));
    ck_assert_str_eq(answer, "{\"ok\":false}");
    ck_assert(store_answer_find(ledger_store(ledger), "issued", answer, sizeof answer, now_ms));
    /* A batch ends before the store would write answers ahead of their events. */
    for (unsigned i = 0; i < ANSWERS; i++) {
        char id[16];
        ck_assert(ledger_has_room(ledger));
        ck_assert_int_eq(issue(), REASON_NONE);
        snprintf(id, sizeof id, "many-%u", i);
        ledger_keep_answer(ledger, id, "{}", now_ms);
    }
    ck_assert(!ledger_has_room(ledger));
    ck_assert_uint_eq(ledger_pending(ledger), ANSWERS);
    struct store *reader;
    char fault[WHAT_SIZE];
    ck_assert_int_eq(store_open_reader(config->store_path, &reader, fault), HALL_OK);
    ck_assert(!store_answer_find(reader, "many-0", answer, sizeof answer, now_ms));
    commit();
    ck_assert(store_answer_find(reader, "many-0", answer, sizeof answer, now_ms));
    store_close(reader);
}
END_TEST

START_TEST(test_a_full_batch_says_so) {
    unsigned taken = 0;
    while (ledger_has_room(ledger)) {
        ck_assert_int_eq(issue_for(taken % 2 == 0 ? "social" : "tax"), REASON_NONE);
        taken++;
    }
    ck_assert_uint_gt(taken, 100);
    commit();
    ck_assert(ledger_has_room(ledger));
    ck_assert_uint_eq(ledger_pending(ledger), 0);
}
END_TEST

static enum reason tell_staff(enum command_type type, const char *staff, const char *pin_hash) {
    struct command command = { .type = type, .by = { .kind = BY_CLI } };
    snprintf(command.staff, sizeof command.staff, "%s", staff);
    now_ms++;
    struct input input = { .kind = INPUT_COMMAND,
                           .now_ms = now_ms,
                           .command = { .command = &command, .pin_hash = pin_hash } };
    return ledger_take(ledger, &input, NULL, NULL);
}

static void check_pin(uint16_t staff, const char *wanted) {
    char hash[HASH_SIZE] = "";
    (void)store_pin_get(ledger_store(ledger), staff, hash);
    ck_assert_str_eq(hash, wanted);
}

START_TEST(test_a_pin_goes_with_the_event_of_its_person) {
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_SET, "0200", "h1"), REASON_NONE);
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_SET, "0200", NULL), REASON_NONE); /* leaves it */
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_SET, "x", "h2"), REASON_BAD_ARGUMENT);
    check_pin(0, "");
    commit();
    reopen();
    check_pin(200, "h1");
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_REMOVE, "0999", NULL), REASON_UNKNOWN_STAFF);
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_REMOVE, "0200", NULL), REASON_NONE);
    check_pin(200, "");
    reopen(); /* as killed before the commit */
    check_pin(200, "h1");
    ck_assert_int_eq(tell_staff(COMMAND_STAFF_REMOVE, "0200", NULL), REASON_NONE);
    commit();
    reopen();
    check_pin(200, "");
}
END_TEST

START_TEST(test_a_batch_of_pins_is_full_before_they_fall) {
    unsigned taken = 0;
    while (ledger_has_room(ledger)) {
        ck_assert_int_eq(tell_staff(COMMAND_STAFF_SET, "0200", "h1"), REASON_NONE);
        taken++;
    }
    ck_assert_uint_eq(taken, PINS_PENDING_MAX);
    commit();
    ck_assert(ledger_has_room(ledger));
}
END_TEST

static void check_refused(const char *says) {
    char fault[WHAT_SIZE] = "";
    struct ledger *other = NULL;
    ck_assert_int_eq(ledger_open(config, &other, fault), HALL_INVALID);
    ck_assert_msg(strstr(fault, says) != NULL, "%s", fault);
}

/* Lowered in mid-day, below what the day has already: said, never written beyond. */
START_TEST(test_limits_below_the_day_are_refused) {
    struct hall_limits limits = config->limits;
    for (unsigned i = 0; i < 20; i++) {
        ck_assert_int_eq(issue(), REASON_NONE);
    }
    commit();
    ledger_close(ledger);
    config->limits.tickets_per_day = 19;
    check_refused("limits.tickets_per_day, 19");
    config->limits = limits;
    config->limits.windows = (uint16_t)(config->rules.window_count - 1);
    check_refused("limits.windows");
    config->limits = limits;
    config->limits.tickets_per_day = 20;
    open_ledger();
    ck_assert_int_eq(issue(), REASON_CAPACITY);
}
END_TEST

static void end_day(void) {
    struct day_plan plan;
    now_ms = hall_day_ends_ms(ledger_hall(ledger));
    day_plan_make(&config->rules.calendar, &config->rules, now_ms, 0, &plan);
    take(&(struct input){ .kind = INPUT_DAY,
                          .now_ms = now_ms,
                          .day = { .day = plan.day,
                                   .begins_ms = plan.begins_ms,
                                   .ends_ms = plan.ends_ms,
                                   .times = &plan.times } });
}

/* The day's end and the next day's begin stand in one batch. */
START_TEST(test_a_day_names_the_hash_of_the_row_before_it) {
    char before[HASH_SIZE];
    ck_assert_int_eq(issue(), REASON_NONE);
    commit();
    end_day();
    const struct event *began = ledger_event(ledger, hall_seq(ledger_hall(ledger)));
    ck_assert_int_eq(began->type, EVENT_HALL_DAY_BEGAN);
    ck_assert_uint_gt(ledger_pending(ledger), 1);
    char named[HASH_SIZE];
    snprintf(named, sizeof named, "%s", began->hash);
    commit();
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT lower(hex(hash)) FROM journal WHERE seq = %llu",
             (unsigned long long)hall_seq(ledger_hall(ledger)) - 1);
    ask_store(sql, before, sizeof before);
    ck_assert_str_eq(named, before);
}
END_TEST

static void at_window(enum command_type type) {
    struct command command = { .type = type,
                               .has = COMMAND_HAS(ARG_WINDOW),
                               .by = { .kind = BY_CLI },
                               .window = 1,
                               .staff = "0107" };
    now_ms += 60000;
    take(&(struct input){
        .kind = INPUT_COMMAND, .now_ms = now_ms, .command = { .command = &command } });
}

/* Of the ticket A001 of that day, by SMS. */
static struct command rating_of(uint32_t day) {
    struct command command = { .type = COMMAND_RATING_GIVE,
                               .has = COMMAND_HAS(ARG_TICKET),
                               .by = { .kind = BY_MQTT, .id = "office" },
                               .day = day,
                               .ticket = { "A", 1 },
                               .grade = 2,
                               .rating_channel = RATING_SMS };
    return command;
}

static enum reason send(const struct command *command) {
    return ledger_take(ledger,
                       &(struct input){ .kind = INPUT_COMMAND,
                                        .now_ms = now_ms,
                                        .command = { .command = command } },
                       NULL, NULL);
}

START_TEST(test_a_visit_of_yesterday_is_rated_from_the_records) {
    uint32_t day = hall_day(ledger_hall(ledger));
    ck_assert_int_eq(issue(), REASON_NONE);
    at_window(COMMAND_STAFF_SIGN_IN);
    at_window(COMMAND_WINDOW_NEXT);
    at_window(COMMAND_WINDOW_START);
    at_window(COMMAND_WINDOW_DONE);
    struct command command = rating_of(day);
    ck_assert(!ledger_asks_records(ledger, &command));
    end_day();
    commit();
    ck_assert(ledger_asks_records(ledger, &command));
    ck_assert_int_eq(send(&command), REASON_NONE);
    commit();
    ck_assert_int_eq(send(&command), REASON_ALREADY_RATED);
    char row[128];
    ask_store("SELECT r.day || ' ' || r.state || ' ' || r.channel || ' ' || r.grade || ' ' ||"
              " r.staff || ' ' || c.kind FROM ratings r JOIN cases c ON c.visit = r.visit",
              row, sizeof row);
    char expected[128];
    snprintf(expected, sizeof expected, "%u given sms 2 0107 bad_rating", day);
    ck_assert_str_eq(row, expected);
    command.type = COMMAND_RATING_REASONS;
    command.reason_count = 1;
    command.reasons[0] = 207;
    ck_assert_int_eq(send(&command), REASON_NONE);
    commit();
    ask_store("SELECT reasons FROM ratings", row, sizeof row);
    ck_assert_str_eq(row, "207");
    command.ticket.number = 2;
    ck_assert_int_eq(send(&command), REASON_NO_SUCH);
    uint64_t digest = hall_digest(ledger_hall(ledger));
    reopen();
    ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
    char fault[WHAT_SIZE] = "";
    ck_assert_msg(store_rebuild(ledger_store(ledger), true, fault) == HALL_OK, "%s", fault);
}
END_TEST

enum { CASE_BATCH = 128, CASE_BYTES = 1024 };

struct case_rows {
    struct event events[CASE_BATCH];
    struct store_entry entries[CASE_BATCH];
    char bytes[CASE_BATCH][CASE_BYTES];
};

static void write_case(struct case_rows *rows, unsigned place, uint64_t seq) {
    struct event *event = &rows->events[place];
    struct event_source source = { .hall = "test-01", .era = 1 };
    event_init(event, EVENT_CASE_OPENED, now_ms, &(struct by){ BY_KEY, "keypad-1" });
    event->seq = event->case_seq = seq;
    event->case_kind = CASE_BAD_RATING;
    event->visit = 1;
    event->day = hall_day(ledger_hall(ledger));
    event->ticket = (struct ticket_no){ "A", 1 };
    snprintf(event->service, sizeof event->service, "social");
    event->window = 1;
    event->due_ms = now_ms + 86400000;
    event->has = event_required(EVENT_CASE_OPENED);
    int length = event_write(event, &source, rows->bytes[place], CASE_BYTES);
    ck_assert_int_gt(length, 0);
    rows->entries[place] = (struct store_entry){ event, rows->bytes[place], (size_t)length };
}

/* Cases that were opened, as a hall that never closes one has them. */
static void append_cases(unsigned count) {
    struct case_rows *rows = calloc(1, sizeof *rows);
    uint64_t seq = hall_seq(ledger_hall(ledger));
    struct store *store = ledger_store(ledger);
    for (unsigned done = 0; done < count; done += CASE_BATCH) {
        unsigned batch = count - done < CASE_BATCH ? count - done : CASE_BATCH;
        for (unsigned i = 0; i < batch; i++) {
            write_case(rows, i, ++seq);
        }
        ck_assert_int_eq(store_append(store, rows->entries, batch, NULL, 0), HALL_OK);
    }
    free(rows);
    reopen(); /* the live day is made of them */
}

static unsigned cases_open(void) {
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    hall_snapshot(ledger_hall(ledger), now_ms, snapshot);
    unsigned count = snapshot->cases_open;
    free(snapshot);
    return count;
}

static enum reason step(uint64_t case_seq, enum command_type type, enum case_outcome outcome) {
    struct command command = { .type = type,
                               .by = { .kind = BY_CLI, .id = "chen" },
                               .case_seq = case_seq,
                               .case_outcome = outcome,
                               .cause = CAUSE_WAIT };
    ck_assert_int_eq(ledger_asks_records(ledger, &command), cases_open() > 2048);
    enum reason reason = send(&command);
    commit();
    return reason;
}

START_TEST(test_a_case_beyond_the_ledger_is_handled_from_the_journal) {
    append_cases(2049);
    uint64_t last = hall_seq(ledger_hall(ledger));
    ck_assert_uint_eq(cases_open(), 2049);
    ck_assert_int_eq(step(last + 1000, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NO_SUCH);
    ck_assert_int_eq(step(last, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_STEP_MISSING);
    ck_assert_int_eq(step(last, COMMAND_CASE_CONTACT, CASE_REACHED), REASON_NONE);
    ck_assert_int_eq(step(last, COMMAND_CASE_VERIFY, CASE_TRUE), REASON_NONE);
    reopen();
    ck_assert_int_eq(step(last, COMMAND_CASE_RECTIFY, CASE_OUTCOME_NONE), REASON_NONE);
    ck_assert_int_eq(step(last, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_NONE);
    ck_assert_uint_eq(cases_open(), 2048);
    ck_assert_int_eq(step(last, COMMAND_CASE_CLOSE, CASE_SATISFIED), REASON_NO_SUCH);
    char count[16];
    ask_store("SELECT count(*) FROM cases WHERE state = 'closed'", count, sizeof count);
    ck_assert_str_eq(count, "1");
    uint64_t digest = hall_digest(ledger_hall(ledger));
    reopen();
    ck_assert_uint_eq(hall_digest(ledger_hall(ledger)), digest);
}
END_TEST

Suite *ledger_suite(void) {
    Suite *suite = suite_create("ledger");
    TCase *tests = tcase_create("ledger");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_a_restart_finds_the_same_day);
    tcase_add_test(tests, test_a_batch_that_never_was_committed_is_gone);
    tcase_add_test(tests, test_a_failed_commit_puts_the_day_back);
    tcase_add_test(tests, test_answers_are_kept_with_their_batch);
    tcase_add_test(tests, test_a_full_batch_says_so);
    tcase_add_test(tests, test_a_pin_goes_with_the_event_of_its_person);
    tcase_add_test(tests, test_a_batch_of_pins_is_full_before_they_fall);
    tcase_add_test(tests, test_limits_below_the_day_are_refused);
    tcase_add_test(tests, test_a_visit_of_yesterday_is_rated_from_the_records);
    tcase_add_test(tests, test_a_case_beyond_the_ledger_is_handled_from_the_journal);
    tcase_add_test(tests, test_a_day_names_the_hash_of_the_row_before_it);
    suite_add_tcase(suite, tests);
    return suite;
}
