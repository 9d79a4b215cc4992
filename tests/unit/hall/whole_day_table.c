/* The timetable of a whole day: nothing but what happens, and when. */
#include "whole_day.h"

/* clang-format off */
const char *const SERVICE_IDS[DAY_SERVICES + 1] = {
    "", "social", "tax", "housing", "license", "unsolved", "archive"
};
const char *const STAFF_IDS[DAY_STAFF + 1] = {
    "", "0107", "0108", "0109", "0110", "0111", "0112", "0113"
};

/*
 * Windows 1 to 4 serve social, tax, housing and license; 5 serves the unsolved and helps social and tax after ten
 * minutes. A letter stands for one beat, '=' goes on with the one before.
 */
const struct half_hour HALF_HOURS[] = {
    /*                 1 social  2 tax     3 housing 4 license 5 helps */
    { CLOCK(9, 0),   { "aaaabw", "aaaaw.", "aaaaw.", "aaaaw.", "------" } },
    { CLOCK(9, 30),  { "eaalw.", "aaalw.", "aaalw.", "aaalw.", "--u---" } },
    { CLOCK(10, 0),  { "aaaaw.", "aaaa--", "aaG===", "aa.ll.", "------" } }, /* B at 1; A leaves 2 */
    { CLOCK(10, 30), { "aaaxw.", "-aaaa.", "aaa.l.", "aaxl.w", "t-----" } }, /* B at 2 */
    { CLOCK(11, 0),  { "------", "aaaxw.", "o=aaa.", "aaalw.", "-.ssss" } }, /* 1 is paused */
    { CLOCK(11, 30), { "aaaaww", "aaalw.", "aaalwN", "aax..n", "E-----" } },
    { CLOCK(12, 0),  { "------", "------", "w-----", "------", "------" } }, /* until 14:00 */
    { CLOCK(14, 0),  { "ccaaaa", "aaaaw.", "aaaaR.", "aaaxw.", "------" } },
    { CLOCK(14, 30), { "aa.ll.", "aaalw.", "aaalw.", "aaxlw.", "------" } },
    { CLOCK(15, 0),  { "aaalw.", "aa.ll.", "aaalw.", "aaaa..", "------" } }, /* license stops 15:05 */
    { CLOCK(15, 30), { "aaaaw.", "aaaxw.", "aaaaw.", "......", "------" } },
    { CLOCK(16, 0),  { "aai...", "aaaaw.", "aaaxw.", ".ppqqq", "---u--" } }, /* and resumes 16:05 */
    { CLOCK(16, 30), { "aa.lw.", "aaal..", "aaaaw.", "qw....", "------" } }, /* keypad 4 is dead */
    { CLOCK(17, 0),  { "aaaaw.", "aaalw.", "aaal..", "w.w.w.", "------" } },
    { CLOCK(17, 30), { "aaal..", "aaxx..", "aaal..", "w.hS--", "------" } },
    { CLOCK(18, 0),  { "w..--v", "------", "w..w..", "------", "------" } }, /* the extension */
    { CLOCK(18, 30), { "vvvvvv", "------", "w.....", "------", "------" } },
    { CLOCK(19, 0),  { "z-----", "------", "------", "------", "------" } }, /* closed; z waits */
};
const unsigned HALF_HOUR_COUNT = sizeof HALF_HOURS / sizeof HALF_HOURS[0];

/* '.' is nobody: the key says so. '-' is no key. The times of one kind differ by a second a beat, in the order of beats. */
const struct kind KINDS[] = {
    /* booked: three minutes early, with the hall's opening, 25 minutes early; called before its slot as nobody waits */
    { 'a', NULL, BOOKED, FROM_SLOT, -180, 0, DONE, 180, 5, TIER_OWN },
    { 'e', NULL, BOOKED, FROM_SLOT, -1500, 0, DONE, 170, 5, TIER_OWN },
    { 'i', NULL, BOOKED, FROM_CALL, -120, 1800, DONE, 165, 4, TIER_IDLE },
    /* half a minute and more beyond the grace; never; both when their service was stopped at their time */
    { 'l', NULL, BOOKED, FROM_CALL, -30, 0, DONE, 150, 4, TIER_OWN },
    { 'x', NULL, BOOKED, FROM_SLOT, 0, 0, ABSENT, 0, 0, TIER_NONE },
    { 'p', NULL, BOOKED, FROM_CLOCK, CLOCK(16, 5) + 20, CLOCK(16, 0), DONE, 160, 4, TIER_OWN },
    { 'q', NULL, BOOKED, FROM_CLOCK, CLOCK(16, 5) + 30, CLOCK(15, 30), DONE, 155, 3, TIER_OWN },
    /* walk-ins: most wait two minutes, some fourteen and press nothing; green; one over lunch; one over closing */
    { 'w', NULL, PRINTED, FROM_CALL, -120, 0, DONE, 210, 3, TIER_OWN },
    { 'v', NULL, PRINTED, FROM_CALL, -840, 0, DONE, 200, 0, TIER_OWN },
    { 'b', NULL, GREEN, FROM_CALL, -60, 0, DONE, 220, 5, TIER_OWN },
    { 'c', NULL, PRINTED, FROM_CLOCK, CLOCK(11, 57), 0, DONE, 190, 4, TIER_OWN },
    { 'z', NULL, PRINTED, FROM_CLOCK, CLOCK(18, 44), 0, DONE, 185, 3, TIER_OWN },
    /* five errands in 19 of 5 x 4 minutes; one in 8 of 4 */
    { 'G', NULL, AGENT, FROM_CALL, -120, 0, DONE, 1140, 5, TIER_OWN },
    { 'o', NULL, PRINTED, FROM_CALL, -120, 0, DONE, 480, 3, TIER_OWN },
    /* no-shows: one stays away; one comes back at 14:20, where its R is */
    { 'n', NULL, PRINTED, FROM_CALL, -120, 0, NO_SHOW, 0, 0, TIER_OWN },
    { 'N', NULL, PRINTED, FROM_CALL, -120, 0, NO_SHOW, 0, 0, TIER_OWN },
    { 'R', NULL, PRINTED, FROM_CALL, 0, 0, RETURNED, 175, 4, TIER_OWN },
    /* helped after eleven minutes */
    { 's', "social", PRINTED, FROM_CALL, -660, 0, DONE, 205, 4, TIER_HELP },
    { 't', "tax", PRINTED, FROM_CALL, -660, 0, DONE, 195, 3, TIER_HELP },
    { 'u', "unsolved", PRINTED, FROM_CALL, -60, 0, DONE, 215, 5, TIER_OWN },
    /* nobody serves the archive: one waits until a window is given it, one until the day ends */
    { 'E', "archive", PRINTED, FROM_CLOCK, CLOCK(9, 40), 0, DONE, 225, 5, TIER_OWN },
    { 'U', "archive", PRINTED, FROM_CLOCK, 0, 0, UNSERVED, 0, 0, TIER_NONE },
    /* given up; held and forgotten; served and forgotten */
    { 'k', "housing", PRINTED, FROM_CLOCK, 0, 0, GIVEN_UP, 0, 0, TIER_NONE },
    { 'h', NULL, PRINTED, FROM_CALL, -120, 0, HELD, 0, 0, TIER_OWN },
    { 'S', NULL, PRINTED, FROM_CALL, -120, 0, LEFT, 0, 0, TIER_OWN },
};
const unsigned KIND_COUNT = sizeof KINDS / sizeof KINDS[0];

const struct other OTHERS[] = { { 'k', CLOCK(9, 52) }, { 'U', CLOCK(16, 10) } };
const unsigned OTHER_COUNT = sizeof OTHERS / sizeof OTHERS[0];

static const char OPENS[] = "staff.signed_in window.opened";
static const char CLOSES[] = "staff.signed_out window.closed";
static const char TAKES_OVER[] = "staff.signed_out staff.signed_in";

const struct doing DOINGS[] = {
    { CLOCK(8, 55), COMMAND_STAFF_SIGN_IN, 1, "0107", 0, REASON_NONE, OPENS },
    { CLOCK(8, 55), COMMAND_STAFF_SIGN_IN, 2, "0109", 0, REASON_NONE, OPENS },
    { CLOCK(8, 55), COMMAND_STAFF_SIGN_IN, 3, "0111", 0, REASON_NONE, OPENS },
    { CLOCK(8, 55), COMMAND_STAFF_SIGN_IN, 4, "0112", 0, REASON_NONE, OPENS },
    { CLOCK(8, 55), COMMAND_STAFF_SIGN_IN, 5, "0113", 0, REASON_NONE, OPENS },
    { CLOCK(8, 58), COMMAND_TICKET_ISSUE, 0, "social", 0, REASON_HALL_CLOSED, "" },
    /* nobody serves the archive, which stops with its first ticket */
    { CLOCK(9, 41), COMMAND_TICKET_ISSUE, 0, "archive", 0, REASON_SERVICE_STOPPED, "" },
    { CLOCK(9, 52) + 30, COMMAND_TICKET_CANCEL, 0, "", 0, REASON_NONE, "ticket.cancelled" },
    /* the B of window 1 takes over who is served, the A comes back between DONE and the press */
    { CLOCK(10, 13), COMMAND_STAFF_SIGN_IN, 1, "0109", 0, REASON_NOT_YOURS, "" },
    { CLOCK(10, 13), COMMAND_STAFF_SIGN_IN, 1, "0108", 0, REASON_NONE, TAKES_OVER },
    { CLOCK(10, 24) + 47, COMMAND_STAFF_SIGN_IN, 1, "0107", 0, REASON_NONE, TAKES_OVER },
    /* the A of window 2 leaves after this ticket, the B comes a quarter of an hour later */
    { CLOCK(10, 18), COMMAND_STAFF_SIGN_OUT, 2, "", 0, REASON_NONE, "window.closed" },
    { CLOCK(10, 35) + 30, COMMAND_STAFF_SIGN_IN, 2, "0110", 0, REASON_NONE, OPENS },
    { CLOCK(11, 30) + 20, COMMAND_STAFF_SIGN_IN, 2, "0109", 0, REASON_NONE, TAKES_OVER },
    { CLOCK(10, 59), COMMAND_WINDOW_PAUSE, 1, "1", 0, REASON_NONE, "window.paused" },
    { CLOCK(11, 29), COMMAND_WINDOW_RESUME, 1, "", 0, REASON_NONE, "window.resumed" },
    /* until noon window 5 has the archive too */
    { CLOCK(11, 30) + 30, COMMAND_WINDOW_ASSIGN, 5, "archive", CLOCK(12, 0), REASON_NONE,
      "window.assigned" },
    /* lunch */
    { CLOCK(12, 0) + 30, COMMAND_WINDOW_PAUSE, 1, "2", 0, REASON_NONE, "window.paused" },
    { CLOCK(12, 0) + 30, COMMAND_WINDOW_PAUSE, 2, "2", 0, REASON_NONE, "window.paused" },
    { CLOCK(12, 0) + 30, COMMAND_WINDOW_PAUSE, 4, "2", 0, REASON_NONE, "window.paused" },
    { CLOCK(12, 0) + 30, COMMAND_WINDOW_PAUSE, 5, "2", 0, REASON_NONE, "window.paused" },
    { CLOCK(12, 5) + 30, COMMAND_WINDOW_PAUSE, 3, "2", 0, REASON_NONE, "window.paused" },
    { CLOCK(12, 30), COMMAND_TICKET_ISSUE, 0, "social", 0, REASON_HALL_CLOSED, "" },
    { CLOCK(13, 59) + 40, COMMAND_WINDOW_RESUME, 1, "", 0, REASON_NONE, "window.resumed" },
    { CLOCK(13, 59) + 40, COMMAND_WINDOW_RESUME, 2, "", 0, REASON_NONE, "window.resumed" },
    { CLOCK(13, 59) + 40, COMMAND_WINDOW_RESUME, 3, "", 0, REASON_NONE, "window.resumed" },
    { CLOCK(13, 59) + 40, COMMAND_WINDOW_RESUME, 4, "", 0, REASON_NONE, "window.resumed" },
    { CLOCK(13, 59) + 40, COMMAND_WINDOW_RESUME, 5, "", 0, REASON_NONE, "window.resumed" },
    { CLOCK(14, 20), COMMAND_TICKET_REQUEUE, 0, "housing", 0, REASON_NONE, "ticket.requeued" },
    /* license is stopped for an hour: no ticket, no booking within it; who waits is served */
    { CLOCK(15, 5), COMMAND_SERVICE_STOP, 0, "license", CLOCK(16, 5), REASON_NONE,
      "service.stopped" },
    { CLOCK(15, 20), COMMAND_TICKET_ISSUE, 0, "license", 0, REASON_SERVICE_STOPPED, "" },
    { CLOCK(15, 20), COMMAND_APPOINTMENT_BOOK, 0, "license", CLOCK(16, 0), REASON_SERVICE_STOPPED,
      "" },
    { CLOCK(16, 11), COMMAND_TICKET_ISSUE, 0, "archive", 0, REASON_SERVICE_STOPPED, "" },
    /* the keypad of window 4 is dead for half an hour */
    { KEYPAD_DIES_S, COMMAND_NONE, KEYPAD_DEAD_AT, "offline", 0, REASON_NONE, "device.offline" },
    { KEYPAD_LIVES_S, COMMAND_NONE, KEYPAD_DEAD_AT, "online", 0, REASON_NONE, "device.online" },
    { CLOCK(17, 0) + 30, COMMAND_STAFF_SIGN_OUT, 5, "", 0, REASON_NONE, CLOSES },
    /* an hour more: tickets until a quarter of an hour before its end */
    { CLOCK(17, 46) + 30, COMMAND_TICKET_ISSUE, 0, "social", 0, REASON_TOO_LATE, "" },
    { CLOCK(17, 50), COMMAND_HALL_EXTEND, 0, "", CLOCK(19, 0), REASON_NONE, "hall.extended" },
    { CLOCK(18, 0) + 30, COMMAND_STAFF_SIGN_OUT, 2, "", 0, REASON_NONE, CLOSES },
    { CLOCK(18, 45), COMMAND_TICKET_ISSUE, 0, "social", 0, REASON_TOO_LATE, "" },
    { CLOCK(18, 58), COMMAND_STAFF_SIGN_OUT, 3, "", 0, REASON_NONE, CLOSES },
    { CLOCK(19, 0) + 30, COMMAND_TICKET_ISSUE, 0, "social", 0, REASON_HALL_CLOSED, "" },
    { CLOCK(19, 6), COMMAND_STAFF_SIGN_OUT, 1, "", 0, REASON_NONE, CLOSES },
};
const unsigned DOING_COUNT = sizeof DOINGS / sizeof DOINGS[0];

const struct bad BADS[] = {
    { CLOCK(9, 0), 1, 0, 1, "0107" },   /*  1 true, satisfied */
    { CLOCK(9, 30), 2, 1, 2, "0109" },  /*  2 reached at the third attempt; not known whether satisfied */
    { CLOCK(10, 0), 1, 4, 1, "0108" },  /*  3 the B's; appealed in vain */
    { CLOCK(10, 0), 3, 0, 2, "0111" },  /*  4 anonymous */
    { CLOCK(10, 30), 2, 2, 1, "0110" }, /*  5 mistaken, by two */
    { CLOCK(11, 0), 4, 0, 1, "0112" },  /*  6 not reached; malicious, by the district */
    { CLOCK(11, 30), 3, 1, 2, "0111" }, /*  7 malicious says one, mistaken say two */
    { CLOCK(14, 0), 1, 2, 1, "0107" },  /*  8 satisfied after the second round */
    { CLOCK(14, 30), 2, 0, 2, "0109" }, /*  9 not satisfied after it either */
    { CLOCK(15, 0), 3, 0, 1, "0111" },  /* 10 appealed and found mistaken */
    { CLOCK(15, 30), 1, 1, 2, "0107" }, /* 11 contacted too late */
    { CLOCK(17, 0), 3, 2, 1, "0111" },  /* 12 closed too late */
};
const unsigned BAD_COUNT = sizeof BADS / sizeof BADS[0];

/* case_due: on Wednesday of the contacts, on the next Tuesday of 12; case_late stands for 14, which nobody began. */
const struct alert_count ALERT_COUNTS[] = {
    { "bad_rating", 12, 12 },          /* each acknowledged */
    { "service_unserved", 2, 2 },      /* the archive: until window 5 has it, until the day's end */
    { "window_uncovered", 1, 1 },      /* 2, ten minutes after its A left */
    { "window_idle", 1, 1 },           /* 1, at 18:17: somebody waits for five minutes and no key is pressed */
    { "serve_over", 1, 1 },            /* one errand in eight minutes; five in 19 are none */
    { "device_offline", 1, 1 },        /* keypad 4 */
    { "no_rating_channel", 1, 1 },     /* window 4, half a minute later */
    { "waiting_after_closing", 1, 1 }, /* z, and the archive's until the day's end */
    { "case_due", 2, 2 },
    { "case_late", 1, 0 },
};
const unsigned ALERT_COUNT = sizeof ALERT_COUNTS / sizeof ALERT_COUNTS[0];
/* clang-format on */
