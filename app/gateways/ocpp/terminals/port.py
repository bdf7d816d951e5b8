"""Who takes payments at terminals inside charge points: the seam of wire and product."""

from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID

from app.charging.chargers.terminals.model import InsideTerminal
from app.directpay.integrated.model import ReceiptRef, Settlement, Spot, Tap
from app.directpay.integrated.terms import TerminalTerms
from app.directpay.integrated.vat import VatVerdict
from app.kernel.money import Money


class Terminals(Protocol):
    """The verbs of `directpay.integrated`: what they write is committed before they return."""

    async def terms(self, operator_id: UUID, identity: str) -> TerminalTerms:
        """Return what terminals inside a charge point are to be set to."""
        ...

    async def keep(self, operator_id: UUID, identity: str, found: list[InsideTerminal]) -> None:
        """Keep what a charge point says of its terminals."""
        ...

    async def tap(self, tap: Tap) -> str | None:
        """Return the one-time idTag of the session that a card pays for; None: for none."""
        ...

    async def card_tag(self, operator_id: UUID, identity: str) -> str | None:
        """Return the idTag of what is paid at its terminal without OCPP 2.1, or None."""
        ...

    async def compare_limit(self, spot: Spot, reference: str, limit: Decimal) -> bool:
        """Let a hold be what a terminal says that it authorised; False: no such transaction."""
        ...

    async def settle_reference(
        self, operator_id: UUID, identity: str, reference: str, amount: Decimal
    ) -> bool:
        """Book what a terminal collected by its *reference*; False: there is no such."""
        ...

    async def is_refused(self, operator_id: UUID, identity: str, psp_ref: str) -> bool:
        """Tell whether an authorisation can pay for nothing (any more) there."""
        ...

    async def raise_limit(self, spot: Spot, limit: Decimal) -> None:
        """Let a hold be what the terminal has authorised by now."""
        ...

    async def final_cost(self, spot: Spot) -> Money | None:
        """Return what the terminal is to collect for a transaction that is over, or None."""
        ...

    async def take_settlement(self, told: Settlement) -> ReceiptRef | None:
        """Book what the terminal says that it collected; return our receipt, or None."""
        ...

    async def check_vat_number(self, operator_id: UUID, identity: str, given: str) -> VatVerdict:
        """Judge a VAT number that was typed in at the charge point."""
        ...


class NoTerminals(Terminals):
    """Takes no payments at charge points."""

    async def terms(self, operator_id: UUID, identity: str) -> TerminalTerms:  # noqa: ARG002
        """Have no wishes."""
        return TerminalTerms({}, can_collect=False)

    async def keep(self, operator_id: UUID, identity: str, found: list[InsideTerminal]) -> None:
        """Keep nothing."""

    async def tap(self, tap: Tap) -> str | None:  # noqa: ARG002 - whoever it is
        """Know no session."""
        return None

    async def card_tag(self, operator_id: UUID, identity: str) -> str | None:  # noqa: ARG002
        """Know no card."""
        return None

    async def compare_limit(self, spot: Spot, reference: str, limit: Decimal) -> bool:  # noqa: ARG002
        """Know no transaction."""
        return False

    async def settle_reference(
        self,
        operator_id: UUID,  # noqa: ARG002
        identity: str,  # noqa: ARG002
        reference: str,  # noqa: ARG002
        amount: Decimal,  # noqa: ARG002
    ) -> bool:
        """Know no transaction."""
        return False

    async def is_refused(self, operator_id: UUID, identity: str, psp_ref: str) -> bool:  # noqa: ARG002
        """Take none."""
        return True

    async def raise_limit(self, spot: Spot, limit: Decimal) -> None:
        """Keep nothing."""

    async def final_cost(self, spot: Spot) -> Money | None:  # noqa: ARG002
        """Know no price."""
        return None

    async def take_settlement(self, told: Settlement) -> ReceiptRef | None:  # noqa: ARG002
        """Have no receipt."""
        return None

    async def check_vat_number(
        self,
        operator_id: UUID,  # noqa: ARG002
        identity: str,  # noqa: ARG002
        given: str,
    ) -> VatVerdict:
        """Check nothing."""
        return VatVerdict(is_good=False, number=given, reason="NotOffered")


NO_TERMINALS: Final = NoTerminals()
