"""Local lists: whatever a charge point has, the messages bring it to what is wanted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.tokens.model import Standing
from app.directpay.lists.model import NOTHING, Entry, Kept, after, chosen, updates
from app.gateways.ocpp.desk.lists import entry2, entry16
from tests.charging.test_tokens import CARD, NOW

uids = st.sampled_from("ABCDEFGH")
stands = st.sampled_from([Standing.ACCEPTED, Standing.BLOCKED])
tokens = st.dictionaries(uids, stands, max_size=8)


def entries(wanted: dict[str, Standing]) -> list[Entry]:
    """Return the entries of some tokens."""
    return [Entry(uid, status) for uid, status in wanted.items()]


def carried_out(has: dict[str, Standing], sent: list) -> dict[str, Standing]:
    """Return what a charge point has after the messages, by OCPP's own rules."""
    for update in sent:
        has = {} if update.is_full else dict(has)
        for entry in update.entries:
            if entry.status is None:
                has.pop(entry.uid, None)
            else:
                has[entry.uid] = entry.status
    return has


@given(tokens, tokens, st.integers(1, 3), st.sampled_from([0, 5]))
def test_the_messages_lead_from_any_list_to_any_other(
    first: dict, then: dict, at_once: int, ahead: int
):
    """From our own version by differences, from a foreign one anew; never too much at once."""
    kept = NOTHING
    for update in updates(NOTHING, 0, entries(first), at_once):
        kept = after(kept, update)
    reported = kept.version + ahead

    sent = updates(kept, reported, entries(then), at_once)

    assert then == carried_out({"Z": Standing.ACCEPTED} if ahead else first, sent)
    assert all(len(update.entries) <= at_once for update in sent)
    assert [max(kept.version, reported) + n + 1 for n in range(len(sent))] == [
        update.version for update in sent
    ]
    for update in sent:
        kept = after(kept, update)
    assert [] == updates(kept, kept.version, entries(then), at_once) or not then


@given(tokens)
def test_nothing_is_sent_when_nothing_changed(wanted: dict):
    """What the charge point has already is not sent again."""
    kept = NOTHING
    for update in updates(NOTHING, 0, entries(wanted), 3):
        kept = after(kept, update)

    assert [] == updates(kept, kept.version, entries(wanted), 3)


def test_a_list_of_another_is_emptied():
    """A charge point that reports a version that we never sent gets an empty full list."""
    (update,) = updates(NOTHING, 7, [], 3)

    assert (8, True, ()) == (update.version, update.is_full, update.entries)


def test_good_tokens_go_first_when_there_is_little_room():
    """A blocked card is missing sooner than one that somebody wants to charge with."""
    blocked = replace(CARD, uid="B", valid=False)

    assert [("04A22B9C7D1E80", Standing.ACCEPTED)] == [
        (entry.uid, entry.status) for entry in chosen([blocked, CARD], NOW, 1)
    ]


@pytest.mark.parametrize(
    ("entry", "in_16", "in_2"),
    [
        (
            Entry("04A22B9C", Standing.ACCEPTED, "FAMILY"),
            {"idTag": "04A22B9C", "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}},
            {
                "idToken": {"idToken": "04A22B9C", "type": "ISO14443"},
                "idTokenInfo": {
                    "status": "Accepted",
                    "groupIdToken": {"idToken": "FAMILY", "type": "Central"},
                },
            },
        ),
        (
            Entry("04A22B9C", None),
            {"idTag": "04A22B9C"},
            {"idToken": {"idToken": "04A22B9C", "type": "ISO14443"}},
        ),
    ],
)
def test_entries_in_the_words_of_each_version(entry: Entry, in_16: dict, in_2: dict):
    """Without a status it is taken off."""
    assert (in_16, in_2) == (entry16(entry), entry2(entry))


def test_a_kept_list_remembers_what_went():
    """What was taken off is not there any more."""
    kept = Kept(3, {"A": Entry("A", Standing.ACCEPTED).mark})

    (update,) = updates(kept, 3, [], 5)

    assert Kept(4, {}) == after(kept, update)
