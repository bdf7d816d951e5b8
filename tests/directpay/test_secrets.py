"""The tokens of a journey, which are derived from its id and the master keys."""

from uuid import UUID

from app.directpay.desk import Secrets

JOURNEY = UUID("019c0000-0000-7000-8000-000000000001")
OLD, NEW = b"o" * 32, b"n" * 32


def test_a_payer_may_still_stop_after_a_rotation():
    """What was handed out under a former key is good until that key is gone."""
    control = Secrets(OLD).control(JOURNEY)

    assert Secrets(NEW, former=(OLD,)).is_control(JOURNEY, control)
    assert not Secrets(NEW).is_control(JOURNEY, control)


def test_looking_is_not_stopping():
    """The token of the page's address gives no right to stop, nor does another journey's."""
    secrets, other = Secrets(OLD), UUID(int=JOURNEY.int + 1)

    assert not secrets.is_control(JOURNEY, secrets.token(JOURNEY))
    assert not secrets.is_control(JOURNEY, secrets.control(other))
    assert not secrets.is_control(JOURNEY, "")
