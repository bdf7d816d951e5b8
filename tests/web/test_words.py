"""What the pages say of price and payment."""

from decimal import Decimal

import msgspec
import pytest

from app.directpay.model import Ending, Stage, StopReason
from app.infra.i18n import LANGUAGES, speaking
from app.pricing.tariffs.words.prices import Change, price_words
from app.web.words.journey import headline
from app.web.words.live import Figures, Terms, clock, numbers_html
from app.web.words.payment import (
    Device,
    device_of,
    owed_groups,
    payment_groups,
    returned_sentence,
)
from tests.browser.samples import FREE_PRICE, JOURNEY, METHODS, RICH_PRICE, eur

CHANGE = Change(RICH_PRICE.next_change, "Europe/Berlin")
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605"
PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/156 Mobile"


def test_price_in_the_order_of_the_law():
    """kWh, minute, session, with what is free and until when (AFIR Art. 5)."""
    with speaking("en"):
        block = price_words(RICH_PRICE, CHANGE)

    assert [
        ("€0.5995", "per kWh", ("until 19:05",)),
        ("€0.02", "per minute", ("the first 2.5 kWh are free",)),
        (
            "€0.10",
            "per minute while connected but not charging",
            ("free for the first 1 hr 30 mins",),
        ),
        ("€1.00", "per session", ()),
    ] == [(row.amount, row.per.replace("\xa0", " "), _plain(row.notes)) for row in block.rows]


def test_bounds_and_vat_are_said():
    """Minimum, maximum and the VAT rate; the zero decimals of 19.00 % are not said."""
    with speaking("de"):
        block = price_words(RICH_PRICE, CHANGE)

    assert (
        "Mindestens 2,50 € je Ladevorgang.",
        "Nie mehr als 75,00 € je Ladevorgang.",
        "Alle Preise enthalten 19 % MwSt.",
    ) == _plain(block.notes)
    assert (
        "Ab 19:05: 0,39 € je kWh, nichts mehr je Minute, "
        "nichts mehr je Minute angeschlossen, ohne zu laden"
    ) == _plain((block.change or "",))[0]


def test_nothing_to_pay():
    """A tariff without components has no rows: the page says that charging is free."""
    assert () == price_words(FREE_PRICE, CHANGE).rows


@pytest.mark.parametrize(
    ("agent", "device", "first", "offered"),
    [
        (IPHONE, Device.APPLE, "applepay", 4),
        (PIXEL, Device.ANDROID, "creditcard", 3),
        ("curl/8", Device.OTHER, "creditcard", 3),
    ],
)
def test_the_devices_wallet_comes_first(agent: str, device: Device, first: str, offered: int):
    """Apple Pay leads where it can be used and is not offered elsewhere."""
    groups = payment_groups(METHODS, device_of(agent))
    buttons = [button for group in groups for button in group.buttons]

    assert device is device_of(agent)
    assert (first, True) == (buttons[0].method, buttons[0].first)
    assert offered == len(buttons)
    assert 1 == sum(button.first for button in buttons)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59, "0:59"), (3599, "59:59"), (3600, "1:00:00")]
)
def test_a_running_time_is_a_clock(seconds: int, text: str):
    """Digits alone, as the script shows them between two samples, in every language."""
    assert text == clock(seconds)


def test_what_is_owed_is_not_asked_for_by_another_devices_wallet():
    """The page of a session does not know the device: no button that may lead nowhere."""
    (group,) = owed_groups(METHODS)

    assert ["creditcard", "ideal", "bancontact"] == [each.method for each in group.buttons]
    assert [True, False, False] == [each.first for each in group.buttons]


def test_what_happens_to_the_money_is_said_once_per_way():
    """A hold is reserved; a payment is charged, and refunded within its slowest method's days."""
    with speaking("en"):
        held, charged = payment_groups(METHODS, Device.APPLE)

    assert held.consequence.startswith("€60.00 is reserved. You pay only what you use;")
    assert (
        "€25.00 is charged now. What you do not use is refunded within 3 working days."
        == charged.consequence
    )


def test_where_the_rest_is():
    """Released on a hold, refunded after a payment; on its way until the provider confirms."""
    with speaking("en"):
        said = [
            returned_sentence(strategy, eur(500), "ideal", moved=moved)
            for strategy in ("hold", "pay_first")
            for moved in (False, True)
        ]

    assert "€5.00 is being released." == said[0]
    assert said[1].startswith("€5.00 is released.")
    assert "€5.00 is being refunded." == said[2]
    assert said[3].startswith("€5.00 is refunded.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_has_its_words(language: str):
    """Each stage, reason and ending has a title and a sentence of its own in every language."""
    replace = msgspec.structs.replace
    views = [replace(JOURNEY, stage=stage) for stage in Stage if stage is not Stage.ENDED]
    views += [replace(JOURNEY, stage=Stage.ENDED, ending=ending) for ending in Ending]
    views += [replace(JOURNEY, stage=Stage.STOPPING, stop_reason=why) for why in StopReason]
    with speaking(language):
        heads = [headline(view) for view in views]

    assert all(head.title and head.sentence for head in heads)
    sentences = {(head.title, head.sentence) for head in heads}
    # Stopping without a reason says the same as the driver's own stop.
    assert len(views) - 1 == len(sentences)


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.replace("\xa0", " ") for text in texts)


def test_the_live_figures_are_drawn_with_and_without_a_discount():
    """Samples share one skeleton: a coupon adds its line, and only where there is one."""
    terms = Terms(eur(6000), "hold", "Europe/Berlin")
    plain = Figures(None, 60, Decimal("1.5"), None, eur(100), 900)
    with speaking("en"):
        without = numbers_html(plain, terms)
        given = numbers_html(msgspec.structs.replace(plain, discount=eur(50)), terms)

    assert "€1.00" in without
    assert "€0.50" in given
    assert "€0.50" not in without
