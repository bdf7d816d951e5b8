"""Who may connect, by the security profile that is set for a charge point (pure)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.charging.chargers.stations.model import ChargePoint
from app.gateways.ocpp.link.certificate import Certificate

_TLS_WITH_PASSWORD: Final = 2
_TLS_WITH_CERTIFICATE: Final = 3


@dataclass(frozen=True, slots=True)
class Knock:
    """What a charge point shows at the door; *is_secure* tells that it came by TLS."""

    password: bytes | None
    certificate: Certificate | None
    is_secure: bool


class Verdict(StrEnum):
    """Whether it may come in; NEW_PASSWORD: by the one that a rotation gave it."""

    WELCOME = "welcome"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a word
    REFUSED = "refused"


def judge(charge_point: ChargePoint, knock: Knock) -> Verdict:
    """
    Return whether *charge_point* may connect.

    Profile 1 is a password, 2 a password by TLS, 3 a certificate by TLS, which needs no password
    (security whitepaper, A00). Where none is set, a password or a certificate will do.
    """
    profile = charge_point.security_profile
    if knock.certificate is not None and _is_of(charge_point, knock.certificate):
        return Verdict.WELCOME
    if profile == _TLS_WITH_CERTIFICATE or (profile == _TLS_WITH_PASSWORD and not knock.is_secure):
        return Verdict.REFUSED
    if charge_point.matches(knock.password):
        return Verdict.WELCOME
    if charge_point.matches_next(knock.password):
        return Verdict.NEW_PASSWORD
    return Verdict.REFUSED


def _is_of(charge_point: ChargePoint, certificate: Certificate) -> bool:
    expected = charge_point.certificate or charge_point.identity
    return expected in (certificate.common_name, certificate.serial)
