"""The one cookie: it says whose session a browser may stop, and makes paying twice harmless."""

import hashlib
import secrets
from dataclasses import dataclass

from litestar.datastructures import Cookie

from app.web.config import WebConfig

COOKIE = "directpay"
LANGUAGE_COOKIE = "lang"
# A session that is forgotten lasts a day or two; the receipt is looked for a few days longer.
_DAYS = 14
_LANGUAGE_DAYS = 365
_SECONDS_A_DAY = 86_400
_NONCE_BYTES = 16
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ticket:
    """The address of a session and the right to stop it."""

    token: str
    control: str


def read_ticket(value: str | None) -> Ticket | None:
    """Return the ticket in the cookie's *value*, or None when there is none."""
    token, _, control = (value or "").partition(".")
    return Ticket(token, control) if token and control else None


def ticket_cookie(ticket: Ticket, config: WebConfig) -> Cookie:
    """Return the cookie that keeps *ticket*."""
    return _cookie(f"{ticket.token}.{ticket.control}", config)


def first_cookie(config: WebConfig) -> Cookie:
    """Return the cookie of a browser that has no session yet: only a number by which to know it."""
    return _cookie(f".{secrets.token_urlsafe(_NONCE_BYTES)}", config)


def language_cookie(language: str, config: WebConfig) -> Cookie:
    """Return the cookie that remembers the chosen *language*."""
    return Cookie(
        key=LANGUAGE_COOKIE,
        value=language,
        max_age=_LANGUAGE_DAYS * _SECONDS_A_DAY,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )


def pay_key(cookie: str | None, *choice: str) -> str:
    """
    Return the idempotency key of a payment that a browser begins.

    It follows from what the cookie says and what was chosen: pressing twice gives the same key, and
    the next payment another one, because beginning a journey changes the cookie. A browser without
    cookies gets a new key every time; the socket that is then being paid protects it.
    """
    known = cookie or secrets.token_urlsafe(_NONCE_BYTES)
    text = "\n".join((known, *choice)).encode()
    return hashlib.blake2b(text, digest_size=_KEY_BYTES).hexdigest()


def _cookie(value: str, config: WebConfig) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=_DAYS * _SECONDS_A_DAY,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
