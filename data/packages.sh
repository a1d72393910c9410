#!/bin/sh
# Installs what is missing of the Debian packages named on the command line: as root, or with sudo,
# without a question. Says nothing and touches nothing when all of them are there.
set -eu

missing=
for package in "$@"; do
    if ! dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii'; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

run=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "klientel: these packages are missing; install them as root:$missing" >&2
        exit 1
    fi
    run="sudo -n"
    $run true 2>/dev/null || run=sudo
fi

echo "klientel: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086
    $run env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends install $missing </dev/null >&2
}
if ! install; then
    $run apt-get -q update </dev/null >&2
    install
fi
