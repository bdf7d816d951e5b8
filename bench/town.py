"""A whole installation for a benchmark: the real server and the payment sandbox as processes."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx
import psycopg

from app.demo import FOLDER
from app.funds.payments.accounts import Vault
from app.office.import_operator import import_operator, read_operator_file
from app.outside import free_port
from app.settings import Settings, new_key
from app.wiring import create_services
from tests.servers import postgres_for_tests


@dataclass(frozen=True, slots=True)
class Town:
    """
    Where everything is: our server at *base*, the sandbox at *provider*, our *webhook* for Mollie.

    *environ* is what the server was started with, *sql* a superuser's address of its database.
    """

    base: str
    provider: str
    webhook: str
    sql: str
    environ: dict[str, str]


@contextmanager
def town() -> Iterator[Town]:
    """Start everything with the demo operator in it; the sandbox's own webhooks are lost."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(postgres_for_tests())
        server.recreate("bench")
        port, pay = free_port("127.0.0.1", 8300), free_port("127.0.0.1", 8400)
        base, provider = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{pay}"
        environ = {
            **os.environ,
            "DATABASE_URL": server.url_of("bench"),
            "DIRECTPAY_KEYS": new_key(),
            "PORT": str(port),
            "BASE_URL": base,
            "MOLLIE_URL": provider,
            "ADYEN_URL": f"{provider}/adyen",
            "VIES_URL": "off",
            "CHECKOUT_ORIGINS": provider,
        }
        for command in (
            ["app.sandbox.provider", "--port", str(pay), "--state", folder],
            ["app.cli", "serve"],
        ):
            process = subprocess.Popen([sys.executable, "-m", *command], env=environ)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            _wait_for(provider if "provider" in command[0] else f"{base}/health/live")
        asyncio.run(_furnish(environ))
        sql = server.as_admin(environ["DATABASE_URL"])
        yield Town(base, provider, f"{base}/webhooks/mollie/{_token(sql)}", sql, environ)


def lose_webhooks(town: Town, times: int) -> None:
    """Keep so many of the sandbox's own webhooks out of the way: the measured ones are ours."""
    lost = {"operation": "webhook", "fault": "webhook_lost", "times": times}
    httpx.post(f"{town.provider}/control/faults", json=lost).raise_for_status()


def _token(sql: str) -> str:
    with psycopg.connect(sql) as connection:
        mollie = "SELECT webhook_token FROM provider_account WHERE provider = 'mollie'"
        ((token,),) = connection.execute(mollie).fetchall()
    return str(token)


async def _furnish(environ: dict[str, str]) -> None:
    settings = Settings.from_env(environ)
    async with create_services(settings, environ["DATABASE_URL"]) as services:
        file = read_operator_file(FOLDER / "operator.yaml")
        vault = Vault((environ["DIRECTPAY_KEYS"],))
        await import_operator(
            file, vault=vault, codes=services.desk.codes, database=services.database
        )


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    msg = f"{url} does not answer"
    raise SystemExit(msg)
