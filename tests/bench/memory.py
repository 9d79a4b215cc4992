"""Resident memory of hallqd with 100 windows: after the start, and after a full day of 5,000 tickets. One line of JSON."""
import json
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from hall import Hall  # noqa: E402

TICKETS = 5000
SERVICES = 10


def change(config, hall):
    config["require_sign_in"] = False
    config["mistake_s"] = 0
    config["start_after_s"] = 0
    del config["staff"]
    config["services"] = [{"id": f"s{i}", "index": i, "prefix": chr(64 + i)} for i in range(1, SERVICES + 1)]
    config["windows"] = [{"id": w, "own": [f"s{1 + w % SERVICES}"]} for w in range(1, 101)]
    config["buses"] = [{"id": f"line-{b}", "protocol": "modbus-rtu", "port": f"{hall.folder}/none-{b}", "baud": 115200,
                        "devices": [{"id": f"unit-{b}-{i}", "role": "unit", "address": i, "window": b * 50 + i}
                                    for i in range(1, 51)]} for b in range(2)]


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


class Line:
    """The local socket, kept open: thousands of commands without a process each."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rw", encoding="utf-8", newline="\n")

    def send(self, name, **arguments):
        self.file.write(json.dumps({"do": "send", "name": name, "command": arguments}) + "\n")
        self.file.flush()
        return json.loads(self.file.readline())


def main():
    with Hall(change) as hall:
        hall.validates = False
        hall.start_hallqd()
        pid = hall.hallqd.process.pid
        before = resident(pid)
        line = Line(hall.config["socket"])
        for i in range(TICKETS):
            window = 1 + i % 100
            answer = line.send("ticket.issue", service=f"s{1 + window % SERVICES}")
            if not answer["ok"]:
                raise SystemExit(f"ticket {i}: {answer}")
            line.send("window.next", window=window)
            line.send("window.start", window=window)
            line.send("window.done", window=window)
        status = hall.status()["hall"]
        print(json.dumps({"bench": "memory", "windows": 100, "devices": 100, "tickets": status["issued"],
                          "served": status["served"], "start_mib": round(before, 1),
                          "full_day_mib": round(resident(pid), 1), "goal_mib": 24}))


if __name__ == "__main__":
    main()
