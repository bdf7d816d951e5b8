"""`directpay ocpi`: what platforms owe each other, credits, and invoices."""

import argparse
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from uuid import UUID

from app.commands.chargers.ocpi_deed import Deed
from app.kernel.money import Money
from app.roaming.debts.credit import Correction, credit_session
from app.roaming.debts.model import Side
from app.roaming.debts.read import balances_of
from app.roaming.desk import RoamingDesk
from app.roaming.invoices.issue import issue_invoice, note_paid, state_total
from app.roaming.invoices.read import Reconciled, invoices_of
from app.roaming.platforms.find import platform_of_name
from app.roaming.platforms.read import all_platforms

_Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - no other name
_SIDES = {Side.OURS: "owes us", Side.THEIRS: "is owed by us"}


def book_actions(actions: _Actions) -> tuple[tuple[argparse.ArgumentParser, Deed], ...]:
    """Add the commands about money between platforms; return each with what it does."""
    return (
        (_credit_action(actions), _credit),
        (actions.add_parser("debts", help="what each platform owes and is owed"), _debts),
        (_named(actions, "invoices", "all invoices with a platform, and what differs"), _invoices),
        (_bill_action(actions), _bill),
        (_check_action(actions), _check),
        (_paid_action(actions), _paid),
    )


def _credit_action(actions: _Actions) -> argparse.ArgumentParser:
    crediting = actions.add_parser("credit", help="take a CDR back, and send another one")
    crediting.add_argument("session", type=UUID, help="the session's id")
    crediting.add_argument("--reason", required=True, help="why; the platform reads it")
    crediting.add_argument("--kwh", type=_decimal, help="the energy to bill instead")
    return crediting


def _bill_action(actions: _Actions) -> argparse.ArgumentParser:
    billing = _named(actions, "bill", "put what a platform owes on an invoice")
    billing.add_argument("invoice", help="the invoice's number")
    billing.add_argument(
        "--until", type=_day, help="sessions that ended before this day (default: all)"
    )
    return billing


def _check_action(actions: _Actions) -> argparse.ArgumentParser:
    checking = _named(actions, "invoice", "hold an invoice against its CDRs")
    checking.add_argument("invoice", help="the invoice's number")
    checking.add_argument("--total", type=_money, metavar="AMOUNT", help="as `12.10EUR`")
    return checking


def _paid_action(actions: _Actions) -> argparse.ArgumentParser:
    paying = _named(actions, "paid", "note that an invoice was paid")
    paying.add_argument("invoice", help="the invoice's number")
    paying.add_argument("amount", type=_money, help="as `12.10EUR`")
    return paying


def _named(actions: _Actions, name: str, words: str) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words)
    action.add_argument("name", help="what you call the platform")
    return action


async def _credit(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    correction = Correction(given.reason, given.kwh)
    made = await credit_session(given.session, correction, operator_id=operator_id, desk=desk)
    return [f"CDR {cdr_id} is sent by the worker." for cdr_id in made]


async def _debts(_: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    lines = []
    async with desk.database.work(operator_id) as work:
        for platform in await all_platforms(work):
            for one in await balances_of(work, platform):
                words = f"not owed: {one.doubt}" if one.doubt else _SIDES[one.side]
                lines.append(f"{platform.name}  {words}  {one.amount}  {one.number} CDRs")
    return lines or ["Nobody owes anything."]


async def _invoices(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        found = await invoices_of(work, platform)
    return [line for each in found for line in _lines(each)] or ["There are no invoices."]


async def _bill(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        until = given.until or work.now
        return _lines(await issue_invoice(work, platform, given.invoice, until))


async def _check(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        return _lines(await state_total(work, platform, given.invoice, given.total))


async def _paid(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        return _lines(await note_paid(work, platform, given.invoice, given.amount))


def _lines(found: Reconciled) -> list[str]:
    invoice = found.invoice
    who = "ours" if invoice.is_ours else f"of {invoice.party}"
    total = found.total or "nothing known"
    head = f"{invoice.invoice_id}  {who}  {len(invoice.cdr_ids)} CDRs  {total}"
    if invoice.paid_at is not None:
        head += f"  paid {invoice.paid_at:%Y-%m-%d}: {invoice.stated}"
    differences = (f"  {one.reason}  {one.subject}: {one.detail}" for one in found.differences)
    return [head, *differences]


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no energy in kWh")
    return found


def _money(text: str) -> Money:
    amount, currency = text[:-3], text[-3:].upper()
    try:
        found = Decimal(amount)
        money = Money.of(found, currency)
    except (InvalidOperation, ValueError) as wrong:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount, as 12.10EUR is") from wrong
    if money.as_decimal() != found:
        raise argparse.ArgumentTypeError(f"{text!r} has too many decimals")
    return money


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, as 2026-11-30 is") from wrong
