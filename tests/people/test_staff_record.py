"""The chain of the record of what staff did: whatever is changed is found, where it was changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.identity.staff.model import BEGINNING, Deed, Entry, begun, following, walked

OPERATOR = UUID(int=1)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEEDS = st.lists(
    st.builds(
        Deed,
        st.text(max_size=20),
        st.text(max_size=20),
        st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def record(deeds: list[Deed]) -> list[Entry]:
    """Return the record of these deeds."""
    entries: list[Entry] = []
    chain = begun(OPERATOR)
    for number, deed in enumerate(deeds):
        entry = following(chain.head, OPERATOR, AT + timedelta(seconds=number), deed)
        entries.append(entry)
        chain = walked(chain, [entry])
    return entries


@given(DEEDS)
def test_a_record_is_what_it_was(deeds: list[Deed]):
    """Every row follows from the one before; the head is the last."""
    entries = record(deeds)
    chain = walked(begun(OPERATOR), entries)

    assert chain.broken is None
    assert (len(deeds), entries[-1].digest) == (chain.head.number, chain.head.digest)


@given(DEEDS, st.data())
def test_a_changed_row_is_the_first_that_is_broken(deeds: list[Deed], data: st.DataObject):
    """Whatever is changed in it; the rows before it are still good."""
    entries = record(deeds)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["at", "actor", "action", "detail", "digest"]))
    was = getattr(entries[place], field)
    if field == "at":
        now: object = was + timedelta(microseconds=1)
    else:
        now = was + (b"x" if field == "digest" else "x")
    entries[place] = replace(entries[place], **{field: now})
    chain = walked(begun(OPERATOR), entries)

    assert chain.broken is not None
    assert (place + 1, place) == (chain.broken.number, chain.head.number)


@given(DEEDS, st.data())
def test_a_row_that_is_gone_is_missed(deeds: list[Deed], data: st.DataObject):
    """Except the last, which only who has noted it can miss."""
    entries = record([*deeds, Deed("a", "b")])
    place = data.draw(st.integers(0, len(entries) - 2))
    del entries[place]
    chain = walked(begun(OPERATOR), entries)

    assert chain.broken is not None
    assert (place + 1, "it is missing") == (chain.broken.number, chain.broken.why)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Deed("ab", "c"), Deed("a", "bc")),
        (Deed("a", "b", {"c": "d"}), Deed("a", 'b{"c": "d"}')),
        (Deed("a", 'b", "c'), Deed('a", "b', "c")),
    ],
)
def test_no_part_reaches_into_the_next(one: Deed, other: Deed):
    """Two deeds that read alike when written one after the other have digests of their own."""
    chain = begun(OPERATOR)

    assert BEGINNING == chain.head.digest
    first, second = (following(chain.head, OPERATOR, AT, each) for each in (one, other))
    assert first.digest != second.digest
