"""hallq against a real hallqd and its store: what it prints, what it changes, its exit codes."""
import datetime
import json
import os
import pty
import re
import socket
import sqlite3
import subprocess
import unittest
import urllib.error
import urllib.request

from hall import BIN, Hall, ROOT, wait_for

DONE, REFUSED, USAGE, STORE, RUNNING, ABSENT = range(6)
COMMANDS = ["check", "status", "watch", "send", "reload", "time", "rebuild", "verify", "backup", "restore",
            "estimates", "advise", "scan", "device", "walk", "user"]


def no_buses(config, hall):
    config["buses"] = []
    config["require_sign_in"] = False


class Tools(unittest.TestCase):
    def setUp(self):
        self.hall = Hall(no_buses)
        self.hall.__enter__()
        self.addCleanup(self.leave)

    def leave(self):
        self.hall.__exit__(None, None, None)

    def run_hallq(self, code, *arguments, stdin=None):
        answer = self.hall.hallq(*arguments, stdin=stdin)
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        return answer

    def log_in(self, user, password):
        request = urllib.request.Request(f"http://127.0.0.1:{self.hall.http_port}/api/v1/session",
                                         json.dumps({"user": user, "password": password}).encode(),
                                         {"Content-Type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code

    def test_check(self):
        answer = self.run_hallq(DONE, "check")
        self.assertIn("good: 2 services, 2 windows, 2 staff", answer.stdout)
        self.assertEqual(answer.stderr, "")
        self.hall.config["store"]["keep_days"] = 30
        self.hall.write_config()
        self.assertRegex(self.run_hallq(DONE, "check").stderr, r"hallq\.jsonc:\d+: warning: store.keep_days: not built yet: ")
        self.hall.config["windows"][1]["own"] = ["taxi"]
        self.hall.config["rating"] = {"keypad": 5}
        self.hall.write_config()
        answer = self.run_hallq(USAGE, "check", self.hall.file)
        lines = answer.stderr.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r'hallq\.jsonc:\d+: windows\[1\]\.own\[0\]: found "taxi"')
        self.assertRegex(lines[1], r"hallq\.jsonc:\d+: rating\.keypad: found an unknown key")

    def test_without_hallqd(self):
        for arguments in (["status"], ["watch"], ["reload"], ["send", "window.next", "{}"]):
            answer = self.run_hallq(ABSENT, *arguments)
            self.assertIn("no hallqd listens at " + self.hall.config["socket"], answer.stderr)
        for arguments in (["verify"], ["rebuild"], ["backup", "x.db"], ["user", "list"], ["estimates"], ["advise"]):
            answer = self.run_hallq(STORE, *arguments)
            self.assertIn("hallqd makes it at its first start", answer.stderr)
        self.assertFalse(os.path.exists(self.hall.config["store"]["path"]))

    def test_wrong_usage(self):
        for arguments in (["dance"], ["send", "window.next"], ["send", "window.next", "[]"], ["status", "more"],
                          ["status", "--role", "admin"], ["watch", "--after", "x"], ["watch", "--after", "-1"],
                          ["watch", "--after", str(2**53 + 1)], ["user", "add"],
                          ["user", "paint", "wang"], ["scan", "/dev/null", "--to", "248"],
                          ["scan", "/dev/null", "--baud", "fast"]):
            self.run_hallq(USAGE, *arguments)

    def test_help_agrees(self):
        answer = self.run_hallq(DONE, "--help")
        for command in COMMANDS:
            self.assertIn(f"\n  hallq {command}", answer.stdout)
            more = subprocess.run([os.path.join(BIN, "hallq"), command, "--help"], capture_output=True, text=True,
                                  timeout=10)
            self.assertEqual(more.returncode, DONE)
            self.assertTrue(more.stdout.startswith(f"usage: hallq {command}"))

    def test_status_for_people(self):
        self.hall.start_hallqd()
        self.hall.send("ticket.issue", service="social")
        self.hall.send("window.next", window=1)
        answer = self.run_hallq(DONE, "status")
        lines = answer.stdout.splitlines()
        self.assertTrue(lines[0].startswith("测试大厅 (test-01)  open"))
        # Columns stand under each other for a reader to whom a Chinese character is two wide.
        wide = [re.sub(r"[\u4e00-\u9fff]", "##", line) for line in lines]
        at = next(i for i, line in enumerate(wide) if line.startswith("SERVICE"))
        column = wide[at].index("STATE")
        for line in wide[at + 1:at + 3]:
            self.assertEqual(line.index("open"), column)
        self.assertRegex(answer.stdout, r"(?m)^ +1  -  +calling  A001 ")
        self.assertEqual(json.loads(self.run_hallq(DONE, "status", "--json").stdout)["hall"]["id"], "test-01")

    def test_send(self):
        self.hall.start_hallqd()
        answer = self.run_hallq(DONE, "send", "ticket.issue", '{"service":"tax","by":"wang"}')
        self.assertEqual(json.loads(answer.stdout)["ticket"], "B001")
        self.assertEqual(self.hall.last("ticket.issued")["by"], {"kind": "cli", "id": "wang"})
        answer = self.run_hallq(REFUSED, "send", "window.next", '{"window":1}')
        self.assertEqual(json.loads(answer.stdout)["reason"], "queue_empty")
        answer = self.run_hallq(REFUSED, "send", "window.nixt", "{}")
        self.assertEqual(json.loads(answer.stdout)["reason"], "unknown_command")

    def test_watch(self):
        self.hall.start_hallqd()
        watch = self.hall.start("watch", [os.path.join(BIN, "hallq"), "watch", "-c", self.hall.file, "--after", "0"])
        wait_for("the watch has begun", watch.lines)
        self.hall.send("ticket.issue", service="tax")
        self.hall.hallqd.stop()
        watch.process.wait(5)
        self.assertEqual(watch.process.returncode, ABSENT)
        self.assertEqual([json.loads(line) for line in watch.lines()], self.hall.journal())

    def test_a_watch_that_is_refused(self):
        self.hall.start_hallqd()
        clients = [socket.socket(socket.AF_UNIX) for _ in range(16)]
        for client in clients:
            client.connect(self.hall.config["socket"])
        answer = self.run_hallq(REFUSED, "watch", "--after", "0")
        self.assertEqual(answer.stdout, "")
        self.assertIn("refused: too_many: 16 clients are connected", answer.stderr)
        self.assertIn("too_many", self.run_hallq(REFUSED, "send", "window.next", '{"window":1}').stdout)
        for client in clients:
            client.close()

    def test_reload(self):
        self.hall.start_hallqd()
        self.assertNotIn("warning: ", self.hall.hallqd.errors())
        self.hall.config["near_ahead"] = 5
        self.hall.config["store"]["keep_days"] = 400
        self.hall.write_config()
        self.run_hallq(DONE, "reload")
        self.assertIn("warning: store.keep_days: not built yet: ", self.hall.hallqd.errors())
        loaded = self.hall.last("config.loaded")["rules"]
        self.assertEqual(loaded["near_ahead"], 5)
        self.hall.config["near_ahead"] = 6
        self.hall.config["recals"] = 1
        self.hall.write_config()
        answer = self.run_hallq(USAGE, "reload")
        self.assertEqual(self.hall.hallqd.errors().count("config: not taken"), 1)
        self.assertIn('recals: found an unknown key, expected perhaps "recalls"', answer.stderr)
        del self.hall.config["recals"]
        self.hall.config["hall"]["id"] = "test-02"
        self.hall.write_config()
        self.assertIn("hall needs a restart", self.run_hallq(USAGE, "reload").stderr)
        self.assertEqual(self.hall.last("config.loaded")["rules"]["near_ahead"], 5)
        self.hall.hallqd.stop()
        self.assertIn("stopping by signal 15", self.hall.hallqd.errors())

    def use_users(self):
        """The same through the socket and on the store itself."""
        self.run_hallq(DONE, "user", "add", "wang", "--role", "manager", stdin="first-password\n")
        self.run_hallq(REFUSED, "user", "add", "wang", "--role", "viewer", stdin="other-password\n")
        self.run_hallq(USAGE, "user", "add", "li", "--role", "boss", stdin="first-password\n")
        self.run_hallq(USAGE, "user", "add", "li", "--role", "staff", stdin="first-password\n")
        self.run_hallq(USAGE, "user", "add", "li", "--role", "staff", "--staff", "0107", stdin="short\n")
        self.run_hallq(DONE, "user", "add", "li", "--role", "staff", "--staff", "0107", stdin="first-password\n")
        self.run_hallq(DONE, "user", "passwd", "wang", stdin="second-password\n")
        self.run_hallq(REFUSED, "user", "passwd", "nobody", stdin="second-password\n")
        token = self.run_hallq(DONE, "user", "token", "reports", "--role", "manager").stdout.strip()
        self.assertIn("a token has that name", self.run_hallq(REFUSED, "user", "token", "reports", "--role", "viewer").stderr)
        users = [json.loads(line) for line in self.run_hallq(DONE, "user", "list", "--json").stdout.splitlines()]
        self.assertEqual({(u["name"], u["role"], u["staff"], u["token"]) for u in users},
                         {("admin", "admin", "", False), ("wang", "manager", "", False), ("li", "staff", "0107", False),
                          ("reports", "manager", "", True)})
        self.run_hallq(DONE, "user", "remove", "li")
        self.run_hallq(REFUSED, "user", "remove", "li")
        self.assertIn("the last admin; add another first", self.run_hallq(REFUSED, "user", "remove", "admin").stderr)
        with sqlite3.connect(f"file:{self.hall.config['store']['path']}?mode=ro", uri=True) as store:
            text = "\n".join(store.iterdump())
        self.assertNotIn("second-password", text)
        self.assertNotIn(token, text)
        self.assertIn("$argon2id$v=19$m=19456,t=2,p=1$", text)
        return token

    def test_users_while_hallqd_runs(self):
        self.hall.start_hallqd()
        token = self.use_users()
        self.assertEqual(self.log_in("wang", "first-password"), 401)
        self.assertEqual(self.log_in("wang", "second-password"), 200)
        self.assertEqual(self.ask_with(token), 200)
        self.run_hallq(DONE, "user", "remove", "reports", "--token")
        self.assertEqual(self.ask_with(token), 401)

    def test_users_on_the_store(self):
        self.hall.start_hallqd()
        self.hall.hallqd.stop()
        token = self.use_users()
        self.hall.start_hallqd()
        self.assertEqual(self.log_in("wang", "second-password"), 200)
        self.assertEqual(self.ask_with(token), 200)

    def ask_with(self, token):
        request = urllib.request.Request(f"http://127.0.0.1:{self.hall.http_port}/api/v1/hall",
                                         headers={"Authorization": "Bearer " + token})
        try:
            return urllib.request.urlopen(request, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code

    def test_password_is_not_echoed(self):
        self.hall.start_hallqd()
        pid, fd = pty.fork()
        if pid == 0:
            hallq = os.path.join(BIN, "hallq")
            os.execv(hallq, [hallq, "user", "add", "zhao", "--role", "viewer", "-c", self.hall.file])
        shown = b""
        for _ in range(2):
            while not shown.endswith(b": "):
                shown += os.read(fd, 100)
            shown += b"\n"
            os.write(fd, b"quiet-password\n")
        _, status = os.waitpid(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), DONE)
        try:
            shown += os.read(fd, 1000)
        except OSError:
            pass
        os.close(fd)
        self.assertIn(b"Password: ", shown)
        self.assertIn(b"Again: ", shown)
        self.assertNotIn(b"quiet", shown)
        self.assertEqual(self.log_in("zhao", "quiet-password"), 200)

    def test_store_commands(self):
        self.hall.start_hallqd()
        for _ in range(3):
            self.hall.send("ticket.issue", service="social")
        copy = os.path.join(self.hall.folder, "copy.db")
        self.assertEqual(self.run_hallq(DONE, "backup", copy).stdout.strip(), copy)
        self.run_hallq(REFUSED, "backup", "/no/such/folder/copy.db")
        store = self.hall.config["store"]["path"]
        for file in (store, store + "-wal"):
            self.assertIn("belongs to the running store", self.run_hallq(REFUSED, "backup", file).stderr)
        self.assertIn("no backup of HallQ", self.run_hallq(REFUSED, "backup", self.hall.file).stderr)
        self.run_hallq(RUNNING, "rebuild")
        self.run_hallq(RUNNING, "restore", copy)
        self.assertRegex(self.run_hallq(DONE, "verify").stdout, r"^\d+ events, no hole, the chain holds")
        self.hall.send("ticket.issue", service="social")
        era = self.hall.status()["hall"]["era"]
        self.hall.hallqd.stop()
        self.run_hallq(DONE, "rebuild", "--verify")
        self.run_hallq(DONE, "rebuild")
        self.run_hallq(DONE, "backup", os.path.join(self.hall.folder, "stopped.db"))
        self.run_hallq(REFUSED, "backup", store)
        self.run_hallq(STORE, "restore", self.hall.file)
        for wrong, says in (("A=1000", "1..999"), ("C=7", "no service"), ("A=3", "A003 issued")):
            self.assertIn(says, self.run_hallq(USAGE, "restore", copy, "--next", wrong).stderr)
        answer = self.run_hallq(DONE, "restore", copy)
        self.assertIn("today's next tickets are A004;", answer.stderr)
        answer = self.run_hallq(DONE, "restore", copy, "--next", "A=50")
        self.assertEqual(answer.stderr, "")
        kept = re.search(r"the store before is kept as (\S+\.before-[0-9a-f]{8})$", answer.stdout, re.M).group(1)
        self.assertTrue(os.path.exists(kept))
        self.hall.start_hallqd()
        self.assertNotEqual(self.hall.status()["hall"]["era"], era)
        self.assertEqual(self.hall.send("ticket.issue", service="social")["ticket"], "A050")

    def test_estimates_and_advice(self):
        self.hall.config["estimate"] = {"least": 2}
        self.hall.write_config()
        self.hall.start_hallqd()
        for _ in range(2):
            self.assertTrue(self.hall.send("ticket.issue", service="social")["ok"])
            self.hall.send("window.next", window=1)
            self.hall.send("window.done", window=1)
            self.assertNotIn("estimate_s", self.hall.last("ticket.issued"))
        social, tax = self.hall.status()["services"]
        self.assertIsNone(tax["estimate_s"])
        self.assertIsNone(social["windows_advised"])
        wait_for("an estimate", lambda: self.hall.status()["services"][0]["estimate_s"] is not None, 5)
        self.hall.send("ticket.issue", service="social")
        low, high = self.hall.last("ticket.issued")["estimate_s"]
        self.assertLessEqual(low, high)
        self.hall.send("window.next", window=1)
        self.assertRegex(self.run_hallq(DONE, "estimates").stdout, r"\d{8}\s+social\s+1\s+\d+:\d\d")
        self.assertIn("no advice", self.run_hallq(DONE, "advise").stdout)
        self.hall.hallqd.stop()
        yesterday = (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=4)))
                     - datetime.timedelta(days=1)).strftime("%Y%m%d")  # days change at 04:00 in UTC+8
        with sqlite3.connect(self.hall.config["store"]["path"]) as store:
            store.execute("update tickets set day = ?1, ticket_id = ?1 || substr(ticket_id, 9),"
                          " issued = issued - 86400000, called = done - 600000", (yesterday,))
        self.assertRegex(self.run_hallq(DONE, "advise").stdout, r"(?m)^\d{8}\n  social +00:00 \d")
        self.hall.start_hallqd()
        wait_for("advice", lambda: self.hall.status()["services"][0]["windows_advised"] is not None, 5)
        self.assertIsNone(self.hall.status()["services"][1]["windows_advised"])

    def test_advice_knows_bookings_changed_days_and_how_many_windows_open(self):
        """Yesterday at 20:00 came five, four of them by appointment, for ten minutes each; twelve have booked for
        tomorrow, whose hours were changed."""
        self.hall.config["calendar"] = {"week": {"mon-sun": ["00:00-24:00"]}}
        self.hall.config["appointments"] = {"slot_minutes": 30, "per_slot": 20, "days_ahead": 7}
        self.hall.write_config()
        self.hall.start_hallqd()
        for _ in range(5):
            self.hall.send("ticket.issue", service="social")
            self.hall.send("window.next", window=1)
            self.hall.send("window.done", window=1)
        self.hall.hallqd.stop()
        zone = datetime.timezone(datetime.timedelta(hours=8))
        today = (datetime.datetime.now(zone) - datetime.timedelta(hours=4)).date()  # days change at 04:00
        yesterday, tomorrow, after = (today + datetime.timedelta(days=n) for n in (-1, 1, 2))
        at = datetime.datetime.combine(yesterday, datetime.time(20), zone).timestamp() * 1000
        with sqlite3.connect(self.hall.config["store"]["path"]) as store:
            store.execute("update tickets set day = ?1, ticket_id = ?1 || substr(ticket_id, 9), issued = ?2,"
                          " called = done - 600000,"
                          " channel = case substr(ticket_id, -1) when '1' then channel else 'appointment' end",
                          (yesterday.strftime("%Y%m%d"), int(at)))
        self.hall.start_hallqd()
        for date, spans in ((tomorrow, ["10:00-12:00"]), (after, [])):
            answer = self.hall.send("calendar.set", date=date.isoformat(), spans=spans)
            self.assertTrue(answer["ok"], answer)
        for n in range(12):
            slot = f"{tomorrow.isoformat()}T{'10:30' if n < 11 else '11:30'}:00+08:00"
            answer = self.hall.send("appointment.book", service="social", slot=slot)
            self.assertTrue(answer["ok"], answer)
        code = self.hall.send("appointment.book", service="social", slot=slot)["code"]
        self.assertTrue(self.hall.send("appointment.cancel", code=code)["ok"])

        advice = self.run_hallq(DONE, "advise", "--windows", "social=2,8").stdout
        days = dict(re.findall(r"(?m)^(\d{8})\n((?:  .*\n)+)", advice))
        self.assertNotIn(after.strftime("%Y%m%d"), days)  # a holiday by command
        booked = days[tomorrow.strftime("%Y%m%d")].splitlines()
        self.assertEqual(booked[0].split(maxsplit=1),
                         ["social", "10:00 0, 10:30 5, 11:00 0, 11:30 1, 12:00 closed"])
        self.assertEqual(booked[1].split(), ["tax", "-"])
        self.assertEqual(booked[2], "  longest waits")
        self.assertEqual([line.split(maxsplit=3)[2:] for line in booked[3:]],
                         [["social", "10:00 0 min, 10:30 25 min, 11:30 0 min, 12:00 closed"],
                          ["everything", "10:00 0 min, 12:00 closed"]])
        # Today nobody has booked; for later days those will who used to, and they are counted once.
        self.assertRegex(days[today.strftime("%Y%m%d")], r"social +00:00 0, 20:00 1, 20:30 0\n")
        self.assertRegex(days[max(days)], r"social +00:00 0, 20:00 2, 20:30 0\n")
        self.hall.hallqd.stop()
        self.assertEqual(self.run_hallq(DONE, "advise", "--windows", "social=2,8").stdout, advice)
        for wrong in ("0", "9999", "two", "taxi=2", "social=", "2,", "-1"):
            self.assertIn("expected N or SERVICE=N", self.run_hallq(USAGE, "advise", "--windows", wrong).stderr)

    def test_verify_finds_a_changed_row(self):
        self.hall.start_hallqd()
        self.hall.send("ticket.issue", service="social")
        seq = self.hall.events("ticket.issued")[-1]["id"]
        self.hall.hallqd.stop()
        with sqlite3.connect(self.hall.config["store"]["path"]) as store:
            store.execute("update journal set bytes = replace(bytes, 'A001', 'A002') where seq = ?", (seq,))
        answer = self.run_hallq(STORE, "verify")
        self.assertIn(f"event {seq}: ", answer.stderr)

    def test_scan(self):
        """The simulated hall's devices are found on its line; hallqd is not needed."""
        with Hall() as hall:
            port = hall.config["buses"][0]["port"]
            hall.start("sim", [os.path.join(BIN, "hallq-sim"), "-c", hall.file, "--people", "off", "--instant"])
            wait_for("the line", lambda: os.path.exists(port))
            scan = [os.path.join(BIN, "hallq"), "scan", port, "--baud", "115200", "--to", "32"]
            answer = subprocess.run([*scan, "--json"], capture_output=True, text=True, timeout=60)
            self.assertEqual(answer.returncode, DONE, answer.stderr)
            found = [json.loads(line) for line in answer.stdout.splitlines()]
            self.assertEqual([(f["address"], f["kind"], f["map"]) for f in found],
                             [(1, "dispenser", 1), (11, "terminal", 1), (26, "unit", 1), (31, "keypad", 1)])
            text = subprocess.run([*scan[:-1], "1"], capture_output=True, text=True, timeout=60)
            self.assertRegex(text.stdout, r"(?m)^      1  115200  dispenser       1\.2  \d+\n\n1 device found in \d\.\d s$")
            self.assertEqual(text.stderr, "")
            # A pseudo-terminal takes any rate: the same device is no three.
            text = subprocess.run([*scan[:3], "--to", "1"], capture_output=True, text=True, timeout=60)
            self.assertRegex(text.stdout, r"(?m)^1 device found, at 3 rates, in \d\.\d s$")
        answer = subprocess.run([os.path.join(BIN, "hallq"), "scan", "/dev/no-such-line"], capture_output=True, text=True,
                                timeout=10)
        self.assertEqual(answer.returncode, REFUSED)
        self.assertIn("/dev/no-such-line: ", answer.stderr)

    def test_sim_usage(self):
        sim = [os.path.join(BIN, "hallq-sim"), "-c", os.path.join(ROOT, "etc", "hallq.jsonc")]
        for wrong in (["--faults", "lots"], ["--speed", "0"], ["--start", "9"], ["--start", "1::30"],
                      ["--start", "09:3:"], ["--people", "x"], ["--dance"], ["more"]):
            answer = subprocess.run([*sim, *wrong], capture_output=True, text=True, timeout=10)
            self.assertEqual(answer.returncode, USAGE, wrong)
            self.assertNotEqual(answer.stderr, "")
        answer = subprocess.run([*sim, "--help"], capture_output=True, text=True, timeout=10)
        self.assertEqual(answer.returncode, DONE)
        for code in ("1 NEXT", "17 PIN", "257 the first ticket key", "512 check-in", "17..24 the reasons"):
            self.assertIn(code, answer.stdout)

    def test_example_config_is_good(self):
        """But for the certificates and the password, which each hall has to have."""
        with open(os.path.join(ROOT, "etc", "hallq.jsonc"), encoding="utf-8") as file:
            example = file.read()
        for name in ("mqtt.password", "ca.pem", "http.pem", "http.key"):
            self.assertIn(f'"/etc/hallq/{name}"', example)
            with open(os.path.join(self.hall.folder, name), "w", encoding="utf-8") as file:
                file.write("secret\n")
        with open(self.hall.file, "w", encoding="utf-8") as file:
            file.write(example.replace("/etc/hallq/", self.hall.folder + "/"))
        os.symlink(os.path.join(ROOT, "etc", "profiles"), os.path.join(self.hall.folder, "profiles"))
        self.run_hallq(DONE, "check")


if __name__ == "__main__":
    unittest.main()
