"""What an app sends and gets back about accounts elsewhere."""

from typing import Annotated

from msgspec import Meta, Struct

from app.api.drivers.bodies import Name, Operator, Secret


class OpenIdOffer(Struct, frozen=True):
    """
    An account elsewhere with which the operator's drivers may sign in.

    *label* is what the button says. The app opens *address* in the system's browser.
    """

    label: str
    address: str


class OpenIdClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The *code* with which the app was opened again, and the verifier of the challenge it had sent.

    *device* is what the driver will know the app by in the list of devices.
    """

    operator: Operator
    code: Secret
    code_verifier: Annotated[str, Meta(min_length=43, max_length=128)]
    device: Name


OFFER = OpenIdOffer("Sign in with Voltstraat", "https://pay.example/me/voltstraat/openid")
CLAIM = OpenIdClaim(
    operator="voltstraat",
    code="Xf3kq1vT0b9pZr7mWc2yLh5sNdE",
    code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    device="Pixel 9",
)
