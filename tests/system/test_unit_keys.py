"""A unit counts the keys of its terminal and of its keypad as one; the answer always belongs to the terminal's."""
import time
import unittest

from hall import wait_for
from slave import SIGN_IN
from slave_hall import running


class UnitKeys(unittest.TestCase):
    def test_a_rating_leaves_the_terminals_answer(self):
        with running() as (hall, floor):
            terminal, keypad = floor.terminal(2), floor.keypad(2)
            with floor.lines["floor"].lock:  # Both stand in one reading.
                count = terminal.key(SIGN_IN, 107)
                keypad.press(5)
            wait_for("the key is answered", lambda: terminal.answered == count, 10)
            wait_for("somebody is signed in", lambda: hall.events("staff.signed_in"), 10)
            keypad.press(4)
            time.sleep(0.5)
            self.assertEqual((terminal.answered, terminal.answer), (count, 1))
            # Nor does a start without a press take the keypad's for the terminal's: there is nothing to be answered.
            for _ in range(2):
                hall.hallqd.stop()
                hall.start_hallqd()
                hall.wait_online("unit-2")
                wait_for("the unit is driven again", lambda: terminal.answered == count and terminal.answer == 0, 10)


if __name__ == "__main__":
    unittest.main()
