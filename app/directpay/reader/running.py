"""Begin a journey whose transaction runs already: the driver agreed at the charge point."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions.close import make_room
from app.charging.sessions.model import Session, StartReport
from app.charging.sessions.prepare import prepare_session
from app.charging.tokens.model import Standing
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import START_WITHIN
from app.directpay.desk import Secrets, token_digest
from app.directpay.model import Journey, Stage, Starting
from app.directpay.news import Overtaken
from app.directpay.offers.site import site_of
from app.directpay.prices.terms import terms_at
from app.directpay.reader.model import NotAtTheReader, begun_at, key_of
from app.infra.database import Work
from app.kernel.money import Money
from app.people.identity.drivers.model import Driver
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.model import Asked
from app.pricing.promotions.reserve import reserve
from app.pricing.tariffs.choice.model import Choice, Group
from app.pricing.tariffs.errors import NoTariff

Secure = Callable[[Work, Journey], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Running:
    """
    A transaction that began at the charge point, and on what terms.

    *report* told of it; *session_id* is made before. It may cost up to *held*, by the tariff of
    *groups* (none: the ad hoc price). The *driver* gets the receipt, and finds the session.
    """

    report: StartReport
    evse: Evse
    session_id: UUID
    held: Money
    locale: str
    groups: frozenset[Group] = frozenset()
    driver: Driver | None = None


async def begin_running(
    work: Work, running: Running, *, secure: Secure, secrets: Secrets
) -> Session:
    """
    Step: begin the journey of a transaction that runs; return its session, still to be started.

    Whatever ran at the socket before is over, and who is still paying on a page is too late; a
    socket that somebody else has paid for is theirs. *secure* makes the payment, whose id the
    journey names. Whoever records the start afterwards uses the session's one-time idTag. Raises
    NotAtTheReader, and what *secure* raises.
    """
    await clear_socket(work, running.report, running.evse)
    choice = await _choice(work, running)
    journey = _journey(work, running, choice)
    is_first = await store.insert_journey(
        work,
        journey,
        token_digest=token_digest(secrets.token(journey.journey_id)),
        pay_key=key_of(running.report),
    )
    if not is_first:
        raise NotAtTheReader(Standing.CONCURRENT)
    since = begun_at(running.report)
    session = await prepare_session(work, running.evse, running.session_id, since=since)
    site, asked = site_of(running.evse, choice), Asked("", _mark(running.driver))
    await reserve(work, session.session_id, site, asked, CodeKeys((secrets.key, *secrets.former)))
    await secure(work, journey)
    if running.driver is not None:
        await store.set_receipt_email(work, journey.journey_id, running.driver.email)
    return session


async def clear_socket(work: Work, report: StartReport, evse: Evse) -> None:
    """Step: let nobody else have the socket. Raises NotAtTheReader where somebody paid for it."""
    # A repeat of the same transaction has found its session before: its id need not be compared.
    await make_room(work, evse, "", began_at=report.at)
    live = await store.live_journey_at(work, evse.evse_uid)
    if live is not None and live.stage is Stage.PAYING:
        live = await tell(work, live.journey_id, Overtaken())
    if live is not None and live.stage not in (Stage.SETTLING, Stage.ENDED):
        raise NotAtTheReader(Standing.CONCURRENT)


def _journey(work: Work, running: Running, choice: Choice) -> Journey:
    return Journey(
        journey_id=work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        code=running.evse.code,
        evse_uid=running.evse.evse_uid,
        payment_id=work.ids.uuid7(work.now),
        session_id=running.session_id,
        tariff_id=choice.tariff.tariff_id,
        tariff_version=choice.tariff.version,
        rule_id=choice.rule.rule_id,
        variant=choice.tariff.variant,
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


async def _choice(work: Work, running: Running) -> Choice:
    at = begun_at(running.report)
    try:
        return (await terms_at(work, running.evse, running.groups, at)).choice
    except NoTariff as none:
        raise NotAtTheReader(Standing.INVALID) from none
