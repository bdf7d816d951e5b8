"""Where a journey stands, told to the driver: one headline, one sentence, one thing to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.directpay.model import Ending, Stage, StopReason, Why
from app.directpay.views import JourneyView
from app.funds.payments.providers.capabilities import ON_ACCOUNT, WALLET
from app.infra.i18n import gettext
from app.web.words.payment import CHARGE_AFTER, HOLD


@dataclass(frozen=True, slots=True)
class Headline:
    """What the session page says first; *busy* means that we are waiting for something."""

    tone: str
    icon: str
    title: str
    sentence: str
    busy: bool = False


def headline(view: JourneyView) -> Headline:
    """Return the headline of *view* in the current language."""
    if view.ending is not None:
        return _ENDINGS[view.ending](view)
    return _STAGES[view.stage](view)


def _paying(view: JourneyView) -> Headline:
    match view.lost:
        case Why.DECLINED:
            return _declined(view)
        case Why.CANCELLED:
            return _cancelled(view)
        case _:
            return _awaiting(view)


def _awaiting(view: JourneyView) -> Headline:
    sentence = (
        gettext("Finish the payment on the page of the payment provider.")
        if view.checkout_url
        else gettext("We are asking the payment provider. This takes a few seconds.")
    )
    return Headline("warn", "card", gettext("Waiting for the payment"), sentence, busy=True)


def _starting(view: JourneyView) -> Headline:
    sentence = gettext("The charge point is being asked to start. This can take half a minute.")
    is_paid = view.strategy != CHARGE_AFTER
    title = gettext("Paid. Starting…") if is_paid else gettext("Starting…")
    return Headline("good", "bolt", title, sentence, busy=True)


def _waiting(_view: JourneyView) -> Headline:
    sentence = gettext("The charge point is ready. If nothing is plugged in, your money goes back.")
    return Headline("good", "plug", gettext("Plug in now"), sentence, busy=True)


def _charging(_view: JourneyView) -> Headline:
    sentence = gettext("You can close this page. Charging goes on.")
    return Headline("good", "bolt", gettext("Charging"), sentence)


def _stopping(view: JourneyView) -> Headline:
    return Headline(
        "warn", "clock", gettext("Stopping…"), _why_it_stops(view.stop_reason), busy=True
    )


def _why_it_stops(reason: StopReason | None) -> str:
    match reason:
        case StopReason.HOLD_REACHED:
            return gettext("The amount you paid for is nearly used up, so charging stops.")
        case StopReason.PAYMENT_LOST:
            return gettext("The payment was withdrawn, so charging stops.")
        case StopReason.HOLD_ENDS:
            return gettext("Your bank keeps the reserved amount no longer, so charging stops.")
        case StopReason.TOO_LONG:
            return gettext("The session has reached its longest time, so charging stops.")
        case StopReason.DRIVER | None:
            return gettext(
                "The charge point is being asked to stop. Unplugging at the car also stops."
            )


def _settling(_view: JourneyView) -> Headline:
    sentence = gettext("Charging has ended. Your receipt is here in a moment.")
    return Headline("good", "clock", gettext("Working out the price…"), sentence, busy=True)


def _ended_charged(view: JourneyView) -> Headline:
    if view.settled is not None and view.settled.owed:
        return _owed()
    sentence = gettext("Thank you. You can unplug and drive.")
    if view.stop_reason is StopReason.HOLD_REACHED:
        sentence = gettext("The amount you paid for was used up. You can unplug and drive.")
    return Headline("good", "check", gettext("All done"), sentence)


def _owed() -> Headline:
    sentence = gettext(
        "Your bank did not let us charge your saved payment method. Please pay here in another way."
    )
    return Headline("bad", "cross", gettext("Not paid yet"), sentence)


def _ended_nothing(view: JourneyView) -> Headline:
    sentence = gettext("Too little energy flowed to charge for. You pay nothing.")
    return Headline("good", "check", gettext("Nothing charged"), f"{sentence} {_back(view)}")


def _ended_covered(view: JourneyView) -> Headline:
    sentence = gettext("Thank you. The whole price is taken over, you pay nothing.")
    return Headline("good", "check", gettext("All done"), f"{sentence} {_back(view)}")


def _declined(_view: JourneyView) -> Headline:
    sentence = gettext("Your bank or card said no. Nothing was charged. Try another way to pay.")
    return Headline("bad", "cross", gettext("The payment was declined"), sentence)


def _cancelled(_view: JourneyView) -> Headline:
    sentence = gettext("You cancelled the payment. Nothing was charged.")
    return Headline("warn", "cross", gettext("Payment cancelled"), sentence)


def _expired(_view: JourneyView) -> Headline:
    sentence = gettext("The payment was not finished in time. Nothing was charged.")
    return Headline("warn", "clock", gettext("The payment has expired"), sentence)


def _rejected(view: JourneyView) -> Headline:
    sentence = gettext("The charge point refused to start.")
    return Headline("bad", "alert", gettext("It did not start"), f"{sentence} {_back(view)}")


def _offline(view: JourneyView) -> Headline:
    sentence = gettext("The charge point could not be reached.")
    return Headline("bad", "alert", gettext("It did not start"), f"{sentence} {_back(view)}")


def _never_plugged(view: JourneyView) -> Headline:
    sentence = gettext("No cable was plugged in in time.")
    return Headline("warn", "plug", gettext("It did not start"), f"{sentence} {_back(view)}")


def _withdrawn(view: JourneyView) -> Headline:
    return Headline("warn", "cross", gettext("Cancelled before the start"), _back(view))


def _back(view: JourneyView) -> str:
    """Return where the money is when nothing was bought."""
    if view.method == WALLET:
        return gettext("You pay nothing, and your credit is whole again.")
    if view.method == ON_ACCOUNT or view.strategy == CHARGE_AFTER:
        return gettext("You pay nothing.")
    if view.strategy == HOLD:
        return gettext("Nothing is charged, and the reservation is released.")
    return gettext("You get the whole amount back.")


_Words = Callable[[JourneyView], Headline]
_STAGES: Mapping[Stage, _Words] = {
    Stage.PAYING: _paying,
    Stage.STARTING: _starting,
    Stage.WAITING: _waiting,
    Stage.CHARGING: _charging,
    Stage.STOPPING: _stopping,
    Stage.SETTLING: _settling,
    Stage.ENDED: _settling,
}
_ENDINGS: Mapping[Ending, _Words] = {
    Ending.CHARGED: _ended_charged,
    Ending.COVERED: _ended_covered,
    Ending.NOTHING_CHARGED: _ended_nothing,
    Ending.PAYMENT_DECLINED: _declined,
    Ending.PAYMENT_CANCELLED: _cancelled,
    Ending.PAYMENT_EXPIRED: _expired,
    Ending.START_REJECTED: _rejected,
    Ending.CHARGER_OFFLINE: _offline,
    Ending.NEVER_PLUGGED: _never_plugged,
    Ending.STOPPED_BEFORE_START: _withdrawn,
}
