#!/usr/bin/env bash
# Runs each fuzz target for a short while (HALLQ_LONG=1: ten minutes) from the kept corpus. A crash is one failure, and
# its input stays in out/. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.."
SECONDS_EACH=${HALLQ_FUZZ_SECONDS:-15}
[ -n "${HALLQ_LONG:-}" ] && SECONDS_EACH=600
PASSED=0
FAILED=0
mkdir -p out
cmake --preset fuzz > out/build-fuzz.log 2>&1 && cmake --build --preset fuzz --target fuzz_json fuzz_answer fuzz_ff68 fuzz_onbon fuzz_alpha fuzz_escpos fuzz_profile fuzz_speech >> out/build-fuzz.log 2>&1 || {
  tail -n 30 out/build-fuzz.log
  echo "0 passed, 1 failed"
  exit 1
}
for name in json answer ff68 onbon alpha escpos profile speech; do
  # A fresh folder takes what is found; the kept corpus is only read.
  found=$(mktemp -d)
  if "build/fuzz/bin/fuzz_$name" -max_total_time="$SECONDS_EACH" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="out/fuzz-$name-" "$found" "tests/fuzz/corpus/$name" > "out/fuzz-$name.log" 2>&1; then
    PASSED=$((PASSED + 1))
    grep -E 'stat::number_of_executed_units|DONE' "out/fuzz-$name.log" | tail -n 1
  else
    FAILED=$((FAILED + 1))
    tail -n 30 "out/fuzz-$name.log"
  fi
  rm -rf "$found"
done
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
