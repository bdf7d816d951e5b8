"""A driver makes a card theirs: by what is printed on it and the code that came with it."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from app.charging.tokens import store
from app.charging.tokens.errors import CardRefused
from app.charging.tokens.events import TokensChanged
from app.charging.tokens.model import Payer, Token
from app.infra.database import Work
from app.kernel.ids import ID_TAG_ALPHABET

CODE_LENGTH: Final = 8
_PURPOSE: Final = b"card code\0"


@dataclass(frozen=True, slots=True)
class CardKeys:
    """
    Makes the code of a card from its id and the installation's keys: the database has none.

    The first of *keys* makes codes, those after it are still good.
    """

    keys: tuple[bytes, ...]

    def code_of(self, token_id: UUID) -> str:
        """Return the code that the operator sends with a card (31^8: 39 bits)."""
        return _code(self.keys[0], token_id)

    def is_code(self, token_id: UUID, typed: str) -> bool:
        """Tell, in a time that says nothing, whether *typed* is the card's code."""
        given = "".join(typed.split()).replace("-", "").upper().encode()
        right = [hmac.compare_digest(_code(key, token_id).encode(), given) for key in self.keys]
        return any(right)


async def claim_card(
    work: Work, driver_id: UUID, visual_number: str, code: str, *, keys: CardKeys
) -> Token:
    """
    Make the card with this number and *code* the driver's. Safe to repeat. A step.

    Raises CardRefused, in the same words for every reason.
    """
    found = await store.of_visual_number(work, visual_number.strip())
    card = _meant(found, driver_id, code, keys)
    if card.driver_id == driver_id:
        return card
    mine = replace(card, driver_id=driver_id, last_updated=work.now)
    await store.put(work, [mine])
    await work.emit(TokensChanged(frozenset({mine.uid})))
    return mine


def _meant(found: Sequence[Token], driver_id: UUID, code: str, keys: CardKeys) -> Token:
    for card in found:
        is_free = card.driver_id in (None, driver_id) and card.payer is Payer.WALLET
        if keys.is_code(card.token_id, code) and is_free and card.valid:
            return card
    raise CardRefused("the number and the code are not those of a card that is free")


def _code(key: bytes, token_id: UUID) -> str:
    number = int.from_bytes(hmac.digest(key, _PURPOSE + token_id.bytes, "sha256"))
    symbols = []
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(ID_TAG_ALPHABET))
        symbols.append(ID_TAG_ALPHABET[at])
    return "".join(symbols)
