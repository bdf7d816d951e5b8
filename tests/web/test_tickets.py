"""The cookie, the pay key, and the language that a request wants."""

import pytest

from app.infra.i18n import accepted_languages, negotiate
from app.web.config import WebConfig
from app.web.language import wanted_languages
from app.web.tickets import Ticket, pay_key, read_tickets, ticket_cookie

HTTPS = WebConfig(base_url="https://pay.example")


def test_a_ticket_survives_its_cookie():
    """What is written is read."""
    ticket = Ticket("token", "control")

    assert (ticket,) == read_tickets(ticket_cookie(ticket, (), HTTPS).value)


def test_a_second_car_keeps_the_first_ticket():
    """The newest comes first, each once, and the oldest are forgotten."""
    tickets = [Ticket(f"token{number}", "control") for number in range(6)]
    value: str | None = None
    for ticket in (*tickets, tickets[4]):
        value = ticket_cookie(ticket, read_tickets(value), HTTPS).value

    assert (tickets[4], tickets[5], tickets[3], tickets[2]) == read_tickets(value)


@pytest.mark.parametrize("value", [None, "", ".", ".nonce", "token", "token."])
def test_what_is_no_ticket(value: str | None):
    """A first visit, a half cookie and rubbish give no right."""
    assert read_tickets(value) == ()


def test_the_key_follows_from_cookie_and_choice():
    """Pressing twice is the same key; another method or a new cookie is another one."""
    twice = {pay_key(".nonce", "code", "card", "tariff", "1") for _ in range(2)}
    others = {
        pay_key(".nonce", "code", "ideal", "tariff", "1"),
        pay_key("token.control", "code", "card", "tariff", "1"),
        pay_key(".nonce", "code", "card", "tariff", "2"),
    }

    assert 1 == len(twice)
    assert 4 == len(twice | others)


def test_without_a_cookie_every_press_is_its_own():
    """A browser that keeps no cookie shares its key with nobody."""
    assert pay_key(None, "code") != pay_key(None, "code")


def test_choice_then_cookie_then_browser():
    """?lang overrules the cookie, which overrules Accept-Language; nonsense is passed over."""
    assert ("de", "fr", "nl-BE", "en") == wanted_languages("de", "fr", "nl-BE,en;q=0.5")
    assert ("nl",) == wanted_languages("xx", "<b>", "nl")


def test_quality_orders_the_languages():
    """RFC 9110: the highest q first, q=0 never, * is no language."""
    header = "en;q=0.5, de;q=0.9, fr;q=0, *;q=0.1, nl"

    assert ["nl", "de", "en"] == accepted_languages(header)


def test_only_what_is_offered_is_spoken():
    """A wanted language that the operator does not offer is passed over."""
    assert "nl" == negotiate(["fr", "nl-BE"], ("en", "nl"))
    assert negotiate(["ja"], ("en", "nl")) is None
