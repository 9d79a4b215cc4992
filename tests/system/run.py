"""Runs the system tests (files test_*.py here, unittest), and closes with "N passed, N failed".

    run.py [--jobs N] [NAME ...]   only these modules or tests, as unittest names them

The tests mostly wait, so the classes of all of them run N at a time, each in a process of its own (default 3, 1 when
NAMES are given).
"""
import argparse
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
CLOSING = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
CLASS_S = 600
sys.path.insert(0, HERE)


def classes(suite):
    """The names module.Class of all tests, each once, in their order."""
    names = []
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            found = classes(part)
        else:
            where, _, last = part.id().rpartition(".")
            # A module that can't be loaded stands there as a test of unittest's own.
            found = [last if where.startswith("unittest.") else where]
        names += [name for name in found if name not in names]
    return names


def run_class(name):
    run = subprocess.Popen([sys.executable, __file__, "--jobs", "1", name], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    try:
        output, _ = run.communicate(timeout=CLASS_S)
        return run.returncode, output
    except subprocess.TimeoutExpired:
        pass
    # As if somebody had typed Ctrl-C: the test puts away what it started.
    run.send_signal(signal.SIGINT)
    try:
        output, _ = run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        run.kill()
        output, _ = run.communicate()
    return 1, f"{output}\n{name}: not done after {CLASS_S} s"


def close(passed, failed, skipped):
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


def run_side_by_side(names, jobs):
    totals = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, (status, output) in zip(names, pool.map(run_class, names)):
            counted = CLOSING.findall(output)
            numbers = [int(number or 0) for number in counted[-1]] if counted else [0, 0, 0]
            # A module that can't be loaded, or a process that died, has failed without counting.
            numbers[1] = max(numbers[1], 0 if status == 0 and counted else 1)
            totals = [total + number for total, number in zip(totals, numbers)]
            print(f"== {name}\n{CLOSING.sub('', output).rstrip()}", flush=True)
    return close(*totals)


def run_here(suite):
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    return close(result.testsRun - failed - skipped, failed, skipped)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(options.names) if options.names else loader.discover(HERE)
    jobs = options.jobs or (1 if options.names else 3)
    return run_here(suite) if jobs == 1 else run_side_by_side(classes(suite), jobs)


if __name__ == "__main__":
    sys.exit(main())
