"""A means that a driver keeps with a provider: what it is, and what was agreed to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.funds.payments.providers.keeping import Keeping

# The version of the sentence beside the box; a new one whenever it says something else.
WORDS: Final = "2026-11"
LONGEST_NAME: Final = 40


class MeansState(StrEnum):
    """Where a means is: its first payment is not there yet, it is kept, or it is removed."""

    ASKED = "asked"
    KEPT = "kept"
    REMOVED = "removed"


class Removal(StrEnum):
    """Why a means is kept no more: the driver said so, never paid with it, or it was gone."""

    DRIVER = "driver"
    UNPAID = "unpaid"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KeptMeans:
    """
    A driver's consent, given with the payment of the same id, and the means that paid it.

    *customer* is what the provider of the account calls whom it is kept for: one of its own for
    each means. *words* is the version of what was agreed to, in the language *locale*.
    *instrument* is what the driver recognises, masked; *name* is what the driver calls it.
    """

    means_id: UUID
    driver_id: UUID
    account_id: UUID
    customer: str
    method: str
    words: str
    locale: str
    agreed_at: datetime
    state: MeansState = MeansState.ASKED
    instrument: str = ""
    name: str = ""
    removed_at: datetime | None = None
    removed_why: Removal | None = None

    @property
    def is_kept(self) -> bool:
        """Tell whether it can be charged."""
        return self.state is MeansState.KEPT

    def keeping(self, operator_id: UUID) -> Keeping:
        """Return where the means is kept, and for whom."""
        return Keeping(operator_id, self.account_id, self.customer)
