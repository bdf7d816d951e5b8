"""How an operator's accounts at payment providers fare."""

from datetime import UTC, datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from msgspec import Struct

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.funds.payments.accounts import Credential, credentials_for
from app.people.identity.keys.model import Scope


class AccountView(Struct, frozen=True):
    """
    An account on which new payments are taken, the preferred first.

    *takes_payments* is false while its provider does not answer (since *down_since*), or refused
    the secret (*credentials_refused*). *failures* are the calls in a row without a usable answer,
    *said* what came of the last; nobody calls before *paused_until*.
    """

    provider: str
    mode: str
    takes_payments: bool
    credentials_refused: bool
    failures: int
    down_since: datetime | None
    paused_until: datetime | None
    said: str


class Accounts(Struct, frozen=True):
    """The operator's *accounts*."""

    accounts: tuple[AccountView, ...]


_SINCE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_EXAMPLE = Accounts(
    (
        AccountView("mollie", "live", False, False, 9, _SINCE, None, "HTTP 502"),  # noqa: FBT003
        AccountView("adyen", "live", True, False, 0, None, None, ""),  # noqa: FBT003
    )
)


@get(
    "/operator/payment-accounts",
    operation_id="listPaymentAccounts",
    summary="How the payment accounts fare",
    description="The accounts for new payments, and whether their providers answer. Needs the "
    "scope `payments:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.PAYMENTS_READ)],
    responses={
        200: ResponseSpec(
            Accounts,
            generate_examples=False,
            description="The accounts",
            examples=[Example(summary="One of two is down", value=_EXAMPLE)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_payment_accounts(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Accounts]:
    """Answer how the operator's accounts fare."""
    desk = counter.desk
    async with desk.database.work(caller_of(request).operator_id) as work:
        found = await credentials_for(work, vault=desk.payments.vault)
    return private(Accounts(tuple(_view(each) for each in found)))


def _view(credential: Credential) -> AccountView:
    account, health = credential.account, credential.account.health
    return AccountView(
        provider=account.provider,
        mode=account.mode,
        takes_payments=health.down_since is None and not credential.refused,
        credentials_refused=credential.refused,
        failures=health.failures,
        down_since=health.down_since,
        paused_until=health.open_until,
        said=health.said,
    )
