"""Stickers in the operator API: printed and read back, revoked, reported, mounted."""

from base64 import b64decode
from dataclasses import replace

import pytest

from app.charging.chargers.setup.save import save_evse
from app.charging.stickers.reports.model import Wrong
from app.charging.stickers.reports.work import report_sticker
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from qr.address import encoded
from tests.http.program import Program, page_by_page
from tests.qr.reader import pages_of
from tests.scenarios.world import CODE, OPERATOR, evse_draft

WAY = "/operator/stickers"


async def key(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key, of both scopes when none is named."""
    both = {Scope.STICKERS_READ, Scope.STICKERS_WRITE}
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("office", frozenset(scopes or both)))
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("layout", ["L7160", "A6"])
async def test_what_is_printed_is_read_and_registered(program: Program, layout: str):
    """The code holds our address with number and tag; the register knows the sticker."""
    office = await key(program)
    answer = await program.post(WAY, {"layout": layout, "locations": ["KADE"]}, **office)
    (file,) = answer.json()["files"]
    (page,) = pages_of(b64decode(file["content"]))
    (sticker,) = (await program.get(WAY, **office)).json()["stickers"]

    assert (201, "application/pdf") == (answer.status_code, file["media_type"])
    mark = program.world.desk.sticker_keys.mark(CODE, 1)
    assert [encoded(f"{program.world.desk.base_url}/c/{CODE}/{mark}")] == page.read()
    assert (f"{CODE}-1", "printed", "office", layout) == (
        sticker["serial"],
        sticker["state"],
        sticker["printed_by"],
        sticker["layout"],
    )


async def test_numbers_go_on_and_one_is_printed_again(program: Program):
    """Each print makes new stickers; one by its serial stays as it is."""
    office = await key(program)
    for _ in range(2):
        await program.post(WAY, {"layout": "code", "form": "png"}, **office)
    again = await program.post(
        WAY, {"layout": "code", "form": "svg", "serials": [f"{CODE}-1"]}, **office
    )
    found = (await program.get(WAY, **office)).json()["stickers"]

    assert [f"{CODE}-1.svg"] == [file["name"] for file in again.json()["files"]]
    assert [f"{CODE}-1", f"{CODE}-2"] == [each["serial"] for each in found]


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"layout": "L9999"}, 422, "sticker_order_invalid"),
        ({"locations": ["NOWHERE"]}, 422, "sticker_order_invalid"),
        ({"evses": ["NOBODY"]}, 422, "sticker_order_invalid"),
        ({"serials": [f"{CODE}-9"]}, 404, "sticker_not_found"),
        ({"form": "docx"}, 422, "invalid_request"),
        ({"dpi": 5000}, 422, "invalid_request"),
        ({"size": "A6"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_printed_is_told_and_not_registered(
    program: Program, order: dict[str, object], status: int, code: str
):
    """A problem with its code, and no sticker in the register."""
    office = await key(program)
    answer = await program.post(WAY, order, **office)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert [] == (await program.get(WAY, **office)).json()["stickers"]


async def test_a_sticker_is_revoked_once(program: Program):
    """By whom and why stays as it was told first; an unknown one is not found."""
    office = await key(program)
    await program.post(WAY, {"layout": "code"}, **office)
    first = await program.post(f"{WAY}/{CODE}-1/revoke", {"reason": "came off"}, **office)
    again = await program.post(f"{WAY}/{CODE}-1/revoke", {"reason": "other"}, **office)
    unknown = await program.post(f"{WAY}/{CODE}-7/revoke", {"reason": "x"}, **office)
    listed = await program.get(f"{WAY}?sticker_state=revoked&location=KADE", **office)

    assert ("revoked", "came off", "office") == tuple(
        first.json()[name] for name in ("state", "reason", "ended_by")
    )
    assert first.json() == again.json()
    assert 404 == unknown.status_code
    assert 1 == len(listed.json()["stickers"])


async def test_silent_points_and_reports(program: Program):
    """The point that nobody scanned; what somebody reported, until it is closed."""
    office = await key(program)
    async with program.world.database.work(OPERATOR) as work:
        await report_sticker(work, "VLT1-1", 0, reason=Wrong.UNREADABLE, note="")
    silent = (await program.get("/operator/silent-points?days=90", **office)).json()["points"]
    (report,) = (await program.get("/operator/sticker-reports", **office)).json()["reports"]
    path = f"/operator/sticker-reports/{report['id']}/close"
    closed = await program.post(path, {"outcome": "cleaned"}, **office)
    twice = await program.post(path, {"outcome": "cleaned"}, **office)

    assert [(CODE, None)] == [(each["code"], each["last_scan"]) for each in silent]
    assert "unreadable" == report["reason"]
    assert [] == closed.json()["reports"]
    assert 404 == twice.status_code


async def test_fitters_are_made_and_ended(program: Program):
    """The link is told once; revoked, it stays in the list."""
    office = await key(program)
    made = await program.post("/operator/sticker-fitters", {"name": "Ans", "days": 2}, **office)
    (known,) = (await program.get("/operator/sticker-fitters", **office)).json()["fitters"]
    path = f"/operator/sticker-fitters/{made.json()['id']}/revoke"
    (ended,) = (await program.post(path, **office)).json()["fitters"]

    assert made.json()["link"].startswith(f"{program.world.desk.base_url}/fit/")
    assert ("Ans", None) == (known["name"], known["revoked_at"])
    assert ended["revoked_at"] is not None


async def test_reading_is_not_writing(program: Program):
    """A key that may read prints nothing."""
    reader = await key(program, Scope.STICKERS_READ)
    answer = await program.post(WAY, {}, **reader)

    assert (403, "scope_missing") == (answer.status_code, answer.json()["code"])


async def test_anybody_reports_a_sticker(program: Program):
    """The operator has it in its list; unknown codes and other words are refused, and floods."""
    told = {"reason": "pasted_over", "note": "another lies under it"}
    answer = await program.post(f"/codes/{CODE}/reports", told)
    wrong = await program.post(f"/codes/{CODE}/reports", {"reason": "ugly"})
    unknown = await program.post("/codes/NOSUCH/reports", told)
    office = await key(program)
    (report,) = (await program.get("/operator/sticker-reports", **office)).json()["reports"]

    assert [204, 422, 404] == [each.status_code for each in (answer, wrong, unknown)]
    assert ("pasted_over", "another lies under it") == (report["reason"], report["note"])


async def test_silent_points_come_page_by_page(program: Program):
    """By location, each once."""
    office = await key(program)
    async with program.world.database.work(OPERATOR) as work:
        for number, code in ((9, "VKTAX9"), (10, "VKTAX3"), (2, "VKTAX2")):
            other = {"evse_uid": f"VLT1-{number}", "evse_id": f"NL*VLT*E1*{number}"}
            place = {"evse_no": number, "ocpp16_connector_id": number, "code": code}
            await save_evse(work, replace(evse_draft(), **other, **place))
    whole = (await program.get("/operator/silent-points", **office)).json()
    seen = await page_by_page(program, "/operator/silent-points", "points", **office)
    behind_all = await program.get("/operator/silent-points?cursor=~~", **office)

    assert 4 == len(seen)
    assert whole["points"] == seen
    assert whole["next_cursor"] is None
    assert [] == behind_all.json()["points"]


async def test_reports_come_page_by_page(program: Program):
    """The oldest first, each once, those of one moment too; a cursor of another list is refused."""
    office = await key(program)
    async with program.world.database.work(OPERATOR) as work:
        for note in ("one", "two", "three"):
            await report_sticker(work, "VLT1-1", 0, reason=Wrong.OTHER, note=note)
    whole = (await program.get("/operator/sticker-reports", **office)).json()
    seen = await page_by_page(program, "/operator/sticker-reports", "reports", **office)
    wrong = await program.get("/operator/sticker-reports?cursor=KADE~1", **office)

    assert {"one", "two", "three"} == {each["note"] for each in seen}
    assert (whole["reports"], None) == (seen, whole["next_cursor"])
    assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"])


async def test_stickers_come_page_by_page(program: Program):
    """Each once, by code and number; a cursor of another list is refused."""
    office = await key(program)
    for _ in range(3):
        await program.post(WAY, {"layout": "code", "form": "svg", "locations": ["KADE"]}, **office)
    whole = (await program.get(WAY, **office)).json()
    seen = [each["serial"] for each in await page_by_page(program, WAY, "stickers", **office)]
    wrong = await program.get(f"{WAY}?cursor=2026~x", **office)

    assert 3 == len(seen)
    assert seen == [each["serial"] for each in whole["stickers"]]
    assert whole["next_cursor"] is None
    assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"])
