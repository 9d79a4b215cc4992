"""The power of the whole hall goes, and comes back: the box and its devices start together, and nobody remembers."""
import signal
import time
import unittest

from hall import wait_for
from slave import TICKET
from slave_hall import running


class Power(unittest.TestCase):
    def test_a_job_at_hand_is_not_printed_twice(self):
        with running() as (hall, floor):
            dispenser = floor["dispenser-1"]
            dispenser.print_s = 60
            dispenser.key(TICKET + 1)
            wait_for("the job is in the dispenser", lambda: dispenser.is_printing, 10)
            dispenser.key(TICKET + 1)
            wait_for("a second ticket waits", lambda: len(hall.events("ticket.issued")) == 2, 10)
            # The paper may be out; whoever could say so loses power.
            hall.hallqd.stop(signal.SIGKILL)
            dispenser.print_s = 0.02
            dispenser.reboot()
            hall.start_hallqd()
            hall.wait_online("dispenser-1")
            wait_for("the first is unsure", lambda: hall.events("ticket.unsure"), 10)
            self.assertEqual(hall.last("ticket.unsure")["ticket"], "A001")
            self.assertEqual(hall.last("ticket.unsure")["reason"], "rebooted")
            # The second was never sent, and comes out once.
            wait_for("the second is printed", lambda: hall.events("ticket.printed"), 10)
            time.sleep(0.5)
            self.assertEqual([paper.ticket for paper in dispenser.papers], ["A002"])


if __name__ == "__main__":
    unittest.main()
