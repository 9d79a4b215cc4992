"""One citizen from the ticket to a bad rating over devices that share no code with the program, each step within a
second; ratings that come late, the dispenser's key mask, hurried keys."""
import json
import re
import signal
import time
import unittest
import urllib.request

from hall import wait_for
from slave import (CALLING, CHECK_IN, DONE, HELP, K_CLOSED, K_IDLE, K_INVITE, K_REASONS, K_THANKS, NEXT, NO_SHOW,
                   RATING, READY, REASON, SERVING, SIGN_IN, SIGN_OUT, START, TICKET)
from slave_hall import press, running, take_ticket, within_a_step


def serve_one(floor, window=1):
    """NEXT, START, DONE; the session that the keypad then shows."""
    terminal, keypad = floor.terminal(window), floor.keypad(window)
    before = keypad.session
    for key in (NEXT, START, DONE):
        if press(terminal, key) != 1:
            raise AssertionError(f"key {key} is answered {terminal.answer}")
    within_a_step("the keypad invites", lambda: keypad.state == K_INVITE and keypad.session != before)
    return keypad.session


def short_reasons(config, _):
    config["rating"] = {"reason_s": 2}


def long_reasons(config, _):
    config["rating"] = {"reason_s": 50}


class Citizen(unittest.TestCase):
    def test_from_ticket_to_bad_rating(self):
        for window in (1, 2):  # Three devices at the first window, a unit at the second.
            with self.subTest(window=window), running(short_reasons, with_broker=True) as (hall, floor):
                self.walk(hall, floor, window)

    def walk(self, hall, floor, window):
        terminal, keypad, board = floor.terminal(window), floor.keypad(window), floor.board(window)
        self.assertEqual((terminal.lamp, keypad.state), (0, K_CLOSED))
        paper = take_ticket(floor["dispenser-1"])
        self.assertEqual(paper.ticket, "A001")
        self.assertIn("社会保障", paper.text)
        self.assertRegex(paper.text, r"\b\d{4}\b")

        self.assertEqual(press(terminal, SIGN_IN, 107), 1)
        self.assertEqual((terminal.lamp, terminal.ticket), (READY, ""))
        within_a_step("one waits", lambda: terminal.waiting == 1)
        within_a_step("the keypad shows who serves", lambda: keypad.staff == ("0107", "甲") and keypad.state == K_IDLE)

        self.assertEqual(press(terminal, NEXT), 1)
        self.assertEqual((terminal.lamp, terminal.ticket), (CALLING, "A001"))
        within_a_step("the board calls", lambda: "A001" in board.text and board.flashes)

        self.assertEqual(press(terminal, START), 1)
        self.assertEqual((terminal.lamp, terminal.ticket), (SERVING, "A001"))

        self.assertEqual(press(terminal, DONE), 1)
        within_a_step("the keypad invites", lambda: keypad.state == K_INVITE)
        within_a_step("the lamp says that a rating is asked", lambda: terminal.lamp == RATING)
        session = keypad.session
        self.assertNotEqual(session, 0)

        keypad.press(2)
        within_a_step("the keypad asks why", lambda: keypad.state == K_REASONS and keypad.session == session)
        keypad.press(REASON + 3)
        within_a_step("the reason is in the journal", lambda: hall.events("rating.reasons_given"))
        wait_for("the keypad rests", lambda: keypad.state == K_IDLE and keypad.session == 0, 6)
        shown = [value[0] for _, what, value in keypad.slave.history if what == "keypad"]
        # What it asks is never taken back, and an old invitation never returns.
        asked = [state for state in shown[shown.index(K_INVITE):] if state != K_THANKS]
        self.assertEqual([s for i, s in enumerate(asked) if i == 0 or asked[i - 1] != s],
                         [K_INVITE, K_REASONS, K_IDLE])
        self.journal_tells(hall, window, session)

    def journal_tells(self, hall, window, session):
        expected = [
            ("ticket.issued", {"channel": "dispenser", "dispenser": "dispenser-1"}),
            ("ticket.printed", {"job": 1}),
            ("ticket.called", {"window": window, "staff": "0107"}),
            ("ticket.serving", {"window": window}),
            ("ticket.done", {"window": window, "staff": "0107"}),
            ("rating.invited", {"session": session, "window": window}),
            ("rating.given", {"session": session, "grade": 2, "channel": "keypad", "staff": "0107"}),
            ("rating.reasons_given", {"reasons": [209]}),
        ]
        journal = hall.journal()
        self.assertEqual([int(e["id"]) for e in journal], list(range(1, len(journal) + 1)))
        places = []
        for name, data in expected:
            found = [e for e in journal if e["type"] == "hallq." + name]
            self.assertEqual(len(found), 1, name)
            self.assertEqual(found[0]["data"]["ticket"], "A001", name)
            for key, value in data.items():
                self.assertEqual(found[0]["data"].get(key), value, f"{name}.{key}")
            places.append(int(found[0]["id"]))
        self.assertEqual(places, sorted(places))
        visit = hall.last("ticket.done")["visit"]
        self.assertEqual(hall.last("rating.given")["visit"], visit)
        case = hall.last("case.opened")
        self.assertEqual((case["kind"], case["visit"]), ("bad_rating", visit))
        self.assertTrue(any(a["data"]["kind"] == "bad_rating" for a in hall.events("alert.raised")),
                        hall.events("alert.raised"))

        def heard():
            return [json.loads(line) for line in hall.subscriber.lines() if line != "{}"]
        wait_for("the back office has heard it all", lambda: len(heard()) >= len(journal))
        self.assertEqual(heard()[:len(journal)], journal)


class LateRating(unittest.TestCase):
    def ready(self, floor, citizens):
        for _ in range(citizens):
            take_ticket(floor["dispenser-1"])
        self.assertEqual(press(floor.terminal(1), SIGN_IN, 107), 1)

    def test_reasons_count_while_the_next_is_asked_and_after_a_power_cut(self):
        with running(long_reasons) as (hall, floor):
            self.ready(floor, 2)
            keypad = floor.keypad(1)
            first = serve_one(floor)
            keypad.press(1)
            within_a_step("the keypad asks why", lambda: keypad.state == K_REASONS)
            second = serve_one(floor)
            keypad.key(REASON + 3, first)
            wait_for("the reason counts", lambda: hall.last("rating.reasons_given"))
            hall.hallqd.stop(signal.SIGKILL)
            hall.start_hallqd()
            hall.wait_online("keypad-1")
            keypad.key(REASON + 5, first)
            wait_for("and after the restart", lambda: hall.last("rating.reasons_given")["reasons"] == [112])
            # The keypad's last presses were read again: what stood in the journal stands there once.
            self.assertEqual([(e["data"]["ticket"], e["data"]["session"], e["data"]["reasons"])
                              for e in hall.events("rating.reasons_given")],
                             [("A001", first, [110]), ("A001", first, [112])])
            within_a_step("the next is still asked", lambda: (keypad.state, keypad.session) == (K_INVITE, second))
            keypad.press(5)
            within_a_step("thanks", lambda: keypad.state == K_THANKS)
            self.assertEqual([(e["data"]["ticket"], e["data"]["grade"]) for e in hall.events("rating.given")],
                             [("A001", 1), ("A002", 5)])
            self.assertEqual(hall.events("rating.ignored"), [])

    def test_never_counts_for_the_next_citizen(self):
        with running() as (hall, floor):
            self.ready(floor, 2)
            keypad = floor.keypad(1)
            first = serve_one(floor)
            second = serve_one(floor)
            self.assertNotEqual(first, second)
            keypad.key(1, first)
            wait_for("the late press is refused", lambda: hall.events("rating.ignored"))
            self.assertEqual(hall.events("rating.given"), [])
            self.assertEqual((keypad.state, keypad.session), (K_INVITE, second))
            keypad.press(5)
            within_a_step("thanks", lambda: keypad.state == K_THANKS)
            given = [e["data"] for e in hall.events("rating.given")]
            self.assertEqual([(g["ticket"], g["session"], g["grade"]) for g in given], [("A002", second, 5)])
            self.assertEqual([e["data"]["ticket"] for e in hall.events("rating.missed")], ["A001"])
            # The case of a bad rating that nobody gave does not exist either.
            self.assertEqual(hall.events("case.opened"), [])
            # Pressing once more, and without any session, changes nothing.
            keypad.key(1, second)
            keypad.key(1, 0)
            time.sleep(0.3)
            self.assertEqual(len(hall.events("rating.given")), 1)

    def test_session_closes_a_while_after_the_next_start(self):
        def change(config, hall):
            config["rating"] = {"linger_s": 1}
        with running(change) as (hall, floor):
            self.ready(floor, 2)
            terminal, keypad = floor.terminal(1), floor.keypad(1)
            first = serve_one(floor)
            self.assertEqual(press(terminal, NEXT), 1)
            self.assertEqual(press(terminal, START), 1)
            self.assertEqual((keypad.state, keypad.session), (K_INVITE, first), "it lingers for who stands up slowly")
            wait_for("the invitation ends", lambda: keypad.session == 0, 3)
            keypad.key(1, first)
            wait_for("the late press is refused", lambda: hall.events("rating.ignored"))
            self.assertEqual(hall.events("rating.given"), [])
            self.assertEqual([e["data"]["ticket"] for e in hall.events("rating.missed")], ["A001"])

    def test_press_at_another_window(self):
        with running() as (hall, floor):
            self.ready(floor, 1)
            session = serve_one(floor)
            floor.keypad(2).key(5, session)
            wait_for("the press is refused", lambda: hall.events("rating.ignored"))
            self.assertEqual(hall.events("rating.given"), [])
            floor.keypad(1).press(4)
            wait_for("the rating", lambda: hall.events("rating.given"), 1)
            self.assertEqual(hall.last("rating.given")["grade"], 4)


class KeyMask(unittest.TestCase):
    """Register 256 and 257 as the dispenser holds them, after each change of what may be had."""

    def change(self, config, hall):
        config["services"] += [
            {"id": "few", "index": 3, "prefix": "C", "quota": 2},
            {"id": "papers", "index": 4, "prefix": "D", "precheck": True},
            {"id": "numbers", "index": 5, "prefix": "E", "numbers": [7, 7]},
        ]
        config["windows"][1]["own"] += ["few", "papers", "numbers"]
        config["buses"][0]["devices"][0]["keys"] = {"1": "social", "2": "tax", "3": "few", "4": "papers",
                                                    "5": "numbers", "20": "tax"}

    def lit(self, floor, *keys):
        dispenser = floor["dispenser-1"]
        expected = sum(1 << (key - 1) for key in keys)
        within_a_step(f"lit: {keys}, not {dispenser.mask:b}", lambda: dispenser.mask == expected)

    def test_each_change_is_on_the_device(self):
        with running(self.change) as (hall, floor):
            dispenser = floor["dispenser-1"]
            self.lit(floor, 1, 2, 3, 5, 20)
            self.assertTrue(hall.send("service.stop", service="tax", reason="network")["ok"])
            self.lit(floor, 1, 3, 5)
            self.assertTrue(hall.send("service.resume", service="tax")["ok"])
            self.lit(floor, 1, 2, 3, 5, 20)
            # The quota's last ticket and the range's last number put out their keys.
            self.assertEqual(take_ticket(dispenser, 3).ticket, "C001")
            self.lit(floor, 1, 2, 3, 5, 20)
            self.assertEqual(take_ticket(dispenser, 3).ticket, "C002")
            self.lit(floor, 1, 2, 5, 20)
            self.assertEqual(take_ticket(dispenser, 5).ticket, "E007")
            self.lit(floor, 1, 2, 20)
            self.assertTrue(hall.send("hall.close", reason="drill")["ok"])
            self.lit(floor)
            self.assertTrue(hall.send("hall.open")["ok"])
            self.lit(floor, 1, 2, 20)
            # A device that lost its power is told again.
            dispenser.reboot()
            self.assertEqual(dispenser.mask, 0)
            wait_for("the mask is written again", lambda: dispenser.mask == 0x80003, 3)

    def slip(self, dispenser, key):
        """What the paper says that comes out for a press of a dark key."""
        before = len(dispenser.papers)
        dispenser.key(TICKET + key)
        within_a_step("a slip", lambda: len(dispenser.papers) > before)
        self.assertNotRegex(dispenser.papers[-1].text, r"[A-Z]\d{3}")
        return dispenser.papers[-1].text.split("\n")

    def test_dark_key_pressed_in_a_race_prints_the_reason(self):
        with running(self.change) as (hall, floor):
            dispenser = floor["dispenser-1"]
            hall.send("service.stop", service="tax", reason="系统升级")
            self.lit(floor, 1, 3, 5)
            stopped = self.slip(dispenser, 2)
            for line in ("税务", "原因：系统升级", "没有取号：该业务已停止取号，请问导办台"):
                self.assertIn(line, stopped)
            self.assertIn("没有取号：请先预审", "\n".join(self.slip(dispenser, 4)))
            dispenser.key(TICKET + 9)  # No service has it: nothing to say.
            time.sleep(0.2)
            hall.send("hall.close", reason="消防演练")
            self.lit(floor)
            closed = self.slip(dispenser, 1)
            self.assertIn("原因：消防演练", closed)
            self.assertTrue([line for line in closed if line.startswith("没有取号：大厅未开放")], closed)
            self.assertEqual(len(dispenser.papers), 3)
            self.assertEqual(hall.events("ticket.issued"), [])

    def test_boards_say_why_a_service_is_stopped(self):
        with running(self.change) as (hall, floor):
            for window, staff in ((1, 107), (2, 108)):
                self.assertEqual(press(floor.terminal(window), SIGN_IN, staff), 1)
            hall.send("service.stop", service="tax", reason="系统升级")
            within_a_step("the board says why", lambda: "税务(已停止取号：系统升级)" in floor.board(2).text)
            self.assertNotIn("停止", floor.board(1).text)  # Which does not serve it.
            with urllib.request.urlopen(f"http://127.0.0.1:{hall.http_port}/api/v1/display", timeout=5) as answer:
                shown = {s["id"]: (s["stopped"], s["stop_reason"]) for s in json.load(answer)["services"]}
            self.assertEqual((shown["tax"], shown["social"]), ((True, "系统升级"), (False, None)))
            hall.send("service.resume", service="tax")
            within_a_step("the board takes it back", lambda: "停止" not in floor.board(2).text)

    def test_people_waiting_stand_beside_the_keys(self):
        with running(self.change) as (hall, floor):
            dispenser = floor["dispenser-1"]
            take_ticket(dispenser, 1)
            take_ticket(dispenser, 1)
            take_ticket(dispenser, 2, 1)
            wait_for("the figures", lambda: [dispenser.waiting(k) for k in (1, 2, 3, 20)] == [2, 1, 0, 1], 2)
            self.assertEqual(hall.last("ticket.issued")["class"], "green")


class Hurry(unittest.TestCase):
    def test_next_twice_calls_once(self):
        def change(config, hall):
            config["mistake_s"] = 2
        with running(change) as (hall, floor):
            terminal = floor.terminal(1)
            for _ in range(3):
                take_ticket(floor["dispenser-1"])
            self.assertEqual(press(terminal, SIGN_IN, 107), 1)
            # Both presses in one reading, then one more.
            terminal.key(NEXT)
            self.assertEqual(press(terminal, NEXT), 7)
            self.assertEqual(press(terminal, NEXT), 7)
            self.assertEqual([e["data"]["ticket"] for e in hall.events("ticket.called")], ["A001"])
            self.assertEqual((terminal.lamp, terminal.ticket), (CALLING, "A001"))
            # Another window is not held up by it.
            self.assertEqual(press(floor.terminal(2), SIGN_IN, 108), 1)
            self.assertEqual(press(floor.terminal(2), NEXT), 1)
            self.assertEqual(floor.terminal(2).ticket, "A002")

    def test_mashed_dispenser_loses_and_doubles_nothing(self):
        with running() as (hall, floor):
            dispenser = floor["dispenser-1"]
            for _ in range(8):  # As many as the ring holds, at once.
                dispenser.key(TICKET + 1)
            wait_for("eight papers", lambda: len(dispenser.papers) == 8)
            self.assertEqual([p.ticket for p in dispenser.papers], [f"A{n:03d}" for n in range(1, 9)])
            # The last paper is known to the hall one pulse after it has come out.
            wait_for("eight tickets printed", lambda: len(hall.events("ticket.printed")) == 8, 2)
            self.assertEqual([e["data"]["ticket"] for e in hall.events("ticket.printed")],
                             [p.ticket for p in dispenser.papers])

    def test_more_presses_than_the_ring_holds(self):
        with running() as (hall, floor):
            dispenser = floor["dispenser-1"]
            with floor.lines["floor"].lock:
                for _ in range(11):
                    dispenser.key(TICKET + 1)
            wait_for("the loss is written down", lambda: hall.events("device.keys_lost"))
            wait_for("the eight that are known", lambda: len(dispenser.papers) == 8)
            self.assertEqual(hall.last("device.keys_lost")["device"], "dispenser-1")

    def test_help_and_codes_that_mean_nothing(self):
        with running() as (hall, floor):
            terminal = floor.terminal(1)
            self.assertEqual(press(terminal, HELP), 1)
            self.assertIn("help", [e["data"]["kind"] for e in hall.events("alert.raised")])
            before = len(hall.journal())
            for code in (0, 18, 255, 257, 65535):
                terminal.key(code)
                time.sleep(0.05)
            floor["dispenser-1"].key(CHECK_IN, 10000)
            floor["dispenser-1"].key(255)
            floor["dispenser-1"].key(TICKET + 33)
            floor["dispenser-1"].key(TICKET + 1, 2)  # No such class.
            floor.keypad(1).key(6, 0)
            floor.terminal(2).key(17 + 256)
            time.sleep(0.3)
            kinds = [e["type"] for e in hall.journal()[before:]]
            self.assertEqual([k for k in kinds if not k.startswith(("hallq.alert", "hallq.rating.ignored"))], [])
            # The next press is answered all the same.
            self.assertEqual(press(terminal, SIGN_IN, 107), 1)


class NoShow(unittest.TestCase):
    def test_missed_call_comes_back_by_its_code(self):
        def change(config, hall):
            config["no_show"] = {"after_s": 0}
        with running(change) as (hall, floor):
            dispenser, terminal = floor["dispenser-1"], floor.terminal(1)
            paper = take_ticket(dispenser)
            code = int(re.search(r"(?<!\d)\d{4}(?!\d|-)", paper.text).group())
            self.assertEqual(press(terminal, SIGN_IN, 107), 1)
            self.assertEqual(press(terminal, NEXT), 1)
            self.assertEqual(press(terminal, NO_SHOW), 1)
            self.assertEqual((terminal.lamp, terminal.ticket), (READY, ""))
            self.assertEqual(press(terminal, NEXT), 2)
            dispenser.key(CHECK_IN, code)
            wait_for("it waits again", lambda: hall.events("ticket.requeued"), 1)
            self.assertEqual(press(terminal, NEXT), 1)
            self.assertEqual(terminal.ticket, "A001")
            self.assertEqual(press(terminal, SIGN_OUT), 1)
            self.assertEqual(terminal.lamp, CALLING, "after this ticket")


if __name__ == "__main__":
    unittest.main()
