"""Take back a CDR of ours, and bill something else instead where there is something."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from msgspec import structs

from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.errors import CdrNotFound
from app.charging.cdrs.evidence import evidence_of
from app.charging.cdrs.model import Cdr as TrustedCdr
from app.charging.cdrs.ocpi import ocpi_cdr
from app.charging.cdrs.read import get_cdr
from app.charging.sessions.read import get_session, samples_of
from app.infra.database import Work
from app.kernel.money import Money
from app.roaming.debts import store
from app.roaming.debts.book import book_ours
from app.roaming.debts.model import CREDIT_SUFFIX, Debt, Doubt, Side, live
from app.roaming.desk import RoamingDesk
from app.roaming.errors import CdrCredited, OcpiNotOffered
from app.roaming.here import store as guests
from app.roaming.here.model import Guest
from app.roaming.here.push import push_later
from app.roaming.here.show import ocpi_cdr_of, sale_to
from app.roaming.received.model import CDRS
from app.roaming.wire.codec import read
from app.roaming.wire.sessions import Cdr
from app.roaming.wire.values import Price

_LONGEST_REMARK = 255


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a CDR is taken back, and the energy that is billed instead (None: nothing is)."""

    reason: str
    kwh: Decimal | None = None


async def credit_session(
    session_id: UUID, correction: Correction, *, operator_id: UUID, desk: RoamingDesk
) -> tuple[str, ...]:
    """
    Take back the CDR of another platform's driver here; return the ids of the CDRs that are sent.

    The books follow, and the platform is sent a credit CDR, and another CDR if something else is
    billed. Raises CdrNotFound when no CDR was sent, CdrCredited when it was taken back already, and
    OcpiNotOffered for what was paid at a terminal of the platform.
    """
    async with desk.database.work(operator_id) as work:
        guest = await guests.find(work, session_id, lock=True)
        known = await store.of_session(work, session_id, Side.OURS)
        if guest is None or not known:
            raise CdrNotFound("no CDR of this session was sent", session_id=str(session_id))
        if guest.journey_id is not None:
            # Its driver has a receipt, which a credit CDR alone would leave as it is.
            raise OcpiNotOffered("it was paid at a terminal: refund its receipt instead")
        booked = live(known)
        if not booked:
            raise CdrCredited("the CDR was taken back before", session_id=str(session_id))
        made = [await _taken_back(work, guest, booked[0], correction.reason)]
        if correction.kwh is not None:
            made.append(await _billed_anew(work, guest, correction.reason, correction.kwh))
        # The one that replaces it follows when the platform has taken this one.
        push_later(work, guest.platform_id, CDRS, made[0].cdr_id)
    return tuple(debt.cdr_id for debt in made)


async def lower_by_refund(work: Work, guest: Guest, left: Money, reason: str) -> str | None:
    """
    Take back the CDR of what was paid at a terminal, and send one of what is *left*, gross.

    Returns the id of the credit; None, and nothing done, where the CDR asks for no more than that.
    The VAT of what goes back is in the proportion of the whole. A step.
    """
    booked = live(await store.of_session(work, guest.session_id, Side.OURS))
    if not booked or booked[0].gross <= left:
        return None
    told = await told_of(work, booked[0])
    credit = await _taken_back(work, guest, booked[0], reason)
    if left:
        anew = structs.replace(
            told,
            id=str(work.ids.uuid7(work.now)),
            total_cost=_part_of(told.total_cost, booked[0].gross, left),
            remark=reason[:_LONGEST_REMARK],
            last_updated=work.now,
        )
        await book_ours(work, guest, anew, reason=reason)
    push_later(work, guest.platform_id, CDRS, credit.cdr_id)
    return credit.cdr_id


def _part_of(price: Price, whole: Money, left: Money) -> Price:
    """Return *price*, *whole* in all, lowered to what is *left*, its taxes in proportion."""
    taxes = tuple(
        structs.replace(
            tax, amount=Money(_share(tax.amount, whole, left), left.currency).as_decimal()
        )
        for tax in price.taxes or ()
    )
    vat = sum((tax.amount for tax in taxes), Decimal(0))
    return Price(before_taxes=left.as_decimal() - vat, taxes=taxes)


def _share(amount: Decimal, whole: Money, left: Money) -> int:
    """Return the minor units of *amount* that belong to what is left, half up."""
    minor = Money.of(amount, whole.currency).minor
    return (2 * minor * left.minor + whole.minor) // (2 * whole.minor)


async def told_of(work: Work, debt: Debt) -> Cdr:
    """Return the CDR of a debt that a platform has to us. A step."""
    if debt.body is not None:
        return read(Cdr, debt.body)
    assert debt.session_id is not None, "CDRs of ours are of a session"  # noqa: S101
    if debt.doubt is Doubt.PAID_AT_TERMINAL:
        guest = await guests.find(work, debt.session_id)
        assert guest is not None, "guests are never deleted"  # noqa: S101
        return await ocpi_cdr_of(work, guest)
    return read(Cdr, (await get_cdr(work, debt.session_id)).body)


async def _taken_back(work: Work, guest: Guest, debt: Debt, reason: str) -> Debt:
    told = await told_of(work, debt)
    # OCPI 2.2.1 and later, mod_cdrs, "Credit CDRs": all is as it was, but for the total.
    credit = structs.replace(
        told,
        id=told.id + CREDIT_SUFFIX,
        credit=True,
        credit_reference_id=told.id,
        total_cost=-told.total_cost,
        remark=reason[:_LONGEST_REMARK],
        last_updated=work.now,
    )
    return await book_ours(work, guest, credit, of=debt, reason=reason)


async def _billed_anew(work: Work, guest: Guest, reason: str, kwh: Decimal) -> Debt:
    session = await get_session(work, guest.session_id)
    samples = await samples_of(work, guest.session_id)
    cdr = with_energy(build_cdr(session, samples, await evidence_of(work, session, samples)), kwh)
    sale = await sale_to(work, guest, session, cdr)
    told = read(Cdr, ocpi_cdr(work.ids.uuid7(work.now), cdr, sale, at=work.now))
    anew = structs.replace(told, remark=reason[:_LONGEST_REMARK])
    return await book_ours(work, guest, anew, reason=reason)


def with_energy(cdr: TrustedCdr, kwh: Decimal) -> TrustedCdr:
    """Return *cdr* with *kwh* in all: no reading is above it, and the last one is it."""
    readings = tuple(replace(one, energy_kwh=min(one.energy_kwh, kwh)) for one in cdr.readings[:-1])
    last = replace(cdr.readings[-1], energy_kwh=kwh)
    start = cdr.start_register_kwh
    end = None if start is None else start + kwh
    return replace(cdr, energy_kwh=kwh, end_register_kwh=end, readings=(*readings, last))
