"""What a planned session would cost."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from app.api.answers import NOT_MODIFIED, answer, fresh
from app.api.bodies import IfNoneMatch, Language
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import DRIVER_OR_NOBODY
from app.api.errors import InvalidRequest
from app.api.places.bodies import EvseName
from app.api.places.examples import QUOTE
from app.api.places.looking import groups_at
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.directpay.quotes.errors import QuoteInvalid
from app.directpay.quotes.model import Ask, QuoteView
from app.directpay.quotes.quote import quote_at
from app.infra.i18n import speaking
from app.kernel.money import Money
from app.people.identity.drivers.errors import DriverNotFound, NotSignedIn
from app.pricing.tariffs.errors import NoTariff
from app.pricing.vat.errors import VatRateUnknown

_DECIMAL: Final = r"^\d{1,4}(\.\d{1,3})?$"
Energy = Annotated[
    str | None, QueryParameter(pattern=_DECIMAL, description="So many kWh, up to 500.")
]
Minutes = Annotated[
    int | None, QueryParameter(ge=1, le=2880, description="Charging for so many minutes.")
]
Cost = Annotated[
    int | None,
    QueryParameter(
        ge=1, le=1_000_000_00, description="As much energy as so many minor units buy, incl. VAT."
    ),
]
Currency = Annotated[
    str | None, QueryParameter(pattern="^[A-Z]{3}$", description="The currency of `cost`.")
]
Power = Annotated[
    str | None,
    QueryParameter(
        pattern=_DECIMAL, description="What the car draws, in kW; by default all that there is."
    ),
]
Begin = Annotated[
    datetime | None, QueryParameter(description="When it begins: now, or within a week.")
]
Waiting = Annotated[
    int, QueryParameter(ge=0, le=2880, description="Minutes that the full car stays connected.")
]


def _asked(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    kwh: Energy = None,
    minutes: Minutes = None,
    cost: Cost = None,
    currency: Currency = None,
    kw: Power = None,
    at: Begin = None,
    waiting_minutes: Waiting = 0,
) -> Ask:
    """Read the query. Raises InvalidRequest."""
    if (cost is None) is not (currency is None):
        raise InvalidRequest("an amount and its currency go together", field="currency")
    return Ask(
        kwh=None if kwh is None else Decimal(kwh),
        minutes=minutes,
        cost=None if cost is None or currency is None else Money(cost, currency),
        kw=None if kw is None else Decimal(kw),
        at=at,
        waiting_minutes=waiting_minutes,
    )


@get(
    "/evses/{evse:str}/quote",
    operation_id="getQuote",
    summary="What charging would cost",
    description="The cost of so much energy, of so many minutes, or as much energy as an amount "
    "buys: one of `kwh`, `minutes` and `cost`. The engine that prices sessions works it out, with "
    "a line for each part and why in sentences, before campaigns and coupons. With a driver's "
    "access token at the driver's price.",
    tags=["Locations"],
    security=DRIVER_OR_NOBODY,
    dependencies={"ask": Provide(_asked, sync_to_thread=False)},
    responses={
        200: answer(QuoteView, "The quote", QUOTE),
        **NOT_MODIFIED,
        **declared(
            NotSignedIn, DriverNotFound, UnknownCode, NoTariff, VatRateUnknown, QuoteInvalid
        ),
    },
)
async def get_quote(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    request: AnyRequest,
    evse: EvseName,
    ask: NamedDependency[Ask],
    counter: NamedDependency[Counter],
    locale: Language = "en",
    if_none_match: IfNoneMatch = None,
) -> Response[QuoteView]:
    """Answer a quote."""
    operator_id, _ = await find_evse(evse, database=counter.desk.database)
    groups = await groups_at(request, operator_id, counter)
    with speaking(locale):
        view = await quote_at(evse, ask, groups, desk=counter.desk)
    return fresh(view, if_none_match)
