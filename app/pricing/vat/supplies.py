"""
What is supplied, because a country may tax it at another rate than the standard one.

The Court of Justice (C-282/22) takes charging with all that serves it (access, reservation, the fee
for staying at the charge point) for one supply of goods, electricity. Parking here is a place for a
car that is sold for itself, and a service is, for instance, a monthly fee for a network.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Supply(StrEnum):
    """The class of a supply."""

    CHARGING = "charging"
    PARKING = "parking"
    SERVICE = "service"


# Per place and supply its rates other than the standard one, the newest first; None: the standard.
# Ireland: the Revenue Commissioners confirmed the reduced rate for charging on 16 June 2020, ESB
# applied it from 1 July 2020; the second reduced rate of electricity holds since 1 May 2022 and was
# prolonged to the end of 2030 (Budget 2026). That of the other countries' electricity is not known
# to be applied to charging in public.
REDUCED: Final[Mapping[tuple[str, Supply], tuple[tuple[date, Decimal | None], ...]]] = {
    ("IE", Supply.CHARGING): (
        (date(2031, 1, 1), Decimal("13.5")),
        (date(2022, 5, 1), Decimal(9)),
        (date(2020, 7, 1), Decimal("13.5")),
        (date(2012, 1, 1), None),
    ),
}
