"""A headless Firefox, spoken to as WebDriver BiDi has it: no driver program between."""

import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browser.chromium import NoBrowser

NAMES = ("firefox-esr", "firefox")
START_SECONDS = 120
ANSWER_SECONDS = 120
_INSTALL_SECONDS = 600
# Where Firefox writes at which port it listens.
_PORT_FILE = "WebDriverBiDiServer.json"


@cache
def find_firefox() -> Path:
    """
    Return the browser to start; Debian's package is installed where nothing else is there.

    FIREFOX names one. Raises NoBrowser.
    """
    named = os.environ.get("FIREFOX")
    if named:
        return Path(named)
    found = _on_the_path()
    if found is None:
        script = Path(__file__).parents[2] / "scripts" / "firefox.sh"
        subprocess.run(["sh", script], check=False, timeout=_INSTALL_SECONDS)
        found = _on_the_path()
    if found is None:
        raise NoBrowser("no Firefox: install it (apt-get install firefox-esr), or set FIREFOX")
    return found


def _on_the_path() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


class Firefox:
    """One browser with one tab."""

    def __init__(self, connection: ClientConnection) -> None:
        """Begin a session and take the tab that is open."""
        self._connection = connection
        self._numbers = itertools.count(1)
        self._ask("session.new", capabilities={})
        (tab,) = self._ask("browsingContext.getTree")["contexts"]
        self._tab: str = tab["context"]

    def opens(self, address: str) -> None:
        """
        Go to a page in a tab of its own, and wait until it is there.

        In the tab before, something may still be on its way, which would cut this off.
        """
        before, self._tab = self._tab, self._ask("browsingContext.create", type="tab")["context"]
        self._ask("browsingContext.close", context=before)
        self._ask("browsingContext.navigate", context=self._tab, url=address, wait="interactive")

    def leaves_for(self, address: str) -> None:
        """Go to a page that may lead on at once, and so cut itself off: nothing is awaited."""
        self.runs(f"setTimeout(() => location.assign({json.dumps(address)})), null")

    def runs(self, script: str) -> object:
        """Run a script on the page; return what comes of it."""
        target = {"context": self._tab}
        done = self._ask("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert "success" == done["type"], done
        return done["result"].get("value")

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        said = {"id": number, "method": method, "params": parameters}
        self._connection.send(json.dumps(said))
        while True:
            heard = json.loads(self._connection.recv(timeout=ANSWER_SECONDS))
            if heard.get("id") == number:
                assert "success" == heard["type"], heard
                result: dict[str, Any] = heard["result"]
                return result


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Start a Firefox that keeps everything in *profile*; end it at the end."""
    profile.mkdir(parents=True)
    (profile / "user.js").write_text('user_pref("browser.shell.checkDefaultBrowser", false);\n')
    command = [
        find_firefox(), "--headless", "--no-remote", "--new-instance",
        "--profile", profile, "--remote-debugging-port", "0", "about:blank",
    ]  # fmt: skip
    environ = {**os.environ, "HOME": str(profile), "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
    with (profile / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            port = _port(profile, process)
            address = f"ws://127.0.0.1:{port}/session"
            with connect(address, max_size=None, open_timeout=START_SECONDS) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _port(profile: Path, process: "subprocess.Popen[bytes]") -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, (profile / "log").read_text()
        try:
            return int(json.loads((profile / _PORT_FILE).read_text())["ws_port"])
        except (FileNotFoundError, ValueError):
            time.sleep(0.1)
    raise AssertionError("Firefox does not listen")
