"""From the address that a partner's terminal shows to the session that was paid there."""

from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import Struct

from app.api.answers import answer, private
from app.api.contract.host import require_home
from app.api.counter import AnyRequest, Counter, host_of
from app.api.problems import declared
from app.directpay.errors import JourneyNotFound
from app.infra.limits import TooManyRequests, take
from app.roaming.terminals.invoices import INVOICES_PER_NETWORK, paid_at_terminal


class PaidSession(Struct, frozen=True):
    """The tokens of a session that was paid at a terminal; *control* is null while it runs."""

    token: str
    control: str | None


_PAID = PaidSession("Xf3kq1vT0b9pZr7mWc2yLh5sNdE", None)
Key = Annotated[str, PathParameter(max_length=80, description="The third part of the path.")]
Reference = Annotated[str, PathParameter(max_length=64, description="The last part of the path.")]


@get(
    "/terminal-sessions/{key:str}/{reference:str}",
    operation_id="findPaidSession",
    summary="What was paid at a terminal",
    description="A terminal of a partner shows an address `/i/{key}/{reference}` after payment. It "
    "leads to the session; once that is over also to the payer's own control token, for the "
    "receipt and a full invoice.",
    tags=["Receipts"],
    security=[{}],
    responses={
        200: answer(PaidSession, "The session", _PAID),
        **declared(JourneyNotFound, TooManyRequests),
    },
)
async def find_paid_session(
    request: AnyRequest, key: Key, reference: Reference, counter: NamedDependency[Counter]
) -> Response[PaidSession]:
    """Answer the session's tokens."""
    desk = counter.desk
    await take(desk.limits, INVOICES_PER_NETWORK, host_of(request))
    paid = await paid_at_terminal(key, reference, desk=desk)
    require_home(request, paid.operator_id, desk)
    control = desk.secrets.control(paid.journey_id) if paid.is_over else None
    return private(PaidSession(desk.secrets.token(paid.journey_id), control))
