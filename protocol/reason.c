/* One row a reason: its word, the lamp's answer, and what is said: what did not happen, why, what to do now. */
#include "protocol/reason.h"

#include <assert.h>
#include <string.h>

struct reason_row {
    const char *word;
    unsigned answer; /* register 260 of a terminal */
    const char *zh, *en;
};

/* Answer 1 of "not refused" is the lamp's "done". */
static const struct reason_row ROWS[REASONS] = {
    [REASON_NONE] = { "", 1, "", "" },
    [REASON_QUEUE_EMPTY] = { "queue_empty", 2, "没有可叫的号，现在没有人等候",
                             "No one to call: nobody is waiting" },
    [REASON_SIGN_IN_FIRST] = { "sign_in_first", 3, "未执行：本窗口还没有人登录，请先登录",
                               "Not done: nobody is signed in at this window; sign in first" },
    [REASON_BAD_ARGUMENT] = { "bad_argument", 4, "没有执行：填的内容不对，请检查后再试",
                              "Not done: a value is not right; check it and try again" },
    [REASON_NOT_NOW] = { "not_now", 5, "现在不能这样做，请先看窗口的状态",
                         "Not possible now; look at the state of the window first" },
    [REASON_NOT_SAVED] = { "not_saved", 6, "没有保存，请再按一次", "Not saved, press again" },
    [REASON_JUST_CALLED] = { "just_called", 7, "刚刚叫过，请稍等 2 秒", "Just called, wait 2 s" },
    [REASON_TOO_SOON] = { "too_soon", 8, "没有过号：叫号时间还短，请再等一会儿",
                          "Not skipped: it is too soon after the call; wait a little" },
    [REASON_NO_SUCH] = { "no_such", 9, "没有找到，请核对号码", "Not found; check the number" },
    [REASON_NOT_YOURS] = { "not_yours", 9, "该号不在本窗口业务内，请转到能办的窗口",
                           "Not a service of this window; transfer it to one that serves it" },
    [REASON_UNKNOWN_STAFF] = { "unknown_staff", 10, "没有登录：没有这个工号或密码不对，请核对",
                               "Not signed in: unknown staff number or wrong PIN; check it" },
    [REASON_BUSY_ELSEWHERE] = { "busy_elsewhere", 11, "没有登录：该工号正在别的窗口办理，请先办结",
                                "Not signed in: this number is serving at another window; finish "
                                "there first" },
    [REASON_HALL_CLOSED] = { "hall_closed", 5, "没有取号：大厅未开放，请在开放时间来",
                             "No ticket: the hall is closed; come in opening hours" },
    [REASON_SERVICE_STOPPED] = { "service_stopped", 5, "没有取号：该业务已停止取号，请问导办台",
                                 "No ticket: this service has stopped; ask the guide desk" },
    [REASON_TOO_LATE] = { "too_late", 5, "没有取号：已过取号时间，请下次早些来",
                          "No ticket: past the last-ticket time; come earlier next time" },
    [REASON_QUOTA_USED] = { "quota_used", 5, "没有取号：今日号已取完，请改日再来或预约",
                            "No tickets left today; come another day or book" },
    [REASON_NUMBERS_USED] = { "numbers_used", 5, "没有取号：今日号码已用完，请问导办台",
                              "No numbers left today; ask the guide desk" },
    [REASON_PRECHECK_NEEDED] = { "precheck_needed", 5, "没有取号：请先预审",
                                 "No ticket: precheck first" },
    [REASON_CLASS_NOT_ALLOWED] = { "class_not_allowed", 5, "没有取号：这里不能取这类号，请到导办台",
                                   "No ticket: this class is not given here; go to the guide "
                                   "desk" },
    [REASON_ALREADY_WAITING] = { "already_waiting", 5, "没有取新号：您已在排队，请等叫号",
                                 "No new ticket: you are already waiting; wait for your call" },
    [REASON_CAPACITY] = { "capacity", 5, "没有取号：大厅排队已满，请问导办台",
                          "No ticket: the line is full; ask the guide desk" },
    [REASON_ALREADY_RATED] = { "already_rated", 5, "已经评价过，一次办事评一次",
                               "Already rated; one rating a visit" },
    [REASON_NOT_SERVED_YET] = { "not_served_yet", 5, "还不能评价：这个号还没有办结",
                                "Not rated: this ticket is not finished yet" },
    [REASON_SESSION_CLOSED] = { "session_closed", 5,
                                "评价没有记入：这次评价已结束，可扫号票上的码评价",
                                "Not rated: this rating has ended; use the code on the ticket" },
    [REASON_RATING_OVER] = { "rating_over", 5,
                             "评价没有记入：已过这次办事的评价期限，可向导办台反映",
                             "Not rated: the time to rate this visit is over; tell the guide "
                             "desk" },
    [REASON_NOT_THIS_WINDOW] = { "not_this_window", 9,
                                 "评价没有记入：不是本窗口的评价，请到办事的窗口",
                                 "Not rated: it is not this window's rating; use the window that "
                                 "served you" },
    [REASON_RETURN_OVER] = { "return_over", 5, "没有重新排队：已过可返回的时间或次数，请重新取号",
                             "Not queued again: too late or too often; take a new ticket" },
    [REASON_BAD_CODE] = { "bad_code", 9, "没有办理：校验码不对，请核对号票",
                          "Not done: the code is not right; check your ticket" },
    [REASON_NO_SUCH_SLOT] = { "no_such_slot", 5, "没有预约：没有这个时段，请另选时段",
                              "Not booked: there is no such slot; choose another" },
    [REASON_TOO_FAR_AHEAD] = { "too_far_ahead", 5, "没有预约：日期太远，还不能预约，请过几天再约",
                               "Not booked: too far ahead; book nearer to the day" },
    [REASON_SLOT_FULL] = { "slot_full", 5, "没有预约：该时段已约满，请另选时段",
                           "Not booked: this slot is full; choose another" },
    [REASON_SLOT_OVER] = { "slot_over", 5, "没有取号：预约时段已过，请取普通号",
                           "No ticket: the time of this appointment is over; take a normal "
                           "ticket" },
    [REASON_ALREADY_BOOKED] = { "already_booked", 5, "没有办理：您已有预约，请用预约码取号",
                                "Not done: you have an appointment; check in with its code" },
    [REASON_CODE_USED] = { "code_used", 5, "没有预约：这个预约码已被占用，请换一个",
                           "Not booked: this code is in use; choose another" },
    [REASON_BOOKINGS_FULL] = { "bookings_full", 5, "没有办理：预约和预审已满，请过几天再来",
                               "Not done: no more bookings and prechecks fit; try again in some "
                               "days" },
    [REASON_ALREADY] = { "already", 5, "没有更改：已经是这样了",
                         "Nothing changed: it stands so already" },
    [REASON_NEEDS_RESTART] = { "needs_restart", 5, "没有更改：这一项要重新启动后才生效",
                               "Not changed: this takes effect only after a restart" },
    [REASON_STILL_IN_USE] = { "still_in_use", 5, "没有更改：还有没办完的号，请办完后再试",
                              "Not changed: tickets are still open there; finish them first" },
    [REASON_MALFORMED] = { "malformed", 4, "没有执行：命令的格式不对，请按提示改正",
                           "Not done: the command is malformed; correct what is named" },
    [REASON_TOO_LARGE] = { "too_large", 4, "没有执行：命令太长，请缩短",
                           "Not done: the command is too large; shorten it" },
    [REASON_UNKNOWN_COMMAND] = { "unknown_command", 4, "没有执行：没有这个命令，请核对名称",
                                 "Not done: there is no such command; check its name" },
    [REASON_EXPIRED_COMMAND] = { "expired_command", 5, "没有执行：命令已过期，请重新发送",
                                 "Not done: the command has expired; send it again" },
    [REASON_TOO_MANY] = { "too_many", 5, "没有执行：操作太频繁，请稍等",
                          "Not done: too many at once; wait a little" },
    [REASON_NOT_ALLOWED] = { "not_allowed", 5, "没有执行：没有权限，请找主管",
                             "Not allowed; ask the manager" },
    [REASON_PERSON_NEEDED] = { "person_needed", 5, "没有执行：需要写明是谁操作",
                               "Not done: it must say who does it" },
    [REASON_OTHER_PERSON] = { "other_person", 5, "没有执行：这一步要由另一位人员核实",
                              "Not done: another person must verify this" },
    [REASON_STEP_MISSING] = { "step_missing", 5, "没有执行：前面的步骤还没有做，请按顺序办理",
                              "Not done: a step before this one is missing; do it first" },
    [REASON_CONFIG_BAD] = { "config_bad", 5, "没有更改：此配置不能采用，原因见所列各行",
                            "Nothing changed: this config can't be taken; the lines that follow "
                            "say why" },
    [REASON_DEVICE_OFFLINE] = { "device_offline", 5, "没有执行：设备离线，请检查电源和线路",
                                "Not done: the device is offline; check its power and line" },
    [REASON_NOT_ABLE] = { "not_able", 5, "没有执行：设备或大厅没有这个功能",
                          "Not done: the device or hall is not able to do this" },
};

static const struct reason_row *row_of(enum reason reason) {
    assert((size_t)reason < REASONS);
    return &ROWS[reason];
}

const char *reason_word(enum reason reason) {
    return row_of(reason)->word;
}

enum reason reason_of_word(const char *word) {
    for (unsigned i = 1; i < REASONS; i++) {
        if (strcmp(ROWS[i].word, word) == 0) {
            return (enum reason)i;
        }
    }
    return REASON_NONE;
}

const char *reason_zh(enum reason reason) {
    return row_of(reason)->zh;
}

const char *reason_en(enum reason reason) {
    return row_of(reason)->en;
}

unsigned reason_answer(enum reason reason) {
    return row_of(reason)->answer;
}
