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
# A tool that is not there, or that fails, finds nothing either: that must not count as well.
for tool in git clang-format clang-tidy nm xargs awk; do
  command -v "$tool" > /dev/null || { echo "$tool is not installed"; echo "0 passed, 1 failed"; exit 1; }
done
SOURCES=$(git ls-files -co --exclude-standard '*.c' '*.h')
[ -n "$SOURCES" ] || { echo "git lists no source here"; echo "0 passed, 1 failed"; exit 1; }
[ -f build/asan/compile_commands.json ] || { echo "build/asan is not built"; echo "0 passed, 1 failed"; exit 1; }

format=$(clang-format --dry-run --Werror $SOURCES 2>&1)
status=$?
check "clang-format" "$(printf '%s' "$format" | grep -E 'error:|warning:' | cut -d: -f1 | sort | uniq -c
  [ "$status" = 0 ] || echo "clang-format ended with $status")"

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
# A function begins at the line in column 0 that names it, however its signature wraps, and ends at the brace there.
check "functions over 60 lines" "$(awk '
  FNR == 1 { start = 0 }
  /^[a-zA-Z_].*\(/ && !start { start = FNR }
  !start { next }
  /;$/ && !is_open { start = 0 }
  /\{$/ { is_open = 1 }
  /^\}/ { if (/^\}$/ && start && FNR - start + 1 > 60) print FILENAME ":" start ": " FNR - start + 1 " lines"; start = 0; is_open = 0 }
' $(git ls-files -co --exclude-standard '*.c'))"

# 4. The pure parts: the objects of controller/hall and of protocol (the reader over cJSON aside) call each other and
# these functions of libc, which look at nothing but their arguments; no I/O, no clock, no allocator. The names with
# underscores are what compilers make of them and of assert.
pure_libc='^(mem(cpy|move|set|cmp|chr|mem)|str(len|cmp|ncmp|chr|rchr|spn|cspn|pbrk|str|toul|toull|tol|toll)|v?snprintf|qsort|bsearch)$
^(l?l?round|floor|fabs|isfinite)$
^__(mem(cpy|move|set)|v?snprintf|str[a-z]*)_chk$
^(__assert_fail|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__stack_chk_guard|__isoc23_strtou?l?l|__aeabi_.*)$'
objects=$(find build/release -path '*/hall.dir/hall/*.o' -o -path '*/protocol.dir/*.o')
own=$(nm --defined-only $objects /dev/null 2> /dev/null | awk 'NF == 3 {print $3}' | sort -u)
pure=""
for object in $objects; do
  case "$object" in */protocol.dir/json_read.c.o) continue ;; esac
  bad=$(nm --undefined-only "$object" | awk '{print $2}' | grep -vE "$pure_libc" | grep -vxF "$own" | tr '\n' ' ')
  [ -z "$bad" ] || pure="$pure$object calls $bad"$'\n'
done
check "purity" "$pure"
for part in hall.dir/hall protocol.dir; do
  case "$objects" in *"/$part/"*) ;; *) check "purity" "no object of $part was found" ;; esac
done

# 5. What the project's files must not say.
check "TODO without an issue" "$(git grep -nE 'TODO|FIXME|\bXXX\b' -- '*.c' '*.h' '*.ts' '*.tsx' '*.py' || true)"

# 6. clang-tidy over what is compiled, two at a time and each file by itself: version 14 carries va_list states from one
# file to the next and then sees ghosts.
tidy=$(git ls-files -co --exclude-standard 'protocol/*.c' 'controller/*.c' 'devices/*.c' 'web/*.c' |
  xargs -P 2 -n 1 clang-tidy --quiet -p build/asan 2> /dev/null)
# xargs: 123 when a run ended with 1 to 125, which it does for errors only.
status=$?
check "clang-tidy" "$(printf '%s\n' "$tidy" | grep -E 'warning:|error:' | sort -u
  [ "$status" = 0 ] || echo "a run of clang-tidy ended badly: xargs says $status")"

echo "$PASSED passed, $FAILED failed"
[ "$FAILED" = 0 ]
