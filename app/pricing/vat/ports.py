"""The register of VAT numbers that the outside world keeps (VIES, of the European Commission)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Registry(StrEnum):
    """What the register says of a number; UNKNOWN: nobody could say, which proves nothing."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Registration:
    """
    What was found when a VAT number was looked up.

    *checked_at* is None when nobody was asked. *consultation* is the register's number of the
    answer, the proof that it was asked; *name* that of the company where its state tells it, and
    *address* its own in lines, as they tell it.
    """

    outcome: Registry
    checked_at: datetime | None = None
    consultation: str | None = None
    name: str | None = None
    address: str | None = None


class VatRegister(Protocol):
    """Where VAT numbers are looked up."""

    async def look_up(self, number: str, *, requester: str | None = None) -> Registration:
        """
        Return what is known of *number* (with its prefix), for the *requester*'s number. Quickly.

        It never raises for the state of the register: what cannot be found out is UNKNOWN.
        """
        ...


class NoRegister:
    """Asks nobody: for an installation that may not, or cannot."""

    async def look_up(
        self,
        number: str,  # noqa: ARG002 - whoever it is
        *,
        requester: str | None = None,  # noqa: ARG002 - whoever asks
    ) -> Registration:
        """Return that nothing is known."""
        return Registration(Registry.UNKNOWN)
