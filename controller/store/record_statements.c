/* What each event does to the tables: rows of data, read by records.c. */
#include "controller/store/record_statements.h"

#include "controller/store/records.h"

const char *const record_tables[] = { "tickets",    "visits", "ratings",      "ignored", "cases",
                                      "case_steps", "alerts", "appointments", NULL };

const char *const record_definitions[] = {
    "TABLE tickets(ticket_id TEXT PRIMARY KEY, day INTEGER, service TEXT, class TEXT,"
    " channel TEXT, ground TEXT, issued INTEGER, turn INTEGER, ahead INTEGER,"
    " estimate_low INTEGER, estimate_high INTEGER, state TEXT, window INTEGER, staff TEXT,"
    " called INTEGER, calls INTEGER, serving INTEGER, done INTEGER, waited_s INTEGER,"
    " served_s INTEGER, outcome TEXT, reason TEXT, visit INTEGER) WITHOUT ROWID",
    "TABLE visits(visit INTEGER PRIMARY KEY, ticket_id TEXT, day INTEGER, service TEXT,"
    " class TEXT, window INTEGER, staff TEXT, called INTEGER, serving INTEGER, assumed INTEGER,"
    " ended INTEGER, ending TEXT, waited_s INTEGER, served_s INTEGER, outcome TEXT,"
    " project TEXT, task TEXT, pro_status INTEGER)",
    "TABLE ratings(visit INTEGER PRIMARY KEY, ticket_id TEXT, day INTEGER, window INTEGER,"
    " staff TEXT, service TEXT, session INTEGER, state TEXT, invited INTEGER, given INTEGER,"
    " grade INTEGER, reasons TEXT, after_s INTEGER, channel TEXT, suspicious INTEGER)",
    "TABLE ignored(seq INTEGER PRIMARY KEY, time INTEGER, window INTEGER, reason TEXT,"
    " count INTEGER)",
    "TABLE cases(case_seq INTEGER PRIMARY KEY, kind TEXT, visit INTEGER, ticket_id TEXT,"
    " window INTEGER, staff TEXT, service TEXT, opened INTEGER, due INTEGER, state TEXT,"
    " grade INTEGER, round INTEGER, contacted INTEGER, verified INTEGER, rectified INTEGER,"
    " closed INTEGER, late INTEGER)",
    "TABLE case_steps(seq INTEGER PRIMARY KEY, case_seq INTEGER, step TEXT, time INTEGER,"
    " by TEXT, outcome TEXT, cause TEXT, reason TEXT, count INTEGER, due INTEGER, note INTEGER)",
    "TABLE alerts(alert INTEGER PRIMARY KEY, kind TEXT, subject TEXT, raised INTEGER,"
    " acknowledged INTEGER, acknowledged_by TEXT, cleared INTEGER)",
    "TABLE appointments(slot INTEGER, code_hash TEXT, booked_seq INTEGER, code_end TEXT,"
    " service TEXT, state TEXT, booked INTEGER, booked_by TEXT, checked_in INTEGER,"
    " ticket_id TEXT, missed INTEGER, cancelled INTEGER, reason TEXT,"
    " PRIMARY KEY(slot, code_hash, booked_seq)) WITHOUT ROWID",
    NULL
};

/* The visit that an event about a called ticket belongs to, also when the event does not say it. */
#define THIS_VISIT                                                                                 \
    "visit = coalesce(:visit, (SELECT visit FROM tickets WHERE ticket_id = :ticket_id))"
#define THIS_TICKET     "ticket_id = :ticket_id"
#define SET_STATE(word) "UPDATE tickets SET state = '" word "' WHERE " THIS_TICKET
#define END_VISIT(word)                                                                            \
    "UPDATE visits SET ended = :time, ending = '" word                                             \
    "', served_s = coalesce(:served, served_s) WHERE ended IS NULL AND " THIS_VISIT
#define CLOSE_TICKET(word)                                                                         \
    "UPDATE tickets SET state = '" word "', done = :time, reason = :reason WHERE " THIS_TICKET
#define STEP_CASE(word)                                                                            \
    "UPDATE cases SET state = '" word "', " word " = :time, due = coalesce(:due, due)"             \
    " WHERE case_seq = :case"
/* What was done to a case is only ever added to. */
#define KEEP_STEP(word)                                                                            \
    "INSERT OR REPLACE INTO case_steps VALUES(:seq, :case, '" word                                 \
    "', :time, :by, :case_outcome, :cause, :reason, :count, :due, :note)"
/* One at a time has this slot and code; when it is cancelled they may be given again. */
#define THIS_APPOINTMENT "slot = :slot AND code_hash = :code_hash AND state = 'booked'"
#define END_APPOINTMENT(word)                                                                      \
    "UPDATE appointments SET state = '" word "', " word                                            \
    " = :time, reason = :reason WHERE " THIS_APPOINTMENT
/* A rating given by another channel stands, whatever becomes of the keypad's session. */
#define UNANSWERED(word)                                                                           \
    "INSERT INTO ratings(visit, ticket_id, day, window, staff, service, session, state)"           \
    " VALUES(:visit, :ticket_id, :day, :window, :staff, :service, :session, '" word "')"           \
    " ON CONFLICT(visit) DO UPDATE SET state = excluded.state WHERE state <> 'given'"

const struct record_row record_rows[] = {
    { EVENT_TICKET_ISSUED,
      "INSERT OR REPLACE INTO tickets(ticket_id, day, service, class, channel, ground, issued,"
      " turn, ahead, estimate_low, estimate_high, state, calls) VALUES(:ticket_id, :day, :service,"
      " :class, :channel, :ground, :time, :turn, :ahead, :estimate_low, :estimate_high,"
      " CASE WHEN :job IS NULL THEN 'waiting' ELSE 'printing' END, 0)" },
    { EVENT_TICKET_ISSUED, "UPDATE appointments SET state = 'checked_in', checked_in = :time,"
                           " ticket_id = :ticket_id WHERE " THIS_APPOINTMENT },
    { EVENT_TICKET_PRINTED, SET_STATE("waiting") " AND state IN ('printing', 'unsure')" },
    { EVENT_TICKET_UNSURE, SET_STATE("unsure") },
    { EVENT_TICKET_RESTORED, SET_STATE("waiting") },
    { EVENT_TICKET_CHECKED_IN, SET_STATE("waiting") },
    { EVENT_TICKET_CALLED,
      "UPDATE tickets SET state = 'called', service = :service, window = :window, staff = :staff,"
      " called = :time, calls = calls + 1, serving = NULL, waited_s = :waited,"
      " visit = coalesce(:visit, :seq) WHERE " THIS_TICKET },
    { EVENT_TICKET_CALLED,
      "INSERT OR REPLACE INTO visits(visit, ticket_id, day, service, class, window, staff, called,"
      " waited_s) VALUES(coalesce(:visit, :seq), :ticket_id, :day, :service, :class, :window,"
      " :staff, :time, :waited)" },
    { EVENT_TICKET_RECALLED, "UPDATE tickets SET calls = calls + 1 WHERE " THIS_TICKET },
    { EVENT_TICKET_SERVING,
      "UPDATE tickets SET state = 'serving', serving = :time WHERE " THIS_TICKET },
    { EVENT_TICKET_SERVING,
      "UPDATE visits SET serving = :time, assumed = coalesce(:assumed, 0) WHERE " THIS_VISIT },
    { EVENT_TICKET_DONE,
      "UPDATE tickets SET state = 'done', done = :time, served_s = :served, outcome = :outcome,"
      " reason = :reason, staff = coalesce(:staff, staff) WHERE " THIS_TICKET },
    { EVENT_TICKET_DONE,
      "UPDATE visits SET ended = :time, ending = 'done', served_s = :served, outcome = :outcome,"
      " staff = coalesce(:staff, staff), assumed = coalesce(:assumed, assumed)"
      " WHERE " THIS_VISIT },
    { EVENT_TICKET_NO_SHOW, SET_STATE("no_show") },
    { EVENT_TICKET_NO_SHOW, END_VISIT("no_show") },
    { EVENT_TICKET_REQUEUED,
      "UPDATE tickets SET state = 'waiting', turn = coalesce(:turn, turn) WHERE " THIS_TICKET },
    { EVENT_TICKET_TRANSFERRED, END_VISIT("transferred") },
    { EVENT_TICKET_TRANSFERRED,
      "UPDATE tickets SET state = 'waiting', service = :service, turn = coalesce(:turn, turn),"
      " done = NULL WHERE " THIS_TICKET },
    { EVENT_TICKET_HELD, SET_STATE("held") },
    { EVENT_TICKET_HELD, END_VISIT("held") },
    { EVENT_TICKET_UNHELD, SET_STATE("waiting") },
    /* Undoing a no-show goes back to the call; undoing a call puts the ticket back to its line. */
    { EVENT_TICKET_UNDONE, "UPDATE visits SET ended = NULL, ending = NULL WHERE ending = 'no_show'"
                           " AND " THIS_VISIT },
    { EVENT_TICKET_UNDONE,
      "UPDATE visits SET ended = :time, ending = 'undone' WHERE " THIS_VISIT
      " AND (SELECT state FROM tickets WHERE " THIS_TICKET ") IN ('called', 'serving')" },
    { EVENT_TICKET_UNDONE,
      "UPDATE tickets SET state = CASE state WHEN 'no_show' THEN 'called' ELSE 'waiting' END"
      " WHERE " THIS_TICKET },
    { EVENT_TICKET_RECLASSED,
      "UPDATE tickets SET class = :class, ground = :ground, turn = coalesce(:turn, turn)"
      " WHERE " THIS_TICKET },
    { EVENT_TICKET_CANCELLED, CLOSE_TICKET("cancelled") },
    /* The code of what was not printed gives another ticket. */
    { EVENT_TICKET_CANCELLED,
      "UPDATE appointments SET state = 'booked', checked_in = NULL, ticket_id = NULL"
      " WHERE slot BETWEEN :time - 86400000 AND :time + 86400000 AND " THIS_TICKET
      " AND :reason = 'not_printed'" },
    { EVENT_TICKET_EXPIRED, CLOSE_TICKET("expired") },
    { EVENT_VISIT_LINKED, "UPDATE visits SET project = :project, task = :task,"
                          " pro_status = :pro_status WHERE visit = :visit" },
    { EVENT_RATING_INVITED,
      "INSERT INTO ratings(visit, ticket_id, day, window, staff, service, session, state, invited)"
      " VALUES(:visit, :ticket_id, :day, :window, :staff, :service, :session, 'invited', :time)"
      " ON CONFLICT(visit) DO UPDATE SET session = excluded.session, invited = excluded.invited" },
    /*
     * A default grade answers nothing: its visit stays missed, so what asks for given ratings never meets it, and one
     * that is given after all takes its place.
     */
    { EVENT_RATING_GIVEN,
      "INSERT INTO ratings(visit, ticket_id, day, window, staff, service, session, state, given,"
      " grade, reasons, after_s, channel, suspicious) VALUES(:visit, :ticket_id, :day, :window,"
      " :staff, :service, :session, CASE :rating_channel WHEN 'default' THEN 'missed'"
      " ELSE 'given' END, :time, :grade, :reasons, :after, :rating_channel,"
      " coalesce(:suspicious, 0)) ON CONFLICT(visit) DO UPDATE SET state = excluded.state,"
      " given = excluded.given, grade = excluded.grade, reasons = excluded.reasons,"
      " after_s = excluded.after_s, channel = excluded.channel, suspicious = excluded.suspicious" },
    /* A keypad says one after the other, under its session; a phone, each time, all that the citizen means now. */
    { EVENT_RATING_REASONS_GIVEN,
      "UPDATE ratings SET reasons = CASE WHEN :session IS NULL OR coalesce(reasons, '') = ''"
      " THEN :reasons WHEN instr(',' || reasons || ',', ',' || :reasons || ',') > 0 THEN reasons"
      " ELSE reasons || ',' || :reasons END WHERE visit = :visit" },
    { EVENT_RATING_MISSED, UNANSWERED("missed") },
    { EVENT_RATING_NOT_ASKED, UNANSWERED("not_asked") },
    { EVENT_RATING_IGNORED,
      "INSERT OR REPLACE INTO ignored VALUES(:seq, :time, :window, :reason, coalesce(:count, 1))" },
    { EVENT_CASE_OPENED,
      "INSERT OR REPLACE INTO cases(case_seq, kind, visit, ticket_id, window, staff, service,"
      " opened, due, state, grade, round) VALUES(:case, :case_kind, :visit, :ticket_id, :window,"
      " :staff, :service, :time, :due, 'opened', :grade, 1)" },
    { EVENT_CASE_OPENED, KEEP_STEP("opened") },
    { EVENT_CASE_CONTACTED, STEP_CASE("contacted") },
    { EVENT_CASE_CONTACTED, KEEP_STEP("contacted") },
    /* With a reason it waits for a second person's word. */
    { EVENT_CASE_VERIFIED, STEP_CASE("verified") " AND :reason IS NULL" },
    { EVENT_CASE_VERIFIED, KEEP_STEP("verified") },
    { EVENT_CASE_RECTIFIED, STEP_CASE("rectified") },
    { EVENT_CASE_RECTIFIED, KEEP_STEP("rectified") },
    /* With a reason it begins its second round. */
    { EVENT_CASE_CLOSED, STEP_CASE("closed") " AND :reason IS NULL" },
    { EVENT_CASE_CLOSED, "UPDATE cases SET state = 'opened', round = round + 1, due = :due,"
                         " contacted = NULL, verified = NULL, rectified = NULL"
                         " WHERE case_seq = :case AND :reason IS NOT NULL" },
    { EVENT_CASE_CLOSED, KEEP_STEP("closed") },
    { EVENT_CASE_APPEALED, "UPDATE cases SET state = 'appealed' WHERE case_seq = :case" },
    { EVENT_CASE_APPEALED, KEEP_STEP("appealed") },
    { EVENT_CASE_LATE, "UPDATE cases SET late = :time WHERE case_seq = :case" },
    { EVENT_CASE_LATE, KEEP_STEP("late") },
    { EVENT_APPOINTMENT_BOOKED,
      "INSERT OR REPLACE INTO appointments(slot, code_hash, booked_seq, code_end, service, state,"
      " booked, booked_by) VALUES(:slot, :code_hash, :seq, :code_end, :service, 'booked', :time,"
      " :by)" },
    { EVENT_APPOINTMENT_CANCELLED, END_APPOINTMENT("cancelled") },
    { EVENT_APPOINTMENT_MISSED, END_APPOINTMENT("missed") },
    { EVENT_ALERT_RAISED, "INSERT OR REPLACE INTO alerts(alert, kind, subject, raised)"
                          " VALUES(:seq, :alert_kind, :subject, :time)" },
    { EVENT_ALERT_ACKNOWLEDGED, "UPDATE alerts SET acknowledged = :time, acknowledged_by = :by"
                                " WHERE alert = :alert" },
    { EVENT_ALERT_CLEARED, "UPDATE alerts SET cleared = :time WHERE alert = :alert" },
};

const unsigned record_row_count = sizeof record_rows / sizeof record_rows[0];
