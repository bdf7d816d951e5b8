"""A driver's journey in TypeScript, by the client that is generated from the description."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tests.clients.toolbox import BIN, run, typescript
from tests.faults.town import CODES, Town, open_town

PATIENCE_SECONDS = 120


@pytest.mark.timeout(400)
async def test_a_journey_in_typescript(bare_url: str, tmp_path: Path):
    """It compiles with `--strict`; it pays, follows, stops and has the receipt of a real server."""
    async with open_town(bare_url) as town:
        description = tmp_path / "openapi.json"
        async with httpx.AsyncClient(base_url=town.base) as http:
            description.write_bytes((await http.get("/api/openapi.json")).content)
        folder = await asyncio.to_thread(typescript, description)
        await asyncio.to_thread(run, folder / "node_modules" / ".bin" / "tsc", "-p", folder)
        lines = await _drives(town, folder)

    *views, result = lines
    stages = list(dict.fromkeys(view["stage"] for view in views))
    assert "charging" in stages
    assert "ended" == stages[-1]
    assert result["charged"]["minor"] > 0
    assert {"ending": "charged", "pdf": "%PDF-"} == {k: result[k] for k in ("ending", "pdf")}


async def _drives(town: Town, folder: Path) -> list[dict]:
    """Run the program; put the cable in when the session waits for it."""
    program = await asyncio.create_subprocess_exec(
        *(BIN / "node", folder / "out" / "journey.js", town.base, CODES[0]),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    assert town.charger is not None
    lines = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for line in program.stdout:
            lines.append(json.loads(line))
            if "waiting" == lines[-1].get("stage"):
                town.charger.plug(1)
        complaint = (await program.stderr.read()).decode()
        assert 0 == await program.wait(), complaint
    return lines
