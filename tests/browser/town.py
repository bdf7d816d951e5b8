"""The whole product for a browser: the server as a process, and the outside world around it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import httpx
import yaml
from anyio.from_thread import start_blocking_portal

from app.customer_area import tell_adyen
from app.demo import FOLDER
from app.outside import Neighbours, free_port
from app.settings import new_key
from tests.contracts.judged import judged_sandbox

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PATIENCE_SECONDS = 120
# Samples are asked for every 10 s (DC) and 30 s (AC); a test waits for a sixth of that.
SPEED = 6


@dataclass(frozen=True)
class Town:
    """Where everything is: *base* the product, and the three programs of the outside world."""

    base: str
    provider: str
    mailbox: str
    chargers: str
    log: Path

    def plug(self, identity: str, evse: int) -> None:
        """Put a cable into a car."""
        self._do(identity, evse, "plug")

    def unplug(self, identity: str, evse: int) -> None:
        """Take the cable out."""
        self._do(identity, evse, "unplug")

    def display(self, identity: str, evse: int) -> str | None:
        """Return the address that the display of an EVSE shows now, if it has one."""
        (found,) = (
            each
            for each in httpx.get(f"{self.chargers}/chargers").json()
            if each["identity"] == identity
        )
        shown: str | None = found["evses"][evse - 1]["display"]
        return shown

    def book(self) -> dict[str, dict[str, Any]]:
        """Return the payment provider's own book by payment."""
        return {row["id"]: row for row in httpx.get(f"{self.provider}/control/book").json()}

    def letter(self, recipient: str, *, attached: int) -> EmailMessage:
        """Wait for the mail to *recipient* with so many files, as the mail server got it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = [
                mail
                for mail in self._letters()
                if mail["to"] == recipient and len(list(mail.iter_attachments())) == attached
            ]
            if found:
                (letter,) = found
                return letter
            time.sleep(0.2)
        raise AssertionError(f"no mail to {recipient} arrived")

    def complaints(self) -> list[str]:
        """Return the lines of the server's log that no journey should leave there."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if any(word in line for word in ("ERROR", "Traceback"))]

    def _letters(self) -> list[EmailMessage]:
        listing = httpx.get(self.mailbox).text
        numbers = range(1, listing.count('<a href="/mails/') + 1)
        raws = (httpx.get(f"{self.mailbox}/mails/{number}/raw").content for number in numbers)
        return [message_from_bytes(raw, policy=default) for raw in raws]

    def _do(self, identity: str, evse: int, action: str) -> None:
        told = {"identity": identity, "evse": str(evse), "action": action}
        answer = httpx.post(f"{self.chargers}/do", data=told)
        assert 303 == answer.status_code, answer.text


@contextmanager
def open_town(database_url: str, place: Path) -> Iterator[Town]:
    """Start everything on a database of its own, with its files in *place*; stop it in order."""
    with ExitStack() as stack:
        neighbours = Neighbours(place / "log")
        stack.callback(neighbours.stop_all)
        portal = stack.enter_context(start_blocking_portal())
        sandbox = stack.enter_context(portal.wrap_async_context_manager(judged_sandbox()))
        ports = {name: free_port(HOST, 0) for name in ("web", "mailbox", "smtp", "chargers")}
        town = _town(ports, sandbox.url, place)
        environ = _environ(database_url, ports, town, place)
        _run("import", str(FOLDER / "operator.yaml"), environ=environ)
        _tell_adyen(environ, town)
        _start_mailbox(neighbours, ports, place)
        stack.enter_context(_server(environ, town))
        _start_chargers(neighbours, ports, place)
        _wait_for_chargers(town)
        yield town


@contextmanager
def open_village(
    database_url: str,
    place: Path,
    *commands: tuple[str, ...],
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Town]:
    """
    Start the server and a mailbox alone, after *commands*: for what has no charging in it.

    What the commands print is in the file `told` of *place*; *settings* stand before ours.
    """
    with ExitStack() as stack:
        neighbours = Neighbours(place / "log")
        stack.callback(neighbours.stop_all)
        ports = {name: free_port(HOST, 0) for name in ("web", "mailbox", "smtp", "chargers")}
        town = _town(ports, f"http://{HOST}:1", place)
        environ = {**_environ(database_url, ports, town, place), **settings}
        _run("import", str(FOLDER / "operator.yaml"), environ=environ)
        told = [_run(*command, environ=environ) for command in commands]
        (place / "told").write_text("".join(told))
        _start_mailbox(neighbours, ports, place)
        stack.enter_context(_server(environ, town))
        yield town


def _town(ports: Mapping[str, int], provider: str, place: Path) -> Town:
    at = {name: f"http://{HOST}:{port}" for name, port in ports.items()}
    return Town(at["web"], provider, at["mailbox"], at["chargers"], place / "server.log")


def _environ(
    database_url: str, ports: Mapping[str, int], town: Town, place: Path
) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DIRECTPAY_KEYS": new_key(),
        "DIRECTPAY_STATE": str(place),
        "HOST": HOST,
        "PORT": str(ports["web"]),
        "BASE_URL": town.base,
        "MOLLIE_URL": town.provider,
        "ADYEN_URL": f"{town.provider}/adyen",
        "VIES_URL": "off",
        "CHECKOUT_ORIGINS": town.provider,
        "MAIL_URL": f"smtp://{HOST}:{ports['smtp']}",
    }


def _run(*arguments: str, environ: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "app.cli", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environ,
        check=True,
        timeout=PATIENCE_SECONDS,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _tell_adyen(environ: Mapping[str, str], town: Town) -> None:
    """Enter our address in Adyen's Customer Area, as `directpay webhooks` prints it."""
    (entry,) = [
        each
        for each in yaml.safe_load((FOLDER / "operator.yaml").read_text())["provider_accounts"]
        if each["provider"] == "adyen"
    ]
    lines = [line.split() for line in _run("webhooks", environ=environ).splitlines()]
    (url,) = [line[-1] for line in lines if "adyen" in line and "terminals" not in line]
    tell_adyen(
        town.provider,
        {
            "merchantAccount": entry["merchant_account"],
            "url": url,
            "hmacKey": entry["webhook_keys"][0],
        },
    )


def _start_mailbox(neighbours: Neighbours, ports: Mapping[str, int], place: Path) -> None:
    doors = ["--http-port", str(ports["mailbox"]), "--smtp-port", str(ports["smtp"])]
    neighbours.start("mailbox", *doors, "--state", str(place / "mailbox"))
    neighbours.wait_for("mailbox", HOST, ports["mailbox"])


def _start_chargers(neighbours: Neighbours, ports: Mapping[str, int], place: Path) -> None:
    """Start the demo's charge points, except that their cables wait for the test."""
    config = yaml.safe_load((FOLDER / "chargers.yaml").read_text())
    for charger in config["chargers"]:
        charger["plugs_by_itself"] = False
    kept = place / "chargers.yaml"
    kept.write_text(yaml.safe_dump(config))
    neighbours.start(
        "chargers", "--config", str(kept), "--speed", str(SPEED),
        "--url", f"ws://{HOST}:{ports['web']}/ocpp", "--control-port", str(ports["chargers"]),
    )  # fmt: skip
    neighbours.wait_for("chargers", HOST, ports["chargers"])


@contextmanager
def _server(environ: Mapping[str, str], town: Town) -> Iterator[None]:
    """Run the server, and see it end politely."""
    with town.log.open("wb") as log:
        process = _launch(environ, log)
        try:
            _wait(lambda: _is_ready(town), "the server does not come up")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(PATIENCE_SECONDS)
    assert 0 == ended, town.log.read_text()


def _launch(environ: Mapping[str, str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "app.cli", "serve"]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)


def _is_ready(town: Town) -> bool:
    try:
        return httpx.get(f"{town.base}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _wait_for_chargers(town: Town) -> None:
    """Wait until every charge point is connected and its sockets are known to be free."""
    codes = ("KADE22", "CGNHF2", "MMXTR2")

    def all_free() -> bool:
        pages = [httpx.get(f"{town.base}/c/{code}").text for code in codes]
        return all('name="method"' in page for page in pages)

    _wait(all_free, "the charge points do not connect")


def _wait(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(0.1)
