"""The port of payments on the Adyen SDK: a page of Adyen's own, and webhooks that tell the rest."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import uuid5

import msgspec

from app.funds.payments.ports import (
    Accepted,
    Declined,
    Fuses,
    MethodOffer,
    Notice,
    Notices,
    OrderedPayment,
    Outcome,
    ProviderAccount,
    Reading,
    Snapshot,
    StartPayment,
    Strategy,
    Unknown,
    Unsupported,
)
from app.gateways.adyen import orders, results, wire
from app.gateways.adyen.clients import AdyenOptions, Clients, Line
from app.gateways.adyen.failures import Failure, Failures, interpret
from app.gateways.adyen.told import fold
from app.gateways.adyen.told.notices import read_batch
from app.gateways.adyen.words import TYPES, locale_of, method_of, strategy_of
from app.gateways.common.breaker import MemoryFuses
from app.gateways.common.calls import Calls
from app.gateways.common.offers import PROBE, OfferLists, Question
from app.kernel.clock import Clock
from app.kernel.money import Money

__all__ = ["AdyenOptions", "AdyenProvider"]

T = TypeVar("T")
# A payment is 16 letters and digits; a session, which is no payment yet, begins with CS.
_PAYMENT: Final = re.compile(r"(?!CS)[0-9A-Z]{16}")


class AdyenProvider:
    """
    Adyen for all accounts.

    There is no reading a payment: an order is answered with "received", and signed webhooks tell
    what came of it (`read_notices`, `recall`).
    """

    # Adyen, "API idempotency": a key is known for at least seven days; a day is our margin.
    key_life = timedelta(days=6)
    signs_webhooks = True

    def __init__(self, options: AdyenOptions, clock: Clock, fuses: Fuses | None = None) -> None:
        """Talk to Adyen as *options* say; *clock* dates lists, *fuses* are all processes'."""
        self._clients = Clients(options)
        self._calls = Calls(fuses or MemoryFuses(clock))
        self._lists = OfferLists(clock, self._ask_methods)

    def close(self) -> None:
        """Close every connection."""
        self._clients.close()

    def strategy(self, method: str, currency: str) -> Strategy | None:
        """Return how *method* funds a session in *currency*, or None when it can't."""
        return strategy_of(method, currency)

    async def list_methods(
        self, account: ProviderAccount, *, amount: Money, locale: str, country: str
    ) -> Sequence[MethodOffer]:
        """Return the methods for *amount*: at most ten minutes old, or the last good list."""
        return await self._lists.offers(Question(account, amount, locale_of(locale), country))

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Open a session; Accepted carries the address of Adyen's page."""
        if order.method not in TYPES:
            return Declined("refused", f"{order.method!r} is no method of Adyen's")

        def create(line: Line) -> Outcome:
            body = orders.session(order, line.merchant)
            made = _read(line.payments.sessions(body, idempotency_key=order.key), wire.WireSession)
            if made.url is None:
                return Declined("refused", f"session {made.id} has no page: hosted is switched off")
            return Accepted(made.id, made.url)

        return await self.call(account, create)

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Take *amount* from a hold; Accepted carries the capture's reference."""

        def take(line: Line) -> Outcome:
            body = orders.move(amount, line.merchant)
            send = line.modifications.capture_authorised_payment
            return received(send(body, provider_ref, idempotency_key=key))

        return await self.modify(account, provider_ref, take)

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give back what is still held; Accepted carries the cancellation's reference."""

        def let_go(line: Line) -> Outcome:
            body = {"merchantAccount": line.merchant}
            send = line.modifications.cancel_authorised_payment_by_psp_reference
            return received(send(body, provider_ref, idempotency_key=key))

        return await self.modify(account, provider_ref, let_go)

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """
        Decline: a session can't be called off, it ends at the time that its start named.

        Who pays until then has the hold released, or the payment refunded.
        """
        del account, key
        return Declined("refused", f"the session {provider_ref} ends by itself")

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Give *amount* of a paid payment back; Accepted carries the refund's reference."""

        def give(line: Line) -> Outcome:
            body = orders.move(amount, line.merchant)
            send = line.modifications.refund_captured_payment
            return received(send(body, provider_ref, idempotency_key=key))

        return await self.modify(account, provider_ref, give)

    async def raise_hold(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Make *amount* the whole of a hold; the card's scheme and bank may still refuse."""

        def more(line: Line) -> Outcome:
            body = {**orders.move(amount, line.merchant), "industryUsage": "delayedCharge"}
            send = line.modifications.update_authorised_amount
            return received(send(body, provider_ref, idempotency_key=key))

        return await self.modify(account, provider_ref, more)

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Answer Unsupported: Adyen publishes no way to read a payment."""
        del account, provider_ref
        return Unsupported()

    async def come_back(
        self, account: ProviderAccount, ordered: OrderedPayment, query: Mapping[str, str]
    ) -> Reading:
        """
        Read the result of the session, with the proof that the driver's browser brings.

        A payment that was made without a session brings `redirectResult`, and is finished by it.
        """
        if "redirectResult" in query:
            return await self._finish(account, ordered, query["redirectResult"])
        result = query.get("sessionResult")
        if result is None or query.get("sessionId") != ordered.provider_ref:
            return Unsupported()
        session = ordered.provider_ref

        def read(line: Line) -> Snapshot:
            parameters = orders.quoted({"sessionResult": result})
            got = line.payments.get_result_of_payment_session(session, query_parameters=parameters)
            return results.of_session(ordered, _read(got, wire.WireResult))

        return await self.call(account, read)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """Return none: Adyen's webhooks are not hints but notices."""
        del headers, body
        return ()

    def signature_of(self, headers: Mapping[str, str]) -> str | None:
        """Return None: Adyen signs each item of a webhook, not the whole."""
        del headers
        return None

    def vouches(self, account: ProviderAccount, signature: str, body: bytes) -> bool:
        """Return False: see `signature_of`."""
        del account, signature, body
        return False

    def read_notices(self, account: ProviderAccount, body: bytes) -> Notices:
        """Return the items of a webhook that Adyen signed for *account*."""
        return read_batch(account, body)

    def recall(self, ordered: OrderedPayment, notices: Sequence[Notice]) -> Reading:
        """Return what all *notices* of a payment come to, in whatever order."""
        try:
            return fold.recall(ordered, notices)
        except ValueError as error:
            return Unknown(str(error))

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether *account* takes no payments now."""
        return self._calls.is_down(account)

    async def ping(self, account: ProviderAccount) -> bool:
        """Ask for the methods, past every list; tell whether there was an answer."""
        return await self._ask_methods(Question(account, *PROBE)) is not None

    async def call(
        self, account: ProviderAccount, call: Callable[[Line], T], *, abandon: bool = False
    ) -> T | Failure:
        """Run *call* on the account's own client, unless its fuse is blown."""

        def guarded() -> T | Failure:
            try:
                return call(self._clients.line(account))
            except Failures as error:
                return interpret(error)

        return await self._calls.run(account, guarded, abandon=abandon)

    async def _finish(
        self, account: ProviderAccount, ordered: OrderedPayment, redirect_result: str
    ) -> Reading:
        """Submit what a redirect led to, which ends a payment that was begun by `/payments`."""

        def submit(line: Line) -> Snapshot:
            # The proof can be used once; the same one again is answered alike for the same key.
            key = str(uuid5(account.account_id, redirect_result))
            body = {"details": {"redirectResult": redirect_result}}
            answer = line.payments.payments_details(body, idempotency_key=key)
            return results.of_details(ordered, _read(answer, wire.WirePaid))

        return await self.call(account, submit)

    async def modify(
        self, account: ProviderAccount, provider_ref: str, call: Callable[[Line], Outcome]
    ) -> Outcome:
        """Run *call* on a payment; Declined for what is none: it goes into an address."""
        if not _PAYMENT.fullmatch(provider_ref):
            return Declined("refused", f"{provider_ref} is no payment (yet)")
        return await self.call(account, call)

    async def _ask_methods(self, question: Question) -> list[MethodOffer] | None:
        def ask(line: Line) -> list[MethodOffer]:
            answer = line.payments.payment_methods(orders.methods(question, line.merchant))
            listed = answer.message.get("paymentMethods", [])
            found = msgspec.convert(listed, list[wire.WireMethod])
            return _offers(found, question.amount.currency)

        found = await self.call(question.account, ask, abandon=True)
        return found if isinstance(found, list) else None


def _read(answer: Any, kind: type[T]) -> T:  # noqa: ANN401 - the SDK has no types
    return msgspec.convert(answer.message, kind)


def received(answer: Any) -> Accepted:  # noqa: ANN401
    """Return the reference of a modification that was received."""
    return Accepted(_read(answer, wire.WireOrder).psp_reference)


def _offers(found: list[wire.WireMethod], currency: str) -> list[MethodOffer]:
    """Return those of *found* that we know how to use, each once."""
    offers: dict[str, MethodOffer] = {}
    for each in found:
        method = method_of(each.type)
        strategy = strategy_of(method, currency) if method else None
        if method is not None and strategy is not None and method not in offers:
            offers[method] = MethodOffer(method, each.name or method, strategy)
    return list(offers.values())
