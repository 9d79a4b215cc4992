"""A real hall for a test: hallqd, a mosquitto of its own, the simulated hall, all in a folder of their own on loopback.

Everything that is started is ended by its process id. Waiting always has a deadline.
"""
import atexit
import datetime
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import zoneinfo

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("HALLQ_BIN", os.path.join(ROOT, "build", "release", "bin"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds=10.0, every=0.05):
    """The condition's first true value; fails by name when the time is over."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)


class Process:
    def __init__(self, folder, name, command, stdin=False):
        self.name = name
        self.log = os.path.join(folder, name + ".log")
        self.out = os.path.join(folder, name + ".out")
        self._err = open(self.log, "ab")
        self._out = open(self.out, "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                                        stdout=self._out, stderr=self._err)
        atexit.register(self.process.kill)  # where a test is broken off, nobody else ends it

    def is_running(self):
        return self.process.poll() is None

    def stop(self, how=signal.SIGTERM, seconds=10):
        if self.is_running():
            self.process.send_signal(how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
                raise AssertionError(f"{self.name} did not end within {seconds} s")
        self._err.close()
        self._out.close()
        if self.process.stdin:
            self.process.stdin.close()
        return self.process.returncode

    def say(self, line):
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()

    def lines(self):
        with open(self.out, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def errors(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()


def small_config(folder):
    """Two windows, two services, one device of each role; always open."""
    return {
        "hall": {"id": "test-01", "name": "测试大厅", "timezone": "Asia/Shanghai"},
        "store": {"path": f"{folder}/hall.db"},
        "services": [
            {"id": "social", "index": 1, "prefix": "A", "name": {"zh": "社会保障", "en": "Social security"}},
            {"id": "tax", "index": 2, "prefix": "B", "name": {"zh": "税务", "en": "Tax"}},
        ],
        "windows": [{"id": 1, "own": ["social"]}, {"id": 2, "own": ["social", "tax"]}],
        "staff": [{"id": "0107", "name": "甲", "stars": 5}, {"id": "0108", "name": "乙", "stars": 4}],
        "pause_reasons": {"1": {"zh": "休息", "en": "Break"}},
        "mistake_s": 0,
        "buses": [{
            "id": "floor", "protocol": "modbus-rtu", "port": f"{folder}/floor", "baud": 115200,
            "devices": [
                {"id": "dispenser-1", "role": "dispenser", "address": 1, "keys": {"1": "social", "2": "tax"}},
                {"id": "terminal-1", "role": "terminal", "address": 11, "window": 1},
                {"id": "keypad-1", "role": "keypad", "address": 31, "window": 1},
                {"id": "board-1", "role": "board", "address": 51, "window": 1},
                {"id": "unit-2", "role": "unit", "address": 26, "window": 2},
            ],
        }],
        "socket": f"{folder}/hallq.sock",
    }


class Hall:
    def __init__(self, change=None):
        self.folder = tempfile.mkdtemp(prefix="hallq-test.")
        self.http_port = free_port()
        self.mqtt_port = free_port()
        self.config = small_config(self.folder)
        self.config["http"] = {"listen": f"127.0.0.1:{self.http_port}"}
        if change:
            change(self.config, self)
        self.file = os.path.join(self.folder, "hallq.jsonc")
        self.write_config()
        self.processes = []
        self.hallqd = None
        self.validates = True  # hold the journal against the schemas at the end

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            for process in self.processes:
                print(f"--- {process.name}\n{process.errors()[-2500:]}")
        for process in reversed(self.processes):
            if process.is_running():
                process.process.kill()
                process.process.wait(5)
        try:
            if error is None and self.validates:
                self.validate()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def validate(self):
        """Every event that any test ever made fits its published schema."""
        if os.path.exists(f"{self.folder}/hall.db"):
            try:
                journal = self.journal()
            except sqlite3.DatabaseError:
                return  # a test that broke its own store
            for event in journal:
                validator(event["type"].removeprefix("hallq.")).validate(event)

    def write_config(self):
        with open(self.file, "w", encoding="utf-8") as file:
            json.dump(self.config, file, ensure_ascii=False, indent=1)

    def start(self, name, command, stdin=False):
        process = Process(self.folder, name, command, stdin)
        self.processes.append(process)
        return process

    # hallqd and its tools

    def start_hallqd(self):
        self.hallqd = self.start("hallqd", [os.path.join(BIN, "hallqd"), "-c", self.file])

        def is_up():
            if not self.hallqd.is_running():
                raise AssertionError("hallqd ended: " + self.hallqd.errors()[-2000:])
            return self.hallq("status", "--json").returncode == 0
        wait_for("hallqd answers", is_up, 10)
        return self.hallqd

    def hallq(self, *arguments, stdin=None):
        return subprocess.run([os.path.join(BIN, "hallq"), arguments[0], "-c", self.file, *arguments[1:]],
                              input=stdin, capture_output=True, text=True, timeout=60)

    def status(self):
        answer = self.hallq("status", "--json")
        if answer.returncode != 0:
            raise AssertionError("hallq status: " + answer.stderr)
        return json.loads(answer.stdout)

    def window(self, number):
        return next(w for w in self.status()["windows"] if w["id"] == number)

    def device(self, name):
        return next((d for d in self.status()["devices"] if d["id"] == name), None)

    def send(self, name, **arguments):
        """A command by the local socket; the answer as a dict."""
        answer = self.hallq("send", name, json.dumps(arguments))
        return json.loads(answer.stdout)

    def wait_online(self, *names, seconds=10):
        def all_online():
            devices = {d["id"]: d["online"] for d in self.status()["devices"]}
            return all(devices.get(name) for name in names)
        wait_for("online: " + ", ".join(names), all_online, seconds)

    # the journal, read beside hallqd

    def journal(self):
        """Every event of the journal, in order."""
        with sqlite3.connect(f"file:{self.folder}/hall.db?mode=ro", uri=True, timeout=5) as store:
            return [json.loads(row[0]) for row in store.execute("select bytes from journal order by seq")]

    def events(self, name):
        return [e for e in self.journal() if e["type"] == "hallq." + name]

    def last(self, name):
        found = self.events(name)
        return found[-1]["data"] if found else None

    def age_store(self):
        """What the store's journal says happened a day earlier; the chain and the records are made to fit."""
        today = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai")).date()
        days = [today + datetime.timedelta(days=n) for n in (-2, -1, 0, 1)]  # its hall day began yesterday until 04:00
        chain = bytes(32)
        with sqlite3.connect(f"{self.folder}/hall.db") as store:
            for seq, row in store.execute("select seq, bytes from journal order by seq").fetchall():
                text = row.decode() if isinstance(row, bytes) else row
                for earlier, day in zip(days, days[1:]):
                    text = text.replace(f"{day:%Y-%m-%d}T", f"{earlier:%Y-%m-%d}T")
                    text = text.replace(f"{day:%Y%m%d}-", f"{earlier:%Y%m%d}-")
                    text = text.replace(f'"day":"{day:%Y-%m-%d}"', f'"day":"{earlier:%Y-%m-%d}"')
                chain = hashlib.blake2b(chain + text.encode(), digest_size=32).digest()
                store.execute("update journal set bytes = ?, hash = ? where seq = ?", (text.encode(), chain, seq))
        if self.hallq("rebuild").returncode != 0:
            raise AssertionError("the aged store can't be rebuilt")

    # the broker

    def start_broker(self, extra="allow_anonymous true", port=None, listener_extra=""):
        conf = os.path.join(self.folder, "mosquitto.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(f"per_listener_settings false\nlistener {port or self.mqtt_port} 127.0.0.1\n{listener_extra}\n"
                       f"persistence true\npersistence_location {self.folder}/\nautosave_interval 1\n"
                       f"max_inflight_messages 64\nmax_queued_messages 100000\nset_tcp_nodelay true\n"
                       f"user root\n{extra}\n")
        broker = self.start("mosquitto", ["mosquitto", "-c", conf])

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port or self.mqtt_port)) == 0
        wait_for("the broker listens", listens, 5)
        return broker

    def subscribe(self, *options, topic="hallq/v1/test-01/events/#", name="subscriber"):
        """A mosquitto_sub with a session that lasts over its own and the broker's restarts."""
        return self.start(name, ["mosquitto_sub", "-p", str(self.mqtt_port), "-i", name, "-c", "-q", "1",
                                 "-V", "mqttv311", "-t", topic, *options])


# Formats are only notes to a validator without this, and jsonschema knows date-time by an optional package alone.
FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def is_time(value):
    """RFC 3339: whole, with its offset."""
    if not isinstance(value, str):
        return True
    whole = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return bool(re.fullmatch(whole, value)) and datetime.datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S") is not None


SCHEMAS = os.path.join(ROOT, "protocol", "schemas")


@functools.lru_cache(maxsize=None)
def validator(name):
    """The validator of one schema file; a type without a schema is a failure."""
    with open(os.path.join(SCHEMAS, name + ".json"), encoding="utf-8") as file:
        schema = json.load(file)
    resolver = jsonschema.RefResolver(f"file://{SCHEMAS}/{name}.json", schema)
    return jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=FORMATS)


def ids_of(lines):
    """The ids of received events, in order of arrival, with doubles left out."""
    seen = []
    known = set()
    for line in lines:
        event = json.loads(line)
        key = (event["era"], int(event["id"]))
        if key not in known:
            known.add(key)
            seen.append(key)
    return seen
