"""`directpay ocpi`: payment terminals of a provider at our charge points."""

import argparse
from typing import TypeAlias
from uuid import UUID

from app.commands.chargers.ocpi_deed import Deed
from app.roaming.desk import RoamingDesk
from app.roaming.here.model import INVOICED_BY_PROVIDER, INVOICED_BY_US
from app.roaming.platforms.find import platform_of_name
from app.roaming.terminals.assign import activate_terminal, assign_terminal, deactivate_terminal
from app.roaming.terminals.read import CheckedAdvice, advices_of, terminals_of
from app.roaming.wire.payments import Terminal

_Actions: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - no other name


_CREATORS = {"us": INVOICED_BY_US, "provider": INVOICED_BY_PROVIDER}


def terminal_actions(actions: _Actions) -> tuple[tuple[argparse.ArgumentParser, Deed], ...]:
    """Add the commands about a provider's terminals; return each with what it does."""
    listing = actions.add_parser("terminals", help="a provider's terminals, and what they took")
    listing.add_argument("name", help="what you call the provider")
    activating = _of_terminal(actions, "activate", "put a terminal of a provider into service")
    activating.add_argument(
        "--invoices-by",
        choices=sorted(_CREATORS),
        help="who makes the invoices of what is paid there",
    )
    assigning = _of_terminal(actions, "assign", "say which places a terminal serves")
    for option, metavar in (("--location", "ID"), ("--evse", "UID")):
        assigning.add_argument(
            option, action="append", default=[], metavar=metavar, help="may be given again"
        )
    ending = _of_terminal(actions, "deactivate", "take a terminal of a provider out of service")
    return (
        (listing, _list),
        (activating, _activate),
        (assigning, _assign),
        (ending, _deactivate),
    )


def _of_terminal(actions: _Actions, name: str, words: str) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=words)
    action.add_argument("name", help="what you call the provider")
    action.add_argument("terminal", help="the terminal's id")
    return action


async def _list(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, given.name)
        terminals = await terminals_of(work, platform)
        advices = await advices_of(work, platform)
    lines = [*(_line(one) for one in terminals), *(_advice(one) for one in advices)]
    return lines or ["There are no terminals."]


async def _activate(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    found = await activate_terminal(
        given.name,
        given.terminal,
        operator_id=operator_id,
        desk=desk,
        invoices_by=_CREATORS.get(given.invoices_by),
    )
    return [_line(found)]


async def _assign(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    places = (given.location, given.evse)
    found = await assign_terminal(
        given.name, given.terminal, places, operator_id=operator_id, desk=desk
    )
    return [_line(found)]


async def _deactivate(given: argparse.Namespace, operator_id: UUID, desk: RoamingDesk) -> list[str]:
    await deactivate_terminal(given.name, given.terminal, operator_id=operator_id, desk=desk)
    return [f"{given.terminal} is out of service."]


def _line(terminal: Terminal) -> str:
    places = ", ".join((*terminal.location_ids, *terminal.evse_uids)) or "nowhere"
    creator = terminal.invoice_creator or "-"
    return f"{terminal.terminal_id}  at {places}  invoices by {creator}"


def _advice(found: CheckedAdvice) -> str:
    told = found.advice
    words = "; ".join(found.doubts) or "as the CDR says"
    amount = f"{told.total_costs.gross} {told.currency}"
    invoice = f"  invoice {found.invoice_url}" if found.invoice_url else ""
    return f"{told.authorization_reference}  {told.capture_status_code}  {amount}  {words}{invoice}"
