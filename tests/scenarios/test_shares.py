"""The provider gives the operator its part of a payment, so that no transfer has to."""

import pytest

from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import save_holds
from app.commands.payouts import share_line
from app.directpay.money.policy import save_hold_policy
from app.funds.payments.accounts import AccountOrder, save_account
from app.funds.payments.providers.settlements import Movement
from app.funds.payments.sharing.read import list_shares
from app.funds.payouts.order import order_payouts
from app.funds.reconciliation.record import Recorded
from app.kernel.money import Money
from tests.fakes.provider import Fault
from tests.scenarios.test_books import balances, disputed, sold_by_the_platform
from tests.scenarios.test_more import POLICY, adds
from tests.scenarios.test_promotions import unplugs
from tests.scenarios.test_refund import asks, charged
from tests.scenarios.test_settlements import line, take_over
from tests.scenarios.test_wallet import charges_on_credit
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import OPERATOR, World

BALANCE, ORGANISATION = "BA00000000000000000000001", "org_12345"


async def at(world: World, provider: str) -> str:
    """Take payments at *provider*, which gives the operator its part; return its account there."""
    await sold_by_the_platform(world)
    recipient = BALANCE if provider == "adyen" else ORGANISATION
    order = AccountOrder(provider, "test", "key", share_account=recipient)
    async with world.database.work(OPERATOR) as work:
        await save_account(work, order, vault=world.desk.payments.vault)
    return recipient


async def charged_again(world: World) -> None:
    """The next driver charges 12.340 kWh for 6.17."""
    await unplugs(world)
    await world.pays(key="next")
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")
    await world.presses_stop()
    await world.stops()


def shares_of(held: dict[str, int]) -> dict[str, int]:
    """What operators are owed, or are about to get."""
    return {name: cents for name, cents in held.items() if name.startswith(("cpo", "share"))}


@pytest.mark.parametrize("provider", ["adyen", "mollie"])
async def test_the_operator_gets_its_part(world: World, provider: str):
    """5.10 net less 0.51 is 4.59: with the capture at Adyen, by a route at Mollie; none is owed."""
    recipient = await at(world, provider)
    await charged(world)

    assert 459 == world.shares.given[recipient]
    held = await balances(world)
    assert {} == shares_of(held)
    # 6.17 was taken, and 4.59 of it is the operator's: the provider owes the rest.
    assert [158] == [cents for name, cents in held.items() if name.startswith("psp_receivable")]
    assert [] == await order_payouts(operator_id=OPERATOR, database=world.database)


@pytest.mark.parametrize("provider", ["adyen", "mollie"])
async def test_a_refund_takes_the_part_back(world: World, provider: str):
    """
    6.17 less 2.00 is 4.17: the operator keeps what it would have earned by that.

    3.45 net less 5 % (0.17) and 0.25 is 3.03; then all goes back, and nobody has anything.
    """
    recipient = await at(world, provider)
    number = await charged(world)
    await asks(world, number, 200)
    some = dict(world.shares.given)
    await asks(world, number, None, key="rest")

    assert 303 == some[recipient]
    assert 0 == world.shares.given[recipient]
    assert {} == shares_of(await balances(world))


async def test_what_is_paid_first_is_divided_after_its_refund(world: World):
    """Of 60.00 by iDEAL 53.83 go back first; then 4.59 of the price are the operator's."""
    recipient = await at(world, "mollie")
    await charged(world, "ideal")

    assert 459 == world.shares.given[recipient]
    assert {} == shares_of(await balances(world))


async def test_adyen_has_no_moment_to_divide_what_is_paid_first(world: World):
    """The price is not known when it is charged: the operator is paid out by transfer."""
    await at(world, "adyen")
    await charged(world, "ideal")

    assert {} == world.shares.given
    assert {"cpo_payable:voltstraat": 459} == shares_of(await balances(world))


@pytest.mark.parametrize("provider", ["adyen", "mollie"])
async def test_a_refused_part_is_owed_again(world: World, provider: str):
    """The driver's money is taken all the same, a person is told, and a transfer is made."""
    await at(world, provider)
    world.shares.refuses = True
    await charged(world)

    settled = (await world.sees()).settled
    assert settled is not None
    assert settled.money_moved
    assert 617 == world.book.captured.minor
    assert ["share_refused"] == world.work_list()
    assert {"cpo_payable:voltstraat": 459} == shares_of(await balances(world))


@pytest.mark.parametrize("provider", ["adyen", "mollie"])
async def test_a_part_that_cannot_come_back_is_set_off(world: World, provider: str):
    """The driver gets 2.00 all the same; the operator owes 1.56, which its next part is less."""
    recipient = await at(world, provider)
    number = await charged(world)
    world.shares.refuses = True
    await asks(world, number, 200)
    owed = shares_of(await balances(world))
    world.shares.refuses = False
    await charged_again(world)

    # 4.59 - 3.03 = 1.56
    assert {"cpo_payable:voltstraat": -156} == owed
    assert ["share_refused"] == world.work_list()
    assert 459 + 459 - 156 == world.shares.given[recipient]
    assert {} == shares_of(await balances(world))


@pytest.mark.parametrize("provider", ["adyen", "mollie"])
async def test_a_dispute_is_set_off(world: World, provider: str):
    """The bank takes 6.17 from the platform: the operator owes it, and pays with its next part."""
    recipient = await at(world, provider)
    await charged(world)
    await disputed(world, 617)
    owed = shares_of(await balances(world))
    await charged_again(world)

    assert {"cpo_payable:voltstraat": -617} == owed
    # 4.59 of the second session are all set off.
    assert 459 == world.shares.given[recipient]
    assert {"cpo_payable:voltstraat": 459 - 617} == shares_of(await balances(world))


@pytest.mark.parametrize(
    ("provider", "operation"), [("adyen", "capture"), ("mollie", "route"), ("mollie", "capture")]
)
@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.RATE_LIMIT])
async def test_an_unknown_outcome_is_found_out(
    world: World, provider: str, operation: str, fault: Fault
):
    """Whatever became of the order, it is made once, and the operator gets its part once."""
    recipient = await at(world, provider)
    world.provider.fault(operation, fault)
    await charged(world)
    await world.sweeps_payments(minutes=30)

    assert 459 == world.shares.given[recipient]
    assert {} == shares_of(await balances(world))
    assert {1} == set(world.provider.effects.values())


async def test_a_failed_capture_gives_nobody_anything(world: World):
    """The bank refuses the capture after all, twice: the price is not paid, and not shared."""
    await at(world, "adyen")
    world.provider.fault("capture", Fault.PART_FAILS, times=2)
    await charged(world)
    await world.webhook()

    assert {} == world.shares.given
    assert ["share_refused", "capture_failed"] == world.work_list()
    assert {"cpo_payable:voltstraat": 459} == shares_of(await balances(world))


async def test_a_wallet_is_no_provider(world: World):
    """A session on credit is paid out by transfer: the platform has had the money for long."""
    await at(world, "mollie")
    anna = await known_driver(world)
    await anna.is_given(4000)
    await charges_on_credit(anna)

    assert {} == world.shares.given
    assert 0 < (await balances(world))["cpo_payable:voltstraat"]


async def test_two_payments_are_divided_in_proportion(world: World):
    """
    Of 12.50 (10.00 and 2.50) the operator earned 9.56: 7.64 of the first, 1.92 of the second.

    10.33 net less 5 % (0.52) and 0.25. When 4.00 go back, the second gives its 1.92 and the first
    the rest of what was not earned.
    """
    recipient = await at(world, "mollie")
    async with world.database.work(OPERATOR) as work:
        await save_holds(work, {HoldKey(HoldScope.OPERATOR, "", "AC"): Money(1000, "EUR")})
        await save_hold_policy(work, POLICY)
    await world.pays_and_plugs_in()
    await adds(world)
    await world.approves()
    await world.charges(minutes=70, kwh="25.000")
    await world.stops()
    given = dict(world.shares.given)
    held = shares_of(await balances(world))
    receipt = await world.receipt()
    assert receipt is not None
    await asks(world, receipt.number, 400)
    for ref in world.provider.snapshots:
        await world.webhook_of(ref)

    assert {recipient: 956} == given
    assert {} == held == shares_of(await balances(world))
    # 8.50 is 7.02 net, less 0.35 and 0.25
    assert 642 == world.shares.given[recipient]


async def test_a_transfer_never_pays_what_a_provider_gives(world: World):
    """What the operator earned by the first session is transferred, the second's is not."""
    await sold_by_the_platform(world)
    await charged(world)
    before = shares_of(await balances(world))
    recipient = await at(world, "mollie")
    await charged_again(world)

    assert {"cpo_payable:voltstraat": 459} == before == shares_of(await balances(world))
    assert 459 == world.shares.given[recipient]


async def test_a_settlement_tells_of_the_part(world: World):
    """6.17 come in, 4.59 go to the operator, and 1.56 of it come back with a refund of 2.00."""
    await at(world, "mollie")
    number = await charged(world)
    await asks(world, number, 200)
    ref = world.payment_ref
    recorded = await take_over(
        world,
        line("a", Movement.PAYMENT, 617, payment=ref),
        line("b", Movement.SHARE, -459, payment=ref),
        line("c", Movement.REFUND, -200, payment=ref),
        line("d", Movement.SHARE, 156, payment=ref),
        line("e", Movement.SHARE, 100, payment=ref),
        line("f", Movement.PAYOUT, -(617 - 459 - 200 + 156)),
    )

    # Nobody ordered the fifth.
    assert Recorded(6, 1) == recorded
    held = await balances(world)
    assert [-100] == [cents for name, cents in held.items() if name.startswith("suspense")]


async def test_the_operator_sees_its_parts(world: World):
    """The newest first: what was given, and what came back of it with a refund."""
    recipient = await at(world, "mollie")
    number = await charged(world)
    await asks(world, number, 200)
    await charged_again(world)
    async with world.database.work(OPERATOR) as work:
        newest, first = await list_shares(work, 10)

    assert f"{recipient} of 4.59 EUR: 4.59 EUR given" in share_line(newest)
    assert f"{recipient} of 4.59 EUR: 3.03 EUR given, 1.56 EUR owed" in share_line(first)
