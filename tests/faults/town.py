"""A whole town for crash tests: the real server as a process, the outside world around it."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import httpx

from app.demo import FOLDER
from app.directpay.model import Stage
from app.funds.payments.accounts import Vault
from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from app.office.import_operator import import_operator, read_operator_file
from app.pricing.promotions.codes import CodeKeys
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.station import SandboxCharger
from app.sandbox.provider.app import Options, create_sandbox
from app.sandbox.provider.server import serving
from app.settings import new_key

ROOT = Path(__file__).parents[2]
CODES = ("CGNHF2", "CGNHF3")
OVER = (Stage.SETTLING, Stage.ENDED)
IDENTITY, PASSWORD = "VLT-CGN-1", "voltstraat-cgn-1-pass"
START_SECONDS = 60
BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


@dataclass
class Town:
    """One server process, the payment sandbox, one DC charge point with two sockets."""

    environ: dict[str, str]
    port: int
    provider: str
    charger: SandboxCharger | None = None
    process: asyncio.subprocess.Process | None = None
    kills: int = 0
    tokens: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "app.cli", "serve"]
        self.process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=self.environ, stdout=asyncio.subprocess.DEVNULL
        )
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                try:
                    if (await client.get(f"{self.base}/health/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError("the server does not come up")

    async def kill(self) -> None:
        """Kill the server with -9, whatever it does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        self.kills += 1

    async def stop(self) -> None:
        """Stop the server in order."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


@dataclass
class Driver:
    """A driver who does not give up when a page does not answer."""

    town: Town
    code: str
    token: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    async def charges(self) -> None:
        """Pay, plug in, charge some seconds, stop, and wait for the end."""
        town = self.town
        async with httpx.AsyncClient(base_url=town.base, headers=BROWSER, timeout=5) as web:
            checkout = await self._pays(web)
            await self._approves(checkout)
            await self._patiently(web, "GET", f"/s/{self.token}/back")
            await self._until(web, Stage.WAITING, Stage.CHARGING, *OVER)
            assert town.charger is not None
            town.charger.plug(1 + CODES.index(self.code))
            await asyncio.sleep(8)
            await self._patiently(web, "POST", f"/s/{self.token}/stop")
            await self._until(web, *OVER)
            town.charger.unplug(1 + CODES.index(self.code))

    async def _pays(self, web: httpx.AsyncClient) -> str:
        location = None
        while location is None:
            location = await self._tries_to_pay(web)
        self.cookies = web.cookies
        cookie = web.cookies.get("directpay") or ""
        self.token = cookie.split(".")[0]
        self.town.tokens.append(self.token)
        return location

    async def _tries_to_pay(self, web: httpx.AsyncClient) -> str | None:
        """Press pay; None when the page says why not: the charge point is not back yet."""
        page = (await self._patiently(web, "GET", f"/c/{self.code}")).text
        form = dict(re.findall(r'name="(tariff_id|tariff_version)" value="([^"]*)"', page))
        answer = await self._patiently(
            web, "POST", f"/c/{self.code}/pay", data={**form, "method": "creditcard"}
        )
        if "location" not in answer.headers:
            await asyncio.sleep(0.5)
        return answer.headers.get("location")

    async def _approves(self, checkout: str) -> None:
        async with httpx.AsyncClient(timeout=5) as bank:
            answer = await bank.post(checkout, data={"deed": "approve"})
            assert answer.is_redirect, answer.text

    async def _patiently(
        self, web: httpx.AsyncClient, method: str, path: str, **more: object
    ) -> httpx.Response:
        for _ in range(100):
            try:
                answer = await web.request(method, path, **more)  # type: ignore[arg-type]
            except httpx.TransportError:
                await asyncio.sleep(0.3)
                continue
            if answer.status_code < 500:
                return answer
            await asyncio.sleep(0.3)
        raise AssertionError(f"{method} {path} never answered")

    async def _until(self, web: httpx.AsyncClient, *stages: Stage) -> None:
        path = f"/api/v1/sessions/{self.token}"
        for _ in range(200):
            if (await self._patiently(web, "GET", path)).json()["stage"] in stages:
                return
            await asyncio.sleep(0.3)
        raise AssertionError(f"the session at {self.code} never came to {stages}")

    async def _reads(self, web: httpx.AsyncClient, words: str) -> None:
        for _ in range(200):
            if words in (await self._patiently(web, "GET", f"/s/{self.token}")).text:
                return
            await asyncio.sleep(0.3)
        raise AssertionError(f"the page of {self.code} never said {words}")


@asynccontextmanager
async def open_town(postgres_url: str) -> AsyncIterator[Town]:
    """Open a town on a database of its own, and close it whatever happened."""
    key = new_key()
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(serving(create_sandbox(Options())))
        port = free_port()
        town = Town(environ_of(postgres_url, provider, port, key), port, provider)
        stack.push_async_callback(town.stop)
        await town.start()
        await furnish(postgres_url, key)
        town.charger = await stack.enter_async_context(played_charger(port))
        await town.charger.online()
        yield town


def played_charger(port: int) -> SandboxCharger:
    """Return a fast charger with two sockets, which connects to *port*."""
    fast = EvseConfig(Decimal(150), "DC")
    config = ChargerConfig(
        identity=IDENTITY,
        url=f"ws://127.0.0.1:{port}/ocpp",
        version="ocpp2.0.1",
        password=PASSWORD,
        evses=(fast, fast),
        speed=10,
    )
    return SandboxCharger(config, SystemClock())


def environ_of(postgres_url: str, provider: str, port: int, key: str) -> dict[str, str]:
    """Return the settings of a process."""
    return {
        **os.environ,
        "DATABASE_URL": postgres_url,
        "DIRECTPAY_KEYS": key,
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "OCPI_PEERS": "anywhere",
        "MOLLIE_URL": provider,
        "ADYEN_URL": f"{provider}/adyen",
        "VIES_URL": "off",
        "CHECKOUT_ORIGINS": provider,
        "MAIL_URL": "smtp://127.0.0.1:9",
    }


# The platform sells in this town, and the providers give the operator its part.
SHARED = {
    "  receipt_series: VLT\n": (
        "  receipt_series: VLT\n  merchant_of_record: platform\n  paid_by: provider\n"
        "  commission: {percent: 5, per_session: 0.25 EUR}\n"
    ),
    "    secret: test_voltstraat0123456789abcdefghi\n": (
        "    secret: test_voltstraat0123456789abcdefghi\n    share_account: org_12345678\n"
    ),
    "    secret: AQEvoltstraat\n": (
        "    secret: AQEvoltstraat\n    share_account: BA00000000000000000000001\n"
    ),
}


async def furnish(postgres_url: str, key: str) -> None:
    """Import the demo operator, for whom the platform sells."""
    database = Database(
        engine(postgres_url, pool_size=2),
        clock=SystemClock(),
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    file = read_operator_file(FOLDER / "operator.yaml")
    for plain, shared in SHARED.items():
        assert plain in file.text
        file = replace(file, text=file.text.replace(plain, shared))
    await import_operator(
        file, vault=Vault((key,)), codes=CodeKeys((b"k" * 32,)), database=database
    )
    await database.close()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
