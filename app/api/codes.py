"""What stands at a code: the socket, its price, the ways to pay."""

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
from app.pricing.tariffs.errors import NoTariff
from app.pricing.vat.errors import VatRateUnknown


@get(
    "/codes/{code:str}",
    operation_id="getCode",
    summary="What stands at a code",
    description="The socket and its state, the price incl. VAT in the order kWh, minute, session, "
    "other, the ways to pay with what each takes, and free sockets nearby when this one is not.",
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
    return fresh(await scan(code, locale, desk=counter.desk), if_none_match)
