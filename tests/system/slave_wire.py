"""Modbus RTU as a slave sees it on a pseudo-terminal, and the faults of a bad line.

Written from the design of the devices alone; it shares nothing with the program that it tests. A slave is strict: what
a well-behaved master never sends is written down as a violation, and the tests demand that there is none.
"""
import heapq
import itertools
import os
import random
import select
import struct
import termios
import threading
import time
import tty

READ_HOLDING, READ_INPUT, WRITE_COILS, WRITE_MULTIPLE = 3, 4, 15, 16
QUIET_S = 0.02  # A frame that is not whole after so long a silence is garbage.
MOST_READ, MOST_WRITTEN = 125, 123


def _crc_table():
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
        yield value


CRC_TABLE = tuple(_crc_table())


def crc16(data):
    """CRC-16/MODBUS."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc


def sealed(body):
    """A frame's bytes: the CRC goes low byte first."""
    return body + struct.pack("<H", crc16(body))


class Faults:
    """Shares (0..1) of answers that are lost, mangled or late; each seed gives one order of them."""

    def __init__(self, seed=0, lost=0.0, mangled=0.0, late=0.0, late_s=0.4, kinds=None):
        self.random = random.Random(seed)
        self.shares = (lost, mangled, late)
        self.late_s = late_s
        self.kinds = kinds or ("flip", "cut", "noise", "other_slave", "other_function", "shorter")
        self.counts = dict.fromkeys(("lost", "late") + tuple(self.kinds), 0)

    def apply(self, answer):
        """What goes onto the line for this answer: a list of (delay in seconds, bytes)."""
        lost, mangled, late = self.shares
        draw = self.random.random()
        if draw < lost:
            self.counts["lost"] += 1
            return []
        if draw < lost + mangled:
            kind = self.random.choice(self.kinds)
            self.counts[kind] += 1
            return [(0.0, getattr(self, "_" + kind)(answer))]
        if draw < lost + mangled + late:
            self.counts["late"] += 1
            return [(self.late_s, answer)]
        return [(0.0, answer)]

    def _flip(self, answer):
        place = self.random.randrange(len(answer) * 8)
        return bytes(b ^ (1 << place % 8 if i == place // 8 else 0) for i, b in enumerate(answer))

    def _cut(self, answer):
        return answer[:self.random.randrange(1, len(answer))]

    def _noise(self, answer):
        return self.random.randbytes(self.random.randrange(1, 40))

    # Whole frames with a good CRC that do not fit what was asked.

    def _other_slave(self, answer):
        return sealed(bytes([answer[0] % 247 + 1]) + answer[1:-2])

    def _other_function(self, answer):
        # One that nobody asks for: 3 for 4 would be a good answer to a later question of the same length.
        return sealed(bytes([answer[0], {3: 1, 4: 2}.get(answer[1], 6)]) + answer[2:-2])

    def _shorter(self, answer):
        # Of one register none is left: with another value in it the frame would fit, and no master could know.
        if answer[1] in (READ_HOLDING, READ_INPUT):
            return sealed(answer[:2] + bytes([answer[2] - 2]) + answer[3:-4])
        return sealed(answer[:-3] + bytes([answer[-3] ^ 1]))


class Refused(Exception):
    """A Modbus exception: its code goes into the answer."""


class Line:
    """One RS-485 line: a thread answers for every slave on it. `port` is where the master opens it."""

    def __init__(self, port, slaves, faults=None, delay_s=0.0, baud=115200):
        self.port = port
        self.slaves = {slave.address: slave for slave in slaves}
        self.faults = faults or Faults()
        self.delay_s = delay_s
        self.silence_s = 0.00175 if baud > 19200 else 3.5 * 11 / baud
        self.violations = []
        self.requests = self.early = 0
        self.lock = threading.RLock()
        for slave in slaves:
            slave.join(self)
        self._master = self._slave = None
        self._later = []  # (when, order, bytes)
        self._order = itertools.count()
        self._answered_at = 0.0
        self._is_given_up = False  # The last answer: the next request had come before it.
        self._wake_read, self._wake_write = os.pipe()
        self._stop = False
        self.plug()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._stop = True
        os.write(self._wake_write, b"x")
        self._thread.join(5)
        self.unplug()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # the adapter

    def plug(self):
        with self.lock:
            master, slave = os.openpty()
            tty.setraw(slave, termios.TCSANOW)
            os.set_blocking(master, False)
            link = self.port + ".new"
            os.symlink(os.ttyname(slave), link)
            os.replace(link, self.port)
            self._master, self._slave = master, slave
        os.write(self._wake_write, b"x")

    def unplug(self):
        """The adapter is pulled: the master's descriptor hangs up, the port is gone."""
        with self.lock:
            if self._master is None:
                return
            os.unlink(self.port)
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = None
            self._later.clear()

    def inject(self, data):
        """Bytes that nobody asked for."""
        with self.lock:
            self._write(data)

    def violation(self, text):
        self.violations.append(text)

    def faults_of_timing(self):
        """A clock that is read late makes no request early: the answer's time is taken before it is written, the
        request's after it was read. Only an answer that comes when the master has given it up, because this thread was
        not run for so long, may meet the next request; that one is there already when the answer is written, and is
        not counted. What is left is a request on its way through the pseudo-terminal in that very moment: so rare that
        a line has at most one. A master that keeps no silence is early at every second request."""
        if self.early <= 1:
            return []
        return [f"{self.early} of {self.requests} requests inside t3.5 after an answer"]

    # the thread

    def _run(self):
        buffer, last = b"", 0.0
        while not self._stop:
            with self.lock:
                master = self._master
            ready = self._wait(master, bool(buffer))
            if self._wake_read in ready:
                os.read(self._wake_read, 64)
            data = self._read(master) if master in ready else b""
            now = time.monotonic()
            if data:
                buffer, last = buffer + data, now
                buffer = self._take(buffer)
            elif buffer and now - last > QUIET_S:
                self.violation(f"not a request: {buffer[:32].hex(' ')}")
                buffer = b""
            with self.lock:
                while self._later and self._later[0][0] <= time.monotonic():
                    self._write(heapq.heappop(self._later)[2])

    def _wait(self, master, is_partial):
        timeout = QUIET_S if is_partial else 0.5
        with self.lock:
            if self._later:
                timeout = min(timeout, max(0.0, self._later[0][0] - time.monotonic()))
        watched = [self._wake_read] if master is None else [self._wake_read, master]
        try:
            return select.select(watched, [], [], timeout)[0]
        except (OSError, ValueError):
            return []  # Unplugged meanwhile.

    def _is_asked(self):
        return self._master is not None and bool(select.select([self._master], [], [], 0)[0])

    def _read(self, master):
        with self.lock:
            if self._master != master:
                return b""
            try:
                return os.read(master, 4096)
            except OSError:
                return b""

    def _write(self, data):
        if self._master is not None:
            try:
                os.write(self._master, data)
            except OSError:
                pass  # Nobody listens and the buffer is full: as on a wire, it is gone.

    def _take(self, buffer):
        """Takes every whole request from the front of the buffer; what is left."""
        while len(buffer) >= 7:
            size = 9 + buffer[6] if buffer[1] in (WRITE_COILS, WRITE_MULTIPLE) else 8
            if len(buffer) < size:
                break
            frame, buffer = buffer[:size], buffer[size:]
            if crc16(frame[:-2]) != struct.unpack("<H", frame[-2:])[0]:
                self.violation(f"bad CRC: {frame.hex(' ')}")
                return b""
            # Asked twice while this thread did not run: like a slow slave it then answers the last only.
            self._serve(frame, is_last=not buffer)
        return buffer

    def _serve(self, frame, is_last):
        with self.lock:
            self.requests += 1
            if time.monotonic() - self._answered_at < self.silence_s:
                self.early += not self._is_given_up
                return  # It was no frame of its own: a strict slave does not hear it.
            slave = self.slaves.get(frame[0])
            if slave is None:
                self.violation(f"nobody has address {frame[0]}")
                return
            answer = slave.answer(frame)
            if answer is None or not is_last:
                return
            for delay, data in self.faults.apply(answer):
                if delay + self.delay_s > 0:
                    when = time.monotonic() + delay + self.delay_s
                    heapq.heappush(self._later, (when, next(self._order), data))
                else:
                    # Taken before the write: the master can only have heard it later.
                    self._answered_at = time.monotonic()
                    self._is_given_up = self._is_asked()
                    self._write(data)


class Slave:
    """What every device does: input registers, a ring of key events, requests checked before they are believed."""

    KIND = 0
    MAP = 1

    def __init__(self, name, address, serial=None):
        self.name = name
        self.address = address
        self.serial = serial if serial is not None else 0x10000 + address
        self.line = None
        self.boots = 1
        self.firmware = 0x0102
        self.is_dead = False
        self.asked = 0
        self.history = []  # (monotonic seconds, what, value)
        self.power_up()

    def join(self, line):
        self.line = line

    def power_up(self):
        """Forgets what a device without memory forgets."""
        self.status = 0
        self.keys = 0
        self.ring = []
        self.result = 0
        self.holding = {}

    def reboot(self):
        with self.line.lock:
            self.boots = (self.boots + 1) & 0xFFFF
            self.power_up()

    def key(self, code, argument=0):
        """A press: counted, and into the ring. The new count."""
        with self.line.lock:
            self.keys = (self.keys + 1) & 0xFFFF
            self.ring = [(code, argument)] + self.ring[:7]
            return self.keys

    def note(self, what, value):
        self.history.append((time.monotonic(), what, value))

    def violation(self, text):
        self.line.violation(f"{self.name}: {text}")

    def inputs(self):
        ring = [word for event in self.ring for word in event]
        return [self.KIND, self.MAP, self.firmware, self.serial >> 16, self.serial & 0xFFFF, self.boots, self.status,
                self.keys, self.finished(), self.result] + ring + [0] * (16 - len(ring))

    # requests

    def answer(self, frame):
        if self.is_dead:
            return None
        self.asked += 1
        function, start, count = struct.unpack(">BHH", frame[1:6])
        try:
            return sealed(frame[:1] + self._do(function, start, count, frame))
        except Refused as refused:
            self.violation(f"{refused} in {frame.hex(' ')}")
            return sealed(bytes([frame[0], function | 0x80, refused.args[1]]))

    def _do(self, function, start, count, frame):
        if function == READ_INPUT:
            if not (1 <= count <= MOST_READ and start + count <= 26):
                raise Refused("input registers outside 0..25", 2)
            return self._values(function, self.inputs()[start:start + count])
        if function == READ_HOLDING:
            if not (1 <= count <= MOST_READ and self.is_span(start, count, self.areas())):
                raise Refused("holding registers outside the map", 2)
            return self._values(function, [self.holding.get(start + i, 0) for i in range(count)])
        if function == WRITE_MULTIPLE:
            if not (1 <= count <= MOST_WRITTEN and frame[6] == 2 * count):
                raise Refused("count and bytes do not agree", 3)
            self._write(start, struct.unpack(f">{count}H", frame[7:-2]))
            return frame[1:6]
        raise Refused("no such function", 1)

    @staticmethod
    def _values(function, values):
        return struct.pack(f">BB{len(values)}H", function, 2 * len(values), *values)

    def _write(self, start, values):
        if not self.is_span(start, len(values), self.spans()):
            raise Refused("writing outside the map", 2)
        self.holding.update(enumerate(values, start))
        self.note("write", (start, len(values)))
        if start >= 256:
            self.written(start, list(values))

    @staticmethod
    def is_span(start, count, spans):
        """Whether these registers lie within one of the spans; 240..244 every device has."""
        return any(low <= start and start + count - 1 <= high for low, high in ((240, 244), *spans))

    def areas(self):
        """Spans without a gap between them are read in one."""
        areas = []
        for low, high in sorted(self.spans()):
            if areas and areas[-1][1] + 1 == low:
                low = areas.pop()[0]
            areas.append((low, high))
        return areas

    def finished(self):
        """Register 8."""
        raise NotImplementedError

    def spans(self):
        """The holding registers that are written together, as (first, last)."""
        raise NotImplementedError

    def written(self, start, values):
        raise NotImplementedError
