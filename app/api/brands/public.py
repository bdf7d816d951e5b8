"""The brand for whoever makes an app."""

from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.api.answers import NOT_MODIFIED, answer, fresh
from app.api.bodies import IfNoneMatch, Language
from app.api.brands.bodies import DOCUMENT
from app.api.counter import AnyRequest, Counter
from app.api.problems import declared
from app.directpay.brands.show import public_brand
from app.directpay.brands.views import (
    FeaturesView,
    PublicBrandView,
    StoresView,
    SupportView,
)
from app.people.identity.errors import OperatorNotFound

Named = Annotated[
    str | None,
    QueryParameter(
        name="operator",
        max_length=40,
        description="The operator's name in addresses; not needed at a host of its own.",
    ),
]
_FOR_A_MINUTE: Final = "public, max-age=60"
_BASE = "https://charge.voltstraat.example"
_EXAMPLE = PublicBrandView(
    slug="voltstraat",
    name="Voltstraat",
    legal_name="Voltstraat B.V.",
    address=_BASE,
    colours=DOCUMENT.colours,
    logo=f"{_BASE}/brand/voltstraat/logo",
    icons={"192": f"{_BASE}/app/voltstraat/icons/192"},
    texts={"scan_note": "Parking is free while you charge."},
    support=SupportView("+31 10 123 4567", "help@voltstraat.example", "day and night"),
    links=DOCUMENT.links,
    languages=("en", "nl", "de", "fr"),
    stores=StoresView(None, "https://play.google.com/store/apps/details?id=example.voltstraat"),
    features=FeaturesView(credit=True, pay_after=False, own_prices=True),
)


@get(
    "/brand",
    operation_id="getBrand",
    summary="The operator's brand",
    description="Colours in which text can be read, logo and icons, the operator's own words, "
    "support, links, languages, apps in the stores, and what drivers can do. The host decides "
    "whose it is; at a host of several operators `operator` names one.",
    tags=["Codes"],
    security=[{}],
    responses={
        200: answer(PublicBrandView, "The brand", _EXAMPLE),
        **NOT_MODIFIED,
        **declared(OperatorNotFound),
    },
)
async def get_brand(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    named: Named = None,
    locale: Language = "en",
    if_none_match: IfNoneMatch = None,
) -> Response[PublicBrandView]:
    """Answer the brand."""
    desk, host = counter.desk, request.headers.get("host", "")
    whose = desk.hosts.operator_at(host) if named is None else desk.hosts.operator_named(named)
    if whose is None or not desk.hosts.is_right(host, whose):
        raise OperatorNotFound("this is the host of no such operator")
    shown = fresh(await public_brand(whose, locale, desk=desk), if_none_match)
    shown.headers["Cache-Control"] = _FOR_A_MINUTE
    shown.headers["Access-Control-Allow-Origin"] = "*"
    return shown
