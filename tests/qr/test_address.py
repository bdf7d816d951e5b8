"""The address in a code, and its check tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.address import InvalidAddress, address_of, encoded, host_of, shown
from qr.matrix import matrix_of
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


@pytest.mark.parametrize(
    ("address", "in_the_code"),
    [
        ("https://qr.voltstad.eu/c/7KQ2M9", "HTTPS://QR.VOLTSTAD.EU/C/7KQ2M9"),
        ("http://127.0.0.1:8000/c/7KQ2M9/3-ABC", "HTTP://127.0.0.1:8000/C/7KQ2M9/3-ABC"),
        ("https://voltstad.eu/pay/c/7KQ2M9", "https://voltstad.eu/pay/c/7KQ2M9"),
        ("https://qr.voltstad.eu/c/abc", "https://qr.voltstad.eu/c/abc"),
        ("https://qr.voltstad.eu/c/A_B", "https://qr.voltstad.eu/c/A_B"),
    ],
)
def test_capitals_are_used_where_they_mean_the_same(address: str, in_the_code: str):
    """Paths that are not ours, small letters and signs without a short form stay as they are."""
    assert in_the_code == encoded(address)


def test_capitals_make_the_code_smaller():
    """29 modules a side in place of 33: a label of 34 mm has modules of 0.9 mm."""
    address = "https://qr.voltstad.eu/c/7KQ2M9/3-K7QD2M9X4P"

    assert 33 == len(matrix_of(address))
    assert 29 == len(matrix_of(encoded(address)))


KEYS = st.binary(min_size=32, max_size=32)


@given(st.text(min_size=1), KEYS, KEYS)
def test_tag_belongs_to_text_and_key(text: str, key: bytes, other: bytes):
    """A tag is good for its text under its key, also when newer keys came, and for nothing else."""
    tag = check_tag(text, key)

    assert 10 == len(tag)
    assert tag == tag.upper()
    assert is_genuine(text, tag, [other, key])
    assert is_genuine(text, tag.lower(), [key])
    assert not is_genuine(text + "x", tag, [key])
    assert (other == key) == is_genuine(text, tag, [other])
    assert not is_genuine(text, tag[:-1], [key])
    assert not is_genuine(text, "é" * 10, [key])
