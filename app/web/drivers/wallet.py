"""The page of a driver's credit: what there is, buying more, and giving the rest back."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.credit.limit import count_top_up
from app.directpay.credit.overview import overview
from app.directpay.desk import PAYMENTS_PER_NETWORK
from app.funds.payments.errors import AccountNotFound, MeansNotKept
from app.funds.payments.providers.keeping import ways_that_keep
from app.funds.payments.refresh import come_back
from app.funds.payments.routing.offers import WayToPay
from app.funds.wallet.automatic.model import WORDS
from app.funds.wallet.automatic.stop import switch_off
from app.funds.wallet.errors import (
    NothingToRefund,
    TopUpRefused,
    WalletFrozen,
    WalletNotFound,
)
from app.funds.wallet.top_ups.model import TopUp, WalletOffer
from app.funds.wallet.top_ups.order import TopUpOrder, top_up, ways_to_top_up
from app.funds.wallet.top_ups.read import top_up_of_driver
from app.funds.wallet.top_ups.refund import refund_credit
from app.infra.i18n import current_language
from app.infra.limits import take
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.kernel.money import Money
from app.people.identity.drivers.model import Driver
from app.web.answers import private_page, see_other, to_provider
from app.web.drawing.wallet_page import WalletPage, render_wallet
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.frame import frame_of
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin
from app.web.tickets import language_cookie
from app.web.words.payment import device_of

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_MINOR: Final = re.compile(r"[0-9]{1,9}")


@get("/wallet", include_in_schema=False)
async def wallet_anywhere() -> Response[bytes]:
    """Lead to the page that knows at which operator the browser is signed in."""
    return see_other("/me")


@get("/wallet/{slug:str}", include_in_schema=False)
async def wallet_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show a driver's credit, or lead to signing in."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        answer = see_other(f"/me/{quote(slug, safe='')}?next=/wallet/{quote(slug, safe='')}")
        return visitor.remembered(answer, pages)
    answer = await _answer(request, visitor, pages)
    if request.query_params.get("lang") == current_language():
        answer.set_cookie(language_cookie(current_language(), pages.config))
    return visitor.remembered(answer, pages)


@post("/wallet/{slug:str}/top-up", include_in_schema=False)
async def top_up_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Begin to buy credit, and go to the provider's page."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    await count_top_up(pages.desk.limits, driver.driver_id)
    form = await request.form()
    try:
        order = await _order(form, visitor, driver, pages)
        begun = await top_up(order, operator_id=driver.operator_id, desk=pages.desk.payments)
    except (TopUpRefused, MeansNotKept, AccountNotFound) as problem:
        answer = await _answer(request, visitor, pages, problem)
        return visitor.remembered(answer, pages)
    if begun.checkout_url is None:
        answer = see_other(f"{order.page}/{begun.top_up.top_up_id}")
    else:
        answer = to_provider(request, begun.checkout_url, pages.config)
    return visitor.remembered(answer, pages)


@get("/wallet/{slug:str}/back/{top_up_id:uuid}", include_in_schema=False)
async def back_from_top_up(
    request: AnyRequest,
    slug: FromPath[str],
    top_up_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Ask the provider how it stands, which alone decides, and show the credit."""
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    found = await _top_up(top_up_id, driver, pages)
    page = f"/wallet/{visitor.operator.slug}"
    if found is not None:
        page += f"?bought={top_up_id}"
        await come_back(
            found.payment_id,
            dict(request.query_params),
            operator_id=driver.operator_id,
            desk=pages.desk.payments,
        )
    return visitor.remembered(see_other(page), pages)


@post("/wallet/{slug:str}/refund", include_in_schema=False)
async def refund_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Give the bought rest back to the means that paid for it."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    currency = (await request.form()).get("currency")
    try:
        await refund_credit(
            driver.driver_id,
            currency if isinstance(currency, str) else "",
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    except (NothingToRefund, WalletFrozen, WalletNotFound) as problem:
        answer = await _answer(request, visitor, pages, problem)
        return visitor.remembered(answer, pages)
    return visitor.remembered(see_other(f"/wallet/{visitor.operator.slug}"), pages)


@post("/wallet/{slug:str}/automatic/off", include_in_schema=False)
async def automatic_off_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Buy nothing by itself from now on; who has agreed to nothing loses nothing."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    currency = (await request.form()).get("currency")
    with suppress(WalletNotFound):
        await switch_off(
            driver.driver_id,
            currency if isinstance(currency, str) else "",
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    return visitor.remembered(see_other(f"/wallet/{visitor.operator.slug}"), pages)


async def _answer(
    request: AnyRequest, visitor: Visitor, pages: Pages, problem: Problem | None = None
) -> Response[bytes]:
    driver = signed_in(visitor)
    # Read before the credit: what is there by then is in it, and what is not is waited for.
    bought = await _bought(request, driver, pages)
    seen = await overview(
        driver.driver_id, operator_id=driver.operator_id, database=pages.desk.database
    )
    ways = await _ways(seen.offer, driver, pages)
    key = hashlib.blake2b(f"{driver.driver_id}{seen.now}".encode(), digest_size=16).hexdigest()
    keeping = await ways_that_keep(ways, operator_id=driver.operator_id, desk=pages.desk.payments)
    frame = await frame_of(request, visitor, pages)
    device = device_of(request.headers.get("user-agent", ""))
    page = WalletPage(frame, seen, ways, keeping, key, problem, bought, device)
    status = 200 if problem is None else STATUS[problem.kind]
    return private_page(request, render_wallet(page), pages.config, status=status)


async def _bought(request: AnyRequest, driver: Driver, pages: Pages) -> TopUp | None:
    """Return the credit that the driver comes back from buying, or None."""
    asked = request.query_params.get("bought", "")
    try:
        return await _top_up(UUID(asked), driver, pages)
    except ValueError:
        return None


async def _top_up(top_up_id: UUID, driver: Driver, pages: Pages) -> TopUp | None:
    return await top_up_of_driver(
        top_up_id,
        driver.driver_id,
        operator_id=driver.operator_id,
        database=pages.desk.database,
    )


async def _ways(offer: WalletOffer | None, driver: Driver, pages: Pages) -> tuple[WayToPay, ...]:
    if offer is None:
        return ()
    return await ways_to_top_up(
        offer.amounts[0],
        current_language(),
        operator_id=driver.operator_id,
        desk=pages.desk.payments,
    )


async def _order(
    form: Mapping[str, object], visitor: Visitor, driver: Driver, pages: Pages
) -> TopUpOrder:
    """Return what the form says. Raises TopUpRefused for what our page does not send."""
    seen = await overview(
        driver.driver_id, operator_id=driver.operator_id, database=pages.desk.database
    )
    given = {name: form.get(name) for name in ("amount", "method", "key")}
    amount, method, key = (value if isinstance(value, str) else "" for value in given.values())
    if seen.offer is None or not _MINOR.fullmatch(amount) or not _KEY.fullmatch(key):
        raise TopUpRefused("the form is not complete, or no credit is sold")
    return TopUpOrder(
        driver_id=driver.driver_id,
        amount=Money(int(amount), seen.offer.most.currency),
        method=method,
        key=f"{driver.driver_id}:{key}:{amount}:{method}",
        locale=current_language(),
        page=f"{pages.desk.base_of(driver.operator_id)}/wallet/{visitor.operator.slug}/back",
        consent=_consent(form),
    )


def _consent(form: Mapping[str, object]) -> str | None:
    """Return the version of the words beside the box that was ticked; an old page's is refused."""
    ticked = form.get("automatic")
    if ticked not in (None, WORDS):
        raise TopUpRefused("the words that were agreed to are not ours")
    return None if ticked is None else WORDS
