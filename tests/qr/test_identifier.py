"""EVSE ids as they are stored and printed."""

import pytest

from qr.identifier import InvalidEvseId, normalised, printed


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("NL*VST*E0012*1", "NLVSTE00121", "NL*VST*E0012*1"),
        (" nlvste0012*1 ", "NLVSTE00121", "NL*VST*E0012*1"),
        ("DE*8AA*EA", "DE8AAEA", "DE*8AA*EA"),
        ("SEABCE" + "9" * 31, "SEABCE" + "9" * 31, "SE*ABC*E" + "9" * 31),
    ],
)
def test_separators_and_case_are_no_part_of_the_name(text: str, stored: str, shown: str):
    """The same point has one stored and one printed form, however it was typed."""
    assert stored == normalised(text)
    assert shown == printed(text)
    assert stored == normalised(shown)


@pytest.mark.parametrize(
    "text", ["", "NL*VST", "NL*VST*S1", "N*VST*E1", "NL*VS*E1", "NL*VST*E*1", "NL*VST*E1/2",
             "NLVSTE" + "9" * 32, "NL**VST*E1", "ÑL*VST*E1"],
)  # fmt: skip
def test_anything_else_is_refused(text: str):
    """A station, a pool, a word or a Spanish letter is no EVSE."""
    with pytest.raises(InvalidEvseId):
        normalised(text)
