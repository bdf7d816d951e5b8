"""Drivers' credit in the API: given, seen, frozen, given back, counted."""

import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import KEY, Program
from tests.scenarios.test_wallet import charges_on_credit
from tests.scenarios.wallets import known_driver, sells_credit
from tests.scenarios.world import OPERATOR

WAY = "/operator/wallets"
ANNA = {"email": "anna@example.com"}
IN_EUROS = {**ANNA, "currency": "EUR"}
BOTH = (Scope.WALLETS_READ, Scope.WALLETS_WRITE)


def gift(minor: int = 2000, expires_at: str = "2026-06-01T00:00:00Z") -> dict[str, object]:
    """A gift for Anna."""
    amount = {"minor": minor, "currency": "EUR"}
    return {**ANNA, "amount": amount, "expires_at": expires_at, "note": "Welcome"}


async def known(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key, and the Idempotency-Key of orders."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("desk", frozenset(scopes or BOTH)))
    return {"Authorization": f"Bearer {text}", "Idempotency_Key": KEY}


async def test_a_gift_is_found_when_its_driver_signs_in(program: Program):
    """Given twice with one key it is one gift; whoever has the address has it."""
    desk = await known(program)
    first = await program.post(f"{WAY}/grants", gift(), **desk)
    again = await program.post(f"{WAY}/grants", gift(), **desk)
    seen = await program.post(f"{WAY}/search", ANNA, **desk)

    assert (201, first.json()) == (again.status_code, again.json())
    wallet = seen.json()["wallets"][0]
    assert {"minor": 2000, "currency": "EUR"} == wallet["balance"] == wallet["spendable"]
    assert [first.json()] == wallet["lots"]
    assert ["grant"] == [line["kind"] for line in wallet["lines"]]
    anna = await known_driver(program.world)
    assert (0, 2000) == await anna.balances()


async def test_a_session_is_one_line(program: Program):
    """What a session cost is one line, below zero."""
    desk = await known(program)
    await program.post(f"{WAY}/grants", gift(), **desk)
    await charges_on_credit(await known_driver(program.world), 2000)
    seen = await program.post(f"{WAY}/search", ANNA, **desk)

    lines = seen.json()["wallets"][0]["lines"]
    assert [("wallet_spent", -617), ("grant", 2000)] == [
        (line["kind"], line["amount"]["minor"]) for line in lines
    ]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (gift(expires_at="2026-03-01T00:00:00Z"), "grant_invalid"),
        ({**gift(), "email": "no address"}, "not_an_address"),
        (gift(minor=0), "invalid_request"),
        (gift(expires_at="2026-06-01T00:00:00"), "invalid_request"),
    ],
)
async def test_gifts_that_cannot_be(program: Program, order: dict, code: str):
    """An end in the past or without a zone, nothing at all, and what is no address."""
    answer = await program.post(f"{WAY}/grants", order, **await known(program))

    assert code == answer.json()["type"].rsplit("/", 1)[-1]


async def test_one_key_is_one_gift(program: Program):
    """The key of a gift cannot give something else."""
    desk = await known(program)
    await program.post(f"{WAY}/grants", gift(), **desk)
    answer = await program.post(f"{WAY}/grants", gift(minor=3000), **desk)

    assert 422 == answer.status_code


async def test_credit_is_frozen_and_made_usable(program: Program):
    """Frozen, a driver has the credit and can't use it; afterwards they can."""
    desk = await known(program)
    await program.post(f"{WAY}/grants", gift(), **desk)
    frozen = await program.post(f"{WAY}/freeze", {**IN_EUROS, "reason": "stolen"}, **desk)
    seen = (await program.post(f"{WAY}/search", ANNA, **desk)).json()["wallets"][0]
    usable = await program.post(f"{WAY}/unfreeze", IN_EUROS, **desk)
    after = (await program.post(f"{WAY}/search", ANNA, **desk)).json()["wallets"][0]

    assert (204, 204) == (frozen.status_code, usable.status_code)
    assert ("stolen", 0) == (seen["frozen"], seen["spendable"]["minor"])
    assert (None, 2000) == (after["frozen"], after["spendable"]["minor"])


async def test_bought_credit_goes_back(program: Program):
    """What was bought goes back, once; what was given does not."""
    await sells_credit(program.world)
    desk = await known(program)
    await program.post(f"{WAY}/grants", gift(), **desk)
    anna = await known_driver(program.world)
    await anna.buys(5000)
    first = await program.post(f"{WAY}/refund", IN_EUROS, **desk)
    repeated = await program.post(f"{WAY}/refund", IN_EUROS, **desk)
    again = await program.post(f"{WAY}/refund", IN_EUROS, **{**desk, "Idempotency_Key": "w" * 22})
    await program.world.worker.run_due()

    assert {"minor": 5000, "currency": "EUR"} == first.json()["amount"]
    assert first.content == repeated.content
    assert 409 == again.status_code
    assert (0, 2000) == await anna.balances()


async def test_volumes(program: Program):
    """The volume of live credit, against a million euros."""
    await program.post(f"{WAY}/grants", gift(), **await known(program))
    await charges_on_credit(await known_driver(program.world), 2000)
    program.world.worker.sql.execute("UPDATE wallet SET book = 'live'")
    answer = await program.get(f"{WAY}/volumes", **await known(program))
    program.world.worker.sql.execute("UPDATE wallet SET book = 'test'")

    assert 100_000_000 == answer.json()["threshold"]["minor"]
    amount = {"minor": 617, "currency": "EUR"}
    assert [{"country": "NL", "amount": amount, "sessions": 1, "percent": 0}] == answer.json()[
        "volumes"
    ]


@pytest.mark.parametrize("path", ["grants", "freeze", "unfreeze", "refund"])
async def test_reading_does_not_write(program: Program, path: str):
    """A key that may only read gives nothing and freezes nothing."""
    answer = await program.post(f"{WAY}/{path}", gift(), **await known(program, Scope.WALLETS_READ))

    assert 403 == answer.status_code


async def test_an_unknown_driver(program: Program):
    """Nobody has this address at this operator."""
    answer = await program.post(f"{WAY}/search", ANNA, **await known(program))

    assert 404 == answer.status_code
