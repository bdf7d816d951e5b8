"""Finds a Chromium for the tests: the system's, else Debian's package, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_INSTALL_SECONDS = 600


class NoBrowser(RuntimeError):
    """There is no Chromium and none could be installed; the sentence says what to do."""


@cache
def find_chromium() -> Path | None:
    """
    Return the browser to start, or None for Playwright's own.

    CHROMIUM names one; a missing browser is installed, by Debian when root, else by Playwright.
    Raises NoBrowser.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    found = _on_the_path()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "install", "-y", "--no-install-recommends", "chromium")
        found = _on_the_path()
    if found is None and not _run(sys.executable, "-m", "playwright", "install", "chromium"):
        raise NoBrowser(
            "no Chromium: install it (apt-get install chromium), or set CHROMIUM to its path"
        )
    return found


def _on_the_path() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


def _run(*command: str) -> bool:
    sys.stderr.write(f"installing a browser: {' '.join(command)}\n")
    return subprocess.run(command, check=False, timeout=_INSTALL_SECONDS).returncode == 0
