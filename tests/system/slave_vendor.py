"""Devices of other makers on a test's line: plain Modbus slaves, each described by the spans that it has.

Strict as such devices are: a function or a place that they do not have is refused with an exception, and counts as a
violation. Of HallQ's own register map they know nothing.
"""
import struct
import threading

from slave_wire import Refused, sealed

COILS, DISCRETE, HOLDING, INPUT = "coils", "discrete", "holding", "input"
READS = {1: COILS, 2: DISCRETE, 3: HOLDING, 4: INPUT}
WRITES = {5: COILS, 6: HOLDING, 15: COILS, 16: HOLDING}
MOST = {1: 2000, 2: 2000, 3: 125, 4: 125, 15: 1968, 16: 123}


class Vendor:
    """`spans`: by kind (COILS, ...) the (first, last) that it has; `functions`: those that it knows."""

    def __init__(self, name, address, spans, functions):
        self.name, self.address = name, address
        self.spans, self.functions = spans, functions
        self.values = {kind: {} for kind in (COILS, DISCRETE, HOLDING, INPUT)}
        self.line = None
        self.lock = threading.RLock()
        self.asked = 0

    def join(self, line):
        self.line = line

    def get(self, kind, place):
        return self.values[kind].get(place, 0)

    def set(self, kind, place, value):
        with self.lock:
            self.values[kind][place] = value

    def answer(self, frame):
        self.asked += 1
        function, start, count = struct.unpack(">BHH", frame[1:6])
        try:
            with self.lock:
                return sealed(frame[:1] + self._do(function, start, count, frame))
        except Refused as refused:
            self.line.violation(f"{self.name}: {refused} in {frame.hex(' ')}")
            return sealed(bytes([frame[0], function | 0x80, refused.args[1]]))

    def _do(self, function, start, second, frame):
        if function not in self.functions:
            raise Refused("no such function", 1)
        is_single = function in (5, 6)
        count = 1 if is_single else second
        kind = READS.get(function) or WRITES[function]
        if not 1 <= count <= MOST.get(function, 1):
            raise Refused("a count that no request has", 3)
        if not any(low <= start and start + count - 1 <= high for low, high in self.spans.get(kind, ())):
            raise Refused("no such place", 2)
        if function in READS:
            return self._read(function, kind, start, count)
        for i, value in enumerate(self._written(function, second, count, frame)):
            self.values[kind][start + i] = value
            self.written(kind, start + i, value)
        return frame[1:6]

    def _read(self, function, kind, start, count):
        values = [self.get(kind, start + i) for i in range(count)]
        if kind in (HOLDING, INPUT):
            data = struct.pack(f">{count}H", *values)
        else:
            data = sum(bit << i for i, bit in enumerate(values)).to_bytes((count + 7) // 8, "little")
        return bytes([function, len(data)]) + data

    @staticmethod
    def _written(function, second, count, frame):
        if function == 5:
            if second not in (0, 0xFF00):
                raise Refused("a coil is FF00 or 0", 3)
            return [1 if second else 0]
        if function == 6:
            return [second]
        data = frame[7:-2]
        if len(data) != frame[6] or len(data) != (2 * count if function == 16 else (count + 7) // 8):
            raise Refused("count and bytes do not agree", 3)
        if function == 16:
            return struct.unpack(f">{count}H", data)
        return [int.from_bytes(data, "little") >> i & 1 for i in range(count)]

    def written(self, kind, place, value):
        """What the device does with it."""


class Relays(Vendor):
    """Eight inputs, eight relays."""

    def __init__(self, name, address):
        super().__init__(name, address, {COILS: [(0, 7)], DISCRETE: [(0, 7)]}, (1, 2, 5, 15))

    def hold(self, key):
        self.set(DISCRETE, key, 1)

    def let_go(self, key):
        self.set(DISCRETE, key, 0)

    def lit(self):
        return [i for i in range(8) if self.get(COILS, i)]


class ClearedKeypad(Vendor):
    """Keeps the key in register 0 until it is written to 0, and takes no other meanwhile."""

    def __init__(self, name, address):
        super().__init__(name, address, {HOLDING: [(0, 3), (16, 29)]}, (3, 6, 16))
        self.cleared = 0

    def press(self, code):
        with self.lock:
            if self.get(HOLDING, 0) == 0:
                self.values[HOLDING][0] = code

    def written(self, kind, place, value):
        if place == 0:
            if value != 0:
                self.line.violation(f"{self.name}: its key was written to {value}")
            self.cleared += 1

    def page(self):
        return self.get(HOLDING, 16)


class CountingTerminal(Vendor):
    """A caller of a make that HallQ's code has never heard of; its map stands in PROFILE alone.

    It knows functions 03 and 06 only. 0x200 counts its keys in one byte, 0x201 is the last one. What is written to
    0x300..0x305 it shows when 0x30F is written to 1.
    """

    NEXT, RECALL, DONE = 0x4E, 0x52, 0x44
    PROFILE = {
        "name": "vx-2",
        "role": "terminal",
        "reading": "counter",
        "answer_ms": 200,
        "read_back": False,
        "read": {"function": 3, "events": 0x200, "modulo": 256, "ring": 0x201, "room": 4},
        "codes": {"0x4E": "next", "0x52": "recall", "0x44": "done", "0x50": {"key": "pause", "argument": 1}},
        "write": [
            {"value": "prefix", "register": 0x300, "registers": 1, "function": 6, "pad": 32},
            {"value": "number", "register": 0x301, "as": "digits", "digits": 3, "none": 10, "function": 6},
            {"value": "lamp", "register": 0x304, "function": 6, "table": {"ready": 1, "calling": 3, "serving": 2}},
            {"value": "answer", "register": 0x305, "function": 6},
            {"constant": 1, "register": 0x30F, "function": 6},
        ],
    }

    def __init__(self, name, address):
        self.shown = {}
        super().__init__(name, address, {HOLDING: [(0x200, 0x203), (0x300, 0x305), (0x30F, 0x30F)]}, (3, 6))

    def press(self, code):
        with self.lock:
            self.values[HOLDING][0x200] = (self.get(HOLDING, 0x200) + 1) & 0xFF
            self.values[HOLDING][0x201] = code

    def written(self, kind, place, value):
        if place == 0x30F and value == 1:
            self.shown = dict(self.values[HOLDING])

    def ticket(self):
        """As a person reads it: "A001", "" none."""
        digits = [self.shown.get(0x301 + i, 10) for i in range(3)]
        if 10 in digits:
            return ""
        return chr(self.shown[0x300] >> 8) + "".join(str(digit) for digit in digits)

    def lamp(self):
        return self.shown.get(0x304)

    def refusal(self):
        return self.shown.get(0x305)
