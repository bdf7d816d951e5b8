"""What happened to tokens; reactors run inside the transaction that changed them."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TokensChanged(Event):
    """Tokens are new, or another than before: who keeps copies of them has to be told."""

    uids: frozenset[str]
