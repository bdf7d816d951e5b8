"""The card terminals of an operator file."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.funds.payments.providers.capabilities import ADYEN, MOLLIE
from app.funds.terminals.model import Terminal
from app.office.import_operator.document import OperatorDocument, TerminalEntry
from app.office.import_operator.faults import Fault, Path
from app.office.import_operator.plan import NOBODY

_ID: Final = re.compile(r"[0-9A-Za-z_.-]{1,36}")
# What each provider calls its terminals: Adyen by model and serial number.
_DEVICES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    ADYEN: (re.compile(r"[0-9A-Za-z]{1,20}-[0-9A-Za-z]{1,40}"), "V400m-324688179"),
    MOLLIE: (re.compile(r"term_[0-9A-Za-z]{4,60}"), "term_7MgL4wea46qkRcoTZjWEH"),
}


def terminals_of(document: OperatorDocument, faults: list[Fault]) -> tuple[Terminal, ...]:
    """Return the terminals of *document*; what is wrong with them is added to *faults*."""
    faults += _faults(document)
    language = next(iter(document.operator.languages), "en")
    return tuple(
        Terminal(
            operator_id=NOBODY,
            terminal_id=entry.id,
            provider=entry.provider,
            device=entry.device,
            name=entry.name,
            language=entry.language or language,
            waits=entry.waits,
            evse_uids=tuple(entry.evses),
        )
        for entry in document.terminals
    )


def _faults(document: OperatorDocument) -> Iterator[Fault]:
    accounts = {entry.provider for entry in document.provider_accounts}
    evses = {evse.uid for location in document.locations for evse in location.evses}
    ids: set[str] = set()
    served: set[str] = set()
    for number, entry in enumerate(document.terminals):
        path: Path = ("terminals", number)
        if not _ID.fullmatch(entry.id):
            yield Fault((*path, "id"), "expected 1 to 36 letters, digits, '.', '_' or '-'")
        if entry.id in ids:
            yield Fault((*path, "id"), f"the terminal id {entry.id!r} is used twice")
        ids.add(entry.id)
        yield from _device(path, entry, accounts)
        if entry.language is not None and entry.language not in document.operator.languages:
            yield Fault((*path, "language"), f"the operator does not speak {entry.language!r}")
        yield from _evses((*path, "evses"), entry, evses, served)


def _evses(path: Path, entry: TerminalEntry, known: set[str], served: set[str]) -> Iterator[Fault]:
    """Yield what is wrong with the EVSEs of a terminal, and add them to those that are served."""
    if not entry.evses:
        yield Fault(path, "expected at least one charging point")
    for place, uid in enumerate(entry.evses):
        if uid not in known:
            yield Fault((*path, place), f"no charging point has the uid {uid!r}")
        if uid in served:
            yield Fault((*path, place), f"{uid!r} is served by a terminal already")
        served.add(uid)


def _device(path: Path, entry: TerminalEntry, accounts: set[str]) -> Iterator[Fault]:
    if entry.provider not in accounts:
        yield Fault((*path, "provider"), f"the operator has no account at {entry.provider!r}")
    known = _DEVICES.get(entry.provider)
    if known is not None and not known[0].fullmatch(entry.device):
        yield Fault((*path, "device"), f"expected a terminal such as {known[1]}")
    if entry.provider == MOLLIE and entry.waits:
        yield Fault((*path, "waits"), "only for Adyen: Mollie answers at once, and tells later")
