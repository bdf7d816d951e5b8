"""A token as OCPI describes it, whose it is, who pays, and what a reader is told of it: pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

# OCPI, mod_tokens: uid, contract_id and group_id are CiString(36).
MOST_UID: Final = 36
MOST_VISUAL: Final = 64
# What begins the uid of a vehicle: the rest is a digest, never what the car tells.
VEHICLE: Final = "VEHICLE:"
_BETWEEN: Final = re.compile(r"[\s:-]+")
# ISO/IEC 14443-3: a card's uid has four, seven or ten bytes.
_CARD: Final = re.compile(r"(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})")


class TokenType(StrEnum):
    """What carries a token (OCPI, TokenType): a card or tag, an app, or something else."""

    RFID = "RFID"
    APP_USER = "APP_USER"
    OTHER = "OTHER"


class Whitelist(StrEnum):
    """
    Whether a charge point may believe what it knows of a token (OCPI, WhitelistType).

    ALWAYS and ALLOWED tokens stand in local lists and caches, ALLOWED_OFFLINE ones are for when
    there is no connection; NEVER: every start is asked about.
    """

    ALWAYS = "ALWAYS"
    ALLOWED = "ALLOWED"
    ALLOWED_OFFLINE = "ALLOWED_OFFLINE"
    NEVER = "NEVER"


class Payer(StrEnum):
    """
    What pays the sessions of a token.

    The prepaid credit of its driver, an account that is collected later, or nobody: the operator's
    own people at work.
    """

    WALLET = "wallet"
    ACCOUNT = "account"
    NOBODY = "nobody"


class Standing(StrEnum):
    """What a charge point is told of a token (OCPP 2.x, AuthorizationStatusEnumType)."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"
    NO_CREDIT = "NoCredit"
    CONCURRENT = "ConcurrentTx"


@dataclass(frozen=True, slots=True)
class Token:
    """
    A token of the operator's own, in the words of OCPI.

    *uid* is what readers see, as `normal` writes it. *visual_number* is printed on it, *group_id*
    is the same for tokens that may stop each other's sessions. *driver_id* is whose it is; without
    one it is the operator's, or nobody's yet. *account_id* is the account that pays where *payer*
    says so. *blocked* says why it is not *valid*. *name* is what its driver calls it.
    """

    token_id: UUID
    operator_id: UUID
    uid: str
    type: TokenType
    contract_id: str
    issuer: str
    valid: bool
    whitelist: Whitelist
    payer: Payer
    last_updated: datetime
    visual_number: str | None = None
    group_id: str | None = None
    language: str | None = None
    default_profile_type: str | None = None
    driver_id: UUID | None = None
    account_id: UUID | None = None
    expires_at: datetime | None = None
    blocked: str = ""
    name: str = ""

    @property
    def is_vehicle(self) -> bool:
        """Tell whether it is a car that starts by itself."""
        return self.uid.startswith(VEHICLE)

    @property
    def may_roam(self) -> bool:
        """Tell whether somebody pays for it elsewhere; a car is a digest that only we can make."""
        is_somebodys = self.driver_id is not None or self.payer is Payer.ACCOUNT
        return self.payer is not Payer.NOBODY and is_somebodys and not self.is_vehicle

    def standing(self, at: datetime) -> Standing:
        """Return what a reader is told at that instant, money aside."""
        if not self.valid:
            return Standing.BLOCKED
        if self.expires_at is not None and self.expires_at <= at:
            return Standing.EXPIRED
        if self.payer is Payer.WALLET and self.driver_id is None:
            return Standing.INVALID  # nobody has made it theirs yet
        return Standing.ACCEPTED


def normal(uid: str) -> str:
    """
    Return *uid* as it is kept and compared: in capitals, a card's without what stands between.

    idTags and uids are the same in capital and in small letters (OCPP 1.6, OCPI: CiString), and
    readers print the bytes of a card in many ways: `04:a2:2b`, `04-A2-2B`, `04a22b`.
    """
    capital = uid.strip().upper()
    bare = _BETWEEN.sub("", capital)
    return bare if _CARD.fullmatch(bare) else capital


def backwards(uid: str) -> str | None:
    """
    Return a card's *uid* with its bytes in the opposite order; None for what is no card's.

    Readers differ in which byte they tell first.
    """
    if not _CARD.fullmatch(uid):
        return None
    return "".join(reversed([uid[at : at + 2] for at in range(0, len(uid), 2)]))


def spellings(uid: str) -> tuple[str, ...]:
    """Return the ways in which a token that a reader calls *uid* may be known, the likely first."""
    known = normal(uid)
    other = backwards(known)
    return (known,) if other in (None, known) else (known, other or "")


def best_of(found: Iterable[Token], uid: str) -> Token | None:
    """Return that of the tokens *found* by their spellings that fits *uid* best, or None."""
    known = normal(uid)
    return min(found, key=lambda token: token.uid != known, default=None)
