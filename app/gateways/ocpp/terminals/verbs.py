"""Payments at terminals inside charge points, by the verbs of `directpay.integrated`."""

from decimal import Decimal
from uuid import UUID

from app.charging.chargers.terminals.keep import keep_terminals
from app.charging.chargers.terminals.model import InsideTerminal
from app.directpay.integrated.model import ReceiptRef, Settlement, Spot, Tap
from app.directpay.integrated.settle import final_cost, settle_reference, take_settlement
from app.directpay.integrated.tap import card_tag, compare_limit, is_refused, raise_limit, tap
from app.directpay.integrated.terms import TerminalTerms, terminal_terms
from app.directpay.integrated.till import Till
from app.directpay.integrated.vat import VatVerdict, check_vat_number
from app.gateways.ocpp.terminals.port import Terminals
from app.kernel.money import Money


class TillTerminals(Terminals):
    """The verbs on the real database."""

    def __init__(self, till: Till) -> None:
        """Work with *till*."""
        self._till = till

    async def terms(self, operator_id: UUID, identity: str) -> TerminalTerms:
        """Return what terminals inside a charge point are to be set to."""
        return await terminal_terms(operator_id, identity, till=self._till)

    async def keep(self, operator_id: UUID, identity: str, found: list[InsideTerminal]) -> None:
        """Keep what a charge point says of its terminals."""
        await keep_terminals(operator_id, identity, found, database=self._till.database)

    async def tap(self, tap_: Tap) -> str | None:
        """Return the one-time idTag of the session that a card pays for; None: for none."""
        return await tap(tap_, till=self._till)

    async def card_tag(self, operator_id: UUID, identity: str) -> str | None:
        """Return the idTag of what is paid at its terminal without OCPP 2.1, or None."""
        return await card_tag(operator_id, identity, till=self._till)

    async def compare_limit(self, spot: Spot, reference: str, limit: Decimal) -> bool:
        """Let a hold be what a terminal says that it authorised; False: no such transaction."""
        return await compare_limit(spot, reference, limit, till=self._till)

    async def settle_reference(
        self, operator_id: UUID, identity: str, reference: str, amount: Decimal
    ) -> bool:
        """Book what a terminal collected for a transaction; False: there is no such."""
        return await settle_reference(operator_id, identity, reference, amount, till=self._till)

    async def is_refused(self, operator_id: UUID, identity: str, psp_ref: str) -> bool:
        """Tell whether an authorisation can pay for nothing (any more) there."""
        return await is_refused(operator_id, identity, psp_ref, till=self._till)

    async def raise_limit(self, spot: Spot, limit: Decimal) -> None:
        """Let a hold be what the terminal has authorised by now."""
        await raise_limit(spot, limit, till=self._till)

    async def final_cost(self, spot: Spot) -> Money | None:
        """Return what the terminal is to collect for a transaction that is over, or None."""
        return await final_cost(spot, till=self._till)

    async def take_settlement(self, told: Settlement) -> ReceiptRef | None:
        """Book what the terminal says that it collected; return our receipt, or None."""
        return await take_settlement(told, till=self._till)

    async def check_vat_number(self, operator_id: UUID, identity: str, given: str) -> VatVerdict:
        """Judge a VAT number that was typed in at the charge point."""
        return await check_vat_number(operator_id, identity, given, till=self._till)
