"""A rating by the QR of a printed ticket, one for yesterday's visit, over a real broker; and where a keypad is dead."""
import datetime
import json
import sqlite3
import subprocess
import unittest

from hall import Hall, wait_for
from slave_hall import running, take_ticket, within_a_step
from test_appointments import ask

URL = "https://hall.example/"


def with_phones(config, hall):
    config["require_sign_in"] = False
    del config["staff"]
    config["http"]["public_url"] = URL


def without_devices(config, hall):
    with_phones(config, hall)
    config["buses"] = []
    config["mqtt"] = {"host": "127.0.0.1", "port": hall.mqtt_port}


def serve(hall, window=1):
    for step in ("window.next", "window.start", "window.done"):
        answer = hall.send(step, window=window)
        if not answer["ok"]:
            raise AssertionError(answer)


class ByToken(unittest.TestCase):
    def test_the_qr_on_the_paper_rates_its_visit_once(self):
        with running(with_phones, with_broker=True) as (hall, floor):
            papers = [take_ticket(floor.slaves["dispenser-1"]) for _ in range(2)]
            self.assertTrue(all(paper.qr.startswith(URL + "t/") for paper in papers), papers[0].qr)
            tokens = [paper.qr.removeprefix(URL + "t/") for paper in papers]
            self.assertNotEqual(tokens[0][-20:], tokens[1][-20:])
            wait_for("both are confirmed", lambda: len(hall.events("ticket.printed")) == 2)

            early = ask(hall, "rating.give", token=tokens[0], grade=2, channel="qr")
            self.assertEqual(early["reason"], "not_served_yet")
            serve(hall)
            forged = tokens[0][:-1] + ("0" if tokens[0][-1] != "0" else "1")
            self.assertEqual(ask(hall, "rating.give", token=forged, grade=1, channel="qr")["reason"], "no_such")
            # The second's proof does not speak for the first one's number.
            swapped = tokens[0][:-20] + tokens[1][-20:]
            self.assertEqual(ask(hall, "rating.give", token=swapped, grade=1, channel="qr")["reason"], "no_such")
            answer = ask(hall, "rating.give", token=tokens[0], grade=2, channel="qr", text="等了很久")
            self.assertTrue(answer["ok"], answer)
            given = hall.last("rating.given")
            self.assertEqual((given["ticket"], given["channel"], given["grade"]), ("A001", "qr", 2))
            self.assertEqual(hall.last("case.opened")["visit"], given["visit"])
            again = ask(hall, "rating.give", token=tokens[0], grade=5, channel="qr")
            self.assertEqual(again["reason"], "already_rated")
            self.assertTrue(ask(hall, "rating.reasons", token=tokens[0], reasons=[207, 209])["ok"])
            self.assertEqual(hall.last("rating.reasons_given")["reasons"], [207, 209])
            # The phone may give its ticket up, and only by what the paper has.
            self.assertEqual(hall.send("ticket.cancel", token=swapped)["reason"], "no_such")
            self.assertTrue(hall.send("ticket.cancel", token=tokens[1])["ok"])
            self.assertEqual(hall.last("ticket.cancelled")["ticket"], "A002")
            everything = json.dumps(hall.journal()) + "\n".join(hall.subscriber.lines())
            self.assertFalse([token for token in tokens if token[-20:] in everything])


class DeadKeypad(unittest.TestCase):
    """Whose window has no keypad that lives reads of the QR on the board, and it rates the visit."""

    def served(self, hall, floor):
        floor["keypad-1"].is_dead = True
        wait_for("the keypad is given up", lambda: hall.events("device.offline"))
        paper = take_ticket(floor["dispenser-1"])
        wait_for("it is confirmed", lambda: hall.events("ticket.printed"))
        serve(hall)
        self.assertEqual(hall.last("rating.not_asked")["reason"], "no_keypad")
        return paper

    def test_the_board_says_to_rate_by_the_qr(self):
        def change(config, hall):
            with_phones(config, hall)
            config["rating"] = {"keypad_s": 5}
        with running(change, with_broker=True) as (hall, floor):
            board = floor.board(1)
            paper = self.served(hall, floor)
            within_a_step("the board says so", lambda: board.text == "请扫票上二维码评价")
            token = paper.qr.removeprefix(URL + "t/")
            self.assertTrue(ask(hall, "rating.give", token=token, grade=5, channel="qr")["ok"])
            wait_for("its time is over", lambda: "社会保障" in board.text, 7)
            # The next call ends it at once, and a ticket that is on no paper has no QR.
            take_ticket(floor["dispenser-1"])
            wait_for("it is confirmed", lambda: len(hall.events("ticket.printed")) == 2)
            serve(hall)
            within_a_step("the board says so again", lambda: "二维码" in board.text)
            hall.send("ticket.issue", service="social")
            hall.send("window.next", window=1)
            within_a_step("the board calls", lambda: "A003" in board.text)
            hall.send("window.done", window=1)
            within_a_step("the board is idle", lambda: "社会保障" in board.text)

    def test_paper_without_a_qr_is_not_spoken_of(self):
        def change(config, hall):
            with_phones(config, hall)
            del config["http"]["public_url"]
        with running(change) as (hall, floor):
            self.assertEqual(self.served(hall, floor).qr, "")
            within_a_step("the board is idle", lambda: "社会保障" in floor.board(1).text)
            self.assertFalse([text for _, text, _ in floor.board(1).shown if "二维码" in text])


class Yesterday(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(without_devices)
        self.hall.__enter__()
        self.addCleanup(lambda: self.hall.__exit__(None, None, None))

    def test_a_visit_of_yesterday_is_rated_by_sms_and_not_by_qr(self):
        hall = self.hall
        hall.start_broker()
        hall.start_hallqd()
        for _ in range(3):
            hall.send("ticket.issue", service="social")
        serve(hall)
        serve(hall)
        hall.hallqd.stop()
        hall.age_store()
        hall.start_hallqd()
        wait_for("the broker is there", lambda: hall.status()["uplink"]["connected"])
        self.assertEqual(hall.send("ticket.issue", service="social")["ticket"], "A001")
        called = hall.events("ticket.called")[0]
        ticket = called["data"]["ticket_id"]
        today = hall.last("ticket.issued")["ticket_id"]
        self.assertNotEqual(ticket, today)

        give = {"grade": 1, "ticket_id": ticket}
        self.assertEqual(ask(hall, "rating.give", channel="qr", **give)["reason"], "rating_over")
        unserved = ticket.replace("A001", "A003")
        self.assertEqual(ask(hall, "rating.give", channel="sms", grade=5, ticket_id=unserved)["reason"],
                         "not_served_yet")
        self.assertEqual(ask(hall, "rating.reasons", ticket_id=ticket, reasons=[107])["reason"], "step_missing")
        answer = ask(hall, "rating.give", channel="sms", contact="13800138000", **give)
        self.assertTrue(answer["ok"], answer)
        given = hall.last("rating.given")
        self.assertEqual((given["ticket_id"], given["visit"], given["window"]), (ticket, int(called["id"]), 1))
        self.assertEqual(hall.last("case.opened")["ticket_id"], ticket)
        self.assertEqual(hall.last("alert.raised")["kind"], "bad_rating")
        self.assertEqual(hall.status()["hall"]["ratings"], 0)
        self.assertEqual(ask(hall, "rating.give", channel="sms", **give)["reason"], "already_rated")
        first = hall.send("rating.reasons", id="why-1", ticket_id=ticket, reasons=[107])
        self.assertTrue(first["ok"], first)
        self.assertEqual(hall.send("rating.reasons", id="why-1", ticket_id=ticket, reasons=[107]), first)
        self.assertEqual(len(hall.events("rating.reasons_given")), 1)

        # Many at once, as after a break of the line: one of them counts.
        other = ticket.replace("A001", "A002")
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        lines = [json.dumps({"id": f"burst-{n}", "time": now, "ticket_id": other, "grade": 1 + n % 5, "channel": "sms"})
                 for n in range(8)]
        subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-q", "1", "-l",
                        "-t", "hallq/v1/test-01/commands/rating.give"],
                       input="\n".join(lines) + "\n", text=True, timeout=5, check=True)
        wait_for("one is given", lambda: hall.last("rating.given")["ticket_id"] == other)
        answer = hall.send("rating.give", ticket_id=other, grade=5, channel="sms")
        self.assertEqual(answer["reason"], "already_rated")
        self.assertEqual([e["data"]["ticket_id"] for e in hall.events("rating.given")], [ticket, other])

        # It stands after a kill, and the records are what the journal makes of them.
        hall.hallqd.process.kill()
        hall.hallqd.process.wait(5)
        hall.start_hallqd()
        self.assertEqual(hall.send("rating.give", channel="sms", **give)["reason"], "already_rated")
        hall.hallqd.stop()
        for tool in (("verify",), ("rebuild", "--verify")):
            check = hall.hallq(*tool)
            self.assertEqual(check.returncode, 0, check.stderr)


class DefaultGrade(unittest.TestCase):
    def test_who_was_asked_yesterday_and_did_not_rate_has_it(self):
        def change(config, hall):
            with_phones(config, hall)
            config["rating"] = {"default_grade": 4}
        with running(change) as (hall, floor):
            check = hall.hallq("check")
            self.assertEqual((check.returncode, check.stderr), (0, ""))
            for _ in range(2):
                hall.send("ticket.issue", service="social")
                serve(hall)
            session = hall.last("rating.invited")["session"]
            self.assertEqual(hall.last("rating.missed")["reason"], "next_invited")
            self.assertTrue(hall.send("rating.give", window=1, session=session, grade=3, channel="tablet")["ok"])
            ticket = hall.last("rating.missed")["ticket_id"]
            hall.hallqd.stop()
            hall.age_store()
            hall.start_hallqd()
            hall.wait_online(*floor.slaves)
            given = hall.events("rating.given")
            self.assertEqual(len(given), 2)
            data = given[1]["data"]
            self.assertEqual((data["ticket"], data["channel"], data["grade"]), (ticket[-4:], "default", 4))
            self.assertNotEqual(data["ticket_id"], ticket)  # which said today before the store was aged
            self.assertEqual(data["by"], {"kind": "rule", "id": "day"})
            self.assertEqual(hall.events("case.opened"), [])
            # One who rates by SMS after all is heard.
            answer = hall.send("rating.give", ticket_id=data["ticket_id"], grade=2, channel="sms")
            self.assertTrue(answer["ok"], answer)
            self.assertEqual(len(hall.events("case.opened")), 1)
            with sqlite3.connect(f"file:{hall.folder}/hall.db?mode=ro", uri=True, timeout=5) as store:
                rows = store.execute("select state, grade, channel from ratings order by visit").fetchall()
            self.assertEqual(rows, [("given", 2, "sms"), ("given", 3, "tablet")])
            hall.hallqd.stop()
            self.assertEqual(hall.hallq("rebuild", "--verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
