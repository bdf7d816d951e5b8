"""What a signed-in driver keeps, and can pay with after a session."""

from uuid import UUID

import msgspec

from app.charging.chargers.find_evse import find_evse
from app.directpay.afterwards.model import Promise, PromiseState
from app.directpay.afterwards.read import open_promise
from app.directpay.afterwards.rule import limit_in
from app.directpay.desk import Desk
from app.directpay.letters.links import PageLinks
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.funds.means.model import KeptMeans
from app.funds.means.read import means_of


class MeansView(msgspec.Struct, frozen=True):
    """A means that a driver keeps: *instrument* is masked, *name* what the driver calls it."""

    means_id: UUID
    instrument: str
    name: str
    method: str


class AfterView(msgspec.Struct, frozen=True):
    """
    What a driver keeps, the newest first, and what stands in the way of using it.

    *owed* is the address of the page where a session is still to be paid, *waits* says that one is
    not paid yet, without anything to do about it.
    """

    means: tuple[MeansView, ...]
    owed: str | None = None
    waits: bool = False


class AfterHere(msgspec.Struct, frozen=True):
    """What a driver keeps, at a socket where a session may cost *limit* that is paid after it."""

    limit: MoneyView
    own: AfterView


async def after_at(code: str, driver_id: UUID, *, desk: Desk) -> AfterHere | None:
    """Return how to pay afterwards at *code*; None where nobody can. Raises UnknownCode."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        limit = await limit_in(work, evse.hold.currency)
    if limit is None:
        return None
    own = await kept_by(driver_id, operator_id=operator_id, desk=desk)
    return AfterHere(money_view(limit), own)


async def kept_by(driver_id: UUID, *, operator_id: UUID, desk: Desk) -> AfterView:
    """Return what a driver keeps at an operator, and what is still to be paid."""
    async with desk.database.work(operator_id) as work:
        found = tuple(_view(each) for each in await means_of(work, driver_id))
        promise = await open_promise(work, driver_id)
    if promise is None:
        return AfterView(found)
    owed = _page_of(promise, operator_id, desk) if promise.state is PromiseState.OWED else None
    return AfterView(found, owed=owed, waits=owed is None)


def _page_of(promise: Promise, operator_id: UUID, desk: Desk) -> str:
    # With the payer's own token: who is signed in is the one who promised.
    return PageLinks(desk.secrets, desk.base_of).to_control(promise.journey_id, operator_id)


def _view(means: KeptMeans) -> MeansView:
    return MeansView(means.means_id, means.instrument, means.name, means.method)
