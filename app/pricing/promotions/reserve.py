"""Reserve, consume, release: what a session was promised, until it took it or did not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from app.infra.database import Work
from app.pricing.promotions import store
from app.pricing.promotions.apply import Discount
from app.pricing.promotions.codes import CodeKeys, read_code
from app.pricing.promotions.coupons import store as coupons
from app.pricing.promotions.errors import OfferChanged
from app.pricing.promotions.events import PromotionConsumed
from app.pricing.promotions.model import (
    Asked,
    Gift,
    Grant,
    Reservation,
    ReservationState,
    Site,
)
from app.pricing.promotions.offers import Counted, Use, candidates, choose, use_of
from app.pricing.promotions.rules import Offer, kept


async def reserve(
    work: Work, session_id: UUID, site: Site, asked: Asked, keys: CodeKeys
) -> tuple[Reservation, ...]:
    """
    Reserve for a session what holds at *site* now, and what the code gives; return it in order.

    A step, once a session: its rows are locked after the journey's. Of fifty who want the last use
    one gets it. Raises CouponMistyped and CouponRefused.
    """
    wanted = await candidates(work, site, asked, keys)
    use = use_of(work, site, asked)
    parts = {
        part for campaign, coupon in wanted for part in use.parts(campaign.campaign_id, coupon)
    }
    counted = await store.lock_tallies(work, parts) if parts else {}
    offers = choose(site, asked, use, Counted(wanted, counted))
    if not offers:
        return ()
    reservations = tuple(_reservation(work, session_id, use, offer) for offer in offers)
    changed = {
        part: counted[part].plus(each.grant) for each in reservations for part in parts_of(each)
    }
    await store.save_tallies(work, changed)
    await store.add_reservations(work, reservations)
    return reservations


def check_shown(reservations: Sequence[Reservation], shown: Sequence[str]) -> None:
    """Raise OfferChanged when less was reserved than was *shown* (by the keys of the offers)."""
    offers = [Offer(each.campaign, each.grant, each.coupon) for each in reservations]
    if not kept(offers, shown):
        raise OfferChanged("an offer that was shown does not hold any more")


async def reserved(work: Work, session_id: UUID) -> tuple[Reservation, ...]:
    """Return what a session was promised and did not give back, in its order. A step."""
    found = await store.reservations_of(work, session_id)
    return tuple(each for each in found if each.state is not ReservationState.RELEASED)


async def came_with(work: Work, session_id: UUID, code: str, keys: CodeKeys) -> bool:
    """
    Tell whether a session was promised something for *code*, or, with "", for none. A step.

    Raises CouponMistyped.
    """
    promised = await store.reservations_of(work, session_id)
    used = {each.coupon.coupon_id for each in promised if each.coupon is not None}
    if not code:
        return not used
    coupon = await coupons.find_coupon(work, keys.digests(work.operator_id, read_code(code)))
    return coupon is not None and coupon.coupon_id in used


async def consume(
    work: Work, session_id: UUID, discounts: Sequence[Discount], keys: CodeKeys
) -> Mapping[UUID, str]:
    """
    Settle what a session took: the rest of its reservations, and of their amounts, is free again.

    A step; again it changes nothing. Emits PromotionConsumed. Returns the voucher codes of gifts
    by their reservations, for the receipt.
    """
    found = await store.reservations_of(work, session_id, lock=True)
    taken = {each.reservation.reservation_id: each for each in discounts}
    ended = [
        _ended(each, taken[each.reservation_id].took if each.reservation_id in taken else None)
        for each in found
        if each.state is ReservationState.RESERVED
    ]
    vouchers = {
        each.reservation_id: keys.voucher_of(each.reservation_id)
        for each in ended
        if each.took is not None and isinstance(each.terms.benefit, Gift)
    }
    digests = {one: keys.digest(work.operator_id, code) for one, code in vouchers.items()}
    await _end(work, ended, digests)
    for each in ended:
        if each.took is not None and each.took.most:
            await work.emit(_consumed(each, taken[each.reservation_id]))
    return vouchers


async def release(work: Work, session_id: UUID) -> None:
    """Give back what is still reserved for a session: it took nothing. A step, safe to repeat."""
    found = await store.reservations_of(work, session_id, lock=True)
    open_ones = [each for each in found if each.state is ReservationState.RESERVED]
    await _end(work, [_ended(each, None) for each in open_ones], {})


def parts_of(reservation: Reservation) -> list[store.Part]:
    """Return what a reservation counts in."""
    use = Use(reservation.day, reservation.driver)
    return list(use.parts(reservation.campaign.campaign_id, reservation.coupon))


def _reservation(work: Work, session_id: UUID, use: Use, offer: Offer) -> Reservation:
    return Reservation(
        reservation_id=work.ids.uuid7(work.now),
        session_id=session_id,
        campaign=offer.campaign,
        grant=offer.grant,
        coupon=offer.coupon,
        driver=use.driver,
        day=use.day,
    )


def _ended(reservation: Reservation, took: Grant | None) -> Reservation:
    state = ReservationState.RELEASED if took is None else ReservationState.CONSUMED
    return replace(reservation, state=state, took=took)


async def _end(work: Work, ended: Sequence[Reservation], vouchers: Mapping[UUID, bytes]) -> None:
    if not ended:
        return
    counted = await store.lock_tallies(work, [part for each in ended for part in parts_of(each)])
    changed = {
        part: counted[part].corrected(each.grant, each.took)
        for each in ended
        for part in parts_of(each)
    }
    await store.save_tallies(work, changed)
    for each in ended:
        await store.end_reservation(work, each, vouchers.get(each.reservation_id))


def _consumed(reservation: Reservation, discount: Discount) -> PromotionConsumed:
    partner = reservation.terms.partner
    return PromotionConsumed(
        session_id=reservation.session_id,
        reservation_id=reservation.reservation_id,
        campaign_id=reservation.campaign.campaign_id,
        partner=partner,
        amount=discount.amount,
        taxes=discount.parts if partner is None else (),
    )
