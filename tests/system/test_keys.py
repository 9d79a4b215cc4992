"""Every key of a terminal in every state of its window: the answer, the events and the lamp, as the table of the hall's
rules says. Each case has a window of its own, and all of them are pressed at once."""
import collections
import unittest

from hall import wait_for
from slave import (CALL, CALLING, CLOSED, DONE, HELP, HOLD, INVITE, K_INVITE, NEXT, NO_SHOW, PAUSE, PAUSED, RATING,
                   READY, RECALL, RESUME, SERVING, SIGN_IN, SIGN_OUT, START, TRANSFER, UNDO, UNHOLD)
from slave_hall import running

STATES = ("closed", "open", "calling", "serving", "assumed", "paused")
LAMPS = dict(zip(STATES, (CLOSED, READY, CALLING, SERVING, SERVING, PAUSED)))
SERVICES = {"busy": 1, "number": 2, "other": 3, "empty": 4, "rare": 5, "scarce": 6}
PER_LINE = 40

# answer, events at the window in order, lamp (None: as before)
Outcome = collections.namedtuple("Outcome", "answer events lamp", defaults=((), None))
Case = collections.namedtuple("Case", "name state before key argument outcome own", defaults=("busy",))


def no(answer):
    return Outcome(answer)


NOTHING = Outcome(1)
TAKEN_OVER = Outcome(1, ("staff.signed_out", "staff.signed_in"))
CALLED = Outcome(1, ("ticket.called",), CALLING)
DONE_RATED = ("ticket.done", "rating.invited")

# key -> its outcome in each of STATES. What waits for the end of the ticket is an event that names this ticket.
TABLE = {
    SIGN_IN: (Outcome(1, ("staff.signed_in", "window.opened"), READY), *[TAKEN_OVER] * 5),
    SIGN_OUT: (no(5), Outcome(1, ("staff.signed_out", "window.closed"), CLOSED), *[Outcome(1, ("window.closed",))] * 3,
               Outcome(1, ("staff.signed_out", "window.closed"), CLOSED)),
    NEXT: (no(3), CALLED, Outcome(1, ("ticket.no_show", "ticket.called"), CALLING),
           *[Outcome(1, (*DONE_RATED, "ticket.called"), CALLING)] * 2,
           Outcome(1, ("window.resumed", "ticket.called"), CALLING)),
    RECALL: (no(3), no(5), Outcome(1, ("ticket.recalled",), CALLING), no(5), Outcome(1, ("ticket.recalled",)), no(5)),
    START: (no(3), no(5), Outcome(1, ("ticket.serving",), SERVING), NOTHING, NOTHING, no(5)),
    NO_SHOW: (no(3), no(5), Outcome(1, ("ticket.no_show",), READY), no(5), Outcome(1, ("ticket.no_show",), READY),
              no(5)),
    DONE: (no(3), no(5), Outcome(1, ("ticket.serving", *DONE_RATED), RATING), *[Outcome(1, DONE_RATED, RATING)] * 2,
           no(5)),
    INVITE: (no(3), no(5), no(5), *[Outcome(1, ("rating.invited",), SERVING)] * 2, no(5)),
    TRANSFER: (no(3), no(5), *[Outcome(1, ("ticket.transferred",), READY)] * 3, no(5)),
    CALL: (no(3), CALLED, no(5), *[Outcome(1, (*DONE_RATED, "ticket.called"), CALLING)] * 2,
           Outcome(1, ("window.resumed", "ticket.called"), CALLING)),
    HOLD: (no(3), no(5), *[Outcome(1, ("ticket.held",), READY)] * 3, no(5)),
    UNHOLD: (no(3), Outcome(1, ("ticket.unheld", "ticket.called"), CALLING), no(5), no(5), no(5),
             Outcome(1, ("window.resumed", "ticket.unheld", "ticket.called"), CALLING)),
    PAUSE: (no(3), Outcome(1, ("window.paused",), PAUSED), *[Outcome(1, ("window.paused",))] * 3,
            Outcome(1, ("window.paused",), PAUSED)),
    RESUME: (no(3), NOTHING, NOTHING, NOTHING, NOTHING, Outcome(1, ("window.resumed",), READY)),
    UNDO: (no(3), Outcome(1, ("ticket.undone",), CALLING), Outcome(1, ("ticket.undone",), READY), no(5),
           Outcome(1, ("ticket.undone",), READY), no(5)),
    HELP: tuple(Outcome(1, ("alert.raised",)) for _ in STATES),
}
NAMES = {SIGN_IN: "SIGN_IN", SIGN_OUT: "SIGN_OUT", NEXT: "NEXT", RECALL: "RECALL", START: "START", NO_SHOW: "NO_SHOW",
         DONE: "DONE", INVITE: "INVITE", TRANSFER: "TRANSFER", CALL: "CALL", HOLD: "HOLD", UNHOLD: "UNHOLD",
         PAUSE: "PAUSE", RESUME: "RESUME", UNDO: "UNDO", HELP: "HELP"}
ARGUMENTS = {SIGN_IN: "B", TRANSFER: SERVICES["other"], CALL: "number", PAUSE: 2}

# The presses that bring a window into its state.
IN = (SIGN_IN, "A")
STEPS = {"closed": (), "open": (IN,), "calling": (IN, (NEXT, 0)), "serving": (IN, (NEXT, 0), (START, 0)),
         "assumed": (IN, (NEXT, 0)), "paused": (IN, (PAUSE, 1))}
STEPS_FOR = {(UNDO, "open"): (IN, (NEXT, 0), (NO_SHOW, 0)), (UNHOLD, "open"): (IN, (NEXT, 0), (HOLD, 0)),
             (UNHOLD, "paused"): (IN, (NEXT, 0), (HOLD, 0), (PAUSE, 1))}


def cases_of_table(states):
    for key, outcomes in TABLE.items():
        for state, outcome in zip(STATES, outcomes):
            if state in states:
                yield Case(f"{NAMES[key]} when {state}", state, STEPS_FOR.get((key, state), STEPS[state]), key,
                           ARGUMENTS.get(key, 0), outcome)


def more_cases():
    """What the table says in brackets, and arguments that mean nothing."""
    rows = [
        ("NEXT, nobody waits", "open", STEPS["open"], NEXT, 0, no(2), "empty"),
        # Half of it is done and the lamp says which: the design is silent about the answer, and 2 would deny it.
        ("RESUME + NEXT, nobody waits", "paused", STEPS["paused"], NEXT, 0, Outcome(1, ("window.resumed",), READY),
         "empty"),
        ("NO_SHOW + NEXT, nobody waits", "calling", STEPS["calling"], NEXT, 0, Outcome(1, ("ticket.no_show",), READY),
         "rare"),
        ("DONE + NEXT, nobody waits", "serving", STEPS["serving"], NEXT, 0, Outcome(1, DONE_RATED, RATING), "scarce"),
        ("the fourth RECALL", "calling", STEPS["calling"] + ((RECALL, 0),) * 3, RECALL, 0, no(5)),
        ("UNDO without a no-show", "open", STEPS["open"], UNDO, 0, no(5)),
        ("UNHOLD of nothing", "open", STEPS["open"], UNHOLD, 0, no(2)),
        ("a second HOLD", "calling", STEPS["calling"] + ((HOLD, 0), (NEXT, 0)), HOLD, 0, no(5)),
        ("a second INVITE's DONE", "serving", STEPS["serving"] + ((INVITE, 0),), DONE, 0,
         Outcome(1, ("ticket.done",), RATING)),
        ("RESUME cancels PAUSE", "serving", STEPS["serving"] + ((PAUSE, 1), (RESUME, 0)), DONE, 0,
         Outcome(1, DONE_RATED, RATING)),
        ("SIGN_IN cancels SIGN_OUT", "serving", STEPS["serving"] + ((SIGN_OUT, 0), IN), DONE, 0,
         Outcome(1, DONE_RATED, RATING)),
        ("DONE after PAUSE", "serving", STEPS["serving"] + ((PAUSE, 1),), DONE, 0,
         Outcome(1, (*DONE_RATED, "window.paused"), PAUSED)),
        ("NO_SHOW after PAUSE", "calling", STEPS["calling"] + ((PAUSE, 1),), NO_SHOW, 0,
         Outcome(1, ("ticket.no_show", "window.paused"), PAUSED)),
        ("DONE after SIGN_OUT", "serving", STEPS["serving"] + ((SIGN_OUT, 0),), DONE, 0,
         Outcome(1, (*DONE_RATED, "staff.signed_out", "window.closed"), CLOSED)),
        ("DONE, papers missing", "serving", STEPS["serving"], DONE, 4, Outcome(1, DONE_RATED, RATING)),
        # Who was not here is not asked how it was.
        ("DONE, not here", "serving", STEPS["serving"], DONE, 5,
         Outcome(1, ("ticket.done", "rating.not_asked"), READY)),
        ("DONE, no such outcome", "serving", STEPS["serving"], DONE, 6, no(4)),
        ("TRANSFER to no service", "serving", STEPS["serving"], TRANSFER, 9, no(4)),
        ("PAUSE without such a reason", "open", STEPS["open"], PAUSE, 9, no(4)),
        ("CALL of no service", "open", STEPS["open"], CALL, 9 * 1024 + 1, no(4)),
        ("CALL of nobody", "open", STEPS["open"], CALL, 2 * 1024 + 998, no(9)),
        ("CALL of who waits for others", "open", STEPS["open"], CALL, "number", no(9), "empty"),
        ("SIGN_IN of nobody", "closed", (), SIGN_IN, 9999, no(10)),
        ("SIGN_IN of another window's", "closed", (), SIGN_IN, "other", no(9)),
    ]
    return [Case(*row) for row in rows]


class Run:
    """Cases with a window each, all driven at once."""

    def __init__(self, cases, **rules):
        self.cases = dict(enumerate(cases, 1))
        self.rules = rules
        self.tickets = {}  # window -> the number that its CALL asks for

    def change(self, config, hall):
        config["services"] = [{"id": name, "index": index, "prefix": "ABCDEF"[index - 1]}
                              for name, index in SERVICES.items()]
        config["windows"] = [{"id": n, "own": [case.own] + (["number"] if case.own == "busy" else []),
                              "staff": [f"{1000 + n}", f"{2000 + n}"]} for n, case in self.cases.items()]
        config["staff"] = [{"id": w} for window in config["windows"] for w in window["staff"]]
        config["pause_reasons"]["2"] = {"zh": "内部工作", "en": "Back office"}
        config.update(self.rules)
        windows = list(self.cases)
        config["buses"] = [
            {"id": f"line-{first}", "protocol": "modbus-rtu", "port": f"{hall.folder}/line-{first}", "baud": 115200,
             "devices": [device for n in windows[first:first + PER_LINE] for device in self.devices(n, first)]}
            for first in range(0, len(windows), PER_LINE)]

    @staticmethod
    def devices(window, first):
        """A unit at every second window, a terminal and a keypad at the others."""
        if window % 2:
            return [{"id": f"unit-{window}", "role": "unit", "address": window - first, "window": window}]
        return [{"id": f"terminal-{window}", "role": "terminal", "address": window - first, "window": window},
                {"id": f"keypad-{window}", "role": "keypad", "address": window - first + 100, "window": window}]

    def argument(self, window, argument):
        if argument == "number":
            return SERVICES["number"] * 1024 + self.tickets[window]
        staff = {"A": 1000 + window, "B": 2000 + window, "other": 1000 + window % len(self.cases) + 1}
        return staff.get(argument, argument)

    def issue(self, hall):
        """Those that are to be called by number come last, so that NEXT never takes them."""
        for _ in range(sum(case.own == "busy" for case in self.cases.values()) * 2):
            assert hall.send("ticket.issue", service="busy")["ok"]
        for service in ("rare", "scarce"):  # One each, and one window each that asks for it.
            assert hall.send("ticket.issue", service=service)["ok"]
        for window, case in self.cases.items():
            if case.argument == "number":
                self.tickets[window] = int(hall.send("ticket.issue", service="number")["ticket"][1:])

    def press_all(self, floor, presses):
        """presses: window -> (key, argument). Window -> the answer."""
        counts = {n: floor.terminal(n).key(key, self.argument(n, argument)) for n, (key, argument) in presses.items()}
        wait_for("every press is answered", lambda: all(floor.terminal(n).answered == c for n, c in counts.items()), 10)
        return {n: floor.terminal(n).answer for n in counts}

    def bring_there(self, floor, windows):
        steps = {n: list(self.cases[n].before) for n in windows}
        while any(steps.values()):
            presses = {n: left.pop(0) for n, left in steps.items() if left}
            for n, answer in self.press_all(floor, presses).items():
                if answer != 1:
                    raise AssertionError(f"{self.cases[n].name}: {presses[n]} is answered {answer} on the way")


def of_window(events, window):
    """The events of one window in words, without what other people's doings raise."""
    found = []
    for event in events:
        name, data = event["type"].removeprefix("hallq."), event["data"]
        is_help = name == "alert.raised" and data["kind"] == "help" and data["subject"].split("-")[-1] == str(window)
        is_own = data.get("window") == window or data["by"]["id"] in (f"unit-{window}", f"terminal-{window}")
        if is_help or is_own and name.split(".")[0] not in ("alert", "device"):
            found.append(event)
    return found


class Keys(unittest.TestCase):
    def run_cases(self, cases, **rules):
        run = Run(cases, **{"start_after_s": 600, "mistake_s": 0, "no_show": {"after_s": 0}, **rules})
        with running(run.change) as (hall, floor):
            run.issue(hall)
            for state in STATES:
                windows = [n for n, case in run.cases.items() if case.state == state]
                if windows:
                    self.run_state(run, hall, floor, windows)

    def run_state(self, run, hall, floor, windows):
        run.bring_there(floor, windows)
        state = run.cases[windows[0]].state
        if state == "assumed":
            wait_for("serving is assumed", lambda: all(floor.terminal(n).lamp == SERVING for n in windows), 5)
        before = {n: (floor.terminal(n).lamp, floor.terminal(n).ticket) for n in windows}
        seq = len(hall.journal())
        answers = run.press_all(floor, {n: (run.cases[n].key, run.cases[n].argument) for n in windows})

        def lamp(n):
            wanted = run.cases[n].outcome.lamp
            return before[n][0] if wanted is None else wanted
        try:
            wait_for("the lamps", lambda: all(floor.terminal(n).lamp == lamp(n) for n in windows), 3)
        except AssertionError:
            pass  # Each is looked at by itself below.
        events = hall.journal()[seq:]
        for n in windows:
            case = run.cases[n]
            with self.subTest(case=case.name):
                found = of_window(events, n)
                names = [e["type"].removeprefix("hallq.") for e in found]
                self.assertEqual((answers[n], tuple(names), floor.terminal(n).lamp),
                                 (case.outcome.answer, case.outcome.events, lamp(n)))
                self.details(run, floor, n, found, before[n][1])

    def details(self, run, floor, window, events, before):
        """Whose number it is, who signed in, and that the display says the same as the journal."""
        case, shown = run.cases[window], floor.terminal(window).ticket
        data = {e["type"].removeprefix("hallq."): e["data"] for e in events}
        if "ticket.called" in data:
            self.assertEqual(shown, data["ticket.called"]["ticket"])
            if case.argument == "number":
                self.assertEqual(shown, f"B{run.tickets[window]:03d}")
        elif floor.terminal(window).lamp in (CALLING, SERVING) and before:
            self.assertEqual(shown, before)
        if case.key == SIGN_IN and case.outcome.answer == 1:
            self.assertEqual(data["staff.signed_in"]["staff"], f"{2000 + window}")
        if case.key == PAUSE and "window.paused" in data:
            self.assertEqual(data["window.paused"]["reason"], "2")
        if before and case.outcome.lamp is None and data.keys() & {"window.paused", "window.closed"}:
            pending = data.get("window.paused") or data["window.closed"]
            self.assertEqual(pending.get("ticket"), before, "it names the ticket after which it holds")
        if "rating.invited" in data:
            invited, keypad = (K_INVITE, data["rating.invited"]["session"]), floor.keypad(window)
            wait_for(f"the keypad invites to {invited}", lambda: (keypad.state, keypad.session) == invited, 2)

    def test_table(self):
        self.run_cases(cases_of_table({"closed", "open", "calling", "serving", "paused"}))

    def test_table_while_serving_is_assumed(self):
        self.run_cases(cases_of_table({"assumed"}), start_after_s=1)

    def test_more_cases(self):
        self.run_cases(more_cases())

    def test_too_soon_and_just_called(self):
        calling = STEPS["calling"]
        self.run_cases([Case("NEXT too soon", "calling", calling, NEXT, 0, no(8)),
                        Case("NO_SHOW too soon", "calling", calling, NO_SHOW, 0, no(8)),
                        Case("DONE is not too soon", "calling", calling, DONE, 0, TABLE[DONE][2])],
                       no_show={"after_s": 60})
        self.run_cases([Case("NEXT just after the call", "calling", calling, NEXT, 0, no(7)),
                        Case("RECALL is no mistake", "calling", calling, RECALL, 0, TABLE[RECALL][2])], mistake_s=60)


if __name__ == "__main__":
    unittest.main()
