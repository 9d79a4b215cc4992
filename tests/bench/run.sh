#!/usr/bin/env bash
# The figures of the README, each a ratio to a limit or a peer in the same run. --short: one line and fewer presses, for the test run,
# which only asks that every bench gives its figures. Needs the release build (tests/run.sh builds it).
set -u
cd "$(dirname "$0")/../.."
BIN=${HALLQ_BIN:-build/release/bin}
case "${1:-}" in
  "" | --short) ;;
  *)
    echo "usage: tests/bench/run.sh [--short]   (about 15 minutes, --short one)"
    case "$1" in --help | -h) exit 0 ;; *) exit 2 ;; esac
    ;;
esac
FAILED=0
PASSED=0
bench() { # bench NAME COMMAND...: one that prints nothing has failed
  local name=$1 text
  shift
  if text=$("$@") && [ -n "$text" ]; then
    PASSED=$((PASSED + 1))
    printf '%s\n%s\n\n' "# $name" "$text"
  else
    FAILED=$((FAILED + 1))
    echo "$name gave no figure: $text"
  fi
}
bench "the core: inputs a second, a day's replay" "$BIN/bench_core"
SEEDS=10
[ "${1:-}" = --short ] && SEEDS=1
bench "wait estimates against the naive formula, quiet to crowded; what one costs" "$BIN/bench_estimate" "$SEEDS"
bench "a day's replay out of the journal" "$BIN/bench_replay"
bench "commits beside SQLite alone" "$BIN/bench_commit"
WIRE=all
[ "${1:-}" = --short ] && WIRE=short
bench "the wire: presses, images, boards, processor" "$BIN/bench_wire" "$WIRE"
bench "resident memory of a full day with 100 windows" /usr/bin/python3 tests/bench/memory.py
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
