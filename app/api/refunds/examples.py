"""Examples of refunds, made of the very types that are sent."""

from datetime import UTC, datetime
from uuid import UUID

from app.api.refunds.bodies import AmountOrder, NewRefund, Refunds, RefundView
from app.directpay.prices.views import MoneyView

NEW_REFUND = NewRefund("VS-2026-000123", "the meter was wrong", AmountOrder(250, "EUR"))
REFUND = RefundView(
    id=UUID("5b0f4c56-5a45-5f6e-9a6c-2f1f3b1f7a11"),
    receipt="VS-2026-000123",
    amount=MoneyView(250, "EUR"),
    reason="the meter was wrong",
    state="done",
    asked_by="back office",
    asked_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
    decided_by="back office",
    decided_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
)
REFUNDS = Refunds((REFUND,))
