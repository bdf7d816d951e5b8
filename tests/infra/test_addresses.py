"""Mail addresses: one, plain and harmless."""

import pytest

from app.infra.addresses import one_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Jan.Jansen+laden@Example.COM ", "Jan.Jansen+laden@example.com"),
        ("o'neill@mail.example.co", "o'neill@mail.example.co"),
        ("info@büro.example", "info@xn--bro-hoa.example"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_address_is_taken(text: str, address: str):
    """The host is put in lower case and ASCII, the rest stays."""
    assert address == one_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jan",
        "@example.com",
        "jan@",
        "jan@localhost",
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a\nb@example.com",
        "Jan <jan@example.com>",
        '"a b"@example.com',
        "jan@exam ple.com",
        "jan@-example.com",
        "jan@example..com",
        ".jan@example.com",
        "jan..j@example.com",
        "jan@[127.0.0.1]",
        "x" * 65 + "@example.com",
        "jan@" + "a." * 124 + "example",
        "jan@" + "a" * 64 + ".com",
        "jan@example.com\x00",
    ],
)
def test_anything_else_is_not_an_address(text: str):
    """No list, no name, no second line, nothing too long."""
    assert None is one_address(text)
