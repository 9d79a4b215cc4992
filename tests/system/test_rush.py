"""A rush on a bad line: a fifth of all answers lost, a tenth mangled, some late, adapters pulled out twice, two devices
that restart. Four hundred tickets later the journal, the paper, the boards and what people pressed say the same."""
import collections
import datetime
import json
import os
import time
import unittest

from hall import BIN, Hall, free_port, wait_for

BUSES = range(1, 9)
TICKETS = 400
FAULTS = "lost=20 mangled=10 late=3@400"
SERVICES = {257: "social", 258: "tax", 259: "company"}
DONE = 1
# Keys that write an event of their own when they are answered "done"; other keys may call the next one too.
NEXT, SIGN_IN = 1, 9
EVENT_OF_KEY = {NEXT: "ticket.called", 2: "ticket.recalled", SIGN_IN: "staff.signed_in"}
CALLING = NEXT, 11, 15  # CALL and UNHOLD call too
# What a press just before a restart may have cost: the device forgets it.
RESTART_S = 3
# Who was not answered for ten seconds has given up: presses from before are only counted. On such a line a device that was
# pulled out may be away for so long: it is asked ever less often, and loses a third of what it is asked.
FORGOTTEN_S = 8
# A caller's bytes name no press: the same again so soon may be the same press, said once more because it saw no answer.
SAME_PRESS_S = 4
# A rater has four keys, and one of them gives no grade: what people mean by theirs, as a grade.
KEY_OF_RATER = {1: 2, 2: 2, 3: 4, 4: 4, 5: 5}


def rush_hall(config, hall):
    config["limits"] = {"windows": 20, "devices": 64}
    config["services"].append({"id": "company", "index": 3, "prefix": "C", "name": {"zh": "企业开办", "en": "Company"}})
    config["windows"] = [{"id": n, "own": ["*"]} for n in range(1, 2 * len(BUSES) + 1)]
    config["staff"] = [{"id": f"{100 + n:04d}", "name": f"员{n}"} for n in range(1, 2 * len(BUSES) + 1)]
    config["no_show"] = {"after_s": 3, "after_green_s": 3, "minutes": 5}
    config["start_after_s"] = 4
    config["rating"] = {"keypad_s": 8, "linger_s": 2, "reason_s": 4, "too_short_s": 0}
    keys = {"1": "social", "2": "tax", "3": "company"}
    config["buses"] = [{"id": f"floor-{n}", "protocol": "modbus-rtu", "port": f"{hall.folder}/floor-{n}", "baud": 115200,
                        "devices": [{"id": f"dispenser-{n}", "role": "dispenser", "address": 1, "keys": keys},
                                    {"id": f"dispenser-{n + 10}", "role": "dispenser", "address": 2, "keys": keys},
                                    {"id": f"unit-{2 * n - 1}", "role": "unit", "address": 11, "window": 2 * n - 1},
                                    {"id": f"unit-{2 * n}", "role": "unit", "address": 12, "window": 2 * n}]}
                       for n in BUSES]
    config["buses"][0]["devices"].append({"id": "board-hall", "role": "board", "address": 71, "lines": 4})


def rush_over_tcp(config, hall):
    """The same behind serial servers."""
    rush_hall(config, hall)
    for bus in config["buses"]:
        bus["port"] = f"tcp:127.0.0.1:{free_port()}"


def rush_of_callers(config, hall):
    """Callers and raters on lines of their own; dispensers and boards on the others."""
    rush_hall(config, hall)
    config["require_sign_in"] = False
    config["staff"] = []
    lines, callers = config["buses"][:5], config["buses"][5:]
    config["windows"] = config["windows"][:15]
    for n, bus in enumerate(lines):
        bus["devices"] = [d for d in bus["devices"] if d["role"] in ("dispenser", "board")]
        bus["devices"] += [{"id": f"board-{w}", "role": "board", "address": 50 + w, "window": w}
                           for w in range(3 * n + 1, 3 * n + 4)]
    spare = [d for bus in callers for d in bus["devices"] if d["role"] == "dispenser"]
    for n, dispenser in enumerate(spare[:5]):
        lines[n]["devices"].append(dispenser | {"address": 3})
    for n, bus in enumerate(callers):
        bus.update(protocol="ff68", baud=9600)
        bus["devices"] = [{"id": f"{role}-{w}", "role": role, "address": w, "window": w}
                          for w in range(5 * n + 1, 5 * n + 6) for role in ("terminal", "keypad")]


class Record:
    """What the simulated people saw and did, in order."""

    def __init__(self, sim):
        self.lines = [json.loads(line) for line in sim.lines() if line.startswith("{") and line.endswith("}")]

    def presses(self):
        return [line for line in self.lines if line.get("did") == "key"]

    def papers(self, device):
        return [line["ticket"] for line in self.lines if line.get("saw") == "paper" and line["dispenser"] == device]

    def answered(self, device, code, apart_s):
        """
        How many presses of this key the device showed as done; after a restart it counts anew. Presses of one key that
        follow each other within `apart_s` are one.
        """
        done, keys, last = 0, {}, (None, 0)
        for line in self.lines:
            if line.get("device") == device and line.get("did") == "key":
                is_again = last[0] == line["code"] and line["t"] - last[1] < apart_s
                last = line["code"], line["t"]
                keys[line["count"]] = None if is_again else line["code"]
            elif line.get("device") == device and line.get("saw") == "answer":
                done += line["answer"] == DONE and keys.get(line["count"]) == code
        return done

    def rated(self):
        return [(line["device"], line["session"], line["grade"]) for line in self.lines if line.get("did") == "rate"]

    def last(self, saw, device):
        found = [line for line in self.lines if line.get("saw") == saw and device in (line.get("device"), line.get("board"))]
        return found[-1] if found else {}

    def restarts(self):
        return {line["of"]: line["t"] for line in self.lines if line.get("did") == "reboot"}


class Rush(unittest.TestCase):
    def rush(self, change, reboots):
        with Hall(change) as hall:
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "800", "--speed", "30",
                                     "--seed", "5", "--faults", FAULTS, "--control"], stdin=True)
            hall.start_hallqd()
            for share in (0.2, 0.6):
                self.wait_for_tickets(hall, share * TICKETS)
                self.pull(hall, sim)
            for device in reboots:
                sim.say(f"reboot {device}")
            self.wait_for_tickets(hall, TICKETS)
            sim.say("people off")
            sim.say("faults off")
            self.wait_for_rest(hall)
            self.see_that_it_was_bad(hall, sim, reboots)
            self.compare(hall, Record(sim))

    def see_that_it_was_bad(self, hall, sim, reboots):
        self.assertGreaterEqual(len(hall.events("device.offline")), 2 * len(hall.config["buses"]))
        sim.say("counts")
        counts = wait_for("counts", lambda: next((line["counts"] for line in Record(sim).lines if "counts" in line), None))
        self.assertGreater(min(counts["faults"][fault] for fault in ("lost", "flip", "late")), 0, counts)
        self.assertEqual(counts["sights_dropped"], 0)
        self.assertEqual(set(Record(sim).restarts()), set(reboots))

    def wait_for_tickets(self, hall, count):
        wait_for(f"{count:.0f} tickets", lambda: len(hall.events("ticket.printed")) >= count, 180)

    def pull(self, hall, sim):
        for bus in hall.config["buses"]:
            sim.say("unplug " + bus["id"])
        time.sleep(1)
        for bus in hall.config["buses"]:
            sim.say("plug " + bus["id"])

    def wait_for_rest(self, hall):
        """Nobody presses any more: all devices are back, every paper is out, nobody's time is about to run out."""
        names = [device["id"] for bus in hall.config["buses"] for device in bus["devices"]]
        hall.wait_online(*names, seconds=40)
        seen = [-1, time.monotonic()]

        def is_quiet():
            now = len(hall.journal())
            if now != seen[0]:
                seen[:] = now, time.monotonic()
            return time.monotonic() - seen[1] > 5
        wait_for("the journal rests", is_quiet, 60)

    def compare(self, hall, record):
        self.compare_paper(hall, record)
        self.compare_keys(hall, record)
        self.compare_ratings(hall, record)
        self.compare_what_is_shown(hall, record)

    def issued(self, hall):
        by_device = collections.defaultdict(list)
        for event in hall.events("ticket.issued"):
            by_device[event["data"]["dispenser"]].append(event["data"])
        return by_device

    def compare_paper(self, hall, record):
        """Each number once on paper and once in the journal; only a restart leaves an unsure one without paper."""
        ids = [int(e["id"]) for e in hall.journal()]
        self.assertEqual(ids, list(range(1, len(ids) + 1)))
        self.assertEqual(hall.events("device.keys_lost"), [])
        numbers = [e["data"]["ticket"] for e in hall.events("ticket.issued")]
        self.assertEqual(len(numbers), len(set(numbers)), "a number twice in the journal")
        unsure = {e["data"]["ticket"] for e in hall.events("ticket.unsure")}
        for dispenser, issued in self.issued(hall).items():
            papers = [ticket for ticket in record.papers(dispenser) if ticket]
            self.assertEqual(len(papers), len(set(papers)), f"{dispenser}: a number twice on paper")
            missing = {data["ticket"] for data in issued} - set(papers)
            self.assertEqual(set(papers) - {data["ticket"] for data in issued}, set(), "on paper and not in the journal")
            if dispenser in record.restarts():
                self.assertLessEqual(missing, unsure)
            else:
                self.assertEqual(missing, set(), f"{dispenser}: in the journal and not on paper")

    @staticmethod
    def longest_outages(hall):
        """In seconds, by device."""
        since, longest = {}, collections.defaultdict(float)
        for event in hall.journal():
            device, at = event["data"].get("device"), datetime.datetime.fromisoformat(event["time"])
            if event["type"] == "hallq.device.offline":
                since[device] = at
            elif event["type"] == "hallq.device.online" and device in since:
                longest[device] = max(longest[device], (at - since.pop(device)).total_seconds())
        return longest

    def compare_keys(self, hall, record):
        restarts = record.restarts()
        outages = self.longest_outages(hall)
        issued = self.issued(hall)
        for dispenser in (d["id"] for bus in hall.config["buses"] for d in bus["devices"] if d["role"] == "dispenser"):
            presses = [p for p in record.presses() if p["device"] == dispenser]
            forgotten = [p for p in presses if 0 <= restarts.get(dispenser, -100) - p["t"] < RESTART_S]
            for code, service in SERVICES.items():
                pressed = sum(p["code"] == code for p in presses)
                lost = sum(p["code"] == code for p in forgotten)
                tickets = sum(data["service"] == service for data in issued[dispenser])
                self.assertLessEqual(tickets, pressed, f"{dispenser} {service}")
                if outages[dispenser] < FORGOTTEN_S:
                    self.assertGreaterEqual(tickets, pressed - lost, f"{dispenser} {service} {outages[dispenser]}")
        by_key = collections.Counter((e["data"]["by"]["id"], e["type"].removeprefix("hallq.")) for e in hall.journal()
                                     if e["data"].get("by", {}).get("kind") == "key")
        is_of_callers = any(bus["protocol"] == "ff68" for bus in hall.config["buses"])
        for terminal in self.terminals(hall):
            for code, name in EVENT_OF_KEY.items():
                pressed = sum(p["device"] == terminal and p["code"] == code for p in record.presses())
                done = record.answered(terminal, code, SAME_PRESS_S if is_of_callers else 0)
                if code == SIGN_IN:  # who is signed in already is answered "done" again
                    done = min(done, 1)
                # A caller sends NEXT back also where nobody waits.
                if code != NEXT or not is_of_callers:
                    self.assertLessEqual(done, by_key[terminal, name], f"{terminal} {name}")
                if code == NEXT:
                    pressed = sum(p["device"] == terminal and p["code"] in CALLING for p in record.presses())
                self.assertLessEqual(by_key[terminal, name], pressed, f"{terminal} {name}")

    def terminals(self, hall):
        return [d["id"] for bus in hall.config["buses"] for d in bus["devices"] if d["role"] in ("terminal", "unit")]

    def compare_ratings(self, hall, record):
        """Each rating was pressed at that window, in that session, as that grade; none is given twice."""
        has_sessions = all(bus["protocol"] != "ff68" for bus in hall.config["buses"])
        key_of = (lambda grade: grade) if has_sessions else KEY_OF_RATER.get
        pressed = collections.Counter((self.window_of(hall, device), session if has_sessions else 0, key_of(grade))
                                      for device, session, grade in record.rated())
        events = [e["data"] for e in hall.events("rating.given") if e["data"]["channel"] == "keypad"]
        given = collections.Counter((data["window"], data["session"] if has_sessions else 0, data["grade"])
                                    for data in events)
        self.assertGreater(len(events), 10)
        self.assertEqual(given - pressed, collections.Counter())
        self.assertEqual(len(events), len({data["session"] for data in events}))

    def devices_at(self, hall, window, roles):
        return next(d["id"] for bus in hall.config["buses"] for d in bus["devices"]
                    if d.get("window") == window and d["role"] in roles)

    def window_of(self, hall, device):
        return next(d.get("window") for bus in hall.config["buses"] for d in bus["devices"] if d["id"] == device)

    def compare_what_is_shown(self, hall, record):
        status = hall.status()
        for window in status["windows"]:
            number = window["id"]
            shown = record.last("terminal", self.devices_at(hall, number, ("terminal", "unit")))
            ticket = window.get("ticket")
            if "number" in shown:  # a caller has digits alone
                ticket = int(ticket[1:]) if ticket else None
            self.assertEqual(shown.get("number", shown["ticket"]), ticket, f"window {number}")
            self.assertEqual(shown["waiting"], window["waiting"], f"window {number}")
            board = record.last("board", self.devices_at(hall, number, ("board", "unit")))["text"]
            expected = f"请 {window['ticket']} 到 {number} 号窗口" if window.get("ticket") else f"{number}号窗口"
            self.assertTrue(board.startswith(expected), f"{board!r} is no {expected!r}")
        calls = [e["data"] for e in hall.journal() if e["type"] in ("hallq.ticket.called", "hallq.ticket.recalled")][-4:]
        lines = [f"请 {data['ticket']} 到 {data['window']} 号窗口" for data in reversed(calls)]
        self.assertEqual(record.last("board", "board-hall")["text"].split("\n"), lines)


class RushRtu(Rush):
    def test_on_modbus_rtu(self):
        self.rush(rush_hall, ["dispenser-1", "unit-3"])


class RushTcp(Rush):
    def test_on_modbus_rtu_over_tcp(self):
        self.rush(rush_over_tcp, ["dispenser-1", "unit-3"])


class RushCallers(Rush):
    def test_on_ff68(self):
        self.rush(rush_of_callers, ["dispenser-1", "terminal-3"])


if __name__ == "__main__":
    unittest.main()
