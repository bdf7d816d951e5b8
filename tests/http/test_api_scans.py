"""An app hands over what its camera has read, or its driver has typed."""

import pytest

from app.charging.stickers.model import StickerKeys
from tests.http.program import Program
from tests.scenarios.world import CODE, SECRETS


async def read(program: Program, text: str):
    """Hand over what was read."""
    return await program.post("/scans", {"text": text})


@pytest.mark.parametrize("text", [CODE, f"https://pay.example/c/{CODE}", "nl*vlt*e1*1"])
async def test_a_code_is_found_however_it_is_written(program: Program, text: str):
    """An address, a code, an EVSE id: the same charging point."""
    answer = await read(program, text)

    assert ("voltstraat", CODE, 0, "") == tuple(
        answer.json()[name] for name in ("operator", "code", "sticker", "admission")
    )


async def test_a_sticker_is_checked(program: Program):
    """A genuine tag gives the sticker's number; another one is refused, as the page warns."""
    mark = StickerKeys((SECRETS.key,)).mark(CODE, 3)
    genuine = await read(program, f"https://pay.example/C/{CODE}/{mark}")
    forged = await read(program, f"https://pay.example/C/{CODE}/3-AAAAAA")

    assert 3 == genuine.json()["sticker"]
    assert (404, "sticker_not_ours") == (forged.status_code, forged.json()["code"])


async def test_what_is_not_ours_leads_nowhere(program: Program):
    """Neither somebody else's address nor a code that nobody has."""
    foreign = await read(program, f"https://evil.example/c/{CODE}")
    unknown = await read(program, "ZZZZZZ")

    assert (422, "foreign_code") == (foreign.status_code, foreign.json()["code"])
    assert (404, "unknown_code") == (unknown.status_code, unknown.json()["code"])
