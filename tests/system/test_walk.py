"""hallq walk: an installer's walk through a hall, with devices that stand in each other's place."""
import json
import os
import re
import subprocess
import threading
import unittest

from hall import BIN, Hall, is_time, wait_for
from slave import BoardPart, Floor
from test_bench import DONE, REFUSED, RUNNING, USAGE, hallq

GRADES = {"very satisfied": 5, "satisfied": 4, "fair": 3, "dissatisfied": 2, "very dissatisfied": 1}


def two_windows(config, hall):
    devices = [{"id": "dispenser-1", "role": "dispenser", "address": 1, "keys": {"1": "social", "3": "tax"}}]
    for window in (1, 2):
        for role, address in (("board", 50), ("terminal", 10), ("keypad", 30)):
            devices.append({"id": f"{role}-{window}", "role": role, "address": address + window, "window": window})
    config["buses"][0]["devices"] = devices


class Installer:
    """Does what the walk asks, with the devices as they really hang in the hall: name in the config -> slave."""

    def __init__(self, hall, floor, standing, *words):
        self.floor, self.standing = floor, standing
        self.said = []
        self.tool = subprocess.Popen([os.path.join(BIN, "hallq"), "walk", "-c", hall.file, *words], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.asked = None  # the name of the device that is asked for, and the key
        self.deeds = {}  # name -> what is done instead of the press
        self.person = threading.Thread(target=self._act)
        self.person.start()

    def finish(self):
        report = self.tool.stdout.read()
        self.tool.wait(60)
        self.person.join(10)
        for stream in (self.tool.stdin, self.tool.stdout, self.tool.stderr):
            stream.close()
        return self.tool.returncode, report

    def at(self, name):
        return self.standing.get(name, self.floor[name])

    def type(self, line):
        self.tool.stdin.write(line + "\n")
        self.tool.stdin.flush()

    def _act(self):
        for line in self.tool.stderr:
            self.said.append(line.rstrip("\n"))
            press = re.search(r"Window \w+: press (.*) \((\S+)\)$|(\S+): press (key \d+, .*)$", line)
            if press:
                self.asked = (press[2], press[1]) if press[2] else (press[3], press[4])
            board = re.search(r"look at its board \((\S+)\)$", line)
            if board:
                self.asked = (board[1], None)
            if press or "once more" in line:
                self._press(*self.asked)
            elif "Does it show" in line:
                self._look(self.asked[0], re.search(r"show (\S+)\?", line)[1])

    def _press(self, name, what):
        slave = self.at(name)
        if name in self.deeds:
            self.deeds[name](self, slave)
        elif what.startswith("NEXT"):
            slave.key(1)
        elif what.startswith("key"):
            slave.key(256 + int(re.match(r"key (\d+)", what)[1]))
        else:
            keypad = slave.parts[-1]
            assert keypad.state == 1, "a keypad that is not invited takes no press"
            slave.key(GRADES[re.match('"(.*)"', what)[1]], keypad.session)

    def _look(self, name, label):
        """Where does the label really stand?"""
        board = self.at(name).part(BoardPart)
        if board.text == label and board.flashes:
            return self.type("y")
        for other in ("board-1", "board-2"):
            if self.at(other).part(BoardPart).text == label:
                return self.type(other[-1])
        return self.type("n")


class Walk(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(two_windows)
        self.hall.__enter__()
        self.addCleanup(self.hall.__exit__, None, None, None)
        self.floor = Floor(self.hall.config)
        self.addCleanup(self.floor.__exit__)

    def walk(self, standing, *words, deeds=None):
        self.installer = Installer(self.hall, self.floor, standing, *words)
        self.installer.deeds = deeds or {}
        return self.installer.finish()

    def swapped(self, one, other):
        return {one: self.floor[other], other: self.floor[one]}

    def test_a_hall_that_is_right(self):
        for name in ("dispenser-1", "terminal-1", "keypad-2"):
            self.floor[name].key(99)  # from before the walk: nobody hears it
        code, report = self.walk({})
        self.assertEqual(code, DONE, report)
        self.assertRegex(report, r"^Wiring of 测试大厅 \(test-01\), \d{4}-\d\d-\d\d \d\d:\d\d \+08:00\n"
                                 r"Bus floor: \S+/floor, 115200 baud, 8N1\n\n")
        self.assertRegex(report, r"(?m)^     -  dispenser-1  dispenser  floor +1 +1\.2 +\d+  right$")
        self.assertRegex(report, r"(?m)^     2  keypad-2     keypad     floor +32 +1\.2 +\d+  right$")
        self.assertIn("\nPASS: 7 of 7 devices right\n", report)
        self.assertNotIn("To do", report)
        self.assertIn('Window 1: press "very satisfied" (5) on the keypad (keypad-1)', "\n".join(self.installer.said))
        self.assertEqual(sum("right" in line for line in self.installer.said), 2 + 2 * (1 + 5))
        # It leaves the hall dark, its presses answered; what it wrote is what a strict device takes.
        self.assertEqual([self.floor.keypad(window).state for window in (1, 2)], [0, 0])
        self.assertEqual([self.floor.board(window).text for window in (1, 2)], ["", ""])
        self.assertEqual(self.floor["dispenser-1"].mask, 0)
        self.assertEqual(self.floor.terminal(1).answered, self.floor["terminal-1"].keys)
        self.assertEqual(self.floor.violations(), [])

    def test_two_swapped_keypads(self):
        code, report = self.walk(self.swapped("keypad-1", "keypad-2"))
        self.assertEqual(code, REFUSED)
        self.assertRegex(report, r"(?m)^     1  keypad-1 .* swapped  keypad-2$")
        self.assertRegex(report, r"(?m)^     2  keypad-2 .* swapped  keypad-1$")
        self.assertIn("To do:\n  keypad-1 and keypad-2 are swapped: exchange the two devices, or their addresses 31 and 32 "
                      "(bus floor)\n\nFAIL: 5 of 7 devices right\n", report)

    def test_the_same_for_a_program(self):
        code, report = self.walk(self.swapped("keypad-1", "keypad-2"), "--json", "--quick")
        said = json.loads(report)
        self.assertEqual((code, said["passes"], said["stopped"], said["hall"]), (REFUSED, False, False, "test-01"))
        self.assertEqual({d["id"]: (d["result"], d["heard"]) for d in said["devices"] if d["result"] != "right"},
                         {"keypad-1": ("swapped", "keypad-2"), "keypad-2": ("swapped", "keypad-1")})
        self.assertEqual(len(said["todo"]), 1)
        self.assertTrue(is_time(said["time"]), said["time"])
        self.assertTrue(said["time"].endswith("+08:00"), "the hall's zone, wherever this machine lives")
        self.assertEqual(said["devices"][0]["serial"], self.floor["dispenser-1"].serial)

    def test_swapped_boards_and_a_dark_one(self):
        code, report = self.walk(self.swapped("board-1", "board-2"), "--quick")
        self.assertEqual(code, REFUSED)
        self.assertIn("board-1 and board-2 are swapped: exchange the two devices, or their addresses 51 and 52", report)
        self.floor["board-2"].is_dead = True
        code, report = self.walk({}, "--quick")
        self.assertRegex(report, r"(?m)^     2  board-2 +board +floor +52 +no answer$")
        self.assertIn("  board-2 (bus floor, address 52): no answer\n", report)

    def test_one_that_is_heard_in_two_places(self):
        """What stands where is said, and no exchange of two is advised that would not help."""
        standing = {"keypad-1": self.floor["keypad-2"], "keypad-2": self.floor["keypad-2"]}
        code, report = self.walk(standing, "--quick")
        self.assertEqual(code, REFUSED)
        self.assertIn("where keypad-1 should stand, keypad-2 is heard (bus floor, address 32)", report)
        self.assertIn("FAIL: 6 of 7 devices right", report)

    def test_mistakes_are_forgiven_and_wrong_keys_are_not(self):
        mistakes = []

        def passer_by(installer, slave):
            """First somebody presses a terminal, then another keypad, and only then the right one."""
            mistakes.append(1)
            if len(mistakes) == 1:
                self.floor["terminal-2"].key(1)
                self.floor["keypad-2"].key(5, 1)
            else:
                slave.key(5, 1)

        def wrong_wire(installer, slave):
            slave.key(257 if "key 3" in installer.asked[1] else 259)
        code, report = self.walk({}, "--quick", deeds={"keypad-1": passer_by, "dispenser-1": wrong_wire})
        said = "\n".join(self.installer.said)
        self.assertEqual(code, REFUSED)
        self.assertIn("that was terminal-2, a terminal", said)
        self.assertRegex(report, r"(?m)^     1  keypad-1 .* right$")
        self.assertIn("  dispenser-1 (bus floor, address 1): key 257 was asked for, key 259 heard\n", report)
        self.assertIn("FAIL: 6 of 7 devices right", report)

    def test_skip_silence_and_end(self):
        code, report = self.walk({}, "--quick", "--wait", "1", deeds={
            "terminal-1": lambda installer, _: installer.type(""), "keypad-1": lambda *_: None,
            "terminal-2": lambda installer, _: installer.type("q")})
        self.assertEqual(code, REFUSED)
        for row in (r"terminal-1 .* not tried", r"keypad-1 .* not heard", r"board-2 .* right", r"keypad-2 .* not tried"):
            self.assertRegex(report, "(?m)^ +[12]  " + row + "$")
        self.assertIn("keypad-1 (bus floor, address 31): it answers, but no press was heard in 1 s", report)
        self.assertIn("FAIL: 3 of 7 devices right; stopped before the end\n", report)

    def test_a_swap_that_is_heard_once_is_not_lost(self):
        presses = []

        def once(_, slave):
            presses.append(1)
            if len(presses) == 1:
                slave.key(5, 1)
        other_key = []

        def wrong_once(_, slave):
            other_key.append(1)
            if len(other_key) == 1:
                slave.key(259)
        code, report = self.walk({"keypad-1": self.floor["keypad-2"]}, "--quick", "--wait", "1",
                                 deeds={"keypad-1": once, "dispenser-1": wrong_once})
        self.assertEqual(code, REFUSED)
        self.assertIn("keypad-1 (bus floor, address 31): a press was heard as keypad-2 (address 32) once and not again: "
                      "perhaps swapped; walk it again\n", report)
        self.assertIn("dispenser-1 (bus floor, address 1): key 257 was asked for, key 259 heard once and not again; walk it "
                      "again\n", report)

    def test_usage(self):
        self.assertEqual(hallq("walk", "-c", self.hall.file, "--wait", "0").returncode, USAGE)
        self.assertEqual(hallq("walk", "-c", "/no/such/file").returncode, USAGE)


class SimulatedHall(unittest.TestCase):
    """The hall of hallq-sim, with a unit: the walk hears both of its parts, over a line with its wire time."""

    class Visitor(Installer):
        def __init__(self, hall, sim, moved, *words):
            self.sim, self.moved = sim, moved
            super().__init__(hall, None, {}, *words)

        def _press(self, name, what):
            name = self.moved.get(name, name)
            offset = 256 if name.startswith("unit") else 0
            if what.startswith("NEXT"):
                self.sim.say(f"press {name} 1")
            elif what.startswith("key"):
                self.sim.say(f"press {name} {256 + int(what[4])}")
            else:
                grade = GRADES[re.match('"(.*)"', what)[1]]
                self.sim.say(f"press {name} {offset + grade} 1")

        def _look(self, name, label):
            self.type("y")

    def test_a_unit_and_swapped_ones(self):
        def one_more(config, hall):
            config["windows"].append({"id": 3, "own": ["tax"], "label": "三"})
            config["buses"][0]["devices"].append({"id": "unit-3", "role": "unit", "address": 27, "window": 3})
        with Hall(one_more) as hall:
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--control"],
                             stdin=True)
            wait_for("the line", lambda: os.path.exists(hall.config["buses"][0]["port"]))
            code, report = self.Visitor(hall, sim, {}).finish()
            self.assertEqual(code, DONE, report)
            self.assertIn("PASS: 6 of 6 devices right\n", report)
            code, report = self.Visitor(hall, sim, {"unit-2": "unit-3", "unit-3": "unit-2"}).finish()
            self.assertEqual(code, REFUSED)
            self.assertRegex(report, r"(?m)^ *三  unit-3 .* swapped  unit-2$")
            self.assertIn("unit-2 and unit-3 are swapped", report)


class Outside(unittest.TestCase):
    """What no walk can hear is named at the end, and counts neither as right nor in the prompts' numbers."""

    def mixed(self, config, hall):
        two_windows(config, hall)
        config["buses"] += [
            {"id": "signs", "protocol": "alpha", "port": f"{hall.folder}/signs", "baud": 9600, "data_bits": 8, "stop_bits": 1,
             "devices": [{"id": "sign-1", "role": "board", "address": 1, "window": 1}]},
            {"id": "callers", "protocol": "ff68", "port": f"{hall.folder}/callers", "baud": 9600,
             "devices": [{"id": "box-1", "role": "terminal", "address": 1, "window": 1}]}]

    def test_they_are_named(self):
        with Hall(self.mixed) as hall, Floor({"buses": hall.config["buses"][:1]}) as floor:
            installer = Installer(hall, floor, {}, "--quick")
            code, report = installer.finish()
            self.assertEqual(code, DONE, report or installer.said)
            self.assertIn("\nPASS: all 7 walked devices right; 2 of 9 not walked: try them once hallqd runs: sign-1, box-1\n",
                          report)
            said = [line[:6] for line in installer.said if line.startswith("[")]
            self.assertEqual(said, [f"[{n}/7] " for n in range(1, 8)])


class Runs(unittest.TestCase):
    def test_not_while_hallqd_runs(self):
        with Hall(two_windows) as hall:
            hall.start_hallqd()
            wait_for("the socket", lambda: os.path.exists(hall.config["socket"]))
            answer = hallq("walk", "-c", hall.file)
            self.assertEqual(answer.returncode, RUNNING)
            self.assertIn("hallqd runs in this hall", answer.stderr)
            self.assertEqual(answer.stdout, "")


if __name__ == "__main__":
    unittest.main()
