"""Announcements: a rush that is only heard, a restart in the middle of one, and a hall with nothing but a sound card."""
import datetime
import json
import os
import unittest
import urllib.request

from hall import BIN, Hall, wait_for

WINDOWS = 10


def speech(folder):
    return {"id": "speech", "protocol": "syn6288", "port": f"{folder}/speech", "baud": 9600,
            "devices": [{"id": "voice-1", "role": "voice"}]}


def busy_hall(config, hall):
    """Ten windows that one voice speaks for, and nobody's number on any board."""
    terminals = [{"id": f"terminal-{i}", "role": "terminal", "address": 10 + i, "window": i}
                 for i in range(1, WINDOWS + 1)]
    dispensers = [{"id": f"dispenser-{i}", "role": "dispenser", "address": i, "keys": {"1": "social"}}
                  for i in (1, 2)]
    del config["staff"]
    config["windows"] = [{"id": i, "own": ["social"]} for i in range(1, WINDOWS + 1)]
    config["buses"][0]["devices"] = dispensers + terminals
    config["buses"].append(speech(hall.folder))
    config["no_show"] = {"after_s": 2, "after_green_s": 2}
    config["start_after_s"] = 1


def four_windows(config, hall):
    del config["staff"]
    config["windows"] = [{"id": i, "own": ["social"]} for i in range(1, 5)]
    config["buses"] = [speech(hall.folder)]


def sound_card(config, hall):
    del config["staff"]
    config["buses"] = []
    config["voice"] = {"program": ["sh", "-c", f"cat >> {hall.folder}/said; echo >> {hall.folder}/said"], "times": 1}


def records(sim):
    return [json.loads(line) for line in sim.lines()]


def spoken(sim):
    return [r["text"] for r in records(sim) if r.get("saw") == "spoken"]


def at(event):
    return datetime.datetime.fromisoformat(event["time"])


def metric(hall, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{hall.http_port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))


class Rush(unittest.TestCase):
    CITIZENS = 14

    def test_who_only_hears_loses_no_turn(self):
        """The voice is far behind: most calls wait longer for it than the staff would for the citizen."""
        with Hall(busy_hall) as hall:
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "3000",
                                     "--citizens", str(self.CITIZENS), "--hearing", "100", "--speed", "60",
                                     "--speak-ms", "3000", "--seed", "5", "--instant"])
            hall.start_hallqd()

            def all_left():
                left = [r for r in records(sim) if r.get("did") == "leave"]
                return len(left) == self.CITIZENS
            wait_for("everybody has left", all_left, 60, 0.2)
            people = records(sim)
            # Not of who has gone home, nor of slips that an impatient finger left in the tray.
            tired = {r["ticket"] for r in people if r.get("why") == "tired of waiting"}
            theirs = {r["ticket"] for r in people if r.get("did") == "take"} - tired
            missed = {e["data"]["ticket"] for e in hall.events("ticket.no_show")} & theirs
            self.assertEqual(missed, set())
            self.assertEqual([r for r in people if r.get("why") == "missed the call"], [])
            self.assertEqual([r for r in people if r.get("saw") == "call"], [])
            # Nor of any of them was a call given up before it was spoken.
            said = {}
            for event in hall.events("ticket.announced"):
                said.setdefault(event["data"]["visit"], int(event["id"]))
            for event in hall.events("ticket.no_show"):
                self.assertLess(said.get(event["data"]["visit"], int(event["id"])), int(event["id"]), event)
            # It was a rush: many calls were spoken later than the staff would have waited without it.
            called = {e["data"]["visit"]: at(e) for e in hall.events("ticket.called")}
            first = {}
            for event in hall.events("ticket.announced"):
                first.setdefault(event["data"]["visit"], at(event))
            waits = [(first[visit] - called[visit]).total_seconds() for visit in first]
            self.assertGreaterEqual(len([wait for wait in waits if wait > 2]), 3, waits)  # no_show.after_s
            heard = [r for r in people if r.get("heard") == "call"]
            self.assertGreaterEqual(len(heard), self.CITIZENS - len(tired))
            self.assertGreaterEqual(metric(hall, "hallq_announcements_spoken_total"), len(waits))


class Restart(unittest.TestCase):
    def test_what_was_not_spoken_is_spoken_once(self):
        with Hall(four_windows) as hall:
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off",
                                     "--speak-ms", "120"])
            hall.start_hallqd()
            hall.wait_online("voice-1")
            for _ in range(4):
                self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            for window in range(1, 5):
                self.assertTrue(hall.send("window.next", window=window)["ok"])
            wait_for("the first is spoken", lambda: hall.events("ticket.announced"), 10)
            hall.hallqd.process.kill()  # in the midst of the next
            hall.hallqd.process.wait(5)
            hall.start_hallqd()
            # Who is served now is not called any more.
            self.assertTrue(hall.send("window.start", window=4)["ok"])
            wait_for("the others are spoken", lambda: len(hall.events("ticket.announced")) == 3, 20)
            said = spoken(sim)
            counts = {ticket: len([text for text in said if ticket in text]) for ticket in
                      ("A001", "A002", "A003", "A004")}
            self.assertLessEqual(counts["A001"], 2, said)  # its `times`, or once where the short form began
            self.assertEqual(counts["A004"], 0, said)
            self.assertGreaterEqual(counts["A003"], 1, said)
            self.assertEqual([(e["data"]["ticket"], e["data"]["window"], e["data"]["by"]["id"])
                              for e in hall.events("ticket.announced")],
                             [(f"A00{i}", i, "voice-1") for i in (1, 2, 3)])
            # Nothing of before the restart comes again.
            last = len(said)
            self.assertTrue(hall.send("window.recall", window=3)["ok"])
            wait_for("the recall", lambda: len(hall.events("ticket.announced")) == 4, 20)
            again = spoken(sim)[last:]
            self.assertTrue(again and all(text == "再次呼叫，请A003号到3号窗口" for text in again), again)
            self.assertEqual(hall.last("ticket.announced")["count"], 2)


class Card(unittest.TestCase):
    def test_a_program_speaks_where_there_is_no_chip(self):
        with Hall(sound_card) as hall:
            hall.start_hallqd()
            hall.wait_online("sound-card")
            self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            self.assertTrue(hall.send("window.next", window=2)["ok"])
            wait_for("it is spoken", lambda: hall.events("ticket.announced"), 10)
            self.assertEqual(hall.last("ticket.announced")["by"]["id"], "sound-card")
            with open(f"{hall.folder}/said", encoding="utf-8") as file:
                self.assertEqual(file.read().replace(",", ""), "请A001号到2号窗口\n")
            device = hall.device("sound-card")
            self.assertEqual((device["role"], device["online"]), ("voice", True))
            # Without it nobody is announced, and nothing waits for it.
            del hall.config["voice"]
            hall.write_config()
            self.assertEqual(hall.hallq("reload").returncode, 0)
            wait_for("it is gone", lambda: hall.device("sound-card") is None, 5)
            self.assertEqual(hall.last("device.offline")["what"], "removed")
            self.assertEqual(hall.hallqd.stop(), 0)


if __name__ == "__main__":
    unittest.main()
