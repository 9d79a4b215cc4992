# The Debian packages that HallQ is built, shown and tested with. Sourced by etc/demo.sh and tests/run.sh.
BUILD_PACKAGES="cmake ninja-build gcc g++ pkg-config git ca-certificates libc6-dev libmodbus-dev libserialport-dev
 libmosquitto-dev libcjson-dev libmicrohttpd-dev libsqlite3-dev libsodium-dev libsystemd-dev check nodejs npm tzdata"
DEMO_PACKAGES="mosquitto mosquitto-clients curl"
TEST_PACKAGES="clang clang-tidy clang-format libclang-rt-14-dev binutils python3 python3-jsonschema openssl systemd
 sqlite3 chromium-headless-shell fonts-wqy-zenhei libgnutls30 procps"

# install_packages PACKAGE...: installs those that dpkg does not know as installed. A node that is not Debian's serves
# as well, so nodejs and npm are asked for only where the commands are missing.
install_packages() {
  local missing="" package
  for package in "$@"; do
    case "$package" in
      nodejs) command -v node > /dev/null && continue ;;
      npm) command -v npm > /dev/null && continue ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2> /dev/null | grep -q "ok installed" || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" != 0 ]; then
    echo "These packages are missing, and only root may install them:$missing" >&2
    return 1
  fi
  echo "Installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } > /tmp/hallq-apt.$$ 2>&1 || {
    tail -n 20 /tmp/hallq-apt.$$ >&2
    return 1
  }
  rm -f /tmp/hallq-apt.$$
}
