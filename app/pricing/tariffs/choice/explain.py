"""A choice in words, for whoever answers why somebody saw a price."""

from collections.abc import Iterator, Sequence

from app.pricing.tariffs.choice.model import Choice, Rule


def explained(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return a line for each of *choices*, which come in their order: the first one holds."""
    if not choices:
        return ("No rule holds there: nothing is sold.",)
    words = ("holds", *["comes after it"] * (len(choices) - 1))
    return tuple(
        f"{choice.tariff.tariff_id} version {choice.tariff.version} {word}, by rule"
        f" {choice.rule.name!r}: {', '.join(_parts(choice.rule))}"
        for choice, word in zip(choices, words, strict=True)
    )


def _parts(rule: Rule) -> Iterator[str]:
    yield f"for {rule.group}"
    yield str(rule.place)
    if rule.power.least is not None:
        yield f"from {rule.power.least:f} kW"
    if rule.power.most is not None:
        yield f"below {rule.power.most:f} kW"
    if rule.valid_from is not None:
        yield f"from {rule.valid_from.isoformat()}"
    if rule.valid_until is not None:
        yield f"until {rule.valid_until.isoformat()}"
    if rule.priority:
        yield f"priority {rule.priority}"
    if rule.reason:
        yield rule.reason
