#!/usr/bin/env bash
# Installs what is missing, builds, runs every test; each runner's closing line is printed, and at the end one line
# "N passed, N failed". Logs stay in out/. Options: --deps only installs; --only NAME runs one part (--help
# lists them); --long runs the longer counts of days, cuts and fuzzing.
set -u
cd "$(dirname "$0")/.."
ROOT=$PWD
OUT=$ROOT/out
ONLY=""
LONG=""
PASSED=0
FAILED=0
. tests/packages.sh

while [ $# -gt 0 ]; do
  case "$1" in
    --deps) DEPS_ONLY=1 ;;
    --only)
      [ $# -ge 2 ] || { echo "tests/run.sh: --only PART" >&2; exit 2; }
      ONLY=$2
      shift
      ;;
    --long) LONG=1 ;;
    --help | -h) ONLY=--help ;;
    *) echo "usage: tests/run.sh [--deps] [--only PART] [--long]" >&2; exit 2 ;;
  esac
  shift
done

COMPUTING_UNITS="protocol hall store"
TIMED_UNITS="devices controller web sim"
ASAN_UNITS="protocol hall store controller web"
PARTS="style $(printf 'unit_%s ' $COMPUTING_UNITS $TIMED_UNITS)$(printf 'asan_%s ' $ASAN_UNITS)bus hall_days power_cuts unit_file system browser fuzz
 bench demo"
if [ "$ONLY" = --help ]; then
  sed -n '2,4s/^# //p' tests/run.sh
  printf 'parts:%s\n' " $(echo $PARTS)"
  exit 0
fi
case " $(echo $PARTS) " in
  *" ${ONLY:-style} "*) ;;
  *) echo "tests/run.sh: no part is called \"$ONLY\"; there are:" $PARTS >&2; exit 2 ;;
esac

install_packages $BUILD_PACKAGES $DEMO_PACKAGES $TEST_PACKAGES || exit 1
[ -n "${DEPS_ONLY:-}" ] && exit 0
mkdir -p "$OUT"
export CK_VERBOSITY=normal CK_DEFAULT_TIMEOUT=60 HALLQ_BIN="$ROOT/build/release/bin" HALLQ_OUT="$OUT" HALLQ_LONG="$LONG"

# What runs now, so that it ends when this is ended: timeout makes a process group of its own, which no signal to ours reaches.
LIMITED=""
BESIDE=""
limited() {
  timeout --kill-after=10 "${PART_LIMIT:-400}" "$@" < /dev/null &
  LIMITED=$!
  wait "$LIMITED"
  local status=$?
  LIMITED=""
  return "$status"
}
end_with_us() {
  trap 'kill $LIMITED $BESIDE 2>/dev/null' EXIT
  trap 'exit 143' TERM INT HUP
}
end_with_us

# part NAME COMMAND...: runs one runner with a time limit, prints its closing line, adds up what it counted. A runner
# that fails without having counted a failure, or that counts nothing, is one failure.
part() {
  local name=$1 started=$SECONDS status closing passed failed
  shift
  [ -n "$ONLY" ] && [ "$ONLY" != "$name" ] && return 0
  limited "$@" > "$OUT/$name.log" 2>&1
  status=$?
  read -r passed failed closing < <(bash tests/count.sh "$OUT/$name.log")
  if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
  if [ "$status" = 0 ] && [ "$passed" = 0 ] && [ "$failed" = 0 ]; then failed=1; closing="ran no test"; fi
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  printf '%-18s %4d s  %s\n' "$name" "$((SECONDS - started))" "$closing"
  if [ "$failed" != 0 ]; then
    echo "--- the end of out/$name.log (exit $status):"
    tail -n "${TAIL:-40}" "$OUT/$name.log"
    echo "---"
  fi
}

# build PRESET: configures and builds one preset; a failed build is one failure and ends the run.
build() {
  local started=$SECONDS
  local PART_LIMIT=3600
  if limited cmake --preset "$1" > "$OUT/build-$1.log" 2>&1 &&
    limited cmake --build --preset "$1" >> "$OUT/build-$1.log" 2>&1; then
    printf '%-18s %4d s  built\n' "build $1" "$((SECONDS - started))"
    return 0
  fi
  tail -n 60 "$OUT/build-$1.log"
  echo "0 passed, 1 failed"
  exit 1
}

build release

# What only computes takes no more than the time that the tests leave over which mostly wait: for devices, clocks, brokers.
computing_parts() {
  local PART_LIMIT=1500 folder
  for folder in $COMPUTING_UNITS; do
    part "unit_$folder" "build/release/bin/unit_$folder"
  done
  # Another compiler's build: sanitized, and clang-tidy reads what clang was told.
  case "$ONLY" in "" | style | asan_*) build asan ;; esac
  part style bash tests/style.sh
  for folder in $ASAN_UNITS; do
    CK_FORK=no part "asan_$folder" "build/asan/bin/unit_$folder"
  done
  part hall_days build/release/bin/hall_days ${LONG:+--days 100000}
  part power_cuts build/release/bin/hall_power
}

waiting_parts() {
  local folder
  for folder in $TIMED_UNITS; do
    part "unit_$folder" "build/release/bin/unit_$folder"
  done
  part bus build/release/bin/bus_tests
  part unit_file bash tests/system/test_unit.sh
}

# The short bench may run beside them: its figures are of no interest here.
last_parts() {
  PART_LIMIT=900 part fuzz bash tests/fuzz/run.sh
  part demo bash etc/demo.sh --for 20
}

# beside NAME [idle]: runs NAME_parts beside what follows, "idle" in the time that is left over; join NAME waits for it, shows what it said and adds what it counted.
beside() {
  rm -f "$OUT/$1.count"
  (
    PASSED=0 FAILED=0 BESIDE=""
    end_with_us
    [ "${2:-}" = idle ] && chrt --idle --pid 0 "$BASHPID"
    "$1_parts"
    echo "$PASSED $FAILED" > "$OUT/$1.count"
  ) > "$OUT/$1.log" 2>&1 &
  BESIDE="$BESIDE $!"
}

join() {
  local passed failed
  wait "$2"
  cat "$OUT/$1.log"
  read -r passed failed < "$OUT/$1.count" || { passed=0 failed=1; }
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
}

if [ -z "$ONLY" ]; then
  beside computing idle
  COMPUTING=$!
  beside waiting
  WAITING=$!
  PART_LIMIT=1500 part system /usr/bin/python3 tests/system/run.py
  join waiting "$WAITING"
  PART_LIMIT=1500 part browser bash tests/browser/run.sh
  join computing "$COMPUTING"
else
  computing_parts
  waiting_parts
  PART_LIMIT=1500 part system /usr/bin/python3 tests/system/run.py
  PART_LIMIT=1500 part browser bash tests/browser/run.sh
fi
if [ -z "$ONLY" ]; then
  beside last
  LAST=$!
else
  last_parts
fi
PART_LIMIT=900 part bench bash tests/bench/run.sh --short
[ -n "$ONLY" ] || join last "$LAST"

# A list of names that went out of step with the calls above would run nothing.
[ $((PASSED + FAILED)) -gt 0 ] || FAILED=1
echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
