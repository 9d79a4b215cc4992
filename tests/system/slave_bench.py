"""Slaves for the bench: a line of one of each kind, and the ability to take another address."""
import os
import tempfile

from slave import Board, Dispenser, Keypad, Line, Terminal, Unit


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
