"""What a terminal must offer that asks for a card when we tell it to; the gateways satisfy it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.funds.payments.ports.answers import (
    Declined,
    NotSent,
    Outcome,
    ProviderAccount,
    Reading,
    StartPayment,
    Strategy,
    Unknown,
)
from app.funds.payments.ports.notices import OrderedPayment, PromptName


class DeviceStatus(StrEnum):
    """Whether a terminal can be reached through its provider now."""

    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Screen:
    """What a terminal shows: *lines* of text, and the address *link* as a QR code."""

    lines: tuple[str, ...]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card was shown to a terminal; *fingerprint* is the same whenever it is."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class NoCard:
    """Nobody showed a card to a terminal, and it asks no more."""


@dataclass(frozen=True, slots=True)
class StillAsking:
    """The terminal waits for a card."""


CardReading = CardSeen | NoCard | StillAsking | Declined | NotSent | Unknown


class AuthorisationSource(Protocol):
    """Terminals that tell by themselves that a card was tapped, authorised or refused."""

    def devices_in(self, body: bytes) -> Sequence[str]:
        """Return the terminals that *body* tells of: only a hint, what happened is looked up."""
        ...


class PromptDevice(AuthorisationSource, Protocol):
    """
    The terminals of one provider, for all accounts. No method raises for what others can do.

    Calls may take long: never inside `Database.work`. *method* and *strategy* are those of a
    payment at the terminal. *reads_cards* says that a card can be read without any money (the
    second tap).
    """

    @property
    def method(self) -> str:
        """Return the method of a payment at the terminal."""
        ...

    @property
    def strategy(self) -> Strategy:
        """Return how a payment at the terminal funds a session."""
        ...

    @property
    def reads_cards(self) -> bool:
        """Tell whether a card can be read without money."""
        ...

    async def activate(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Ask for a card for *order*; Accepted carries the name of the prompt or the payment."""
        ...

    async def look(self, account: ProviderAccount, ordered: OrderedPayment) -> Reading:
        """Return what became of a prompt; Unsupported where the payment is read like any other."""
        ...

    async def read_card(
        self, account: ProviderAccount, prompt: PromptName, *, waits: bool
    ) -> Outcome:
        """Ask for a card without money; *waits* as in `AtTerminal`."""
        ...

    async def card_of(self, account: ProviderAccount, prompt: PromptName) -> CardReading:
        """Return what came of `read_card`."""
        ...

    async def show(
        self, account: ProviderAccount, device: str, screen: Screen, *, key: str
    ) -> Outcome:
        """Show *screen* until something else is shown; Declined where the screen is not ours."""
        ...

    async def abort(self, account: ProviderAccount, ordered: OrderedPayment) -> Outcome:
        """Call a payment's prompt off; harmless when it is over, and what came of it is read."""
        ...

    async def stop_reading(self, account: ProviderAccount, prompt: PromptName) -> Outcome:
        """Call the reading of a card off; harmless when it is over."""
        ...

    async def status(
        self, account: ProviderAccount
    ) -> Mapping[str, DeviceStatus] | Declined | NotSent | Unknown:
        """Return the terminals of *account* that its provider knows, and how they are."""
        ...
