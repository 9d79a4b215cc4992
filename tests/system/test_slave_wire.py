"""The slaves of these tests see a master that keeps no silence, and blame none for an answer that came too late."""
import os
import select
import tempfile
import time
import unittest

from hall import wait_for
from slave_wire import Line, Slave, sealed

BAUD, SILENCE_S = 1200, 0.033  # t3.5 is so long that a busy machine still asks within it
QUESTION = sealed(bytes([1, 4, 0, 0, 0, 1]))
ROUNDS = 6


class Plain(Slave):
    def finished(self):
        return 0

    def spans(self):
        return ()


class Slow(Plain):
    """Not run for longer than the master waits: asked again before it has answered."""

    def answer(self, frame):
        if self.asked == 0:
            self.ask_again()
            time.sleep(0.02)
        return super().answer(frame)


class Silence(unittest.TestCase):
    def open(self, slave):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        line = Line(os.path.join(folder.name, "line"), [slave], baud=BAUD)
        self.addCleanup(line.close)
        self.fd = os.open(line.port, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, self.fd)
        return line

    def ask(self):
        os.write(self.fd, QUESTION)

    def hear(self):
        self.assertTrue(select.select([self.fd], [], [], 5)[0])
        os.read(self.fd, 64)

    def test_a_master_that_keeps_it(self):
        line = self.open(Plain("keypad-1", 1))
        for _ in range(ROUNDS):
            self.ask()
            self.hear()
            time.sleep(SILENCE_S)
        self.assertEqual((line.requests, line.early, line.violations), (ROUNDS, 0, []))

    def test_one_that_does_not(self):
        line = self.open(Plain("keypad-1", 1))
        for _ in range(ROUNDS):
            self.ask()
            self.hear()
            self.ask()  # at once; it is not heard
            time.sleep(2 * SILENCE_S)
            while select.select([self.fd], [], [], 0)[0]:
                os.read(self.fd, 64)
        self.assertRegex(line.faults_of_timing()[0], r"\d of \d+ requests inside t3\.5")

    def test_an_answer_that_it_gave_up(self):
        slave = Slow("keypad-1", 1)
        slave.ask_again = self.ask
        line = self.open(slave)
        self.ask()
        wait_for("both were read", lambda: line.requests == 2, 5)
        self.assertEqual((line.early, line.violations), (0, []))


if __name__ == "__main__":
    unittest.main()
