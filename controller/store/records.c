/* Binds an event's fields to the statements of its type, by the parameters' names. */
#include "controller/store/records.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/store/record_statements.h"

enum { PLACES_MAX = 24, REASONS_TEXT_SIZE = RATING_REASONS_MAX * 6 + 1 };

/* How a parameter's member is read. */
enum shape {
    SHAPE_U8,
    SHAPE_U16,
    SHAPE_U32,
    SHAPE_U64,
    SHAPE_I64,
    SHAPE_BOOL,
    SHAPE_TEXT,
    SHAPE_CLASS,
    SHAPE_CHANNEL,
    SHAPE_GROUND,
    SHAPE_OUTCOME,
    SHAPE_RATING_CHANNEL,
    SHAPE_CASE_KIND,
    SHAPE_CASE_OUTCOME,
    SHAPE_CASE_CAUSE,
    SHAPE_TICKET_ID,
    SHAPE_REASONS
};

struct parameter {
    const char *name;
    uint64_t has; /* NULL is bound when the event has none of these; 0 every event has it */
    enum shape shape;
    size_t offset;
};

#define AT(member) offsetof(struct event, member)
#define OF(field)  EVENT_HAS(FIELD_##field)

static const struct parameter parameters[] = {
    { ":seq", 0, SHAPE_U64, AT(seq) },
    { ":time", 0, SHAPE_I64, AT(time_ms) },
    { ":by", 0, SHAPE_TEXT, AT(by.id) },
    { ":ticket_id", OF(TICKET), SHAPE_TICKET_ID, 0 },
    { ":day", OF(TICKET) | OF(DAY), SHAPE_U32, AT(day) },
    { ":visit", OF(VISIT), SHAPE_U64, AT(visit) },
    { ":service", OF(SERVICE), SHAPE_TEXT, AT(service) },
    { ":class", OF(CLASS), SHAPE_CLASS, AT(class) },
    { ":channel", OF(CHANNEL), SHAPE_CHANNEL, AT(channel) },
    { ":ground", OF(GROUND), SHAPE_GROUND, AT(ground) },
    { ":window", OF(WINDOW), SHAPE_U16, AT(window) },
    { ":staff", OF(STAFF), SHAPE_TEXT, AT(staff) },
    { ":turn", OF(TURN), SHAPE_I64, AT(turn_ms) },
    { ":ahead", OF(AHEAD), SHAPE_U16, AT(ahead) },
    { ":estimate_low", OF(ESTIMATE), SHAPE_U32, AT(estimate_s[0]) },
    { ":estimate_high", OF(ESTIMATE), SHAPE_U32, AT(estimate_s[1]) },
    { ":job", OF(JOB), SHAPE_U16, AT(job) },
    { ":waited", OF(WAITED), SHAPE_U32, AT(waited_s) },
    { ":served", OF(SERVED), SHAPE_U32, AT(served_s) },
    { ":assumed", OF(ASSUMED), SHAPE_BOOL, AT(assumed) },
    { ":outcome", OF(OUTCOME), SHAPE_OUTCOME, AT(outcome) },
    { ":reason", OF(REASON), SHAPE_TEXT, AT(reason) },
    { ":session", OF(SESSION), SHAPE_U16, AT(session) },
    { ":rating_channel", OF(RATING_CHANNEL), SHAPE_RATING_CHANNEL, AT(rating_channel) },
    { ":grade", OF(GRADE), SHAPE_U8, AT(grade) },
    { ":reasons", OF(REASONS), SHAPE_REASONS, 0 },
    { ":after", OF(AFTER), SHAPE_U32, AT(after_s) },
    { ":suspicious", OF(SUSPICIOUS), SHAPE_U8, AT(suspicious) },
    { ":count", OF(COUNT), SHAPE_U32, AT(count) },
    { ":case", OF(CASE), SHAPE_U64, AT(case_seq) },
    { ":case_kind", OF(CASE_KIND), SHAPE_CASE_KIND, AT(case_kind) },
    { ":case_outcome", OF(CASE_OUTCOME), SHAPE_CASE_OUTCOME, AT(case_outcome) },
    { ":cause", OF(CAUSE), SHAPE_CASE_CAUSE, AT(cause) },
    { ":note", OF(NOTE), SHAPE_U64, AT(note) },
    { ":due", OF(DUE), SHAPE_I64, AT(due_ms) },
    { ":alert", OF(ALERT), SHAPE_U64, AT(alert) },
    { ":alert_kind", OF(ALERT_KIND), SHAPE_TEXT, AT(alert_kind) },
    { ":subject", OF(SUBJECT), SHAPE_TEXT, AT(subject) },
    { ":project", OF(PROJECT), SHAPE_TEXT, AT(project) },
    { ":task", OF(TASK), SHAPE_TEXT, AT(task) },
    { ":slot", OF(SLOT), SHAPE_I64, AT(slot_ms) },
    { ":code_end", OF(CODE_HASH), SHAPE_TEXT, AT(code_end) },
    { ":code_hash", OF(CODE_HASH), SHAPE_TEXT, AT(code_hash) },
    { ":pro_status", OF(PRO_STATUS), SHAPE_U8, AT(pro_status) },
};

struct record {
    struct statement *statement;
    int count;
    const struct parameter *places[PLACES_MAX]; /* place i + 1 */
};

struct records {
    struct record records[RECORD_ROWS_MAX]; /* beside record_rows */
    unsigned first[EVENT_TYPES + 1];        /* rows of type t: first[t] until the type changes */
};

/* Texts that are made for one event; they live until its statements have run. */
struct made_texts {
    char ticket_id[TICKET_ID_SIZE];
    char reasons[REASONS_TEXT_SIZE];
};

static enum hall_error open_record(struct database *database, const char *sql,
                                   struct record *record);
static const struct parameter *parameter_named(const char *name);
static void make_texts(const struct event *event, struct made_texts *texts);
static void bind(struct statement *statement, int place, const struct parameter *parameter,
                 const struct event *event, const struct made_texts *texts);
static const char *text_of(const struct parameter *parameter, const struct event *event,
                           const struct made_texts *texts);

enum hall_error records_open(struct database *database, struct records **records) {
    struct records *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return HALL_IO;
    }
    assert(record_row_count <= RECORD_ROWS_MAX);
    for (unsigned type = 0; type <= EVENT_TYPES; type++) {
        made->first[type] = record_row_count;
    }
    enum hall_error error = HALL_OK;
    for (unsigned i = record_row_count; i > 0 && error == HALL_OK; i--) {
        made->first[record_rows[i - 1].type] = i - 1;
        error = open_record(database, record_rows[i - 1].sql, &made->records[i - 1]);
    }
    if (error != HALL_OK) {
        records_close(made);
        return error;
    }
    *records = made;
    return HALL_OK;
}

void records_close(struct records *records) {
    if (records == NULL) {
        return;
    }
    for (unsigned i = 0; i < record_row_count; i++) {
        statement_close(records->records[i].statement);
    }
    free(records);
}

enum hall_error records_put(struct records *records, const struct event *event) {
    struct made_texts texts;
    unsigned i = records->first[event->type];
    if (i == record_row_count) {
        return HALL_OK;
    }
    make_texts(event, &texts);
    enum hall_error error = HALL_OK;
    for (; i < record_row_count && record_rows[i].type == event->type && error == HALL_OK; i++) {
        struct record *record = &records->records[i];
        for (int place = 0; place < record->count; place++) {
            bind(record->statement, place + 1, record->places[place], event, &texts);
        }
        error = statement_run(record->statement);
    }
    return error;
}

static enum hall_error open_record(struct database *database, const char *sql,
                                   struct record *record) {
    record->statement = database_prepare(database, sql);
    if (record->statement == NULL) {
        return HALL_IO;
    }
    record->count = statement_places(record->statement);
    assert(record->count <= PLACES_MAX);
    for (int i = 0; i < record->count; i++) {
        record->places[i] = parameter_named(statement_place_name(record->statement, i + 1));
        assert(record->places[i] != NULL);
    }
    return HALL_OK;
}

static const struct parameter *parameter_named(const char *name) {
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (strcmp(parameters[i].name, name) == 0) {
            return &parameters[i];
        }
    }
    return NULL;
}

static void make_texts(const struct event *event, struct made_texts *texts) {
    size_t used = 0;
    texts->reasons[0] = '\0';
    if ((event->has & OF(TICKET)) != 0) {
        ticket_id_format(event->day, event->ticket, texts->ticket_id);
    }
    for (unsigned i = 0; i < event->reason_count && i < RATING_REASONS_MAX; i++) {
        used += (size_t)snprintf(texts->reasons + used, sizeof texts->reasons - used, "%s%u",
                                 i == 0 ? "" : ",", (unsigned)event->reasons[i]);
    }
}

static void bind(struct statement *statement, int place, const struct parameter *parameter,
                 const struct event *event, const struct made_texts *texts) {
    const char *at = (const char *)event + parameter->offset;
    if (parameter->has != 0 && (event->has & parameter->has) == 0) {
        statement_bind_null(statement, place);
        return;
    }
    switch (parameter->shape) {
    case SHAPE_U8:
        statement_bind_int(statement, place, *(const uint8_t *)at);
        return;
    case SHAPE_U16:
        statement_bind_int(statement, place, *(const uint16_t *)(const void *)at);
        return;
    case SHAPE_U32:
        statement_bind_int(statement, place, *(const uint32_t *)(const void *)at);
        return;
    case SHAPE_U64:
        statement_bind_int(statement, place, (int64_t) * (const uint64_t *)(const void *)at);
        return;
    case SHAPE_I64:
        statement_bind_int(statement, place, *(const int64_t *)(const void *)at);
        return;
    case SHAPE_BOOL:
        statement_bind_int(statement, place, *(const bool *)at);
        return;
    case SHAPE_TEXT:
    case SHAPE_CLASS:
    case SHAPE_CHANNEL:
    case SHAPE_GROUND:
    case SHAPE_OUTCOME:
    case SHAPE_RATING_CHANNEL:
    case SHAPE_CASE_KIND:
    case SHAPE_CASE_OUTCOME:
    case SHAPE_CASE_CAUSE:
    case SHAPE_TICKET_ID:
    case SHAPE_REASONS:
        statement_bind_text(statement, place, text_of(parameter, event, texts));
        return;
    }
}

static const char *text_of(const struct parameter *parameter, const struct event *event,
                           const struct made_texts *texts) {
    switch (parameter->shape) {
    case SHAPE_TEXT:
        return (const char *)event + parameter->offset;
    case SHAPE_CLASS:
        return class_word(event->class);
    case SHAPE_CHANNEL:
        return channel_word(event->channel);
    case SHAPE_GROUND:
        return ground_word(event->ground);
    case SHAPE_OUTCOME:
        return outcome_word(event->outcome);
    case SHAPE_RATING_CHANNEL:
        return rating_channel_word(event->rating_channel);
    case SHAPE_CASE_KIND:
        return case_kind_word(event->case_kind);
    case SHAPE_CASE_OUTCOME:
        return case_outcome_word(event->case_outcome);
    case SHAPE_CASE_CAUSE:
        return case_cause_word(event->cause);
    case SHAPE_TICKET_ID:
        return texts->ticket_id;
    case SHAPE_REASONS:
        return texts->reasons;
    case SHAPE_U8:
    case SHAPE_U16:
    case SHAPE_U32:
    case SHAPE_U64:
    case SHAPE_I64:
    case SHAPE_BOOL:
        break;
    }
    return NULL;
}
