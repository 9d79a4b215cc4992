"""Slaves for the bench: a line of one of each kind, and the ability to take another address."""
import os
import tempfile

from slave import Board, BoardPart, Dispenser, Keypad, Line, Refused, Terminal, Unit
from slave_wire import READ_HOLDING, READ_INPUT, WRITE_MULTIPLE


def movable(kind):
    """A device that takes the address that is written for its own serial number."""
    class Movable(kind):
        def _write(self, start, values):
            super()._write(start, values)
            number, address = (values[0] << 16 | values[1], values[2]) if start == 242 and len(values) == 3 else (0, 0)
            if number == self.serial:
                self.line.slaves[address] = self.line.slaves.pop(self.address)
                self.address = address
    return Movable


# Devices with one fault each, as makers build them.

def other_map(kind):
    class OtherMap(kind):
        MAP = 2
    return OtherMap


def one_span(kind):
    """Answers the pulse and the whole alone."""
    class OneSpan(kind):
        def _do(self, function, start, count, frame):
            if function == READ_INPUT and start + count <= 26 and (start, count) not in ((0, 26), (5, 5), (0, 5)):
                raise Refused("a span that it does not know", 2)
            return super()._do(function, start, count, frame)
    return OneSpan


def shifted(kind):
    """Counts registers from 1, as many manuals do, wherever a reading does not begin at 0."""
    class Shifted(kind):
        def _do(self, function, start, count, frame):
            if function == READ_INPUT and start > 0 and start + count <= 26:
                return self._values(function, self.inputs()[start - 1:start - 1 + count])
            return super()._do(function, start, count, frame)
    return Shifted


def zeros(kind):
    """Reads registers that it does not have as 0."""
    class Zeros(kind):
        def _do(self, function, start, count, frame):
            try:
                return super()._do(function, start, count, frame)
            except Refused:
                return self._values(function, [0] * count) if function != WRITE_MULTIPLE else frame[1:6]
    return Zeros


def forgetful(kind):
    """Takes an image and does not keep it."""
    class Forgetful(kind):
        def _do(self, function, start, count, frame):
            answer = super()._do(function, start, count, frame)
            return self._values(function, [0] * count) if function == READ_HOLDING else answer
    return Forgetful


def obliging(kind):
    """Takes an address whosever serial number stands before it."""
    class Obliging(movable(kind)):
        def _write(self, start, values):
            if start == 242 and len(values) == 3:
                values = (self.serial >> 16, self.serial & 0xFFFF, values[2])
            super()._write(start, values)
    return Obliging


def numberless(kind):
    class Numberless(kind):
        def __init__(self, name, address):
            super().__init__(name, address, serial=0)
    return Numberless


def reprinting(kind):
    """Prints at each writing of a job's number."""
    class Reprinting(kind):
        def _print(self, job):
            self.job = self.done = 0
            super()._print(job)
    return Reprinting


def early(kind):
    """Shows a board's text before its revision is written."""
    class Early(kind):
        def written(self, start, values):
            super().written(start, values)
            if start == 257:
                self.part(BoardPart).revision = 7
    return Early


def oldest_first(kind):
    class OldestFirst(kind):
        def key(self, code, argument=0):
            with self.line.lock:
                self.keys = (self.keys + 1) & 0xFFFF
                self.ring = (self.ring + [(code, argument)])[-8:]
    return OldestFirst


def bouncing(kind):
    class Bouncing(kind):
        def key(self, code, argument=0):
            super().key(code, argument)
            return super().key(code, argument)
    return Bouncing


class BenchLine:
    """`slaves` on a port of their own, as `with BenchLine(...) as line`; line.port is where it is."""

    def __init__(self, *slaves, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="hallq-bench.")
        self.port = os.path.join(self.folder.name, "line")
        self.slaves = slaves
        self.line = Line(self.port, slaves, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.line.close()
        self.folder.cleanup()

    def __getitem__(self, kind):
        return next(slave for slave in self.slaves if isinstance(slave, kind))


def one_of_each(**options):
    return BenchLine(Dispenser("dispenser", 1), Terminal("terminal", 11), Unit("unit", 26),
                     movable(Keypad)("keypad", 31), Board("board", 51), **options)
