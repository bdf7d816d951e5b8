"""A payment provider in memory, which keeps the same contract as the gateways (tests/contracts)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from urllib.parse import parse_qs

from app.funds.payments.ports import (
    Accepted,
    Declined,
    MethodOffer,
    Notice,
    Notices,
    NotSent,
    OrderedPayment,
    Outcome,
    Part,
    PartStatus,
    ProviderAccount,
    ProviderStatus,
    Reading,
    Snapshot,
    StartPayment,
    Strategy,
    Unknown,
    Unsupported,
)
from app.kernel.money import Money

STRATEGIES = {
    "creditcard": Strategy.HOLD,
    "applepay": Strategy.HOLD,
    "vipps": Strategy.HOLD,
    "mobilepay": Strategy.HOLD,
    "ideal": Strategy.PAY_FIRST,
    "bancontact": Strategy.PAY_FIRST,
}
LABELS = {"creditcard": "Card", "ideal": "iDEAL", "bancontact": "Bancontact"}
WALLETS = {"applepay": "Apple Pay"}
INSTRUMENTS = {"creditcard": "Visa •••• 1234", "ideal": "iDEAL NL•• 0300"}


class Fault(StrEnum):
    """What goes wrong with the next order; the words are those of the sandbox's control API."""

    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    RATE_LIMIT = "rate_limit"
    GARBAGE_AFTER = "garbage_after"
    UNAUTHORISED = "unauthorised"
    PART_FAILS = "part_fails"
    DECLINED = "declined"


@dataclass
class FakeProvider:
    """
    A provider for tests: orders through the port, the driver's and the world's deeds by name.

    `approve`, `decline`, `abandon` and `expire` play the driver and the time, `fault` arms the next
    failure of an operation, `snapshots` is the provider's own book and `effects` counts what really
    happened per idempotency key. With *single_capture* the first capture ends the hold.
    """

    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    orders: dict[str, StartPayment] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)
    capture_before: datetime | None = None
    single_capture: bool = False
    raises: bool = False
    key_life: timedelta | None = None
    signs_webhooks: bool = False
    down: frozenset[str] = frozenset()
    offered: tuple[str, ...] = tuple(LABELS)
    strategies: dict[str, Strategy] = field(default_factory=lambda: dict(STRATEGIES))
    _answers: dict[str, Outcome] = field(default_factory=dict)
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # What the world does

    def fault(self, operation: str, fault: Fault | str, *, times: int = 1) -> None:
        """Let the next *times* calls of *operation* (`start`, `capture`, `fetch`...) go wrong."""
        self._faults.setdefault(operation, []).extend([Fault(fault)] * times)

    def approve(self, provider_ref: str) -> None:
        """The driver pays: a hold is authorised, everything else is paid."""
        payment = self.snapshots[provider_ref]
        order = self.orders[provider_ref]
        paid = replace(
            payment,
            checkout_url=None,
            instrument=INSTRUMENTS.get(order.method, order.method),
        )
        if order.strategy is Strategy.HOLD:
            self.snapshots[provider_ref] = replace(
                paid,
                status=ProviderStatus.AUTHORISED,
                capture_before=self.capture_before,
            )
        else:
            self.snapshots[provider_ref] = replace(
                paid, status=ProviderStatus.PAID, captured=payment.amount
            )

    def know(self, provider_ref: str, amount: Money) -> None:
        """A terminal of the same account got an authorisation without us."""
        nothing = Money.zero(amount.currency)
        self.snapshots[provider_ref] = Snapshot(
            provider_ref=provider_ref,
            status=ProviderStatus.AUTHORISED,
            amount=amount,
            captured=nothing,
            refunded=nothing,
            method="creditcard",
            checkout_url=None,
            capture_before=self.capture_before,
            instrument=INSTRUMENTS["creditcard"],
        )

    def decline(self, provider_ref: str) -> None:
        """The driver's bank says no."""
        self._end(provider_ref, ProviderStatus.FAILED)

    def abandon(self, provider_ref: str) -> None:
        """The driver cancels on the provider's page."""
        self._end(provider_ref, ProviderStatus.CANCELLED)

    def expire(self, provider_ref: str) -> None:
        """Nobody paid, or nobody captured, in time."""
        self._end(provider_ref, ProviderStatus.EXPIRED)

    def _end(self, provider_ref: str, status: ProviderStatus) -> None:
        payment = self.snapshots[provider_ref]
        self.snapshots[provider_ref] = replace(payment, status=status, checkout_url=None)

    # The port

    def strategy(self, method: str, currency: str) -> Strategy | None:
        """Return how *method* funds a session, whatever the *currency*."""
        return STRATEGIES.get(method) if len(currency) == len("EUR") else None

    async def list_methods(
        self, account: ProviderAccount, *, amount: Money, locale: str, country: str
    ) -> Sequence[MethodOffer]:
        """Offer what is `offered` for any *amount*, *account*, *locale* and *country*."""
        return [
            MethodOffer(each, (LABELS | WALLETS)[each], self.strategies[each])
            for each in self.offered
        ]

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Open a payment with a page under `https://provider.test`."""

        def effect() -> Outcome:
            ref = f"tr_fake{next(self._numbers)}"
            zero = Money.zero(order.amount.currency)
            url = f"https://provider.test/pay/{ref}"
            self.orders[ref] = order
            self.snapshots[ref] = Snapshot(
                provider_ref=ref,
                status=ProviderStatus.OPEN,
                amount=order.amount,
                captured=zero,
                refunded=zero,
                method=order.method,
                checkout_url=url,
                capture_before=None,
                instrument=None,
                reference=order.reference,
            )
            return Accepted(ref, url)

        return self._once("start", order.key, effect)

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Take *amount* from a hold; the rest stays held until it is released."""

        def effect() -> Outcome:
            payment = self.snapshots[provider_ref]
            fails = self._take("capture", Fault.PART_FAILS)
            if payment.status is not ProviderStatus.AUTHORISED:
                return Declined("refused", f"{provider_ref} is {payment.status}")
            if payment.captured + amount > (payment.authorised or payment.amount):
                return Declined("refused", "more than the hold")
            status = PartStatus.FAILED if fails else PartStatus.SUCCEEDED
            part = Part(f"cpt_fake{next(self._numbers)}", status, amount)
            captured = payment.captured if fails else payment.captured + amount
            whole = payment.authorised or payment.amount
            done = captured == whole or (self.single_capture and not fails)
            self.snapshots[provider_ref] = replace(
                payment,
                captured=captured,
                captures=(*payment.captures, part),
                status=ProviderStatus.PAID if done else payment.status,
            )
            return Accepted(part.provider_ref)

        return self._once("capture", key, effect)

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give back what is still held: paid when something was captured, else cancelled."""

        def effect() -> Outcome:
            payment = self.snapshots[provider_ref]
            if payment.status in (ProviderStatus.OPEN, ProviderStatus.PENDING):
                return Declined("refused", f"{provider_ref} holds nothing")
            if payment.status is ProviderStatus.AUTHORISED:
                ended = ProviderStatus.PAID if payment.captured else ProviderStatus.CANCELLED
                self.snapshots[provider_ref] = replace(payment, status=ended)
            return Accepted(provider_ref)

        return self._once("release", key, effect)

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Cancel a payment that is still open."""

        def effect() -> Outcome:
            if self.snapshots[provider_ref].status is not ProviderStatus.OPEN:
                return Declined("refused", f"{provider_ref} is not open")
            self._end(provider_ref, ProviderStatus.CANCELLED)
            return Accepted(provider_ref)

        return self._once("cancel", key, effect)

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Give *amount* back; an armed PART_FAILS makes the refund fail afterwards."""

        def effect() -> Outcome:
            payment = self.snapshots[provider_ref]
            fails = self._take("refund", Fault.PART_FAILS)
            if payment.refunded + amount > payment.captured:
                return Declined("refused", "more than was taken")
            status = PartStatus.FAILED if fails else PartStatus.SUCCEEDED
            part = Part(f"re_fake{next(self._numbers)}", status, amount)
            self.snapshots[provider_ref] = replace(
                payment,
                refunded=payment.refunded if fails else payment.refunded + amount,
                refunds=(*payment.refunds, part),
            )
            return Accepted(part.provider_ref)

        return self._once("refund", key, effect)

    async def raise_hold(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Let a hold grow when *raises* says so; else refuse, like Mollie."""

        def effect() -> Outcome:
            payment = self.snapshots[provider_ref]
            fails = self._take("raise", Fault.PART_FAILS)
            if not self.raises or payment.status is not ProviderStatus.AUTHORISED:
                return Declined("not_supported", provider_ref)
            part = Part(f"adj_fake{next(self._numbers)}", PartStatus.FAILED, amount)
            grown = (
                replace(payment, refused_raises=(*payment.refused_raises, part))
                if fails
                else replace(payment, authorised=max(amount, payment.authorised or amount))
            )
            self.snapshots[provider_ref] = grown
            return Accepted(part.provider_ref)

        return self._once("raise", key, effect)

    async def come_back(
        self, account: ProviderAccount, ordered: OrderedPayment, query: Mapping[str, str]
    ) -> Reading:
        """Read the payment: the driver's browser says nothing."""
        return await self.fetch(account, ordered.provider_ref or "")

    def signature_of(self, headers: Mapping[str, str]) -> str | None:
        """Return None: these webhooks are not signed."""
        return None

    def vouches(self, account: ProviderAccount, signature: str, body: bytes) -> bool:
        """Return False."""
        return False

    def read_notices(self, account: ProviderAccount, body: bytes) -> Notices:
        """Return none."""
        return Notices()

    def recall(self, ordered: OrderedPayment, notices: Sequence[Notice]) -> Reading:
        """Answer Unsupported."""
        return Unsupported()

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether a test wants the account's provider to be down."""
        return account.provider in self.down

    async def ping(self, account: ProviderAccount) -> bool:
        """Answer when it is not down."""
        return not self.is_down(account)

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Read the payment."""
        fault = self._next_fault("fetch")
        if fault is not None:
            return _answer_of(fault)
        found = self.snapshots.get(provider_ref)
        return found if found is not None else Declined("not_found", f"no payment {provider_ref}")

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """Read `id=tr_…`."""
        named = parse_qs(body.decode("ascii", "replace")).get("id", [])
        return [ref for ref in named if ref.startswith("tr_")]

    # Keys and faults

    def _once(self, operation: str, key: str, effect: Callable[[], Outcome]) -> Outcome:
        fault = self._next_fault(operation)
        if fault is not None and fault not in _AFTER:
            return _answer_of(fault)
        if key not in self._answers:
            self._answers[key] = effect()
            self.effects[key] = self.effects.get(key, 0) + 1
        return self._answers[key] if fault is None else _answer_of(fault)

    def _next_fault(self, operation: str) -> Fault | None:
        armed = self._faults.get(operation, [])
        return armed.pop(0) if armed and armed[0] is not Fault.PART_FAILS else None

    def _take(self, operation: str, fault: Fault) -> bool:
        armed = self._faults.get(operation, [])
        if armed and armed[0] is fault:
            armed.pop(0)
            return True
        return False


_AFTER = frozenset({Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.GARBAGE_AFTER})


def _answer_of(fault: Fault) -> Declined | NotSent | Unknown:
    if fault is Fault.RATE_LIMIT:
        return NotSent("429", retry_after_seconds=1)
    if fault is Fault.UNAUTHORISED:
        return NotSent("the key is not valid", credentials_refused=True)
    if fault is Fault.DECLINED:
        return Declined("refused", "not today")
    return Unknown(fault.value)
