"""The tokens of an operator file: cards, and what else is shown to a reader."""

from collections.abc import Iterator
from datetime import datetime

from app.charging.tokens.model import Payer
from app.charging.tokens.save import TokenOrder, faults_of, named_twice
from app.directpay.cards.keep import TokenWish
from app.infra.addresses import one_address
from app.office.import_operator.document import OperatorDocument, TokenEntry
from app.office.import_operator.faults import Fault


def tokens_of(document: OperatorDocument, faults: list[Fault]) -> tuple[TokenWish, ...]:
    """Return the tokens of *document*; what is wrong with them is added to *faults*."""
    wishes = []
    for number, entry in enumerate(document.tokens):
        path = ("tokens", number)
        found = list(_faults(entry))
        faults += [Fault((*path, field), text) for field, text in found]
        if not found:
            wishes.append(_wish(entry))
    if twice := list(named_twice([entry.uid for entry in document.tokens])):
        faults.append(Fault(("tokens",), "; ".join(twice)))
    return tuple(wishes)


def _faults(entry: TokenEntry) -> Iterator[tuple[str, str]]:
    payer = Payer(entry.payer)
    order = TokenOrder(
        uid=entry.uid,
        issuer=entry.issuer or "-",
        contract_id=entry.contract_id,
        visual_number=entry.visual_number,
        group_id=entry.group_id,
        default_profile_type=entry.default_profile_type,
    )
    yield from (("uid", fault) for fault in faults_of(order))
    if payer is Payer.ACCOUNT:
        yield "payer", "accounts that pay later are kept with `directpay tokens`"
    if entry.email is not None and one_address(entry.email) is None:
        yield "email", f"{entry.email!r} is not a mail address"
    if entry.email is not None and payer is Payer.NOBODY:
        yield "email", "a service card is the operator's own, not a driver's"
    if entry.expires_at is not None and _instant(entry.expires_at) is None:
        yield "expires_at", "expected an instant with its zone, such as 2026-12-01T00:00:00+01:00"


def _wish(entry: TokenEntry) -> TokenWish:
    return TokenWish(
        uid=entry.uid,
        type=entry.type,
        contract_id=entry.contract_id,
        visual_number=entry.visual_number,
        issuer=entry.issuer,
        group_id=entry.group_id,
        whitelist=entry.whitelist,
        language=entry.language,
        default_profile_type=entry.default_profile_type,
        email=entry.email,
        payer=entry.payer,
        expires_at=None if entry.expires_at is None else _instant(entry.expires_at),
    )


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at
