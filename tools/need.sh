#!/usr/bin/env bash
# Makes sure that what the named steps need is there: Debian's packages are installed where this may be done,
# otherwise it says what is missing and how to get it.
set -euo pipefail

fail() {
    printf 'missing: %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

# Installs a Debian package, or says how.
package() {
    local what="$1" name="$2"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        printf 'installing %s (%s)\n' "$what" "$name"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $name >/dev/null
    else
        fail "$what" "install it, for example: sudo apt-get install $name"
    fi
}

for need in "$@"; do
    case "$need" in
        cargo)
            command -v cargo >/dev/null || fail "Rust" "install it from your distribution or https://rustup.rs; rust-toolchain.toml names the version"
            command -v cc >/dev/null || package "a C compiler" "build-essential"
            ;;
        node)
            command -v node >/dev/null || package "Node.js" "nodejs npm"
            node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' ||
                fail "Node.js 20 or later" "found $(node --version); install a newer one, for example from https://nodejs.org"
            ;;
        postgres)
            ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || package "a PostgreSQL server" "postgresql"
            command -v setpriv >/dev/null || package "setpriv" "util-linux"
            ;;
        redis)
            command -v valkey-server >/dev/null || command -v redis-server >/dev/null || package "a Redis or Valkey server" "redis-server"
            ;;
        python)
            command -v python3 >/dev/null || package "Python 3" "python3 python3-venv"
            python3 -c 'import venv, ensurepip' 2>/dev/null || package "Python's venv" "python3-venv"
            ;;
        speech)
            command -v espeak-ng >/dev/null || package "espeak-ng" "espeak-ng"
            command -v flite >/dev/null || package "flite" "flite"
            ;;
        chromium)
            [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || package "Chromium" "chromium"
            ;;
        *)
            fail "$need" "tools/need.sh does not know it"
            ;;
    esac
done
