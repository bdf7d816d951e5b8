"""What a refund pulls back from other organisations (`routingReversals`)."""

from app.kernel.money import Money
from app.sandbox.provider.book.model import Part, Refusal
from app.sandbox.provider.exchange import Body, Document
from app.sandbox.provider.mollie import amounts


def read(body: Body, refund: Money) -> tuple[tuple[str, int], ...]:
    """Return what a refund pulls back from other organisations; raise Refusal when it can't be."""
    given = body.get("routingReversals") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refusal(422, "The routing reversals are a list", "routingReversals")
    found = []
    for each in given:
        source, amount = each.get("source"), amounts.read(each.get("amount"))
        if not isinstance(source, dict) or not isinstance(source.get("organizationId"), str):
            raise Refusal(422, "The source is an organization", "routingReversals")
        if amount.currency != refund.currency:
            raise Refusal(422, "The currency is not the refund's", "routingReversals")
        found.append((source["organizationId"], amount.minor))
    if sum(minor for _, minor in found) > refund.minor:
        raise Refusal(422, "More is pulled back than is refunded", "routingReversals")
    return tuple(found)


def written(part: Part) -> Document:
    """Return the field of a refund that tells of it; none when nothing is pulled back."""
    if not part.shares:
        return {}
    currency = part.amount.currency
    back = [
        {"amount": amounts.written(Money(minor, currency)), "source": {"organizationId": name}}
        for name, minor in part.shares
    ]
    return {"routingReversals": back}
