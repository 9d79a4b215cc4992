"""Devices that no code knows: a profile alone makes them part of the hall."""
import contextlib
import json
import os
import unittest

from hall import BIN, Hall, ROOT, wait_for
from slave import NEXT, TICKET, Dispenser
from slave_hall import take_ticket
from slave_vendor import HOLDING, ClearedKeypad, CountingTerminal, Relays
from slave_wire import Line

LAMPS = ["ready", "calling", "serving", "paused", "rating", "closed"]


def devices(config, hall):
    del config["staff"]
    config["profiles_dir"] = f"{hall.folder}/profiles"
    config["buses"] = [
        {"id": "floor", "protocol": "modbus-rtu", "port": f"{hall.folder}/floor", "baud": 115200, "devices": [
            {"id": "dispenser-1", "role": "dispenser", "address": 1, "keys": {"1": "social", "2": "tax"}},
            {"id": "caller-1", "profile": "vx-2", "role": "terminal", "address": 11, "window": 1},
            {"id": "keypad-1", "profile": "keypad-clear", "role": "keypad", "address": 31, "window": 1},
            {"id": "relays-2", "profile": "relay-8", "role": "terminal", "address": 12, "window": 2}]}]


@contextlib.contextmanager
def profiles(change):
    """A hall with the profiles of these devices beside its config."""
    with Hall(change) as hall:
        os.mkdir(f"{hall.folder}/profiles")
        for name in ("keypad-clear", "relay-8", "button-box"):
            os.symlink(os.path.join(ROOT, "etc", "profiles", f"{name}.jsonc"), f"{hall.folder}/profiles/{name}.jsonc")
        with open(f"{hall.folder}/profiles/vx-2.jsonc", "w", encoding="utf-8") as file:
            json.dump(CountingTerminal.PROFILE, file)
        yield hall


@contextlib.contextmanager
def running():
    dispenser, caller, keypad = Dispenser("dispenser-1", 1), CountingTerminal("caller-1", 11), \
        ClearedKeypad("keypad-1", 31)
    relays = Relays("relays-2", 12)
    slaves = (dispenser, caller, keypad, relays)
    with profiles(devices) as hall:
        with Line(f"{hall.folder}/floor", slaves) as line:
            hall.start_hallqd()
            hall.wait_online(*(slave.name for slave in slaves))
            yield hall, slaves
            if line.violations:
                raise AssertionError("; ".join(line.violations[:8]))


class Vendor(unittest.TestCase):
    def test_press_to_call_to_display(self):
        with running() as (hall, (dispenser, caller, keypad, _)):
            self.assertEqual(take_ticket(dispenser).ticket, "A001")
            self.assertEqual(take_ticket(dispenser).ticket, "A002")
            wait_for("the window is open", lambda: caller.lamp() == 1)
            self.assertEqual(caller.ticket(), "")
            caller.press(CountingTerminal.NEXT)
            wait_for("the display shows the call", lambda: caller.ticket() == "A001" and caller.lamp() == 3)
            self.assertEqual(hall.last("ticket.called")["window"], 1)
            wait_for("the key is answered", lambda: caller.refusal() == 1)
            caller.press(CountingTerminal.RECALL)
            wait_for("it is recalled", lambda: hall.last("ticket.recalled"))
            # The invitation, and the grade: held until it is cleared, counted once.
            caller.press(CountingTerminal.DONE)
            wait_for("the keypad asks", lambda: keypad.page() == 1)
            asked = keypad.asked  # nobody is so quick that the question has not been read behind by then
            wait_for("the keypad is read", lambda: keypad.asked >= asked + 2)
            keypad.press(1)
            wait_for("it is rated", lambda: hall.last("rating.given"))
            self.assertEqual(hall.last("rating.given")["grade"], 5)
            wait_for("the key is cleared", lambda: keypad.get(HOLDING, 0) == 0)
            self.assertEqual(len(hall.events("rating.given")), 1)
            # Nobody is called any more: a key that can't be obeyed is answered with why.
            caller.press(CountingTerminal.RECALL)
            wait_for("it says why not", lambda: caller.refusal() not in (0, 1))
            caller.press(0x99)
            wait_for("no such key", lambda: caller.refusal() == 9)

    def test_relays_and_their_long_presses(self):
        with running() as (hall, (_, _, _, relays)):
            wait_for("the lamp says ready", lambda: relays.lit() == [LAMPS.index("ready")])
            # Nobody waits: the key next is refused, and relay 7 says so.
            relays.hold(0)
            wait_for("the refusal is shown", lambda: relays.lit() == [LAMPS.index("ready"), 7])
            relays.let_go(0)
            # A key with a long press is told when it is let go, or when it was held long enough; never both.
            relays.hold(2)
            asked = relays.asked
            wait_for("it is seen", lambda: relays.asked >= asked + 5)
            self.assertIsNone(hall.last("window.paused"))
            relays.let_go(2)
            wait_for("the window is paused", lambda: relays.lit() == [LAMPS.index("paused")])
            relays.hold(3)
            wait_for("help is called", lambda: hall.last("alert.raised"))
            relays.let_go(3)
            asked = relays.asked
            wait_for("it is seen", lambda: relays.asked >= asked + 5)
            self.assertIsNone(hall.last("window.resumed"))
            self.assertEqual(len(hall.events("window.paused")), 1)

    def test_the_walk_says_whom_it_leaves_out(self):
        with running() as (hall, _):
            hall.hallqd.stop()
            walk = hall.hallq("walk", stdin="q\n")
            for name in ("caller-1", "keypad-1", "relays-2"):
                self.assertRegex(walk.stderr, rf"(?m)^{name} \(bus floor, address \d+\): profile \S+ has not the")
                self.assertRegex(walk.stdout, rf"{name}\b.*not walked")
            self.assertNotIn("dispenser-1 (bus", walk.stderr)

    def test_the_simulated_hall_has_them(self):
        """hallq-sim's own devices of these makes, and one that it can't be: it says so."""
        def with_shipped(config, hall):
            devices(config, hall)
            config["buses"] = [{
                "id": "floor", "protocol": "modbus-rtu", "port": f"{hall.folder}/floor", "baud": 115200, "devices": [
                    {"id": "dispenser-1", "role": "dispenser", "address": 1, "keys": {"1": "social"}},
                    {"id": "relays-1", "profile": "relay-8", "role": "terminal", "address": 12, "window": 1},
                    {"id": "keypad-1", "profile": "keypad-clear", "role": "keypad", "address": 31, "window": 1},
                    {"id": "caller-2", "profile": "vx-2", "role": "terminal", "address": 11, "window": 2},
                    {"id": "box-1", "profile": "button-box", "role": "dispenser", "address": 5, "keys": {"2": "tax"}}]},
                {"id": "paper", "protocol": "escpos", "port": f"{hall.folder}/paper", "baud": 9600,
                 "devices": [{"id": "printer-1", "role": "printer", "dispenser": "box-1"}]}]
        with profiles(with_shipped) as hall:
            sim = hall.start("sim", [f"{BIN}/hallq-sim", "-c", hall.file, "--people", "off", "--control"], stdin=True)
            hall.start_hallqd()
            hall.wait_online("dispenser-1", "relays-1", "keypad-1", "box-1")
            self.assertIn("caller-2: no device of profile vx-2 is simulated", sim.errors())
            wait_for("the button is lit", lambda: any('"box-1"' in line and '"lit"' in line for line in sim.lines()))
            sim.say(f"press dispenser-1 {TICKET + 1}")
            wait_for("a paper", lambda: hall.last("ticket.printed"))
            sim.say(f"press relays-1 {NEXT}")
            wait_for("a call", lambda: hall.last("ticket.called"))
            self.assertEqual(hall.send("window.done", window=1)["ok"], True)
            wait_for("an invitation", lambda: any('"invite"' in line for line in sim.lines()))

            def rated():
                sim.say("press keypad-1 4")
                return hall.last("rating.given")
            self.assertEqual(wait_for("a rating", rated, 10, 0.5)["grade"], 4)
            sim.say(f"press box-1 {TICKET + 2}")
            wait_for("its paper, at the printer", lambda: len(hall.events("ticket.printed")) == 2)
            self.assertEqual(hall.last("ticket.issued")["service"], "tax")


if __name__ == "__main__":
    unittest.main()
