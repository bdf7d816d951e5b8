"""The rows of the capability table that are Mollie's."""

from app.funds.payments.ports import Strategy
from app.funds.payments.providers import capabilities
from app.funds.payments.providers.capabilities import MOLLIE


def strategy_of(method: str, currency: str) -> Strategy | None:
    """Return how *method* funds a session in *currency*, or None when it can't."""
    return capabilities.strategy_of(MOLLIE, method, currency)


def name_of(method: str) -> str:
    """Return how receipts call *method*."""
    return capabilities.name_of(MOLLIE, method)
