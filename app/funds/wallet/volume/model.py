"""A country's volume of prepaid credit, against the threshold of limited networks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.kernel.money import Money

# Directive (EU) 2015/2366 (PSD2), Article 37(2): who relies on Article 3(k) notifies the authority
# when the payments of the preceding 12 months exceed EUR 1 million.
THRESHOLD: Final = Money(100_000_000, "EUR")
WINDOW: Final = timedelta(days=365)
LEVELS: Final = (50, 80, 100)


@dataclass(frozen=True, slots=True)
class Volume:
    """What sessions in a *country* were paid with credit within a year, in one currency."""

    country: str
    amount: Money
    sessions: int

    @property
    def percent(self) -> int | None:
        """Return the share of the threshold, rounded down; None in another currency than its."""
        if self.amount.currency != THRESHOLD.currency:
            return None
        return self.amount.minor * 100 // THRESHOLD.minor

    @property
    def levels(self) -> tuple[int, ...]:
        """Return the levels of warning that are reached."""
        return tuple(level for level in LEVELS if (self.percent or 0) >= level)
