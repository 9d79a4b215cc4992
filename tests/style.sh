#!/usr/bin/env bash
# The rules of the tree that a tool can see: format, clang-tidy, who may include whom, sizes, and that the pure parts
# call nothing of the world. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
PASSED=0
FAILED=0
check() { # check NAME OUTPUT: no output is well
  if [ -z "$2" ]; then
    PASSED=$((PASSED + 1))
  else
    FAILED=$((FAILED + 1))
    printf '%s:\n%s\n' "$1" "$2" | head -n 60
  fi
}
SOURCES=$(git ls-files -co --exclude-standard '*.c' '*.h')

check "clang-format" "$(clang-format --dry-run $SOURCES 2>&1 | grep -E 'warning:' | cut -d: -f1 | sort | uniq -c)"

# 1. Who may include whom: three floors, no arrow upward. folder -> prefixes it may include.
may() {
  case "$1" in
    protocol/*) echo "protocol/" ;;
    controller/hall/*) echo "protocol/ controller/hall/" ;;
    controller/store/*) echo "protocol/ controller/hall/ controller/store/" ;;
    controller/*) echo "protocol/ controller/ devices/ web/" ;;
    devices/sim/*) echo "protocol/ devices/sim/" ;;
    devices/*) echo "protocol/ devices/" ;;
    web/*) echo "protocol/ web/" ;;
    tests/*) echo "protocol/ controller/ devices/ web/ tests/" ;;
  esac
}
arrows=""
for file in $SOURCES; do
  allowed=$(may "$file")
  while read -r included; do
    ok=""
    for prefix in $allowed; do case "$included" in "$prefix"*) ok=1 ;; esac; done
    [ -n "$ok" ] || arrows="$arrows$file includes $included"$'\n'
  done < <(grep -oE '^#include "[^"]+/[^"]+"' "$file" | cut -d'"' -f2)
done
check "include directions" "$arrows"
check "devices includes its simulated hall" "$(grep -l '"devices/sim/' devices/*.c devices/*.h)"

# 2. Each third-party header is included by one file.
third=""
for header in modbus libserialport mosquitto cjson sqlite3 microhttpd sodium systemd; do
  for root in controller devices web protocol; do
    count=$(grep -lE "^#include <([a-z_]*/)?$header" $(git ls-files -co --exclude-standard "$root/*.c" "$root/*.h") /dev/null | wc -l)
    limit=1
    # The store hashes its chain and the tools hash passwords: two floors, one file each. The simulated hall is a
    # program of its own.
    [ "$root" = controller ] && [ "$header" = sodium ] && limit=2
    [ "$count" -le $limit ] || third="$third$header is included by $count files of $root"$'\n'
  done
done
check "third-party headers" "$third"

# 3. Sizes: files under 500 lines, functions at most 60.
check "files over 500 lines" "$(wc -l $(git ls-files -co --exclude-standard '*.c' '*.h' '*.ts' '*.tsx') | awk '$2 != "total" && $1 >= 500 {print $2, $1}')"
check "functions over 60 lines" "$(awk '
  FNR == 1 { start = 0 }
  /^[a-zA-Z].*\) \{$/ || /^ .*\) \{$/ && !/^    / { start = FNR; name = $0 }
  /^\}$/ { if (start && FNR - start + 1 > 60) print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0 }
' $(git ls-files -co --exclude-standard '*.c'))"

# 4. The pure parts: the objects of controller/hall and of protocol (the files that read JSON aside) call no I/O, no
# clock, no allocator.
impure='^(malloc|calloc|realloc|free|fopen|fread|fwrite|open|read|write|close|socket|send|recv|time|clock_gettime|gettimeofday|localtime_r|mktime|getenv|printf|fprintf|puts|rand|random|getrandom|pthread_.*|usleep|nanosleep|sqlite3_.*|cJSON_.*)$'
pure=""
for object in $(find build/release -path '*/hall.dir/hall/*.o' -o -path '*/protocol.dir/*.o'); do
  source=protocol/$(basename "$object" .o)
  [ -f "$source" ] && grep -qE 'cJSON|stdlib.h' "$source" && case "$source" in protocol/json_*) continue ;; esac
  bad=$(nm --undefined-only "$object" | awk '{print $2}' | grep -E "$impure" | tr '\n' ' ')
  [ -z "$bad" ] || pure="$pure$object calls $bad"$'\n'
done
check "purity" "$pure"
[ -n "$(find build/release -path '*/hall.dir/hall/*.o')" ] || check "purity" "no object of controller/hall was found"

# 5. What the project's files must not say.
check "TODO without an issue" "$(git grep -nE 'TODO|FIXME|\bXXX\b' -- '*.c' '*.h' '*.ts' '*.tsx' '*.py' || true)"

# 6. clang-tidy over what is compiled, two at a time and each file by itself: version 14 carries va_list states from one
# file to the next and then sees ghosts.
tidy=$(git ls-files -co --exclude-standard 'protocol/*.c' 'controller/*.c' 'devices/*.c' 'web/*.c' |
  xargs -P 2 -n 1 clang-tidy --quiet -p build/clang 2> /dev/null | grep -E 'warning:|error:' | sort -u)
check "clang-tidy" "$tidy"

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
