"""
A meter that signs what it reads, in the Open Charge Metering Format.

Source: OCMF 1.3.0, S.A.F.E. e.V.; OCA's application note "Signed Meter Values in OCPP".
"""

import base64
import hashlib
import itertools
import json
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final

from ecdsa import BRAINPOOLP256r1, SigningKey
from ecdsa.util import sigencode_der

_CURVE: Final = BRAINPOOLP256r1
_STEP: Final = Decimal("0.0001")
# When a meter signs, and OCMF's letter for it.
_SIGNED = {"Transaction.Begin": "B", "Transaction.End": "E"}


class SigningMeter:
    """
    The meter of one EVSE.

    Its key is made from its number: so an operator file can name it, and it guards nothing.
    """

    def __init__(self, serial: str) -> None:
        """Begin a new book of pages."""
        secret = int.from_bytes(hashlib.sha256(serial.encode()).digest(), "big")
        self._key = SigningKey.from_secret_exponent(secret % (_CURVE.order - 1) + 1, _CURVE)
        self._pages = itertools.count(1)
        self.serial = serial

    @property
    def public_key(self) -> str:
        """Return its public key as DER in hexadecimal."""
        return bytes(self._key.verifying_key.to_der()).hex()

    def sign(self, kind: str, at: datetime, register_wh: Decimal) -> str:
        """Return the record of a reading: *kind* is B at the begin and E at the end."""
        shown = (register_wh / 1000).quantize(_STEP, ROUND_DOWN)
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S,000+0000 S")
        # The register is a number with four decimals: written by hand, since JSON has no such.
        reading = (
            f'{{"TM":"{moment}","TX":"{kind}","RV":{shown},"RI":"1-b:1.8.0","RU":"kWh","ST":"G"}}'
        )
        page = next(self._pages)
        payload = (
            f'{{"FV":"1.0","GI":"Sandbox","GS":{json.dumps(self.serial)},'
            f'"PG":"T{page}","MV":"Direct Pay","MM":"Sandbox","MS":{json.dumps(self.serial)},'
            f'"IS":false,"RD":[{reading}]}}'
        )
        made = self._key.sign_deterministic(
            payload.encode(), hashfunc=hashlib.sha256, sigencode=sigencode_der
        )
        signature = json.dumps({"SA": "ECDSA-brainpoolP256r1-SHA256", "SD": made.hex()})
        return f"OCMF|{payload}|{signature}"

    def word(
        self, context: str, at: datetime, register_wh: Decimal, *, forged: bool
    ) -> dict[str, str] | None:
        """Return what the meter signs at the begin and the end of a transaction, else None."""
        if context not in _SIGNED:
            return None
        record = self.sign(_SIGNED[context], at, register_wh)
        if forged:
            record = record.replace('"TX":"E","RV":', '"TX":"E","RV":9')
        return self.as_sent(record)

    def as_sent(self, record: str) -> dict[str, str]:
        """Return the signed value around a record, as OCPP sends it."""
        return {
            "signedMeterData": base64.b64encode(record.encode()).decode(),
            "signingMethod": "ECDSA-brainpoolP256r1-SHA256",
            "encodingMethod": "OCMF",
            "publicKey": base64.b64encode(f"oca:base16:asn1:{self.public_key}".encode()).decode(),
        }
