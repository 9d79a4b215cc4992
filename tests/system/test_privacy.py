"""What a staff log-in can learn of a grade: nothing. Three halls run the same minute but for the grade that a citizen
presses; all that the staff member's log-in, or nobody's, is told by every path and stream must be the same in each."""
import http.cookiejar
import json
import re
import threading
import time
import unittest
import urllib.error
import urllib.request

from hall import Hall, wait_for
from slave import REASON, RECALL, SIGN_IN
from slave_hall import press, running, take_ticket
from test_floor import serve_one, short_reasons

PATHS = ["/api/v1/hall", "/api/v1/events", "/api/v1/events?after=3&limit=2", "/api/v1/devices", "/api/v1/display",
         "/api/v1/session", "/api/v1/stream?after=x", "/metrics", "/healthz", "/readyz", "/api/v1/reports/ratings",
         "/api/v1/ticket/1", "/ratings", "/t/1"]
# What differs between any two runs: times and what is measured by them, and errors of the wire.
NOISE = [(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", "TIME"), (r'"(served_s|waited_s|failures|turn)":\d+', r'"\1":0'),
         (r'"era":"\w+"', '"era":""'), (r'"last_answer":\w+|"last_answer":"TIME"', '"last_answer":""'),
         (r'"id":"page-\d+"', '"id":""')]


def masked(text):
    for pattern, instead in NOISE:
        text = re.sub(pattern, instead, text)
    return text


class Visitor:
    """A browser: what it was told, in order, times masked."""

    def __init__(self, hall, user=None):
        self.url = f"http://127.0.0.1:{hall.http_port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.frames = []
        self.open = []
        if user:
            self.ask("/api/v1/session", {"user": user, "password": "first-password"})

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", "Origin": self.url})
        try:
            with self.opener.open(request, timeout=10) as answer:
                return answer.status, masked(answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, masked(refused.read().decode())

    def listen(self, path):
        stream = self.opener.open(urllib.request.Request(self.url + path), timeout=30)
        self.open.append(stream)
        threading.Thread(target=self.take, args=(stream,), daemon=True).start()

    def take(self, stream):
        try:
            for line in stream:
                line = masked(line.decode().strip())
                if line and "heartbeat" not in line and line != 'data: {"time":"TIME"}':
                    self.frames.append(line)
        except (OSError, ValueError, AttributeError):
            pass  # closed

    def told(self):
        """Each new content once: an unchanged snapshot goes out every second besides."""
        return [line for at, line in enumerate(self.frames) if line not in self.frames[:at]]

    def close(self):
        for stream in self.open:
            stream.close()


class Privacy(unittest.TestCase):
    def live(self, grade):
        """All that is told from just before the grade until after its reasons have ended."""
        with running(short_reasons) as (hall, floor):
            hall.hallq("user", "add", "li", "--role", "staff", "--staff", "0107", stdin="first-password\n")
            terminal, keypad = floor.terminal(1), floor.keypad(1)
            press(terminal, SIGN_IN, 107)
            take_ticket(floor["dispenser-1"])
            wait_for("one waits", lambda: terminal.waiting == 1)
            serve_one(floor)
            wait_for("one tick passes", lambda: time.sleep(1.2) or True)
            li, nobody = Visitor(hall, "li"), Visitor(hall)
            li.listen("/api/v1/stream")
            nobody.listen("/api/v1/display/stream")
            wait_for("both streams begin", lambda: li.frames and nobody.frames)
            keypad.press(grade)
            wait_for("it is rated", lambda: hall.events("rating.given"))
            if grade < 3:
                keypad.press(REASON + 3)
                wait_for("the reason counts", lambda: hall.events("rating.reasons_given"))
                self.assertEqual(len(hall.events("case.opened")), 1)
            time.sleep(3.5)  # the reasons end
            orders = [li.ask("/api/v1/commands/window.recall", {"id": "page-1", "window": 1}),
                      li.ask("/api/v1/commands/window.pause", {"id": "page-2", "window": 1, "reason": 1}),
                      li.ask("/api/v1/commands/window.pause", {"id": "page-2", "window": 1, "reason": 1}),
                      li.ask("/api/v1/commands/rating.invite", {"id": "page-3", "window": 1})]
            wait_for("the pause is shown", lambda: '"state":"paused"' in li.frames[-1])
            last = len(hall.journal())
            appeals = {masked(str(li.ask("/api/v1/commands/case.appeal", {"case": f"C-{seq}", "staff": "0107", "text": "t"})))
                       for seq in range(1, last + 5)}
            help_key = li.ask("/api/v1/commands/window.help", {"id": "page-4", "window": 1})
            answer = press(terminal, RECALL), terminal.lamp
            # Nobody means a program on the hall's own machine here: of those /metrics is for.
            asked = [(path, who.ask(path)) for path in PATHS for who in (li, nobody) if (path, who) != ("/metrics", nobody)]
            wait_for("the help is shown", lambda: '"kind":"help"' in li.frames[-1])
            li.close()
            nobody.close()
            return {"staff": li.told(), "nobody": nobody.told(), "orders": orders, "appeals": appeals,
                    "help": help_key, "terminal": answer, "asked": asked}

    def test_no_grade_can_be_told_from_another(self):
        good = self.live(5)
        self.assertEqual(good["orders"][1], (200, '{"id":"","ok":true,"events":[]}'))
        self.assertEqual(dict(good["asked"])["/api/v1/events"][0], 401)
        self.assertGreater(sum(line.startswith("data:") for line in good["staff"]), 1, "the stream tells of the hall")
        for grade in (1, 2):
            with self.subTest(grade=grade):
                other = self.live(grade)
                for part, told in good.items():
                    self.assertEqual(told, other[part], part)


if __name__ == "__main__":
    unittest.main()
