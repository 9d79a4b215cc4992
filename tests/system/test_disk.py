"""A full disk, with the reserve beside the store: what printers did is still written, nothing else is promised, and the
hall goes on by itself."""
import json
import os
import sqlite3
import subprocess
import unittest

from hall import BIN, Hall, wait_for

TICKET = 256


def fill(file):
    with open(file, "wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    ballast.write(b"x" * size)
            except OSError:
                pass


def events(path, name):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as store:
        rows = [json.loads(row[0]) for row in store.execute("select bytes from journal order by seq")]
    return [row["data"] for row in rows if row["type"] == "hallq." + name]


class FullDisk(unittest.TestCase):
    def test_printers_are_believed_and_nobody_else(self):
        with Hall() as hall:
            disk = os.path.join(hall.folder, "disk")
            os.mkdir(disk)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96M", "tmpfs", disk], check=True)
            try:
                hall.config["store"]["path"] = f"{disk}/hall.db"
                hall.write_config()
                self.run_full(hall, disk)
            finally:
                for process in hall.processes:
                    if process.is_running():
                        process.process.kill()
                        process.process.wait(5)
                subprocess.run(["umount", "-l", disk], check=True)

    def run_full(self, hall, disk):
        sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--control"],
                         stdin=True)

        def sees(**what):
            return [r for r in map(json.loads, sim.lines()) if all(r.get(k) == v for k, v in what.items())]
        hall.start_hallqd()
        hall.wait_online("dispenser-1")
        self.assertEqual(os.path.getsize(f"{disk}/hall.db.reserve"), 16 << 20)
        # A ticket is on its way to paper when the disk fills up.
        sim.say(f"press dispenser-1 {TICKET + 1}")
        wait_for("issued", lambda: events(f"{disk}/hall.db", "ticket.issued"))
        sim.say("dead dispenser-1 on")
        fill(f"{disk}/ballast")
        answers = [hall.send("ticket.issue", service="social") for _ in range(200)]
        self.assertIn("not_saved", {a.get("reason") for a in answers})
        self.assertFalse(hall.status()["hall"]["saved"])
        wait_for("the reserve is released", lambda: not os.path.exists(f"{disk}/hall.db.reserve"))
        # Its room is not for new tickets.
        for _ in range(20):
            self.assertEqual(hall.send("ticket.issue", service="social")["reason"], "not_saved")
        sim.say("dead dispenser-1 off")
        # What became of the paper is written: it came out, or nobody can know.
        wait_for("the paper's fate is in the journal", lambda: any(
            events(f"{disk}/hall.db", "ticket." + fate) for fate in ("printed", "unsure", "restored")), 15)
        self.assertEqual(hall.send("ticket.issue", service="social")["reason"], "not_saved")
        # Keys that would be refused are dark.
        wait_for("the keys are dark", lambda: sees(saw="keys")[-1]["lit"] == 0, 10)
        # A restart in this state changes nothing.
        self.assertEqual(hall.hallqd.stop(), 0)
        hall.start_hallqd()
        self.assertEqual(hall.send("ticket.issue", service="social")["reason"], "not_saved")
        os.remove(f"{disk}/ballast")
        wait_for("it goes on by itself", lambda: hall.status()["hall"]["saved"], 15)
        wait_for("and takes tickets", lambda: hall.send("ticket.issue", service="social").get("ok"), 10)
        wait_for("keys are lit", lambda: sees(saw="keys")[-1]["lit"] == 3, 10)
        self.assertEqual(hall.hallqd.stop(), 0)
        issued = [e["ticket"] for e in events(f"{disk}/hall.db", "ticket.issued")]
        self.assertEqual(len(issued), len(set(issued)))
        self.assertTrue({a["ticket"] for a in answers if a["ok"]} <= set(issued))
        self.assertEqual(hall.hallq("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
