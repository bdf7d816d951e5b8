"""Several accounts of one operator: who is offered, who takes it, and who takes over."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from app.funds.payments.accounts import (
    AccountOrder,
    Vault,
    accounts_for,
    mark_refused,
    mark_taken,
    save_accounts,
)
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.errors import ModeMismatch
from app.funds.payments.model import Payment, PaymentStatus
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Alternative, Strategy
from app.funds.payments.routing.model import Route, Routing
from app.funds.payments.routing.offers import (
    WayToPay,
    Wish,
    save_routing,
    tills,
    ways_to_pay,
)
from app.funds.payments.steps import PaymentOrder, begin_payment, get_payment
from app.infra.database import Database
from app.kernel.money import Money
from tests.fakes.provider import FakeProvider, Fault

OPERATOR = UUID("019c0000-0000-7000-8000-00000000000a")
WISH = Wish(Money(6000, "EUR"), "nl", "NL", "AMS")
VAULT = Vault((Vault.new_key(),))
BOTH = [AccountOrder("mollie", "test", "test_1"), AccountOrder("adyen", "test", "AQE1")]


@dataclass
class Shop:
    """An operator with an account at each of two providers."""

    database: Database
    mollie: FakeProvider
    adyen: FakeProvider

    @property
    def desk(self) -> PaymentDesk:
        """What the verbs work with."""
        providers = {"mollie": self.mollie, "adyen": self.adyen}
        return PaymentDesk(self.database, providers, VAULT, None)

    async def rules(self, *routes: Route, after_decline: bool = False) -> bool:
        """Set the operator's rules."""
        async with self.database.work(OPERATOR) as work:
            return await save_routing(work, Routing(routes, after_decline=after_decline))

    async def offered(self, wish: Wish = WISH) -> dict[str, WayToPay]:
        """Return the ways to pay by method."""
        async with self.database.work(OPERATOR) as work:
            given = await tills(work, vault=VAULT)
        return {way.offer.method: way for way in await ways_to_pay(given, wish, desk=self.desk)}

    async def started(self, method: str = "creditcard") -> Payment:
        """Order and start a payment as the page would."""
        way = (await self.offered())[method]
        async with self.database.work(OPERATOR) as work:
            order = PaymentOrder(
                payment_id=work.ids.uuid7(work.now),
                subject_id=work.ids.uuid7(work.now),
                amount=WISH.amount,
                method=method,
                strategy=way.offer.strategy,
                locale="nl",
                description="Charging",
                return_url="https://pay.test/s/1/back",
                account_id=way.account_id,
                alternatives=way.alternatives,
            )
            await begin_payment(work, order)
        return await start_payment(order.payment_id, operator_id=OPERATOR, desk=self.desk)

    async def account_ids(self) -> list[UUID]:
        """Return the ids of Mollie's and of Adyen's account."""
        async with self.database.work(OPERATOR) as work:
            return [account.account_id for account in await accounts_for(work, vault=VAULT)]


@pytest.fixture
async def shop(database: Database) -> Shop:
    """Give a shop whose first account is Mollie's."""
    async with database.work(OPERATOR) as work:
        await save_accounts(work, BOTH, vault=VAULT)
    return Shop(database, FakeProvider(), FakeProvider())


async def test_the_page_shows_the_methods_of_all_accounts_once(shop: Shop):
    """The union, each method with the preferred account first and the other to fall back on."""
    shop.mollie.offered = ("creditcard", "ideal")
    shop.adyen.offered = ("creditcard", "bancontact")
    first, second = await shop.account_ids()
    offered = await shop.offered()

    assert ["creditcard", "ideal", "bancontact"] == list(offered)
    assert (first, (Alternative(second, after_decline=False),)) == (
        offered["creditcard"].account_id,
        offered["creditcard"].alternatives,
    )
    assert (first, ()) == (offered["ideal"].account_id, offered["ideal"].alternatives)
    assert (second, ()) == (offered["bancontact"].account_id, offered["bancontact"].alternatives)


async def test_a_route_chooses_by_place_and_method(shop: Shop):
    """The first route that fits counts; who is not named there takes nothing."""
    await shop.rules(
        Route(("adyen",), locations=("AMS",), methods=("creditcard",)),
        Route(("adyen", "mollie"), methods=("creditcard",)),
        Route(("mollie",)),
    )
    first, second = await shop.account_ids()
    here = await shop.offered()
    there = await shop.offered(replace(WISH, location_id="UTR"))

    assert (second, ()) == (here["creditcard"].account_id, here["creditcard"].alternatives)
    assert first == here["ideal"].account_id
    assert second == there["creditcard"].account_id
    assert [first] == [each.account_id for each in there["creditcard"].alternatives]


async def test_a_provider_that_does_not_answer_comes_last(shop: Shop):
    """While its fuse is blown the other account takes the payments, by whatever route."""
    first, second = await shop.account_ids()
    shop.mollie.down = frozenset({"mollie"})
    way = (await shop.offered())["creditcard"]

    assert (second, first) == (way.account_id, way.alternatives[0].account_id)


async def test_an_account_whose_secret_was_refused_comes_last(shop: Shop, database: Database):
    """Until its provider takes the secret again the other account goes first."""
    first, second = await shop.account_ids()
    async with database.work(OPERATOR) as work:
        await mark_refused(work, first)
    way = (await shop.offered())["creditcard"]
    async with database.work(OPERATOR) as work:
        await mark_taken(work, first)

    assert (second, first) == (way.account_id, way.alternatives[0].account_id)
    assert first == (await shop.offered())["creditcard"].account_id


async def test_another_account_must_do_the_same_with_the_money(shop: Shop):
    """The driver agreed to a hold: no account that charges at once takes over."""
    shop.adyen.strategies["creditcard"] = Strategy.PAY_FIRST
    way = (await shop.offered())["creditcard"]

    assert (Strategy.HOLD, ()) == (way.offer.strategy, way.alternatives)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT, Fault.UNAUTHORISED])
async def test_a_start_that_did_not_arrive_goes_elsewhere(shop: Shop, fault: Fault):
    """The driver notices nothing: the page of the other provider opens at once."""
    _, second = await shop.account_ids()
    shop.mollie.fault("start", fault)
    payment = await shop.started()

    assert (PaymentStatus.OPEN, second) == (payment.status, payment.account_id)
    assert payment.checkout_url is not None
    assert ([], 1) == (list(shop.mollie.snapshots), len(shop.adyen.snapshots))


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER])
async def test_an_unknown_outcome_goes_nowhere_else(shop: Shop, fault: Fault):
    """A start that may have arrived is never sent to another provider, also not later."""
    first, _ = await shop.account_ids()
    shop.mollie.fault("start", fault)
    payment = await shop.started()
    shop.mollie.fault("start", Fault.RATE_LIMIT)
    again = await start_payment(payment.payment_id, operator_id=OPERATOR, desk=shop.desk)

    assert (PaymentStatus.CREATED, first) == (again.status, again.account_id)
    assert {} == shop.adyen.snapshots


@pytest.mark.parametrize(("after_decline", "status"), [(True, "open"), (False, "failed")])
async def test_a_refusal_goes_elsewhere_only_by_rule(
    shop: Shop, status: str, *, after_decline: bool
):
    """Whether a refused order is tried elsewhere is the operator's choice."""
    await shop.rules(after_decline=after_decline)
    shop.mollie.fault("start", Fault.DECLINED)
    payment = await shop.started()

    assert status == payment.status
    assert int(after_decline) == len(shop.adyen.snapshots)


async def test_each_account_is_tried_once(shop: Shop):
    """When nobody gets the order it waits at the last one, and is sent there again by itself."""
    _, second = await shop.account_ids()
    shop.mollie.fault("start", Fault.RATE_LIMIT)
    shop.adyen.fault("start", Fault.RATE_LIMIT)
    payment = await shop.started()
    again = await start_payment(payment.payment_id, operator_id=OPERATOR, desk=shop.desk)

    assert (PaymentStatus.CREATED, second) == (payment.status, payment.account_id)
    assert (PaymentStatus.OPEN, second) == (again.status, again.account_id)


async def test_the_payment_stays_where_it_was_taken(shop: Shop, database: Database):
    """Who took it over is stored: captures and webhooks belong to that account."""
    _, second = await shop.account_ids()
    shop.mollie.fault("start", Fault.RATE_LIMIT)
    payment = await shop.started()
    async with database.work(OPERATOR) as work:
        assert second == (await get_payment(work, payment.payment_id)).account_id


async def test_rules_that_are_the_same_are_no_change(shop: Shop):
    """Importing the same file again says that nothing changed."""
    assert await shop.rules(Route(("adyen",)))
    assert not await shop.rules(Route(("adyen",)))


async def test_test_and_live_accounts_are_not_mixed(database: Database):
    """New payments are all of one mode."""
    mixed = [BOTH[0], AccountOrder("adyen", "live", "AQE1")]
    async with database.work(OPERATOR) as work:
        with pytest.raises(ModeMismatch):
            await save_accounts(work, mixed, vault=VAULT)


async def test_an_account_that_left_the_file_takes_nothing_new(shop: Shop, database: Database):
    """It is kept for the payments under way; coming back it has the same address."""
    before = await shop.account_ids()
    async with database.work(OPERATOR) as work:
        await save_accounts(work, BOTH[:1], vault=VAULT)
    alone = await shop.account_ids()
    async with database.work(OPERATOR) as work:
        await save_accounts(work, BOTH, vault=VAULT)

    assert before[:1] == alone
    assert before == await shop.account_ids()


async def test_webhook_keys_are_sealed_and_raise_the_version(database: Database, sql):
    """A new key makes the account another one for those who keep it, and is not readable."""
    async with database.work(OPERATOR) as work:
        order = AccountOrder("adyen", "test", "AQE1", "Voltstraat", ("AB" * 32,))
        (first,) = await save_accounts(work, [order], vault=VAULT)
        (same,) = await save_accounts(work, [order], vault=VAULT)
        rotating = replace(order, webhook_keys=("CD" * 32, "AB" * 32))
        (second,) = await save_accounts(work, [rotating], vault=VAULT)
    stored = str(sql.execute("SELECT * FROM provider_account").fetchall())

    assert first == same
    assert (1, 2, ("CD" * 32, "AB" * 32)) == (first.version, second.version, second.webhook_keys)
    assert "CDCD" not in stored
