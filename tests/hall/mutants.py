#!/usr/bin/env python3
"""Breaks the rules of controller/hall one line at a time and looks which tests of unit_hall fail: a test that no break
fails proves little, and a break that no test sees is a rule without one. Prints both, as lists.
    tests/hall/mutants.py [--count N] [--minutes M] [--seed S] [--file controller/hall/queue.c ...] [--jobs N]
Works on copies of the tree in a temporary folder. A few seconds a break and job: this is no part of tests/run.sh."""
import argparse
import concurrent.futures
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUICK_S, WHOLE_S = 30, 90
# What a slip of the pen would do. Each is tried at each place of a line where it fits.
SLIPS = [
    (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "), (r" == ", " != "), (r" != ", " == "),
    (r" && ", " || "), (r" \|\| ", " && "), (r" \+ ", " - "), (r" - ", " + "), (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"), (r"return REASON_(?!NONE)\w+;", "return REASON_NONE;"), (r"\(!", "("), (r"\+\+;", "--;"),
    (r"^(\s+)(\w[\w>.\[\]-]*) [|+-]?= [^=].*;$", r"\1(void)\2;"), (r"^(\s+)([a-z]\w+\([^()]*\));$", r"\1;"),
]


def breaks_of(file):
    """(file, line number, the line broken) for every slip in the bodies of functions."""
    found = []
    with open(os.path.join(ROOT, file), encoding="utf-8") as source:
        for number, line in enumerate(source.read().split("\n")):
            if not line.startswith("    ") or "assert(" in line or line.lstrip().startswith(("*", "/*", "static const")):
                continue
            for pattern, instead in SLIPS:
                for match in re.finditer(pattern, line):
                    broken = line[:match.start()] + match.expand(instead) + line[match.end():]
                    if broken != line:
                        found.append((file, number, broken))
    return found


class Bench:
    """A copy of the tree with its own build: one break at a time."""

    def __init__(self, folder):
        self.folder = folder
        ignored = shutil.ignore_patterns("build", "out", ".git", "node_modules")
        shutil.copytree(ROOT, folder, ignore=ignored)
        self.must("cmake", "-G", "Ninja", "-S", folder, "-B", folder + "/build", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS=-O1")
        self.must(*self.build_words())
        status, failed = self.failed_tests()
        if status != 0:
            sys.exit(f"unit_hall fails before anything is broken: {sorted(failed)}")

    def must(self, *words):
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout[-2000:] + done.stderr[-2000:])

    def build_words(self):
        return "cmake", "--build", self.folder + "/build", "--target", "unit_hall"

    def failed_tests(self):
        """(exit code, names). First all tests but the long ones, in one process; what breaks that process, and what none
        of them sees, is for the whole program."""
        status, failed = self.run(QUICK_S, CK_FORK="no", CK_EXCLUDE_TAGS="long")
        return (status, failed) if failed else self.run(WHOLE_S, CK_FORK="no" if status == 0 else "yes")

    def run(self, seconds, **environment):
        """A run that hangs counts as one that failed without a name."""
        environment = {**os.environ, "CK_VERBOSITY": "normal", "CK_DEFAULT_TIMEOUT": "20", **environment}
        test = subprocess.Popen([self.folder + "/build/bin/unit_hall"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, cwd=self.folder, env=environment, start_new_session=True)
        try:
            said, _ = test.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(test.pid, signal.SIGKILL)  # what hangs may be a child of it
            test.communicate()
            return 1, set()
        return test.returncode, set(re.findall(r":[FE]:[^:]*:(\w+):\d+:", said))

    def try_break(self, file, number, broken):
        """The names that fail; None: it does not compile."""
        path = os.path.join(self.folder, file)
        with open(path, encoding="utf-8") as source:
            whole = source.read()
        lines = whole.split("\n")
        lines[number] = broken
        try:
            with open(path, "w", encoding="utf-8") as source:
                source.write("\n".join(lines))
            if subprocess.run(self.build_words(), capture_output=True).returncode != 0:
                return None
            status, failed = self.failed_tests()
            return failed if status != 0 and failed else {"?"} if status != 0 else set()
        finally:
            with open(path, "w", encoding="utf-8") as source:
                source.write(whole)


def all_tests():
    names = set()
    for path in glob.glob(os.path.join(ROOT, "tests/unit/hall/*_test.c")):
        with open(path, encoding="utf-8") as source:
            names |= set(re.findall(r"START_TEST\((\w+)\)", source.read()))
    return names


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="breaks to try (default 300; 0: all)")
    parser.add_argument("--minutes", type=float, default=600, help="begins no other break after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", nargs="+", default=[os.path.relpath(p, ROOT)
                                                      for p in sorted(glob.glob(ROOT + "/controller/hall/*.c"))])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def main():
    options = read_options()
    breaks = [one for file in options.file for one in breaks_of(file)]
    random.Random(options.seed).shuffle(breaks)
    breaks = breaks[:options.count or None]
    seen, unseen, tried = set(), [], 0
    until = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="hallq-mutants.") as folder:
        benches = [Bench(f"{folder}/{job}") for job in range(options.jobs)]
        free, lock = list(benches), threading.Lock()

        def work(one):
            if time.monotonic() > until:
                return one, None
            with lock:
                bench = free.pop()
            try:
                return one, bench.try_break(*one)
            finally:
                with lock:
                    free.append(bench)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for (file, number, broken), failed in pool.map(work, breaks):
                if failed is None:
                    continue
                tried += 1
                seen |= failed
                if not failed:
                    unseen.append(f"{file}:{number + 1}: {broken.strip()}")
                    print("no test sees", unseen[-1], flush=True)
    tests = all_tests()
    for name in sorted(tests - seen):
        print("not seen to fail:", name)
    print(f"{tried} breaks, {tried - len(unseen)} seen by a test; {len(tests & seen)} of {len(tests)} tests seen to fail")


if __name__ == "__main__":
    main()
