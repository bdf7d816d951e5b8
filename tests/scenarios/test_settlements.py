"""What the provider says that it paid out, matched line by line with what we know."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from app.audit.check import check
from app.funds.payments.providers.settlements import Movement, SettlementLine
from app.funds.reconciliation.record import Recorded, record_lines
from app.kernel.money import Money
from tests.scenarios.test_books import balances, charged
from tests.scenarios.test_refund import asks
from tests.scenarios.world import OPERATOR, World

ACCOUNT = uuid5(OPERATOR, "mollie:test")
AT = datetime(2026, 3, 3, tzinfo=UTC)


def line(key: str, movement: Movement, gross: int, *, fee: int = 0, **names: str) -> SettlementLine:
    """A line in cents, with what it is called by."""
    return SettlementLine(
        key=key,
        movement=movement,
        said=movement,
        provider_ref=names.get("payment"),
        part_ref=names.get("part"),
        reference=None,
        gross=Money(gross, "EUR"),
        fee=Money(fee, "EUR"),
        net=Money(gross - fee, "EUR"),
        at=AT,
    )


async def take_over(world: World, *lines: SettlementLine) -> Recorded:
    """Read lines of the operator's account."""
    return await record_lines(lines, ACCOUNT, operator_id=OPERATOR, database=world.database)


async def test_a_settlement_is_matched(world: World):
    """6.17 less 0.35 of fees are paid out: nothing is owed by the provider any more."""
    await charged(world)
    ref = world.payment_ref
    lines = (
        line("a", Movement.PAYMENT, 617, fee=30, payment=ref),
        line("b", Movement.FEE, -5),
        line("c", Movement.PAYOUT, -582),
    )
    first = await take_over(world, *lines)
    again = await take_over(world, *lines)

    assert (Recorded(3, 0), Recorded(0, 0)) == (first, again)
    held = await balances(world)
    assert 582 == held["bank"]
    assert 35 == sum(minor for name, minor in held.items() if name.startswith("psp_fee"))
    assert not any(name.startswith(("psp_receivable", "suspense")) for name in held)


async def test_what_nobody_knows_is_in_suspense(world: World):
    """A strange payment, a second line for the same capture, and another amount wait."""
    await charged(world)
    ref = world.payment_ref
    recorded = await take_over(
        world,
        line("a", Movement.PAYMENT, 617, payment=ref),
        line("b", Movement.PAYMENT, 617, payment=ref),
        line("c", Movement.PAYMENT, 900, payment="tr_strange"),
        line("d", Movement.OTHER, 1),
    )

    assert Recorded(4, 3) == recorded
    held = await balances(world)
    waiting = sorted(-held[name] for name in held if name.startswith("suspense"))
    assert [1, 617, 900] == waiting


async def test_suspense_is_explained_later(world: World):
    """A refund that is settled before we heard of it waits, and is matched once we did."""
    await charged(world)
    receipt = await world.receipt()
    assert receipt is not None
    early = line("a", Movement.REFUND, -200, payment=world.payment_ref)
    before = await take_over(world, early)
    await asks(world, receipt.number, 200)
    await check(database=world.database)

    assert Recorded(1, 1) == before
    held = await balances(world)
    assert not any(name.startswith("suspense") for name in held)
    assert 417 == sum(minor for name, minor in held.items() if name.startswith("psp_receivable"))


async def test_a_payment_that_is_never_settled_is_a_breach(world: World):
    """Three weeks on, other lines came but none of this payment: invariant 11 names it."""
    await charged(world)
    world.clock.advance(days=21)
    await take_over(world, line("b", Movement.FEE, 0))
    found = [
        breach.subject
        for checked in await check(database=world.database)
        for breach in checked.breaches
        if breach.number == 11
    ]
    # Settled after all: the books are right again.
    await take_over(world, line("a", Movement.PAYMENT, 617, payment=world.payment_ref))

    assert [f"payment {UUID(found[0].removeprefix('payment '))}"] == found
