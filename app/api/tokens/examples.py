"""Examples of tokens, made of the very types that are sent."""

from datetime import UTC, datetime
from uuid import UUID

from app.api.tokens.bodies import BlockOrder, TokenList, Tokens, TokenSought, TokenView
from app.directpay.cards.keep import TokenWish

_UID = "04A22B9C7D1E80"
_NUMBER = "VS-0001-7734"
LIST = TokenList([TokenWish(uid=_UID, visual_number=_NUMBER)])
SOUGHT = TokenSought("04:a2:2b:9c:7d:1e:80")
BLOCK = BlockOrder("lost")
TOKEN = TokenView(
    id=UUID("019cadc6-9e68-7563-97f3-fa905c5e347e"),
    uid=_UID,
    type="RFID",
    contract_id=_UID,
    visual_number=_NUMBER,
    issuer="Voltstraat",
    group_id=None,
    valid=True,
    blocked=None,
    whitelist="NEVER",
    language=None,
    default_profile_type=None,
    email=None,
    payer="wallet",
    account_id=None,
    expires_at=None,
    last_updated=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    code="7QXM2PDA",
)
TOKENS = Tokens((TOKEN,))
