"""The address in a code, and its check tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.address import InvalidAddress, address_of, host_of, shown
from qr.tag import check_tag, is_genuine


def test_address_is_base_and_code():
    """The shortest form, and the one with a tag."""
    assert "https://qr.voltstad.eu/c/7KQ2M9" == address_of("https://qr.voltstad.eu/", "7KQ2M9")
    assert "http://10.0.0.7:8000/c/A/x-_1" == address_of("http://10.0.0.7:8000", "A", tag="x-_1")


def test_address_is_shown_in_clear():
    """What is printed under the code, and what a careful driver compares."""
    address = address_of("https://qr.voltstad.eu", "7KQ2M9")

    assert "qr.voltstad.eu/c/7KQ2M9" == shown(address)
    assert "https://qr.voltstad.eu/" == host_of(address)


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("qr.voltstad.eu", "A"),
        ("ftp://qr.voltstad.eu", "A"),
        ("javascript:alert(1)", "A"),
        ("https://", "A"),
        ("https://qr.voltstad.eu?x=1", "A"),
        ("https://qr.voltstad.eu#x", "A"),
        ("https://qr.voltstad.eu", ""),
        ("https://qr.voltstad.eu", "../admin"),
        ("https://qr.voltstad.eu", "A B"),
        ("https://qr.voltstad.eu", "A?next=x"),
        ("https://qr.voltstad.eu", "A" * 65),
    ],
)
def test_other_addresses_are_not_printed(base: str, code: str):
    """A sticker stays up for years: nothing goes on it that leads elsewhere."""
    with pytest.raises(InvalidAddress):
        address_of(base, code)


@given(
    st.text(min_size=1), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32)
)
def test_tag_belongs_to_code_and_key(code: str, key: bytes, other: bytes):
    """A tag is good for its code under its key, also when newer keys came, and for nothing else."""
    tag = check_tag(code, key)

    assert 8 == len(tag)
    assert is_genuine(code, tag, [other, key])
    assert not is_genuine(code + "x", tag, [key])
    assert (other == key) == is_genuine(code, tag, [other])
    assert not is_genuine(code, tag[:-1], [key])
    assert not is_genuine(code, "é" * 8, [key])
