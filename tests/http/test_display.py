"""The code of a display over HTTP: pages for a browser, calls for an app."""

import pytest

from tests.http.program import Program
from tests.http.site import Site, fields
from tests.http.test_abuse import at
from tests.scenarios.test_display import furnish, on_display
from tests.scenarios.world import CODE


async def test_the_sticker_page_asks_for_the_display(site: Site):
    """Price and state are there, and no button to pay."""
    await furnish(site.world, is_required=True)
    page = await site.get(f"/c/{CODE}")

    assert 200 == page.status_code
    assert "Scan the code on the display" in page.text
    assert "Pay and start with" not in page.text


async def test_reading_the_display_leads_to_the_button(site: Site):
    """The address of the display leads to the plain one, so that a reload does no harm."""
    await furnish(site.world, is_required=True)
    text = await on_display(site.world)
    read = await site.get(f"/c/{CODE}?id=VLT-1&totp={text}&v=v1")
    page = await site.get(f"/c/{CODE}")
    paid = await site.post(f"/c/{CODE}/pay", {**fields(page.text), "method": "creditcard"})

    assert (303, f"/c/{CODE}") == (read.status_code, read.headers["location"])
    assert f"Path=/c/{CODE}" in read.headers["set-cookie"]
    assert "Pay and start with" in page.text
    assert paid.headers["location"].startswith("https://provider.test")


async def test_an_old_code_is_refused_before_anything_is_paid(site: Site):
    """The page says what to do, and a form that somebody kept begins nothing."""
    await furnish(site.world, is_required=True)
    old = await on_display(site.world, seconds=-90)
    page = await site.get(f"/c/{CODE}?totp={old}")
    form = {"method": "creditcard", "tariff_id": "per-kwh", "tariff_version": "1"}
    paid = await site.post(f"/c/{CODE}/pay", form)

    assert [409, 409] == [page.status_code, paid.status_code]
    assert "Scan the code on the display again" in page.text
    assert "Scan the code on the display again" in paid.text
    assert [] == list(site.world.provider.snapshots)


async def test_guessing_is_slowed_down(site: Site):
    """Thirty guesses in ten minutes from one network, and then a pause."""
    await furnish(site.world, is_required=True)
    async with at(site.app, "203.0.113.9") as guesser:
        answers = [await guesser.get(f"/c/{CODE}?totp=aaaaaaaa") for _ in range(31)]

    assert [409] * 30 + [429] == [answer.status_code for answer in answers]


async def test_an_app_reads_the_display(program: Program):
    """The view says that it is needed; the answer to the reading begins a session."""
    await furnish(program.world, is_required=True)
    view = (await program.get(f"/codes/{CODE}")).json()
    text = await on_display(program.world)
    admission = await program.post(f"/codes/{CODE}/admission", {"totp": text})
    order = await program.orders()
    refused = await program.post("/sessions", order, Idempotency_Key="a" * 22)
    begun = await program.post("/sessions", order | admission.json(), Idempotency_Key="b" * 22)

    assert view["needs_display_code"]
    assert (409, "display_code_needed") == (refused.status_code, refused.json()["code"])
    assert 201 == begun.status_code


@pytest.mark.parametrize("text", ["0" * 8, "\u00e9"])
async def test_an_app_with_another_code_is_told(program: Program, text: str):
    """409 with the code of the problem."""
    await furnish(program.world, is_required=True)
    answer = await program.post(f"/codes/{CODE}/admission", {"totp": text})

    assert (409, "display_code_needed") == (answer.status_code, answer.json()["code"])


async def test_without_a_display_nothing_is_needed(program: Program):
    """An app may send what it scanned wherever it is."""
    answer = await program.post(f"/codes/{CODE}/admission", {"totp": "0" * 8})

    assert {"admission": ""} == answer.json()
