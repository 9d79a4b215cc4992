/*
 * Why something was refused: a closed list, each with its word, its text in both languages, and the answer that the
 * lamp of a terminal shows (register 260).
 */
#ifndef PROTOCOL_REASON_H
#define PROTOCOL_REASON_H

enum reason {
    REASON_NONE,           /* not refused */
    REASON_QUEUE_EMPTY,    /* 2 nobody waits */
    REASON_SIGN_IN_FIRST,  /* 3 */
    REASON_BAD_ARGUMENT,   /* 4 */
    REASON_NOT_NOW,        /* 5 not possible in this state */
    REASON_NOT_SAVED,      /* 6 the journal could not be written */
    REASON_JUST_CALLED,    /* 7 */
    REASON_TOO_SOON,       /* 8 */
    REASON_NO_SUCH,        /* 9 no such ticket, window, service, case, code, or not yours */
    REASON_NOT_YOURS,      /* 9 */
    REASON_UNKNOWN_STAFF,  /* 10 */
    REASON_BUSY_ELSEWHERE, /* 11 */
    REASON_HALL_CLOSED,
    REASON_SERVICE_STOPPED,
    REASON_TOO_LATE, /* past the last-ticket time */
    REASON_QUOTA_USED,
    REASON_NUMBERS_USED,
    REASON_PRECHECK_NEEDED,
    REASON_CLASS_NOT_ALLOWED,
    REASON_ALREADY_WAITING,
    REASON_CAPACITY,
    REASON_ALREADY_RATED,
    REASON_NOT_SERVED_YET,
    REASON_SESSION_CLOSED,
    REASON_RATING_OVER,     /* past rating.until of its channel */
    REASON_NOT_THIS_WINDOW, /* a rating from another window's keypad */
    REASON_RETURN_OVER,     /* no-show: too late or too often */
    REASON_BAD_CODE,
    REASON_NO_SUCH_SLOT,  /* no appointment begins then */
    REASON_TOO_FAR_AHEAD, /* later than days_ahead */
    REASON_SLOT_FULL,     /* per_slot are booked */
    REASON_SLOT_OVER,     /* its appointment was missed */
    REASON_ALREADY_BOOKED, /* the same person has this slot, or an appointment of the service today */
    REASON_CODE_USED,      /* the code that the booking asks for stands for something else */
    REASON_BOOKINGS_FULL, /* no more bookings and prechecks can stand */
    REASON_ALREADY,       /* stands so already */
    REASON_NEEDS_RESTART,
    REASON_STILL_IN_USE, /* a service or window with open tickets */
    REASON_MALFORMED,
    REASON_TOO_LARGE,
    REASON_UNKNOWN_COMMAND,
    REASON_EXPIRED_COMMAND,
    REASON_TOO_MANY,      /* rate limit */
    REASON_NOT_ALLOWED,   /* role */
    REASON_PERSON_NEEDED, /* `by` must name who */
    REASON_OTHER_PERSON,  /* who did the step before may not do this one */
    REASON_STEP_MISSING,  /* a case's steps come in their order */
    REASON_CONFIG_BAD,
    REASON_DEVICE_OFFLINE,
    REASON_NOT_ABLE, /* a device that can't, a part that this build of the hall does not have */
    REASONS
};

const char *reason_word(enum reason reason); /* "queue_empty"; "" for none */
enum reason reason_of_word(const char *word);
const char *reason_zh(enum reason reason);
const char *reason_en(enum reason reason);
/* The answer of a terminal's lamp, 1..11; 5 for reasons that the table of keys does not name. */
unsigned reason_answer(enum reason reason);

#endif
