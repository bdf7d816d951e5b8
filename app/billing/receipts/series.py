"""The number series of an operator: from `VS-{year}-{number:6}` and 1 to `VS-2026-000001`."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.billing.receipts.errors import InvalidSeries

_DEFAULT_TAIL = "-{year}-{number:6}"
_FORMAT = re.compile(
    r"(?P<head>[A-Za-z0-9./_-]{0,12}(?:\{year\}[A-Za-z0-9./_-]{0,6})?)\{number(?::(?P<digits>1?[0-9]))?\}"
)


@dataclass(frozen=True, slots=True)
class Series:
    """One run of numbers: what stands before the number, and its least count of digits."""

    head: str
    digits: int

    def number(self, sequence: int) -> str:
        """Return the document number of the *sequence*-th document."""
        return f"{self.head}{sequence:0{self.digits}d}"


def series_at(pattern: str, *, issued_at: datetime, time_zone: str) -> Series:
    """
    Return the series that *pattern* means at *issued_at*, whose year is that of *time_zone*.

    A pattern is letters, digits and `./_-` around `{year}` (optional: the numbers then start again
    each year) and, last, `{number}` or `{number:6}`. A bare prefix `VS` means
    `VS-{year}-{number:6}`. Raises InvalidSeries.
    """
    if "{" not in pattern:
        pattern += _DEFAULT_TAIL
    match = _FORMAT.fullmatch(pattern)
    if match is None:
        msg = f"not a number series: {pattern!r} (write for example VS-{{year}}-{{number:6}})"
        raise InvalidSeries(msg)
    year = issued_at.astimezone(ZoneInfo(time_zone)).year
    return Series(match["head"].replace("{year}", str(year)), int(match["digits"] or 1))
