"""An operator's own programs change how drivers know it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.brands.bodies import (
    DOCUMENT,
    LOGO,
    ORDER,
    BrandDocument,
    BrandOrder,
    LogoOrder,
    brand_document,
)
from app.api.contract.versions import (
    IfMatchNeeded,
    VersionChanged,
    VersionNeeded,
    require_match,
    versioned,
)
from app.api.counter import AnyRequest, Counter
from app.api.keys import caller_of
from app.api.operators.route import for_operators
from app.people.identity.brand.change import change_brand
from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.logos import LOGO_TYPE, kept_logo
from app.people.identity.errors import InvalidOperator
from app.people.identity.keys.model import Scope
from app.people.identity.model import Operator
from app.people.identity.read import get_operator

_MOST_LOGO_BODY: Final = 1_500_000
_READS = "Needs the scope `brand:read`."
_WRITES = "Needs the scope `brand:write`, and the ETag that was read as If-Match."
_VERSIONS = (VersionNeeded, VersionChanged)


@get(
    "/operator/brand",
    operation_id="getOperatorBrand",
    summary="The brand as it is kept",
    description=f"With the colours that are shown, and where they were corrected. {_READS}",
    **for_operators(Scope.BRAND_READ, DOCUMENT),
)
async def get_own_brand(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[BrandDocument]:
    """Answer the brand."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        return _told(await get_operator(work))


@put(
    "/operator/brand",
    operation_id="putOperatorBrand",
    summary="Change the brand",
    description="Everything but the logo. Colours are corrected where they could not be read, and "
    f"the answer tells so. {_WRITES}",
    **for_operators(Scope.BRAND_WRITE, DOCUMENT, InvalidOperator, *_VERSIONS),
)
async def put_own_brand(
    request: AnyRequest,
    data: Annotated[BrandOrder, Body(examples=[Example(summary="A brand", value=ORDER)])],
    counter: NamedDependency[Counter],
    if_match: IfMatchNeeded = None,
) -> Response[BrandDocument]:
    """Change it."""

    def change(operator: Operator) -> Operator:
        require_match(if_match, brand_document(operator), needed=True)
        return data.carried_out(operator)

    return await _changed(change, request, counter)


@put(
    "/operator/brand/logo",
    operation_id="putOperatorLogo",
    summary="Change the logo",
    description="A PNG, JPEG or WebP of at most 1 MiB and 4,096 pixels a side. It is drawn anew as "
    f"a small PNG; drawings (SVG) are refused. {_WRITES}",
    request_max_body_size=_MOST_LOGO_BODY,
    **for_operators(Scope.BRAND_WRITE, DOCUMENT, PictureInvalid, InvalidOperator, *_VERSIONS),
)
async def put_own_logo(
    request: AnyRequest,
    data: Annotated[LogoOrder, Body(examples=[Example(summary="One pixel", value=LOGO)])],
    counter: NamedDependency[Counter],
    if_match: IfMatchNeeded = None,
) -> Response[BrandDocument]:
    """Change it."""
    given = data.picture()
    logo = None if given is None else await asyncio.to_thread(kept_logo, given)

    def change(operator: Operator) -> Operator:
        require_match(if_match, brand_document(operator), needed=True)
        kind = None if logo is None else LOGO_TYPE
        return replace(operator, brand=replace(operator.brand, logo=logo, logo_type=kind))

    return await _changed(change, request, counter)


async def _changed(
    change: Callable[[Operator], Operator], request: AnyRequest, counter: Counter
) -> Response[BrandDocument]:
    operator_id, database = caller_of(request).operator_id, counter.desk.database
    return _told(await change_brand(change, operator_id=operator_id, database=database))


def _told(operator: Operator) -> Response[BrandDocument]:
    return versioned(brand_document(operator))
