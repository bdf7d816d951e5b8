"""Sorts what charge points report by their operators: a transaction is of one of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar
from uuid import UUID


class OfOperator(Protocol):
    """A report of a charge point, which belongs to an operator."""

    @property
    def operator_id(self) -> UUID:
        """Return whose charge point it is."""
        ...


T = TypeVar("T", bound=OfOperator)


def by_operator(reports: Iterable[T]) -> Mapping[UUID, list[T]]:
    """Return the *reports* of each operator, in their order."""
    found: defaultdict[UUID, list[T]] = defaultdict(list)
    for report in reports:
        found[report.operator_id].append(report)
    return found
