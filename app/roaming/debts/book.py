"""Book CDRs between platforms: each once, and only what is owed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.charging.cdrs.countries import alpha2
from app.directpay.books.sale import earner_of
from app.directpay.elsewhere.tell import book_of_session
from app.funds.ledger.chart import Book
from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.roaming import roaming_bought, roaming_sold
from app.funds.ledger.postings.sales import Sale
from app.infra.database import Work
from app.kernel.money import Money, TaxedAmount
from app.people.identity.read import get_operator
from app.roaming.debts import store
from app.roaming.debts.model import WAITING, Debt, Doubt, Side, amounts_of, doubt_of
from app.roaming.here.model import Guest
from app.roaming.platforms.model import Party
from app.roaming.wire.codec import encode
from app.roaming.wire.sessions import Cdr

# CDRs of a session are told one after the other, also those that are made at once.
_INSTANT = timedelta(microseconds=1)


async def book_ours(
    work: Work, guest: Guest, told: Cdr, *, of: Debt | None = None, reason: str | None = None
) -> Debt:
    """
    Let a platform owe us what its driver used, or take back what it owed by *of*.

    What was paid at a terminal of the platform is noted, and not owed by the CDR. A CDR with a
    *reason* is not the session's first: its body is kept here. A step.
    """
    operator = await get_operator(work)
    amounts = amounts_of(told)
    party = Party(guest.token.country_code or told.country_code, guest.token.party_id)
    debt = _debt(Side.OURS, guest.platform_id, party, told, amounts)
    fee = operator.commission.of(debt.net) if of is None else -of.fee
    debt = replace(debt, session_id=guest.session_id, fee=fee, told_at=work.now, reason=reason)
    if reason is not None:
        known = await store.of_session(work, guest.session_id, Side.OURS)
        told_at = max(work.now, *(one.told_at + _INSTANT for one in known))
        debt = replace(debt, body=encode(told).decode(), told_at=told_at)
    if guest.journey_id is not None:
        debt = replace(debt, fee=Money.zero(told.currency), doubt=Doubt.PAID_AT_TERMINAL)
    if await store.add(work, debt) and debt.doubt is None:
        sale = Sale(guest.session_id, debt.country, amounts, fee, earner_of(operator))
        fact = _fact(debt, TransactionKind.ROAMING_SOLD, Book.LIVE)
        post_at_end(work, roaming_sold(fact, str(debt.party), sale))
    return debt


async def book_theirs(work: Work, platform_id: UUID, told: Cdr, session_id: UUID | None) -> Debt:
    """
    Owe a platform what a driver of ours used, if we do: the doubt of the debt says why not.

    What waited for this CDR, such as a credit that came first, is booked as well. A step.
    """
    party = Party(told.country_code, told.party_id)
    debt = _debt(Side.THEIRS, platform_id, party, told, amounts_of(told))
    debt = replace(debt, session_id=session_id, told_at=work.now)
    others = [] if session_id is None else await store.of_session(work, session_id, Side.THEIRS)
    debt = replace(debt, doubt=doubt_of(debt, others))
    if await store.add(work, debt):
        others.append(debt)
        if debt.doubt is None:
            await _owe(work, debt)
            await _resolve_waiting(work, others)
    return debt


async def _resolve_waiting(work: Work, known: list[Debt]) -> None:
    """Book what is owed now that more is *known* of a session; each may let another one be."""
    for waiting in known:
        if waiting.doubt in WAITING and doubt_of(waiting, known) is None:
            resolved = replace(waiting, doubt=None)
            await store.resolve(work, resolved)
            await _owe(work, resolved)
            await _resolve_waiting(work, [resolved if one is waiting else one for one in known])
            return


async def _owe(work: Work, debt: Debt) -> None:
    assert debt.session_id is not None, "nothing is owed for no session"  # noqa: S101
    book = await book_of_session(work, debt.session_id)
    fact = _fact(debt, TransactionKind.ROAMING_BOUGHT, book)
    party = str(debt.party)
    post_at_end(work, roaming_bought(fact, party, net=debt.net, vat=debt.vat, country=debt.country))


def _debt(
    side: Side, platform_id: UUID, party: Party, told: Cdr, amounts: Sequence[TaxedAmount]
) -> Debt:
    country = told.cdr_location.country.upper()
    return Debt(
        side=side,
        platform_id=platform_id,
        party=Party(party.country_code.upper(), party.party_id.upper()),
        cdr_id=told.id,
        session_id=None,
        net=_sum(told.currency, [one.net for one in amounts]),
        vat=_sum(told.currency, [one.vat for one in amounts]),
        country=alpha2(country) or country,
        energy_kwh=told.total_energy,
        ended_at=told.end_date_time,
        told_at=told.last_updated,
        fee=Money.zero(told.currency),
        credits=told.credit_reference_id if told.credit else None,
    )


def _sum(currency: str, amounts: Sequence[Money]) -> Money:
    return Money(sum(one.minor for one in amounts), currency)


def _fact(debt: Debt, kind: TransactionKind, book: Book) -> Fact:
    assert debt.session_id is not None, "nothing is owed for no session"  # noqa: S101
    name = "/".join((str(debt.platform_id), str(debt.party), debt.key))
    return Fact(key=f"{kind}:{name}", source_id=debt.session_id, book=book, at=debt.told_at)
