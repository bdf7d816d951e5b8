"""A driver's year, month by month."""

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answers import answer, private
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import driver_of, for_drivers
from app.api.own.bodies import Months, month_view
from app.api.own.examples import MONTHS
from app.directpay.owned.months import months_of


@get(
    "/me/sessions/months",
    operation_id="sumMonths",
    summary="The driver's year",
    description="Sessions, energy and cost of each of the last twelve months. The sessions of one "
    "are in `listSessions` with `from` and `to`.",
    **for_drivers({200: answer(Months, "Twelve months", MONTHS)}),
)
async def sum_months(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[Months]:
    """Answer the driver's year."""
    caller = driver_of(request)
    found = await months_of(
        driver_id=caller.driver_id, operator_id=caller.operator_id, desk=counter.desk
    )
    return private(Months(tuple(month_view(each) for each in found)))
