"""hallqd with every device of its config as a slave of ours: what the tests of floor, keys and faults share."""
import contextlib
import subprocess
import urllib.request

from hall import Hall, wait_for
from slave import TICKET, Floor

STEP_S = 1.0  # What a person waits for at most, at each step.


@contextlib.contextmanager
def running(change=None, with_broker=False, **line_options):
    """(hall, floor), every device online. At the end no slave may have seen what a good master never sends."""
    def changed(config, hall):
        if with_broker:
            config["mqtt"] = {"host": "127.0.0.1", "port": hall.mqtt_port}
        if change:
            change(config, hall)

    with Hall(changed) as hall, Floor(hall.config, **line_options) as floor:
        if with_broker:
            hall.start_broker()
            hall.subscriber = hall.subscribe()
            wait_for("the broker takes the subscription", lambda: can_hear(hall))
        hall.start_hallqd()
        hall.wait_online(*floor.slaves)
        yield hall, floor
        violations = floor.violations()
        if violations:
            raise AssertionError(f"{len(violations)} violations: " + "; ".join(violations[:8]))


def can_hear(hall):
    """Whether the subscriber hears a message of an event's topic that is no event."""
    subprocess.run(["mosquitto_pub", "-p", str(hall.mqtt_port), "-q", "1", "-t", "hallq/v1/test-01/events/x",
                    "-m", "{}"], timeout=5, check=True)
    return hall.subscriber.lines()


def within_a_step(what, condition):
    return wait_for(what, condition, STEP_S, 0.002)


def press(terminal, code, argument=0):
    """A key at a terminal, and the answer that it then shows."""
    count = terminal.key(code, argument)
    within_a_step(f"key {code} is answered", lambda: terminal.answered == count)
    return terminal.answer


def take_ticket(dispenser, key=1, argument=0):
    """The paper that comes out for one press."""
    before = len(dispenser.papers)
    dispenser.key(TICKET + key, argument)
    within_a_step("a paper", lambda: len(dispenser.papers) > before)
    return dispenser.papers[-1]


def metrics(hall):
    """The figures at /metrics, by name with labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{hall.http_port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line and line[0] != "#"}
