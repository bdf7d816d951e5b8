"""What a terminal shows: a few short lines, and the way to the session's page."""

from dataclasses import dataclass

from app.directpay.model import Ended, Ending, Journey
from app.funds.payments.ports import Screen
from app.funds.terminals.model import Say
from app.infra.i18n import format_money, gettext, speaking
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Charge:
    """A journey that is spoken of, the *place* as it is written on the EVSE, and its page."""

    journey: Journey
    place: str
    link: str


def screen_of(say: Say, charge: Charge | None, language: str) -> Screen:
    """Return what the terminal shows, in its own *language*."""
    with speaking(language):
        if charge is None:
            return Screen(_said(say))
        return Screen(_of_charge(say, charge), charge.link)


def _said(say: Say) -> tuple[str, ...]:
    if say is Say.UNKNOWN_CARD:
        return (gettext("No session was paid with this card here."),)
    return (
        gettext("Somebody else has just begun here."),
        gettext("Nothing is charged to your card."),
    )


def _of_charge(say: Say, charge: Charge) -> tuple[str, ...]:
    if say is Say.STARTED:
        return (
            gettext("Charging at %(place)s.") % {"place": charge.place},
            gettext("To stop, tap the same card again."),
            gettext("Follow it here:"),
        )
    return (*_ended(charge.journey), gettext("Your receipt:"))


def _ended(journey: Journey) -> tuple[str, ...]:
    state = journey.state
    if isinstance(state, Ended) and state.ending is Ending.CHARGED:
        charged = Money(state.charged_minor, journey.held.currency)
        return (gettext("Thank you. You pay %(amount)s.") % {"amount": format_money(charged)},)
    return (gettext("Nothing is charged to your card."),)
