"""A key that was lit when it was pressed and is refused all the same: paper says why, and tickets are not disturbed."""
import json
import os
import unittest

from hall import BIN, Hall, wait_for

TICKET, SLIP_FIRST = 256, 60001


def one_ticket_of_tax(config, _):
    config["services"][1]["quota"] = 1


def papers(sim):
    found = []
    for line in sim.lines():
        record = json.loads(line)
        if record.get("saw") == "paper":
            found.append(record)
    return found


class Slip(unittest.TestCase):
    def test_a_race_prints_the_reason(self):
        with Hall(one_ticket_of_tax) as hall:
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--control"],
                             stdin=True)
            hall.start_hallqd()
            hall.wait_online("dispenser-1")
            # Two at once: the second was pressed before the key went dark.
            sim.say(f"press dispenser-1 {TICKET + 2}")
            sim.say(f"press dispenser-1 {TICKET + 2}")
            wait_for("a ticket and a slip", lambda: len(papers(sim)) == 2, 5)
            ticket, slip = papers(sim)
            self.assertEqual((ticket["ticket"], ticket["job"]), ("B001", 1))
            self.assertEqual((slip["ticket"], slip["job"]), (None, SLIP_FIRST))
            for text in ("税务", "未取到号", "No tickets left today"):
                self.assertIn(text, slip["text"])
            # Tickets go on from their own numbers, and the slip is not printed again behind them.
            sim.say(f"press dispenser-1 {TICKET + 1}")
            wait_for("the next ticket", lambda: len(papers(sim)) == 3, 5)
            self.assertEqual((papers(sim)[2]["ticket"], papers(sim)[2]["job"]), ("A001", 2))
            wait_for("it is confirmed", lambda: len(hall.events("ticket.printed")) == 2, 5)
            # After a restart the dispenser still knows the last slip: the next one has another number.
            sim.say(f"press dispenser-1 {TICKET + 2}")
            wait_for("another slip", lambda: len(papers(sim)) == 4, 5)
            self.assertEqual(hall.hallqd.stop(), 0)
            hall.start_hallqd()
            hall.wait_online("dispenser-1")
            sim.say(f"press dispenser-1 {TICKET + 2}")
            wait_for("a slip after the restart", lambda: len(papers(sim)) == 5, 5)
            self.assertEqual([p["job"] for p in papers(sim)[3:]], [SLIP_FIRST + 1, SLIP_FIRST + 2])
            self.assertEqual(len(hall.events("ticket.issued")), 2)
            self.assertEqual(len(hall.events("ticket.printed")), 2)
            # A ticket right behind a slip waits until that is out: the printer has room for one text.
            sim.say(f"press dispenser-1 {TICKET + 2}")
            sim.say(f"press dispenser-1 {TICKET + 1}")
            wait_for("a slip and a ticket", lambda: len(papers(sim)) == 7, 10)
            wait_for("it is confirmed", lambda: len(hall.events("ticket.printed")) == 3, 10)
            sim.stop()
            self.assertEqual(json.loads(sim.lines()[-1])["summary"]["order_faults"], 0)


if __name__ == "__main__":
    unittest.main()
