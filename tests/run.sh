#!/bin/sh
# The README's second command: installs what is missing, builds, and runs every test: first as it is
# shipped, then under the address and undefined-behaviour sanitizers with the other compiler. The
# last line counts: N passed, N failed, N skipped.
set -u
cd "$(dirname "$0")/.." || exit 1

sh data/packages.sh gcc clang libc6-dev meson ninja-build pkg-config gettext python3 git \
    libncurses-dev libsqlite3-dev libconfig-dev libpcre2-dev libutf8proc-dev libicu-dev \
    libjansson-dev libcsv-dev libsodium-dev libxlsxwriter-dev zlib1g-dev \
    libcmocka-dev libvterm-dev libclang-rt-14-dev tmux strace scdoc sqlite3 || exit 1

passed=0 failed=0 skipped=0
round() { # name, then the setup's own arguments
    name=$1
    shift
    build=build-$name
    if [ -f "$build/build.ninja" ]; then
        meson configure "$build" "$@" || { failed=$((failed + 1)); return; }
    elif ! meson setup "$build" "$@"; then
        echo "not ok: the $name build could not be set up"
        failed=$((failed + 1))
        return
    fi
    if ! ninja -C "$build"; then
        echo "not ok: the $name build failed"
        failed=$((failed + 1))
        return
    fi
    meson test -C "$build" --no-rebuild --print-errorlogs
    counts=$(python3 tests/count.py "$build/meson-logs/testlog.json") || counts="0 1 0"
    # shellcheck disable=SC2086
    set -- $counts
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

round release --buildtype=release -Db_ndebug=false -Dtests=enabled -Dtest_hooks=true
CC=clang round sanitized --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false -Dtests=enabled \
    -Dtest_hooks=true

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
