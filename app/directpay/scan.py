"""What a driver sees who scans the code: the socket, its price, and the ways to pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Connector, Evse, EvseStatus, Location
from app.charging.chargers.read import evse_now, nearest_free
from app.charging.sessions.read import is_in_use
from app.directpay import store
from app.directpay.desk import Desk
from app.directpay.model import Stage
from app.directpay.offers.look import offer_view, offers_for_all
from app.directpay.prices.show import holds_for, money_view, price_at
from app.directpay.prices.terms import terms_at
from app.directpay.prices.views import PriceView
from app.directpay.views import (
    BrandView,
    MethodView,
    NearbyView,
    PointState,
    PointView,
    ScanView,
)
from app.funds.payments.ports import MethodOffer
from app.funds.payments.routing.offers import (
    NO_TILLS,
    Tills,
    WayToPay,
    Wish,
    routing_rules,
    tills,
    tills_by,
    ways_to_pay,
)
from app.funds.wallet.top_ups.offer import wallet_offer_of
from app.infra.database import Work
from app.infra.question import ask
from app.kernel.money import Money
from app.people.identity.model import Operator
from app.people.identity.read import get_operator, operator_with_id
from app.pricing.promotions.rules import Offer
from app.pricing.tariffs.choice.drivers import prices_drivers
from app.pricing.tariffs.choice.model import Group

NEARBY = 3

_OUT_OF_ORDER = {EvseStatus.FAULTED, EvseStatus.UNAVAILABLE, EvseStatus.UNKNOWN}
_STARTABLE = {
    EvseStatus.AVAILABLE: PointState.FREE,
    EvseStatus.PREPARING: PointState.PLUGGED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at a code, with its price, which changes by itself after *holds_for*."""

    evse: Evse
    brand: BrandView
    price: PriceView
    offers: tuple[Offer, ...]
    tills: Tills
    sells_credit: bool
    own_prices: bool
    holds_for: timedelta | None
    cable_first: bool = False
    sticker_tags: bool = False


async def scan(code: str, locale: str, *, desk: Desk) -> ScanView:
    """Return what the page of *code* shows now. Raises UnknownCode."""
    return await look_at(await standing_at(code, desk=desk), locale, desk=desk)


async def standing_at(code: str, *, desk: Desk) -> Standing:
    """Return what stands at *code*. Raises UnknownCode, NoTariff."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        terms = await terms_at(work, evse)
        price = price_at(terms, evse, work.now)
        operator, routing, credit, own_prices = await ask(
            work,
            operator_with_id(operator_id),
            routing_rules(operator_id),
            wallet_offer_of(operator_id),
            prices_drivers(operator_id, work.now),
        )
        return Standing(
            evse=evse,
            brand=brand_view(operator),
            price=price,
            offers=await offers_for_all(work, evse, terms.choice),
            tills=await tills_by(routing, work, vault=desk.payments.vault),
            sells_credit=credit is not None,
            own_prices=own_prices,
            holds_for=holds_for(terms, evse, price, work.now),
            cable_first=operator.cable_first,
            sticker_tags=operator.sticker_tags,
        )


async def price_for(code: str, groups: frozenset[Group], *, desk: Desk) -> PriceView:
    """Return the price at *code* of a driver in *groups*. Raises UnknownCode, NoTariff."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        return price_at(await terms_at(work, evse, groups), evse, work.now)


async def look_at(standing: Standing, locale: str, *, desk: Desk) -> ScanView:
    """Return the page of what is *standing* there, with its state of now. Raises UnknownCode."""
    async with desk.database.look() as look:
        evse, stage = await ask(look, evse_now(standing.evse), store.live_stage_at(standing.evse))
    if evse is None:
        raise UnknownCode("the charging point was taken away", code=standing.evse.code)
    state = point_state(evse, stage)
    nearby: tuple[NearbyView, ...] = ()
    if state not in _STARTABLE.values():
        state, nearby = await _look_closer(evse, stage, desk)
    if state is PointState.FREE and standing.cable_first:
        state = PointState.PLUG_FIRST
    given = standing.tills if state in _STARTABLE.values() else NO_TILLS
    offered = await ways_to_pay(given, _wish(evse, locale), desk=desk.payments)
    return ScanView(
        brand=standing.brand,
        point=point_view(evse, state),
        price=standing.price,
        methods=method_views(offered, evse.hold),
        nearby=nearby,
        offers=tuple(offer_view(each, evse.hold, locale) for each in standing.offers),
        credit=standing.sells_credit,
        own_prices=standing.own_prices,
        needs_display_code=evse.display is not None and evse.display.is_required,
    )


async def _look_closer(
    evse: Evse, stage: Stage | None, desk: Desk
) -> tuple[PointState, tuple[NearbyView, ...]]:
    """Return the state of a socket that is perhaps not free, and if so, those that are."""
    async with desk.database.work(evse.operator_id) as work:
        state = await look_at_point(work, evse, stage)
        return state, () if state in _STARTABLE.values() else await _nearby(work, evse)


async def look_at_point(work: Work, evse: Evse, stage: Stage | None) -> PointState:
    """
    Return what a driver can do at *evse*, whose live journey is in *stage*, if there is one.

    A step of the caller's transaction.
    """
    plugged = evse.status is EvseStatus.OCCUPIED and not await is_in_use(work, evse)
    return point_state(evse, stage, plugged=plugged)


async def payable_state(work: Work, evse: Evse, stage: Stage | None) -> PointState:
    """Step: return as `look_at_point`, and whether the operator wants the cable in first."""
    state = await look_at_point(work, evse, stage)
    if state is PointState.FREE and (await get_operator(work)).cable_first:
        return PointState.PLUG_FIRST
    return state


def point_state(evse: Evse, stage: Stage | None, *, plugged: bool = False) -> PointState:
    """
    Return what a driver can do at *evse*, whose live journey is in *stage*, if there is one.

    *plugged* says that an occupied socket has a cable in it and no transaction.
    """
    if not evse.connected:
        return PointState.OFFLINE
    if evse.status in _OUT_OF_ORDER:
        return PointState.OUT_OF_ORDER
    if stage is not None:
        return PointState.SOMEONE_PAYING if stage is Stage.PAYING else PointState.OCCUPIED
    if plugged:
        return PointState.PLUGGED
    return _STARTABLE.get(evse.status, PointState.OCCUPIED)


async def offered_ways(
    evse: Evse, locale: str, *, desk: Desk, amount: Money | None = None
) -> Sequence[WayToPay]:
    """
    Return the ways to pay *amount* at *evse*, without one its hold.

    There are none when the operator has no account.
    """
    async with desk.database.work(evse.operator_id) as work:
        given = await tills(work, vault=desk.payments.vault)
    return await ways_to_pay(given, _wish(evse, locale, amount), desk=desk.payments)


def _wish(evse: Evse, locale: str, amount: Money | None = None) -> Wish:
    place = evse.location
    return Wish(amount or evse.hold, locale, place.country, place.location_id)


async def _nearby(work: Work, evse: Evse) -> tuple[NearbyView, ...]:
    found = await nearest_free(work, evse.location, NEARBY)
    return tuple(
        NearbyView(
            code=near.code,
            evse_id=near.evse_id,
            location_name=near.location.name,
            physical_reference=near.physical_reference,
            address=_address(near.location),
            max_power_kw=near.max_power_kw,
            distance_m=metres,
        )
        for near, metres in found
        if near.evse_uid != evse.evse_uid
    )


def brand_view(operator: Operator) -> BrandView:
    """Return the operator as its pages show it."""
    logo = f"/brand/{operator.slug}/logo" if operator.brand.logo else None
    return BrandView(
        slug=operator.slug,
        name=operator.brand.name,
        legal_name=operator.legal_name,
        colour=operator.brand.colour,
        logo=logo,
        support_phone=operator.support.phone,
        support_email=operator.support.email,
        terms_url=operator.links.terms,
        privacy_url=operator.links.privacy,
        imprint_url=operator.links.imprint,
        languages=operator.languages,
        accent=operator.brand.details.accent,
        texts={str(slot): words for slot, words in operator.brand.details.texts.items()},
        apple_app=operator.brand.details.apps.apple_number,
        app_store=operator.brand.details.apps.app_store,
        play_store=operator.brand.details.apps.play_store,
    )


def point_view(evse: Evse, state: PointState) -> PointView:
    """Return the socket as its page shows it: by its strongest connector."""
    connector = _strongest(evse)
    return PointView(
        code=evse.code,
        evse_id=evse.evse_id,
        physical_reference=evse.physical_reference,
        standard=connector.standard,
        cable_attached=connector.format == "CABLE",
        power_type=connector.power_type,
        max_power_kw=connector.max_power_kw,
        location_name=evse.location.name,
        address=evse.location.address,
        postal_code=evse.location.postal_code,
        city=evse.location.city,
        country=evse.location.country,
        time_zone=evse.location.time_zone,
        state=state,
    )


def method_views(ways: Sequence[WayToPay], hold: Money) -> tuple[MethodView, ...]:
    """Return those of the *ways* to pay *hold* that can be gone now."""
    return tuple(_method_view(way.offer, hold) for way in ways if not way.is_down)


def _method_view(offer: MethodOffer, hold: Money) -> MethodView:
    return MethodView(
        method=offer.method, label=offer.label, strategy=offer.strategy, amount=money_view(hold)
    )


def _strongest(evse: Evse) -> Connector:
    return max(evse.connectors, key=lambda connector: connector.max_power_kw)


def _address(location: Location) -> str:
    return f"{location.address}, {location.city}"
