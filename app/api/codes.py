"""What stands at a code: the socket, its price, the ways to pay."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import NOT_MODIFIED, fresh, private
from app.api.bodies import Admission, Code, DisplayReading, IfNoneMatch, Language
from app.api.counter import AnyRequest, Counter, host_of
from app.api.drivers.caller import DRIVER_OR_NOBODY, driver_at
from app.api.examples import ADMISSION, READING, SCAN
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.directpay.desk import DISPLAYS_PER_NETWORK
from app.directpay.errors import DisplayCodeNeeded
from app.directpay.guard.display import admit
from app.directpay.scan import price_for, scan
from app.directpay.views import ScanView
from app.funds.payments.errors import AccountNotFound
from app.infra.i18n import speaking
from app.infra.limits import TooManyRequests, take
from app.people.identity.drivers.errors import DriverNotFound, NotSignedIn
from app.pricing.tariffs.choice.drivers import groups_of
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.words.prices import Change, price_sentences
from app.pricing.vat.errors import VatRateUnknown


@get(
    "/codes/{code:str}",
    operation_id="getCode",
    summary="What stands at a code",
    description="The socket and its state, the price incl. VAT in the order kWh, minute, session, "
    "other, and in sentences of the language, the ways to pay with what each takes, and free "
    "sockets nearby when this one is not. With a driver's access token the price is the driver's.",
    tags=["Codes"],
    security=DRIVER_OR_NOBODY,
    responses={
        200: ResponseSpec(
            ScanView,
            generate_examples=False,
            description="The socket as it is now",
            examples=[Example(summary="A free socket", value=SCAN)],
        ),
        **NOT_MODIFIED,
        **declared(
            UnknownCode, NoTariff, VatRateUnknown, AccountNotFound, NotSignedIn, DriverNotFound
        ),
    },
)
async def get_code(
    request: AnyRequest,
    code: Code,
    counter: NamedDependency[Counter],
    locale: Language = "en",
    if_none_match: IfNoneMatch = None,
) -> Response[ScanView]:
    """Answer what the scan page shows."""
    view = await scan(code, locale, desk=counter.desk)
    driver = await driver_at(request, code, counter)
    if driver is not None and driver.groups:
        price = await price_for(code, groups_of(driver), desk=counter.desk)
        view = msgspec.structs.replace(view, price=price)
    return fresh(_in_words(view, locale), if_none_match)


def _in_words(view: ScanView, locale: str) -> ScanView:
    """Return *view* with its price in sentences of *locale*, as the page says it."""
    price = view.price
    change = Change(price.next_change, view.point.time_zone, price.next_is_far)
    with speaking(locale):
        words = price_sentences(price, change)
    return msgspec.structs.replace(view, price=msgspec.structs.replace(price, words=words))


@post(
    "/codes/{code:str}/admission",
    operation_id="readDisplay",
    summary="Read a display",
    description="Where `needs_display_code` is true, only who reads the code on the display can "
    "pay. Send the `totp` of the address in that QR code at once: it counts for a moment. The "
    "answer lets one session begin in the next quarter of an hour.",
    tags=["Codes"],
    security=[{}],
    status_code=200,
    responses={
        200: ResponseSpec(
            Admission,
            generate_examples=False,
            description="The driver stands in front of it",
            examples=[Example(summary="An admission", value=ADMISSION)],
        ),
        **declared(UnknownCode, DisplayCodeNeeded, TooManyRequests),
    },
)
async def read_display(
    request: AnyRequest,
    code: Code,
    data: Annotated[DisplayReading, Body(examples=[Example(summary="v1", value=READING)])],
    counter: NamedDependency[Counter],
) -> Response[Admission]:
    """Check what the display showed."""
    await take(counter.desk.limits, DISPLAYS_PER_NETWORK, host_of(request))
    return private(Admission(await admit(code, data.totp, desk=counter.desk)))
