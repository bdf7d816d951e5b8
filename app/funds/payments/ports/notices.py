"""What providers that can't be read tell by themselves, signed."""

from dataclasses import dataclass
from datetime import datetime

from app.funds.payments.ports.answers import Strategy
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Notice:
    """
    One thing that a provider told and signed; *key* is the same whenever it tells it again.

    *reference* is ours, *original_ref* the provider's of the payment that it is about. *body* is
    what was told, as it came.
    """

    key: str
    reference: str
    original_ref: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Notices:
    """What one webhook told; *doubtful* are the items whose signature is not (yet) known."""

    genuine: tuple[Notice, ...] = ()
    doubtful: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class PromptName:
    """A request for a card: at which terminal, by which idempotency *key*, and since when."""

    device: str
    key: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class OrderedPayment:
    """
    A payment as it was ordered: with it, a provider's notices become a Snapshot.

    *provider_ref* is None while the answer to its start is missing. *prompt* says at which terminal
    it was ordered, if at one.
    """

    provider_ref: str | None
    reference: str
    amount: Money
    method: str
    strategy: Strategy
    prompt: PromptName | None = None
