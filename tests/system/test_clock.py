"""hallqd with a wall clock that a test sets (wall.c): jumps, trust, the day that was missed, a changed day."""
import datetime
import os
import time
import unittest

from hall import BIN, Hall, wait_for

HOUR_MS = 3600000
CHINA = datetime.timezone(datetime.timedelta(hours=8))


def no_buses(config, hall):
    config["buses"] = []
    config["require_sign_in"] = False


def with_hours(config, hall):
    no_buses(config, hall)
    config["hall"]["day_change"] = "00:00"
    config["calendar"] = {"week": {"mon-sun": ["00:00-24:00"]}, "last_ticket_minutes": 0}


class Clock(unittest.TestCase):
    def set_up(self, change=no_buses, trust="synchronised"):
        self.hall = Hall(change)
        self.hall.__enter__()
        self.addCleanup(self.hall.__exit__, None, None, None)
        self.wall = os.path.join(self.hall.folder, "wall")
        self.trust = trust
        self.noon()
        self.start()

    def start(self):
        """Only hallqd needs the other clock; this process and its other children keep theirs."""
        os.environ["HALLQ_WALL"] = self.wall
        os.environ["LD_PRELOAD"] = os.path.join(BIN, "wall.so")
        try:
            self.hall.start_hallqd()
        finally:
            del os.environ["LD_PRELOAD"]

    def noon(self):
        """A wall at noon, so that no day changes by itself while a test runs."""
        now = datetime.datetime.now(CHINA)
        self.offset_ms = int((now.replace(hour=12, minute=0, second=0) - now).total_seconds() * 1000)
        self.set_wall(0)

    def set_wall(self, by_ms, trust=None):
        self.offset_ms += by_ms
        self.trust = trust or self.trust
        with open(self.wall + ".new", "w", encoding="ascii") as file:
            file.write(f"{self.offset_ms} {self.trust}\n")
        os.rename(self.wall + ".new", self.wall)

    def restart(self):
        self.hall.hallqd.stop()
        self.start()

    def hour(self):
        return int(self.hall.status()["hall"]["time"][11:13])

    def alerts(self):
        return [alert["kind"] for alert in self.hall.status()["alerts"]]

    def days(self):
        return [event["data"]["day"] for event in self.hall.events("hall.day_began")]

    def test_set_back(self):
        self.set_up()
        self.hall.send("ticket.issue", service="social")
        self.set_wall(-3 * HOUR_MS)
        wait_for("hall.clock_set", lambda: self.hall.events("hall.clock_set"), 5)
        event = self.hall.last("hall.clock_set")
        self.assertEqual((event["reason"], event["by"]["kind"]), ("behind", "rule"))
        self.assertEqual(self.hour(), 9)
        self.assertLess(self.hall.status()["hall"]["longest_wait_s"], 60)
        self.hall.send("ticket.issue", service="social")
        self.assertEqual(self.hall.send("window.next", window=1)["ticket"], "A001")
        self.assertEqual(len(self.days()), 1)
        self.restart()
        self.assertEqual(len(self.hall.events("hall.clock_set")), 1)
        self.assertEqual(self.hall.send("ticket.issue", service="social")["ticket"], "A003")

    def test_set_back_while_stopped(self):
        self.set_up()
        self.hall.hallqd.stop()
        self.set_wall(-3 * HOUR_MS)
        self.start()
        wait_for("hall.clock_set", lambda: self.hall.events("hall.clock_set"), 5)
        self.assertEqual(self.hour(), 9)

    def test_a_step_forward_changes_no_day_at_once(self):
        self.set_up()
        self.hall.send("ticket.issue", service="social")
        self.set_wall(20 * HOUR_MS)
        time.sleep(3)
        self.assertEqual(self.hour(), 12)
        self.set_wall(-20 * HOUR_MS)
        self.assertEqual(len(self.days()), 1)
        self.assertEqual(self.hall.events("hall.clock_set"), [])
        self.assertEqual(self.hall.send("window.next", window=1)["ticket"], "A001")

    def test_a_missed_day_is_made_up_once(self):
        self.set_up(with_hours)
        self.hall.send("ticket.issue", service="social")
        self.hall.hallqd.stop()
        self.set_wall(72 * HOUR_MS)
        self.start()
        days = [datetime.date.fromisoformat(day) for day in self.days()]
        self.assertEqual([(day - days[0]).days for day in days], [0, 3])
        self.assertEqual(self.hall.last("ticket.expired")["reason"], "day_end")
        self.assertEqual(self.hall.events("hall.clock_set"), [])

    def test_untrusted_until_somebody_says_the_time(self):
        self.set_up(with_hours, "lost")
        self.assertEqual(len(self.days()), 1)  # a new store begins at once
        wait_for("the alert", lambda: "clock_untrusted" in self.alerts(), 5)
        self.assertFalse(self.hall.status()["hall"]["clock_trusted"])
        self.hall.hallqd.stop()
        self.set_wall(26 * HOUR_MS)
        self.start()
        self.assertEqual(self.hall.send("ticket.issue", service="social")["ticket"], "A001")
        self.assertEqual(len(self.days()), 1)  # another day waits
        count = len(self.hall.journal())
        time.sleep(2)
        self.assertLess(len(self.hall.journal()) - count, 3)
        self.assertEqual(self.hall.hallq("time", "tomorrow").returncode, 2)
        self.assertEqual(self.hall.hallq("time", "1999-01-01T00:00:00+08:00").returncode, 1)
        said = datetime.datetime.now(CHINA) + datetime.timedelta(days=3)
        said = said.replace(hour=15, minute=0, second=0, microsecond=0)
        self.assertEqual(self.hall.hallq("time", said.isoformat()).returncode, 0)
        wait_for("the day", lambda: len(self.days()) == 2, 5)
        self.assertEqual(self.days()[1], said.date().isoformat())
        wait_for("no alert", lambda: "clock_untrusted" not in self.alerts(), 5)
        self.assertEqual(self.hour(), 15)
        self.assertEqual(self.hall.last("hall.clock_set")["by"]["kind"], "cli")

    def test_a_box_in_1970_goes_on_from_its_journal(self):
        self.set_up()
        before = self.hall.status()["hall"]["time"]
        self.hall.hallqd.stop()
        self.set_wall(-50 * 365 * 24 * HOUR_MS, "lost")
        self.start()
        self.assertEqual(self.hall.status()["hall"]["time"][:13], before[:13])
        self.set_wall(50 * 365 * 24 * HOUR_MS, "synchronised")
        wait_for("trusted", lambda: self.hall.status()["hall"]["clock_trusted"], 5)
        self.assertEqual(self.hall.events("hall.clock_set"), [])

    def test_a_changed_day(self):
        self.set_up(with_hours)
        today = self.days()[0]
        answer = self.hall.send("calendar.set", date=today, spans=["13:00-14:00"], by="wang")
        self.assertTrue(answer["ok"], answer)
        wait_for("closed", lambda: not self.hall.status()["hall"]["open"], 5)
        self.assertEqual(self.hall.status()["hall"]["opens"][11:16], "13:00")
        self.restart()
        self.assertEqual(self.hall.hallq("reload").returncode, 0)
        change = self.hall.status()["changes"][0]
        self.assertEqual((change["kind"], change["date"], change["hours"], change["by"]["id"]),
                         ("day", today, ["13:00-14:00"], "wang"))
        revert = change["revert"]
        self.assertTrue(self.hall.send(revert["name"], **revert["command"])["ok"])
        wait_for("open", lambda: self.hall.status()["hall"]["open"], 5)
        self.assertEqual(self.hall.status()["changes"], [])
        self.hall.hallqd.stop()
        self.assertEqual(self.hall.hallq("rebuild", "--verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
