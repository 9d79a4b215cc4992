"""The devices of a hall as slaves: dispenser, terminal, keypad, board and unit of the reference register map.

Written from the design of the devices alone. Each notes what a person would have seen: papers, lamps, invitations,
texts on a board, with the time at which it was shown.
"""
import struct
import threading
import time

from slave_wire import Faults, Line, Refused, Slave, crc16  # noqa: F401 (tests take them from here)

NEXT, RECALL, NO_SHOW, PAUSE, RESUME, TRANSFER, DONE, INVITE, SIGN_IN, SIGN_OUT, CALL, START, HELP, HOLD, UNHOLD, \
    UNDO, PIN = range(1, 18)
TICKET, CHECK_IN, REASON = 256, 512, 16
CLOSED, READY, CALLING, SERVING, PAUSED, RATING = range(6)  # lamps
K_IDLE, K_INVITE, K_THANKS, K_CLOSED, K_REASONS = range(5)


def text_of(words, size):
    """GBK, two bytes a register, the high byte first; an odd last byte is followed by 0."""
    data = struct.pack(f">{len(words)}H", *words)
    if size % 2 and data[size:size + 1] not in (b"", b"\0"):
        raise Refused("an odd text is padded with 0", 3)
    return data[:size].decode("gbk")


class Paper:
    def __init__(self, job, text, qr):
        self.job, self.text, self.qr = job, text, qr
        self.at = time.monotonic()
        large = [line[1:] for line in text.split("\n") if line.startswith("\x1d")]
        self.ticket = large[0] if large else None  # A slip with a refusal has no number.


class Dispenser(Slave):
    KIND = 1

    def __init__(self, name, address, print_s=0.02, **more):
        self.papers = []
        self.print_s = print_s
        self.masks = []
        self._boot = self.done = 0
        super().__init__(name, address, **more)

    def power_up(self):
        super().power_up()
        self.job = self.done = 0
        self.is_printing = False
        self._sequence = ()
        self._boot += 1

    def finished(self):
        return self.done

    def spans(self):
        return (256, 289), (512, 512), (513, 613), (614, 678)

    @property
    def mask(self):
        return self.holding.get(256, 0) | self.holding.get(257, 0) << 16

    def is_lit(self, key):
        return bool(self.mask >> (key - 1) & 1)

    def waiting(self, key):
        return self.holding.get(257 + key, 0)

    def written(self, start, values):
        if start == 512:
            self._print(values[0])
        elif start == 513:
            self._sequence = ("text",)
            self._check(513, 514, values, 200)
        elif start == 614:
            # Once more where the first writing or its answer was lost.
            if self._sequence not in (("text",), ("text", "qr")):
                self.violation("614 not right after 513")
            self._sequence = ("text", "qr")
            self._check(614, 615, values, 128)
        else:
            self._sequence = ()
            if start not in (256, 258) or start == 256 and len(values) < 2:
                self.violation(f"a write of {len(values)} at {start} tears the key mask")
            if not self.masks or self.masks[-1] != self.mask:
                self.masks.append(self.mask)
                self.note("mask", self.mask)

    def _check(self, size_at, text_at, values, most):
        if values[0] > most or text_at + (values[0] + 1) // 2 > size_at + len(values):
            self.violation(f"{values[0]} bytes of text in {len(values)} registers at {size_at}")

    def _text(self, size_at):
        size = self.holding.get(size_at, 0)
        return text_of([self.holding.get(size_at + 1 + i, 0) for i in range((size + 1) // 2)], size)

    def _print(self, job):
        if job == self.job:
            return  # Asked for once more: a job is printed once.
        if job == 0 or job == self.done:
            self.violation(f"job {job} while {self.done} is done")
        if self._sequence != ("text", "qr"):
            self.violation(f"job {job} without its own text before: {self._sequence}")
        if self.is_printing:
            self.violation(f"job {job} while {self.job} is printed")
        self.job, self.is_printing, self._sequence = job, True, ()
        paper = Paper(job, self._text(513), self._text(614))
        timer = threading.Timer(self.print_s, self._finish, (paper, self._boot))
        timer.daemon = True
        timer.start()

    def _finish(self, paper, boot):
        with self.line.lock:
            if boot != self._boot:
                return  # The power went in the middle: no paper came out.
            self.is_printing = False
            self.done = paper.job
            if self.status & 2:
                self.result = 1
                return
            self.result = 0
            paper.at = time.monotonic()
            self.papers.append(paper)
            self.note("paper", paper.ticket)


class Part:
    """What one window device, or one part of a unit, shows: an image from register `base` on."""

    SPANS = ()  # From base.

    def __init__(self, slave, base, key_offset=0):
        self.slave, self.base, self.key_offset = slave, base, key_offset

    def word(self, index):
        return self.slave.holding.get(self.base + index, 0)

    def words(self, index, count):
        return [self.word(index + i) for i in range(count)]

    def key(self, code, argument=0):
        return self.slave.key(code + self.key_offset, argument)

    def violation(self, text):
        self.slave.violation(text)

    def power_up(self):
        pass


class TerminalPart(Part):
    SPANS = ((0, 5),)

    @property
    def waiting(self):
        return self.word(2)

    @property
    def lamp(self):
        return self.word(3)

    @property
    def ticket(self):
        """What the display shows: "A001", or "" for no ticket."""
        letters = struct.pack(">H", self.word(0)).strip(b"\0").decode("ascii")
        return f"{letters}{self.word(1):03d}" if letters else ""

    @property
    def answer(self):
        return self.word(4)

    @property
    def answered(self):
        return self.word(5)

    def finished(self):
        return self.answered

    def written(self, index, values):
        if index != 0 or len(values) != 6:
            return self.violation(f"a terminal's image is one write of 6, not {len(values)}")
        prefix, _, _, lamp, answer, count = values
        if lamp > RATING or answer > 11 or (self.slave.keys - count) & 0xFFFF > 0x7FFF:
            self.violation(f"lamp {lamp}, answer {answer} to key event {count} of {self.slave.keys}")
        if prefix and not struct.pack(">H", prefix).lstrip(b"\0").isalpha():
            self.violation(f"prefix {prefix:04x}")
        self.slave.note("terminal", (self.ticket, lamp, answer, count))


class KeypadPart(Part):
    SPANS = ((0, 14),)

    @property
    def state(self):
        return self.word(0)

    @property
    def session(self):
        return self.word(1)

    @property
    def staff(self):
        """(number, name) as they stand on the keypad."""
        return tuple(struct.pack(f">{len(w)}H", *w).rstrip(b"\0").decode("gbk")
                     for w in (self.words(3, 4), self.words(7, 8)))

    def finished(self):
        return self.session

    def press(self, code):
        """A press, as the keypad sends it: with the session that it shows."""
        return self.key(code, self.session)

    def written(self, index, values):
        if index != 0 or len(values) != 15:
            return self.violation(f"a keypad's image is one write of 15, not {len(values)}")
        state, session, stars = values[:3]
        shows_session = state in (K_INVITE, K_THANKS, K_REASONS)
        if state > K_REASONS or stars > 5 or shows_session != (session != 0):
            self.violation(f"keypad state {state}, session {session}, stars {stars}")
        self.slave.note("keypad", (state, session))


class BoardPart(Part):
    SPANS = ((0, 0), (1, 66))

    def __init__(self, slave, base, key_offset=0):
        super().__init__(slave, base, key_offset)
        self.shown = []  # (monotonic seconds, text, whether it flashes)
        self._meanings = {}  # revision -> (style, text)

    def power_up(self):
        self.revision = 0
        self._has_text = False

    @property
    def text(self):
        return self.shown[-1][1] if self.shown else ""

    @property
    def flashes(self):
        return bool(self.shown and self.shown[-1][2])

    def finished(self):
        return self.revision

    def written(self, index, values):
        if index == 0:
            self._show(values[0])
        elif index == 1 and len(values) >= 2 and values[1] <= 128 and len(values) >= 2 + (values[1] + 1) // 2:
            self._has_text = True
        else:
            self.violation(f"a board's text: {len(values)} registers at {index}")

    def _show(self, revision):
        if not self._has_text:
            if revision != self.revision:
                self.violation("a revision without its text before")
            return
        style, size = self.words(1, 2)
        text = text_of(self.words(3, (size + 1) // 2), size)
        if revision == 0 or self._meanings.setdefault(revision, (style, text)) != (style, text):
            self.violation(f"revision {revision} is another text's")
        if style & ~0x33 or style & 3 == 3:
            self.violation(f"style {style}")
        self._has_text = False
        self.revision = revision
        self.shown.append((time.monotonic(), text, bool(style & 16)))
        self.slave.note("board", (text, bool(style & 16)))


class WindowDevice(Slave):
    """A device made of parts; its `done` is the last part's."""

    PARTS = ()

    def __init__(self, name, address, **more):
        self.parts = [kind(self, base, offset) for kind, base, offset in self.PARTS]
        super().__init__(name, address, **more)

    def part(self, kind):
        return next(part for part in self.parts if isinstance(part, kind))

    def power_up(self):
        super().power_up()
        for part in self.parts:
            part.power_up()

    def finished(self):
        return self.parts[-1].finished()

    def spans(self):
        return tuple((part.base + low, part.base + high) for part in self.parts for low, high in part.SPANS)

    def written(self, start, values):
        part = next(part for part in reversed(self.parts) if start >= part.base)
        part.written(start - part.base, values)


class Terminal(WindowDevice):
    KIND = 2
    PARTS = ((TerminalPart, 256, 0),)


class Keypad(WindowDevice):
    KIND = 3
    PARTS = ((KeypadPart, 256, 0),)


class Board(WindowDevice):
    KIND = 4
    PARTS = ((BoardPart, 256, 0),)


class Unit(WindowDevice):
    KIND = 5
    PARTS = ((TerminalPart, 256, 0), (KeypadPart, 320, 256), (BoardPart, 384, 0))


ROLES = {"dispenser": Dispenser, "terminal": Terminal, "keypad": Keypad, "board": Board, "unit": Unit}


class Floor:
    """Every Modbus line of a config with its slaves, found by their names and windows."""

    def __init__(self, config, **line_options):
        self.slaves = {}
        self.lines = {}
        self._windows = {}
        for bus in config["buses"]:
            slaves = []
            for device in bus["devices"]:
                slave = ROLES[device["role"]](device["id"], device["address"])
                slaves.append(slave)
                self.slaves[device["id"]] = slave
                for part in getattr(slave, "parts", ()):
                    self._windows[type(part), device.get("window")] = part
            self.lines[bus["id"]] = Line(bus["port"], slaves, baud=bus.get("baud", 9600), **line_options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for line in self.lines.values():
            line.close()

    def __getitem__(self, name):
        return self.slaves[name]

    def terminal(self, window):
        return self._windows[TerminalPart, window]

    def keypad(self, window):
        return self._windows[KeypadPart, window]

    def board(self, window):
        return self._windows[BoardPart, window]

    def violations(self):
        return [f"{name}: {text}" for name, line in self.lines.items()
                for text in line.violations + line.faults_of_timing()]
