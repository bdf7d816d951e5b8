#!/bin/sh
# See that a Firefox is there for the tests: the system's, or Debian's package.
set -eu

for name in firefox-esr firefox; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ -n "${FIREFOX:-}" ] && [ -x "$FIREFOX" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's package firefox-esr ..."
    # A list that is old, or one of many sources that does not answer, is no reason to give up.
    apt-get update -q >/dev/null || true
    for _ in 1 2 3; do
        if apt-get install -y -q --no-install-recommends firefox-esr >/dev/null; then
            exit 0
        fi
        sleep 5
    done
fi
echo "The tests need a second browser: install Firefox, or set FIREFOX to one." >&2
exit 1
