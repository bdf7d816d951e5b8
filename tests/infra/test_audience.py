"""Who listens to what, as processes tell each other."""

from app.infra.redis.audience import Audience, announcement

MINUTE_NS = 60 * 1_000_000_000


class Clock:
    """Nanoseconds that pass when told."""

    now = 0

    def __call__(self) -> int:
        """Return the nanosecond."""
        return self.now


def test_what_was_announced_is_heard_for_a_minute():
    """Who says nothing more is taken to have left."""
    clock = Clock()
    audience = Audience(clock)
    audience.note(announcement(["a", "b"]))

    clock.now = MINUTE_NS - 1
    assert "a" in audience
    clock.now = MINUTE_NS
    assert "a" not in audience
    assert "never named" not in audience


def test_who_says_it_again_is_heard_on():
    """The minute counts from the last word, and what is over is forgotten."""
    clock = Clock()
    audience = Audience(clock)
    audience.note(announcement(["a", "b"]))
    clock.now = MINUTE_NS // 2
    audience.note(announcement(["a"]))
    clock.now = MINUTE_NS
    audience.note(announcement(["c"]))

    assert (True, False, True) == tuple(topic in audience for topic in "abc")
    assert {"a", "c"} == set(audience._until)
