"""Codes on displays: what is shown when, what counts, and for how long one may pay by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.charging.chargers.display.model import DisplayCode, DisplaySecrets
from app.charging.chargers.display.totp import slot_at, totp

NOW = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
OPERATOR = UUID(int=1)
CODE = DisplayCode(validity_seconds=30, length=8, is_required=True)
SECRETS = DisplaySecrets((b"k" * 32,))


def shown(at: datetime, *, evse: str = "E1", code: DisplayCode = CODE) -> str:
    """What the display of an EVSE shows."""
    secret = SECRETS.secret(OPERATOR, evse, code.rotation)
    return totp(secret, slot_at(at, code.validity), code.length)


def counts(text: str, code: DisplayCode = CODE, secrets: DisplaySecrets = SECRETS) -> bool:
    """Whether *text* counts for E1 now."""
    return secrets.slot_of(OPERATOR, "E1", code, text, NOW) is not None


def test_the_published_vector():
    """OpenChargingCloud/DynamicQRCodes: 30 seconds, 12 letters, on 2024-05-23 at 00:23:05."""
    slot = slot_at(datetime(2024, 5, 23, 0, 23, 5, tzinfo=UTC), timedelta(seconds=30))

    assert "CN63y502maVh" == totp("secure!Charging!", slot, 12)


@pytest.mark.parametrize(
    ("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_clocks_may_differ_by_one_slot(seconds: int, *, good: bool):
    """The code of now counts, and those before and after it (C25.FR.07); older ones are replays."""
    assert good is counts(shown(NOW + timedelta(seconds=seconds)))


def test_another_displays_code_does_not_count():
    """The secret is that of one EVSE."""
    assert not counts(shown(NOW, evse="E2"))


@pytest.mark.parametrize("text", ["", "CN63y502", "\u00e9" * 8, "0" * 64])
def test_guesses_do_not_count(text: str):
    """Whatever is sent in its place is refused."""
    assert not counts(text)


def test_the_former_secret_counts_for_an_hour():
    """A charge point that was away when its secret changed still shows codes by the old one."""
    before = shown(NOW)
    fresh = replace(CODE, rotation=2, rotated_at=NOW - timedelta(minutes=59))
    old = replace(fresh, rotated_at=NOW - timedelta(hours=1))

    assert counts(before, fresh)
    assert counts(shown(NOW, code=fresh), fresh)
    assert not counts(before, old)


def test_codes_outlive_a_change_of_our_key():
    """What a charge point was given before the master key changed still counts."""
    assert counts(shown(NOW), secrets=DisplaySecrets((b"n" * 32, b"k" * 32)))
    assert not counts(shown(NOW), secrets=DisplaySecrets((b"n" * 32,)))


@pytest.mark.parametrize(("minutes", "good"), [(0, True), (14, True), (15, False), (600, False)])
def test_an_admission_lasts_a_quarter_of_an_hour(minutes: int, *, good: bool):
    """Long enough to choose and pay, too short to keep."""
    slot = slot_at(NOW, CODE.validity)
    admission = SECRETS.admission(OPERATOR, "E1", slot)
    later = NOW + timedelta(minutes=minutes)

    assert (slot if good else None) == SECRETS.admitted_slot(OPERATOR, "E1", CODE, admission, later)


@pytest.mark.parametrize(
    ("before", "after"), [("9", ""), ("\u00b2", ""), ("-1", ""), ("9" * 500 + "-", ""), ("", "0")]
)
def test_forged_admissions_are_none(before: str, after: str):
    """Nobody makes one without our key."""
    genuine = SECRETS.admission(OPERATOR, "E1", slot_at(NOW, CODE.validity))
    forged = ("", genuine.replace("-", ""), genuine[:-1], f"{before}{genuine}{after}")
    found = [SECRETS.admitted_slot(OPERATOR, "E1", CODE, each, NOW) for each in forged]

    assert [None] * 4 == found


def test_an_admission_is_for_one_evse():
    """Reading the display of one socket lets nobody pay for another."""
    admission = SECRETS.admission(OPERATOR, "E2", slot_at(NOW, CODE.validity))

    assert SECRETS.admitted_slot(OPERATOR, "E1", CODE, admission, NOW) is None
