"""Keep an EVSE for a driver of another platform, at the charge point itself, and give it up."""

from dataclasses import replace
from uuid import UUID

from app.charging.chargers.calls.commands import CancelReservation, Place, Reserve
from app.charging.chargers.model import Evse, EvseStatus
from app.charging.chargers.read import get_evse
from app.directpay.elsewhere.tell import is_taken
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.orders import store
from app.roaming.orders.carry_out import Asked, answer_order, carry_out, our_evse
from app.roaming.orders.model import (
    ACCEPTED,
    LONGEST_RESERVATION,
    ORDER_SECONDS,
    REJECTED,
    Reservation,
    ReservationState,
)
from app.roaming.platforms.model import Platform
from app.roaming.wire.commands import CancelReservation as CancelOrder
from app.roaming.wire.commands import CommandResponse, ReserveNow

_NO = CommandResponse(result=REJECTED, timeout=ORDER_SECONDS)
_YES = CommandResponse(result=ACCEPTED, timeout=ORDER_SECONDS)


async def take_reserve(
    platform: Platform, order: ReserveNow, *, desk: RoamingDesk
) -> CommandResponse:
    """Take RESERVE_NOW of a free EVSE, or of one that this reservation keeps; a job asks for it."""
    async with desk.database.work(platform.operator_id) as work:
        known = await store.find(work, platform.platform_id, order.reservation_id)
        evse = await our_evse(work, order.location_id, order.evse_uid)
        if evse is None or not order.token.valid or not await _is_free(work, evse, known):
            return _NO
        if not work.now < order.expiry_date <= work.now + LONGEST_RESERVATION:
            return _NO
        reservation = Reservation(
            platform_id=platform.platform_id,
            reservation_id=order.reservation_id,
            evse_uid=evse.evse_uid,
            token_uid=order.token.uid,
            id_tag=work.ids.id_tag() if known is None else known.id_tag,
            until=order.expiry_date,
            order_id=work.ids.uuid7(work.now),
            response_url=order.response_url,
        )
        await store.put(work, reservation)
        _defer(work, "ocpi.reserve", reservation)
    return _YES


async def take_cancel(
    platform: Platform, order: CancelOrder, *, desk: RoamingDesk
) -> CommandResponse:
    """Take CANCEL_RESERVATION of a reservation that holds; a job asks for it."""
    async with desk.database.work(platform.operator_id) as work:
        known = await store.find(work, platform.platform_id, order.reservation_id)
        if known is None or not known.is_held(work.now):
            return _NO
        order_id = work.ids.uuid7(work.now)
        given_up = replace(known, order_id=order_id, response_url=order.response_url)
        await store.put(work, given_up)
        _defer(work, "ocpi.unreserve", given_up)
    return _YES


async def reserve(
    platform_id: UUID,
    reservation_id: str,
    order_id: UUID,
    *,
    operator_id: UUID,
    desk: RoamingDesk,
) -> None:
    """Ask the charge point to keep the EVSE, and tell what it said; a job that may run twice."""
    async with desk.database.work(operator_id) as work:
        found = await store.find(work, platform_id, reservation_id)
        if found is None or found.order_id != order_id:
            return  # a later order took its place
        evse = await get_evse(work, found.evse_uid)
    place = Place(evse.evse_no, evse.ocpp16_connector_id)
    command = Reserve(place, found.number, found.id_tag, found.until)
    asked = Asked(evse.identity, command, order_id)
    result = await carry_out(asked, operator_id=operator_id, desk=desk)
    state = ReservationState.HELD if result == ACCEPTED else ReservationState.OVER
    await _note(found, state, operator_id, desk)
    await answer_order(platform_id, found.response_url, result, operator_id=operator_id, desk=desk)


async def unreserve(
    platform_id: UUID,
    reservation_id: str,
    order_id: UUID,
    *,
    operator_id: UUID,
    desk: RoamingDesk,
) -> None:
    """Ask the charge point to give the EVSE free, and tell what it said; may run twice."""
    async with desk.database.work(operator_id) as work:
        found = await store.find(work, platform_id, reservation_id)
    if found is None or found.order_id != order_id:
        return
    result = await _give_up(found, order_id, operator_id, desk)
    # A charge point that knows no such reservation keeps nothing.
    told = "UNKNOWN_RESERVATION" if result == REJECTED else result
    await answer_order(platform_id, found.response_url, told, operator_id=operator_id, desk=desk)


async def may_start(work: Work, platform_id: UUID, evse_uid: str, token_uid: str) -> bool:
    """Tell whether an EVSE is kept for this driver. A step."""
    held = await store.held_at(work, evse_uid)
    return held is not None and (held.platform_id, held.token_uid) == (platform_id, token_uid)


async def use_reservation(evse_uid: str, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """
    Let the start of the driver for whom an EVSE is kept go through.

    A charge point lets only the idTag of the reservation start; each of our sessions has its own,
    so the reservation is given up right before.
    """
    async with desk.database.work(operator_id) as work:
        held = await store.held_at(work, evse_uid)
        order_id = work.ids.uuid7(work.now)
    if held is not None:
        await _give_up(held, order_id, operator_id, desk)


async def _give_up(found: Reservation, order_id: UUID, operator_id: UUID, desk: RoamingDesk) -> str:
    async with desk.database.work(operator_id) as work:
        evse = await get_evse(work, found.evse_uid)
    asked = Asked(evse.identity, CancelReservation(found.number), order_id)
    result = await carry_out(asked, operator_id=operator_id, desk=desk)
    if result in (ACCEPTED, REJECTED):
        await _note(found, ReservationState.OVER, operator_id, desk)
    return result


async def _note(
    found: Reservation, state: ReservationState, operator_id: UUID, desk: RoamingDesk
) -> None:
    async with desk.database.work(operator_id) as work:
        now = await store.find(work, found.platform_id, found.reservation_id)
        if now is not None and now.order_id == found.order_id:
            await store.put(work, replace(now, state=state))


async def _is_free(work: Work, evse: Evse, known: Reservation | None) -> bool:
    if not evse.connected or await is_taken(work, evse):
        return False
    if evse.status is EvseStatus.AVAILABLE:
        return True
    is_same = known is not None and known.is_held(work.now) and known.evse_uid == evse.evse_uid
    return is_same and evse.status is EvseStatus.RESERVED


def _defer(work: Work, job: str, reservation: Reservation) -> None:
    work.defer(
        job,
        platform_id=reservation.platform_id,
        reservation_id=reservation.reservation_id,
        order_id=reservation.order_id,
    )
