#!/bin/sh
# The README's first command: installs what is missing, builds, and opens klientel on the demo bureau.
# Without a terminal it prints the dashboard as text instead.
set -eu
cd "$(dirname "$0")/.."

sh data/packages.sh gcc libc6-dev meson ninja-build pkg-config gettext python3 \
    libncurses-dev libsqlite3-dev libconfig-dev libpcre2-dev libutf8proc-dev libicu-dev \
    libjansson-dev libcsv-dev libsodium-dev libxlsxwriter-dev zlib1g-dev

build=${KLIENTEL_BUILD:-build}
if [ ! -f "$build/build.ninja" ]; then
    meson setup --buildtype=release "$build" >"${TMPDIR:-/tmp}/klientel-setup.$$" 2>&1 || {
        cat "${TMPDIR:-/tmp}/klientel-setup.$$" >&2
        rm -f "${TMPDIR:-/tmp}/klientel-setup.$$"
        exit 1
    }
    rm -f "${TMPDIR:-/tmp}/klientel-setup.$$"
fi
ninja -C "$build" src/klientel >&2

"$build/src/klientel" --database "$build/demo.db" demo --force >&2
exec "$build/src/klientel" --database "$build/demo.db" "$@"
