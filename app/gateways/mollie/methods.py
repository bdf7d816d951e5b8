"""The methods that Mollie offers, asked in its terms and told in ours."""

from typing import Final

from app.funds.payments.ports import MethodOffer
from app.gateways.common.offers import Question
from app.gateways.mollie.amounts import written
from app.gateways.mollie.capabilities import name_of, strategy_of
from app.gateways.mollie.wire import WireMethod

_READY: Final = frozenset({"activated", None})


def params(question: Question) -> dict[str, object]:
    """Return Mollie's query; it always names the amount, or only euro methods come back."""
    return {
        "amount": written(question.amount),
        "locale": question.locale,
        "billingCountry": question.country,
        "includeWallets": "applepay",
    }


def offers(found: list[WireMethod], currency: str) -> list[MethodOffer]:
    """Return those of *found* that can be used now and that we know how to use."""
    known = []
    for method in found:
        strategy = strategy_of(method.id, currency)
        if strategy is None or method.status not in _READY:
            continue
        known.append(
            MethodOffer(
                method=method.id,
                label=method.description or name_of(method.id),
                strategy=strategy,
                minimum=method.minimum_amount.money() if method.minimum_amount else None,
                maximum=method.maximum_amount.money() if method.maximum_amount else None,
            )
        )
    return known
