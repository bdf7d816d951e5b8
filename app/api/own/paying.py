"""With what of their own a driver can pay at a charging point."""

from litestar import Response, get
from litestar.di import NamedDependency

from app.api.answers import answer, private
from app.api.bodies import Code, Language
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import driver_of, for_drivers
from app.api.own.bodies import OwnWays
from app.api.own.examples import WAYS
from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.directpay.afterwards.look import after_at
from app.directpay.afterwards.ways import ways_to_keep
from app.directpay.credit.look import credit_at
from app.funds.means.model import WORDS


@get(
    "/me/ways/{code:str}",
    operation_id="getOwnWays",
    summary="Pay with one's own",
    description="What the driver can pay with at a charging point besides the ways of `getCode`: "
    "credit (`wallet`), a means that is kept (`kept`), and the ways whose means can be kept with "
    "`keep`. What the operator offers is in the `features` of `getBrand`.",
    **for_drivers({200: answer(OwnWays, "What there is", WAYS)}, UnknownCode),
)
async def get_own_ways(
    request: AnyRequest, code: Code, counter: NamedDependency[Counter], locale: Language = "en"
) -> Response[OwnWays]:
    """Answer what the driver can pay with at *code*."""
    caller, desk = driver_of(request), counter.desk
    operator_id, evse = await find_evse(code, database=desk.database)
    if operator_id != caller.operator_id:
        raise UnknownCode("it is another operator's than the driver's", code=code)
    credit = await credit_at(code, caller.driver_id, desk=desk)
    after = await after_at(code, caller.driver_id, desk=desk)
    keeping = () if after is None else await ways_to_keep(evse, locale, desk=desk)
    return private(OwnWays(credit, after, tuple(way.offer.method for way in keeping), WORDS))
