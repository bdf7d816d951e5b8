"""`make run`: the whole product on one machine, with the outside world played around it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.model import Evse
from app.customer_area import (
    Hook,
    Terminals,
    adyen_hooks,
    board,
    tell_adyen,
    terminals_of_all,
)
from app.embedded import database_of, make_room
from app.kernel.parts import part
from app.office.import_operator import Imported, import_operator, read_operator_file
from app.outside import Neighbours, free_port, own_address
from app.people.identity.hosts.change import vouch_for_host
from app.people.identity.list_all import list_operators
from app.serving import database_url, listen, runner, serve
from app.settings import EVERY_ROLE, Settings
from app.wiring import Services, create_services
from qr.drawing import terminal

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
    """What the demo prints, and the ports of the outside world."""

    pages: str
    provider: str
    mailbox: str
    chargers: str
    ports: Mapping[str, int]


class Socket(NamedTuple):
    """An EVSE, and the address of its operator's pages."""

    base: str
    evse: Evse


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
            sockets, hooks, terminals = loop.run(_seed(settings))

            def ready() -> None:
                _start_chargers(demo, addresses, neighbours)
                for name in ("provider", "mailbox"):
                    neighbours.wait_for(name, demo.host, addresses.ports[name])
                for hook in hooks:
                    tell_adyen(addresses.provider, hook)
                board(addresses.provider, terminals)
                print(_welcome(addresses, sockets, terminals))

            loop.run(serve(settings, EVERY_ROLE, bound, ready))
            neighbours.stop("chargers")
    print("Stopped. Everything is kept in", demo.state)


async def _seed(settings: Settings) -> tuple[Sequence[Socket], Sequence[Hook], Terminals]:
    """Take over the demo operators when there is none; return sockets, webhooks and terminals."""
    async with create_services(settings, database_url(settings)) as services:
        if not await list_operators(database=services.database):
            await _take_over(services)
        evses = await list_evses(database=services.database)
        found = [Socket(services.desk.base_of(each.operator_id), each) for each in evses]
        # What the code leads to, that is shown first, has to work from any phone.
        found.sort(key=lambda each: each.base != services.desk.base_url)
        return found, await adyen_hooks(services), await terminals_of_all(services)


async def _take_over(services: Services) -> None:
    """Import the two operators; the second is at a host of its own, where this machine has one."""
    await _import(services, "operator.yaml")
    second, desk = await _import(services, "neighbour.yaml"), services.desk
    # Browsers take every name below localhost for their own machine; other machines know none.
    if urlsplit(desk.base_url).hostname == "127.0.0.1":
        await vouch_for_host(
            f"{second.slug}.localhost",
            operator_id=second.operator_id,
            hosts=desk.hosts,
            database=services.database,
        )


async def _import(services: Services, name: str) -> Imported:
    return await import_operator(
        read_operator_file(FOLDER / name),
        vault=services.desk.payments.vault,
        database=services.database,
        codes=services.desk.codes,
    )


def _start_outside(demo: Demo, neighbours: Neighbours) -> tuple[Settings, Addresses]:
    """Start provider and mailbox, and return the settings that point at them."""
    provider, mailbox, smtp, chargers = (
        free_port(demo.host, demo.port + step) for step in (1, 2, 3, 4)
    )
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
    pages = f"http://{demo.host}:{demo.port}"
    environ = {
        "HOST": demo.host,
        "BASE_URL": pages,
        "MOLLIE_URL": url,
        "ADYEN_URL": f"{url}/adyen",
        "VIES_URL": "off",
        "CHECKOUT_ORIGINS": url,
        "MAIL_URL": f"smtp://127.0.0.1:{smtp}",
        **demo.environ,
    }
    settings = Settings.from_env(environ)
    ports = {"provider": provider, "mailbox": mailbox, "chargers": chargers}
    page = f"http://{demo.host}:{{}}".format
    return settings, Addresses(pages, url, page(mailbox), page(chargers), ports)


def _start_chargers(demo: Demo, addresses: Addresses, neighbours: Neighbours) -> None:
    config = ["--config", str(FOLDER / "chargers.yaml")]
    there = ["--url", f"ws://{demo.host}:{demo.port}/ocpp"]
    control = ["--host", demo.host, "--control-port", str(addresses.ports["chargers"])]
    neighbours.start("chargers", *config, *there, *control)


def _welcome(addresses: Addresses, sockets: Sequence[Socket], terminals: Terminals) -> str:
    taps = [
        f"  {addresses.provider}/terminal/{each['id']}   {each['description']}"
        for each in terminals.boardings
    ]
    lines = [
        f"  {base}/c/{evse.code}   {evse.evse_id}, {evse.location.name}" for base, evse in sockets
    ]
    return "\n".join(
        [
            terminal(part("qr.matrix").matrix_of(f"{sockets[0].base}/c/{sockets[0].evse.code}")),
            "Direct Pay runs. Scan the code above, or open:",
            *lines,
            f"Plug in and out:  {addresses.chargers}",
            f"Payment provider: {addresses.provider}",
            "Card terminals, to tap a card after plugging in:",
            *taps,
            f"Mailbox:          {addresses.mailbox}",
            "Ctrl-C stops it.",
        ]
    )
