"""A payment terminal inside a charge point: its variables, and whether it can be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# OCPP 2.1, part 2 appendices, "PaymentCtrlr".
SETTLED_BY_US: Final = "SettlementByCSMS"
WHOLE_STATION: Final = 0
# Set by the operator for charge points that have no PaymentCtrlr.
DIALECT: Final = "Dialect"
CARD_TAG: Final = "CardTag"


@dataclass(frozen=True, slots=True)
class InsideTerminal:
    """
    A terminal of a charge point; *evse_no* 0 serves all of its EVSEs.

    *variables* are those of its PaymentCtrlr when they were last read. *problem* says why no card
    is taken there, in words; None: cards are taken.
    """

    identity: str
    evse_no: int
    variables: Mapping[str, str]
    problem: str | None
    read_at: datetime

    @property
    def dialect(self) -> str | None:
        """Return in whose words the charge point tells of it without OCPP 2.1, or None."""
        return self.variables.get(DIALECT)

    @property
    def card_tag(self) -> str | None:
        """Return the idTag of sessions that were paid there, without OCPP 2.1, or None."""
        return self.variables.get(CARD_TAG)

    @property
    def is_settled_by_us(self) -> bool:
        """Tell whether we collect what it authorises, over our own account at its provider."""
        return self.variables.get(SETTLED_BY_US, "").strip().lower() == "true"
