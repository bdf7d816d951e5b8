"""Sessions of guests in the words of OCPI, and the record at their end."""

from decimal import Decimal
from uuid import UUID

from msgspec import structs

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.evidence import evidence_of
from app.charging.cdrs.model import Cdr as TrustedCdr
from app.charging.cdrs.model import RecordedCdr
from app.charging.cdrs.ocpi import Sale
from app.charging.cdrs.read import get_cdr
from app.charging.cdrs.record import record_cdr
from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.model import Session as OurSession
from app.charging.sessions.model import SessionState
from app.charging.sessions.read import get_session, samples_of
from app.directpay.prices.show import vat_at
from app.infra.database import Work
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.dynamic.read import Agreed, session_tariff
from app.pricing.tariffs.engine import plan_of, price_samples
from app.roaming.debts.book import book_ours
from app.roaming.here import store
from app.roaming.here.model import INVOICED_BY_US, Guest
from app.roaming.wire.codec import read
from app.roaming.wire.sessions import Cdr, Session
from app.roaming.wire.values import CdrDimension, ChargingPeriod, Price, TaxAmount

_FOUR_DECIMALS = Decimal("0.0001")
_STATUSES = {
    SessionState.PENDING: "PENDING",
    SessionState.ACTIVE: "ACTIVE",
    SessionState.COMPLETED: "COMPLETED",
    SessionState.WITHDRAWN: "INVALID",
}


async def ocpi_session(work: Work, guest: Guest) -> Session:
    """Return the session of a guest as it is now. A step."""
    session = await get_session(work, guest.session_id)
    evse = await get_evse(work, session.evse_uid)
    shown = _shown(guest, session, evse, await get_operator(work))
    if guest.cdr_id is None:
        return shown
    cdr = await ocpi_cdr_of(work, guest)
    return structs.replace(
        shown,
        kwh=cdr.total_energy,
        total_cost=cdr.total_cost,
        charging_periods=cdr.charging_periods,
    )


def _shown(guest: Guest, session: OurSession, evse: Evse, operator: Operator) -> Session:
    kwh = (session.energy_wh / 1000).quantize(_FOUR_DECIMALS)
    began_at = session.started_at or guest.created_at
    changed_at = max(session.heard_at or guest.created_at, guest.created_at)
    period = ChargingPeriod(
        start_date_time=began_at,
        dimensions=(CdrDimension(type="ENERGY", volume=kwh),),
        tariff_id=guest.tariff_id,
    )
    return Session(
        country_code=operator.address.country,
        party_id=operator.party_id,
        id=str(guest.session_id),
        start_date_time=began_at,
        end_date_time=session.ended_at,
        kwh=kwh,
        cdr_token=guest.token,
        auth_method=guest.auth_method,
        authorization_reference=guest.reference,
        location_id=evse.location.location_id,
        evse_uid=evse.evse_uid,
        connector_id=guest.connector_id,
        currency=evse.hold.currency,
        charging_periods=(period,) if session.started_at else (),
        status=_STATUSES[session.state],
        last_updated=changed_at,
    )


async def bill_guest(work: Work, session_id: UUID) -> RecordedCdr | None:
    """
    Write the record of a guest's session that is over, and note it; None when there is no guest.

    Its platform owes it from now on. Safe to repeat: the record is written once. A step.
    """
    guest = await store.find(work, session_id, lock=True)
    session = None if guest is None else await get_session(work, session_id)
    if guest is None or session is None or session.state is not SessionState.COMPLETED:
        return None
    samples = await samples_of(work, session_id)
    cdr = build_cdr(session, samples, await evidence_of(work, session, samples))
    recorded = await record_cdr(work, cdr, await sale_to(work, guest, session, cdr))
    await store.update(work, session_id, cdr_id=recorded.cdr_id)
    await book_ours(work, guest, read(Cdr, recorded.body))
    return recorded


async def sale_to(work: Work, guest: Guest, session: OurSession, cdr: TrustedCdr) -> Sale:
    """Return what a guest is sold with *cdr*, by the tariff that was agreed on. A step."""
    evse = await get_evse(work, session.evse_uid)
    agreed = Agreed(guest.tariff_id, guest.tariff_version, guest.variant)
    tariff = await session_tariff(work, agreed, cdr.ended_at)
    vat = vat_at(evse, cdr.ended_at)
    zone = evse.location.time_zone
    price = price_samples(plan_of(tariff), cdr.readings, zone, cdr.ended_at, vat)
    return Sale(session, evse, await get_operator(work), tariff, price.taxes, guest.payer)


async def ocpi_cdr_of(work: Work, guest: Guest) -> Cdr:
    """Return the record of a guest's session. A step. Raises CdrNotFound."""
    told = read(Cdr, (await get_cdr(work, guest.session_id)).body)
    return told if guest.journey_id is None else await _of_terminal(work, guest, told)


async def _of_terminal(work: Work, guest: Guest, told: Cdr) -> Cdr:
    """
    Return *told* as the provider of the terminal may have it: its total is what is to be collected.

    That is the price on the receipt, less than the tariff's where a campaign gives something. Where
    the invoice is ours the receipt is named, and its terminal shows the address.
    """
    receipt = await receipt_of_session(work, guest.session_id)
    is_ours = receipt is not None and guest.invoice_creator == INVOICED_BY_US
    return structs.replace(
        told,
        invoice_reference_id=receipt.number if receipt is not None and is_ours else None,
        cdr_token=guest.token,
        authorization_reference=guest.reference,
        total_cost=told.total_cost if receipt is None else _price_of(receipt),
    )


def _price_of(receipt: Receipt) -> Price:
    taxes = receipt.document.taxes
    vat = sum((tax.vat.as_decimal() for tax in taxes), Decimal(0))
    return Price(
        before_taxes=receipt.document.settlement.charged.as_decimal() - vat,
        taxes=tuple(
            TaxAmount(name="VAT", percentage=tax.rate, amount=tax.vat.as_decimal()) for tax in taxes
        ),
    )
