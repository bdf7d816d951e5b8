"""Refunds in the API: one program asks, another one approves."""

from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

import pytest

from app.kernel.money import Money
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.http.program import KEY, Program
from tests.scenarios.world import OPERATOR

WAY = "/operator/refunds"
ALL = (Scope.REFUNDS_READ, Scope.REFUNDS_WRITE, Scope.REFUNDS_APPROVE)


def part(minor: int, currency: str = "EUR") -> dict[str, object]:
    """An order for a part of the first receipt."""
    amount = {"minor": minor, "currency": currency}
    return {"receipt": "VS-2026-000001", "reason": "the meter was wrong", "amount": amount}


async def known(program: Program, name: str, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key with a name, and the Idempotency-Key of orders."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder(name, frozenset(scopes or ALL)))
    return {"Authorization": f"Bearer {text}", "Idempotency_Key": KEY}


async def limited(program: Program, cents: int) -> None:
    """Above so much, two keys are needed."""
    async with program.world.database.work(OPERATOR) as work:
        operator = await get_operator(work)
        await save_operator(work, replace(operator, refund_limit=Money(cents, "EUR")))


async def test_a_program_gives_money_back(program: Program):
    """Asked for twice with one key it is one refund, done at once, and listed."""
    await program.charges_and_stops()
    desk = await known(program, "help desk")
    first = await program.post(WAY, part(200), **desk)
    again = await program.post(WAY, part(200), **desk)
    await program.world.worker.run_due()
    listed = await program.get(WAY, **desk)

    assert (201, 201) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert ("done", "help desk") == (first.json()["state"], first.json()["decided_by"])
    assert {"minor": 200, "currency": "EUR"} == first.json()["amount"]
    assert [first.json()] == listed.json()["refunds"]
    assert 200 == program.world.book.refunded.minor


async def test_a_second_key_approves(program: Program):
    """Above the limit it waits for a key of another name, which may also say no."""
    await limited(program, 100)
    await program.charges_and_stops()
    desk, head = await known(program, "help desk"), await known(program, "head of desk")
    asked = (await program.post(WAY, part(200), **desk)).json()
    own = await program.post(f"{WAY}/{asked['id']}/approve", **desk)
    waiting = (await program.get(f"{WAY}?state=asked", **head)).json()["refunds"]
    done = await program.post(f"{WAY}/{asked['id']}/approve", **head)
    late = await program.post(f"{WAY}/{asked['id']}/refuse", **head)
    other = {**desk, "Idempotency_Key": KEY[::-1]}
    more = (await program.post(WAY, part(300), **other)).json()
    refused = await program.post(f"{WAY}/{more['id']}/refuse", **head)
    await program.world.worker.run_due()

    assert (403, "second_person_needed") == (own.status_code, own.json()["code"])
    assert [asked] == waiting
    assert ("done", "head of desk") == (done.json()["state"], done.json()["decided_by"])
    assert (409, "refund_decided") == (late.status_code, late.json()["code"])
    assert "refused" == refused.json()["state"]
    assert 200 == program.world.book.refunded.minor


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        (part(618), 409, "credit_too_large"),
        (part(100, "SEK"), 422, "refund_invalid"),
        ({**part(1), "receipt": "VS-9"}, 404, "receipt_not_found"),
        ({**part(1), "reason": "   "}, 422, "refund_invalid"),
        (part(0), 422, "invalid_request"),
        ({**part(1), "by": "me"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_given_back(
    program: Program, order: dict[str, object], status: int, code: str
):
    """Each with its problem, and nothing is given back."""
    await program.charges_and_stops()
    answer = await program.post(WAY, order, **await known(program, "help desk"))

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert 0 == program.world.book.refunded.minor


async def test_each_scope_is_needed(program: Program):
    """A key that may do something else may do nothing here."""
    other = await known(program, "prices", Scope.PRICES_READ)
    nobody = UUID(int=7)
    answers = [
        await program.get(WAY, **other),
        await program.post(WAY, part(1), **other),
        await program.post(f"{WAY}/{nobody}/approve", **other),
        await program.post(f"{WAY}/{nobody}/refuse", **other),
    ]
    unknown = await program.post(f"{WAY}/{nobody}/approve", **await known(program, "head"))

    assert [(403, "scope_missing")] * 4 == [(a.status_code, a.json()["code"]) for a in answers]
    assert (404, "refund_not_found") == (unknown.status_code, unknown.json()["code"])


async def test_refunds_come_page_by_page(program: Program):
    """Each once, the oldest first; of one state, too."""
    await program.charges_and_stops()
    desk = await known(program, "help desk")
    made = []
    for number in range(3):
        order = {**desk, "Idempotency_Key": f"{KEY}-{number}"}
        made.append((await program.post(WAY, part(100), **order)).json()["id"])
        program.world.clock.advance(seconds=1)
    seen, more = [], ""
    for _ in range(4):
        page = (await program.get(f"{WAY}?limit=1&state=done{more}", **desk)).json()
        seen += [each["id"] for each in page["refunds"]]
        if page["next_cursor"] is None:
            break
        more = f"&cursor={quote(page['next_cursor'])}"
    wrong = await program.get(f"{WAY}?cursor=x", **desk)

    assert made == seen
    assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"])
