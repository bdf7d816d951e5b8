"""A provider account as the operator orders it, and whether its mode can be right."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.funds.payments.errors import ModeMismatch

MODES = ("test", "live")


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """
    An account as the operator configures it; *mode* is test or live.

    *merchant*, *webhook_keys* and *live_prefix* are those of `ProviderAccount`. *share_account* is
    the operator's own account at the provider, which gets what the operator earned.
    """

    provider: str
    mode: str
    secret: str = field(repr=False)
    merchant: str | None = None
    webhook_keys: tuple[str, ...] = field(default=(), repr=False)
    live_prefix: str | None = None
    share_account: str | None = None


def check_modes(orders: Sequence[AccountOrder]) -> None:
    """Raise ModeMismatch when a secret is of the other mode, or test and live are mixed."""
    for order in orders:
        _check_mode(order)
    if len({order.mode for order in orders}) > 1:
        msg = "new payments are all of one mode: test and live accounts were given together"
        raise ModeMismatch(msg, modes=sorted({order.mode for order in orders}))


def _check_mode(order: AccountOrder) -> None:
    if order.mode not in MODES:
        msg = f"a mode is test or live, not {order.mode!r}"
        raise ModeMismatch(msg, provider=order.provider, mode=order.mode)
    for mode in MODES:
        # Mollie: API keys begin with test_ or live_; other tokens do not tell.
        if order.secret.startswith(f"{mode}_") and mode != order.mode:
            msg = f"a {mode} key was given for the {order.mode} account of {order.provider}"
            raise ModeMismatch(msg, provider=order.provider, mode=order.mode)
