"""Begin a journey whose transaction runs already: the driver agreed at the charge point."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions.close import make_room
from app.charging.sessions.model import Session
from app.charging.sessions.prepare import prepare_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import START_WITHIN
from app.directpay.desk import Secrets, token_digest
from app.directpay.model import LIVE_STAGES, Journey, Stage, Starting
from app.directpay.news import Overtaken
from app.directpay.offers.site import site_of
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.drivers.model import Driver
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.model import Asked
from app.pricing.promotions.reserve import reserve
from app.pricing.tariffs.choice.model import Choice

# Offline charge points keep their messages for days, not for years.
KEPT_OFFLINE: Final = timedelta(days=14)

Secure = Callable[[Work, Journey], Awaitable[None]]


class SocketTaken(Exception):
    """Somebody else has paid for the socket, or the same transaction has its journey already."""


@dataclass(frozen=True, slots=True)
class Running:
    """
    A transaction that began at *evse*, and on what terms.

    *since* is when it began as we trust it, *told_at* as the charge point's clock says; *pay_key*
    is the same however often it is told. *session_id* is made before. It may cost up to *held*, by
    the tariff of *choice*. The *driver* gets the receipt, and finds the session.
    """

    evse: Evse
    session_id: UUID
    pay_key: str
    choice: Choice
    held: Money
    since: datetime
    told_at: datetime | None
    locale: str
    driver: Driver | None = None


async def begin_running(
    work: Work, running: Running, *, secure: Secure, secrets: Secrets
) -> Session:
    """
    Step: begin the journey of a transaction that runs; return its session, still to be started.

    Whatever ran at the socket before is over, and who is still paying on a page is too late.
    *secure* makes the payment, whose id the journey names. Whoever records the start afterwards
    uses the session's one-time idTag. Raises SocketTaken, and what *secure* raises.
    """
    await clear_socket(work, running.evse, running.told_at)
    journey = _journey(work, running)
    digest = token_digest(secrets.token(journey.journey_id))
    if not await store.insert_journey(work, journey, token_digest=digest, pay_key=running.pay_key):
        raise SocketTaken
    session = await prepare_session(work, running.evse, running.session_id, since=running.since)
    site, asked = site_of(running.evse, running.choice), Asked("", _mark(running.driver))
    await reserve(work, session.session_id, site, asked, CodeKeys((secrets.key, *secrets.former)))
    await secure(work, journey)
    if running.driver is not None:
        await store.set_receipt_email(work, journey.journey_id, running.driver.email)
    return session


async def clear_socket(work: Work, evse: Evse, told_at: datetime | None) -> None:
    """Step: let nobody else have the socket. Raises SocketTaken where somebody paid for it."""
    # A repeat of the same transaction has found its session before: its id need not be compared.
    await make_room(work, evse, "", began_at=told_at)
    live = await store.live_journey_at(work, evse.evse_uid)
    if live is not None and live.stage is Stage.PAYING:
        live = await tell(work, live.journey_id, Overtaken())
    if live is not None and live.stage in LIVE_STAGES:
        raise SocketTaken


def trusted_instant(told_at: datetime | None, received_at: datetime) -> datetime:
    """Return when something began: by its charge point's clock, if that can be."""
    if told_at is None or not received_at - KEPT_OFFLINE <= told_at <= received_at:
        return received_at
    return told_at


def _journey(work: Work, running: Running) -> Journey:
    tariff = running.choice.tariff
    return Journey(
        journey_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        code=running.evse.code,
        evse_uid=running.evse.evse_uid,
        payment_id=work.ids.uuid7(work.now),
        session_id=running.session_id,
        tariff_id=tariff.tariff_id,
        tariff_version=tariff.version,
        rule_id=running.choice.rule.rule_id,
        variant=tariff.variant,
        held=running.held,
        locale=running.locale,
        began_at=work.now,
        version=1,
        state=Starting(until=work.now + START_WITHIN, sent=True),
        driver_id=None if running.driver is None else running.driver.driver_id,
    )


def _mark(driver: Driver | None) -> str:
    """Return by what promotions know a driver again."""
    return "" if driver is None else str(driver.driver_id)
