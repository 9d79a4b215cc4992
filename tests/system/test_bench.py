"""hallq device and scan: a line on the bench, against slaves that share no code with it."""
import json
import os
import subprocess
import time
import unittest

from hall import BIN, Hall, ROOT, wait_for
from slave import Board, BoardPart, Dispenser, Keypad, Refused, Unit
from slave_bench import BenchLine, one_of_each
from slave_vendor import Relays

DONE, REFUSED, USAGE, STORE, RUNNING, ABSENT = range(6)


def hallq(*arguments, stdin=None, timeout=60):
    return subprocess.run([os.path.join(BIN, "hallq"), *arguments], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL if stdin is None else None, input=stdin)


class Device(unittest.TestCase):
    def setUp(self):
        self.line = one_of_each()
        self.addCleanup(self.line.__exit__)

    def device(self, code, address, *arguments, port=None):
        answer = hallq("device", port or self.line.port, str(address), *arguments, "--baud", "115200")
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        return answer.stderr if code else answer.stdout

    def test_read(self):
        keypad = self.line[Keypad]
        keypad.key(5, 7)
        keypad.key(17, 8)
        keypad.status = 16 | 64
        page = self.device(DONE, 31, "read")
        for line in ("kind        3, keypad", "map         1", "firmware    1.2", f"serial      {keypad.serial}",
                     "power-ups   1", "status      key stuck, unknown bits 0x0040", "key events  2",
                     "done        0, the session shown", "last keys   17 (8), 5 (7), newest first: code (argument)"):
            self.assertIn(line + "\n", page)
        said = json.loads(self.device(DONE, 31, "read", "--json"))
        self.assertEqual((said["kind"], said["serial"], said["key_events"]), ("keypad", keypad.serial, 2))
        self.assertEqual(said["keys"], [{"code": 17, "argument": 8}, {"code": 5, "argument": 7}])
        self.assertEqual(self.device(DONE, 31, "read", "input", "0", "2"), "    0      3  0x0003\n    1      1  0x0001\n")
        self.assertEqual(json.loads(self.device(DONE, 31, "read", "holding", "0x100", "3", "--json")),
                         {"address": 31, "registers": "holding", "first": 256, "values": [0, 0, 0]})
        self.assertIn("exception 2: no such register", self.device(REFUSED, 31, "read", "holding", "900"))
        self.assertIn("address 32 on ", self.device(REFUSED, 32, "read"))

    def test_nobody_there(self):
        self.assertIn("no answer at 115200 baud 8N1, asked twice", self.device(REFUSED, 99, "read"))
        self.assertIn("/dev/no-such-line: ", self.device(REFUSED, 1, "read", port="/dev/no-such-line"))

    def test_write(self):
        self.assertEqual(self.device(DONE, 26, "write", "256", "0x41", "7", "3", "2", "0", "0"),
                         "6 registers written from 256 on; read back the same\n")
        self.assertEqual(self.line[Unit].parts[0].ticket, "A007")
        self.assertIn("exception 2", self.device(REFUSED, 26, "write", "900", "1"))

    def test_coils_and_discrete_inputs(self):
        relays = Relays("relays", 3)
        with BenchLine(relays) as line:
            relays.hold(2)
            self.assertEqual(self.device(DONE, 3, "read", "discrete", "1", "3", port=line.port),
                             "    1      0\n    2      1\n    3      0\n")
            self.assertEqual(self.device(DONE, 3, "write", "coil", "7", "1", port=line.port),
                             "1 coil written from 7 on; read back the same\n")
            self.assertEqual(self.device(DONE, 3, "write", "coil", "0", "1", "0", "1", port=line.port),
                             "3 coils written from 0 on; read back the same\n")
            self.assertEqual(relays.lit(), [0, 2, 7])
            self.assertEqual(json.loads(self.device(DONE, 3, "read", "coil", "0", "8", "--json", port=line.port)),
                             {"address": 3, "registers": "coil", "first": 0, "values": [1, 0, 1, 0, 0, 0, 0, 1]})
            for wrong in (["write", "coil", "0"], ["write", "coil", "0", "2"], ["read", "discrete"], ["read", "coils", "0"]):
                self.device(USAGE, 3, *wrong, port=line.port)
            relays.functions = (1, 15)
            self.assertIn("exception 1: no such function", self.device(REFUSED, 3, "write", "coil", "0", "1", port=line.port))
            self.device(DONE, 3, "write", "coil", "0", "1", "1", port=line.port)

    def test_identify(self):
        self.assertEqual(self.device(DONE, 31, "identify"), "address 31 blinks for 10 s\n")
        self.assertEqual(self.line[Keypad].holding[240], 10)
        self.assertEqual(self.device(DONE, 31, "identify", "0"), "address 31 blinks no more\n")
        self.assertEqual(self.line[Keypad].holding[240], 0)

    def test_address(self):
        keypad = self.line[Keypad]
        self.assertIn("address 11 is taken", self.device(REFUSED, 31, "address", "11"))
        self.assertIn("what it has already", self.device(REFUSED, 31, "address", "31"))
        self.assertEqual(self.device(DONE, 31, "address", "32"),
                         f"serial {keypad.serial} moved from address 31 to 32\n")
        self.assertEqual(keypad.address, 32)
        # This terminal takes the registers and goes on where it was.
        self.assertIn("it was told to move from 11, and is not there", self.device(REFUSED, 11, "address", "12"))

    def test_print(self):
        printer = self.line[Dispenser]
        printer.done = printer.job = 65535
        self.assertEqual(self.device(DONE, 1, "print"), "job 1 is printed\n")
        self.assertEqual(self.device(DONE, 1, "print", "第一行\n\x1dB012", "https://a.example/1"), "job 2 is printed\n")
        self.assertEqual([(paper.ticket, paper.qr) for paper in printer.papers],
                         [("A000", ""), ("B012", "https://a.example/1")])
        self.assertEqual(printer.papers[1].text, "第一行\n\x1dB012")
        printer.status = 2
        self.assertIn("job 3 is not printed: paper out", self.device(REFUSED, 1, "print"))
        self.assertIn("text: found 5000 bytes, expected at most", self.device(USAGE, 1, "print", "x" * 5000))
        self.assertIn("QR: found 5000 bytes, expected at most", self.device(USAGE, 1, "print", "x", "x" * 5000))
        self.assertIn("address 31 is a keypad: only a dispenser prints", self.device(REFUSED, 31, "print"))

    def test_text(self):
        self.assertEqual(self.device(DONE, 51, "text", "三号窗口\nA017", "green", "flash"), "address 51 shows it\n")
        board = self.line[Board].part(BoardPart)
        self.assertEqual((board.text, board.flashes, board.word(1)), ("三号窗口\nA017", True, 17))
        self.assertEqual(self.device(DONE, 26, "text", "B001"), "address 26 shows it\n")
        self.assertEqual(self.line[Unit].part(BoardPart).text, "B001")
        self.assertIn("only a board or a unit shows text", self.device(REFUSED, 11, "text", "x"))
        self.assertIn("text: found 5000 bytes, expected at most", self.device(USAGE, 51, "text", "x" * 5000))
        self.assertIn("blue: expected red, green", self.device(USAGE, 51, "text", "x", "blue"))

    def tearDown(self):
        """What the tools do is what a strict slave takes; asking for what is not there is not."""
        self.assertEqual([text for text in self.line.line.violations
                          if "outside the map" not in text and "nobody has address" not in text], [])

    def test_usage(self):
        for wrong in (["31", "dance"], ["0", "read"], ["248", "read"], ["31", "read", "input"], ["31", "read", "all", "0"],
                      ["31", "read", "input", "0", "126"], ["31", "write", "256"], ["31", "write", "256", "65536"],
                      ["31", "identify", "soon"], ["31", "address"], ["31", "address", "248"], ["31", "read", "--to", "3"],
                      ["31", "read", "--format", "9N1"], ["31", "read", "--baud", "fast"],
                      ["31", "read", "-c", "/no/such/file"]):
            answer = hallq("device", self.line.port, *wrong)
            self.assertEqual(answer.returncode, USAGE, wrong)
            self.assertNotEqual(answer.stderr, "", wrong)


class Scan(unittest.TestCase):
    def scan(self, *arguments):
        return hallq("scan", self.hall.config["buses"][0]["port"], *arguments)

    def serve(self, change, *options):
        self.hall = Hall(change)
        self.hall.__enter__()
        self.addCleanup(self.hall.__exit__, None, None, None)
        self.hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", self.hall.file, "--people", "off", *options])
        wait_for("the line", lambda: os.path.exists(self.hall.config["buses"][0]["port"]))

    def test_a_line_of_32(self):
        """All of them within 10 s at 19,200 baud, wire time and all; they stand anywhere between 1 and 247."""
        addresses = [7 * place + 3 for place in range(32)] + [247]

        def line_of_32(config, _):
            config["buses"][0]["baud"] = 19200
            config["buses"][0]["devices"] = [
                {"id": f"board-{address}", "role": "board", "address": address, "window": 1 + place % 2}
                for place, address in enumerate(addresses[1:])]
        self.serve(line_of_32)
        began = time.monotonic()
        answer = self.scan("--baud", "19200", "--progress")
        took = time.monotonic() - began
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        lines = answer.stdout.splitlines()
        self.assertRegex(lines[0], r"^Line \S+, \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d$")
        self.assertEqual(lines[1], "Addresses 1 to 247 asked at 19200 baud, 8N1")
        self.assertEqual(lines[3].split(), ["ADDRESS", "BAUD", "DEVICE", "FIRMWARE", "SERIAL", "REMARK"])
        rows = [line.split() for line in lines[4:-2]]
        self.assertEqual([int(row[0]) for row in rows], addresses[1:])
        self.assertEqual({tuple(row[1:4]) for row in rows}, {("19200", "board", "1.2")})
        self.assertRegex(lines[-1], r"^32 devices found in \d+\.\d s$")
        progress = answer.stderr.splitlines()
        self.assertRegex(progress[0], r"^  0%  19200 baud, address 1, 0 found$")
        self.assertEqual(len(progress), 10)
        print(f"\nscan of 247 addresses, 32 devices, 19,200 baud: {took:.1f} s")
        self.assertLess(took, 10)

    def test_progress_on_a_terminal(self):
        self.serve(None, "--instant")
        master, slave = os.openpty()
        scan = subprocess.run([os.path.join(BIN, "hallq"), "scan", self.hall.config["buses"][0]["port"], "--baud",
                               "115200", "--to", "12"], stdout=subprocess.PIPE, stderr=slave, timeout=60, text=True)
        os.close(slave)
        drawn = os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(scan.returncode, DONE)
        self.assertIn("\r  0%  115200 baud, address 1, 0 found", drawn)
        self.assertIn("\r 91%  115200 baud, address 12, 2 found", drawn)
        self.assertTrue(drawn.endswith("\r\x1b[K"))
        self.assertNotIn("%", scan.stdout)

    def test_what_is_wrong_is_remarked(self):
        class Foreign(Board):
            def _do(self, function, start, count, frame):
                raise Refused("no such register", 2)
        other = Board("other", 9)
        other.MAP = 2
        with BenchLine(Foreign("foreign", 5), other, Keypad("a", 11, serial=77), Keypad("b", 12, serial=77)) as line:
            answer = hallq("scan", line.port, "--baud", "115200", "--to", "20")
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        for row in (r"      5  115200  -\s+a Modbus device without the reference registers: by a profile of its own",
                    r"      9  115200  board\s+1\.2\s+\d+  map 2 is not understood",
                    r"     11  115200  keypad\s+1\.2\s+77  the same serial number as address 12"):
            self.assertRegex(answer.stdout, "(?m)^" + row + "$")

    def test_a_line_of_the_config(self):
        """Its devices are named, and who is missing; the time is the hall's."""
        with Hall() as hall, BenchLine(Board("a", 11), Keypad("b", 31), Board("c", 12)) as line:
            relays = {"id": "relays", "role": "terminal", "address": 15, "window": 2, "profile": "relay-8"}
            hall.config["buses"][0]["port"] = line.port
            hall.config["buses"][0]["devices"].append(relays)
            hall.config["profiles_dir"] = os.path.join(ROOT, "etc", "profiles")
            hall.write_config()
            answer = hallq("scan", "floor", "-c", hall.file, "--baud", "115200", "--to", "40")
            said = hallq("scan", "floor", "-c", hall.file, "--baud", "115200", "--to", "12", "--json")
        self.assertEqual(answer.returncode, DONE, answer.stderr)
        self.assertRegex(answer.stdout, r"^Line \S+, \d{4}-\d\d-\d\d \d\d:\d\d \+08:00\n")
        for row in (r"     11  115200  board\s+1\.2\s+\d+  terminal-1  the config has a terminal here",
                    r"     12  115200  board\s+1\.2\s+\d+  -", r"     31  115200  keypad\s+1\.2\s+\d+  keypad-1"):
            self.assertRegex(answer.stdout, "(?m)^" + row + "$")
        self.assertTrue(answer.stdout.endswith(
            " s\n\nIn the config, and not found:\n  dispenser-1 (address 1)\n  unit-2 (address 26)\n"
            "  relays (address 15): a scan may not find its profile, relay-8\n"), answer.stdout)
        self.assertEqual([json.loads(one)["device"] for one in said.stdout.splitlines()], ["terminal-1", None])

    def test_nobody(self):
        with BenchLine() as line:
            answer = hallq("scan", line.port, "--baud", "115200", "--to", "9")
        self.assertEqual(answer.returncode, REFUSED)
        self.assertRegex(answer.stdout, r"(?m)^0 devices found in \d\.\d s$")


class Held(unittest.TestCase):
    def test_a_line_that_hallqd_holds(self):
        """The error names the program; a bus's id stands for its line."""
        with Hall() as hall:
            port = hall.config["buses"][0]["port"]
            hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--instant"])
            wait_for("the line", lambda: os.path.exists(port))
            answer = hallq("device", "floor", "26", "read", "-c", hall.file)
            self.assertEqual(answer.returncode, DONE, answer.stderr)
            self.assertIn("kind        5, unit\n", answer.stdout)
            self.assertEqual(hallq("device", "flour", "26", "read", "-c", hall.file).returncode, USAGE)
            hall.start_hallqd()
            wait_for("a device", lambda: any(d["online"] for d in hall.status()["devices"]))
            answer = hallq("device", "floor", "26", "read", "-c", hall.file)
            self.assertEqual(answer.returncode, RUNNING)
            self.assertIn(f"{port[:60]}: in use by hallqd (process {hall.hallqd.process.pid})", answer.stderr)
            self.assertIn("stop hallqd first", answer.stderr)
            self.assertEqual(hallq("scan", port).returncode, RUNNING)


if __name__ == "__main__":
    unittest.main()
