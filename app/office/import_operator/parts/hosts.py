"""The hosts of an operator file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from app.office.import_operator.document import OperatorEntry
from app.office.import_operator.faults import Fault, Path
from app.people.identity.hosts.model import MOST_HOSTS, host_name

_HOSTS: Final[Path] = ("operator", "hosts")


def hosts_of(entry: OperatorEntry, faults: list[Fault]) -> tuple[str, ...]:
    """Return the hosts of *entry*, and that of its codes; what is wrong is added to *faults*."""
    names = [host_name(text) for text in entry.hosts]
    faults += [
        Fault((*_HOSTS, place), "expected the name of a host such as charge.example.com")
        for place, name in enumerate(names)
        if name is None
    ]
    of_codes = host_name(urlsplit(entry.public_url or "").hostname or "")
    found = tuple(dict.fromkeys(name for name in (*names, of_codes) if name is not None))
    if len(found) > MOST_HOSTS:
        faults.append(Fault(_HOSTS, f"expected at most {MOST_HOSTS}"))
    return found


def foreign_hosts(
    names: Sequence[str], owners: Mapping[str, UUID], operator_id: UUID
) -> Iterator[Fault]:
    """Yield the hosts that another operator of this installation has."""
    for name in names:
        if owners.get(name, operator_id) != operator_id:
            yield Fault(_HOSTS, f"{name} belongs to another operator")
