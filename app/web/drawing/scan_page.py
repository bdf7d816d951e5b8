"""The page behind the code: what stands here, what it costs, how to pay."""

from dataclasses import dataclass
from decimal import Decimal

from app.directpay.credit.look import CreditView
from app.directpay.views import NearbyView, PointState, PointView, ScanView
from app.infra.i18n import format_number, format_plain, gettext
from app.pricing.tariffs.choice.model import AD_HOC, PUBLIC
from app.pricing.tariffs.words.prices import Change, price_words
from app.web.drawing.app.frame import SHEET, Frame, Here, framed, home_of
from app.web.drawing.look import Look
from app.web.drawing.templates import render
from app.web.words.after import AfterWords
from app.web.words.credit import credit_words
from app.web.words.curve import curve_words, lock_words
from app.web.words.offers import offer_words
from app.web.words.payment import Device, payment_groups

STARTABLE = (PointState.FREE, PointState.PLUGGED)
_METRES_A_KILOMETRE = 1000
# Whose price is everybody's, or that of whoever comes.
_ANYBODY = (str(PUBLIC), str(AD_HOC))
# How drivers call the plugs of OCPI's ConnectorType.
_PLUGS = {
    "IEC_62196_T1": "Type 1",
    "IEC_62196_T1_COMBO": "CCS (Type 1)",
    "IEC_62196_T2": "Type 2",
    "IEC_62196_T2_COMBO": "CCS",
    "CHADEMO": "CHAdeMO",
    "DOMESTIC_F": "Schuko",
    "DOMESTIC_E": "Type E",
    "TESLA_S": "Tesla",
    "NACS": "NACS",
}


@dataclass(frozen=True, slots=True)
class State:
    """The socket's state as the driver reads it."""

    tone: str
    icon: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Tried:
    """
    What a driver tried on the page: a *coupon*, and what was wrong with it or with paying.

    *is_admitted* says that the driver has read the display, where one has to be read.
    """

    coupon: str = ""
    error: str | None = None
    notice: str | None = None
    is_admitted: bool = False


NOTHING_TRIED = Tried()


@dataclass(frozen=True, slots=True)
class Own:
    """
    What is a driver's own on the page, where one is signed in.

    *credit* is what there is to pay with, *after* how to pay after the session, *frame* the app's.
    """

    credit: CreditView | None = None
    after: AfterWords | None = None
    frame: Frame | None = None


NOBODYS = Own()


@dataclass(frozen=True, slots=True)
class Place:
    """A free socket elsewhere."""

    code: str
    location_name: str
    details: str


def render_scan(
    view: ScanView,
    *,
    device: Device,
    tried: Tried = NOTHING_TRIED,
    own: Own = NOBODYS,
) -> tuple[str, Look]:
    """
    Return the scan page in the current language, and its look.

    Payment buttons are shown only when the socket can start. *tried* tells what just went wrong,
    *own* what is there for a driver who is signed in.
    """
    startable = view.point.state in STARTABLE
    by_display = view.needs_display_code and not tried.is_admitted
    is_payable, price = startable and not by_display, view.price
    change = Change(price.next_change, view.point.time_zone, price.next_is_far)
    return render(
        "scan.html",
        view.brand,
        () if own.frame is None else (SHEET,),
        home=home_of(view.brand.slug),
        point=view.point,
        state=state_words(view.point.state),
        facts=_facts(view.point),
        price=price,
        is_own_price=price.chosen_by is not None and price.chosen_by.group not in _ANYBODY,
        block=price_words(price, change),
        lock=lock_words(price),
        curve=curve_words(price, view.point.time_zone),
        groups=payment_groups(view.methods, device) if is_payable else [],
        by_display=startable and by_display,
        nearby=[_place(place) for place in view.nearby],
        notice=tried.notice or _no_methods(view, startable=startable),
        tried=tried,
        **_offered(view, tried),
        **_own(view, own, is_payable=is_payable),
    )


def _own(view: ScanView, own: Own, *, is_payable: bool) -> dict[str, object]:
    return framed(own.frame, Here.SCAN) | {
        "credit": credit_words(own.credit) if is_payable and own.credit else None,
        "after": own.after if is_payable else None,
        "sells_credit": view.credit and own.credit is None,
        "own_prices": view.own_prices and own.credit is None,
    }


def _offered(view: ScanView, tried: Tried) -> dict[str, object]:
    return {
        "offers": [offer_words(offer) for offer in view.offers],
        "offer_keys": " ".join(offer.key for offer in view.offers),
        "coupon": tried.coupon if any(offer.by_code for offer in view.offers) else "",
    }


def socket_name(reference: str) -> str:
    """Return what a socket is called: a bare number says of what it is the number."""
    if reference.isdigit():
        return gettext("Socket %(number)s") % {"number": reference}
    return reference


def plug_name(standard: str) -> str:
    """Return what drivers call a connector of OCPI's *standard*."""
    return _PLUGS.get(standard, standard.replace("_", " ").title())


def _facts(point: PointView) -> list[str]:
    current = "DC" if point.power_type == "DC" else "AC"
    power = f"{format_plain(point.max_power_kw)}\N{NO-BREAK SPACE}kW {current}"
    cable = gettext("cable at the charge point") if point.cable_attached else gettext("own cable")
    facts = [socket_name(point.physical_reference), plug_name(point.standard), power, cable]
    return [fact for fact in facts if fact]


def state_words(state: PointState) -> State:
    """Return what a driver reads of a socket's *state*."""
    match state:
        case PointState.FREE:
            sentence = gettext("Pay first, then plug in.")
            return State("good", "bolt", gettext("Free"), sentence)
        case PointState.PLUG_FIRST:
            sentence = gettext(
                "Plug in the cable first. Then you can pay here, and charging starts."
            )
            return State("good", "plug", gettext("Free"), sentence)
        case PointState.PLUGGED:
            sentence = gettext("The cable is in. Pay, and charging starts.")
            return State("good", "plug", gettext("Plugged in"), sentence)
        case _:
            return _unpayable(state)


def _unpayable(state: PointState) -> State:
    if state is PointState.OCCUPIED:
        sentence = gettext("Somebody is charging here.")
        return State("warn", "clock", gettext("Occupied"), sentence)
    if state is PointState.SOMEONE_PAYING:
        sentence = gettext("If nobody starts, it is free again within a few minutes.")
        return State("warn", "clock", gettext("Someone is paying"), sentence)
    if state is PointState.OFFLINE:
        sentence = gettext("We cannot reach this charge point, so nothing can start here now.")
        return State("bad", "alert", gettext("Offline"), sentence)
    sentence = gettext("This socket reports a fault and cannot charge now.")
    return State("bad", "alert", gettext("Out of order"), sentence)


def _place(place: NearbyView) -> Place:
    power = f"{format_plain(place.max_power_kw)}\N{NO-BREAK SPACE}kW"
    # At the same place the address says nothing; which socket it is does.
    which = place.address
    if place.distance_m == 0:
        which = socket_name(place.physical_reference) or place.evse_id
    details = f"{distance_words(place.distance_m)} · {power} · {which}"
    return Place(place.code, place.location_name, details)


def distance_words(metres: int) -> str:
    """Return how far away something is: `here`, `340 m`, `1.8 km`."""
    if metres == 0:
        return gettext("here")
    if metres < _METRES_A_KILOMETRE:
        return f"{metres}\N{NO-BREAK SPACE}m"
    kilometres = Decimal(metres) / _METRES_A_KILOMETRE
    return f"{format_number(kilometres, decimals=1)}\N{NO-BREAK SPACE}km"


def _no_methods(view: ScanView, *, startable: bool) -> str | None:
    if startable and not view.methods:
        return gettext("Payments are not possible right now. Please try again in a minute.")
    return None
