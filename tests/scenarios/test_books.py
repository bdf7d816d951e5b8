"""The books of what goes on after a session: disputes, and who bears them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.directpay.books.write_off import WriteOff, write_off
from app.directpay.errors import NothingToWriteOff
from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.post import balances_of
from app.funds.payments.ports import Part, PartStatus, ProviderStatus
from app.kernel.money import Money
from app.people.identity.model import Commission, MerchantOfRecord
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.scenarios.world import OPERATOR, World


async def charged(world: World) -> None:
    """Charge 12.340 kWh for 6.17, incl. 21 % VAT, until the money has moved."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=40, kwh="12.340")
    await world.presses_stop()
    await world.stops()


async def sold_by_the_platform(world: World) -> None:
    """Let the platform sell for the operator, for 5 % and 0.25 a session."""
    commission = Commission(Decimal(5), Money(25, "EUR"))
    async with world.database.work(OPERATOR) as work:
        operator = await get_operator(work)
        platform = MerchantOfRecord.PLATFORM
        await save_operator(
            work, replace(operator, merchant_of_record=platform, commission=commission)
        )


async def disputed(world: World, cents: int, *, won: bool = False) -> None:
    """The bank takes money back, and gives it again when the dispute is *won*."""
    part = (Part("chb_1", PartStatus.SUCCEEDED, Money(cents, "EUR")),)
    told = replace(world.book, chargebacks=part, reversals=part if won else ())
    world.provider.snapshots[world.payment_ref] = told
    await world.webhook()


async def balances(world: World) -> dict[str, int]:
    """The accounts that hold something, in cents."""
    found = {}
    async with world.database.work(OPERATOR) as work:
        for kind in AccountKind:
            for key, balance in await balances_of(work, kind, Book.TEST):
                if balance:
                    found[str(key.account).split(":019")[0].split(":0")[0]] = balance.minor
    return found


async def test_an_operator_that_sells_bears_its_disputes(world: World):
    """6.17 less 1.07 VAT is revenue; a lost dispute is a loss, and the VAT is still owed."""
    await charged(world)
    await disputed(world, 617)

    expected = {"vat_payable:NL:21": 107, "revenue": 510, "dispute_loss": 617}
    assert expected == await balances(world)


async def test_a_platform_passes_disputes_on(world: World):
    """5.10 net: 0.26 and 0.25 are the platform's, 4.59 the operator's, who bears the dispute."""
    await sold_by_the_platform(world)
    await charged(world)
    before = await balances(world)
    await disputed(world, 617)
    lost = await balances(world)
    await disputed(world, 617, won=True)

    assert 51 == before["platform_fee"]
    assert 459 == before["cpo_payable:voltstraat"]
    assert 459 - 617 == lost["cpo_payable:voltstraat"]
    assert "dispute_loss" not in lost
    assert before == await balances(world)


async def test_a_price_that_cannot_be_collected(world: World):
    """The hold is gone before it is captured: the price is owed, and then written off."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=40, kwh="12.340")
    gone = replace(world.book, status=ProviderStatus.EXPIRED)
    world.provider.snapshots[world.payment_ref] = gone
    await world.webhook()
    await world.stops()
    owed = await balances(world)
    order = WriteOff("VS-2026-000001", "hold_lost", "anna")
    given_up = await write_off(order, operator_id=OPERATOR, database=world.database)

    assert 617 == owed["clearing"]
    assert 617 == given_up.minor
    expected = {"vat_payable:NL:21": 107, "revenue": 510, "write_off:hold_lost": 617}
    assert expected == await balances(world)
    assert (
        []
        == world.worker.sql.execute(
            "SELECT reason FROM work_list WHERE resolved_at IS NULL"
        ).fetchall()
    )
    with pytest.raises(NothingToWriteOff, match="collected"):
        await write_off(order, operator_id=OPERATOR, database=world.database)
    with pytest.raises(NothingToWriteOff, match="a word"):
        await write_off(replace(order, reason="?"), operator_id=OPERATOR, database=world.database)
