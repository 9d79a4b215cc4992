#!/usr/bin/env bash
# Drives every page in a real Chromium against a real hallqd with a simulated hall. HALLQ_BIN: the folder of the
# programs (default build/release/bin). Screenshots and the packages of the tests stay in out/browser.
#   tests/browser/run.sh [FILE.test.mjs ...]
set -eu
cd "$(dirname "$0")/../.."
export HALLQ_BIN=${HALLQ_BIN:-$PWD/build/release/bin}
export HALLQ_BROWSER_OUT=${HALLQ_OUT:-$PWD/out}/browser
mkdir -p "$HALLQ_BROWSER_OUT"
if ! cmp -s tests/browser/package-lock.json "$HALLQ_BROWSER_OUT/installed.json"; then
  cp tests/browser/package.json tests/browser/package-lock.json tests/browser/.npmrc "$HALLQ_BROWSER_OUT/"
  (cd "$HALLQ_BROWSER_OUT" && npm ci --no-audit --no-fund)
  cp tests/browser/package-lock.json "$HALLQ_BROWSER_OUT/installed.json"
fi
WAITS=tests/browser/frozen.test.mjs # a minute of waiting, which leaves the machine to the others
if [ $# = 0 ]; then
  node --test "$WAITS" > "$HALLQ_BROWSER_OUT/frozen.log" 2>&1 &
  waits=$!
  set -- $(ls tests/browser/*.test.mjs | grep -v "^$WAITS$")
fi
# One file at a time: each has a hall and a browser of its own.
status=0
for file in "$@"; do node --test "$file" || status=1; done
if [ -n "${waits:-}" ]; then
  wait "$waits" || status=1
  cat "$HALLQ_BROWSER_OUT/frozen.log"
fi
exit $status
