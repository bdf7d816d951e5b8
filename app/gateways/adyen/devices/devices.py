"""The port of terminals on Adyen's Cloud Device API, which the SDK does not have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

import msgspec

from app.funds.payments.ports import (
    Accepted,
    CardReading,
    Declined,
    DeviceStatus,
    NotSent,
    OrderedPayment,
    Outcome,
    PromptName,
    ProviderAccount,
    Reading,
    Screen,
    StartPayment,
    Strategy,
    Unknown,
)
from app.gateways.adyen.clients import AdyenOptions, Clients, Line
from app.gateways.adyen.devices import messages, readings, wire
from app.gateways.adyen.devices.cloud import Cloud, Device
from app.gateways.adyen.failures import Failure, Failures, interpret
from app.gateways.common.breaker import MemoryFuses
from app.gateways.common.calls import Calls
from app.kernel.clock import Clock

T = TypeVar("T")
# A terminal asks for a card for 150 seconds; the answer needs a moment to arrive.
LONGEST_PROMPT: Final = timedelta(seconds=160)
_NO_DEVICE: Final = Declined("refused", "that is no terminal of Adyen's")


class AdyenDevices:
    """
    Adyen's terminals, for all accounts.

    Orders that are answered at once (abort, status, display) go by `sync`; a prompt by `async`, or
    by `sync` where the terminal's webhook is not set up: then a thread of its own waits for it.
    """

    method = "creditcard"
    strategy = Strategy.HOLD
    reads_cards = True

    def __init__(self, options: AdyenOptions, clock: Clock) -> None:
        """Talk to Adyen as *options* say; *clock* dates fuses and prompts."""
        self._options = options
        self._clock = clock
        self._clients = Clients(options)
        # Fuses of their own: terminals are another service than the checkout.
        fuses = MemoryFuses(clock)
        self._calls, self._waiting = Calls(fuses), Calls(fuses)

    def close(self) -> None:
        """Close every connection."""
        self._clients.close()

    async def activate(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Ask for a card for *order*; Accepted carries the prompt's name until it is paid."""
        terminal = order.terminal
        if terminal is None or not messages.is_device(terminal.device):
            return _NO_DEVICE
        prompt = PromptName(terminal.device, order.key, self._clock.now())
        body = messages.payment(order, prompt)
        return await self._prompt(account, prompt, body, waits=terminal.waits)

    async def look(self, account: ProviderAccount, ordered: OrderedPayment) -> Reading:
        """Ask the terminal what became of a payment; what it does not know never reached it."""
        prompt = ordered.prompt
        if prompt is None:
            return Unknown("it was not ordered at a terminal")

        def ask(device: Device) -> Reading:
            message = device.told(messages.status(prompt, messages.PAYMENT))
            return readings.of_payment(ordered, message, self._clock.now(), account.operator_id)

        return await self._ask(account, prompt.device, ask)

    async def read_card(
        self, account: ProviderAccount, prompt: PromptName, *, waits: bool
    ) -> Outcome:
        """Ask for a card without money: a card acquisition."""
        return await self._prompt(account, prompt, messages.card(prompt), waits=waits)

    async def card_of(self, account: ProviderAccount, prompt: PromptName) -> CardReading:
        """Ask the terminal which card was shown."""

        def ask(device: Device) -> CardReading:
            message = device.told(messages.status(prompt, messages.CARD))
            return readings.of_card(prompt, message, self._clock.now(), account.operator_id)

        return await self._ask(account, prompt.device, ask)

    async def show(
        self, account: ProviderAccount, device: str, screen: Screen, *, key: str
    ) -> Outcome:
        """Show text, and a link as a QR code; Declined while the terminal asks for a card."""

        def ask(line: Device) -> Outcome:
            message = line.told(messages.display(device, screen, key))
            said = message.said.display_response if message.said else None
            if said is None:
                return NotSent("the terminal can't be reached")
            wrong = [one.response for one in said.output_result if one.response.result != "Success"]
            if wrong:
                return Declined("refused", wrong[0].error_condition or "not shown")
            return Accepted(messages.service_id(key))

        return await self._ask(account, device, ask)

    async def abort(self, account: ProviderAccount, ordered: OrderedPayment) -> Outcome:
        """Call a payment's prompt off; what came of it is told by `look`."""
        if ordered.prompt is None:
            return _NO_DEVICE
        return await self._abort(account, ordered.prompt, messages.PAYMENT)

    async def stop_reading(self, account: ProviderAccount, prompt: PromptName) -> Outcome:
        """Call the reading of a card off."""
        return await self._abort(account, prompt, messages.CARD)

    async def status(
        self, account: ProviderAccount
    ) -> Mapping[str, DeviceStatus] | Declined | NotSent | Unknown:
        """Return the terminals that are connected; Adyen lists no others."""

        def ask(line: Line) -> Mapping[str, DeviceStatus]:
            there = Cloud(line, account, self._options).connected()
            return dict.fromkeys(there.unique_device_ids, DeviceStatus.ONLINE)

        return await self._call(self._calls, account, ask)

    def devices_in(self, body: bytes) -> Sequence[str]:
        """Return the terminal that a message at the terminal webhook is of; nobody signs it."""
        try:
            message = msgspec.json.decode(body, type=wire.WireMessage)
        except msgspec.DecodeError:
            return ()
        heads = [one.message_header for one in (message.said, message.told) if one is not None]
        return tuple(head.poi_id for head in heads if messages.is_device(head.poi_id))

    async def _prompt(
        self, account: ProviderAccount, prompt: PromptName, body: messages.Body, *, waits: bool
    ) -> Outcome:
        def ask(device: Device) -> Outcome:
            if not device.is_connected():
                return Declined("offline", f"{prompt.device} is not connected")
            device.send(body, waits=waits)
            return Accepted(messages.reference_of(prompt))

        return await self._ask(account, prompt.device, ask, waits=waits)

    async def _abort(self, account: ProviderAccount, prompt: PromptName, category: str) -> Outcome:
        def ask(device: Device) -> Outcome:
            device.send(messages.abort(prompt, category), waits=True)
            return Accepted(messages.reference_of(prompt))

        return await self._ask(account, prompt.device, ask)

    async def _ask(
        self,
        account: ProviderAccount,
        device: str,
        ask: Callable[[Device], T],
        *,
        waits: bool = False,
    ) -> T | Failure:
        if not messages.is_device(device):
            return _NO_DEVICE
        patience = LONGEST_PROMPT if waits else self._options.read

        def call(line: Line) -> T:
            return ask(Device(Cloud(line, account, self._options), device, patience))

        return await self._call(self._waiting if waits else self._calls, account, call)

    async def _call(
        self, calls: Calls, account: ProviderAccount, call: Callable[[Line], T]
    ) -> T | Failure:
        def guarded() -> _Answered[T] | Failure:
            try:
                return _Answered(call(self._clients.line(account)))
            except Failures as error:
                return interpret(error)

        outcome = await calls.run(account, guarded)
        return outcome.said if isinstance(outcome, _Answered) else outcome


@dataclass(frozen=True, slots=True)
class _Answered(Generic[T]):
    """What Adyen's cloud answered: a terminal that can't be reached blows no fuse."""

    said: T
