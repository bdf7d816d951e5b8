"""The payment in words: what a button does, what is held or charged, and when the rest is back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from app.directpay.prices.views import MoneyView
from app.directpay.views import MethodView
from app.funds.payments.providers.capabilities import ON_ACCOUNT, WALLET, refund_days
from app.infra.i18n import format_money, gettext, ngettext

HOLD = "hold"
CHARGE_AFTER = "charge_after"


class Device(StrEnum):
    """What the driver holds, as far as it decides which wallet to offer first."""

    APPLE = "apple"
    ANDROID = "android"
    OTHER = "other"


APPLE_PAY = "applepay"
_WALLETS = {Device.APPLE: APPLE_PAY, Device.ANDROID: "googlepay", Device.OTHER: ""}


@dataclass(frozen=True, slots=True)
class Button:
    """A payment button; the *first* of the page stands out."""

    method: str
    label: str
    test_mode: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that do the same with the money, and what that is."""

    number: int
    consequence: str
    buttons: tuple[Button, ...]


def device_of(user_agent: str) -> Device:
    """Return the kind of device that calls itself *user_agent*."""
    if "Android" in user_agent:
        return Device.ANDROID
    if any(name in user_agent for name in ("iPhone", "iPad", "Macintosh")):
        return Device.APPLE
    return Device.OTHER


class Method(Protocol):
    """A way to pay: what the provider calls it, and what it is called on a button."""

    @property
    def method(self) -> str:
        """Return the provider's word for it."""

    @property
    def label(self) -> str:
        """Return its name."""


AnyMethod = TypeVar("AnyMethod", bound=Method)


def fitting_methods(methods: Iterable[AnyMethod], device: Device) -> list[AnyMethod]:
    """
    Return the methods that can be used on *device*, its own wallet first.

    Apple Pay is offered only where it can be used.
    """
    fitting = [method for method in methods if method.method != APPLE_PAY or device is Device.APPLE]
    return sorted(fitting, key=lambda method: method.method != _WALLETS[device])


def payment_groups(methods: Sequence[MethodView], device: Device) -> list[Group]:
    """Return the buttons by what they do with the money, the device's own wallet first."""
    fitting = fitting_methods(methods, device)
    groups: dict[tuple[str, MoneyView], list[MethodView]] = {}
    for method in fitting:
        groups.setdefault((method.strategy, method.amount), []).append(method)
    return [
        Group(
            number=number,
            consequence=consequence(strategy, amount, *(method.method for method in group)),
            buttons=tuple(_button(method, first=method is fitting[0]) for method in group),
        )
        for number, ((strategy, amount), group) in enumerate(groups.items(), start=1)
    ]


def owed_groups(methods: Sequence[MethodView]) -> list[Group]:
    """Return the buttons that pay what is owed: all of them do the same with the money."""
    fitting = fitting_methods(methods, Device.OTHER)
    if not fitting:
        return []
    sentence = gettext("%(amount)s is charged now.") % {"amount": format_money(fitting[0].amount)}
    buttons = tuple(_button(method, first=method is fitting[0]) for method in fitting)
    return [Group(number=1, consequence=sentence, buttons=buttons)]


def _button(method: MethodView, *, first: bool) -> Button:
    return Button(method.method, label_of(method), method.test_mode, first)


def label_of(method: Method) -> str:
    """Return the method's name: brands have one name everywhere, a card is called by its word."""
    return gettext("card") if method.method == "creditcard" else method.label


def consequence(strategy: str, amount: MoneyView, *methods: str) -> str:
    """Return what paying does: what is reserved or charged, and what becomes of the rest."""
    if strategy == HOLD:
        return gettext(
            "%(amount)s is reserved. You pay only what you use; the rest is released when you stop."
        ) % {"amount": format_money(amount)}
    days = max(refund_days(method) for method in methods)
    return ngettext(
        "%(amount)s is charged now. What you do not use is refunded within %(days)s working day.",
        "%(amount)s is charged now. What you do not use is refunded within %(days)s working days.",
        days,
    ) % {"amount": format_money(amount), "days": days}


def returned_sentence(strategy: str, returned: MoneyView, method: str, *, moved: bool) -> str:
    """Return where the rest of the money is, after the session."""
    values = {"amount": format_money(returned), "days": refund_days(method)}
    if method == WALLET:
        return gettext("%(amount)s is your credit again.") % values
    if method == ON_ACCOUNT:
        return gettext("It goes on your account, and you pay it by invoice.")
    if strategy == HOLD:
        if not moved:
            return gettext("%(amount)s is being released.") % values
        return (
            gettext(
                "%(amount)s is released. Some banks show it for up to %(days)s more working days."
            )
            % values
        )
    if not moved:
        return gettext("%(amount)s is being refunded.") % values
    return (
        gettext("%(amount)s is refunded. It is on your account within %(days)s working days.")
        % values
    )
