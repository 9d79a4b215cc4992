"""Appointments and prechecks with real wires: booked over MQTT, checked in at a dispenser, read off the paper."""
import datetime
import json
import sqlite3
import subprocess
import unittest

from hall import wait_for
from slave import CHECK_IN
from slave_hall import running, within_a_step

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def with_permits(config, _):
    config["services"].append({"id": "permit", "index": 3, "prefix": "P", "precheck": True,
                               "name": {"zh": "许可", "en": "Permits"}})
    config["appointments"] = {"slot_minutes": 5, "per_slot": 1, "grace_minutes": 15}
    config["buses"][0]["devices"][0]["keys"]["3"] = "permit"


def next_slot():
    """The begin of the next slot but one, as RFC 3339: in an always open hall they are five minutes apart."""
    now = datetime.datetime.now(ZONE).replace(second=0, microsecond=0)
    return (now + datetime.timedelta(minutes=10 - now.minute % 5)).isoformat()


def ask(hall, name, **arguments):
    """A command over MQTT and its answer."""
    identity = f"ask-{name}-{len(hall.processes)}"
    topic = f"hallq/v1/test-01/replies/{identity}"
    answers = hall.subscribe(topic=topic, name=identity)
    # The subscription stands once a message of ours comes back.
    def hears():
        subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-q", "1", "-t", topic, "-m", "{}"],
                       timeout=5, check=True)
        return answers.lines()
    wait_for("the replies are heard", hears)
    body = {"id": identity, "time": datetime.datetime.now(ZONE).isoformat(), **arguments}
    subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-V", "mqttv5", "-q", "1",
                    "-t", f"hallq/v1/test-01/commands/{name}", "-m", json.dumps(body)], timeout=5, check=True)
    line = wait_for(f"{name} is answered", lambda: next((a for a in answers.lines() if a != "{}"), None))
    return json.loads(line)


def check_in(dispenser, code):
    """The paper that comes out for a code."""
    before = len(dispenser.papers)
    dispenser.key(CHECK_IN, int(code))
    within_a_step("a paper", lambda: len(dispenser.papers) > before)
    return dispenser.papers[-1]


class Appointments(unittest.TestCase):
    def test_booked_over_mqtt_and_checked_in_at_a_dispenser(self):
        with running(with_permits, with_broker=True) as (hall, floor):
            dispenser = floor.slaves["dispenser-1"]
            slot = next_slot()
            answer = ask(hall, "appointment.book", service="social", slot=slot, person="440304199001011234")
            self.assertTrue(answer["ok"], answer)
            code = answer["code"]
            again = ask(hall, "appointment.book", service="social", slot=slot, person="440304199001015678")
            self.assertEqual(again["reason"], "slot_full")
            told = hall.send("ticket.issue", service="social", person="440304199001011234")
            self.assertEqual(told["reason"], "already_booked")

            paper = check_in(dispenser, code)
            self.assertEqual(paper.ticket, "A001")
            issued = wait_for("the ticket is in the journal", lambda: hall.last("ticket.issued"))
            self.assertEqual((issued["class"], issued["channel"]), ("appointment", "appointment"))
            self.assertEqual(datetime.datetime.fromisoformat(issued["slot"]), datetime.datetime.fromisoformat(slot))
            wait_for("it is confirmed", lambda: hall.events("ticket.printed"))

            # A second ticket is never taken, and what nobody may read stands nowhere in the journal.
            dispenser.key(CHECK_IN, int(code))
            wait_for("it counts as checked in", lambda: [s["checked_in"] for s in self.slots(hall)] == [1])
            text = json.dumps(hall.events("appointment.booked"))
            self.assertNotIn("440304", text)
            self.assertNotIn(f'"{code}"', text)
            self.assertEqual(hall.last("appointment.booked")["code_end"], code[2:])
            self.assertEqual(len(dispenser.papers), 1)

    def test_a_code_that_is_not_known_prints_why(self):
        with running() as (hall, floor):
            paper = check_in(floor.slaves["dispenser-1"], 4711)
            self.assertIn("未取到号\n没有办理：校验码不对", paper.text)
            self.assertEqual(hall.events("ticket.issued"), [])

    def slots(self, hall):
        return hall.status()["appointments"]["slots"]

    def test_a_precheck_outlives_a_restart(self):
        with running(with_permits) as (hall, floor):
            dispenser = floor.slaves["dispenser-1"]
            refused = hall.send("ticket.issue", service="permit")
            self.assertEqual(refused["reason"], "precheck_needed")
            code = hall.send("precheck.approve", service="permit")["code"]
            booked = hall.send("appointment.book", service="tax", slot=next_slot())["code"]
            self.assertEqual(hall.hallqd.stop(), 0)
            hall.start_hallqd()
            hall.wait_online(*floor.slaves)
            self.assertEqual(hall.status()["appointments"]["prechecks"], 1)
            self.assertEqual(check_in(dispenser, code).ticket, "P001")
            self.assertTrue(hall.send("appointment.cancel", code=booked)["ok"])
            self.assertEqual(hall.send("ticket.check_in", code=booked)["reason"], "bad_code")
            # Approved at the desk with paper: the ticket comes at once.
            before = len(dispenser.papers)
            answer = hall.send("precheck.approve", service="permit", print="dispenser-1")
            self.assertEqual(answer["ticket"], "P002")
            within_a_step("its paper", lambda: len(dispenser.papers) > before)
            check = hall.hallq("verify")
            self.assertEqual(check.returncode, 0, check.stderr)


class Promises(unittest.TestCase):
    """Every ticket's paper says how long it may take, whichever way the ticket came; what it said is kept."""

    def test_every_ticket_of_a_booking_promises_a_time(self):
        def quick(config, hall):
            with_permits(config, hall)
            config["estimate"] = {"least": 2}
            config["windows"][0]["own"] = ["social", "permit"]

        with running(quick) as (hall, floor):
            dispenser = floor.slaves["dispenser-1"]
            booked = hall.send("appointment.book", service="social", slot=next_slot())["code"]
            self.assertNotIn("分钟", check_in(dispenser, booked).text)  # nobody was served yet: silent
            codes = [hall.send("precheck.approve", service="permit", **{"class": "green"})["code"] for _ in range(3)]
            appointment = hall.send("appointment.book", service="social", slot=self.second_slot())["code"]
            hall.send("window.open", window=1)
            hall.send("staff.sign_in", window=1, staff="0107")
            for code in codes[:2]:
                check_in(dispenser, code)
            wait_for("their papers are confirmed", lambda: len(hall.events("ticket.printed")) == 3)
            for _ in range(3):
                self.assertTrue(hall.send("window.next", window=1)["ok"])
                self.assertTrue(hall.send("window.done", window=1)["ok"])
            hall.send("ticket.issue", service="social")
            hall.send("window.next", window=1)
            hall.send("window.done", window=1)

            self.promised(hall, check_in(dispenser, appointment), "appointment")
            self.promised(hall, check_in(dispenser, codes[2]), "green")
            before = len(dispenser.papers)
            self.assertTrue(hall.send("precheck.approve", service="permit", print="dispenser-1")["ok"])
            within_a_step("its paper", lambda: len(dispenser.papers) > before)
            self.promised(hall, dispenser.papers[-1], "normal")

            # All that was promised stands in the records, to be held against what happens.
            with sqlite3.connect(hall.config["store"]["path"]) as store:
                kept = dict(store.execute("select ticket_id, estimate_high from tickets"
                                          " where estimate_high is not null").fetchall())
            promised = {e["data"]["ticket_id"]: e["data"]["estimate_s"][1]
                        for e in hall.events("ticket.issued") if "estimate_s" in e["data"]}
            self.assertGreaterEqual(len(promised), 3)
            self.assertEqual(kept, promised)

    def second_slot(self):
        return (datetime.datetime.fromisoformat(next_slot()) + datetime.timedelta(minutes=5)).isoformat()

    def promised(self, hall, paper, wanted):
        """The paper says the range and the people ahead that stand in the ticket's event."""
        issued = hall.last("ticket.issued")
        self.assertEqual((issued["ticket"], issued["class"]), (paper.ticket, wanted))
        low, high = issued["estimate_s"]
        self.assertIn(f"约 {low // 60}-{(high + 59) // 60} 分钟", paper.text)
        self.assertIn(f"前面 {issued['ahead']} 人", paper.text)


if __name__ == "__main__":
    unittest.main()
