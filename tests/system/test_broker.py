"""The uplink before brokers that do what a good one does not: late, disordered and lost acknowledgements, narrow
windows, silence, refusals. Whatever they do: no hole, and nothing counted as sent that they did not say they have."""
import os
import signal
import time
import unittest

from broker import NOT_AUTHORIZED, Broker
from hall import Hall, wait_for
from test_uplink import assert_all_arrived, issue, with_mqtt


def behind(hall):
    return hall.status()["uplink"]["behind"]


class Acknowledgements(unittest.TestCase):
    def test_out_of_order(self):
        with Hall(with_mqtt) as hall:
            held = set()

            def decide(publication):
                return None if publication[1] in held else 0
            with Broker(hall.mqtt_port, decide) as broker:
                hall.start_hallqd()
                wait_for("connected", lambda: hall.status()["uplink"]["connected"])
                wait_for("nothing is behind", lambda: behind(hall) == 0)
                first = hall.journal()[-1]["id"]
                held.add(int(first) + 3)
                issue(hall, 10)
                last = int(hall.journal()[-1]["id"])
                wait_for("all of them are there", lambda: broker.events()[-1:] == [last])
                # Those behind the one that is missing count for nothing yet.
                time.sleep(1.5)
                self.assertEqual(behind(hall), last - int(first) - 2)
                broker.cut()
                held.clear()
                wait_for("again from the missing one on", lambda: broker.events(2)[-1:] == [last])
                self.assertEqual(broker.events(2), list(range(int(first) + 3, last + 1)))
                wait_for("nothing is behind", lambda: behind(hall) == 0)

    def test_window_of_one(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, receive_maximum=1) as broker:
            hall.start_hallqd()
            issue(hall, 20)
            wait_for("nothing is behind", lambda: behind(hall) == 0)
            seqs = broker.events()
            self.assertEqual(seqs, list(range(1, len(hall.journal()) + 1)))
            self.assertEqual(broker.most_unanswered, 1)
            # States get their turn too.
            wait_for("a window's state", lambda: any("/state/window/" in topic for _, topic, _ in broker.published))

    def test_window_is_never_exceeded(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, lambda _: None, receive_maximum=7) as broker:
            hall.start_hallqd()
            issue(hall, 20)
            wait_for("the window is full", lambda: len(broker.unanswered) == 7)
            time.sleep(1)
            self.assertEqual(broker.most_unanswered, 7)
            broker.decide = lambda _: 0
            broker.acknowledge(*broker.unanswered.copy())
            wait_for("nothing is behind", lambda: behind(hall) == 0)
            self.assertEqual(broker.events(), list(range(1, len(hall.journal()) + 1)))

    @unittest.skipUnless(os.environ.get("HALLQ_LONG"), "takes 20 s; HALLQ_LONG is not set")
    def test_lost_for_ever(self):
        with Hall(with_mqtt) as hall:
            lost = []

            def decide(publication):
                if publication[1] == 3 and not lost:
                    lost.append(publication)
                    return None
                return 0
            with Broker(hall.mqtt_port, decide) as broker:
                hall.start_hallqd()
                issue(hall, 5)
                wait_for("the hall gives that connection up", lambda: len(broker.connects) == 2, 30)
                wait_for("nothing is behind", lambda: behind(hall) == 0)
                self.assertEqual(broker.events(2)[0], 3)
                self.assertIn("not acknowledged within 20 s", hall.hallqd.errors())


class Status(unittest.TestCase):
    """What is retained about the hall itself is true: before a backlog goes out, and after the hall has gone."""

    def test_first_of_all(self):
        with Hall(with_mqtt) as hall:
            hall.start_hallqd()
            issue(hall, 150)
            with Broker(hall.mqtt_port) as broker:
                wait_for("nothing is behind", lambda: behind(hall) == 0, 20)
                self.assertEqual(broker.published[0][1], "hallq/v1/test-01/status")
                hall.hallqd.stop()
                wait_for("it says goodbye", lambda: broker.goodbyes == 1)
                self.assertIn(b'"online":false', broker.published[-1][2])

    def test_no_goodbye_without_room_for_it(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, lambda _: None, receive_maximum=2) as broker:
            hall.start_hallqd()
            issue(hall, 5)
            wait_for("the window is full", lambda: len(broker.unanswered) == 2)
            self.assertEqual(hall.hallqd.stop(), 0)
            time.sleep(0.5)
            self.assertEqual(broker.goodbyes, 0, "a goodbye would take the will away, which says offline")


class Refusals(unittest.TestCase):
    def test_gives_no_commands(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, granted=NOT_AUTHORIZED) as broker:
            hall.start_hallqd()
            wait_for("it is said", lambda: "the broker gives us no commands: " in hall.hallqd.errors())
            issue(hall, 3)
            wait_for("events go on", lambda: behind(hall) == 0)
            broker.cut()
            wait_for("connected again", lambda: len(broker.connects) == 2 and behind(hall) == 0)
            self.assertEqual(hall.hallqd.errors().count("gives us no commands"), 1)

    def test_silence_after_connect(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, is_silent=True) as broker:
            hall.start_hallqd()
            wait_for("it tries anew", lambda: len(broker.connects) >= 2, 12)
            self.assertGreaterEqual(broker.connects[1] - broker.connects[0], 5.0)
            self.assertLess(broker.connects[1] - broker.connects[0], 7.5)
            self.assertFalse(hall.status()["uplink"]["connected"])
            self.assertIn("no answer within 5 s", hall.hallqd.errors())
            # The hall itself has not noticed; and it ends at once.
            self.assertTrue(hall.send("ticket.issue", service="social")["ok"])
            started = time.monotonic()
            self.assertEqual(hall.hallqd.stop(), 0)
            self.assertLess(time.monotonic() - started, 3)

    def test_refuses_every_message(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, lambda _: NOT_AUTHORIZED) as broker:
            hall.start_hallqd()
            time.sleep(6)
            # Ever more seldom, said once, and never counted as connected.
            self.assertLessEqual(len(broker.connects), 6)
            self.assertGreaterEqual(len(broker.connects), 2)
            self.assertEqual(hall.hallqd.errors().count("refused a message"), 1)
            self.assertNotIn("connected, ", hall.hallqd.errors())
            self.assertEqual(len(hall.events("alert.raised")), 1)
            self.assertEqual(hall.events("alert.cleared"), [])
            broker.decide = lambda _: 0
            wait_for("connected once it may", lambda: hall.status()["uplink"]["connected"], 20)
            wait_for("nothing is behind", lambda: behind(hall) == 0)
            self.assertEqual(sorted(set(broker.events())), list(range(1, len(hall.journal()) + 1)))

    def test_event_larger_than_it_takes(self):
        with Hall(with_mqtt) as hall, Broker(hall.mqtt_port, maximum_packet=1200) as broker:
            hall.start_hallqd()
            issue(hall, 3)
            wait_for("it is said", lambda: "more than the broker takes" in hall.hallqd.errors())
            # No hole: what comes behind waits.
            large = next(int(e["id"]) for e in hall.journal() if e["type"] == "hallq.config.loaded")
            self.assertLess(max(broker.events(), default=0), large)
            wait_for("an alert says why", lambda: any(
                "more than the broker takes" in e["data"].get("text", "") for e in hall.events("alert.raised")))


class Frozen(unittest.TestCase):
    def test_half_open_for_a_while(self):
        with Hall(with_mqtt) as hall:
            broker = hall.start_broker()
            subscriber = hall.subscribe()
            time.sleep(0.5)
            hall.start_hallqd()
            issue(hall, 5)
            assert_all_arrived(self, hall, subscriber)
            broker.process.send_signal(signal.SIGSTOP)
            try:
                issue(hall, 100)
                time.sleep(60 if os.environ.get("HALLQ_LONG") else 5)
                self.assertGreaterEqual(behind(hall), 100)
                self.assertTrue(hall.send("ticket.issue", service="tax")["ok"])
            finally:
                broker.process.send_signal(signal.SIGCONT)
            assert_all_arrived(self, hall, subscriber, 40)
            wait_for("nothing is behind", lambda: behind(hall) == 0)


if __name__ == "__main__":
    unittest.main()
