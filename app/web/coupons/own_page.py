"""The scan page of one driver: with a code, or with campaigns that are limited per driver."""

from dataclasses import replace

import msgspec
from litestar import Response

from app.directpay.guard.display import is_admitted
from app.directpay.offers.guess import Presented
from app.directpay.offers.look import look_at_offers
from app.directpay.scan import price_for
from app.directpay.views import OfferView, ScanView
from app.infra.i18n import current_language, gettext
from app.infra.limits import TooManyRequests
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.pricing.promotions.errors import CouponMistyped, CouponRefused
from app.web.answers import private_page
from app.web.drawing.scan_page import NOBODYS, Own, Tried, render_scan
from app.web.drivers.account import Visitor, visitor_here
from app.web.drivers.after import own_after
from app.web.drivers.credit import own_credit
from app.web.drivers.frame import frame_of
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.words.payment import device_of

CODE_TROUBLE = (CouponMistyped, CouponRefused, TooManyRequests)


async def own_page(
    request: AnyRequest,
    code: str,
    presented: Presented,
    pages: Pages,
    refusal: Problem | None = None,
) -> Response[bytes]:
    """
    Show the socket with what this driver gets there.

    *refusal* is what was just wrong with paying. What is wrong with the code is said beside its
    field, and the page goes on without it: the normal price holds.
    """
    view = (await pages.scans.at(code, current_language())).view
    visitor = await visitor_here(request, view.brand.slug, pages)
    if visitor is not None and visitor.groups:
        presented = replace(presented, groups=visitor.groups)
        view = await _with_own_price(view, code, presented, pages)
    # What was just refused is not looked up again: it would count as another guess.
    trouble: Problem | None = refusal if isinstance(refusal, CODE_TROUBLE) else None
    if trouble is None:
        offers, trouble = await _offers(code, presented, pages)
    else:
        offers = await _without_code(code, presented, pages)
    admitted = not view.needs_display_code or await is_admitted(code, presented, desk=pages.desk)
    page = render_scan(
        msgspec.structs.replace(view, offers=offers),
        device=device_of(request.headers.get("user-agent", "")),
        tried=_tried(presented.coupon, refusal, trouble, is_admitted=admitted),
        own=await _own(request, code, visitor, pages),
    )
    wrong = refusal or trouble
    status = 200 if wrong is None else STATUS[wrong.kind]
    answer = private_page(request, page, pages.config, status=status)
    return answer if visitor is None else visitor.remembered(answer, pages)


async def _own(request: AnyRequest, code: str, visitor: Visitor | None, pages: Pages) -> Own:
    if visitor is None or visitor.driver is None:
        return NOBODYS
    return Own(
        credit=await own_credit(code, visitor, desk=pages.desk),
        after=await own_after(code, visitor, desk=pages.desk),
        frame=await frame_of(request, visitor, pages),
    )


def _tried(
    coupon: str, refusal: Problem | None, trouble: Problem | None, *, is_admitted: bool
) -> Tried:
    return Tried(
        coupon=coupon,
        error=None if trouble is None else trouble_words(trouble),
        notice=None if refusal is None or isinstance(refusal, CODE_TROUBLE) else notice(refusal),
        is_admitted=is_admitted,
    )


async def _with_own_price(
    view: ScanView, code: str, presented: Presented, pages: Pages
) -> ScanView:
    price = await price_for(code, presented.groups, desk=pages.desk)
    return msgspec.structs.replace(view, price=price)


async def _offers(
    code: str, presented: Presented, pages: Pages
) -> tuple[tuple[OfferView, ...], Problem | None]:
    try:
        return await look_at_offers(code, presented, desk=pages.desk), None
    except CODE_TROUBLE as trouble:
        return await _without_code(code, presented, pages), trouble


async def _without_code(code: str, presented: Presented, pages: Pages) -> tuple[OfferView, ...]:
    return await look_at_offers(code, replace(presented, coupon=""), desk=pages.desk)


def trouble_words(trouble: Problem) -> str:
    """Return what to say beside the field of the code; all codes that give nothing say the same."""
    match trouble:
        case CouponMistyped():
            return gettext("There is a typing mistake in this code. Please compare it.")
        case TooManyRequests():
            return gettext(
                "Too many codes were tried. Please wait, or pay without a code. "
                "The normal price holds."
            )
        case _:
            return gettext(
                "This code gives nothing here now: it may be used up, over, in use, or for another "
                "place. The normal price holds."
            )


def notice(refusal: Problem) -> str:
    """Return what to say when paying was refused; nothing was reserved."""
    return _NOTICES.get(refusal.code, _start_trouble)()


def _start_trouble() -> str:
    return gettext("The charge point cannot start now. Nothing was charged.")


def _display_code_needed() -> str:
    return gettext("Scan the code on the display again. It is another one every moment.")


def _tariff_changed() -> str:
    return gettext("The price has changed since you opened the page. Please look again.")


def _offer_changed() -> str:
    return gettext("The offer has changed since you opened the page. Please look again.")


def _point_busy() -> str:
    return gettext("Somebody else was faster at this socket. Nothing was charged.")


def _method_unavailable() -> str:
    return gettext("This way to pay is not available now. Nothing was charged.")


def _plug_in_first() -> str:
    return gettext("Plug in the cable first. Nothing was charged.")


def _payments_down() -> str:
    return gettext("Payments are not possible right now. Please try again in a minute.")


def _credit_too_low() -> str:
    return gettext("There is not that much credit. Please choose less. Nothing was charged.")


def _credit_amount() -> str:
    return gettext("A session takes more than this. Please choose more. Nothing was charged.")


def _charge_after_refused() -> str:
    return gettext("You cannot pay after the session now. Nothing was charged.")


def _means_gone() -> str:
    return gettext("This card is kept no longer. Please pay in another way. Nothing was charged.")


def _means_not_kept() -> str:
    return gettext(
        "This payment method cannot be saved. Nothing was paid: choose another one, or leave the"
        " box empty."
    )


_NOTICES = {
    "charge_after_refused": _charge_after_refused,
    "means_not_found": _means_gone,
    "means_not_kept": _means_not_kept,
    "credit_too_low": _credit_too_low,
    "wallet_not_found": _credit_too_low,
    "wallet_frozen": _method_unavailable,
    "credit_amount_invalid": _credit_amount,
    "display_code_needed": _display_code_needed,
    "tariff_changed": _tariff_changed,
    "offer_changed": _offer_changed,
    "point_busy": _point_busy,
    "method_unavailable": _method_unavailable,
    "payments_down": _payments_down,
    "plug_in_first": _plug_in_first,
}
