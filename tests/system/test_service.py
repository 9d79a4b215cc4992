"""The service as its operator meets it: exit codes, a full disk, a missing port, a broken config, reload, the record's
tools."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
import unittest

from hall import BIN, Hall, wait_for


def quiet(config, hall):
    """No devices: the local socket is the only way in."""
    config["require_sign_in"] = False
    del config["staff"]
    config["buses"] = []


def run_hallqd(file, seconds=10):
    return subprocess.run([os.path.join(BIN, "hallqd"), "-c", file], capture_output=True, text=True, timeout=seconds)


class Service(unittest.TestCase):
    def test_second_one_on_the_same_store(self):
        with Hall(quiet) as hall:
            hall.start_hallqd()
            second = run_hallqd(hall.file)
            self.assertEqual(second.returncode, 4, second.stderr)
            self.assertIn("hall.db", second.stderr)
            # The first one is not disturbed; killed, it leaves nothing that keeps the next one out.
            self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            hall.hallqd.process.kill()
            hall.hallqd.process.wait(5)
            hall.start_hallqd()

    def test_bad_config_tells_every_mistake(self):
        with Hall(quiet) as hall:
            hall.config["windows"][0]["own"] = ["socail"]
            hall.config["colour"] = "red"
            hall.config["buses"] = [{"id": "floor", "protocol": "modbus-rtu", "port": "/dev/x", "baud": 250000,
                                     "devices": [{"id": "t", "role": "terminal", "address": 300, "window": 9}]}]
            hall.write_config()
            for answer in (run_hallqd(hall.file), hall.hallq("check", hall.file)):
                self.assertEqual(answer.returncode, 2)
                lines = [line for line in answer.stderr.splitlines() if hall.file in line]
                for path in ("windows[0].own", "colour", "buses[0].baud", "buses[0].devices[0].address",
                             "buses[0].devices[0].window"):
                    self.assertTrue(any(path in line for line in lines), f"{path} in {answer.stderr}")
                for line in lines:
                    self.assertRegex(line, r":\d+: ")
            self.assertFalse(os.path.exists(f"{hall.folder}/hall.db"))

    def test_certificate_that_cannot_be_read(self):
        """A mistake of the config, told with its line before anything is opened; `hallq check` tells it too."""
        with Hall(quiet) as hall:
            hall.config["http"]["tls"] = {"cert_file": "http.pem", "key_file": "http.key"}
            hall.write_config()
            for answer in (run_hallqd(hall.file), hall.hallq("check", hall.file)):
                self.assertEqual(answer.returncode, 2, answer.stderr)
                for name, file in (("cert_file", "http.pem"), ("key_file", "http.key")):
                    self.assertRegex(answer.stderr, rf':\d+: http\.tls\.{name}: found "{hall.folder}/{file}"')
            self.assertFalse(os.path.exists(f"{hall.folder}/hall.db"))

    def test_store_that_cannot_be_opened(self):
        with Hall(quiet) as hall:
            with open(f"{hall.folder}/hall.db", "wb") as file:
                file.write(b"this is no database, " * 100)
            answer = run_hallqd(hall.file)
            self.assertEqual(answer.returncode, 3, answer.stderr)
            self.assertIn("hall.db", answer.stderr)

    def test_address_or_socket_that_is_taken(self):
        """Neither the store's fault nor another hallqd: the exit code is one after which systemd tries again."""
        with Hall(quiet) as hall:
            with socket.create_server(("127.0.0.1", hall.http_port)):
                answer = run_hallqd(hall.file)
            self.assertEqual(answer.returncode, 1, answer.stderr)
            self.assertIn(f"127.0.0.1:{hall.http_port}", answer.stderr)
            with socket.socket(socket.AF_UNIX) as other:
                other.bind(hall.config["socket"])
                other.listen()
                answer = run_hallqd(hall.file)
            self.assertEqual(answer.returncode, 1, answer.stderr)
            self.assertIn(hall.config["socket"], answer.stderr)
            # With both free again it starts, and the record has no hole.
            hall.start_hallqd()
            hall.hallqd.stop()
            self.assertEqual(hall.hallq("verify").returncode, 0)

    def test_missing_port_does_not_stop_the_rest(self):
        def change(config, hall):
            quiet(config, hall)
            config["buses"] = [{"id": "floor", "protocol": "modbus-rtu", "port": f"{hall.folder}/nothing", "baud": 9600,
                                "devices": [{"id": "terminal-1", "role": "terminal", "address": 11, "window": 1}]}]
        with Hall(change) as hall:
            hall.start_hallqd()
            self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            self.assertFalse(hall.device("terminal-1")["online"])
            wait_for("the log says which port", lambda: f"{hall.folder}/nothing" in hall.hallqd.errors())
            time.sleep(2)
            self.assertEqual(hall.hallqd.errors().count("/nothing"), 1, "said once, not at each try")

    def test_full_disk(self):
        with Hall(quiet) as hall:
            disk = os.path.join(hall.folder, "disk")
            os.mkdir(disk)
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24M", "tmpfs", disk], check=True)
            try:
                hall.config["store"]["path"] = f"{disk}/hall.db"
                hall.write_config()
                hall.start_hallqd()
                self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
                with open(f"{disk}/ballast", "wb") as ballast:
                    try:
                        while True:
                            ballast.write(b"x" * 65536)
                            ballast.flush()
                    except OSError:
                        pass
                answers = [hall.send("ticket.issue", service="social") for _ in range(300)]
                refused = [a for a in answers if not a["ok"]]
                self.assertTrue(refused, "the disk never filled")
                self.assertEqual({a["reason"] for a in refused}, {"not_saved"})
                self.assertFalse(hall.status()["hall"]["saved"])
                os.remove(f"{disk}/ballast")
                wait_for("it goes on by itself", lambda: hall.send("ticket.issue", service="social")["ok"], 10)
                wait_for("and says so", lambda: hall.status()["hall"]["saved"])
                self.assertEqual(hall.hallqd.stop(), 0)
                # What was said to be saved is there, and nothing else.
                saved = [a["ticket"] for a in answers if a["ok"]]
                self.assertEqual(hall.hallq("verify").returncode, 0)
                with sqlite3.connect(f"{disk}/hall.db") as store:
                    rows = [json.loads(r[0]) for r in store.execute("select bytes from journal order by seq")]
                issued = [e["data"]["ticket"] for e in rows if e["type"] == "hallq.ticket.issued"]
                self.assertEqual(len(issued), len(set(issued)))
                self.assertTrue(set(saved) <= set(issued))
                self.assertEqual([int(e["id"]) for e in rows], list(range(1, len(rows) + 1)))
            finally:
                for process in hall.processes:
                    if process.is_running():
                        process.process.kill()
                        process.process.wait(5)
                subprocess.run(["umount", "-l", disk], check=True)

    def test_six_kills_lose_nothing(self):
        with Hall(quiet) as hall:
            told = []
            for round_number in range(6):
                hall.start_hallqd()
                until = time.monotonic() + 0.2 + 0.13 * round_number
                while time.monotonic() < until:
                    answer = hall.send("ticket.issue", service=("social", "tax")[len(told) % 2])
                    self.assertTrue(answer["ok"], answer)
                    told.append(answer["ticket"])
                hall.hallqd.process.send_signal(signal.SIGKILL)
                hall.hallqd.process.wait(5)
            hall.start_hallqd()
            self.assertEqual(len(told), len(set(told)), "no number twice")
            issued = [e["data"]["ticket"] for e in hall.events("ticket.issued")]
            self.assertTrue(set(told) <= set(issued))
            self.assertEqual([int(e["id"]) for e in hall.journal()], list(range(1, len(hall.journal()) + 1)))
            hall.hallqd.stop()
            self.assertEqual(hall.hallq("verify").returncode, 0)
            rebuilt = hall.hallq("rebuild", "--verify")
            self.assertEqual(rebuilt.returncode, 0, rebuilt.stderr)

    def test_reload(self):
        with Hall(quiet) as hall:
            hall.start_hallqd()
            for _ in range(3):
                hall.send("ticket.issue", service="social")
            hall.config["services"].append({"id": "company", "index": 3, "prefix": "C"})
            hall.config["windows"][0]["own"] = ["social", "company"]
            hall.write_config()
            answer = hall.hallq("reload")
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertTrue(hall.send("ticket.issue", service="company")["ok"])
            self.assertEqual(hall.window(1)["waiting"], 4)
            # Removing a service that people wait for, or what needs a restart, is refused and changes nothing.
            for change, word in ((lambda c: c["services"].pop(0), "social"),
                                 (lambda c: c["http"].update(listen="127.0.0.1:1"), "restart")):
                kept = json.loads(json.dumps(hall.config))
                change(hall.config)
                hall.config["windows"] = [{"id": 1, "own": ["company"]}, {"id": 2, "own": ["tax"]}] \
                    if word == "social" else hall.config["windows"]
                hall.write_config()
                answer = hall.hallq("reload")
                self.assertEqual(answer.returncode, 2, answer.stdout)
                self.assertIn(word, answer.stdout + answer.stderr)
                hall.config = kept
            hall.hallqd.process.send_signal(signal.SIGHUP)
            time.sleep(0.5)
            self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            # The day replays with both sets of rules.
            before = hall.status()
            hall.hallqd.stop()
            hall.start_hallqd()
            after = hall.status()
            for key in ("services", "windows", "queue"):
                self.assertEqual([strip(x) for x in after[key]], [strip(x) for x in before[key]])

    def test_reload_with_devices_and_broker(self):
        """Buses are opened anew, removed devices leave, and the uplink goes on with what it was opened with."""
        def change(config, hall):
            config["require_sign_in"] = False
            del config["staff"]
            config["mqtt"] = {"host": "127.0.0.1", "port": hall.mqtt_port}
        with Hall(change) as hall:
            hall.start_broker()
            sim = hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--control"],
                             stdin=True)
            hall.start_hallqd()
            hall.wait_online("dispenser-1", "keypad-1", "unit-2")
            kept = json.loads(json.dumps(hall.config["buses"]))
            for removed in ("keypad-1", "board-1", None):
                hall.config["buses"] = json.loads(json.dumps(kept))
                devices = hall.config["buses"][0]["devices"]
                devices[:] = [d for d in devices if d["id"] != removed]
                hall.write_config()
                online = len(hall.events("device.online"))
                answer = hall.hallq("reload")
                self.assertEqual(answer.returncode, 0, answer.stderr)
                self.assertEqual(sorted(d["id"] for d in hall.status()["devices"]), sorted(d["id"] for d in devices))
                wait_for("the removed one is told", lambda: removed in [None] + [
                    e["data"]["device"] for e in hall.events("device.offline") if e["data"].get("what") == "removed"], 5)
                wait_for("all are online again", lambda: len(hall.events("device.online")) >= online + len(devices), 10)
                issued = len(hall.events("ticket.issued"))
                sim.say("press dispenser-1 257")
                wait_for("a press counts", lambda: len(hall.events("ticket.issued")) == issued + 1, 5)
                wait_for("and is printed", lambda: len(hall.events("ticket.printed")) == issued + 1, 5)
            # What changes nothing about the buses leaves them open.
            online = len(hall.events("device.online"))
            before = len(hall.journal())
            self.assertEqual(hall.hallq("reload").returncode, 0)
            time.sleep(1)
            self.assertEqual(len(hall.journal()), before)
            hall.config["recalls"] = 5
            hall.write_config()
            self.assertEqual(hall.hallq("reload").returncode, 0)
            time.sleep(1)
            self.assertEqual(len(hall.events("device.online")), online)
            issued = len(hall.events("ticket.issued"))
            sim.say("press dispenser-1 257")
            wait_for("a press counts", lambda: len(hall.events("ticket.issued")) == issued + 1, 5)
            wait_for("nothing is behind", lambda: hall.status()["uplink"]["behind"] == 0, 5)
            self.assertTrue(hall.status()["uplink"]["connected"])
            self.assertEqual(hall.hallqd.stop(), 0)

    def test_what_a_citizen_writes_stands_beside_the_journal(self):
        with Hall(quiet) as hall:
            hall.start_hallqd()
            hall.send("ticket.issue", service="social")
            hall.send("window.next", window=1)
            hall.send("window.done", window=1)
            self.assertTrue(hall.send("rating.give", ticket="A001", grade=4, channel="qr", text="等了很久",
                                      contact="13800138000")["ok"])
            given = hall.last("rating.given")
            self.assertEqual(given["note"], 1)
            self.assertRegex(given["note_hash"], "^[0-9a-f]{64}$")
            self.assertFalse(hall.send("rating.give", ticket="A001", grade=4, channel="qr", text="again")["ok"])

            def notes():
                with sqlite3.connect(f"file:{hall.folder}/hall.db?mode=ro", uri=True, timeout=5) as store:
                    return store.execute("select number, text, contact from notes").fetchall()
            self.assertEqual(notes(), [(1, "等了很久", "13800138000")])
            self.assertNotIn("13800138000", json.dumps(hall.journal()))
            self.assertEqual(hall.send("note.erase", note=2)["reason"], "no_such")
            self.assertTrue(hall.send("note.erase", note=1)["ok"])
            self.assertEqual(notes(), [(1, None, None)])
            self.assertEqual(hall.last("note.erased")["note"], 1)
            self.assertEqual(hall.send("note.erase", note=1)["reason"], "no_such")

            def is_gone():
                texts = [open(f"{hall.folder}/{file}", "rb").read() for file in os.listdir(hall.folder)
                         if file.startswith("hall.db") and os.path.isfile(f"{hall.folder}/{file}")]
                return not any(b"13800138000" in text for text in texts)
            wait_for("no file of the store has the contact", is_gone, 20)

    def test_a_case_is_followed_until_it_is_closed(self):
        with Hall(lambda config, hall: (quiet(config, hall), config.update(require_sign_in=False))) as hall:
            hall.start_hallqd()
            hall.send("ticket.issue", service="social")
            for step in ("window.next", "window.start", "window.done"):
                self.assertTrue(hall.send(step, window=1)["ok"], step)
            hall.send("rating.give", ticket="A001", grade=1, channel="qr")
            case = hall.last("case.opened")["case"]
            self.assertEqual(hall.send("case.close", case=case, outcome="satisfied", text="x")["reason"],
                             "step_missing")
            for name, arguments in (("contact", {"outcome": "reached", "text": "已致电"}),
                                    ("verify", {"outcome": "true", "text": "属实"}),
                                    ("rectify", {"cause": "wait", "text": "加开窗口"}),
                                    ("close", {"outcome": "satisfied", "text": "已答复"})):
                answer = hall.send("case." + name, case=case, by="chen", **arguments)
                self.assertTrue(answer["ok"], answer)
            self.assertEqual(hall.last("case.rectified")["cause"], "wait")
            with sqlite3.connect(f"file:{hall.folder}/hall.db?mode=ro", uri=True, timeout=5) as store:
                steps = store.execute("select s.step, s.by, n.text from case_steps s left join notes n"
                                      " on n.number = s.note order by s.seq").fetchall()
            self.assertEqual([step for step, _, _ in steps],
                             ["opened", "contacted", "verified", "rectified", "closed"])
            self.assertEqual([text for _, _, text in steps[1:]], ["已致电", "属实", "加开窗口", "已答复"])
            self.assertNotIn("加开窗口", json.dumps(hall.journal(), ensure_ascii=False))

    def test_a_repeated_identify_is_not_done_again(self):
        with Hall(quiet) as hall:
            hall.start_hallqd()
            first = hall.send("device.identify", id="look-1", device="board-1")
            self.assertEqual(first["reason"], "no_such")
            with sqlite3.connect(f"file:{hall.folder}/hall.db?mode=ro", uri=True, timeout=5) as store:
                def kept():
                    return store.execute("select answer from answers where id = 'look-1'").fetchone()
                self.assertEqual(json.loads(wait_for("the answer is kept", kept)[0]), first)
            self.assertEqual(hall.send("device.identify", id="look-1", device="board-1"), first)

    def test_tools_say_when_nobody_runs(self):
        with Hall(quiet) as hall:
            self.assertEqual(hall.hallq("status").returncode, 5)
            self.assertEqual(hall.hallq("nonsense").returncode, 2)
            hall.start_hallqd()
            self.assertEqual(hall.hallq("rebuild").returncode, 4)
            self.assertEqual(hall.hallq("send", "ticket.issue", '{"service":"nothing"}').returncode, 1)
            status = hall.hallq("status")
            self.assertIn("社会保障", status.stdout)


def strip(value):
    """Leaves out what time alone changes."""
    return {k: v for k, v in value.items() if not k.endswith("_s")}


if __name__ == "__main__":
    unittest.main()
