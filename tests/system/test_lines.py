"""Lines through sockets, wrongly wired ones, and their figures, in the simulated hall that hallq-sim --control makes."""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from hall import BIN, Hall, free_port, wait_for
from slave_hall import metrics

NEXT, HELP = 1, 13


def terminal(name, address, window):
    return {"id": name, "role": "terminal", "address": address, "window": window}


class Sim:
    """hallq-sim, told what to do line by line."""

    def __init__(self, hall):
        self.process = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off",
                                          "--control"], stdin=True)
        self.taken = 0
        wait_for("the devices stand", self.process.lines, 10)

    def ask(self, line, *keys):
        """Obeyed; the answer that has one of the keys."""
        taken = len(self.process.lines())
        self.process.say(line)

        def answer():
            for one in map(json.loads, self.process.lines()[taken:]):
                if "error" in one:
                    raise AssertionError(f"{line}: {one}")
                if any(key in one for key in keys or ("did",)):
                    return one
            return None
        return wait_for(line, answer, 5, 0.01)

    def show(self, device):
        return self.ask(f"show {device}", "show")

    def counts(self):
        return self.ask("counts", "counts")["counts"]

    def press(self, device, code, argument=0):
        return self.ask(f"press {device} {code} {argument}")["count"]


@contextlib.contextmanager
def simulated(change):
    with Hall(change) as hall:
        yield hall, Sim(hall)


def buses(hall):
    return {bus["id"]: bus for bus in hall.status()["buses"]}


class Network(unittest.TestCase):
    """A serial server, a Modbus gateway and a host that never answers."""

    def wire(self, config, hall):
        self.black_hole = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(self.black_hole.close)
        # Two fill what it holds; whoever connects behind them waits for ever.
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self.black_hole.getsockname())
            self.addCleanup(filler.close)
        devices = config["buses"][0]["devices"]
        config["require_sign_in"] = False
        config["buses"] = [
            {"id": "floor", "protocol": "modbus-rtu", "port": f"tcp:127.0.0.1:{free_port()}", "baud": 115200,
             "devices": [d for d in devices if d["id"] in ("dispenser-1", "keypad-1")]},
            {"id": "annex", "protocol": "modbus-tcp", "port": f"tcp:localhost:{free_port()}",
             "devices": [d for d in devices if d["id"] in ("terminal-1", "board-1", "unit-2")]},
            {"id": "cellar", "protocol": "modbus-tcp",
             "port": "tcp:127.0.0.1:%d" % self.black_hole.getsockname()[1], "devices": []},
        ]
        self.names = ["dispenser-1", "keypad-1", "terminal-1", "board-1", "unit-2"]

    def simulate(self, config, hall):
        self.wire(config, hall)
        config["buses"][1]["port"] = config["buses"][1]["port"].replace("localhost", "127.0.0.1")
        config["buses"].pop()

    def board_shows(self, sim, text):
        wait_for(f"the board shows {text}", lambda: text in json.dumps(sim.show("board-1"), ensure_ascii=False), 5)

    def test_lines_through_sockets(self):
        with simulated(self.simulate) as (hall, sim):
            # The simulator serves the two that it can; the third is known to hallqd alone.
            hall.config["buses"].append({
                "id": "cellar", "protocol": "modbus-tcp",
                "port": "tcp:127.0.0.1:%d" % self.black_hole.getsockname()[1],
                "devices": [terminal("terminal-9", 9, 1)]})
            hall.config["buses"][1]["port"] = hall.config["buses"][1]["port"].replace("127.0.0.1", "localhost")
            hall.write_config()
            self.assertEqual(hall.hallq("check").stderr, "")
            hall.start_hallqd()
            hall.wait_online(*self.names)
            wait_for("the cellar is given up",
                     lambda: re.search(r"bus cellar: down: tcp:127.0.0.1:\d+: Connection timed out",
                                       hall.hallqd.errors()), 5)
            sim.press("dispenser-1", 257)
            wait_for("the hall knows of the paper", lambda: hall.events("ticket.printed"), 5)
            sim.press("terminal-1", NEXT)
            self.board_shows(sim, "A001")
            # Pulled twice, while people press, and plugged again.
            for n in (2, 3):
                sim.ask("faults lost=5 late=2@150")
                for bus in ("floor", "annex"):
                    sim.ask(f"unplug {bus}")
                wait_for("it is seen", lambda: not any(hall.device(name)["online"] for name in self.names), 5)
                sim.press("dispenser-1", 257)
                for bus in ("floor", "annex"):
                    sim.ask(f"plug {bus}")
                hall.wait_online(*self.names)
                sim.ask("faults off")
                wait_for("a paper", lambda: sim.counts()["papers"] == n, 5)
                self.board_shows(sim, "A001")
            # A server that takes everything and gives nothing is noticed, and connected anew.
            for bus in ("floor", "annex"):
                sim.ask(f"hang {bus} on")
            sim.press("terminal-1", HELP)
            wait_for("it is opened anew",
                     lambda: len(re.findall("nothing comes through this connection", hall.hallqd.errors())) == 2, 10)
            hall.wait_online(*self.names)
            wait_for("the press is heard", lambda: hall.window(1)["help"], 5)
            self.assertEqual(len(hall.events("ticket.issued")), 3)
            self.assertEqual(sim.counts()["bad_crc"], 0)


class Held(unittest.TestCase):
    """A serial server hangs up on the first who is connected when a second comes, and no socket can be locked."""

    def wire(self, config, hall):
        floor = config["buses"][0]
        floor.update(port=f"tcp:127.0.0.1:{free_port()}",
                     devices=[terminal("terminal-2", 12, 2), terminal("terminal-1", 11, 1)])
        config["buses"] = [floor]

    def test_tools_leave_the_line_to_hallqd(self):
        with simulated(self.wire) as (hall, sim):
            sim.ask("dead terminal-2 on")
            port = hall.config["buses"][0]["port"]
            tools = [["device", port, "11", "read"], ["device", "floor", "11", "read", "-c", hall.file],
                     ["scan", "floor", "-c", hall.file, "--to", "1"]]
            hall.start_hallqd()
            hall.wait_online("terminal-1")
            # The dead one stands where the config has it, and is not silently offline.
            self.assertRegex(hall.hallq("status").stdout, r"\nterminal-2 .* OFFLINE .* no answer (yet|8 of 8).*\nterminal-1 ")
            for words in tools:
                answer = subprocess.run([os.path.join(BIN, "hallq"), *words], capture_output=True, text=True, timeout=20)
                self.assertEqual((answer.returncode, answer.stdout), (4, ""), answer.stderr)
                self.assertIn(f"{port}: in use by hallqd (process {hall.hallqd.process.pid})", answer.stderr)
            self.assertNotIn("down", hall.hallqd.errors())
            hall.hallqd.stop()
            self.assertEqual(subprocess.run([os.path.join(BIN, "hallq"), *tools[1]], capture_output=True,
                                            timeout=20).returncode, 0)


    @unittest.skipUnless(os.geteuid() == 0, "only root starts programs as others")
    def test_whoever_may_not_see_a_service_names_it_all_the_same(self):
        """A service has a user of its own, with one process."""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        port = "tcp:127.0.0.1:%d" % server.getsockname()[1]
        service = subprocess.Popen(["python3", "-c", "import socket, sys\n"
                                    "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\ns.recv(1)",
                                    port.rpartition(":")[2]], user=64123, cwd="/")
        self.addCleanup(service.wait)
        connection = server.accept()[0]
        self.addCleanup(connection.close)
        folder = tempfile.TemporaryDirectory(prefix="hallq-test.")
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)  # where the programs were built may be closed to others
        tool = shutil.copy(os.path.join(BIN, "hallq"), folder.name)
        answer = subprocess.run([tool, "device", port, "11", "read"], capture_output=True, text=True, timeout=20,
                                user=64124, cwd="/")
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stderr, rf"^hallq: {port}: in use by python3\S* \(process {service.pid}\)\n$")


class Wrong(unittest.TestCase):
    """Each line is wrong in another way, and is told apart; then all are put right, and nothing is told any more."""
    LINES = {  # what the simulator is told, what puts it right, what is said
        "swapped": ("swap swapped on", "swap swapped off", "nothing answers: wires A and B swapped"),
        "slow": ("baud slow 9600", "baud slow 19200", r"nothing answers: .*not the devices' rate \(19200 baud\)"),
        "parity": ("baud parity 19200 8N1", "baud parity 19200 8E1",
                   "answers come but can't be read: are 19200 baud and 8E1 the devices' rate and parity"),
        "twins": ("address twins-4 3", "address twins-4 4", r"address 3 \(twins-3\)"),
        "noisy": ("noise noisy 60", "noise noisy 0", r"noise: about \d+ bytes a minute, judged by what comes when nothing"),
        "echo": ("echo echo on", "echo echo off", "echo: the line gives back what is sent"),
        "speech": ("swap speech on", "swap speech off", "nothing answers: wires A and B swapped"),
        "cards": ("swap cards on", "swap cards off", "nothing answers: wires A and B swapped"),
    }
    OTHERS = {  # than Modbus: the line's protocol, its one device
        "speech": ("syn6288", {"id": "speech-1", "role": "voice"}),
        "cards": ("onbon", {"id": "cards-1", "role": "board", "address": 1, "window": 1, "width": 128,
                            "height": 16}),
    }

    def wire(self, config, hall):
        config["windows"] = [{"id": n, "own": ["social"]} for n in range(1, 25)]
        config["buses"] = [
            {"id": name, "protocol": "modbus-rtu", "port": f"{hall.folder}/{name}", "baud": 19200,
             "parity": "even" if name == "parity" else "none",
             "devices": [terminal(f"{name}-{n}", n, 4 * place + n) for n in range(1, 5)]}
            for place, name in enumerate(name for name in self.LINES if name not in self.OTHERS)]
        config["buses"] += [
            {"id": name, "protocol": protocol, "port": f"{hall.folder}/{name}", "baud": 9600, "devices": [device]}
            for name, (protocol, device) in self.OTHERS.items()]

    def test_what_is_wrong_is_said(self):
        with simulated(self.wire) as (hall, sim):
            for wrong, _, _ in self.LINES.values():
                sim.ask(wrong)
            hall.start_hallqd()
            for name, (_, _, words) in self.LINES.items():
                wait_for(f"{name} is known", lambda: re.search(words, buses(hall)[name]["what"] or ""), 15)
            lines = hall.hallq("status").stdout
            table = hall.hallq("status", "--lines").stdout
            for name in ("swapped", "slow"):
                self.assertIn(f"\nline {name}: ILL: {buses(hall)[name]['what']}\n", table)
            for name, (_, _, words) in self.LINES.items():
                self.assertRegex(lines, rf"(?m)^line {name}: ILL: .*{words}")
                self.assertRegex(hall.hallqd.errors(), rf"bus {name}: .*{words}")
                self.assertEqual(metrics(hall)[f'hallq_bus_ill{{bus="{name}"}}'], 1)
            for _, right, _ in self.LINES.values():
                sim.ask(right)
            for name in self.LINES:
                wait_for(f"{name} is well", lambda: metrics(hall)[f'hallq_bus_ill{{bus="{name}"}}'] == 0, 30)
                words = "^$" if name != "parity" else "parity and stop bits"  # a pseudo-terminal takes none
                wait_for(f"{name} is said to be well", lambda: re.search(words, buses(hall)[name]["what"] or ""), 3)
                self.assertRegex(hall.hallqd.errors(), f"bus {name}: well again")
            hall.wait_online(*(device["id"] for bus in hall.config["buses"] for device in bus["devices"]), seconds=30)


class Figures(unittest.TestCase):
    def wire(self, config, hall):
        config["buses"][0]["baud"] = 115200

    def test_they_are_the_simulators_own(self):
        with simulated(self.wire) as (hall, sim):
            sim.ask("faults lost=3 flip=3")
            hall.start_hallqd()
            hall.wait_online("dispenser-1", "terminal-1", "keypad-1", "board-1", "unit-2")
            wait_for("requests", lambda: sim.counts()["requests"] > 350, 20)
            sim.ask("unplug floor")
            wait_for("it is seen", lambda: not buses(hall)["floor"]["up"], 3)
            lines = json.loads(hall.hallq("status", "--lines", "--json").stdout)["buses"][0]
            table = hall.hallq("status", "--lines").stdout
            counted = sim.counts()
            shown = metrics(hall)
            total = {key: sum(d[key] for d in lines["devices"]) for key in ("requests", "answers", "timeouts",
                                                                          "crc_errors")}
            # The last request may have been on its way; a machine that stands still makes an answer late.
            self.assertAlmostEqual(total["requests"], counted["requests"], delta=1)
            lost = counted["faults"]["lost"] + counted["faults"]["flip"]
            self.assertGreater(lost, 5)
            self.assertAlmostEqual(total["timeouts"] + total["crc_errors"], lost, delta=max(3, 0.02 * lost))
            self.assertEqual(total["requests"], total["answers"] + total["timeouts"] + total["crc_errors"])
            self.assertEqual(lines["crc_errors"], total["crc_errors"])
            self.assertEqual(shown['hallq_bus_crc_errors_total{bus="floor"}'], total["crc_errors"])
            self.assertTrue(0 < lines["use_percent_minute"] <= 100, lines["use_percent_minute"])
            for device in lines["devices"]:
                name = device["id"]
                count = shown[f'hallq_device_latency_seconds_count{{device="{name}"}}']
                self.assertEqual(count, device["answers"])
                self.assertEqual(shown[f'hallq_device_latency_seconds_bucket{{device="{name}",le="+Inf"}}'], count)
                # An answer takes 2 ms of thought, and both frames at 115,200 baud 1.3 ms at least.
                self.assertEqual(shown[f'hallq_device_latency_seconds_bucket{{device="{name}",le="0.0016"}}'], 0)
                self.assertGreater(shown[f'hallq_device_latency_seconds_sum{{device="{name}"}}'], 0.0033 * count)
                self.assertGreater(device["longest_pause_ms"], 5)
                self.assertRegex(table, rf"(?m)^{name} +{device['address']} +{device['answers']} ")
            self.assertRegex(table, r"(?m)^floor +\S+/floor +115200 +DOWN ")


if __name__ == "__main__":
    unittest.main()
