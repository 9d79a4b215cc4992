#!/usr/bin/env bash
# Runs each fuzz target for a short while (HALLQ_LONG=1: ten minutes) from the kept corpus, two at a time. A crash is one
# failure, and its input stays in out/. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.."
SECONDS_EACH=${HALLQ_FUZZ_SECONDS:-5}
[ -n "${HALLQ_LONG:-}" ] && SECONDS_EACH=600
NAMES=$(cd tests/fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
mkdir -p out
cmake --preset fuzz > out/build-fuzz.log 2>&1 &&
  cmake --build --preset fuzz --target $(printf 'fuzz_%s ' $NAMES) >> out/build-fuzz.log 2>&1 || {
  tail -n 30 out/build-fuzz.log
  echo "0 passed, 1 failed"
  exit 1
}

fuzz() { # fuzz NAME
  local found status
  # A fresh folder takes what is found; the kept corpus is only read.
  found=$(mktemp -d)
  "build/fuzz/bin/fuzz_$1" -max_total_time="$SECONDS_EACH" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="out/fuzz-$1-" "$found" "tests/fuzz/corpus/$1" > "out/fuzz-$1.log" 2>&1
  status=$?
  rm -rf "$found"
  return "$status"
}

PASSED=0
FAILED=0
finish() { # finish NAME PID
  if wait "$2"; then
    PASSED=$((PASSED + 1))
    echo "$1: $(grep -E 'stat::number_of_executed_units' "out/fuzz-$1.log" | tail -n 1)"
  else
    FAILED=$((FAILED + 1))
    tail -n 30 "out/fuzz-$1.log"
  fi
}
BEFORE=""
for name in $NAMES; do
  fuzz "$name" &
  [ -n "$BEFORE" ] && finish $BEFORE
  BEFORE="$name $!"
done
finish $BEFORE
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
