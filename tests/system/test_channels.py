"""Where a ticket was asked for and who may give a class: log-ins of two roles, a program's token, MQTT, a dispenser."""
import json
import unittest
import urllib.error
import urllib.request

from slave_hall import running, take_ticket
from test_appointments import ask
from test_pin import Page


def with_classes(config, _):
    config["classes"] = {"green": {"by": ["guide"]}, "credit": {"by": ["page"]}}


class Token:
    """A program with a token of the API."""

    def __init__(self, hall, name, role):
        self.url = f"http://127.0.0.1:{hall.http_port}"
        token = hall.hallq("user", "token", name, "--role", role).stdout.strip()
        self.headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}

    def post(self, path, body):
        return urllib.request.urlopen(urllib.request.Request(
            f"{self.url}/api/v1/{path}", json.dumps(body).encode(), self.headers), timeout=10)


def issue(asker, **arguments):
    with asker.post("commands/ticket.issue", {"service": "social", **arguments}) as answer:
        return json.load(answer)


class Channels(unittest.TestCase):
    def test_channels_and_classes_go_by_who_asks(self):
        with running(with_classes, with_broker=True) as (hall, floor):
            guide = Page(hall, "gu", "--role", "guide")
            manager = Page(hall, "mo", "--role", "manager")
            office = Token(hall, "office", "manager")
            desk = Token(hall, "desk", "guide")
            take_ticket(floor.slaves["dispenser-1"])
            for asker, more in ((guide, {}), (manager, {}), (office, {}), (desk, {}), (office, {"channel": "kiosk"})):
                self.assertTrue(issue(asker, **more)["ok"])
            self.assertTrue(ask(hall, "ticket.issue", service="social")["ok"])
            self.assertTrue(ask(hall, "ticket.issue", service="social", channel="web")["ok"])
            self.assertEqual([e["data"]["channel"] for e in hall.events("ticket.issued")],
                             ["dispenser", "guide", "guide", "command", "guide", "kiosk", "command", "web"])
            # A person's log-in says no channel, and nobody claims another's.
            with self.assertRaises(urllib.error.HTTPError) as refused:
                issue(guide, channel="web")
            self.assertEqual(refused.exception.code, 400)
            self.assertEqual(ask(hall, "ticket.issue", service="social", channel="guide")["reason"], "malformed")

            # classes.*.by: guide is the role, page every other log-in and token.
            for asker, green, credit in ((guide, True, False), (desk, True, False), (manager, False, True),
                                         (office, False, True)):
                self.assertEqual(issue(asker, **{"class": "green", "ground": "elderly"})["ok"], green)
                self.assertEqual(issue(asker, **{"class": "credit"})["ok"], credit)
            told = ask(hall, "ticket.issue", service="social", **{"class": "green", "ground": "elderly"})
            self.assertEqual(told["reason"], "class_not_allowed")


if __name__ == "__main__":
    unittest.main()
