"""
The payment terminal in a played charge point: it authorises cards and collects by itself.

Source: OCPP 2.1, part 2, C18 to C23 and part 2 appendices, "PaymentCtrlr".
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_FACTORY = {
    "Enabled": "true",
    "AuthorizationAmount": "25.00",
    "SettlementByCSMS": "false",
    "ReceiptByCSMS": "false",
    "AuthorizeDirectPayment": "false",
}


@dataclass(slots=True)
class Card:
    """A card that was authorised for *limit*; *psp_ref* is what the terminal's provider says."""

    limit: Decimal
    psp_ref: str = field(default_factory=lambda: f"SANDBOX-{secrets.token_hex(8).upper()}")
    brand: str = "VISA"
    last_digits: str = "4242"

    def token(self) -> Mapping[str, Any]:
        """Return its idToken in the words of OCPP 2.1."""
        return {
            "idToken": self.psp_ref,
            "type": "DirectPayment",
            "additionalInfo": [
                {"additionalIdToken": self.brand, "type": "PaymentBrand"},
                {"additionalIdToken": self.last_digits, "type": "CardLast4Digits"},
            ],
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server answered to a settlement."""

    url: str | None
    number: str | None


@dataclass(slots=True)
class Terminal:
    """The terminal of one EVSE; *values* are its variables, *receipt* the last that it showed."""

    values: dict[str, str] = field(default_factory=lambda: dict(_FACTORY))
    receipt: Receipt | None = None

    @property
    def amount(self) -> Decimal:
        """Return what it authorises a card for."""
        return Decimal(self.values["AuthorizationAmount"])

    @property
    def settles(self) -> bool:
        """Tell whether it collects by itself."""
        return self.values["SettlementByCSMS"].lower() != "true"

    def show(self, answer: Mapping[str, Any]) -> None:
        """Show the receipt in the *answer* to a settlement."""
        self.receipt = Receipt(answer.get("receiptUrl"), answer.get("receiptId"))
