#!/usr/bin/env bash
# count.sh LOG: "PASSED FAILED closing line" of a runner's log: Check's, node's, unittest's, or a plain
# "N passed, N failed". Several closing lines add up.
awk '
  # Check: "97%: Checks: 33, Failures: 1, Errors: 0"
  /^[0-9]+%: Checks: / {
    split($0, n, /[:,] */); checks = n[3] + 0; bad = n[5] + n[7]
    passed += checks - bad; failed += bad; closing = $0; runners++
  }
  # node --test: "# pass 12", "# fail 0" (or with the spec reporter an information sign before them)
  /^(#|ℹ) pass [0-9]+/ { passed += $3; closing = "pass " $3; runners++ }
  /^(#|ℹ) fail [0-9]+/ { failed += $3; closing = closing ", fail " $3 }
  /^([A-Za-z_]+: )?[0-9]+ passed, [0-9]+ failed/ {
    line = $0; sub(/^[A-Za-z_]+: /, "", line); split(line, n, / passed, | failed/)
    passed += n[1]; failed += n[2]; closing = $0; runners++
  }
  END {
    if (runners > 1) closing = sprintf("%d passed, %d failed, by %d runs", passed, failed, runners)
    printf "%d %d %s\n", passed, failed, closing == "" ? "no closing line" : closing
  }
' "$1"
