"""A full disk, with the reserve beside the store: what printers did is still written, nothing else is promised, and the
hall goes on by itself."""
import json
import os
import sqlite3
import subprocess
import time
import unittest
import urllib.request

from hall import BIN, Hall, wait_for

TICKET, HELP = 256, 13


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
        self.on_a_small_disk(self.run_full)

    def test_alerts_live_in_memory_until_they_can_be_written(self):
        self.on_a_small_disk(self.run_alerts)

    def on_a_small_disk(self, run):
        with Hall() as hall:
            disk = os.path.join(hall.folder, "disk")
            os.mkdir(disk)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96M", "tmpfs", disk], check=True)
            try:
                hall.config["store"]["path"] = f"{disk}/hall.db"
                hall.write_config()
                run(hall, disk)
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

    def run_alerts(self, hall, disk):
        sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--control"],
                         stdin=True)
        hall.start_hallqd()
        hall.wait_online("terminal-1", "board-1")
        token = hall.hallq("user", "token", "page", "--role", "manager").stdout.strip()

        def page():
            request = urllib.request.Request(f"http://127.0.0.1:{hall.http_port}/api/v1/hall",
                                             headers={"Authorization": "Bearer " + token})
            return json.load(urllib.request.urlopen(request, timeout=10))

        def alert(kind, subject, saved):
            return [a for a in page()["alerts"] if (a["kind"], a["subject"], a["saved"]) == (kind, subject, saved)]

        def answered():
            sim.say("show terminal-1")
            shown = [r for r in map(json.loads, sim.lines()) if "terminal" in r]
            return shown and shown[-1]["terminal"]["answer"]
        fill(f"{disk}/ballast")
        wait_for("nothing is saved", lambda: hall.send("ticket.issue", service="social").get("reason") == "not_saved")
        self.assertEqual(len(alert("not_saved", "hall", False)), 1)
        sim.say(f"press terminal-1 {HELP}")
        help_1 = wait_for("HELP is shown", lambda: alert("help", "1", False), 3, 0.02)[0]
        self.assertRegex(help_1["text"], r"^pressed \d\d:\d\d$")
        self.assertLess(help_1["id"], 0)
        self.assertTrue(next(w for w in page()["windows"] if w["id"] == 1)["help"])
        wait_for("and answered: not saved", lambda: answered() == 6, 3)
        # By a command too, once a window, and not at one that there is not.
        for window in (2, 2, 9):
            self.assertFalse(hall.send("window.help", window=window)["ok"])
        self.assertEqual([a["subject"] for a in page()["alerts"] if a["kind"] == "help"], ["1", "2"])
        sim.say("dead board-1 on")
        wait_for("a dead device is shown", lambda: alert("device_offline", "board-1", False), 10)
        self.assertIn("not saved yet", hall.hallq("status").stdout)
        self.assertEqual(hall.send("alert.acknowledge", alert=1)["reason"], "not_saved")
        told = [(a["kind"], a["subject"]) for a in page()["alerts"]]
        self.assertEqual(len(told), len(set(told)))
        raised = events(f"{disk}/hall.db", "alert.raised")
        self.assertFalse({"help", "device_offline"} & {e["kind"] for e in raised})
        os.remove(f"{disk}/ballast")
        wait_for("it goes on by itself", lambda: hall.status()["hall"]["saved"], 15)
        saved = wait_for("HELP is raised", lambda: alert("help", "1", True), 5)[0]
        self.assertEqual(saved["text"], help_1["text"])
        wait_for("so is the device", lambda: alert("device_offline", "board-1", True), 5)
        self.assertEqual([a for a in page()["alerts"] if not a["saved"]], [])
        raised = [e for e in events(f"{disk}/hall.db", "alert.raised") if e["kind"] == "help"]
        self.assertEqual([(e["subject"], e["text"]) for e in raised][:1], [("1", help_1["text"])])
        self.assertEqual([e["subject"] for e in raised], ["1", "2"])
        self.assertEqual(raised[0]["alert"], saved["id"])
        # Nobody has it raised again when somebody has taken note.
        sim.say("dead board-1 off")
        self.assertTrue(hall.send("alert.acknowledge", alert=saved["id"])["ok"])
        wait_for("it is over", lambda: not alert("help", "1", True), 5)
        wait_for("board-1 is back", lambda: hall.device("board-1")["online"], 10)
        time.sleep(1.5)  # What is not written is offered each second.
        self.assertEqual(len([e for e in events(f"{disk}/hall.db", "alert.raised") if e["kind"] == "help"]), 2)
        self.assertEqual(hall.hallqd.stop(), 0)
        self.assertEqual(hall.hallq("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
