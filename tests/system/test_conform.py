"""hallq device conform: passes both simulated devices, and names the fault of each broken one."""
import json
import os
import subprocess
import threading
import unittest

from hall import BIN, Hall, wait_for
from slave import Board, Dispenser, Keypad, Terminal, Unit
from slave_bench import (BenchLine, bouncing, early, forgetful, numberless, obliging, oldest_first, one_of_each,
                         one_span, other_map, reprinting, shifted, zeros)
from test_bench import DONE, REFUSED, RUNNING, USAGE, hallq  # noqa: F401

KEYS = {Dispenser: (257, 0), Terminal: (1, 0), Keypad: (5, 1), Unit: (261, 1)}


def conform(port, address, *words):
    answer = hallq("device", port, str(address), "conform", *words, "--baud", "115200", "--json", timeout=120)
    said = [json.loads(line) for line in answer.stdout.splitlines()]
    return answer.returncode, said[:-1], said[-1] if said else answer.stderr


def attended(port, slave, key):
    """The same with somebody who does as asked on stderr."""
    command = [os.path.join(BIN, "hallq"), "device", port, str(slave.address), "conform", "press", "--baud", "115200",
               "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as tool:
        def stand_by():
            for line in tool.stderr:
                if line.startswith("Press one key"):
                    slave.key(*key)
                elif line.startswith("How many papers"):
                    tool.stdin.write(f"{len(slave.papers)}\n")
                    tool.stdin.flush()
        person = threading.Thread(target=stand_by)
        person.start()
        said = [json.loads(line) for line in tool.stdout]
        person.join(60)
    return tool.returncode, said[:-1], said[-1]


def of(verdict, checks):
    return {check["check"]: check["found"] for check in checks if check["verdict"] == verdict}


class Conform(unittest.TestCase):
    def test_every_kind_of_the_second_simulator(self):
        with one_of_each() as line:
            for slave in line.slaves:
                code, checks, end = conform(line.port, slave.address)
                self.assertEqual((code, of("fault", checks)), (DONE, {}), slave.name)
                self.assertTrue(end["conforms"])
                self.assertGreaterEqual(end["well"], 16)
                for check in checks:
                    self.assertTrue(check["expected"] and check["found"], check)
            self.assertEqual([text for text in line.line.violations if "outside" not in text], [])

    def test_somebody_stands_by(self):
        with one_of_each() as line:
            for slave in line.slaves[:4]:
                slave.key(*KEYS[next(kind for kind in KEYS if isinstance(slave, kind))])  # the ring is not empty
                key = KEYS[next(kind for kind in KEYS if isinstance(slave, kind))]
                code, checks, end = attended(line.port, slave, key)
                self.assertEqual((code, of("fault", checks), end["untested"]), (DONE, {}, 0), slave.name)
                self.assertEqual(of("well", checks)["keys"], f"3 presses, the last one {key[0]} ({key[1]})")
            self.assertEqual(of("well", conform(line.port, 1)[1])["job again"], "done stays 2")

    def test_the_simulated_devices(self):
        with Hall() as hall:
            port = hall.config["buses"][0]["port"]
            hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--strict"])
            wait_for("the line", lambda: os.path.exists(port))
            for device in hall.config["buses"][0]["devices"]:
                code, checks, _ = conform(port, device["address"])
                self.assertEqual((code, of("fault", checks)), (DONE, {}), device["id"])

    def broken(self, slave, fault, found, **line):
        with BenchLine(slave, **line) as bench:
            code, checks, end = conform(bench.port, slave.address)
        faults = of("fault", checks)
        self.assertEqual((code, list(faults), end["conforms"]), (REFUSED, [fault], False), faults)
        self.assertRegex(faults[fault], found)

    def test_broken_ones_are_named(self):
        self.broken(other_map(Terminal)("t", 11), "map", "^2$")
        self.broken(numberless(Keypad)("k", 31), "serial number", "^0$")
        self.broken(one_span(Terminal)("t", 11), "spans", r"^0\.\.0: exception 2, and others$")
        self.broken(shifted(Terminal)("t", 11), "spans", r"register \d says \d+, not \d+")
        self.broken(zeros(Keypad)("k", 31), "unknown registers", "^reading input 26: answered$")
        self.broken(forgetful(Keypad)("k", 31), "keypad image", "^register 256 reads 0, written 1$")
        self.broken(obliging(Keypad)("k", 31), "address", "^it went to 32$")
        self.broken(early(Board)("b", 51), "text alone", "^7, not 0$")

    def test_a_slow_one(self):
        self.broken(Board("b", 51), "answers in time", r"^(\d+) of \1 later, the latest after \d{3}\.\d ms$", delay_s=0.12)

    def attend(self, slave, key, fault, found):
        with BenchLine(slave) as bench:
            code, checks, _ = attended(bench.port, slave, key)
        faults = of("fault", checks)
        self.assertEqual((code, list(faults)), (REFUSED, [fault]), faults)
        self.assertRegex(faults[fault], found)

    def test_broken_ones_that_only_a_person_sees(self):
        self.attend(reprinting(Dispenser)("d", 1), KEYS[Dispenser], "papers", "^2$")
        keypad = oldest_first(Keypad)("k", 31)
        keypad.ring, keypad.keys = [(4, 1)], 1
        self.attend(keypad, KEYS[Keypad], "keys", "^press 1: the ring does not hold the newest first: 4")
        self.attend(bouncing(Terminal)("t", 11), KEYS[Terminal], "keys", "^press 1: more than one is counted")
        self.attend(Terminal("t", 11), (99, 0), "keys", r"^press 1: a code that the map does not have: 99 \(0\)$")
        self.attend(Keypad("k", 31), (5, 0), "keys", "^press 1: its argument is not the session")

    def test_nobody_there_and_for_people(self):
        with one_of_each() as line:
            answer = hallq("device", line.port, "99", "conform", "--baud", "115200")
            self.assertEqual(answer.returncode, REFUSED)
            self.assertIn("FAULT  answers            found:    no answer\n", answer.stdout)
            self.assertIn("IT DOES NOT CONFORM: 0 well, 1 faults, 0 not tested\n", answer.stdout)
            answer = hallq("device", line.port, "51", "conform", "--baud", "115200")
            self.assertEqual(answer.returncode, DONE)
            self.assertIn("well   kind               found:    4 board\n", answer.stdout)
            self.assertRegex(answer.stdout, r"map hallq-1, \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d\n")
            self.assertRegex(answer.stdout, r"(?m)^It conforms: \d+ well, 0 faults, 0 not tested$")
            self.assertEqual(hallq("device", line.port, "51", "conform", "hard").returncode, USAGE)


if __name__ == "__main__":
    unittest.main()
