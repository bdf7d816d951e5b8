"""An operator's own programs and its drivers' credit."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import answer, private
from app.api.bodies import IdempotencyKey, OrderKey
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.wallets.bodies import (
    FreezeOrder,
    LotView,
    NewGrant,
    Returned,
    Volumes,
    Wallets,
    WhichCredit,
    WhoseCredit,
    lot_view,
    volume_view,
    wallet_view,
)
from app.api.wallets.examples import (
    FREEZE,
    LOT,
    NEW_GRANT,
    RETURNED,
    VOLUMES,
    WALLETS,
    WHICH,
    WHOSE,
)
from app.directpay.credit.manage import (
    Gift,
    credit_of,
    freeze_credit,
    give_credit,
    return_credit,
    unfreeze_credit,
)
from app.directpay.prices.show import money_view
from app.funds.payments.errors import AccountNotFound
from app.funds.wallet.errors import GrantInvalid, NothingToRefund, WalletFrozen, WalletNotFound
from app.funds.wallet.volume.count import volumes
from app.funds.wallet.volume.model import THRESHOLD
from app.kernel.money import Money
from app.people.identity.drivers.errors import DriverNotFound, NotAnAddress
from app.people.identity.keys.model import Scope


@post(
    "/operator/wallets/grants",
    operation_id="grantCredit",
    summary="Give credit",
    description="Gives prepaid credit to whoever has a mail address; they find it when they sign "
    "in with it. It is spent before what was bought, and never paid out. The same "
    "`Idempotency-Key` again gives nothing more.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_WRITE)],
    responses={
        201: answer(LotView, "The gift, as it is by now", LOT),
        **declared(*KEY_REFUSALS, *ONCE_REFUSALS, GrantInvalid, NotAnAddress, AccountNotFound),
    },
)
@once
async def grant_credit(
    request: AnyRequest,
    data: Annotated[NewGrant, Body(examples=[Example(summary="A gift", value=NEW_GRANT)])],
    idempotency_key: IdempotencyKey,
    counter: NamedDependency[Counter],
) -> Response[LotView]:
    """Give credit in the name of the operator."""
    amount = Money(data.amount.minor, data.amount.currency)
    gift = Gift(data.email, amount, data.expires_at, f"api:{idempotency_key}", data.note)
    operator_id = caller_of(request).operator_id
    lot = await give_credit(gift, operator_id=operator_id, database=counter.desk.database)
    return private(lot_view(lot))


@post(
    "/operator/wallets/search",
    operation_id="findCredit",
    summary="A driver's credit",
    description="What a driver has, by currency, and what became of it. The address is in the "
    "body, so that it stands in no log.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_READ)],
    status_code=200,
    responses={
        200: answer(Wallets, "The credit", WALLETS),
        **declared(*KEY_REFUSALS, DriverNotFound),
    },
)
async def find_credit(
    request: AnyRequest,
    data: Annotated[WhoseCredit, Body(examples=[Example(summary="A driver", value=WHOSE)])],
    counter: NamedDependency[Counter],
) -> Response[Wallets]:
    """Answer all that a driver has."""
    seen = await credit_of(
        data.email, operator_id=caller_of(request).operator_id, database=counter.desk.database
    )
    return private(Wallets(tuple(wallet_view(each, seen.now) for each in seen.credits)))


@post(
    "/operator/wallets/freeze",
    operation_id="freezeCredit",
    summary="Freeze credit",
    description="Nothing can be reserved of it or given back; sessions under way go on.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_WRITE)],
    status_code=204,
    responses={**declared(*KEY_REFUSALS, DriverNotFound, WalletNotFound, AccountNotFound)},
)
async def freeze_one_wallet(
    request: AnyRequest,
    data: Annotated[FreezeOrder, Body(examples=[Example(summary="A wallet", value=FREEZE)])],
    counter: NamedDependency[Counter],
) -> None:
    """Freeze the wallet."""
    await freeze_credit(
        data.email,
        data.currency,
        data.reason,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )


@post(
    "/operator/wallets/unfreeze",
    operation_id="unfreezeCredit",
    summary="Make credit usable again",
    description="After a dispute, or another reason to freeze it, was looked at.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_WRITE)],
    status_code=204,
    responses={**declared(*KEY_REFUSALS, DriverNotFound, WalletNotFound, AccountNotFound)},
)
async def unfreeze_one_wallet(
    request: AnyRequest,
    data: Annotated[WhichCredit, Body(examples=[Example(summary="A wallet", value=WHICH)])],
    counter: NamedDependency[Counter],
) -> None:
    """Make the wallet usable."""
    await unfreeze_credit(
        data.email,
        data.currency,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )


@post(
    "/operator/wallets/refund",
    operation_id="refundCredit",
    summary="Give bought credit back",
    description="Gives all that was bought and is left back to the means that paid for it, the "
    "newest top-up first. What was given is never paid out.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_WRITE)],
    status_code=200,
    responses={
        200: answer(Returned, "What goes back", RETURNED),
        **declared(
            *KEY_REFUSALS,
            *ONCE_REFUSALS,
            DriverNotFound,
            WalletNotFound,
            WalletFrozen,
            NothingToRefund,
            AccountNotFound,
        ),
    },
)
@once
async def refund_one_wallet(
    request: AnyRequest,
    data: Annotated[WhichCredit, Body(examples=[Example(summary="A wallet", value=WHICH)])],
    idempotency_key: OrderKey,  # noqa: ARG001 - `once` takes it
    counter: NamedDependency[Counter],
) -> Response[Returned]:
    """Give it back; a second call finds nothing left."""
    amount = await return_credit(
        data.email,
        data.currency,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )
    return private(Returned(money_view(amount)))


@get(
    "/operator/wallets/volumes",
    operation_id="listCreditVolumes",
    summary="What is paid with credit",
    description="What sessions were paid with live credit within a year, by country, and its "
    "share of the threshold above which the authority has to be notified.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.WALLETS_READ)],
    responses={
        200: answer(Volumes, "The volumes", VOLUMES),
        **declared(*KEY_REFUSALS),
    },
)
async def list_credit_volumes(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Volumes]:
    """Answer the volume of each country."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await volumes(work)
    seen = tuple(volume_view(each) for each in found)
    return private(Volumes(money_view(THRESHOLD), seen))
