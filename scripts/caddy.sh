#!/bin/sh
# See that a Caddy is there for the tests of deploy/Caddyfile: the system's, or Debian's package.
set -eu

if command -v caddy >/dev/null; then
    exit 0
fi
if [ -n "${CADDY:-}" ] && [ -x "$CADDY" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's package caddy ..."
    # A list that is old, or one of many sources that does not answer, is no reason to give up.
    apt-get update -q >/dev/null || true
    for _ in 1 2 3; do
        if apt-get install -y -q --no-install-recommends caddy >/dev/null; then
            exit 0
        fi
        sleep 5
    done
fi
echo "The tests need the proxy Caddy: install it (apt-get install caddy), or set CADDY to its path." >&2
exit 1
