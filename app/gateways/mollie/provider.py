"""The port of payments on the real mollie-api-python SDK, with every trap of it in its place."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar
from urllib.parse import parse_qs

import msgspec
from mollie.api.client import Client
from mollie.api.error import (
    IdentifierError,
    RequestSetupError,
    ResponseError,
    ResponseHandlingError,
)
from mollie.api.objects.payment import Payment

from app.funds.payments.ports import (
    Accepted,
    Declined,
    Fuses,
    MethodOffer,
    Notice,
    Notices,
    NotSent,
    OrderedPayment,
    Outcome,
    ProviderAccount,
    Reading,
    Snapshot,
    StartPayment,
    Strategy,
    Unsupported,
)
from app.gateways.common.breaker import MemoryFuses
from app.gateways.common.calls import Calls
from app.gateways.common.offers import PROBE, OfferLists, Question
from app.gateways.mollie import events, methods, wire
from app.gateways.mollie.amounts import written
from app.gateways.mollie.capabilities import strategy_of
from app.gateways.mollie.clients import Clients, MollieOptions
from app.gateways.mollie.failures import Failure, Failures, interpret
from app.gateways.mollie.locales import locale_of
from app.kernel.clock import Clock
from app.kernel.money import Money

__all__ = ["MollieOptions", "MollieProvider"]

T = TypeVar("T")
# 202 is what is published; its body, if any, means nothing.
_RELEASED: Final = frozenset({202, 204})
WEBHOOK_BYTES: Final = 1024
_PAYMENT: Final = re.compile(r"tr_[0-9A-Za-z]{4,60}")


class MollieProvider:
    """
    Mollie for all accounts.

    The SDK blocks, so every call runs in a thread and can't be cancelled: a caller that goes away
    leaves an order whose outcome is read later.
    """

    # Mollie can be read: what may have arrived is looked for before it is sent again.
    key_life = None
    signs_webhooks = False

    def __init__(self, options: MollieOptions, clock: Clock, fuses: Fuses | None = None) -> None:
        """Talk to the endpoint in *options*; *clock* dates lists, *fuses* are all processes'."""
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
        """Open a payment; Accepted carries the address of Mollie's page."""
        data = _order(order)

        def create(client: Client) -> Accepted:
            created = client.payments.create(data, idempotency_key=order.key)
            payment = msgspec.convert(dict(created), wire.WirePayment)
            return Accepted(payment.id, payment.checkout_url())

        return await self.call(account, create)

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Take *amount* from a hold; Accepted carries the capture's id."""
        data = {
            "amount": written(amount),
            "description": f"Capture of {provider_ref}",
            "metadata": {"key": key},
        }

        def take(client: Client) -> Accepted:
            captures = _payment(client, provider_ref).captures
            return Accepted(_part_id(captures.create(data, idempotency_key=key)))

        return await self.call(account, take)

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Give back what is still held; Declined when nothing is."""

        def let_go(client: Client) -> Accepted:
            # Not `payments.release_authorization`: Mollie answers 202 without a body, and the SDK
            # tries to read one and raises.
            path = f"payments/{checked(provider_ref)}/release-authorization"
            answer = client.perform_http_call("POST", path, idempotency_key=key)
            if answer.status_code not in _RELEASED and (not answer.ok or answer.content):
                raise as_sdk_error(answer.content, answer.status_code)
            return Accepted(provider_ref)

        return await self.call(account, let_go)

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Cancel a payment that is still open; Declined when it can't be cancelled."""

        def drop(client: Client) -> Accepted:
            client.payments.delete(checked(provider_ref), idempotency_key=key)
            return Accepted(provider_ref)

        return await self.call(account, drop)

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Give *amount* of a paid payment back; Accepted carries the refund's id."""
        # The published schema requires metadata and a description.
        data = {
            "amount": written(amount),
            "description": f"Refund of {provider_ref}",
            "metadata": {"key": key},
        }

        def give(client: Client) -> Accepted:
            refunds = _payment(client, provider_ref).refunds
            return Accepted(_part_id(refunds.create(data, idempotency_key=key)))

        return await self.call(account, give)

    async def raise_hold(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Decline: Mollie publishes no way to raise a hold; a second payment is taken instead."""
        del account, amount, key
        return Declined("not_supported", f"Mollie can't raise the hold {provider_ref}")

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Read the payment with its captures and refunds."""

        def read(client: Client) -> Snapshot:
            # Published as one value, so the refunds, which are rarer, take a call of their own.
            found = client.payments.get(checked(provider_ref), embed="captures")
            payment = msgspec.convert(dict(found), wire.WirePayment)
            refunds = found.refunds.list(limit=250) if payment.links.refunds else ()
            return wire.snapshot(
                payment, [msgspec.convert(dict(refund), wire.WirePart) for refund in refunds]
            )

        return await self.call(account, read)

    async def come_back(
        self, account: ProviderAccount, ordered: OrderedPayment, query: Mapping[str, str]
    ) -> Reading:
        """Read the payment: nothing in the address that a driver comes back to says anything."""
        del query
        if ordered.provider_ref is None:
            return Unsupported()
        return await self.fetch(account, ordered.provider_ref)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """
        Return the payment that a webhook names: `id=tr_…`, or the event of a new one.

        Only ever a hint, also where it is signed: the payment is read.
        """
        if self.signature_of(headers) is not None:
            ref = events.named_payment(body) or ""
            return (ref,) if _PAYMENT.fullmatch(ref) else ()
        if len(body) > WEBHOOK_BYTES or not body.isascii():
            return ()
        named = parse_qs(body.decode("ascii")).get("id", [])
        return tuple(ref for ref in named if _PAYMENT.fullmatch(ref))

    def signature_of(self, headers: Mapping[str, str]) -> str | None:
        """Return the signature of a new webhook; a classic one has none."""
        return headers.get(events.HEADER)

    def vouches(self, account: ProviderAccount, signature: str, body: bytes) -> bool:
        """Tell whether a new webhook is signed with a secret of *account*."""
        return events.is_signed(signature, body, account.webhook_keys)

    def read_notices(self, account: ProviderAccount, body: bytes) -> Notices:
        """Return none: what Mollie sends is a hint, and the payment is read."""
        del account, body
        return Notices()

    def recall(self, ordered: OrderedPayment, notices: Sequence[Notice]) -> Reading:
        """Answer Unsupported: Mollie is read, not remembered."""
        del ordered, notices
        return Unsupported()

    def is_down(self, account: ProviderAccount) -> bool:
        """Tell whether *account* takes no payments now."""
        return self._calls.is_down(account)

    async def ping(self, account: ProviderAccount) -> bool:
        """Ask for the methods, past every list; tell whether there was an answer."""
        return await self._ask_methods(Question(account, *PROBE)) is not None

    async def _ask_methods(self, question: Question) -> list[MethodOffer] | None:
        currency = question.amount.currency

        def ask(client: Client) -> list[MethodOffer]:
            listed = client.methods.list(**methods.params(question))
            found = [msgspec.convert(dict(method), wire.WireMethod) for method in listed]
            return methods.offers(found, currency)

        found = await self.call(question.account, ask, abandon=True)
        return found if isinstance(found, list) else None

    async def call(
        self, account: ProviderAccount, call: Callable[[Client], T], *, abandon: bool = False
    ) -> T | Failure:
        """Run *call* on the account's own client, unless its fuse is blown."""
        try:
            line = self._clients.line(account)
        except RequestSetupError:
            return NotSent("the account's secret is not a Mollie key", credentials_refused=True)

        def guarded() -> T | Failure:
            line.forget()
            try:
                return call(line.client)
            except Failures as error:
                return interpret(error, line.seen())

        return await self._calls.run(account, guarded, abandon=abandon)


def _order(order: StartPayment) -> dict[str, object]:
    data: dict[str, object] = {
        "amount": written(order.amount),
        "description": order.description,
        "redirectUrl": order.return_url,
        "method": order.method,
        "locale": locale_of(order.locale),
        "metadata": {"reference": order.reference},
    }
    if order.strategy is Strategy.HOLD:
        data["captureMode"] = "manual"
    if order.customer is not None:
        data |= {"customerId": order.customer, "sequenceType": "first"}
    if order.webhook_url is not None:
        data["webhookUrl"] = order.webhook_url
    return data


def _payment(client: Client, provider_ref: str) -> Payment:
    # The SDK hangs captures and refunds on a payment; it needs only the id for that.
    return Payment({"id": checked(provider_ref)}, client)  # type: ignore[no-untyped-call]


def _part_id(part: Mapping[str, object]) -> str:
    return msgspec.convert(dict(part), wire.WirePart).id


def checked(provider_ref: str) -> str:
    """Return *provider_ref*; raise IdentifierError when it is no payment: it goes into a path."""
    if not _PAYMENT.fullmatch(provider_ref):
        msg = f"not a payment of Mollie: {provider_ref!r}"
        raise IdentifierError(msg)
    return provider_ref


def as_sdk_error(content: bytes, status: int) -> ResponseError | ResponseHandlingError:
    """Return the error that the SDK would have raised for this answer."""
    try:
        problem = msgspec.json.decode(content, type=dict[str, object])
    except msgspec.DecodeError:
        problem = {}
    if "detail" not in problem:
        return ResponseHandlingError(f"unreadable: HTTP {status}")  # type: ignore[no-untyped-call]
    error: ResponseError = ResponseError.factory({**problem, "status": status})  # type: ignore[no-untyped-call]
    return error
