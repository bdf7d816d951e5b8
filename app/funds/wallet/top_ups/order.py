"""Buy credit: open the payment, and send the driver to the provider's page."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Origin
from app.funds.payments.providers.capabilities import WALLET
from app.funds.payments.providers.keeping import open_customer
from app.funds.payments.routing.offers import WayToPay, Wish, tills, ways_to_pay
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.funds.wallet.automatic.agree import agree
from app.funds.wallet.automatic.model import Agreement, terms_of
from app.funds.wallet.errors import TopUpRefused
from app.funds.wallet.model import Wallet
from app.funds.wallet.read import open_wallet
from app.funds.wallet.top_ups import store
from app.funds.wallet.top_ups.model import TopUp, WalletOffer
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.read import get_operator


@dataclass(frozen=True, slots=True)
class TopUpOrder:
    """
    Credit that a driver wants to buy with *method*; *key* makes pressing twice harmless.

    *page* is where the provider's page leads back to; the top-up's id is added to it. *consent* is
    the version of the words with which the driver agreed that credit is bought again by itself.
    """

    driver_id: UUID
    amount: Money
    method: str
    key: str
    locale: str
    page: str
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A top-up, and the provider's page; None when the provider has not answered yet."""

    top_up: TopUp
    checkout_url: str | None


async def ways_to_top_up(
    amount: Money, locale: str, *, operator_id: UUID, desk: PaymentDesk
) -> tuple[WayToPay, ...]:
    """Return the ways to buy credit; credit is none of them."""
    async with desk.database.work(operator_id) as work:
        given = await tills(work, vault=desk.vault)
        country = (await get_operator(work)).address.country
    found = await ways_to_pay(given, Wish(amount, locale, country, ""), desk=desk)
    return tuple(way for way in found if way.offer.method != WALLET)


async def top_up(order: TopUpOrder, *, operator_id: UUID, desk: PaymentDesk) -> Begun:
    """
    Begin a top-up and open its payment; the same *key* again returns the same one.

    The credit is there when the money is: whatever the browser says, a webhook or a reading
    decides. Raises TopUpRefused, MeansNotKept, AccountNotFound.
    """
    ways = await ways_to_top_up(order.amount, order.locale, operator_id=operator_id, desk=desk)
    way = next((each for each in ways if each.offer.method == order.method), None)
    if way is None:
        raise TopUpRefused("credit is not sold for this", method=order.method)
    customer = None
    if order.consent is not None:
        customer = await open_customer(order.key, way, operator_id=operator_id, desk=desk)
    async with desk.database.work(operator_id) as work:
        begun = await store.with_key(work, order.key) or await _begin(work, order, way, customer)
    payment = await start_payment(begun.payment_id, operator_id=operator_id, desk=desk)
    return Begun(begun, payment.checkout_url)


async def _begin(work: Work, order: TopUpOrder, way: WayToPay, customer: str | None) -> TopUp:
    wallet = await open_wallet(work, order.driver_id, order.amount.currency)
    offer = await _check(work, order.amount, wallet)
    new = TopUp(
        top_up_id=work.ids.uuid7(work.now),
        wallet_id=wallet.wallet_id,
        payment_id=work.ids.uuid7(work.now),
        amount=order.amount,
        key=order.key,
        asked_at=work.now,
    )
    if not await store.add_top_up(work, new):
        same = await store.with_key(work, order.key)
        assert same is not None, "only the key is unique"  # noqa: S101
        return same
    payment = await _payment(work, order, new, way)
    if customer is not None and await agree(work, _agreement(order, new, way, offer, customer)):
        # Only this account's provider knows the customer.
        payment = replace(payment, customer=customer, alternatives=())
    await begin_payment(work, payment)
    return new


async def _payment(work: Work, order: TopUpOrder, new: TopUp, way: WayToPay) -> PaymentOrder:
    operator = await get_operator(work)
    return PaymentOrder(
        payment_id=new.payment_id,
        subject_id=new.top_up_id,
        amount=new.amount,
        method=way.offer.method,
        strategy=way.offer.strategy,
        locale=order.locale,
        description=f"{operator.brand.name} {new.amount}",
        return_url=f"{order.page}/{new.top_up_id}",
        country=operator.address.country,
        account_id=way.account_id,
        alternatives=way.alternatives,
        origin=Origin.TOP_UP,
    )


def _agreement(
    order: TopUpOrder, first: TopUp, way: WayToPay, offer: WalletOffer, customer: str
) -> Agreement:
    return Agreement(
        agreement_id=first.top_up_id,
        wallet_id=first.wallet_id,
        account_id=way.account_id,
        customer=customer,
        terms=terms_of(offer),
        words=order.consent or "",
        locale=order.locale,
        page=order.page,
        agreed_at=first.asked_at,
    )


async def _check(work: Work, amount: Money, wallet: Wallet) -> WalletOffer:
    offer = await store.find_offer(work)
    if offer is None:
        raise TopUpRefused("this operator sells no credit")
    if amount not in offer.amounts:
        raise TopUpRefused("credit is not sold in this amount", amount=str(amount))
    if wallet.is_frozen:
        raise TopUpRefused("nothing is added to a frozen wallet")
    on_its_way = sum(each.amount.minor for each in await store.waiting_for(work, wallet.wallet_id))
    if wallet.balance.minor + on_its_way + amount.minor > offer.most.minor:
        raise TopUpRefused(f"a wallet has at most {offer.most}", most=str(offer.most))
    return offer
