#!/usr/bin/env bash
# A living hall on this machine: installs what is missing, builds, starts a private broker, the simulated hall and
# hallqd, prints the page's address and the log-in, shows the first events. Ctrl-C stops all.
#   etc/demo.sh [--for SECONDS] [--speed N] [--seed S] [--port N]
set -u
cd "$(dirname "$0")/.."
. tests/packages.sh
# A script that starts this in the background gives it an ignored SIGINT, which no shell may trap: begin anew with it.
case "$(trap -p INT)" in *"''"*) exec env --default-signal=INT bash etc/demo.sh "$@" ;; esac
FOR=""
SPEED=15
SEED=1
PORT=18080
usage() {
  echo "etc/demo.sh: $1" >&2
  echo "usage: etc/demo.sh [--for SECONDS] [--speed 1..1000] [--seed N] [--port 1024..64000]" >&2
  exit 2
}
number() { # number OPTION LEAST MOST VALUE
  case "$4" in "" | *[!0-9]* | ??????????*) usage "$1: found \"$4\", expected a number $2..$3" ;; esac
  [ "$4" -ge "$2" ] && [ "$4" -le "$3" ] || usage "$1: found $4, expected a number $2..$3"
}
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) sed -n '2,4s/^# //p' etc/demo.sh; exit 0 ;;
    --for | --speed | --seed | --port) [ $# -ge 2 ] || usage "$1: the value is missing" ;;
    *) usage "\"$1\" is not understood" ;;
  esac
  case "$1" in
    --for) number "$1" 1 86400 "$2"; FOR=$2 ;;
    --speed) number "$1" 1 1000 "$2"; SPEED=$2 ;;
    --seed) number "$1" 0 999999999 "$2"; SEED=$2 ;;
    --port) number "$1" 1024 64000 "$2"; PORT=$((10#$2)) ;;
  esac
  shift 2
done
MQTT_PORT=$((PORT + 750))
for port in "$PORT" "$MQTT_PORT"; do
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
    echo "etc/demo.sh: port $port is taken by another program; choose another with --port (the demo needs N and N+750)" >&2
    exit 1
  fi
done
install_packages $BUILD_PACKAGES $DEMO_PACKAGES || exit 1
echo "Building (about a minute the first time)."
if ! { cmake --preset release && cmake --build --preset release --target hallqd hallq hallq-sim; } > build-demo.log 2>&1; then
  tail -n 40 build-demo.log
  exit 1
fi
rm -f build-demo.log
BIN=$PWD/build/release/bin
DIR=$(mktemp -d /tmp/hallq-demo.XXXXXX)
PIDS=""
STARTED=""

stop() {
  # hallqd first, so that its last events reach the broker.
  for pid in $PIDS; do
    kill "$pid" 2> /dev/null
    wait "$pid" 2> /dev/null
  done
  PIDS=""
}
PAUSE=""
cleanup() {
  [ -z "$PAUSE" ] || kill "$PAUSE" 2> /dev/null
  stop
  rm -rf "$DIR"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# The shell runs a trap only between commands, but leaves a wait for it at once.
pause() {
  sleep "$1" &
  PAUSE=$!
  wait "$PAUSE"
  PAUSE=""
}

sed -e "s#/tmp/hallq-demo/#$DIR/#g" -e "s#:18080#:$PORT#g" -e "s#18830#$MQTT_PORT#g" etc/demo.jsonc > "$DIR/hallq.jsonc"
cat > "$DIR/mosquitto.conf" <<CONF
listener $MQTT_PORT 127.0.0.1
allow_anonymous true
persistence false
max_inflight_messages 64
set_tcp_nodelay true
CONF
start() { # start NAME COMMAND...: in the background, newest first in PIDS
  local name=$1
  shift
  "$@" > "$DIR/$name.out" 2> "$DIR/$name.err" &
  PIDS="$! $PIDS"
  STARTED="$STARTED $!:$name"
}
ended() { # the names of what was started and runs no more
  local one
  for one in $STARTED; do kill -0 "${one%%:*}" 2> /dev/null || printf ' %s' "${one#*:}"; done
}
until_true() { # until_true SECONDS COMMAND...
  local tries=$(($1 * 10))
  shift
  while [ $tries -gt 0 ]; do "$@" > /dev/null 2>&1 && return 0; sleep 0.1; tries=$((tries - 1)); done
  return 1
}
field() { printf '%s' "$1" | sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p"; } # field JSON NAME
first_events() { # time, type, ticket and window of what has happened to people so far
  local line head time
  grep -v '"type":"hallq.device.online"' "$DIR/watch.out" | head -n 12 | while IFS= read -r line; do
    head=${line%%\"data\":*}
    time=$(field "$head" time)
    time=${time#*T}
    printf '  %.8s  %-22s %-5s %s\n' "$time" "$(field "$head" type | sed 's/^hallq\.//')" "$(field "$line" ticket)" \
      "$(field "$line" window | sed 's/^[0-9]/window &/')"
  done
}
fail() { echo "$1" >&2; tail -n 20 "$DIR"/*.err >&2; exit 1; }

start broker mosquitto -c "$DIR/mosquitto.conf"
until_true 5 mosquitto_pub -p "$MQTT_PORT" -t hello -n || fail "The broker did not start."
start back-office mosquitto_sub -p "$MQTT_PORT" -q 1 -t 'hallq/v1/+/events/#'
start people "$BIN/hallq-sim" -c "$DIR/hallq.jsonc" --speed "$SPEED" --seed "$SEED"
start hallqd "$BIN/hallqd" -c "$DIR/hallq.jsonc"
HALLQD=$!
until_true 10 curl -fsS "http://127.0.0.1:$PORT/healthz" || fail "hallqd did not start."
PASSWORD=demo-$(od -An -N4 -tx1 /dev/urandom | tr -d ' ')
printf '%s\n' "$PASSWORD" | "$BIN/hallq" user add manager --role manager -c "$DIR/hallq.jsonc" > /dev/null || fail "No log-in could be made."

echo "A simulated hall, $SPEED times as fast as life:"
echo "  status page      http://127.0.0.1:$PORT/         log in as manager, password $PASSWORD"
echo "  terminal         http://127.0.0.1:$PORT/terminal/1   window 1, by the same log-in"
echo "  waiting display  http://127.0.0.1:$PORT/display"
echo "  its record       $DIR (removed at the end)"
echo
start watch "$BIN/hallq" watch -c "$DIR/hallq.jsonc"
if [ -z "$FOR" ]; then
  echo "The first events (Ctrl-C stops all):"
  pause 8
  first_events
  echo "..."
  while [ -z "$(ended)" ]; do pause 1; done
  fail "This has ended by itself:$(ended)"
fi
pause "$FOR"
ENDED=$(ended)
"$BIN/hallq" status -c "$DIR/hallq.jsonc" || ENDED="$ENDED status"
echo
kill "$HALLQD" 2> /dev/null
wait "$HALLQD" 2> /dev/null

# What came of it: the broker's copy against the journal, to the last event, hall.stopped.
"$BIN/hallq" verify -c "$DIR/hallq.jsonc" > "$DIR/verify.out" 2>&1
CHAIN=$?
WRITTEN=$(sed -n 's/^\([0-9]*\) events.*/\1/p' "$DIR/verify.out")
ID='^{"specversion":"1.0","id":"' # an event's own; `by` has ids too
until_true 5 grep "$ID$WRITTEN\"" "$DIR/back-office.out"
stop
count() { grep -c "\"type\":\"hallq.$1\"" "$DIR/back-office.out"; }
HOLES=$(grep -o "$ID[0-9]*" "$DIR/back-office.out" | cut -d'"' -f8 | sort -n -u |
  awk -v written="${WRITTEN:-0}" '{ holes += $1 - last - 1; last = $1 } END { print holes + (written > last ? written - last : 0) }')
TICKETS=$(count ticket.printed)
CALLS=$(count ticket.called)
RATINGS=$(count rating.given)
EVENTS=$(wc -l < "$DIR/back-office.out")
echo "summary: $TICKETS tickets printed, $CALLS calls, $RATINGS ratings, $EVENTS events at the broker, $HOLES missing"
cat "$DIR/verify.out"
[ -z "$ENDED" ] || echo "This did not run to the end:$ENDED"
if [ -z "$ENDED" ] && [ "$CHAIN" = 0 ] && [ "$HOLES" = 0 ] && [ "$TICKETS" -gt 0 ] && [ "$CALLS" -gt 0 ]; then
  echo "1 passed, 0 failed"
else
  tail -n 20 "$DIR"/*.err
  echo "0 passed, 1 failed"
  exit 1
fi
