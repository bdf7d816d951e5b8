"""What callers of the API send and get back, where it is not a view of the journey."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.params import HeaderParameter, PathParameter, QueryParameter
from msgspec import Meta, Struct

from app.directpay.prices.views import MoneyView

# The languages of app.infra.i18n.language, spelled out so that the description lists them.
Locale = Literal["en", "nl", "de", "fr", "es", "it", "pl", "da", "sv", "nb", "cs", "pt"]

CODE_PATTERN = "^[0-9A-Za-z]{1,40}$"
# At least 128 bits of a secret: 22 characters of base64url; a UUID has 36.
KEY_PATTERN = "^[0-9A-Za-z_-]{22,64}$"
TOKEN_PATTERN = "^[0-9A-Za-z_-]{1,64}$"  # noqa: S105 - a pattern
_MOST_INT4 = 2_147_483_647

Code = Annotated[
    str,
    PathParameter(pattern=CODE_PATTERN, description="The code in the address of the QR code."),
]
Token = Annotated[
    str,
    PathParameter(pattern=TOKEN_PATTERN, description="The session's token: who has it may look."),
]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="A random text, new for each order, such as a UUID. It is a secret: "
        "the same key again answers the tokens of the same session.",
    ),
]
OrderKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="A random text, new for each order, such as a UUID. The same order again "
        "changes nothing more, and is answered alike for seven days.",
    ),
]
IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(name="If-None-Match", description="The ETag that the caller already has."),
]
Language = Annotated[
    Locale, QueryParameter(description="The language of texts that come from elsewhere.")
]
_Text = Annotated[str, Meta(min_length=1, max_length=120)]


class NewSession(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What the driver chose; *tariff_id* and *tariff_version* are of the price that was shown.

    *coupon* is a code as typed. *driver* is a random text by which the caller knows the driver:
    without it there is nothing of what is limited per driver. *offers* are the keys of what was
    shown: if less holds by now, nothing begins (`offer_changed`). *admission* is what reading a
    display gave (`readDisplay`), where that is needed.

    With the driver's access token, *method* `wallet` pays with the driver's credit, *use_at_most*
    so much of it; `kept` pays after the session with one of the driver's *means* (`listMeans`).
    *keep* lets the provider keep the means that pays now: the version of the words that the driver
    has agreed to, from `getOwnWays`. The app has shown them, with a box that was not ticked before.
    """

    code: Annotated[str, Meta(pattern=CODE_PATTERN)]
    method: Annotated[str, Meta(min_length=1, max_length=64)]
    tariff_id: Annotated[str, Meta(min_length=1, max_length=36)]
    tariff_version: Annotated[int, Meta(ge=1, le=_MOST_INT4)]
    locale: Locale = "en"
    coupon: Annotated[str, Meta(max_length=64)] = ""
    driver: Annotated[str, Meta(pattern="^[0-9A-Za-z_-]{16,64}$")] | None = None
    offers: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    admission: Annotated[str, Meta(max_length=64)] = ""
    use_at_most: MoneyView | None = None
    means: UUID | None = None
    keep: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class DisplayReading(Struct, frozen=True, forbid_unknown_fields=True):
    """What stood on the display: `totp` of the address in its QR code."""

    totp: Annotated[str, Meta(min_length=1, max_length=64)]


class Admission(Struct, frozen=True):
    """What lets the driver begin one session in the next quarter of an hour, "" if nothing does."""

    admission: str


class StartedSession(Struct, frozen=True):
    """
    The new session's tokens, and the provider's page where the driver pays.

    *token* lets whoever has it look; *control* is the payer's own and may stop. *checkout_url* is
    null when the provider has not answered yet: the session has it as soon as it has.
    """

    token: str
    control: str
    checkout_url: str | None


class MailOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the receipt is to be mailed."""

    email: Annotated[str, Meta(max_length=254, pattern=r"^[!-?A-~]+@[^@ ]+\.[^@ ]+$")]


class InvoiceOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The company that the full invoice is made out to; *country* is ISO 3166 alpha-2."""

    name: _Text
    street: _Text
    postal_code: _Text
    city: _Text
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    vat_number: _Text | None = None


class KeyView(Struct, frozen=True):
    """An API key: *prefix* is how it begins, *expires_at* is null when it does not expire."""

    prefix: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
