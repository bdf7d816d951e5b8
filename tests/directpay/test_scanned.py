"""What a camera reads: which texts are of ours, and that no other leads anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.directpay.scanned.read import ForeignCode, Scanned, read_scanned

OURS = ("https://pay.example", "https://qr.volt.example/ev")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7KQ2MX", Scanned("7KQ2MX")),
        (" 7kq 2mx\n", Scanned("7kq2mx")),
        ("NL*VLT*E1*1", Scanned("NL*VLT*E1*1")),
        ("https://pay.example/c/7KQ2MX", Scanned("7KQ2MX")),
        ("HTTPS://PAY.EXAMPLE/C/7KQ2MX/1A2B", Scanned("7KQ2MX", "1A2B")),
        ("http://pay.example/c/7KQ2MX?lang=nl", Scanned("7KQ2MX")),
        ("https://pay.example/c/7KQ2MX?totp=a1&x=2", Scanned("7KQ2MX", totp="a1")),
        ("https://qr.volt.example/ev/c/7KQ2MX", Scanned("7KQ2MX")),
    ],
)
def test_reads_what_is_ours(text: str, expected: Scanned):
    """Codes and EVSE ids as they are typed; addresses in any case, with mark and display code."""
    assert expected == read_scanned(text, addresses=OURS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "X" * 513,
        "https://pay.example.evil.test/c/7KQ2MX",
        "https://evil.test/c/7KQ2MX",
        "https://pay.example@evil.test/c/7KQ2MX",
        "https://pay.example:8443/c/7KQ2MX",
        "//pay.example/c/7KQ2MX",
        "javascript:alert(1)",
        "ftp://pay.example/c/7KQ2MX",
        "https://pay.example/s/token",
        "https://pay.example/c/",
        "https://pay.example/c/A/B/C",
        "https://qr.volt.example/c/7KQ2MX",
        "https://[pay.example/c/7KQ2MX",
        "WIFI:S:guests;T:WPA;P:secret;;",
        "BCD\n002\n1\nSCT\n/x",
    ],
)
def test_refuses_what_is_not(text: str):
    """Other hosts, other schemes, other pages, and codes of anything else."""
    with pytest.raises(ForeignCode):
        read_scanned(text, addresses=OURS)


@given(st.text(max_size=80))
def test_whatever_is_read_stays_with_us(text: str):
    """The path it leads to begins with /c/, and nothing in it can leave our host."""
    try:
        path = read_scanned(text, addresses=OURS).path
    except ForeignCode:
        return

    assert path.startswith("/c/")
    assert path.isascii()
    assert "//" not in path
    assert "\\" not in path


def test_the_path_keeps_mark_and_display_code():
    """What the sticker or the display proved is not lost on the way."""
    assert "/c/A%2FB/M?totp=x+y" == Scanned("A/B", "M", "x y").path
