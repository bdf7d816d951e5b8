"""What stands at a code: the socket, its price, the ways to pay."""

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example

from app.api.answers import NOT_MODIFIED, fresh
from app.api.bodies import Code, IfNoneMatch, Language
from app.api.counter import Counter
from app.api.examples import SCAN
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.directpay.scan import scan
from app.directpay.views import ScanView
from app.funds.payments.errors import AccountNotFound
from app.infra.i18n import speaking
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.words.prices import Change, price_sentences
from app.pricing.vat.errors import VatRateUnknown


@get(
    "/codes/{code:str}",
    operation_id="getCode",
    summary="What stands at a code",
    description="The socket and its state, the price incl. VAT in the order kWh, minute, session, "
    "other, and in sentences of the language, the ways to pay with what each takes, and free "
    "sockets nearby when this one is not.",
    tags=["Codes"],
    security=[{}],
    responses={
        200: ResponseSpec(
            ScanView,
            generate_examples=False,
            description="The socket as it is now",
            examples=[Example(summary="A free socket", value=SCAN)],
        ),
        **NOT_MODIFIED,
        **declared(UnknownCode, NoTariff, VatRateUnknown, AccountNotFound),
    },
)
async def get_code(
    code: Code,
    counter: NamedDependency[Counter],
    locale: Language = "en",
    if_none_match: IfNoneMatch = None,
) -> Response[ScanView]:
    """Answer what the scan page shows."""
    view = await scan(code, locale, desk=counter.desk)
    return fresh(_in_words(view, locale), if_none_match)


def _in_words(view: ScanView, locale: str) -> ScanView:
    """Return *view* with its price in sentences of *locale*, as the page says it."""
    price = view.price
    change = Change(price.next_change, view.point.time_zone, price.next_is_far)
    with speaking(locale):
        words = price_sentences(price, change)
    return msgspec.structs.replace(view, price=msgspec.structs.replace(price, words=words))
