"""
Public keys of meters, in every form in which charge points and sheets of paper carry them.

The curves are those of OCMF 1.3, "SA", and what is seen beside them in the field.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ecdsa import (
    BRAINPOOLP256r1,
    BRAINPOOLP384r1,
    NIST192p,
    NIST256p,
    NIST384p,
    NIST521p,
    SECP256k1,
    VerifyingKey,
)
from ecdsa.curves import Curve
from ecdsa.der import (
    UnexpectedDER,
    remove_bitstring,
    remove_object,
    remove_sequence,
)
from ecdsa.ellipticcurve import CurveFp, Point
from ecdsa.errors import MalformedPointError

from app.charging.meters.errors import KeyUnreadable

# SEC 2, version 1.0, section 2.5.1: withdrawn since, but meters in the field sign with it.
_P192K1 = 2**192 - 2**32 - 2**12 - 2**8 - 2**7 - 2**6 - 2**3 - 1
_CURVE192K1 = CurveFp(_P192K1, 0, 3, 1)
SECP192K1: Final = Curve(
    "SECP192k1",
    _CURVE192K1,
    Point(
        _CURVE192K1,
        0xDB4FF10EC057E9AE26B07D0280B7F4341DA5D1B1EAE06C7D,
        0x9B2F2F6D9C5628A7844163D015BE86344082AA88D95E2F9D,
        0xFFFFFFFFFFFFFFFFFFFFFFFE26F2FC170F69466A74DEFD8D,
    ),
    (1, 3, 132, 0, 31),
    "secp192k1",
)

# By the names that OCMF uses; some write the brainpool curves without their P.
CURVES: Final = {
    "secp192k1": SECP192K1,
    "secp256k1": SECP256k1,
    "secp192r1": NIST192p,
    "secp256r1": NIST256p,
    "secp384r1": NIST384p,
    "secp521r1": NIST521p,
    "brainpoolp256r1": BRAINPOOLP256r1,
    "brainpool256r1": BRAINPOOLP256r1,
    "brainpoolp384r1": BRAINPOOLP384r1,
    "brainpool384r1": BRAINPOOLP384r1,
}
_BY_OID: Final = {curve.oid: curve for curve in CURVES.values()}
_EC_PUBLIC_KEY: Final = (1, 2, 840, 10045, 2, 1)
# DER: the tag of a SEQUENCE.
_SEQUENCE: Final = 0x30
# RFC 7468: what stands around the base64.
_PEM: Final = re.compile("-----(BEGIN|END) PUBLIC KEY-----")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point on a curve: what a meter's signatures are held against."""

    curve: Curve
    key: VerifyingKey

    @property
    def der(self) -> bytes:
        """Return it as SubjectPublicKeyInfo."""
        return bytes(self.key.to_der())


def read_key(text: str, *, curve: Curve | None = None) -> PublicKey:
    """
    Return the key that *text* says: hexadecimal or base64, DER or a bare point.

    Also in the wrappings that charge points and sheets use: PEM, colons between the digits, base64
    of hexadecimal, and OCA's `oca:base16:asn1:`. A bare point needs the *curve*.
    Raises KeyUnreadable.
    """
    for data in _decoded("".join(_PEM.sub("", text).split())):
        try:
            return _key(data, curve)
        except (UnexpectedDER, MalformedPointError, ValueError):
            continue
    raise KeyUnreadable("neither a DER key on a known curve nor a point on the record's curve")


def _decoded(text: str) -> Iterator[bytes]:
    """Yield the bytes that *text* may stand for, the likeliest first."""
    yield from _from_hex(text.rpartition(":")[2])
    yield from _from_hex(text.replace(":", ""))
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return
    yield data
    if data.isascii():
        yield from _from_hex(data.decode("ascii").rpartition(":")[2])


def _from_hex(text: str) -> Iterator[bytes]:
    try:
        yield bytes.fromhex(text)
    except ValueError:
        return


def _key(data: bytes, curve: Curve | None) -> PublicKey:
    if not data:
        msg = "empty"
        raise ValueError(msg)
    point = data
    if data[0] == _SEQUENCE:
        curve, point = _from_der(data)
    if curve is None:
        msg = "a bare point, and no curve"
        raise ValueError(msg)
    return PublicKey(curve, VerifyingKey.from_string(point, curve))


def _from_der(data: bytes) -> tuple[Curve, bytes]:
    # RFC 5480: SEQUENCE { SEQUENCE { id-ecPublicKey, the curve }, BIT STRING of the point }
    outer, _ = remove_sequence(data)
    algorithm, rest = remove_sequence(outer)
    kind, parameters = remove_object(algorithm)
    oid, _ = remove_object(parameters)
    point, _ = remove_bitstring(rest, 0)
    if kind != _EC_PUBLIC_KEY or oid not in _BY_OID:
        msg = f"curve {oid}"
        raise ValueError(msg)
    return _BY_OID[oid], bytes(point)
