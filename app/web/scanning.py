"""The page behind the code, and paying on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.charging.stickers.errors import StickerNeeded
from app.charging.stickers.model import WITHOUT_TAG
from app.directpay.afterwards.errors import ChargeAfterRefused
from app.directpay.desk import DISPLAYS_PER_NETWORK, PAYMENTS_PER_NETWORK, find, may_control
from app.directpay.errors import (
    CreditAmountInvalid,
    DisplayCodeNeeded,
    JourneyNotFound,
    MethodUnavailable,
    PaymentsDown,
    PlugInFirst,
    PointBusy,
    PointOffline,
    PointOutOfOrder,
    TariffChanged,
)
from app.directpay.guard.display import admit
from app.directpay.model import Stage
from app.directpay.pay import Begun, PayOrder, pay
from app.directpay.scan import Standing
from app.directpay.views import ScanView
from app.funds.means.errors import MeansNotFound
from app.funds.payments.errors import MeansNotKept
from app.funds.payments.providers.capabilities import WALLET
from app.funds.wallet.errors import CreditTooLow, WalletFrozen, WalletNotFound
from app.infra.i18n import current_language
from app.infra.limits import TooManyRequests, take
from app.kernel.errors import Kind, Problem
from app.pricing.promotions.errors import CouponMistyped, CouponRefused, OfferChanged
from app.web.answers import packed_answer, scan_headers, see_other, to_provider
from app.web.config import WebConfig
from app.web.coupons.driver import admission_of, driver_cookie, mark_of, presented
from app.web.coupons.own_page import own_page
from app.web.coupons.redeem import typed
from app.web.drivers.account import Visitor, visitor_here
from app.web.drivers.after import AfterChoice, chosen_after
from app.web.drivers.cookies import account_secret
from app.web.drivers.credit import chosen_credit
from app.web.hosts import at_home
from app.web.language import choose_language
from app.web.pages import Pages, tickets_of
from app.web.request import AnyRequest, host_of, is_from_outside
from app.web.security import check_same_origin
from app.web.tickets import (
    COOKIE,
    Ticket,
    admission_cookie,
    first_cookie,
    language_cookie,
    pay_key,
    ticket_cookie,
)
from app.web.words.payment import device_of

_REFUSALS = (
    DisplayCodeNeeded,
    PointBusy,
    PlugInFirst,
    PointOffline,
    PointOutOfOrder,
    TariffChanged,
    MethodUnavailable,
    PaymentsDown,
    OfferChanged,
    CouponMistyped,
    CouponRefused,
    TooManyRequests,
    CreditAmountInvalid,
    CreditTooLow,
    WalletFrozen,
    WalletNotFound,
    ChargeAfterRefused,
    MeansNotFound,
    MeansNotKept,
)
_MOST_DIGITS = 9


class BrokenForm(Problem):
    """A field of the pay form is missing or is not what our page sends."""

    code = "broken_form"
    kind = Kind.INVALID
    title = "The form is not complete"


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the pay form sends."""

    method: str
    tariff_id: str
    tariff_version: int
    coupon: str
    offers: tuple[str, ...]
    form: Mapping[str, object]


@get(["/c/{code:str}", "/C/{code:str}"], include_in_schema=False)
async def scan_page(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show what stands here and what it costs; a browser with a session here goes on to it."""
    return await point_page(request, code, pages, WITHOUT_TAG)


async def point_page(request: AnyRequest, code: str, pages: Pages, number: int) -> Response[bytes]:
    """
    Return the page of the point at *code*, of which the sticker *number* was scanned.

    Raises UnknownCode, and StickerNeeded where only a sticker leads here.
    """
    running = await _running_session(request, code, pages)
    if running is not None:
        return see_other(f"/s/{running}")
    if "totp" in request.query_params:
        return await _read_display(request, code, pages)
    shown = await pages.scans.at(code, current_language())
    at_home(request, shown.standing.evse.operator_id, pages.desk.hosts)
    _count(request, shown.standing, pages, number)
    coupon = typed(request.query_params.get("coupon"))
    if coupon or _has_own_page(request, shown.view, pages.config):
        answer = await own_page(request, code, presented(request, coupon), pages)
        if COOKIE not in request.cookies:
            answer.set_cookie(first_cookie(pages.config))
        return answer
    language = choose_language(request, shown.view.brand.languages)
    if language != shown.language:
        shown = await pages.scans.at(code, language)
    ready = shown.page(device_of(request.headers.get("user-agent", "")))
    answer = packed_answer(request, ready.body, scan_headers(ready.look, pages.config))
    if COOKIE not in request.cookies:
        answer.set_cookie(first_cookie(pages.config))
    if request.query_params.get("lang") == language:
        answer.set_cookie(language_cookie(language, pages.config))
    return answer


def _count(request: AnyRequest, standing: Standing, pages: Pages, number: int) -> None:
    """Count a scan; that somebody follows a link of ours is none. Raises StickerNeeded."""
    if not is_from_outside(request):
        return
    if number == WITHOUT_TAG and standing.sticker_tags:
        raise StickerNeeded("the address has no check tag", code=standing.evse.code)
    pages.desk.tally.note(standing.evse.operator_id, standing.evse.evse_uid, number)


@post("/c/{code:str}/pay", include_in_schema=False)
async def pay_form(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Begin a journey and go to the provider's page, or show the scan page with what is wrong."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    choice = _choice(await request.form())
    standing = await pages.scans.at(code, current_language())
    at_home(request, standing.standing.evse.operator_id, pages.desk.hosts)
    shown = standing.view
    visitor = await visitor_here(request, shown.brand.slug, pages)
    order = _order(request, shown, choice, visitor)
    answer = await _begin(request, order, pages)
    return answer if visitor is None else visitor.remembered(answer, pages)


async def _begin(request: AnyRequest, order: PayOrder, pages: Pages) -> Response[bytes]:
    try:
        begun = await pay(order, desk=pages.desk)
    except _REFUSALS as refusal:
        pages.scans.forget(order.code)
        return await own_page(request, order.code, order.presented, pages, refusal)
    finally:
        pages.scans.forget(order.code)
    answer = _to_checkout(request, begun, pages.config)
    if order.presented.coupon or order.shown:
        answer.set_cookie(driver_cookie(order.presented.driver, pages.config))
    return answer


def _order(
    request: AnyRequest, shown: ScanView, choice: _Choice, visitor: Visitor | None
) -> PayOrder:
    """Return what the driver chose, as the journey wants it. Raises NotSignedIn."""
    code = request.path_params["code"]
    version = str(choice.tariff_version)
    chosen = [code, choice.method, choice.tariff_id, version, choice.coupon]
    known = presented(request, choice.coupon)
    credit = None
    if choice.method == WALLET:
        credit = chosen_credit(visitor, shown.brand.slug, choice.form, shown.price.currency)
        chosen += [str(credit.driver_id), str(credit.amount)]
    kept = chosen_after(visitor, shown.brand.slug, choice.method, choice.form)
    if kept != AfterChoice():
        chosen.append(repr(kept))
    return PayOrder(
        code=code,
        method=choice.method,
        tariff_id=choice.tariff_id,
        tariff_version=choice.tariff_version,
        key=pay_key(request.cookies.get(COOKIE), *chosen),
        locale=choose_language(request, shown.brand.languages),
        presented=known if visitor is None else visitor.presents(known),
        shown=choice.offers,
        credit=credit,
        after=kept.after,
        keep=kept.keep,
    )


def _has_own_page(request: AnyRequest, view: ScanView, config: WebConfig) -> bool:
    """Tell whether this browser may see another page than everybody."""
    if mark_of(request) and any(offer.once for offer in view.offers):
        return True
    if view.needs_display_code and admission_of(request):
        return True
    return bool(account_secret(request, view.brand.slug, config))


async def _read_display(request: AnyRequest, code: str, pages: Pages) -> Response[bytes]:
    """Lead a driver who has read the display to the page, with the right to pay."""
    await take(pages.desk.limits, DISPLAYS_PER_NETWORK, host_of(request))
    admission = await admit(code, request.query_params["totp"], desk=pages.desk)
    return see_other(f"/c/{quote(code, safe='')}", admission_cookie(code, admission, pages.config))


def _to_checkout(request: AnyRequest, begun: Begun, config: WebConfig) -> Response[bytes]:
    """Lead the driver to the provider's page, or to the session while there is none."""
    ticket = Ticket(begun.token, begun.control)
    cookie = ticket_cookie(ticket, tickets_of(request), config)
    if begun.checkout_url is None:
        return see_other(f"/s/{begun.token}", cookie)
    return to_provider(request, begun.checkout_url, config, cookie)


async def _running_session(request: AnyRequest, code: str, pages: Pages) -> str | None:
    """Return the token of the session that this browser has at *code*, or None."""
    for ticket in tickets_of(request):
        if await _runs_at(ticket, code, pages):
            return ticket.token
    return None


async def _runs_at(ticket: Ticket, code: str, pages: Pages) -> bool:
    try:
        journey = await find(ticket.token, desk=pages.desk)
    except JourneyNotFound:
        return False
    if journey.code != code or journey.stage is Stage.ENDED:
        return False
    return may_control(journey.journey_id, ticket.control, desk=pages.desk)


def _choice(form: Mapping[str, object]) -> _Choice:
    method, tariff_id = form.get("method"), form.get("tariff_id")
    version = form.get("tariff_version")
    if not isinstance(method, str) or not isinstance(tariff_id, str) or not method:
        raise BrokenForm("choose a way to pay on the page of the charge point")
    if not isinstance(version, str) or not _is_number(version):
        raise BrokenForm("the price that was shown is missing", field="tariff_version")
    offers = form.get("offers")
    shown = tuple(offers.split()) if isinstance(offers, str) else ()
    return _Choice(method, tariff_id, int(version), typed(form.get("coupon")), shown, form)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
