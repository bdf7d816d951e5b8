"""From a webhook of Adyen to notices: each item checked by itself, the good ones kept."""

import logging
from hashlib import sha256
from typing import Final

import msgspec

from app.funds.payments.ports import Notice, Notices, ProviderAccount
from app.gateways.adyen.told.signing import is_signed, signed_text
from app.gateways.adyen.wire import WireBatch, WireItem, WireWrapped

MOST_ITEMS: Final = 100
# What is kept of `additionalData`: nothing of a person but the last digits that a receipt shows.
_KEPT: Final = frozenset(
    {"cardSummary", "modification.action", "tokenization.storedPaymentMethodId"}
)
log = logging.getLogger("directpay.adyen")


def read_batch(account: ProviderAccount, body: bytes) -> Notices:
    """
    Return the items of *body* that Adyen signed for *account*, and those whose signature we miss.

    What is of the other mode or of another merchant account is left out, and so is what can't be
    read: neither may hold up the items beside it.
    """
    try:
        batch = msgspec.json.decode(body, type=WireBatch)
    except msgspec.DecodeError:
        return Notices()
    if batch.live != ("true" if account.mode == "live" else "false"):
        log.warning("a webhook of the other mode came to account %s", account.account_id)
        return Notices()
    genuine, doubtful = [], []
    for raw in batch.notification_items[:MOST_ITEMS]:
        item = _item(raw)
        if item is None or item.merchant_account_code != account.merchant:
            log.warning("a webhook item that is not ours came to account %s", account.account_id)
        elif is_signed(item, account.webhook_keys):
            genuine.append(_notice(item))
        else:
            doubtful.append(_alone(batch.live, raw))
    return Notices(tuple(genuine), tuple(doubtful))


def item_of(notice: Notice) -> WireItem:
    """Return the item that *notice* keeps."""
    return msgspec.json.decode(notice.body, type=WireItem)


def _item(raw: msgspec.Raw) -> WireItem | None:
    try:
        wrapped = msgspec.json.decode(raw, type=WireWrapped)
        return msgspec.json.decode(wrapped.item, type=WireItem)
    except msgspec.DecodeError:
        return None


def _notice(item: WireItem) -> Notice:
    """Keep *item*; its key holds all that is signed, so that a repetition is known by it."""
    kept = {name: text for name, text in item.additional_data.items() if name in _KEPT}
    digest = sha256(signed_text(item).encode()).hexdigest()[:16]
    return Notice(
        key=f"{item.event_code}:{item.psp_reference}:{item.success}:{digest}",
        reference=item.merchant_reference or "",
        original_ref=item.original_reference,
        body=msgspec.json.encode(msgspec.structs.replace(item, additional_data=kept)),
    )


def _alone(live: str, raw: msgspec.Raw) -> bytes:
    """Return the item as a webhook of its own, to be read again when other keys are known."""
    return msgspec.json.encode({"live": live, "notificationItems": [raw]})
