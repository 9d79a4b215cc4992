"""What is wrong with a device stands on the page in so many words."""
import unittest

from hall import wait_for
from slave_hall import running


class Health(unittest.TestCase):
    def test_what_is_wrong_is_said(self):
        def says(hall, what):
            return lambda: hall.device("dispenser-1")["what"] == what
        with running() as (hall, floor):
            dispenser = floor["dispenser-1"]
            self.assertIsNone(hall.device("dispenser-1")["what"])
            with floor.lines["floor"].lock:
                dispenser.status = 2
            wait_for("the paper is out", says(hall, "paper out"), 10)
            self.assertTrue(hall.device("dispenser-1")["faulted"])
            with floor.lines["floor"].lock:
                dispenser.status = 0
            wait_for("there is paper", says(hall, None), 10)

    def test_paper_low_and_paper_out_are_two_alerts(self):
        def alert(hall, text):
            return lambda: [a for a in hall.status()["alerts"] if a["kind"] == "device_faulted" and a["text"] == text]
        with running() as (hall, floor):
            dispenser = floor["dispenser-1"]
            told = []
            for status, text in ((1, "paper low"), (3, "paper low, paper out")):
                with floor.lines["floor"].lock:
                    dispenser.status = status
                told += wait_for(text, alert(hall, text), 10)
            self.assertNotEqual(told[0]["id"], told[1]["id"])
            self.assertEqual(len([a for a in hall.status()["alerts"] if a["kind"] == "device_faulted"]), 1)
            self.assertIn("paper low, paper out", hall.hallq("status").stdout)


if __name__ == "__main__":
    unittest.main()
