"""A start on the day after: what the journal still holds open ends before anything else is judged by it."""
import unittest

from hall import Hall


def quiet(config, hall):
    """No devices: the local socket is the only way in."""
    config["require_sign_in"] = False
    del config["staff"]
    config["buses"] = []


class NextDay(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(quiet)
        self.hall.__enter__()
        self.addCleanup(self.leave)

    def leave(self):
        self.hall.__exit__(None, None, None)

    def make_yesterday(self):
        """A store that ends with yesterday's tickets A001 to A003."""
        self.hall.start_hallqd()
        for _ in range(3):
            self.hall.send("ticket.issue", service="social")
        self.hall.hallqd.stop()
        self.hall.age_store()

    def test_restored_numbers_count_for_today(self):
        self.make_yesterday()
        copy = f"{self.hall.folder}/copy.db"
        self.assertEqual(self.hall.hallq("backup", copy).returncode, 0)
        answer = self.hall.hallq("restore", copy)
        self.assertIn("the backup's day is over and numbers begin anew", answer.stderr)
        self.assertEqual(self.hall.hallq("restore", copy, "--next", "A=2").returncode, 0)
        answer = self.hall.hallq("restore", copy, "--next", "A=120")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.hall.start_hallqd()
        self.assertEqual(self.hall.send("ticket.issue", service="social")["ticket"], "A120")
        self.assertEqual(len(self.hall.events("hall.day_began")), 2)
        # The day replays with them.
        self.hall.hallqd.process.kill()
        self.hall.hallqd.process.wait(5)
        self.hall.start_hallqd()
        self.assertEqual(self.hall.send("ticket.issue", service="social")["ticket"], "A121")

    def test_tickets_of_yesterday_keep_no_service(self):
        self.make_yesterday()
        self.hall.config["services"].pop(0)
        self.hall.config["windows"] = [{"id": 1, "own": ["tax"]}, {"id": 2, "own": ["tax"]}]
        self.hall.write_config()
        self.hall.start_hallqd()
        self.assertEqual(len(self.hall.events("ticket.expired")), 3)
        self.assertEqual(self.hall.send("ticket.issue", service="tax")["ticket"], "B001")
        self.assertEqual(self.hall.hallq("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
