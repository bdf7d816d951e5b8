"""How an account's provider answered of late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Health:
    """
    How an account's provider answered of late, in all processes together.

    *failures* are the calls in a row without a usable answer, *said* what came of the last.
    Nobody calls before *open_until*; the account takes no new payments from *down_since* on until
    a call was answered.
    """

    failures: int = 0
    open_until: datetime | None = None
    down_since: datetime | None = None
    said: str = ""


HEALTHY: Final = Health()
