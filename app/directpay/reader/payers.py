"""Who pays for a session that begins with a token: credit, an account, or nobody."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.tokens.model import Payer, Standing, Token
from app.directpay.authorised.running import Secure
from app.directpay.credit.pay import Credit, least_of, reserve_credit
from app.directpay.model import Journey
from app.directpay.reader.model import NotAtTheReader
from app.funds.payments.accounts import house_account
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.providers.capabilities import ON_ACCOUNT
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.funds.postpaid.manage import get_account
from app.funds.postpaid.put import available_of, put_on_account
from app.funds.wallet.read import find_wallet
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.drivers.model import Driver
from app.people.identity.drivers.read import get_driver
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.drivers import groups_of
from app.pricing.tariffs.choice.model import Group, GroupKind


@dataclass(frozen=True, slots=True)
class Means:
    """What pays: up to *amount*, made so by *secure*; and by which tariffs, for which *driver*."""

    amount: Money
    secure: Secure
    groups: frozenset[Group]
    locale: str
    driver: Driver | None


async def means_of(work: Work, token: Token, evse: Evse) -> Means:
    """
    Step: return what pays a session of *token* at *evse*, which is not a service card.

    Nothing is set aside yet. Raises NotAtTheReader: NoCredit, or Blocked.
    """
    driver = None if token.driver_id is None else await get_driver(work, token.driver_id)
    groups = _groups_of(token, driver)
    if token.payer is Payer.ACCOUNT:
        assert token.account_id is not None, "an account is named where it pays"  # noqa: S101
        amount = await _on_account(work, token.account_id, evse)
        secure = partial(_put, account_id=token.account_id, evse=evse)
        groups |= await _groups_of_account(work, token.account_id)
    else:
        assert driver is not None, "credit is a driver's"  # noqa: S101
        amount = await _of_wallet(work, driver.driver_id, evse)
        secure = partial(_reserve, credit=Credit(driver.driver_id, amount), evse=evse)
    return Means(amount, secure, groups, await _language(work, token, driver), driver)


async def _of_wallet(work: Work, driver_id: UUID, evse: Evse) -> Money:
    try:
        wallet = await find_wallet(work, driver_id, evse.hold.currency)
    except AccountNotFound:
        wallet = None  # an operator that takes no payments keeps no credit either
    if wallet is not None and wallet.is_frozen:
        raise NotAtTheReader(Standing.BLOCKED)
    if wallet is None or wallet.spendable(work.now) < least_of(evse.hold):
        raise NotAtTheReader(Standing.NO_CREDIT)
    return min(wallet.spendable(work.now), evse.hold)


async def _on_account(work: Work, account_id: UUID, evse: Evse) -> Money:
    left = await available_of(work, account_id)
    if left.currency != evse.hold.currency or left < least_of(evse.hold):
        raise NotAtTheReader(Standing.NO_CREDIT)
    return left


async def _reserve(work: Work, journey: Journey, *, credit: Credit, evse: Evse) -> None:
    await begin_payment(work, await reserve_credit(work, journey, evse, credit))


async def _put(work: Work, journey: Journey, *, account_id: UUID, evse: Evse) -> None:
    await put_on_account(
        work,
        account_id,
        payment_id=journey.payment_id,
        session_id=journey.session_id,
        amount=journey.held,
    )
    await begin_payment(
        work,
        PaymentOrder(
            payment_id=journey.payment_id,
            subject_id=journey.session_id,
            amount=journey.held,
            method=ON_ACCOUNT,
            strategy=Strategy.HOLD,
            locale=journey.locale,
            description=f"{evse.location.name} {evse.evse_id}",
            return_url="",
            country=evse.location.country,
            account_id=await house_account(work),
            origin=Origin.TOKEN,
        ),
    )


def _groups_of(token: Token, driver: Driver | None) -> frozenset[Group]:
    own = frozenset[Group]() if driver is None else groups_of(driver)
    if token.group_id is None:
        return own
    return own | {Group(GroupKind.PRIVATE, token.group_id)}


async def _groups_of_account(work: Work, account_id: UUID) -> frozenset[Group]:
    written = (await get_account(work, account_id)).group
    return frozenset() if written is None else frozenset({Group.parse(written)})


async def _language(work: Work, token: Token, driver: Driver | None) -> str:
    languages = (await get_operator(work)).languages
    wished = (token.language, None if driver is None else driver.language)
    return next((each for each in wished if each in languages), languages[0])
