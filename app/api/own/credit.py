"""A driver's credit: what there is, buying more, and giving the rest back."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.bodies import Language, OrderKey
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import AnyRequest, Counter, host_of
from app.api.drivers.caller import DRIVER, driver_of, for_drivers, signed_in
from app.api.own.bodies import (
    BegunTopUp,
    CreditOffer,
    GiveBack,
    NewTopUp,
    OwnCredit,
    TopUpView,
    automatic_offer,
    top_up_view,
)
from app.api.own.examples import BEGUN, CREDIT, GIVE_BACK, NEW_TOP_UP, TOP_UP
from app.api.problems import declared
from app.api.wallets.bodies import Returned, wallet_view
from app.api.wallets.examples import RETURNED
from app.directpay.credit.limit import count_top_up
from app.directpay.credit.overview import overview
from app.directpay.desk import PAYMENTS_PER_NETWORK
from app.directpay.prices.show import money_view
from app.directpay.scan import method_views
from app.funds.payments.errors import AccountNotFound, MeansNotKept
from app.funds.payments.providers.keeping import ways_that_keep
from app.funds.wallet.automatic.model import WORDS
from app.funds.wallet.automatic.stop import switch_off
from app.funds.wallet.errors import (
    NothingToRefund,
    TopUpNotFound,
    TopUpRefused,
    WalletFrozen,
    WalletNotFound,
)
from app.funds.wallet.top_ups.model import WalletOffer
from app.funds.wallet.top_ups.order import TopUpOrder, top_up, ways_to_top_up
from app.funds.wallet.top_ups.read import top_up_of_driver
from app.funds.wallet.top_ups.refund import refund_credit
from app.infra.limits import TooManyRequests, take
from app.kernel.money import Money
from app.people.identity.drivers.access import Caller
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.find import operator_with_id

CurrencyCode = Annotated[
    str, PathParameter(pattern="^[A-Z]{3}$", description="The currency of the credit.")
]


@get(
    "/me/wallet",
    operation_id="getWallet",
    summary="The driver's credit",
    description="What there is in each currency, what moved it, and what can be bought: amounts, "
    "and the ways to pay for it. Pay a session with it by `startSession` with `wallet`.",
    **for_drivers({200: answer(OwnCredit, "The credit", CREDIT)}),
)
async def get_wallet(
    request: AnyRequest, counter: NamedDependency[Counter], locale: Language = "en"
) -> Response[OwnCredit]:
    """Answer the driver's credit."""
    caller, desk = driver_of(request), counter.desk
    seen = await overview(caller.driver_id, operator_id=caller.operator_id, database=desk.database)
    wallets = tuple(wallet_view(each, seen.now) for each in seen.credits)
    offer = None if seen.offer is None else await _offer(seen.offer, locale, caller, counter)
    return private(OwnCredit(wallets, offer))


async def _offer(offer: WalletOffer, locale: str, caller: Caller, counter: Counter) -> CreditOffer:
    first = offer.amounts[0]
    ways = await ways_to_top_up(
        first, locale, operator_id=caller.operator_id, desk=counter.desk.payments
    )
    keeping = await ways_that_keep(ways, operator_id=caller.operator_id, desk=counter.desk.payments)
    amounts = tuple(money_view(each) for each in offer.amounts)
    automatic = automatic_offer(offer, keeping) if keeping else None
    return CreditOffer(amounts, money_view(offer.most), method_views(ways, first), automatic)


@post(
    "/me/wallet/top-ups",
    operation_id="topUp",
    summary="Buy credit",
    description="Begins a top-up of an amount of the offer; open `checkout_url` for the driver to "
    "pay. The credit is there when the money is: ask `getTopUp`, or `getWallet`. With `automatic` "
    "it is bought again by itself, until `stopAutomaticTopUp`.",
    tags=["Drivers"],
    security=DRIVER,
    guards=[signed_in],
    status_code=201,
    responses={
        201: answer(BegunTopUp, "The top-up has begun", BEGUN),
        **declared(
            *ONCE_REFUSALS,
            NotSignedIn,
            TopUpRefused,
            MeansNotKept,
            AccountNotFound,
            TooManyRequests,
        ),
    },
)
@once
async def begin_top_up(
    request: AnyRequest,
    data: Annotated[NewTopUp, Body(examples=[Example(summary="50 euros", value=NEW_TOP_UP)])],
    idempotency_key: OrderKey,
    counter: NamedDependency[Counter],
) -> Response[BegunTopUp]:
    """Begin to buy credit."""
    caller, desk = driver_of(request), counter.desk
    if data.automatic not in (None, WORDS):
        raise MeansNotKept("the words that were agreed to are not ours", field="automatic")
    await take(desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    await count_top_up(desk.limits, caller.driver_id)
    operator = await operator_with_id(caller.operator_id, database=desk.database)
    order = TopUpOrder(
        driver_id=caller.driver_id,
        amount=Money(data.amount.minor, data.amount.currency),
        method=data.method,
        key=f"{caller.driver_id}:api:{idempotency_key}",
        locale=data.locale,
        page=f"{desk.base_of(caller.operator_id)}/wallet/{operator.slug}/back",
        consent=data.automatic,
    )
    begun = await top_up(order, operator_id=caller.operator_id, desk=desk.payments)
    return private(BegunTopUp(begun.top_up.top_up_id, begun.checkout_url))


@get(
    "/me/wallet/top-ups/{top_up_id:uuid}",
    operation_id="getTopUp",
    summary="How a top-up stands",
    description="Asked for, in the wallet, or come to nothing.",
    **for_drivers({200: answer(TopUpView, "The top-up", TOP_UP)}, TopUpNotFound),
)
async def get_top_up(
    request: AnyRequest,
    top_up_id: Annotated[UUID, PathParameter(description="What `topUp` has answered.")],
    counter: NamedDependency[Counter],
) -> Response[TopUpView]:
    """Answer how a top-up stands."""
    caller = driver_of(request)
    found = await top_up_of_driver(
        top_up_id,
        caller.driver_id,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )
    if found is None:
        raise TopUpNotFound("the driver has begun no such top-up", top_up_id=top_up_id)
    return private(top_up_view(found))


@post(
    "/me/wallet/refund",
    operation_id="giveCreditBack",
    summary="Give credit back",
    description="Gives all bought credit of a currency that is left back to the means that paid "
    "for it. What was given is never paid out.",
    tags=["Drivers"],
    security=DRIVER,
    guards=[signed_in],
    status_code=200,
    responses={
        200: answer(Returned, "It is on its way", RETURNED),
        **declared(*ONCE_REFUSALS, NotSignedIn, NothingToRefund, WalletFrozen, WalletNotFound),
    },
)
@once
async def give_credit_back(
    request: AnyRequest,
    data: Annotated[GiveBack, Body(examples=[Example(summary="Euros", value=GIVE_BACK)])],
    idempotency_key: OrderKey,  # noqa: ARG001 - `once` goes by it
    counter: NamedDependency[Counter],
) -> Response[Returned]:
    """Give the bought rest back."""
    caller = driver_of(request)
    amount = await refund_credit(
        caller.driver_id,
        data.currency,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )
    return private(Returned(money_view(amount)))


@delete(
    "/me/wallet/automatic/{currency:str}",
    operation_id="stopAutomaticTopUp",
    summary="Buy no credit by itself",
    description="Ends what the driver has agreed to on the page: credit is bought by itself no "
    "more, and the provider forgets the means. Sending it again changes nothing.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="Nothing is bought by itself")},
        WalletNotFound,
        AccountNotFound,
    ),
)
async def stop_automatic(
    request: AnyRequest, currency: CurrencyCode, counter: NamedDependency[Counter]
) -> None:
    """Buy nothing by itself from now on."""
    caller = driver_of(request)
    await switch_off(
        caller.driver_id,
        currency,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


CREDIT_ROUTES: Final = (get_wallet, begin_top_up, get_top_up, give_credit_back, stop_automatic)
