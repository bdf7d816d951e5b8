"""An app shows and changes what is a driver's own: credit, kept means, a year of sessions."""

import pytest

from tests.http.program import KEY, Program
from tests.http.test_api_own_money import OTHER, eur
from tests.http.test_api_sign_in import ANNA, shows, signs_in
from tests.scenarios.promises import keeper
from tests.scenarios.wallets import known_driver, sells_credit

BEN = {**ANNA, "email": "ben@example.com"}
NOBODYS = "019c0000-0000-7000-8000-00000000000d"


@pytest.fixture
async def anna(program: Program) -> dict[str, str]:
    """Anna, signed in, at an operator that sells credit."""
    await sells_credit(program.world)
    return shows(await signs_in(program))


async def tops_up(program: Program, who: dict[str, str], minor: int = 5000, key: str = KEY):
    """Begin to buy credit."""
    order = {"amount": eur(minor), "method": "ideal"}
    return await program.post("/me/wallet/top-ups", order, Idempotency_Key=key, **who)


async def test_credit_is_bought_and_given_back(program: Program, anna: dict[str, str]):
    """The offer, the provider's page, the credit when the money is there, and all of it back."""
    offer = (await program.get("/me/wallet", **anna)).json()["offer"]
    begun = await tops_up(program, anna)
    again = await tops_up(program, anna)
    path = f"/me/wallet/top-ups/{begun.json()['id']}"
    asked = (await program.get(path, **anna)).json()
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.world.worker.run_due()
    bought = (await program.get(path, **anna)).json()
    (wallet,) = (await program.get("/me/wallet", **anna)).json()["wallets"]
    back = await program.post("/me/wallet/refund", {"currency": "EUR"}, **anna)
    await program.world.worker.run_due()
    left = await program.post(
        "/me/wallet/refund", {"currency": "EUR"}, Idempotency_Key=OTHER, **anna
    )

    assert [eur(2500), eur(5000), eur(10_000)] == offer["amounts"]
    assert "ideal" in {each["method"] for each in offer["methods"]}
    assert 201 == begun.status_code
    assert begun.json() == again.json()
    assert 1 == len(program.world.provider.snapshots)
    assert ("asked", "credited") == (asked["state"], bought["state"])
    assert (eur(5000), ["top_up"]) == (
        wallet["balance"],
        [each["kind"] for each in wallet["lines"]],
    )
    assert (200, eur(5000)) == (back.status_code, back.json()["amount"])
    assert (409, "nothing_to_refund") == (left.status_code, left.json()["code"])


async def test_what_is_not_sold_is_not_bought(program: Program, anna: dict[str, str]):
    """Neither another amount, nor where no credit is sold; and another's top-up is nobody's."""
    wrong = await tops_up(program, anna, 4999)
    begun = await tops_up(program, anna, key=OTHER)
    ben = shows(await signs_in(program, **BEN))
    foreign = await program.get(f"/me/wallet/top-ups/{begun.json()['id']}", **ben)

    assert (409, "top_up_refused") == (wrong.status_code, wrong.json()["code"])
    assert (404, "top_up_not_found") == (foreign.status_code, foreign.json()["code"])
    assert [] == (await program.get("/me/wallet", **ben)).json()["wallets"]


async def test_top_ups_are_few(program: Program, anna: dict[str, str]):
    """Who tries out cards is stopped after ten within an hour."""
    answers = [(await tops_up(program, anna, key=f"{n:032x}")).status_code for n in range(11)]

    assert 429 == answers[-1]
    assert 429 not in answers[:-1]


async def test_an_operator_without_credit_offers_none(program: Program):
    """Then there is nothing to buy, and nothing to switch off."""
    who = shows(await signs_in(program))
    seen = (await program.get("/me/wallet", **who)).json()
    off = await program.delete("/me/wallet/automatic/EUR", **who)

    assert ([], None) == (seen["wallets"], seen["offer"])
    assert (404, "wallet_not_found") == (off.status_code, off.json()["code"])


async def test_buying_by_itself_ends(program: Program, anna: dict[str, str]):
    """As often as it is asked for."""
    driver = await known_driver(program.world)
    await driver.is_given(1000)
    answers = [await program.delete("/me/wallet/automatic/EUR", **anna) for _ in range(2)]

    assert [204, 204] == [each.status_code for each in answers]


async def test_credit_buys_itself_again(program: Program, anna: dict[str, str]):
    """With the words of the offer, and a card; it holds when the money is there."""
    offer = (await program.get("/me/wallet", **anna)).json()["offer"]["automatic"]
    order = {"amount": eur(2500), "method": "creditcard", "automatic": offer["words"]}
    old = await program.post("/me/wallet/top-ups", {**order, "automatic": "2020-01"}, **anna)
    other = await program.post("/me/wallet/top-ups", {**order, "method": "ideal"}, **anna)
    begun = await program.post("/me/wallet/top-ups", order, **anna)
    (asked,) = (await program.get("/me/wallet", **anna)).json()["wallets"]
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.world.worker.run_due()
    (on,) = (await program.get("/me/wallet", **anna)).json()["wallets"]
    await program.delete("/me/wallet/automatic/EUR", **anna)
    (off,) = (await program.get("/me/wallet", **anna)).json()["wallets"]

    # Two fifths of the smallest amount, which is bought at most twice a day.
    assert (eur(1000), eur(2500), eur(5000)) == (offer["below"], offer["amount"], offer["a_day"])
    assert ["creditcard"] == offer["methods"]
    assert ["means_not_kept"] * 2 == [old.json()["code"], other.json()["code"]]
    assert 201 == begun.status_code, begun.text
    states = [each["automatic"]["state"] for each in (asked, on, off)]
    assert ["agreed", "on", "off"] == states
    assert "driver" == off["automatic"]["ended_why"]


async def test_kept_means_are_named_and_removed(program: Program):
    """By their driver alone."""
    keeps = await keeper(program.world)
    await keeps.keeps_a_card()
    who = shows(await signs_in(program))
    (kept,) = (await program.get("/me/means", **who)).json()["means"]
    path = f"/me/means/{kept['means_id']}"
    ben = shows(await signs_in(program, **BEN))
    foreign = await program.delete(path, **ben)
    named = await program.patch(path, {"name": "The company's"}, **who)
    (after,) = (await program.get("/me/means", **who)).json()["means"]
    unknown = await program.patch(f"/me/means/{NOBODYS}", {"name": "x"}, **who)
    removed = await program.delete(path, **who)

    assert [404, 204, 404, 204] == [each.status_code for each in (foreign, named, unknown, removed)]
    assert "The company's" == after["name"]
    assert {"means": [], "owed": None, "waits": False} == (
        await program.get("/me/means", **who)
    ).json()


async def test_a_year_is_summed_by_months(program: Program):
    """12.340 kWh x 0.50 EUR = 6.17 EUR in March 2026; nothing for who charged nothing."""
    begun = await program.charges_and_stops()
    who = shows(await signs_in(program))
    before = (await program.get("/me/sessions/months", **who)).json()["months"]
    proof = {"token": begun["token"], "control": begun["control"]}
    await program.post("/me/sessions", proof, **who)
    months = (await program.get("/me/sessions/months", **who)).json()["months"]

    assert [] == before
    assert 12 == len(months)
    assert {
        "first": "2026-03-01",
        "sessions": 1,
        "energy_kwh": "12.34",
        "charged": [eur(617)],
    } == months[-1]
