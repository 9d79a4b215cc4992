/*
 * The one owner of hall and journal: takes inputs, decides and applies them one by one, and makes a batch of them
 * durable in one transaction. Nothing of a batch may be told to anybody before ledger_commit has said HALL_OK. When it
 * fails the live day is made anew from the journal, so hall and journal never differ. Hall thread only.
 */
#ifndef CONTROLLER_LEDGER_H
#define CONTROLLER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "controller/config.h"
#include "controller/hall/hall.h"
#include "controller/store/store.h"

struct ledger;

/* Opens the store and replays it. HALL_BUSY: another process has it; HALL_IO, HALL_BROKEN: `fault` says what. */
enum hall_error ledger_open(const struct config *config, struct ledger **ledger, char *fault);
void ledger_close(struct ledger *ledger);

const struct hall *ledger_hall(const struct ledger *ledger);
struct store *ledger_store(struct ledger *ledger);

/*
 * Decides and applies one input within the running batch. Returns why it was refused; `first_seq` and `count` (may be
 * NULL) tell which events it made. Loops by itself while the decision says `again`; gives INPUT_DAY its previous_hash,
 * a rating's command the note that keeps its text, and one of an earlier day what the records know of its visit; keeps or
 * forgets a PIN with the staff.set or staff.remove that was decided. REASON_NOT_SAVED: the ledger is broken or its store
 * can't be read, nothing was decided.
 */
enum reason ledger_take(struct ledger *ledger, const struct input *input, uint64_t *first_seq,
                        unsigned *count);
/* Will the store's records be asked for this command? They know what is committed: end the running batch before it. */
bool ledger_asks_records(const struct ledger *ledger, const struct command *command);
/*
 * The answer to a command with an id, durable with the batch: the same id finds it for 24 h. `bytes` (with NUL) is
 * copied.
 */
void ledger_keep_answer(struct ledger *ledger, const char *id, const char *bytes, int64_t now_ms);
/* What the last input was decided to; borrowed until the next. */
const struct decision *ledger_decision(const struct ledger *ledger);
/* False: commit before the next input, or ledger_take asserts. */
bool ledger_has_room(const struct ledger *ledger);
/* Events in the running batch. */
unsigned ledger_pending(const struct ledger *ledger);
/* An event of the running batch; NULL when it is not in it. */
const struct event *ledger_event(const struct ledger *ledger, uint64_t seq);
/*
 * Makes the batch durable. On failure `durable_seq` is the last seq that the journal holds (rows may be durable although
 * the call failed) and the live day is back at it; else it is the last seq of the batch. 0: the journal can't be read.
 */
enum hall_error ledger_commit(struct ledger *ledger, uint64_t *durable_seq);
/* Each second, between batches: saves a moved cursor. On failure as ledger_commit. */
enum hall_error ledger_tidy(struct ledger *ledger);
/*
 * True: the live day means nothing now, because the journal could not be read back after a failure; show what stood
 * last. ledger_mend tries again: the store is reopened and the whole day replayed.
 */
bool ledger_is_broken(const struct ledger *ledger);
enum hall_error ledger_mend(struct ledger *ledger);

#endif
