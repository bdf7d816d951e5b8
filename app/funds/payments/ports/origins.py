"""Where an authorisation comes from, and who settles it."""

from enum import StrEnum


class Origin(StrEnum):
    """
    Where a driver agreed to pay.

    On our page, in an app on our API, at a terminal that we prompt over its provider's cloud, at a
    terminal that is a part of the charge point (OCPP 2.1), at one of a payment terminal provider
    that roams with us (OCPI 2.3.0 Payments), from a wallet, or with an RFID token. What buys credit
    for a wallet pays for no session: it is a top-up. A PROMISE is to be charged after the session;
    what is then charged, without the driver, is from KEPT_MEANS.
    """

    WEB = "web"
    APP = "app"
    CLOUD_TERMINAL = "cloud_terminal"
    OCPP_TERMINAL = "ocpp_terminal"
    OCPI_PTP = "ocpi_ptp"
    WALLET = "wallet"
    TOKEN = "token"  # noqa: S105 - no secret
    TOP_UP = "top_up"
    PROMISE = "promise"
    KEPT_MEANS = "kept_means"


class SettledBy(StrEnum):
    """Who collects the price: we do, the terminal does, or a payment terminal provider."""

    US = "us"
    TERMINAL = "terminal"
    PTP = "ptp"
