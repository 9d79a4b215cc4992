"""PINs with real wires and pages: key 17 before SIGN_IN, what wrong ones do, and that nothing keeps one in clear."""
import json
import os
import signal
import unittest
import urllib.error
import urllib.request

from hall import BIN, Hall, wait_for
from slave import PIN, SIGN_IN, SIGN_OUT
from slave_hall import press, running, within_a_step
from test_appointments import ask

DONE, NOT_NOW, UNKNOWN = 1, 5, 10  # answers
SECRET, WRONG = 52718, 52719
PASSWORD = "a good long password"


def with_pin(config, _):
    config["pin"] = True


def sign_in(terminal, pin, staff=107):
    """PIN and SIGN_IN, each answered, as a person types them; the answer to the latter."""
    if press(terminal, PIN, pin) != DONE:
        raise AssertionError(f"the PIN key is answered {terminal.answer}")
    return press(terminal, SIGN_IN, staff)


def set_pin(hall, staff="0107", pin=SECRET):
    told = hall.hallq("send", "staff.set", "-", stdin=json.dumps({"staff": staff, "pin": pin}))
    if told.returncode != 0:
        raise AssertionError(told.stdout + told.stderr)


class Page:
    """Somebody at a page."""

    def __init__(self, hall, name, *role):
        added = hall.hallq("user", "add", name, *role, stdin=PASSWORD + "\n")
        if added.returncode != 0:
            raise AssertionError(added.stderr)
        self.url = f"http://127.0.0.1:{hall.http_port}"
        self.headers = {"Origin": self.url, "Content-Type": "application/json"}
        with self.post("session", {"user": name, "password": PASSWORD}) as answer:
            self.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]

    def post(self, path, body):
        return urllib.request.urlopen(urllib.request.Request(
            f"{self.url}/api/v1/{path}", json.dumps(body).encode(), self.headers), timeout=10)

    def sign_in(self, window, staff, **more):
        with self.post("commands/staff.sign_in", {"window": window, "staff": staff, **more}) as answer:
            return json.load(answer)


class Pins(unittest.TestCase):
    def test_a_terminal_signs_in_by_the_right_pin(self):
        with running(with_pin) as (hall, floor):
            terminal = floor.terminal(1)
            self.assertTrue(hall.status()["hall"]["pin_wanted"])
            self.assertEqual(press(terminal, SIGN_IN, 107), UNKNOWN)
            self.assertEqual(sign_in(terminal, SECRET), UNKNOWN)  # has none yet
            set_pin(hall)
            self.assertEqual(sign_in(terminal, WRONG), UNKNOWN)
            self.assertEqual(press(terminal, SIGN_IN, 107), UNKNOWN)  # a typed one counts once
            self.assertEqual(hall.window(1)["state"], "closed")
            self.assertEqual(sign_in(terminal, SECRET), DONE)
            self.assertEqual((hall.window(1)["state"], hall.window(1)["staff"]), ("open", "0107"))
            self.assertEqual(press(terminal, SIGN_OUT), DONE)
            self.assertEqual(press(terminal, SIGN_IN, 107), UNKNOWN)

            # Both keys within one reading, at a unit; the PIN of a terminal is of no use at another.
            unit = floor.terminal(2)
            self.assertEqual(press(terminal, PIN, SECRET), DONE)
            self.assertEqual(press(unit, SIGN_IN, 107), UNKNOWN)
            unit.key(PIN, SECRET)
            count = unit.key(SIGN_IN, 107)
            within_a_step("both are answered", lambda: unit.answered == count)
            self.assertEqual(unit.answer, DONE)
            self.assertEqual(hall.window(2)["staff"], "0107")

    def test_it_outlives_kill_9_and_goes_with_its_person(self):
        with running(with_pin) as (hall, floor):
            set_pin(hall)
            set_pin(hall, "0300", 61234)  # new here
            hall.hallqd.stop(signal.SIGKILL)
            hall.start_hallqd()
            hall.wait_online(*floor.slaves)
            self.assertEqual(sign_in(floor.terminal(1), SECRET), DONE)
            self.assertEqual(sign_in(floor.terminal(2), 61234, 300), DONE)
            self.assertTrue(hall.send("staff.remove", staff="0107")["ok"])
            self.assertTrue(hall.send("staff.set", staff="0107")["ok"])
            self.assertEqual(sign_in(floor.terminal(1), SECRET), UNKNOWN)
            check = hall.hallq("verify")
            self.assertEqual(check.returncode, 0, check.stderr)

    def test_five_wrong_ones_close_sign_in_also_over_a_restart(self):
        with running(with_pin) as (hall, floor):
            set_pin(hall)
            set_pin(hall, "0108", 44444)
            for _ in range(5):
                self.assertEqual(sign_in(floor.terminal(1), WRONG), UNKNOWN)
            self.assertEqual(sign_in(floor.terminal(1), SECRET), NOT_NOW)
            hall.hallqd.stop(signal.SIGKILL)
            hall.start_hallqd()
            hall.wait_online(*floor.slaves)
            self.assertEqual(sign_in(floor.terminal(1), SECRET), NOT_NOW)
            self.assertEqual(sign_in(floor.terminal(1), 44444, 108), DONE)
            self.assertEqual(sign_in(floor.terminal(2), SECRET), DONE)
            refused = hall.events("command.refused")
            self.assertEqual(len(refused), 5)
            self.assertEqual((refused[0]["data"]["name"], refused[0]["data"]["staff"], refused[0]["data"]["window"]),
                             ("staff.sign_in", "0107", 1))

    def test_nothing_keeps_it_in_clear(self):
        with running(with_pin, with_broker=True) as (hall, floor):
            self.assertTrue(hall.send("staff.set", id="set-1", staff="0107", pin=SECRET)["ok"])
            self.assertNotIn(str(WRONG), json.dumps(hall.send("staff.set", staff="0107", pin=str(WRONG))))
            self.assertEqual(sign_in(floor.terminal(1), WRONG), UNKNOWN)
            self.assertEqual(sign_in(floor.terminal(1), SECRET), DONE)
            self.assertTrue(hall.send("staff.sign_in", id="in-1", window=2, staff="0107", pin=SECRET)["ok"])
            last = hall.journal()[-1]["id"]
            wait_for("the broker has it all", lambda: any(f'"id":"{last}"' in line for line in hall.subscriber.lines()))
            copied = hall.hallq("backup", f"{hall.folder}/copy.db")
            self.assertEqual(copied.returncode, 0, copied.stderr)
            seen = 0
            for folder, _, names in os.walk(hall.folder):  # store, its log, copy, key, logs, what the broker got
                for name in names:
                    path = os.path.join(folder, name)
                    if os.path.isfile(path):
                        with open(path, "rb") as file:
                            text = file.read()
                        seen += b"staff.signed_in" in text
                        for pin in (SECRET, WRONG):
                            self.assertNotIn(str(pin).encode(), text, path)
            self.assertGreaterEqual(seen, 3)  # the store or its log, the copy, the subscriber
            for pin in (SECRET, WRONG):
                self.assertNotIn(str(pin), json.dumps(hall.status()))

    def test_who_is_asked_at_a_page_and_over_mqtt(self):
        with running(with_pin, with_broker=True) as (hall, _):
            set_pin(hall)
            manager = Page(hall, "mona", "--role", "manager")
            self.assertEqual(manager.sign_in(1, "0107")["reason"], "unknown_staff")
            self.assertEqual(manager.sign_in(1, "0107", pin=WRONG)["reason"], "unknown_staff")
            self.assertTrue(manager.sign_in(1, "0107", pin=SECRET)["ok"])
            with self.assertRaises(urllib.error.HTTPError) as refused:
                manager.sign_in(1, "0107", pin=42)
            self.assertEqual(refused.exception.code, 400)
            self.assertTrue(Page(hall, "li", "--role", "staff", "--staff", "0108").sign_in(2, "0108")["ok"])
            self.assertTrue(ask(hall, "staff.sign_in", window=2, staff="0107")["ok"])
            self.assertEqual(hall.window(2)["staff"], "0107")

    def test_simulated_staff_type_it(self):
        with Hall(with_pin) as hall:
            hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "1", "--speed", "10",
                               "--pin", str(SECRET)])
            hall.start_hallqd()
            set_pin(hall)
            wait_for("window 1 is open", lambda: hall.window(1)["staff"] == "0107", 30)
            self.assertEqual(hall.window(2)["state"], "closed")  # 0108 has another PIN: none
            set_pin(hall, "0108")
            wait_for("window 2 is open", lambda: hall.window(2)["staff"] == "0108", 30)

    def test_where_none_is_wanted_the_key_is_answered_and_forgotten(self):
        with running() as (hall, floor):
            self.assertFalse(hall.status()["hall"]["pin_wanted"])
            self.assertEqual(sign_in(floor.terminal(1), WRONG), DONE)
            self.assertEqual(press(floor.terminal(2), SIGN_IN, 108), DONE)
            self.assertEqual(hall.events("command.refused"), [])


if __name__ == "__main__":
    unittest.main()
