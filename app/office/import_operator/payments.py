"""The accounts at payment providers of an operator file, and the rules that choose among them."""

import re
from collections.abc import Iterator, Sequence

from app.funds.payments.accounts import AccountOrder
from app.funds.payments.accounts.orders import MODES
from app.funds.payments.providers.capabilities import ADYEN, CAPABILITIES, MOLLIE
from app.funds.payments.routing.model import Route, Routing
from app.office.import_operator.document import AccountEntry, OperatorDocument, RouteEntry
from app.office.import_operator.faults import Fault, Path

PROVIDERS = (MOLLIE, ADYEN)
# Adyen makes keys of 32 bytes and shows them in hexadecimal.
_HMAC_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_LIVE_PREFIX = re.compile(r"[0-9a-f]{16}-[A-Za-z0-9]+")


def account_orders(document: OperatorDocument) -> tuple[AccountOrder, ...]:
    """Return the accounts of *document*, the preferred one first."""
    return tuple(
        AccountOrder(
            provider=entry.provider,
            mode=entry.mode,
            secret=entry.secret,
            merchant=entry.merchant_account,
            webhook_keys=tuple(entry.webhook_keys),
            live_prefix=entry.live_prefix,
            share_account=entry.share_account,
        )
        for entry in document.provider_accounts
    )


def routing_of(document: OperatorDocument) -> Routing:
    """Return the rules of *document*."""
    return Routing(
        routes=tuple(
            Route(tuple(entry.providers), tuple(entry.locations), tuple(entry.methods))
            for entry in document.payment_routes
        ),
        after_decline=document.fall_back_after_decline,
    )


def payment_faults(document: OperatorDocument) -> Iterator[Fault]:
    """Yield what is wrong with the accounts and the routes of *document*."""
    accounts = document.provider_accounts
    for number, entry in enumerate(accounts):
        yield from _account(("provider_accounts", number), entry)
        if entry.provider in {other.provider for other in accounts[:number]}:
            yield Fault(("provider_accounts", number), f"a second account at {entry.provider}")
    if len({entry.mode for entry in accounts}) > 1:
        yield Fault(("provider_accounts",), "test and live accounts stand together")
    providers = [entry.provider for entry in accounts]
    locations = [entry.id for entry in document.locations]
    for number, route in enumerate(document.payment_routes):
        yield from _route(("payment_routes", number), route, providers, locations)


def _account(path: Path, entry: AccountEntry) -> Iterator[Fault]:
    if entry.provider not in PROVIDERS:
        yield Fault((*path, "provider"), f"expected one of {', '.join(PROVIDERS)}")
    if entry.mode not in MODES:
        yield Fault((*path, "mode"), f"expected test or live, got {entry.mode!r}")
    if entry.provider == ADYEN:
        yield from _adyen(path, entry)


def _adyen(path: Path, entry: AccountEntry) -> Iterator[Fault]:
    if not entry.merchant_account:
        yield Fault((*path, "merchant_account"), "is missing: which one does the key act for?")
    if not entry.webhook_keys:
        yield Fault((*path, "webhook_keys"), "is missing: without it no webhook is believed")
    for number, key in enumerate(entry.webhook_keys):
        if not _HMAC_KEY.fullmatch(key):
            yield Fault((*path, "webhook_keys", number), "expected 64 hexadecimal digits")
    if entry.mode == "live" and not _LIVE_PREFIX.fullmatch(entry.live_prefix or ""):
        reason = "expected the prefix of the live address, such as 1797a841fbb37ca7-Company"
        yield Fault((*path, "live_prefix"), reason)


def _route(
    path: Path, route: RouteEntry, providers: Sequence[str], locations: Sequence[str]
) -> Iterator[Fault]:
    if not route.providers:
        yield Fault((*path, "providers"), "names no provider")
    for number, name in enumerate(route.providers):
        if name not in providers:
            yield Fault((*path, "providers", number), f"there is no account at {name!r}")
    for number, name in enumerate(route.locations):
        if name not in locations:
            yield Fault((*path, "locations", number), f"no location has the id {name!r}")
    known = {method for _, method in CAPABILITIES}
    for number, name in enumerate(route.methods):
        if name not in known:
            yield Fault((*path, "methods", number), f"there is no method {name!r}")
