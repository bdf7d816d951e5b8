"""Paying after the session in words: what is agreed to, with which card, and what is in the way."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.afterwards.look import AfterHere, AfterView, MeansView
from app.funds.means.model import WORDS
from app.funds.payments.providers.capabilities import name_of
from app.infra.i18n import format_money, gettext


@dataclass(frozen=True, slots=True)
class MeansWords:
    """A means as its driver knows it: what it is *called*, and what else it says."""

    means_id: UUID
    called: str
    detail: str
    name: str


@dataclass(frozen=True, slots=True)
class AfterButton:
    """A button that promises a session to one means; *sentence* is what it does."""

    value: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AfterWords:
    """
    What the scan page says of paying afterwards.

    *box* is the sentence beside the box that keeps a card, *words* its version. *owed* leads to
    what is still to be paid before, *waits* says that a session has to be over first.
    """

    buttons: tuple[AfterButton, ...]
    box: str | None
    owed: str | None
    waits: str | None
    words: str = WORDS


def after_words(here: AfterHere, *, keeping: str) -> AfterWords:
    """Return how to pay afterwards; *keeping* names the ways to pay that can be kept, if any."""
    own = here.own
    free = own.owed is None and not own.waits
    return AfterWords(
        buttons=tuple(_button(each, here) for each in own.means) if free else (),
        box=keep_words(keeping) if keeping else None,
        owed=own.owed,
        waits=waits_words(own),
    )


def keep_words(keeping: str) -> str:
    """Return what the box says that keeps a means; a change of meaning needs a new `WORDS`."""
    sentence = gettext(
        "Let the payment provider keep my card, so that I can pay after the session next time. Only"
        " with: %(methods)s. I can remove it in my account at any time."
    )
    return sentence % {"methods": keeping}


def waits_words(own: AfterView) -> str | None:
    """Return that a session has to be paid first, by itself; None when none has."""
    if not own.waits:
        return None
    return gettext("As soon as your last session is paid, you can pay after the session again.")


def means_words(means: MeansView) -> MeansWords:
    """Return a means as the driver knows it."""
    instrument = means.instrument or name_of("", means.method)
    detail = instrument if means.name else ""
    return MeansWords(means.means_id, means.name or instrument, detail, means.name)


def _button(means: MeansView, here: AfterHere) -> AfterButton:
    words = means_words(means)
    called = f"{words.called} ({words.detail})" if words.detail else words.called
    values = {"amount": format_money(here.limit), "means": called}
    sentence = gettext(
        "Nothing is reserved. You pay what you used, at most %(amount)s, with %(means)s, right"
        " after the session."
    )
    label = gettext("Start now, pay after with %(means)s") % {"means": words.called}
    return AfterButton(f"kept:{means.means_id}", label, sentence % values)
