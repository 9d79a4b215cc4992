#include "devices/sim/paper.h"

#include <string.h>

#include "tests/unit/sim/sim_tests.h"

static const struct {
    const char *text, *ticket;
    uint16_t code;
} SLIPS[] = {
    { "示范大厅\n\x1D"
      "A017\n社会保障\n前面 3 人\n约 5-9 分钟\nmain  过号可凭 4821 重新排队\n"
      "2026-11-23 09:31:02",
      "A017", 4821 },
    { "\x1D"
      "AB001\n0042",
      "AB001", 42 },
    { "社会保障\n今日已停止取号 09:31", "", 0 },
    { "A017\nno large line", "", 0 },
    { "\x1D"
      "A0017\n2026-11-23",
      "", 0 },
    { "", "", 0 },
};
enum { SLIP_ROWS = sizeof(SLIPS) / sizeof(SLIPS[0]) };

START_TEST(a_slip_is_read_as_people_read_it) {
    char text[TICKET_SIZE] = "";
    struct ticket_no ticket = sim_paper_ticket(SLIPS[_i].text);
    if (ticket.prefix[0] != '\0')
        ticket_no_format(ticket, text);
    ck_assert_str_eq(text, SLIPS[_i].ticket);
    ck_assert_uint_eq(sim_paper_code(SLIPS[_i].text), SLIPS[_i].code);
}
END_TEST

static const struct {
    const char *text, *ticket, *label;
    bool is_called;
} BOARDS[] = {
    { "请 A017 到 1 号窗口", "A017", "1", true },
    { "请 B003 到 2 号窗口\n请 A017 到 12 号窗口", "A017", "12", true },
    { "请 A017", "A017", "", true },
    { "请 A017 到\n3 号窗口", "A017", "", true },
    { "1号窗口 社会保障", "A017", "", false },
    { "请 A017 到 1 号窗口", "", "", false },
};
enum { BOARD_ROWS = sizeof(BOARDS) / sizeof(BOARDS[0]) };

START_TEST(a_board_is_read_as_people_read_it) {
    char label[NAME_SIZE];
    ck_assert(sim_paper_calls(BOARDS[_i].text, BOARDS[_i].ticket, label, sizeof(label)) ==
              BOARDS[_i].is_called);
    ck_assert_str_eq(label, BOARDS[_i].label);
}
END_TEST

TCase *paper_cases(void) {
    TCase *cases = tcase_create("paper");
    tcase_add_loop_test(cases, a_slip_is_read_as_people_read_it, 0, SLIP_ROWS);
    tcase_add_loop_test(cases, a_board_is_read_as_people_read_it, 0, BOARD_ROWS);
    return cases;
}
