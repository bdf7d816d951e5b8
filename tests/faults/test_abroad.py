"""A journey over OCPI between processes: ours, the played platform and the payment sandbox."""

import asyncio
import re
import sys

import httpx
import psycopg
import pytest

from app.directpay.model import Stage
from app.kernel.clock import SystemClock
from app.sandbox.ocpi.app import create_platform
from app.sandbox.ocpi.platform import Platform
from app.sandbox.provider.server import serving
from tests.faults.town import BROWSER, ROOT, Driver, Town, free_port, open_town


async def directpay(town: Town, *words: str) -> str:
    """Call the command line as an operator does; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", "ocpi", *words, "--operator", "voltstraat"),
        cwd=ROOT,
        env=town.environ,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    return told.decode()


async def points(town: Town) -> list[str]:
    """Wait until the platform's charge points can be used; return their codes."""
    for _ in range(60):
        lines = (await directpay(town, "points")).splitlines()
        codes = [line.split()[0] for line in lines if line.endswith("usable")]
        if codes:
            return codes
        await asyncio.sleep(0.5)
    raise AssertionError(lines)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["2.3.0", "2.2.1"])
async def test_a_journey_at_another_platform(
    bare_url: str, bare_sql: psycopg.Connection, version: str
):
    """Paired by the command line, paid in the browser, charged elsewhere, settled by its CDR."""
    port = free_port()
    platform = Platform(f"http://127.0.0.1:{port}", SystemClock())
    platform.book.version = version
    async with (
        serving(create_platform(platform), port=port) as peer,
        open_town(bare_url) as town,
        httpx.AsyncClient(base_url=peer, timeout=10) as control,
        httpx.AsyncClient(base_url=town.base, headers=BROWSER, timeout=10) as web,
    ):
        invited = await directpay(town, "pair", "be-charged")
        token, url = re.findall(r": +(\S+)", invited)
        (await control.post("/control/pair", json={"url": url, "token": token})).raise_for_status()
        driver = Driver(town, (await points(town))[0])

        await driver._approves(await driver._pays(web))
        await driver._patiently(web, "GET", f"/s/{driver.token}/back")
        await driver._until(web, Stage.WAITING)
        for deed in ("plug-in", "charge"):
            await control.post(f"/control/car/{deed}", json={"kwh": "5"})
        await driver._reads(web, "5.0")
        await driver._patiently(web, "POST", f"/s/{driver.token}/stop")
        await driver._until(web, Stage.ENDED)
        status = await directpay(town, "status")
        await platform.rest()
        await platform.line.close()

    charged = bare_sql.execute(
        "SELECT state->>'ending', (state->>'charged_minor')::int FROM journey"
    ).fetchall()
    # 5 kWh x 0.50 + 21 % VAT = 3.025
    assert [("charged", 303)] == charged
    assert f"be-charged  connected  {version}" in status
    assert "failing" not in status
