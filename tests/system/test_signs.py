"""LED signs at the windows: an ONBON card by TCP and an Alpha sign on a serial line show a call that a Modbus terminal
made, beside a summary board of either kind; what is told of them is true."""
import json
import os
import unittest
import urllib.request

from hall import BIN, Hall, free_port, wait_for

NEXT, SIGN_IN = 1, 9
FLASH, GREEN = 16, 1


def with_signs(config, hall):
    config["windows"].append({"id": 3, "own": ["social"], "label": "三"})
    config["boards"] = {"flash_s": 4}
    floor = config["buses"][0]
    floor["devices"] = [d for d in floor["devices"] if d["role"] != "board"]
    floor["devices"].append({"id": "terminal-3", "role": "terminal", "address": 13, "window": 3})
    config["buses"] += [
        {"id": "cards", "protocol": "onbon", "port": f"tcp:127.0.0.1:{free_port()}",
         "devices": [{"id": "card-1", "role": "board", "address": 1, "window": 1, "width": 128, "height": 16},
                     {"id": "card-hall", "role": "board", "address": 2, "width": 192, "height": 32}]},
        {"id": "signs", "protocol": "alpha", "port": f"{hall.folder}/signs", "baud": 9600, "data_bits": 7,
         "parity": "even",
         "devices": [{"id": "sign-3", "role": "board", "address": 1, "window": 3},
                     {"id": "sign-hall", "role": "board", "address": 2, "height": 16}]},
    ]


class Signs(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(with_signs)
        self.addCleanup(lambda: self.hall.__exit__(None, None, None))
        self.sim = self.hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", self.hall.file, "--people", "off",
                                           "--control"], stdin=True)
        paths = [bus["port"] for bus in self.hall.config["buses"] if bus["port"][0] == "/"]
        wait_for("the lines", lambda: all(os.path.exists(path) for path in paths))
        self.hall.start_hallqd()

    def board(self, name):
        """What stands on a board: the last that the people of the simulated hall saw of it."""
        seen = [one for one in map(json.loads, self.sim.lines()) if one.get("board") == name]
        return (seen[-1]["text"], seen[-1]["style"]) if seen else None

    def expect(self, name, text, style):
        wait_for(f"{name} shows {text!r} in style {style}: {self.board(name)}",
                 lambda: self.board(name) == (text, style), 15)

    def call(self, terminal, staff):
        self.hall.send("ticket.issue", service="social", **{"class": "normal"})
        self.sim.say(f"press {terminal} {SIGN_IN} {staff}")
        wait_for("signed in", lambda: len(self.hall.events("staff.signed_in")) == (1 if staff == 107 else 2))
        self.sim.say(f"press {terminal} {NEXT}")

    def test_a_call_stands_on_the_signs(self):
        self.assertEqual(self.hall.hallq("check").stderr, "")
        self.hall.wait_online("terminal-1", "terminal-3", "card-1", "card-hall", "sign-3", "sign-hall", seconds=20)
        self.expect("card-1", "1号窗口 未开放", 0)
        self.expect("sign-3", "3 CLOSED", 0)
        self.expect("card-hall", "测试大厅", GREEN)
        self.expect("sign-hall", "", GREEN)
        self.call("terminal-1", 107)
        self.expect("card-1", "请A001到1号窗口", FLASH)
        self.call("terminal-3", 108)
        self.expect("sign-3", "A002 -> 3", FLASH)
        self.expect("card-hall", "请 A002 到 三 号窗口\n请 A001 到 1 号窗口", 0)
        self.expect("sign-hall", "A002 -> 3\nA001 -> 1", 0)
        self.expect("card-1", "请A001到1号窗口", 0)
        self.check_told()
        self.check_power()

    def check_told(self):
        card, sign = self.hall.device("card-1"), self.hall.device("sign-3")
        self.assertEqual((card["online"], card["faulted"], card["firmware"], card["what"]), (True, False, None, None))
        self.assertIsNotNone(card["last_answer"])
        self.assertEqual((sign["online"], sign["faulted"], sign["firmware"], sign["last_answer"]),
                         (True, False, None, None))
        self.assertEqual(sign["what"], "write only: what it shows is not known")
        sent = self.counters()["sign-3"]
        self.assertEqual((sent["serial"], sent["firmware"], sent["answers"]), (None, None, 0))
        self.assertGreater(sent["requests"], 3)
        self.assertRegex(self.hall.hallq("status").stdout, r"(?m)^sign-3 .*write only: what it shows is not known")

    def counters(self):
        token = self.hall.hallq("user", "token", "signs", "--role", "viewer").stdout.strip()
        url = f"http://127.0.0.1:{self.hall.http_port}/api/v1/devices"
        request = urllib.request.Request(url, headers={"Authorization": "Bearer " + token})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return {d["id"]: d for bus in json.load(answer)["buses"] for d in bus["devices"]}

    def check_power(self):
        """A card that was without power is told again what it shows, though nothing of it changed."""
        def seen():
            return len([one for one in self.sim.lines() if '"board":"card-1"' in one.replace(" ", "")])
        before = seen()
        self.sim.say("dead card-1 on")
        wait_for("card-1 is missed", lambda: not self.hall.device("card-1")["online"], 15)
        self.sim.say("reboot card-1")
        self.sim.say("dead card-1 off")
        wait_for("card-1 shows it again", lambda: seen() > before, 15)
        self.assertEqual(self.board("card-1"), ("请A001到1号窗口", 0))


if __name__ == "__main__":
    unittest.main()
