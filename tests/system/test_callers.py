"""Callers and raters that speak unasked (FF 68): a hall that is worked by them, beside a dispenser of another line."""
import json
import os
import unittest

from hall import BIN, Hall, wait_for

NEXT, RECALL, NO_SHOW, PAUSE, TRANSFER, DONE, HOLD, UNHOLD = 1, 2, 3, 4, 6, 7, 14, 15
TICKET = 256


def callers(config, hall):
    """At each window a caller, and a rater under the caller's own address."""
    del config["staff"]
    config["require_sign_in"] = False
    config["no_show"] = {"after_s": 0}
    config["rating"] = {"too_short_s": 0, "too_fast_ms": 0}
    floor = config["buses"][0]
    floor["devices"] = [d for d in floor["devices"] if d["role"] in ("dispenser", "board")]
    config["buses"].append({
        "id": "callers", "protocol": "ff68", "port": f"{hall.folder}/callers", "baud": 9600,
        "devices": [{"id": f"{role}-{window}", "role": kind, "address": window, "window": window}
                    for window in (1, 2) for role, kind in (("caller", "terminal"), ("rater", "keypad"))]})


class Sim:
    def __init__(self, hall, *options):
        self.process = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, *options], stdin=True)

    def seen(self, what, device):
        records = [json.loads(line) for line in self.process.lines()]
        return [r for r in records if r.get("saw") == what and r.get("device") == device]

    def say(self, line):
        self.process.say(line)

    def press(self, device, code, argument=0):
        """Presses a key of a caller and waits for what it shows: 1 it was taken, 5 its own error."""
        before = len(self.seen("answer", device))
        self.say(f"press {device} {code} {argument}")
        wait_for(f"{device} shows an answer", lambda: len(self.seen("answer", device)) > before, 15)
        return self.seen("answer", device)[-1]["answer"]

    def shows(self, device):
        seen = self.seen("terminal", device)
        return (seen[-1].get("number", 0), seen[-1]["waiting"]) if seen else None


class Callers(unittest.TestCase):
    def start(self, hall, *options):
        sim = Sim(hall, "--people", "off", "--control", *options)
        hall.start_hallqd()
        hall.wait_online("dispenser-1", "caller-1", "rater-1", "caller-2", "rater-2")
        return sim

    def take_tickets(self, hall, sim, count):
        for _ in range(count):
            sim.say(f"press dispenser-1 {TICKET + 1}")
        wait_for("tickets", lambda: len(hall.events("ticket.printed")) == count, 10)

    def test_a_hall_is_worked_by_callers(self):
        with Hall(callers) as hall:
            check = hall.hallq("check")
            self.assertEqual(check.returncode, 0, check.stderr)
            self.assertNotIn("warning", check.stderr)
            sim = self.start(hall)
            self.assertIn("not heard yet", hall.device("caller-1")["what"])
            self.take_tickets(hall, sim, 4)
            # A key is answered once its event stands.
            self.assertEqual(sim.press("caller-1", NEXT), 1)
            called = hall.last("ticket.called")
            self.assertEqual((called["ticket"], called["window"]), ("A001", 1))
            self.assertEqual(called["by"], {"kind": "key", "id": "caller-1"})
            wait_for("the number", lambda: sim.shows("caller-1") == (1, 3), 5)
            wait_for("the beep", lambda: sim.seen("beep", "caller-1"), 5)
            self.assertFalse(hall.device("caller-1")["what"])
            # Nobody is asked yet: written down, not thanked for.
            sim.say("press rater-1 5")
            wait_for("ignored", lambda: hall.last("rating.ignored"), 5)
            self.assertEqual(sim.press("caller-1", DONE), 1)
            invited = hall.last("rating.invited")
            self.assertNotIn("thanks", [r["state"] for r in sim.seen("keypad", "rater-1")])
            sim.say("press rater-1 4")
            wait_for("rated", lambda: hall.last("rating.given"), 10)
            given = hall.last("rating.given")
            self.assertEqual((given["grade"], given["session"], given["window"], given["ticket"]),
                             (4, invited["session"], 1, "A001"))
            wait_for("thanks", lambda: sim.seen("keypad", "rater-1")[-1]["state"] == "thanks", 5)
            self.assertEqual(len(hall.events("rating.given")), 1)
            self.assertEqual(len(hall.events("rating.ignored")), 1)
            # The other keys, and one that the hall refuses: the caller's own error, and two beeps.
            beeps = len(sim.seen("beep", "caller-2"))
            self.assertEqual(sim.press("caller-2", RECALL), 5)
            wait_for("two beeps", lambda: len(sim.seen("beep", "caller-2")) == beeps + 2, 5)
            for code, argument, event in (
                    (NEXT, 0, "ticket.called"), (RECALL, 0, "ticket.recalled"), (HOLD, 0, "ticket.held"),
                    (UNHOLD, 0, "ticket.called"), (NO_SHOW, 0, "ticket.no_show"), (NEXT, 0, "ticket.called"),
                    (TRANSFER, 2, "ticket.transferred"), (PAUSE, 1, "window.paused"), (NEXT, 0, "window.resumed")):
                count = len(hall.events(event))
                self.assertEqual(sim.press("caller-2", code, argument), 1, (code, hall.status()["windows"]))
                self.assertEqual(len(hall.events(event)), count + 1, event)
            # A line that is pulled out and put back: said of each device, and what they show is told again.
            sim.say("unplug callers")
            wait_for("offline", lambda: len(hall.events("device.offline")) == 4, 10)
            hall.send("ticket.issue", service="social")
            sim.say("reboot caller-1")
            sim.say("plug callers")
            wait_for("online", lambda: len(hall.events("device.online")) == 6 + 4, 10)
            wait_for("shown again", lambda: sim.shows("caller-1") == (0, hall.window(1)["waiting"]), 10)
            self.assertEqual(sim.press("caller-1", NEXT), 1)
            self.assertEqual(hall.hallqd.stop(), 0)

    def test_a_bad_line_takes_no_key_twice(self):
        """Lost, flipped and cut frames, noise and late ones: each press calls at most one, an answered one exactly one."""
        with Hall(callers) as hall:
            sim = self.start(hall, "--seed", "7")
            self.take_tickets(hall, sim, 8)
            sim.say("faults lost=15 flip=8 truncate=6 noise=8 late=4@150 echo=4")
            taken = 0
            for _ in range(4):
                for code in (NEXT, DONE):
                    before = len(hall.events("ticket.called"))
                    answer = sim.press("caller-1", code)
                    more = len(hall.events("ticket.called")) - before
                    self.assertLessEqual(more, 1 if code == NEXT else 0)
                    self.assertLessEqual(1 if answer == 1 and code == NEXT else 0, more)
                    taken += more
            self.assertGreater(taken, 2)
            sim.say("faults off")
            # NEXT is possible whatever the last key before was taken for.
            self.assertEqual(sim.press("caller-1", NEXT), 1)
            number = int(hall.window(1)["ticket"][1:])
            wait_for("the number", lambda: sim.shows("caller-1") == (number, hall.window(1)["waiting"]), 40)


class People(unittest.TestCase):
    def test_people_find_their_way(self):
        with Hall(callers) as hall:
            sim = Sim(hall, "--people", "200", "--speed", "80", "--seed", "3")
            hall.start_hallqd()
            wait_for("ratings", lambda: len(hall.events("rating.given")) >= 2, 30)
            self.assertGreaterEqual(len(hall.events("ticket.done")), 2)
            self.assertEqual({e["data"]["by"]["id"] for e in hall.events("rating.given")} - {"rater-1", "rater-2"}, set())
            self.assertEqual(hall.hallqd.stop(), 0)
            sim.process.stop()


if __name__ == "__main__":
    unittest.main()
