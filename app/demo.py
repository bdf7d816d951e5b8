"""`make run`: the whole product on one machine, with the outside world played around it."""

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import qrcode

from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.model import Evse
from app.embedded import database_of, make_room
from app.office.import_operator import import_operator, read_operator_file
from app.outside import Neighbours, free_port, own_address
from app.people.identity.list_all import list_operators
from app.serving import database_url, listen, runner, serve
from app.settings import EVERY_ROLE, Settings
from app.wiring import create_services

FOLDER: Final = Path(__file__).parent / "sandbox" / "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo listens: *host* is what a phone would call, the ports are next to *port*."""

    environ: Mapping[str, str]
    host: str
    port: int
    state: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str], *, lan: bool) -> "Demo":
        """Return the demo that *environ* asks for, in this machine's network when *lan*."""
        host = own_address() if lan else (environ.get("HOST") or "127.0.0.1")
        settings = Settings.from_env({**environ, "HOST": host})
        return cls(environ, host, settings.http.port, settings.state)


@dataclass(frozen=True, slots=True)
class Addresses:
    """What the demo prints."""

    pages: str
    provider: str
    mailbox: str


def run_demo(demo: Demo) -> None:
    """Run until Ctrl-C, then stop everything in order. Raises Problems that say what to do."""
    make_room(demo.state)
    with ExitStack() as stack:
        bound = stack.enter_context(listen(demo.host, demo.port))
        neighbours = Neighbours(demo.state / "log")
        stack.callback(neighbours.stop_all)
        settings, addresses = _start_outside(demo, neighbours)
        settings = stack.enter_context(database_of(settings))
        with runner() as loop:
            evses = loop.run(_seed(settings))

            def ready() -> None:
                print(_welcome(addresses, evses))
                _start_chargers(demo, neighbours)

            loop.run(serve(settings, EVERY_ROLE, bound, ready))
            neighbours.stop("chargers")
    print("Stopped. Everything is kept in", demo.state)


async def _seed(settings: Settings) -> Sequence[Evse]:
    """Take over the demo operator when there is no operator yet, and return all EVSEs."""
    async with create_services(settings, database_url(settings)) as services:
        database = services.database
        if not await list_operators(database=database):
            file = read_operator_file(FOLDER / "operator.yaml")
            await import_operator(file, vault=services.desk.payments.vault, database=database)
        return await list_evses(database=database)


def _start_outside(demo: Demo, neighbours: Neighbours) -> tuple[Settings, Addresses]:
    """Start provider and mailbox, and return the settings that point at them."""
    provider, mailbox, smtp = (free_port(demo.host, demo.port + step) for step in (1, 2, 3))
    url = f"http://{demo.host}:{provider}"
    folder = str(demo.state / "sandbox")
    at = ["--host", demo.host]
    neighbours.start(
        "provider", *at, "--port", str(provider), "--state", f"{folder}/provider", "--pages", url
    )
    neighbours.start(
        "mailbox", *at, "--http-port", str(mailbox), "--smtp-port", str(smtp),
        "--state", f"{folder}/mailbox",
    )  # fmt: skip
    neighbours.wait_for("provider", demo.host, provider)
    neighbours.wait_for("mailbox", demo.host, mailbox)
    pages = f"http://{demo.host}:{demo.port}"
    environ = {
        "HOST": demo.host,
        "BASE_URL": pages,
        "MOLLIE_URL": url,
        "CHECKOUT_ORIGINS": url,
        "MAIL_URL": f"smtp://127.0.0.1:{smtp}",
        **demo.environ,
    }
    settings = Settings.from_env(environ)
    return settings, Addresses(pages, url, f"http://{demo.host}:{mailbox}")


def _start_chargers(demo: Demo, neighbours: Neighbours) -> None:
    url = f"ws://{demo.host}:{demo.port}/ocpp"
    control = free_port("127.0.0.1", demo.port + 4)
    config = str(FOLDER / "chargers.yaml")
    neighbours.start("chargers", "--config", config, "--url", url, "--control-port", str(control))


def _welcome(addresses: Addresses, evses: Sequence[Evse]) -> str:
    lines = [
        f"  {addresses.pages}/c/{evse.code}   {evse.evse_id}, {evse.location.name}"
        for evse in evses
    ]
    return "\n".join(
        [
            _qr(f"{addresses.pages}/c/{evses[0].code}"),
            "Direct Pay runs. Scan the code above, or open:",
            *lines,
            f"Payment sandbox: {addresses.provider}",
            f"Mailbox:         {addresses.mailbox}",
            "Ctrl-C stops it.",
        ]
    )


def _qr(url: str) -> str:
    """Return *url* as a QR code of terminal characters, dark on light whatever the theme."""
    code = qrcode.QRCode(border=2)
    code.add_data(url)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue()
