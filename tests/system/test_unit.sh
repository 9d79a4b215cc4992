#!/usr/bin/env bash
# The systemd unit: well-formed, sandboxed, and in agreement with the example config and the install rules.
set -u
cd "$(dirname "$0")/../.."
UNIT=etc/systemd/hallqd.service
MOST=1.5
passed=0
failed=0

check() { # check NAME COMMAND...: counts, and names what fails
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL: $name"
  fi
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The program is not installed where the unit looks; a copy that names one that is there is verified instead.
sed "s,/usr/bin/hallqd,/bin/true,; /^Documentation=/d" "$UNIT" > "$folder/hallqd.service"
is_verified() {
  systemd-analyze verify "$folder/hallqd.service" > "$folder/verify" 2>&1
  if grep hallqd "$folder/verify"; then return 1; fi
}
check "systemd-analyze verify finds nothing" is_verified

score=$(systemd-analyze security --offline=yes "$UNIT" 2> /dev/null | sed -n 's/.*exposure level for hallqd.service: \([0-9.]*\).*/\1/p')
echo "exposure $score, at most $MOST"
check "exposure at most $MOST" awk -v s="${score:-99}" -v m="$MOST" 'BEGIN { exit !(s <= m) }'

has() { grep -q "^$1\$" "$UNIT"; }
check "ready and watchdog are notified" has "Type=notify"
check "a watchdog" has "WatchdogSec=[0-9]*s"
check "SIGHUP reloads" has 'ExecReload=/bin/kill -HUP $MAINPID'
check "no restart on exit 2 and 4" has "RestartPreventExitStatus=2 4"
check "serial adapters by USB" has "DeviceAllow=char-ttyUSB rw"
check "serial adapters by ACM" has "DeviceAllow=char-ttyACM rw"
check "built-in serial lines" has "DeviceAllow=char-ttyS rw"
check "the group of serial devices" has "SupplementaryGroups=dialout"
check "the sound card" has "DeviceAllow=char-alsa rw"
check "the group of sound cards" has "SupplementaryGroups=audio"

# The folders that systemd makes are those of the example config.
check "store in StateDirectory" grep -q '"path": "/var/lib/hallq/' etc/hallq.jsonc
check "StateDirectory" has "StateDirectory=hallq"
check "socket in RuntimeDirectory" grep -q '"socket": "/run/hallq/' etc/hallq.jsonc
check "RuntimeDirectory" has "RuntimeDirectory=hallq"

# What an installation puts where, from the build that the other tests use.
build=${HALLQ_BIN:-build/release/bin}/..
if [ -f "$build/cmake_install.cmake" ]; then
  DESTDIR="$folder/root" cmake --install "$build" --prefix /usr > "$folder/install" 2>&1
  check "installs" test $? = 0
  for file in bin/hallqd bin/hallq bin/hallq-sim lib/systemd/system/hallqd.service \
    lib/sysusers.d/hallq.conf share/hallq/profiles/hallq-1.jsonc share/hallq/profiles/relay-8.jsonc \
    share/hallq/schemas/config.json share/hallq/schemas/profile.json \
    share/doc/hallq/hallq.jsonc share/doc/hallq/web/now.png share/doc/hallq/mosquitto/hallq.acl; do
    check "installs $file" test -f "$folder/root/usr/$file"
  done
  check "the installed unit names the installed program" \
    grep -q "^ExecStart=/usr/bin/hallqd " "$folder/root/usr/lib/systemd/system/hallqd.service"
  DESTDIR="$folder/local" cmake --install "$build" --prefix /opt/hallq > "$folder/install" 2>&1
  check "and by its own prefix" \
    grep -q "^ExecStart=/opt/hallq/bin/hallqd " "$folder/local/opt/hallq/lib/systemd/system/hallqd.service"
  # The steps of the README: the unit's user, its group and its folder are there before it starts.
  mkdir -p "$folder/root/etc"
  makes_user() { systemd-sysusers --root="$folder/root" > "$folder/sysusers" 2>&1 && grep -q "^hallq:" "$folder/root/etc/passwd"; }
  in_group() { grep -q "^$1:.*[:,]hallq\(,\|$\)" "$folder/root/etc/group"; }
  check "systemd-sysusers makes the unit's user" makes_user
  check "and puts it into the group of serial adapters" in_group dialout
  check "and into that of sound cards" in_group audio
  for step in "cmake --install" systemd-sysusers "udevadm control --reload" "systemctl daemon-reload" \
    "install -d -g hallq -m 750 /etc/hallq" "hallq check" "systemctl enable --now hallqd"; do
    check "the README says $step" grep -q "^    .*$step" README.md
  done
  sed "s,/etc/hallq/,$folder/,g" "$folder/root/usr/share/doc/hallq/hallq.jsonc" > "$folder/hallq.jsonc"
  ln -s "$folder/root/usr/share/hallq/profiles" "$folder/profiles"
  for file in mqtt.password ca.pem http.pem http.key; do echo secret > "$folder/$file"; done
  check "the example passes hallq check, its secrets made" "$build/bin/hallq" check "$folder/hallq.jsonc"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
