#!/bin/sh
# See that a Chromium is there for the tests: the system's, Debian's package, or Playwright's.
set -eu
venv=$1

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ]; then
    exit 0
fi
if "$venv/bin/python" - <<'PYTHON'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    sys.exit(not pathlib.Path(p.chromium.executable_path).exists())
PYTHON
then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's package chromium ..."
    apt-get update -q >/dev/null
    if apt-get install -y -q --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
fi
echo "Fetching Playwright's Chromium ..."
if "$venv/bin/python" -m playwright install chromium; then
    exit 0
fi
echo "The tests need a browser: install Chromium, or set CHROMIUM to one." >&2
exit 1
