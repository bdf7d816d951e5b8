"""Card terminals in memory: prompts are payments of the fake provider, cards are words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.funds.payments.ports import (
    Accepted,
    CardReading,
    CardSeen,
    Declined,
    DeviceStatus,
    NoCard,
    NotSent,
    OrderedPayment,
    Outcome,
    PromptName,
    ProviderAccount,
    ProviderStatus,
    Reading,
    Screen,
    StartPayment,
    StillAsking,
    Strategy,
    Unknown,
    Unsupported,
)
from tests.fakes.provider import FakeProvider

READING = "reading:"


@dataclass
class FakeTerminals:
    """
    The terminals of a provider, for tests.

    `tap`, `decline` and `cancel` play the driver, `offline` the cable that was pulled. *asks* is
    what each terminal asks for: a payment, or the reading of a card. *log* is all that it was told.
    """

    provider: FakeProvider
    method: str = "creditcard"
    strategy: Strategy = Strategy.HOLD
    reads_cards: bool = True
    offline: bool = False
    asks: dict[str, str] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    _cards: dict[str, CardReading] = field(default_factory=dict)

    # What happens at the terminal

    def tap(self, device: str, card: str = "first card") -> None:
        """Somebody shows a card."""
        asked = self.asks.pop(device)
        if asked.startswith(READING):
            self._cards[asked] = CardSeen(card)
            return
        self.provider.approve(asked)
        seen = self.provider.snapshots[asked]
        self.provider.snapshots[asked] = replace(seen, fingerprint=card)

    def decline(self, device: str) -> None:
        """The bank of whoever tapped says no."""
        self.provider.decline(self.asks.pop(device))

    def cancel(self, device: str) -> None:
        """Somebody presses the red key."""
        asked = self.asks.pop(device)
        if asked.startswith(READING):
            self._cards[asked] = NoCard()
        else:
            self.provider.abandon(asked)

    # The port

    async def activate(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Ask for a payment; an armed failure of `start` happens here."""
        assert order.terminal is not None
        device = order.terminal.device
        if self.offline:
            return Declined("offline", device)
        known = [ref for ref, each in self.provider.orders.items() if each.key == order.key]
        if device in self.asks and self.asks[device] not in known:
            return Declined("busy", device)
        outcome = await self.provider.start(account, order)
        made = [ref for ref, each in self.provider.orders.items() if each.key == order.key]
        if made and not known:
            self.asks[device] = made[0]
            self.log.append(f"ask {order.amount}")
        return outcome

    async def look(self, account: ProviderAccount, ordered: OrderedPayment) -> Reading:
        """Answer Unsupported: the fake provider is read."""
        return Unsupported()

    async def read_card(
        self, account: ProviderAccount, prompt: PromptName, *, waits: bool
    ) -> Outcome:
        """Ask for a card."""
        if self.offline:
            return NotSent("offline")
        if prompt.device in self.asks:
            return Declined("busy", prompt.device)
        self.asks[prompt.device] = prompt.key
        self._cards[prompt.key] = StillAsking()
        self.log.append("read")
        return Accepted(prompt.key)

    async def card_of(self, account: ProviderAccount, prompt: PromptName) -> CardReading:
        """Return which card was shown."""
        return self._cards.get(prompt.key, Unknown("on its way"))

    async def show(
        self, account: ProviderAccount, device: str, screen: Screen, *, key: str
    ) -> Outcome:
        """Show it, unless a card is asked for."""
        if self.offline or device in self.asks:
            return Declined("busy", device)
        self.screens.append(screen)
        self.log.append(f"show {screen.lines[0]}")
        return Accepted(key)

    async def abort(self, account: ProviderAccount, ordered: OrderedPayment) -> Outcome:
        """End a payment's prompt."""
        ref = ordered.provider_ref or ""
        if self.offline:
            return NotSent("offline")
        snapshot = self.provider.snapshots[ref]
        if snapshot.status is ProviderStatus.OPEN:
            self.cancel(_device_of(ordered))
            self.log.append("abort")
        return Accepted(ref)

    async def stop_reading(self, account: ProviderAccount, prompt: PromptName) -> Outcome:
        """End the reading of a card."""
        if self.asks.get(prompt.device) == prompt.key:
            self.cancel(prompt.device)
            self.log.append("read no more")
        return Accepted(prompt.key)

    async def status(self, account: ProviderAccount) -> Mapping[str, DeviceStatus]:
        """Every terminal that was ever asked for something is there, or none is."""
        state = DeviceStatus.OFFLINE if self.offline else DeviceStatus.ONLINE
        return dict.fromkeys(("T-1",), state)

    def devices_in(self, body: bytes) -> Sequence[str]:
        """Return the device whose name *body* is."""
        return (body.decode(),)


def _device_of(ordered: OrderedPayment) -> str:
    assert ordered.prompt is not None
    return ordered.prompt.device
