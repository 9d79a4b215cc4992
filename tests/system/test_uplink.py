"""The way to the back office: a real mosquitto that goes away and comes back, plain and with TLS; the access list;
commands with answers; yesterday's backup restored."""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from hall import Hall, ROOT, ids_of, wait_for


def with_mqtt(config, hall, **more):
    config["mqtt"] = {"host": "127.0.0.1", "port": hall.mqtt_port, **more}
    config["require_sign_in"] = False
    del config["staff"]
    config["buses"] = []


def issue(hall, count, service="social"):
    for _ in range(count):
        answer = hall.send("ticket.issue", service=service)
        if not answer["ok"]:
            raise AssertionError(answer)


def assert_all_arrived(test, hall, subscriber, seconds=20):
    """Every event of the journal is at the subscriber, in order, none missing."""
    expected = len(hall.journal())
    wait_for("every event arrived",
             lambda: len(ids_of(subscriber.lines())) >= len(hall.journal()), seconds)
    ids = [seq for _, seq in ids_of(subscriber.lines())]
    test.assertGreaterEqual(len(ids), expected)
    test.assertEqual(ids, list(range(1, len(ids) + 1)))


class Uplink(unittest.TestCase):
    def run_through_break(self, change, broker_options, subscriber_options):
        with Hall(change) as hall:
            options = broker_options(hall) if broker_options else {}
            broker = hall.start_broker(**options)
            subscriber = hall.subscribe(*(subscriber_options(hall) if subscriber_options else ()))
            time.sleep(0.5)
            hall.start_hallqd()
            issue(hall, 20)
            assert_all_arrived(self, hall, subscriber)
            broker.stop()
            wait_for("the uplink is seen as lost", lambda: not hall.status()["uplink"]["connected"])
            issue(hall, 60)
            self.assertGreaterEqual(hall.status()["uplink"]["behind"], 60)
            time.sleep(60 if os.environ.get("HALLQ_LONG") else 0)
            hall.start_broker(**options)
            wait_for("the uplink is back", lambda: hall.status()["uplink"]["connected"], 25)
            issue(hall, 5)
            assert_all_arrived(self, hall, subscriber)
            wait_for("nothing is behind", lambda: hall.status()["uplink"]["behind"] == 0)
            self.assertEqual(hall.hallqd.stop(), 0)

    def test_broker_stopped_and_started(self):
        self.run_through_break(with_mqtt, None, None)

    def test_broker_stopped_and_started_version_311(self):
        self.run_through_break(lambda c, h: with_mqtt(c, h, version=4), None, None)

    def test_broker_with_tls_stopped_and_started(self):
        def change(config, hall):
            make_certificates(hall.folder)
            with_mqtt(config, hall, tls={"ca_file": f"{hall.folder}/ca.pem"})

        def broker(hall):
            return {"listener_extra": f"cafile {hall.folder}/ca.pem\ncertfile {hall.folder}/server.pem\n"
                                      f"keyfile {hall.folder}/server.key"}

        def subscriber(hall):
            return ("--cafile", f"{hall.folder}/ca.pem", "-h", "localhost")
        self.run_through_break(change, broker, subscriber)

    def test_broker_missing_at_start(self):
        with Hall(with_mqtt) as hall:
            hall.start_hallqd()
            issue(hall, 10)
            self.assertFalse(hall.status()["uplink"]["connected"])
            wait_for("an alert says so", lambda: any(a["kind"] == "uplink_lost" for a in hall.status()["alerts"]))
            hall.start_broker()
            wait_for("connected", lambda: hall.status()["uplink"]["connected"], 25)
            wait_for("the alert is cleared",
                     lambda: not any(a["kind"] == "uplink_lost" for a in hall.status()["alerts"]))
            wait_for("what happened meanwhile is sent", lambda: hall.status()["uplink"]["behind"] == 0)

    def test_kill_minus_nine_loses_nothing_at_the_broker(self):
        with Hall(with_mqtt) as hall:
            hall.start_broker()
            subscriber = hall.subscribe()
            time.sleep(0.5)
            for _ in range(4):
                hall.start_hallqd()
                issue(hall, 15)
                hall.hallqd.process.kill()
                hall.hallqd.process.wait(5)
            hall.start_hallqd()
            assert_all_arrived(self, hall, subscriber)

    def test_restored_backup_loses_nothing(self):
        with Hall(with_mqtt) as hall:
            hall.start_broker()
            subscriber = hall.subscribe()
            time.sleep(0.5)
            hall.start_hallqd()
            issue(hall, 10)
            backup = os.path.join(hall.folder, "yesterday.db")
            self.assertEqual(hall.hallq("backup", backup).returncode, 0)
            issue(hall, 7)
            assert_all_arrived(self, hall, subscriber)
            self.assertEqual(hall.hallqd.stop(), 0)
            received = ids_of(subscriber.lines())
            first_era = received[0][0]
            answer = hall.hallq("restore", backup, "--next", "A=30")
            self.assertEqual(answer.returncode, 0, answer.stderr)
            hall.start_hallqd()
            answer = hall.send("ticket.issue", service="social")
            self.assertTrue(answer["ok"], answer)
            self.assertEqual(answer["ticket"], "A030")
            era = hall.status()["hall"]["era"]
            self.assertNotEqual(era, first_era)
            last = hall.status()["hall"]["seq"]

            def all_of_new_era():
                ids = [seq for e, seq in ids_of(subscriber.lines()) if e == era]
                return ids and ids[-1] >= last and ids
            ids = wait_for("the new era's events", all_of_new_era, 20)
            # From the backup's cursor on there is no hole, and what was acknowledged before stays under its own era.
            self.assertEqual(ids, list(range(ids[0], ids[-1] + 1)))
            self.assertLessEqual(ids[0], len([1 for e, _ in received if e == first_era]) + 1)
            self.assertEqual(len(set(received)), len(received))

    def test_status_and_will(self):
        with Hall(with_mqtt) as hall:
            hall.start_broker()
            status = hall.subscribe(topic="hallq/v1/test-01/status", name="status")
            hall.start_hallqd()
            wait_for("online", lambda: status.lines() and json.loads(status.lines()[-1])["online"])
            said = json.loads(status.lines()[-1])
            self.assertEqual(said["era"], hall.status()["hall"]["era"])
            self.assertEqual(said["first"], 1)
            hall.hallqd.process.kill()
            wait_for("the will", lambda: not json.loads(status.lines()[-1])["online"])
            hall.start_hallqd()
            wait_for("online again", lambda: json.loads(status.lines()[-1])["online"])
            hall.hallqd.stop()
            wait_for("offline", lambda: not json.loads(status.lines()[-1])["online"])

    def test_states_are_retained(self):
        with Hall(with_mqtt) as hall:
            hall.start_broker()
            hall.start_hallqd()
            issue(hall, 3)
            states = hall.subscribe("-F", "%r %t %p", topic="hallq/v1/test-01/state/#", name="states")

            def service_state():
                found = [line for line in states.lines() if " hallq/v1/test-01/state/service/social " in line]
                return found and json.loads(found[-1].split(" ", 2)[2])["waiting"] == 3
            wait_for("the state of the service", service_state)
            topics = {line.split(" ", 2)[1] for line in states.lines()}
            for expected in ("state/hall", "state/window/1", "state/service/tax"):
                self.assertIn("hallq/v1/test-01/" + expected, topics)


    def test_a_removed_window_leaves_no_state(self):
        with Hall(with_mqtt) as hall:
            hall.start_broker()
            states = hall.subscribe("-F", "%t %l", topic="hallq/v1/test-01/state/#", name="states")
            hall.start_hallqd()
            wait_for("a state", lambda: [s for s in states.lines() if s.startswith("hallq/v1/test-01/state/window/2 ")])
            kept = json.loads(json.dumps(hall.config))
            hall.config["windows"] = [{"id": 1, "own": ["social"]}]
            hall.config["services"].pop()
            hall.write_config()
            self.assertEqual(hall.hallq("reload").returncode, 0)
            for gone in ("window/2", "service/tax"):
                wait_for("it is emptied", lambda: f"hallq/v1/test-01/state/{gone} 0" in states.lines())
            hall.config = kept
            hall.write_config()
            self.assertEqual(hall.hallq("reload").returncode, 0)
            wait_for("it is back", lambda: not [
                s for s in states.lines() if s.startswith("hallq/v1/test-01/state/window/2 ")][-1].endswith(" 0"))


class Commands(unittest.TestCase):
    def ask(self, hall, name, body, *options):
        replies = hall.replies
        before = len(replies.lines())
        subprocess.run(["mosquitto_pub", "-V", "mqttv5", "-p", str(hall.mqtt_port), "-q", "1", "-t",
                        f"hallq/v1/test-01/commands/{name}", "-m", body, *options], check=True, timeout=5)
        wait_for("a reply", lambda: len(replies.lines()) > before, 5)
        topic, text = replies.lines()[-1].split(" ", 1)
        return topic, json.loads(text)

    def now(self, offset=0):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))

    def hall(self):
        hall = Hall(with_mqtt)
        hall.start_broker()
        hall.replies = hall.subscribe("-F", "%t %p", topic="hallq/v1/test-01/replies/#", name="replies")
        time.sleep(0.3)
        hall.start_hallqd()
        wait_for("connected", lambda: hall.status()["uplink"]["connected"])
        time.sleep(0.3)
        return hall

    def test_answers_and_refusals(self):
        with self.hall() as hall:
            good = json.dumps({"id": "one", "time": self.now(), "service": "social"})
            topic, answer = self.ask(hall, "ticket.issue", good)
            self.assertEqual(topic, "hallq/v1/test-01/replies/one")
            self.assertTrue(answer["ok"], answer)
            self.assertEqual(answer["ticket"], "A001")
            # The same id gets the same answer and does nothing twice.
            _, again = self.ask(hall, "ticket.issue", good)
            self.assertEqual(again, answer)
            self.assertEqual(len(hall.events("ticket.issued")), 1)
            cases = [
                ("ticket.issue", {"id": "b1", "time": self.now(-61), "service": "social"}, "expired_command"),
                ("ticket.issue", {"id": "b2", "time": self.now(), "expires": self.now(-1), "service": "social"},
                 "expired_command"),
                ("ticket.issue", {"id": "b3", "service": "social"}, "malformed"),
                ("ticket.issue", {"id": "b4", "time": self.now(), "service": 5}, "malformed"),
                ("ticket.print", {"id": "b5", "time": self.now()}, "unknown_command"),
                ("window.next", {"id": "b6", "time": self.now(), "window": 77}, "no_such"),
            ]
            for name, body, reason in cases:
                topic, answer = self.ask(hall, name, json.dumps(body))
                self.assertEqual(topic, "hallq/v1/test-01/replies/" + body["id"])
                self.assertFalse(answer["ok"])
                self.assertEqual(answer["reason"], reason, answer)
                self.assertTrue(answer["message"])
                time.sleep(0.12)
            self.assertEqual(len(hall.events("ticket.issued")), 1)
            for body in ("{", "[]", "", '{"id":"a b","time":"x"}'):
                topic, answer = self.ask(hall, "ticket.issue", body)
                self.assertEqual(topic, "hallq/v1/test-01/replies/invalid")
                self.assertFalse(answer["ok"])
                time.sleep(0.12)

    def test_an_expired_command_is_asked_for_its_answer(self):
        """A client that heard nothing repeats until it does; what was done in time is told also then."""
        with self.hall() as hall:
            body = {"id": "late", "time": self.now(), "expires": self.now(2), "service": "social"}
            _, answer = self.ask(hall, "ticket.issue", json.dumps(body))
            self.assertTrue(answer["ok"], answer)
            time.sleep(3.1)
            _, again = self.ask(hall, "ticket.issue", json.dumps(body))
            self.assertEqual(again, answer)
            _, other = self.ask(hall, "ticket.issue", json.dumps({**body, "id": "later"}))
            self.assertEqual(other["reason"], "expired_command")
            self.assertEqual(len(hall.events("ticket.issued")), 1)

    def test_a_person_must_be_named(self):
        with self.hall() as hall:
            hall.send("window.help", window=1)
            alert = int(hall.events("alert.raised")[-1]["id"])
            body = {"id": "ack-1", "time": self.now(), "alert": alert}
            self.assertEqual(self.ask(hall, "alert.acknowledge", json.dumps(body))[1]["reason"], "person_needed")
            body = {"id": "ack-2", "time": self.now(), "alert": alert, "by": "wang"}
            self.assertTrue(self.ask(hall, "alert.acknowledge", json.dumps(body))[1]["ok"])
            self.assertEqual(hall.last("alert.acknowledged")["by"], {"kind": "mqtt", "id": "wang"})

    def test_correlation_data_that_cannot_be_kept(self):
        with self.hall() as hall:
            body = json.dumps({"id": "long", "time": self.now(), "service": "tax"})
            _, answer = self.ask(hall, "ticket.issue", body, "-D", "publish", "correlation-data", "x" * 65)
            self.assertEqual(answer["reason"], "too_large")
            self.assertIn("correlation data", answer["message"])
            self.assertEqual(hall.events("ticket.issued"), [])

    def test_response_topic_and_correlation(self):
        with self.hall() as hall:
            body = json.dumps({"id": "r1", "time": self.now(), "service": "tax"})
            topic, answer = self.ask(hall, "ticket.issue", body, "-D", "publish", "response-topic",
                                     "hallq/v1/test-01/replies/my/own", "-D", "publish", "correlation-data", "abc")
            self.assertEqual(topic, "hallq/v1/test-01/replies/my/own")
            self.assertTrue(answer["ok"])
            body = json.dumps({"id": "r2", "time": self.now(), "service": "tax"})
            topic, _ = self.ask(hall, "ticket.issue", body, "-D", "publish", "response-topic", "elsewhere/x")
            self.assertEqual(topic, "hallq/v1/test-01/replies/r2")

    def test_replay_of_events(self):
        with self.hall() as hall:
            issue(hall, 120)
            _, answer = self.ask(hall, "events.replay",
                                 json.dumps({"id": "p1", "time": self.now(), "from": 1, "to": 1000}))
            self.assertTrue(answer["ok"], answer)
            self.assertEqual([int(e["id"]) for e in answer["items"]], list(range(1, 101)))
            self.assertTrue(answer["more"])
            self.assertEqual(answer["items"], hall.journal()[:100])

    def test_subscriber_fills_its_hole(self):
        """Who was away without a session finds what it missed by the seqs, and asks for just that, page by page."""
        with self.hall() as hall:
            issue(hall, 3)
            before = hall.subscribe(name="before")
            time.sleep(0.5)
            issue(hall, 2)
            wait_for("it hears", lambda: before.lines())
            known = {seq for _, seq in ids_of(before.lines())}
            before.stop(signal.SIGKILL)  # mosquitto_sub may be deaf to SIGTERM for a while
            issue(hall, 230)
            # Another session: what came in between is not kept for it.
            after = hall.subscribe(name="after")
            time.sleep(0.5)
            issue(hall, 2)
            wait_for("it hears again", lambda: len(after.lines()) >= 2)
            known |= {seq for _, seq in ids_of(after.lines())}
            first, last = min(known), max(known)
            missing = [seq for seq in range(first, last + 1) if seq not in known]
            self.assertGreaterEqual(len(missing), 230)
            found, start, pages = {}, missing[0], 0
            while start <= missing[-1]:
                _, answer = self.ask(hall, "events.replay", json.dumps(
                    {"id": f"hole-{pages}", "time": self.now(), "from": start, "to": missing[-1]}))
                self.assertTrue(answer["ok"], answer)
                found.update((int(event["id"]), event) for event in answer["items"])
                start, pages = max(found) + 1, pages + 1
                self.assertEqual(answer["more"], start <= missing[-1])
            self.assertEqual(pages, 3)
            self.assertEqual(sorted(found), missing)
            self.assertEqual([found[seq] for seq in missing], hall.journal()[missing[0] - 1:missing[-1]])

    def test_retained_and_flooding_commands(self):
        with self.hall() as hall:
            body = json.dumps({"id": "kept", "time": self.now(), "service": "social"})
            subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-q", "1", "-r", "-t",
                            "hallq/v1/test-01/commands/ticket.issue", "-m", body], check=True, timeout=5)
            wait_for("the live copy is taken", lambda: len(hall.events("ticket.issued")) == 1)
            hall.hallqd.stop()
            hall.start_hallqd()
            wait_for("connected", lambda: hall.status()["uplink"]["connected"])
            time.sleep(0.5)
            self.assertEqual(len(hall.events("ticket.issued")), 1)
            lines = "".join(json.dumps({"id": f"f{i}", "time": self.now(), "service": "social"}) + "\n"
                            for i in range(40))
            subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-q", "1", "-l", "-t",
                            "hallq/v1/test-01/commands/ticket.issue"], input=lines.encode(), check=True, timeout=5)
            wait_for("forty answers", lambda: sum("/f" in line for line in hall.replies.lines()) == 40)
            refused = sum('"too_many"' in line for line in hall.replies.lines())
            self.assertGreaterEqual(refused, 20)
            self.assertGreaterEqual(len(hall.events("ticket.issued")), 11)
            # The journal keeps that they came, summed up, at most once a second.
            wait_for("the refusals are written down",
                     lambda: sum(e["data"]["count"] for e in hall.events("command.refused")) == refused)
            self.assertLessEqual(len(hall.events("command.refused")), 3)


class AccessList(unittest.TestCase):
    def test_everything_else_is_refused(self):
        users = {"test-01": "hall-secret", "other-02": "other-secret", "back-office": "office-secret"}

        def change(config, hall):
            with_mqtt(config, hall, username="test-01", password_file=f"{hall.folder}/mqtt.password")
            with open(f"{hall.folder}/mqtt.password", "w", encoding="utf-8") as file:
                file.write(users["test-01"] + "\n")

        with Hall(change) as hall:
            passwords = f"{hall.folder}/passwd"
            for name, password in users.items():
                subprocess.run(["mosquitto_passwd", "-b", *([] if os.path.exists(passwords) else ["-c"]),
                                passwords, name, password], check=True, timeout=20, capture_output=True)
            acl = f"{hall.folder}/hallq.acl"
            shutil.copy(os.path.join(ROOT, "etc", "mosquitto", "hallq.acl"), acl)
            for file in (acl, passwords):
                os.chmod(file, 0o600)
            hall.start_broker(extra=f"allow_anonymous false\npassword_file {passwords}\nacl_file {acl}")

            def credentials(user):
                return ("-u", user, "-P", users[user])
            office = hall.subscribe(*credentials("back-office"), topic="hallq/v1/#", name="office")
            hall.start_hallqd()
            wait_for("connected", lambda: hall.status()["uplink"]["connected"])
            issue(hall, 3)
            wait_for("the office hears the hall", lambda: any("ticket.issued" in line for line in office.lines()))

            def heard(user, topic):
                """Whether a publish of this user on this topic reaches anybody (the office, or hallqd's answer)."""
                mark = f"mark-{time.monotonic_ns()}"
                subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), *credentials(user), "-q", "1", "-t", topic,
                                "-m", json.dumps({"id": mark})], timeout=5, capture_output=True)
                time.sleep(0.3)
                return any(mark in line for line in office.lines())
            self.assertTrue(heard("other-02", "hallq/v1/other-02/events/ticket/called"))
            for topic in ("hallq/v1/test-01/events/ticket/called", "hallq/v1/test-01/status",
                          "hallq/v1/test-01/state/hall", "hallq/v1/test-01/replies/x",
                          "hallq/v1/test-01/commands/ticket.issue", "hallq/v1/other-02/elsewhere"):
                self.assertFalse(heard("other-02", topic), topic)
            # The office may command, and the hall answers; the office may not speak for a hall.
            self.assertTrue(heard("back-office", "hallq/v1/test-01/commands/ticket.issue"))
            self.assertFalse(heard("back-office", "hallq/v1/test-01/events/ticket/called"))
            # Another hall hears neither this one's events nor its commands.
            spy = hall.subscribe(*credentials("other-02"), topic="hallq/v1/test-01/#", name="spy")
            time.sleep(0.3)
            issue(hall, 2)
            time.sleep(0.5)
            self.assertEqual(spy.lines(), [])


def make_certificates(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30, cwd=folder)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
            "-out", "ca.pem", "-days", "30", "-subj", "/CN=test ca")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
            "server.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "ext"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "server.pem", "-days", "30", "-extfile", "ext")
    os.chmod(os.path.join(folder, "server.key"), 0o644)


if __name__ == "__main__":
    unittest.main()
